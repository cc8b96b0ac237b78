//! Databases of every version there was: each is kept as it was, brought up to date, and loses no row.
//!
//! `tests/fixtures/databases/README.md` says how the next one is added.

use std::fs;
use std::path::{Path, PathBuf};

use loaphuong::airtime::{Beginning, verify};
use loaphuong::equipment::store::{Durability, Store, StoreTrouble, examine};
use rusqlite::Connection;

/// Tables that hold what a station must not lose, each with the version that brought it.
const TABLES: [(&str, i64); 11] = [
    ("log", 2),
    ("session", 2),
    ("on_air", 2),
    ("approval", 2),
    ("level", 2),
    ("entry", 2),
    ("owed", 2),
    ("run", 2),
    ("pinned", 4),
    ("accepted", 4),
    ("alarm", 4),
];

fn fixtures() -> Vec<(i64, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/databases");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let version = |file: &Path| file.file_stem()?.to_str()?.strip_prefix("version-")?.parse().ok();
    let mut fixtures: Vec<_> = files.filter_map(|file| Some((version(&file)?, file))).collect();
    fixtures.sort();
    fixtures
}

fn number(file: &Path, sql: &str) -> i64 {
    Connection::open(file).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The rows of each table that there was in a version.
fn counts(file: &Path, version: i64) -> Vec<i64> {
    let there = TABLES.iter().filter(|(_, since)| *since <= version);
    there.map(|(table, _)| number(file, &format!("SELECT count(*) FROM {table}"))).collect()
}

#[test]
fn a_database_of_every_version_is_brought_up_to_date_and_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let today = folder.path().join("today.db");
    Store::open(&today, Durability::None).unwrap();
    let today = number(&today, "PRAGMA user_version");
    let fixtures = fixtures();
    assert_eq!(fixtures.last().map(|(version, _)| *version), Some(today), "add today's version to the fixtures");
    for (version, fixture) in fixtures {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loa.db");
        fs::copy(&fixture, &file).unwrap();
        let before = counts(&file, version);
        assert!(before.iter().all(|&rows| rows > 0), "version {version}: each table has a row, {TABLES:?} {before:?}");
        let store = Store::open(&file, Durability::None).unwrap();
        let rows = store.presented().unwrap().unwrap();
        verify(&rows, Beginning::First).unwrap();
        assert_eq!(rows.len(), usize::try_from(before[0]).unwrap());
        assert_eq!(counts(&file, version), before, "version {version}");
        assert_eq!(number(&file, "PRAGMA user_version"), today);
        let kept = store.kept_copy().map(|kept| (kept.file.clone(), kept.from, kept.to));
        drop(store);
        if version == today {
            assert_eq!(kept, None);
            continue;
        }
        let (copy, from, to) = kept.unwrap();
        assert_eq!((from, to), (version, today));
        assert_eq!(counts(&copy, version), before);
        let examined = examine(&copy).unwrap();
        assert_eq!((examined.version, examined.broken), (version, None));
        assert!(Store::open(&file, Durability::None).unwrap().kept_copy().is_none(), "nothing left to do");
    }
}

/// Without room for the copy nothing is changed.
#[test]
fn what_cannot_be_kept_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let (_, fixture) = fixtures().remove(0);
    fs::copy(&fixture, &file).unwrap();
    // A folder in the way of the copy stands for a disk that refuses it.
    fs::create_dir(folder.path().join(".loa-v2.part")).unwrap();
    let refused = Store::open(&file, Durability::None).unwrap_err();
    assert!(matches!(refused.what, StoreTrouble::NotCopied { .. }), "{refused}");
    assert_eq!(number(&file, "PRAGMA user_version"), 2);
}

#[test]
fn a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    Store::open(&file, Durability::None).unwrap();
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for refused in [Store::open(&file, Durability::None).unwrap_err(), examine(&file).unwrap_err()] {
        assert_eq!(refused.what, StoreTrouble::Newer { version: 99 });
    }
}
