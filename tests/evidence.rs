//! The log as evidence: whatever is done to it afterwards is found and named, by the station or by anybody who has only
//! the file; corrections and gaps speak for themselves.

use std::fs;

use fastrand::Rng;
use loaphuong::airtime::{Beginning, Break, Evidence, Fact, Presented, verify};
use loaphuong::equipment::documents::{self, read_log_file};
use loaphuong::equipment::store::{Durability, Store};
use loaphuong::report::{log_json, log_sheet};
use loaphuong::time::Frames;
use loaphuong::words::Lang;
use rusqlite::types::Value as Sql;

use crate::home::Home;

const MUTATIONS: usize = 10_000;

/// Three days of two short sessions, with titles that are hard to write down.
fn home_with_a_log() -> Home {
    let home = Home::new();
    home.write(
        "schedules/a.yaml",
        "title: \"Hằng ngày, \\\"sớm\\\"\"\nsessions:\n  - id: sang\n    at: \"05:00\"\n    length: 1m\n    rundown:\n      - \
         pick: ministry\n        fill: true\n",
    );
    home.write(
        "audio/ministry/manifest.yaml",
        "expected: 3\nitems:\n  - {file: 01.wav, title: \"=Khẩu trang, \\\"đeo\\\"\"}\n  - {file: 02.wav, title: \
         \"'-rửa tay\"}\n",
    );
    for name in ["01", "02", "03"] {
        home.tone(&format!("ministry/{name}.wav"), 600, 9_000);
    }
    let into = home.path("simulated");
    home.loa(&["simulate", "--from", "2020-08-10", "--days", "3", "--into", into.to_str().unwrap()]).with_code(0);
    fs::create_dir_all(home.path("data")).unwrap();
    fs::copy(into.join("data/loa.db"), home.path("data/loa.db")).unwrap();
    home
}

/// One more row, of an item that was metered and heard: no simulation has any.
fn note_a_metered_row(store: &mut Store) {
    let rows = store.log(None, None).unwrap();
    let mut entry = rows.into_iter().rev().find(|row| row.entry.fact.airing().is_some()).unwrap().entry;
    let Fact::Airing(airing) = &mut entry.fact else { panic!("{entry:?}") };
    let (silent, confirmed) = (Some(Frames::from_millis(1_200)), Some(Frames::from_millis(7_010)));
    airing.evidence = Evidence { peak_decibels: Some(-13), silent, confirmed };
    let id = store.note(&entry).unwrap();
    assert_eq!(store.row(id).unwrap().unwrap().entry, entry, "it is read as it was written");
}

/// The same numbers in every run; another seed finds other bytes.
fn chance() -> Rng {
    Rng::with_seed(2_020)
}

/// Whether somebody who has only these bytes sees that they are what was handed out.
fn is_whole(bytes: &[u8]) -> bool {
    let Ok(file) = read_log_file(bytes) else { return false };
    file.rewritten.is_none() && verify(&file.rows, Beginning::Anywhere).is_ok()
}

#[test]
fn any_byte_changed_in_an_exported_file_is_found() {
    let home = home_with_a_log();
    let (zone, mut chance) = (jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap(), chance());
    let mut store = Store::open(&home.path("data/loa.db"), Durability::None).unwrap();
    note_a_metered_row(&mut store);
    let rows = store.log(None, None).unwrap();
    let csv = documents::csv(&log_sheet(&rows, &zone, Lang::Vi));
    let json = format!("{:#}\n", log_json(&rows, &zone)).into_bytes();
    for whole in [csv, json] {
        assert!(is_whole(&whole));
        for _ in 0..MUTATIONS {
            let (at, by) = (chance.usize(..whole.len()), chance.u8(1..));
            let mut mutated = whole.clone();
            mutated[at] ^= by;
            assert!(!is_whole(&mutated), "byte {at} changed by {by}: {}", String::from_utf8_lossy(&mutated));
        }
    }
}

