//! Archives that somebody else made or changed: nothing of them is taken, and it is said why.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::backup::{Place, aired, at, text};

/// An archive as somebody else may make it.
fn forged(file: &Path, entries: &[(&str, tar::EntryType, &[u8])]) {
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(file).unwrap(), Compression::fast()));
    for (path, kind, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        if *kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        // As bytes: the library refuses to write such names.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        tar.append(&header, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap().sync_all().unwrap();
}

#[test]
fn what_is_no_whole_backup_touches_nothing() {
    let (home, place) = (aired(), Place::new());
    let file = place.path("loa.tar.gz");
    home.loa(&["backup", text(&file)]).with_code(0);
    let whole = fs::read(&file).unwrap();
    let bad = place.path("bad.tar.gz");
    let new = place.path("new");
    let refused = |said: &str| {
        let refused = at(&new, &["restore", text(&bad)]).with_code(1);
        assert!(refused.err.contains(said) && refused.err.contains("was not touched"), "{said}: {}", refused.err);
        assert!(!new.exists(), "{said}");
    };
    for (from, to) in [(0, 2), (0, whole.len() / 2), (0, whole.len() - 1), (1, whole.len())] {
        fs::write(&bad, &whole[from..to]).unwrap();
        refused("is no whole backup");
    }
    for turn in 1..12 {
        let mut flipped = whole.clone();
        flipped[whole.len() * turn / 12] ^= 1;
        if unzipped(&flipped).is_ok_and(|content| content == unzipped(&whole).unwrap()) {
            // A bit that means nothing, as there are some in every gzip file.
            continue;
        }
        fs::write(&bad, flipped).unwrap();
        refused(&format!("{}", bad.display()));
    }
    let file_type = tar::EntryType::Regular;
    for (path, kind) in [
        ("loa-backup/../../etc/cron.d/x", file_type),
        ("/etc/cron.d/x", file_type),
        ("etc/x", file_type),
        ("loa-backup/audio/./x", file_type),
        ("loa-backup/station.yaml", tar::EntryType::Symlink),
        ("loa-backup/audio/x.mp3", tar::EntryType::Link),
        ("loa-backup/audio/x.mp3", tar::EntryType::Char),
        ("loa-backup/audio/x.mp3", tar::EntryType::Fifo),
    ] {
        forged(&bad, &[(path, kind, b"")]);
        refused("which no backup of loa holds");
    }
    forged(&bad, &[("loa-backup/station.yaml", file_type, b"x")]);
    refused("has no list at its end");
    let list = |entries: &str, format: u32| {
        format!(
            "{{\"format\":{format},\"program\":\"x\",\"made_at\":\"2020-08-04T00:00:00Z\",\"station\":\"x\",\"audio\":true,\
             \"database\":null,\"entries\":[{entries}]}}"
        )
    };
    let entry = |path: &str, content: &[u8]| {
        format!("{{\"path\":\"{path}\",\"size\":{},\"blake3\":\"{}\"}}", content.len(), blake3::hash(content).to_hex())
    };
    let with_list = |list: String, content: &[u8], path: &str| {
        forged(&bad, &[(path, file_type, content), ("loa-backup/backup.json", file_type, list.as_bytes())]);
    };
    with_list(list(&entry("station.yaml", b"x"), 1), b"y", "loa-backup/station.yaml");
    refused("is not what was backed up");
    with_list(list("", 1), b"y", "loa-backup/station.yaml");
    refused("which no backup of loa holds");
    with_list(list(&entry("data/loa.lock", b"y"), 1), b"y", "loa-backup/data/loa.lock");
    refused("which no backup of loa holds");
    let two = format!("{},{}", entry("station.yaml", b"y"), entry("schedules/s.yaml", b"y"));
    with_list(list(&two, 1), b"y", "loa-backup/station.yaml");
    refused("schedules/s.yaml is missing");
    with_list(list(&entry("station.yaml", b"y"), 9), b"y", "loa-backup/station.yaml");
    let newer = at(&new, &["restore", text(&bad)]).with_code(1);
    assert!(newer.err.contains("was made by a newer loa"), "{}", newer.err);
    at(&new, &["restore", text(&place.path("gone"))]).with_code(3);
}

fn unzipped(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut content).map(|_| content)
}

/// The same archive with one entry exchanged and its list made to fit: only the log's own seal can tell.
fn exchanged(from: &Path, to: &Path, path: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(from).unwrap()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        entries.push((entry.path().unwrap().to_str().unwrap().to_owned(), content));
    }
    let changed = entries.iter_mut().find(|(name, _)| name.ends_with(path)).unwrap();
    changed.1 = change(std::mem::take(&mut changed.1));
    let (size, hash) = (changed.1.len(), blake3::hash(&changed.1).to_hex().to_string());
    let list = entries.last_mut().unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&list.1).unwrap();
    let told = json["entries"].as_array_mut().unwrap().iter_mut().find(|told| told["path"] == path).unwrap();
    (told["size"], told["blake3"]) = (size.into(), hash.into());
    list.1 = serde_json::to_vec(&json).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(to).unwrap(), Compression::fast()));
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, &*content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

fn changed_database(bytes: &[u8], sql: &str) -> Vec<u8> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let db = rusqlite::Connection::open(file.path()).unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    fs::read(file.path()).unwrap()
}

#[test]
fn a_log_that_was_changed_in_the_backup_or_is_of_a_newer_program_is_refused() {
    let (home, place) = (aired(), Place::new());
    let (file, bad, new) = (place.path("loa.tar.gz"), place.path("bad.tar.gz"), place.path("new"));
    home.loa(&["backup", text(&file)]).with_code(0);
    let sql = "DROP TRIGGER log_is_never_changed; UPDATE log SET aired = aired + 1 WHERE row_id = 2;";
    exchanged(&file, &bad, "data/loa.db", |bytes| changed_database(&bytes, sql));
    let refused = at(&new, &["restore", text(&bad)]).with_code(1);
    assert!(refused.err.contains("is not the one its list speaks of"), "{}", refused.err);
    exchanged(&file, &bad, "data/loa.db", |bytes| changed_database(&bytes, "PRAGMA user_version = 99"));
    let newer = at(&new, &["restore", text(&bad)]).with_code(3);
    assert!(newer.err.contains("was written by a newer loa (version 99); install that version"), "{}", newer.err);
    assert!(!new.join("station.yaml").exists());
    assert_eq!(fs::read_dir(&new).unwrap().count(), 1, "data/ with the lock alone");
}
