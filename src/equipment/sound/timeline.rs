//! Cues on a timeline of frames, for the outputs that have no card: which frame of which cue is next, and what to tell.
//!
//! Pure: time comes in as `now`, sound goes out through a [`Stage`]. The timeline begins at the first `now` it is
//! told; frame n belongs to the instant n/48,000 s after that.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::fade::{self, RAMP};
use crate::equipment::sound::{Cue, CueId, SoundEvent, Start};
use crate::library::Defect;
use crate::time::{Frames, later};

/// What becomes of the frames that the timeline decides on.
pub trait Stage {
    /// So much silence.
    fn silence(&mut self, frames: u64);

    /// Up to `frames` frames of `cue`; returns how many went out, and the defect if the file broke after them. `left`
    /// tells how many frames there are before a forced silence, where one is near.
    fn play(&mut self, cue: &mut Cue, frames: u64, left: Option<u64>) -> (u64, Option<Defect>);
}

/// The cues lined up and how far they have come.
#[derive(Default)]
pub struct Timeline {
    /// The instant of frame 0, and the last `now`.
    begun: Option<(Timestamp, Timestamp)>,
    /// Frames that went out, silence included.
    frame: u64,
    lined: VecDeque<Lined>,
    silence_from: Option<Timestamp>,
    /// The frame on which what is on the air has been taken down.
    fading: Option<u64>,
    /// Longer gaps between two polls than this are time the output slept: lost, not made up for.
    gap_max: Option<SignedDuration>,
}

struct Lined {
    cue: Cue,
    /// Frame of the timeline on which it began.
    first: Option<u64>,
    heard: u64,
}

enum Outcome {
    Going,
    Ended,
    Broke(Defect),
}

impl Timeline {
    /// Whose polls may come this far apart before time counts as lost; none: however far.
    pub fn new(gap_max: Option<SignedDuration>) -> Self {
        Self { gap_max, ..Self::default() }
    }

    pub fn cue(&mut self, cue: Cue) {
        self.lined.push_back(Lined { cue, first: None, heard: 0 });
    }

    /// Forgets a cue that has not begun; whether it was in time for that.
    pub fn withdraw(&mut self, cue: CueId) -> bool {
        let waits = |lined: &Lined| lined.cue.id == cue && lined.first.is_none();
        let place = self.lined.iter().position(waits);
        place.is_some_and(|place| self.lined.remove(place).is_some())
    }

    pub fn silence_from(&mut self, end: Option<Timestamp>) {
        self.silence_from = end;
    }

    /// Ramps down what is on the air from here, and forgets what is lined up behind it.
    pub fn fade(&mut self) {
        self.lined.retain(|lined| lined.first.is_some());
        self.fading = self.lined.front().map(|_| self.frame + RAMP);
    }

