//! Sessions and what is on the air, as far as a restart has to know.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::OptionalExtension as _;
use serde::{Deserialize, Serialize};

use crate::airtime::{ClockState, Entry};
use crate::equipment::store::log::{Closing, append_in, note_in};
use crate::equipment::store::{Store, Stored, instant, millis, unknown_word};
use crate::library::CartPath;
use crate::rundown::{Item, Origin, Rundown};
use crate::schedule::SlotKey;
use crate::time::{Frames, Span};

/// A session that is not over.
#[derive(Clone, Debug)]
pub struct SavedSession {
    pub session_id: i64,
    pub rundown: Rundown,
    pub level: String,
    /// Lines that have their row, each with its zone.
    pub over: Vec<(String, usize)>,
    /// What was on the air when the program was last heard of.
    pub on_air: Vec<OpenRow>,
    /// Items that came up on the way, in the order of their lines.
    pub added: Vec<Added>,
}

impl SavedSession {
    /// What of it has no row on any zone yet, as it was planned: its day, its path, its time.
    pub fn expected(&self) -> impl Iterator<Item = (Date, &CartPath, Timestamp)> {
        let Rundown { slot, items, .. } = &self.rundown;
        let has_a_row = |line: usize| self.over.iter().any(|(_, over)| *over == line);
        let ahead = items.iter().enumerate().filter(move |(line, _)| !has_a_row(*line));
        ahead.map(|(_, item)| (slot.date, &item.piece.path, self.rundown.planned_at(item)))
    }

    /// The rundown as a zone airs it, and its lines that have their row.
    #[must_use]
    pub fn of_zone(&self, zone: &str) -> (Rundown, Vec<usize>) {
        let mut rundown = self.rundown.clone();
        rundown.items.extend(self.added.iter().filter(|added| added.zone == zone).map(|added| added.item.clone()));
        let over = self.over.iter().filter(|(of, _)| of == zone).map(|(_, line)| *line).collect();
        (rundown, over)
    }
}

/// An item that came up on a zone while its session was on.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    pub zone: String,
    pub line: usize,
    pub item: Item,
}

/// An item on the air, with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenRow {
    pub zone: String,
    pub line: usize,
    pub predicted_at: Timestamp,
    pub aired_at: Timestamp,
    pub heard: Frames,
    pub heard_at: Timestamp,
    pub device: String,
    pub clock: ClockState,
}

/// The last start of the program before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// Its last sign of life.
    pub alive_at: Timestamp,
    /// Whether it was stopped in good order.
    pub was_stopped: bool,
}

/// What of a rundown is kept.
#[derive(Serialize, Deserialize)]
struct SavedRundown {
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    span: Span,
    #[serde(default)]
    zones: Vec<String>,
    items: Vec<Item>,
}

impl Store {
    /// How the last run of the program ended.
    ///
    /// # Errors
    /// The database failed.
    pub fn last_run(&self) -> Stored<Option<LastRun>> {
        self.ask(|db| {
            db.query_row("SELECT alive_at, ended FROM run ORDER BY run_id DESC LIMIT 1", [], |row| {
                let ended: Option<String> = row.get(1)?;
                Ok(LastRun { alive_at: instant(row.get(0)?), was_stopped: ended.is_some() })
            })
            .optional()
        })
    }

    /// Notes that the program started; `entry` is its row in the log, `known` the latest time known to have passed: not what
    /// a wrong clock shows.
    ///
    /// # Errors
    /// The database failed.
    pub fn begin_run(&mut self, entry: &Entry, known: Timestamp) -> Stored<()> {
        self.write(|tx| {
            let sql = "INSERT INTO run (started_at, alive_at) VALUES (?1, ?2)";
            tx.execute(sql, [millis(entry.noted.at), millis(known)])?;
            note_in(tx, entry).map(|_| ())
        })
    }

    /// When the program was last alive, whichever run that was.
    ///
    /// # Errors
    /// The database failed.
    pub fn last_alive(&self) -> Stored<Option<Timestamp>> {
        self.ask(|db| {
            let last: Option<i64> = db.query_row("SELECT max(alive_at) FROM run", [], |row| row.get(0))?;
            Ok(last.map(instant))
        })
    }

    /// Whether the clock was set ahead, or confirmed by somebody, in this start of the computer.
    ///
    /// # Errors
    /// The database failed.
    pub fn was_told_the_time(&self, boot: &str) -> Stored<bool> {
        let sql = "SELECT 1 FROM log WHERE kind = 'clock' AND boot = ?1 AND (by <> '' OR noted_at > ended_at)";
        self.ask(|db| db.prepare(sql)?.exists([boot]))
    }

    /// A sign of life of the present run.
    ///
    /// # Errors
    /// The database failed.
    pub fn still_alive(&mut self, now: Timestamp) -> Stored<()> {
        self.write(|tx| {
            tx.prepare_cached("UPDATE run SET alive_at = ?1 WHERE run_id = (SELECT max(run_id) FROM run)")?
                .execute([millis(now)])?;
            Ok(())
        })
    }

