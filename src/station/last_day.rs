//! The story of the last day, for somebody who looks in: what aired, what did not and why, when the power was out.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::airtime::{AcrossZones, Airing, Outcome, Reason};
use crate::alarm::Alarm;
use crate::equipment::store::{Store, StoreFault};
use crate::library::Kind;
use crate::report;
use crate::station::reports::ended_outages;
use crate::time::{Frames, rfc3339};
use crate::words::{Lang, Say as _};

/// So far the story reaches back.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// No more of what did not air is told one by one.
const TOLD_MAX: usize = 10;

/// What became of the last 24 hours.
#[derive(Clone, Debug, Serialize)]
pub struct LastDay {
    pub since: String,
    /// Sessions of which anything aired.
    pub sessions: usize,
    /// Airings, on however many zones; jingles are not counted.
    pub airings: usize,
    /// Their airtime in minutes.
    pub minutes: f64,
    /// How many planned items did not air whole.
    pub not_aired: usize,
    /// The latest of them, oldest first.
    pub shortfalls: Vec<Shortfall>,
    /// How many alarms were raised or over.
    pub alarms_told: usize,
    /// The latest of them, oldest first.
    pub alarms: Vec<AlarmOfTheDay>,
    /// Times in which the program did not run.
    pub outages: Vec<Outage>,
    /// The last time the program ended without being told to, whenever that was.
    pub last_power_cut: Option<Outage>,
}

/// A planned item that did not air whole.
#[derive(Clone, Debug, Serialize)]
pub struct Shortfall {
    pub planned_at: String,
    pub title: String,
    pub zone: String,
    pub outcome: &'static str,
    pub reason: &'static str,
}

/// An alarm that was raised or over.
#[derive(Clone, Debug, Serialize)]
pub struct AlarmOfTheDay {
    pub what: &'static str,
    pub subject: String,
    pub text: String,
    pub raised_at: String,
    /// None while it is open.
    pub cleared_at: Option<String>,
}

/// A time in which the program did not run.
#[derive(Clone, Debug, Serialize)]
pub struct Outage {
    /// Its last sign of life before.
    pub from: String,
    pub until: String,
    pub seconds: i64,
    /// `shutdown` if it was told to stop; `power` if it or the power died.
    pub reason: &'static str,
}

/// The last day as the log of `store` tells it; what was said of alarms in this language.
///
/// # Errors
/// The database failed.
pub fn last_day(store: &Store, zone: &TimeZone, now: Timestamp, lang: Lang) -> Result<LastDay, StoreFault> {
    let since = now.checked_sub(DAY).unwrap_or(Timestamp::MIN);
    let date = |at: Timestamp| zone.to_datetime(at).date();
    let mut airings = Vec::new();
    store.each_airing(Some(date(since)), Some(date(now)), |airing| airings.push(airing))?;
    airings.retain(|airing| (since..=now).contains(&airing.planned_at) && airing.kind != Kind::Jingle);
    airings.sort_by_key(|airing| airing.planned_at);
    let outages = ended_outages(store)?;
    let shown = |outage: &report::Outage| Outage {
        from: rfc3339(outage.from, zone),
        until: rfc3339(outage.until, zone),
        seconds: outage.until.duration_since(outage.from).as_secs(),
        reason: outage.reason.map_or("", Reason::name),
    };
    let cut = outages.iter().rfind(|outage| outage.reason == Some(Reason::Power)).map(shown);
    let recent = outages.iter().filter(|outage| outage.until >= since).map(shown).collect();
    let (aired, short): (Vec<_>, Vec<_>) = airings.iter().partition(|airing| airing.outcome == Outcome::Aired);
    let told = &short[short.len().saturating_sub(TOLD_MAX)..];
    let mut known = AcrossZones::default();
    let heard: Vec<&Airing> =
        aired.into_iter().filter(|airing| known.is_first(airing.planned_at, &airing.path)).collect();
    let airtime: Frames = heard.iter().map(|airing| airing.aired).sum();
    let alarms = store.alarms_between(since, now)?;
    let latest = &alarms[alarms.len().saturating_sub(TOLD_MAX)..];
    Ok(LastDay {
        since: rfc3339(since, zone),
        sessions: heard.iter().map(|airing| &airing.slot).collect::<HashSet<_>>().len(),
        airings: heard.len(),
        minutes: (airtime.as_secs_f64() / 6.0).round() / 10.0,
        not_aired: short.len(),
        shortfalls: told.iter().map(|airing| shortfall(airing, zone)).collect(),
        alarms_told: alarms.len(),
        alarms: latest.iter().map(|alarm| alarm_of_the_day(alarm, zone, lang)).collect(),
        outages: recent,
        last_power_cut: cut,
    })
}

fn shortfall(airing: &Airing, zone: &TimeZone) -> Shortfall {
    Shortfall {
        planned_at: rfc3339(airing.planned_at, zone),
        title: airing.title.clone(),
        zone: airing.zone.clone(),
        outcome: airing.outcome.name(),
        reason: airing.reason.map_or("", Reason::name),
    }
}

fn alarm_of_the_day(alarm: &Alarm, zone: &TimeZone, lang: Lang) -> AlarmOfTheDay {
    AlarmOfTheDay {
        what: alarm.what.name(),
        subject: alarm.subject.clone(),
        text: alarm.text.say(lang),
        raised_at: rfc3339(alarm.raised_at, zone),
        cleared_at: alarm.cleared_at.map(|at| rfc3339(at, zone)),
    }
}
