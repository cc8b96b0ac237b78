//! Golden days: whole days of a station, told in three sentences and held against what they must leave behind.
//!
//! Each folder in `tests/days/` is a home without audio: `files.yaml` gives every file a length instead. `events.yaml`
//! says what befalls the station. `expected/` holds the plan made before the day, the airtime log and the report.
//! After a change that is meant: `GOLDEN=write cargo test --test stories days`, then read the diff.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use loaphuong::airtime::{Airing, Fact, Reason, Row};
use loaphuong::equipment::documents;
use loaphuong::library::{Defect, Found, FoundState};
use loaphuong::planner::DayPlan;
use loaphuong::report::ReportingTable;
use loaphuong::time::{Frames, parse_length};
use loaphuong::words::{Lang, Say as _};
use serde::Deserialize;

use crate::golden;
use crate::simulated::{Station, defective, found, origin, papers};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    from: String,
    #[serde(default = "one")]
    days: i64,
    #[serde(default)]
    events: Vec<Event>,
}

/// What befalls the station at one time: `power off`, `power on`, `stop`, `level N`, `edit FOLDER`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: String,
    what: String,
}

fn one() -> i64 {
    1
}

#[test]
fn ordinary() {
    let report = lived("ordinary");
    assert_eq!((report.totals.days_met, report.short.len()), (1, 0));
}

#[test]
fn morning_lost_and_made_up() {
    let report = lived("morning-lost-and-made-up");
    assert_eq!((report.totals.days_met, report.short.len()), (1, 0), "made up at eleven");
}

#[test]
fn morning_lost_without_make_up() {
    let report = lived("morning-lost-without-make-up");
    assert_eq!(report.totals.days_met, 0);
    assert!(report.short.iter().all(|short| (short.aired, short.required, short.reason) == (1, 2, "power")));
    assert_eq!(report.short.len(), 6, "each of the six is named");
}

#[test]
fn power_cut_at_0520() {
    lived("power-cut-at-0520");
}

#[test]
fn missing_file() {
    let report = lived("missing-file");
    let short: Vec<_> = report.short.iter().map(|short| (short.item.as_str(), short.reason)).collect();
    assert_eq!(short, [("ministry/03-khoang-cach.mp3", "file"), ("ministry/04-khai-bao.mp3", "file")]);
}

#[test]
fn level_raised_at_noon() {
    let report = lived("level-raised-at-noon");
    assert_eq!(report.totals.sessions, 3, "the evening session is of the raised level");
}

#[test]
fn overrun() {
    lived("overrun");
}

#[test]
fn two_sessions_while_down() {
    lived("two-sessions-while-down");
}

#[test]
fn edited_on_the_air() {
    lived("edited-on-the-air");
}

#[test]
fn across_midnight() {
    lived("across-midnight");
}

/// Lives through a day and holds what it left against what was expected.
fn lived(name: &str) -> ReportingTable {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days").join(name);
    let story = fs::read_to_string(home.join("story.md")).unwrap();
    assert!(story.lines().count() <= 6, "{name}: a story of three sentences");
    let events: Events = read(&home.join("events.yaml"));
    let first: Date = events.from.parse().unwrap();
    let mut station = Station::new(papers(&home), files(&home), first);
    let plans = station.plans(first, events.days);
    if events.events.first().is_none_or(|first| first.what != "power on") {
        station.power_on();
    }
    for Event { at, what } in &events.events {
        let at: DateTime = at.parse().unwrap();
        station.run_until(at);
        befall(&mut station, what, at, &home);
    }
    let end = first.checked_add(jiff::Span::new().days(events.days)).unwrap();
    // A session may reach into the day after.
    station.run_until(end.at(0, 10, 0, 0));
    station.stop();
    station.check_the_log();
    let report = station.report(first, end.yesterday().unwrap());
    let zone = &station.papers.config.timezone;
    golden::compare(
        &home.join("expected/rundown.txt"),
        &plans.iter().map(|plan| plan_text(plan, zone)).collect::<String>(),
    );
    golden::compare(&home.join("expected/log.txt"), &log_text(&station.rows(), zone));
    golden::compare(&home.join("expected/report.txt"), &report_text(&report));
    report
}