    /// It is `now` for certain: whatever a wrong clock left as a later sign of life does not count.
    ///
    /// # Errors
    /// The database failed.
    pub fn known_to_be(&mut self, now: Timestamp) -> Stored<()> {
        self.write(|tx| {
            tx.execute("UPDATE run SET alive_at = ?1 WHERE alive_at > ?1", [millis(now)])?;
            Ok(())
        })
    }

    /// Notes that the present run ends in good order; `entry` is its row in the log, `known` as of [`Store::begin_run`].
    ///
    /// # Errors
    /// The database failed.
    pub fn end_run(&mut self, entry: &Entry, known: Timestamp) -> Stored<()> {
        self.write(|tx| {
            let sql = "UPDATE run SET alive_at = ?1, ended = 'shutdown' WHERE run_id = (SELECT max(run_id) FROM run)";
            tx.execute(sql, [millis(known)])?;
            note_in(tx, entry).map(|_| ())
        })
    }

    /// Writes a session's rundown down as a fact, with the rows of what was left out of it, and returns its number.
    ///
    /// A slot is taken once. What all the same began in a slot that has been, while nobody could know of it, has its rows
    /// as well: as a session of no slot.
    ///
    /// # Errors
    /// The database failed.
    pub fn begin_session(&mut self, rundown: &Rundown, level: &str, left_out: &[Closing]) -> Stored<i64> {
        let saved = SavedRundown {
            title: rundown.title.clone(),
            note: rundown.note.clone(),
            span: rundown.span,
            zones: rundown.zones.clone(),
            items: rundown.items.clone(),
        };
        let json = serde_json::to_string(&saved).expect("a rundown has no map keys that are not text");
        self.write(|tx| {
            let sql =
                "INSERT OR IGNORE INTO session (date, session, origin, level, rundown) VALUES (?1, ?2, ?3, ?4, ?5)";
            let slot = &rundown.slot;
            let date = slot.date.to_string();
            let mut insert = tx.prepare_cached(sql)?;
            for origin in [rundown.origin, Origin::ByHand] {
                if insert.execute((&date, &slot.session, origin_name(origin), level, &json))? > 0 {
                    break;
                }
            }
            drop(insert);
            let session_id = tx.last_insert_rowid();
            let numbered = |closing: &Closing| Closing { session_id, ..closing.clone() };
            append_in(tx, &left_out.iter().map(numbered).collect::<Vec<_>>())?;
            Ok(session_id)
        })
    }

    /// Every line of the session has its row.
    ///
    /// # Errors
    /// The database failed.
    pub fn end_session(&mut self, session_id: i64) -> Stored<()> {
        self.write(|tx| {
            tx.prepare_cached("UPDATE session SET is_over = 1 WHERE session_id = ?1")?.execute([session_id])?;
            Ok(())
        })
    }

    /// Opens a row, or checkpoints it.
    ///
    /// # Errors
    /// The database failed.
    pub fn checkpoint(&mut self, session_id: i64, row: &OpenRow) -> Stored<()> {
        // One statement is a transaction by itself; this one is written all the time.
        self.ask(|db| {
            db.prepare_cached("INSERT OR REPLACE INTO on_air VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?.execute(
                (
                    session_id,
                    &row.zone,
                    row.line,
                    millis(row.predicted_at),
                    millis(row.aired_at),
                    row.heard.0,
                    millis(row.heard_at),
                    &row.device,
                    row.clock.name(),
                ),
            )?;
            Ok(())
        })
    }

    /// Notes an item that came up while the session was on. Writing it again is harmless.
    ///
    /// # Errors
    /// The database failed.
    pub fn add_item(&mut self, session_id: i64, added: &Added) -> Stored<()> {
        let json = serde_json::to_string(&added.item).expect("an item has no map keys that are not text");
        self.write(|tx| {
            tx.prepare_cached("INSERT OR REPLACE INTO added VALUES (?1, ?2, ?3, ?4)")?.execute((
                session_id,
                &added.zone,
                added.line,
                json,
            ))?;
            Ok(())
        })
    }

