//! Emergencies and latched silence over hours and restarts, in simulated time.

use jiff::civil::{Date, DateTime, date};
use loaphuong::airtime::{Airing, Outcome, Reason};
use loaphuong::library::{CartPath, Kind, Manifest};
use loaphuong::playout::AlertOrder;
use loaphuong::rundown::Piece;
use loaphuong::schedule::{Orders, read_schedule};
use loaphuong::station::command::{Answer, Heard};
use loaphuong::station::config::read_config;
use loaphuong::station::home::Papers;
use loaphuong::time::Frames;
use loaphuong::written::Source;

use crate::simulated::{Station, found};

const DAY: Date = date(2020, 8, 10);

/// On from midnight: one session of ten minutes at five, three files of three minutes.
fn station() -> Station {
    let mut station = dark();
    station.power_on();
    station
}

fn dark() -> Station {
    let source = |name: &str, text: &str| Source::new(name, text.as_bytes().to_vec()).unwrap();
    let config = "station: { name: Đài thử }\nquiet_hours: \"21:30-04:45\"\nbulletins: { approval: none }\n";
    let config = read_config(&source("station.yaml", config)).unwrap();
    let schedule = "sessions:\n  - { id: sang, at: \"05:00\", length: 10m, rundown: [{ pick: ministry }] }\n";
    let schedules = vec![read_schedule(&source("schedules/a.yaml", schedule), &[]).unwrap()];
    let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
    let (sidecars, problems) = ([].into(), Vec::new());
    let papers = Papers { config, orders, manifest: Manifest::default(), sidecars, problems, standing: Vec::new() };
    let file = |name: &str| found(&format!("ministry/{name}.mp3"), Ok(Frames::from_secs(180)));
    Station::new(papers, ["1", "2", "3"].map(file).into(), DAY)
}

fn at(hour: i8, minute: i8, second: i8) -> DateTime {
    DAY.at(hour, minute, second, 0)
}

/// An alert of 20 s.
fn order(station: &Station, name: &str, times: Option<u32>, every_secs: u64) -> AlertOrder {
    let path = CartPath::new(&format!("alerts/{name}.mp3")).unwrap();
    let piece = Piece { kind: Kind::Alert, ..Piece::unread(path) };
    AlertOrder {
        piece,
        length: Frames::from_secs(20),
        times,
        every: Frames::from_secs(every_secs),
        zones: Vec::new(),
        in_quiet_hours: false,
        expires: station.instant(at(9, 0, 0)),
        by: "Chủ tịch UBND xã".to_owned(),
    }
}

fn alert(station: &mut Station, name: &str, times: Option<u32>, every_secs: u64) -> Answer {
    let order = order(station, name, times, every_secs);
    station.on_air().alert(order)
}

fn of_kind(station: &Station, kind: Kind) -> Vec<Airing> {
    station.log().into_iter().filter(|row| row.kind == kind).collect()
}

fn ends(rows: &[Airing]) -> Vec<(Outcome, Option<Reason>)> {
    rows.iter().map(|row| (row.outcome, row.reason)).collect()
}

const AIRED: (Outcome, Option<Reason>) = (Outcome::Aired, None);
const DONE: Answer = Answer::Done { unwritten: None };
const ON_AIR: Answer = Answer::Taken { heard: Heard::Now, unwritten: None };
const AFTER: Answer = Answer::Taken { heard: Heard::After, unwritten: None };

#[test]
fn it_airs_every_five_minutes_as_often_as_it_was_ordered() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    assert_eq!(alert(&mut station, "lu", Some(3), 300), ON_AIR);
    station.run_until(at(8, 0, 0));
    let alerts = of_kind(&station, Kind::Alert);
    assert_eq!(ends(&alerts), [AIRED; 3]);
    let began: Vec<i64> = alerts.iter().map(|row| row.aired_at.unwrap().as_second()).collect();
    assert_eq!([began[1] - began[0], began[2] - began[1]], [300, 300]);
    assert!(alerts.iter().all(|row| row.note == "Chủ tịch UBND xã"), "who ordered it stands in the row");
    station.check_the_log();
}

