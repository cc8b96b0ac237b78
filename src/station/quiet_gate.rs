//! The last thing before an output: in quiet hours nothing sounds but an emergency, whatever the programme wants.
//!
//! Planner, schedules and machine keep quiet hours by themselves. This gate trusts none of them. It knows the hours, the
//! time and what is cued: what would sound in them is cut to fit or not let through, and what is on when they begin, or when
//! the clock is set into them, is taken down. On 5 December 2025 a wrong hour set at night had the loudspeakers of Trung Lộc
//! commune sound at 03:15 (docs/decisions/0026-clock-and-quiet-gate.md).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, Start, Underruns};
use crate::time::{Frames, Span, Window, later};

/// The hours, for all gates of a station.
#[derive(Clone, Debug)]
pub struct QuietHours(Rc<Rule>);

#[derive(Debug)]
struct Rule {
    hours: RefCell<(Option<Window>, TimeZone)>,
    /// What the computer's clock shows, if it can be right: it may have been set while something is on the air.
    wall: Cell<Option<Timestamp>>,
}

impl QuietHours {
    #[must_use]
    pub fn new(hours: Option<Window>, zone: TimeZone) -> Self {
        Self(Rc::new(Rule { hours: RefCell::new((hours, zone)), wall: Cell::new(None) }))
    }

    /// Other hours are in force.
    pub fn change(&self, hours: Option<Window>, zone: TimeZone) {
        *self.0.hours.borrow_mut() = (hours, zone);
    }

    /// What the computer's clock shows; none while it cannot be right.
    pub fn note_wall(&self, wall: Option<Timestamp>) {
        self.0.wall.set(wall);
    }

    /// Whether it has to be quiet: by the station's time, or by a clock that was set into the quiet hours.
    fn are_now(&self, now: Timestamp) -> bool {
        let (hours, zone) = &*self.0.hours.borrow();
        let around = |at: Timestamp| hours.is_some_and(|hours| hours.around(at, zone).is_some());
        around(now) || self.0.wall.get().is_some_and(around)
    }

