//! What waits to be written, in order and in bounded number.
//!
//! What a later entry outdates goes at once: of each item and zone one checkpoint waits at most, none for an item that is
//! over, one sign of life, and of an alarm that is over one row. Of hundreds of alarms the oldest are given up. What is
//! left are sessions with their rows, the evidence. Only when so many rows wait that a station of twelve zones has been
//! without a disk for a month do whole sessions give way, the oldest first; how many rows went is told by a row of its own
//! when the disk is back.

use std::collections::{HashSet, VecDeque};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airtime;
use crate::alarm::Alarm;
use crate::equipment::store::{Added, Closing, OpenRow};
use crate::library::{Accepted, Pin};
use crate::planner::Owed;
use crate::rundown::Rundown;
use crate::station::log_keeper::SessionRef;

/// So many rows, and items of rundowns that have none yet, wait at most; each takes about a kilobyte of memory.
pub const WAITING_MAX: usize = 50_000;
/// Of alarms no more wait: a day of a device that comes and goes. Rows of the log are never given up for them.
pub(super) const ALARMS_MAX: usize = 500;

/// One thing to be written.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// A row that belongs to no session.
    Note(airtime::Entry),
    Started(airtime::Entry, Timestamp),
    Stopped(airtime::Entry, Timestamp),
    Begin(SessionRef, Box<Rundown>, String, Vec<Closing>),
    Checkpoint(SessionRef, OpenRow),
    Close(SessionRef, Vec<Closing>),
    Add(SessionRef, Added),
    Over(SessionRef),
    Owed(Date, Vec<Owed>, Timestamp),
    Pin(Vec<Pin>),
    Accept(Accepted),
    Alarm(Box<Alarm>),
    Silence(bool, Timestamp),
    Alive(Timestamp),
    KnownToBe(Timestamp),
}

impl Entry {
    fn session(&self) -> Option<SessionRef> {
        match self {
            Self::Begin(session, ..)
            | Self::Checkpoint(session, _)
            | Self::Close(session, _)
            | Self::Add(session, _)
            | Self::Over(session) => Some(*session),
            _ => None,
        }
    }

    /// What it takes, counted in rows.
    fn room(&self) -> usize {
        match self {
            Self::Begin(_, rundown, _, left_out) => 1 + rundown.items.len() + left_out.len(),
            Self::Close(_, closings) => closings.len(),
            Self::Owed(_, owed, _) => 1 + owed.len(),
            Self::Pin(pins) => pins.len(),
            _ => 1,
        }
    }

    /// The rows of the log that are in it.
    fn rows(&self) -> &[Closing] {
        match self {
            Self::Begin(_, _, _, rows) | Self::Close(_, rows) => rows,
            _ => &[],
        }
    }

    /// Whether something later may make this one idle.
    fn is_fleeting(&self) -> bool {
        matches!(self, Self::Alive(_) | Self::KnownToBe(_) | Self::Silence(..) | Self::Checkpoint(..) | Self::Alarm(_))
    }

    /// Whether `newer` makes this one idle.
    fn is_outdated_by(&self, newer: &Self) -> bool {
        match (self, newer) {
            (Self::Alive(_), Self::Alive(_))
            | (Self::KnownToBe(_), Self::KnownToBe(_))
            | (Self::Silence(..), Self::Silence(..)) => true,
            (Self::Alarm(raised), Self::Alarm(over)) => raised.is_about(over) && raised.raised_at == over.raised_at,
            (Self::Checkpoint(of, row), Self::Checkpoint(same, newer)) => {
                (of, &row.zone, row.line) == (same, &newer.zone, newer.line)
            }
            (Self::Checkpoint(of, row), Self::Close(same, rows)) => {
                let closes = |closing: &Closing| {
                    closing.line == Some(row.line)
                        && closing.entry.fact.airing().is_some_and(|airing| airing.zone == row.zone)
                };
                of == same && rows.iter().any(closes)
            }
            _ => false,
        }
    }
}

/// Rows for which there was no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dropped {
    pub rows: u64,
    /// When the first of them was noted.
    pub since: Timestamp,
}

