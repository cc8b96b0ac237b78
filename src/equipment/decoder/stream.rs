//! Packets into checked frames: one file, decoded in order, at its own rate, in one or two channels.
//!
//! The codec library runs behind a guard here: a panic in it is a broken file, errors end the file where they stand,
//! and the rate is that of the decoded packets, whatever the header says.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatReader;
use symphonia::core::packet::Packet;

use crate::equipment::decoder::downmix::Downmix;
use crate::equipment::decoder::tags::Tags;
use crate::equipment::decoder::trim::Trim;
use crate::library::{Defect, Undoing};

/// An opened file. Made by [`open`](crate::equipment::decoder::opening::open).
pub struct Stream {
    pub(super) format: Box<dyn FormatReader>,
    pub(super) decoder: Box<dyn AudioDecoder>,
    pub(super) track: u32,
    pub(super) facts: Facts,
    pub(super) shape: Shape,
    pub(super) downmix: Downmix,
    pub(super) trim: Trim,
    /// The block decoded while opening, to learn the shape.
    pub(super) first: Option<Vec<f32>>,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) state: State,
}

/// What is known of a file once it is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Length in seconds the header promises, where there is one to be believed.
    pub promised_secs: Option<f64>,
    pub tags: Tags,
    /// For MPEG and ADTS streams, which have no header: the bytes that ought to be sound.
    pub span_bytes: Option<u64>,
    /// Something beyond chance says that this is sound: a container, a tag, a mark.
    pub certain: bool,
}

/// Rate and channels of the decoded packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub rate: u32,
    pub channels: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Running,
    Over,
    Failed(Defect),
}

/// Packets in a row that may bring no sound (other tracks, empty ones) before the file counts as stuck.
const IDLE_PACKETS_MAX: u32 = 100_000;
/// A stream without any header that breaks before so many packets was never sound.
const CHANCE_PACKETS: u64 = 20;
/// Beyond this a sample is damage, not music: +3.5 dBFS.
const SAMPLE_MAX: f32 = 1.5;

impl Stream {
    /// Replaces `block` with the next interleaved samples (possibly none); false at the end of the file.
    ///
    /// # Errors
    /// The file broke here; the same error again if asked again.
    pub fn next(&mut self, block: &mut Vec<f32>) -> Result<bool, Defect> {
        match &self.state {
            State::Running => {}
            State::Over => return Ok(false),
            State::Failed(defect) => return Err(defect.clone()),
        }
        let more = match self.first.take() {
            Some(first) => {
                *block = first;
                true
            }
            None => self.decode(block).inspect_err(|defect| self.state = State::Failed(defect.clone()))?,
        };
        if more {
            self.trim.pass(block);
            return Ok(true);
        }
        self.state = State::Over;
        *block = self.trim.finish();
        Ok(!block.is_empty())
    }

    /// Channels of the samples [`next`](Self::next) gives: one or two.
    pub fn lanes(&self) -> usize {
        Downmix::lanes(self.shape.channels)
    }

    /// Bytes among those that ought to be sound which no packet came from; none for files with a container.
    pub fn unread_bytes(&self) -> Option<(u64, u64)> {
        self.facts.span_bytes.map(|span| (span.saturating_sub(self.bytes), span))
    }

    /// Whether nothing follows any more: told after an error, to know a cut end from damage inside.
    pub fn is_exhausted(&mut self) -> bool {
        let next = guarded(|| self.format.next_packet());
        matches!(next, Ok(Ok(None))) || matches!(next, Ok(Err(Error::IoError(_))))
    }

    /// Decodes up to the next packet with sound in it, mixed down and checked; false at the end.
    pub(super) fn decode(&mut self, block: &mut Vec<f32>) -> Result<bool, Defect> {
        for _ in 0..IDLE_PACKETS_MAX {
            let Some(packet) = self.packet()? else { return Ok(false) };
            if packet.track_id != self.track || packet.data.is_empty() {
                continue;
            }
            self.turn_into_samples(&packet, block)?;
            self.packets += 1;
            self.bytes += packet.data.len() as u64;
            if !block.is_empty() {
                check(block)?;
                self.downmix.apply(block);
                return Ok(true);
            }
        }
        Err(Defect::Broken { detail: "no sound in any packet".to_owned() })
    }

