//! The database wrecked, exchanged, gone: it is set aside, a new one says so, and the programme airs.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use loaphuong::equipment::store::{Durability, Store};
use rusqlite::Connection;
use serde_json::Value;

use crate::home::{Home, PATIENCE};
use crate::storage::{STOP, all_aired, column, database, home, kinds};
use crate::tones::make_old;

/// Airs a session, and leaves the database as a power cut would: with a write-ahead log.
fn a_log_with_rows(home: &Home) {
    let (status, heard) = home.on_air(&["--session", "thu", "--length", "6s", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    drop(station);
}

fn bytes(file: &Path) -> Vec<u8> {
    fs::read(file).unwrap_or_default()
}

fn scribble(file: &Path, from: u64, with: &[u8]) {
    fs::File::options().write(true).open(file).unwrap().write_all_at(with, from).unwrap();
}

/// Everything into the one file, as after a clean end.
fn settle(home: &Home) {
    drop(Store::open(&database(home), Durability::Full).unwrap());
}

#[test]
fn a_wrecked_database_is_set_aside_to_the_last_byte_and_a_new_one_tells_of_it() {
    type Wreck = fn(&Home);
    let wrecks: [(&str, &str, Wreck); 8] = [
        ("half of it", "–", |home| {
            settle(home);
            let half = fs::metadata(database(home)).unwrap().len() / 2;
            fs::File::options().write(true).open(database(home)).unwrap().set_len(half).unwrap();
        }),
        ("a wrecked header", "–", |home| {
            settle(home);
            scribble(&database(home), 0, &[0x5a; 100]);
        }),
        ("random bytes in the middle", "2", wreck_the_rows),
        ("a letter", "–", |home| fs::write(database(home), "Kính gửi: Phòng Văn hóa\n".repeat(400)).unwrap()),
        ("nothing in it", "–", |home| fs::write(database(home), "").unwrap()),
        ("its write-ahead log gone", "2", |home| fs::remove_file(home.path("data/loa.db-wal")).unwrap()),
        ("the write-ahead log wrecked", "2", |home| scribble(&home.path("data/loa.db-wal"), 40, &[0x5a; 2_000])),
        ("tables of somebody else", "–", |home| {
            settle(home);
            let db = Connection::open(database(home)).unwrap();
            db.execute_batch("PRAGMA foreign_keys=OFF; DROP TABLE level; DROP TABLE session;").unwrap();
        }),
    ];
    let home = home();
    a_log_with_rows(&home);
    let data = home.path("data");
    let sound = tempfile::tempdir().unwrap();
    let copied = |from: &Path, to: &Path| {
        for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    };
    copied(&data, sound.path());
    for (name, level, wreck) in wrecks {
        for entry in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap()) {
            if entry.file_type().unwrap().is_file() {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        copied(sound.path(), &data);
        wreck(&home);
        let wrecked: Vec<_> = ["", "-wal"].map(|ending| bytes(&home.path(&format!("data/loa.db{ending}")))).into();
        let mut station = home.on_air(&[]);
        station.wait_for("THE LOG BEGINS ANEW (");
        let said = station.heard.last().unwrap().clone();
        let taken =
            format!(". Taken over: level {level}, 0 entries of the report. Local bulletins need their approval again");
        assert!(said.contains(&taken), "{name}: {said}");
        station.wait_for("No session today");
        assert!(station.terminate(STOP).success());
        let rows = home.rows();
        assert_eq!(column(&rows, "kind"), ["gap", "start", "stop"], "{name}");
        let note = rows[0]["note"].as_str().unwrap();
        let file = note.split(' ').nth(1).unwrap();
        assert!(note.starts_with("set_aside loa.db.wrecked-") && note.contains(" LOA:7:"), "{name}: {note}");
        for (ending, before) in ["", "-wal"].iter().zip(&wrecked) {
            assert!(&bytes(&data.join(format!("{file}{ending}"))) == before, "{name}: {file}{ending}");
        }
        let verified = home.loa_en(&["log", "verify"]).with_code(1);
        assert!(
            verified.out.contains(&format!("row 1: the log before was wrecked or exchanged and lies in data/{file}"))
        );
        let json = home.loa(&["log", "verify", "--json"]).with_code(1).json();
        assert_eq!((&json["whole"], &json["break"], &json["gaps"][0]["row"]), (&false.into(), &Value::Null, &1.into()));
        // Said once: the new one is sound.
        let mut station = home.on_air(&[]);
        station.wait_for("No session today");
        assert!(!station.heard.iter().any(|line| line.contains("ANEW")), "{name}: {:#?}", station.heard);
    }
}

/// A page of the table `log` is no page any more.
fn wreck_the_rows(home: &Home) {
    settle(home);
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'log'";
    let log: u64 = Connection::open(database(home)).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    scribble(&database(home), (log - 1) * 4_096, &[0x5a; 3_000]);
}

#[test]
fn what_was_accepted_of_the_ministrys_outlives_the_log() {
    let home = home();
    home.write("audio/ministry/manifest.yaml", "expected: 1\nbatch: 7\n");
    a_log_with_rows(&home);
    wreck_the_rows(&home);
    let file = home.path("audio/ministry/01.wav");
    let mut other = bytes(&file);
    *other.last_mut().unwrap() ^= 1;
    fs::write(&file, other).unwrap();
    make_old(&file);
    let mut station = home.on_air(&[]);
    station.wait_for("THE LOG BEGINS ANEW (");
    station.wait_for("audio/ministry/01.wav: its content is not the one that was approved or accepted");
    assert!(station.terminate(STOP).success());
    home.write("audio/ministry/manifest.yaml", "expected: 1\nbatch: 6\n");
    let checked = home.loa_en(&["check"]);
    assert!(checked.out.contains("batch 6 is older than batch 7, which was accepted before"), "{checked:?}");
}

#[test]
fn other_commands_set_nothing_aside() {
    let home = home();
    settle(&home);
    scribble(&database(&home), 0, &[0x5a; 100]);
    let before = bytes(&database(&home));
    for command in [&["log"][..], &["log", "verify"], &["level", "1"], &["plan"], &["status"]] {
        let said = home.loa_en(command).with_code(3);
        let words =
            "is damaged (file is not a database); do not delete it: `loa run` sets it aside and begins a new one";
        assert!(said.err.contains(words), "{command:?}: {said:?}");
    }
    assert_eq!(bytes(&database(&home)), before);
    let names = fs::read_dir(home.path("data")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.contains("wrecked")));
}

#[test]
fn an_older_copy_put_back_by_hand_is_noticed_and_one_put_back_by_restore_is_right() {
    let home = home();
    settle(&home);
    let backup = home.path("backup.tar.gz").display().to_string();
    home.loa(&["backup", &backup]).with_code(0);
    let old = bytes(&database(&home));
    a_log_with_rows(&home);
    settle(&home);
    let kept = fs::read_dir(home.path("data/archive")).unwrap().count();
    home.loa(&["restore", &backup, "--force"]).with_code(0);
    assert_eq!(fs::read_dir(home.path("data/archive")).unwrap().count(), kept, "no backup holds what aired");
    a_log_with_rows(&home);
    assert_eq!(kinds(&home)[0], "start", "an order, not a swap");
    settle(&home);
    fs::write(database(&home), &old).unwrap();
    let mut station = home.on_air(&[]);
    station.wait_for(
        "THE LOG BEGINS ANEW (row 7 of 0): the log before was wrecked or exchanged and lies in data/loa.db.wrecked-",
    );
    station.wait_for("No session today");
    station.terminate(STOP);
    assert_eq!(kinds(&home), ["gap", "start", "stop"]);
    fs::remove_file(database(&home)).unwrap();
    let mut station = home.on_air(&[]);
    station.wait_for("THE LOG BEGINS ANEW (not there): the log before is gone (LOA:3:");
}

#[test]
fn a_database_taken_away_under_the_station_is_written_back() {
    let home = home();
    let mut station = home.on_air(&["--session", "thu", "--length", "6s"]);
    station.wait_for("On the air: mo");
    fs::remove_file(database(&home)).unwrap();
    station.wait_for("THE DATABASE WAS TAKEN AWAY while the station ran; it was written back in full");
    station.wait_for("Session \"thu\" is over");
    assert!(station.terminate(PATIENCE).success());
    all_aired(&home);
    assert_eq!(kinds(&home), ["start", "jingle", "bulletin", "ministry", "jingle", "stop"]);
}
