//! Keeping the log: what happens on the air goes into the store in order, and waits in memory while it cannot.
//!
//! The programme never waits for the disk to be mended, and begins without one. Entries that cannot be written are kept,
//! oldest first, in [bounded number](waiting), and tried again. A database that turns out to be wrecked is set aside and a
//! new one begun ([`footing`]); what waits goes into the new one, behind a row that tells of the break.

mod footing;
mod unfinished;
mod waiting;

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use footing::News;
pub use waiting::WAITING_MAX;

use crate::airtime;
use crate::alarm::Alarm;
use crate::equipment::store::{Added, Closing, OpenRow, SavedSession, Store, StoreFault, Stored};
use crate::library::{Accepted, Pin};
use crate::planner::Owed;
use crate::rundown::{Item, Rundown};
use crate::station::log_keeper::waiting::{Entry, Waiting};

/// A pause between two tries.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// No more is written in one step: after a day without a disk the programme goes on while the log catches up.
const AT_ONCE: usize = 32;
/// How often writing is tried before the program ends.
const LAST_TRIES: usize = 3;

/// Names a session until the store has given it a number, and afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionRef(u64);

/// A session that the store knows, with what it takes to make it known to another.
#[derive(Debug)]
struct Known {
    number: i64,
    rundown: Box<Rundown>,
    level: String,
}

/// Writes to the store, and remembers what could not be written.
#[derive(Debug)]
pub struct LogKeeper {
    store: Store,
    /// Of the clock that names what is set aside.
    zone: TimeZone,
    known: HashMap<SessionRef, Known>,
    next: u64,
    waiting: Waiting,
    /// Why and since when nothing could be written.
    trouble: Option<(StoreFault, Timestamp)>,
    /// What the loop has not been told yet. While a gap is among it nothing is written: its row comes first.
    news: Vec<News>,
    retry_at: Timestamp,
    /// How often the store was another one.
    turns: u64,
    /// Whether the store is the database of a home, which may be opened again; otherwise it is what it is.
    of_a_home: bool,
    is_blind: bool,
    /// Sessions that the present store does not know yet.
    strangers: Vec<SessionRef>,
}

