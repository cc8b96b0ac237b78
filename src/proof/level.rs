//! The level that was really sent, out of blocks metered as the sound was decoded.
//!
//! Decoding runs seconds ahead of the loudspeaker, and an item may be cut. So the meter keeps what it saw block by block,
//! and the figures are worked out at the end over the blocks that were heard.

use crate::time::Frames;

/// How long a block is: the step of the gating blocks of ITU-R BS.1770-4.
pub const BLOCK: Frames = Frames::from_millis(100);

/// Below this a block is silent, in dBFS (full scale is 0).
const SILENT_DBFS: f64 = -50.0;
/// The gates of BS.1770-4: what is quieter than this, in LUFS, and what is this much below the rest, in LU, do not count.
const GATE_LUFS: f64 = -70.0;
const GATE_LU: f64 = -10.0;

/// What was metered of one [`BLOCK`]; the last one of an item may be shorter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    pub frames: u32,
    /// Loudness of the 400 ms that end with this block, in LUFS; none while fewer have passed.
    pub momentary: Option<f32>,
    /// The highest sample of either channel; full scale is 1.
    pub peak: f32,
    /// The root mean square of the louder channel; full scale is 1.
    pub rms: f32,
}

/// What was metered of an item, from its first frame on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    pub blocks: Vec<Block>,
    /// The energy in each [`STEP`](crate::proof::STEP), where something listens that it can be held against.
    pub envelope: Vec<f32>,
}

/// The level at which an item was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sent {
    /// Integrated loudness in LUFS; none of what is shorter than 400 ms or wholly below the gate.
    pub lufs: Option<f64>,
    /// The highest sample in dBFS; −∞ of digital silence.
    pub peak_dbfs: f64,
    /// How much of it was under −50 dBFS.
    pub silent: Frames,
}

impl Levels {
    /// Only what was heard: a block that was cut in the middle is left out.
    #[must_use]
    pub fn heard(mut self, heard: Frames) -> Self {
        let mut end = Frames::ZERO;
        let whole = |block: &&Block| {
            end += Frames(u64::from(block.frames));
            end <= heard
        };
        let count = self.blocks.iter().take_while(whole).count();
        self.blocks.truncate(count);
        let steps = heard.0 / crate::proof::STEP.0;
        self.envelope.truncate(usize::try_from(steps).unwrap_or(usize::MAX));
        self
    }

    /// How long what was heard is.
    #[must_use]
    pub fn length(&self) -> Frames {
        self.blocks.iter().map(|block| Frames(u64::from(block.frames))).sum()
    }

    /// Appends what was heard of the same item after a break.
    pub fn append(&mut self, mut later: Self) {
        self.blocks.append(&mut later.blocks);
        self.envelope.append(&mut later.envelope);
    }

    /// The level over all blocks; none if there is no block.
    #[must_use]
    pub fn sent(&self) -> Option<Sent> {
        let peak = self.blocks.iter().map(|block| block.peak).reduce(f32::max)?;
        let silent = self.blocks.iter().filter(|block| decibels(block.rms) < SILENT_DBFS);
        Some(Sent {
            lufs: integrated(self.blocks.iter().filter_map(|block| block.momentary.map(f64::from))),
            peak_dbfs: decibels(peak),
            silent: silent.map(|block| Frames(u64::from(block.frames))).sum(),
        })
    }
}

fn decibels(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).log10()
}

/// Integrated loudness out of the loudness of the gating blocks, by BS.1770-4: the mean of those that are above both gates.
fn integrated(blocks: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let loud = blocks.filter(|lufs| *lufs >= GATE_LUFS);
    let gate = mean(loud.clone())? + GATE_LU;
    mean(loud.filter(|lufs| *lufs >= gate))
}

/// The mean energy, as a level again.
fn mean(levels: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = levels.fold((0.0, 0.0), |(sum, count), level| (sum + 10_f64.powf(level / 10.0), count + 1.0));
    (count > 0.0).then(|| 10.0 * (sum / count).log10())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(momentary: Option<f32>, peak: f32) -> Block {
        Block { frames: 4_800, momentary, peak, rms: peak / 2.0 }
    }

    fn levels(blocks: impl IntoIterator<Item = Block>) -> Levels {
        Levels { blocks: blocks.into_iter().collect(), envelope: Vec::new() }
    }

    #[test]
    fn a_pause_does_not_lower_the_loudness_but_is_counted_as_silence() {
        let speech = [block(Some(-18.0), 0.5); 20];
        let pause = [block(Some(-60.0), 0.002); 30];
        let sent = levels(speech.into_iter().chain(pause)).sent().unwrap();
        assert!((sent.lufs.unwrap() + 18.0).abs() < 1e-6, "{sent:?}");
        assert!((sent.peak_dbfs + 6.02).abs() < 0.01, "{sent:?}");
        assert_eq!(sent.silent, Frames::from_secs(3));
    }

    #[test]
    fn what_was_decoded_but_never_heard_does_not_count() {
        let decoded = levels([block(None, 0.1), block(None, 0.2), block(None, 0.9)]);
        let sent = |heard| decoded.clone().heard(heard).sent();
        assert!((sent(BLOCK * 3).unwrap().peak_dbfs + 0.915).abs() < 0.01);
        assert!((sent(Frames(BLOCK.0 * 3 - 1)).unwrap().peak_dbfs + 13.98).abs() < 0.01);
        assert_eq!(sent(Frames(100)), None);
        let mut joined = decoded.clone().heard(BLOCK);
        joined.append(decoded.clone().heard(BLOCK * 2));
        assert_eq!(joined.blocks.iter().map(|block| block.peak).collect::<Vec<_>>(), [0.1, 0.1, 0.2]);
    }

    #[test]
    fn digital_silence_has_no_loudness() {
        let sent = levels([block(Some(f32::NEG_INFINITY), 0.0); 10]).sent().unwrap();
        assert_eq!((sent.lufs, sent.silent), (None, Frames::from_secs(1)));
        assert!(sent.peak_dbfs.is_infinite());
    }

    proptest! {
        #[test]
        fn never_more_silence_than_was_heard(
            blocks in proptest::collection::vec((any::<bool>(), 1..4_801_u32), 0..100),
            heard in 0..500_000_u64,
        ) {
            let block = |(loud, frames)| Block { frames, ..block(Some(-20.0), if loud { 1.0 } else { 0.0 }) };
            let sent = levels(blocks.into_iter().map(block)).heard(Frames(heard)).sent();
            prop_assert!(sent.is_none_or(|sent| sent.silent <= Frames(heard)));
        }
    }
}
