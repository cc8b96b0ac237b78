//! Taking the database up for a run of the station: one that is wrecked, exchanged or gone is set aside, never written
//! over, and a new one begins.
//!
//! Only for who holds the lock of the home. Commands that merely use the database say what is wrong with it instead.

use std::fs::{self, File};
use std::mem;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use jiff::{Timestamp, Zoned};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::airtime::Lost;
use crate::equipment::store::copy::vacuum_into;
use crate::equipment::store::known_head::KnownHead;
use crate::equipment::store::set_aside::{set_aside, with_ending};
use crate::equipment::store::{
    Durability, LevelChange, SCHEMA_VERSION, Store, StoreFault, StoreTrouble, Stored, broke, failed,
};

/// So long a start looks through the pages at most, and the programme does not wait longer: what is damaged further back is
/// found by `loa doctor` and `loa log verify`.
pub const LOOK_MAX: Duration = Duration::from_secs(2);

/// The database of a run.
#[derive(Debug)]
pub struct TakenUp {
    pub store: Store,
    /// What became of the one before, if this one is new in its place.
    pub anew: Option<Anew>,
}

/// A database was begun in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anew {
    pub lost: Lost,
    /// When the last row known of the other was written.
    pub since: Option<Timestamp>,
    /// What was wrong with it, in the database's words.
    pub why: String,
    pub salvaged: Salvaged,
}

/// What was taken over from the other, besides what was accepted of the Ministry's. Approvals never are: nobody can tell
/// which of them still held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// The response level in force.
    pub level: Option<String>,
    /// That silence was latched.
    pub silenced: bool,
    /// Entries for the report.
    pub entries: usize,
}

impl Store {
    /// Opens the database for a run, and looks through its pages for as long as `look`; `now` names what is set aside.
    ///
    /// # Errors
    /// It cannot be written, or is of a program newer than this one or older than the first release.
    pub fn take_up(file: &Path, now: &Zoned, look: Duration) -> Stored<TakenUp> {
        let known = KnownHead::read(file);
        match Self::open_sound(file, known.as_ref(), look) {
            Ok(store) => Ok(TakenUp { store, anew: None }),
            Err(StoreFault { what: StoreTrouble::Damaged { detail }, .. }) => begin_anew(file, now, detail),
            Err(fault) => Err(fault),
        }
    }

    /// Sets the database aside in the middle of a run, because of what a write to it answered, and begins anew.
    ///
    /// # Errors
    /// The folder takes no changes; nothing is lost.
    pub fn exchange(&mut self, now: &Zoned, why: &str) -> Stored<Anew> {
        self.let_go();
        let TakenUp { store, anew } = begin_anew(&self.file, now, why.to_owned())?;
        *self = store;
        Ok(anew.expect("a database that is begun anew says so"))
    }

    /// Whether the file of this run's database is no more where it was, or another lies there: what is written now nobody
    /// would find.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        let moved = |identity| fs::metadata(&self.file).map_or(true, |found| identity_of(&found) != identity);
        self.identity.is_some_and(moved)
    }

    /// Writes this database, which is still open, back to where it was. What lies there now is set aside.
    ///
    /// # Errors
    /// The folder takes no changes.
    pub fn put_back(&mut self, now: &Zoned) -> Stored<()> {
        let file = self.file.clone();
        let fault = |error: std::io::Error| broke(&file, &error);
        let part = with_ending(&file, ".back");
        let _ = fs::remove_file(&part);
        self.ask(|db| vacuum_into(db, &part))?;
        File::open(&part).and_then(|part| part.sync_all()).map_err(fault)?;
        // Closed before the new one has the name: closing it removes files by their names.
        self.let_go();
        set_aside(&file, &name_of(now)).map_err(fault)?;
        fs::rename(&part, &file).map_err(fault)?;
        *self = Self::open(&file, Durability::Full)?;
        self.identify()
    }

    /// Remembers the last row beside the database.
    pub fn remember_head(&self, now: Timestamp) {
        if self.identity.is_none() {
            return;
        }
        if let Some(head) = self.head().ok().filter(|head| head.row > 0) {
            // Not remembered, a missing end is not noticed, and nothing else is lost.
            let _ = KnownHead { head, at: now }.write(&self.file);
        }
    }

    /// Moves all that the write-ahead log holds into the database, written anew. After a failed fsync the system believes
    /// pages to be on the disk that are not; what is written anew is fsynced anew.
    ///
    /// # Errors
    /// The disk failed again.
    pub fn settle(&self) -> Stored<()> {
        self.ask(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }

    /// Whether a commit goes through, by one that changes nothing.
    ///
    /// # Errors
    /// It does not.
    pub fn try_out(&mut self) -> Stored<()> {
        self.write(|tx| tx.pragma_update(None, "user_version", SCHEMA_VERSION))
    }

    /// Whether rows can be written to it at all: it was taken up, not only read or made up.
    #[must_use]
    pub const fn is_taken_up(&self) -> bool {
        self.identity.is_some()
    }

    fn open_sound(file: &Path, known: Option<&KnownHead>, look: Duration) -> Stored<Self> {
        fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).map_err(|error| broke(file, &error))?;
        let damaged = |detail: &str| StoreFault {
            file: file.to_owned(),
            what: StoreTrouble::Damaged { detail: detail.to_owned() },
        };
        if known.is_some() && fs::metadata(file).map_or(0, |found| found.len()) == 0 {
            return Err(damaged(if file.exists() { "empty" } else { "not there" }));
        }
        let mut store = Self::open(file, Durability::Full)?;
        let cautious = |on| move |db: &Connection| db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on);
        store.ask(cautious(true))?;
        store.check(known, look)?;
        store.ask(cautious(false))?;
        store.settle()?;
        store.identify()?;
        Ok(store)
    }

    /// What a start goes by can be read.
    pub(super) fn check_what_a_start_needs(&self) -> Stored<()> {
        self.approvals()?;
        self.accepted()?;
        self.levels()?;
        self.last_run()?;
        self.unfinished_sessions()?;
        self.is_silenced()?;
        self.head().map(|_| ())
    }

    /// The same, and the last row that is known is there.
    fn check(&self, known: Option<&KnownHead>, look: Duration) -> Stored<()> {
        self.look_through(look)?;
        self.check_what_a_start_needs()?;
        let Some(KnownHead { head, .. }) = known else { return Ok(()) };
        let found = self.row(head.row)?.is_some_and(|row| row.hash == head.hash);
        // A new database whose first row could still be written before the power failed.
        let told = || Ok(self.gaps()?.iter().any(|(_, gap)| gap.lost.last() == Some(head)));
        if found || told()? {
            return Ok(());
        }
        let detail = format!("row {} of {}", head.row, self.head()?.row);
        Err(StoreFault { file: self.file.clone(), what: StoreTrouble::Damaged { detail } })
    }

    fn look_through(&self, most: Duration) -> Stored<()> {
        if most.is_zero() {
            return Ok(());
        }
        let found =
            within(most, &self.db, |db| db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)));
        match found {
            Ok(answer) if answer != "ok" => {
                let detail = answer.lines().last().unwrap_or_default().to_owned();
                Err(StoreFault { file: self.file.clone(), what: StoreTrouble::Damaged { detail } })
            }
            Err(error) if error.sqlite_error_code() != Some(ErrorCode::OperationInterrupted) => {
                Err(failed(&self.file, &error))
            }
            _ => Ok(()),
        }
    }

    fn identify(&mut self) -> Stored<()> {
        let found = fs::metadata(&self.file).map_err(|error| broke(&self.file, &error))?;
        self.identity = Some(identity_of(&found));
        Ok(())
    }

    /// Closes the file as it is, to its last byte.
    fn let_go(&mut self) {
        let _ = self.ask(|db| db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
        let blank = Self::blank(&self.file);
        drop(mem::replace(self, blank));
    }
}