    /// When, after `now`, a cue will next have begun or ended, or silence fallen; none while nothing is lined up.
    ///
    /// Polled then, the frame that makes the difference has gone out: an event is never missed by a rounding.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let front = self.lined.front()?;
        let begins = match front {
            Lined { first: None, cue: Cue { start: Start::At(at), .. }, .. } => self.frame_of(*at).max(self.frame),
            _ => self.frame,
        };
        let ends = begins + (front.cue.length.0 - front.heard).max(1);
        let falls = self.silence_from.map(|end| self.frame_of(end).max(self.frame) + 1);
        let faded = self.fading.map(|end| end + 1);
        let frames = [front.first.is_none().then_some(begins + 1), Some(ends), falls, faded];
        let a_hair_after = |frame| self.instant(frame).checked_add(SignedDuration::from_nanos(1)).ok();
        frames.into_iter().flatten().filter_map(a_hair_after).filter(|instant| *instant > now).min()
    }

    /// Lets the frames up to `now` go out.
    pub fn advance(&mut self, now: Timestamp, stage: &mut dyn Stage) -> Vec<SoundEvent> {
        let until = self.keep_time(now);
        let mut events = Vec::new();
        while self.frame < until {
            self.step(until, stage, &mut events);
        }
        if let Some(front) = self.lined.front().filter(|front| front.first.is_some()) {
            events.push(SoundEvent::Reached { cue: front.cue.id, heard: Frames(front.heard) });
        }
        events
    }

    /// Ramps down what is on the air from here, and forgets everything.
    pub fn cut(&mut self, stage: &mut dyn Stage) -> Vec<SoundEvent> {
        let mut events = Vec::new();
        self.fall_silent(self.frame + RAMP, stage, &mut events);
        events
    }

    /// The frame that `now` has come to. A clock set back or a long sleep moves the timeline, not the sound on it.
    fn keep_time(&mut self, now: Timestamp) -> u64 {
        let (mut start, before) = self.begun.unwrap_or((now, now));
        let passed = now.duration_since(before);
        let lost = match self.gap_max {
            _ if passed.is_negative() => passed,
            Some(most) if passed > most => passed - most,
            _ => SignedDuration::ZERO,
        };
        start = start.checked_add(lost).unwrap_or(start);
        self.begun = Some((start, now));
        Frames::within(now.duration_since(start)).0
    }

    fn instant(&self, frame: u64) -> Timestamp {
        self.begun.map_or(Timestamp::UNIX_EPOCH, |(start, _)| later(start, Frames(frame)))
    }

    /// The frame nearest to `instant`.
    fn frame_of(&self, instant: Timestamp) -> u64 {
        let half_a_frame = SignedDuration::from_nanos(10_416);
        self.begun.map_or(0, |(start, _)| Frames::within(instant.duration_since(start) + half_a_frame).0)
    }

    /// One stretch of silence or of one cue, up to `until` at most.
    fn step(&mut self, until: u64, stage: &mut dyn Stage, events: &mut Vec<SoundEvent>) {
        if let Some(end) = self.fading {
            self.fade_on(until, end, stage, events);
            return;
        }
        let ordered = self.silence_from.map(|end| self.frame_of(end));
        let own = ordered.and_then(|end| fade::own_end(self.own_ends(), end));
        if let (Some(end), None) = (ordered.filter(|end| end.saturating_sub(RAMP) <= self.frame), own) {
            self.silence_from = None;
            self.fall_silent(end, stage, events);
            return;
        }
        let until = own.or_else(|| ordered.map(|end| end - RAMP)).map_or(until, |last| until.min(last));
        let due = match self.lined.front() {
            None => until,
            Some(Lined { first: None, cue: Cue { start: Start::At(at), .. }, .. }) => self.frame_of(*at).min(until),
            Some(_) => self.frame,
        };
        if due > self.frame {
            stage.silence(due - self.frame);
            self.frame = due;
        } else {
            self.play(until, None, stage, events);
        }
    }

    /// The frames on which the cues lined up end by themselves.
    fn own_ends(&self) -> impl Iterator<Item = u64> {
        self.lined.iter().scan(self.frame, |end, lined| {
            let due = match (lined.first, lined.cue.start) {
                (None, Start::At(at)) => self.frame_of(at),
                _ => *end,
            };
            *end = due.max(*end) + (lined.cue.length.0 - lined.heard);
            Some(*end)
        })
    }

    /// The front cue up to `until`, or to its end.
    fn play(&mut self, until: u64, silent_from: Option<u64>, stage: &mut dyn Stage, events: &mut Vec<SoundEvent>) {
        let frame = self.frame;
        let Some(front) = self.lined.front_mut() else { return };
        let id = front.cue.id;
        let wanted = (until - frame).min(front.cue.length.0 - front.heard);
        let (count, outcome) = match stage.play(&mut front.cue, wanted, silent_from.map(|end| end - frame)) {
            (count, Some(defect)) => (count, Outcome::Broke(defect)),
            (count, None) if count < wanted || front.heard + count == front.cue.length.0 => (count, Outcome::Ended),
            (count, None) => (count, Outcome::Going),
        };
        let begins = front.first.is_none() && count > 0;
        if begins {
            front.first = Some(frame);
        }
        front.heard += count;
        let heard = Frames(front.heard);
        self.frame += count;
        if begins {
            events.push(SoundEvent::Began { cue: id, at: self.instant(frame) });
        }
        match outcome {
            Outcome::Going => return,
            Outcome::Ended => events.push(SoundEvent::Ended { cue: id, heard, at: self.instant(self.frame) }),
            Outcome::Broke(defect) => events.push(SoundEvent::Broke { cue: id, heard, defect }),
        }
        self.lined.pop_front();
    }

    /// The ramp of what is being taken down, up to `until`; what follows it stays lined up.
    fn fade_on(&mut self, until: u64, end: u64, stage: &mut dyn Stage, events: &mut Vec<SoundEvent>) {
        if self.frame < end {
            self.play(until.min(end), Some(end), stage, events);
        }
        let on = self.lined.front().filter(|front| front.first.is_some());
        if let (Some(Lined { cue, heard, .. }), true) = (on, self.frame >= end) {
            events.push(SoundEvent::Ended { cue: cue.id, heard: Frames(*heard), at: self.instant(self.frame) });
            self.lined.pop_front();
        }
        if self.frame >= end || self.lined.front().is_none_or(|front| front.first.is_none()) {
            self.fading = None;
        }
    }

    /// Ramps what is on the air down to `end` (here, if that has passed) and forgets all cues.
    fn fall_silent(&mut self, end: u64, stage: &mut dyn Stage, events: &mut Vec<SoundEvent>) {
        while self.frame < end && self.lined.front().is_some_and(|front| front.first.is_some()) {
            self.play(end, Some(end), stage, events);
        }
        if let Some(Lined { cue, first: Some(_), heard }) = self.lined.front() {
            events.push(SoundEvent::Ended { cue: cue.id, heard: Frames(*heard), at: self.instant(self.frame) });
        }
        self.lined.clear();
        self.fading = None;
    }
}

#[cfg(test)]
mod tests;
