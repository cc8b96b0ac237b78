//! The shape of what was recorded: its samples, and where a sine breaks.

use std::f64::consts::TAU;

use crate::tones::{RATE, Recording};

/// The samples between two instants.
pub fn part(recording: &Recording, from_ms: usize, until_ms: usize) -> &[f64] {
    let frames = RATE as usize / 1_000;
    &recording.0[from_ms * frames..until_ms * frames]
}

/// How far the worst sample lies off what a sine of `hz` has to go on with, in parts of full scale: a pure sine has
/// x[n+1] = 2 cos(w) x[n] - x[n-1].
pub fn worst_break(recording: &Recording, hz: f64, from_ms: usize, until_ms: usize) -> f64 {
    let turn = 2.0 * (TAU * hz / f64::from(RATE)).cos();
    let off = |three: &[f64]| (three[2] - turn * three[1] + three[0]).abs();
    part(recording, from_ms, until_ms).windows(3).map(off).fold(0.0, f64::max)
}
