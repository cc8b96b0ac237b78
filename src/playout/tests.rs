//! Stories of the machine, told as inputs and actions. No sound, no waiting.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::{CartPath, Defect, Kind};
use crate::playout::{Action, CueId, Input, Machine, Record, SoundEvent, SoundFault, Start};
use crate::rundown::{Item, Origin, Piece, Rundown, Why};
use crate::schedule::SlotKey;
use crate::time::{Frames, Span, later};

/// Seconds after the session's start; negative before it.
fn at(secs: i64) -> Timestamp {
    "2020-08-10T05:00:00+07:00".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(secs)
}

fn secs(secs: u64) -> Frames {
    Frames::from_secs(secs)
}

/// A session of one minute: three items of 10 s from its start, and a closing of 5 s at its end.
fn rundown() -> Rundown {
    let item = |name: &str, offset, length, anchored| Item {
        offset: secs(offset),
        length: secs(length),
        anchored,
        piece: Piece {
            kind: Kind::Ministry,
            path: CartPath::new(&format!("ministry/{name}.mp3")).unwrap(),
            title: name.to_owned(),
            language: String::new(),
            directive: String::new(),
            hash: None,
            lufs: None,
            gain_db: 0.0,
        },
    };
    Rundown {
        slot: SlotKey { date: "2020-08-10".parse().unwrap(), session: "sang".to_owned() },
        title: "Buổi sáng".to_owned(),
        origin: Origin::Scheduled,
        span: Span::starting(at(0), secs(60)),
        items: vec![
            item("a", 0, 10, false),
            item("b", 10, 10, false),
            item("c", 20, 10, false),
            item("z", 55, 5, true),
        ],
        left_out: Vec::new(),
    }
}

/// Drives a machine as the station would: every `Open` and `Cue` succeeds unless the test says otherwise.
struct Story {
    machine: Machine,
    actions: Vec<Action>,
    broken: Option<&'static str>,
    absent: bool,
}

impl Story {
    fn begin(origin: Origin) -> Self {
        Self::with(origin, None, false)
    }

    fn with(origin: Origin, broken: Option<&'static str>, absent: bool) -> Self {
        let mut story = Self { machine: Machine::new(0.9), actions: Vec::new(), broken, absent };
        story.tell(at(-15), Input::Begin(Box::new(Rundown { origin, ..rundown() })));
        story
    }

    fn tell(&mut self, now: Timestamp, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for action in self.machine.handle(now, input) {
                let answer = match &action {
                    Action::Open if self.absent => Some(lost()),
                    Action::Open => Some(Input::Opened),
                    Action::Cue { cue, piece, .. } if Some(piece.title.as_str()) == self.broken => {
                        Some(Input::Refused { cue: *cue, why: Why::Unplayable(Defect::NotAudio) })
                    }
                    Action::Cue { .. } => Some(Input::Cued),
                    _ => None,
                };
                inputs.extend(answer);
                self.actions.push(action);
            }
        }
    }

    fn sound(&mut self, now: Timestamp, event: SoundEvent) {
        self.tell(now, Input::Sound(event));
    }

    /// Title and start of everything that was lined up.
    fn cued(&self) -> Vec<(String, Start)> {
        let cue = |action: &Action| match action {
            Action::Cue { piece, start, .. } => Some((piece.title.clone(), *start)),
            _ => None,
        };
        self.actions.iter().filter_map(cue).collect()
    }

    /// Line, outcome, reason and seconds heard of everything that ended.
    fn ended(&self) -> Vec<(usize, Outcome, Option<Reason>, u64)> {
        let ended = |action: &Action| match action {
            Action::Record(Record::Ended { line, outcome, reason, heard, .. }) => {
                Some((*line, *outcome, *reason, heard.0 / 48_000))
            }
            _ => None,
        };
        self.actions.iter().filter_map(ended).collect()
    }

    fn play(&mut self, cue: u64, from: i64, length: u64) {
        let (cue, heard, at_end) = (CueId(cue), secs(length), later(at(from), secs(length)));
        self.sound(at(from), SoundEvent::Began { cue, at: at(from) });
        self.sound(at_end, SoundEvent::Ended { cue, heard, at: at_end });
    }
}

fn lost() -> Input {
    Input::Sound(SoundEvent::Lost { fault: SoundFault::Absent { device: "default".to_owned() } })
}

