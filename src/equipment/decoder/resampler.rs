//! Any rate to the house rate, with the exact number of frames and nothing shifted in time.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use crate::library::Defect;
use crate::time::{Frames, RATE};

/// Takes interleaved samples at a file's rate, gives them back at [`RATE`].
///
/// The whole comes out [`Frames::resampled`] long: the filter's delay is cut off at the beginning and pushed out with
/// silence at the end.
pub struct Resampler {
    lanes: usize,
    rate: u32,
    /// None where the file has the house rate already.
    filter: Option<Fft<f32>>,
    waiting: Vec<f32>,
    taken: u64,
    given: u64,
    /// Frames of filter delay still to be cut off.
    delay: usize,
    scratch: Vec<f32>,
}

/// Frames per filter block, at least: long enough for a steep filter, short enough for a small delay.
const BLOCK_MIN: usize = 1_024;

impl Resampler {
    /// For interleaved samples of `lanes` channels at `rate`.
    ///
    /// # Errors
    /// No filter can be made for this rate.
    pub fn new(rate: u32, lanes: usize) -> Result<Self, Defect> {
        let none =
            Self { lanes, rate, filter: None, waiting: Vec::new(), taken: 0, given: 0, delay: 0, scratch: Vec::new() };
        if rate == RATE {
            return Ok(none);
        }
        let filter = Fft::new(rate as usize, RATE as usize, block(rate), lanes, FixedSync::Both).map_err(broken)?;
        let scratch = vec![0.0; filter.output_frames_max() * lanes];
        Ok(Self { delay: filter.output_delay(), scratch, filter: Some(filter), ..none })
    }

    /// Takes a block and appends what can be given back to `out`.
    ///
    /// # Errors
    /// The filter refused its input.
    pub fn push(&mut self, block: &[f32], out: &mut Vec<f32>) -> Result<(), Defect> {
        self.taken += (block.len() / self.lanes) as u64;
        let Some(filter) = &self.filter else {
            self.given = self.taken;
            out.extend_from_slice(block);
            return Ok(());
        };
        let step = filter.input_frames_next() * self.lanes;
        self.waiting.extend_from_slice(block);
        let waiting = std::mem::take(&mut self.waiting);
        let mut pieces = waiting.chunks_exact(step);
        for piece in &mut pieces {
            self.turn(piece, out)?;
        }
        self.waiting = pieces.remainder().to_vec();
        Ok(())
    }

    /// Appends what is still inside after the last block.
    ///
    /// # Errors
    /// The filter refused its input.
    pub fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), Defect> {
        let whole = Frames::resampled(self.taken, self.rate).0;
        let Some(filter) = &self.filter else { return Ok(()) };
        let step = filter.input_frames_next() * self.lanes;
        let mut last = std::mem::take(&mut self.waiting);
        while self.given < whole {
            last.resize(step, 0.0);
            let before = out.len();
            self.turn(&last, out)?;
            let excess = usize::try_from(self.given.saturating_sub(whole)).unwrap_or(0) * self.lanes;
            out.truncate(out.len().saturating_sub(excess).max(before));
            last.clear();
        }
        Ok(())
    }

    /// One block through the filter, its delay cut off.
    fn turn(&mut self, piece: &[f32], out: &mut Vec<f32>) -> Result<(), Defect> {
        let filter = self.filter.as_mut().expect("only called where there is one");
        let input = InterleavedSlice::new(piece, self.lanes, piece.len() / self.lanes).map_err(broken)?;
        let room = self.scratch.len() / self.lanes;
        let mut output = InterleavedSlice::new_mut(&mut self.scratch, self.lanes, room).map_err(broken)?;
        let (_, made) = filter.process_into_buffer(&input, &mut output, None::<&Indexing>).map_err(broken)?;
        let cut = self.delay.min(made);
        self.delay -= cut;
        self.given += (made - cut) as u64;
        out.extend_from_slice(&self.scratch[cut * self.lanes..made * self.lanes]);
        Ok(())
    }
}

/// Frames per filter block at `rate`: an even multiple of the smallest block the two rates share, since a filter of
/// odd length has its middle between two frames and would shift the sound by half of one.
fn block(rate: u32) -> usize {
    let smallest = (rate / gcd(rate, RATE)) as usize;
    BLOCK_MIN.div_ceil(2 * smallest) * 2 * smallest
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn broken(error: impl std::fmt::Display) -> Defect {
    Defect::Broken { detail: format!("resampling: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resample(rate: u32, lanes: usize, input: &[f32], block: usize) -> Vec<f32> {
        let (mut resampler, mut out) = (Resampler::new(rate, lanes).unwrap(), Vec::new());
        for piece in input.chunks(block * lanes) {
            resampler.push(piece, &mut out).unwrap();
        }
        resampler.finish(&mut out).unwrap();
        out
    }

    #[expect(clippy::cast_precision_loss, reason = "small test signals")]
    fn sine(rate: u32, frames: usize, hertz: f64) -> impl Iterator<Item = f64> {
        (0..frames).map(move |n| 0.5 * (std::f64::consts::TAU * hertz * n as f64 / f64::from(rate)).sin())
    }

    #[test]
    fn lengths_are_exact_for_every_rate_and_block() {
        for rate in [8_000, 11_025, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000, 192_000] {
            for frames in [0, 1, 500, 44_100] {
                let out = resample(rate, 2, &vec![0.1; frames * 2], 1_152);
                assert_eq!(out.len() as u64, Frames::resampled(frames as u64, rate).0 * 2, "{frames} at {rate}");
            }
        }
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
    fn a_tone_comes_out_where_and_how_it_was() {
        for rate in [32_000, 44_100, 96_000] {
            let input: Vec<f32> = sine(rate, rate as usize, 1_000.0).map(|sample| sample as f32).collect();
            let out = resample(rate, 1, &input, 1_000);
            let wrong = sine(RATE, out.len(), 1_000.0).zip(&out).skip(2_000).take(44_000);
            let worst = wrong.map(|(right, got)| (right - f64::from(*got)).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-5, "{worst} at {rate}");
        }
    }
}
