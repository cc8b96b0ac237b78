//! `loa library`, `loa approve`, `loa reject`: which files can air, and why the others cannot.

use std::fs;
use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::home::Home;

/// Status and reason of one file.
fn of<'a>(library: &'a Value, path: &str) -> (&'a str, &'a str) {
    let items = library["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["path"] == path).unwrap_or_else(|| panic!("no {path} in {library:#}"));
    (item["status"].as_str().unwrap(), item["reason"].as_str().unwrap())
}

fn library(home: &Home) -> Value {
    home.loa_en(&["library", "--json"]).with_code(0).json()
}

#[test]
fn every_file_that_cannot_air_is_named_with_its_reason() {
    let home = Home::new();
    home.write(
        "audio/ministry/manifest.yaml",
        "expected: 8\nitems:\n  - {file: 01.wav}\n  - {file: 02.mp3, duration: 1.0}\n  - {file: 03.mp3}\n  - {file: 04.mp3}\n  \
         - {file: 05.wav, title: Im lặng}\n  - {file: 06.mp3, title: Chưa chép}\n  - {file: 07.wav, blake3: \
         af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262}\n  - {file: 08.wav, duration: 9.5}\n",
    );
    home.tone("ministry/01.wav", 600, 1_000);
    let whole = fs::metadata("tests/fixtures/audio/lame.mp3").unwrap().len();
    home.fixture("lame.mp3", "ministry/02.mp3", Some(usize::try_from(whole).unwrap() / 3));
    home.write("audio/ministry/03.mp3", "");
    home.write("audio/ministry/04.mp3", "<html><body>404 Not Found</body></html>");
    home.tone("ministry/05.wav", 0, 1_000);
    home.tone("ministry/07.wav", 600, 1_000);
    home.tone("ministry/08.wav", 600, 4_000);
    home.write("audio/ministry/09.mp3.part", "half a file");
    home.write("audio/ministry/Thumbs.db", "thumbs");
    home.fixture("tone.wma", "bulletins/hop.wma", None);
    home.fixture("tone.opus", "bulletins/loa.opus", None);
    let library = library(&home);
    let of = |path| of(&library, path);
    assert_eq!(of("ministry/01.wav"), ("ok", ""));
    let (status, reason) = of("ministry/02.mp3");
    assert_eq!(status, "broken");
    assert!(reason.starts_with("the file is cut short: 1 seconds expected, 0.3"), "{reason}");
    assert_eq!(of("ministry/03.mp3"), ("broken", "the file is empty (0 bytes); copy it again"));
    let not_audio = "this is no sound file, whatever its name says; ask for the original";
    assert_eq!(of("ministry/04.mp3"), ("broken", not_audio));
    assert_eq!(of("ministry/05.wav"), ("silent", "there is no sound in it; check the recording"));
    assert_eq!(of("ministry/06.mp3"), ("missing", "the file is not there; copy it into audio/"));
    assert_eq!(of("ministry/07.wav").0, "changed");
    assert_eq!(
        of("ministry/08.wav"),
        ("broken", "the file is cut short: 9.5 seconds expected, 4 found; copy it again")
    );
    let convert = "cannot be played; convert it to mp3, wav, flac or ogg";
    for (path, format) in [("bulletins/hop.wma", "wma"), ("bulletins/loa.opus", "opus")] {
        let (status, reason) = of(path);
        assert_eq!(status, "unsupported");
        assert!(reason == format!("the format {format} {convert}"), "{reason}");
    }
    assert_eq!(library["items"].as_array().unwrap().len(), 10, "temporary and foreign names are no files of ours");
    let counts = ["expected", "present", "playable"].map(|key| library[key].as_u64().unwrap());
    assert_eq!(counts, [8, 7, 1]);
}

#[test]
fn a_file_that_still_grows_is_being_copied_and_nothing_of_it_airs() {
    let home = Home::new();
    home.tone("ministry/01.wav", 600, 1_000);
    let file = home.path("audio/ministry/01.wav");
    let mut file = fs::File::options().append(true).open(file).unwrap();
    // It grows before anybody looks: the program may well be faster than the writer's next turn.
    file.write_all(&[0; 960]).unwrap();
    let (done, copying) = mpsc::channel::<()>();
    let copier = thread::spawn(move || {
        while copying.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
            file.write_all(&[0; 960]).unwrap();
        }
    });
    let library = library(&home);
    drop(done);
    copier.join().unwrap();
    assert_eq!(of(&library, "ministry/01.wav"), ("copying", "still being copied, wait for the end"));
    assert_eq!(library["playable"], 0);
}

#[test]
fn a_stereo_file_with_one_side_upside_down_airs_with_a_warning() {
    let home = Home::new();
    home.tone("ministry/01-mono.wav", 1_000, 1_000);
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(home.path("audio/ministry/02-nguoc.wav"), spec).unwrap();
    for sample in (-50..50_i16).cycle().take(44_100).map(|step| step * 100) {
        file.write_sample(sample).unwrap();
        file.write_sample(-sample).unwrap();
    }
    file.finalize().unwrap();
    // Asked twice: measured the first time, remembered the second.
    for _ in 0..2 {
        let library = library(&home);
        assert_eq!(of(&library, "ministry/01-mono.wav"), ("ok", ""));
        let (status, reason) = of(&library, "ministry/02-nguoc.wav");
        assert_eq!(status, "ok");
        assert!(reason.starts_with("the two channels have opposite polarity: "), "{reason}");
    }
    let table = home.loa(&["library"]).with_code(0).out;
    assert!(table.contains("hai kênh ngược pha"), "{table}");
}

#[test]
fn the_json_of_an_item() {
    let home = Home::new();
    home.tone("ministry/01-deo.wav", 1_000, 2_000);
    let library = library(&home);
    let item = library["items"][0].as_object().unwrap();
    let keys = ["path", "kind", "title", "duration", "lufs", "true_peak_dbtp", "content_hash", "status", "reason"];
    assert!(keys.iter().all(|key| item.contains_key(*key)), "{item:?}");
    assert_eq!((&item["kind"], &item["title"], &item["duration"]), (&"ministry".into(), &"01-deo".into(), &2.0.into()));
    assert_eq!(item["content_hash"].as_str().unwrap().len(), 64);
    // A 1 kHz sine with peaks at −14.75 dBFS; one channel reads 3 LU less than two (EBU Tech 3341).
    let (lufs, peak) = (item["lufs"].as_f64().unwrap(), item["true_peak_dbtp"].as_f64().unwrap());
    assert!((lufs + 17.8).abs() < 0.3 && (peak + 14.7).abs() < 0.2, "{lufs} LUFS, {peak} dBTP");
}

#[test]
fn thirty_one_or_thirty_three_files_are_said_plainly_and_the_valid_ones_air() {
    let home = Home::new();
    home.write("audio/ministry/manifest.yaml", "title: Bộ 32 tệp\nexpected: 3\n");
    for (name, hz) in [("01", 600), ("02", 700), ("03", 800), ("04", 900)] {
        home.tone(&format!("ministry/{name}.wav"), hz, 500);
    }
    let table = home.loa(&["library"]).with_code(0).out;
    assert!(table.starts_with("Bộ 32 tệp: phải có 3 tệp, có 4, phát được 4/3\n"), "{table}");
    let check = home.loa_en(&["check"]).out;
    assert!(check.contains("audio/ministry/: note: there are 4 files while the set has 3; "), "{check}");
    for name in ["03", "04"] {
        fs::remove_file(home.path(&format!("audio/ministry/{name}.wav"))).unwrap();
    }
    assert!(home.loa_en(&["check"]).out.contains("there are 2 files while the set has 3; "));
    assert_eq!(library(&home)["playable"], 2);
}

#[test]
fn a_bulletin_airs_when_a_named_person_has_approved_these_very_bytes() {
    let home = Home::new();
    home.tone("bulletins/hop-dan.wav", 600, 1_000);
    let bulletin = home.path("audio/bulletins/hop-dan.wav");
    let status = || of(&library(&home), "bulletins/hop-dan.wav").0.to_owned();
    assert_eq!(status(), "unapproved");
    let approve = ["approve", bulletin.to_str().unwrap(), "--by", "Chủ tịch, Nông Văn Dền"];
    let said = home.loa(&approve).with_code(0);
    assert_eq!(said.err, "Chủ tịch, Nông Văn Dền đã duyệt bulletins/hop-dan.wav\n");
    assert_eq!(status(), "ok");
    let mut bytes = fs::read(&bulletin).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    home.write("audio/bulletins/hop-dan.wav", &bytes);
    assert_eq!(status(), "changed", "one bit is enough");
    *bytes.last_mut().unwrap() ^= 1;
    home.write("audio/bulletins/hop-dan.wav", &bytes);
    assert_eq!(status(), "ok", "the bytes that were approved, again");
    let reject = ["reject", "bulletins/hop-dan.wav", "--by", "Phó Chủ tịch"];
    assert_eq!(home.loa_en(&reject).with_code(0).err, "bulletins/hop-dan.wav rejected by Phó Chủ tịch\n");
    let library = library(&home);
    assert_eq!(of(&library, "bulletins/hop-dan.wav"), ("unapproved", "Phó Chủ tịch refused to approve it"));
}

#[test]
fn what_cannot_be_approved() {
    let home = Home::new();
    home.tone("jingles/call.wav", 600, 500);
    home.write("audio/bulletins/trong.mp3", "");
    let refused = |file: &str, code: i32| home.loa_en(&["approve", file, "--by", "A"]).with_code(code).err;
    assert_eq!(
        refused("jingles/call.wav", 2),
        "loa: jingles/call.wav needs no approval; bulletins and ministry files are what is approved\n"
    );
    assert_eq!(refused("bulletins/gone.mp3", 2), "loa: there is no file bulletins/gone.mp3 in audio/\n");
    assert_eq!(
        refused("bulletins/trong.mp3", 1),
        "loa: bulletins/trong.mp3 cannot air, so it cannot be approved: the file is empty (0 bytes); copy it again\n"
    );
    home.loa(&["approve", "bulletins/trong.mp3"]).with_code(2);
}

#[test]
fn what_somebody_refused_does_not_air_where_nobody_has_to_approve_either() {
    let home = Home::new();
    home.configure("bulletins: { approval: none }\n");
    home.tone("bulletins/tin.wav", 600, 500);
    assert_eq!(of(&library(&home), "bulletins/tin.wav"), ("ok", ""));
    home.loa(&["reject", "bulletins/tin.wav", "--by", "Chủ tịch"]).with_code(0);
    assert_eq!(of(&library(&home), "bulletins/tin.wav").0, "unapproved");
    home.loa(&["approve", "bulletins/tin.wav", "--by", "Chủ tịch"]).with_code(0);
    assert_eq!(of(&library(&home), "bulletins/tin.wav"), ("ok", ""));
}

#[test]
fn sidecars_say_where_and_until_when_a_bulletin_airs() {
    let home = Home::new();
    home.configure("bulletins: { approval: none }\n");
    for (name, sidecar) in [
        ("cu", "title: Tin cũ\nvalid: {until: 2020-08-15}\n"),
        ("bien-gioi", "for: [border]\n"),
        ("tin", "title: Họp dân\npriority: priority\n"),
    ] {
        home.tone(&format!("bulletins/{name}.wav"), 600, 500);
        home.write(&format!("audio/bulletins/{name}.yaml"), sidecar);
    }
    let known = library(&home);
    let of_known = |path| of(&known, path);
    assert_eq!(of_known("bulletins/cu.wav").0, "expired");
    assert!(of_known("bulletins/cu.wav").1.starts_with("expired on 15 August 2020; "));
    assert_eq!(of_known("bulletins/tin.wav"), ("ok", ""));
    let items = known["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "content for border stations is none of ours");
    assert_eq!(items[1]["title"], "Họp dân");
    home.write("audio/bulletins/tin.yaml", "prioriti: priority\n");
    let known = library(&home);
    assert_eq!(of(&known, "bulletins/tin.wav"), ("broken", "its sidecar has mistakes, see `loa check`"));
}
