//! `loa doctor`: what is missing, in words that a clerk can act on, whatever state the home is in; and the station call,
//! softly, to hear whether sound arrives.
//!
//! The machine that runs these stories has a clock, a disk and a service of its own: what is said of them is not asserted,
//! only that it is said.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::home::{Home, Said};

/// Every topic is told, whatever is wrong.
const TOPICS: [&str; 9] =
    ["settings", "device", "clock", "timezone", "folders", "disk", "database", "service", "power"];

fn findings(said: &Said) -> Vec<Value> {
    said.json()["findings"].as_array().unwrap().clone()
}

fn of<'a>(findings: &'a [Value], topic: &str) -> &'a Value {
    findings.iter().find(|finding| finding["topic"] == topic).unwrap_or_else(|| panic!("no {topic} in {findings:#?}"))
}

fn state<'a>(findings: &'a [Value], topic: &str) -> &'a str {
    of(findings, topic)["state"].as_str().unwrap()
}

fn scheduled(home: &Home) {
    home.write(
        "schedules/ngay.yaml",
        "sessions:\n  - id: sang\n    title: Buổi sáng\n    cron: \"0 5 * * *\"\n    length: 10m\n    rundown:\n      - play: \
         jingles/mo.wav\n",
    );
    home.tone("jingles/mo.wav", 800, 1_000);
}

#[test]
fn a_sound_home_is_told_topic_by_topic() {
    let home = Home::new();
    scheduled(&home);
    let found = findings(&home.loa(&["doctor", "--json"]));
    for topic in TOPICS {
        assert!(found.iter().any(|finding| finding["topic"] == topic), "{topic} in {found:#?}");
    }
    for topic in ["settings", "folders", "database", "next_session"] {
        assert_eq!(state(&found, topic), "ok", "{found:#?}");
    }
    // `silent` is what station.yaml says, and no loudspeaker.
    assert_eq!((state(&found, "device"), state(&found, "station")), ("warning", "warning"));
    assert_eq!(state(&found, "power"), "hint", "what no program can see is never good or bad");
    assert!(of(&found, "settings")["next_step"].is_null(), "nothing to do where all is well");
    assert!(!home.path("data/loa.db").exists(), "looking makes no database");
}

#[test]
fn each_line_says_what_how_it_stands_and_what_to_do() {
    let home = Home::new();
    scheduled(&home);
    let vi = home.loa(&["--lang", "vi", "doctor"]).out;
    for words in [
        "LƯU Ý    Đường ra âm thanh: đang đặt `silent`: phát đúng giờ nhưng không ra tiếng, không ai nghe thấy\n         → để ra \
         loa: chạy `loa devices`, chép mã của card vào `device:` trong station.yaml\n",
        "tốt      Buổi kế tiếp: \"Buổi sáng\" lúc 05:00 ",
        "LƯU Ý    Chương trình phát: không chạy: không buổi nào được phát\n",
        "đặt \"Restore on AC Power Loss\"",
    ] {
        assert!(vi.contains(words), "{words}\n{vi}");
    }
    let en = home.loa_en(&["doctor"]).out;
    for words in [
        "NOTE     Sound output: set to `silent`: everything is on time, and nobody hears it\n",
        "good     Next session: \"Buổi sáng\" at 05:00 ",
        "look     Power after an outage: ",
    ] {
        assert!(en.contains(words), "{words}\n{en}");
    }
}

#[test]
fn a_broken_station_yaml_is_named_and_the_rest_is_looked_at() {
    let home = Home::new();
    scheduled(&home);
    home.configure("timezone: Asia/Hanoi");
    let said = home.loa_en(&["doctor", "--json"]).with_code(1);
    let found = findings(&said);
    assert_eq!((said.json()["ok"].as_bool(), state(&found, "settings")), (Some(false), "error"));
    let what = of(&found, "settings")["what"].as_str().unwrap();
    assert!(what.starts_with("station.yaml:4:11: ") && what.contains("Asia/Hanoi"), "{what}");
    for topic in ["folders", "database"] {
        assert_eq!(state(&found, topic), "ok", "{found:#?}");
    }
    assert_eq!((state(&found, "device"), state(&found, "schedule")), ("unknown", "unknown"));
    let refused = home.loa_en(&["doctor", "--sound"]).with_code(1);
    assert!(refused.out.starts_with("WRONG    Settings: station.yaml:4:11: "), "{refused:?}");
}

