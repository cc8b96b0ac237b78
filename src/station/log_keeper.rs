//! Keeping the log: what happens on the air goes into the store in order, and waits in memory while it cannot.
//!
//! The programme never waits for the disk to be mended. Entries that cannot be written are kept, oldest first, and
//! tried again; only checkpoints, which the next one outdates, are dropped, and of hundreds of alarms the oldest.

use std::collections::{HashMap, VecDeque};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::airtime;
use crate::alarm::Alarm;
use crate::equipment::store::{Added, Closing, OpenRow, Store, StoreFault};
use crate::library::{Accepted, Pin};
use crate::planner::Owed;
use crate::rundown::{Item, Rundown};

/// A pause between two tries.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// No more is written in one step: after a day without a disk the programme goes on while the log catches up.
const AT_ONCE: usize = 32;
/// Of alarms no more wait: a day of a device that comes and goes. Rows of the log are never given up for them.
const ALARMS_WAITING_MAX: usize = 500;
/// How often writing is tried before the program ends.
const LAST_TRIES: usize = 3;

/// Names a session until the store has given it a number, and afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionRef(u64);

/// One thing to be written.
#[derive(Clone, Debug)]
enum Entry {
    Begin(SessionRef, Box<Rundown>, String, Vec<Closing>),
    Checkpoint(SessionRef, OpenRow),
    Close(SessionRef, Vec<Closing>),
    Add(SessionRef, Added),
    Over(SessionRef),
    Owed(Date, Vec<Owed>, Timestamp),
    Pin(Vec<Pin>),
    Accept(Accepted),
    Alive(Timestamp),
    KnownToBe(Timestamp),
    Note(Box<airtime::Entry>),
    Alarm(Box<Alarm>),
}

/// Writes to the store, and remembers what could not be written.
#[derive(Debug)]
pub struct LogKeeper {
    store: Store,
    numbers: HashMap<SessionRef, i64>,
    next: u64,
    waiting: VecDeque<Entry>,
    /// Why and since when nothing could be written.
    trouble: Option<(StoreFault, Timestamp)>,
    retry_at: Timestamp,
}

impl LogKeeper {
    #[must_use]
    pub fn new(store: Store) -> Self {
        let retry_at = Timestamp::MIN;
        Self { store, numbers: HashMap::new(), next: 0, waiting: VecDeque::new(), trouble: None, retry_at }
    }

    /// For questions; writing goes through the keeper.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Why the log cannot be written, since when, and how many entries wait.
    #[must_use]
    pub fn trouble(&self) -> Option<(&StoreFault, Timestamp, usize)> {
        self.trouble.as_ref().map(|(fault, since)| (fault, *since, self.waiting.len()))
    }

    /// A session begins; its rundown is written down, with the rows of what was left out of it.
    pub fn begin(&mut self, rundown: &Rundown, level: &str, left_out: Vec<Closing>, now: Timestamp) -> SessionRef {
        let session = self.fresh();
        self.put(Entry::Begin(session, Box::new(rundown.clone()), level.to_owned(), left_out), now);
        session
    }

