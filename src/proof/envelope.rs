//! The course of energy in a sound, in steps of 10 ms: what is left to compare when a loudspeaker, a street and a
//! microphone lie between two recordings.
//!
//! Only the band counts that a horn and a voice have in common, about 300 to 3,400 Hz: it leaves out the hum of the mains
//! and the wind in the microphone.

use std::f32::consts::TAU;

use crate::time::Frames;

/// How much sound one value stands for.
pub const STEP: Frames = Frames::from_millis(10);

const BAND_HZ: (f32, f32) = (300.0, 3_400.0);
/// What is smaller is nothing: numbers that fade away without end are slow to compute with.
const NOTHING: f32 = 1e-8;

/// Makes the envelope of a sound of one channel.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// How much of the way to the next sample each low-pass goes.
    pace: (f32, f32),
    below: (f32, f32),
    steps_of: u32,
    energy: f32,
    frames: u32,
}

impl Envelope {
    /// Of a sound at `rate` frames a second; exact where 10 ms of it are whole frames.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "rates have six digits")]
    pub fn new(rate: u32) -> Self {
        let pace = |hz: f32| 1.0 - (-TAU * hz / rate as f32).exp();
        let pace = (pace(BAND_HZ.0), pace(BAND_HZ.1));
        Self { pace, below: (0.0, 0.0), steps_of: (rate / 100).max(1), energy: 0.0, frames: 0 }
    }

    /// Takes the next frame, and gives the mean energy of each step that is complete with it.
    #[expect(clippy::cast_precision_loss, reason = "a step has hundreds of frames")]
    pub fn push(&mut self, sample: f32) -> Option<f32> {
        self.below.0 += self.pace.0 * (sample - self.below.0);
        self.below.1 += self.pace.1 * (sample - self.below.1);
        let within = self.below.1 - self.below.0;
        self.energy += within * within;
        self.frames += 1;
        if self.frames < self.steps_of {
            return None;
        }
        let mean = self.energy / self.frames as f32;
        (self.energy, self.frames) = (0.0, 0);
        let settled = |below: f32| if below.abs() < NOTHING { 0.0 } else { below };
        self.below = (settled(self.below.0), settled(self.below.1));
        Some(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn sine(rate: u32, hz: f32) -> Vec<f32> {
        let mut envelope = Envelope::new(rate);
        (0..rate / 2).filter_map(|frame| envelope.push((TAU * hz * frame as f32 / rate as f32).sin())).collect()
    }

    #[test]
    fn a_second_has_a_hundred_steps_at_any_rate() {
        for rate in [8_000, 16_000, 44_100, 48_000] {
            assert_eq!(sine(rate, 1_000.0).len(), 50, "{rate}");
        }
    }

    #[test]
    fn voices_count_and_hum_does_not() {
        let level = |rate, hz| 10.0 * sine(rate, hz)[40].log10();
        for rate in [16_000, 48_000] {
            assert!(level(rate, 1_000.0) > -5.0, "{rate}");
            assert!(level(rate, 50.0) < -15.0, "{rate}");
        }
    }
}
