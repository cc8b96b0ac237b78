//! Files into sound: opening, decoding, bringing to stereo at the house rate, and measuring.
//!
//! What is decoded comes from strangers' memory sticks, so nothing in here trusts a header: rates are those of the
//! decoded packets, lengths are counted, samples are looked at, and the codec library runs where a panic of its own
//! becomes a [`Defect`](crate::library::Defect) of the file. [`Reader`] is what goes on the air, [`analyse`] is what
//! is known of a file before it may; both stand on the same [`stream`], so that a length measured once is the length
//! played later, to the frame.
//!
//! ```text
//! source    the bytes, read in bounds            opening     from a file to its first packet
//! sniff     formats refused by name              stream      packets -> checked frames at the file's rate
//! wave      what a WAV header promises           trim        the encoder's delay and padding taken off
//! mpeg      tags and marks around MPEG audio     downmix     any channels -> one or two
//! mp4       what the boxes of an m4a promise     resampler   any rate -> 48,000, exact in length
//! id3, tags title and language                   reader      the file as `Pcm`
//! peak      true peak, only where it can rise    polarity    channels against each other
//! analysis  one pass over the whole file         broadcast   a stream without beginning or end
//! ready     what is decoded and not yet given
//! ```

mod analysis;
mod broadcast;
mod downmix;
mod id3;
mod mp4;
mod mpeg;
mod opening;
mod peak;
mod polarity;
mod reader;
mod ready;
mod resampler;
mod sniff;
mod source;
mod stream;
mod tags;
mod trim;
mod wave;

pub use analysis::{Analysis, analyse};
pub use broadcast::Broadcast;
pub use reader::Reader;

#[cfg(test)]
mod join_tests;
#[cfg(test)]
mod tests;
