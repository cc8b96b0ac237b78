//! A station in simulated time whose files are only names and lengths, and what must hold of every log it writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use loaphuong::airtime::{Airing, Beginning, Fact, Outcome, Presented, Row, verify};
use loaphuong::equipment::command::Errand;
use loaphuong::equipment::sound::Heard;
use loaphuong::equipment::store::{Durability, LevelChange, Store};
use loaphuong::library::{
    Analysis, Approvals, CartPath, Catalogue, ContentHash, Defect, Found, FoundState, Kind, Loudness,
};
use loaphuong::planner::{DayPlan, Desk, History, plan_days};
use loaphuong::report::{Period, ReportingTable};
use loaphuong::rundown::Origin;
use loaphuong::station::home::Papers;
use loaphuong::station::on_air::OnAir;
use loaphuong::station::reports::reporting_table;
use loaphuong::station::simulation::Simulation;
use loaphuong::time::{Frames, Span};
use loaphuong::words::Lang;
use tempfile::TempDir;

/// Rounding of instants to the milliseconds of the log.
const A_MILLISECOND: jiff::SignedDuration = jiff::SignedDuration::from_millis(1);

/// A file that is only a name: its length, or why it cannot be played.
pub fn found(path: &str, length: Result<Frames, FoundState>) -> Found {
    let hash = ContentHash::new(&blake3::hash(path.as_bytes()).to_hex()).unwrap();
    let loudness = Loudness { lufs: Some(-18.0), true_peak_dbtp: -6.0 };
    let state = length.map_or_else(std::convert::identity, |length| {
        let analysis =
            Analysis { length, loudness, channels: 1, opposed: false, silent: false, title: None, language: None };
        FoundState::Read { hash, analysis: Ok(analysis) }
    });
    Found { path: CartPath::new(path).unwrap(), first_seen: Timestamp::UNIX_EPOCH, state }
}

/// A file of which reading found this.
pub fn defective(path: &str, defect: Defect) -> Found {
    let hash = ContentHash::new(&blake3::hash(path.as_bytes()).to_hex()).unwrap();
    found(path, Err(FoundState::Read { hash, analysis: Err(defect) }))
}

/// One station, its files, and the folder its log lies in.
pub struct Station {
    folder: TempDir,
    pub papers: Papers,
    found: Vec<Found>,
    simulation: Simulation,
    /// A device is lost on the way: items may go out in parts.
    has_outages: bool,
}

