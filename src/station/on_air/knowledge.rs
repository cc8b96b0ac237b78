//! What the station goes by: the operator's papers and decisions, and the files that are there.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::equipment::folder::FolderGone;
use crate::equipment::store::StoreFault;
use crate::library::{Approvals, Found, assemble};
use crate::planner::owed_on;
use crate::station::home::Papers;
use crate::station::on_air::OnAir;
use crate::time;
use crate::words::Notice;

impl OnAir {
    /// New facts about the audio folder.
    pub fn set_found(&mut self, found: Vec<Found>) {
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
        for problem in papers.problems.iter().filter(|problem| !self.papers.problems.contains(problem)) {
            self.notices.push(Notice::Written(Box::new(problem.clone())));
        }
        if papers.orders != self.papers.orders {
            self.orders_since = self.equipment.clock.now();
        }
        self.papers = papers;
        self.reassemble();
    }

    /// The audio folder cannot be looked into; what was known of it holds.
    pub fn note_folder_gone(&mut self, gone: &FolderGone) {
        let (folder, detail) = (gone.folder.display().to_string(), gone.detail.clone());
        self.notices.push(Notice::FolderGone { folder, detail });
    }

    fn reassemble(&mut self) {
        let rules = self.papers.config.library_rules();
        self.catalogue = assemble(&self.found, &self.papers.manifest, &self.papers.sidecars, &self.approvals, &rules);
        self.plan = None;
        self.owed_on = None;
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

    /// Takes over approvals and level from the store.
    pub(super) fn take_decisions(&mut self) -> Result<(), StoreFault> {
        let foreign_changes = self.log.foreign_changes()?;
        let store = self.log.store();
        let approvals = Approvals::from_history(store.decisions()?);
        let levels = store.levels()?;
        match self.levels.last() {
            // A new database that could not take it over: whoever is still on the air knows it.
            Some(last) if levels.is_empty() => drop(self.log.store_mut().set_level(last)),
            _ => self.levels = levels,
        }
        (self.foreign_changes, self.approvals) = (foreign_changes, approvals);
        let level = self.level_at(self.equipment.clock.now());
        if let (Some(level), true) = (&level, self.level.is_some() && level != self.level) {
            self.notices.push(Notice::LevelChanged { level: level.clone() });
        }
        self.level = level;
        self.reassemble();
        Ok(())
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