#[test]
fn any_byte_changed_in_the_database_is_found_and_its_row_named() {
    let home = home_with_a_log();
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    db.execute_batch("DROP TRIGGER log_is_never_changed; DROP TRIGGER log_is_never_deleted; PRAGMA synchronous=OFF")
        .unwrap();
    let store = Store::open(&home.path("data/loa.db"), Durability::None).unwrap();
    let check = || store.presented().unwrap().and_then(|rows| verify(&rows, Beginning::First));
    let head = check().unwrap().unwrap();
    let mut chance = chance();
    let names = db.prepare("SELECT * FROM log").unwrap();
    let names: Vec<String> = names.column_names().map(str::to_owned).collect();
    // How a row hangs together with its rundown is the station's own affair, and no column of the log.
    let names: Vec<_> =
        names.into_iter().filter(|name| !["row_id", "session_id", "line"].contains(&name.as_str())).collect();
    let mut mutations = 0;
    while mutations < MUTATIONS / 5 {
        let (row, name) = (chance.u64(1..=head.row), &names[chance.usize(..names.len())]);
        let select = format!("SELECT {name} FROM log WHERE row_id = ?1");
        let update = format!("UPDATE OR IGNORE log SET {name} = ?2 WHERE row_id = ?1");
        let before: Sql = db.query_row(&select, [row], |record| record.get(0)).unwrap();
        let Some(after) = mutated(&before, &mut chance) else { continue };
        db.execute(&update, rusqlite::params![row, after]).unwrap();
        mutations += 1;
        // A hash that was changed shows in its own row, or in the one that follows from it.
        let found = check().unwrap_err();
        let named = matches!(found, Break::Changed { row: named } | Break::Unlinked { row: named } if named == row || named == row + 1);
        assert!(named, "{name} of row {row}, {before:?} -> {after:?}: {found:?}");
        db.execute(&update, rusqlite::params![row, before]).unwrap();
    }
    assert_eq!(check().unwrap().unwrap(), head);
    db.execute("DELETE FROM log WHERE row_id = 4", []).unwrap();
    assert_eq!(check(), Err(Break::Removed { row: 4 }));
    db.execute("DELETE FROM log WHERE row_id < 9", []).unwrap();
    assert_eq!(check(), Err(Break::Removed { row: 1 }), "a log without its beginning");
}

/// The same value with one byte changed; none for nothing.
fn mutated(value: &Sql, chance: &mut Rng) -> Option<Sql> {
    match value {
        Sql::Text(text) if !text.is_empty() => {
            let mut bytes = text.clone().into_bytes();
            let at = chance.usize(..bytes.len());
            bytes[at] ^= chance.u8(1..=127);
            String::from_utf8(bytes).ok().map(Sql::Text)
        }
        Sql::Integer(number) => Some(Sql::Integer(number ^ (1 << chance.u32(..40)))),
        Sql::Text(_) => Some(Sql::Text("x".to_owned())),
        _ => Some(Sql::Integer(1)),
    }
}

