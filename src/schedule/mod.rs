//! What is ordered: sessions and when they fire, rundown templates, obligations, and the level that puts them in force.
//!
//! Each file in `schedules/` is one [`Schedule`]; all of them count together, as [`Orders`].

mod crontab;
mod element;
mod file;
mod orders;

use jiff::civil::{Date, Time};

pub use crontab::Crontab;
pub use element::{Element, Emphasis, Pick, Relay};
pub use file::read_schedule;
pub use orders::{ALERT_SESSION, MAKE_UP_SESSION, Orders, Slot, SlotKey};

use crate::time::{DateRange, Frames, Window};
use crate::written::Place;

/// One schedule file.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The file, relative to the home, for messages.
    pub file: String,
    pub title: String,
    /// The letter it carries out; copied to every airing.
    pub directive: String,
    pub valid: DateRange,
    /// The response levels it is in force at; none given means always.
    pub levels: Option<Vec<String>>,
    pub sessions: Vec<Session>,
    pub obligations: Vec<Obligation>,
}

impl Schedule {
    /// Whether it counts on `date` while `level` is in force.
    #[must_use]
    pub fn in_force(&self, date: Date, level: Option<&str>) -> bool {
        let at_level = |levels: &Vec<String>| level.is_some_and(|level| levels.iter().any(|name| name == level));
        self.valid.contains(date) && self.levels.as_ref().is_none_or(at_level)
    }
}

/// One session of a schedule: when it fires, how long it may be, and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: String,
    pub title: String,
    pub fires: Fires,
    /// Off the air this long after it fired, whatever happens.
    pub length: Frames,
    pub rundown: Vec<Element>,
    /// The zones it plays on; none named is all.
    pub zones: Vec<ZoneName>,
    /// Where it stands in its file.
    pub place: Option<Place>,
}

/// A zone as a schedule names it.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneName {
    pub name: String,
    pub place: Option<Place>,
}

/// When a session fires.
#[derive(Clone, Debug, PartialEq)]
pub enum Fires {
    Crontab(Crontab),
    /// At one time of day, on given weekdays (Monday is 0) or every day.
    At {
        time: Time,
        days: Option<[bool; 7]>,
    },
}

impl Fires {
    /// The times of day at which it fires on `date`, earliest first.
    #[must_use]
    pub fn on(&self, date: Date) -> Vec<Time> {
        match self {
            Self::Crontab(crontab) => crontab.on(date),
            Self::At { time, days } => {
                let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
                if days.is_none_or(|days| days[weekday]) { vec![*time] } else { Vec::new() }
            }
        }
    }
}

/// "Each of these, at least so many times a day."
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    pub set: Pick,
    pub at_least: u32,
    /// Where airings that an outage swallowed may be made up, besides the sessions.
    pub make_up: Vec<Window>,
    /// Where it stands in its file.
    pub place: Option<Place>,
}
