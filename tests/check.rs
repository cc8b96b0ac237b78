//! `loa init` and `loa check`: a new home is sound, and every mistake is named with its place and what to do about it.

use std::fs;
use std::path::Path;

use crate::golden;
use crate::home::{Home, loa, run};

#[test]
fn a_new_home_is_ready_for_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("nhà đài");
    let init = |lang: &str| {
        let mut command = loa();
        command.args(["--lang", lang, "init"]).arg(&home);
        run(command)
    };
    let shown = home.display().to_string();
    let made = init("vi").with_code(0);
    assert_eq!(made.out, "");
    assert_eq!(
        made.err,
        format!(
            "Đã tạo {shown}. Tiếp theo: sửa {shown}/station.yaml, chép tệp vào {shown}/audio/, rồi chạy `loa --home \
             {shown} check`\n"
        )
    );
    let again = init("en").with_code(1);
    assert_eq!(again.err, format!("loa: {shown} holds a station.yaml already; nothing was overwritten\n"));
    let mut check = loa();
    check.arg("--home").arg(&home).args(["check", "--json"]);
    for problem in run(check).json()["problems"].as_array().unwrap() {
        let (path, message) = (problem["path"].as_str().unwrap(), problem["message"].as_str().unwrap());
        let about_files = path.starts_with("audio/") || message.contains("jingles/") || message.contains("thiếu tệp");
        assert!(about_files, "a new home lacks files, nothing else: {problem}");
    }
}

#[test]
fn every_mistake_has_its_place_and_its_advice() {
    let mistakes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let home = Home::new();
    copy(&mistakes, &home, "");
    home.tone("bulletins/hop.wav", 440, 500);
    for (lang, last_line) in [("vi", "40 lỗi, 3 lưu ý\n"), ("en", "40 errors, 3 notes\n")] {
        let said = home.loa(&["--lang", lang, "check"]).with_code(1);
        golden::compare(&mistakes.join("expected").join(format!("{lang}.txt")), &said.out);
        assert_eq!(said.err, last_line);
    }
    let json = home.loa(&["check", "--json"]).with_code(1).json();
    assert_eq!(json["ok"], false);
    let first = &json["problems"][0];
    assert_eq!(
        (&first["path"], &first["line"], &first["column"]),
        (&"schedules/cron.yaml".into(), &2.into(), &20.into())
    );
}