/// Whoever ordered it must not think that it was heard.
#[test]
fn one_that_cannot_be_played_is_not_said_to_be_on_the_air() {
    let mut station = station();
    station.run_until(at(4, 50, 0));
    let order = order(&station, "lu", None, 0);
    let piece = Piece { kind: Kind::Bulletin, ..order.piece };
    let answer = station.on_air().alert(AlertOrder { piece, ..order });
    assert_eq!(answer, Answer::Taken { heard: Heard::Nowhere, unwritten: None });
    let rows = of_kind(&station, Kind::Bulletin);
    assert_eq!(ends(&rows), [(Outcome::Failed, Some(Reason::File))]);
}

#[test]
fn the_session_it_cut_goes_on_and_the_item_airs_again() {
    let mut station = station();
    station.run_until(at(5, 1, 0));
    assert_eq!(alert(&mut station, "lu", Some(1), 0), ON_AIR);
    station.run_until(at(6, 0, 0));
    let programme = of_kind(&station, Kind::Ministry);
    let preempted = Some(Reason::Preempted);
    // Rows stand in the order they end: that there is no time for the third is known as soon as the first is cut.
    let (partial, missed) = ((Outcome::Partial, preempted), (Outcome::Missed, preempted));
    assert_eq!(ends(&programme), [partial, missed, AIRED, AIRED]);
    assert_eq!(programme[0].path, programme[2].path, "once more from its beginning");
    station.check_the_log();
}

#[test]
fn a_session_that_is_due_during_an_alert_begins_beneath_it() {
    let mut station = station();
    station.run_until(at(4, 59, 50));
    assert_eq!(alert(&mut station, "lu", Some(1), 0), ON_AIR);
    station.run_until(at(6, 0, 0));
    let programme = of_kind(&station, Kind::Ministry);
    assert_eq!(ends(&programme), [AIRED; 3], "nobody blames the clock");
    assert_eq!(programme[0].aired_at, Some(station.instant(at(5, 0, 10))));
    station.check_the_log();
}

#[test]
fn a_turn_in_quiet_hours_is_blocked_and_a_first_one_refused() {
    let mut station = station();
    station.run_until(at(4, 0, 0));
    assert!(matches!(alert(&mut station, "lu", Some(1), 0), Answer::Quiet { .. }));
    let order = AlertOrder { in_quiet_hours: true, ..order(&station, "lu", Some(1), 0) };
    assert_eq!(station.on_air().alert(order), ON_AIR, "unless it is said that it does not matter");
    station.run_until(at(4, 30, 0));
    assert_eq!(ends(&of_kind(&station, Kind::Alert)), [AIRED]);
    station.check_the_log();
}

#[test]
fn what_expired_in_an_outage_is_not_announced_the_day_after() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    alert(&mut station, "lu", None, 300);
    station.run_until(at(6, 7, 0));
    station.cut_power();
    station.run_until(DAY.tomorrow().unwrap().at(8, 0, 0, 0));
    station.power_on();
    station.run_until(DAY.tomorrow().unwrap().at(9, 0, 0, 0));
    let late = (Outcome::Missed, Some(Reason::NoTime));
    assert_eq!(
        ends(&of_kind(&station, Kind::Alert)),
        [AIRED, AIRED, late],
        "at six, at five past, and not the day after"
    );
    station.check_the_log();
}

#[test]
fn an_alert_that_a_power_cut_ended_airs_when_the_power_is_back() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    alert(&mut station, "lu", Some(1), 0);
    station.run_until(at(6, 0, 5));
    station.cut_power();
    station.run_until(at(6, 2, 0));
    station.power_on();
    station.run_until(at(7, 0, 0));
    assert_eq!(ends(&of_kind(&station, Kind::Alert)), [(Outcome::Interrupted, Some(Reason::Power)), AIRED]);
}

#[test]
fn what_was_cancelled_or_silenced_never_comes_back() {
    for silenced in [false, true] {
        let mut station = station();
        station.run_until(at(6, 0, 0));
        alert(&mut station, "lu", None, 300);
        station.run_until(at(6, 0, 5));
        let answer = if silenced { station.on_air().silence() } else { station.on_air().cancel_alerts() };
        assert!(!matches!(answer, Answer::Silenced | Answer::NotSilenced), "{answer:?}");
        station.run_until(at(6, 10, 0));
        station.stop();
        station.power_on();
        if silenced {
            assert_eq!(alert(&mut station, "lu", Some(1), 0), Answer::Silenced, "a restart does not speak");
            assert_eq!(station.on_air().release(), DONE);
        }
        station.run_until(at(8, 0, 0));
        let operator = (Outcome::Partial, Some(Reason::Operator));
        assert_eq!(ends(&of_kind(&station, Kind::Alert)), [operator], "silenced: {silenced}");
    }
}

