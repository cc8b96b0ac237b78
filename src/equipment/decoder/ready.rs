//! Sound that is decoded and not yet given: what lies between a decoder, which brings packets, and a reader, who asks for
//! blocks of any size.

use crate::library::Defect;

/// Frames of one or two lanes, of which some are given already.
#[derive(Default)]
pub struct Ready {
    pub samples: Vec<f32>,
    next: usize,
}

impl Ready {
    /// Fills `block` with whole stereo frames, one lane doubled into two, and returns the samples written: fewer than asked
    /// for only at the end. `refill` decodes on until `samples` has something; false from it is the end.
    ///
    /// # Errors
    /// The defect that `refill` met. What came before it is good and is given first, the defect at the next call.
    pub fn read(
        &mut self,
        block: &mut [f32],
        lanes: usize,
        mut refill: impl FnMut(&mut Vec<f32>) -> Result<bool, Defect>,
    ) -> Result<usize, Defect> {
        let wanted = block.len() & !1;
        let mut written = 0;
        while written < wanted {
            if self.next == self.samples.len() {
                self.samples.clear();
                self.next = 0;
                match refill(&mut self.samples) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(_) if written > 0 => break,
                    Err(defect) => return Err(defect),
                }
            }
            written += self.give(&mut block[written..wanted], lanes);
        }
        Ok(written)
    }

    fn give(&mut self, block: &mut [f32], lanes: usize) -> usize {
        let frames = (block.len() / 2).min((self.samples.len() - self.next) / lanes);
        let source = &self.samples[self.next..self.next + frames * lanes];
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
