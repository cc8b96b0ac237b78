//! Who vouches for what airs: content that was accepted, a signed manifest, a named person. Nothing airs because it lies
//! there.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ed25519_compact::{KeyPair, Noise, Seed};
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
use crate::simulated::found;
use crate::tones::{make_old, write_tone};

const MANIFEST: &str = "audio/ministry/manifest.yaml";
const SIGNATURE: &str = "audio/ministry/manifest.yaml.minisig";
/// One session that airs whatever the ministry set has.
const MORNING: &str = "title: Lịch\nsessions:\n  - {id: sang, at: \"05:00\", length: 5m, rundown: [{pick: ministry}, {pick: bulletins}]}\n";

/// An office that signs as minisign did before version 0.10, with a key made for one story.
struct Office {
    pair: KeyPair,
    id: [u8; 8],
}

impl Office {
    fn new(number: u8) -> Self {
        Self { pair: KeyPair::from_seed(Seed::new([number; 32])), id: [number; 8] }
    }

    fn line(&self, content: &[u8]) -> String {
        use base64::Engine as _;
        base64::prelude::BASE64_STANDARD.encode([b"Ed", &self.id[..], content].concat())
    }

    fn public(&self) -> String {
        self.line(&*self.pair.pk)
    }

    /// What minisign would print of the key.
    fn name(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }

    fn sign(&self, text: &str) -> String {
        use base64::Engine as _;
        let comment = "timestamp:1596000000\tfile:manifest.yaml";
        let own = self.pair.sk.sign(text, None::<Noise>);
        let whole = self.pair.sk.sign([&own[..], comment.as_bytes()].concat(), None::<Noise>);
        let whole = base64::prelude::BASE64_STANDARD.encode(&whole[..]);
        format!("untrusted comment: x\n{}\ntrusted comment: {comment}\n{whole}\n", self.line(&own[..]))
    }

    fn issue(&self, home: &Home, text: &str) {
        home.write(MANIFEST, text);
        home.write(SIGNATURE, self.sign(text));
    }
}

fn believing(offices: &[&Office]) -> Home {
    let home = Home::new();
    let keys: Vec<String> = offices.iter().map(|office| format!("\"{}\"", office.public())).collect();
    home.configure(&format!("trust: {{ keys: [{}] }}", keys.join(", ")));
    home
}

/// Starts the station and stops it again: what it sees is accepted.
fn start_once(home: &Home) {
    let mut running = home.on_air(&[]);
    running.wait_for("No session today or in the next two days");
    running.terminate(PATIENCE);
}

fn library(home: &Home) -> Value {
    home.loa_en(&["library", "--json"]).with_code(0).json()
}

