//! A file as the sound output wants it: stereo at the house rate, in blocks of any size.

use std::fs::File;

use crate::equipment::Pcm;
use crate::equipment::decoder::opening::open;
use crate::equipment::decoder::resampler::Resampler;
use crate::equipment::decoder::stream::Stream;
use crate::library::Defect;

/// One file being read for playing.
pub struct Reader {
    stream: Stream,
    resampler: Resampler,
    block: Vec<f32>,
    /// Frames at the house rate, in the file's one or two lanes, from `next` on not yet given.
    ready: Vec<f32>,
    next: usize,
    over: bool,
}

impl Reader {
    /// Reads `file`, already opened by the caller (a regular file, never a pipe); `name` is a hint at its format.
    ///
    /// # Errors
    /// What keeps it from being played, as far as its beginning shows.
    pub fn new(file: File, name: &str) -> Result<Self, Defect> {
        let stream = open(file, name)?;
        let resampler = Resampler::new(stream.shape.rate, stream.lanes())?;
        Ok(Self { stream, resampler, block: Vec::new(), ready: Vec::new(), next: 0, over: false })
    }

    /// Decodes on until something is ready; false at the end of the file.
    fn refill(&mut self) -> Result<bool, Defect> {
        self.ready.clear();
        self.next = 0;
        while self.ready.is_empty() && !self.over {
            if self.stream.next(&mut self.block)? {
                self.resampler.push(&self.block, &mut self.ready)?;
            } else {
                self.over = true;
                self.resampler.finish(&mut self.ready)?;
            }
        }
        Ok(!self.ready.is_empty())
    }

    /// Gives ready frames into `block`, one lane doubled into two; returns the samples written.
    fn give(&mut self, block: &mut [f32]) -> usize {
        let lanes = self.stream.lanes();
        let frames = (block.len() / 2).min((self.ready.len() - self.next) / lanes);
        let source = &self.ready[self.next..self.next + frames * lanes];
        let target = &mut block[..frames * 2];
        if lanes == 2 {
            target.copy_from_slice(source);
        } else {
            for (frame, sample) in target.chunks_exact_mut(2).zip(source) {
                frame.fill(*sample);
            }
        }
        self.next += frames * lanes;
        frames * 2
    }
}

impl Pcm for Reader {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let wanted = block.len() / 2 * 2;
        let mut written = 0;
        while written < wanted {
            if self.next == self.ready.len() {
                match self.refill() {
                    Ok(true) => {}
                    Ok(false) => break,
                    // What came before the damage is good: give it now, the damage next time.
                    Err(_) if written > 0 => break,
                    Err(defect) => return Err(defect),
                }
            }
            written += self.give(&mut block[written..wanted]);
        }
        Ok(written)
    }
}
