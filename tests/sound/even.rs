//! How loud it comes out: every item at the station's level, and nothing above the ceiling.

use ebur128::{EbuR128, Mode};

use crate::card::Studio;
use crate::shape::part;
use crate::tones::RATE;

#[test]
fn soft_and_loud_mono_and_stereo_come_out_alike() {
    let studio = Studio::new();
    studio.session(
        "    rundown:\n      - play: jingles/1.wav\n      - play: jingles/2.wav\n      - play: jingles/3.wav\n",
    );
    // Amplitudes of 1 in 40, 1 in 2 and clipped square, the last far above the ceiling as it is.
    studio.sine("jingles/1.wav", 700, 1, 0.025, 3_000);
    studio.sine("jingles/2.wav", 1_100, 2, 0.5, 3_000);
    studio.sine("jingles/3.wav", 1_700, 1, 8.0, 3_000);
    let (status, heard) = studio.on_air("20s").wait();
    assert!(status.success(), "{heard:#?}");
    let recording = studio.recording();
    let tones = recording.tones(&[700, 1_100, 1_700]);
    assert_eq!(tones.len(), 3, "{tones:?}");
    for tone in tones {
        let samples = part(&recording, tone.from_ms + 100, tone.until_ms - 100);
        let mut meter = EbuR128::new(2, RATE, Mode::I).unwrap();
        let stereo: Vec<f64> = samples.iter().flat_map(|sample| [*sample, *sample]).collect();
        meter.add_frames_f64(&stereo).unwrap();
        let lufs = meter.loudness_global().unwrap();
        assert!((lufs - -18.0).abs() <= 0.5, "{tone:?} comes out at {lufs} LUFS");
        let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
        assert!(peak <= 10_f64.powf(-1.0 / 20.0), "{tone:?} peaks at {peak}");
    }
}
