//! After an outage: closing what was open with what is known, giving every slot that passed its rows, and going on
//! with the session whose time it still is.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Entry, Fact, Outcome, Reason, Start};
use crate::equipment::store::{OpenRow, SavedSession, StoreFault};
use crate::planner::{Desk, plan_day};
use crate::playout::Input;
use crate::rundown::{Origin, Rundown};
use crate::station::on_air::OnAir;
use crate::station::rows::Ended;
use crate::time::{self, Frames, Span};
use crate::words::Notice;

/// Longer absences are not gone through day by day: a station back after a year owes no rows for the year.
const ABSENCE_MAX: SignedDuration = SignedDuration::from_hours(24 * 92);

impl OnAir {
    /// Begins the run: whatever the last one left open is closed as it stands, whatever passed meanwhile has its rows,
    /// and a session that is still on goes on.
    ///
    /// # Errors
    /// The database failed.
    pub fn start(&mut self) -> Result<(), StoreFault> {
        let now = self.equipment.clock.now();
        let last_known = self.log.store().last_alive()?;
        let last_run = self.log.store().last_run()?;
        let reason = match last_run {
            Some(run) if run.was_stopped => Reason::Shutdown,
            _ => Reason::Power,
        };
        self.known_time = last_known.map_or(now, |known| known.max(now));
        self.covered_until = last_known.unwrap_or(now);
        if last_known.is_none() {
            self.orders_since = now;
        }
        self.judge_clock(now);
        let start = Start {
            date: self.today(now),
            last_alive: last_known,
            reason: last_run.map(|_| reason),
            program: concat!("loa ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let entry = self.entry(now, Fact::Start(start));
        self.log.store_mut().begin_run(&entry)?;
        self.close_what_was_on(now, reason)?;
        if self.is_trusted() {
            self.recover(now, reason);
        } else {
            self.unrecovered = Some(reason);
        }
        Ok(())
    }

    /// A row about the program itself.
    pub(super) fn entry(&self, now: Timestamp, fact: Fact) -> Entry {
        Entry { station: self.papers.config.name.clone(), noted_at: now, clock: self.clock_state(), fact }
    }

    /// Goes on where the last run stopped, once the clock can be trusted.
    pub(super) fn recover(&mut self, now: Timestamp, reason: Reason) {
        let yesterday = self.today(now).yesterday().unwrap_or(self.today(now));
        for date in yesterday.series(jiff::Span::new().days(1)).take(3) {
            self.begun.extend(self.log.store().begun_slots(date).unwrap_or_default());
        }
        // What is over is closed first: only one session can go on.
        let mut unfinished = self.log.store().unfinished_sessions().unwrap_or_default();
        unfinished.sort_by_key(|session| (goes_on(&session.rundown, now), session.session_id));
        for session in unfinished {
            self.take_up(now, session, reason);
        }
        if self.machine.is_idle() {
            self.pass_over_what_went_by(now, reason);
            self.join_what_is_on(now, reason);
        }
    }

    /// Closes the rows that a dead run left open, whatever the clock says now.
    fn close_what_was_on(&mut self, now: Timestamp, reason: Reason) -> Result<(), StoreFault> {
        for session in self.log.store().unfinished_sessions()? {
            let SavedSession { session_id, rundown, level, on_air, .. } = session;
            let reference = self.log.resume(session_id);
            self.sit_down(reference, rundown, level);
            for open in on_air {
                self.close_interrupted(now, open, reason);
            }
            self.sitting = None;
        }
        Ok(())
    }

    /// Closes what a dead run left open; goes on with the session if it is still its time.
    fn take_up(&mut self, now: Timestamp, session: SavedSession, reason: Reason) {
        let SavedSession { session_id, rundown, level, over, .. } = session;
        let reference = self.log.resume(session_id);
        self.sit_down(reference, rundown.clone(), level);
        let mut over = over;
        let goes_on = goes_on(&rundown, now) && self.machine.is_idle();
        let past = |line: &usize| !goes_on || rundown.planned_at(&rundown.items[*line]) < now;
        let missed: Vec<usize> = (0..rundown.items.len()).filter(|line| !over.contains(line)).filter(past).collect();
        self.miss(now, &missed, reason);
        over.extend(missed);
        if goes_on && over.len() < rundown.items.len() {
            self.tell(now, Input::Resume { rundown: Box::new(rundown), over });
        } else {
            self.session_over(now);
        }
    }

    /// What was on the air when the program died: the checkpoint says how much was heard for certain.
    fn close_interrupted(&mut self, now: Timestamp, open: OpenRow, reason: Reason) {
        let (line, heard, clock) = (open.line, open.heard, open.clock);
        let at = time::later(open.aired_at, heard);
        let (outcome, reason) = (Outcome::Interrupted, Some(reason));
        self.item_ended(
            now,
            &Ended { line, outcome, reason, heard, at, open: Some(open), sent: None, confirmed: None },
            clock,
        );
    }

    /// Lines whose time passed while nothing could air.
    fn miss(&mut self, now: Timestamp, lines: &[usize], reason: Reason) {
        let clock = self.clock_state();
        for &line in lines {
            let (outcome, reason, heard) = (Outcome::Missed, Some(reason), Frames::ZERO);
            self.item_ended(
                now,
                &Ended { line, outcome, reason, heard, at: now, open: None, sent: None, confirmed: None },
                clock,
            );
        }
    }

    /// Gives every scheduled slot that ended unaired since the last look its rows.
    pub(super) fn pass_over_what_went_by(&mut self, now: Timestamp, reason: Reason) {
        let from = self.covered_until.max(now.checked_sub(ABSENCE_MAX).unwrap_or(now));
        self.covered_until = self.covered_until.max(now);
        let gap = Span { start: from, end: now };
        if gap.length() < Frames::from_secs(1) {
            return;
        }
        let first = self.today(from).yesterday().unwrap_or(self.today(from));
        let days = first.series(jiff::Span::new().days(1)).take_while(|date| *date <= self.today(now));
        for date in days.collect::<Vec<_>>() {
            if self.today(from) < date {
                self.note_owed_on(date, now);
            }
            for rundown in self.plan_of_old(date) {
                if gap.start < rundown.span.end && rundown.span.end <= gap.end {
                    self.pass_over(now, rundown, reason);
                }
            }
        }
    }

    /// The scheduled sessions of a day as they were ordered then: each by the level in force when it was to begin.
    fn plan_of_old(&self, date: Date) -> Vec<Rundown> {
        let midnight = time::instant(date, Time::midnight(), &self.papers.config.zone);
        let changes = self.levels.iter().map(|change| change.at).filter(|at| self.today(*at) == date);
        let mut levels: Vec<Option<String>> =
            std::iter::once(midnight).chain(changes).map(|at| self.level_at(at)).collect();
        levels.sort();
        levels.dedup();
        let mut rundowns = Vec::new();
        for level in levels {
            let desk = Desk { level: level.as_deref(), ..self.desk() };
            let plan = plan_day(&desk, date, midnight, &self.begun, &self.history);
            let then = |rundown: &Rundown| self.level_at(rundown.span.start) == level;
            rundowns.extend(plan.rundowns.into_iter().filter(|one| one.origin == Origin::Scheduled).filter(then));
        }
        rundowns.sort_by_key(|rundown| rundown.span);
        rundowns
    }

    fn pass_over(&mut self, now: Timestamp, rundown: Rundown, reason: Reason) {
        if self.has_begun(&rundown) {
            return;
        }
        let (title, at) = (rundown.title.clone(), self.shown(rundown.span.start));
        self.notices.push(Notice::PassedOver { title, at, reason });
        let lines: Vec<usize> = (0..rundown.items.len()).collect();
        self.session_began(now, rundown);
        self.miss(now, &lines, reason);
        self.session_over(now);
    }

    /// Whether the store knows the slot already, as after a clock that ran ahead; it then never airs again.
    pub(super) fn has_begun(&mut self, rundown: &Rundown) -> bool {
        let slots = self.log.store().begun_slots(rundown.slot.date);
        let begun = rundown.origin != Origin::ByHand && slots.is_ok_and(|begun| begun.contains(&rundown.slot));
        if begun {
            self.begun.insert(rundown.slot.clone());
        }
        begun
    }

    /// A session that began while the program was down is joined where it stands.
    fn join_what_is_on(&mut self, now: Timestamp, reason: Reason) {
        let Some(next) = self.next(now).cloned() else { return };
        if next.span.start < now && next.origin == Origin::Scheduled {
            self.join(now, next, reason);
        }
    }

    /// Whether a session was ordered before it was to begin: by these papers, at this level, of this station.
    fn was_ordered_in_time(&self, rundown: &Rundown) -> bool {
        self.orders_since <= rundown.span.start && self.level_at(rundown.span.start) == self.level
    }

    /// Joins a session in its middle: what should have aired already is missed, the rest airs. What lay in the past when
    /// the session was ordered was never owed, and has no row.
    pub(super) fn join(&mut self, now: Timestamp, mut rundown: Rundown, reason: Reason) {
        if !self.was_ordered_in_time(&rundown) {
            let start = rundown.span.start;
            rundown.items.retain(|item| time::later(start, item.offset) >= now);
        }
        let past = |line: &usize| rundown.planned_at(&rundown.items[*line]) < now;
        let over: Vec<usize> = (0..rundown.items.len()).filter(past).collect();
        self.session_began(now, rundown.clone());
        self.miss(now, &over, reason);
        if over.len() < rundown.items.len() {
            self.tell(now, Input::Resume { rundown: Box::new(rundown), over });
        } else {
            self.session_over(now);
        }
    }
}

/// Whether a session that was begun is still to be heard.
fn goes_on(rundown: &Rundown, now: Timestamp) -> bool {
    rundown.origin != Origin::ByHand && rundown.span.end > now
}
