//! The last row that is known to have been written, in a small file beside the database.
//!
//! A database from which rows were taken, one without the end of its log, an older copy and an empty file are all sound by
//! themselves. Only who remembers the last row notices. The file is written after a commit, and nobody waits until it is
//! on the disk: what it says is older than the database at worst, never newer.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::airtime::Head;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownHead {
    pub head: Head,
    /// The station's clock when it was remembered.
    pub at: Timestamp,
}

impl KnownHead {
    /// What is remembered of a database; nothing where no such file can be read.
    pub fn read(database: &Path) -> Option<Self> {
        let text = fs::read_to_string(place(database)).ok()?;
        // A line that was not written to its end says nothing.
        let (head, at) = text.strip_suffix('\n')?.split_once(' ')?;
        Some(Self { head: Head::read(head)?, at: at.parse().ok()? })
    }

    /// Remembers it. One sector, written over in place: a power cut leaves the old line or the new one.
    pub fn write(&self, database: &Path) -> io::Result<()> {
        let text = format!("{} {}\n", self.head, self.at);
        let file = File::options().create(true).truncate(false).write(true).open(place(database))?;
        file.write_all_at(text.as_bytes(), 0)?;
        file.set_len(text.len() as u64)
    }
}

/// `loa.head` beside `loa.db`.
fn place(database: &Path) -> PathBuf {
    database.with_extension("head")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airtime::EntryHash;

    #[test]
    fn half_a_line_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("loa.db");
        assert_eq!(KnownHead::read(&database), None);
        let head = |row| Head { row, hash: EntryHash::stored("0123456789abcdef".repeat(4)) };
        for row in [1_000, 9] {
            let known = KnownHead { head: head(row), at: "2020-11-05T05:15:00Z".parse().unwrap() };
            known.write(&database).unwrap();
            assert_eq!(KnownHead::read(&database), Some(known), "a shorter line takes the place of a longer one");
        }
        let place = place(&database);
        let whole = fs::read_to_string(&place).unwrap();
        for end in 0..whole.len() {
            fs::write(&place, &whole[..end]).unwrap();
            assert_eq!(KnownHead::read(&database), None, "{end}");
        }
    }
}
