//! What must hold of a station whatever befalls it, looked at after every step (docs/reliability.md).

use std::collections::HashSet;
use std::fmt;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Airing, Beginning, Break, ClockState, EntryHash, Fact, Outcome, Presented, Row, verify};
use crate::equipment::clock::{Clock as _, SimulatedClock};
use crate::equipment::sound::Ledger;
use crate::equipment::store::{Store, StoreFault};
use crate::library::Kind;
use crate::playout::SittingId;
use crate::rundown::Origin;
use crate::schedule::SlotKey;
use crate::station::home::Papers;
use crate::station::log_keeper::WAITING_MAX;
use crate::station::simulation::Simulation;
use crate::time::{Frames, Span};

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Broken {
    /// Something other than an emergency sounded in quiet hours.
    Quiet { session: String, from: Timestamp, until: Timestamp },
    /// Something scheduled began while the clock could not be right.
    Untrusted { session: String, at: Timestamp },
    /// Content aired that nobody had approved, or that had changed since.
    NotApproved { row: u64, path: String },
    /// An item of a session has two rows on one zone.
    Twice { row: u64, of: SlotKey, path: String },
    /// The log says that more was heard than the cards got.
    Flattery { logged: Frames, heard: Frames },
    /// A row says more than its file holds, or has a reason where it should not, or none.
    Senseless { row: u64 },
    /// Rows that were closed are gone, or are others.
    RowsLost { before: u64, after: u64 },
    /// The chain of the log is broken.
    Chain(Break),
    /// A session that is over has items without a row.
    NoRow { missing: usize },
    /// An obligation was not met, and nothing says why.
    Unexplained { date: jiff::civil::Date, item: String },
    /// More waits to be written than is promised.
    Unbounded { waiting: usize },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Rounding of instants to the milliseconds of the log, and of frames to them.
const A_MOMENT: SignedDuration = SignedDuration::from_millis(2);

/// What was seen so far.
pub struct Watch {
    /// The last row that was looked at, and its seal.
    seen: (u64, EntryHash),
    closed: HashSet<(SlotKey, String, Timestamp, String, Timestamp)>,
    logged: Frames,
    /// How much the running program had written by then: the log is read only when that is another.
    written: Option<u64>,
    /// The session that had the air when the last step was over.
    on_air: Option<SittingId>,
    /// How much had gone out by then.
    heard: Frames,
    looked_at: Timestamp,
}

impl Watch {
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            seen: (0, EntryHash::genesis()),
            closed: HashSet::new(),
            logged: Frames::ZERO,
            written: None,
            on_air: None,
            heard: Frames::ZERO,
            looked_at: now,
        }
    }

    /// Looks at a station after a step.
    ///
    /// # Errors
    /// The database failed.
    pub(super) fn look(&mut self, simulation: &Simulation, clerk: &Store) -> Result<Vec<Broken>, StoreFault> {
        let mut broken = Vec::new();
        let heard: Frames = simulation.ledgers.iter().map(Ledger::total).sum();
        if let Some(station) = &simulation.powered {
            let now = station.now();
            let on_air = station.on_air();
            let began = on_air.as_ref().map(|on_air| on_air.id);
            if let Some(on_air) = &on_air {
                let session = || on_air.rundown.slot.session.clone();
                let is_ordered = on_air.rundown.origin.is_of_a_slot();
                if began != self.on_air && is_ordered && (!station.is_trusted() || cannot_be_known(&simulation.clock)) {
                    broken.push(Broken::Untrusted { session: session(), at: now });
                }
                let same = began == self.on_air && on_air.rundown.origin != Origin::Alert;
                if same && heard > self.heard && is_quiet(&simulation.papers, self.looked_at, now) {
                    broken.push(Broken::Quiet { session: session(), from: self.looked_at, until: now });
                }
            }
            if let Some((.., waiting)) = station.log.trouble()
                && waiting > WAITING_MAX
            {
                broken.push(Broken::Unbounded { waiting });
            }
            (self.on_air, self.looked_at) = (began, now);
        }
        self.heard = heard;
        let written = simulation.powered.as_ref().map(|station| station.log.store().own_changes());
        if written.is_none() || written != self.written {
            for row in clerk.rows_behind(self.seen.0)? {
                self.read(row, simulation, &mut broken);
            }
        }
        self.written = written;
        if self.logged > heard {
            broken.push(Broken::Flattery { logged: self.logged, heard });
        }
        Ok(broken)
    }

    /// Looks at the log when the power is back: every row that was closed is still there.
    ///
    /// # Errors
    /// The database failed.
    pub(super) fn after_the_outage(&self, clerk: &Store) -> Result<Vec<Broken>, StoreFault> {
        let (before, hash) = &self.seen;
        let same = *before == 0 || clerk.row(*before)?.is_some_and(|row| row.hash == *hash);
        let after = clerk.head()?.row;
        Ok(if same { Vec::new() } else { vec![Broken::RowsLost { before: *before, after }] })
    }

    fn read(&mut self, row: Row, simulation: &Simulation, broken: &mut Vec<Broken>) {
        if let Fact::Airing(airing) = &row.entry.fact {
            self.logged += airing.aired;
            let session = (airing.slot.clone(), airing.zone.clone());
            let key = (session.0, session.1, airing.planned_at, airing.path.clone(), airing.predicted_at);
            let is_one_of_many = matches!(airing.kind, Kind::Alert) || airing.aired_at.is_none();
            if !is_one_of_many && !self.closed.insert(key) {
                broken.push(Broken::Twice { row: row.id, of: airing.slot.clone(), path: airing.path.clone() });
            }
            if is_senseless(airing) {
                broken.push(Broken::Senseless { row: row.id });
            }
            if !airing.aired.is_zero() && !simulation.may_have_aired(airing) {
                broken.push(Broken::NotApproved { row: row.id, path: airing.path.clone() });
            }
        }
        self.seen = (row.id, row.hash);
    }
}