#[test]
fn a_folder_without_a_station_is_told() {
    let home = Home::new();
    fs::remove_file(home.path("station.yaml")).unwrap();
    let found = findings(&home.loa_en(&["doctor", "--json"]).with_code(1));
    let settings = of(&found, "settings");
    assert!(settings["what"].as_str().unwrap().ends_with("station.yaml not found"), "{settings}");
    assert!(settings["next_step"].as_str().unwrap().contains("loa init"), "{settings}");
    assert_eq!(state(&found, "power"), "hint");
}

#[test]
fn a_device_that_is_not_there_is_the_worlds_fault() {
    let home = Home::new();
    scheduled(&home);
    home.configure("zones: [{ name: cho, device: \"plughw:CARD=KhongCo,DEV=0\" }, { name: doi, device: silent }]");
    let said = home.loa_en(&["doctor", "--json"]).with_code(3);
    let found = findings(&said);
    let device = of(&found, "device");
    assert_eq!(device["state"], "error");
    assert_eq!(device["what"], "zone cho: \"plughw:CARD=KhongCo,DEV=0\" is not there");
    assert!(device["next_step"].as_str().unwrap().contains("`loa devices`"), "{device}");
    assert_eq!(state(&found, "mixer"), "unknown");
    assert!(!said.err.contains("ALSA"), "what programmers are told is not for clerks: {}", said.err);
    // The zone that works is tried all the same.
    let tried = home.loa_en(&["doctor", "--sound", "--json"]).with_code(3);
    let states: Vec<_> = findings(&tried).into_iter().filter(|finding| finding["topic"] == "sound_test").collect();
    assert_eq!((&states[0]["state"], &states[1]["state"]), (&"error".into(), &"warning".into()), "{states:#?}");
}

#[test]
fn a_database_that_was_changed_or_is_none_is_told() {
    let home = Home::new();
    scheduled(&home);
    let mut station = home.on_air(&["--session", "sang", "--once"]);
    station.wait_for("is over");
    drop(station);
    let found = findings(&home.loa(&["doctor", "--json"]));
    assert_eq!((state(&found, "database"), state(&found, "seal")), ("ok", "ok"), "{found:#?}");
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    let unguarded = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type = 'trigger'";
    let drop_all: String = db.query_row(unguarded, [], |row| row.get(0)).unwrap();
    db.execute_batch(&drop_all).unwrap();
    db.execute("UPDATE log SET title = 'x' WHERE row_id = 2", []).unwrap();
    drop(db);
    let found = findings(&home.loa_en(&["doctor", "--json"]).with_code(1));
    assert_eq!((state(&found, "database"), state(&found, "seal")), ("ok", "error"), "{found:#?}");
    assert_eq!(of(&found, "seal")["what"], "the log is not what was written: row 2 was changed after it was written");
    home.write(
        "data/loa.db",
        "this is no database, and longer than the header of one would be: 100 bytes and some more",
    );
    let found = findings(&home.loa_en(&["doctor", "--json"]).with_code(3));
    assert_eq!(state(&found, "database"), "error", "{found:#?}");
}