fn copy(from: &Path, home: &Home, below: &str) {
    for entry in fs::read_dir(from.join(below)).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            copy(from, home, &path);
        } else {
            home.write(&path, fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn mistakes_in_station_yaml() {
    let home = Home::new();
    home.write(
        "station.yaml",
        "station:\n  name: A\ntimezone: Asia/Hanoi\nlanguage: fr\nquiet_hours: \"22:00\"\n\
         loudness: { target_lufs: -3 }\nbulletins: { approval: maybe, expire_after: 7 }\ncounts_from: 90\n",
    );
    let said = home.loa_en(&["check"]).with_code(1);
    let spots: Vec<_> = said.out.lines().filter(|line| line.starts_with("station.yaml")).collect();
    assert_eq!(
        spots,
        [
            "station.yaml:3:11: there is no time zone \"Asia/Hanoi\"; in Vietnam write Asia/Ho_Chi_Minh",
            "station.yaml:4:11: there is no value of language \"fr\"; known: vi, en",
            "station.yaml:5:14: \"22:00\" is no stretch of time; write it like \"11:00-13:00\"",
            "station.yaml:7:24: there is no value of approval \"maybe\"; known: required, none",
            "station.yaml:7:45: \"7\" is no length; write it like 60m, 1h30m, 45s or 7d",
            "station.yaml:6:26: target_lufs: -3 is out of range, from -40 to -8",
            "station.yaml:8:14: counts_from: 90 is out of range, from 0.01 to 1",
        ]
    );
    assert_eq!(said.err, "7 errors, 0 notes\n");
    assert_eq!(home.loa(&["check", "--json"]).with_code(1).json()["problems"].as_array().unwrap().len(), 7);
}

#[test]
fn a_schedule_that_cannot_be_carried_out() {
    let home = Home::new();
    home.configure("quiet_hours: \"21:30-04:45\"");
    home.write("audio/ministry/manifest.yaml", "expected: 2\n");
    home.tone("ministry/01.wav", 600, 40_000);
    home.tone("ministry/02.wav", 900, 40_000);
    home.write(
        "schedules/a.yaml",
        "title: Sớm\nsessions:\n  - id: dem\n    at: \"04:30\"\n    length: 20m\n    rundown:\n      - play: ministry/1.wav\n  \
         - id: sang\n    at: \"05:00\"\n    length: 1m\n    rundown:\n      - pick: ministry\nobligations:\n  - set: \
         ministry\n    at_least: 2\n",
    );
    let said = home.loa_en(&["check"]).with_code(1);
    let line = |words: &str| said.out.lines().any(|line| line.contains(words));
    assert!(line("schedules/a.yaml:3:9: session \"dem\" (04:30-04:50 on "), "{}", said.out);
    assert!(line("touches the quiet hours; quiet_hours: \"21:30-04:45\" in station.yaml forbids it; move the session"));
    assert!(line("schedules/a.yaml:3:9: note: there is no file audio/ministry/1.wav; did you mean ministry/01.wav?"));
    assert!(line("2 items, each at least 2 times a day, is not met on "), "{}", said.out);
    assert!(line("2 items lack airtime, 2 minutes in all: "), "{}", said.out);
}

#[test]
fn a_sound_home_is_said_to_be_one() {
    let home = Home::new();
    home.write("audio/ministry/manifest.yaml", "expected: 1\n");
    home.tone("ministry/01.wav", 600, 1_000);
    home.write(
        "schedules/a.yaml",
        "title: A\nsessions:\n  - id: sang\n    at: \"05:00\"\n    length: 1m\n    rundown:\n      - pick: ministry\n        fill: true\n\
         obligations:\n  - set: ministry\n    at_least: 2\n",
    );
    let said = home.loa_en(&["check"]).with_code(0);
    assert_eq!(
        (said.out.as_str(), said.err.as_str()),
        ("", "No mistakes: 1 sessions, 1 playable files, the sessions meet the obligations\n")
    );
    assert_eq!(home.loa(&["check", "--json"]).with_code(0).json()["ok"], true);
}

#[test]
fn the_four_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |args: &[&str]| {
        let mut command = loa();
        command.arg("--lang").arg("en").arg("--home").arg(folder.path()).args(args);
        run(command)
    };
    let shown = folder.path().display();
    let nowhere = at(&["check"]).with_code(2);
    assert_eq!(
        nowhere.err,
        format!(
            "loa: {shown}/station.yaml not found; try `loa init {shown}`, or point to the station's home with --home DIR\n"
        )
    );
    at(&["play"]).with_code(2);
    at(&["--help"]).with_code(0);
    at(&["init", folder.path().to_str().unwrap()]).with_code(0);
    at(&["level", "9"]).with_code(2);
    fs::write(folder.path().join("data/loa.db"), "this is no database, and never was one").unwrap();
    let broken = at(&["log"]).with_code(3);
    assert!(broken.err.contains("data/loa.db"), "{broken:?}");
    assert_eq!(fs::read(folder.path().join("data/loa.db")).unwrap(), b"this is no database, and never was one");
}

#[test]
fn sessions_that_meet_one_another_or_no_day_at_all_are_named() {
    let home = Home::new();
    home.tone("jingles/mo.wav", 600, 500);
    let session = |id: &str, when: &str| {
        format!("  - {{ id: {id}, {when}, length: 30m, rundown: [{{ play: jingles/mo.wav }}] }}\n")
    };
    let (cron, midnight) = ("cron: \"0 5 31 2 *\"", "at: \"24:00\"");
    for (name, text) in [
        ("a", format!("title: A\nsessions:\n{}{}", session("sang", "at: \"05:00\""), session("som", "at: \"05:20\""))),
        ("b", format!("title: B\nvalid: {{ until: 2020-08-31 }}\nsessions:\n{}", session("cu", "at: \"07:00\""))),
        ("c", format!("title: C\nsessions:\n{}", session("khong", cron))),
        ("d", format!("title: D\nsessions:\n{}", session("nua-dem", midnight))),
    ] {
        home.write(&format!("schedules/{name}.yaml"), text);
    }
    let said = home.loa_en(&["check"]).with_code(1).out;
    let overlap = "schedules/a.yaml:4:11: session \"som\" overlaps session \"sang\" (on ";
    let found = said.lines().find(|line| line.starts_with(overlap)).unwrap_or_else(|| panic!("{said}"));
    assert!(found.ends_with("); move or shorten one of them"), "{found}");
    for line in [
        "schedules/b.yaml: note: the schedule ended on 31 August 2020; delete the file or extend it",
        "schedules/c.yaml:3:11: session \"khong\" fires on no day of the coming year; check cron, days and valid",
        "schedules/d.yaml:3:24: there is no 24:00; midnight is written \"00:00\"",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
}

/// The evening's session is on past midnight; one session's times give it the name of another; names that are the program's own.
#[test]
fn sessions_in_the_way_of_one_another_by_the_clock_or_by_name() {
    let home = Home::new();
    let session = |id: &str, cron: &str, length: &str| {
        format!("  - {{ id: {id}, cron: \"{cron}\", length: {length}, rundown: [{{ pick: ministry }}] }}\n")
    };
    let (evening, night) = (session("dem", "30 23 * * *", "60m"), session("khuya", "0 0 * * *", "20m"));
    let (twice, named) = (session("sang", "0 5,17 * * *", "10m"), session("sang-0500", "0 6 * * *", "10m"));
    home.write("schedules/a.yaml", format!("sessions:\n{evening}{night}{twice}{named}"));
    home.write(
        "schedules/b.yaml",
        format!("sessions:\n{}{}", session("alert", "0 7 * * *", "5m"), session("phat-bu-1100", "0 8 * * *", "5m")),
    );
    let said = home.loa_en(&["check"]).with_code(1).out;
    for begin in [
        "schedules/a.yaml:3:11: session \"khuya\" overlaps session \"dem\" (on ",
        "schedules/a.yaml:5:11: the session id \"sang-0500\" is used in schedules/a.yaml already; give it another",
        "schedules/b.yaml:2:11: the session id \"alert\" is the program's own, for emergencies and make-ups; give it another",
        "schedules/b.yaml:3:11: the session id \"phat-bu-1100\" is the program's own,",
    ] {
        assert!(said.lines().any(|line| line.starts_with(begin)), "{begin}: {said}");
    }
    let date = home.loa_en(&["plan", "--date", "2020-02-30"]).with_code(2).err;
    assert!(date.contains("no such day; write YYYY-MM-DD, such as 2020-08-04"), "{date}");
    let name = home.loa_en(&["reject", "bulletins/a.mp3", "--by", "\u{1b}[31mAn"]).with_code(2).err;
    assert!(name.contains("write one line, of no more than 200 letters"), "{name}");
}

#[test]
fn what_only_looks_like_a_schedule_costs_neither_time_nor_memory() {
    let home = Home::new();
    let ten = |of: &str| [of; 10].join(",");
    let aliases =
        ('b'..='i').zip('a'..).map(|(name, before)| format!("{name}: &{name} [{}]\n", ten(&format!("*{before}"))));
    let bomb = format!("title: &a [{}]\n{}", ten("x"), aliases.collect::<String>());
    home.write("schedules/bom.yaml", bomb);
    let sessions = format!("title: A\nsessions: [{}]\n", ten("*a"));
    home.write("schedules/bom-2.yaml", format!("x: &a [{}]\n{sessions}", ten("x")));
    home.write("schedules/sau.yaml", format!("title: A\nsessions: {}{}\n", "[".repeat(20_000), "]".repeat(20_000)));
    home.write("schedules/to.yaml", "title: A\n");
    let large = fs::File::options().write(true).open(home.path("schedules/to.yaml")).unwrap();
    large.set_len(50 << 20).unwrap();
    let said = home.loa_en(&["check"]).with_code(1).out;
    for begin in [
        "schedules/bom.yaml:1:11: a line of text is wanted here; put it in quotes if it has [ { : or #",
        "schedules/bom-2.yaml:1:1: there is no key \"x\"; known: title, directive, valid, levels, sessions, obligations",
        "schedules/sau.yaml:2:266: this is not valid YAML (recursion limit exceeded); compare with the sample that `loa init` makes",
        "schedules/to.yaml: the file is too large (52428800 bytes, at most 1048576); was another file copied here by mistake?",
    ] {
        assert!(said.lines().any(|line| line.starts_with(begin)), "{begin}: {said}");
    }
}

#[test]
fn a_schedule_as_notepad_saves_it_is_right() {
    let home = Home::new();
    home.tone("jingles/mo.wav", 600, 500);
    let written = "title: Buổi sáng\nsessions:\n  - id: sang\n    at: \"05:00\"\n    length: 1m\n    rundown:\n      - play: jingles/mo.wav\n";
    home.write("schedules/a.yaml", format!("\u{feff}{}", written.replace('\n', "\r\n")));
    home.write("audio/ministry/manifest.yaml", "expected: 0\n");
    let said = home.loa_en(&["check"]);
    assert_eq!((said.out.as_str(), said.code), ("", 0), "{said:?}");
}

#[test]
fn loudness_and_volume_out_of_range_are_named() {
    let home = Home::new();
    home.configure(
        "loudness: { target_lufs: -41, true_peak_dbtp: 3 }\nzones: [{ name: cho, device: silent, gain_db: 99 }]",
    );
    let said = home.loa_en(&["check"]).with_code(1).out;
    let mut told: Vec<_> = said.lines().filter(|line| line.starts_with("station.yaml")).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "station.yaml:4:26: target_lufs: -41 is out of range, from -40 to -8",
            "station.yaml:4:47: true_peak_dbtp: 3 is out of range, from -20 to 0",
            "station.yaml:5:47: gain_db: 99 is out of range, from -60 to 24",
        ]
    );
}
