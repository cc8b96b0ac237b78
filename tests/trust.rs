//! Who vouches for what airs: content that was accepted, a named person. Nothing airs because it lies there.

use std::fs;
use std::path::Path;
use std::time::Duration;

use loaphuong::airtime::ClockState;
use loaphuong::equipment::clock::SimulatedClock;
use loaphuong::equipment::command::Pretended;
use loaphuong::equipment::store::{Durability, Store};
use loaphuong::station::home::Papers;
use loaphuong::station::log_keeper::LogKeeper;
use loaphuong::station::on_air::{Equipment, OnAir};
use loaphuong::station::shelf::SimulatedShelf;
use loaphuong::time::Frames;
use loaphuong::words::Lang;
use serde_json::Value;

use crate::home::{Home, PATIENCE, Said};
use crate::office::{Office, believing};
use crate::simulated::found;
use crate::tones::{make_old, write_tone};

pub const MANIFEST: &str = "audio/ministry/manifest.yaml";
pub const SIGNATURE: &str = "audio/ministry/manifest.yaml.minisig";
/// One session that airs whatever the ministry set has.
const MORNING: &str = "title: Lịch\nsessions:\n  - {id: sang, at: \"05:00\", length: 5m, rundown: [{pick: ministry}, {pick: bulletins}]}\n";

/// Starts the station and stops it again: what it sees is accepted.
fn start_once(home: &Home) {
    let mut running = home.on_air(&[]);
    running.wait_for("No session today or in the next two days");
    running.terminate(PATIENCE);
}

pub fn library(home: &Home) -> Value {
    home.loa_en(&["library", "--json"]).with_code(0).json()
}

