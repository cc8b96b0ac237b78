//! What was measured of each file before, so that a restart reads nothing again that has not changed.
//!
//! A file of its own beside the log: it holds no evidence and may be deleted at any time. Results are kept by content,
//! so a renamed or copied file is not decoded again either.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use crate::equipment::Stamp;
use crate::library::{Analysis, ContentHash, Defect};

/// Raised whenever decoding or measuring changes what it finds; older results are then forgotten.
const MEASURED_BY: i64 = 4;

/// Results of earlier looks. Without a disk to keep them on it lives in memory.
#[derive(Debug)]
pub struct Cache {
    db: Connection,
}

/// What is known of a file whose stamp has not changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub hash: ContentHash,
    pub first_seen: Timestamp,
    pub analysis: Result<Analysis, Defect>,
}

impl Cache {
    /// Opens the cache; a damaged or outdated one is begun anew, an unwritable one is kept in memory.
    #[must_use]
    pub fn open(file: &Path) -> Self {
        let opened = Self::try_open(file).or_else(|_| {
            // Nothing in it that cannot be measured again.
            let _ = std::fs::remove_file(file);
            Self::try_open(file)
        });
        opened.unwrap_or_else(|_| Self::in_memory())
    }

    #[must_use]
    pub fn in_memory() -> Self {
        let db = Connection::open_in_memory().expect("memory holds a database");
        Self::prepared(db).expect("an empty database takes our tables")
    }

    fn try_open(file: &Path) -> rusqlite::Result<Self> {
        Self::prepared(Connection::open(file)?)
    }

    fn prepared(db: Connection) -> rusqlite::Result<Self> {
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != MEASURED_BY {
            db.execute_batch(
                "BEGIN IMMEDIATE;
                 DROP TABLE IF EXISTS file; DROP TABLE IF EXISTS content;
                 CREATE TABLE file (name BLOB PRIMARY KEY, size INTEGER, modified_ns INTEGER, changed_ns INTEGER, inode INTEGER,
                                    hash TEXT, first_seen INTEGER) STRICT;
                 CREATE TABLE content (hash TEXT PRIMARY KEY, analysis TEXT) STRICT;
                 COMMIT;",
            )?;
            db.pragma_update(None, "user_version", MEASURED_BY)?;
        }
        Ok(Self { db })
    }

    /// What is known of the file `name`, if it still has this stamp.
    #[must_use]
    pub fn of_file(&self, name: &[u8], stamp: Stamp) -> Option<Known> {
        let sql = "SELECT hash, first_seen FROM file \
                   WHERE name = ?1 AND size = ?2 AND modified_ns = ?3 AND changed_ns = ?4 AND inode = ?5";
        let Stamp { size, modified_ns, changed_ns, inode } = stamp;
        let row: Option<(String, i64)> = self
            .db
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row((name, size, modified_ns, changed_ns, inode), |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .ok()
            .flatten();
        let (hash, first_seen) = row?;
        let hash = ContentHash::new(&hash)?;
        let first_seen = Timestamp::from_millisecond(first_seen).ok()?;
        Some(Known { analysis: self.of_content(&hash)?, hash, first_seen })
    }

    /// What was found in this very content, under whatever name.
    #[must_use]
    pub fn of_content(&self, hash: &ContentHash) -> Option<Result<Analysis, Defect>> {
        let json: String = self
            .db
            .prepare_cached("SELECT analysis FROM content WHERE hash = ?1")
            .and_then(|mut statement| statement.query_row([hash.as_str()], |row| row.get(0)).optional())
            .ok()
            .flatten()?;
        serde_json::from_str(&json).ok()
    }

    /// Keeps what was found, and returns when this content was first seen under this name. A cache that cannot be
    /// written only costs time.
    pub fn keep(
        &self,
        name: &[u8],
        stamp: Stamp,
        hash: &ContentHash,
        analysis: &Result<Analysis, Defect>,
        now: Timestamp,
    ) -> Timestamp {
        let Stamp { size, modified_ns, changed_ns, inode } = stamp;
        let sql = "SELECT first_seen FROM file WHERE name = ?1 AND hash = ?2";
        let before: Option<i64> = self
            .db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row((name, hash.as_str()), |row| row.get(0)).optional())
            .ok()
            .flatten();
        let first_seen = before.unwrap_or_else(|| now.as_millisecond());
        let json = serde_json::to_string(analysis).unwrap_or_default();
        let _ = self.db.execute("INSERT OR REPLACE INTO content VALUES (?1, ?2)", (hash.as_str(), json));
        let _ = self.db.execute(
            "INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (name, size, modified_ns, changed_ns, inode, hash.as_str(), first_seen),
        );
        Timestamp::from_millisecond(first_seen).unwrap_or(now)
    }
}