#[test]
fn items_follow_each_other_and_the_closing_keeps_its_instant() {
    let mut story = Story::begin(Origin::Scheduled);
    let follows = |name: &str| (name.to_owned(), Start::Following);
    let all = [("a".to_owned(), Start::At(at(0))), follows("b"), follows("c"), ("z".to_owned(), Start::At(at(55)))];
    assert_eq!(story.cued(), all);
    for (cue, from, length) in [(0, 0, 10), (1, 10, 10), (2, 20, 10), (3, 55, 5)] {
        story.play(cue, from, length);
    }
    assert!(story.ended().iter().all(|(_, outcome, reason, _)| (*outcome, *reason) == (Outcome::Aired, None)));
    assert_eq!(story.actions.last(), Some(&Action::Close));
    assert!(story.machine.is_idle());
}

#[test]
fn a_file_that_breaks_before_the_session_does_not_pull_the_next_one_forward() {
    let story = Story::with(Origin::Scheduled, Some("a"), false);
    assert_eq!(story.cued()[1], ("b".to_owned(), Start::At(at(0))));
    assert_eq!(story.ended(), [(0, Outcome::Failed, Some(Reason::File), 0)]);
}

#[test]
fn a_lost_device_closes_the_item_with_what_was_heard_and_goes_on_with_the_next() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(4), SoundEvent::Reached { cue: CueId(0), heard: secs(4) });
    story.absent = true;
    story.tell(at(4), lost());
    assert_eq!(story.ended(), [(0, Outcome::Partial, Some(Reason::Device), 4)]);
    story.tell(at(5), Input::Tick);
    story.absent = false;
    story.tell(at(25), Input::Tick);
    assert_eq!(story.ended()[1..], [(1, Outcome::Missed, Some(Reason::Device), 0)], "its time is over");
    let cued = story.cued();
    assert_eq!(cued[cued.len() - 2..], [("c".to_owned(), Start::At(at(25))), ("z".to_owned(), Start::At(at(55)))]);
}

#[test]
fn what_would_run_into_the_closing_is_left_out_whole() {
    let mut story = Story::with(Origin::Scheduled, None, true);
    story.absent = false;
    // Back at 48 s: c is long over by the plan, and nothing but the closing fits any more.
    story.tell(at(48), Input::Tick);
    let missed = |line| (line, Outcome::Missed, Some(Reason::Device), 0);
    assert_eq!(story.ended(), [missed(0), missed(1), missed(2)]);
    assert_eq!(story.cued(), [("z".to_owned(), Start::At(at(55)))]);
}

#[test]
fn at_the_hard_end_everything_is_closed_as_it_stands() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(3), SoundEvent::Reached { cue: CueId(0), heard: secs(3) });
    story.tell(at(61), Input::Tick);
    assert_eq!(story.ended()[0], (0, Outcome::Partial, Some(Reason::HardEnd), 3));
    assert!(story.ended()[1..].iter().all(|(_, outcome, ..)| *outcome == Outcome::Blocked));
    assert!(story.actions.contains(&Action::Cut) && story.machine.is_idle());
}

#[test]
fn a_stop_leaves_a_scheduled_session_to_the_next_start_and_ends_one_begun_by_hand() {
    for (origin, rows) in [(Origin::Scheduled, 1), (Origin::ByHand, 4)] {
        let mut story = Story::begin(origin);
        story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
        story.sound(at(9), SoundEvent::Reached { cue: CueId(0), heard: secs(9) });
        story.tell(at(9), Input::Stop);
        assert_eq!(story.ended().len(), rows, "{origin:?}");
        assert_eq!(story.ended()[0], (0, Outcome::Aired, None, 9), "nine tenths of it count");
        assert_eq!(story.actions.last(), Some(&Action::Close));
    }
}

#[test]
fn a_session_with_nothing_to_air_leaves_the_output_to_the_next_one() {
    let mut story = Story { machine: Machine::new(0.9), actions: Vec::new(), broken: None, absent: false };
    story.tell(at(-15), Input::Begin(Box::new(Rundown { items: Vec::new(), ..rundown() })));
    assert!(story.machine.is_idle());
    story.actions.clear();
    story.tell(at(-5), Input::Begin(Box::new(rundown())));
    assert!(story.actions.contains(&Action::Open), "the output is opened anew");
    assert!(story.actions.contains(&Action::SilenceFrom(at(60))));
}
