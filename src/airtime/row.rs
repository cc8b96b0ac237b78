//! A row of the log: a fact, when it was noted, and the seal that ties it to the row before.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::airtime::{Airing, Boot, Cell, ClockState, EntryHash, Evidence, Gap, Noted, Outcome, Reason, seal};
use crate::time::{Frames, rfc3339};

/// The columns of the log as it is handed out, in the order that inspectors and scripts rely on. New ones come last.
pub const COLUMNS: [&str; 34] = [
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
    "predicted_at",
    "noted_at",
    "corrects",
    "by",
    "note",
    "previous_hash",
    "sent_peak_dbfs",
    "silent_seconds",
    "confirmed_seconds",
    "boot",
    "uptime_seconds",
];

/// The columns that hold an instant.
pub const TIME_COLUMNS: [&str; 5] = ["planned_at", "aired_at", "ended_at", "predicted_at", "noted_at"];

/// The columns that hold a number, each with its decimals.
pub const NUMBER_COLUMNS: [(&str, usize); 9] = [
    ("airing_id", 0),
    ("aired_seconds", 3),
    ("duration_seconds", 3),
    ("lufs", 1),
    ("corrects", 0),
    ("sent_peak_dbfs", 1),
    ("silent_seconds", 3),
    ("confirmed_seconds", 3),
    ("uptime_seconds", 3),
];

/// What is to be written into the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub station: String,
    /// When it was written down.
    pub noted: Noted,
    /// How far the clock could be trusted.
    pub clock: ClockState,
    pub fact: Fact,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// An item aired, or did not.
    Airing(Airing),
    /// An earlier row said too much, or not enough.
    Correction(Correction),
    /// The program started.
    Start(Start),
    /// The clock was set.
    ClockSet(ClockSet),
    /// The program was stopped in good order.
    Stop { date: Date },
    /// Rows before this one are lost.
    Gap(Gap),
}

/// A word on an earlier row, which itself stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// The row that is corrected.
    pub corrects: u64,
    /// Office and name of who corrects it.
    pub by: String,
    /// Why.
    pub note: String,
    /// The day on which it was made.
    pub date: Date,
    /// The airing as it is to be counted from now on.
    pub airing: Airing,
}

/// A start of the program, and what is known of the end before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    pub date: Date,
    /// The last sign of life of the run before; none at the very first start.
    pub last_alive: Option<Timestamp>,
    /// Why the run before ended, as far as is known.
    pub reason: Option<Reason>,
    /// Name and version of the program.
    pub program: String,
}

/// The clock was set, or somebody said that it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockSet {
    /// The day it shows from then on.
    pub date: Date,
    /// What it showed, or what time it was known to be, before.
    pub from: Timestamp,
    /// Who said that it is right; nobody where it was only set.
    pub by: String,
}

/// A row as it stands in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Counts the rows of this log from 1, without a hole.
    pub id: u64,
    pub entry: Entry,
    /// The hash of the row before.
    pub previous: EntryHash,
    /// Seals this row and, through `previous`, all rows before.
    pub hash: EntryHash,
}

impl Fact {
    /// As the column `kind` names it; of an airing, what aired.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Airing(airing) => airing.kind.name(),
            Self::Correction(_) => "correction",
            Self::Start(_) => "start",
            Self::ClockSet(_) => "clock",
            Self::Stop { .. } => "stop",
            Self::Gap(_) => "gap",
        }
    }

    /// The day it belongs to.
    #[must_use]
    pub const fn date(&self) -> Date {
        match self {
            Self::Airing(airing) => airing.slot.date,
            Self::Correction(correction) => correction.date,
            Self::Start(start) => start.date,
            Self::ClockSet(set) => set.date,
            Self::Stop { date } => *date,
            Self::Gap(gap) => gap.date,
        }
    }

    /// What is said of an item, if it is about one.
    #[must_use]
    pub const fn airing(&self) -> Option<&Airing> {
        match self {
            Self::Airing(airing) => Some(airing),
            Self::Correction(correction) => Some(&correction.airing),
            Self::Start(_) | Self::ClockSet(_) | Self::Stop { .. } | Self::Gap(_) => None,
        }
    }
}

impl Row {
    /// The row number `id` behind the one with the hash `previous`.
    #[must_use]
    pub fn sealed(id: u64, previous: EntryHash, entry: Entry) -> Self {
        let mut row = Self { id, entry, previous, hash: EntryHash::default() };
        row.hash = row.seal();
        row
    }

    /// The hash that this row has to have.
    #[must_use]
    pub fn seal(&self) -> EntryHash {
        let cells = self.cells(&TimeZone::UTC);
        let texts: Vec<_> = COLUMNS.iter().zip(&cells).map(|(name, cell)| (*name, cell.text())).collect();
        seal(&self.previous, texts.iter().map(|(name, text)| (*name, text.as_str())))
    }

