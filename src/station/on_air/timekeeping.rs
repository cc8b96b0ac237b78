//! The station's time: following the computer's clock, and how far that can be trusted.
//!
//! A clock that is set while something is on the air counts when that is over. One that cannot be right keeps everything
//! scheduled off the air, until a time server or a person says what time it is.

use jiff::{SignedDuration, Timestamp};

use crate::airtime::{ClockSet, ClockState, Doubt, Fact, Noted, Reason, doubt};
use crate::equipment::store::StoreFault;
use crate::playout::Input;
use crate::station::command::Answer;
use crate::station::on_air::OnAir;
use crate::time::Jump;
use crate::words::Notice;

/// Less is not worth a row.
const SET_MIN: SignedDuration = SignedDuration::from_secs(2);
/// A loop that wakes so much later than it wanted stood still: the computer slept, or the program was stopped.
const STOOD_STILL: SignedDuration = SignedDuration::from_secs(60);

/// What the station knows of the time.
pub(in crate::station) struct Timing {
    /// The latest instant known to have passed.
    pub known_time: Timestamp,
    /// Every slot that ended before this has its rows.
    pub covered_until: Timestamp,
    /// What time it was when the clock was set ahead; until it is set back.
    ran_ahead_from: Option<Timestamp>,
    /// What speaks against the clock.
    pub doubt: Option<Doubt>,
    /// What the battery's clock showed when the program began, unless the computer was told the time since it started.
    pub battery: Option<Timestamp>,
    /// The clock was set while something is on the air, and that was said.
    jump_waits: bool,
    /// When the last step wanted the next one at the latest.
    pub woken_by: Timestamp,
    /// Nothing ran before this step.
    slept: bool,
    /// The uptime of the computer when the program began.
    began: SignedDuration,
}

impl Timing {
    pub fn new(now: Timestamp, uptime: SignedDuration) -> Self {
        let (known_time, covered_until, woken_by) = (now, now, now);
        Self {
            known_time,
            covered_until,
            ran_ahead_from: None,
            doubt: None,
            battery: None,
            jump_waits: false,
            woken_by,
            slept: false,
            began: uptime,
        }
    }
}

impl OnAir {
    /// Looks at the clock, at the beginning of a step, and says what time it is for the station.
    pub(super) fn look_at_the_clock(&mut self) -> Timestamp {
        let held = !self.is_idle();
        let jump = self.equipment.clock.follow(held);
        let now = self.now();
        match jump {
            Some(jump) if held => {
                if !std::mem::replace(&mut self.timing.jump_waits, true) {
                    self.notices.push(Notice::ClockSetWaits { to: self.shown(jump.to) });
                }
            }
            Some(jump) => self.clock_was_set(jump),
            None => self.timing.jump_waits = false,
        }
        self.judge_clock(now);
        let wall = self.equipment.clock.wall();
        let can_be = self.speaks_against(wall).is_none();
        self.quiet_hours.note_wall(can_be.then_some(wall), now);
        self.timing.slept = jump.is_none_or(|_| held) && now.duration_since(self.timing.woken_by) > STOOD_STILL;
        if self.timing.slept {
            self.notices.push(Notice::StoodStill { since: self.shown(self.timing.woken_by) });
            self.tell_all(now, &Input::StoodStill);
        }
        now
    }

