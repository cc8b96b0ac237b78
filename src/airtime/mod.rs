//! What went out: the airtime log (*nhật ký phát sóng*), its closed vocabulary, its seal and its tally.
//!
//! The log is append-only. An airing is written from what the sound output consumed, never from the plan, and copies
//! title, length and content hash when it airs, so that nothing done to the library later rewrites history. Starts and
//! stops of the program are rows among the airings, so that a gap explains itself; a correction is a row that names an
//! earlier one, and a gap, where rows are lost, is one as well. A chain of hashes ties all of them together.

mod across_zones;
mod airing;
mod boot;
mod cell;
mod chain;
mod gap;
mod outcome;
mod row;
mod seal;
mod tally;
mod trust;

pub use across_zones::AcrossZones;
pub use airing::{Airing, Evidence, HOUSE_ZONE, SIMULATED, tenths};
pub use boot::{Boot, Noted};
pub use cell::Cell;
pub use chain::{Beginning, Break, Presented, holds, verify};
pub use gap::{Gap, Lost};
pub use outcome::{ClockState, Outcome, Reason};
pub use row::{COLUMNS, ClockSet, Correction, Entry, Fact, NUMBER_COLUMNS, Row, Start, TIME_COLUMNS};
pub use seal::{EntryHash, Head, seal};
pub use tally::{Counted, Tally};
pub use trust::{Doubt, FORWARD_MAX, doubt};
