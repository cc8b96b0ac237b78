//! A microphone in the square: what it heard again of what was sent stands in the row.

use crate::card::Studio;
use crate::tones::{RATE, wave, write_sine};

#[test]
fn what_the_input_heard_again_is_confirmed_and_what_it_did_not_is_not() {
    let studio = Studio::new();
    // The default input of the sound server is the monitor of its only card: what the card plays.
    studio.home.configure("output: { device: default }\nproof: { capture: default }");
    studio.session("    rundown:\n      - play: jingles/loi.wav\n");
    let mut random = fastrand::Rng::with_seed(1);
    let loudness: Vec<f64> = (0..200).map(|_| if random.u8(..6) == 0 { 0.0 } else { random.f64() }).collect();
    // Ten seconds that change like speech: another loudness every 150 ms.
    let talk = |frame: u32| {
        let at = f64::from(frame) / f64::from(RATE);
        0.3 * loudness[(frame / (RATE * 3 / 20)) as usize] * wave(600, at)
    };
    write_sine(&studio.home.path("audio/jingles/loi.wav"), RATE, 1, talk, 10_000);
    let (status, heard) = studio.on_air("30s").wait();
    assert!(status.success(), "{heard:#?}");
    let rows = studio.home.log();
    let (aired, confirmed) = (rows[0]["aired_seconds"].as_f64().unwrap(), rows[0]["confirmed_seconds"].as_f64());
    assert_eq!(aired, 10.0, "{rows:#?}");
    let confirmed = confirmed.expect("there is an input");
    assert!((8.0..=aired).contains(&confirmed), "{confirmed} s confirmed of {aired} s");
}

#[test]
fn an_input_that_is_not_there_confirms_nothing_and_stops_nothing() {
    let studio = Studio::new();
    studio.home.configure("output: { device: default }\nproof: { capture: \"plughw:CARD=KhongCo,DEV=0\" }");
    studio.session("    rundown:\n      - play: jingles/a.wav\n");
    studio.home.tone("jingles/a.wav", 800, 1_500);
    let (_, heard) = studio.on_air("4s").wait();
    let rows = studio.home.log();
    assert_eq!((&rows[0]["outcome"], &rows[0]["confirmed_seconds"]), (&"aired".into(), &0.0.into()), "{heard:#?}");
    assert!(heard.iter().any(|line| line.contains("KhongCo")), "the operator is told: {heard:#?}");
}
