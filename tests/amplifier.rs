//! The amplifier's hooks: the real program with real scripts in its home, and a simulated day in which none is run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use loaphuong::time::Frames;
use serde_json::Value;

use crate::home::{Home, PATIENCE};
use crate::simulated::{Station, found, papers};

/// Writes down which hook it is, for which session, and when it ran.
const NOTE: &str = "#!/bin/sh\necho \"$LOA_HOOK ${LOA_SESSION:--} $(date +%s%3N)\" >> switched\n";

/// A session `thu` of one file, which never fires by itself, and what `amplifier:` says besides.
fn home_with(amplifier: &str, seconds: u32) -> Home {
    let home = Home::new();
    home.configure(&format!("amplifier: {{ {amplifier} }}"));
    script(&home, "note", NOTE);
    home.write(
        "schedules/thu.yaml",
        "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 10m\n    rundown:\n      - play: \
         jingles/mo.wav\n",
    );
    home.tone("jingles/mo.wav", 600, seconds * 1_000);
    home
}

fn script(home: &Home, name: &str, text: &str) {
    home.write(name, text);
    fs::set_permissions(home.path(name), fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the scripts wrote: hook, session, milliseconds.
fn switched(home: &Home) -> Vec<(String, String, i64)> {
    let text = fs::read_to_string(home.path("switched")).unwrap_or_default();
    let line = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        (words[0].to_owned(), words[1].to_owned(), words[2].parse().unwrap())
    };
    text.lines().map(line).collect()
}

fn instant(row: &Value, column: &str) -> i64 {
    row[column].as_str().unwrap().parse::<Timestamp>().unwrap().as_millisecond()
}

fn aired(home: &Home) -> Value {
    let rows = home.log();
    assert_eq!((rows.len(), &rows[0]["outcome"]), (1, &"aired".into()), "{rows:#?}");
    rows[0].clone()
}

#[test]
fn it_is_switched_on_before_the_first_sound_and_off_after_the_last() {
    let home = home_with("on: ./note, off: [./note], warm_up: 2s", 1);
    let today = "2020-08-10";
    home.loa(&["simulate", "--from", today, "--days", "2"]).with_code(0);
    assert!(switched(&home).is_empty(), "a simulation runs no command");
    let (status, heard) = home.on_air(&["-v", "--session", "thu", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
    let row = aired(&home);
    let switched = switched(&home);
    let words: Vec<_> = switched.iter().map(|(hook, session, _)| (hook.as_str(), session.as_str())).collect();
    assert_eq!(words, [("on", "thu"), ("off", "thu")]);
    assert!(switched[0].2 < instant(&row, "aired_at") - 500, "{switched:?} for {row}");
    assert!(switched[1].2 >= instant(&row, "ended_at"), "{switched:?} for {row}");
    let said = |words: &str| heard.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{heard:#?}"));
    let order =
        ["The amplifier is switched on", "On the air: mo", "The amplifier is switched off", "Stopped"].map(said);
    assert!(order.is_sorted(), "{heard:#?}");
}

#[test]
fn what_goes_as_planned_is_said_only_to_whoever_wants_to_hear_it() {
    let home = home_with("on: ./note, off: ./note", 1);
    let (_, heard) = home.on_air(&["--session", "thu", "--once"]).wait();
    assert!(!heard.iter().any(|line| line.contains("amplifier")), "{heard:#?}");
    assert_eq!(switched(&home).len(), 2);
}

#[test]
fn a_station_that_starts_idle_switches_it_off_so_that_it_is_known() {
    let home = home_with("on: ./note, off: ./note", 1);
    let mut station = home.on_air(&["-v"]);
    station.wait_for("The amplifier is switched off");
    let status = home.loa(&["status", "--json"]).json();
    assert_eq!((&status["amplifier"], status["alarms"].as_array().unwrap().len()), (&"off".into(), 0), "{status}");
    assert!(station.terminate(PATIENCE).success());
    assert_eq!(switched(&home).len(), 1, "what is off need not be switched off at the end");
}

#[test]
fn a_hook_that_fails_is_an_alarm_and_the_programme_goes_out_all_the_same() {
    let home = home_with("on: ./no-relay, off: ./broken", 4);
    script(&home, "broken", "#!/bin/sh\necho 'relay 1: no such board' >&2\nexit 3\n");
    let mut station = home.on_air(&["--session", "thu", "--once"]);
    station.wait_for("THE AMPLIFIER CANNOT BE SWITCHED ON: ./no-relay cannot be run (No such file or directory");
    let status = home.loa_en(&["status", "--json"]).json();
    let alarms = status["alarms"].as_array().unwrap();
    assert_eq!(
        (alarms.len(), &alarms[0]["what"], &alarms[0]["subject"]),
        (1, &"amplifier_failed".into(), &"on".into())
    );
    let text = alarms[0]["text"].as_str().unwrap();
    assert!(text.starts_with("THE AMPLIFIER CANNOT BE SWITCHED ON: ./no-relay cannot be run "), "{text}");
    assert_eq!(status["amplifier"], "unknown");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let off = "THE AMPLIFIER CANNOT BE SWITCHED OFF: ./broken ended with error 3: relay 1: no such board.";
    assert!(heard.iter().any(|line| line.contains(off)), "{heard:#?}");
    assert_eq!(heard.iter().filter(|line| line.contains("CANNOT BE SWITCHED ON")).count(), 1, "said once: {heard:#?}");
    aired(&home);
}

#[test]
fn a_command_that_is_not_there_is_found_before_it_is_needed() {
    let home = home_with("on: ./no-relay, off: ./note", 1);
    let said = home.loa_en(&["check"]);
    let line = "station.yaml: note: amplifier.on: \"./no-relay\" cannot be run; install the program, mend its name, or \
                chmod +x the script\n";
    assert!(said.out.contains(line) && !said.out.contains("amplifier.off"), "{said:?}");
    home.configure("amplifier: { on: echo 1 > /dev/null }");
    let said = home.loa_en(&["check"]).with_code(1);
    let line = "station.yaml:4:18: no shell reads this command, > has no effect; write a list, such as [\"sh\", \"-c\", \"…\"]";
    assert!(said.out.contains(line), "{said:?}");
}

#[test]
fn a_hook_that_works_in_the_end_is_no_alarm_any_more() {
    let home = home_with("on: ./shy, off: ./note", 6);
    script(&home, "shy", "#!/bin/sh\ntest -e tried || { touch tried; exit 1; }\nexec ./note\n");
    let mut station = home.on_air(&["--session", "thu", "--once"]);
    station.wait_for("Switching the amplifier on fails no more");
    let status = home.loa(&["status", "--json"]).json();
    assert_eq!(status["amplifier"], "on");
    assert!(status["alarms"][0]["right_since"].is_string(), "watched for a minute more: {status}");
    let (_, heard) = station.wait();
    assert_eq!(switched(&home).len(), 2, "{heard:#?}");
}

#[test]
fn a_hook_that_hangs_is_ended_and_nothing_waits_for_it() {
    let home = home_with("on: ./hang, off: ./hang, timeout: 1s", 2);
    script(&home, "hang", "#!/bin/sh\necho calling the plug\nsleep 1000 & wait\n");
    let mut station = home.on_air(&["--session", "thu", "--once"]);
    station.wait_for("SWITCHED ON: ./hang was not done within 1 s and was ended: calling the plug.");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let row = aired(&home);
    let late = instant(&row, "aired_at") - instant(&row, "planned_at");
    assert!(late.abs() < 300, "{late} ms late");
    let stopped = heard.iter().position(|line| line.contains("Stopped, the log is closed")).unwrap();
    let failed = heard.iter().position(|line| line.contains("SWITCHED OFF: ./hang was not done")).unwrap();
    assert!(failed < stopped, "the end waits for the last command, as long as it may take: {heard:#?}");
}

#[test]
fn told_to_stop_in_mid_session_it_switches_off_what_it_switched_on() {
    let home = home_with("on: ./note, off: ./note, cool_down: 1h", 30);
    let mut station = home.on_air(&["-v", "--session", "thu"]);
    for words in ["The amplifier is switched on", "On the air: mo"] {
        if !station.heard.iter().any(|line| line.contains(words)) {
            station.wait_for(words);
        }
    }
    assert!(station.terminate(Duration::from_secs(5)).success());
    let row = home.log().remove(0);
    let switched = switched(&home);
    assert_eq!((switched[0].0.as_str(), switched[1].0.as_str(), switched.len()), ("on", "off", 2));
    assert!(switched[1].2 >= instant(&row, "ended_at"), "{switched:?} for {row}");
}

#[test]
fn an_operator_may_write_another_command_while_the_station_runs() {
    let home = home_with("on: ./note, off: ./broken", 1);
    script(&home, "broken", "#!/bin/sh\nexit 1\n");
    let mut station = home.on_air(&["-v"]);
    station.wait_for("THE AMPLIFIER CANNOT BE SWITCHED OFF: ./broken ended with error 1.");
    home.configure("amplifier: { on: ./note, off: ./note }");
    // Papers are read again when the audio folder or the schedules change.
    home.write("schedules/moi.yaml", "title: Mới\n");
    station.wait_for("Switching the amplifier off fails no more");
    assert!(home.loa(&["status", "--json"]).json()["alarms"][0]["right_since"].is_string());
    assert!(station.terminate(PATIENCE).success());
}

/// Two sessions half a minute apart, and one in the evening.
const DAY: &str = "title: Một ngày\nsessions:\n  - { id: sang, at: \"05:00\", length: 10m, rundown: [{ play: \
                   jingles/mo.wav }] }\n  - { id: tin, at: \"05:10:30\", length: 10m, rundown: [{ play: jingles/mo.wav }] }\n  \
                   - { id: chieu, at: \"17:00\", length: 10m, rundown: [{ play: jingles/mo.wav }] }\n";

#[test]
fn through_a_day_it_is_on_by_the_warm_up_and_rests_between_sessions() {
    let home = Home::new();
    home.configure("amplifier: { on: bat, off: tat, warm_up: 45s, cool_down: 1m }");
    home.write("schedules/ngay.yaml", DAY);
    let day = date(2020, 8, 10);
    let files = vec![found("jingles/mo.wav", Ok(Frames::from_secs(599)))];
    let mut station = Station::new(papers(&home.path("")), files, day);
    station.power_on();
    station.run_until(day.at(23, 0, 0, 0));
    station.check_the_log();
    let shown = |at: Timestamp| at.to_zoned(station.papers.config.timezone.clone()).strftime("%H:%M:%S").to_string();
    let switched: Vec<_> = station.switched().into_iter().map(|(at, on)| (shown(at), on)).collect();
    let expected =
        [("00:00:00", false), ("04:59:15", true), ("05:21:29", false), ("16:59:15", true), ("17:10:59", false)];
    assert_eq!(switched, expected.map(|(at, on)| (at.to_owned(), on)));
}
