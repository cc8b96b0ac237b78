//! Rows 2 to 8 of the table: what no log can know, typed in by the operator and kept with its history.

use jiff::Timestamp;

/// One entry for one row. Entries are never changed; the latest for a row and round counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// 2 to 8.
    pub tt: u8,
    /// The round (*đợt*) it belongs to; none for a report without rounds.
    pub round: Option<String>,
    pub count: Option<f64>,
    /// In percent.
    pub ratio: Option<f64>,
    pub note: String,
    pub by: String,
    pub at: Timestamp,
}

/// The entry that counts for row `tt` in `round`: the latest of that round, else the latest of no round.
#[must_use]
pub fn latest<'a>(entries: &'a [Entry], tt: u8, round: Option<&str>) -> Option<&'a Entry> {
    let of_round = |wanted: Option<&str>| {
        entries.iter().filter(|entry| entry.tt == tt && entry.round.as_deref() == wanted).max_by_key(|entry| entry.at)
    };
    of_round(round).or_else(|| of_round(None))
}
