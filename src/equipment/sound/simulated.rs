//! A sound card that exists only in time: for simulation, thousands of times faster than life.
//!
//! Cues carry their length and are never read. The clock is what `poll` last said. Outages are written down
//! beforehand; what the loudspeaker "really" got stands in a [`Ledger`] of its own, for the airtime log to be held
//! against.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::equipment::sound::timeline::{Stage, Timeline};
use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault};
use crate::library::Defect;
use crate::time::Frames;

/// What went out of a simulated card, cue by cue, in the order it began. Copies share one list.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Vec<Heard>>>);

/// One cue's passage over the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    pub cue: CueId,
    /// The instant its first frame left the card.
    pub first: Timestamp,
    pub frames: Frames,
}

impl Ledger {
    /// Everything so far.
    #[must_use]
    pub fn read(&self) -> Vec<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, cue: CueId, change: impl FnOnce(&mut Heard)) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = heard.iter_mut().rfind(|entry| entry.cue == cue) {
            change(entry);
        }
    }

    fn take_down(&self, event: &SoundEvent) {
        match *event {
            SoundEvent::Began { cue, at: first } => {
                let entry = Heard { cue, first, frames: Frames::ZERO };
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            }
            SoundEvent::Reached { cue, heard }
            | SoundEvent::Ended { cue, heard, .. }
            | SoundEvent::Broke { cue, heard, .. } => self.note(cue, |entry| entry.frames = heard),
            SoundEvent::Lost { .. } => {}
        }
    }
}

/// The simulated card.
pub struct Simulated {
    now: Timestamp,
    /// None while closed.
    timeline: Option<Timeline>,
    /// From when until when the device is gone.
    outages: Vec<(Timestamp, Timestamp)>,
    ledger: Ledger,
}

const NAME: &str = "simulated";

impl Simulated {
    /// A card that is there all the time, looked at first at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now, timeline: None, outages: Vec::new(), ledger: Ledger::default() }
    }

    /// The device is gone from `from` up to, not including, `until`: an open one is lost, a closed one does not open.
    pub fn outage(&mut self, from: Timestamp, until: Timestamp) {
        self.outages.push((from, until));
    }

    /// The device is lost at `at`, once; it can be opened again at once.
    pub fn lose_at(&mut self, at: Timestamp) {
        self.outage(at, at);
    }

    /// The device is not there before `until`.
    pub fn absent_until(&mut self, until: Timestamp) {
        self.outage(Timestamp::MIN, until);
    }

    /// A copy of the list of what went out, to be read later.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    fn fault() -> SoundFault {
        SoundFault::Absent { device: NAME.to_owned() }
    }

    /// The earliest outage that begins after the last poll and no later than `now`.
    fn next_outage(&self, now: Timestamp) -> Option<Timestamp> {
        self.outages.iter().map(|(from, _)| *from).filter(|from| self.now < *from && *from <= now).min()
    }

    fn advance(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.timeline.as_mut().map(|timeline| timeline.advance(now, &mut Unread)).unwrap_or_default()
    }

    fn take_down(&self, events: Vec<SoundEvent>) -> Vec<SoundEvent> {
        for event in &events {
            self.ledger.take_down(event);
        }
        events
    }
}

impl Sound for Simulated {
    fn lead(&self) -> Frames {
        Frames::from_secs(1)
    }

    fn device(&self) -> String {
        NAME.to_owned()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        if self.outages.iter().any(|(from, until)| *from <= self.now && self.now < *until) {
            return Err(Self::fault());
        }
        let now = self.now;
        self.timeline.get_or_insert_with(|| Timeline::new(None)).advance(now, &mut Unread);
        Ok(())
    }

    fn cue(&mut self, cue: Cue) {
        if let Some(timeline) = &mut self.timeline {
            timeline.cue(cue);
        }
    }

    fn silence_from(&mut self, end: Option<Timestamp>) {
        if let Some(timeline) = &mut self.timeline {
            timeline.silence_from(end);
        }
    }

    fn fade(&mut self) {
        if let Some(timeline) = &mut self.timeline {
            timeline.fade();
        }
    }

    /// When the next cue begins or ends, silence falls or the device is lost: nothing happens before.
    fn wake_at(&self, now: Timestamp) -> Timestamp {
        let change = self.timeline.as_ref().and_then(|timeline| timeline.next_change(now));
        let outage = self.outages.iter().map(|(from, _)| *from).filter(|from| now < *from).min();
        change.into_iter().chain(outage).min().unwrap_or(Timestamp::MAX)
    }

    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        let lost = self.timeline.as_ref().and_then(|_| self.next_outage(now));
        let mut events = self.advance(lost.unwrap_or(now));
        if lost.is_some() {
            self.timeline = None;
            events.push(SoundEvent::Lost { fault: Self::fault(), at_start: false });
        }
        self.now = now;
        self.take_down(events)
    }

    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        let mut events = self.poll(now);
        let last = self.timeline.as_mut().map(|timeline| timeline.cut(&mut Unread)).unwrap_or_default();
        events.append(&mut self.take_down(last));
        events
    }

    fn close(&mut self) {
        self.timeline = None;
    }
}

