//! `loa import`: files from a stick or a share, judged before they stay, whole or not at all.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use loaphuong::equipment::clock::SystemClock;
use loaphuong::equipment::quarantine::Quarantine;
use loaphuong::library::{Refusal, Trust};
use loaphuong::station::home::Home as StationHome;
use loaphuong::station::import::{self, Import, Stopped, What};
use serde_json::Value;
use tempfile::TempDir;

use crate::home::{Home, Said};
use crate::tones::write_tone;

/// A stick on a file system of its own, where there is one for everybody to write on.
fn stick() -> TempDir {
    let memory = Path::new("/dev/shm");
    let elsewhere = memory.is_dir() && tempfile::tempdir_in(memory).is_ok();
    if elsewhere { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn import(home: &Home, stick: &Path, options: &[&str]) -> Said {
    let dir = stick.to_str().unwrap();
    home.loa_en(&[&["import", dir, "--json"], options].concat())
}

/// Outcome and reason of each file, by its name on the stick.
fn of<'a>(document: &'a Value, source: &str) -> (&'a str, &'a str) {
    let items = document["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["source"] == source);
    let item = item.unwrap_or_else(|| panic!("no {source} in {document:#}"));
    (item["outcome"].as_str().unwrap(), item["why"].as_str().unwrap_or(""))
}

/// Everything below a folder of the home.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                names.push(entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    names.sort();
    names
}

#[test]
fn bulletins_are_taken_over_whole_and_wait_for_their_approval() {
    let (home, stick) = (Home::new(), stick());
    let dir = stick.path();
    // As FAT and a Macintosh spell it: capitals, decomposed accents, a dot behind.
    write_tone(&dir.join("Ho\u{323}p da\u{302}n.WAV"), 600, 1_000);
    fs::write(dir.join("HỌP DÂN.YAML"), "title: Họp dân\npriority: priority\n").unwrap();
    write_tone(&dir.join("thang 8./cho.wav."), 900, 500);
    fs::write(dir.join("Thumbs.db"), "x").unwrap();
    fs::write(dir.join("half.mp3.part"), "x").unwrap();
    write_tone(&dir.join(".Trash-1000/files/da xoa.wav"), 800, 500);
    let said = import(&home, dir, &[]).with_code(0);
    let document = said.json();
    assert_eq!(document["imported"], 2, "{document:#}");
    assert_eq!(document["approval_needed"], true);
    assert!(said.err.contains("2 files taken over, 0 were there already, 0 refused"), "{}", said.err);
    assert!(said.err.contains("None of the bulletins airs yet: listen, then run `loa approve"), "{}", said.err);
    let lying = ["Họp dân.WAV", "Họp dân.yaml", "thang 8/cho.wav"];
    assert_eq!(names(&home.path("audio/bulletins")), lying);
    let library = home.loa(&["library", "--json"]).json();
    let item = &library["items"][0];
    assert_eq!((&item["title"], &item["status"]), (&"Họp dân".into(), &"unapproved".into()));
    let again = import(&home, dir, &[]).with_code(0);
    assert_eq!(again.json()["same"], 2);
    let vietnamese = home.loa(&["import", dir.to_str().unwrap()]).with_code(0);
    assert!(vietnamese.out.contains("bulletins/Họp dân.WAV: đã có, giống hệt"), "{vietnamese:?}");
    assert!(vietnamese.err.contains("Đã chép 0 tệp, 2 tệp đã có sẵn, 0 tệp không nhận"), "{vietnamese:?}");
    home.loa(&["approve", "bulletins/Họp dân.WAV", "--by", "Chủ tịch xã, Lan"]).with_code(0);
    home.configure("bulletins: { approval: none }");
    write_tone(&dir.join("moi.wav"), 700, 500);
    let free = import(&home, dir, &[]).with_code(0);
    assert!(free.err.contains("station.yaml says `approval: none`: the schedule airs new bulletins"), "{}", free.err);
    assert_eq!(free.json()["approval_needed"], false);
}

#[test]
fn what_cannot_air_is_refused_with_its_reason() {
    let (home, stick) = (Home::new(), stick());
    let dir = stick.path();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audio");
    write_tone(&dir.join("good.wav"), 600, 1_000);
    write_tone(&dir.join("silent.wav"), 0, 1_000);
    fs::write(dir.join("empty.mp3"), "").unwrap();
    fs::write(dir.join("page.mp3"), "<html><body>404 Not Found</body></html>").unwrap();
    fs::copy(fixtures.join("tone.wma"), dir.join("hop.wma")).unwrap();
    write_tone(&dir.join("whole.wav"), 600, 4_000);
    let whole = fs::read(dir.join("whole.wav")).unwrap();
    fs::write(dir.join("cut.wav"), &whole[..whole.len() / 3]).unwrap();
    fs::remove_file(dir.join("whole.wav")).unwrap();
    fs::write(home.path("secret.wav"), "the clerk's own").unwrap();
    std::os::unix::fs::symlink(home.path("secret.wav"), dir.join("link.wav")).unwrap();
    write_tone(&home.path("outside/a.wav"), 600, 500);
    std::os::unix::fs::symlink(home.path("outside"), dir.join("folder")).unwrap();
    write_tone(&dir.join("sidecar.wav"), 800, 500);
    fs::write(dir.join("sidecar.yaml"), "titel: x\n").unwrap();
    fs::write(dir.join(format!("{}.mp3", "x".repeat(251))), "x").unwrap();
    let said = import(&home, dir, &[]).with_code(1);
    let document = said.json();
    for (file, why) in [
        ("silent.wav", "silent"),
        ("empty.mp3", "broken"),
        ("page.mp3", "broken"),
        ("hop.wma", "unsupported"),
        ("cut.wav", "broken"),
        ("link.wav", "link"),
        ("sidecar.wav", "bad_sidecar"),
    ] {
        assert_eq!(of(&document, file), ("refused", why), "{file}");
    }
    assert_eq!(of(&document, "good.wav"), ("imported", ""));
    assert_eq!((&document["imported"], &document["refused"]), (&1.into(), &8.into()), "{document:#}");
    assert!(said.err.contains("sidecar.yaml:1:1: there is no key \"titel\"; did you mean"), "{}", said.err);
    assert_eq!(names(&home.path("audio/bulletins")), ["good.wav"]);
    let people = home.loa_en(&["import", dir.to_str().unwrap()]).with_code(1);
    let line = "bulletins/page.mp3: refused: this is no sound file, whatever its name says; ask for the original";
    assert!(people.out.contains(line), "{people:?}");
}

#[test]
fn nothing_is_overwritten_unless_it_is_asked_for() {
    let (home, stick) = (Home::new(), stick());
    let dir = stick.path();
    home.tone("bulletins/cho.wav", 600, 1_000);
    let before = fs::read(home.path("audio/bulletins/cho.wav")).unwrap();
    write_tone(&dir.join("CHO.WAV"), 900, 1_000);
    let refused = import(&home, dir, &[]).with_code(1).json();
    assert_eq!(of(&refused, "CHO.WAV"), ("refused", "taken"));
    assert_eq!(fs::read(home.path("audio/bulletins/cho.wav")).unwrap(), before);
    let replaced = import(&home, dir, &["--replace"]).with_code(0).json();
    assert_eq!(of(&replaced, "CHO.WAV"), ("replaced", ""));
    assert_eq!(names(&home.path("audio/bulletins")), ["cho.wav"], "under the name that was there");
    assert_eq!(fs::read(home.path("audio/bulletins/cho.wav")).unwrap(), fs::read(dir.join("CHO.WAV")).unwrap());
    // Another sidecar is another word on the same bulletin.
    home.write("audio/bulletins/cho.yaml", "title: Chợ\n");
    fs::write(dir.join("cho.yaml"), "title: Chợ phiên\n").unwrap();
    let refused = import(&home, dir, &[]).with_code(1).json();
    assert_eq!(of(&refused, "CHO.WAV"), ("refused", "sidecar_taken"));
    let replaced = import(&home, dir, &["--replace"]).with_code(0).json();
    assert_eq!(
        (&replaced["items"][0]["outcome"], &replaced["items"][0]["sidecar"]),
        (&"same".into(), &"replaced".into())
    );
    // Two files that FAT could not tell apart.
    write_tone(&dir.join("cho.wav"), 700, 1_000);
    let twice = import(&home, dir, &["--replace"]).with_code(1).json();
    assert_eq!(of(&twice, "cho.wav"), ("refused", "twice"));
}

#[test]
fn the_ministry_set_is_held_against_its_manifest() {
    let (home, stick) = (Home::new(), stick());
    let dir = stick.path();
    write_tone(&dir.join("01-A.WAV"), 600, 1_000);
    write_tone(&dir.join("02-b.wav"), 700, 1_000);
    write_tone(&dir.join("03-c.wav"), 800, 1_000);
    write_tone(&dir.join("nhac.wav"), 900, 1_000);
    let hash = blake3::hash(&fs::read(dir.join("01-A.WAV")).unwrap()).to_hex();
    let other = blake3::hash(b"other").to_hex();
    let manifest = format!(
        "expected: 4\nitems:\n  - {{file: 01-a.wav, blake3: {hash}}}\n  - {{file: 02-b.wav, blake3: {other}}}\n  - {{file: \
         03-c.wav, duration: 9.5}}\n  - {{file: 04-d.wav}}\n"
    );
    fs::write(dir.join("manifest.yaml"), manifest).unwrap();
    let mistaken = import(&home, dir, &[]).with_code(2);
    assert!(mistaken.err.contains("so it is a ministry set; add --ministry"), "{}", mistaken.err);
    let said = import(&home, dir, &["--ministry"]).with_code(1);
    let document = said.json();
    assert_eq!(of(&document, "manifest.yaml"), ("imported", ""));
    assert_eq!(of(&document, "01-A.WAV"), ("imported", ""));
    assert_eq!(of(&document, "02-b.wav"), ("refused", "changed"));
    assert_eq!(of(&document, "03-c.wav"), ("refused", "broken"));
    assert_eq!(of(&document, "nhac.wav"), ("refused", "not_listed"));
    assert_eq!(names(&home.path("audio/ministry")), ["01-a.wav", "manifest.yaml"], "spelled as the manifest does");
    assert_eq!(document["ministry"]["missing"].as_array().unwrap().len(), 3);
    assert!(said.err.contains("The ministry set: 1 there, 4 expected; 3 missing: ministry/02-b.wav"), "{}", said.err);
    // The manifest in force rules, until it is replaced.
    fs::write(dir.join("manifest.yaml"), "expected: 3\n").unwrap();
    let kept = import(&home, dir, &["--ministry"]).with_code(1).json();
    assert_eq!(of(&kept, "manifest.yaml"), ("refused", "taken"));
    assert_eq!(of(&kept, "02-b.wav"), ("refused", "changed"));
    fs::write(dir.join("manifest.yaml"), "expected: many\n").unwrap();
    let wrong = import(&home, dir, &["--ministry", "--replace"]).with_code(1);
    assert!(wrong.err.contains("the manifest has mistakes, so nothing was taken over"), "{}", wrong.err);
    fs::write(dir.join("manifest.yaml"), "expected: 4\n").unwrap();
    let replaced = import(&home, dir, &["--ministry", "--replace"]).with_code(0).json();
    assert_eq!(of(&replaced, "manifest.yaml"), ("replaced", ""));
    assert_eq!(replaced["ministry"]["present"], 4);
}

#[test]
fn a_folder_that_is_not_there_or_empty_is_said() {
    let (home, stick) = (Home::new(), stick());
    let gone = import(&home, &stick.path().join("gone"), &[]).with_code(3);
    assert!(gone.err.contains("plug the drive in and run the command again"), "{}", gone.err);
    fs::write(stick.path().join("readme.txt"), "x").unwrap();
    let empty = home.loa(&["import", stick.path().to_str().unwrap()]).with_code(1);
    assert!(empty.err.contains("không có tệp âm thanh nào"), "{}", empty.err);
}

#[test]
fn a_stick_pulled_in_the_middle_leaves_whole_files_and_names_the_rest() {
    let (home, stick) = (Home::new(), stick());
    let dir = stick.path().join("usb");
    for (name, hz) in [("a.wav", 600), ("b.wav", 700), ("c.wav", 800)] {
        write_tone(&dir.join(name), hz, 500);
    }
    let station = StationHome::new(home.path(""));
    let examiner = Quarantine::by(env!("CARGO_BIN_EXE_loa").as_ref());
    let order = Import {
        home: &station,
        dir: &dir,
        ministry: false,
        replace: false,
        trust: &Trust::default(),
        now: SystemClock.now(),
        examiner: &examiner,
    };
    let mut arrived = Vec::new();
    let stopped = import::run(order, &mut |file| {
        if arrived.is_empty() {
            fs::remove_dir_all(&dir).unwrap();
        }
        arrived.push(file.what);
    });
    assert!(matches!(stopped, Err(Stopped::Gone { .. })), "{stopped:?}");
    let not_reached = || What::Refused(Refusal::NotReached);
    assert_eq!(arrived, [What::Imported, not_reached(), not_reached()]);
    assert_eq!(names(&home.path("audio/bulletins")), ["a.wav"]);
}

#[test]
fn an_import_that_was_killed_leaves_nothing_that_airs_and_the_next_sweeps_up() {
    let (home, stick) = (Home::new(), stick());
    write_tone(&stick.path().join("a.wav"), 600, 120_000);
    let mut command = home.command(&["import", stick.path().to_str().unwrap()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let bulletins = home.path("audio/bulletins");
    while names(&bulletins).is_empty() && child.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let left = names(&bulletins);
    assert!(left.len() == 1 && left[0].starts_with(".loa-sound-"), "{left:?}");
    assert_eq!(home.loa(&["library", "--json"]).json()["items"].as_array().unwrap().len(), 0);
    assert_eq!(import(&home, stick.path(), &[]).with_code(0).json()["imported"], 1);
    assert_eq!(names(&bulletins), ["a.wav"]);
}

/// Only root can give files away.
#[test]
fn what_root_takes_over_belongs_to_the_homes_owner() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (home, stick) = (Home::new(), stick());
    let own = |path: PathBuf| {
        let metadata = fs::symlink_metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    };
    for folder in ["", "audio", "audio/bulletins"] {
        std::os::unix::fs::chown(home.path(folder), Some(1_234), Some(1_235)).unwrap();
    }
    write_tone(&stick.path().join("deep/a.wav"), 600, 500);
    fs::write(stick.path().join("deep/a.yaml"), "title: A\n").unwrap();
    import(&home, stick.path(), &[]).with_code(0);
    for path in [
        "audio/bulletins/deep",
        "audio/bulletins/deep/a.wav",
        "audio/bulletins/deep/a.yaml",
        "data",
        "data/analysis.db",
    ] {
        assert_eq!(own(home.path(path)), (1_234, 1_235), "{path}");
    }
}

/// A share that may be written by others must not lead an import out of the home.
#[test]
fn a_link_planted_in_the_home_is_not_written_through() {
    let (home, stick) = (Home::new(), stick());
    fs::create_dir(home.path("outside")).unwrap();
    std::os::unix::fs::symlink(home.path("outside"), home.path("audio/bulletins/deep")).unwrap();
    write_tone(&stick.path().join("deep/a.wav"), 600, 500);
    import(&home, stick.path(), &[]).with_code(3);
    assert!(names(&home.path("outside")).is_empty());
}