#[test]
fn a_second_alert_waits_for_the_first_and_not_for_its_repeats() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    alert(&mut station, "lu", Some(3), 0);
    station.run_until(at(6, 0, 5));
    assert_eq!(alert(&mut station, "chay", Some(1), 0), AFTER);
    station.run_until(at(7, 0, 0));
    let titles: Vec<String> = of_kind(&station, Kind::Alert).into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["lu", "chay", "lu", "lu"]);
    station.check_the_log();
}

#[test]
fn silence_keeps_a_whole_session_off_the_air_across_a_restart() {
    let mut station = station();
    station.run_until(at(4, 50, 0));
    assert_eq!(station.on_air().silence(), DONE);
    station.stop();
    station.power_on();
    station.run_until(at(6, 0, 0));
    let skipped = (Outcome::Skipped, Some(Reason::Operator));
    assert_eq!(ends(&of_kind(&station, Kind::Ministry)), [skipped; 3]);
    station.check_the_log();
}

#[test]
fn a_device_lost_in_mid_item_costs_its_time_and_no_more() {
    let mut station = dark();
    station.outage(0, at(5, 1, 0), at(5, 1, 10));
    station.power_on();
    station.run_until(at(6, 0, 0));
    let programme = of_kind(&station, Kind::Ministry);
    assert_eq!(ends(&programme), [AIRED; 3], "the first goes on where it was heard, the others follow");
    assert_eq!(programme[0].aired, Frames::from_secs(180));
    station.check_the_log();
}

#[test]
fn what_waited_until_it_was_too_late_has_its_row() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    alert(&mut station, "lu", Some(1), 0);
    station.run_until(at(6, 0, 5));
    let late = AlertOrder { expires: station.instant(at(6, 0, 10)), ..order(&station, "chay", Some(1), 0) };
    assert_eq!(station.on_air().alert(late), AFTER);
    let cancelled = order(&station, "bao", Some(1), 0);
    assert_eq!(station.on_air().alert(cancelled), AFTER);
    station.run_until(at(6, 0, 15));
    station.on_air().cancel_alerts();
    station.run_until(at(7, 0, 0));
    let operator = Some(Reason::Operator);
    let expected =
        [(Outcome::Missed, Some(Reason::NoTime)), (Outcome::Skipped, operator), (Outcome::Partial, operator)];
    assert_eq!(ends(&of_kind(&station, Kind::Alert)), expected);
}

#[test]
fn without_a_device_it_waits_and_airs_when_that_is_back() {
    let mut station = dark();
    station.outage(0, at(6, 0, 0), at(6, 10, 0));
    station.power_on();
    station.run_until(at(6, 1, 0));
    assert!(matches!(alert(&mut station, "lu", Some(1), 0), Answer::Taken { heard: Heard::DeviceBack { .. }, .. }));
    station.run_until(at(7, 0, 0));
    let alerts = of_kind(&station, Kind::Alert);
    assert_eq!(ends(&alerts), [AIRED]);
    let late = alerts[0].aired_at.unwrap().duration_since(station.instant(at(6, 10, 0)));
    assert!(late.as_millis() <= 300, "{late} after the device was back");
}

#[test]
fn one_that_a_stop_of_the_program_cut_airs_again_after_the_start() {
    let mut station = station();
    station.run_until(at(6, 0, 0));
    alert(&mut station, "lu", Some(1), 0);
    station.run_until(at(6, 0, 5));
    station.stop();
    station.power_on();
    station.run_until(at(7, 0, 0));
    assert_eq!(ends(&of_kind(&station, Kind::Alert)), [(Outcome::Partial, Some(Reason::Shutdown)), AIRED]);
    assert!(of_kind(&station, Kind::Alert).iter().all(|row| row.note == "Chủ tịch UBND xã"));
}