fn befall(station: &mut Station, what: &str, at: DateTime, home: &Path) {
    match what.split_once(' ').unwrap_or((what, "")) {
        ("power", "off") => station.cut_power(),
        ("power", "on") => station.power_on(),
        ("stop", "") => station.stop(),
        ("level", level) => station.set_level(level, at),
        ("edit", folder) => station.set_papers(papers(&home.join(folder))),
        _ => panic!("nobody knows how to {what:?}"),
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> T {
    serde_yaml::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// `path: length`, or what is wrong with it.
fn files(home: &Path) -> Vec<Found> {
    let written: BTreeMap<String, String> = read(&home.join("files.yaml"));
    let file = |(path, what): (&String, &String)| match what.as_str() {
        "copying" => found(path, Err(FoundState::Copying)),
        "empty" => defective(path, Defect::Empty),
        "silent" => defective(path, Defect::Silent),
        length => found(path, Ok(parse_length(length).unwrap())),
    };
    written.iter().map(file).collect()
}

fn plan_text(plan: &DayPlan, zone: &TimeZone) -> String {
    let clock = |at| zone.to_datetime(at).strftime("%H:%M:%S%.3f").to_string();
    let mut text = format!("{}\n", plan.date);
    for rundown in &plan.rundowns {
        let (start, end) = (clock(rundown.span.start), clock(rundown.span.end));
        writeln!(text, "\n  {start} – {end}  {} ({})", rundown.slot.session, origin(rundown.origin)).unwrap();
        for item in &rundown.items {
            let (at, length) = (clock(rundown.planned_at(item)), secs(item.length));
            writeln!(text, "    {at}  {length:>8}  {}", item.piece.path).unwrap();
        }
        for left_out in &rundown.left_out {
            let why = left_out.why.say(Lang::En);
            writeln!(text, "    not on it              {}: {why}", left_out.piece.path).unwrap();
        }
    }
    for promise in &plan.obligations {
        let (required, planned, short) = (promise.required(), promise.planned(), promise.short_of());
        writeln!(text, "\n  owed {required}, planned {planned}, short of {short}").unwrap();
    }
    text
}

fn log_text(rows: &[Row], zone: &TimeZone) -> String {
    let mut text = String::new();
    let mut before = None;
    for row in rows {
        match &row.entry.fact {
            Fact::Airing(airing) => {
                if before.replace(&airing.slot) != Some(&airing.slot) {
                    let slot = &airing.slot;
                    writeln!(text, "{} {} (level {})", slot.date, slot.session, airing.level).unwrap();
                }
                writeln!(text, "{}", airing_text(airing, zone).trim_end()).unwrap();
            }
            about_the_program => {
                before = None;
                let at = zone.to_datetime(row.entry.noted.at).strftime("%F %H:%M:%S");
                let said = about_the_program.say(Lang::En).replace(env!("CARGO_PKG_VERSION"), "…");
                writeln!(text, "{at} {said}").unwrap();
            }
        }
    }
    text
}

fn airing_text(airing: &Airing, zone: &TimeZone) -> String {
    let clock = |at| zone.to_datetime(at).strftime("%H:%M:%S%.3f").to_string();
    let aired_at = airing.aired_at.map_or_else(|| "--:--:--.---".to_owned(), clock);
    let (reason, outcome) = (airing.reason.map_or("", Reason::name), airing.outcome.name());
    let (planned_at, aired, duration) = (clock(airing.planned_at), secs(airing.aired), secs(airing.duration));
    format!("  {planned_at}  {aired_at}  {aired:>8} of {duration:>8}  {outcome:<11} {reason:<10} {}", airing.path)
}

fn report_text(report: &ReportingTable) -> String {
    let mut text = documents::text(&report.sheet(Lang::Vi), Lang::Vi);
    let totals = &report.totals;
    writeln!(
        text,
        "\nrequired {}, made {}, days met {} of {}",
        report.required, totals.made, totals.days_met, totals.days
    )
    .unwrap();
    for short in &report.short {
        let (aired, required, reason) = (short.aired, short.required, short.reason);
        writeln!(text, "short: {} {} {aired} of {required}, {reason}", short.date, short.item).unwrap();
    }
    text
}

fn secs(length: Frames) -> String {
    format!("{:.3}", length.as_secs_f64())
}
