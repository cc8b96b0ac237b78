//! The proof: at what level an item was sent, and for how many of its seconds a microphone heard it.
//!
//! The airtime log counts the frames that the sound card consumed. That is not yet sound: a file may be silent in the
//! middle, an amplifier switched off, a cable pulled. So what is sent is metered on its way out ([`Levels`]), and where a
//! station has an input to listen with, what it heard is held against what was sent ([`confirmed`]). Both are
//! arithmetic over numbers that the equipment collects; nothing here listens or plays.

mod confirm;
mod deaf;
mod envelope;
mod level;
mod tracking;
mod weighting;

pub use confirm::{EARLY, LATE, confirmed};
pub use deaf::Deaf;
pub use envelope::{Envelope, STEP};
pub use level::{BLOCK, Block, Levels, Sent};
pub use weighting::{Weighting, lufs};
