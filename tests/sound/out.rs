//! What the log says came out of the sound card: when, how long, without a gap.

use std::num::NonZero;
use std::process::{Child, Command};
use std::thread;

use loaphuong::equipment::clock::SystemClock;
use serde_json::Value;

use crate::card::Studio;
use crate::shape::worst_break;
use crate::tones::{RATE, Recording, Tone};

const KNOWN: [u32; 4] = [800, 1_400, 2_200, 3_000];
const MILLIS: [u32; 4] = [1_500, 900, 1_200, 700];

#[test]
fn what_the_log_says_came_out_of_the_sound_card() {
    let studio = Studio::new();
    studio.session(
        "    rundown:\n      - play: jingles/a.wav\n      - play: jingles/b.wav\n      - play: jingles/c.wav\n      \
         - play: jingles/d.wav\n        anchor: end\n",
    );
    for ((name, hz), millis) in ["a", "b", "c", "d"].into_iter().zip(KNOWN).zip(MILLIS) {
        studio.home.tone(&format!("jingles/{name}.wav"), hz, millis);
    }
    let (status, heard) = studio.on_air("6s").wait();
    assert!(status.success(), "{heard:#?}");

    let (rows, recording) = (studio.home.log(), studio.recording());
    let tones = recording.tones(&KNOWN);
    assert_eq!(tones.iter().map(|tone| tone.hz).collect::<Vec<_>>(), KNOWN, "{tones:?}\n{heard:#?}");
    for ((tone, row), millis) in tones.iter().zip(&rows).zip(MILLIS) {
        assert_eq!((&row["outcome"], &row["device"]), (&"aired".into(), &"default".into()), "{row}");
        assert!((row["aired_seconds"].as_f64().unwrap() - f64::from(millis) / 1_000.0).abs() < 0.001, "{row}");
        assert!(tone.millis().abs_diff(millis as usize) <= 20, "{tone:?} against {row}");
        let (found, logged) = (tone.from_ms - tones[0].from_ms, millis_after(&rows[0], row));
        assert!(found.abs_diff(logged) <= 20, "{tone:?} begins at {found}, the log says {logged}: {row}");
    }
    let silence = recording.longest_silence(tones[0].from_ms + 5, tones[2].until_ms - 5);
    assert!(silence <= 2.0, "{silence} ms of silence between the items: {tones:?}");
    // The session begins with the word; its first sample leaves the card as soon as that is open.
    let whole = tones[3].until_ms - tones[0].from_ms + late_millis(&rows[0]);
    assert!(whole.abs_diff(6_000) <= 20, "the closing's last sample is the session's last, not after {whole} ms");
    assert!(recording.is_silent_from(tones[3].until_ms + 10), "nothing sounds after the last item");
    assert!(nothing_before(&recording, tones[0]), "nothing sounds before the first item");
}

