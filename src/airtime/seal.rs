//! The chain that seals the log: each row carries a hash over itself and the row before.

use std::fmt;

/// BLAKE3 over a row and the row before it, as 64 hexadecimal digits; empty for a row not yet sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

/// The columns that the hash does not take from the row: the hash itself, and the one before, which goes in first.
const NOT_COVERED: [&str; 2] = ["entry_hash", "previous_hash"];

/// The hash of a row behind `previous`.
///
/// It covers every cell that holds anything, under its column's name, with times in UTC, so that a row read back from a
/// file of any time zone has the same hash, and a column that a later version adds changes no old row's. Each text goes
/// in with its length in front: nothing can be moved from one cell into the next.
pub fn seal<'a>(previous: &EntryHash, cells: impl Iterator<Item = (&'a str, &'a str)>) -> EntryHash {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(previous.as_str());
    for (name, text) in cells.filter(|(name, text)| !text.is_empty() && !NOT_COVERED.contains(name)) {
        add(name);
        add(text);
    }
    EntryHash(hasher.finalize().to_hex().to_string())
}

/// The last row of the log at some time: printed on a report, it shows later whether the log still holds that row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub row: u64,
    pub hash: EntryHash,
}

impl Head {
    /// Reads `LOA:448:3f…`, as printed and as the QR code holds it; the word in front may be missing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let (row, hash) = compact.trim_start_matches("loa:").split_once(':')?;
        let hex = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { row: row.parse().ok()?, hash: hex.then(|| EntryHash(hash.to_owned()))? })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LOA:{}:{}", self.row, self.hash.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed_and_as_people_copy_it() {
        let head = Head { row: 448, hash: EntryHash::stored("0123456789abcdef".repeat(4)) };
        assert_eq!(Head::read(&head.to_string()), Some(head.clone()));
        let typed = format!("448: {} {}", "0123456789ABCDEF".repeat(2), "0123456789abcdef".repeat(2));
        assert_eq!(Head::read(&typed), Some(head));
        assert_eq!(Head::read("448:12"), None);
        assert_eq!(Head::read("hôm qua"), None);
    }

    #[test]
    fn nothing_moves_from_one_cell_into_the_next_and_an_empty_column_adds_nothing() {
        let seal = |cells: &[(&'static str, &'static str)]| seal(&EntryHash::genesis(), cells.iter().copied());
        assert_ne!(seal(&[("a", "xy"), ("b", "z")]), seal(&[("a", "x"), ("b", "yz")]));
        assert_ne!(seal(&[("a", "x")]), seal(&[("b", "x")]));
        assert_eq!(seal(&[("a", "x"), ("new", "")]), seal(&[("a", "x")]));
    }
}
