//! After an outage: closing what was open with what is known, giving every slot that passed its rows, and going on
//! with the session whose time it still is.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Entry, Fact, Outcome, Reason, Start};
use crate::equipment::store::{OpenRow, SavedSession, StoreFault};
use crate::planner::{Desk, plan_day};
use crate::playout::{Input, SittingId};
use crate::rundown::{Origin, Rundown};
use crate::schedule::SlotKey;
use crate::station::log_keeper::SessionRef;
use crate::station::on_air::OnAir;
use crate::station::rows::{Ended, RowMaker};
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
        let now = self.now();
        self.tell_of_the_database(now);
        let last_known = self.log.store().last_alive()?;
        let last_run = self.log.store().last_run()?;
        let reason = match last_run {
            Some(run) if run.was_stopped => Reason::Shutdown,
            _ => Reason::Power,
        };
        if last_known.is_none() {
            self.orders_since = now;
        }
        self.begin_with(last_known, now)?;
        self.resume_alarms(now);
        let start = Start {
            date: self.today(now),
            last_alive: last_known,
            reason: last_run.map(|_| reason),
            program: concat!("loa ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let entry = self.entry(now, Fact::Start(start));
        let known = if self.is_trusted() { now } else { self.timing.known_time };
        self.log.started(entry, known);
        self.close_what_was_on(now, reason)?;
        self.take_up_alerts();
        if self.is_trusted() {
            self.recover(now, reason, reason);
        } else {
            self.unrecovered = Some(reason);
        }
        Ok(())
    }

    /// A row about the program itself.
    pub(super) fn entry(&self, now: Timestamp, fact: Fact) -> Entry {
        Entry { station: self.papers.config.name.clone(), noted: self.noted(now), clock: self.clock_state(), fact }
    }

    /// Goes on where the last run stopped, because of `reason`, once the clock can be trusted; until then nothing aired because
    /// of `meanwhile`.
    pub(super) fn recover(&mut self, now: Timestamp, reason: Reason, meanwhile: Reason) {
        let yesterday = self.today(now).yesterday().unwrap_or(self.today(now));
        for date in yesterday.series(jiff::Span::new().days(1)).take(3) {
            self.begun.extend(self.log.store().begun_slots(date).unwrap_or_default());
        }
        self.recall_the_day(now);
        // What is over is closed first: only one session can go on.
        let mut unfinished = self.log.unfinished_sessions().unwrap_or_default();
        unfinished.sort_by_key(|session| (goes_on(&session.rundown, now), session.session_id));
        for session in unfinished {
            self.take_up(now, &session, reason);
        }
        if self.is_idle() {
            self.pass_over_what_went_by(now, meanwhile);
            self.join_what_is_on(now, meanwhile);
        }
    }

    /// Closes the rows that a dead run left open, whatever the clock says now.
    fn close_what_was_on(&mut self, now: Timestamp, reason: Reason) -> Result<(), StoreFault> {
        for session in self.log.unfinished_sessions()? {
            let reference = self.log.resume(&session);
            for open in &session.on_air {
                let (rundown, _) = session.of_zone(&open.zone);
                self.close_interrupted(now, reference, &rundown, &session.level, open.clone(), reason);
            }
        }
        Ok(())
    }

    /// Closes what a dead run left open; goes on with the session if it is still its time.
    fn take_up(&mut self, now: Timestamp, session: &SavedSession, reason: Reason) {
        let reference = self.log.resume(session);
        let goes_on = goes_on(&session.rundown, now) && self.is_idle();
        let zones = self.zones_of(&session.rundown);
        let id = self.sit_down(reference, &session.rundown.title, zones.len().max(1));
        // First: with the last zone on which it is over the session is closed for good.
        self.miss_on_absent_zones(now, reference, &session.rundown, &session.level, &session.over);
        for &zone in &zones {
            let (rundown, over) = session.of_zone(&self.zones[zone].name);
            self.seat(id, zone, rundown.clone(), session.level.clone());
            self.go_on(zone, id, now, rundown, over, reason, goes_on);
        }
        if zones.is_empty() {
            self.end_sitting(id, now);
        }
    }

    /// Goes on with a session on one zone: lines whose time has passed are missed; if it does not go on, all are.
    #[expect(clippy::too_many_arguments, reason = "where, which, when, what, and why")]
    fn go_on(
        &mut self,
        zone: usize,
        id: SittingId,
        now: Timestamp,
        rundown: Rundown,
        mut over: Vec<usize>,
        reason: Reason,
        goes_on: bool,
    ) {
        let past = |line: &usize| !goes_on || rundown.planned_at(&rundown.items[*line]) < now;
        let missed: Vec<usize> = (0..rundown.items.len()).filter(|line| !over.contains(line)).filter(past).collect();
        let silenced = (Outcome::Skipped, Reason::Operator);
        let (outcome, why) = if self.is_silenced() { silenced } else { (Outcome::Missed, reason) };
        self.miss(zone, id, now, &missed, outcome, why);
        over.extend(missed);
        if goes_on && over.len() < rundown.items.len() {
            self.tell(zone, now, Input::Begin { id, rundown: Box::new(rundown), over });
        } else {
            self.over_on(zone, id, now);
        }
    }

    /// Zones that a session names and the station does not have: its items have their rows all the same.
    pub(super) fn miss_on_absent_zones(
        &mut self,
        now: Timestamp,
        reference: SessionRef,
        rundown: &Rundown,
        level: &str,
        over: &[(String, usize)],
    ) {
        let clock = self.clock_state();
        let noted = self.noted(now);
        for zone in self.zones_missing(rundown) {
            let rows = RowMaker {
                station: self.papers.config.name.clone(),
                slot: rundown.slot.clone(),
                level: level.to_owned(),
                zone: zone.clone(),
                device: String::new(),
            };
            let lines = (0..rundown.items.len()).filter(|line| !over.contains(&(zone.clone(), *line)));
            let missed = |line| Ended {
                line,
                outcome: Outcome::Missed,
                reason: Some(Reason::Device),
                heard: Frames::ZERO,
                at: now,
                open: None,
                sent: None,
                confirmed: None,
                note: String::new(),
            };
            let closings = lines.map(|line| rows.item(rundown, &missed(line), clock, noted.clone())).collect();
            self.log.close(reference, closings, now);
        }
    }

    /// What was on the air when the program died: the checkpoint says how much was heard for certain.
    fn close_interrupted(
        &mut self,
        now: Timestamp,
        reference: SessionRef,
        rundown: &Rundown,
        level: &str,
        open: OpenRow,
        reason: Reason,
    ) {
        let rows = RowMaker {
            station: self.papers.config.name.clone(),
            slot: rundown.slot.clone(),
            level: level.to_owned(),
            zone: open.zone.clone(),
            device: open.device.clone(),
        };
        let (line, heard, clock) = (open.line, open.heard, open.clock);
        let at = time::later(open.aired_at, heard);
        let (outcome, reason) = (Outcome::Interrupted, Some(reason));
        let ended = Ended {
            line,
            outcome,
            reason,
            heard,
            at,
            open: Some(open),
            sent: None,
            confirmed: None,
            note: String::new(),
        };
        let closing = rows.item(rundown, &ended, clock, self.noted(now));
        if let Fact::Airing(airing) = &closing.entry.fact
            && airing.counts(self.papers.config.counts_from)
            && let Some(at) = airing.aired_at
        {
            self.history.note(rundown.slot.date, &rundown.items[line].piece.path, at);
        }
        let title = rundown.items[line].piece.title.clone();
        self.log.close(reference, vec![closing], now);
        self.say_once(Notice::ItemEnded { title, outcome, reason, heard });
    }

    /// Lines whose time passed while nothing could air. All of them are written down at once: after weeks without power
    /// there are thousands, and what is due now waits for them.
    pub(super) fn miss(
        &mut self,
        zone: usize,
        id: SittingId,
        now: Timestamp,
        lines: &[usize],
        outcome: Outcome,
        reason: Reason,
    ) {
        let clock = self.clock_state();
        let mut rows = Vec::with_capacity(lines.len());
        for &line in lines {
            let (reason, heard) = (Some(reason), Frames::ZERO);
            let ended = Ended {
                line,
                outcome,
                reason,
                heard,
                at: now,
                open: None,
                sent: None,
                confirmed: None,
                note: String::new(),
            };
            rows.extend(self.row_of(zone, id, now, &ended, clock));
        }
        if let Some(&(session, _)) = rows.first() {
            self.log.close(session, rows.into_iter().map(|(_, closing)| closing).collect(), now);
        }
    }

    /// Gives every scheduled slot that ended unaired since the last look its rows.
    pub(super) fn pass_over_what_went_by(&mut self, now: Timestamp, reason: Reason) {
        let from = self.timing.covered_until.max(now.checked_sub(ABSENCE_MAX).unwrap_or(now));
        self.timing.covered_until = self.timing.covered_until.max(now);
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
        let midnight = time::instant(date, Time::midnight(), &self.papers.config.timezone);
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
        // What lay in the past when it was ordered was never owed: a session that was edited while it was on is no second one.
        if rundown.span.start < self.orders_since || self.has_begun(&rundown) {
            return;
        }
        // What was left out of it, quiet hours or another session having taken all of its time, has rows that say so.
        if !rundown.items.is_empty() {
            let (title, at) = (rundown.title.clone(), self.shown(rundown.span.start));
            self.notices.push(Notice::PassedOver { title, at, reason });
        }
        let lines: Vec<usize> = (0..rundown.items.len()).collect();
        let zones = self.zones_of(&rundown);
        let id = self.session_began(now, rundown);
        for zone in zones {
            self.miss(zone, id, now, &lines, Outcome::Missed, reason);
            self.over_on(zone, id, now);
        }
    }

    /// Whether the store knows the slot already, as after a clock that ran ahead; it then never airs again. Nor does one that
    /// began before its schedule was edited, and has another name since.
    pub(super) fn has_begun(&mut self, rundown: &Rundown) -> bool {
        let slots = self.log.store().begun_slots(rundown.slot.date);
        let fires = self.papers.config.timezone.to_datetime(rundown.span.start).time();
        let before = Some(rundown.slot.otherwise_counted(fires)).filter(|_| rundown.span.start < self.orders_since);
        let known = |slot: &SlotKey| *slot == rundown.slot || Some(slot) == before.as_ref();
        let begun = rundown.origin.is_of_a_slot() && slots.is_ok_and(|begun| begun.iter().any(known));
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
        let zones = self.zones_of(&rundown);
        let id = self.session_began(now, rundown.clone());
        for zone in zones {
            self.go_on(zone, id, now, rundown.clone(), Vec::new(), reason, true);
        }
    }
}

/// Whether a session that was begun is still to be heard.
fn goes_on(rundown: &Rundown, now: Timestamp) -> bool {
    rundown.origin.is_of_a_slot() && rundown.span.end > now
}