impl LogKeeper {
    /// Keeps the log in a database that was opened for it.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            zone: TimeZone::UTC,
            known: HashMap::new(),
            next: 0,
            waiting: Waiting::at_most(WAITING_MAX),
            trouble: None,
            news: Vec::new(),
            retry_at: Timestamp::MIN,
            turns: 0,
            of_a_home: false,
            is_blind: false,
            strangers: Vec::new(),
        }
    }

    /// Keeps the log in the database of a home, whatever state that is in. `zone` is of the clock that names what is set
    /// aside.
    ///
    /// # Errors
    /// It is of a program newer than this one, or older than the first release.
    pub fn open(file: &Path, zone: TimeZone, now: Timestamp) -> Stored<Self> {
        let mut keeper = Self { zone, of_a_home: true, ..Self::new(Store::blank(file)) };
        keeper.find_a_footing(now)?;
        Ok(keeper)
    }

    /// For questions; writing goes through the keeper.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// A number that changes whenever another process has written, or the store is another one.
    ///
    /// # Errors
    /// The database failed.
    pub fn foreign_changes(&self) -> Stored<(u64, i64)> {
        Ok((self.turns, self.store.foreign_changes()?))
    }

    /// Why the log cannot be written, since when, and how many entries wait.
    #[must_use]
    pub fn trouble(&self) -> Option<(&StoreFault, Timestamp, usize)> {
        self.trouble.as_ref().map(|(fault, since)| (fault, *since, self.waiting.len()))
    }

    /// Whether nothing is known of the time before this run: there is a database, and it cannot even be read.
    #[must_use]
    pub const fn is_blind(&self) -> bool {
        self.is_blind
    }

    /// What became of the database since this was asked last. Whoever asks writes a row of each gap, with
    /// [`note_first`](Self::note_first).
    pub fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// A row of no session, before everything that waits.
    pub fn note_first(&mut self, entry: airtime::Entry) {
        self.waiting.put_first(Entry::Note(entry));
    }

    /// A row that belongs to no session.
    pub fn note(&mut self, entry: airtime::Entry, now: Timestamp) {
        self.put(Entry::Note(entry), now);
    }

    /// The program started; `known` is the latest time known to have passed.
    pub fn started(&mut self, entry: airtime::Entry, known: Timestamp) {
        let now = entry.noted.at;
        self.put(Entry::Started(entry, known), now);
    }

    /// The program ends in good order; `known` as when it started.
    pub fn stopped(&mut self, entry: airtime::Entry, known: Timestamp) {
        let now = entry.noted.at;
        self.put(Entry::Stopped(entry, known), now);
    }

    /// A session begins; its rundown is written down, with the rows of what was left out of it.
    pub fn begin(&mut self, rundown: &Rundown, level: &str, left_out: Vec<Closing>, now: Timestamp) -> SessionRef {
        let session = self.fresh();
        self.put(Entry::Begin(session, Box::new(rundown.clone()), level.to_owned(), left_out), now);
        session
    }

    /// A session the store knows already; asked twice, it is the same.
    pub fn resume(&mut self, saved: &SavedSession) -> SessionRef {
        if let Some((session, _)) = self.known.iter().find(|(_, known)| known.number == saved.session_id) {
            return *session;
        }
        let session = self.fresh();
        let (rundown, level) = (Box::new(saved.rundown.clone()), saved.level.clone());
        self.known.insert(session, Known { number: saved.session_id, rundown, level });
        session
    }

    /// Opens a row or notes how far it came.
    pub fn checkpoint(&mut self, session: SessionRef, row: OpenRow, now: Timestamp) {
        self.put(Entry::Checkpoint(session, row), now);
    }

    /// Closes rows.
    pub fn close(&mut self, session: SessionRef, closings: Vec<Closing>, now: Timestamp) {
        if !closings.is_empty() {
            self.put(Entry::Close(session, closings), now);
        }
    }

    /// An item that was not planned is to air on a zone.
    pub fn add(&mut self, session: SessionRef, zone: String, line: usize, item: Item, now: Timestamp) {
        self.put(Entry::Add(session, Added { zone, line, item }), now);
    }

    /// Every row of the session is closed.
    pub fn over(&mut self, session: SessionRef, now: Timestamp) {
        self.put(Entry::Over(session), now);
    }

    /// What is owed from `date` on.
    pub fn owe(&mut self, date: Date, owed: Vec<Owed>, now: Timestamp) {
        self.put(Entry::Owed(date, owed, now), now);
    }

    /// These contents of ministry files are accepted.
    pub fn pin(&mut self, pins: Vec<Pin>, now: Timestamp) {
        self.put(Entry::Pin(pins), now);
    }

    /// This manifest is in force.
    pub fn accept(&mut self, manifest: Accepted, now: Timestamp) {
        self.put(Entry::Accept(manifest), now);
    }

    /// An alarm is raised or over. Of one that is over before its beginning was written one row says both.
    pub fn note_alarm(&mut self, alarm: Alarm, now: Timestamp) {
        self.put(Entry::Alarm(Box::new(alarm)), now);
    }

    /// Silence is latched or released. Answers why that is not on the disk yet.
    pub fn silence(&mut self, silenced: bool, now: Timestamp) -> Option<String> {
        self.put(Entry::Silence(silenced, now), now);
        self.trouble.as_ref().map(|(fault, _)| fault.to_string())
    }

    /// A sign of life.
    pub fn alive(&mut self, now: Timestamp) {
        self.put(Entry::Alive(now), now);
    }

    /// It is `now` for certain, whatever a wrong clock left as a later sign of life.
    pub fn known_to_be(&mut self, now: Timestamp) {
        self.put(Entry::KnownToBe(now), now);
    }

    /// Tries again to write what waits.
    pub fn flush(&mut self, now: Timestamp) {
        if now < self.retry_at || (self.waiting.is_empty() && self.store_is_fit()) {
            return;
        }
        if let Err(fault) = self.write_some(now) {
            self.retry_at = now.checked_add(RETRY_AFTER).unwrap_or(now);
            let since = self.trouble.as_ref().map_or(now, |(_, since)| *since);
            self.trouble = Some((fault, since));
        }
    }

    /// The last try before the program ends, whatever the pause.
    pub fn flush_at_last(&mut self, now: Timestamp) {
        for _ in 0..LAST_TRIES + self.waiting.len() / AT_ONCE {
            self.retry_at = Timestamp::MIN;
            self.flush(now);
        }
    }

    fn write_some(&mut self, now: Timestamp) -> Stored<()> {
        self.find_a_footing_again(now)?;
        if self.waiting.has_dropped() {
            // Once the disk is back, and no sooner: until then more may have to go.
            self.store.try_out()?;
            let dropped = self.waiting.take_dropped();
            self.news.extend(dropped.map(News::of));
        }
        let mut written = false;
        for _ in 0..AT_ONCE {
            if self.news.iter().any(|news| news.gap().is_some()) {
                // Its row comes first, and the loop writes that.
                return Ok(());
            }
            let Some(entry) = self.waiting.take() else { break };
            if let Err(fault) = self.write(&entry) {
                self.waiting.put_first(entry);
                return self.exchange_if_damaged(fault, now);
            }
            // How far an open row came changes nothing that is closed.
            written |= !matches!(entry, Entry::Checkpoint(..));
        }
        if self.trouble.is_some() {
            // It works again, and after an fsync that failed nobody knows what of the pages before is on the disk.
            self.store.settle()?;
            self.trouble = None;
        }
        if written {
            self.store.remember_head(now);
        }
        Ok(())
    }

    fn fresh(&mut self) -> SessionRef {
        self.next += 1;
        SessionRef(self.next)
    }

    fn put(&mut self, entry: Entry, now: Timestamp) {
        self.waiting.put(entry);
        self.flush(now);
    }

    fn write(&mut self, entry: &Entry) -> Stored<()> {
        let number = |session: &SessionRef| self.known.get(session).map(|known| known.number);
        match entry {
            Entry::Note(entry) => self.store.note(entry).map(|_| ()),
            Entry::Started(entry, known) => self.store.begin_run(&self.by_the_store(entry), *known),
            Entry::Stopped(entry, known) => self.store.end_run(entry, *known),
            Entry::Begin(session, rundown, level, left_out) => {
                let number = self.store.begin_session(rundown, level, left_out)?;
                let (rundown, level) = (rundown.clone(), level.clone());
                self.known.insert(*session, Known { number, rundown, level });
                Ok(())
            }
            Entry::Checkpoint(session, row) => {
                number(session).map_or(Ok(()), |number| self.store.checkpoint(number, row))
            }
            Entry::Close(session, closings) => number(session).map_or(Ok(()), |number| {
                let numbered = |closing: &Closing| Closing { session_id: number, ..closing.clone() };
                self.store.append(&closings.iter().map(numbered).collect::<Vec<_>>())
            }),
            Entry::Add(session, added) => number(session).map_or(Ok(()), |number| self.store.add_item(number, added)),
            Entry::Over(session) => {
                number(session).map_or(Ok(()), |number| self.store.end_session(number))?;
                self.known.remove(session);
                Ok(())
            }
            Entry::Owed(date, owed, at) => self.store.owe(*date, owed, *at),
            Entry::Silence(silenced, at) => self.store.set_silence(*silenced, *at),
            Entry::Pin(pins) => self.store.pin(pins),
            Entry::Accept(manifest) => self.store.accept(manifest),
            Entry::Alarm(alarm) => self.store.note_alarm(alarm),
            Entry::Alive(now) => self.store.still_alive(*now),
            Entry::KnownToBe(now) => self.store.known_to_be(*now),
        }
    }
}

#[cfg(test)]
mod tests;
