//! Cues on a timeline of frames, for the outputs that have no card: which frame of which cue is next, and what to tell.
//!
//! Pure: time comes in as `now`, sound goes out through a [`Stage`]. The timeline begins at the first `now` it is
//! told; frame n belongs to the instant n/48,000 s after that.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::fade::{self, RAMP};
use crate::equipment::sound::{Cue, SoundEvent, Start};
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
mod tests {
    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::CueId;

    /// Holds nothing and plays its whole length.
    struct Length;

    impl Pcm for Length {
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            Ok(block.len())
        }
    }

    /// Writes down what it was told.
    #[derive(Default)]
    struct Notes(Vec<(u64, u64)>, Option<Defect>);

    impl Stage for Notes {
        fn silence(&mut self, frames: u64) {
            self.0.push((0, frames));
        }

        fn play(&mut self, cue: &mut Cue, frames: u64, _left: Option<u64>) -> (u64, Option<Defect>) {
            self.0.push((cue.id.0, frames));
            if self.1.is_some() { (0, self.1.clone()) } else { (frames, None) }
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_600_000_000_000 + millis).unwrap()
    }

    fn cue(id: u64, start: Start, millis: u64) -> Cue {
        Cue {
            id: CueId(id),
            start,
            length: Frames::from_millis(millis),
            gain: 1.0,
            ceiling: 1.0,
            pcm: Box::new(Length),
            meter: None,
        }
    }

    fn ended(cue: u64, millis: u64, end: i64) -> SoundEvent {
        SoundEvent::Ended { cue: CueId(cue), heard: Frames::from_millis(millis), at: at(end) }
    }

    fn began(cue: u64, start: i64) -> SoundEvent {
        SoundEvent::Began { cue: CueId(cue), at: at(start) }
    }

    #[test]
    fn cues_begin_on_their_frame_and_follow_without_a_gap() {
        let (mut line, mut stage) = (Timeline::new(None), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::At(at(500)), 1_000));
        line.cue(cue(2, Start::Following, 250));
        assert_eq!(
            line.advance(at(3_000), &mut stage),
            [began(1, 500), ended(1, 1_000, 1_500), began(2, 1_500), ended(2, 250, 1_750),]
        );
        assert_eq!(stage.0, [(0, 24_000), (1, 48_000), (2, 12_000), (0, 60_000)]);
    }

    #[test]
    fn a_late_cue_begins_when_the_one_before_has_ended() {
        let (mut line, mut stage) = (Timeline::new(None), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::At(at(-5_000)), 1_000));
        line.cue(cue(2, Start::At(at(200)), 1_000));
        let events = line.advance(at(1_500), &mut stage);
        assert_eq!(events[..3], [began(1, 0), ended(1, 1_000, 1_000), began(2, 1_000)]);
        assert_eq!(events[3], SoundEvent::Reached { cue: CueId(2), heard: Frames::from_millis(500) });
    }

    #[test]
    fn silence_falls_on_its_frame_and_forgets_the_rest() {
        let (mut line, mut stage) = (Timeline::new(None), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::Following, 10_000));
        line.cue(cue(2, Start::Following, 10_000));
        line.silence_from(Some(at(2_000)));
        assert_eq!(line.advance(at(3_000), &mut stage), [began(1, 0), ended(1, 2_000, 2_000)]);
        assert_eq!(stage.0, [(1, 95_760), (1, 240), (0, 48_000)]);
        line.cue(cue(3, Start::Following, 100));
        assert_eq!(line.advance(at(4_000), &mut stage), [began(3, 3_000), ended(3, 100, 3_100)], "the mark is spent");
    }

    #[test]
    fn what_ends_with_the_silence_by_itself_is_not_taken_down() {
        for end in [1_997, 2_000, 2_003] {
            let (mut line, mut stage) = (Timeline::new(None), Notes::default());
            line.advance(at(0), &mut stage);
            line.cue(cue(1, Start::At(at(500)), 1_500));
            line.cue(cue(2, Start::Following, 1_500));
            line.silence_from(Some(at(end)));
            assert_eq!(line.advance(at(3_000), &mut stage), [began(1, 500), ended(1, 1_500, 2_000)], "{end}");
            assert_eq!(stage.0[1], (1, 72_000), "{end}: in one piece, without a ramp");
        }
    }

    #[test]
    fn a_cut_tells_what_was_heard() {
        let (mut line, mut stage) = (Timeline::new(None), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::Following, 10_000));
        line.advance(at(1_000), &mut stage);
        assert_eq!(line.cut(&mut stage), [ended(1, 1_005, 1_005)]);
        assert_eq!(line.cut(&mut stage), []);
        assert_eq!(line.advance(at(2_000), &mut stage), []);
    }

    #[test]
    fn a_fade_lets_the_next_follow_its_ramp() {
        let (mut line, mut stage) = (Timeline::new(None), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::Following, 10_000));
        line.cue(cue(2, Start::Following, 10_000));
        line.advance(at(1_000), &mut stage);
        line.fade();
        line.cue(cue(3, Start::Following, 100));
        let events = line.advance(at(2_000), &mut stage);
        assert_eq!(events, [ended(1, 1_005, 1_005), began(3, 1_005), ended(3, 100, 1_105)]);
    }

    #[test]
    fn a_broken_file_makes_room_for_the_next() {
        let (mut line, mut stage) = (Timeline::new(None), Notes(Vec::new(), Some(Defect::NotAudio)));
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::Following, 1_000));
        let broke = SoundEvent::Broke { cue: CueId(1), heard: Frames::ZERO, defect: Defect::NotAudio };
        assert_eq!(line.advance(at(100), &mut stage), [broke]);
        stage.1 = None;
        line.cue(cue(2, Start::Following, 1_000));
        assert_eq!(line.advance(at(200), &mut stage)[0], began(2, 100));
    }

    #[test]
    fn sleep_and_a_clock_set_back_lose_no_sound() {
        let (mut line, mut stage) = (Timeline::new(Some(SignedDuration::from_secs(60))), Notes::default());
        line.advance(at(0), &mut stage);
        line.cue(cue(1, Start::Following, 100_000));
        line.advance(at(1_000), &mut stage);
        let reached = |secs| [SoundEvent::Reached { cue: CueId(1), heard: Frames::from_secs(secs) }];
        assert_eq!(line.advance(at(3_600_000), &mut stage), reached(61), "an hour asleep plays one minute");
        assert_eq!(line.advance(at(-3_600_000), &mut stage), reached(61));
        assert_eq!(line.advance(at(-3_599_000), &mut stage), reached(62));
    }
}
