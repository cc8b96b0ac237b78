//! Looking at the database without changing it: for who wants to know whether it is sound, not to use it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::equipment::store::{
    BUSY_TIMEOUT, SCHEMA_VERSION, Store, StoreFault, StoreTrouble, Stored, check_log_beside, failed,
};

impl Store {
    /// Opens the database for reading only; none if its tables are of an earlier version, which only a start of the
    /// station brings up to date.
    ///
    /// # Errors
    /// It cannot be opened, is no database, or was written by a newer program.
    pub fn look(file: &Path) -> Stored<Option<Self>> {
        let fault = |error: rusqlite::Error| failed(file, &error);
        check_log_beside(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags).map_err(fault)?;
        db.busy_timeout(BUSY_TIMEOUT).map_err(fault)?;
        let store = Self { db, file: file.to_owned(), kept: None, identity: None };
        let version: i64 = store.ask(|db| db.query_row("PRAGMA user_version", [], |row| row.get(0)))?;
        let trouble = |what| Err(StoreFault { file: file.to_owned(), what });
        match version {
            1 => trouble(StoreTrouble::Trial),
            SCHEMA_VERSION => Ok(Some(store)),
            version if version > SCHEMA_VERSION => trouble(StoreTrouble::Newer { version }),
            _ => Ok(None),
        }
    }

    /// The first thing that SQLite finds damaged, in its words.
    ///
    /// # Errors
    /// The database failed.
    pub fn damage(&self) -> Stored<Option<String>> {
        let answer: String = self.ask(|db| db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        Ok((answer != "ok").then_some(answer))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::equipment::store::Durability;

    #[test]
    fn looking_changes_nothing_and_sees_damage() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loa.db");
        assert!(Store::look(&file).is_err(), "none is made");
        assert!(!file.exists());
        drop(Store::open(&file, Durability::Full).unwrap());
        assert_eq!(Store::look(&file).unwrap().unwrap().damage().unwrap(), None);
        let mut bytes = fs::read(&file).unwrap();
        let page = 4_096;
        bytes[page..page + 200].fill(0xff);
        fs::write(&file, bytes).unwrap();
        let found = Store::look(&file).and_then(|store| store.unwrap().damage());
        assert!(!matches!(found, Ok(None)), "{found:?}");
        fs::write(&file, "a letter, not a database, and longer than any header of one could be").unwrap();
        assert!(Store::look(&file).is_err());
    }
}