    /// The station's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.equipment.clock.now()
    }

    fn clock_was_set(&mut self, jump: Jump) {
        self.timing.jump_waits = false;
        if jump.by().abs() < SET_MIN {
            return;
        }
        self.plan = None;
        // Somebody, or a time server, knew better than the battery. A time kept on the disk is never ahead.
        if jump.to > jump.from {
            self.timing.battery = None;
        }
        self.look_again(jump);
        self.recall_the_day(jump.to);
        self.notices.push(Notice::ClockSet { from: self.shown(jump.from), to: self.shown(jump.to) });
        let set = ClockSet { date: self.today(jump.to), from: jump.from, by: String::new() };
        let entry = self.entry(jump.to, Fact::ClockSet(set));
        self.log.note(entry, jump.to);
    }

    /// What aired on the day that it turns out to be: the day that the clock showed before was another.
    pub(in crate::station) fn recall_the_day(&mut self, now: Timestamp) {
        let today = self.today(now);
        if !self.history.is_of(today) {
            // What cannot be read is not known to have aired; the history of the other day at least knows the turns.
            let read = self.log.store().history(today, self.papers.config.counts_from);
            self.history = read.unwrap_or_else(|_| self.history.at(today));
        }
    }

    /// What a clock that ran ahead seemed to have passed is looked at once more when it is set back: what has its rows keeps
    /// them, what has none gets them.
    fn look_again(&mut self, jump: Jump) {
        if jump.to > jump.from {
            self.timing.ran_ahead_from.get_or_insert(jump.from);
        } else {
            let since = self.timing.ran_ahead_from.take().unwrap_or(jump.to).min(jump.to);
            self.timing.covered_until = self.timing.covered_until.min(since);
        }
    }

    /// Begins with what is known of the time: `last` is the latest instant known to have passed.
    ///
    /// # Errors
    /// The database failed.
    pub(in crate::station) fn begin_with(&mut self, last: Option<Timestamp>, now: Timestamp) -> Result<(), StoreFault> {
        self.timing.known_time = last.unwrap_or(now);
        self.timing.covered_until = last.unwrap_or(now);
        self.timing.battery = self.equipment.clock.battery();
        let is_guessed = matches!(self.speaks_against(now), Some(Doubt::Guessed { .. }));
        if is_guessed && self.log.store().was_told_the_time(&self.equipment.clock.boot().id)? {
            self.timing.battery = None;
        }
        self.judge_clock(now);
        Ok(())
    }

    /// Judges whether the clock can be right; nothing scheduled begins while it cannot.
    pub(in crate::station) fn judge_clock(&mut self, now: Timestamp) {
        let state = self.equipment.clock.state();
        if state == ClockState::Synced {
            self.timing.battery = None;
        }
        let was_trusted = self.is_trusted();
        self.timing.doubt = self.speaks_against(now);
        if self.is_trusted() != was_trusted {
            // What an untrusted clock cannot date only warns.
            self.reassemble();
        }
        if state == ClockState::Synced && now < self.timing.known_time {
            // A time server outranks whatever a wrong clock wrote down before.
            self.log.known_to_be(now);
            self.timing.known_time = now;
        }
        if self.is_trusted() {
            self.timing.known_time = self.timing.known_time.max(now);
        }
    }

    /// What speaks against a clock that shows `time`.
    fn speaks_against(&self, time: Timestamp) -> Option<Doubt> {
        doubt(time, self.equipment.clock.state(), Some(self.timing.known_time), self.timing.battery)
    }

    /// A person who looked at another clock says that this one is right.
    pub fn confirm_the_clock(&mut self, by: &str) -> Answer {
        let now = self.now();
        let set = ClockSet { date: self.today(now), from: self.timing.known_time, by: by.to_owned() };
        self.timing.known_time = now;
        self.timing.battery = None;
        self.log.known_to_be(now);
        self.judge_clock(now);
        let entry = self.entry(now, Fact::ClockSet(set));
        self.log.note(entry, now);
        Answer::Done { unwritten: self.log.trouble().map(|(fault, ..)| fault.to_string()) }
    }

    /// The clock as rows of the log call it.
    pub(in crate::station) fn clock_state(&self) -> ClockState {
        if self.is_trusted() { self.equipment.clock.state() } else { ClockState::Untrusted }
    }

    /// When a row is written down.
    pub(in crate::station) fn noted(&self, at: Timestamp) -> Noted {
        Noted { at, boot: Some(self.equipment.clock.boot()) }
    }

    /// Sessions that ended while the clock was wrong, or were jumped over, have their rows.
    pub(super) fn catch_up(&mut self, now: Timestamp) {
        if self.is_trusted()
            && self.is_idle()
            && let Some(reason) = self.unrecovered.take()
        {
            // The uptime knows when the program began, whatever the clock showed then.
            let began = now.checked_sub(self.equipment.clock.boot().uptime - self.timing.began).unwrap_or(now);
            self.pass_over_what_went_by(began, reason);
            self.recover(now, reason, Reason::Clock);
        }
        if self.has_no_session() && self.is_trusted() {
            let reason = if self.timing.slept { Reason::Power } else { Reason::Clock };
            self.pass_over_what_went_by(now, reason);
        }
    }
}
