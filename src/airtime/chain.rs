//! Whether a log is whole: its rows in order, each with the hash that it has to have.

use std::collections::HashSet;

use crate::airtime::{EntryHash, Head, Row, seal};

/// A row as somebody presents it: from the database, or out of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    pub id: u64,
    pub previous: EntryHash,
    pub hash: EntryHash,
    /// The hash that its own cells give behind `previous`.
    pub own: EntryHash,
}

/// The first place where a log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// The row says something else than when it was sealed.
    Changed { row: u64 },
    /// The row is not where it belongs, nor anywhere else.
    Removed { row: u64 },
    /// The row was not written there.
    Inserted { row: u64 },
    /// The row stands elsewhere.
    Reordered { row: u64 },
    /// The row does not follow from the one before it, although each is sound by itself.
    Unlinked { row: u64 },
    /// What is written at this line is no row that this program wrote.
    Unreadable { line: u64 },
    /// The rows are right, but the file was written again by another program.
    Rewritten { line: u64 },
    /// A report names a later row as the last one: the end was cut off.
    Cut { last: u64, head: u64 },
    /// A report names another hash for this row.
    OtherHead { row: u64 },
    /// A report names a row before the first one here: this part cannot tell.
    OutOfReach { first: u64, head: u64 },
}

impl Break {
    /// Its name for programs.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Removed { .. } => "removed",
            Self::Inserted { .. } => "inserted",
            Self::Reordered { .. } => "reordered",
            Self::Unlinked { .. } => "unlinked",
            Self::Unreadable { .. } => "unreadable",
            Self::Rewritten { .. } => "rewritten",
            Self::Cut { .. } => "cut",
            Self::OtherHead { .. } => "other_head",
            Self::OutOfReach { .. } => "out_of_reach",
        }
    }

    /// The row, or the line of the file where there is no row.
    #[must_use]
    pub const fn place(&self) -> u64 {
        match self {
            Self::Changed { row }
            | Self::Removed { row }
            | Self::Inserted { row }
            | Self::Reordered { row }
            | Self::Unlinked { row }
            | Self::OtherHead { row } => *row,
            Self::Unreadable { line } | Self::Rewritten { line } => *line,
            Self::Cut { head, .. } | Self::OutOfReach { head, .. } => *head,
        }
    }
}

/// Where the rows begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// With the first row that was ever written: the station's own log.
    First,
    /// With any row, which names the hash before it: an export of some days.
    Anywhere,
}

impl Presented {
    /// A row of our own.
    #[must_use]
    pub fn row(row: &Row) -> Self {
        Self { id: row.id, previous: row.previous.clone(), hash: row.hash.clone(), own: row.seal() }
    }

    /// A row out of a file: its cells under their columns' names, times in UTC.
    pub fn cells<'a>(id: u64, previous: &str, hash: &str, cells: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let previous = EntryHash::stored(previous.to_owned());
        let own = seal(&previous, cells);
        Self { id, previous, hash: EntryHash::stored(hash.to_owned()), own }
    }
}

/// Checks rows that follow each other.
///
/// # Errors
/// The first row that is not as it was written.
pub fn verify(rows: &[Presented], beginning: Beginning) -> Result<Option<Head>, Break> {
    let mut last: Option<&Presented> = None;
    for row in rows {
        let first = if beginning == Beginning::First { 1 } else { row.id };
        let expected = last.map_or(first, |last| last.id.saturating_add(1));
        if row.id != expected {
            return Err(out_of_order(rows, row.id, expected));
        }
        let starts_anew = row.id == 1 && row.previous != EntryHash::genesis();
        if row.own != row.hash || starts_anew {
            return Err(Break::Changed { row: row.id });
        }
        if last.is_some_and(|last| last.hash != row.previous) {
            return Err(Break::Unlinked { row: row.id });
        }
        last = Some(row);
    }
    Ok(last.map(|last| Head { row: last.id, hash: last.hash.clone() }))
}

