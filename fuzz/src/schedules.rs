//! Schedules with their crontab expressions and obligations, and station.yaml: read, and a month planned by them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::date;
use loaphuong::library::{
    Analysis, Approvals, CartPath, Catalogue, ContentHash, Found, FoundState, Loudness, Manifest, assemble,
};
use loaphuong::planner::check;
use loaphuong::schedule::{Crontab, Orders, Schedule, read_schedule};
use loaphuong::station::config::{Config, read_config};
use loaphuong::time::Frames;
use loaphuong::written::Source;

use super::papers::{read, source, tell, text};

/// A station for schedules, and a schedule for stations.
const STATION: &str = "station: { name: A }\nquiet_hours: \"21:30-04:45\"\nlevels: [1, 2]\n";
const SCHEDULE: &str = "sessions:\n  - { id: a, cron: \"0 5 * * *\", length: 10m, rundown: [{ pick: ministry, fill: true }] }\n\
                        obligations:\n  - { set: ministry, at_least: 2, make_up: [\"11:00-13:00\"] }\n";

/// Sessions a day, at all levels, with which a month is planned; more would only take time.
const SESSIONS_MOST: usize = 300;

/// The bytes as a schedule, as station.yaml, and as a crontab expression alone.
pub fn schedules(bytes: &[u8]) {
    if let Ok(Ok(crontab)) = str::from_utf8(bytes).map(Crontab::read) {
        assert!(crontab.on(date(2020, 8, 10)).len() <= 24 * 60, "once a minute at most");
    }
    let Some(written) = source("schedules/a.yaml", bytes) else { return };
    let zones = ["all".to_owned(), "cho".to_owned()];
    let schedule = |written: &Source| read(written, |written| read_schedule(written, &zones));
    if let Some(schedule) = schedule(&written) {
        plan(schedule, &read(&text("station.yaml", STATION), read_config).expect("it is right"));
    }
    if let Some(station) = read(&written, read_config) {
        plan(schedule(&text("schedules/a.yaml", SCHEDULE)).expect("it is right"), &station);
    }
}

/// As `loa check` does: the planner tries the coming weeks and whatever begins later.
fn plan(schedule: Schedule, station: &Config) {
    let zone = station.timezone.clone();
    let orders = Orders { schedules: vec![schedule], zone, quiet_hours: station.quiet_hours };
    let slots = orders.slots(date(2020, 8, 10), station.levels.first().map(String::as_str));
    for two in slots.windows(2) {
        assert!(two[0].allowed.end <= two[1].allowed.start, "two sessions at once: {two:?}");
    }
    if slots.len() * station.levels.len().max(1) > SESSIONS_MOST {
        return;
    }
    let now = "2020-08-10T04:00+07:00".parse().expect("an instant");
    for problem in check(&orders, &catalogue(station, now), station.loudness, &station.levels, now) {
        tell(&problem);
    }
}

/// One file of each kind.
fn catalogue(station: &Config, now: Timestamp) -> Catalogue {
    let loudness = Loudness { lufs: Some(-18.0), true_peak_dbtp: -3.0 };
    let found = |(path, secs): (&str, u64)| {
        let length = Frames::from_secs(secs);
        let analysis =
            Analysis { length, loudness, channels: 1, opposed: false, silent: false, title: None, language: None };
        let hash = ContentHash::new(&"5".repeat(64)).expect("64 digits");
        let state = FoundState::Read { hash, analysis: Ok(analysis) };
        Found { path: CartPath::new(path).expect("a path"), first_seen: now, state }
    };
    let files = [("jingles/opening.mp3", 8), ("ministry/05-bluetooth.mp3", 61), ("bulletins/hop.mp3", 150)].map(found);
    let rules = station.library_rules();
    assemble(&files, &Manifest::default(), &HashMap::new(), &Approvals::default(), &rules)
}