    /// A session the store knows already.
    pub fn resume(&mut self, session_id: i64) -> SessionRef {
        let session = self.fresh();
        self.numbers.insert(session, session_id);
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

    /// A sign of life.
    pub fn alive(&mut self, now: Timestamp) {
        self.put(Entry::Alive(now), now);
    }

    /// It is `now` for certain, whatever a wrong clock left as a later sign of life.
    pub fn known_to_be(&mut self, now: Timestamp) {
        self.put(Entry::KnownToBe(now), now);
    }

    /// A row that belongs to no session.
    pub fn note(&mut self, entry: airtime::Entry, now: Timestamp) {
        self.put(Entry::Note(Box::new(entry)), now);
    }

    /// An alarm is raised or over. Of one that is over before its beginning was written one row says both.
    pub fn note_alarm(&mut self, alarm: Alarm, now: Timestamp) {
        let waiting = |entry: &Entry| matches!(entry, Entry::Alarm(_));
        if self.waiting.iter().filter(|entry| waiting(entry)).count() >= ALARMS_WAITING_MAX {
            self.waiting.iter().position(waiting).map(|oldest| self.waiting.remove(oldest));
        }
        self.put(Entry::Alarm(Box::new(alarm)), now);
    }

    /// Tries again to write what waits.
    pub fn flush(&mut self, now: Timestamp) {
        if self.waiting.is_empty() || now < self.retry_at {
            return;
        }
        for _ in 0..AT_ONCE {
            let Some(entry) = self.waiting.front().cloned() else { break };
            match self.write(&entry) {
                Ok(()) => {
                    self.waiting.pop_front();
                }
                Err(fault) => {
                    self.retry_at = now.checked_add(RETRY_AFTER).unwrap_or(now);
                    let since = self.trouble.as_ref().map_or(now, |(_, since)| *since);
                    self.trouble = Some((fault, since));
                    return;
                }
            }
        }
        self.trouble = None;
    }

    /// The last try before the program ends, whatever the pause.
    pub fn flush_at_last(&mut self) {
        for _ in 0..LAST_TRIES + self.waiting.len() / AT_ONCE {
            self.flush(Timestamp::MAX);
        }
    }

    fn fresh(&mut self) -> SessionRef {
        self.next += 1;
        SessionRef(self.next)
    }

    fn put(&mut self, entry: Entry, now: Timestamp) {
        let outdated = |other: &Entry| match (other, &entry) {
            (Entry::Alive(_), Entry::Alive(_)) => true,
            (Entry::Alarm(raised), Entry::Alarm(over)) => raised.is_about(over) && raised.raised_at == over.raised_at,
            (Entry::Checkpoint(of, row), Entry::Checkpoint(same, newer)) => {
                (of, &row.zone, row.line) == (same, &newer.zone, newer.line)
            }
            _ => false,
        };
        // Of each item and zone one checkpoint waits at most, however long the disk is full.
        if let Some(older) = self.waiting.iter().rposition(outdated) {
            self.waiting.remove(older);
        }
        self.waiting.push_back(entry);
        self.flush(now);
    }

    fn write(&mut self, entry: &Entry) -> Result<(), StoreFault> {
        match entry {
            Entry::Begin(session, rundown, level, left_out) => {
                if let Some(number) = self.store.begin_session(rundown, level, left_out)? {
                    self.numbers.insert(*session, number);
                }
                Ok(())
            }
            Entry::Checkpoint(session, row) => match self.numbers.get(session) {
                Some(&number) => self.store.checkpoint(number, row),
                None => Ok(()),
            },
            Entry::Close(session, closings) => match self.numbers.get(session) {
                Some(&number) => {
                    let numbered = |closing: &Closing| Closing { session_id: number, ..closing.clone() };
                    self.store.append(&closings.iter().map(numbered).collect::<Vec<_>>())
                }
                None => Ok(()),
            },
            Entry::Add(session, added) => match self.numbers.get(session) {
                Some(&number) => self.store.add_item(number, added),
                None => Ok(()),
            },
            Entry::Over(session) => match self.numbers.remove(session) {
                Some(number) => self.store.end_session(number),
                None => Ok(()),
            },
            Entry::Owed(date, owed, at) => self.store.owe(*date, owed, *at),
            Entry::Pin(pins) => self.store.pin(pins),
            Entry::Accept(manifest) => self.store.accept(manifest),
            Entry::Alive(now) => self.store.still_alive(*now),
            Entry::KnownToBe(now) => self.store.known_to_be(*now),
            Entry::Note(entry) => self.store.note(entry).map(|_| ()),
            Entry::Alarm(alarm) => self.store.note_alarm(alarm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::{Sentence, What};
    use crate::equipment::store::Durability;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_596_492_000 + secs).unwrap()
    }

    fn alarm(subject: &str, cleared_at: Option<Timestamp>) -> Alarm {
        let (what, subject, text) = (What::DeviceLost, subject.to_owned(), Sentence::default());
        Alarm { what, subject, text, raised_at: at(0), cleared_at }
    }

    /// While the disk is full an alarm costs no more than one entry, and all of them no more than so many.
    #[test]
    fn alarms_wait_in_bounded_number_and_lose_nothing_that_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loa.db");
        let mut keeper = LogKeeper::new(Store::open(&file, Durability::None).unwrap());
        keeper.store().hurry().unwrap();
        let other = rusqlite::Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let over = alarm("cho", Some(at(90)));
        keeper.note_alarm(alarm("cho", None), at(0));
        keeper.alive(at(1));
        keeper.note_alarm(over.clone(), at(0));
        assert_eq!(keeper.trouble().unwrap().2, 2, "the sign of life, and one row that says both of the alarm");
        for number in 0..ALARMS_WAITING_MAX {
            keeper.note_alarm(alarm(&number.to_string(), None), at(0));
        }
        assert_eq!(keeper.trouble().unwrap().2, 1 + ALARMS_WAITING_MAX, "the oldest alarm gave way, the log did not");
        other.execute_batch("ROLLBACK").unwrap();
        for second in 0..60 {
            keeper.flush(at(10 + second));
        }
        assert!(keeper.trouble().is_none());
        let written = keeper.store().alarms_between(at(0), at(0)).unwrap();
        assert_eq!(written.len(), ALARMS_WAITING_MAX);
        assert!(!written.contains(&over));
        keeper.note_alarm(over.clone(), at(100));
        assert!(keeper.store().alarms_between(at(0), at(100)).unwrap().contains(&over));
    }
}
