//! Alarms: raised, held, over and remembered; in simulated time, and told by the real program.

use std::fs;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use loaphuong::alarm::{Alarm, What};
use loaphuong::library::Manifest;
use loaphuong::schedule::{Orders, read_schedule};
use loaphuong::station::config::read_config;
use loaphuong::station::home::Papers;
use loaphuong::time::Frames;
use loaphuong::words::Lang;
use loaphuong::written::Source;
use serde_json::Value;

use crate::home::{Home, PATIENCE};
use crate::simulated::{Station, found};

const DAY: Date = date(2020, 8, 10);

const LOST_VI: &str = "MẤT TIẾNG: không thấy thiết bị âm thanh \"simulated\"; `loa devices` liệt kê các thiết bị, sửa \
                       output.device trong station.yaml. Đang tự thử lại.";
const LOST_EN: &str = "NO SOUND: there is no sound device \"simulated\"; `loa devices` lists them, mend output.device in \
                       station.yaml. Trying again by itself.";

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec()).unwrap()
}

/// One session of half an hour at five, and two files of ten minutes that are owed once a day.
fn station() -> Station {
    let config = read_config(&source("station.yaml", "station: { name: Đài thử }\n")).unwrap();
    let schedule = "title: Hằng ngày\nsessions:\n  - { id: sang, at: \"05:00\", length: 30m, rundown: [{ pick: ministry }] }\n\
                    obligations:\n  - { set: ministry, at_least: 1 }\n";
    let schedules = vec![read_schedule(&source("schedules/a.yaml", schedule), &["all".to_owned()]).unwrap()];
    let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: None };
    let manifest = Manifest { expected: 2, ..Manifest::default() };
    let papers = Papers { config, orders, manifest, ..Papers::blank() };
    let files = ["ministry/1.mp3", "ministry/2.mp3"].map(|path| found(path, Ok(Frames::from_secs(600))));
    Station::new(papers, files.into(), DAY)
}

/// Every alarm that was written down, with the seconds of the day's clock at which it was raised and over.
fn history(station: &Station) -> Vec<(What, String, Option<String>)> {
    let shown = |at: Timestamp| at.to_zoned(station.papers.config.timezone.clone()).strftime("%d %H:%M:%S").to_string();
    let alarms = station.store().alarms_between(Timestamp::MIN, Timestamp::MAX).unwrap();
    alarms.into_iter().map(|alarm| (alarm.what, shown(alarm.raised_at), alarm.cleared_at.map(shown))).collect()
}

fn told(what: What, raised: &str, over: Option<&str>) -> (What, String, Option<String>) {
    (what, raised.to_owned(), over.map(str::to_owned))
}

fn alarm_rows(station: &Station) -> i64 {
    let db = rusqlite::Connection::open(station.database()).unwrap();
    db.query_row("SELECT count(*) FROM alarm", [], |row| row.get(0)).unwrap()
}

fn at(hour: i8, minute: i8, second: i8) -> DateTime {
    DAY.at(hour, minute, second, 0)
}

#[test]
fn a_lost_device_is_an_alarm_from_its_loss_to_its_return() {
    let mut station = station();
    station.outage(0, at(5, 3, 0), at(5, 5, 0));
    station.power_on();
    station.run_until(at(5, 4, 0));
    let snapshot = station.on_air().snapshot(Lang::En);
    let open = &snapshot.alarms[0];
    assert_eq!((open.what.as_str(), open.subject.as_str(), &open.right_since), ("device_lost", "all", &None));
    assert_eq!(open.since, "2020-08-10T05:03:00.000+07:00");
    assert_eq!(open.text, LOST_EN);
    assert_eq!(station.on_air().snapshot(Lang::Vi).alarms[0].text, LOST_VI);
    station.run_until(at(5, 5, 30));
    let right = station.on_air().snapshot(Lang::En).alarms[0].right_since.clone().unwrap();
    assert!(right.starts_with("2020-08-10T05:05:0"), "{right}");
    station.run_until(at(5, 7, 0));
    let snapshot = station.on_air().snapshot(Lang::En);
    assert!(snapshot.alarms.is_empty());
    let day = snapshot.last_day.unwrap();
    assert_eq!((day.alarms_told, day.alarms[0].what, day.alarms[0].subject.as_str()), (1, "device_lost", "all"));
    assert_eq!(day.alarms[0].raised_at, "2020-08-10T05:03:00.000+07:00");
    assert_eq!(day.alarms[0].cleared_at.as_ref(), Some(&right));
    station.run_until(at(6, 0, 0));
    station.check_the_log();
}

