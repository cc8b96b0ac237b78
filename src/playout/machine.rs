//! The machine: sessions from their first frame to their hard end, one of them on the air.
//!
//! Normally there is one. An alert takes the air from whatever is on, which goes on when the alert is over: the item that
//! was cut airs again from its beginning if there is time for it. A lost device is opened again, and the item that was
//! on goes on where it was last heard. A latched silence keeps everything off the air until it is released.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Defect;
use crate::playout::sitting::{Sitting, State};
use crate::playout::{Action, CueId, Input, Record, SittingId, SoundEvent, SoundFault, Start};
use crate::rundown::{Origin, Piece, Rundown, Why};
use crate::time::{self, Frames};

/// Items kept lined up behind the one on the air, so that the output always has something decoded in hand.
const LINED_UP: usize = 3;
/// A checkpoint at the first look after so long: what a power cut may cost is about a second.
const CHECKPOINT_EVERY: Frames = Frames::from_millis(700);
/// First and longest pause between two tries to open a lost device: it is back on the air 0.3 s after it returned.
const RETRY_FIRST: Frames = Frames::from_millis(100);
const RETRY_LONGEST: Frames = Frames::from_millis(250);
/// A device lost as soon as it was opened is opened again at once, so often.
const FALSE_STARTS_MAX: u32 = 3;
/// How long after the hard end the output is given to report its last frames.
const LAST_WORDS: Frames = Frames::from_millis(300);

/// Plays rundowns. See the module's documentation.
#[derive(Debug)]
pub struct Machine {
    /// Share of a file that must have gone out to count as an airing.
    pub(super) counts_from: f64,
    /// Sessions under way; the last one has the air.
    pub(super) sittings: Vec<Sitting>,
    pub(super) device: Device,
    /// Somebody was told that the device is lost.
    loss_is_told: bool,
    /// How often in a row it was lost as soon as it was opened.
    false_starts: u32,
    /// Silence is latched.
    pub(super) is_held: bool,
    next_cue: u64,
    /// How much later than the programme the output is.
    tail: Frames,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Device {
    Closed,
    Opening,
    Open,
    Lost { retry_at: Timestamp, pause: Frames },
}

/// What is on the air, for whoever looks.
#[derive(Clone, Debug)]
pub struct OnAir<'a> {
    pub id: SittingId,
    pub rundown: &'a Rundown,
    /// The item that sounds, how much of it was heard, and since when.
    pub now: Option<(usize, Frames, Timestamp)>,
    /// The item that comes next.
    pub next: Option<usize>,
    /// The items that are on or still to come, in the order they air.
    pub ahead: Vec<usize>,
    pub device_lost: bool,
}

impl Machine {
    #[must_use]
    pub fn new(counts_from: f64) -> Self {
        Self {
            counts_from,
            sittings: Vec::new(),
            device: Device::Closed,
            loss_is_told: false,
            false_starts: 0,
            is_held: false,
            next_cue: 0,
            tail: Frames::ZERO,
        }
    }

    /// The same for an output that is so much later than the programme.
    #[must_use]
    pub fn ending_later(self, tail: Frames) -> Self {
        Self { tail, ..self }
    }

    /// When a session is over for good: the output has had time to tell its last frames.
    pub(super) fn last_words(&self, sitting: &Sitting) -> Timestamp {
        time::later(sitting.rundown.span.end, LAST_WORDS + self.tail)
    }

