//! A wrong file leaves its last good version in force, whatever happens to the power meanwhile; and every command says so.

use std::fs;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::home::{Home, PATIENCE, Running};

const SCHEDULE: &str = "title: Lịch\nsessions:\n  - id: sang\n    at: \"05:00\"\n    length: 10m\n    rundown:\n      - play: \
                        jingles/mo.wav\n  - id: chieu\n    at: \"17:00\"\n    length: 10m\n    rundown:\n      - play: \
                        jingles/mo.wav\n";
const WRONG_EN: &str =
    "schedules/s.yaml:4:9: \"5h00\" is no time of day; write hours:minutes from 00:00 to 23:59, such as \"05:00\"";
const STANDS_EN: &str = "the last good version, taken over at …, stays in force until this is mended";
const STANDS_VI: &str = "bản đúng gần nhất, nhận lúc …, vẫn có hiệu lực cho đến khi sửa xong";
const NOTHING_EN: &str = "there is no good version from before; nothing of it is in force until it is mended";

/// A home with two sessions a day.
fn home() -> Home {
    let home = Home::new();
    home.tone("jingles/mo.wav", 600, 500);
    home.write("schedules/s.yaml", SCHEDULE);
    home
}

fn wrong() -> String {
    SCHEDULE.replace("05:00", "5h00")
}

/// The station was on the air with the home as it is.
fn taken_over(home: &Home) {
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    assert!(station.terminate(PATIENCE).success());
}

/// Instants as `…`: the dots between "at"/"lúc" and the next comma.
fn without_instants(text: &str) -> String {
    ["taken over at ", "nhận lúc ", "Still so since "].iter().fold(text.to_owned(), |text, mark| {
        let mut parts = text.split(*mark);
        let first = parts.next().unwrap_or_default().to_owned();
        let behind = |part: &str| format!("{mark}…{}", &part["00:00:00 01/01/2000".len()..]);
        first + &parts.map(behind).collect::<String>()
    })
}

/// The beginnings of the sessions that are planned for a day far ahead.
fn planned(home: &Home) -> Vec<String> {
    let plan = home.loa_en(&["plan", "--date", "2099-08-04", "--json"]).with_code(0).json();
    let sessions = plan["days"][0]["sessions"].as_array().unwrap();
    sessions.iter().map(|session| session["start"].as_str().unwrap()[11..16].to_owned()).collect()
}

fn alarms(home: &Home) -> Vec<Value> {
    home.loa_en(&["status", "--json"]).with_code(0).json()["alarms"].as_array().unwrap().clone()
}

/// What a running station said last that has to do with this.
fn last(station: &Running, words: &str) -> String {
    let line = station.heard.iter().rfind(|line| line.contains(words)).unwrap();
    without_instants(line.split_once("  ").unwrap().1)
}

/// Looks every 20 ms, for a minute at most.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_kept, never) = mpsc::channel::<()>();
    let so = (0..3_000).any(|_| is_so() || never.recv_timeout(Duration::from_millis(20)).is_ok());
    assert!(so, "waited in vain: {what}");
}

#[test]
fn a_schedule_gone_wrong_on_the_air_stays_as_it_was_across_restarts_until_it_is_mended() {
    let home = home();
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    home.write("schedules/s.yaml", wrong());
    station.wait_for("schedules/s.yaml:4:9");
    assert_eq!(last(&station, "5h00"), format!("{WRONG_EN}; {STANDS_EN}"));
    assert_eq!(planned(&home), ["05:00", "17:00"]);
    let open = alarms(&home);
    assert_eq!((&open[0]["what"], &open[0]["subject"]), (&"mistake".into(), &"schedules/s.yaml".into()), "{open:#?}");
    assert_eq!(without_instants(open[0]["text"].as_str().unwrap()), format!("{WRONG_EN}; {STANDS_EN}"));
    let plan = home.loa(&["--lang", "vi", "plan", "--date", "2099-08-04"]).with_code(0);
    assert!(without_instants(&plan.err).ends_with(&format!("schedules/s.yaml: {STANDS_VI}\n")), "{}", plan.err);
    // Killed, and started again with the file still wrong.
    drop(station);
    let mut station = home.on_air(&[]);
    station.wait_for("Still so since");
    assert_eq!(last(&station, "Still so"), format!("Still so since …: {WRONG_EN}; {STANDS_EN}"));
    assert_eq!(planned(&home), ["05:00", "17:00"]);
    assert_eq!(alarms(&home)[0]["since"], open[0]["since"], "one alarm, however often the power is cut");
    home.write("schedules/s.yaml", SCHEDULE.replace("05:00", "06:00"));
    station.wait_for("schedules/s.yaml: no mistake any more, in force as it is written");
    assert_eq!(planned(&home), ["06:00", "17:00"]);
    // What is deleted was taken back: it leaves force, and what was kept of it goes.
    let kept = home.path("data/last-good/schedules/s.yaml");
    wait_until("the new version is kept", || fs::read_to_string(&kept).is_ok_and(|text| text.contains("06:00")));
    fs::remove_file(home.path("schedules/s.yaml")).unwrap();
    wait_until("the deleted one is forgotten", || !kept.exists());
    assert_eq!(planned(&home), [""; 0]);
    assert!(station.terminate(PATIENCE).success());
}

