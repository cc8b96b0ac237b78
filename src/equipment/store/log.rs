//! The airtime log in the database: appending sealed rows, and reading them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use crate::airtime::{
    AcrossZones, Airing, Boot, Break, ClockState, Correction, Counted, Entry, EntryHash, Fact, Gap, Head, Presented,
    Reason, Row, SIMULATED, Start,
};
use crate::equipment::store::rows::{COLUMNS, counted, read};
use crate::equipment::store::{Store, Stored, millis};
use crate::library::CartPath;
use crate::planner::History;
use crate::time::Frames;

/// A row to be written, with the place in its session that it closes.
#[derive(Clone, Debug)]
pub struct Closing {
    pub session_id: i64,
    /// The item of the rundown; none for what was left out of it.
    pub line: Option<usize>,
    pub entry: Entry,
}

impl Store {
    /// Appends rows to the log in one commit. A line that has its row already is passed over: writing again what may
    /// have been written before a failure is harmless.
    ///
    /// # Errors
    /// The database failed; none of the rows was written.
    pub fn append(&mut self, closings: &[Closing]) -> Stored<()> {
        self.write(|tx| append_in(tx, closings))
    }

    /// Appends a row that belongs to no session, and returns its number.
    ///
    /// # Errors
    /// The database failed; the row was not written.
    pub fn note(&mut self, entry: &Entry) -> Stored<u64> {
        self.write(|tx| note_in(tx, entry)).map(|head| head.row)
    }