#[test]
fn an_exported_file_is_verified_without_the_station() {
    let home = home_with_a_log();
    let csv = home.path("nhat-ky.csv");
    let file = csv.to_str().unwrap();
    home.loa(&["log", "-o", file]).with_code(0);
    let elsewhere = Home::new();
    let whole = elsewhere.loa(&["log", "verify", file]).with_code(0);
    assert!(whole.out.contains("nguyên vẹn, 20 dòng\nLOA:20:"), "{}", whole.out);
    let head = elsewhere.loa(&["log", "verify", file, "--json"]).with_code(0).json()["head"].clone();

    let lines: Vec<String> = fs::read_to_string(&csv).unwrap().lines().map(str::to_owned).collect();
    let verify = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        fs::write(&csv, lines.join("\n") + "\n").unwrap();
        elsewhere.loa_en(&["log", "verify", file]).with_code(1).out
    };
    let says = |out: String, what: &str| assert_eq!(out, format!("{file}: {what}\n"));
    says(verify(&|lines| drop(lines.remove(5))), "row 5 is missing: it was removed");
    says(verify(&|lines| lines.swap(5, 6)), "row 6 is not in its place: the order was changed");
    says(verify(&|lines| lines.insert(6, lines[5].clone())), "row 5 was inserted");
    says(verify(&|lines| lines[7] = lines[7].replace("aired,", "missed,")), "row 7 was changed after it was written");
    let quoted = |lines: &mut Vec<String>| lines[0] = lines[0].replace("station", "\"station\"");
    assert!(verify(&quoted).contains("another program has written the file anew (from line 1 on)"));

    // The end cut off is a whole log, but for whoever holds a report.
    fs::write(&csv, lines[..15].join("\n") + "\n").unwrap();
    elsewhere.loa(&["log", "verify", file]).with_code(0);
    let head = format!("LOA:{}:{}", head["row"], head["hash"].as_str().unwrap());
    let cut = elsewhere.loa_en(&["log", "verify", file, "--head", &head]).with_code(1).out;
    says(cut, "the report was made when the log had 20 rows, now it ends with row 14: its end was cut off");
    home.loa(&["log", "verify", "--head", &head]).with_code(0);
    elsewhere.loa(&["log", "verify", "--head", "abc"]).with_code(2);
    elsewhere.loa(&["log", "verify", "khong-co.csv"]).with_code(3);
}

#[test]
fn a_part_of_the_log_verifies_as_well() {
    let home = home_with_a_log();
    for format in ["csv", "json"] {
        let file = home.path(&format!("ngay.{format}"));
        home.loa(&["log", "--from", "2020-08-11", "--to", "2020-08-11", "-o", file.to_str().unwrap()]).with_code(0);
        let said = home.loa_en(&["log", "verify", file.to_str().unwrap(), "--json"]).with_code(0).json();
        assert_eq!((&said["rows"], &said["head"]["row"]), (&6.into(), &13.into()), "{said}");
    }
    let workbook = home.path("nhat-ky.xlsx");
    home.loa(&["log", "-o", workbook.to_str().unwrap()]).with_code(0);
    home.loa(&["log", "verify", workbook.to_str().unwrap()]).with_code(2);
}

#[test]
fn a_correction_is_a_row_that_names_the_old_one() {
    let home = home_with_a_log();
    let airings = || {
        let report = ["report", "--json", "--from", "2020-08-10", "--to", "2020-08-12"];
        home.loa(&report).with_code(0).json()["totals"]["airings"].as_u64().unwrap()
    };
    let (before, row) = (airings(), home.rows()[1].clone());
    let correct = |more: &[&str]| home.loa_en(&[&["log", "correct", "2", "--by", "Cán bộ đài"], more].concat());
    let why = ["--why", "âm ly tắt, dân báo không nghe"];
    assert!(correct(&[&["--heard", "0"], &why[..]].concat()).with_code(2).err.contains("add --reason"));
    assert!(
        correct(&[&["--heard", "60s", "--reason", "device"], &why[..]].concat())
            .with_code(2)
            .err
            .contains("nobody heard more")
    );
    correct(&[&["--heard", "0", "--reason", "device"], &why[..]].concat()).with_code(0);
    home.loa(&["log", "correct", "1", "--by", "A", "--why", "B"]).with_code(2);
    home.loa(&["log", "correct", "99", "--by", "A", "--why", "B"]).with_code(2);

    let rows = home.rows();
    assert_eq!(rows[1], row, "the old row stays as it is");
    let correction = rows.last().unwrap();
    assert_eq!((&correction["kind"], &correction["corrects"]), (&"correction".into(), &2.into()));
    assert_eq!((&correction["outcome"], &correction["reason"]), (&"failed".into(), &"device".into()));
    assert_eq!((&correction["title"], &correction["by"]), (&row["title"], &"Cán bộ đài".into()));
    assert_eq!(airings(), before - 1, "the report counts what was heard");
    home.loa(&["log", "verify"]).with_code(0);

    correct(&["--why", "âm ly đã thay"]).with_code(0);
    assert_eq!(airings(), before - 1, "a further word takes nothing back");
    assert!(
        correct(&[&["--reason", "device", "--heard", "9"], &why[..]].concat())
            .with_code(2)
            .err
            .contains("still counts")
    );
    home.loa(&["log", "correct", "2", "--by", " ", "--why", "B"]).with_code(2);
    correct(&["--heard", "9", "--why", "nghe lại: có phát"]).with_code(0);
    assert_eq!(airings(), before, "the last word counts, up to what went out");
    let store = Store::open(&home.path("data/loa.db"), Durability::Full).unwrap();
    let rows = store.log(None, None).unwrap();
    assert!(matches!(&rows.last().unwrap().entry.fact, Fact::Correction(correction) if correction.corrects == 2));
    verify(&rows.iter().map(Presented::row).collect::<Vec<_>>(), Beginning::First).unwrap();
}