#[test]
fn check_names_the_mistakes_as_they_are_written_and_what_is_in_force() {
    let home = home();
    taken_over(&home);
    home.write("schedules/s.yaml", wrong());
    let said = home.loa_en(&["check"]).with_code(1);
    assert!(said.out.starts_with(&format!("{WRONG_EN}\n    ")), "{}", said.out);
    let told = without_instants(&said.err);
    assert!(told.starts_with(&format!("schedules/s.yaml: {STANDS_EN}\n")), "{told}");
    let json = home.loa(&["check", "--json"]).with_code(1).json();
    assert_eq!((&json["problems"][0]["line"], &json["in_force"][0]["path"]), (&4.into(), &"schedules/s.yaml".into()));
    assert!(json["in_force"][0]["since"].as_str().unwrap().ends_with("+07:00"), "{json}");
}

#[test]
fn what_a_power_cut_leaves_of_a_file_is_a_mistake() {
    let home = home();
    taken_over(&home);
    // It reads as a schedule of two sessions, the second of a file that is not there.
    let cut = SCHEDULE.rfind(".wav").unwrap();
    let zeroes = "\0".repeat(SCHEDULE.len());
    let half = "schedules/s.yaml: the file breaks off in the middle of a line of its version before; copy it again as a whole \
                or, if it is meant so, end the last line with Enter and save\n";
    let empty = "schedules/s.yaml: the file is empty; fill it in or delete it\n";
    let no_text = "schedules/s.yaml: the file is not UTF-8 (from byte 0 on); open it in Notepad, choose Save As, Encoding: \
                   UTF-8\n";
    for (text, told) in [("", empty), (&zeroes, no_text), (&SCHEDULE[..cut], half)] {
        home.write("schedules/s.yaml", text);
        assert_eq!(planned(&home), ["05:00", "17:00"], "{text:?}");
        assert!(home.loa_en(&["check"]).with_code(1).out.starts_with(told), "{told}");
    }
    let vi = home.loa(&["--lang", "vi", "check"]).with_code(1).out;
    let half = "schedules/s.yaml: tệp đứt giữa dòng, so với bản trước; chép lại trọn tệp, hoặc nếu đúng ý thì xuống dòng ở cuối \
                tệp rồi lưu\n";
    assert!(vi.starts_with(half), "{vi}");
    // Shortened by a person, who ends the line.
    let end = SCHEDULE.find("  - id: chieu").unwrap();
    home.write("schedules/s.yaml", &SCHEDULE[..end]);
    assert_eq!(planned(&home), ["05:00"]);
}

#[test]
fn a_broken_station_yaml_at_a_restart_is_as_it_was() {
    let home = home();
    home.configure("timezone: Asia/Tokyo\nlanguage: en");
    taken_over(&home);
    home.configure("timezone: Asia/Hanoi\nlanguage: en");
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    station.wait_for("station.yaml:4:11");
    let told = "station.yaml:4:11: there is no time zone \"Asia/Hanoi\"; in Vietnam write Asia/Ho_Chi_Minh";
    assert_eq!(last(&station, "Hanoi"), format!("{told}; {STANDS_EN}"));
    let status = home.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!(status["station"], "Đài truyền thanh xã Tân Thanh");
    assert!(status["now"].as_str().unwrap().ends_with("+09:00"), "{status}");
    assert!(status["alarms"][0]["text"].as_str().unwrap().contains("stays in force"), "its language as well: {status}");
    assert!(station.terminate(PATIENCE).success());
    let doctor = home.loa(&["doctor", "--json"]).with_code(1).json();
    let of = |topic: &str| doctor["findings"].as_array().unwrap().iter().find(|found| found["topic"] == topic).unwrap();
    assert_eq!(of("settings")["state"], "error");
    assert_eq!(of("settings")["what"], format!("{told}; its last good version is in force"));
    assert_eq!(of("next_session")["state"], "ok", "the rest is looked at by what is in force");
    // Gone altogether.
    fs::remove_file(home.path("station.yaml")).unwrap();
    assert_eq!(planned(&home), ["05:00", "17:00"]);
    let mut station = home.on_air(&[]);
    station.wait_for("station.yaml: the file cannot be read (No such file or directory (os error 2))");
    assert!(station.terminate(PATIENCE).success());
    assert!(home.path("data/last-good/station.yaml").exists(), "nobody wants a station without one");
}

