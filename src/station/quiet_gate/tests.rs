//! A gate before a simulated card, with whatever is upstream as wrong as it likes.

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
    hours.note_wall(Some(at("23:10:00")), at("12:10:00"));
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

/// An output is opened and supplied before a session begins, and looked after all the while.
#[test]
fn what_waits_for_the_end_of_quiet_hours_sounds_with_their_last_second() {
    let (mut gate, _, ledger) = gate("03:59:45");
    gate.cue(cue(1, Start::At(at("04:00:00")), 1));
    gate.cue(cue(2, Start::Following, 1));
    for second in 45..60 {
        assert_eq!(gate.poll(at(&format!("03:59:{second}"))), []);
        assert_eq!(gate.poll(at(&format!("03:59:{second}.4"))), []);
    }
    gate.poll(at("04:03:00"));
    let heard = ledger.read();
    assert_eq!((heard.len(), heard[0].first, ledger.total()), (2, at("04:00:00"), Frames::from_secs(120)));
}

#[test]
fn what_waits_for_hours_that_are_quiet_by_now_is_forgotten() {
    let (mut gate, hours, ledger) = gate("12:00:00");
    gate.cue(cue(1, Start::At(at("12:10:00")), 10));
    gate.cue(cue(2, Start::Following, 10));
    hours.change(Some(Window { from: time(12, 5, 0, 0), until: time(13, 0, 0, 0) }), TimeZone::UTC);
    gate.poll(at("12:00:01"));
    let events = gate.poll(at("12:00:02"));
    let barred = |cue| SoundEvent::Barred { cue: CueId(cue), heard: Frames::ZERO, at: at("12:00:02") };
    assert_eq!(events, [barred(1), barred(2)]);
    gate.poll(at("12:30:00"));
    assert_eq!(ledger.total(), Frames::ZERO);
}

/// The station goes on by the time it began with until its session is over: the gate knows better.
#[test]
fn nothing_new_begins_once_the_clock_was_set_into_them() {
    let (mut gate, hours, ledger) = gate("12:00:00");
    gate.cue(cue(1, Start::Following, 30));
    gate.poll(at("12:10:00"));
    hours.note_wall(Some(at("23:10:00")), at("12:10:00"));
    for next in 2..20 {
        gate.poll(at(&format!("12:10:{next:02}")));
        gate.cue(cue(next, Start::Following, 1));
    }
    assert!(ledger.total() < Frames::from_secs(603), "{:?}", ledger.total());
    assert_eq!(ledger.read().len(), 1, "no burst of each item that was next");
}

#[test]
fn each_cue_is_judged_by_what_the_computer_will_show_when_it_begins() {
    let (mut gate, hours, ledger) = gate("12:00:00");
    hours.note_wall(Some(at("03:59:30")), at("12:00:00"));
    gate.cue(cue(1, Start::At(at("12:00:20")), 1));
    gate.cue(cue(2, Start::At(at("12:02:00")), 1));
    gate.poll(at("12:05:00"));
    assert_eq!(ledger.read().len(), 1, "four o'clock by the clock on the wall");
    assert_eq!(ledger.read()[0].first, at("12:02:00"));
}

#[test]
fn a_clock_that_is_a_hair_behind_keeps_no_session_off_the_air() {
    let (mut gate, hours, ledger) = gate("03:59:45");
    hours.note_wall(Some(at("03:59:44.997")), at("03:59:45"));
    gate.cue(cue(1, Start::At(at("04:00:00")), 1));
    gate.poll(at("03:59:50"));
    gate.poll(at("04:02:00"));
    assert_eq!(ledger.total(), Frames::from_secs(60));
}
