//! A clock that is set, forgets the time, or cannot be right.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, date};
use loaphuong::airtime::{ClockState, Fact, Outcome, Reason};
use loaphuong::time::Frames;

use crate::home::Home;
use crate::simulated::{Station, found, papers};

const DAY: Date = date(2020, 8, 4);

const SCHEDULE: &str = "title: Hằng ngày\nsessions:\n\
  - { id: sang, at: \"05:00\", length: 30m, rundown: [{ pick: ministry }] }\n\
  - { id: trua, at: \"11:00\", length: 30m, rundown: [{ pick: ministry }] }\n\
  - { id: chieu, at: \"17:00\", length: 30m, rundown: [{ pick: ministry }] }\n";

/// Two files of ten minutes, three sessions a day, quiet from 21:30 to 04:45.
fn station() -> Station {
    station_quiet("21:30-04:45")
}

fn station_quiet(hours: &str) -> Station {
    let home = Home::new();
    home.write("schedules/s.yaml", SCHEDULE);
    home.configure(&format!("quiet_hours: \"{hours}\""));
    let ten_minutes = || Ok(Frames::from_secs(600));
    let files = vec![found("ministry/01.mp3", ten_minutes()), found("ministry/02.mp3", ten_minutes())];
    Station::new(papers(&home.path("")), files, DAY)
}

/// What became of each item: session, outcome, reason, seconds heard.
fn told(station: &Station) -> Vec<(String, Outcome, Option<Reason>, u64)> {
    let of = |row: loaphuong::airtime::Airing| {
        (format!("{} {}", row.slot.date, row.slot.session), row.outcome, row.reason, row.aired.whole_millis() / 1_000)
    };
    station.log().into_iter().map(of).collect()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn aired(session: &str) -> (String, Outcome, Option<Reason>, u64) {
    (format!("2020-08-04 {session}"), Outcome::Aired, None, 600)
}

fn missed(session: &str) -> (String, Outcome, Option<Reason>, u64) {
    (format!("2020-08-04 {session}"), Outcome::Missed, Some(Reason::Clock), 0)
}

/// Seven hours ahead at 05:05: what is on ends by the time it began with; the session that was jumped over has its rows.
#[test]
fn a_clock_set_ahead_during_an_item_leaves_it_alone() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(5, 5, 0, 0));
    station.clock().set_state(ClockState::Unsynced);
    station.clock().set_off(hours(7));
    station.run_until(DAY.at(5, 30, 0, 0));
    assert_eq!(told(&station), [aired("sang"), aired("sang"), missed("trua"), missed("trua")]);
    let firsts: Vec<_> = station.heard().iter().map(|heard| heard.first).collect();
    assert_eq!(firsts, [station.instant(DAY.at(5, 0, 0, 0)), station.instant(DAY.at(5, 10, 0, 0))]);
    let set: Vec<_> = station.rows().into_iter().filter(|row| matches!(row.entry.fact, Fact::ClockSet(_))).collect();
    assert_eq!(set.len(), 1, "that it was set is a row of the log");
    assert_eq!(set[0].entry.noted.boot.as_ref().unwrap().id, "simulated-1");
}

/// Three days back at 11:05: nothing airs a second time, and on the way there nothing else.
#[test]
fn a_clock_set_back_repeats_nothing() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(11, 5, 0, 0));
    station.clock().set_off(-hours(72));
    station.run_until(DAY.at(16, 0, 0, 0));
    let morning = [aired("sang"), aired("sang"), aired("trua"), aired("trua")];
    assert_eq!(told(&station)[..4], morning);
    station.clock().set_off(SignedDuration::ZERO);
    station.run_until(DAY.at(18, 0, 0, 0));
    let told = told(&station);
    let of_today = |told: &&(String, Outcome, Option<Reason>, u64)| told.0.starts_with("2020-08-04");
    let today: Vec<_> = told.iter().filter(of_today).cloned().collect();
    assert_eq!(today, [&morning[..], &[aired("chieu"), aired("chieu")]].concat());
}

