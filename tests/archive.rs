//! What aired can be heard again: kept by its content, taken out by row or by the clock.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::home::Home;

const SESSION: &str = "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      \
                       - play: jingles/mo.wav\n      - pick: ministry\n";

fn home() -> Home {
    let home = Home::new();
    home.write("schedules/thu.yaml", SESSION);
    home.write("audio/ministry/manifest.yaml", "expected: 1\n");
    home.tone("jingles/mo.wav", 600, 700);
    home.tone("ministry/01.wav", 1_000, 1_500);
    home
}

fn air(home: &Home) {
    let (status, heard) = home.on_air(&["--session", "thu", "--length", "4s", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
}

fn archived(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.path("data/archive")).into_iter().flatten();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_inspector_hears_what_aired_although_the_file_is_long_gone() {
    let home = home();
    let first = fs::read(home.path("audio/ministry/01.wav")).unwrap();
    air(&home);
    home.tone("ministry/01.wav", 1_600, 900);
    home.loa(&["approve", "ministry/01.wav", "--by", "Chủ tịch"]).with_code(0);
    air(&home);
    let rows = home.log();
    let hash = |row: &Value| row["content_hash"].as_str().unwrap().to_owned();
    let mut expected = [
        format!("01-{}.wav", hash(&rows[1])),
        format!("01-{}.wav", hash(&rows[3])),
        format!("mo-{}.wav", hash(&rows[0])),
    ];
    expected.sort();
    assert_eq!(archived(&home), expected, "each content once");
    for file in ["ministry/01.wav", "jingles/mo.wav"] {
        fs::remove_file(home.path("audio").join(file)).unwrap();
    }

    let out = home.path("heard.wav").display().to_string();
    let row = rows[1]["airing_id"].to_string();
    let said = home.loa_en(&["log", "audio", &row, "-o", &out]).with_code(0);
    assert_eq!(said.err, format!("{out}: row {row}, \"01\", of which 0:02 of 0:02 aired\n"));
    assert_eq!(fs::read(&out).unwrap(), first, "the very bytes");
    let again = home.loa_en(&["log", "audio", &row, "-o", &out]).with_code(3);
    assert!(again.err.contains(&out), "nothing is written over: {again:?}");

    // By the station's clock, into the folder where one stands.
    let at = rows[1]["aired_at"].as_str().unwrap();
    let (date, time) = (&at[..10], &at[11..19]);
    let second: jiff::civil::DateTime = format!("{date}T{time}").parse().unwrap();
    let then = (second + jiff::SignedDuration::from_secs(1)).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let mut command = home.command(&["--json", "log", "audio", "--at", &then]);
    command.current_dir(home.path(""));
    let json = crate::home::run(command).with_code(0).json();
    let name = format!("{date}-{}-01.wav", time.replace(':', ""));
    assert_eq!((&json["file"], json["row"].to_string()), (&name.as_str().into(), row));
    assert_eq!(fs::read(home.path(&name)).unwrap(), first);
}

#[test]
fn what_cannot_be_heard_again_is_said_plainly() {
    let home = home();
    home.configure("archive: { keep: off }");
    air(&home);
    assert_eq!(archived(&home), [] as [&str; 0]);
    let row = home.log()[1]["airing_id"].to_string();
    let here = home.path("x.wav").display().to_string();
    home.loa(&["log", "audio", &row, "-o", &here]).with_code(0);
    home.tone("ministry/01.wav", 1_600, 900);
    let other = home.path("y.wav").display().to_string();
    let gone = home.loa_en(&["log", "audio", &row, "-o", &other]).with_code(1);
    let words = format!(
        "loa: the sound of row {row} is not kept any more: its time is over (archive.keep), or the file was changed as it aired\n"
    );
    assert_eq!(gone.err, words);
    assert_eq!(home.loa_en(&["log", "audio", "1"]).with_code(2).err, "loa: row 1 is about no item\n");
    home.loa(&["log", "audio", "99"]).with_code(2);
    assert_eq!(
        home.loa_en(&["log", "audio", "--at", "2001-08-03 05:10"]).with_code(1).err,
        "loa: nothing was on the air then\n"
    );
    assert_eq!(
        home.loa_en(&["log", "audio"]).with_code(2).err,
        "loa: name a row, as `loa log` shows it, or --at \"2020-08-03 05:10\"\n"
    );
}

#[test]
fn how_long_is_a_setting() {
    let home = home();
    for (keep, mistake) in [
        ("180d", None),
        ("0d", None),
        ("off", None),
        ("5m", Some("station.yaml:4:18: keep: 5m is out of range, from 24:00:00 to 87672:00:00")),
        ("sáu tháng", Some("station.yaml:4:18: ")),
    ] {
        home.configure(&format!("archive: {{ keep: {keep} }}"));
        let said = home.loa_en(&["check"]);
        match mistake {
            None => assert!(!said.out.contains("station.yaml"), "{keep}: {said:?}"),
            Some(words) => assert!(said.out.contains(words), "{keep}: {said:?}"),
        }
    }
}

#[test]
fn an_emergency_is_heard_again_from_its_copy() {
    let home = home();
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    home.tone("stick/lu.wav", 900, 800);
    let file = home.path("audio/stick/lu.wav");
    let sound = fs::read(&file).unwrap();
    home.loa(&["alert", &file.display().to_string()]).with_code(0);
    station.wait_for("is over");
    assert!(station.terminate(Duration::from_secs(5)).success());
    fs::remove_file(&file).unwrap();
    let row = home.log().last().unwrap()["airing_id"].to_string();
    let out = home.path("heard.wav").display().to_string();
    home.loa(&["log", "audio", &row, "-o", &out]).with_code(0);
    assert_eq!(fs::read(&out).unwrap(), sound);
    assert_eq!(archived(&home), [] as [&str; 0], "its copy is kept where it lies");
}
