//! The ways off the air: the hard end, time that passes while nothing can air, latched silence, the end of the program.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::playout::machine::{Device, Machine};
use crate::playout::sitting::{Sitting, State};
use crate::playout::{Action, CueId};
use crate::rundown::{Origin, Why};
use crate::time::Frames;

impl Machine {
    pub(super) fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for index in 0..self.sittings.len() {
            if now >= self.last_words(&self.sittings[index]) {
                self.hard_end(index, now, actions);
            }
        }
        if self.is_held {
            self.pass_over_late(now, Outcome::Skipped, Reason::Operator, actions);
        } else if let Device::Lost { retry_at, .. } = self.device
            && now >= retry_at
            && !self.sittings.iter().all(Sitting::is_over)
        {
            self.pass_over_late(now, Outcome::Missed, Reason::Device, actions);
            actions.push(Action::Open);
        }
    }

    /// Off the air: whatever is still on is closed as it stands, whatever waits has missed its time.
    fn hard_end(&mut self, index: usize, now: Timestamp, actions: &mut Vec<Action>) {
        let has_air = index + 1 == self.sittings.len();
        let lost = matches!(self.device, Device::Lost { .. });
        let (counts_from, is_held) = (self.counts_from, self.is_held);
        let sitting = &mut self.sittings[index];
        if has_air && sitting.in_flight() > 0 {
            actions.push(Action::Fade);
        }
        sitting.take_back(now);
        if let Some((line, heard, _)) = sitting.on() {
            let short_of = if sitting.yielding.is_some() { Reason::Preempted } else { Reason::HardEnd };
            sitting.close(line, heard, short_of, now, counts_from, actions);
        }
        let (outcome, reason) = match (is_held, lost) {
            (true, _) => (Outcome::Skipped, Reason::Operator),
            (_, true) => (Outcome::Missed, Reason::Device),
            _ => sitting.no_time(),
        };
        for line in sitting.in_order() {
            sitting.give_up(line, outcome, reason, now, counts_from, actions);
        }
    }

    /// Items whose whole time has passed while nothing could air.
    fn pass_over_late(&mut self, now: Timestamp, outcome: Outcome, reason: Reason, actions: &mut Vec<Action>) {
        let counts_from = self.counts_from;
        for sitting in &mut self.sittings {
            for line in sitting.in_order() {
                if sitting.is_past(line, now) {
                    sitting.give_up(line, outcome, reason, now, counts_from, actions);
                }
            }
        }
    }

    /// Silence now, and until released. A session goes on then; an alert is over for good.
    pub(super) fn silence(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.is_held = true;
        self.ground(now, Reason::Operator, actions);
        let counts_from = self.counts_from;
        for sitting in self.sittings.iter_mut().filter(|sitting| sitting.rundown.origin == Origin::Alert) {
            for line in sitting.in_order() {
                sitting.give_up(line, Outcome::Skipped, Reason::Operator, now, counts_from, actions);
            }
        }
        self.device = Device::Closed;
        actions.push(Action::Close);
    }

    /// An alert that is on is over; what it took the air from goes on.
    pub(super) fn end_alert(&mut self, now: Timestamp, outcome: Outcome, reason: Reason, actions: &mut Vec<Action>) {
        let counts_from = self.counts_from;
        // With nothing beneath it the output is given back, and the ramp has to be heard before.
        let down = if self.sittings.len() > 1 { Action::Fade } else { Action::Cut };
        let Some(sitting) = self.sittings.last_mut().filter(|top| top.rundown.origin == Origin::Alert) else { return };
        if sitting.in_flight() > 0 {
            actions.push(down);
        }
        sitting.take_back(now);
        if let Some((line, heard, _)) = sitting.on() {
            sitting.close(line, heard, reason, now, counts_from, actions);
        }
        for line in sitting.in_order() {
            sitting.give_up(line, outcome, reason, now, counts_from, actions);
        }
    }

    pub(super) fn release(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.is_held = false;
        for sitting in &mut self.sittings {
            sitting.lose_time(now, Reason::Operator);
        }
        if !self.sittings.is_empty() && self.device == Device::Closed {
            self.device = Device::Opening;
            actions.push(Action::Open);
        }
    }

    /// Quiet has to be kept: what was heard counts, what was not is blocked.
    pub(super) fn barred(
        &mut self,
        now: Timestamp,
        cue: CueId,
        heard: Frames,
        at: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        if heard.is_zero() {
            self.refused(now, cue, Why::QuietHours, actions);
        } else {
            self.close(cue, heard, Reason::QuietHours, at, actions);
        }
    }

    /// What found no time because nothing ran was lost to the power.
    pub(super) fn stood_still(&mut self, now: Timestamp) {
        for sitting in &mut self.sittings {
            sitting.lose_time(now, Reason::Power);
        }
    }

    pub(super) fn stop(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.ground(now, Reason::Shutdown, actions);
        let counts_from = self.counts_from;
        // A scheduled session goes on if the program is back before its end; one begun by hand does not.
        for sitting in &mut self.sittings {
            if matches!(sitting.rundown.origin, Origin::ByHand | Origin::Alert) {
                for line in sitting.in_order() {
                    sitting.give_up(line, Outcome::Missed, Reason::Shutdown, now, counts_from, actions);
                }
            }
        }
        self.finish(now, actions);
        self.sittings.clear();
        self.device = Device::Closed;
        actions.push(Action::Close);
    }

    /// Nothing is in the output any more: closes what was on, or had been when the device was lost.
    fn ground(&mut self, now: Timestamp, reason: Reason, actions: &mut Vec<Action>) {
        if self.sittings.iter().any(|sitting| sitting.in_flight() > 0) {
            actions.push(Action::Cut);
        }
        for sitting in &mut self.sittings {
            sitting.take_back(now);
            sitting.yielding = None;
            let on = sitting.on().map(|(line, heard, _)| (line, heard));
            let put_off =
                |line: &usize| !sitting.heard_before(*line).is_zero() && sitting.state(*line) == State::Waiting;
            let on = on.or_else(|| {
                let line = sitting.in_order().into_iter().find(put_off)?;
                Some((line, sitting.heard_before(line)))
            });
            if let Some((line, heard)) = on {
                sitting.close(line, heard, reason, now, self.counts_from, actions);
            }
        }
    }
}
