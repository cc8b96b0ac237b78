//! What the log stands on: the database of the home, as soon and as long as it can be written; until then what can be read
//! of it; and a new one where it is wrecked, exchanged or gone.

use std::time::Duration;

use jiff::{Timestamp, Zoned};

use crate::airtime::{Entry, Fact, Lost, Reason};
use crate::equipment::store::{Anew, LOOK_MAX, Store, StoreFault, StoreTrouble, Stored, TakenUp};
use crate::station::log_keeper::waiting::Dropped;
use crate::station::log_keeper::{Known, LogKeeper};

/// What became of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Rows are lost from here back to `since`.
    Gap { lost: Lost, since: Option<Timestamp> },
    /// A new one was begun, because of this.
    Anew(Anew),
    /// It was taken away while the station ran, and written back.
    PutBack,
}

impl News {
    pub(super) fn of(dropped: Dropped) -> Self {
        Self::Gap { lost: Lost::Dropped { rows: dropped.rows }, since: Some(dropped.since) }
    }

    /// What is lost, and since when.
    #[must_use]
    pub fn gap(&self) -> Option<(&Lost, Option<Timestamp>)> {
        match self {
            Self::Gap { lost, since } | Self::Anew(Anew { lost, since, .. }) => Some((lost, *since)),
            Self::PutBack => None,
        }
    }
}

impl LogKeeper {
    /// The first look at the database of the home.
    pub(super) fn find_a_footing(&mut self, now: Timestamp) -> Stored<()> {
        let file = self.store.file().to_owned();
        match self.take_up(now, LOOK_MAX) {
            Err(fault @ StoreFault { what: StoreTrouble::Newer { .. } | StoreTrouble::Trial, .. }) => Err(fault),
            Err(fault) => {
                // Without a disk the station goes by what it can read.
                let readable = Store::readable(&file);
                self.is_blind = readable.is_err();
                self.store = readable.unwrap_or_else(|_| Store::blank(&file));
                self.trouble = Some((fault, now));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Whether rows go into the store, and will be found there.
    pub(super) fn store_is_fit(&self) -> bool {
        self.trouble.is_none() && self.strangers.is_empty() && !self.store.has_moved()
    }

    pub(super) fn find_a_footing_again(&mut self, now: Timestamp) -> Stored<()> {
        if self.store.has_moved() {
            self.store.put_back(&self.named(now))?;
            self.turns += 1;
            self.news.push(News::PutBack);
        }
        if self.of_a_home && !self.store.is_taken_up() {
            // The programme is on: no time to look through old pages.
            self.take_up(now, Duration::ZERO)?;
            self.store.hurry()?;
        }
        self.introduce_strangers()
    }

    /// A write failed with `fault`: a damaged database is exchanged for a new one, and what waits is written there.
    pub(super) fn exchange_if_damaged(&mut self, fault: StoreFault, now: Timestamp) -> Stored<()> {
        match &fault.what {
            StoreTrouble::Damaged { detail } if self.store.is_taken_up() => {
                let anew = self.store.exchange(&self.named(now), detail)?;
                self.go_on_in(anew);
                self.store.hurry()
            }
            _ => Err(fault),
        }
    }

    fn take_up(&mut self, now: Timestamp, look: Duration) -> Stored<()> {
        let TakenUp { store, anew } = Store::take_up(self.store.file(), &self.named(now), look)?;
        self.store = store;
        self.is_blind = false;
        self.turns += 1;
        if let Some(anew) = anew {
            self.go_on_in(anew);
        }
        Ok(())
    }

    fn go_on_in(&mut self, anew: Anew) {
        self.turns += 1;
        self.news.push(News::Anew(anew));
        self.strangers = self.known.keys().copied().collect();
    }

    /// The sessions that are on are made known to the new database.
    fn introduce_strangers(&mut self) -> Stored<()> {
        while let Some(session) = self.strangers.last() {
            if let Some(Known { number, rundown, level }) = self.known.get_mut(session) {
                *number = self.store.begin_session(rundown, level, &[])?;
            }
            self.strangers.pop();
        }
        Ok(())
    }

    /// A start as it has to be told to a database that could not be read when it happened.
    pub(super) fn by_the_store(&self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        if let Fact::Start(start) = &mut entry.fact
            && start.reason.is_none()
            && let Ok(Some(run)) = self.store.last_run()
        {
            start.last_alive = self.store.last_alive().ok().flatten();
            start.reason = Some(if run.was_stopped { Reason::Shutdown } else { Reason::Power });
        }
        entry
    }

    fn named(&self, now: Timestamp) -> Zoned {
        now.to_zoned(self.zone.clone())
    }
}
