//! What went out: the airtime log (*nhật ký phát sóng*), its closed vocabulary, its seal and its tally.
//!
//! The log is append-only. An airing is written from what the sound output consumed, never from the plan, and copies
//! title, length and content hash when it airs, so that nothing done to the library later rewrites history.

mod airing;
mod outcome;
mod seal;
mod tally;

pub use airing::{Airing, COLUMNS, Cell, HOUSE_ZONE};
pub use outcome::{ClockState, Outcome, Reason};
pub use seal::{EntryHash, seal};
pub use tally::{Counted, Tally};
