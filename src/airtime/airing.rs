//! One row of the airtime log.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::airtime::{ClockState, EntryHash, Outcome, Reason};
use crate::library::Kind;
use crate::schedule::SlotKey;
use crate::time::Frames;

/// The columns of the log as it is handed out, in the order that inspectors and scripts rely on.
pub const COLUMNS: [&str; 23] = [
    "airing_id",
    "station",
    "date",
    "session",
    "planned_at",
    "aired_at",
    "ended_at",
    "aired_seconds",
    "duration_seconds",
    "kind",
    "path",
    "title",
    "language",
    "directive",
    "level",
    "zone",
    "outcome",
    "reason",
    "content_hash",
    "lufs",
    "device",
    "clock",
    "entry_hash",
];

/// The zone of a station whose clusters all hang on one output.
pub const HOUSE_ZONE: &str = "all";

/// One row: an airing, or a planned item that did not air.
#[derive(Clone, Debug, PartialEq)]
pub struct Airing {
    /// Counts the rows of this log from 1, without a hole.
    pub id: u64,
    pub station: String,
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
    /// Integrated loudness at which it was sent, after the station's gain.
    pub lufs: Option<f64>,
    pub device: String,
    pub clock: ClockState,
    /// Seals this row and, through it, all rows before.
    pub entry_hash: EntryHash,
}

/// One cell of a row as it is written in files. Text stays text: a title such as `=1+1` is never a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// A number with so many decimals.
    Number(f64, u8),
    Empty,
}

impl Cell {
    /// The one way this cell is written.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number, decimals) => format!("{number:.*}", usize::from(*decimals)),
            Self::Empty => String::new(),
        }
    }
}

impl Airing {
    /// Whether enough of it went out to count as an airing (*lượt phát*). `counts_from` is a share of the file.
    #[must_use]
    pub fn counts(&self, counts_from: f64) -> bool {
        self.counted().counts(counts_from)
    }

    /// The cells of this row in the order of [`COLUMNS`], times as clocks in `zone` show them.
    #[must_use]
    pub fn cells(&self, zone: &TimeZone) -> [Cell; 23] {
        let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        let time = |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::Text(written(at, zone)));
        [
            Cell::Number(id_number(self.id), 0),
            text(&self.station),
            Cell::Text(self.slot.date.to_string()),
            text(&self.slot.session),
            time(Some(self.planned_at)),
            time(self.aired_at),
            time(self.ended_at),
            Cell::Number(self.aired.as_secs_rounded(), 3),
            Cell::Number(self.duration.as_secs_rounded(), 3),
            text(self.kind.name()),
            text(&self.path),
            text(&self.title),
            text(&self.language),
            text(&self.directive),
            text(&self.level),
            text(&self.zone),
            text(self.outcome.name()),
            text(self.reason.map_or("", Reason::name)),
            text(&self.content_hash),
            self.lufs.map_or(Cell::Empty, |lufs| Cell::Number(lufs, 1)),
            text(&self.device),
            text(self.clock.name()),
            text(self.entry_hash.as_str()),
        ]
    }
}

/// RFC 3339 with offset and milliseconds.
fn written(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

#[expect(clippy::cast_precision_loss, reason = "2^52 rows are never written")]
fn id_number(id: u64) -> f64 {
    id as f64
}
