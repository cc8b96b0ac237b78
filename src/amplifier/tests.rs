//! The amplifier through a day made of values: what is thrown when, and what is done about commands that fail.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::time::{self, Frames};

const WARM_UP_SECS: i64 = 20;
const COOL_DOWN_SECS: i64 = 30;

fn settings() -> Settings {
    let command = |program: &str| Some(CommandLine { program: program.to_owned(), arguments: Vec::new() });
    Settings {
        on: command("amp-on"),
        off: command("amp-off"),
        warm_up: Frames::from_secs(WARM_UP_SECS.unsigned_abs()),
        cool_down: Frames::from_secs(COOL_DOWN_SECS.unsigned_abs()),
        timeout: Frames::from_secs(5),
    }
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + secs).unwrap()
}

fn free() -> Air {
    Air::default()
}

fn ahead(secs: i64) -> Air {
    Air { needed_from: Some(at(secs)), taken: false }
}

fn taken(since_secs: i64) -> Air {
    Air { needed_from: Some(at(since_secs)), taken: true }
}

fn too_slow() -> HookFault {
    HookFault::TooSlow { after: settings().timeout, said: String::new() }
}

/// An amplifier that is known to be off.
fn idle() -> Amplifier {
    let mut amplifier = Amplifier::new(settings());
    assert_eq!(amplifier.mind(at(-1_000), free()), Some(Switch::Off));
    amplifier.answered(at(-1_000), Ok(()));
    amplifier
}

/// An amplifier that is on for a session that began at 0.
fn warm() -> Amplifier {
    let mut amplifier = idle();
    assert_eq!(amplifier.mind(at(-WARM_UP_SECS), ahead(0)), Some(Switch::On));
    amplifier.answered(at(-WARM_UP_SECS), Ok(()));
    amplifier
}

/// The same when its session has just ended, at 600.
fn cooling() -> Amplifier {
    let mut amplifier = warm();
    assert_eq!(amplifier.mind(at(600), free()), None);
    amplifier
}

#[test]
fn after_a_power_cut_it_is_switched_off_once_so_that_it_is_known() {
    let mut amplifier = Amplifier::new(settings());
    assert_eq!(amplifier.state(), State::Untouched);
    assert_eq!(amplifier.mind(at(0), ahead(3_600)), Some(Switch::Off));
    assert_eq!(amplifier.mind(at(0), ahead(3_600)), None, "its command runs");
    let thrown = amplifier.answered(at(1), Ok(())).unwrap();
    assert_eq!(thrown, Thrown { switch: Switch::Off, failed_before: 0, fault: None });
    assert_eq!(amplifier.mind(at(2), ahead(3_600)), None);
    assert_eq!(amplifier.state().name(), "off");
}

#[test]
fn a_program_that_starts_in_mid_session_never_switches_it_off_first() {
    let mut amplifier = Amplifier::new(settings());
    assert_eq!(amplifier.mind(at(0), taken(-600)), Some(Switch::On));
    let mut soon = Amplifier::new(settings());
    assert_eq!(soon.mind(at(0), ahead(45)), None, "off and on again within one cool-down is worth nothing");
    assert_eq!(soon.wake_at(at(0), ahead(45)), Some(at(25)));
    assert_eq!(soon.mind(at(25), ahead(45)), Some(Switch::On));
}

#[test]
fn it_is_on_by_the_warm_up_and_off_after_the_cool_down() {
    let mut amplifier = idle();
    assert_eq!(amplifier.wake_at(at(-900), ahead(0)), Some(at(-WARM_UP_SECS)));
    assert_eq!(amplifier.mind(at(-WARM_UP_SECS - 1), ahead(0)), None);
    assert_eq!(amplifier.mind(at(-WARM_UP_SECS), ahead(0)), Some(Switch::On));
    assert_eq!(amplifier.state().name(), "switching_on");
    assert_eq!(amplifier.wake_at(at(-20), ahead(0)), Some(time::later(at(-20), Frames::from_millis(100))));
    amplifier.answered(at(-19), Ok(()));
    assert_eq!(amplifier.mind(at(600), taken(0)), None);
    assert_eq!(amplifier.wake_at(at(600), taken(0)), None);
    assert_eq!(amplifier.mind(at(600), free()), None, "still warm");
    assert_eq!(amplifier.wake_at(at(601), free()), Some(at(600 + COOL_DOWN_SECS)));
    assert_eq!(amplifier.mind(at(629), free()), None);
    assert_eq!(amplifier.mind(at(630), free()), Some(Switch::Off));
}