#[test]
fn a_first_start_with_a_wrong_file_has_nothing_to_fall_back_on() {
    let home = home();
    home.write("schedules/s.yaml", wrong());
    let mut station = home.on_air(&[]);
    station.wait_for("schedules/s.yaml:4:9");
    assert_eq!(last(&station, "5h00"), format!("{WRONG_EN}; {NOTHING_EN}"));
    assert!(station.terminate(PATIENCE).success());
    assert_eq!(planned(&home), [""; 0]);
    let other = Home::new();
    other.configure("counts_from: 90");
    for lang in ["vi", "en"] {
        let refused = other.loa(&["--lang", lang, "run"]).with_code(1);
        let nothing = if lang == "en" {
            NOTHING_EN
        } else {
            "không có bản đúng nào trước đó để dùng thay; sửa xong mới có hiệu lực"
        };
        assert!(refused.err.ends_with(&format!("\nstation.yaml: {nothing}\n")), "{}", refused.err);
    }
}

#[test]
fn a_copy_that_was_wrecked_counts_for_nothing() {
    let home = home();
    taken_over(&home);
    home.write("schedules/s.yaml", wrong());
    home.write("data/last-good/schedules/s.yaml", "\u{1}%&");
    assert_eq!(planned(&home), [""; 0]);
    let said = home.loa_en(&["plan", "--date", "2099-08-04"]).with_code(0);
    assert!(said.err.ends_with(&format!("\nschedules/s.yaml: {NOTHING_EN}\n")), "{}", said.err);
}

#[test]
fn a_zone_taken_away_takes_the_schedules_that_name_it_out_of_force() {
    let home = home();
    home.configure("zones: [{ name: cho, device: silent }, { name: doi, device: silent }]");
    home.write("schedules/s.yaml", SCHEDULE.replace("    at: \"05:00\"", "    zones: [doi]\n    at: \"05:00\""));
    home.write(
        "schedules/t.yaml",
        SCHEDULE.replace("05:00", "06:00").replace("17:00", "18:00").replace("id: ", "id: t"),
    );
    taken_over(&home);
    assert_eq!(planned(&home), ["05:00", "06:00", "17:00", "18:00"]);
    home.configure("zones: [{ name: cho, device: silent }]");
    assert_eq!(planned(&home), ["06:00", "18:00"]);
    let mut station = home.on_air(&[]);
    station.wait_for("schedules/s.yaml:4:13");
    let told = "schedules/s.yaml:4:13: station.yaml names no zone \"doi\"; there are: cho";
    assert_eq!(last(&station, "names no zone"), format!("{told}; {NOTHING_EN}"));
    assert!(station.terminate(PATIENCE).success());
}

#[test]
fn sidecar_and_manifest_stay_as_they_were_and_a_simulation_goes_by_them() {
    let home = home();
    home.tone("bulletins/hop.wav", 700, 500);
    home.tone("ministry/01.wav", 800, 500);
    home.write("audio/bulletins/hop.yaml", "title: Họp dân\n");
    home.write("audio/ministry/manifest.yaml", "expected: 1\nitems:\n  - { file: 01.wav, title: Rửa tay }\n");
    taken_over(&home);
    home.write("audio/bulletins/hop.yaml", "title Họp\n");
    home.write("audio/ministry/manifest.yaml", "expected: [1\n");
    home.write("schedules/s.yaml", wrong());
    let library = home.loa(&["library", "--json"]).with_code(0).json();
    let titles: Vec<_> =
        library["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Họp dân") && titles.contains(&"Rửa tay"), "{titles:?}");
    assert_eq!(library["expected"], 1);
    home.loa(&["simulate", "--from", "2099-08-04", "--days", "1"]).with_code(0);
    let simulated = home.path("data/simulated");
    let mut log = crate::home::loa();
    log.arg("--home").arg(&simulated).args(["log", "--json"]);
    let rows = crate::home::run(log).with_code(0).json();
    let aired = rows.as_array().unwrap().iter().filter(|row| row["outcome"] == "aired").count();
    assert_eq!(aired, 2, "{rows:#}");
    // Taken away by hand, the bulletin's sidecar is no mistake any more.
    fs::remove_file(home.path("audio/bulletins/hop.yaml")).unwrap();
    let library = home.loa(&["library", "--json"]).with_code(0).json();
    assert!(library["items"].as_array().unwrap().iter().any(|item| item["title"] == "hop"), "{library}");
}
