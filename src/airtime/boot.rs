//! When a row was written down, in a way that a wrong clock cannot spoil.
//!
//! The computer counts the time since it started by itself, whatever its clock is set to. Rows of one start that carry this
//! count lie as far apart as it says; if one of them is dated for certain, so are all (docs/reference.md).

use jiff::{SignedDuration, Timestamp};

/// One start of the computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boot {
    /// The kernel's name for it; no other start has the same.
    pub id: String,
    /// How long ago it was, sleep included.
    pub uptime: SignedDuration,
}

/// When something was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// By the station's clock.
    pub at: Timestamp,
    /// None in rows of programs that did not know it.
    pub boot: Option<Boot>,
}
