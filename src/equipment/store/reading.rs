//! Reading the database where nothing can be written: the disk is full or read-only, and the station goes on air all the
//! same, by what it knew before.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::equipment::store::copy::{today_in_memory, version_of};
use crate::equipment::store::set_aside::with_ending;
use crate::equipment::store::{
    SCHEMA_VERSION, Store, StoreFault, StoreTrouble, Stored, check_log_beside, climb, failed,
};

impl Store {
    /// Opens the database for reading, without a single file beside it. Whatever is written to it fails.
    ///
    /// Only for who holds the lock of the home: what other programs write meanwhile is not seen.
    ///
    /// # Errors
    /// It cannot be read either.
    pub fn reading(file: &Path) -> Stored<Self> {
        let fault = |error: rusqlite::Error| failed(file, &error);
        check_log_beside(file)?;
        let db = without_shared_memory(file).map_err(fault)?;
        let db = match version_of(&db).map_err(fault)? {
            SCHEMA_VERSION => db,
            0 => Connection::open_in_memory().and_then(blank).map_err(fault)?,
            2..SCHEMA_VERSION => today_in_memory(&db).map_err(fault)?,
            1 => return Err(StoreFault { file: file.to_owned(), what: StoreTrouble::Trial }),
            version => return Err(StoreFault { file: file.to_owned(), what: StoreTrouble::Newer { version } }),
        };
        Ok(Self { db, file: file.to_owned(), kept: None, identity: None })
    }

    /// The same, if all can be read that a start goes by.
    ///
    /// # Errors
    /// It cannot.
    pub fn readable(file: &Path) -> Stored<Self> {
        let store = Self::reading(file)?;
        store.check_what_a_start_needs()?;
        Ok(store)
    }

    /// A database that holds nothing, and takes nothing: for a station whose own cannot even be read.
    #[must_use]
    pub fn blank(file: &Path) -> Self {
        let memory = Connection::open_in_memory().expect("memory holds a database");
        let db = blank(memory).expect("an empty database takes our tables");
        Self { db, file: file.to_owned(), kept: None, identity: None }
    }
}

/// SQLite reads the write-ahead log only with an index beside it, in shared memory, which a full or read-only disk does not
/// give. Who is alone may keep the index to himself. Without a write-ahead log there is nothing to index.
fn without_shared_memory(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if with_ending(file, "-wal").exists() {
        let db = Connection::open_with_flags_and_vfs(file, flags, "unix-none")?;
        // Closing it must not remove a log in which it found nothing.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        return Ok(db);
    }
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Connection::open_with_flags(format!("file:{path}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)
}

fn blank(mut memory: Connection) -> rusqlite::Result<Connection> {
    let tx = memory.transaction()?;
    climb(&tx)?;
    tx.commit()?;
    memory.pragma_update(None, "query_only", true)?;
    Ok(memory)
}
