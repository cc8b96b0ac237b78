//! Several zones: each on channels of its own, and one that is broken silences no other.

use crate::card::Studio;

#[test]
fn a_session_for_one_zone_sounds_on_its_channel_alone() {
    let studio = Studio::new();
    studio.home.configure(
        "output: { device: default }\nzones: [{ name: cho, channels: [1] }, { name: ubnd, channels: [2], gain_db: -6 }]",
    );
    studio.session("    zones: [ubnd]\n    rundown:\n      - play: jingles/a.wav\n");
    studio.home.tone("jingles/a.wav", 800, 1_000);
    let (status, heard) = studio.on_air("10s").wait();
    assert!(status.success(), "{heard:#?}");
    let left = studio.recording();
    assert!(left.is_silent_from(0), "the other zone is silent");
    let right = studio.tape.right_since(studio.begin_ms);
    assert_eq!(right.tones(&[800]).len(), 1);
    let rows = studio.home.log();
    assert_eq!((rows.len(), &rows[0]["zone"], &rows[0]["outcome"]), (1, &"ubnd".into(), &"aired".into()));
}

#[test]
fn a_broken_zone_silences_no_other_and_the_log_has_a_row_for_each() {
    let studio = Studio::new();
    studio.home.configure(
        "output: { device: default }\nzones: [{ name: cho }, { name: doi, device: \"plughw:CARD=KhongCo,DEV=0\" }]",
    );
    studio.session("    rundown:\n      - play: jingles/a.wav\n");
    studio.home.tone("jingles/a.wav", 800, 1_000);
    let (_, heard) = studio.on_air("4s").wait();
    assert!(heard.iter().any(|line| line.contains("NO SOUND") && line.contains("KhongCo")), "{heard:#?}");
    assert_eq!(studio.recording().tones(&[800]).len(), 1);
    let mut rows: Vec<_> = studio.home.log();
    rows.sort_by_key(|row| row["zone"].to_string());
    let ends: Vec<_> = rows.iter().map(|row| (&row["zone"], &row["outcome"], &row["reason"])).collect();
    let word = |text: &str| serde_json::Value::from(text);
    assert_eq!(
        ends,
        [(&word("cho"), &word("aired"), &word("")), (&word("doi"), &word("missed"), &word("device"))],
        "{rows:#?}"
    );
}
