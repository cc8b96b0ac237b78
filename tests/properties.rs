//! What holds whatever the schedule, the files and the power do: many days made up at random, each held against the
//! rules that have no exception.

use jiff::civil::{Date, DateTime, Time, date};
use loaphuong::library::Manifest;
use loaphuong::planner::DayPlan;
use loaphuong::rundown::Rundown;
use loaphuong::schedule::{Orders, read_schedule};
use loaphuong::station::config::read_config;
use loaphuong::station::home::Papers;
use loaphuong::time::{Frames, Span};
use loaphuong::written::Source;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::simulated::{Station, found};

const FIRST: Date = date(2020, 8, 10);
const DAYS: i64 = 2;

/// One session, made up.
#[derive(Clone, Debug)]
struct Session {
    minute: u16,
    length_mins: u16,
    opening: bool,
    closing: bool,
    limit_mins: Option<u16>,
    fill: bool,
    emphasis: bool,
}

/// A station and what befalls it, made up.
#[derive(Clone, Debug)]
struct World {
    sessions: Vec<Session>,
    /// Lengths of ministry files in milliseconds.
    files: Vec<u64>,
    quiet: Option<(u16, u16)>,
    at_least: u16,
    make_up: Option<(u16, u16)>,
    /// Seconds since the first midnight at which the power goes or comes.
    switches: Vec<u32>,
}

fn session() -> impl Strategy<Value = Session> {
    let when = (0_u16..1_440, 1_u16..90);
    let what = (any::<bool>(), any::<bool>(), prop::option::of(1_u16..10), any::<bool>(), any::<bool>());
    (when, what).prop_map(|((minute, length_mins), (opening, closing, limit_mins, fill, emphasis))| Session {
        minute,
        length_mins,
        opening,
        closing,
        limit_mins,
        fill,
        emphasis,
    })
}

fn world() -> impl Strategy<Value = World> {
    let window = || (0_u16..1_440, 0_u16..1_440).prop_filter("a window has a length", |(from, until)| from != until);
    (
        prop::collection::vec(session(), 0..5),
        prop::collection::vec(300_u64..600_000, 0..9),
        prop::option::of(window()),
        1_u16..4,
        prop::option::of(window()),
        prop::collection::vec(0_u32..86_400 * 2, 0..7),
    )
        .prop_map(|(sessions, files, quiet, at_least, make_up, mut switches)| {
            switches.sort_unstable();
            World { sessions, files, quiet, at_least, make_up, switches }
        })
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl World {
    fn schedule(&self) -> String {
        let mut text = "title: Ngẫu nhiên\nsessions:\n".to_owned();
        for (session, number) in self.sessions.iter().zip(1..) {
            let (at, mins) = (clock(session.minute), session.length_mins);
            text += &format!("  - id: b{number}\n    at: \"{at}\"\n    length: {mins}m\n    rundown:\n");
            if session.opening {
                text += "      - play: jingles/mo.mp3\n";
            }
            text += "      - pick: ministry\n";
            if let Some(limit) = session.limit_mins {
                text += &format!("        limit: {limit}m\n");
            }
            if session.fill {
                text += "        fill: true\n";
            }
            if session.emphasis {
                text += "        emphasis: { play: ministry/01.mp3, every: 5m }\n";
            }
            if session.closing {
                text += "      - play: jingles/dong.mp3\n        anchor: end\n";
            }
        }
        if self.sessions.is_empty() {
            text = "title: Không có buổi nào\n".to_owned();
        }
        text += &format!("obligations:\n  - set: ministry\n    at_least: {}\n", self.at_least);
        if let Some((from, until)) = self.make_up {
            text += &format!("    make_up: [\"{}-{}\"]\n", clock(from), clock(until));
        }
        text
    }

    fn papers(&self) -> Papers {
        let source = |name: &str, text: String| Source::new(name, text.into_bytes()).unwrap();
        let quiet = self
            .quiet
            .map_or_else(String::new, |(from, until)| format!("quiet_hours: \"{}-{}\"\n", clock(from), clock(until)));
        let amplifier = "amplifier: { on: bat, off: tat, warm_up: 20s, cool_down: 30s }\n";
        let config = format!("station: {{ name: A }}\n{amplifier}{quiet}");
        let config = read_config(&source("station.yaml", config)).unwrap();
        let schedules = vec![read_schedule(&source("schedules/a.yaml", self.schedule()), &[]).unwrap()];
        let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        let manifest = Manifest { expected: u32::try_from(self.files.len()).unwrap(), ..Manifest::default() };
        Papers { config, orders, manifest, sidecars: [].into(), problems: Vec::new(), standing: Vec::new() }
    }

    fn station(&self) -> Station {
        let mut files: Vec<_> = (self.files.iter().zip(1..))
            .map(|(&millis, number)| found(&format!("ministry/{number:02}.mp3"), Ok(Frames::from_millis(millis))))
            .collect();
        files.push(found("jingles/mo.mp3", Ok(Frames::from_millis(7_300))));
        files.push(found("jingles/dong.mp3", Ok(Frames::from_millis(11_011))));
        Station::new(self.papers(), files, FIRST)
    }
}

proptest! {
    #![proptest_config(Config { cases: 80, rng_seed: RngSeed::Fixed(2020), failure_persistence: None, ..Config::default() })]

    /// No airing in quiet hours or past a hard end, exactly one row for every planned item, nothing logged that the
    /// loudspeaker did not get, no sound without the amplifier, a chain without a break: whatever the power does.
    #[test]
    fn every_log_is_true(world in world()) {
        let mut station = world.station();
        let mut powered = false;
        for second in &world.switches {
            station.run_until(FIRST.at(0, 0, 0, 0).checked_add(jiff::Span::new().seconds(*second)).unwrap());
            if powered { station.cut_power() } else { station.power_on() }
            powered = !powered;
        }
        if !powered {
            station.power_on();
        }
        // Nothing new begins, and what is on has the time to end.
        let after = FIRST.checked_add(jiff::Span::new().days(DAYS)).unwrap();
        station.run_until(after.at(0, 0, 0, 0));
        station.set_papers(Papers { orders: Orders { schedules: Vec::new(), ..world.papers().orders }, ..world.papers() });
        station.run_until(after.at(0, 0, 0, 0).checked_add(jiff::Span::new().days(2)).unwrap());
        station.stop();
        station.check_the_log();
    }

    /// No plan reaches past a hard end or into quiet hours, no two sessions sound at once, items follow each other to
    /// the frame, and what is owed is either planned or named as short.
    #[test]
    fn every_plan_can_be_aired(world in world()) {
        let station = world.station();
        let plans = station.plans(FIRST, DAYS);
        for plan in &plans {
            check_plan(plan, &station.papers.orders);
        }
        let mut spans: Vec<Span> = plans.iter().flat_map(|plan| plan.rundowns.iter().map(|one| one.span)).collect();
        spans.retain(|span| !span.is_empty());
        spans.sort();
        let first_day = |span: &Span| station.papers.config.timezone.to_datetime(span.start).date();
        for pair in spans.windows(2).filter(|pair| first_day(&pair[0]) == first_day(&pair[1])) {
            prop_assert!(pair[0].end <= pair[1].start, "{pair:?} overlap");
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 8, rng_seed: RngSeed::Fixed(2021), failure_persistence: None, ..Config::default() })]

    /// Over months: whichever days are asked for, what was planned for them is what aired, aired in part, was interrupted,
    /// failed, was skipped, missed or blocked, item for item.
    #[test]
    fn for_any_period_every_planned_item_is_accounted_for(
        world in world(),
        switches in prop::collection::vec(0_u32..86_400 * 62, 0..40),
        (from, length) in (0_i64..62, 1_i64..31),
    ) {
        let mut switches = switches;
        switches.sort_unstable();
        let mut station = world.station();
        let mut powered = false;
        for switch in std::iter::once(0).chain(switches) {
            station.run_until(instant_after(switch));
            if powered { station.cut_power() } else { station.power_on() }
            powered = !powered;
        }
        if !powered {
            station.power_on();
        }
        let end = FIRST.checked_add(jiff::Span::new().days(63)).unwrap();
        station.run_until(end.at(0, 0, 0, 0));
        station.stop();
        let first = FIRST.checked_add(jiff::Span::new().days(from)).unwrap();
        let last = first.checked_add(jiff::Span::new().days(length)).unwrap();
        station.check_period(first, last.min(end.yesterday().unwrap()));
    }
}