fn identity_of(found: &fs::Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// The new one is whole on the disk before the other leaves its place: a full disk leaves everything as it is.
fn begin_anew(file: &Path, now: &Zoned, why: String) -> Stored<TakenUp> {
    let fault = |error: std::io::Error| broke(file, &error);
    let part = with_ending(file, ".part");
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(with_ending(&part, ending));
    }
    let mut new = Store::open(&part, Durability::Full)?;
    let salvaged = salvage(&mut new, file, now.timestamp());
    drop(new);
    File::open(&part).and_then(|part| part.sync_all()).map_err(fault)?;
    let aside = set_aside(file, &name_of(now)).map_err(fault)?;
    fs::rename(&part, file).map_err(fault)?;
    File::open(file.parent().unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(fault)?;
    let aside_as = aside.as_ref().and_then(|aside| aside.file_name()).map(|name| name.to_string_lossy().into_owned());
    let (since, head) = KnownHead::read(file).map(|known| (known.at, known.head)).unzip();
    let lost = match aside_as {
        Some(file) => Lost::SetAside { file, last: head },
        None => Lost::Gone { last: head },
    };
    let mut store = Store::open(file, Durability::Full)?;
    store.identify()?;
    Ok(TakenUp { store, anew: Some(Anew { lost, since, why, salvaged }) })
}

/// Takes over what is worse to lose than to have as it was: each as far as it can be read.
fn salvage(new: &mut Store, file: &Path, now: Timestamp) -> Salvaged {
    let mut salvaged = Salvaged::default();
    let Ok(old) = Store::reading(file) else { return salvaged };
    let levels = old.levels().unwrap_or_default();
    if levels.iter().try_for_each(|change| new.set_level(change)).is_ok() {
        salvaged.level = levels.last().map(|LevelChange { level, .. }| level.clone());
    }
    // What was accepted of the Ministry's only restricts: without it anything that lies there would be taken for the first.
    let _ = new.pin(&old.pins().unwrap_or_default());
    for manifest in old.accepted().unwrap_or_default() {
        let _ = new.accept(&manifest);
    }
    let latched = old.is_silenced().unwrap_or(false);
    salvaged.silenced = latched && new.set_silence(true, now).is_ok();
    let entries = old.entries().unwrap_or_default();
    salvaged.entries = if new.enter(&entries, false).is_ok() { entries.len() } else { 0 };
    salvaged
}

/// An instant as it stands in a file's name.
fn name_of(now: &Zoned) -> String {
    now.strftime("%Y%m%d-%H%M%S").to_string()
}

/// Asks the database, and interrupts it when its time is over.
fn within<T>(
    most: Duration,
    db: &Connection,
    question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let handle = db.get_interrupt_handle();
    let (done, patience) = mpsc::channel::<()>();
    let watch = thread::Builder::new().name("patience".to_owned()).spawn(move || {
        if patience.recv_timeout(most) == Err(RecvTimeoutError::Timeout) {
            handle.interrupt();
        }
    });
    let answer = question(db);
    drop(done);
    if let Ok(watch) = watch {
        let _ = watch.join();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_end_is_ended_and_the_next_one_is_answered() {
        let db = Connection::open_in_memory().unwrap();
        let number = |sql: &'static str| move |db: &Connection| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let ended = within(Duration::from_millis(20), &db, number(endless)).unwrap_err();
        assert_eq!(ended.sqlite_error_code(), Some(ErrorCode::OperationInterrupted));
        assert_eq!(within(LOOK_MAX, &db, number("SELECT 7")), Ok(7));
    }
}
