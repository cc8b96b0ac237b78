//! The level of a relay: nobody measured it before, so it is brought to the station's while it plays.
//!
//! What comes in is measured after EBU R 128 from the beginning of the connection on, also while nobody listens yet, so
//! that a relay lined up some time ahead begins at its level. Afterwards the gain moves so slowly that nobody hears it.

use ebur128::{EbuR128, Mode};

use crate::library::factor;
use crate::time::RATE;

/// Measures what comes in.
pub struct Meter {
    meter: Option<EbuR128>,
}

impl Meter {
    /// A meter for stereo at the house rate.
    pub fn new() -> Self {
        // The histogram keeps an hour of blocks in the room of a few thousand numbers.
        Self { meter: EbuR128::new(2, RATE, Mode::I | Mode::HISTOGRAM).ok() }
    }

    /// Takes interleaved samples and returns the integrated loudness of all so far, in LUFS; none before there is one.
    pub fn measure(&mut self, block: &[f32]) -> Option<f64> {
        let meter = self.meter.as_mut()?;
        meter.add_frames_f32(block).ok()?;
        meter.loudness_global().ok().filter(|lufs| lufs.is_finite())
    }
}

/// Moves the gain to where the target is.
pub struct Leveller {
    target_lufs: f64,
    gain_db: f64,
    /// Whether a first loudness has set the gain.
    settled: bool,
}

/// A relay is a finished programme; what is further off than this is no matter of level.
const GAIN_DB_MAX: f64 = 12.0;
/// As fast as the gain moves: 1 dB in 3 s.
const DB_PER_FRAME: f64 = 1.0 / (3.0 * RATE as f64);
/// Frames with one gain: 5 ms, in which it moves by less than 0.002 dB.
const STEP: usize = 240;

impl Leveller {
    pub fn new(target_lufs: f64) -> Self {
        Self { target_lufs, gain_db: 0.0, settled: false }
    }

    /// Levels interleaved samples in place, given the loudness of what came so far.
    pub fn apply(&mut self, block: &mut [f32], lufs: Option<f64>) {
        let wanted = lufs.map_or(self.gain_db, |lufs| (self.target_lufs - lufs).clamp(-GAIN_DB_MAX, GAIN_DB_MAX));
        if lufs.is_some() && !self.settled && !block.is_empty() {
            (self.settled, self.gain_db) = (true, wanted);
        }
        for piece in block.chunks_mut(STEP * 2) {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
            let most = DB_PER_FRAME * (piece.len() / 2) as f64;
            self.gain_db += (wanted - self.gain_db).clamp(-most, most);
            let gain = factor(self.gain_db);
            for sample in piece {
                *sample *= gain;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(secs: f64, peak: f64) -> Vec<f32> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
        let frames = (secs * f64::from(RATE)) as u32;
        let sample = |frame: u32| (std::f64::consts::TAU * 1_000.0 * f64::from(frame) / f64::from(RATE)).sin() * peak;
        #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
        (0..frames).flat_map(|frame| [sample(frame) as f32; 2]).collect()
    }

    #[test]
    fn a_quiet_relay_comes_to_the_target() {
        let (mut meter, mut leveller) = (Meter::new(), Leveller::new(-18.0));
        // A stereo tone at -23 dBFS measures -23 LUFS.
        let mut sound = tone(3.0, 10_f64.powf(-23.0 / 20.0));
        let lufs = meter.measure(&sound);
        assert!((lufs.unwrap() + 23.0).abs() < 0.2, "{lufs:?}");
        leveller.apply(&mut sound, lufs);
        let level = Meter::new().measure(&sound).unwrap();
        assert!((level + 18.0).abs() < 0.2, "from its first frame on: {level}");
    }

    #[test]
    fn the_gain_moves_a_decibel_in_three_seconds() {
        let mut leveller = Leveller::new(-18.0);
        leveller.apply(&mut [0.1; 2], Some(-18.0));
        let mut sound = vec![0.1; RATE as usize * 3 * 2];
        leveller.apply(&mut sound, Some(-60.0));
        let last = 20.0 * (f64::from(sound[sound.len() - 1]) / 0.1).log10();
        assert!((last - 1.0).abs() < 0.01, "{last} dB");
        for _ in 0..30 {
            leveller.apply(&mut sound, Some(-60.0));
        }
        assert!((leveller.gain_db - GAIN_DB_MAX).abs() < 1e-9);
    }

    #[test]
    fn silence_has_no_loudness_and_moves_nothing() {
        assert_eq!(Meter::new().measure(&vec![0.0; RATE as usize * 2]), None);
        let mut leveller = Leveller::new(-18.0);
        let mut sound = [0.5; 4];
        leveller.apply(&mut sound, None);
        assert_eq!(sound.map(f32::to_bits), [0.5_f32; 4].map(f32::to_bits));
    }
}
