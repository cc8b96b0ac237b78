//! The tally: what the rows of a period add up to.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::airtime::{Airing, Outcome, Reason};
use crate::library::Kind;
use crate::schedule::SlotKey;
use crate::time::Frames;

/// Sums over a period. Jingles are airtime of the station, but no airings of information: they are not counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Airings (*lượt phát*) that count.
    pub airings: u64,
    /// Their airtime, as the output consumed it.
    pub airtime: Frames,
    sessions: BTreeSet<SlotKey>,
    items: BTreeSet<String>,
    days: HashMap<Date, Day>,
}

/// What one day adds up to.
#[derive(Clone, Debug, Default)]
struct Day {
    airings: HashMap<String, u32>,
    /// Why an item did not air or did not count, the last time.
    reasons: HashMap<String, Reason>,
    airtime: Frames,
}

impl Tally {
    /// Counts one row. `counts_from` is the share of a file that must have gone out.
    pub fn add(&mut self, row: &Airing, counts_from: f64) {
        let day = self.days.entry(row.slot.date).or_default();
        if let Some(reason) = row.reason {
            day.reasons.insert(row.path.clone(), reason);
        }
        if row.kind == Kind::Jingle {
            return;
        }
        if row.outcome != Outcome::Blocked && row.counts(counts_from) {
            self.airings += 1;
            self.airtime += row.aired;
            day.airtime += row.aired;
            *day.airings.entry(row.path.clone()).or_default() += 1;
            self.items.insert(row.path.clone());
            if !self.sessions.contains(&row.slot) {
                self.sessions.insert(row.slot.clone());
            }
        }
    }

    /// Sessions in which anything counted aired (*buổi*).
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Different items that aired (*tin bài*).
    #[must_use]
    pub fn items(&self) -> usize {
        self.items.len()
    }

    /// How often one item aired on a day.
    #[must_use]
    pub fn times(&self, date: Date, path: &str) -> u32 {
        self.days.get(&date).and_then(|day| day.airings.get(path)).copied().unwrap_or(0)
    }

    /// Why one item did not air, or not in full, on a day.
    #[must_use]
    pub fn reason(&self, date: Date, path: &str) -> Option<Reason> {
        self.days.get(&date).and_then(|day| day.reasons.get(path)).copied()
    }

    /// Airtime of a day.
    #[must_use]
    pub fn airtime_on(&self, date: Date) -> Frames {
        self.days.get(&date).map_or(Frames::ZERO, |day| day.airtime)
    }
}