/// The entries, oldest first.
#[derive(Debug)]
pub(super) struct Waiting {
    entries: VecDeque<Entry>,
    room: usize,
    most: usize,
    /// How many of them something later may make idle.
    fleeting: usize,
    dropped: Option<Dropped>,
}

impl Waiting {
    /// With room for so many rows.
    pub fn at_most(most: usize) -> Self {
        Self { entries: VecDeque::new(), room: 0, most, fleeting: 0, dropped: None }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rows that wait to be closed, by session, and the sessions that are to be over.
    pub fn ends(&self) -> impl Iterator<Item = (SessionRef, &[Closing], bool)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Close(session, rows) => Some((*session, rows.as_slice(), false)),
            Entry::Over(session) => Some((*session, [].as_slice(), true)),
            _ => None,
        })
    }

    /// The oldest entry.
    pub fn take(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        self.count_out(&entry);
        Some(entry)
    }

    /// Behind all others.
    pub fn put(&mut self, entry: Entry) {
        while let Some(older) = self.outdated_by(&entry) {
            self.forget(older);
        }
        if matches!(entry, Entry::Alarm(_)) {
            self.give_up_alarms();
        }
        self.count_in(&entry);
        self.entries.push_back(entry);
        while self.room > self.most && (self.drop_a_session() || self.drop_rows()) {}
    }

    /// Before all others: it could not be written, or comes before what is new.
    pub fn put_first(&mut self, entry: Entry) {
        self.count_in(&entry);
        self.entries.push_front(entry);
    }

    /// Whether rows were dropped that nobody was told of.
    pub const fn has_dropped(&self) -> bool {
        self.dropped.is_some()
    }

    /// What was dropped since this was asked last.
    pub fn take_dropped(&mut self) -> Option<Dropped> {
        self.dropped.take()
    }

    /// What something later makes idle is young: it is looked for from the end, and no further than it can be.
    fn outdated_by(&self, newer: &Entry) -> Option<usize> {
        let fleeting = self.entries.iter().enumerate().rev().filter(|(_, entry)| entry.is_fleeting());
        fleeting.take(self.fleeting).find(|(_, entry)| entry.is_outdated_by(newer)).map(|(index, _)| index)
    }

    /// The oldest alarm, should there be too many to take one more.
    fn give_up_alarms(&mut self) {
        let is_alarm = |entry: &Entry| matches!(entry, Entry::Alarm(_));
        if self.entries.iter().filter(|entry| is_alarm(entry)).count() >= ALARMS_MAX
            && let Some(oldest) = self.entries.iter().position(is_alarm)
        {
            self.forget(oldest);
        }
    }

    fn count_in(&mut self, entry: &Entry) {
        self.room += entry.room();
        self.fleeting += usize::from(entry.is_fleeting());
    }

    fn count_out(&mut self, entry: &Entry) {
        self.room -= entry.room();
        self.fleeting -= usize::from(entry.is_fleeting());
    }

    /// The oldest session that waits from its beginning to its end.
    fn drop_a_session(&mut self) -> bool {
        let over: HashSet<SessionRef> = self
            .entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Over(session) => Some(*session),
                _ => None,
            })
            .collect();
        let whole = |entry: &Entry| match entry {
            Entry::Begin(session, ..) => Some(*session).filter(|session| over.contains(session)),
            _ => None,
        };
        let Some(session) = self.entries.iter().find_map(whole) else { return false };
        while let Some(index) = self.entries.iter().position(|entry| entry.session() == Some(session)) {
            self.forget(index);
        }
        true
    }

    /// The oldest rows of a session that is still on, or began before the trouble.
    fn drop_rows(&mut self) -> bool {
        let rows = self.entries.iter().position(|entry| matches!(entry, Entry::Close(..)));
        rows.inspect(|index| self.forget(*index)).is_some()
    }

    fn forget(&mut self, index: usize) {
        let Some(entry) = self.entries.remove(index) else { return };
        self.count_out(&entry);
        for Closing { entry: airtime::Entry { noted, .. }, .. } in entry.rows() {
            let dropped = self.dropped.get_or_insert(Dropped { rows: 0, since: noted.at });
            (dropped.rows, dropped.since) = (dropped.rows + 1, dropped.since.min(noted.at));
        }
    }
}
