//! Taking off what an encoder put around the sound: its delay before, its padding after.

/// Frames between the coded sound and the real one, applied as blocks pass.
#[derive(Debug, Default)]
pub struct Trim {
    lanes: usize,
    /// Frames still to be dropped at the beginning.
    delay: u64,
    /// Frames to be let through after that; none: to the end.
    keep: Option<u64>,
    /// Frames to be dropped at the end, if the file is as long as it says.
    padding: usize,
    /// Frames the file must come to, delay and padding included, for its padding to be believed.
    whole: Option<u64>,
    seen: u64,
    held: Vec<f32>,
}

impl Trim {
    /// Lets everything through.
    pub fn none(lanes: usize) -> Self {
        Self { lanes, ..Self::default() }
    }

    /// Drops `delay` frames, then lets `length` through (an edit list).
    pub fn edit(lanes: usize, delay: u64, length: Option<u64>) -> Self {
        Self { lanes, delay, keep: length, ..Self::default() }
    }

    /// Drops `delay` frames at the beginning, and `padding` at the end if all comes to `length` (a LAME header).
    ///
    /// Files joined with `cat` keep the first one's header: there the padding is in no place we know, and nothing
    /// may be cut off after it.
    pub fn around(lanes: usize, delay: u64, length: u64, padding: u32) -> Self {
        let whole = delay + length + u64::from(padding);
        Self { lanes, delay, padding: padding as usize, whole: Some(whole), ..Self::default() }
    }

    /// Takes off of one block what does not belong to the sound; what may be padding is held back.
    pub fn pass(&mut self, block: &mut Vec<f32>) {
        let frames = (block.len() / self.lanes) as u64;
        self.seen += frames;
        let dropped = self.delay.min(frames);
        self.delay -= dropped;
        block.drain(..self.samples(dropped));
        if let Some(keep) = &mut self.keep {
            let kept = (*keep).min(frames - dropped);
            *keep -= kept;
            let samples = self.samples(kept);
            block.truncate(samples);
        }
        if self.padding > 0 {
            self.hold(block);
        }
    }

    /// What was held back and turned out to be sound.
    pub fn finish(&mut self) -> Vec<f32> {
        let held = std::mem::take(&mut self.held);
        if self.whole == Some(self.seen) { Vec::new() } else { held }
    }

    fn hold(&mut self, block: &mut Vec<f32>) {
        self.held.append(block);
        let free = self.held.len().saturating_sub(self.padding * self.lanes);
        block.extend(self.held.drain(..free));
    }

    fn samples(&self, frames: u64) -> usize {
        usize::try_from(frames).unwrap_or(usize::MAX).saturating_mul(self.lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(mut trim: Trim, samples: u16, blocks: usize) -> Vec<f32> {
        let all: Vec<f32> = (0..samples).map(f32::from).collect();
        let mut out = Vec::new();
        for piece in all.chunks(blocks) {
            let mut block = piece.to_vec();
            trim.pass(&mut block);
            out.append(&mut block);
        }
        out.append(&mut trim.finish());
        out
    }

    #[test]
    fn delay_and_padding_go_whatever_the_blocks() {
        for blocks in [2, 4, 6, 100] {
            assert_eq!(through(Trim::around(2, 1, 3, 2), 12, blocks), [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
            assert_eq!(through(Trim::edit(2, 2, Some(2)), 12, blocks), [4.0, 5.0, 6.0, 7.0]);
        }
    }

    #[test]
    fn padding_stays_where_the_length_is_not_as_told() {
        assert_eq!(through(Trim::around(1, 1, 3, 2), 8, 3), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn nothing_is_taken_off_untold() {
        assert_eq!(through(Trim::none(1), 4, 3), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(through(Trim::edit(1, 2, None), 4, 3), [2.0, 3.0]);
    }
}
