//! From what is ordered, what can be played and what has aired today, to rundowns with exact times.
//!
//! Pure, and it cannot fail: whatever the schedule asks and whatever files there are, the answer is a list of rundowns
//! and a list of what was left out and why. `loa plan`, the running station and the simulation call the same code.
//!
//! The rule of choice is *least aired today first, then longest ago*, so that each of the set reaches its minimum and
//! what an outage swallowed comes first in the next session. What the sessions cannot carry goes into the `make_up`
//! windows. Nothing is planned past a hard end or into quiet hours.

mod check;
mod choice;
mod history;
mod layout;
mod make_up;
mod owed;
mod shortfall;

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

pub use check::{Finding, check};
pub use choice::hindrance;
pub use history::History;
pub use layout::plan_session;
pub use owed::{Owed, OwedItem, owed_on};
pub use shortfall::Shortfall;

use crate::library::{Catalogue, Level};
use crate::rundown::{LeftOut, Rundown};
use crate::schedule::{Orders, Pick, SlotKey};

/// All that planning looks at, besides what has aired.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub orders: &'a Orders,
    pub catalogue: &'a Catalogue,
    /// The response level in force.
    pub level: Option<&'a str>,
    /// Where every item is brought to.
    pub loudness: Level,
}

/// The rest of one day.
#[derive(Clone, Debug)]
pub struct DayPlan {
    pub date: Date,
    /// Sessions and make-ups, earliest first. Those that had begun are planned whole.
    pub rundowns: Vec<Rundown>,
    /// What is owed on the day, with what has aired and what is planned.
    pub obligations: Vec<Promise>,
}

/// How far one obligation of one day is met, by what aired and what is planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    pub schedule: String,
    pub set: Pick,
    pub at_least: u32,
    pub items: Vec<PromisedItem>,
    /// Expected files nobody knows the name of.
    pub nameless: u32,
}

/// How often one item airs on the day.
#[derive(Clone, Debug, PartialEq)]
pub struct PromisedItem {
    pub path: String,
    pub title: String,
    pub times: u32,
    pub playable: bool,
}

impl Promise {
    /// Airings owed on the day.
    #[must_use]
    pub fn required(&self) -> u32 {
        let items = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.at_least.saturating_mul(items.saturating_add(self.nameless))
    }

    /// Airings that count towards it: a surplus of one item never hides a lack of another.
    #[must_use]
    pub fn planned(&self) -> u32 {
        self.items.iter().map(|item| item.times.min(self.at_least)).sum()
    }

    #[must_use]
    pub fn short_of(&self) -> u32 {
        self.required() - self.planned()
    }

    /// The items that stay below the minimum.
    pub fn short(&self) -> impl Iterator<Item = &PromisedItem> {
        self.items.iter().filter(|item| item.times < self.at_least)
    }
}

/// Plans what is left of `date` from `now` on.
///
/// `begun` are the slots that were on the air already, which are never planned again; `history` is what has aired.
#[must_use]
pub fn plan_day(desk: &Desk<'_>, date: Date, now: Timestamp, begun: &HashSet<SlotKey>, history: &History) -> DayPlan {
    let mut history = history.at(date);
    let slots = desk.orders.slots(date, desk.level);
    let mut rundowns = Vec::new();
    for slot in &slots {
        if slot.ordered.end <= now || begun.contains(&slot.key) {
            continue;
        }
        let rundown = plan_session(desk, slot, &history);
        history.note_planned(&rundown, now);
        rundowns.push(rundown);
    }
    rundowns.extend(make_up::plan(desk, date, now, begun, &mut history));
    rundowns.sort_by_key(|rundown| rundown.span);
    DayPlan { date, rundowns, obligations: promises(desk, date, &history) }
}

impl DayPlan {
    /// Everything left out of the day, with the session it was left out of.
    pub fn left_out(&self) -> impl Iterator<Item = (&Rundown, &LeftOut)> {
        self.rundowns.iter().flat_map(|rundown| rundown.left_out.iter().map(move |left_out| (rundown, left_out)))
    }
}

fn promises(desk: &Desk<'_>, date: Date, history: &History) -> Vec<Promise> {
    let promised = |owed: Owed| Promise {
        items: (owed.items.iter())
            .map(|item| PromisedItem {
                path: item.path.to_string(),
                title: item.title.clone(),
                times: history.times_today(&item.path),
                playable: item.playable,
            })
            .collect(),
        schedule: owed.schedule,
        set: owed.set,
        at_least: owed.at_least,
        nameless: owed.nameless,
    };
    owed_on(desk.orders, desk.catalogue, date, desk.level).into_iter().map(promised).collect()
}

/// Plans `days` days, the first from `now` on, each taking what the days before it will have aired as aired.
#[must_use]
pub fn plan_days(
    desk: &Desk<'_>,
    first: Date,
    days: i64,
    now: Timestamp,
    begun: &HashSet<SlotKey>,
    history: &History,
) -> Vec<DayPlan> {
    let mut history = history.at(first);
    let dates = first.series(jiff::Span::new().days(1)).take(usize::try_from(days).unwrap_or(0));
    dates
        .map(|date| {
            let plan = plan_day(desk, date, now, begun, &history);
            history = history.at(date);
            for rundown in &plan.rundowns {
                history.note_planned(rundown, now);
            }
            plan
        })
        .collect()
}

#[cfg(test)]
mod tests;
