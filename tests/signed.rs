//! A manifest that is signed: by whom, which batch, and what becomes of one that nobody trusted vouches for.

use std::fs;
use std::path::Path;

use crate::home::{Home, PATIENCE};
use crate::office::{Office, believing};
use crate::trust::{MANIFEST, SIGNATURE, library, status_of, told};

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
