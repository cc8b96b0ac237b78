//! True peak in a fraction of the time: the filter runs only over blocks that can still raise the peak found so far.
//!
//! The oversampling of ITU-R BS.1770-4 costs more than decoding an mp3. What comes out of its filter is a sum of samples,
//! each multiplied by a tap: never more than the largest sample times the sum of the taps' sizes. So a block that is
//! quieter than the peak so far by that factor cannot hold a higher one and is passed over; what the filter remembers
//! is made good from the block before.

use ebur128::{EbuR128, Error, Mode};

/// The highest true peak of a file so far.
pub struct TruePeak {
    meter: EbuR128,
    lanes: usize,
    /// No output of the filter exceeds its highest input by more than this factor.
    lift: f64,
    highest: f64,
    /// The last frames of the blocks passed over since the filter ran.
    passed_over: Vec<f32>,
    /// Samples the filter must still see after a loud block, since its peak comes out late.
    owed: usize,
}

/// The highest sum of the taps that make one sample, of the four-fold filter below 96 kHz: 1.8642, and some to spare.
const LIFT_FOURFOLD: f64 = 1.87;
/// The same of the twofold filter from 96 kHz on: 2.3068.
const LIFT_TWOFOLD: f64 = 2.31;
/// Rates in Hz from which on the filter doubles instead of fourfolding.
const TWOFOLD_FROM: u32 = 96_000;
/// Frames the filter remembers: 48 taps over two phases, fewer over four.
const MEMORY: usize = 24;

impl TruePeak {
    /// For interleaved samples of `lanes` channels at `rate`.
    ///
    /// # Errors
    /// The meter does not know such a rate.
    pub fn new(lanes: u32, rate: u32) -> Result<Self, Error> {
        let meter = EbuR128::new(lanes, rate, Mode::TRUE_PEAK)?;
        let lift = if rate < TWOFOLD_FROM { LIFT_FOURFOLD } else { LIFT_TWOFOLD };
        Ok(Self { meter, lanes: lanes as usize, lift, highest: 0.0, passed_over: Vec::new(), owed: 0 })
    }

    /// Takes the next block, whose highest sample is `block_peak`.
    ///
    /// # Errors
    /// The meter refused the block.
    pub fn push(&mut self, block: &[f32], block_peak: f32) -> Result<(), Error> {
        if f64::from(block_peak) * self.lift > self.highest {
            self.catch_up()?;
            self.owed = MEMORY * self.lanes;
            return self.filter(block);
        }
        let (owed, rest) = block.split_at(self.owed.min(block.len()));
        self.owed -= owed.len();
        self.passed_over.extend_from_slice(rest);
        let old = self.passed_over.len().saturating_sub(MEMORY * self.lanes);
        self.passed_over.drain(..old);
        self.filter(owed)
    }

    /// Gives the filter what it would remember had it seen the blocks passed over.
    ///
    /// From silence, not from what it heard before the gap: so nothing passed over can read too high.
    fn catch_up(&mut self) -> Result<(), Error> {
        if self.passed_over.is_empty() {
            return Ok(());
        }
        self.meter.reset();
        self.meter.add_frames_f32(&self.passed_over)?;
        self.passed_over.clear();
        Ok(())
    }

    fn filter(&mut self, block: &[f32]) -> Result<(), Error> {
        self.meter.add_frames_f32(block)?;
        for lane in 0..self.meter.channels() {
            self.highest = self.highest.max(self.meter.true_peak(lane)?);
        }
        Ok(())
    }

    /// The highest so far, as a factor of full scale.
    pub fn highest(&self) -> f64 {
        self.highest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The taps of the meter's filter by phase: a sinc of 48 samples under a Hann window, cut up among `factor` phases.
    fn phases(factor: usize) -> Vec<Vec<f64>> {
        use std::f64::consts::PI;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let tap = |nth: usize| {
            let from_middle = nth as f64 - 24.0;
            let turn = from_middle * PI / factor as f64;
            let sinc = if nth == 24 { 1.0 } else { turn.sin() / turn };
            0.5 * (1.0 - (2.0 * PI * nth as f64 / 48.0).cos()) * sinc
        };
        (0..factor).map(|phase| (phase..48).step_by(factor).map(tap).collect()).collect()
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
    fn no_samples_are_lifted_beyond_the_bound() {
        for (rate, factor, lift) in [(44_100, 4, LIFT_FOURFOLD), (96_000, 2, LIFT_TWOFOLD)] {
            let sums = phases(factor).into_iter().map(|taps| (taps.iter().map(|tap| tap.abs()).sum::<f64>(), taps));
            let (sum, taps) = sums.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
            assert!(taps.len() <= MEMORY);
            assert!(sum < lift && lift < sum * 1.01, "{sum} for {lift} at {rate}");
            // The worst that can come in: full scale with the sign of the tap that it meets. The meter shows the sum.
            let worst: Vec<f32> = taps.iter().rev().map(|tap| tap.signum() as f32).collect();
            let mut meter = EbuR128::new(1, rate, Mode::TRUE_PEAK).unwrap();
            meter.add_frames_f32(&worst).unwrap();
            assert!((meter.true_peak(0).unwrap() - sum).abs() < 1e-3, "{:?} for {sum} at {rate}", meter.true_peak(0));
        }
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a small test signal")]
    fn what_is_passed_over_changes_nothing() {
        let samples: Vec<f32> = (0..96_000)
            .map(|n| {
                let loud = if (n / 5_000) % 3 == 1 { 0.7 } else { 0.2 };
                loud * (n as f32 * 1.57 + (n as f32 * 0.001).sin()).sin()
            })
            .collect();
        for (rate, block) in [(44_100, 2), (44_100, 100), (44_100, 2_304), (96_000, 100), (96_000, 2_304)] {
            let mut plain = EbuR128::new(2, rate, Mode::TRUE_PEAK).unwrap();
            plain.add_frames_f32(&samples).unwrap();
            let right = plain.true_peak(0).unwrap().max(plain.true_peak(1).unwrap());
            let mut quick = TruePeak::new(2, rate).unwrap();
            for piece in samples.chunks(block) {
                let peak = piece.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
                quick.push(piece, peak).unwrap();
            }
            assert!((quick.highest() - right).abs() < 1e-9, "{} for {right} in blocks of {block}", quick.highest());
        }
    }
}