    /// Whether no session is on or about to be.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.sittings.is_empty()
    }

    /// Whether nothing but alerts is on or about to be.
    #[must_use]
    pub fn has_no_session(&self) -> bool {
        self.sittings.iter().all(|sitting| sitting.rundown.origin == Origin::Alert)
    }

    /// What is on the air.
    #[must_use]
    pub fn on_air(&self) -> Option<OnAir<'_>> {
        let sitting = self.sittings.last()?;
        let device_lost = matches!(self.device, Device::Lost { .. });
        let Sitting { id, rundown, .. } = sitting;
        let (now, next, ahead) = (sitting.on(), sitting.next(), sitting.ahead());
        Some(OnAir { id: *id, rundown, now, next, ahead, device_lost })
    }

    /// What is lined up and has not begun, as far as the output has told.
    #[must_use]
    pub fn lined_up(&self) -> Vec<(CueId, Piece)> {
        let Some(sitting) = self.sittings.last() else { return Vec::new() };
        let waits = |line: usize| match sitting.state(line) {
            State::LinedUp { cue, .. } => Some((cue, sitting.item(line).piece.clone())),
            _ => None,
        };
        sitting.in_order().into_iter().filter_map(waits).collect()
    }

    /// When the machine next has something to do by itself.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let ends = self.sittings.iter().map(|sitting| self.last_words(sitting));
        let end = ends.min()?;
        match self.device {
            Device::Lost { retry_at, .. } => Some(retry_at.min(end)),
            _ => Some(end),
        }
    }

    /// Takes one input at `now` and says what is to be done, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        match input {
            Input::Begin { id, rundown, over } => self.begin(now, Sitting::new(id, *rundown, &over, now), &mut actions),
            Input::Opened => self.opened(&mut actions),
            Input::Cued => {}
            Input::Refused { cue, why } => self.refused(now, cue, why, &mut actions),
            Input::Sound(event) => self.sound(now, event, &mut actions),
            Input::Tick => self.tick(now, &mut actions),
            Input::Silence => self.silence(now, &mut actions),
            Input::Release => self.release(now, &mut actions),
            Input::StoodStill => self.stood_still(now),
            Input::CancelAlert => self.end_alert(now, Outcome::Skipped, Reason::Operator, &mut actions),
            Input::PassOverAlert => self.end_alert(now, Outcome::Missed, Reason::Device, &mut actions),
            Input::Stop => self.stop(now, &mut actions),
        }
        self.finish(now, &mut actions);
        self.line_up(now, &mut actions);
        self.finish(now, &mut actions);
        actions
    }

    fn begin(&mut self, now: Timestamp, sitting: Sitting, actions: &mut Vec<Action>) {
        if sitting.rundown.origin != Origin::Alert && !self.sittings.is_empty() {
            // An alert has the air; the session begins when that is over.
            self.sittings.insert(0, sitting);
            return;
        }
        self.yield_to(now, actions);
        self.sittings.push(sitting);
        match self.device {
            Device::Open => actions.extend(self.end_of_air()),
            Device::Closed if !self.is_held => {
                self.device = Device::Opening;
                actions.push(Action::Open);
            }
            Device::Closed | Device::Opening | Device::Lost { .. } => {}
        }
    }

    /// Takes down what is on for a session that takes the air.
    fn yield_to(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(sitting) = self.sittings.last_mut() else { return };
        if sitting.in_flight() > 0 {
            actions.push(Action::Fade);
            sitting.take_back(now);
            sitting.yielding = sitting.on().map(|(line, ..)| line);
        }
    }

    /// When the session that has the air must be silent. An alert is not cut short.
    fn end_of_air(&self) -> Option<Action> {
        let sitting = self.sittings.last()?;
        let bound = sitting.rundown.origin != Origin::Alert;
        Some(Action::SilenceFrom(bound.then_some(sitting.rundown.span.end)))
    }

    fn opened(&mut self, actions: &mut Vec<Action>) {
        if self.sittings.is_empty() || self.is_held {
            // Whatever it was opened for is over: there was nothing in it to air.
            actions.push(Action::Close);
            return;
        }
        if std::mem::take(&mut self.loss_is_told) {
            actions.push(Action::DeviceBack);
        }
        self.device = Device::Open;
        actions.extend(self.end_of_air());
    }

    fn sound(&mut self, now: Timestamp, event: SoundEvent, actions: &mut Vec<Action>) {
        match event {
            SoundEvent::Began { cue, at } => self.began(cue, at, actions),
            SoundEvent::Reached { cue, heard } => self.reached(cue, heard, now, actions),
            SoundEvent::Ended { cue, heard, at } => self.ended(cue, heard, at, actions),
            SoundEvent::Broke { cue, heard, defect } => self.broke(cue, heard, defect, now, actions),
            SoundEvent::Barred { cue, heard, at } => self.barred(now, cue, heard, at, actions),
            SoundEvent::Lost { fault, at_start } => self.lost(now, fault, at_start, actions),
        }
    }

    fn began(&mut self, cue: CueId, at: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        let State::LinedUp { predicted_at, .. } = sitting.state(line) else { return };
        let heard = sitting.heard_before(line);
        sitting.set(line, State::On { cue, heard, began_at: at, checkpoint_at: at });
        sitting.reckon(line, at);
        if sitting.begins(line) {
            actions.push(Action::Record(sitting.id, Record::Began { line, predicted_at, at }));
        }
    }

    fn reached(&mut self, cue: CueId, reached: Frames, now: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        let reached = sitting.heard_before(line) + reached;
        let State::On { heard, began_at, checkpoint_at, .. } = sitting.state(line) else { return };
        let heard = heard.max(reached);
        let due = now >= time::later(checkpoint_at, CHECKPOINT_EVERY);
        let checkpoint_at = if due { now } else { checkpoint_at };
        sitting.set(line, State::On { cue, heard, began_at, checkpoint_at });
        if due {
            actions.push(Action::Record(sitting.id, Record::Reached { line, heard }));
        }
    }

    fn ended(&mut self, cue: CueId, heard: Frames, at: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        // Instants are rounded to a frame.
        let at_end = time::later(at, Frames::from_millis(1)) >= sitting.rundown.span.end;
        let by_itself = if at_end { Reason::HardEnd } else { Reason::File };
        let short_of = sitting.shortened(line).unwrap_or(by_itself);
        let heard = sitting.heard_before(line) + heard;
        self.close(cue, heard, short_of, at, actions);
    }

    fn broke(&mut self, cue: CueId, heard: Frames, defect: Defect, now: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        let heard = sitting.heard_before(line) + heard;
        actions.push(Action::Record(sitting.id, Record::FileBroke { line, defect }));
        let (of, instead) = (sitting.id, sitting.stand_in(line, now));
        self.close(cue, heard, Reason::File, now, actions);
        let sitting = self.sittings.iter_mut().find(|sitting| sitting.id == of);
        if let (Some(item), Some(sitting)) = (instead, sitting) {
            sitting.add_behind(line, item, actions);
        }
    }

    /// Ends what was on; what had to yield airs again.
    pub(super) fn close(
        &mut self,
        cue: CueId,
        heard: Frames,
        short_of: Reason,
        at: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let counts_from = self.counts_from;
        let Some((sitting, line)) = self.find(cue) else { return };
        if sitting.yielding == Some(line) {
            let counts = sitting.close(line, heard, Reason::Preempted, at, counts_from, actions);
            sitting.yielding = None;
            if !counts {
                sitting.air_again(line, actions);
            }
        } else {
            sitting.close(line, heard, short_of, at, counts_from, actions);
        }
    }

    /// The piece never reached the output: its line is over, and its time is free again.
    pub(super) fn refused(&mut self, now: Timestamp, cue: CueId, why: Why, actions: &mut Vec<Action>) {
        let counts_from = self.counts_from;
        let Some((sitting, line)) = self.find(cue) else { return };
        if let State::LinedUp { predicted_at, .. } = sitting.state(line) {
            sitting.reckon_behind(line, predicted_at);
        }
        sitting.set(line, State::Waiting);
        let (outcome, reason) = (&why).into();
        actions.push(Action::Record(sitting.id, Record::Refused { line, why }));
        sitting.give_up(line, outcome, reason, now, counts_from, actions);
    }

    /// The device is gone: what was on goes on where it was last heard, what was lined up waits again.
    fn lost(&mut self, now: Timestamp, fault: SoundFault, at_start: bool, actions: &mut Vec<Action>) {
        let pause = match self.device {
            _ if at_start && self.false_starts < FALSE_STARTS_MAX => Frames::ZERO,
            Device::Lost { pause, .. } => (pause * 2).clamp(RETRY_FIRST, RETRY_LONGEST),
            _ => RETRY_FIRST,
        };
        self.false_starts = if at_start { self.false_starts + 1 } else { 0 };
        if !pause.is_zero() && !self.loss_is_told {
            self.loss_is_told = true;
            actions.push(Action::DeviceLost { fault });
        }
        self.device = Device::Lost { retry_at: time::later(now, pause), pause };
        let counts_from = self.counts_from;
        for sitting in &mut self.sittings {
            sitting.take_back(now);
            sitting.lose_time(now, Reason::Device);
            match (sitting.on(), sitting.yielding.take()) {
                (Some((line, heard, _)), Some(_)) => {
                    if !sitting.close(line, heard, Reason::Preempted, now, counts_from, actions) {
                        sitting.air_again(line, actions);
                    }
                }
                (Some((line, heard, _)), None) => sitting.put_off(line, heard),
                (None, _) => {}
            }
        }
    }

    /// Keeps the output supplied with the next items, one at a time: only when one is known to be lined up can the
    /// next be said to follow it.
    fn line_up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let counts_from = self.counts_from;
        while self.device == Device::Open {
            let Some(sitting) = self.sittings.last_mut() else { return };
            let Some(line) = sitting.first_waiting().filter(|_| sitting.in_flight() <= LINED_UP) else { return };
            if sitting.may_break_before(now) {
                return;
            }
            let item = sitting.item(line);
            let planned_at = sitting.rundown.planned_at(item);
            let follows = sitting.in_flight() > 0;
            let predicted_at = match (follows, item.anchored) {
                (true, false) => sitting.busy_until,
                (_, true) => planned_at.max(sitting.busy_until).max(now),
                // After a gap the next item goes out at once, silence helps nobody; but never before the session.
                (false, false) => now.max(sitting.rundown.span.start),
            };
            let Some(length) = sitting.airs(line, predicted_at) else {
                let (outcome, reason) = sitting.no_time();
                sitting.give_up(line, outcome, reason, now, counts_from, actions);
                continue;
            };
            let start = if follows && !item.anchored { Start::Following } else { Start::At(predicted_at) };
            let cue = CueId(self.next_cue);
            self.next_cue += 1;
            let (piece, from) = (Box::new(item.piece.clone()), sitting.heard_before(line));
            if length < sitting.left(line) {
                sitting.shorten(line);
            }
            sitting.busy_until = time::later(predicted_at, length);
            let of = sitting.id;
            actions.push(Action::Cue { cue, of, line, piece, start, from, length });
            sitting.set(line, State::LinedUp { cue, predicted_at });
            return;
        }
    }

    /// A session is over when each of its items is. What it took the air from goes on.
    pub(super) fn finish(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let on_top = self.sittings.last().map(|sitting| sitting.id);
        self.sittings.retain(|sitting| {
            if sitting.is_over() {
                actions.push(Action::Record(sitting.id, Record::SessionOver));
            }
            !sitting.is_over()
        });
        match self.sittings.last_mut() {
            Some(sitting) if Some(sitting.id) != on_top => {
                sitting.busy_until = now;
                sitting.lose_time(now, Reason::Preempted);
                if self.device == Device::Open {
                    actions.extend(self.end_of_air());
                }
            }
            None if on_top.is_some() => {
                self.device = Device::Closed;
                actions.push(Action::Close);
            }
            _ => {}
        }
    }

    fn find(&mut self, cue: CueId) -> Option<(&mut Sitting, usize)> {
        self.sittings.iter_mut().find_map(|sitting| sitting.line_of(cue).map(|line| (sitting, line)))
    }
}