fn millis_after(first: &Value, row: &Value) -> usize {
    let at = |row: &Value| row["aired_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    usize::try_from(at(row).duration_since(at(first)).as_millis()).unwrap()
}

fn late_millis(row: &Value) -> usize {
    let at = |column: &str| row[column].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    usize::try_from(at("aired_at").duration_since(at("planned_at")).as_millis()).unwrap()
}

fn nothing_before(recording: &Recording, first: Tone) -> bool {
    let silence = recording.longest_silence(0, first.from_ms.saturating_sub(10));
    silence + 20.0 >= f64::from(u32::try_from(first.from_ms).unwrap())
}

/// A session that fires by the clock: its first frame leaves the card on the second, by the card's own account and by
/// the tape's.
#[test]
fn a_session_begins_on_the_second() {
    let studio = Studio::new();
    let starts = SystemClock.now().in_tz("Asia/Ho_Chi_Minh").unwrap().saturating_add(jiff::Span::new().seconds(19));
    let starts = starts.round(jiff::Unit::Second).unwrap();
    studio.home.write(
        "schedules/thu.yaml",
        starts
            .strftime(
                "sessions:\n  - id: thu\n    cron: \"%S %M %H %d %m *\"\n    length: 1m\n    rundown:\n      - play: \
                 jingles/a.wav\n",
            )
            .to_string(),
    );
    studio.home.tone("jingles/a.wav", 800, 1_000);
    let mut station = studio.run(&["run"]);
    station.wait_for("is over");
    let row = &studio.home.log()[0];
    let off = |column: &str| {
        let at = row[column].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        at.duration_since(starts.timestamp()).as_micros()
    };
    assert_eq!(off("planned_at"), 0, "{row}");
    assert!(off("aired_at").abs() <= 1_000, "the log keeps milliseconds: {row}");
    let found = studio.tape.instant_of(studio.begin_ms, &studio.recording().tones(&[800]));
    let late = found.duration_since(starts.timestamp()).as_millis();
    // The sink hands a block to the recorder when it renders it, up to the recorder's 20 ms before it is played.
    assert!((-35..=60).contains(&late), "{late} ms after the second on the tape");
}

/// A sine cut into files of other formats than the card's plays on as one sine.
#[test]
fn items_of_other_rates_and_channels_join_without_a_gap() {
    let studio = Studio::new();
    studio.session(
        "    rundown:\n      - play: jingles/1.wav\n      - play: jingles/2.wav\n      - play: jingles/3.wav\n",
    );
    for (name, rate, channels, from_ms) in [("1", 48_000, 2, 0), ("2", 44_100, 1, 1_000), ("3", 32_000, 2, 2_000)] {
        studio.sine_part(&format!("jingles/{name}.wav"), rate, channels, from_ms, 1_000);
    }
    let (status, heard) = studio.on_air("10s").wait();
    assert!(status.success(), "{heard:#?}");
    let recording = studio.recording();
    let tone = recording.tones(&[400]);
    assert_eq!(tone.len(), 1, "one unbroken sine: {tone:?}");
    assert!(tone[0].millis().abs_diff(3_000) <= 12, "{tone:?}");
    let worst = worst_break(&recording, 400.0, tone[0].from_ms + 20, tone[0].until_ms - 20);
    assert!(worst < 0.02, "the sine breaks by {worst} of full scale; {RATE} Hz");
}

/// Programs that want all of the processor all the time, two for each core.
struct Busy(Vec<Child>);

impl Busy {
    fn begin() -> Self {
        let cores = thread::available_parallelism().map_or(2, NonZero::get);
        let one = || Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        Self((0..2 * cores).map(|_| one()).collect())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for program in &mut self.0 {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// An update, a virus scanner, a browser that somebody left open.
#[test]
fn a_processor_that_others_keep_busy_is_not_heard() {
    let studio = Studio::new();
    studio.session("    rundown:\n      - play: jingles/1.wav\n      - play: jingles/2.wav\n");
    studio.sine_part("jingles/1.wav", 44_100, 2, 0, 3_000);
    studio.sine_part("jingles/2.wav", 48_000, 1, 3_000, 3_000);
    let busy = Busy::begin();
    let (status, heard) = studio.on_air("10s").wait();
    let recording = studio.recording();
    drop(busy);
    assert!(status.success(), "{heard:#?}");
    let rows = studio.home.log();
    assert!(rows.iter().all(|row| row["outcome"] == "aired" && row["aired_seconds"] == 3.0), "{rows:#?}");
    let tone = recording.tones(&[400]);
    assert_eq!(tone.len(), 1, "one unbroken sine: {tone:?}");
    assert!(tone[0].millis().abs_diff(6_000) <= 12, "{tone:?}");
    let worst = worst_break(&recording, 400.0, tone[0].from_ms + 20, tone[0].until_ms - 20);
    assert!(worst < 0.02, "the sine breaks by {worst} of full scale");
}
