//! The example station, which is the repository itself: what a fresh clone airs in a week.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use crate::home::{Said, loa, run};

/// A fresh clone, whatever the tester did in his own: the same papers and files, no log, no approvals.
fn repository() -> &'static Path {
    static CLONE: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let clone = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example");
        let _ = fs::remove_dir_all(&clone);
        fs::create_dir_all(&clone).unwrap();
        fs::copy(root.join("station.yaml"), clone.join("station.yaml")).unwrap();
        for folder in ["schedules", "audio"] {
            symlink(root.join(folder), clone.join(folder)).unwrap();
        }
        clone
    });
    &CLONE
}

fn at(home: &Path, args: &[&str]) -> Said {
    let mut command = loa();
    command.arg("--home").arg(home).args(args);
    run(command)
}

#[test]
fn thirty_two_files_are_there_and_can_be_played() {
    let library = at(repository(), &["library", "--json"]).with_code(0).json();
    let counts = ["expected", "present", "playable"].map(|key| library[key].as_u64().unwrap());
    assert_eq!(counts, [32, 32, 32]);
}

#[test]
fn nothing_is_wrong_with_its_papers() {
    let check = at(repository(), &["check", "--json"]).json();
    let problems = check["problems"].as_array().unwrap();
    let errors: Vec<_> = problems.iter().filter(|problem| problem["severity"] == "error").collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_week_airs_each_of_the_32_at_least_twice_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("week");
    let args = ["simulate", "--json", "--from", "2020-08-10", "--days", "7", "--into", into.to_str().unwrap()];
    let week = at(repository(), &args).with_code(0).json();
    assert_eq!((&week["days"], &week["days_met"], &week["short"]), (&7.into(), &7.into(), &Value::Array(Vec::new())));

    let rows = at(&into, &["log", "--json"]).with_code(0).json();
    let mut times: HashMap<(String, String), u32> = HashMap::new();
    let of_items = |row: &&Value| row["outcome"] != "";
    for row in rows.as_array().unwrap().iter().filter(of_items) {
        assert_eq!(row["outcome"] == "aired", row["reason"] == "", "{row}");
        if row["kind"] == "ministry" && row["outcome"] == "aired" {
            let key = (row["date"].as_str().unwrap().to_owned(), row["path"].as_str().unwrap().to_owned());
            *times.entry(key).or_default() += 1;
        }
        assert_ne!((&row["kind"], &row["outcome"]), (&"bulletin".into(), &"aired".into()), "nobody has approved any");
    }
    assert_eq!(times.len(), 7 * 32);
    assert!(times.values().all(|times| *times >= 2), "{times:#?}");

    let report = at(&into, &["report", "--json", "--from", "2020-08-10", "--to", "2020-08-16"]).with_code(0).json();
    assert_eq!((&report["totals"]["days"], &report["totals"]["days_met"]), (&7.into(), &7.into()));
    assert_eq!(report["rows"][0]["ratio"], 100);
    assert_eq!(report["required"], 7 * 32 * 2);
    at(&into, &["report", "--strict", "--from", "2020-08-10", "--to", "2020-08-16"]).with_code(0);
    assert_eq!(at(&into, &["status", "--json"]).with_code(0).json()["state"], "off");
}

#[test]
fn the_same_week_twice_is_the_same_log() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("days");
    let simulate = || {
        let args = ["simulate", "--from", "2020-08-22", "--days", "3", "--into", into.to_str().unwrap()];
        at(repository(), &args).with_code(0);
        at(&into, &["log", "--format", "csv"]).with_code(0).out
    };
    let (first, second) = (simulate(), simulate());
    assert!(first.lines().any(|line| line.contains(",chien-dich,")), "the dated campaign is on the air on a Monday");
    assert_eq!(first, second);
}

#[test]
fn a_simulation_never_touches_what_it_did_not_make() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "Kính gửi").unwrap();
    let into = folder.path().to_str().unwrap();
    at(repository(), &["simulate", "--from", "2020-08-10", "--days", "1", "--into", into]).with_code(2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
