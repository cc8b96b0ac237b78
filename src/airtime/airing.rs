//! One airing, or a planned item that did not air.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Kind;
use crate::schedule::SlotKey;
use crate::time::Frames;

/// The zone of a station whose clusters all hang on one output.
pub const HOUSE_ZONE: &str = "all";

/// The device in rows of a simulation, which no loudspeaker ever heard.
pub const SIMULATED: &str = "simulated";

/// What became of one item. Title, length and hash are those it had on the air, whatever happens to the file later.
#[derive(Clone, Debug, PartialEq)]
pub struct Airing {
    /// The day and session it belongs to.
    pub slot: SlotKey,
    /// When its first frame was due by the rundown.
    pub planned_at: Timestamp,
    /// When it was due as the session had slipped by then.
    pub predicted_at: Timestamp,
    /// When its first frame left the output; none if none did.
    pub aired_at: Option<Timestamp>,
    /// When its last frame left the output, as far as is known.
    pub ended_at: Option<Timestamp>,
    /// How much of it the output consumed.
    pub aired: Frames,
    /// How long the file is.
    pub duration: Frames,
    pub kind: Kind,
    pub path: String,
    pub title: String,
    pub language: String,
    pub directive: String,
    /// The response level in force.
    pub level: String,
    pub zone: String,
    pub outcome: Outcome,
    /// None exactly for what aired.
    pub reason: Option<Reason>,
    /// BLAKE3 of the file's bytes; empty for what was not there.
    pub content_hash: String,
    /// Integrated loudness at which it was sent, after the station's gain, in tenths of a LUFS.
    pub decilufs: Option<i64>,
    pub device: String,
}

impl Airing {
    /// Whether enough of it went out to count as an airing (*lượt phát*). `counts_from` is a share of the file.
    #[must_use]
    pub fn counts(&self, counts_from: f64) -> bool {
        self.counted().counts(counts_from)
    }
}
