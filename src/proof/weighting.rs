//! The weighting of ITU-R BS.1770-4 (K), for sound at the house rate.
//!
//! The library that measures files keeps 400 ms of samples and adds them up anew for each block. On the air, where nothing
//! but the energy of each 100 ms is asked for, that cost two thirds of the whole meter; so the two filters stand here, and
//! a test of the meter holds them against the library.

/// A filter of second order, its numbers from the standard's tables for 48 kHz.
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// The head in the way of the sound.
const SHELF: Biquad = Biquad {
    b: [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85],
    a: [-1.690_659_293_182_41, 0.732_480_774_215_85],
};
/// The bass that counts less.
const HIGH_PASS: Biquad = Biquad { b: [1.0, -2.0, 1.0], a: [-1.990_047_454_833_98, 0.990_072_250_366_21] };

/// What loudness is above the level of the weighted energy, in dB.
const OFFSET: f64 = -0.691;
/// What is smaller is nothing: numbers that fade away without end are slow to compute with.
const NOTHING: f64 = 1e-30;

/// A value of each channel.
type Pair = [f64; 2];

/// The weighting of both channels.
#[derive(Clone, Debug, Default)]
pub struct Weighting {
    shelf: [Pair; 2],
    high_pass: [Pair; 2],
}

impl Weighting {
    /// The energy of whole stereo frames, weighted and summed up over frames and channels.
    #[must_use]
    pub fn energy(&mut self, samples: &[f32]) -> f64 {
        let mut energy = [0.0; 2];
        for frame in samples.chunks_exact(2) {
            let frame = [f64::from(frame[0]), f64::from(frame[1])];
            let weighted = HIGH_PASS.pass(SHELF.pass(frame, &mut self.shelf), &mut self.high_pass);
            for channel in 0..2 {
                energy[channel] += weighted[channel] * weighted[channel];
            }
        }
        self.settle();
        energy[0] + energy[1]
    }

    fn settle(&mut self) {
        for state in self.shelf.iter_mut().chain(&mut self.high_pass).flatten() {
            if state.abs() < NOTHING {
                *state = 0.0;
            }
        }
    }
}

impl Biquad {
    fn pass(&self, x: Pair, state: &mut [Pair; 2]) -> Pair {
        let mut out = [0.0; 2];
        for channel in 0..2 {
            let y = self.b[0] * x[channel] + state[0][channel];
            // In this order only the two last steps wait for `y`.
            state[0][channel] = (self.b[1] * x[channel] + state[1][channel]) - self.a[0] * y;
            state[1][channel] = self.b[2] * x[channel] - self.a[1] * y;
            out[channel] = y;
        }
        out
    }
}

/// The loudness in LUFS of so much weighted energy in so many frames; −∞ of silence.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a gating block has 19,200 frames")]
pub fn lufs(energy: f64, frames: u64) -> f64 {
    OFFSET + 10.0 * (energy / frames as f64).log10()
}
