//! What several zones air at once is one airing: the log has a row for each zone, and every count counts it once.

use std::collections::HashSet;

use jiff::Timestamp;

/// Airings met so far. Rows of one airing share the instant it was planned for, and the path.
#[derive(Clone, Debug, Default)]
pub struct AcrossZones(HashSet<(Timestamp, String)>);

impl AcrossZones {
    /// Whether this is the first row of its airing. To be asked of rows that count, and only of those: the part that one
    /// zone aired is not the airing that another did.
    pub fn is_first(&mut self, planned_at: Timestamp, path: &str) -> bool {
        self.0.insert((planned_at, path.to_owned()))
    }
}
