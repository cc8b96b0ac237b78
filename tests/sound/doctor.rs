//! `loa doctor --sound`: what the output says it took, somebody hears.

use crate::card::Studio;

#[test]
fn the_call_is_heard_on_each_zone_and_softly() {
    let studio = Studio::new();
    studio
        .home
        .configure("output: { device: default }\nzones: [{ name: cho, channels: [1] }, { name: ubnd, channels: [2] }]");
    studio.sine("jingles/call.wav", 1_000, 2, 0.8, 1_500);
    let told = studio.ask(&["doctor", "--sound"]).with_code(0);
    assert!(told.err.contains("Zone ubnd: playing \"call\" to \"default\""), "{told:#?}");
    let left = studio.recording();
    let right = studio.tape.right_since(studio.begin_ms);
    for side in [&left, &right] {
        let tones = side.tones(&[1_000]);
        assert_eq!(tones.len(), 1, "once on its own channel: {tones:?}");
        assert!(tones[0].millis().abs_diff(1_500) <= 40, "{tones:?}");
    }
}