/// So many seconds after the first midnight.
fn instant_after(secs: u32) -> DateTime {
    FIRST.at(0, 0, 0, 0).checked_add(jiff::Span::new().seconds(i64::from(secs))).unwrap()
}

fn check_plan(plan: &DayPlan, orders: &Orders) {
    let mut slots: Vec<_> = plan.rundowns.iter().map(|rundown| &rundown.slot).collect();
    slots.sort();
    slots.dedup();
    assert_eq!(slots.len(), plan.rundowns.len(), "no slot twice");
    for rundown in &plan.rundowns {
        check_rundown(rundown, orders);
    }
    for promise in &plan.obligations {
        assert_eq!(promise.required(), promise.planned() + promise.short_of());
        assert_eq!(promise.short().count() == 0, promise.short_of() == 0);
    }
}

fn check_rundown(rundown: &Rundown, orders: &Orders) {
    let mut end = Frames::ZERO;
    for item in &rundown.items {
        assert!(item.offset >= end, "items overlap: {rundown:#?}");
        assert!(item.anchored || item.offset == end, "a gap before what is not back-timed: {rundown:#?}");
        end = item.end();
    }
    assert!(end <= rundown.span.length(), "planned past the hard end: {rundown:#?}");
    let airtime: Frames = rundown.items.iter().map(|item| item.length).sum();
    let gaps: Frames = (rundown.items.windows(2)).map(|pair| pair[1].offset - pair[0].end()).sum();
    let lead = rundown.items.first().map_or(Frames::ZERO, |first| first.offset);
    assert_eq!(lead + airtime + gaps, end, "the sum is exact to the frame");
    if let Some(quiet) = orders.quiet_hours.filter(|_| !rundown.span.is_empty()) {
        assert_eq!(quiet.touching(&rundown.span, &orders.zone), None, "planned into quiet hours: {rundown:#?}");
    }
    let midnight = loaphuong::time::instant(rundown.slot.date, Time::midnight(), &orders.zone);
    assert!(rundown.span.start >= midnight);
}