    /// Sessions that are not over, earliest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn unfinished_sessions(&self) -> Stored<Vec<SavedSession>> {
        self.ask(|db| {
            let sql =
                "SELECT session_id, date, session, origin, level, rundown FROM session WHERE is_over = 0 ORDER BY 1";
            let mut statement = db.prepare_cached(sql)?;
            let sessions = statement.query_map([], saved_session)?.collect::<rusqlite::Result<Vec<_>>>()?;
            sessions.into_iter().map(|session| with_progress(db, session)).collect()
        })
    }

    /// How many items of sessions that are over have no row on one of their zones.
    ///
    /// # Errors
    /// The database failed.
    pub fn items_without_row(&self) -> Stored<usize> {
        self.ask(|db| {
            let sql = "SELECT session_id, rundown FROM session WHERE is_over = 1";
            let mut statement = db.prepare_cached(sql)?;
            let sessions = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let sessions = sessions.collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
            let mut missing = 0;
            for (id, json) in sessions {
                let saved: SavedRundown = serde_json::from_str(&json).map_err(|_| unknown_word(1, "rundown"))?;
                let count = |sql: &str| db.prepare_cached(sql)?.query_row([id], |row| row.get::<_, usize>(0));
                let added = count("SELECT count(*) FROM added WHERE session_id = ?1")?;
                let rows = count("SELECT count(*) FROM log WHERE session_id = ?1 AND line IS NOT NULL")?;
                missing += (saved.items.len() * saved.zones.len().max(1) + added).saturating_sub(rows);
            }
            Ok(missing)
        })
    }

    /// What the sessions of a period were called.
    ///
    /// # Errors
    /// The database failed.
    pub fn session_titles(&self, from: Date, to: Date) -> Stored<HashMap<SlotKey, String>> {
        self.ask(|db| {
            let sql = "SELECT date, session, rundown ->> 'title' FROM session WHERE date BETWEEN ?1 AND ?2";
            let mut statement = db.prepare_cached(sql)?;
            let titles = statement.query_map([from.to_string(), to.to_string()], |row| {
                let date: String = row.get(0)?;
                let date = date.parse().map_err(|_| unknown_word(0, &date))?;
                Ok((SlotKey { date, session: row.get(1)? }, row.get(2)?))
            })?;
            titles.collect()
        })
    }

    /// The slots of `date` that have been on the air or were passed over; none of them airs again.
    ///
    /// # Errors
    /// The database failed.
    pub fn begun_slots(&self, date: Date) -> Stored<Vec<SlotKey>> {
        self.ask(|db| {
            let sql = "SELECT session FROM session WHERE date = ?1 AND origin NOT IN ('by_hand', 'alert')";
            let mut statement = db.prepare_cached(sql)?;
            let keys = statement.query_map([date.to_string()], |row| Ok(SlotKey { date, session: row.get(0)? }))?;
            keys.collect()
        })
    }
}

fn saved_session(row: &rusqlite::Row<'_>) -> rusqlite::Result<SavedSession> {
    let (date, json): (String, String) = (row.get(1)?, row.get(5)?);
    let saved: SavedRundown = serde_json::from_str(&json).map_err(|_| unknown_word(5, "rundown"))?;
    let origin: String = row.get(3)?;
    let rundown = Rundown {
        slot: SlotKey { date: date.parse().map_err(|_| unknown_word(1, &date))?, session: row.get(2)? },
        title: saved.title,
        note: saved.note,
        origin: origin_named(&origin).ok_or_else(|| unknown_word(3, &origin))?,
        span: saved.span,
        zones: saved.zones,
        items: saved.items,
        left_out: Vec::new(),
    };
    let (session_id, level) = (row.get(0)?, row.get(4)?);
    Ok(SavedSession { session_id, rundown, level, over: Vec::new(), on_air: Vec::new(), added: Vec::new() })
}

fn with_progress(db: &rusqlite::Connection, mut session: SavedSession) -> rusqlite::Result<SavedSession> {
    let mut over = db.prepare_cached("SELECT zone, line FROM log WHERE session_id = ?1 AND line IS NOT NULL")?;
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    session.over = over.query_map([session.session_id], pair)?.collect::<rusqlite::Result<_>>()?;
    let mut added = db.prepare_cached("SELECT zone, line, item FROM added WHERE session_id = ?1 ORDER BY line")?;
    session.added = added.query_map([session.session_id], added_item)?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT line, predicted_at, aired_at, heard, heard_at, device, clock, zone FROM on_air \
               WHERE session_id = ?1";
    let mut open = db.prepare_cached(sql)?;
    let rows = open.query_map([session.session_id], |row| {
        let clock: String = row.get(6)?;
        Ok(OpenRow {
            zone: row.get(7)?,
            line: row.get(0)?,
            predicted_at: instant(row.get(1)?),
            aired_at: instant(row.get(2)?),
            heard: Frames(row.get(3)?),
            heard_at: instant(row.get(4)?),
            device: row.get(5)?,
            clock: ClockState::named(&clock).ok_or_else(|| unknown_word(6, &clock))?,
        })
    })?;
    session.on_air = rows.collect::<rusqlite::Result<_>>()?;
    Ok(session)
}

fn added_item(row: &rusqlite::Row<'_>) -> rusqlite::Result<Added> {
    let json: String = row.get(2)?;
    let item = serde_json::from_str(&json).map_err(|_| unknown_word(2, "item"))?;
    Ok(Added { zone: row.get(0)?, line: row.get(1)?, item })
}

const ORIGINS: [(&str, Origin); 4] = [
    ("scheduled", Origin::Scheduled),
    ("make_up", Origin::MakeUp),
    ("by_hand", Origin::ByHand),
    ("alert", Origin::Alert),
];

fn origin_name(origin: Origin) -> &'static str {
    ORIGINS.iter().find(|(_, known)| *known == origin).map_or("", |(name, _)| name)
}

fn origin_named(name: &str) -> Option<Origin> {
    ORIGINS.iter().find(|(known, _)| *known == name).map(|(_, origin)| *origin)
}