/// Plays lengths, reads nothing.
struct Unread;

impl Stage for Unread {
    fn silence(&mut self, _frames: u64) {}

    fn play(&mut self, _cue: &mut Cue, frames: u64, _left: Option<u64>) -> (u64, Option<Defect>) {
        (frames, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::Start;

    struct Never;

    impl Pcm for Never {
        fn read(&mut self, _block: &mut [f32]) -> Result<usize, Defect> {
            panic!("a simulation reads no sound")
        }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + secs).unwrap()
    }

    fn cue(id: u64, start: Start, secs: u64) -> Cue {
        Cue {
            id: CueId(id),
            start,
            length: Frames::from_secs(secs),
            gain: 1.0,
            ceiling: 1.0,
            pcm: Box::new(Never),
            meter: None,
        }
    }

    #[test]
    fn an_hour_passes_in_one_poll() {
        let mut card = Simulated::new(at(0));
        let ledger = card.ledger();
        card.open().unwrap();
        card.cue(cue(1, Start::At(at(10)), 600));
        card.cue(cue(2, Start::Following, 600));
        assert_eq!(card.poll(at(3_600)).len(), 4);
        assert_eq!(
            ledger.read(),
            [
                Heard { cue: CueId(1), first: at(10), frames: Frames::from_secs(600) },
                Heard { cue: CueId(2), first: at(610), frames: Frames::from_secs(600) },
            ]
        );
    }

    #[test]
    fn waking_when_told_meets_every_event_and_never_stands_still() {
        let mut card = Simulated::new(at(0));
        card.outage(at(2_000), at(2_001));
        card.open().unwrap();
        card.cue(cue(1, Start::At(at(10)), 600));
        card.cue(cue(2, Start::Following, 600));
        card.cue(cue(3, Start::At(at(1_500)), 600));
        card.silence_from(Some(at(1_800)));
        let (mut now, mut events) = (at(0), Vec::new());
        for _ in 0..20 {
            let next = card.wake_at(now);
            assert!(next > now);
            if next == Timestamp::MAX {
                break;
            }
            now = next;
            events.extend(card.poll(now).into_iter().filter(|event| !matches!(event, SoundEvent::Reached { .. })));
        }
        assert_eq!(events.len(), 7, "{events:?}");
        assert_eq!(events[5], SoundEvent::Ended { cue: CueId(3), heard: Frames::from_secs(300), at: at(1_800) });
        assert_eq!(card.wake_at(now), Timestamp::MAX);
    }

    #[test]
    fn a_lost_card_leaves_what_was_heard_and_opens_again() {
        let mut card = Simulated::new(at(0));
        card.outage(at(100), at(130));
        card.open().unwrap();
        card.cue(cue(1, Start::At(at(10)), 600));
        let events = card.poll(at(120));
        let heard = Frames::from_secs(90);
        assert_eq!(
            events[1..],
            [
                SoundEvent::Reached { cue: CueId(1), heard },
                SoundEvent::Lost { fault: SoundFault::Absent { device: NAME.to_owned() }, at_start: false },
            ]
        );
        assert_eq!(card.ledger().read()[0].frames, heard);
        assert!(card.open().is_err());
        assert_eq!(card.poll(at(130)), []);
        assert!(card.open().is_ok());
    }

    #[test]
    fn a_card_lost_for_an_instant_opens_at_once() {
        let mut card = Simulated::new(at(0));
        card.lose_at(at(5));
        card.open().unwrap();
        assert_eq!(card.poll(at(5)).len(), 1);
        assert!(card.open().is_ok());
        card.absent_until(at(50));
        card.close();
        assert!(card.open().is_err());
    }

    #[test]
    fn a_cut_is_in_the_ledger() {
        let mut card = Simulated::new(at(0));
        card.open().unwrap();
        card.cue(cue(1, Start::Following, 600));
        let events = card.cut(at(60));
        let Some(SoundEvent::Ended { heard, .. }) = events.last() else { panic!("{events:?}") };
        assert_eq!(card.ledger().read()[0].frames, *heard);
        assert_eq!(card.poll(at(61)), []);
    }
}
