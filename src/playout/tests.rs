//! Stories of the machine, told as inputs and actions. No sound, no waiting.

mod interrupted;

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::{CartPath, Defect, Kind};
use crate::playout::{
    Action, Alert, AlertOrder, CueId, Input, Machine, Record, SittingId, SoundEvent, SoundFault, Start,
};
use crate::rundown::{Instead, Item, Origin, Piece, Rundown, Why};
use crate::schedule::SlotKey;
use crate::time::{Frames, Span, later};

/// Seconds after the session's start; negative before it.
fn at(secs: i64) -> Timestamp {
    "2020-08-10T05:00:00+07:00".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(secs)
}

fn secs(secs: u64) -> Frames {
    Frames::from_secs(secs)
}

fn piece(kind: Kind, name: &str) -> Piece {
    Piece { kind, ..Piece::unread(CartPath::new(&format!("ministry/{name}.mp3")).unwrap()) }
}

/// A session of one minute: three items of 10 s from its start, and a closing of 5 s at its end.
fn rundown() -> Rundown {
    let item = |name: &str, offset, length, anchored| Item {
        offset: secs(offset),
        length: secs(length),
        anchored,
        instead: None,
        piece: piece(Kind::Ministry, name),
    };
    Rundown {
        slot: SlotKey { date: "2020-08-10".parse().unwrap(), session: "sang".to_owned() },
        title: "Buổi sáng".to_owned(),
        origin: Origin::Scheduled,
        note: String::new(),
        span: Span::starting(at(0), secs(60)),
        zones: Vec::new(),
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
        story.tell(at(-15), begin(0, Rundown { origin, ..rundown() }));
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
            Action::Record(SittingId(0), Record::Ended { line, outcome, reason, heard, .. }) => {
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

fn begin(id: u64, rundown: Rundown) -> Input {
    Input::Begin { id: SittingId(id), rundown: Box::new(rundown), over: Vec::new() }
}

/// An alert of 5 s that begins at `secs`.
fn alert(id: u64, secs_from: i64) -> Input {
    let order = AlertOrder {
        piece: piece(Kind::Alert, "flood"),
        length: secs(5),
        times: Some(1),
        every: Frames::ZERO,
        zones: Vec::new(),
        in_quiet_hours: false,
        expires: at(3_600),
        by: String::new(),
    };
    begin(id, Alert::new(order, at(secs_from)).rundown(at(secs_from), "2020-08-10".parse().unwrap()))
}

fn lost() -> Input {
    Input::Sound(SoundEvent::Lost { fault: SoundFault::Absent { device: "default".to_owned() }, at_start: false })
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

/// Eight items without a gap between them and the closing, on a card that takes eleven seconds for ten.
#[test]
fn a_card_that_runs_slow_costs_the_last_item_and_not_the_closing() {
    let mut session = rundown();
    let item = |index: u64| Item { offset: secs(10 * index), ..session.items[0].clone() };
    let closing = Item { offset: secs(80), ..session.items[3].clone() };
    (session.items, session.span) = ((0..8).map(item).chain([closing]).collect(), Span::starting(at(0), secs(85)));
    let mut story = Story { machine: Machine::new(0.9), actions: Vec::new(), broken: None, absent: false };
    story.tell(at(-15), begin(0, session));
    for cue in 0..7 {
        let (from, end) = (at(11 * cue), at(11 * cue + 11));
        story.sound(from, SoundEvent::Began { cue: CueId(u64::try_from(cue).unwrap()), at: from });
        story.sound(end, SoundEvent::Ended { cue: CueId(u64::try_from(cue).unwrap()), heard: secs(10), at: end });
    }
    assert_eq!(story.cued().last().unwrap(), &("z".to_owned(), Start::At(at(80))));
    let left_out: Vec<_> = story.ended().into_iter().filter(|(_, outcome, ..)| *outcome != Outcome::Aired).collect();
    assert_eq!(left_out, [(7, Outcome::Blocked, Some(Reason::HardEnd), 0)]);
}

#[test]
fn a_file_that_breaks_before_the_session_does_not_pull_the_next_one_forward() {
    let story = Story::with(Origin::Scheduled, Some("a"), false);
    assert_eq!(story.cued()[1], ("b".to_owned(), Start::At(at(0))));
    assert_eq!(story.ended(), [(0, Outcome::Failed, Some(Reason::File), 0)]);
}

#[test]
fn a_lost_device_goes_on_with_the_item_where_it_was_last_heard() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(4), SoundEvent::Reached { cue: CueId(0), heard: secs(4) });
    story.tell(at(4), lost());
    assert_eq!(story.ended(), [], "it is not over yet");
    story.tell(at(6), Input::Tick);
    let again = story.actions.iter().rev().find_map(|action| match action {
        Action::Cue { cue, piece, from, length, .. } if piece.title == "a" => Some((*cue, *from, *length)),
        _ => None,
    });
    let (cue, from, length) = again.unwrap();
    assert_eq!((from, length), (secs(4), secs(6)));
    story.sound(at(6), SoundEvent::Began { cue, at: at(6) });
    story.sound(at(12), SoundEvent::Ended { cue, heard: secs(6), at: at(12) });
    assert_eq!(story.ended(), [(0, Outcome::Aired, None, 10)], "one row, with all that was heard");
}

#[test]
fn a_device_lost_for_longer_than_the_item_closes_it_with_what_was_heard() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(4), SoundEvent::Reached { cue: CueId(0), heard: secs(4) });
    story.absent = true;
    story.tell(at(4), lost());
    story.tell(at(5), Input::Tick);
    story.absent = false;
    story.tell(at(25), Input::Tick);
    let (partial, missed) = (Outcome::Partial, Outcome::Missed);
    let lost = Some(Reason::Device);
    assert_eq!(story.ended(), [(0, partial, lost, 4), (1, missed, lost, 0)], "their time is over");
    let cued = story.cued();
    assert_eq!(cued[cued.len() - 2..], [("c".to_owned(), Start::At(at(25))), ("z".to_owned(), Start::At(at(55)))]);
}

