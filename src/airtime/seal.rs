//! The chain that seals the log: each row carries a hash over itself and the row before.

use jiff::tz::TimeZone;

use crate::airtime::Airing;

/// BLAKE3 over a row and the row before it, as 64 hexadecimal digits; empty for a row not yet sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryHash(String);

impl EntryHash {
    /// What stands before the first row.
    #[must_use]
    pub fn genesis() -> Self {
        Self("0".repeat(64))
    }

    /// As it is kept with the row.
    #[must_use]
    pub fn stored(hex: String) -> Self {
        Self(hex)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The hash of `row` behind `before`.
///
/// It covers every column as it is handed out, but for the hash itself, with times in UTC, so that a row read back from
/// a file of any time zone has the same hash. Each cell goes in with its length in front: nothing can be moved from one
/// cell into the next.
#[must_use]
pub fn seal(before: &EntryHash, row: &Airing) -> EntryHash {
    let mut hasher = blake3::Hasher::new();
    let mut cell = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    cell(before.as_str());
    let cells = row.cells(&TimeZone::UTC);
    for value in &cells[..cells.len() - 1] {
        cell(&value.text());
    }
    EntryHash(hasher.finalize().to_hex().to_string())
}
