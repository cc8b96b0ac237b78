//! The card is torn out in mid-item, or hangs without an error: the station is back by itself.

use std::fs;
use std::time::Duration;

use jiff::SignedDuration;
use loaphuong::equipment::clock::SystemClock;

use crate::card::{Card, Studio, Tape};
use crate::home::{Home, Running};

const TONE: u32 = 900;

/// A session of one long tone, on the air.
fn studio() -> Studio {
    let studio = Studio::new();
    studio.session("    rundown:\n      - play: jingles/a.wav\n");
    studio.home.tone("jingles/a.wav", TONE, 9_000);
    studio
}

#[test]
fn a_card_torn_out_in_mid_item_and_back_goes_on_where_it_was_heard() {
    let mut studio = studio();
    let mut station = studio.on_air("40s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, TONE, 2_000);
    studio.card.kill();
    let before: usize = studio.tape.since(studio.begin_ms).tones(&[TONE]).iter().map(|tone| tone.millis()).sum();
    station.wait_for("NO SOUND");
    studio.card.serve();
    let tape = Tape::start(&studio.card);
    station.wait_for("is back");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");

    let after: usize = tape.since(0).tones(&[TONE]).iter().map(|tone| tone.millis()).sum();
    let rows = studio.home.log();
    let row = &rows[0];
    assert_eq!((rows.len(), &row["outcome"]), (1, &"aired".into()), "one item, one row: {rows:#?}");
    let aired = row["aired_seconds"].as_f64().unwrap();
    assert!((aired - 9.0).abs() < 0.001, "{row}");
    // A fresh sink swallows up to two seconds of what it plays; nothing may be played twice.
    assert!(before + after <= 9_100, "{before} + {after} ms on the tapes, 9000 in the file");
    assert!(before + after >= 6_800, "{before} + {after} ms on the tapes, 9000 in the file");
}

#[test]
fn a_card_that_hangs_without_an_error_is_noticed_within_two_seconds() {
    let studio = studio();
    let mut station = studio.on_air("40s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, TONE, 1_500);
    studio.card.suspend(true);
    let hung_ms = studio.tape.millis();
    let since = SystemClock.now();
    station.wait_for("has taken no sound");
    let noticed = SystemClock.now().duration_since(since);
    assert!(noticed <= SignedDuration::from_millis(2_300), "noticed only after {noticed}");
    studio.card.suspend(false);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert!(heard.iter().any(|line| line.contains("is back")), "{heard:#?}");
    let row = &studio.home.log()[0];
    assert_eq!(row["outcome"], "aired", "{row}");
    let tones = studio.tape.since(studio.begin_ms).tones(&[TONE]);
    let played: usize = tones.iter().map(|tone| tone.millis()).sum();
    assert!((7_000..=9_300).contains(&played), "{played} ms of 9000; hung at {hung_ms}: {tones:?}");
}

#[test]
fn a_card_that_never_comes_back_leaves_what_was_heard_and_the_reason() {
    let mut studio = studio();
    let mut station = studio.on_air("10s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, TONE, 2_000);
    studio.card.kill();
    let heard: usize = studio.tape.since(studio.begin_ms).tones(&[TONE]).iter().map(|tone| tone.millis()).sum();
    let (_, said) = station.wait();
    let row = &studio.home.log()[0];
    let columns = ["outcome", "reason", "device"].map(|column| row[column].as_str().unwrap().to_owned());
    assert_eq!(columns, ["partial", "device", "default"], "{said:#?}");
    let logged = row["aired_seconds"].as_f64().unwrap() * 1_000.0;
    let heard = f64::from(u32::try_from(heard).unwrap());
    assert!((logged - heard).abs() <= 100.0, "{heard} ms on the tape, {logged} in the log");
}

#[test]
fn a_sound_server_that_freezes_keeps_no_operator_waiting() {
    let studio = studio();
    let mut station = studio.on_air("40s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, TONE, 1_500);
    studio.card.freeze(true);
    station.wait_for("NO SOUND");
    let since = SystemClock.now();
    studio.home.loa_en(&["stop"]).with_code(0);
    let answered = SystemClock.now().duration_since(since);
    assert!(answered <= SignedDuration::from_millis(1_000), "`loa stop` took {answered}");
    let status = station.terminate(Duration::from_secs(2));
    studio.card.freeze(false);
    assert!(status.success());
}

/// A sink that had nobody to play for has rendered two seconds of silence ahead, and asks for nothing meanwhile. Who gives
/// up before that and opens it again waits anew, for ever. Not each sink does so: there are four.
#[test]
fn a_card_that_asks_for_nothing_at_first_is_waited_for() {
    let studio = studio();
    let stations: Vec<_> = (0..4)
        .map(|_| {
            let (home, card) = (Home::new(), Card::start());
            home.configure("output: { device: default }");
            for file in ["schedules/thu.yaml", "audio/jingles/a.wav"] {
                fs::copy(studio.home.path(file), home.path(file)).unwrap();
            }
            let mut command = home.command(&["--lang", "en", "run", "--session", "thu", "--length", "20s", "--once"]);
            card.plug_in(&mut command);
            (Running::start(command), home, card)
        })
        .collect();
    for (mut station, home, _card) in stations {
        station.wait_for("On the air: a");
        let (status, heard) = station.wait();
        assert!(status.success(), "{heard:#?}");
        assert_eq!(home.log()[0]["outcome"], "aired", "{heard:#?}");
    }
}
