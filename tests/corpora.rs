//! What the fuzzers start from and what they once found, through the same doors (`fuzz/src`), without a fuzzer.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod doors;

/// All that is kept for one door.
fn pass(kind: &str, door: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(kind);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "{}", folder.display());
    files.sort();
    for file in files {
        // Shown only if the door fails.
        println!("{}", file.display());
        door(&fs::read(&file).unwrap());
    }
}

#[test]
fn schedules_and_stations() {
    pass("schedules", doors::schedules);
}

#[test]
fn sidecars_manifests_and_signatures() {
    pass("sidecars", doors::sidecars);
}

#[test]
fn sound() {
    pass("audio", doors::audio);
}

#[test]
fn relays() {
    pass("relays", doors::relays);
}

#[test]
fn exported_logs() {
    pass("logs", doors::logs);
}

#[test]
fn backups() {
    pass("backups", doors::backups);
}
