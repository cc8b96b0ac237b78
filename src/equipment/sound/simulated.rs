//! A sound card that exists only in time: for simulation, thousands of times faster than life.
//!
//! Cues carry their length and are never read. Troubles are told as they come; what the loudspeaker "really" got stands in a [`Ledger`] of its own, for the airtime log to be held
//! against.

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::ledger::Ledger;
use crate::equipment::sound::timeline::{Stage, Timeline};
use crate::equipment::sound::troubles::{NOTICED_AFTER, Troubles};
use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, Start};
use crate::library::Defect;
use crate::time::{Frames, later};

/// The simulated card.
pub struct Simulated {
    /// The true time at the last poll, by which a card runs.
    now: Timestamp,
    /// How far that was from the station's.
    skew: SignedDuration,
    /// What time it truly is; without it the station's clock is right.
    truth: Option<Box<dyn Fn() -> Timestamp>>,
    /// None while closed.
    timeline: Option<Timeline>,
    troubles: Troubles,
    /// Since when it takes no sound.
    wedged: Option<Timestamp>,
    /// A real card is looked after all the while: so is this one, once, between a cue and its first frame.
    look_at: Option<Timestamp>,
    ledger: Ledger,
}

const NAME: &str = "simulated";
/// How long after a cue it is looked after.
const LOOK: Frames = Frames::from_millis(400);