/// Booted in 1970, 2000 or 2099 it is silent and says so; on the air as soon as somebody has set the clock.
#[test]
fn a_computer_that_forgot_the_time_is_silent_until_it_is_set() {
    for year in [1970, 2000, 2099] {
        let mut station = station();
        station.power_on();
        station.run_until(DAY.at(4, 0, 0, 0));
        station.cut_power();
        station.run_until(DAY.at(4, 30, 0, 0));
        let wrong = station.instant(date(year, 1, 1).at(4, 59, 0, 0));
        station.clock().set_state(ClockState::Unsynced);
        station.clock().set_off(wrong.duration_since(station.instant(DAY.at(4, 30, 0, 0))));
        station.clock().boot_anew();
        station.power_on();
        station.run_until(DAY.at(10, 59, 0, 0));
        assert!(station.heard().is_empty(), "{year}");
        station.clock().set_off(SignedDuration::ZERO);
        station.run_until(DAY.at(12, 0, 0, 0));
        assert_eq!(told(&station), [missed("sang"), missed("sang"), aired("trua"), aired("trua")], "{year}");
        station.stop();
        station.check_the_log();
    }
}

/// The power went at half past four in the afternoon. At a quarter past three the computer goes on from the time that it kept
/// on its disk, and takes it for the afternoon still.
#[test]
fn a_computer_that_goes_on_from_a_time_kept_on_its_disk_is_silent_until_it_is_set() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(16, 30, 0, 0));
    station.cut_power();
    let next_day = DAY.tomorrow().unwrap();
    station.run_until(next_day.at(3, 15, 0, 0));
    goes_on_from_its_disk(&station, DAY.at(16, 31, 0, 0), next_day.at(3, 15, 0, 0));
    station.power_on();
    let heard = station.heard().len();
    station.run_until(next_day.at(8, 0, 0, 0));
    assert_eq!(station.heard().len(), heard, "five in the afternoon by its clock came at a quarter to four");
    // Somebody sets the clock. The battery's is not set with it; that it was told the time outlasts the program.
    station.clock().set_off(SignedDuration::ZERO);
    station.run_until(next_day.at(9, 0, 0, 0));
    station.stop();
    station.power_on();
    station.run_until(next_day.at(12, 0, 0, 0));
    let of_days = |(slot, outcome, reason, _): (String, _, _, _)| (slot, outcome, reason);
    let told: Vec<_> = told(&station).into_iter().skip(4).map(of_days).collect();
    let slot = |date: Date, session: &str| format!("{date} {session}");
    let [chieu, sang, trua] = [slot(DAY, "chieu"), slot(next_day, "sang"), slot(next_day, "trua")];
    let missed = |slot: &String, reason| (slot.clone(), Outcome::Missed, Some(reason));
    let aired = (trua, Outcome::Aired, None);
    let in_the_dark = [missed(&chieu, Reason::Power), missed(&chieu, Reason::Power)];
    let unknown = [missed(&sang, Reason::Clock), missed(&sang, Reason::Clock)];
    assert_eq!(told, [&in_the_dark[..], &unknown, &[aired.clone(), aired]].concat());
    station.stop();
    station.check_the_log();
}

/// It may be right all the same; then somebody who looked at another clock says so.
#[test]
fn a_person_confirms_a_time_kept_on_the_disk() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(4, 0, 0, 0));
    station.cut_power();
    goes_on_from_its_disk(&station, DAY.at(4, 0, 10, 0), DAY.at(4, 0, 10, 0));
    station.power_on();
    station.run_until(DAY.at(10, 0, 0, 0));
    assert!(station.heard().is_empty(), "the battery may have been dead for a day or for a minute");
    station.on_air().confirm_the_clock("Trạm trưởng, Lan");
    station.run_until(DAY.at(12, 0, 0, 0));
    assert_eq!(told(&station), [missed("sang"), missed("sang"), aired("trua"), aired("trua")]);
}

/// It truly is `truth`; the battery says 1 January 2000, and the computer `saved`.
fn goes_on_from_its_disk(station: &Station, saved: DateTime, truth: DateTime) {
    let off = |shown| station.instant(shown).duration_since(station.instant(truth));
    station.clock().set_state(ClockState::Unsynced);
    station.clock().set_off(off(saved));
    station.clock().set_battery_off(off(date(2000, 1, 1).at(0, 0, 0, 0)));
    station.clock().boot_anew();
}

