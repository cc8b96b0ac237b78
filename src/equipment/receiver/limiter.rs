//! A look-ahead limiter: no sample above the ceiling, no edge at a gap.
//!
//! Each frame asks for a gain: 1, or less where it is too loud, or 0 where there is no sound at all. A frame goes out 5 ms
//! later, multiplied with the mean of the smallest gains asked for around it. So the gain is down before a peak comes,
//! and the end and the beginning of sound are ramps.

use std::collections::VecDeque;

/// Frames that are looked ahead: 5 ms at 48 kHz.
const AHEAD: usize = 240;
/// Share of what is missing to 1 by which the gain comes back in each frame: two thirds in 50 ms.
const RELEASE: f32 = 1.0 / 2_400.0;

/// Holds stereo at the house rate under a ceiling. What comes out is what went in 5 ms before.
pub struct Limiter {
    ceiling: f32,
    /// The last frames that went in.
    frames: VecDeque<[f32; 2]>,
    /// Gains asked for that are the smallest from their frame on, with the frame's number.
    smallest: VecDeque<(u64, f32)>,
    number: u64,
    held: f32,
    /// The last held gains, whose mean is applied.
    recent: VecDeque<f32>,
    /// Of those; in an hour it is off by less than a millionth.
    sum: f64,
}

impl Limiter {
    /// `ceiling` is a sample at full scale times something at most 1.
    pub fn new(ceiling: f32) -> Self {
        Self {
            ceiling,
            frames: VecDeque::from([[0.0; 2]; AHEAD]),
            // Before its first frame there is a gap.
            smallest: VecDeque::from([(0, 0.0)]),
            number: 1,
            held: 0.0,
            recent: VecDeque::from([0.0; AHEAD]),
            sum: 0.0,
        }
    }

    /// Limits a block in place; from the sample `sound` on it is no sound but a gap.
    pub fn pass(&mut self, block: &mut [f32], sound: usize) {
        let (sounding, gap) = block.split_at_mut(sound);
        for frame in sounding.chunks_exact_mut(2) {
            let peak = frame[0].abs().max(frame[1].abs());
            let gain = if peak > self.ceiling { self.ceiling / peak } else { 1.0 };
            self.step(frame, gain);
        }
        for frame in gap.chunks_exact_mut(2) {
            frame.fill(0.0);
            self.step(frame, 0.0);
        }
    }

    fn step(&mut self, frame: &mut [f32], asked: f32) {
        let gain = self.gain(asked);
        self.frames.push_back([frame[0], frame[1]]);
        let [left, right] = self.frames.pop_front().unwrap_or_default();
        // Rounding may leave a hair above the ceiling.
        frame[0] = (left * gain).clamp(-self.ceiling, self.ceiling);
        frame[1] = (right * gain).clamp(-self.ceiling, self.ceiling);
    }

    /// The gain of the frame that goes out, given what the one that comes in asks for.
    fn gain(&mut self, asked: f32) -> f32 {
        while self.smallest.back().is_some_and(|(_, gain)| *gain >= asked) {
            self.smallest.pop_back();
        }
        self.smallest.push_back((self.number, asked));
        let oldest = self.number.saturating_sub(AHEAD as u64);
        while self.smallest.front().is_some_and(|(number, _)| *number < oldest) {
            self.smallest.pop_front();
        }
        self.number += 1;
        let least = self.smallest.front().map_or(asked, |(_, gain)| *gain);
        self.held = least.min(self.held + (1.0 - self.held) * RELEASE);
        self.recent.push_back(self.held);
        self.sum += f64::from(self.held) - f64::from(self.recent.pop_front().unwrap_or_default());
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "240; samples are f32")]
        let mean = (self.sum / AHEAD as f64) as f32;
        mean.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peak(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    #[test]
    fn nothing_exceeds_the_ceiling() {
        let mut random = fastrand::Rng::with_seed(7);
        for ceiling in [0.1, 0.5, 0.891] {
            let mut limiter = Limiter::new(ceiling);
            let loud = |random: &mut fastrand::Rng| (random.f32() - 0.5) * if random.u8(..) < 3 { 40.0 } else { 0.5 };
            let mut sound: Vec<f32> = (0..96_000).map(|_| loud(&mut random)).collect();
            let count = sound.len();
            limiter.pass(&mut sound, count);
            assert!(peak(&sound) <= ceiling && peak(&sound) > ceiling * 0.8, "{}", peak(&sound));
        }
    }

    #[test]
    fn quiet_sound_passes_as_it_is_five_milliseconds_later() {
        let mut limiter = Limiter::new(0.9);
        let mut sound: Vec<f32> = vec![0.25; 96_000];
        sound[60_000] = 0.5;
        limiter.pass(&mut sound, 96_000);
        assert!((sound[60_000 + 2 * AHEAD] - 0.5).abs() < 1e-3);
        assert!((sound[95_000] - 0.25).abs() < 1e-3);
    }

    #[test]
    fn a_gap_begins_and_ends_with_a_ramp() {
        let mut limiter = Limiter::new(0.9);
        let mut sound = vec![0.5; 200_000];
        limiter.pass(&mut sound[..100_000], 100_000);
        limiter.pass(&mut sound[100_000..110_000], 0);
        limiter.pass(&mut sound[110_000..], 90_000);
        let jump = sound.chunks_exact(2).map(|frame| frame[0]).collect::<Vec<_>>();
        let jump = jump.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.01, "{jump}");
        assert!(sound[101_000..109_000].iter().all(|sample| *sample == 0.0));
        assert!((sound[199_999] - 0.5).abs() < 0.01);
    }
}
