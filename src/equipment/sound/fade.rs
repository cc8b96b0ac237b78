//! The short ramp before every forced silence, so that a cut is no crack in the loudspeakers; and where silence need not
//! be forced, since what is on ends there by itself.

use std::sync::Arc;

use crate::equipment::{Live, Pcm};
use crate::library::Defect;
use crate::time::Frames;

/// Length of the ramp in frames: 5 ms, short to the ear and long to a loudspeaker.
pub const RAMP: u64 = 240;

/// The frame on which what is on the air ends by itself, when silence is due at `end`; none if it has to be cut.
///
/// `ends` are the last frames of the items lined up, in their order. An end within a ramp of the ordered one counts as
/// the same: a device's clock is not read more exactly than that (a new stream's reading still moves by milliseconds), and the
/// last sample of a closing is placed by frames, not by that reading. Nothing is cut there, so nothing is ramped.
#[must_use]
pub fn own_end(ends: impl Iterator<Item = u64>, end: u64) -> Option<u64> {
    ends.filter(|own| own.abs_diff(end) <= RAMP).last()
}

/// The factor for a frame that has `left` frames to go before silence (itself counted): 1 before the ramp, 0 after it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no more than RAMP is converted")]
pub fn factor(left: u64) -> f32 {
    left.min(RAMP) as f32 / RAMP as f32
}

/// Ramps interleaved stereo frames of which the first has `left` frames to go.
pub fn apply(block: &mut [f32], left: u64) {
    for (left, frame) in (0..=left).rev().chain(std::iter::repeat(0)).zip(block.chunks_exact_mut(2)) {
        let factor = factor(left);
        frame[0] *= factor;
        frame[1] *= factor;
    }
}

/// Sound that would go on, of which no more than `length` is wanted: its last frames are a ramp.
#[must_use]
pub fn taken_down(pcm: Box<dyn Pcm>, length: Frames) -> Box<dyn Pcm> {
    Box::new(TakenDown { pcm, left: length.0 })
}

struct TakenDown {
    pcm: Box<dyn Pcm>,
    /// Frames still to be given.
    left: u64,
}

impl Pcm for TakenDown {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).saturating_mul(2).min(block.len());
        let count = self.pcm.read(&mut block[..wanted])?;
        apply(&mut block[..count], self.left);
        self.left -= count as u64 / 2;
        Ok(count)
    }

    fn live(&self) -> Option<Arc<Live>> {
        self.pcm.live()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Steady;

    impl Pcm for Steady {
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            block.fill(1.0);
            Ok(block.len())
        }
    }

    #[test]
    fn what_would_go_on_is_taken_down_to_its_last_frame() {
        let mut pcm = taken_down(Box::new(Steady), Frames(1_000));
        let (mut heard, mut block) = (Vec::new(), [0.0; 600]);
        while let count @ 1.. = pcm.read(&mut block).unwrap() {
            heard.extend_from_slice(&block[..count]);
        }
        assert_eq!(heard.len(), 2_000);
        assert!(heard[..1_520].iter().all(|sample| (sample - 1.0).abs() < f32::EPSILON));
        assert!(heard[1_520..].is_sorted_by(|a, b| a >= b) && heard[1_999] > 0.0 && heard[1_999] < 0.01);
    }

    #[test]
    fn a_ramp_falls_to_nothing_without_a_step() {
        let mut block = vec![1.0; 1_000];
        apply(&mut block, 400);
        assert!((block[0] - 1.0).abs() < f32::EPSILON);
        assert!(block.chunks(2).zip(block.chunks(2).skip(1)).all(|(a, b)| a[0] - b[0] < 0.005 && a[0] >= b[0]));
        assert!(block[800..].iter().all(|sample| sample.abs() < f32::EPSILON));
    }
}
