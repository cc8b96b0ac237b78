//! Any rate to the house rate, with the exact number of frames and nothing shifted in time.
//!
//! Much speech is recorded once and written twice, into both channels of a stereo file. While both are alike to the
//! bit, only the first goes through the filter and stands for both: half the work for the same samples.

use std::ops::RangeInclusive;

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
    twins: Twins,
    waiting: Vec<f32>,
    taken: u64,
    given: u64,
    /// Frames of filter delay still to be cut off.
    delay: usize,
    scratch: Vec<f32>,
}

/// What is known of two lanes that were alike so far.
///
/// The filter works by overlap and add: of what went before it remembers the last block's tail and nothing else. So a
/// block comes out alike on both lanes if it and the block before were alike, and a lane that was left out is brought
/// up to date by that one block.
#[derive(Debug, Default)]
struct Twins {
    /// The last block, kept while the second lane's filter has not seen it.
    unseen: Vec<f32>,
    /// Whether the last block's lanes differed.
    differed: bool,
}

/// Frames per filter block, at least: long enough for a steep filter, short enough for a small delay.
const BLOCK_MIN: usize = 1_024;
/// Rates any sound card or recorder ever had, in Hz.
const RATES: RangeInclusive<u32> = 1_000..=768_000;
/// The most frames after which a file and the house rate meet again. Real rates meet within some hundred, any rate up to this one within
/// a second; a filter for 767,957 Hz, which meets after as many frames, would be twice as long as that, in the station, when it airs.
const MEETING_MAX: u32 = 50_000;

/// Whether sound at this rate can be brought to the house rate.
pub fn can_take(rate: u32) -> bool {
    RATES.contains(&rate) && rate / gcd(rate, RATE) <= MEETING_MAX
}

impl Resampler {
    /// For interleaved samples of `lanes` channels at `rate`.
    ///
    /// # Errors
    /// No filter can be made for this rate.
    pub fn new(rate: u32, lanes: usize) -> Result<Self, Defect> {
        let none = Self {
            lanes,
            rate,
            filter: None,
            twins: Twins::default(),
            waiting: Vec::new(),
            taken: 0,
            given: 0,
            delay: 0,
            scratch: Vec::new(),
        };
        if rate == RATE {
            return Ok(none);
        }
        if !can_take(rate) {
            return Err(broken(format_args!("{rate} Hz")));
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
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(block);
        let mut pieces = waiting.chunks_exact(step);
        for piece in &mut pieces {
            self.turn(piece, out)?;
        }
        let left = pieces.remainder().len();
        waiting.drain(..waiting.len() - left);
        self.waiting = waiting;
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
        let made = self.resample(piece)?;
        let cut = self.delay.min(made);
        self.delay -= cut;
        self.given += (made - cut) as u64;
        out.extend_from_slice(&self.scratch[cut * self.lanes..made * self.lanes]);
        Ok(())
    }

    /// One block through the filter into `scratch`, each lane that has something of its own to say; returns the frames.
    fn resample(&mut self, piece: &[f32]) -> Result<usize, Defect> {
        if self.lanes != 2 {
            return self.filter(piece, None);
        }
        let differs = !alike(piece);
        let differed = std::mem::replace(&mut self.twins.differed, differs);
        if differs || differed {
            let unseen = std::mem::take(&mut self.twins.unseen);
            if !unseen.is_empty() {
                self.filter(&unseen, Some([false, true]))?;
            }
            return self.filter(piece, None);
        }
        let made = self.filter(piece, Some([true, false]))?;
        self.scratch.chunks_exact_mut(2).for_each(|frame| frame[1] = frame[0]);
        self.twins.unseen.clear();
        self.twins.unseen.extend_from_slice(piece);
        Ok(made)
    }

    /// One block of the lanes that `only` names through the filter into `scratch`; returns the frames.
    fn filter(&mut self, piece: &[f32], only: Option<[bool; 2]>) -> Result<usize, Defect> {
        let filter = self.filter.as_mut().expect("only called where there is one");
        let input = InterleavedSlice::new(piece, self.lanes, piece.len() / self.lanes).map_err(broken)?;
        let room = self.scratch.len() / self.lanes;
        let mut output = InterleavedSlice::new_mut(&mut self.scratch, self.lanes, room).map_err(broken)?;
        let lanes = Indexing { active_channels_mask: only.map(Vec::from), ..Indexing::new() };
        let (_, made) = filter.process_into_buffer(&input, &mut output, Some(&lanes)).map_err(broken)?;
        Ok(made)
    }
}

/// Whether both lanes hold the same bits. Without an early end, so that it runs many samples at a time.
fn alike(stereo: &[f32]) -> bool {
    stereo.chunks_exact(2).fold(0, |differing, frame| differing | (frame[0].to_bits() ^ frame[1].to_bits())) == 0
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

    /// Runs the file through one filter of two lanes, and each lane through one of its own.
    fn both_ways(left: &[f32], right: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let woven: Vec<f32> = left.iter().zip(right).flat_map(|(left, right)| [*left, *right]).collect();
        let together = resample(44_100, 2, &woven, 1_152);
        let apart = resample(44_100, 1, left, 1_152).into_iter().zip(resample(44_100, 1, right, 1_152));
        (together, apart.flat_map(|(left, right)| [left, right]).collect())
    }

    #[test]
    fn lanes_that_part_and_meet_again_come_out_as_if_each_had_gone_alone() {
        let mut dice = fastrand::Rng::with_seed(7);
        // A block of the filter is 1,176 frames: lanes part at its edges, in its middle, for long, for a single frame.
        let partings: [&[(usize, usize)]; 6] = [
            &[],
            &[(0, 1)],
            &[(1_175, 1_176), (4_000, 4_001)],
            &[(1_176, 2_352), (3_528, 3_529)],
            &[(5_000, 30_000), (31_000, 31_001), (40_000, 50_000)],
            &[(49_999, 50_000)],
        ];
        for parts in partings {
            let left: Vec<f32> = (0..50_000).map(|_| dice.f32() - 0.5).collect();
            let mut right = left.clone();
            for &(from, to) in parts {
                right[from..to].iter_mut().for_each(|sample| *sample = -*sample * 0.7 + 0.01);
            }
            let (together, apart) = both_ways(&left, &right);
            assert_eq!(together, apart, "lanes that differ in {parts:?}");
        }
    }

    #[test]
    fn only_the_first_of_two_twins_is_worked_on() {
        let mut resampler = Resampler::new(44_100, 2).unwrap();
        resampler.push(&vec![0.25; 2_352 * 3], &mut Vec::new()).unwrap();
        assert_eq!(resampler.twins.unseen.len(), 2_352, "the second lane's filter has been left behind");
        let mut apart = vec![0.25; 2_352];
        apart[1] = 0.5;
        resampler.push(&apart, &mut Vec::new()).unwrap();
        assert!(resampler.twins.unseen.is_empty(), "it has caught up");
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
    fn a_rate_that_nothing_records_at_is_refused() {
        for rate in [8_000, 22_254, 44_101, 50_000, 88_200, 352_800, 768_000] {
            assert!(can_take(rate), "{rate}");
        }
        for rate in [0, 1, 999, 50_021, 767_957, 768_001, u32::MAX] {
            assert!(!can_take(rate) && Resampler::new(rate, 2).is_err(), "{rate}");
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