/// Without a time server somebody has to say that a clock which was set back is right.
#[test]
fn a_person_confirms_a_clock_that_was_wrong_before() {
    let mut station = station();
    station.clock().set_state(ClockState::Unsynced);
    station.clock().set_off(hours(24 * 100));
    station.power_on();
    station.run_until(DAY.at(4, 0, 0, 0));
    station.clock().set_off(SignedDuration::ZERO);
    station.run_until(DAY.at(10, 0, 0, 0));
    assert!(station.heard().is_empty(), "a hundred days back cannot be right by itself");
    station.on_air().confirm_the_clock("Trạm trưởng, Lan");
    station.run_until(DAY.at(12, 0, 0, 0));
    assert_eq!(told(&station)[told(&station).len() - 2..], [aired("trua"), aired("trua")]);
}

/// A clock that is set into quiet hours while something is on takes it down: in doubt it is quiet.
#[test]
fn a_clock_set_into_quiet_hours_silences_what_is_on() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(17, 5, 0, 0));
    station.clock().set_off(hours(5));
    station.run_until(DAY.at(18, 0, 0, 0));
    let told = told(&station);
    let (blocked, cut) = (&told[4], &told[5]);
    assert_eq!((cut.1, cut.2), (Outcome::Partial, Some(Reason::QuietHours)), "{cut:?}");
    assert!((300..303).contains(&cut.3), "{cut:?}");
    assert_eq!((blocked.1, blocked.2, blocked.3), (Outcome::Blocked, Some(Reason::QuietHours), 0));
}

/// A session that begins when quiet hours end is supplied to its output while they last, and airs whole.
#[test]
fn a_session_begins_with_the_end_of_quiet_hours() {
    for hours in ["22:00-05:00", "10:00-11:00"] {
        let mut station = station_quiet(hours);
        station.power_on();
        station.run_until(DAY.at(11, 30, 0, 0));
        assert_eq!(told(&station), [aired("sang"), aired("sang"), aired("trua"), aired("trua")], "{hours}");
    }
}

/// The clock is a day ahead over the morning's session, and a time server sets it back: what it airs then counts for the day it really is, and
/// is made up once.
#[test]
fn a_clock_that_was_a_day_ahead_has_nothing_made_up_twice() {
    let home = Home::new();
    home.write(
        "schedules/s.yaml",
        "sessions:\n  - { id: sang, at: \"05:00\", length: 30m, rundown: [{ pick: ministry }] }\nobligations:\n  - { set: \
         ministry, at_least: 1, make_up: [\"09:00-10:00\", \"11:00-12:00\"] }\n",
    );
    let minutes = || Ok(Frames::from_secs(600));
    let files = vec![found("ministry/01.mp3", minutes()), found("ministry/02.mp3", minutes())];
    let mut station = Station::new(papers(&home.path("")), files, DAY);
    station.power_on();
    station.run_until(DAY.at(4, 50, 0, 0));
    station.clock().set_state(ClockState::Unsynced);
    station.clock().set_off(hours(24));
    station.run_until(DAY.at(5, 40, 0, 0));
    station.clock().set_off(hours(0));
    station.clock().set_state(ClockState::Synced);
    station.run_until(DAY.at(13, 0, 0, 0));
    let mut heard = told(&station);
    heard.retain(|row| row.1 == Outcome::Aired);
    let tomorrow = ("2020-08-05 sang".to_owned(), Outcome::Aired, None, 600);
    assert_eq!(heard, [tomorrow.clone(), tomorrow, aired("phat-bu-0900"), aired("phat-bu-0900")]);
}

