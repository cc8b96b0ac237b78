//! The last thing before an output: in quiet hours nothing sounds but an emergency, whatever the programme wants.
//!
//! Planner, schedules and machine keep quiet hours by themselves. This gate trusts none of them. It knows the hours, the
//! time and what is cued: what would sound in them is cut to fit or not let through, and what is on when they begin, or when
//! the clock is set into them, is taken down. On 5 December 2025 a wrong hour set at night had the loudspeakers of Trung Lộc
//! commune sound at 03:15 (docs/decisions/0026-clock-and-quiet-gate.md).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, Start, Underruns, taken_down};
use crate::time::{Frames, Span, Window, later};

/// A clock that is off by less was not set, it runs: a session on the edge of quiet hours is not lost to a millisecond.
const SET_MIN: SignedDuration = SignedDuration::from_secs(2);

/// The hours, for all gates of a station.
#[derive(Clone, Debug)]
pub struct QuietHours(Rc<Rule>);

#[derive(Debug)]
struct Rule {
    hours: RefCell<(Option<Window>, TimeZone)>,
    /// How far the computer's clock is ahead of the station's time: it may have been set while something is on the air.
    wall_ahead: Cell<SignedDuration>,
}

impl QuietHours {
    #[must_use]
    pub fn new(hours: Option<Window>, zone: TimeZone) -> Self {
        Self(Rc::new(Rule { hours: RefCell::new((hours, zone)), wall_ahead: Cell::new(SignedDuration::ZERO) }))
    }

    /// Other hours are in force.
    pub fn change(&self, hours: Option<Window>, zone: TimeZone) {
        *self.0.hours.borrow_mut() = (hours, zone);
    }

    /// What the computer's clock shows when it is `now` for the station; none while it cannot be right.
    pub fn note_wall(&self, wall: Option<Timestamp>, now: Timestamp) {
        let ahead = wall.map(|wall| wall.duration_since(now)).filter(|ahead| ahead.abs() >= SET_MIN);
        self.0.wall_ahead.set(ahead.unwrap_or_default());
    }

    /// Whether it has to be quiet at an instant of the station's time: by that, or by what the computer's clock will show then.
    fn are_at(&self, at: Timestamp) -> bool {
        let (hours, zone) = &*self.0.hours.borrow();
        self.by_both(at).any(|at| hours.is_some_and(|hours| hours.around(at, zone).is_some()))
    }

    /// How much may sound from `start` on before it has to be quiet, by either clock.
    fn free_from(&self, start: Timestamp, length: Frames) -> Frames {
        let (hours, zone) = &*self.0.hours.borrow();
        let free = |start: Timestamp| {
            let quiet = hours.and_then(|hours| hours.touching(&Span::starting(start, length), zone));
            quiet.map_or(length, |quiet| Frames::within(quiet.start.duration_since(start)))
        };
        self.by_both(start).map(free).min().unwrap_or(length)
    }

    /// An instant of the station's time, and what the computer's clock shows then.
    fn by_both(&self, at: Timestamp) -> impl Iterator<Item = Timestamp> + use<> {
        [Some(at), at.checked_add(self.0.wall_ahead.get()).ok()].into_iter().flatten()
    }
}

/// An output behind its gate.
pub struct QuietGate {
    output: Box<dyn Sound>,
    hours: QuietHours,
    /// What was let through and is not over.
    through: Vec<Through>,
    /// An emergency that may sound at any hour.
    emergencies: Vec<CueId>,
    /// Barred, with what was heard before; not yet told.
    barred: Vec<(CueId, Frames)>,
    now: Timestamp,
}

struct Through {
    cue: CueId,
    is_emergency: bool,
    /// When it begins at the earliest.
    start: Timestamp,
    /// When it is over at the latest, as far as is known.
    end: Timestamp,
    /// It was cut to end where quiet hours begin, or taken down for them.
    is_cut: bool,
    heard: Frames,
}

impl Through {
    fn has_begun(&self) -> bool {
        !self.heard.is_zero()
    }
}

impl QuietGate {
    #[must_use]
    pub fn new(output: Box<dyn Sound>, hours: QuietHours, now: Timestamp) -> Self {
        Self { output, hours, through: Vec::new(), emergencies: Vec::new(), barred: Vec::new(), now }
    }

    /// This cue, which comes next, is an emergency that may sound at any hour.
    pub fn let_through(&mut self, cue: CueId) {
        self.emergencies.push(cue);
    }

