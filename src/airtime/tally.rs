//! The tally: what the rows of a period add up to.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airtime::{AcrossZones, Airing, HOUSE_ZONE, Outcome, Reason};
use crate::library::Kind;
use crate::time::Frames;

/// What the tally looks at in a row; borrowed, since a year has 40,000 of them.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    pub date: Date,
    pub session: &'a str,
    pub zone: &'a str,
    pub planned_at: Timestamp,
    pub kind: Kind,
    pub path: &'a str,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub aired: Frames,
    pub duration: Frames,
}

impl Counted<'_> {
    /// Whether enough of it went out to count as an airing (*lượt phát*). `counts_from` is a share of the file.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "2^52 frames are 2,900 years")]
    pub fn counts(&self, counts_from: f64) -> bool {
        !self.aired.is_zero() && self.aired.0 as f64 >= self.duration.0 as f64 * counts_from
    }
}

impl Airing {
    /// The part of the row that is counted.
    #[must_use]
    pub fn counted(&self) -> Counted<'_> {
        Counted {
            date: self.slot.date,
            session: &self.slot.session,
            zone: &self.zone,
            planned_at: self.planned_at,
            kind: self.kind,
            path: &self.path,
            outcome: self.outcome,
            reason: self.reason,
            aired: self.aired,
            duration: self.duration,
        }
    }
}

/// Sums over a period. Jingles and relays are airtime of the station, but no airings of its information: they are not
/// counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Airings (*lượt phát*) that count.
    pub airings: u64,
    /// Their airtime, as the output consumed it.
    pub airtime: Frames,
    sessions: HashMap<Date, HashSet<String>>,
    items: HashSet<String>,
    /// What was counted on one zone of several.
    on_zones: AcrossZones,
    days: HashMap<Date, Day>,
}

/// What one day adds up to.
#[derive(Clone, Debug, Default)]
struct Day {
    /// Airings that count, and their airtime.
    counted: (u32, Frames),
    airings: HashMap<String, u32>,
    /// Why an item did not air or did not count, the last time.
    reasons: HashMap<String, Reason>,
}

impl Tally {
    /// Counts one row. `counts_from` is the share of a file that must have gone out.
    pub fn add(&mut self, row: &Counted<'_>, counts_from: f64) {
        let day = self.days.entry(row.date).or_default();
        if let Some(reason) = row.reason {
            day.reasons.insert(row.path.to_owned(), reason);
        }
        let mut is_one = || row.zone == HOUSE_ZONE || self.on_zones.is_first(row.planned_at, row.path);
        if !row.kind.informs() || !row.counts(counts_from) || !is_one() {
            return;
        }
        self.airings += 1;
        self.airtime += row.aired;
        day.counted = (day.counted.0 + 1, day.counted.1 + row.aired);
        *entry(&mut day.airings, row.path) += 1;
        insert(&mut self.items, row.path);
        insert(self.sessions.entry(row.date).or_default(), row.session);
    }

    /// Sessions in which anything counted aired (*buổi*).
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.values().map(HashSet::len).sum()
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

    /// How many airings of a day count, and their airtime.
    #[must_use]
    pub fn of_day(&self, date: Date) -> (u32, Frames) {
        self.days.get(&date).map(|day| day.counted).unwrap_or_default()
    }

    /// The days on which anything counted aired, in no order.
    pub fn days_aired(&self) -> impl Iterator<Item = Date> {
        self.sessions.keys().copied()
    }

    /// Whether the log has any row of a day.
    #[must_use]
    pub fn knows(&self, date: Date) -> bool {
        self.days.contains_key(&date)
    }

    /// Why one item did not air, or not in full, on a day.
    #[must_use]
    pub fn reason(&self, date: Date, path: &str) -> Option<Reason> {
        self.days.get(&date).and_then(|day| day.reasons.get(path)).copied()
    }
}

/// The counter of `key`; the key is copied only the first time.
fn entry<'a>(counters: &'a mut HashMap<String, u32>, key: &str) -> &'a mut u32 {
    if !counters.contains_key(key) {
        counters.insert(key.to_owned(), 0);
    }
    counters.get_mut(key).expect("it was put there")
}

fn insert(set: &mut HashSet<String>, key: &str) {
    if !set.contains(key) {
        set.insert(key.to_owned());
    }
}