impl Station {
    /// Dark, at midnight before `date`.
    pub fn new(papers: Papers, found: Vec<Found>, date: Date) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start = papers.config.timezone.to_timestamp(date.at(0, 0, 0, 0)).unwrap();
        let simulation = Simulation::new(&folder.path().join("loa.db"), papers.clone(), found.clone(), start);
        Self { folder, papers, found, simulation, has_outages: false }
    }

    pub fn power_on(&mut self) {
        self.simulation.power_on().unwrap();
    }

    pub fn cut_power(&mut self) {
        self.simulation.cut_power();
    }

    pub fn stop(&mut self) {
        self.simulation.stop();
    }

    /// The device of a zone is gone for a while; told before the power comes.
    pub fn outage(&mut self, zone: usize, from: DateTime, until: DateTime) {
        self.has_outages = true;
        self.simulation.outage(zone, self.instant(from), self.instant(until));
    }

    /// The clock of the computer, to be set.
    pub fn clock(&self) -> loaphuong::equipment::clock::SimulatedClock {
        self.simulation.clock().clone()
    }

    /// The computer sleeps, or wakes up.
    pub fn sleep(&mut self, asleep: bool) {
        self.simulation.sleep(asleep);
    }

    /// What went out of the loudspeakers.
    pub fn heard(&self) -> Vec<Heard> {
        self.simulation.heard()
    }

    /// The running program, for an operator's word.
    pub fn on_air(&mut self) -> &mut OnAir {
        self.simulation.station().unwrap()
    }

    /// What an operator types at `at`: another process writes it into the store.
    pub fn set_level(&mut self, level: &str, at: DateTime) {
        let change = LevelChange { level: level.to_owned(), directive: String::new(), at: self.instant(at) };
        self.store().set_level(&change).unwrap();
    }

    /// New schedules, as if the operator had edited them.
    pub fn set_papers(&mut self, papers: Papers) {
        self.papers = papers.clone();
        self.simulation.set_papers(papers);
    }

    pub fn run_until(&mut self, at: DateTime) {
        self.simulation.run_until(self.instant(at));
    }

    pub fn instant(&self, at: DateTime) -> Timestamp {
        self.papers.config.timezone.to_timestamp(at).unwrap()
    }

    pub fn catalogue(&self) -> Catalogue {
        let Papers { manifest, sidecars, config, .. } = &self.papers;
        loaphuong::library::assemble(&self.found, manifest, sidecars, &Approvals::default(), &config.library_rules())
    }

    /// The days as they are planned before the first of them begins.
    pub fn plans(&self, first: Date, days: i64) -> Vec<DayPlan> {
        let catalogue = self.catalogue();
        let (orders, config) = (&self.papers.orders, &self.papers.config);
        let level = config.levels.first().map(String::as_str);
        let desk = Desk { orders, catalogue: &catalogue, level, loudness: config.loudness };
        let now = self.instant(first.at(0, 0, 0, 0));
        plan_days(&desk, first, days, now, &[].into(), &History::new(first))
    }

    /// Every row of the log.
    pub fn rows(&self) -> Vec<Row> {
        self.store().log(None, None).unwrap()
    }

    /// What the log says of items.
    pub fn log(&self) -> Vec<Airing> {
        let of_an_item = |row: Row| if let Fact::Airing(airing) = row.entry.fact { Some(airing) } else { None };
        self.rows().into_iter().filter_map(of_an_item).collect()
    }

    pub fn report(&self, from: Date, to: Date) -> ReportingTable {
        let period = Period { from, to, round: None };
        reporting_table(
            &self.store(),
            &self.papers,
            &self.catalogue(),
            &period,
            self.instant(to.at(23, 59, 0, 0)),
            Lang::Vi,
        )
        .unwrap()
    }

    /// Whatever happened: what the contract promises of every log.
    pub fn check_the_log(&self) {
        let all: Vec<_> = self.rows().iter().map(Presented::row).collect();
        assert_eq!(
            verify(&all, Beginning::First).unwrap().map_or(0, |head| head.row),
            all.len() as u64,
            "rows count from 1"
        );
        let rows = self.log();
        for row in &rows {
            check_row(row, self.has_outages);
            self.check_quiet(row);
        }
        if self.has_outages {
            check_the_sums(&rows, &self.simulation.heard());
        } else {
            check_against_the_loudspeaker(&rows, &self.simulation.heard());
        }
        check_the_amplifier(&self.switched(), &self.simulation.heard());
        self.check_sessions(&rows);
    }

    /// When the amplifier was switched, and whether on.
    pub fn switched(&self) -> Vec<(Timestamp, bool)> {
        let hook = |errand: &Errand| errand.environment.contains(&("LOA_HOOK", "on".to_owned()));
        self.simulation.commands().iter().map(|(at, errand)| (*at, hook(errand))).collect()
    }

    /// Whatever was planned for these days has exactly one row, and so has what was ordered for them and left out; no
    /// other row is about them.
    pub fn check_period(&self, from: Date, to: Date) {
        let db = rusqlite::Connection::open(self.database()).unwrap();
        let days = [from.to_string(), to.to_string()];
        let sql =
            "SELECT coalesce(sum(json_array_length(rundown, '$.items')), 0) FROM session WHERE date BETWEEN ?1 AND ?2";
        let planned: usize = db.query_row(sql, days.clone(), |row| row.get(0)).unwrap();
        let sql = "SELECT count(*) FROM log WHERE line IS NULL AND outcome <> '' AND date BETWEEN ?1 AND ?2";
        let left_out: usize = db.query_row(sql, days, |row| row.get(0)).unwrap();
        let mut outcomes: BTreeMap<&str, usize> = Outcome::ALL.iter().map(|outcome| (outcome.name(), 0)).collect();
        self.store().each_counted(from, to, |row| *outcomes.get_mut(row.outcome.name()).unwrap() += 1).unwrap();
        assert_eq!(outcomes.values().sum::<usize>(), planned + left_out, "{from} to {to}: {outcomes:?}");
    }

    /// Nothing airs in quiet hours.
    fn check_quiet(&self, row: &Airing) {
        let (Some(quiet), Some(start), Some(end)) = (self.papers.orders.quiet_hours, row.aired_at, row.ended_at) else {
            return;
        };
        if row.kind == Kind::Alert {
            return;
        }
        let quiet = quiet.touching(&Span { start, end: end - A_MILLISECOND }, &self.papers.config.timezone);
        assert_eq!(quiet, None, "aired in quiet hours: {row:?}");
    }

    /// Every planned item has exactly one row, and none sounds past its session's hard end.
    fn check_sessions(&self, rows: &[Airing]) {
        let db = rusqlite::Connection::open(self.database()).unwrap();
        let left: u32 = db.query_row("SELECT count(*) FROM on_air", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "rows left open");
        let mut sessions = db.prepare("SELECT session_id, rundown, is_over, session FROM session").unwrap();
        let sessions = sessions
            .query_map([], |row| {
                let rundown: String = row.get(1)?;
                Ok((row.get::<_, i64>(0)?, rundown, row.get::<_, bool>(2)?, row.get::<_, String>(3)?))
            })
            .unwrap();
        let mut planned = 0;
        for (id, rundown, is_over, name) in sessions.map(Result::unwrap) {
            let rundown: serde_json::Value = serde_json::from_str(&rundown).unwrap();
            let sql = "SELECT count(*) FROM added WHERE session_id = ?1";
            let added: usize = db.query_row(sql, [id], |row| row.get(0)).unwrap();
            let items = rundown["items"].as_array().unwrap().len() + added;
            planned += items;
            assert!(is_over, "session {name} is not over");
            let lines = db.prepare("SELECT line FROM log WHERE session_id = ?1 AND line IS NOT NULL ORDER BY line");
            let lines: Vec<usize> =
                lines.unwrap().query_map([id], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            assert_eq!(lines, (0..items).collect::<Vec<_>>(), "session {name}: every planned item has exactly one row");
            let end: Timestamp = rundown["span"]["end"].as_str().unwrap().parse().unwrap();
            let last: Option<i64> =
                db.query_row("SELECT max(ended_at) FROM log WHERE session_id = ?1", [id], |row| row.get(0)).unwrap();
            assert!(last.is_none_or(|last| last <= end.as_millisecond() + 1), "session {name} sounds past its end");
        }
        let unplanned =
            db.query_row("SELECT count(*) FROM log WHERE line IS NULL AND outcome <> ''", [], |row| row.get(0));
        assert_eq!(rows.len(), planned + unplanned.map(|count: usize| count).unwrap());
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("loa.db")
    }

    pub fn store(&self) -> Store {
        Store::open(&self.database(), Durability::None).unwrap()
    }
}

