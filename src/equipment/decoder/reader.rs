//! A file as the sound output wants it: stereo at the house rate, in blocks of any size.

use std::fs::File;

use crate::equipment::Pcm;
use crate::equipment::decoder::opening::open;
use crate::equipment::decoder::ready::Ready;
use crate::equipment::decoder::resampler::Resampler;
use crate::equipment::decoder::stream::Stream;
use crate::library::Defect;

/// One file being read for playing.
pub struct Reader {
    file: Decoding,
    ready: Ready,
}

/// The file on its way to the house rate, in its own one or two lanes.
struct Decoding {
    stream: Stream,
    resampler: Resampler,
    block: Vec<f32>,
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
        let file = Decoding { stream, resampler, block: Vec::new(), over: false };
        Ok(Self { file, ready: Ready::default() })
    }
}

impl Decoding {
    /// Decodes on until something is ready; false at the end of the file.
    fn refill(&mut self, ready: &mut Vec<f32>) -> Result<bool, Defect> {
        while ready.is_empty() && !self.over {
            if self.stream.next(&mut self.block)? {
                self.resampler.push(&self.block, ready)?;
            } else {
                self.over = true;
                self.resampler.finish(ready)?;
            }
        }
        Ok(!ready.is_empty())
    }
}

impl Pcm for Reader {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let Self { file, ready } = self;
        ready.read(block, file.stream.lanes(), |samples| file.refill(samples))
    }
}