impl Simulated {
    /// A card that is there all the time, looked at first at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let (skew, truth, ledger) = (SignedDuration::ZERO, None, Ledger::default());
        Self { now, skew, truth, timeline: None, troubles: Troubles::default(), wedged: None, look_at: None, ledger }
    }

    /// A card that runs by the true time, whatever the station's clock says.
    #[must_use]
    pub fn in_truth(truth: impl Fn() -> Timestamp + 'static, troubles: Troubles) -> Self {
        let now = truth();
        Self { truth: Some(Box::new(truth)), troubles, ..Self::new(now) }
    }

    /// The true time, when the station's clock shows `at`.
    fn truly(&self, at: Timestamp) -> Timestamp {
        at.checked_add(self.skew).unwrap_or(at)
    }

    /// What the station's clock shows at a true time.
    fn shown(&self, truly: Timestamp) -> Timestamp {
        truly.checked_sub(self.skew).unwrap_or(truly)
    }

    /// The true time, when the station says that it is `now`.
    fn look(&mut self, now: Timestamp) -> Timestamp {
        let truth = self.truth.as_ref().map_or(now, |truth| truth());
        self.skew = truth.duration_since(now);
        truth
    }

    /// What befalls it.
    #[must_use]
    pub fn troubles(&self) -> Troubles {
        self.troubles.clone()
    }

    /// A copy of the list of what went out, to be read later.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    fn fault() -> SoundFault {
        SoundFault::Absent { device: NAME.to_owned() }
    }

    fn advance(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.timeline.as_mut().map(|timeline| timeline.advance(now, &mut Unread)).unwrap_or_default()
    }

    fn take_down(&self, events: Vec<SoundEvent>) -> Vec<SoundEvent> {
        let events: Vec<_> = events.into_iter().map(|event| self.by_the_station(event)).collect();
        for event in &events {
            self.ledger.take_down(event, self.skew);
        }
        events
    }

    fn by_the_station(&self, event: SoundEvent) -> SoundEvent {
        match event {
            SoundEvent::Began { cue, at } => SoundEvent::Began { cue, at: self.shown(at) },
            SoundEvent::Ended { cue, heard, at } => SoundEvent::Ended { cue, heard, at: self.shown(at) },
            other => other,
        }
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
        if !self.troubles.is_there(self.now) {
            return Err(Self::fault());
        }
        self.wedged = None;
        let now = self.now;
        self.timeline.get_or_insert_with(|| Timeline::new(None)).advance(now, &mut Unread);
        Ok(())
    }

    fn cue(&mut self, cue: Cue) {
        let start = match cue.start {
            Start::At(at) => Start::At(self.truly(at)),
            Start::Following => Start::Following,
        };
        if let Start::At(_) = start {
            self.look_at = Some(later(self.now, LOOK));
        }
        if let Some(timeline) = &mut self.timeline {
            timeline.cue(Cue { start, ..cue });
        }
    }

    fn withdraw(&mut self, cue: CueId) -> bool {
        self.timeline.as_mut().is_some_and(|timeline| timeline.withdraw(cue))
    }

    fn silence_from(&mut self, end: Option<Timestamp>) {
        let end = end.map(|end| self.truly(end));
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
        let now = self.truly(now);
        let change = self.timeline.as_ref().and_then(|timeline| timeline.next_change(now));
        let found_out = self.wedged.and_then(|since| since.checked_add(NOTICED_AFTER).ok());
        change
            .into_iter()
            .chain(self.troubles.next(now))
            .chain(found_out)
            .chain(self.look_at)
            .min()
            .map_or(Timestamp::MAX, |truly| self.shown(truly))
    }

    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        let now = self.look(now);
        self.look_at = self.look_at.filter(|at| *at > now);
        let (lost, wedged) = self.troubles.between(self.now, now);
        let (lost, wedged) = (lost.filter(|_| self.timeline.is_some()), wedged.filter(|_| self.timeline.is_some()));
        let stands = self.wedged.or(wedged);
        let mut events = match (self.wedged, lost.into_iter().chain(stands).min()) {
            (None, until) => self.advance(until.unwrap_or(now)),
            (Some(_), _) => Vec::new(),
        };
        self.wedged = stands;
        let found_out = stands.and_then(|since| since.checked_add(NOTICED_AFTER).ok()).is_some_and(|at| at <= now);
        if lost.is_some() || found_out {
            (self.timeline, self.wedged) = (None, None);
            let stalled = SoundFault::Stalled { device: NAME.to_owned(), millis: 2_000 };
            let fault = if lost.is_some() { Self::fault() } else { stalled };
            events.push(SoundEvent::Lost { fault, at_start: false });
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
    use std::rc::Rc;

    use crate::equipment::Pcm;
    use crate::equipment::sound::CueId;
    use crate::equipment::sound::ledger::Heard;

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
                Heard { cue: CueId(1), first: at(10), truly: at(10), frames: Frames::from_secs(600) },
                Heard { cue: CueId(2), first: at(610), truly: at(610), frames: Frames::from_secs(600) },
            ]
        );
    }

    #[test]
    fn waking_when_told_meets_every_event_and_never_stands_still() {
        let mut card = Simulated::new(at(0));
        card.troubles().outage(at(2_000), at(2_001));
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
        card.troubles().outage(at(100), at(130));
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
        card.troubles().outage(at(5), at(5));
        card.open().unwrap();
        assert_eq!(card.poll(at(5)).len(), 1);
        assert!(card.open().is_ok());
        card.troubles().outage(Timestamp::MIN, at(50));
        card.close();
        assert!(card.open().is_err());
    }

    #[test]
    fn a_wedged_card_takes_nothing_and_is_found_out() {
        let mut card = Simulated::new(at(0));
        card.troubles().wedge(at(100), at(130));
        card.open().unwrap();
        card.cue(cue(1, Start::At(at(10)), 600));
        card.poll(at(99));
        assert_eq!(card.wake_at(at(99)), at(100));
        card.poll(at(100));
        assert_eq!(card.poll(at(101)), []);
        assert_eq!(card.wake_at(at(101)), at(102));
        let events = card.poll(at(102));
        assert!(matches!(events[..], [SoundEvent::Lost { fault: SoundFault::Stalled { .. }, .. }]), "{events:?}");
        assert_eq!(card.ledger().read()[0].frames, Frames::from_secs(90));
        assert!(card.open().is_err());
    }

    #[test]
    fn a_clock_that_is_wrong_moves_no_frame() {
        let truth = Rc::new(std::cell::Cell::new(at(0)));
        let told = Rc::clone(&truth);
        let mut card = Simulated::in_truth(move || told.get(), Troubles::default());
        // The station's clock is an hour ahead.
        card.poll(at(3_600));
        card.open().unwrap();
        card.cue(cue(1, Start::At(at(3_610)), 60));
        truth.set(at(40));
        let events = card.poll(at(3_640));
        assert_eq!(events[0], SoundEvent::Began { cue: CueId(1), at: at(3_610) });
        let heard = Heard { cue: CueId(1), first: at(3_610), truly: at(10), frames: Frames::from_secs(30) };
        assert_eq!(card.ledger().read(), [heard]);
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
