//! Copies of the database: one moment of it in a file of its own, and what can be known of such a file.
//!
//! A copy is taken while the station writes: SQLite reads one state of the file and holds nobody up.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::airtime::{Beginning, Break, Head, verify};
use crate::equipment::store::{
    BUSY_TIMEOUT, SCHEMA_VERSION, Store, StoreFault, StoreTrouble, Stored, broke, check_log_beside, climb, failed,
    is_damage,
};

/// What was found in a database nobody writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Of its tables.
    pub version: i64,
    pub rows: u64,
    /// The last row; none of an empty log.
    pub head: Option<Head>,
    /// The first place where its log is not what was written.
    pub broken: Option<Break>,
}

/// A copy that was kept before the tables were brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCopy {
    pub file: PathBuf,
    pub from: i64,
    pub to: i64,
}

/// Writes `database` as it stands at this moment into `copy`, which must not be there yet. It is left at its version.
///
/// # Errors
/// One of the two failed.
pub fn snapshot(database: &Path, copy: &Path) -> Stored<()> {
    let db = open(database)?;
    vacuum_into(&db, copy).map_err(|error| failed(database, &error))?;
    File::open(copy).and_then(|file| file.sync_all()).map_err(|error| broke(copy, &error))
}

/// Reads a whole database: its pages, then its log row by row. One of an older version is brought up to date in memory
/// for that; the file stays as it is.
///
/// # Errors
/// It is none of ours, of a newer version, or damaged.
pub fn examine(file: &Path) -> Stored<Examined> {
    let db = open(file)?;
    let ask = |error: rusqlite::Error| failed(file, &error);
    let version = version_of(&db).map_err(ask)?;
    let trouble = |what| StoreFault { file: file.to_owned(), what };
    match version {
        1 => return Err(trouble(StoreTrouble::Trial)),
        version if version > SCHEMA_VERSION => return Err(trouble(StoreTrouble::Newer { version })),
        _ => {}
    }
    check_pages(&db).map_err(ask)?;
    let db = if version == SCHEMA_VERSION { db } else { today_in_memory(&db).map_err(ask)? };
    let store = Store { db, file: file.to_owned(), kept: None, identity: None };
    let (head, rows) = (store.head()?, store.presented()?);
    let broken = rows.and_then(|rows| verify(&rows, Beginning::First)).err();
    Ok(Examined { version, rows: head.row, head: (head.row > 0).then_some(head), broken })
}

/// How many rows of `database`'s log are not, as they are, in the log of `other`. None, if nothing was heard in any of them:
/// starts and stops of a PC that was only just set up are no loss to anybody.
///
/// # Errors
/// One of the two cannot be read.
pub fn rows_missing(database: &Path, other: &Path) -> Stored<u64> {
    let db = open(database)?;
    let ask = |error: rusqlite::Error| failed(database, &error);
    db.execute("ATTACH ?1 AS other", [other.to_string_lossy()]).map_err(ask)?;
    evidence(&db, "SELECT 1 FROM other.log WHERE row_id = mine.row_id AND entry_hash = mine.entry_hash").map_err(ask)
}

/// How many rows a database's log holds, counted in the same way.
///
/// # Errors
/// It cannot be read.
pub fn rows(database: &Path) -> Stored<u64> {
    evidence(&open(database)?, "SELECT 1 WHERE 0").map_err(|error| failed(database, &error))
}

/// The rows of a log that `elsewhere` does not find, if any of them is evidence of something heard.
fn evidence(db: &Connection, elsewhere: &str) -> rusqlite::Result<u64> {
    if version_of(db)? == 0 {
        // Made by the package, and never used.
        return Ok(0);
    }
    let sql = format!(
        "SELECT count(*), total(mine.aired > 0 OR mine.corrects IS NOT NULL) > 0 FROM main.log AS mine \
         WHERE NOT EXISTS ({elsewhere})"
    );
    db.query_row(&sql, [], |row| Ok(if row.get(1)? { row.get(0)? } else { 0 }))
}

/// Keeps the database as it is beside itself, under the day of its last row, before its tables change.
pub(super) fn keep(db: &Connection, file: &Path, from: i64) -> Stored<KeptCopy> {
    let fault = |detail: String| StoreFault { file: file.to_owned(), what: StoreTrouble::NotCopied { detail } };
    let asked =
        |error: rusqlite::Error| if is_damage(&error) { failed(file, &error) } else { fault(error.to_string()) };
    let sql = "SELECT date FROM log ORDER BY row_id DESC LIMIT 1";
    let last: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional().map_err(asked)?;
    let rows = rows_of(db).map_err(asked)?;
    let part = file.with_file_name(format!(".loa-v{from}.part"));
    let _ = fs::remove_file(&part);
    vacuum_into(db, &part).map_err(asked)?;
    let same = checked(&part, from, rows).map_err(asked)?;
    if !same {
        let _ = fs::remove_file(&part);
        return Err(fault("the copy does not hold what the database holds".to_owned()));
    }
    let copy = free_name(file, from, last.as_deref());
    put(&part, &copy, file).map_err(|error| fault(error.to_string()))?;
    Ok(KeptCopy { file: copy, from, to: SCHEMA_VERSION })
}

fn open(file: &Path) -> Stored<Connection> {
    check_log_beside(file)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags).map_err(|error| failed(file, &error))?;
    db.busy_timeout(BUSY_TIMEOUT).map_err(|error| failed(file, &error))?;
    Ok(db)
}

pub(super) fn vacuum_into(db: &Connection, copy: &Path) -> rusqlite::Result<()> {
    db.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map(|_| ())
}

pub(super) fn version_of(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn rows_of(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))
}

fn check_pages(db: &Connection) -> rusqlite::Result<()> {
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    if found == "ok" { Ok(()) } else { Err(rusqlite::Error::SqliteFailure(corrupt, Some(found))) }
}

fn checked(copy: &Path, version: i64, rows: u64) -> rusqlite::Result<bool> {
    let db = Connection::open(copy)?;
    check_pages(&db)?;
    Ok(version_of(&db)? == version && rows_of(&db)? == rows)
}

pub(super) fn today_in_memory(old: &Connection) -> rusqlite::Result<Connection> {
    let mut memory = Connection::open_in_memory()?;
    Backup::new(old, &mut memory)?.step(-1)?;
    let tx = memory.transaction()?;
    climb(&tx)?;
    tx.commit()?;
    Ok(memory)
}

/// Onto the disk, then under its name, then the name onto the disk; root's copy belongs to whom the database belongs.
fn put(part: &Path, copy: &Path, database: &Path) -> io::Result<()> {
    let owner = fs::metadata(database)?;
    // Only root can give files away; everybody else's are right already.
    let _ = chown(part, Some(owner.uid()), Some(owner.gid()));
    File::open(part)?.sync_all()?;
    fs::rename(part, copy)?;
    File::open(copy.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn free_name(file: &Path, version: i64, day: Option<&str>) -> PathBuf {
    let day = day.unwrap_or("empty");
    let name = |turn: u32| match turn {
        1 => format!("loa-v{version}-{day}.db"),
        turn => format!("loa-v{version}-{day}-{turn}.db"),
    };
    let mut names = (1..u32::MAX).map(|turn| file.with_file_name(name(turn)));
    names.find(|file| !file.exists()).expect("no folder holds so many")
}
