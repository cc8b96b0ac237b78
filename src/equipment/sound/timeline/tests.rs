//! Cues on a timeline without sound: what goes out on which frame, and what is told of it.

use super::*;
use crate::equipment::Pcm;

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
fn what_was_withdrawn_leaves_no_gap() {
    let (mut line, mut stage) = (Timeline::new(None), Notes::default());
    line.advance(at(0), &mut stage);
    line.cue(cue(1, Start::Following, 1_000));
    line.cue(cue(2, Start::Following, 1_000));
    line.cue(cue(3, Start::Following, 1_000));
    line.advance(at(500), &mut stage);
    assert!(!line.withdraw(CueId(1)) && line.withdraw(CueId(2)) && !line.withdraw(CueId(2)));
    assert_eq!(line.advance(at(3_000), &mut stage), [ended(1, 1_000, 1_000), began(3, 1_000), ended(3, 1_000, 2_000)]);
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
