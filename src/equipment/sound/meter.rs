//! The meter on the way out: what level the sound has when it leaves for the device, block by block.
//!
//! It stands where sound is decoded ahead, behind gain and clamp, so it costs the sound thread nothing. What it saw lies
//! in a [`Metered`], which the station asks when the item is over: only then is it known how much of it was heard.

use std::sync::{Arc, Mutex, PoisonError};

use crate::proof::{BLOCK, Block, Envelope, Levels, Weighting, lufs};
use crate::time::{Frames, RATE};

/// Meters one item: interleaved stereo at the house rate.
pub struct Meter {
    weighting: Weighting,
    envelope: Option<Envelope>,
    /// The weighted energy of the last whole blocks, four of which are a gating block.
    energies: [Option<f64>; 4],
    under_way: UnderWay,
    metered: Metered,
}

/// The block under way.
#[derive(Default)]
struct UnderWay {
    frames: u64,
    energy: f64,
    /// The highest sample of both channels.
    peak: f32,
    squares: [f32; 2],
}

/// What a meter has seen so far. Clones look at the same meter.
#[derive(Clone, Debug, Default)]
pub struct Metered(Arc<Mutex<Levels>>);

impl Metered {
    /// What it saw of the first `heard` frames.
    #[must_use]
    pub fn heard(&self, heard: Frames) -> Levels {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().heard(heard)
    }
}

impl Meter {
    /// A meter before the first frame. `listens`: something will be held against the course of energy.
    #[must_use]
    pub fn new(listens: bool) -> Self {
        Self {
            weighting: Weighting::default(),
            envelope: listens.then(|| Envelope::new(RATE)),
            energies: [None; 4],
            under_way: UnderWay::default(),
            metered: Metered::default(),
        }
    }

    /// Where to read what it sees.
    #[must_use]
    pub fn metered(&self) -> Metered {
        self.metered.clone()
    }

    /// Takes the next whole frames.
    pub fn push(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let room = usize::try_from((BLOCK.0 - self.under_way.frames) * 2).unwrap_or(usize::MAX);
            let (block, rest) = samples.split_at(room.min(samples.len()));
            self.look_at(block);
            if self.under_way.frames == BLOCK.0 {
                self.close_block();
            }
            samples = rest;
        }
    }

    /// Closes the last block, which may be short.
    pub fn finish(mut self) {
        if self.under_way.frames > 0 {
            self.close_block();
        }
    }

    fn look_at(&mut self, samples: &[f32]) {
        let block = &mut self.under_way;
        block.frames += (samples.len() / 2) as u64;
        block.energy += self.weighting.energy(samples);
        let (peak, squares) = peak_and_squares(samples);
        block.peak = block.peak.max(peak);
        block.squares = [block.squares[0] + squares[0], block.squares[1] + squares[1]];
        if let Some(envelope) = &mut self.envelope {
            let steps = samples.chunks_exact(2).filter_map(|frame| envelope.push(f32::midpoint(frame[0], frame[1])));
            self.metered.0.lock().unwrap_or_else(PoisonError::into_inner).envelope.extend(steps);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "4,800 frames, levels of three digits"
    )]
    fn close_block(&mut self) {
        let UnderWay { frames, energy, peak, squares } = std::mem::take(&mut self.under_way);
        self.energies.rotate_left(1);
        self.energies[3] = (frames == BLOCK.0).then_some(energy);
        let energy: Option<f64> = self.energies.iter().copied().sum();
        let block = Block {
            frames: frames as u32,
            momentary: energy.map(|energy| lufs(energy, BLOCK.0 * 4) as f32),
            peak,
            rms: (squares[0].max(squares[1]) / frames as f32).sqrt(),
        };
        self.metered.0.lock().unwrap_or_else(PoisonError::into_inner).blocks.push(block);
    }
}

/// The highest sample of whole stereo frames, and the squares of each channel added up: as many samples side by side as a
/// processor takes at once.
fn peak_and_squares(samples: &[f32]) -> (f32, [f32; 2]) {
    const WIDE: usize = 8;
    let (mut peaks, mut squares) = ([0.0_f32; WIDE], [0.0_f32; WIDE]);
    let mut look = |samples: &[f32]| {
        for (lane, sample) in samples.iter().enumerate() {
            let size = sample.abs();
            peaks[lane] = if size > peaks[lane] { size } else { peaks[lane] };
            squares[lane] += sample * sample;
        }
    };
    let (wide, rest) = samples.as_chunks::<WIDE>();
    for samples in wide {
        look(samples);
    }
    look(rest);
    let side = |first: usize| squares.iter().skip(first).step_by(2).sum();
    (peaks.into_iter().fold(0.0, f32::max), [side(0), side(1)])
}

#[cfg(test)]
mod tests {
    use ebur128::{EbuR128, Mode};

    use super::*;

    /// Noise that comes and goes, other on each side, with a pause in the middle.
    fn programme(frames: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(11);
        let mut side = |second: usize| match second % 7 {
            3 => 0.0,
            loud => (random.f32() - 0.5) * [0.02, 0.4, 0.1, 0.0, 0.9, 0.3, 0.05][loud],
        };
        (0..frames).flat_map(|frame| [side(frame / 48_000), side(frame / 30_000)]).collect()
    }

    fn metered(samples: &[f32], block: usize, heard: Frames) -> Levels {
        let mut meter = Meter::new(true);
        let metered = meter.metered();
        samples.chunks(block * 2).for_each(|block| meter.push(block));
        meter.finish();
        metered.heard(heard)
    }

    #[test]
    fn the_integrated_loudness_is_the_library_s_own() {
        let samples = programme(20 * 48_000 + 1_234);
        let mut whole = EbuR128::new(2, RATE, Mode::I).unwrap();
        whole.add_frames_f32(&samples).unwrap();
        let sent = metered(&samples, 4_096, Frames(u64::MAX)).sent().unwrap();
        let (own, library) = (sent.lufs.unwrap(), whole.loudness_global().unwrap());
        assert!((own - library).abs() < 0.1, "{own} against {library}");
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((sent.peak_dbfs - 20.0 * f64::from(peak).log10()).abs() < 1e-6, "{sent:?}");
    }

    #[test]
    fn what_was_not_heard_is_as_if_it_had_not_been_decoded() {
        let samples = programme(10 * 48_000);
        let cut = Frames::from_millis(4_350);
        let heard = metered(&samples, 1_000, cut);
        let alone = metered(&samples[..4_350 * 48 * 2], 1_000, cut);
        assert_eq!(heard.blocks, alone.blocks[..43]);
        assert_eq!((heard.blocks.len(), heard.envelope.len()), (43, 435));
    }

    #[test]
    fn silence_is_counted_in_the_last_short_block_as_well() {
        let samples = vec![0.001; 2 * 50_000];
        let sent = metered(&samples, 8_192, Frames(50_000)).sent().unwrap();
        assert_eq!(sent.silent, Frames(50_000), "-60 dBFS");
    }
}
