//! Two channels against each other: a stereo file whose one side was wired upside down.
//!
//! On two loudspeakers it sounds hollow. On one, where both channels are added up, as most horns and their amplifiers
//! do, it is all but gone, and no meter of loudness shows it: each channel alone is as loud as ever.

/// Both channels added and taken from each other, as energies over a whole file.
#[derive(Debug, Default)]
pub struct Polarity {
    sum: f64,
    difference: f64,
}

/// How far what is left of both channels together must lie under what they hold against each other: 12 dB in energy.
const LOSS_MIN: f64 = 15.85;
/// Frames that are added up side by side.
const ABREAST: usize = 4;

impl Polarity {
    /// Takes the next interleaved samples of two channels. Up to three frames at the end of a block are left out.
    pub fn push(&mut self, stereo: &[f32]) {
        let (mut sum, mut difference) = ([0.0_f32; ABREAST], [0.0_f32; ABREAST]);
        for frames in stereo.chunks_exact(2 * ABREAST) {
            for at in 0..ABREAST {
                let (left, right) = (frames[2 * at], frames[2 * at + 1]);
                sum[at] += (left + right) * (left + right);
                difference[at] += (left - right) * (left - right);
            }
        }
        self.sum += f64::from(sum.iter().sum::<f32>());
        self.difference += f64::from(difference.iter().sum::<f32>());
    }

    /// Whether one channel is the other upside down, or nearly so.
    pub fn is_opposed(&self) -> bool {
        self.difference > self.sum * LOSS_MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise on both sides: the right one is `turned` times the left one, with `own` noise of its own beside it.
    fn opposed(turned: f32, own: f32) -> bool {
        let mut dice = fastrand::Rng::with_seed(3);
        let mut polarity = Polarity::default();
        for _ in 0..20 {
            let frame = |_| [dice.f32() - 0.5, dice.f32() - 0.5];
            let noise: Vec<[f32; 2]> = (0..1_152).map(frame).collect();
            let stereo: Vec<f32> = noise.iter().flat_map(|[a, b]| [*a, turned * a + own * b]).collect();
            polarity.push(&stereo);
        }
        polarity.is_opposed()
    }

    #[test]
    fn only_a_side_that_is_upside_down_is_opposed() {
        assert!(opposed(-1.0, 0.0));
        assert!(opposed(-0.8, 0.2), "one side quieter, with noise");
        assert!(!opposed(1.0, 0.0), "the same on both");
        assert!(!opposed(0.0, 1.0), "two voices");
        assert!(!opposed(0.0, 0.0), "one side silent");
        assert!(!opposed(-0.4, 1.0), "wide stereo");
        assert!(!Polarity::default().is_opposed(), "nothing at all");
    }
}
