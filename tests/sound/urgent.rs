//! An operator's word: an emergency over the programme, and silence.

use jiff::SignedDuration;
use serde_json::Value;

use crate::card::Studio;
use crate::shape::worst_break;

const PROGRAMME: u32 = 800;
const ALERT: u32 = 2_000;

fn studio() -> Studio {
    let studio = Studio::new();
    studio.session("    rundown:\n      - play: jingles/a.wav\n      - play: jingles/b.wav\n");
    studio.home.tone("jingles/a.wav", PROGRAMME, 4_000);
    studio.home.tone("jingles/b.wav", 1_400, 1_000);
    studio
}

fn ends(rows: &[Value]) -> Vec<[&str; 4]> {
    let text = |row: &'_ Value, column: &str| -> &'static str { row[column].as_str().unwrap().to_owned().leak() };
    rows.iter().map(|row| ["kind", "path", "outcome", "reason"].map(|column| text(row, column))).collect()
}

#[test]
fn an_alert_takes_the_air_and_the_item_it_cut_airs_again() {
    let studio = studio();
    studio.home.tone("../lu.wav", ALERT, 1_500);
    let mut station = studio.on_air("30s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, PROGRAMME, 1_000);
    studio
        .home
        .loa_en(&["alert", studio.home.path("lu.wav").to_str().unwrap(), "--by", "Chủ tịch UBND xã"])
        .with_code(0);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");

    let recording = studio.recording();
    let tones = recording.tones(&[PROGRAMME, ALERT, 1_400]);
    assert_eq!(tones.iter().map(|tone| tone.hz).collect::<Vec<_>>(), [PROGRAMME, ALERT, PROGRAMME, 1_400], "{tones:?}");
    assert!(tones[1].millis().abs_diff(1_500) <= 20 && tones[2].millis().abs_diff(4_000) <= 20, "{tones:?}");
    let step = worst_break(&recording, f64::from(PROGRAMME), tones[0].from_ms + 20, tones[0].until_ms);
    assert!(step < 0.02, "a ramp, no crack: {step}");
    let rows = studio.home.log();
    let alert = rows.iter().find(|row| row["kind"] == "alert").unwrap();
    assert!(alert["path"].as_str().unwrap().starts_with("alerts/lu-"), "{alert}");
    let programme: Vec<_> = ends(&rows).into_iter().filter(|row| row[0] != "alert").collect();
    assert_eq!(
        programme,
        [
            ["jingle", "jingles/a.wav", "partial", "preempted"],
            ["jingle", "jingles/a.wav", "aired", ""],
            ["jingle", "jingles/b.wav", "aired", ""],
        ]
    );
}

#[test]
fn stop_silences_and_latches_until_resume() {
    let studio = studio();
    let mut station = studio.on_air("20s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, PROGRAMME, 1_000);
    studio.home.loa_en(&["stop"]).with_code(0);
    let stopped_ms = studio.tape.millis();
    studio.tape.wait_for_millis(stopped_ms + 1_000);
    // What the recorder still had in hand when the command came back.
    assert!(studio.tape.since(stopped_ms + 100).is_silent_from(0), "silent once `loa stop` is done");
    let again = studio.home.loa_en(&["stop"]).with_code(0);
    assert!(again.err.starts_with("Silenced."), "nobody who wants silence is told to take it back first: {again:?}");
    let refused =
        studio.home.loa_en(&["alert", studio.home.path("audio/jingles/b.wav").to_str().unwrap()]).with_code(1);
    assert!(refused.err.contains("`loa resume` first"), "{refused:?}");
    studio.home.loa_en(&["resume"]).with_code(0);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let rows = studio.home.log();
    assert_eq!(ends(&rows)[0], ["jingle", "jingles/a.wav", "partial", "operator"]);
    assert_eq!(ends(&rows)[1], ["jingle", "jingles/b.wav", "aired", ""], "the session goes on");
}

#[test]
fn an_alert_does_not_wait_for_what_is_lined_up_behind() {
    let studio = Studio::new();
    let names = ["a", "b", "c", "d", "e"];
    let plays: String = names.iter().map(|name| format!("      - play: jingles/{name}.wav\n")).collect();
    studio.session(&format!("    rundown:\n{plays}"));
    for name in names {
        studio.home.tone(&format!("jingles/{name}.wav"), PROGRAMME, 6_000);
    }
    studio.home.tone("../lu.wav", ALERT, 1_000);
    let mut station = studio.on_air("8s");
    station.wait_for("On the air: a");
    studio.tape.wait_for_tone(studio.begin_ms, PROGRAMME, 2_500);
    studio.home.loa_en(&["alert", studio.home.path("lu.wav").to_str().unwrap()]).with_code(0);
    let (_, heard) = station.wait();
    assert!(studio.recording().tones(&[PROGRAMME, ALERT]).iter().any(|tone| tone.hz == ALERT), "{heard:#?}");
    let rows = studio.home.log();
    let alert = rows.iter().find(|row| row["kind"] == "alert").unwrap();
    let instant = |column: &str| -> jiff::Timestamp { alert[column].as_str().unwrap().parse().unwrap() };
    let waited = instant("aired_at").duration_since(instant("planned_at"));
    assert!(waited <= SignedDuration::from_millis(300), "heard {waited} after the word: {alert}");
}
