//! How loud a file is, and the one fixed gain that brings it to the station's level.

use serde::{Deserialize, Serialize};

/// What was measured of a whole file after EBU R 128 (ITU-R BS.1770-4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Integrated loudness in LUFS; none for a file under one 400 ms gating block or wholly below the gate.
    pub lufs: Option<f64>,
    /// Highest true peak of any channel in dBTP.
    pub true_peak_dbtp: f64,
}

/// The station's level, from `loudness:` in station.yaml.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Where every item is brought to, in LUFS.
    pub target_lufs: f64,
    /// What no sample's true peak may exceed, in dBTP.
    pub true_peak_dbtp: f64,
}

/// A gain beyond this would lift the noise of an almost silent recording to the level of speech.
const GAIN_DB_MAX: f64 = 24.0;

impl Level {
    /// The fixed gain in dB for a file: to the target, but never past the true-peak ceiling.
    ///
    /// A file without a loudness of its own (shorter than a gating block) is only kept under the ceiling.
    #[must_use]
    pub fn gain_db(&self, measured: &Loudness) -> f64 {
        let to_target = measured.lufs.map_or(0.0, |lufs| self.target_lufs - lufs);
        let to_ceiling = self.true_peak_dbtp - measured.true_peak_dbtp;
        to_target.min(to_ceiling).min(GAIN_DB_MAX)
    }
}

/// The factor samples are multiplied with for a gain in dB.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
pub fn factor(gain_db: f64) -> f32 {
    10_f64.powf(gain_db / 20.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATION: Level = Level { target_lufs: -18.0, true_peak_dbtp: -1.0 };

    #[test]
    fn the_ceiling_outranks_the_target() {
        let gain = |lufs, true_peak_dbtp| STATION.gain_db(&Loudness { lufs, true_peak_dbtp });
        assert!((gain(Some(-23.0), -10.0) - 5.0).abs() < 1e-9);
        assert!((gain(Some(-23.0), -3.0) - 2.0).abs() < 1e-9, "a peaky file stays below the target");
        assert!((gain(Some(-8.0), 0.5) + 10.0).abs() < 1e-9);
        assert!((gain(Some(-60.0), -50.0) - 24.0).abs() < 1e-9);
        assert!(gain(None, -6.0).abs() < 1e-9);
    }
}