    /// How much may sound from `start` on before it has to be quiet.
    fn free_from(&self, start: Timestamp, length: Frames) -> Frames {
        let (hours, zone) = &*self.0.hours.borrow();
        let quiet = hours.and_then(|hours| hours.touching(&Span::starting(start, length), zone));
        quiet.map_or(length, |quiet| Frames::within(quiet.start.duration_since(start)))
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
    /// When it is over at the latest, as far as is known.
    end: Timestamp,
    /// It was cut to end where quiet hours begin, or taken down for them.
    is_cut: bool,
    heard: Frames,
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

    /// Takes down what may not sound now.
    fn keep_quiet(&mut self) {
        let is_on = |through: &&mut Through| !through.is_emergency && !through.is_cut;
        if !self.hours.are_now(self.now) || self.through.iter_mut().find(is_on).is_none() {
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
        let (began, waiting): (Vec<_>, Vec<_>) = self.through.drain(..).partition(|through| !through.heard.is_zero());
        self.through = began;
        self.barred.extend(waiting.into_iter().map(|through| (through.cue, Frames::ZERO)));
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
        cue.length = free;
        let (cue_id, heard) = (cue.id, Frames::ZERO);
        self.through.push(Through { cue: cue_id, is_emergency, end: later(start, free), is_cut, heard });
        self.output.cue(cue);
    }

    /// Ordered when a session takes the air: what was lined up before and never began has been forgotten.
    fn silence_from(&mut self, end: Option<Timestamp>) {
        self.through.retain(|through| !through.heard.is_zero());
        self.output.silence_from(end);
    }

    fn fade(&mut self) {
        self.through.retain(|through| !through.heard.is_zero());
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
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::Simulated;
    use crate::library::Defect;

    struct Never;

    impl Pcm for Never {
        fn read(&mut self, _block: &mut [f32]) -> Result<usize, Defect> {
            panic!("a simulation reads no sound")
        }
    }

    fn at(clock: &str) -> Timestamp {
        format!("2020-08-04T{clock}Z").parse().unwrap()
    }

    fn cue(id: u64, start: Start, mins: u64) -> Cue {
        let (length, pcm) = (Frames::from_secs(mins * 60), Box::new(Never));
        Cue { id: CueId(id), start, length, gain: 1.0, ceiling: 1.0, pcm, meter: None }
    }

    /// Quiet from 21:00 to 04:00, opened at `clock`; whatever is upstream may be as wrong as it likes.
    fn gate(clock: &str) -> (QuietGate, QuietHours, crate::equipment::sound::Ledger) {
        let hours = Window { from: time(21, 0, 0, 0), until: time(4, 0, 0, 0) };
        let hours = QuietHours::new(Some(hours), TimeZone::UTC);
        let card = Simulated::new(at(clock));
        let ledger = card.ledger();
        let mut gate = QuietGate::new(Box::new(card), hours.clone(), at(clock));
        gate.poll(at(clock));
        gate.open().unwrap();
        (gate, hours, ledger)
    }

    #[test]
    fn nothing_cued_at_night_sounds() {
        let (mut gate, _, ledger) = gate("03:15:00");
        gate.cue(cue(1, Start::Following, 10));
        gate.cue(cue(2, Start::At(at("03:20:00")), 10));
        let barred = |cue| SoundEvent::Barred { cue: CueId(cue), heard: Frames::ZERO, at: at("03:15:01") };
        assert_eq!(gate.poll(at("03:15:01")), [barred(1), barred(2)]);
        gate.poll(at("03:59:00"));
        assert_eq!(ledger.total(), Frames::ZERO);
        gate.cue(cue(3, Start::At(at("04:00:00")), 10));
        gate.poll(at("04:05:00"));
        assert_eq!(ledger.total(), Frames::from_secs(300), "what begins when they are over does sound");
    }

    #[test]
    fn what_would_last_into_quiet_hours_ends_with_their_first_frame() {
        let (mut gate, _, ledger) = gate("20:50:00");
        gate.cue(cue(1, Start::At(at("20:55:00")), 3));
        gate.cue(cue(2, Start::Following, 3));
        gate.cue(cue(3, Start::Following, 3));
        let events = gate.poll(at("21:05:00"));
        let cut = SoundEvent::Barred { cue: CueId(2), heard: Frames::from_secs(120), at: at("21:00:00") };
        assert!(events.contains(&cut), "{events:?}");
        assert!(events.iter().any(|event| matches!(event, SoundEvent::Barred { cue: CueId(3), .. })), "{events:?}");
        assert_eq!(ledger.total(), Frames::from_secs(300));
    }

    #[test]
    fn a_clock_set_into_them_takes_down_what_is_on() {
        let (mut gate, hours, ledger) = gate("12:00:00");
        gate.cue(cue(1, Start::Following, 30));
        gate.poll(at("12:10:00"));
        hours.note_wall(Some(at("23:10:00")));
        gate.poll(at("12:10:01"));
        let events = gate.poll(at("12:10:02"));
        assert!(matches!(events[..], [.., SoundEvent::Barred { cue: CueId(1), .. }]), "{events:?}");
        gate.poll(at("12:30:00"));
        assert!(ledger.total() < Frames::from_secs(602), "{:?}", ledger.total());
    }

    #[test]
    fn what_a_hard_end_forgot_takes_no_time_from_the_next_session() {
        let (mut gate, _, ledger) = gate("20:00:00");
        gate.silence_from(Some(at("20:01:00")));
        gate.cue(cue(1, Start::Following, 5));
        gate.cue(cue(2, Start::Following, 60));
        gate.poll(at("20:01:01"));
        gate.silence_from(Some(at("20:59:00")));
        gate.cue(cue(3, Start::At(at("20:30:00")), 20));
        gate.poll(at("20:55:00"));
        assert_eq!(ledger.total(), Frames::from_secs(21 * 60));
    }

    #[test]
    fn an_emergency_passes() {
        let (mut gate, _, ledger) = gate("03:15:00");
        gate.let_through(CueId(1));
        gate.cue(cue(1, Start::Following, 10));
        gate.poll(at("03:30:00"));
        assert_eq!(ledger.total(), Frames::from_secs(600));
    }
}