/// Looks at the whole log, when nothing is on the air any more.
///
/// # Errors
/// The database failed.
pub(super) fn at_the_end(clerk: &Store) -> Result<Vec<Broken>, StoreFault> {
    let mut broken = Vec::new();
    let rows: Vec<_> = clerk.rows_behind(0)?.iter().map(Presented::row).collect();
    if let Err(found) = verify(&rows, Beginning::First) {
        broken.push(Broken::Chain(found));
    }
    let missing = clerk.items_without_row()?;
    if missing > 0 {
        broken.push(Broken::NoRow { missing });
    }
    Ok(broken)
}

/// Whether a clock without a time server shows a year in which no station runs, or goes by a guess, whatever the station
/// makes of it.
fn cannot_be_known(clock: &SimulatedClock) -> bool {
    let cannot_be = |at: Timestamp| !(2020..2070).contains(&at.to_zoned(TimeZone::UTC).year());
    clock.state() != ClockState::Synced && (cannot_be(clock.wall()) || clock.battery().is_some_and(cannot_be))
}

/// Whether it was quiet all the time between two looks.
fn is_quiet(papers: &Papers, from: Timestamp, until: Timestamp) -> bool {
    let zone = &papers.config.timezone;
    let Some(quiet) = papers.orders.quiet_hours else { return false };
    let (Ok(start), Ok(end)) = (from.checked_add(A_MOMENT), until.checked_sub(A_MOMENT)) else { return false };
    start < end
        && quiet.touching(&Span { start, end }, zone).is_some_and(|quiet| quiet.start <= start && end <= quiet.end)
}

fn is_senseless(airing: &Airing) -> bool {
    let more = airing.aired > airing.duration;
    let reason = (airing.outcome == Outcome::Aired) != airing.reason.is_none();
    let instants = airing.aired_at.is_none() && !airing.aired.is_zero();
    more || reason || instants
}