/// The rights of another account: the one that owns the home, when root asks; nobody else can set this stage.
#[test]
fn what_the_stations_account_may_not_do_is_named() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let home = Home::new();
    scheduled(&home);
    home.write("data/loa.db", "");
    let owner = Command::new("chown").arg("nobody").arg(home.path("")).status().unwrap();
    assert!(owner.success());
    let found = findings(&home.loa_en(&["doctor", "--json"]));
    let folders: Vec<_> = found.iter().filter(|finding| finding["topic"] == "folders").collect();
    assert!(folders.iter().all(|finding| finding["state"] == "error"), "{folders:#?}");
    let unwritable = folders.iter().map(|finding| finding["what"].as_str().unwrap());
    assert!(
        unwritable.into_iter().any(|what| what == "\"nobody\" may not write: data, data/loa.db, data/analysis.db"
            || what == "\"nobody\" may not write: data, data/loa.db"),
        "{folders:#?}"
    );
}

#[test]
fn the_call_is_played_softly_and_its_output_named() {
    let home = Home::new();
    scheduled(&home);
    home.configure("output: { device: \"wav:air.wav\" }");
    home.tone("jingles/Call.wav", 1_000, 2_000);
    let said = home.loa_en(&["doctor", "--sound"]).with_code(0);
    assert!(said.err.contains("playing \"Call\" to \"wav:air.wav\" …"), "{said:?}");
    let told = "NOTE     Sound test: 0:02 went into a file (wav:air.wav), to no loudspeaker\n";
    assert!(said.out.contains(told), "{said:?}");
    let samples: Vec<i16> =
        hound::WavReader::open(home.path("air.wav")).unwrap().samples().map(Result::unwrap).collect();
    let loudest = samples.iter().map(|sample| f64::from(*sample).abs() / 32_768.0).fold(0.0, f64::max);
    // A sine at −18 LUFS peaks at −18 dB; 20 dB below that is −38.
    assert!((20.0 * loudest.log10() + 38.0).abs() < 1.5, "{} dB", 20.0 * loudest.log10());
    assert!(home.log().is_empty(), "no airing: nobody was meant to hear it");
}

#[test]
fn no_call_sounds_at_night_or_into_ordered_silence() {
    let home = Home::new();
    scheduled(&home);
    home.configure("quiet_hours: \"00:00-23:59\"");
    let refused = home.loa(&["doctor", "--sound"]);
    // The one minute of the day that is not quiet.
    if refused.code != 0 {
        assert_eq!((refused.code, refused.out.as_str()), (1, ""));
        assert_eq!(
            refused.err,
            "loa: đang trong giờ im lặng 00:00-23:59; thêm --in-quiet-hours nếu vẫn muốn phát thử\n"
        );
    }
    let found = findings(&home.loa_en(&["doctor", "--sound", "--in-quiet-hours", "--json"]).with_code(0));
    let what = of(&found, "sound_test")["what"].as_str().unwrap();
    assert_eq!(what, "ran for 0:01, but to `silent`: no loudspeaker");
    home.configure("language: vi");
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    home.loa(&["stop"]).with_code(0);
    let found = findings(&home.loa_en(&["doctor", "--json"]));
    let told: Vec<_> = found.iter().filter(|finding| finding["topic"] == "station").collect();
    assert_eq!(
        (&told[0]["what"], &told[1]["next_step"]),
        (&"running".into(), &"to go on the air again type `loa resume`".into())
    );
    let refused = home.loa_en(&["doctor", "--sound"]).with_code(1);
    assert_eq!(refused.err, "loa: the station is silenced; `loa resume` first\n");
    drop(station);
    let refused = home.loa_en(&["doctor", "--sound"]).with_code(1);
    assert!(refused.err.contains("silenced"), "remembered while nothing runs: {refused:?}");
}

#[test]
fn the_programme_comes_first() {
    let home = Home::new();
    scheduled(&home);
    home.tone("jingles/mo.wav", 800, 30_000);
    let mut station = home.on_air(&["--session", "sang"]);
    station.wait_for("On the air: mo");
    let refused = home.loa_en(&["doctor", "--sound"]).with_code(1);
    assert_eq!(refused.err, "loa: session \"Buổi sáng\" is on the air; wait for its end\n");
}
