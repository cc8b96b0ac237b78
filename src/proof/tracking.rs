//! Where in a recording an item lies: how long its sound was under way, and how far two clocks drift apart meanwhile.
//!
//! The item is cut into chunks, and each chunk is laid against the recording at every delay there may be. One chunk may
//! fit best in a wrong place; but the places of all chunks lie on a straight line, since a delay changes no faster than
//! two clocks drift. So the line is looked for on which the chunks together fit best: noise and a muted half may hide
//! the place of many chunks, but cannot bend the line.

use crate::proof::confirm::{LAGS, WINDOW};

/// By how much two clocks may differ: 200 ppm, twice what a cheap quartz does.
const DRIFT_MAX: f32 = 200e-6;

/// A course of loudness, 100 values a second, with the sums that make a mean over any stretch cheap.
pub struct Course {
    pub values: Vec<f32>,
    sums: Vec<(f64, f64)>,
}

impl Course {
    /// Out of energies. A power of 0.3 is about how loud they sound: pauses and peaks have their say, and silence is no
    /// special case as it is on a scale of decibels.
    pub fn new(energies: impl Iterator<Item = f32>) -> Self {
        let values: Vec<f32> = energies.map(|energy| energy.max(0.0).powf(0.3)).collect();
        let add = |sum: &mut (f64, f64), value: &f32| {
            let value = f64::from(*value);
            *sum = (sum.0 + value, sum.1 + value * value);
            Some(*sum)
        };
        let sums = std::iter::once((0.0, 0.0)).chain(values.iter().scan((0.0, 0.0), add)).collect();
        Self { values, sums }
    }

    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Mean and spread (the root of the sum of squared differences from it) over a stretch.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "at most some hundred values")]
    pub fn mean_and_spread(&self, from: usize, length: usize) -> (f32, f32) {
        let (start, end) = (self.sums[from], self.sums[from + length]);
        let (sum, squares) = (end.0 - start.0, end.1 - start.1);
        let mean = sum / length.max(1) as f64;
        (mean as f32, (squares - sum * mean).max(0.0).sqrt() as f32)
    }

    /// Whether a stretch moves by more than this share of its mean, and by more than rounding.
    #[expect(clippy::cast_precision_loss, reason = "at most some hundred values")]
    pub fn moves(&self, from: usize, length: usize, share: f32) -> bool {
        let (mean, spread) = self.mean_and_spread(from, length);
        spread > STILL.max(mean * share * (length as f32).sqrt())
    }

    /// How alike a stretch of this and one of `other` run, from −1 to 1 (their correlation); 0 where one does not move.
    pub fn likeness(&self, from: usize, length: usize, other: &Self, other_from: usize) -> f32 {
        let ((mean, spread), (_, other_spread)) =
            (self.mean_and_spread(from, length), other.mean_and_spread(other_from, length));
        if spread <= STILL || other_spread <= STILL {
            return 0.0;
        }
        let pairs = self.values[from..from + length].iter().zip(&other.values[other_from..other_from + length]);
        pairs.map(|(a, b)| (a - mean) * b).sum::<f32>() / (spread * other_spread)
    }
}

/// A spread below this is rounding, not sound: energies of −100 dBFS.
const STILL: f32 = 1e-4;

/// The delay of each moment of an item, in steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    start: f32,
    per_step: f32,
}

impl Line {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "below 0 is 0"
    )]
    pub fn at(self, step: usize) -> usize {
        ((self.start + self.per_step * step as f32).round().max(0.0) as usize).min(LAGS)
    }
}

/// The line on which the chunks of `sent` lie in `captured`, and how well they fit there: the mean of their likeness
/// times the root of their number.
pub fn line(sent: &Course, captured: &Course) -> (Line, f32) {
    let length = WINDOW.min(sent.len());
    let starts = chunks(sent.len(), length);
    let table: Vec<Vec<f32>> = starts.iter().map(|start| likenesses(sent, captured, *start, length)).collect();
    let fit = |line: Line| starts.iter().zip(&table).map(|(start, row)| row[line.at(start + length / 2)]).sum::<f32>();
    let best = lines(sent.len()).map(|line| (line, fit(line))).max_by(|a, b| a.1.total_cmp(&b.1));
    let (line, sum) = best.expect("there is at least the straight line from 0");
    #[expect(clippy::cast_precision_loss, reason = "an hour has 720 chunks")]
    (line, sum / (starts.len() as f32).sqrt())
}

/// Where the chunks begin, spread evenly from the first step to the last.
fn chunks(steps: usize, length: usize) -> Vec<usize> {
    let count = steps.div_ceil(length);
    (0..count).map(|nth| nth * (steps - length) / (count - 1).max(1)).collect()
}

/// One chunk against the recording, at each delay.
fn likenesses(sent: &Course, captured: &Course, start: usize, length: usize) -> Vec<f32> {
    (0..=LAGS).map(|lag| sent.likeness(start, length, captured, start + lag)).collect()
}

/// Every delay at the beginning with every drift that changes it by whole steps until the end.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an hour has 360,000 steps")]
fn lines(steps: usize) -> impl Iterator<Item = Line> {
    let bend = (steps as f32 * DRIFT_MAX).ceil() as i16;
    (0..=LAGS).flat_map(move |lag| {
        (-bend..=bend).map(move |bend| Line { start: lag as f32, per_step: f32::from(bend) / steps as f32 })
    })
}
