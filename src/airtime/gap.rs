//! A gap: rows that were written, or should have been, and are not in this log. It is a row itself, so that nobody takes
//! what is left for all there was.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airtime::Head;

/// A gap right before the row that tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The day on which it was written down.
    pub date: Date,
    /// From when on rows are missing, as far as that is known.
    pub since: Option<Timestamp>,
    pub lost: Lost,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The log before this one could not be used and lies aside under this name, in the data folder.
    SetAside { file: String, last: Option<Head> },
    /// The log before this one was gone.
    Gone { last: Option<Head> },
    /// So many rows waited in memory for a disk, and there was no room for more.
    Dropped { rows: u64 },
}

impl Lost {
    /// The last row known of the log before.
    #[must_use]
    pub const fn last(&self) -> Option<&Head> {
        match self {
            Self::SetAside { last, .. } | Self::Gone { last } => last.as_ref(),
            Self::Dropped { .. } => None,
        }
    }

    /// Reads what [`Display`](fmt::Display) writes, which is how a row keeps it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (what, mut rest) = (words.next()?, words.collect::<Vec<_>>());
        let head = |rest: &mut Vec<&str>| match rest.pop() {
            None => Some(None),
            Some(text) => Head::read(text).map(Some),
        };
        let read = match what {
            "set_aside" if !rest.is_empty() => {
                let file = rest.remove(0).to_owned();
                Self::SetAside { file, last: head(&mut rest)? }
            }
            "gone" => Self::Gone { last: head(&mut rest)? },
            "dropped" => Self::Dropped { rows: rest.pop()?.parse().ok()? },
            _ => return None,
        };
        rest.is_empty().then_some(read)
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = |last: &Option<Head>| last.as_ref().map_or_else(String::new, |head| format!(" {head}"));
        match self {
            Self::SetAside { file, last: head } => write!(f, "set_aside {file}{}", last(head)),
            Self::Gone { last: head } => write!(f, "gone{}", last(head)),
            Self::Dropped { rows } => write!(f, "dropped {rows}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airtime::EntryHash;

    #[test]
    fn what_is_lost_is_read_as_it_is_written() {
        let last = Some(Head { row: 448, hash: EntryHash::stored("0123456789abcdef".repeat(4)) });
        let file = "loa.db.wrecked-20201105-051500".to_owned();
        for lost in [
            Lost::SetAside { file: file.clone(), last: last.clone() },
            Lost::SetAside { file, last: None },
            Lost::Gone { last },
            Lost::Gone { last: None },
            Lost::Dropped { rows: 12 },
        ] {
            assert_eq!(Lost::read(&lost.to_string()), Some(lost));
        }
        for foreign in ["", "loa 0.1.0", "set_aside", "dropped many", "gone yesterday", "dropped 1 2"] {
            assert_eq!(Lost::read(foreign), None, "{foreign}");
        }
    }
}