#[test]
fn between_two_sessions_close_together_it_stays_on() {
    let mut amplifier = cooling();
    // Due off at 630, due on again at 655.
    assert_eq!(amplifier.mind(at(630), ahead(675)), None);
    assert_eq!(amplifier.mind(at(655), ahead(675)), None);
    let mut amplifier = cooling();
    // On again at 661, longer than a cool-down after 630.
    assert_eq!(amplifier.mind(at(630), ahead(681)), Some(Switch::Off));
}

#[test]
fn an_emergency_is_not_kept_waiting_by_a_command_that_switches_off() {
    let mut amplifier = cooling();
    assert_eq!(amplifier.mind(at(630), free()), Some(Switch::Off));
    assert_eq!(amplifier.mind(at(631), taken(631)), Some(Switch::On), "takes the place of the other");
    assert_eq!(amplifier.mind(at(632), taken(631)), None);
    amplifier.answered(at(633), Ok(()));
    assert_eq!(amplifier.state(), State::Is(Switch::On));
}

#[test]
fn while_it_is_being_switched_on_nothing_interrupts_that() {
    let mut amplifier = idle();
    assert_eq!(amplifier.mind(at(0), taken(0)), Some(Switch::On));
    assert_eq!(amplifier.mind(at(1), free()), None, "the session was called off");
    assert_eq!(amplifier.mind(at(40), free()), None);
    amplifier.answered(at(41), Ok(()));
    assert_eq!(amplifier.mind(at(42), free()), Some(Switch::Off));
}

#[test]
fn a_failed_on_is_tried_again_at_growing_pauses_as_long_as_the_air_needs_it() {
    let mut amplifier = idle();
    let mut tried = Vec::new();
    for secs in 0..120 {
        if amplifier.mind(at(secs), taken(0)) == Some(Switch::On) {
            tried.push(secs);
            let thrown = amplifier.answered(at(secs), Err(too_slow())).unwrap();
            assert_eq!(thrown.failed_before as usize, tried.len() - 1);
        }
    }
    assert_eq!(tried, [0, 2, 6, 14, 30, 60, 90]);
    let (switch, failure) = amplifier.failures().next().unwrap();
    assert_eq!((switch, failure.tries, failure.since), (Switch::On, 7, at(0)));
    assert_eq!(amplifier.wake_at(at(119), taken(0)), Some(at(120)));
    assert_eq!(amplifier.mind(at(120), taken(0)), Some(Switch::On));
    let thrown = amplifier.answered(at(121), Ok(())).unwrap();
    assert_eq!(thrown, Thrown { switch: Switch::On, failed_before: 7, fault: None });
    assert_eq!(amplifier.failures().count(), 0);
}

#[test]
fn a_failed_off_stays_a_failure_until_off_has_worked() {
    let mut amplifier = cooling();
    let mut tried = Vec::new();
    for secs in 630..2_000 {
        if amplifier.mind(at(secs), ahead(10_000)) == Some(Switch::Off) {
            tried.push(secs - 630);
            amplifier.answered(at(secs), Err(too_slow()));
        }
    }
    assert_eq!(tried, [0, 2, 6, 14, 30, 62, 126, 254, 510, 810, 1_110]);
    assert_eq!(amplifier.mind(at(10_000), taken(10_000)), Some(Switch::On), "no pause of the other command holds it");
    amplifier.answered(at(10_000), Ok(()));
    assert_eq!(amplifier.failures().next().unwrap().0, Switch::Off, "that it can be switched on says nothing");
    amplifier.mind(at(10_600), free());
    assert_eq!(amplifier.mind(at(10_630), free()), Some(Switch::Off));
    amplifier.answered(at(10_631), Ok(()));
    assert_eq!(amplifier.failures().count(), 0);
}

