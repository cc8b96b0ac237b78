//! Days whose sessions cannot carry what is owed on them: how much is missing, and what would suffice.

use std::collections::HashSet;

use jiff::civil::{Date, Time};

use crate::library::{CartPath, Catalogue};
use crate::planner::{Desk, History, Promise, plan_day};
use crate::schedule::Schedule;
use crate::time;
use crate::written::Place;

/// That the sessions of a day cannot carry what is owed on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    pub date: Date,
    /// The response levels at which it is so; none where the station knows no levels.
    pub levels: Vec<String>,
    pub schedule: String,
    pub at_least: u32,
    pub items: u32,
    /// Items that stay below the minimum for want of airtime.
    pub items_short: u32,
    /// Airtime missing for them, rounded up to whole minutes.
    pub minutes_short: u64,
    /// Items that no airtime would help: missing or unplayable.
    pub unplayable: u32,
    /// On how many of the days tried it is so.
    pub days: u32,
}

impl Shortfall {
    /// Whether the other is the same lack on another day or at another level.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let figures = |it: &Self| (it.at_least, it.items, it.items_short, it.minutes_short, it.unplayable);
        figures(self) == figures(other)
    }

    /// Takes another day or level of the same lack in.
    pub(super) fn take_in(&mut self, other: Self) {
        let first_level = self.levels.first() == other.levels.first();
        self.days += u32::from(first_level);
        for level in other.levels {
            if !self.levels.contains(&level) {
                self.levels.push(level);
            }
        }
    }
}

/// Plans one whole day and returns each obligation that stays short, with the schedule and the place that order it.
pub(super) fn on_day<'a>(desk: &Desk<'a>, date: Date) -> Vec<(&'a Schedule, Option<Place>, Shortfall)> {
    let midnight = time::instant(date, Time::midnight(), &desk.orders.zone);
    let plan = plan_day(desk, date, midnight, &HashSet::new(), &History::new(date));
    let ordered = desk.orders.obligations(date, desk.level);
    let short = plan.obligations.iter().zip(ordered).filter(|(promise, _)| promise.short_of() > 0);
    short
        .map(|(promise, (schedule, obligation))| (schedule, obligation.place, shortfall(desk, promise, date)))
        .collect()
}

fn shortfall(desk: &Desk<'_>, promise: &Promise, date: Date) -> Shortfall {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let playable = || promise.short().filter(|item| item.playable);
    let unplayable = promise.short().filter(|item| !item.playable).count();
    Shortfall {
        date,
        levels: desk.level.iter().map(|level| (*level).to_owned()).collect(),
        schedule: promise.schedule.clone(),
        at_least: promise.at_least,
        items: count(promise.items.len()) + promise.nameless,
        items_short: count(playable().count()),
        minutes_short: minutes_short(desk.catalogue, promise),
        unplayable: count(unplayable) + promise.nameless,
        days: 1,
    }
}

/// The airtime that the playable items are short of, rounded up.
fn minutes_short(catalogue: &Catalogue, promise: &Promise) -> u64 {
    let missing = promise.short().filter(|item| item.playable).filter_map(|item| {
        let sound = catalogue.get(&CartPath::new(&item.path)?)?.sound.as_ref()?;
        Some(sound.length * u64::from(promise.at_least - item.times))
    });
    missing.sum::<time::Frames>().0.div_ceil(time::Frames::from_secs(60).0)
}
