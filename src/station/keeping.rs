//! `archive:` in station.yaml: how long the sound that aired is kept.

use serde::Deserialize;

use crate::time::Frames;
use crate::written::{Placed, Values};

const DAY: Frames = Frames::from_secs(86_400);
/// Six months. No rule says how long a station keeps what it aired; the press archive's is the nearest.
const KEEP: Frames = Frames::from_secs(86_400 * 180);

/// `archive: { keep: 180d }`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveFile {
    keep: Option<Placed<String>>,
}

impl ArchiveFile {
    /// How long what aired is kept; none for `off` and `0d`.
    pub(super) fn keep(&self, values: &mut Values) -> Option<Frames> {
        match &self.keep {
            None => Some(KEEP),
            Some(text) if ["off", "0", "0d"].contains(&text.value.trim()) => None,
            Some(text) => values.length("keep", text, DAY, DAY * 3_653),
        }
    }
}
