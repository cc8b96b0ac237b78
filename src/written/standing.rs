//! What counts instead of a file with mistakes.

use jiff::Zoned;

/// A file with mistakes, and the version of it that is in force meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The file as the operator knows it, relative to the station's home.
    pub file: String,
    /// When the version that stays in force was taken over, by the station's clock; none where there is none.
    pub since: Option<Zoned>,
}
