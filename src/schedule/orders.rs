//! All schedules together: which sessions a day has, and what is owed on it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::schedule::{Obligation, Schedule, Session};
use crate::time::{self, Span, Window};

/// What the turns of emergencies are called, and with what the names of make-ups begin: no session may.
pub const ALERT_SESSION: &str = "alert";
pub const MAKE_UP_SESSION: &str = "phat-bu-";

/// Names one session of one day. A slot is aired at most once, whatever the clock does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotKey {
    pub date: Date,
    /// The session's id; of one that fires several times a day with the time behind, such as `nhac-lai-0830`.
    pub session: String,
}

/// One session on one day.
#[derive(Clone, Debug)]
pub struct Slot<'a> {
    pub key: SlotKey,
    /// From the instant it fires to its hard end, as ordered.
    pub ordered: Span,
    /// What of it is left after quiet hours and after sessions that are still on; possibly nothing.
    pub allowed: Span,
    /// Whether quiet hours took something of it.
    pub meets_quiet_hours: bool,
    pub schedule: &'a Schedule,
    pub session: &'a Session,
}

/// Every schedule of the station, and the rules that bind them all.
#[derive(Clone, Debug, PartialEq)]
pub struct Orders {
    pub schedules: Vec<Schedule>,
    pub zone: TimeZone,
    pub quiet_hours: Option<Window>,
}

impl Orders {
    /// The schedules in force on `date` at `level`.
    pub fn in_force<'a>(&'a self, date: Date, level: Option<&'a str>) -> impl Iterator<Item = &'a Schedule> {
        self.schedules.iter().filter(move |schedule| schedule.in_force(date, level))
    }

    /// What is owed on `date` at `level`, with the schedule that orders it.
    pub fn obligations<'a>(
        &'a self,
        date: Date,
        level: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Schedule, &'a Obligation)> {
        self.in_force(date, level)
            .flat_map(|schedule| schedule.obligations.iter().map(move |obligation| (schedule, obligation)))
    }

    /// The sessions that fire on `date` at `level`, earliest first.
    #[must_use]
    pub fn slots<'a>(&'a self, date: Date, level: Option<&'a str>) -> Vec<Slot<'a>> {
        let mut slots = self.fired(date, level);
        // The evening before may still be on.
        let before = date.yesterday().map(|yesterday| self.fired(yesterday, level)).unwrap_or_default();
        one_after_another(&mut slots, before.iter().map(|slot| slot.allowed.end).max());
        slots
    }

    /// The sessions that fire on a day, as if there were no other day.
    fn fired<'a>(&'a self, date: Date, level: Option<&'a str>) -> Vec<Slot<'a>> {
        let mut slots = Vec::new();
        for schedule in self.in_force(date, level) {
            for session in &schedule.sessions {
                let times = session.fires.on(date);
                for at in &times {
                    let ordered = Span::starting(time::instant(date, *at, &self.zone), session.length);
                    let (allowed, meets_quiet_hours) = self.outside_quiet_hours(ordered);
                    let key = SlotKey { date, session: slot_name(&session.id, *at, times.len()) };
                    slots.push(Slot { key, ordered, allowed, meets_quiet_hours, schedule, session });
                }
            }
        }
        slots.sort_by(|a, b| (a.ordered, &a.key).cmp(&(b.ordered, &b.key)));
        slots
    }

    /// The first stretch of `span` that quiet hours leave, and whether they took something.
    #[must_use]
    pub fn outside_quiet_hours(&self, span: Span) -> (Span, bool) {
        let mut left = span;
        let mut met = false;
        while let Some(quiet) = self.quiet_hours.and_then(|window| window.touching(&left, &self.zone)) {
            met = true;
            left = if quiet.start <= left.start {
                Span { start: quiet.end.min(left.end), end: left.end }
            } else {
                Span { start: left.start, end: quiet.start }
            };
            if left.is_empty() {
                break;
            }
        }
        (left, met)
    }
}

/// Two sessions never sound at once: the one that began first keeps the air, the other gets what is left.
fn one_after_another(slots: &mut [Slot<'_>], busy_until: Option<Timestamp>) {
    let mut busy_until = busy_until.unwrap_or(Timestamp::MIN);
    for slot in slots {
        let start = slot.allowed.start.max(busy_until).min(slot.allowed.end);
        slot.allowed.start = start;
        busy_until = busy_until.max(slot.allowed.end);
    }
}

impl SlotKey {
    /// The name it would have if its session, which fires at this time, fired once instead of several times a day, or the other
    /// way round: an edit does not make another session of it.
    #[must_use]
    pub fn otherwise_counted(&self, at: Time) -> Self {
        let behind = at.strftime("-%H%M").to_string();
        let session = match self.session.strip_suffix(&behind) {
            Some(id) => id.to_owned(),
            None => format!("{}{behind}", self.session),
        };
        Self { session, ..self.clone() }
    }
}

/// With its time behind where a session fires several times on the day.
fn slot_name(id: &str, at: Time, firings: usize) -> String {
    if firings == 1 { id.to_owned() } else { format!("{id}-{}", at.strftime("%H%M")) }
}
