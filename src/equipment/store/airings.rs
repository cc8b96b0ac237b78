//! The airtime log in the database: appending sealed rows, and reading them.

use jiff::civil::Date;
use rusqlite::{Row, Transaction, named_params};

use crate::airtime::{Airing, ClockState, Counted, EntryHash, Outcome, Reason, seal};
use crate::equipment::store::{Store, Stored, Tip, instant, millis, unknown_word};
use crate::library::Kind;
use crate::planner::History;
use crate::schedule::SlotKey;
use crate::time::Frames;

/// A row to be written, with the place in its session that it closes.
#[derive(Clone, Debug)]
pub struct Closing {
    pub session_id: i64,
    /// The item of the rundown; none for what was left out of it.
    pub line: Option<usize>,
    /// Its id and entry hash are given when it is written.
    pub airing: Airing,
}

const COLUMNS: &str = "airing_id, station, date, session, planned_at, predicted_at, aired_at, ended_at, aired, \
     duration, kind, path, title, language, directive, level, zone, outcome, reason, content_hash, lufs, device, \
     clock, entry_hash";

impl Store {
    /// Appends rows to the log in one commit. A line that has its row already is passed over: writing again what may
    /// have been written before a failure is harmless.
    ///
    /// # Errors
    /// The database failed; none of the rows was written.
    pub fn append(&mut self, closings: &[Closing]) -> Stored<()> {
        let tip = self.tip();
        let tip = self.write(|tx| append_in(tx, tip, closings));
        // After a failure nobody knows what is last: look again next time.
        self.set_tip(tip.as_ref().ok().cloned());
        tip.map(|_| ())
    }

