//! What people decided: approvals, response levels, entries for the report. Kept with their history.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::equipment::store::{Store, Stored, instant, millis, unknown_word};
use crate::library::{Approval, CartPath, ContentHash, Verdict};
use crate::planner::Owed;
use crate::report::{Entry, Subject, districts, latest};

/// One change of the response level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelChange {
    pub level: String,
    pub directive: String,
    pub at: Timestamp,
}

impl Store {
    /// Keeps decisions on bulletins.
    ///
    /// # Errors
    /// The database failed; none of them was kept.
    pub fn decide(&mut self, decisions: &[Approval]) -> Stored<()> {
        self.write(|tx| {
            let sql = "INSERT INTO approval (path, hash, verdict, by, at) VALUES (?1, ?2, ?3, ?4, ?5)";
            for decision in decisions {
                let verdict = if decision.verdict == Verdict::Approved { "approved" } else { "rejected" };
                let (path, hash) = (decision.path.as_str(), decision.hash.as_str());
                tx.execute(sql, (path, hash, verdict, &decision.by, millis(decision.at)))?;
            }
            Ok(())
        })
    }

    /// All decisions on bulletins, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn decisions(&self) -> Stored<Vec<Approval>> {
        self.ask(|db| {
            let mut statement =
                db.prepare_cached("SELECT path, hash, verdict, by, at FROM approval ORDER BY approval_id")?;
            let decisions = statement.query_map([], |row| {
                let (path, hash, verdict): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Approval {
                    path: CartPath::new(&path).ok_or_else(|| unknown_word(0, &path))?,
                    hash: ContentHash::new(&hash).ok_or_else(|| unknown_word(1, &hash))?,
                    verdict: if verdict == "approved" { Verdict::Approved } else { Verdict::Rejected },
                    by: row.get(3)?,
                    at: instant(row.get(4)?),
                })
            })?;
            decisions.collect()
        })
    }

    /// Keeps a change of the response level.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_level(&mut self, change: &LevelChange) -> Stored<()> {
        self.write(|tx| {
            let sql = "INSERT INTO level (level, directive, at) VALUES (?1, ?2, ?3)";
            tx.execute(sql, (&change.level, &change.directive, millis(change.at)))?;
            Ok(())
        })
    }

    /// All changes of the response level, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn levels(&self) -> Stored<Vec<LevelChange>> {
        self.ask(|db| {
            let mut statement = db.prepare_cached("SELECT level, directive, at FROM level ORDER BY level_id")?;
            let changes = statement.query_map([], |row| {
                Ok(LevelChange { level: row.get(0)?, directive: row.get(1)?, at: instant(row.get(2)?) })
            })?;
            changes.collect()
        })
    }

    /// Keeps entries for the report, each over what was entered before about its subject in its round, and returns them
    /// as they are kept; `anew`, what was entered before is forgotten. Two people at once lose nothing of each other's.
    ///
    /// # Errors
    /// The database failed; none of them was kept.
    pub fn enter(&mut self, entries: &[Entry], anew: bool) -> Stored<Vec<Entry>> {
        self.write(|tx| {
            let before = entries_in(tx)?;
            let known = districts(&before);
            let last: &[Entry] = if anew { &[] } else { &before };
            let over = |entry: &Entry| over_the_last(entry.clone(), last, &known);
            let kept: Vec<Entry> = entries.iter().map(over).collect();
            let sql = "INSERT INTO entry (subject, district, round, count, ratio, population, note, by, at) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            for Entry { subject, round, count, ratio, population, note, by, at } in &kept {
                let (name, district) = (subject.to_string(), subject.district());
                tx.execute(sql, (name, district, round, count, ratio, population, note, by, millis(*at)))?;
            }
            Ok(kept)
        })
    }

    /// All entries for the report, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn entries(&self) -> Stored<Vec<Entry>> {
        self.ask(entries_in)
    }

    /// Keeps what is owed from `date` on.
    ///
    /// # Errors
    /// The database failed.
    pub fn owe(&mut self, date: Date, owed: &[Owed], at: Timestamp) -> Stored<()> {
        let json = serde_json::to_string(owed).expect("what is owed has text keys only");
        self.write(|tx| {
            tx.prepare_cached("INSERT INTO owed (date, owed, at) VALUES (?1, ?2, ?3)")?.execute((
                date.to_string(),
                json,
                millis(at),
            ))?;
            Ok(())
        })
    }

    /// What was owed up to `date`, each from its day on until the next; of one day the last.
    ///
    /// # Errors
    /// The database failed.
    pub fn owed_until(&self, date: Date) -> Stored<Vec<(Date, Vec<Owed>)>> {
        self.ask(|db| {
            let sql = "SELECT date, owed, max(owed_id) FROM owed WHERE date <= ?1 GROUP BY date ORDER BY date";
            let mut statement = db.prepare_cached(sql)?;
            let owed = statement.query_map([date.to_string()], |row| {
                let (date, json): (String, String) = (row.get(0)?, row.get(1)?);
                let date = date.parse().map_err(|_| unknown_word(0, &date))?;
                Ok((date, serde_json::from_str(&json).map_err(|_| unknown_word(1, "owed"))?))
            })?;
            owed.collect()
        })
    }
}

/// An entry as it counts with what was entered before in the very same round.
fn over_the_last(entry: Entry, before: &[Entry], known: &[&str]) -> Entry {
    let entry = entry.under_known_name(known);
    let same_round = |last: &&Entry| last.round == entry.round;
    let last = latest(before, &entry.subject, entry.round.as_deref()).filter(same_round);
    entry.over(last)
}

fn entries_in(db: &rusqlite::Connection) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT subject, district, round, count, ratio, population, note, by, at FROM entry ORDER BY entry_id";
    let mut statement = db.prepare_cached(sql)?;
    let entries = statement.query_map([], |row| {
        let (subject, district): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(Entry {
            subject: Subject::named(&subject, &district).ok_or_else(|| unknown_word(0, &subject))?,
            round: row.get(2)?,
            count: row.get(3)?,
            ratio: row.get(4)?,
            population: row.get(5)?,
            note: row.get(6)?,
            by: row.get(7)?,
            at: instant(row.get(8)?),
        })
    })?;
    entries.collect()
}