    fn packet(&mut self) -> Result<Option<Packet>, Defect> {
        match guarded(|| self.format.next_packet())? {
            Ok(packet) => Ok(packet),
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(self.blame(&error)),
        }
    }

    /// Leaves the packet's interleaved samples in `block`, all channels, and holds the shape to what it was.
    fn turn_into_samples(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<(), Defect> {
        let (decoder, first) = (&mut self.decoder, self.shape == Shape::default());
        let outcome = guarded(|| {
            decoder.decode(packet).map(|decoded| {
                decoded.copy_to_vec_interleaved(block);
                let channels = decoded.spec().channels();
                let shape = Shape { rate: decoded.spec().rate(), channels: channels.count() };
                (shape, first.then(|| Downmix::of(channels)))
            })
        })?;
        let (shape, downmix) = outcome.map_err(|error| self.blame(&error))?;
        if let Some(downmix) = downmix {
            (self.shape, self.downmix) = (shape, downmix);
        }
        if shape != self.shape && !block.is_empty() {
            let detail = format!(
                "changes from {} Hz, {} channels to {} Hz, {} channels",
                self.shape.rate, self.shape.channels, shape.rate, shape.channels
            );
            return Err(Defect::Broken { detail });
        }
        Ok(())
    }

    /// What an error of the codec library says about the file.
    fn blame(&self, error: &Error) -> Defect {
        match error {
            Error::IoError(error) if error.raw_os_error().is_some() => Defect::Unreadable { detail: error.to_string() },
            Error::IoError(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                Defect::Undecodable { undoing: Undoing::TooMuchMemory }
            }
            _ if !self.facts.certain && self.packets < CHANCE_PACKETS => Defect::NotAudio,
            Error::Unsupported(what) => Defect::Unsupported { format: (*what).to_owned() },
            error => Defect::Broken { detail: error.to_string() },
        }
    }
}

/// Runs the codec library; a panic in it is a broken file.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Defect> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Defect::Broken { detail: "the decoder failed on it".to_owned() })
}

/// Refuses samples that no recording holds.
pub(super) fn check(block: &[f32]) -> Result<(), Defect> {
    let peak = peak(block);
    if peak.is_nan() {
        return Err(Defect::Broken { detail: "samples that are no numbers".to_owned() });
    }
    if peak > SAMPLE_MAX {
        return Err(Defect::Wild { peak_dbfs: 20.0 * f64::from(peak.min(f32::MAX)).log10() });
    }
    Ok(())
}

/// The largest size of any sample; not a number if any is none.
///
/// Without their sign, floating-point numbers are ordered as the whole numbers of the same bits are, with infinity and
/// what is no number on top. Whole numbers are compared many at a time.
pub(super) fn peak(block: &[f32]) -> f32 {
    f32::from_bits(block.iter().fold(0, |peak, sample| peak.max(sample.to_bits() & 0x7fff_ffff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_is_a_broken_file() {
        assert!(matches!(guarded(|| panic!("as decoders do")), Err::<(), _>(Defect::Broken { .. })));
        assert_eq!(guarded(|| 7), Ok(7));
    }

    #[test]
    fn the_peak_is_the_largest_size_or_no_number() {
        let is = |block: &[f32], right: f32| assert!((peak(block) - right).abs() < f32::EPSILON, "{block:?}");
        is(&[], 0.0);
        is(&[0.25, -0.5, -0.0, f32::MIN_POSITIVE], 0.5);
        assert!(peak(&[1.0, f32::NEG_INFINITY]).is_infinite());
        assert!(peak(&[f32::INFINITY, -f32::NAN, 1.0]).is_nan());
    }

    #[test]
    fn samples_no_recording_holds_are_refused() {
        assert_eq!(check(&[0.0, -1.0, 1.4]), Ok(()));
        assert!(matches!(check(&[0.0, f32::NAN]), Err(Defect::Broken { .. })));
        assert!(matches!(check(&[0.0, -8.0]), Err(Defect::Wild { peak_dbfs }) if (peak_dbfs - 18.06).abs() < 0.01));
        assert!(matches!(check(&[f32::INFINITY]), Err(Defect::Wild { .. })));
    }
}