fn check_row(row: &Airing, in_parts: bool) {
    assert!(row.aired <= row.duration, "more aired than there is: {row:?}");
    assert_eq!(row.outcome == Outcome::Aired, row.reason.is_none(), "a reason for all but what aired: {row:?}");
    assert_eq!(row.aired_at.is_some(), row.ended_at.is_some(), "{row:?}");
    assert!(row.aired_at.is_some() || row.aired.is_zero(), "{row:?}");
    if let (Some(start), Some(end)) = (row.aired_at, row.ended_at) {
        let length = Span { start, end }.length();
        let away = if in_parts { row.aired.0.saturating_sub(length.0) } else { length.0.abs_diff(row.aired.0) };
        assert!(away <= 2 * Frames::from_millis(1).0, "first and last frame are {length} apart: {row:?}");
    }
}

/// The log never says more than the loudspeaker got, and nothing went out without a row.
fn check_against_the_loudspeaker(rows: &[Airing], heard: &[Heard]) {
    let mut logged: Vec<_> = rows.iter().filter_map(|row| Some((row.aired_at?.as_millisecond(), row.aired))).collect();
    logged.sort();
    let mut heard: Vec<_> = heard.iter().map(|heard| (heard.first.as_millisecond(), heard.frames)).collect();
    heard.sort();
    assert_eq!(logged.len(), heard.len(), "rows that aired, and sounds from the loudspeaker");
    for ((aired_at, aired), (first, frames)) in logged.into_iter().zip(heard) {
        assert_eq!(aired_at, first);
        assert!(aired <= frames, "the log says {aired:?}, the loudspeaker got {frames:?}");
    }
}

/// The same where items went out in parts: each begins with a sound, and all together is no more than went out.
fn check_the_sums(rows: &[Airing], heard: &[Heard]) {
    let firsts: Vec<i64> = heard.iter().map(|heard| heard.first.as_millisecond()).collect();
    assert!(rows.iter().filter_map(|row| row.aired_at).all(|at| firsts.contains(&at.as_millisecond())));
    let logged: Frames = rows.iter().map(|row| row.aired).sum();
    let went_out: Frames = heard.iter().map(|heard| heard.frames).sum();
    assert!(logged <= went_out, "the log says {logged:?}, the loudspeakers got {went_out:?}");
}

/// From the first frame of a sound to its last the amplifier is on, if the station has one.
fn check_the_amplifier(switched: &[(Timestamp, bool)], heard: &[Heard]) {
    for sound in heard.iter().filter(|_| !switched.is_empty()) {
        let end = sound.first.checked_add(sound.frames.duration()).unwrap();
        let (before, during): (Vec<_>, Vec<_>) =
            switched.iter().filter(|(at, _)| *at < end).partition(|(at, _)| *at <= sound.first);
        assert!(before.last().is_some_and(|(_, on)| *on), "off when it begins: {sound:?}, {before:?}");
        assert!(during.iter().all(|(_, on)| *on), "switched off in the middle: {sound:?}, {during:?}");
    }
}

/// The schedules of a folder, and what else people wrote there.
pub fn papers(home: &Path) -> Papers {
    let papers = Papers::read(&loaphuong::station::home::Home::new(home.to_owned()), &[]).unwrap();
    assert!(papers.problems.is_empty(), "{:#?}", papers.problems);
    papers
}

/// How a session came about, in one word.
pub fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Scheduled => "scheduled",
        Origin::MakeUp => "make-up",
        Origin::ByHand | Origin::Alert => "by hand",
    }
}