#[test]
fn a_device_that_flaps_for_a_quarter_of_an_hour_has_two_rows() {
    let mut station = station();
    for second in (0..900).step_by(15) {
        let from = at(5, 1, 0).checked_add(jiff::SignedDuration::from_secs(second)).unwrap();
        station.outage(0, from, from.checked_add(jiff::SignedDuration::from_secs(5)).unwrap());
    }
    station.power_on();
    station.run_until(at(6, 0, 0));
    // The last loss is that of 05:15:45, for 5 s. What the device took from the session was owed.
    let lost = told(What::DeviceLost, "10 05:01:00", Some("10 05:15:50"));
    let [first, short] = &history(&station)[..] else { panic!("{:?}", history(&station)) };
    assert_eq!((first, short.0), (&lost, What::ObligationShort));
    assert_eq!(alarm_rows(&station), 3, "two rows for 60 losses");
    station.check_the_log();
}

#[test]
fn an_alarm_that_was_open_when_the_power_went_is_found_again() {
    let mut station = station();
    station.outage(0, at(5, 3, 0), at(5, 12, 0));
    station.power_on();
    station.run_until(at(5, 4, 0));
    station.cut_power();
    station.run_until(at(5, 4, 30));
    assert_eq!(history(&station), [told(What::DeviceLost, "10 05:03:00", None)]);
    station.power_on();
    station.run_until(at(5, 20, 0));
    // The session goes on with its second file, for which the device is wanted at once.
    let [lost] = &history(&station)[..] else { panic!("{:?}", history(&station)) };
    assert!(lost.1 == "10 05:03:00" && lost.2.as_ref().unwrap().starts_with("10 05:12:0"), "{lost:?}");
    let of_it = "SELECT count(*) FROM alarm WHERE what = 'device_lost'";
    let db = rusqlite::Connection::open(station.database()).unwrap();
    assert_eq!(db.query_row(of_it, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}

#[test]
fn one_that_nobody_sees_after_the_power_cut_is_over_since_the_start() {
    let mut station = station();
    station.outage(0, at(5, 3, 0), at(5, 12, 0));
    station.power_on();
    station.run_until(at(5, 4, 0));
    station.cut_power();
    station.run_until(at(7, 0, 0));
    station.power_on();
    station.run_until(at(7, 0, 59));
    assert_eq!(station.store().open_alarms().unwrap().len(), 2, "watched for a minute; and the day falls short");
    station.run_until(at(7, 1, 0));
    let over = told(What::DeviceLost, "10 05:03:00", Some("10 07:00:00"));
    assert_eq!(history(&station)[0], over);
}

#[test]
fn what_a_day_owes_and_cannot_reach_is_an_alarm_until_the_day_is_over() {
    let mut station = station();
    station.power_on();
    station.run_until(at(4, 0, 0));
    assert_eq!(history(&station), []);
    station.cut_power();
    station.run_until(at(8, 0, 0));
    station.power_on();
    station.run_until(at(9, 0, 0));
    let texts = [Lang::Vi, Lang::En].map(|lang| station.on_air().snapshot(lang).alarms[0].text.clone());
    assert_eq!(
        texts,
        [
            "Chỉ tiêu \"Hằng ngày\" ngày 10/8/2020 không đạt được nữa: cần 2 lượt, nhiều nhất còn 0; xem `loa plan`",
            "The obligation \"Hằng ngày\" of 10 August 2020 cannot be met any more: 2 airings are owed, 0 at most are left; \
             see `loa plan`"
        ]
    );
    let next = DAY.tomorrow().unwrap();
    station.run_until(next.at(1, 0, 0, 0));
    assert_eq!(history(&station), [told(What::ObligationShort, "10 08:00:00", Some("11 00:00:00"))]);
    station.run_until(next.at(6, 0, 0, 0));
    assert_eq!(alarm_rows(&station), 2, "a day that keeps its promise raises nothing, before, during and after");
}

/// A station on the air whose door is open.
fn on_air(home: &Home) -> crate::home::Running {
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    station
}

fn open(home: &Home) -> Vec<Value> {
    home.loa_en(&["status", "--json"]).with_code(0).json()["alarms"].as_array().unwrap().clone()
}

#[test]
fn a_log_that_cannot_be_written_is_an_alarm_that_is_written_down_later() {
    let home = Home::new();
    let mut station = on_air(&home);
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    db.execute_batch("BEGIN EXCLUSIVE").unwrap();
    // What is owed from now on is to be written down.
    home.tone("ministry/01.wav", 600, 300);
    home.write("audio/ministry/manifest.yaml", "expected: 1\n");
    home.write("schedules/a.yaml", "title: A\nobligations:\n  - { set: ministry, at_least: 1 }\n");
    station.wait_for("THE LOG CANNOT BE WRITTEN (");
    station.wait_for("cannot be met any more: 1 airings are owed, 0 at most are left");
    let alarms = open(&home);
    let unwritten = alarms.iter().find(|alarm| alarm["what"] == "log_not_written").unwrap();
    assert!(unwritten["text"].as_str().unwrap().ends_with(" entries kept in memory; check the disk"), "{alarms:#?}");
    db.execute_batch("ROLLBACK").unwrap();
    station.wait_for("The log is written again");
    assert!(station.terminate(PATIENCE).success());
    let raised: i64 =
        db.query_row("SELECT count(*) FROM alarm WHERE what = 'log_not_written'", [], |row| row.get(0)).unwrap();
    assert_eq!(raised, 1);
}

#[test]
fn doctor_ends_with_1_while_an_alarm_is_open_and_when_one_was_when_the_station_ended() {
    let home = Home::new();
    home.tone("ministry/01.wav", 600, 300);
    home.write("audio/ministry/manifest.yaml", "expected: 2\n");
    let station = on_air(&home);
    let alarm = |home: &Home| {
        let found = home.loa_en(&["doctor", "--json"]).json()["findings"].clone();
        found.as_array().unwrap().iter().find(|found| found["topic"] == "alarm").unwrap().clone()
    };
    let found = alarm(&home);
    assert_eq!(found["state"], "error");
    let words = "The ministry set is incomplete: 2 files are expected, 1 are there; copy the rest into audio/ministry";
    let what = found["what"].as_str().unwrap();
    assert!(what.starts_with("since 20") && what.ends_with(&format!(": {words}")), "{what}");
    assert!(station.terminate(PATIENCE).success());
    let found = alarm(&home);
    assert_eq!(found["state"], "error");
    let what = found["what"].as_str().unwrap();
    assert!(what.ends_with(&format!(", and still so when the program ended: {words}")), "{what}");
    home.loa(&["doctor"]).with_code(1);
    let off = home.loa_en(&["status"]).with_code(0).out;
    assert!(off.contains("! since 20") && off.contains(words), "{off}");
}

#[test]
fn files_that_cannot_air_are_alarms_up_to_a_number_and_what_waits_for_somebody_is_a_note() {
    let home = Home::new();
    home.tone("bulletins/cho-duyet.wav", 600, 300);
    for number in 0..30 {
        home.write(&format!("audio/bulletins/{number:02}.mp3"), "<html>404</html>");
    }
    let station = on_air(&home);
    let status = home.loa_en(&["status", "--json"]).with_code(0).json();
    let alarms = status["alarms"].as_array().unwrap();
    assert_eq!(alarms.len(), 21);
    assert_eq!((&alarms[0]["what"], &alarms[0]["subject"]), (&"file_unfit".into(), &"audio/bulletins/00.mp3".into()));
    assert_eq!(alarms[20]["text"], "10 more files cannot air; see `loa library`");
    let notes = status["notes"].as_array().unwrap();
    assert!(
        notes.len() == 1 && notes[0].as_str().unwrap().starts_with("audio/bulletins/cho-duyet.wav: "),
        "{notes:#?}"
    );
    let shown = home.loa_en(&["status"]).out;
    assert!(shown.contains("\n- audio/bulletins/cho-duyet.wav: ") && shown.contains("\n! since 20"), "{shown}");
    drop(station);
}

#[test]
fn an_audio_folder_that_goes_and_comes_back_is_told_once_each() {
    let home = Home::new();
    let mut station = on_air(&home);
    let (audio, away) = (home.path("audio"), home.path("away"));
    fs::rename(&audio, &away).unwrap();
    // Something has to say "look": the folder itself is not watched from above.
    home.write("schedules/a.yaml", "title: A\n");
    station.wait_for("The folder ");
    let shown = audio.display();
    let gone = format!(
        "The folder {shown} is gone (No such file or directory (os error 2)); plug the drive in again; what was known of it holds"
    );
    assert!(station.heard.last().unwrap().ends_with(&gone), "{:#?}", station.heard);
    fs::rename(&away, &audio).unwrap();
    home.write("schedules/a.yaml", "title: B\n");
    station.wait_for(&format!("The folder {shown} is back"));
    let alarm = &open(&home)[0];
    assert_eq!((&alarm["what"], alarm["right_since"].is_string()), (&"folder_gone".into(), true));
    let status = home.loa_en(&["status"]).out;
    assert!(status.contains("  (not so since 20") && status.contains(", watched for a minute more)\n"), "{status}");
    let past = home.loa(&["doctor", "--json"]).json();
    let past = past["findings"].as_array().unwrap().iter().find(|found| found["topic"] == "alarm").unwrap().clone();
    assert_eq!(past["state"], "warning", "{past}");
    assert!(station.terminate(PATIENCE).success());
}

/// The alarm as the store gives it back is the one that was said, whatever the language of whoever asks.
#[test]
fn what_was_said_is_kept_in_both_languages() {
    let mut station = station();
    station.outage(0, at(5, 3, 0), at(5, 5, 0));
    station.power_on();
    station.run_until(at(5, 4, 0));
    let open: Vec<Alarm> = station.store().open_alarms().unwrap();
    assert_eq!(open[0].text.vi, LOST_VI);
    assert_eq!(open[0].text.en, LOST_EN);
}
