//! The station's memory: one SQLite file with the airtime log, approvals, what was accepted, levels and entries for the
//! report.
//!
//! The log is written with `synchronous=FULL`: a row is acknowledged when it is on the disk, power cut or not. The
//! simulation uses the same file and the same statements, without waiting for the disk.

mod accepted;
mod alarms;
mod alerts;
mod copy;
mod decisions;
mod known_head;
mod log;
mod look;
mod reading;
mod rows;
mod sessions;
mod set_aside;
mod take_up;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::fs::FlockOperation;

pub use alerts::SavedAlert;
pub use copy::{Examined, KeptCopy, examine, rows, rows_missing, snapshot};
pub use decisions::LevelChange;
pub use log::Closing;
pub use sessions::{Added, LastRun, OpenRow, SavedSession};
pub use take_up::{Anew, LOOK_MAX, Salvaged, TakenUp};

use set_aside::with_ending;

/// The version of the tables this program writes.
const SCHEMA_VERSION: i64 = 4;
/// How the tables came to be what they are, from version to version; added to, never edited. A new database takes the
/// same way.
const STEPS: [(i64, i64, &str); 3] =
    [(0, 2, include_str!("to_2.sql")), (2, 3, include_str!("to_3.sql")), (3, SCHEMA_VERSION, include_str!("to_4.sql"))];

/// How long a statement waits for another process's before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the running station waits for another process's statement: it tries again anyway, and must not stand still.
const HURRY: Duration = Duration::from_millis(150);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is on the disk before it returns.
    Full,
    /// For simulations: the operating system writes when it likes.
    None,
}

/// As many pages as a database can have: what SQLite takes when nothing is said.
const PAGES_MAX: i64 = 4_294_967_294;

/// A disk, as a simulation has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    Good,
    Full,
    ReadOnly,
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    file: PathBuf,
    /// What was kept of it before it was brought up to date just now.
    kept: Option<KeptCopy>,
    /// Which file it was when it was taken up for a run; none for who only looks in.
    identity: Option<Identity>,
}

/// The device and number of a file, by which it is known under whatever name.
type Identity = (u64, u64);

/// The database could not be opened, read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFault {
    pub file: PathBuf,
    pub what: StoreTrouble,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// Written by a newer version of this program.
    Newer { version: i64 },
    /// Written by a trial version from before the first release.
    Trial,
    /// Of an older version, and no copy could be kept of it before bringing it up to date.
    NotCopied { detail: String },
    /// It holds what this program never wrote, or lacks what it did.
    Damaged { detail: String },
    /// In the database's words.
    Failed { detail: String },
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            StoreTrouble::Trial => write!(f, "{}: version 1", self.file.display()),
            StoreTrouble::Newer { version } => write!(f, "{}: version {version}", self.file.display()),
            StoreTrouble::NotCopied { detail } | StoreTrouble::Damaged { detail } | StoreTrouble::Failed { detail } => {
                write!(f, "{}: {detail}", self.file.display())
            }
        }
    }
}

impl std::error::Error for StoreFault {}

/// What calls on the store answer.
pub type Stored<T> = Result<T, StoreFault>;