/// Status and reason of one file.
fn of(home: &Home, path: &str) -> (String, String) {
    let library = library(home);
    let item = library["items"].as_array().unwrap().iter().find(|item| item["path"] == path).cloned();
    let item = item.unwrap_or_else(|| panic!("no {path} in {library:#}"));
    (item["status"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap().to_owned())
}

fn status_of(home: &Home, path: &str) -> String {
    of(home, path).0
}

/// The line of `loa check` about a file, in both languages.
fn told(home: &Home, file: &str) -> [String; 2] {
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
fn a_manifest_signed_with_the_stock_tool() {
    let fixture = |name: &str| fs::read_to_string(Path::new("tests/fixtures/signed").join(name)).unwrap();
    let home = Home::new();
    let key = fixture("key.pub").lines().nth(1).unwrap().to_owned();
    home.configure(&format!("trust: {{ keys: [{key}] }}"));
    home.write(MANIFEST, fixture("manifest.yaml"));
    home.fixture("tone.flac", "ministry/01.flac", None);
    for signature in ["manifest.yaml.minisig", "older.minisig"] {
        home.write(SIGNATURE, fixture(signature));
        let library = library(&home);
        let manifest = serde_json::json!({
            "title": "Bộ tệp thử của Sở", "batch": 7, "signed_by": "911B1A98397D4F97",
            "valid_from": "2020-08-01", "valid_until": "2999-12-31",
        });
        assert_eq!(library["manifest"], manifest);
        assert_eq!((&library["expected"], &library["playable"]), (&1.into(), &1.into()));
    }
    let table = home.loa_en(&["library"]).with_code(0);
    assert_eq!(table.err, "");
    assert!(table.out.starts_with("Bộ tệp thử của Sở: 1 expected, 1 present, 1 of 1 playable\n"), "{}", table.out);
    let standing =
        "The manifest: batch 7, signed with key 911B1A98397D4F97, from 1 August 2020 on, until 31 December 2999";
    assert!(table.out.lines().any(|line| line == standing), "{}", table.out);
    let vietnamese = home.loa(&["library"]).out;
    let standing =
        "Danh mục của Bộ: lô 7, ký bằng khóa 911B1A98397D4F97, phát từ ngày 01/8/2020, đến hết ngày 31/12/2999";
    assert!(vietnamese.lines().any(|line| line == standing), "{vietnamese}");
    let set = "Ministry set: 1 expected, 1 present, 1 of 1 playable; batch 7, signed with key 911B1A98397D4F97";
    assert!(home.loa_en(&["status"]).out.lines().any(|line| line == set));
    // What the office did not name needs a name of its own.
    home.tone("ministry/02.wav", 600, 400);
    assert_eq!(status_of(&home, "ministry/02.wav"), "unapproved");
    home.loa(&["approve", "ministry/02.wav", "--by", "Chủ tịch xã"]).with_code(0);
    assert_eq!(status_of(&home, "ministry/02.wav"), "ok");
}

/// Each way in which a manifest does not count, as `loa check` says it.
#[test]
fn a_manifest_that_nobody_trusted_vouches_for_is_told_with_what_to_do() {
    let (office, other) = (Office::new(1), Office::new(2));
    let home = believing(&[&office]);
    let (own, foreign) = (office.name(), other.name());
    let seven = "expected: 2\nbatch: 7\n";
    assert_eq!(
        told(&home, MANIFEST),
        [
            format!(
                "{MANIFEST}: trust.keys in station.yaml asks for a signed manifest, and there is none; copy manifest.yaml and manifest.yaml.minisig into audio/ministry/"
            ),
            format!(
                "{MANIFEST}: station.yaml ghi trust.keys nên bộ tệp của Bộ phải có danh mục đã ký, mà ở đây chưa có; chép manifest.yaml và manifest.yaml.minisig vào audio/ministry/"
            ),
        ]
    );
    home.write(MANIFEST, seven);
    assert_eq!(
        told(&home, MANIFEST),
        [
            format!(
                "{MANIFEST}: the manifest is not signed, so it does not count; copy the manifest.yaml.minisig of the office beside it"
            ),
            format!(
                "{MANIFEST}: danh mục chưa có chữ ký nên không được tính; chép cả manifest.yaml.minisig của cơ quan gửi vào cạnh nó"
            ),
        ]
    );
    home.write(SIGNATURE, "đã ký");
    assert_eq!(
        told(&home, SIGNATURE),
        [
            format!(
                "{SIGNATURE}: this is no signature of minisign, so the manifest does not count; copy the .minisig file of the office again"
            ),
            format!(
                "{SIGNATURE}: đây không phải chữ ký của minisign, nên danh mục không được tính; chép lại tệp .minisig của cơ quan gửi"
            ),
        ]
    );
    other.issue(&home, seven);
    assert_eq!(
        told(&home, SIGNATURE),
        [
            format!(
                "{SIGNATURE}: signed with key {foreign}, which trust.keys does not name (trusted: {own}), so the manifest does not count; call the office, and add the key to station.yaml if it is theirs"
            ),
            format!(
                "{SIGNATURE}: chữ ký của khóa {foreign}, không có trong trust.keys (được tin: {own}), nên danh mục không được tính; gọi cho cơ quan gửi, đúng là khóa của họ thì thêm vào station.yaml"
            ),
        ]
    );
    office.issue(&home, seven);
    assert_eq!(library(&home)["expected"], 2);
    home.write(MANIFEST, "expected: 3\nbatch: 7\n");
    assert_eq!(
        told(&home, SIGNATURE),
        [
            format!(
                "{SIGNATURE}: the signature of key {own} does not fit: manifest.yaml was changed after it was signed, or this signs another one, so the manifest does not count; copy both files of the office again, unedited"
            ),
            format!(
                "{SIGNATURE}: chữ ký của khóa {own} không khớp: manifest.yaml đã bị sửa sau khi ký, hoặc chữ ký là của bản khác, nên danh mục không được tính; chép lại cả hai tệp của cơ quan gửi, đừng sửa"
            ),
        ]
    );
    office.issue(&home, "expected: 2\n");
    assert_eq!(
        told(&home, MANIFEST),
        [
            format!(
                "{MANIFEST}: the signed manifest has no batch, so it does not count; the office has to add `batch: 1` (one more each time) and sign it again"
            ),
            format!(
                "{MANIFEST}: danh mục đã ký mà không ghi số lô, nên không được tính; cơ quan gửi thêm dòng `batch: 1` (mỗi lần sau tăng một), rồi ký lại"
            ),
        ]
    );
    home.configure("trust: { keys: [\"minisign public key 0101010101010101\"] }");
    assert_eq!(
        told(&home, "station.yaml"),
        [
            "station.yaml:4:17: \"minisign public key 0101010101010101\" is no public key of minisign; copy the line that begins with RW from the .pub file of the office",
            "station.yaml:4:17: \"minisign public key 0101010101010101\" không phải khóa công khai của minisign; chép dòng bắt đầu bằng RW trong tệp .pub mà cơ quan gửi",
        ]
    );
}

#[test]
fn a_batch_that_was_accepted_never_goes_back_and_the_last_good_manifest_stays_in_force() {
    let (office, other) = (Office::new(1), Office::new(2));
    let home = believing(&[&office]);
    let seven = "expected: 2\nbatch: 7\n";
    office.issue(&home, seven);
    let mut running = home.on_air(&[]);
    running.wait_for("No session today or in the next two days");
    let in_force = || home.loa(&["status", "--json"]).with_code(0).json()["ministry"].clone();
    assert_eq!(in_force()["manifest"]["batch"], 7);
    office.issue(&home, "expected: 5\nbatch: 6\n");
    running.wait_for(&format!("{MANIFEST}:2:8: batch 6 is older than batch 7"));
    office.issue(&home, "expected: 5\nbatch: 7\n");
    running.wait_for(&format!("{MANIFEST}:2:8: batch 7 was accepted before with another content"));
    other.issue(&home, "expected: 5\nbatch: 8\n");
    running.wait_for(&format!("{SIGNATURE}: signed with key {}", other.name()));
    let now = in_force();
    assert_eq!((&now["expected"], &now["manifest"]["batch"]), (&2.into(), &7.into()));
    running.terminate(PATIENCE);
    // It is kept with its signature: after a restart it is in force, and every command plans by it.
    assert_eq!(in_force(), now);
    let mut running = home.on_air(&[]);
    running.wait_for(&format!("{SIGNATURE}: signed with key {}", other.name()));
    fs::remove_file(home.path(SIGNATURE)).unwrap();
    running.wait_for(&format!("{MANIFEST}: the manifest is not signed"));
    assert_eq!(in_force(), now);
    // Whoever deletes the manifest means it.
    fs::remove_file(home.path(MANIFEST)).unwrap();
    running.wait_for(&format!("{MANIFEST}: trust.keys in station.yaml asks for a signed manifest, and there is none"));
    assert_eq!(in_force()["manifest"]["batch"], serde_json::Value::Null);
    running.terminate(PATIENCE);
    office.issue(&home, "expected: 5\nbatch: 6\n");
    assert_eq!(
        told(&home, MANIFEST),
        [
            format!(
                "{MANIFEST}:2:8: batch 6 is older than batch 7, which was accepted before, so the manifest does not count; copy the newest one, or ask for one with a batch above 7"
            ),
            format!(
                "{MANIFEST}:2:8: lô 6 cũ hơn lô 7 đã nhận, nên danh mục không được tính; chép danh mục mới nhất, hoặc xin bản có số lô lớn hơn 7"
            ),
        ]
    );
    office.issue(&home, "expected: 5\nbatch: 7\n");
    assert_eq!(
        told(&home, MANIFEST),
        [
            format!(
                "{MANIFEST}:2:8: batch 7 was accepted before with another content, so the manifest does not count; call the office, and ask for one with a batch above 7"
            ),
            format!(
                "{MANIFEST}:2:8: lô 7 đã nhận với nội dung khác, nên danh mục không được tính; gọi cho cơ quan gửi, xin bản có số lô lớn hơn 7"
            ),
        ]
    );
    // A key that is not trusted any more binds nobody.
    home.configure(&format!("trust: {{ keys: [\"{}\"] }}", other.public()));
    other.issue(&home, "expected: 5\nbatch: 1\n");
    assert_eq!(library(&home)["expected"], 5);
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
            "THE CLOCK IS WRONG: it shows 07:00:00 01/01/1980, 07:00:00 01/01/1980 was known before. Nothing scheduled airs until it is set (date, clock battery), or somebody confirms it: loa clock confirm --by NAME",
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