/// What happened where row `found` stands in place of row `expected`.
fn out_of_order(rows: &[Presented], found: u64, expected: u64) -> Break {
    let mut seen = HashSet::new();
    if let Some(twice) = rows.iter().find(|row| !seen.insert(row.id)) {
        return Break::Inserted { row: twice.id };
    }
    if seen.contains(&expected) || found < expected {
        Break::Reordered { row: found }
    } else {
        Break::Removed { row: expected }
    }
}

/// Whether the log still holds the row that was its last when a report was printed.
///
/// # Errors
/// The end was cut off, or another row stands there.
pub fn holds(rows: &[Presented], head: &Head) -> Result<(), Break> {
    let (first, last) = (rows.first().map_or(0, |first| first.id), rows.last().map_or(0, |last| last.id));
    match rows.iter().find(|row| row.id == head.row) {
        Some(row) if row.hash == head.hash => Ok(()),
        Some(row) => Err(Break::OtherHead { row: row.id }),
        None if head.row == 0 && head.hash == EntryHash::genesis() => Ok(()),
        None if head.row == 0 => Err(Break::OtherHead { row: 0 }),
        None if head.row < first => Err(Break::OutOfReach { first, head: head.row }),
        None => Err(Break::Cut { last, head: head.row }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that hold nothing but their number.
    fn rows(count: u64) -> Vec<Presented> {
        let mut previous = EntryHash::genesis();
        (1..=count)
            .map(|id| {
                let own = seal(&previous, [("airing_id", id.to_string().as_str())].into_iter());
                let row = Presented { id, previous: previous.clone(), hash: own.clone(), own };
                previous = row.hash.clone();
                row
            })
            .collect()
    }

    /// A log from its first row on.
    fn verify(rows: &[Presented]) -> Result<Option<Head>, Break> {
        super::verify(rows, Beginning::First)
    }

    #[test]
    fn what_was_done_to_a_log_is_named_with_its_row() {
        let whole = rows(5);
        assert_eq!(verify(&whole).unwrap().unwrap().row, 5);
        assert_eq!(verify(&[]), Ok(None));
        assert_eq!(verify(&whole[2..]), Err(Break::Removed { row: 1 }));
        let part = super::verify(&whole[2..], Beginning::Anywhere).unwrap().unwrap();
        assert_eq!(part.row, 5, "a part is whole as well");

        let mut removed = whole.clone();
        removed.remove(2);
        assert_eq!(verify(&removed), Err(Break::Removed { row: 3 }));
        let mut reordered = whole.clone();
        reordered.swap(1, 2);
        assert_eq!(verify(&reordered), Err(Break::Reordered { row: 3 }));
        let mut inserted = whole.clone();
        inserted.insert(3, whole[3].clone());
        assert_eq!(verify(&inserted), Err(Break::Inserted { row: 4 }));
        let mut changed = whole.clone();
        changed[3].own = EntryHash::genesis();
        assert_eq!(verify(&changed), Err(Break::Changed { row: 4 }));
        let mut begun_anew = whole.clone();
        begun_anew[0].previous = EntryHash::stored("1".repeat(64));
        begun_anew[0].own = begun_anew[0].hash.clone();
        assert_eq!(verify(&begun_anew), Err(Break::Changed { row: 1 }));
        // Row 3 sealed anew, as by somebody who knows how: row 4 no longer follows.
        let mut forged = whole.clone();
        forged[2].own = EntryHash::stored("2".repeat(64));
        forged[2].hash = forged[2].own.clone();
        assert_eq!(verify(&forged), Err(Break::Unlinked { row: 4 }));
    }

    #[test]
    fn a_head_printed_on_a_report_shows_whether_the_end_was_cut_off() {
        let whole = rows(5);
        let head = verify(&whole[..4]).unwrap().unwrap();
        assert_eq!(holds(&whole, &head), Ok(()), "the log has grown since");
        assert_eq!(holds(&whole[4..], &head), Err(Break::OutOfReach { first: 5, head: 4 }));
        assert_eq!(holds(&whole[..3], &head), Err(Break::Cut { last: 3, head: 4 }));
        let other = Head { row: 4, hash: EntryHash::genesis() };
        assert_eq!(holds(&whole, &other), Err(Break::OtherHead { row: 4 }));
    }
}