impl Store {
    /// Opens the database, making it if there is none.
    ///
    /// # Errors
    /// It cannot be opened, is no database, or was written by a newer program.
    pub fn open(file: &Path, durability: Durability) -> Stored<Self> {
        let fault = |error: rusqlite::Error| failed(file, &error);
        check_log_beside(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags).map_err(fault)?;
        db.busy_timeout(BUSY_TIMEOUT).map_err(fault)?;
        db.set_prepared_statement_cache_capacity(64);
        let pragmas = match durability {
            Durability::Full => "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            Durability::None => "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;",
        };
        // What turns out to be wrecked is left as it is, to the last byte.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
        db.execute_batch(pragmas).map_err(fault)?;
        let mut store = Self { db, file: file.to_owned(), kept: None, identity: None };
        store.bring_up_to_date()?;
        store.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fault)?;
        Ok(store)
    }

    /// A number that changes whenever another process has written.
    ///
    /// # Errors
    /// The database failed.
    pub fn foreign_changes(&self) -> Stored<i64> {
        self.ask(|db| db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0)))
    }

    /// How many changes this program has made since it opened the database.
    #[must_use]
    pub fn own_changes(&self) -> u64 {
        self.db.total_changes()
    }

    /// Where the database lies.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The copy that was kept of the database, if opening it brought its tables up to date.
    #[must_use]
    pub const fn kept_copy(&self) -> Option<&KeptCopy> {
        self.kept.as_ref()
    }

    fn bring_up_to_date(&mut self) -> Stored<()> {
        match self.ask(copy::version_of)? {
            1 => Err(StoreFault { file: self.file.clone(), what: StoreTrouble::Trial }),
            version if version > SCHEMA_VERSION => {
                Err(StoreFault { file: self.file.clone(), what: StoreTrouble::Newer { version } })
            }
            SCHEMA_VERSION => Ok(()),
            0 => self.write(climb),
            _ => self.keep_and_climb(),
        }
    }

    /// One process at a time: who comes second finds the work done.
    fn keep_and_climb(&mut self) -> Stored<()> {
        let folder = File::open(self.file.parent().unwrap_or(Path::new(".")));
        if let Ok(folder) = &folder {
            // Where a folder cannot be locked, two copies are kept at worst.
            let _ = rustix::fs::flock(folder, FlockOperation::LockExclusive);
        }
        let version = self.ask(copy::version_of)?;
        if version < SCHEMA_VERSION {
            self.kept = Some(copy::keep(&self.db, &self.file, version)?);
            self.write(climb)?;
        }
        drop(folder);
        Ok(())
    }

    /// From here on a statement that another process holds up fails quickly.
    ///
    /// # Errors
    /// The database failed.
    pub fn hurry(&self) -> Stored<()> {
        self.ask(|db| db.busy_timeout(HURRY))
    }

    /// For simulations: from here on the disk is so, whatever it is in truth.
    ///
    /// # Errors
    /// The database failed.
    pub fn pretend(&self, disk: Disk) -> Stored<()> {
        let pages: i64 = self.ask(|db| db.query_row("PRAGMA page_count", [], |row| row.get(0)))?;
        self.ask(|db| {
            let most = if disk == Disk::Full { pages } else { PAGES_MAX };
            db.pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))?;
            db.pragma_update(None, "query_only", disk == Disk::ReadOnly)
        })
    }

    /// Answers several questions from the log as it stood at one moment, while others go on writing.
    ///
    /// # Errors
    /// The database failed, or a question did.
    pub fn at_one_moment<T>(&self, questions: impl FnOnce(&Self) -> Stored<T>) -> Stored<T> {
        self.ask(|db| db.execute_batch("BEGIN"))?;
        let answers = questions(self);
        self.ask(|db| db.execute_batch("COMMIT"))?;
        answers
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Stored<T> {
        question(&self.db).map_err(|error| failed(&self.file, &error))
    }

    /// One transaction, begun for writing at once so that no two writers wait for each other.
    fn write<T>(&mut self, change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Stored<T> {
        let run = |db: &mut Connection| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let answer = change(&tx)?;
            tx.commit()?;
            Ok(answer)
        };
        run(&mut self.db).map_err(|error| failed(&self.file, &error))
    }
}

fn failed(file: &Path, error: &rusqlite::Error) -> StoreFault {
    let detail = error.to_string();
    let what = if is_damage(error) { StoreTrouble::Damaged { detail } } else { StoreTrouble::Failed { detail } };
    StoreFault { file: file.to_owned(), what }
}

/// SQLite deletes the write-ahead log of an empty database, with all the rows it holds: such a one is not opened at all.
fn check_log_beside(file: &Path) -> Stored<()> {
    let bytes = |ending| std::fs::metadata(with_ending(file, ending)).map_or(0, |found| found.len());
    if bytes("") > 0 || bytes("-wal") == 0 {
        return Ok(());
    }
    let detail = if file.exists() { "empty" } else { "not there" }.to_owned();
    Err(StoreFault { file: file.to_owned(), what: StoreTrouble::Damaged { detail } })
}

/// The file system failed, not the database.
fn broke(file: &Path, error: &std::io::Error) -> StoreFault {
    StoreFault { file: file.to_owned(), what: StoreTrouble::Failed { detail: error.to_string() } }
}

/// Whether it is what lies on the disk that is wrong, not the disk.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    match error {
        // Our statements are right: tables that do not take them are not ours.
        Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::SqlInputError { .. } => true,
        Error::SqliteFailure(_, Some(words)) if words.starts_with("no such ") => true,
        _ => matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)),
    }
}

/// Instants are kept in milliseconds.
fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

/// A stored word that this program does not know: the file was written by something else.
fn unknown_word(column: usize, word: &str) -> rusqlite::Error {
    let error = format!("unknown word {word:?}");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
}

/// Takes the steps that are left; another process may have been quicker.
fn climb(tx: &rusqlite::Transaction<'_>) -> rusqlite::Result<()> {
    for (from, to, statements) in STEPS {
        let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version == from {
            tx.execute_batch(statements)?;
            tx.pragma_update(None, "user_version", to)?;
        }
    }
    Ok(())
}