    /// Takes down what may not sound now, and what was let through to begin in hours that have to be quiet by now.
    fn keep_quiet(&mut self) {
        if !self.through.iter().any(|through| self.breaks_the_quiet(through)) {
            return;
        }
        if self.through.iter().any(|through| through.is_emergency) {
            // An emergency has the air; what it took it from was taken down already, or follows it and is cut then.
            return;
        }
        self.output.fade();
        for through in &mut self.through {
            through.is_cut = true;
        }
        // What never began is forgotten by the output without a word.
        let (began, waiting): (Vec<_>, Vec<_>) = self.through.drain(..).partition(Through::has_begun);
        self.through = began;
        self.barred.extend(waiting.into_iter().map(|through| (through.cue, Frames::ZERO)));
    }

    /// What waits for the end of quiet hours breaks none: outputs are opened and supplied some seconds ahead, and may be told
    /// of a first frame a hair before its second.
    fn breaks_the_quiet(&self, through: &Through) -> bool {
        !through.is_emergency && !through.is_cut && self.hours.are_at(through.start.max(self.now))
    }

    /// Notes what the output tells, and calls an end for quiet hours by its name.
    fn hear(&mut self, events: Vec<SoundEvent>) -> Vec<SoundEvent> {
        let mut told = Vec::with_capacity(events.len() + self.barred.len());
        for event in events {
            told.push(self.note(event));
        }
        let at = self.now;
        told.extend(self.barred.drain(..).map(|(cue, heard)| SoundEvent::Barred { cue, heard, at }));
        told
    }

    fn note(&mut self, event: SoundEvent) -> SoundEvent {
        match event {
            SoundEvent::Began { cue, .. } => self.note_heard(cue, Frames(1)),
            SoundEvent::Reached { cue, heard } => self.note_heard(cue, heard.max(Frames(1))),
            SoundEvent::Ended { cue, heard, at } => {
                let was_cut = self.over(cue);
                return if was_cut { SoundEvent::Barred { cue, heard, at } } else { event };
            }
            SoundEvent::Broke { cue, .. } => {
                self.over(cue);
            }
            SoundEvent::Lost { .. } => self.through.clear(),
            SoundEvent::Barred { .. } => {}
        }
        event
    }

    fn note_heard(&mut self, cue: CueId, heard: Frames) {
        if let Some(through) = self.through.iter_mut().find(|through| through.cue == cue) {
            through.heard = through.heard.max(heard);
        }
    }

    /// Forgets a cue; whether it was cut for quiet hours.
    fn over(&mut self, cue: CueId) -> bool {
        let place = self.through.iter().position(|through| through.cue == cue);
        place.is_some_and(|place| self.through.remove(place).is_cut)
    }
}

impl Sound for QuietGate {
    fn lead(&self) -> Frames {
        self.output.lead()
    }

    fn tail(&self) -> Frames {
        self.output.tail()
    }

    fn device(&self) -> String {
        self.output.device()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        self.output.open()
    }

    fn cue(&mut self, mut cue: Cue) {
        let before = self.through.last().map_or(self.now, |through| through.end.max(self.now));
        let start = if let Start::At(at) = cue.start { at.max(before) } else { before };
        let is_emergency = self.emergencies.contains(&cue.id);
        self.emergencies.retain(|emergency| *emergency != cue.id);
        let free = if is_emergency { cue.length } else { self.hours.free_from(start, cue.length) };
        if free.is_zero() && !cue.length.is_zero() {
            self.barred.push((cue.id, Frames::ZERO));
            return;
        }
        let is_cut = free < cue.length;
        if is_cut {
            (cue.length, cue.pcm) = (free, taken_down(cue.pcm, free));
        }
        let (cue_id, heard) = (cue.id, Frames::ZERO);
        self.through.push(Through { cue: cue_id, is_emergency, start, end: later(start, free), is_cut, heard });
        self.output.cue(cue);
    }

    fn withdraw(&mut self, cue: CueId) -> bool {
        let in_time = self.output.withdraw(cue);
        self.through.retain(|through| !in_time || through.cue != cue);
        in_time
    }

    /// Ordered when a session takes the air: what was lined up before and never began has been forgotten.
    fn silence_from(&mut self, end: Option<Timestamp>) {
        self.through.retain(Through::has_begun);
        self.output.silence_from(end);
    }

    fn fade(&mut self) {
        self.through.retain(Through::has_begun);
        self.output.fade();
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        if self.barred.is_empty() { self.output.wake_at(now) } else { now }
    }

    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.now = now;
        let events = self.output.poll(now);
        let events = self.hear(events);
        self.keep_quiet();
        events
    }

    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.now = now;
        let events = self.output.cut(now);
        let events = self.hear(events);
        self.through.clear();
        events
    }

    fn heartbeat(&self) -> Option<i64> {
        self.output.heartbeat()
    }

    fn underruns(&self) -> Underruns {
        self.output.underruns()
    }

    fn close(&mut self) {
        self.through.clear();
        self.output.close();
    }
}

#[cfg(test)]
mod tests;