    /// The rows of a period, both days included, in the order they were written, and whatever rows were written in
    /// between: a chain that can be checked has no hole.
    ///
    /// # Errors
    /// The database failed.
    pub fn log(&self, from: Option<Date>, to: Option<Date>) -> Stored<Vec<Row>> {
        self.ask(|db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM log WHERE row_id BETWEEN (SELECT min(row_id) FROM log WHERE date BETWEEN ?1 AND \
                 ?2) AND (SELECT max(row_id) FROM log WHERE date BETWEEN ?1 AND ?2) ORDER BY row_id"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map(bounds(from, to), read)?;
            rows.collect()
        })
    }

    /// The rows behind row number `id`, in the order they were written.
    ///
    /// # Errors
    /// The database failed.
    pub fn rows_behind(&self, id: u64) -> Stored<Vec<Row>> {
        self.ask(|db| {
            let mut statement =
                db.prepare_cached(&format!("SELECT {COLUMNS} FROM log WHERE row_id > ?1 ORDER BY row_id"))?;
            statement.query_map([id], read)?.collect()
        })
    }

    /// One row.
    ///
    /// # Errors
    /// The database failed.
    pub fn row(&self, id: u64) -> Stored<Option<Row>> {
        self.ask(|db| {
            let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM log WHERE row_id = ?1"))?;
            statement.query_map([id], read)?.next().transpose()
        })
    }

    /// The last correction of a row.
    ///
    /// # Errors
    /// The database failed.
    pub fn last_correction(&self, row: u64) -> Stored<Option<Correction>> {
        self.ask(|db| Ok(corrections(db)?.remove(&row)))
    }

    /// Hands over the airings of a period one by one, each as its last correction has it.
    ///
    /// # Errors
    /// The database failed; some may have been handed over.
    pub fn each_airing(&self, from: Option<Date>, to: Option<Date>, mut take: impl FnMut(Airing)) -> Stored<()> {
        self.ask(|db| {
            let corrections = corrections(db)?;
            let sql = format!("SELECT {COLUMNS} FROM log WHERE date BETWEEN ?1 AND ?2 ORDER BY row_id");
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(bounds(from, to))?;
            while let Some(record) = rows.next()? {
                let row = read(record)?;
                if let Fact::Airing(airing) = row.entry.fact {
                    take(match corrections.get(&row.id) {
                        Some(correction) => correction.amend(airing),
                        None => airing,
                    });
                }
            }
            Ok(())
        })
    }

    /// Hands over what is counted of the airings of a period, both days included, each as its last correction has it,
    /// without copying a text.
    ///
    /// # Errors
    /// The database failed; some rows may have been handed over.
    pub fn each_counted(&self, from: Date, to: Date, mut take: impl FnMut(&Counted<'_>)) -> Stored<()> {
        self.ask(|db| {
            let corrections = corrections(db)?;
            let sql = "SELECT date, session, kind, path, outcome, reason, aired, duration, row_id, zone, planned_at FROM log \
                       WHERE date BETWEEN ?1 AND ?2 AND outcome <> '' AND corrects IS NULL ORDER BY date, row_id";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query((from.to_string(), to.to_string()))?;
            while let Some(row) = rows.next()? {
                let counted = counted(row)?;
                take(&match corrections.get(&row.get(8)?) {
                    Some(Correction { airing: Airing { aired, outcome, reason, .. }, .. }) => {
                        Counted { aired: *aired, outcome: *outcome, reason: *reason, ..counted }
                    }
                    None => counted,
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
        let mut known = AcrossZones::default();
        self.each_airing(Some(since), Some(date), |airing| {
            if let (true, Some(path), Some(at)) =
                (airing.counts(counts_from), CartPath::new(&airing.path), airing.aired_at)
                && known.is_first(airing.planned_at, &airing.path)
            {
                history.note(airing.slot.date, &path, at);
            }
        })?;
        Ok(history)
    }

    /// Every start of the program with its time and how far the clock could be trusted, earliest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn starts(&self) -> Stored<Vec<(Timestamp, Start, ClockState)>> {
        self.ask(|db| {
            let sql = format!("SELECT {COLUMNS} FROM log WHERE kind = 'start' ORDER BY row_id");
            let mut statement = db.prepare_cached(&sql)?;
            let mut starts = Vec::new();
            for row in statement.query_map([], read)? {
                let Entry { noted, clock, fact, .. } = row?.entry;
                if let Fact::Start(start) = fact {
                    starts.push((noted.at, start, clock));
                }
            }
            Ok(starts)
        })
    }

    /// Every gap with the row that tells of it, earliest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn gaps(&self) -> Stored<Vec<(u64, Gap)>> {
        self.ask(|db| {
            let mut statement =
                db.prepare_cached(&format!("SELECT {COLUMNS} FROM log WHERE kind = 'gap' ORDER BY row_id"))?;
            let mut gaps = Vec::new();
            for row in statement.query_map([], read)? {
                let row = row?;
                if let Fact::Gap(gap) = row.entry.fact {
                    gaps.push((row.id, gap));
                }
            }
            Ok(gaps)
        })
    }

    /// Whether anything of a period, both days included, was only simulated.
    ///
    /// # Errors
    /// The database failed.
    pub fn is_simulated(&self, from: Date, to: Date) -> Stored<bool> {
        self.ask(|db| {
            // The device by name, not as a parameter: only so does the index of simulated rows answer.
            let sql = format!("SELECT 1 FROM log WHERE device = '{SIMULATED}' AND date BETWEEN ?1 AND ?2");
            db.prepare_cached(&sql)?.exists((from.to_string(), to.to_string()))
        })
    }

    /// The last row of the log; row 0 of an empty one.
    ///
    /// # Errors
    /// The database failed.
    pub fn head(&self) -> Stored<Head> {
        self.ask(last_row)
    }

    /// Every row as its seal presents it, for [`verify`](crate::airtime::verify).
    ///
    /// # Errors
    /// The database failed; or a row holds what this program never writes, or none is left of a station that has run,
    /// whose very first start is a row: each a break of its own.
    pub fn presented(&self) -> Stored<Result<Vec<Presented>, Break>> {
        let rows = self.rows_presented()?;
        let has_run = self.last_run()?.is_some();
        Ok(rows.and_then(|rows| if has_run && rows.is_empty() { Err(Break::Removed { row: 1 }) } else { Ok(rows) }))
    }

    fn rows_presented(&self) -> Stored<Result<Vec<Presented>, Break>> {
        self.ask(|db| {
            let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM log ORDER BY row_id"))?;
            let mut rows = statement.query([])?;
            let mut presented = Vec::new();
            while let Some(record) = rows.next()? {
                match read(record) {
                    Ok(row) => presented.push(Presented::row(&row)),
                    Err(_) => return Ok(Err(Break::Changed { row: record.get(0).unwrap_or(0) })),
                }
            }
            Ok(Ok(presented))
        })
    }
}

/// Appends rows within a transaction, behind the last one.
pub(super) fn append_in(tx: &Transaction<'_>, closings: &[Closing]) -> rusqlite::Result<()> {
    let mut tip = last_row(tx)?;
    for closing in closings {
        if let (Some(line), Fact::Airing(Airing { zone, .. })) = (closing.line, &closing.entry.fact) {
            take_off_air(tx, closing.session_id, zone, line)?;
            if has_row(tx, closing.session_id, zone, line)? {
                continue;
            }
        }
        tip = insert(tx, tip, Some(closing.session_id), closing.line, &closing.entry)?;
    }
    Ok(())
}

/// Appends a row of no session within a transaction, and returns it as the new last one.
pub(super) fn note_in(tx: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<Head> {
    insert(tx, last_row(tx)?, None, None, entry)
}

fn bounds(from: Option<Date>, to: Option<Date>) -> (String, String) {
    let text = |date: Option<Date>, open: &str| date.map_or_else(|| open.to_owned(), |date| date.to_string());
    (text(from, "0000-00-00"), text(to, "9999-99-99"))
}

fn last_row(db: &rusqlite::Connection) -> rusqlite::Result<Head> {
    let mut last = db.prepare_cached("SELECT row_id, entry_hash FROM log ORDER BY row_id DESC LIMIT 1")?;
    let last =
        last.query_row([], |row| Ok(Head { row: row.get(0)?, hash: EntryHash::stored(row.get(1)?) })).optional()?;
    Ok(last.unwrap_or_else(|| Head { row: 0, hash: EntryHash::genesis() }))
}

/// The last correction of each row that has one. They are few.
fn corrections(db: &rusqlite::Connection) -> rusqlite::Result<HashMap<u64, Correction>> {
    // The plus has the index of corrections answer, which is next to empty; by their order all rows would be read.
    let sql = format!("SELECT {COLUMNS} FROM log WHERE corrects IS NOT NULL ORDER BY +row_id");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    let mut corrections = HashMap::new();
    for row in rows {
        if let Fact::Correction(correction) = row?.entry.fact {
            corrections.insert(correction.corrects, correction);
        }
    }
    Ok(corrections)
}

fn take_off_air(tx: &Transaction<'_>, session_id: i64, zone: &str, line: usize) -> rusqlite::Result<()> {
    let sql = "DELETE FROM on_air WHERE session_id = ?1 AND zone = ?2 AND line = ?3";
    tx.prepare_cached(sql)?.execute((session_id, zone, line))?;
    Ok(())
}

fn has_row(tx: &Transaction<'_>, session_id: i64, zone: &str, line: usize) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM log WHERE session_id = ?1 AND zone = ?2 AND line = ?3";
    tx.prepare_cached(sql)?.exists((session_id, zone, line))
}

fn insert(
    tx: &Transaction<'_>,
    tip: Head,
    session_id: Option<i64>,
    line: Option<usize>,
    entry: &Entry,
) -> rusqlite::Result<Head> {
    let row = Row::sealed(tip.row + 1, tip.hash, entry.clone());
    let sql = format!(
        "INSERT INTO log (session_id, line, {COLUMNS}) VALUES (:session_id, :line, :row_id, :station, :date, :session, \
         :planned_at, :predicted_at, :aired_at, :ended_at, :aired, :duration, :kind, :path, :title, :language, \
         :directive, :level, :zone, :outcome, :reason, :content_hash, :decilufs, :device, :clock, :noted_at, :corrects, \
         :by, :note, :previous_hash, :entry_hash, :peak_decibels, :silent, :confirmed, :boot, :uptime)"
    );
    let Entry { station, noted, clock, fact } = entry;
    let airing = fact.airing();
    let text = |text: fn(&Airing) -> &str| airing.map_or("", text);
    let evidence = airing.map(|airing| airing.evidence).unwrap_or_default();
    let (start, correction) = match fact {
        Fact::Start(start) => (Some(start), None),
        Fact::Correction(correction) => (None, Some(correction)),
        _ => (None, None),
    };
    let set = if let Fact::ClockSet(set) = fact { Some(set) } else { None };
    let last_known = match fact {
        Fact::Start(start) => start.last_alive,
        Fact::ClockSet(set) => Some(set.from),
        Fact::Gap(gap) => gap.since,
        _ => None,
    };
    let reason = airing.and_then(|airing| airing.reason).or(start.and_then(|start| start.reason));
    let reason = reason.or(set.map(|_| Reason::Clock));
    let note = match fact {
        Fact::Correction(correction) => correction.note.clone(),
        Fact::Start(start) => start.program.clone(),
        Fact::Airing(airing) => airing.note.clone(),
        Fact::Gap(gap) => gap.lost.to_string(),
        Fact::ClockSet(_) | Fact::Stop { .. } => String::new(),
    };
    tx.prepare_cached(&sql)?.execute(named_params! {
        ":session_id": session_id,
        ":line": line,
        ":row_id": row.id,
        ":station": station,
        ":date": fact.date().to_string(),
        ":session": text(|airing| &airing.slot.session),
        ":planned_at": airing.map(|airing| millis(airing.planned_at)),
        ":predicted_at": airing.map(|airing| millis(airing.predicted_at)),
        ":aired_at": airing.and_then(|airing| airing.aired_at).map(millis),
        ":ended_at": airing.and_then(|airing| airing.ended_at).or(last_known).map(millis),
        ":aired": airing.map(|airing| airing.aired.whole_millis()),
        ":duration": airing.map(|airing| airing.duration.whole_millis()),
        ":kind": fact.kind(),
        ":path": text(|airing| &airing.path),
        ":title": text(|airing| &airing.title),
        ":language": text(|airing| &airing.language),
        ":directive": text(|airing| &airing.directive),
        ":level": text(|airing| &airing.level),
        ":zone": text(|airing| &airing.zone),
        ":outcome": airing.map_or("", |airing| airing.outcome.name()),
        ":reason": reason.map_or("", Reason::name),
        ":content_hash": text(|airing| &airing.content_hash),
        ":decilufs": airing.and_then(|airing| airing.decilufs),
        ":device": text(|airing| &airing.device),
        ":clock": clock.name(),
        ":noted_at": millis(noted.at),
        ":corrects": correction.map(|correction| correction.corrects),
        ":by": correction.map(|correction| &correction.by).or(set.map(|set| &set.by)).map_or("", String::as_str),
        ":note": note,
        ":previous_hash": row.previous.as_str(),
        ":entry_hash": row.hash.as_str(),
        ":peak_decibels": evidence.peak_decibels,
        ":silent": evidence.silent.map(Frames::whole_millis),
        ":confirmed": evidence.confirmed.map(Frames::whole_millis),
        ":boot": noted.boot.as_ref().map(|boot| &boot.id),
        ":uptime": noted.boot.as_ref().map(uptime_millis),
    })?;
    Ok(Head { row: row.id, hash: row.hash })
}

fn uptime_millis(boot: &Boot) -> i64 {
    i64::try_from(boot.uptime.as_millis()).unwrap_or(i64::MAX)
}