    /// The rows of a period, both days included, in the order they were written.
    ///
    /// # Errors
    /// The database failed.
    pub fn airings(&self, from: Option<Date>, to: Option<Date>) -> Stored<Vec<Airing>> {
        let mut rows = Vec::new();
        self.each_airing(from, to, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Hands over the rows of a period one by one.
    ///
    /// # Errors
    /// The database failed; some rows may have been handed over.
    pub fn each_airing(&self, from: Option<Date>, to: Option<Date>, mut take: impl FnMut(Airing)) -> Stored<()> {
        let bounds = (text(from, "0000-00-00"), text(to, "9999-99-99"));
        self.ask(|db| {
            let sql = format!("SELECT {COLUMNS} FROM airing WHERE date BETWEEN ?1 AND ?2 ORDER BY airing_id");
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(bounds)?;
            while let Some(row) = rows.next()? {
                take(read(row)?);
            }
            Ok(())
        })
    }

    /// Hands over what is counted of the rows of a period, both days included, without copying a text.
    ///
    /// # Errors
    /// The database failed; some rows may have been handed over.
    pub fn each_counted(&self, from: Date, to: Date, mut take: impl FnMut(&Counted<'_>)) -> Stored<()> {
        self.ask(|db| {
            let sql = "SELECT date, session, kind, path, outcome, reason, aired, duration FROM airing \
                       WHERE date BETWEEN ?1 AND ?2";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query((from.to_string(), to.to_string()))?;
            while let Some(row) = rows.next()? {
                let date = row.get_ref(0)?.as_str()?;
                let reason = row.get_ref(5)?.as_str()?;
                take(&Counted {
                    date: date.parse().map_err(|_| unknown_word(0, date))?,
                    session: row.get_ref(1)?.as_str()?,
                    kind: word(row, 2, Kind::named)?,
                    path: row.get_ref(3)?.as_str()?,
                    outcome: word(row, 4, Outcome::named)?,
                    reason: if reason.is_empty() { None } else { Some(word(row, 5, Reason::named)?) },
                    aired: Frames(row.get(6)?),
                    duration: Frames(row.get(7)?),
                });
            }
            Ok(())
        })
    }

    /// What the planner has to know: how often each path aired on `date`, and when last at all.
    ///
    /// # Errors
    /// The database failed.
    pub fn history(&self, date: Date, counts_from: f64) -> Stored<History> {
        let mut history = History::new(date);
        let since = date.checked_sub(jiff::Span::new().days(60)).unwrap_or(date);
        self.each_airing(Some(since), Some(date), |row| {
            if let (true, Some(path), Some(at)) =
                (row.counts(counts_from), crate::library::CartPath::new(&row.path), row.aired_at)
            {
                history.note(row.slot.date, &path, at);
            }
        })?;
        Ok(history)
    }
}

/// Appends rows within a transaction, behind the last one, and returns the new last one.
pub(super) fn append_in(tx: &Transaction<'_>, tip: Option<Tip>, closings: &[Closing]) -> rusqlite::Result<Tip> {
    let mut tip = tip.map_or_else(|| last_row(tx), Ok)?;
    for closing in closings {
        if let Some(line) = closing.line {
            take_off_air(tx, closing.session_id, line)?;
            if has_row(tx, closing.session_id, line)? {
                continue;
            }
        }
        let mut row = closing.airing.clone();
        row.id = tip.0 + 1;
        row.entry_hash = seal(&tip.1, &row);
        insert(tx, closing, &row)?;
        tip = (row.id, row.entry_hash);
    }
    Ok(tip)
}

fn text(date: Option<Date>, open: &str) -> String {
    date.map_or_else(|| open.to_owned(), |date| date.to_string())
}

fn last_row(tx: &Transaction<'_>) -> rusqlite::Result<Tip> {
    let last = tx.query_row("SELECT airing_id, entry_hash FROM airing ORDER BY airing_id DESC LIMIT 1", [], |row| {
        Ok((row.get(0)?, EntryHash::stored(row.get(1)?)))
    });
    match last {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok((0, EntryHash::genesis())),
        last => last,
    }
}

fn take_off_air(tx: &Transaction<'_>, session_id: i64, line: usize) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM on_air WHERE session_id = ?1 AND line = ?2")?.execute((session_id, line))?;
    Ok(())
}

fn has_row(tx: &Transaction<'_>, session_id: i64, line: usize) -> rusqlite::Result<bool> {
    tx.prepare_cached("SELECT 1 FROM airing WHERE session_id = ?1 AND line = ?2")?.exists((session_id, line))
}

fn insert(tx: &Transaction<'_>, closing: &Closing, row: &Airing) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO airing (session_id, line, {COLUMNS}) VALUES (:session_id, :line, :airing_id, :station, :date, \
         :session, :planned_at, :predicted_at, :aired_at, :ended_at, :aired, :duration, :kind, :path, :title, \
         :language, :directive, :level, :zone, :outcome, :reason, :content_hash, :lufs, :device, :clock, :entry_hash)"
    );
    tx.prepare_cached(&sql)?.execute(named_params! {
        ":session_id": closing.session_id,
        ":line": closing.line,
        ":airing_id": row.id,
        ":station": row.station,
        ":date": row.slot.date.to_string(),
        ":session": row.slot.session,
        ":planned_at": millis(row.planned_at),
        ":predicted_at": millis(row.predicted_at),
        ":aired_at": row.aired_at.map(millis),
        ":ended_at": row.ended_at.map(millis),
        ":aired": row.aired.0,
        ":duration": row.duration.0,
        ":kind": row.kind.name(),
        ":path": row.path,
        ":title": row.title,
        ":language": row.language,
        ":directive": row.directive,
        ":level": row.level,
        ":zone": row.zone,
        ":outcome": row.outcome.name(),
        ":reason": row.reason.map_or("", Reason::name),
        ":content_hash": row.content_hash,
        ":lufs": row.lufs,
        ":device": row.device,
        ":clock": row.clock.name(),
        ":entry_hash": row.entry_hash.as_str(),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Airing> {
    let date: &str = row.get_ref(2)?.as_str()?;
    let reason = row.get_ref(18)?.as_str()?;
    Ok(Airing {
        id: row.get(0)?,
        station: row.get(1)?,
        slot: SlotKey { date: date.parse().map_err(|_| unknown_word(2, date))?, session: row.get(3)? },
        planned_at: instant(row.get(4)?),
        predicted_at: instant(row.get(5)?),
        aired_at: row.get::<_, Option<i64>>(6)?.map(instant),
        ended_at: row.get::<_, Option<i64>>(7)?.map(instant),
        aired: Frames(row.get(8)?),
        duration: Frames(row.get(9)?),
        kind: word(row, 10, Kind::named)?,
        path: row.get(11)?,
        title: row.get(12)?,
        language: row.get(13)?,
        directive: row.get(14)?,
        level: row.get(15)?,
        zone: row.get(16)?,
        outcome: word(row, 17, Outcome::named)?,
        reason: if reason.is_empty() { None } else { Some(word(row, 18, Reason::named)?) },
        content_hash: row.get(19)?,
        lufs: row.get(20)?,
        device: row.get(21)?,
        clock: word(row, 22, ClockState::named)?,
        entry_hash: EntryHash::stored(row.get(23)?),
    })
}

fn word<T>(row: &Row<'_>, column: usize, named: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let name = row.get_ref(column)?.as_str()?;
    named(name).ok_or_else(|| unknown_word(column, name))
}