/// Status and reason of one file.
fn of(home: &Home, path: &str) -> (String, String) {
    let library = library(home);
    let item = library["items"].as_array().unwrap().iter().find(|item| item["path"] == path).cloned();
    let item = item.unwrap_or_else(|| panic!("no {path} in {library:#}"));
    (item["status"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap().to_owned())
}

pub fn status_of(home: &Home, path: &str) -> String {
    of(home, path).0
}

/// The line of `loa check` about a file, in both languages.
pub fn told(home: &Home, file: &str) -> [String; 2] {
    [home.loa_en(&["check"]), home.loa(&["check"])].map(|said: Said| {
        let line = said.out.lines().find(|line| line.starts_with(&format!("{file}:")));
        line.unwrap_or_else(|| panic!("nothing of {file} in {said:?}")).to_owned()
    })
}

/// What a simulated day from `day` on airs, as kind, path, outcome and reason.
fn airs_on(home: &Home, day: &str) -> Vec<[String; 4]> {
    home.loa(&["simulate", "--from", day, "--days", "1"]).with_code(0);
    let simulated = home.path("data/simulated");
    let mut command = crate::home::loa();
    command.arg("--home").arg(simulated).args(["log", "--json"]);
    let rows = crate::home::run(command).with_code(0).json();
    let of_items = rows.as_array().unwrap().iter().filter(|row| row["outcome"] != "").cloned();
    of_items.map(|row| ["kind", "path", "outcome", "reason"].map(|key| row[key].as_str().unwrap().to_owned())).collect()
}

fn row(kind: &str, path: &str, outcome: &str, reason: &str) -> [String; 4] {
    [kind, path, outcome, reason].map(str::to_owned)
}

fn flip_last_byte(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(file, bytes).unwrap();
    make_old(file);
}

#[test]
fn a_ministry_file_changed_by_one_byte_airs_only_when_a_named_person_approved_it() {
    let home = Home::new();
    home.write("schedules/s.yaml", MORNING);
    home.tone("ministry/01.wav", 600, 400);
    home.tone("ministry/02.wav", 700, 400);
    let file = home.path("audio/ministry/01.wav");
    home.loa(&["library"]).with_code(0);
    flip_last_byte(&file);
    assert_eq!(status_of(&home, "ministry/01.wav"), "ok", "looking accepts nothing");
    let mut running = home.on_air(&[]);
    running.wait_for("Next: session");
    let first = fs::read(&file).unwrap();
    flip_last_byte(&file);
    let reason = "its content is not the one that was approved or accepted; listen and approve again (`loa approve`), or copy the right one";
    running.wait_for(&format!("audio/ministry/01.wav: {reason}"));
    let status = home.loa_en(&["status", "--json"]).with_code(0).json();
    let unfit: Vec<_> =
        status["alarms"].as_array().unwrap().iter().filter(|alarm| alarm["what"] == "file_unfit").collect();
    assert_eq!((unfit.len(), &unfit[0]["text"]), (1, &format!("audio/ministry/01.wav: {reason}").into()));
    assert_eq!(status["ministry"]["playable"], 1);
    running.terminate(PATIENCE);
    assert_eq!(of(&home, "ministry/01.wav"), ("changed".to_owned(), reason.to_owned()));
    assert_eq!(
        told(&home, "audio/ministry/01.wav"),
        [
            format!("audio/ministry/01.wav: note: {reason}"),
            "audio/ministry/01.wav: lưu ý: nội dung khác với bản đã duyệt hoặc đã nhận; nghe lại rồi duyệt (`loa approve`), hoặc chép lại bản đúng".to_owned(),
        ]
    );
    let aired = |path| row("ministry", path, "aired", "");
    let day = airs_on(&home, "2020-08-10");
    assert_eq!(day, [row("ministry", "ministry/01.wav", "blocked", "unapproved"), aired("ministry/02.wav")]);
    // What was accepted before airs again by itself; the other content when somebody has listened to it.
    let other = fs::read(&file).unwrap();
    home.write("audio/ministry/01.wav", &first);
    assert_eq!(status_of(&home, "ministry/01.wav"), "ok");
    home.write("audio/ministry/01.wav", &other);
    let said = home.loa_en(&["approve", "ministry/01.wav", "--by", "Chủ tịch xã"]).with_code(0);
    assert_eq!(said.err, "ministry/01.wav approved by Chủ tịch xã\n");
    assert_eq!(airs_on(&home, "2020-08-10"), [aired("ministry/01.wav"), aired("ministry/02.wav")]);
    home.loa(&["reject", "ministry/01.wav", "--by", "Chủ tịch xã"]).with_code(0);
    assert_eq!(of(&home, "ministry/01.wav"), ("unapproved".to_owned(), "Chủ tịch xã refused to approve it".to_owned()));
}

#[test]
fn what_the_manifest_names_no_approval_overrules_and_what_it_named_stays_accepted() {
    let home = Home::new();
    home.tone("ministry/01.wav", 600, 400);
    home.tone("ministry/02.wav", 700, 400);
    let hash = |name: &str| {
        let bytes = fs::read(home.path(&format!("audio/ministry/{name}"))).unwrap();
        blake3::hash(&bytes).to_hex().to_string()
    };
    let manifest =
        format!("expected: 2\nitems:\n  - {{file: 01.wav, blake3: {}}}\n  - {{file: 02.wav}}\n", hash("01.wav"));
    home.write(MANIFEST, manifest);
    start_once(&home);
    let approve = |code| home.loa_en(&["approve", "ministry/01.wav", "--by", "A"]).with_code(code).err;
    assert_eq!(
        approve(2),
        "loa: ministry/01.wav is the very content that manifest.yaml names: it airs by the Ministry's word, and is neither approved nor rejected here\n"
    );
    flip_last_byte(&home.path("audio/ministry/01.wav"));
    let listed = "its content is not the one that the manifest names; copy the right one, or ask for a new manifest";
    assert_eq!(of(&home, "ministry/01.wav"), ("changed".to_owned(), listed.to_owned()));
    assert_eq!(
        approve(1),
        "loa: ministry/01.wav is not the content that manifest.yaml names, and no approval lets it air; ask for the right file, or for a new manifest that names this one\n"
    );
    let vietnamese = home.loa(&["reject", "ministry/01.wav", "--by", "A"]).with_code(1).err;
    assert_eq!(
        vietnamese,
        "loa: ministry/01.wav không phải nội dung mà manifest.yaml ghi, duyệt cũng không phát được; xin lại tệp đúng, hoặc xin danh mục mới ghi tệp này\n"
    );
    fs::remove_file(home.path(MANIFEST)).unwrap();
    assert_eq!(status_of(&home, "ministry/01.wav"), "changed", "without the manifest what it named is still accepted");
    flip_last_byte(&home.path("audio/ministry/01.wav"));
    assert_eq!(status_of(&home, "ministry/01.wav"), "ok");
}

#[test]
fn a_set_whose_days_are_over_does_not_air() {
    let home = Home::new();
    home.write("schedules/s.yaml", MORNING);
    home.write(MANIFEST, "expected: 1\nvalid: {from: 2020-08-04, until: 2020-08-10}\n");
    home.tone("ministry/01.wav", 600, 400);
    let aired = [row("ministry", "ministry/01.wav", "aired", "")];
    assert_eq!(airs_on(&home, "2020-08-10"), aired);
    for day in ["2020-08-03", "2020-08-11"] {
        assert!(airs_on(&home, day).is_empty(), "nobody orders it on {day}");
    }
    let reason =
        "expired on 10 August 2020; delete it or mend `valid` in its sidecar (a ministry file: ask for a new manifest)";
    assert_eq!(of(&home, "ministry/01.wav"), ("expired".to_owned(), reason.to_owned()));
}

#[test]
fn while_the_clock_cannot_be_right_the_days_of_the_set_only_warn() {
    let home = Home::new();
    home.write(MANIFEST, "expected: 1\nvalid: {until: 1969-12-31}\n");
    let papers = Papers::read(&loaphuong::station::home::Home::new(home.path("")), &[]).unwrap();
    let found = vec![found("ministry/01.mp3", Ok(Frames::from_secs(60)))];
    // A clock whose battery is flat, and that nobody has set.
    let clock = SimulatedClock::starting("1980-01-01T00:00Z".parse().unwrap());
    clock.set_state(ClockState::Unsynced);
    let equipment = Equipment {
        clock: Box::new(clock),
        zones: Vec::new(),
        shelf: Box::new(SimulatedShelf::default()),
        capture: None,
        commands: Box::new(Pretended::default()),
        archive: None,
    };
    let store = Store::open(&home.path("loa.db"), Durability::None).unwrap();
    let mut station = OnAir::new(equipment, LogKeeper::new(store), papers, found).unwrap();
    station.start().unwrap();
    station.step();
    let snapshot = station.snapshot(Lang::En);
    assert_eq!((snapshot.ministry.playable, snapshot.clock), (1, "untrusted"));
    let open: Vec<_> = snapshot.alarms.iter().map(|alarm| (alarm.what.as_str(), alarm.text.as_str())).collect();
    assert_eq!(
        open,
        [(
            "clock_untrusted",
            "THE CLOCK IS WRONG: it shows 07:00:00 01/01/1980, 07:00:00 01/01/1980 was known before. Nothing scheduled airs until it is set (date -s, hwclock --systohc; a new clock battery), or somebody confirms it: loa clock confirm --by NAME",
        )]
    );
    assert_eq!(
        snapshot.notes,
        [
            "by the computer's clock the manifest ended on 31 December 1969, but the clock is wrong: what is begun by hand airs; set the clock, and ask for a new manifest if it has ended"
        ]
    );
}

#[test]
fn thirty_one_or_thirty_three_files_are_said_plainly_and_the_valid_ones_air() {
    let home = Home::new();
    home.write("schedules/s.yaml", MORNING);
    for number in 1..=33 {
        home.tone(&format!("ministry/{number:02}.wav"), 400 + 20 * number, 250);
    }
    for (there, last) in [(33, "33"), (32, "32"), (31, "31")] {
        let counted = format!("32 expected, {there} present, {there} of 32 playable");
        assert!(home.loa_en(&["library"]).out.starts_with(&format!("{counted}\n")));
        assert!(home.loa_en(&["status"]).out.lines().any(|line| line == format!("Ministry set: {counted}")));
        let note = format!("audio/ministry/: note: there are {there} files while the set has 32; ");
        assert_eq!(home.loa_en(&["check"]).out.contains(&note), there != 32);
        let aired = airs_on(&home, "2020-08-10").into_iter().filter(|row| row[2] == "aired").count();
        assert_eq!(aired, there);
        fs::remove_file(home.path(&format!("audio/ministry/{last}.wav"))).unwrap();
    }
    let vietnamese = home.loa(&["status"]).out;
    let counted = "Bộ tệp của Bộ: phải có 32 tệp, có 30, phát được 30/32";
    assert!(vietnamese.lines().any(|line| line == counted), "{vietnamese}");
}

#[test]
fn nothing_of_a_stick_airs_by_itself() {
    let (office, other) = (Office::new(1), Office::new(2));
    let home = believing(&[&office]);
    let stick = tempfile::tempdir().unwrap();
    write_tone(&stick.path().join("01.wav"), 600, 400);
    let hash = blake3::hash(&fs::read(stick.path().join("01.wav")).unwrap()).to_hex();
    let batch = |batch: u32| format!("expected: 1\nbatch: {batch}\nitems: [{{file: 01.wav, blake3: {hash}}}]\n");
    let prepare = |office: &Office, text: &str| {
        fs::write(stick.path().join("manifest.yaml"), text).unwrap();
        fs::write(stick.path().join("manifest.yaml.minisig"), office.sign(text)).unwrap();
    };
    let import = |options: &[&str]| {
        let dir = stick.path().to_str().unwrap();
        home.loa_en(&[&["import", dir, "--ministry"], options].concat())
    };
    prepare(&other, &batch(7));
    let refused = import(&[]).with_code(1);
    assert!(refused.err.contains(&format!("manifest.yaml.minisig: signed with key {}", other.name())), "{refused:?}");
    assert!(refused.err.contains("the manifest has mistakes, so nothing was taken over"), "{refused:?}");
    let lying = || fs::read_dir(home.path("audio/ministry")).unwrap().count();
    assert_eq!(lying(), 0);
    prepare(&office, &batch(7));
    import(&[]).with_code(0);
    assert_eq!((lying(), status_of(&home, "ministry/01.wav").as_str()), (3, "ok"), "with manifest and signature");
    start_once(&home);
    prepare(&office, &batch(6));
    let older = import(&["--replace"]).with_code(1);
    assert!(older.err.contains("batch 6 is older than batch 7"), "{older:?}");
    prepare(&office, &batch(8));
    import(&["--replace"]).with_code(0);
    assert_eq!(library(&home)["manifest"]["batch"], 8);
}

#[test]
fn what_an_import_puts_in_the_place_of_an_accepted_file_waits_for_an_approval() {
    let home = Home::new();
    home.write(MANIFEST, "expected: 1\n");
    home.tone("ministry/01.wav", 600, 400);
    start_once(&home);
    let stick = tempfile::tempdir().unwrap();
    write_tone(&stick.path().join("01.wav"), 900, 400);
    let dir = stick.path().to_str().unwrap();
    let said = home.loa_en(&["import", dir, "--ministry", "--replace"]).with_code(0);
    assert_eq!(
        said.err,
        "1 files taken over, 0 were there already, 0 refused\n1 of these ministry files do not air yet, since another content was accepted before or no trusted manifest names theirs: listen, then run `loa approve FILE --by \"OFFICE, NAME\"`\n"
    );
    let vietnamese = home.loa(&["import", dir, "--ministry", "--replace"]).with_code(0);
    assert!(vietnamese.err.ends_with(
        "1 tệp của Bộ vừa chép chưa được phát, vì khác với bản đã nhận trước đây hoặc không có danh mục nào được tin ghi nội dung: nghe rồi chạy `loa approve TỆP --by \"CHỨC VỤ, TÊN\"`\n"
    ));
    assert_eq!(status_of(&home, "ministry/01.wav"), "changed");
}

#[test]
fn an_alert_does_not_air_by_being_copied_into_the_home() {
    let home = Home::new();
    home.write("schedules/s.yaml", MORNING);
    for path in ["audio/bulletins/lu.wav", "audio/alerts/lu.wav", "audio/lu.wav", "data/alerts/lu.wav"] {
        write_tone(&home.path(path), 600, 400);
    }
    home.write("audio/bulletins/lu.yaml", "title: Lũ quét\npriority: emergency\n");
    let blocked = row("bulletin", "alerts/lu.wav", "blocked", "unapproved");
    assert_eq!(airs_on(&home, "2020-08-10"), [blocked]);
    // Even approved, an emergency airs only by `loa alert`; its copy under another name is a bulletin like others.
    home.loa(&["approve", "bulletins/lu.wav", "alerts/lu.wav", "--by", "Chủ tịch xã"]).with_code(0);
    assert_eq!(airs_on(&home, "2020-08-10"), [row("bulletin", "alerts/lu.wav", "aired", "")]);
    let mut running = home.on_air(&[]);
    running.wait_for("Next: session");
    let status = home.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!((&status["state"], &status["on_air"]), (&"waiting".into(), &Value::Null));
    running.terminate(Duration::from_secs(10));
}