#[test]
fn what_is_done_to_a_file_afterwards_changes_nothing_in_the_log() {
    let home = home_with_a_log();
    let before = home.rows();
    fs::rename(home.path("audio/ministry/01.wav"), home.path("audio/ministry/09.wav")).unwrap();
    fs::remove_file(home.path("audio/ministry/02.wav")).unwrap();
    home.write("audio/ministry/manifest.yaml", "expected: 1\nitems:\n  - {file: 03.wav, title: Tên khác}\n");
    home.write("schedules/a.yaml", "title: Lịch khác\n");
    assert_eq!(home.rows(), before);
    home.loa(&["log", "verify"]).with_code(0);
}

#[test]
fn nothing_in_the_log_can_be_changed_or_deleted_by_a_statement() {
    let home = home_with_a_log();
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    for statement in ["UPDATE log SET title = ''", "DELETE FROM log", "DELETE FROM log WHERE row_id = 20"] {
        let refused = db.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[test]
fn a_database_of_version_2_is_brought_up_to_date_and_stays_whole() {
    let home = home_with_a_log();
    let before = home.loa(&["log", "--format", "csv"]).with_code(0).out;
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    for column in ["peak_decibels", "silent", "confirmed"] {
        db.execute(&format!("ALTER TABLE log DROP COLUMN {column}"), []).unwrap();
    }
    db.execute_batch(
        "DROP TABLE alarm; DROP TABLE added; DROP TABLE alert; DROP TABLE silence; DROP TABLE on_air; DROP INDEX log_of_line; DROP INDEX \
         slot; CREATE UNIQUE INDEX log_of_line ON log (session_id, line) WHERE line IS NOT NULL; CREATE UNIQUE INDEX slot \
         ON session (date, session) WHERE origin <> 'by_hand'; CREATE TABLE on_air (session_id INTEGER NOT NULL \
         REFERENCES session, line INTEGER NOT NULL, predicted_at INTEGER NOT NULL, aired_at INTEGER NOT NULL, heard \
         INTEGER NOT NULL, heard_at INTEGER NOT NULL, device TEXT NOT NULL, clock TEXT NOT NULL, PRIMARY KEY \
         (session_id, line)) STRICT, WITHOUT ROWID;",
    )
    .unwrap();
    db.pragma_update(None, "user_version", 2).unwrap();
    drop(db);
    home.loa(&["log", "verify"]).with_code(0);
    assert_eq!(home.loa(&["log", "--format", "csv"]).with_code(0).out, before);
    assert!(home.log().iter().all(|row| row["sent_peak_dbfs"].is_null() && row["confirmed_seconds"].is_null()));
}