/// At 05:10 the clerk has the morning's session fire in the evening too, which gives it another name.
#[test]
fn a_session_that_is_edited_while_it_is_on_is_no_second_one() {
    let home = Home::new();
    let ordered = |cron: &str| {
        let rundown = "[{ pick: ministry, fill: true }]";
        let text = format!("sessions:\n  - {{ id: sang, cron: \"{cron}\", length: 20m, rundown: {rundown} }}\n");
        home.write("schedules/s.yaml", text);
        papers(&home.path(""))
    };
    let minutes = || Ok(Frames::from_secs(600));
    let files = vec![found("ministry/01.mp3", minutes()), found("ministry/02.mp3", minutes())];
    let mut station = Station::new(ordered("0 5 * * *"), files, DAY);
    station.power_on();
    station.run_until(DAY.at(5, 10, 0, 0));
    station.set_papers(ordered("0 5,17 * * *"));
    station.run_until(DAY.at(18, 0, 0, 0));
    let evening = "sang-1700";
    assert_eq!(told(&station), [aired("sang"), aired("sang"), aired(evening), aired(evening)]);
}

/// Asleep for six hours over a session: its rows say power.
#[test]
fn a_computer_that_slept_has_its_gap() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(10, 0, 0, 0));
    station.sleep(true);
    station.run_until(DAY.at(16, 0, 0, 0));
    station.sleep(false);
    station.run_until(DAY.at(18, 0, 0, 0));
    let told = told(&station);
    assert_eq!(
        told.iter().map(|told| told.0.as_str()).collect::<Vec<_>>(),
        [
            "2020-08-04 sang",
            "2020-08-04 sang",
            "2020-08-04 trua",
            "2020-08-04 trua",
            "2020-08-04 chieu",
            "2020-08-04 chieu"
        ]
    );
    assert_eq!((told[2].1, told[2].2), (Outcome::Missed, Some(Reason::Power)));
    assert_eq!((told[4].1, told[5].1), (Outcome::Aired, Outcome::Aired));
}

#[test]
fn the_clock_is_shown_and_confirmed_from_the_command_line() {
    let home = Home::new();
    let shown = home.loa_en(&["clock", "--json"]).with_code(0).json();
    assert!(["synced", "unsynced"].contains(&shown["state"].as_str().unwrap()), "{shown}");
    assert!(shown["uptime_seconds"].as_f64().unwrap() > 0.0);
    let said = home.loa_en(&["clock", "confirm", "--by", " "]).with_code(2);
    assert!(said.err.contains("--by"), "{}", said.err);
    let said = home.loa_en(&["clock", "confirm", "--by", "Lan"]).with_code(0);
    assert!(said.err.contains("Put into the log: the clock is right at "), "{}", said.err);
    let said = home.loa_en(&["log"]).with_code(0);
    assert!(said.out.contains("Lan confirmed that the clock is right"), "{}", said.out);
    home.loa_en(&["log", "verify"]).with_code(0);
}

/// Back a minute before the session ends: the minute is not filled with half an item, and the end stays where it was.
#[test]
fn power_that_comes_back_a_minute_before_a_session_ends_airs_no_part_of_an_item() {
    let mut station = station();
    station.power_on();
    station.run_until(DAY.at(5, 3, 0, 0));
    station.cut_power();
    station.run_until(DAY.at(5, 29, 0, 0));
    station.power_on();
    station.run_until(DAY.at(5, 40, 0, 0));
    let told = told(&station);
    assert_eq!((told[0].1, told[0].2), (Outcome::Interrupted, Some(Reason::Power)));
    assert!((178..=180).contains(&told[0].3), "{told:?}");
    assert_eq!(told[1..], [(told[0].0.clone(), Outcome::Missed, Some(Reason::Power), 0)]);
    station.stop();
    station.check_the_log();
}

/// Neither the system's list of time zones nor its own zone is needed: Vietnam's is in the program.
#[test]
fn a_computer_that_knows_no_time_zones_airs_at_the_same_hours() {
    let home = Home::new();
    home.write("schedules/s.yaml", SCHEDULE);
    let mut command = home.command(&["plan", "--date", "2099-08-04", "--json"]);
    command.env("TZDIR", "/nowhere").env("TZ", "Nowhere/Else");
    let plan = crate::home::run(command).with_code(0).json();
    assert_eq!(plan["days"][0]["sessions"][0]["start"], "2099-08-04T05:00:00.000+07:00");
}
