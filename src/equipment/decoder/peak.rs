//! True peak in a fraction of the time: the filter runs only over blocks that can still raise the peak found so far.
//!
//! The four-fold oversampling of ITU-R BS.1770-4 costs more than decoding an mp3. Its filter can lift a sample by no
//! more than the sum of its taps' sizes, so a quieter block cannot hold the peak and is passed over; what the filter
//! remembers is made good from the block before.

use ebur128::{EbuR128, Error, Mode};

/// The highest true peak of a file so far.
pub struct TruePeak {
    meter: EbuR128,
    lanes: usize,
    highest: f64,
    /// The last frames of the blocks passed over since the filter ran.
    passed_over: Vec<f32>,
    /// Samples the filter must still see after a loud block, since its peak comes out late.
    owed: usize,
}

/// No output of the filter exceeds its highest input by more than this factor.
const LIFT_MAX: f64 = 2.03;
/// Frames the filter remembers: 49 taps over 4 phases, and some to spare.
const MEMORY: usize = 16;

impl TruePeak {
    /// For interleaved samples of `lanes` channels at `rate`.
    ///
    /// # Errors
    /// The meter does not know such a rate.
    pub fn new(lanes: u32, rate: u32) -> Result<Self, Error> {
        let meter = EbuR128::new(lanes, rate, Mode::TRUE_PEAK)?;
        Ok(Self { meter, lanes: lanes as usize, highest: 0.0, passed_over: Vec::new(), owed: 0 })
    }

    /// Takes the next block, whose highest sample is `block_peak`.
    ///
    /// # Errors
    /// The meter refused the block.
    pub fn push(&mut self, block: &[f32], block_peak: f32) -> Result<(), Error> {
        if f64::from(block_peak) * LIFT_MAX > self.highest {
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

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a small test signal")]
    fn what_is_passed_over_changes_nothing() {
        let samples: Vec<f32> = (0..96_000)
            .map(|n| {
                let loud = if (n / 5_000) % 3 == 1 { 0.7 } else { 0.2 };
                loud * (n as f32 * 1.57 + (n as f32 * 0.001).sin()).sin()
            })
            .collect();
        let mut plain = EbuR128::new(2, 44_100, Mode::TRUE_PEAK).unwrap();
        plain.add_frames_f32(&samples).unwrap();
        let right = plain.true_peak(0).unwrap().max(plain.true_peak(1).unwrap());
        for block in [2, 100, 2_304] {
            let mut quick = TruePeak::new(2, 44_100).unwrap();
            for piece in samples.chunks(block) {
                let peak = piece.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
                quick.push(piece, peak).unwrap();
            }
            assert!((quick.highest() - right).abs() < 1e-9, "{} for {right} in blocks of {block}", quick.highest());
        }
    }
}
