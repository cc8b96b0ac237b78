//! Sessions that an alert or an operator breaks into.

use super::*;

#[test]
fn an_alert_takes_the_air_and_the_item_it_cut_airs_again_from_its_beginning() {
    let mut story = Story::begin(Origin::Scheduled);
    story.play(0, 0, 10);
    story.sound(at(10), SoundEvent::Began { cue: CueId(1), at: at(10) });
    story.sound(at(14), SoundEvent::Reached { cue: CueId(1), heard: secs(4) });
    story.actions.clear();
    story.tell(at(14), alert(1, 14));
    assert_eq!(story.actions[..2], [Action::Fade, Action::SilenceFrom(None)], "no end cuts an alert");
    assert_eq!(story.cued(), [("flood".to_owned(), Start::At(at(14)))]);
    story.sound(at(14), SoundEvent::Ended { cue: CueId(1), heard: secs(4), at: at(14) });
    assert_eq!(story.ended(), [(1, Outcome::Partial, Some(Reason::Preempted), 4)]);
    story.play(4, 14, 5);
    let names: Vec<_> = story.cued().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["flood", "b", "c", "z"], "b once more, then the rest");
    assert!(story.actions.contains(&Action::SilenceFrom(Some(at(60)))), "the session keeps its end");
    let added = story.actions.iter().find_map(|action| match action {
        Action::Record(SittingId(0), Record::Added { line, item }) => Some((*line, item.piece.title.as_str())),
        _ => None,
    });
    assert_eq!(added, Some((4, "b")), "under a line of its own, so that every line has one row");
}

#[test]
fn what_an_alert_left_no_time_for_is_missed_and_not_blocked() {
    let mut story = Story::begin(Origin::Scheduled);
    story.play(0, 0, 10);
    story.play(1, 10, 10);
    story.sound(at(20), SoundEvent::Began { cue: CueId(2), at: at(20) });
    story.tell(at(21), alert(1, 21));
    story.sound(at(21), SoundEvent::Ended { cue: CueId(2), heard: secs(1), at: at(21) });
    story.sound(at(48), SoundEvent::Began { cue: CueId(4), at: at(48) });
    story.sound(at(53), SoundEvent::Ended { cue: CueId(4), heard: secs(5), at: at(53) });
    assert_eq!(story.ended()[3..], [(4, Outcome::Missed, Some(Reason::Preempted), 0)]);
    assert_eq!(story.cued().last(), Some(&("z".to_owned(), Start::At(at(55)))), "the closing keeps its instant");
}

#[test]
fn latched_silence_closes_what_is_on_and_the_session_goes_on_when_it_is_released() {
    let mut story = Story::begin(Origin::Scheduled);
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.sound(at(4), SoundEvent::Reached { cue: CueId(0), heard: secs(4) });
    story.actions.clear();
    story.tell(at(4), Input::Silence);
    assert!(story.actions.starts_with(&[Action::Cut]) && story.actions.ends_with(&[Action::Close]));
    assert_eq!(story.ended(), [(0, Outcome::Partial, Some(Reason::Operator), 4)]);
    story.tell(at(21), Input::Tick);
    assert_eq!(story.ended()[1..], [(1, Outcome::Skipped, Some(Reason::Operator), 0)]);
    assert!(story.cued().is_empty() && !story.actions.contains(&Action::Open), "nothing airs meanwhile");
    story.tell(at(22), Input::Release);
    assert_eq!(story.cued()[0], ("c".to_owned(), Start::At(at(22))));
}

#[test]
fn an_alert_that_is_cancelled_gives_the_air_back() {
    let mut story = Story::begin(Origin::Scheduled);
    story.play(0, 0, 10);
    story.tell(at(10), alert(1, 10));
    story.sound(at(10), SoundEvent::Began { cue: CueId(4), at: at(10) });
    story.actions.clear();
    story.tell(at(12), Input::CancelAlert);
    assert_eq!(story.actions[0], Action::Fade);
    assert!(story.actions.contains(&Action::Record(SittingId(1), Record::SessionOver)));
    assert_eq!(story.cued()[0].0, "b");
}

#[test]
fn a_relay_goes_on_after_an_alert_for_the_rest_of_its_time() {
    let mut story = Story { machine: Machine::new(0.9), actions: Vec::new(), broken: None, absent: false };
    story.tell(at(-15), begin(0, relayed()));
    story.sound(at(0), SoundEvent::Began { cue: CueId(0), at: at(0) });
    story.tell(at(100), alert(1, 100));
    story.sound(at(100), SoundEvent::Ended { cue: CueId(0), heard: secs(100), at: at(100) });
    story.play(1, 100, 5);
    assert_eq!(lengths(&story), [600, 5, 495], "to its planned end");
    let last = story.actions.iter().rev().find(|action| matches!(action, Action::Cue { .. })).unwrap();
    let &Action::Cue { cue, .. } = last else { panic!() };
    story.sound(at(105), SoundEvent::Began { cue, at: at(105) });
    story.sound(at(600), SoundEvent::Ended { cue, heard: secs(495), at: at(600) });
    let ended = story.ended();
    assert_eq!(ended[0], (0, Outcome::Partial, Some(Reason::Preempted), 100));
    assert_eq!(ended[1], (1, Outcome::Partial, Some(Reason::Preempted), 495));
}
