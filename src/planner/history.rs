//! What has aired: how often today, and when last.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::library::CartPath;
use crate::rundown::Rundown;

/// What the planner has to know of the airtime log.
#[derive(Clone, Debug, Default)]
pub struct History {
    date: Date,
    today: HashMap<CartPath, u32>,
    last: HashMap<CartPath, Timestamp>,
}

impl History {
    /// Nothing has aired, and today is `date`.
    #[must_use]
    pub fn new(date: Date) -> Self {
        Self { date, ..Self::default() }
    }

    /// Whether `date` is its today.
    #[must_use]
    pub fn is_of(&self, date: Date) -> bool {
        self.date == date
    }

    /// Notes an airing that counts.
    pub fn note(&mut self, date: Date, path: &CartPath, at: Timestamp) {
        if date > self.date {
            (self.date, self.today) = (date, HashMap::new());
        }
        if date == self.date {
            *self.today.entry(path.clone()).or_default() += 1;
        }
        let last = self.last.entry(path.clone()).or_insert(at);
        *last = at.max(*last);
    }

    /// The same history seen from `date`: what aired on another day is not of today.
    #[must_use]
    pub fn at(&self, date: Date) -> Self {
        let today = if date == self.date { self.today.clone() } else { HashMap::new() };
        Self { date, today, last: self.last.clone() }
    }

    /// Airings of today that count.
    #[must_use]
    pub fn times_today(&self, path: &CartPath) -> u32 {
        self.today.get(path).copied().unwrap_or(0)
    }

    /// When it last aired; the never aired come before all others.
    #[must_use]
    pub fn last(&self, path: &CartPath) -> Timestamp {
        self.last.get(path).copied().unwrap_or(Timestamp::MIN)
    }

    /// Takes what a rundown will air from `now` on as aired.
    pub(crate) fn note_planned(&mut self, rundown: &Rundown, now: Timestamp) {
        for item in &rundown.items {
            let at = rundown.planned_at(item);
            if at >= now {
                self.note(rundown.slot.date, &item.piece.path, at);
            }
        }
    }
}