/// Rejected while it was lined up, and taken back from the output in time.
#[test]
fn what_is_withdrawn_gives_its_time_to_what_follows() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    let lined_up = story.machine.lined_up();
    let names: Vec<_> = lined_up.iter().map(|(_, piece)| piece.title.as_str()).collect();
    assert_eq!(names, ["b", "c", "z"], "what is on is not among them");
    story.tell(at(1), Input::Refused { cue: lined_up[0].0, why: Why::Unapproved });
    assert_eq!(story.ended(), [(1, Outcome::Blocked, Some(Reason::Unapproved), 0)]);
    story.sound(at(10), SoundEvent::Ended { cue: CueId(0), heard: secs(10), at: at(10) });
    story.sound(at(10), SoundEvent::Began { cue: lined_up[1].0, at: at(10) });
    let on = story.machine.on_air().unwrap().now.unwrap();
    assert_eq!((on.0, on.2), (2, at(10)), "the third follows the first");
}

#[test]
fn a_relay_that_dies_has_its_fallback_for_the_rest_of_its_time() {
    let mut story = Story { machine: Machine::new(0.9), actions: Vec::new(), broken: None, absent: false };
    let mut rundown = rundown();
    let instead = Instead { piece: piece(Kind::Jingle, "music"), length: secs(100) };
    rundown.items.truncate(2);
    rundown.items[0] = Item { length: secs(40), instead: Some(Box::new(instead)), ..rundown.items[0].clone() };
    rundown.items[1].offset = secs(40);
    story.tell(at(-15), begin(0, rundown));
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    assert_eq!(story.cued().len(), 1, "nothing is lined up behind what may die");
    story.sound(at(10), SoundEvent::Broke { cue: CueId(0), heard: secs(8), defect: Defect::NotAudio });
    assert_eq!(story.ended(), [(0, Outcome::Partial, Some(Reason::File), 8)]);
    let names: Vec<_> = story.cued().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "music", "b"]);
    let length = story.actions.iter().find_map(|action| match action {
        Action::Cue { piece, length, .. } if piece.title == "music" => Some(*length),
        _ => None,
    });
    assert_eq!(length, Some(secs(30)), "no longer than the relay would have had");
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
    assert!(story.actions.contains(&Action::Fade) && story.machine.is_idle());
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
    story.tell(at(-15), begin(0, Rundown { items: Vec::new(), ..rundown() }));
    assert!(story.machine.is_idle());
    story.actions.clear();
    story.tell(at(-5), begin(1, rundown()));
    assert!(story.actions.contains(&Action::Open), "the output is opened anew");
    assert!(story.actions.contains(&Action::SilenceFrom(Some(at(60)))));
}

/// A relay from 0 to the session's end, after ten minutes.
fn relayed() -> Rundown {
    let relay = Item {
        offset: Frames::ZERO,
        length: secs(600),
        anchored: false,
        instead: None,
        piece: piece(Kind::Relay, "vov"),
    };
    Rundown { span: Span::starting(at(0), secs(600)), items: vec![relay], ..rundown() }
}

/// The lengths of everything that was lined up, in seconds.
fn lengths(story: &Story) -> Vec<u64> {
    let length = |action: &Action| match action {
        Action::Cue { length, .. } => Some(length.0 / 48_000),
        _ => None,
    };
    story.actions.iter().filter_map(length).collect()
}

#[test]
fn what_a_lost_device_cut_goes_on_as_long_as_it_can() {
    let mut story = Story { machine: Machine::new(0.9), actions: Vec::new(), broken: None, absent: false };
    let mut whole = relayed();
    whole.items[0].piece = piece(Kind::Ministry, "a");
    story.tell(at(-15), begin(0, whole));
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(50), SoundEvent::Reached { cue: CueId(0), heard: secs(50) });
    story.absent = true;
    story.tell(at(50), lost());
    story.absent = false;
    story.tell(at(200), Input::Tick);
    assert_eq!(lengths(&story), [600, 400], "to the hard end, and no farther");
    story.sound(at(200), SoundEvent::Began { cue: CueId(1), at: at(200) });
    story.sound(at(600), SoundEvent::Ended { cue: CueId(1), heard: secs(400), at: at(600) });
    assert_eq!(story.ended(), [(0, Outcome::Partial, Some(Reason::Device), 450)]);
}