#[test]
fn what_was_switched_on_or_may_be_is_switched_off_at_the_end_of_the_program() {
    assert_eq!(warm().close(), Some(Switch::Off));
    assert_eq!(idle().close(), None);
    assert_eq!(Amplifier::new(settings()).close(), None, "what was never touched is left alone");
    let mut unsure = idle();
    unsure.mind(at(0), taken(0));
    unsure.answered(at(1), Err(too_slow()));
    assert_eq!(unsure.close(), Some(Switch::Off));
    let mut switching = idle();
    switching.mind(at(0), taken(0));
    assert_eq!(switching.close(), Some(Switch::Off));
}

#[test]
fn a_side_without_a_command_is_done_at_once() {
    let mut amplifier = Amplifier::new(Settings { off: None, ..settings() });
    assert_eq!(amplifier.mind(at(0), free()), None);
    assert_eq!(amplifier.state(), State::Is(Switch::Off));
    assert_eq!(amplifier.mind(at(1), taken(1)), Some(Switch::On));
    amplifier.answered(at(1), Ok(()));
    amplifier.mind(at(2), free());
    assert_eq!(amplifier.state(), State::Is(Switch::On));
    assert_eq!(amplifier.mind(at(32), free()), None);
    assert_eq!(amplifier.state(), State::Is(Switch::Off));
}

#[test]
fn a_clock_set_back_in_mid_session_switches_nothing_off_and_delays_nothing_for_an_hour() {
    let mut amplifier = warm();
    assert_eq!(amplifier.mind(at(300), taken(0)), None);
    assert_eq!(amplifier.mind(at(-3_300), taken(0)), None, "the session goes on");
    assert_eq!(amplifier.mind(at(-3_200), free()), None, "still warm");
    assert_eq!(amplifier.mind(at(-7_000), free()), None, "the cool-down counts anew");
    assert_eq!(amplifier.mind(at(-6_971), free()), None);
    assert_eq!(amplifier.mind(at(-6_970), free()), Some(Switch::Off));
    let mut failing = idle();
    assert_eq!(failing.mind(at(0), taken(0)), Some(Switch::On));
    failing.answered(at(5), Err(too_slow()));
    assert_eq!(failing.mind(at(-3_600), taken(0)), None);
    assert_eq!(failing.mind(at(-3_598), taken(0)), Some(Switch::On), "the pause of two seconds counts anew");
}

proptest! {
    /// Whatever sessions come and whatever commands fail, seen once a second: the last word while a session is on was
    /// never "off", it was told to be on by the warm-up, and long after the last session it was told to be off.
    #[test]
    fn the_last_word_is_always_the_right_one(
        gaps in prop::collection::vec((1_i64..200, 1_i64..120), 0..8),
        answers in prop::collection::vec((0_i64..4, prop::bool::weighted(0.7)), 1..40),
    ) {
        let mut starts = 0;
        let sessions: Vec<_> = gaps.iter().map(|(pause, length)| {
            let start = starts + pause + WARM_UP_SECS;
            starts = start + length;
            (start, start + length)
        }).collect();
        let mut amplifier = Amplifier::new(settings());
        let (mut last_word, mut answer_at, mut answers) = (None, None, answers.iter().cycle());
        for now in 0..starts + 2_000 {
            let on = sessions.iter().find(|(start, end)| (start..end).contains(&&now));
            let next = sessions.iter().find(|(start, _)| *start > now);
            let air = on.map_or(next.map_or(free(), |next| ahead(next.0)), |on| taken(on.0));
            if answer_at.is_some_and(|(due, _)| now >= due) {
                let (_, good) = answer_at.take().unwrap();
                amplifier.answered(at(now), if good { Ok(()) } else { Err(too_slow()) });
            }
            if let Some(switch) = amplifier.mind(at(now), air) {
                last_word = Some(switch);
                answer_at = answers.next().map(|(delay, good)| (now + delay, *good));
            }
            let needed = on.is_some() || next.is_some_and(|next| now >= next.0 - WARM_UP_SECS);
            prop_assert!(!needed || last_word == Some(Switch::On), "at {now}: {last_word:?}, {amplifier:?}");
        }
        prop_assert_eq!(last_word, Some(Switch::Off));
    }
}