    /// The cells of this row in the order of [`COLUMNS`], times as clocks in `zone` show them.
    #[must_use]
    pub fn cells(&self, zone: &TimeZone) -> [Cell; 34] {
        let Entry { station, noted, clock, fact } = &self.entry;
        let mut cells = [const { Cell::Empty }; 34];
        let mut put = |name: &str, cell: Cell| {
            let column = COLUMNS.iter().position(|known| *known == name).expect("only known columns are filled");
            cells[column] = cell;
        };
        put("airing_id", number(self.id));
        put("station", Cell::of(station));
        put("date", Cell::Text(fact.date().to_string()));
        put("kind", Cell::of(fact.kind()));
        put("noted_at", Cell::Text(rfc3339(noted.at, zone)));
        if let Some(Boot { id, uptime }) = &noted.boot {
            put("boot", Cell::of(id));
            put("uptime_seconds", number_of_millis(u64::try_from(uptime.as_millis()).unwrap_or(0)));
        }
        put("clock", Cell::of(clock.name()));
        put("previous_hash", Cell::of(self.previous.as_str()));
        put("entry_hash", Cell::of(self.hash.as_str()));
        put_airing(&mut put, fact.airing(), zone);
        match fact {
            Fact::Airing(_) => {}
            Fact::Stop { .. } => put("reason", Cell::of(Reason::Shutdown.name())),
            Fact::Correction(correction) => {
                put("corrects", number(correction.corrects));
                put("by", Cell::of(&correction.by));
                put("note", Cell::of(&correction.note));
            }
            Fact::ClockSet(set) => {
                put("ended_at", Cell::Text(rfc3339(set.from, zone)));
                put("reason", Cell::of(Reason::Clock.name()));
                put("by", Cell::of(&set.by));
            }
            Fact::Start(start) => {
                put("ended_at", start.last_alive.map_or(Cell::Empty, |at| Cell::Text(rfc3339(at, zone))));
                put("reason", Cell::of(start.reason.map_or("", Reason::name)));
                put("note", Cell::of(&start.program));
            }
            Fact::Gap(gap) => {
                put("ended_at", gap.since.map_or(Cell::Empty, |at| Cell::Text(rfc3339(at, zone))));
                put("note", Cell::Text(gap.lost.to_string()));
            }
        }
        cells
    }
}

fn put_airing(put: &mut impl FnMut(&str, Cell), airing: Option<&Airing>, zone: &TimeZone) {
    let time = |at: Timestamp| Cell::Text(rfc3339(at, zone));
    let length = |frames: Frames| number_of_millis(frames.whole_millis());
    put("aired_seconds", length(airing.map_or(Frames::ZERO, |airing| airing.aired)));
    put("duration_seconds", length(airing.map_or(Frames::ZERO, |airing| airing.duration)));
    let Some(airing) = airing else { return };
    put("session", Cell::of(&airing.slot.session));
    put("planned_at", time(airing.planned_at));
    put("predicted_at", time(airing.predicted_at));
    put("aired_at", airing.aired_at.map_or(Cell::Empty, time));
    put("ended_at", airing.ended_at.map_or(Cell::Empty, time));
    put("path", Cell::of(&airing.path));
    put("title", Cell::of(&airing.title));
    put("language", Cell::of(&airing.language));
    put("directive", Cell::of(&airing.directive));
    put("level", Cell::of(&airing.level));
    put("zone", Cell::of(&airing.zone));
    put("outcome", Cell::of(airing.outcome.name()));
    put("reason", Cell::of(airing.reason.map_or("", Reason::name)));
    put("content_hash", Cell::of(&airing.content_hash));
    put("device", Cell::of(&airing.device));
    put("note", Cell::of(&airing.note));
    put("lufs", airing.decilufs.map_or(Cell::Empty, number_of_tenths));
    let Evidence { peak_decibels, silent, confirmed } = airing.evidence;
    put("sent_peak_dbfs", peak_decibels.map_or(Cell::Empty, number_of_tenths));
    put("silent_seconds", silent.map_or(Cell::Empty, length));
    put("confirmed_seconds", confirmed.map_or(Cell::Empty, length));
}

#[expect(clippy::cast_precision_loss, reason = "a level has three digits")]
fn number_of_tenths(tenths: i64) -> Cell {
    Cell::Number(tenths as f64 / 10.0, 1)
}

#[expect(clippy::cast_precision_loss, reason = "2^52 rows are never written")]
fn number(id: u64) -> Cell {
    Cell::Number(id as f64, 0)
}

#[expect(clippy::cast_precision_loss, reason = "2^52 milliseconds are 140,000 years")]
fn number_of_millis(millis: u64) -> Cell {
    Cell::Number(millis as f64 / 1_000.0, 3)
}

impl Correction {
    /// The corrected row as it counts from now on.
    #[must_use]
    pub fn amend(&self, airing: Airing) -> Airing {
        let Airing { aired, outcome, reason, .. } = self.airing;
        Airing { aired, outcome, reason, ..airing }
    }

    /// `airing`, of which `heard` was heard in truth because of `reason`; `heard` can only be less than the output
    /// consumed, since no word of a person makes a loudspeaker louder. None where it is more.
    ///
    /// `counts_from` is the share of a file that makes an airing.
    #[must_use]
    pub fn amended(airing: &Airing, heard: Frames, reason: Option<Reason>, counts_from: f64) -> Option<Airing> {
        if heard > airing.aired {
            return None;
        }
        let mut airing = Airing { aired: heard, reason: reason.or(airing.reason), ..airing.clone() };
        airing.outcome = match airing.outcome {
            Outcome::Aired | Outcome::Partial | Outcome::Interrupted if heard.is_zero() => Outcome::Failed,
            Outcome::Aired if !airing.counts(counts_from) => Outcome::Partial,
            unchanged => unchanged,
        };
        if airing.outcome == Outcome::Aired {
            // Nothing was lost, so there is nothing to explain.
            airing.reason = None;
        }
        Some(airing)
    }
}
