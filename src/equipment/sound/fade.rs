//! The short ramp before every forced silence, so that a cut is no crack in the loudspeakers; and where silence need not
//! be forced, since what is on ends there by itself.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_falls_to_nothing_without_a_step() {
        let mut block = vec![1.0; 1_000];
        apply(&mut block, 400);
        assert!((block[0] - 1.0).abs() < f32::EPSILON);
        assert!(block.chunks(2).zip(block.chunks(2).skip(1)).all(|(a, b)| a[0] - b[0] < 0.005 && a[0] >= b[0]));
        assert!(block[800..].iter().all(|sample| sample.abs() < f32::EPSILON));
    }
}
