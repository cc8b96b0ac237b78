//! One airing, or a planned item that did not air.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Kind;
use crate::proof::Sent;
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
    /// Integrated loudness at which it was sent, in tenths of a LUFS: as metered, or else the file's plus the gain.
    pub decilufs: Option<i64>,
    pub device: String,
    /// What else is to be known of it: the titles that a relay announced, who ordered an alert.
    pub note: String,
    pub evidence: Evidence,
}

/// What was metered of the sound itself. All of it is missing where nothing was: in a simulation, after a power cut, of what
/// never began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The highest sample that was sent, in tenths of a dBFS; none of digital silence.
    pub peak_decibels: Option<i64>,
    /// How much of it was silent: under −50 dBFS.
    pub silent: Option<Frames>,
    /// How much of it the capture input heard; none where there is no such input.
    pub confirmed: Option<Frames>,
}

impl Evidence {
    /// What the meter says, and what the capture input heard of `aired`: never more than that.
    #[must_use]
    pub fn of(sent: Option<&Sent>, confirmed: Option<Frames>, aired: Frames) -> Self {
        Self {
            peak_decibels: sent.and_then(|sent| tenths(sent.peak_dbfs)),
            silent: sent.map(|sent| sent.silent.min(aired)),
            confirmed: confirmed.map(|confirmed| confirmed.min(aired)),
        }
    }
}

/// A level in tenths, as the log keeps it; none of what is no number.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a level has three digits")]
pub fn tenths(decibels: f64) -> Option<i64> {
    decibels.is_finite().then(|| (decibels * 10.0).round() as i64)
}

impl Airing {
    /// Whether enough of it went out to count as an airing (*lượt phát*). `counts_from` is a share of the file.
    #[must_use]
    pub fn counts(&self, counts_from: f64) -> bool {
        self.counted().counts(counts_from)
    }
}
