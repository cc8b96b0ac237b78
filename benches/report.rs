//! How long the reporting table of a year takes, and of ten years, beside reading the same rows whole, as an export does.
//!
//! The log is a real database of real rows: 110 a day, as a station with three sessions of short items makes them.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::{Date, Time, date};
use loaphuong::airtime::{Airing, ClockState, Entry, Evidence, Fact, HOUSE_ZONE, Noted, Outcome, Reason};
use loaphuong::equipment::store::{Closing, Durability, Store};
use loaphuong::library::{Approvals, Kind, assemble};
use loaphuong::report::{Period, ReportingTable};
use loaphuong::rundown::{Origin, Rundown};
use loaphuong::schedule::SlotKey;
use loaphuong::station::home::{Home, Papers};
use loaphuong::station::reports::reporting_table;
use loaphuong::time::{Frames, Span, instant, later};
use loaphuong::words::Lang;

const ROWS_A_DAY: usize = 110;
const RUNS: usize = 7;
const FIRST_DAY: Date = date(2020, 8, 10);

fn main() {
    let papers =
        Papers::read(&Home::new(env!("CARGO_MANIFEST_DIR").into()), &[]).expect("the example station is right");
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{:<12} {:>9} {:>14} {:>14} {:>8}", "log", "rows", "report, ms", "whole rows, ms", "ratio");
    let mut medians = Vec::new();
    for (name, days) in [("one year", 365), ("ten years", 3_650)] {
        let store = filled(&folder.path().join(format!("{days}.db")), &papers, days);
        let report = median(|| drop(table(&store, &papers, days)));
        let read = median(|| store.each_airing(None, None, |row| drop(std::hint::black_box(row))).expect("reads"));
        let ratio = report.as_secs_f64() / read.as_secs_f64();
        println!("{name:<12} {:>9} {:>14.1} {:>14.1} {ratio:>8.2}", days * ROWS_A_DAY, millis(report), millis(read));
        medians.push(report.as_secs_f64());
    }
    println!("ten years / one year: {:.1}", medians[1] / medians[0]);
}

fn table(store: &Store, papers: &Papers, days: usize) -> ReportingTable {
    let catalogue =
        assemble(&[], &papers.manifest, &HashMap::new(), &Approvals::default(), &papers.config.library_rules());
    let period = Period { from: FIRST_DAY, to: nth_day(days - 1), round: None };
    let table = reporting_table(
        store,
        papers,
        &catalogue,
        &period,
        instant(period.to, Time::constant(23, 0, 0, 0), &papers.config.timezone),
        Lang::Vi,
    )
    .expect("the database reads");
    assert_eq!(table.totals.airings, (days * ROWS_A_DAY) as u64, "every row counts");
    table
}

/// A log of so many days in which every item airs in turn.
fn filled(file: &Path, papers: &Papers, days: usize) -> Store {
    let mut store = Store::open(file, Durability::None).expect("a new database");
    for day in (0..days).map(nth_day) {
        let slot = SlotKey { date: day, session: "sang".to_owned() };
        let start = instant(day, Time::constant(5, 0, 0, 0), &papers.config.timezone);
        let span = Span::starting(start, Frames::from_secs(3_600));
        let (title, origin) = ("Buổi sáng".to_owned(), Origin::Scheduled);
        let rundown = Rundown {
            slot,
            title,
            origin,
            note: String::new(),
            span,
            zones: Vec::new(),
            items: Vec::new(),
            left_out: Vec::new(),
        };
        let session_id = store.begin_session(&rundown, "1", &[]).expect("writes");
        let rows: Vec<_> = (0..ROWS_A_DAY).map(|line| row(papers, &rundown, session_id, line)).collect();
        store.append(&rows).expect("writes");
    }
    store
}

fn row(papers: &Papers, rundown: &Rundown, session_id: i64, line: usize) -> Closing {
    let item = &papers.manifest.items[line % papers.manifest.items.len()];
    let length = Frames::from_secs(20);
    let at = later(rundown.span.start, length * line as u64);
    let airing = Airing {
        slot: rundown.slot.clone(),
        planned_at: at,
        predicted_at: at,
        aired_at: Some(at),
        ended_at: Some(later(at, length)),
        aired: length,
        duration: length,
        kind: Kind::Ministry,
        path: item.path.to_string(),
        title: item.title.clone().unwrap_or_default(),
        language: "vi".to_owned(),
        directive: papers.manifest.directive.clone(),
        level: "1".to_owned(),
        zone: HOUSE_ZONE.to_owned(),
        outcome: Outcome::Aired,
        reason: None::<Reason>,
        content_hash: item.hash.as_ref().map(|hash| hash.as_str().to_owned()).unwrap_or_default(),
        decilufs: Some(-180),
        note: String::new(),
        evidence: Evidence::default(),
        device: "default".to_owned(),
    };
    let (station, clock) = (papers.config.name.clone(), ClockState::Synced);
    let entry =
        Entry { station, noted: Noted { at: later(at, length), boot: None }, clock, fact: Fact::Airing(airing) };
    Closing { session_id, line: Some(line), entry }
}

fn nth_day(nth: usize) -> Date {
    let days = i64::try_from(nth).expect("a few years");
    FIRST_DAY.checked_add(jiff::Span::new().days(days)).expect("the calendar goes on")
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
