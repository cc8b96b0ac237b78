//! What the station goes by: the operator's papers and decisions, and the files that are there.

use std::mem;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::equipment::store::StoreFault;
use crate::library::{Accepted, Catalogue, Found, Pin, assemble, to_be_pinned};
use crate::planner::owed_on;
use crate::station::home::Papers;
use crate::station::on_air::OnAir;
use crate::time;
use crate::words::Notice;

impl OnAir {
    /// New facts about the audio folder.
    pub fn set_found(&mut self, found: Vec<Found>) {
        self.note_folder_there();
        if found != self.found {
            self.found = found;
            self.reassemble();
        }
    }

    /// New words of the operator: from the next session on.
    pub fn set_papers(&mut self, papers: Papers) {
        if papers == self.papers {
            return;
        }
        if papers.orders != self.papers.orders {
            self.orders_since = self.now();
        }
        self.quiet_hours.change(papers.orders.quiet_hours, papers.config.timezone.clone());
        self.papers = papers;
        self.accept_manifest();
        self.reassemble();
    }

    /// The manifests with a batch that were in force, oldest first.
    #[must_use]
    pub fn accepted(&self) -> &[Accepted] {
        &self.accepted
    }

    /// Remembers the manifest in force, so that an earlier one never comes back.
    pub(super) fn accept_manifest(&mut self) {
        let now = self.now();
        if let Some(new) = self.papers.trust(&self.accepted).newly_accepted(&self.papers.manifest, now) {
            self.accepted.push(new.clone());
            self.log.accept(new, now);
        }
    }

    pub(super) fn reassemble(&mut self) {
        self.catalogue = self.assembled();
        let now = self.now();
        let first_sight_counts = self.papers.config.trusted_keys.is_empty();
        let pins = to_be_pinned(&self.catalogue, &self.papers.manifest, &self.approvals, first_sight_counts, now);
        // What was accepted before and cannot be read is not overruled by what lies there now.
        if !pins.is_empty() && !self.log.is_blind() {
            self.approvals = mem::take(&mut self.approvals).with_pins(pins.clone());
            self.log.pin(pins, now);
            self.catalogue = self.assembled();
        }
        self.note_catalogue();
        self.plan = None;
        self.owed_on = None;
        self.withdraw_what_was_forbidden(now);
    }

    /// While the clock cannot be right, the days of the manifest bind nobody: what is begun by hand airs.
    fn assembled(&self) -> Catalogue {
        let Papers { manifest, sidecars, config, .. } = &self.papers;
        let manifest = if self.is_trusted() { manifest } else { &manifest.undated() };
        assemble(&self.found, manifest, sidecars, &self.approvals, &config.library_rules())
    }

    /// Writes down what today owes, whenever that is other than what was written last: later orders change no day that
    /// is over.
    pub(super) fn note_owed(&mut self, now: Timestamp) {
        let today = self.today(now);
        if self.owed_on != Some(today) {
            self.owed_on = Some(today);
            self.note_owed_on(today, now);
        }
    }

    /// The same for a day on which the program did not run.
    pub(in crate::station) fn note_owed_on(&mut self, date: Date, now: Timestamp) {
        let tomorrow = date.tomorrow().unwrap_or(date);
        let end = time::instant(tomorrow, Time::midnight(), &self.papers.config.timezone);
        let level = self.level_at(end.min(now));
        let owed = owed_on(&self.papers.orders, &self.catalogue, date, level.as_deref());
        if self.owed.as_ref() != Some(&owed) {
            self.log.owe(date, owed.clone(), now);
            self.owed = Some(owed);
        }
    }

    /// Takes over approvals and level from the store. Nobody else pins anything: what is pinned here may not be written yet.
    pub(super) fn take_decisions(&mut self) -> Result<(), StoreFault> {
        let foreign_changes = self.log.foreign_changes()?;
        let store = self.log.store();
        let (approvals, accepted) = (store.approvals()?, store.accepted()?);
        let levels = store.levels()?;
        match self.levels.last() {
            // A new database that could not take it over: whoever is still on the air knows it.
            Some(last) if levels.is_empty() => drop(self.log.store_mut().set_level(last)),
            _ => self.levels = levels,
        }
        let is_exchanged = self.foreign_changes.0 != 0 && self.foreign_changes.0 != foreign_changes.0;
        let own: Vec<Pin> = self.approvals.pins().cloned().collect();
        if is_exchanged && approvals.pins().next().is_none() && !own.is_empty() {
            self.log.pin(own.clone(), self.now());
        }
        let approvals = approvals.with_pins(own);
        self.take_accepted(accepted, is_exchanged);
        (self.foreign_changes, self.approvals) = (foreign_changes, approvals);
        let level = self.level_at(self.now());
        if let (Some(level), true) = (&level, self.level.is_some() && level != self.level) {
            self.notices.push(Notice::LevelChanged { level: level.clone() });
        }
        self.level = level;
        self.reassemble();
        Ok(())
    }

    /// Takes over which manifests the store knows, beside those that wait to be written; an exchanged one that knows none
    /// is told.
    fn take_accepted(&mut self, mut accepted: Vec<Accepted>, is_exchanged: bool) {
        let is_told = is_exchanged && accepted.is_empty();
        for own in mem::take(&mut self.accepted) {
            if is_told {
                self.log.accept(own.clone(), self.now());
            }
            if !accepted.iter().any(|other| (other.batch, &other.content) == (own.batch, &own.content)) {
                accepted.push(own);
            }
        }
        self.accepted = accepted;
    }

    /// The response level in force at an instant; before any was set, the first the station knows.
    pub(in crate::station) fn level_at(&self, instant: Timestamp) -> Option<String> {
        let set = self.levels.iter().rev().find(|change| change.at <= instant).map(|change| change.level.clone());
        set.or_else(|| self.papers.config.levels.first().cloned())
    }

    /// Commands of other processes reach the station through the store.
    pub(super) fn hear_operators(&mut self) {
        if self.log.foreign_changes().is_ok_and(|changes| changes != self.foreign_changes) {
            // A failed read leaves what was known in force; the next change is heard again.
            let _ = self.take_decisions();
        }
    }
}
