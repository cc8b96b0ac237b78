//! Several zones in simulated time: a row for each, and one that is broken silences no other.

use jiff::civil::{Date, date};
use loaphuong::airtime::{Outcome, Reason};
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
const ZONES: &str = "zones: [{ name: cho, device: silent }, { name: doi, device: silent }]\n";

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec()).unwrap()
}

fn papers(zones: &str, session_zones: &str) -> Papers {
    let config = format!("station: {{ name: Đài thử }}\nbulletins: {{ approval: none }}\n{zones}");
    let config = read_config(&source("station.yaml", &config)).unwrap();
    let schedule = format!(
        "sessions:\n  - {{ id: sang, at: \"05:00\", length: 10m, {session_zones}rundown: [{{ pick: ministry }}] }}\n\
         obligations:\n  - {{ set: ministry, at_least: 1 }}\n"
    );
    let known = ["cho".to_owned(), "doi".to_owned()];
    let schedules = vec![read_schedule(&source("schedules/a.yaml", &schedule), &known).unwrap()];
    let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: None };
    Papers {
        config,
        orders,
        manifest: Manifest::default(),
        sidecars: [].into(),
        problems: Vec::new(),
        standing: Vec::new(),
    }
}

fn station(papers: Papers) -> Station {
    Station::new(papers, vec![found("ministry/1.mp3", Ok(Frames::from_secs(60)))], DAY)
}

fn rows(station: &Station) -> Vec<(String, Outcome, Option<Reason>)> {
    let mut rows: Vec<_> = station.log().into_iter().map(|row| (row.zone, row.outcome, row.reason)).collect();
    rows.sort();
    rows
}

#[test]
fn what_two_zones_air_at_once_has_two_rows_and_is_one_airing() {
    let mut station = station(papers(ZONES, ""));
    station.power_on();
    station.run_until(DAY.at(6, 0, 0, 0));
    let aired = |zone: &str| (zone.to_owned(), Outcome::Aired, None);
    assert_eq!(rows(&station), [aired("cho"), aired("doi")]);
    assert_eq!(station.report(DAY, DAY).totals.airings, 1);
}

#[test]
fn a_zone_without_a_device_misses_and_the_other_airs() {
    let mut station = station(papers(ZONES, ""));
    station.outage(1, DAY.at(4, 0, 0, 0), DAY.at(7, 0, 0, 0));
    station.power_on();
    station.run_until(DAY.at(8, 0, 0, 0));
    let expected =
        [("cho".to_owned(), Outcome::Aired, None), ("doi".to_owned(), Outcome::Missed, Some(Reason::Device))];
    assert_eq!(rows(&station), expected);
    assert_eq!(station.report(DAY, DAY).totals.made, 1, "heard in one zone it was heard");
}

#[test]
fn a_zone_that_is_not_there_any_more_has_its_rows_all_the_same() {
    let mut station = station(papers("zones: [{ name: cho, device: silent }]\n", "zones: [doi], "));
    station.power_on();
    station.run_until(DAY.at(6, 0, 0, 0));
    assert_eq!(rows(&station), [("doi".to_owned(), Outcome::Missed, Some(Reason::Device))]);
    station.stop();
    station.power_on();
    station.run_until(DAY.at(7, 0, 0, 0));
    assert_eq!(rows(&station).len(), 1, "and no other zone airs it after a restart");
}

/// Two files on two zones; the power goes during the first, and when it is back after the session one zone is gone from
/// station.yaml.
#[test]
fn a_zone_given_up_after_a_power_cut_keeps_no_item_from_its_row() {
    let minute = || Ok(Frames::from_secs(60));
    let files = vec![found("ministry/1.mp3", minute()), found("ministry/2.mp3", minute())];
    let mut station = Station::new(papers(ZONES, ""), files, DAY);
    station.power_on();
    station.run_until(DAY.at(5, 0, 30, 0));
    station.cut_power();
    station.set_papers(papers("zones: [{ name: cho, device: silent }]\n", ""));
    station.run_until(DAY.at(6, 0, 0, 0));
    station.power_on();
    station.run_until(DAY.at(7, 0, 0, 0));
    let power = Some(Reason::Power);
    let row = |zone: &str, outcome, reason| (zone.to_owned(), outcome, reason);
    let cho = [row("cho", Outcome::Interrupted, power), row("cho", Outcome::Missed, power)];
    let doi = [row("doi", Outcome::Interrupted, power), row("doi", Outcome::Missed, Some(Reason::Device))];
    assert_eq!(rows(&station), [cho, doi].concat());
}

#[test]
fn after_a_restart_an_airing_on_two_zones_is_still_one() {
    let schedule = "sessions:\n  - { id: sang, at: \"05:00\", length: 1m, rundown: [{ pick: ministry }] }\n\
                    obligations:\n  - { set: ministry, at_least: 2, make_up: [\"11:00-13:00\"] }\n";
    let papers = papers(ZONES, "");
    let schedules = vec![read_schedule(&source("schedules/a.yaml", schedule), &[]).unwrap()];
    let orders = Orders { schedules, ..papers.orders.clone() };
    let mut station = station(Papers { orders, ..papers });
    station.power_on();
    station.run_until(DAY.at(6, 0, 0, 0));
    station.stop();
    station.power_on();
    station.run_until(DAY.at(14, 0, 0, 0));
    assert_eq!(rows(&station).len(), 4, "the second is made up, on both zones: {:#?}", rows(&station));
}

/// An alert of a minute for one zone.
fn order(zone: &str, station: &Station) -> AlertOrder {
    let piece = Piece { kind: Kind::Alert, ..Piece::unread(CartPath::new("alerts/lu.mp3").unwrap()) };
    let (length, every, by) = (Frames::from_secs(60), Frames::ZERO, String::new());
    let expires = station.instant(DAY.at(9, 0, 0, 0));
    let zones = vec![zone.to_owned()];
    AlertOrder { piece, length, times: Some(1), every, zones, in_quiet_hours: false, expires, by }
}

#[test]
fn an_alert_for_one_zone_waits_for_no_other_zone() {
    let mut station = station(papers(ZONES, ""));
    station.power_on();
    station.run_until(DAY.at(6, 0, 0, 0));
    let (doi, cho) = (order("doi", &station), order("cho", &station));
    assert!(matches!(station.on_air().alert(doi), Answer::Taken { heard: Heard::Now, .. }));
    station.run_until(DAY.at(6, 0, 10, 0));
    assert!(matches!(station.on_air().alert(cho), Answer::Taken { heard: Heard::Now, .. }));
    station.run_until(DAY.at(7, 0, 0, 0));
    let alerts = station.log().into_iter().filter(|row| row.kind == Kind::Alert);
    let began: Vec<i64> = alerts.map(|row| row.aired_at.unwrap().as_second()).collect();
    assert_eq!(began[1] - began[0], 10);
}

#[test]
fn an_alert_is_not_said_to_be_heard_because_another_zone_sounds() {
    let mut station = station(papers(ZONES, "zones: [cho], "));
    station.outage(1, DAY.at(4, 0, 0, 0), DAY.at(7, 0, 0, 0));
    station.power_on();
    station.run_until(DAY.at(5, 0, 10, 0));
    let order = order("doi", &station);
    let answer = station.on_air().alert(order);
    assert!(matches!(answer, Answer::Taken { heard: Heard::DeviceBack { .. }, .. }), "{answer:?}");
}
