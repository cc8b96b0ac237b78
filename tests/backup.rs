//! `loa backup`, `loa restore`: a home in one file, and the same log going on elsewhere.

mod strangers;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::home::{Home, loa, run};

const PATIENCE: Duration = Duration::from_secs(20);

/// A home that has aired a session.
fn aired() -> Home {
    let home = Home::new();
    home.tone("ministry/01.wav", 600, 400);
    home.tone("bulletins/Họp dân.wav", 700, 400);
    home.write("audio/bulletins/Họp dân.yaml", "title: Họp dân\n");
    home.write(
        "schedules/s.yaml",
        "title: Lịch\nsessions:\n  - {id: sang, at: \"05:00\", length: 1m, rundown: [{pick: ministry}, {pick: bulletins}]}\n",
    );
    home.loa(&["approve", "bulletins/Họp dân.wav", "--by", "Chủ tịch xã, Lan"]).with_code(0);
    air(&home.path(""));
    home
}

fn air(dir: &Path) {
    let mut command = loa();
    command.arg("--home").arg(dir).args(["run", "--session", "sang", "--length", "5s", "--once"]);
    let said = run(command);
    assert_eq!(said.code, 0, "{said:?}");
}

fn at(dir: &Path, args: &[&str]) -> crate::home::Said {
    let mut command = loa();
    command.args(["--lang", "en"]).arg("--home").arg(dir).args(args);
    run(command)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn rows(dir: &Path) -> usize {
    at(dir, &["log", "--json"]).json().as_array().unwrap().len()
}

/// Papers that lie elsewhere and are linked to count; what is brought back must not depend on where that was.
#[test]
fn papers_behind_links_are_in_the_backup() {
    let home = aired();
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["schedules/s.yaml", "station.yaml"] {
        let real = elsewhere.path().join(name.rsplit('/').next().unwrap());
        fs::copy(home.path(name), &real).unwrap();
        fs::remove_file(home.path(name)).unwrap();
        std::os::unix::fs::symlink(&real, home.path(name)).unwrap();
    }
    let place = Place::new();
    let file = place.dir.path().join("a.tar.gz");
    at(&home.path(""), &["backup", text(&file)]).with_code(0);
    drop(elsewhere);
    let new = place.dir.path().join("new");
    at(&new, &["restore", text(&file)]).with_code(0);
    assert!(fs::read_to_string(new.join("schedules/s.yaml")).unwrap().contains("id: sang"));
    at(&new, &["check"]).with_code(0);
    air(&new);
}

struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

#[test]
fn a_backup_taken_on_the_air_goes_on_unbroken_on_another_computer() {
    let (home, place) = (aired(), Place::new());
    let file = place.path("loa.tar.gz");
    let mut running = home.on_air(&["--session", "sang", "--length", "30s"]);
    running.wait_for("On the air");
    let said = home.loa_en(&["backup", text(&file), "--json"]).with_code(0);
    let made = said.json();
    assert!(said.err.contains("read again and verified"), "{}", said.err);
    assert_eq!((&made["audio"], &made["whole"]), (&true.into(), &true.into()));
    assert!(made["rows"].as_u64().unwrap() >= 4, "{made}");
    running.terminate(PATIENCE);
    let new = place.path("new");
    let restored = at(&new, &["restore", text(&file)]).with_code(0);
    assert!(restored.err.contains("files, a log of"), "{}", restored.err);
    assert!(!restored.err.contains("before-restore"), "nothing was there before: {}", restored.err);
    let before = rows(&new);
    at(&new, &["log", "verify", "--head", made["head"].as_str().unwrap()]).with_code(0);
    let library = at(&new, &["library", "--json"]).json();
    let bulletin = library["items"].as_array().unwrap().iter().find(|item| item["kind"] == "bulletin").unwrap();
    assert_eq!((&bulletin["title"], &bulletin["status"]), (&"Họp dân".into(), &"ok".into()), "still approved");
    air(&new);
    assert!(rows(&new) > before);
    let verified = at(&new, &["log", "verify", "--head", made["head"].as_str().unwrap()]).with_code(0);
    assert!(verified.out.contains("whole"), "{verified:?}");
}

#[test]
fn a_stock_tar_opens_it_and_without_sound_it_is_small() {
    let (home, place) = (aired(), Place::new());
    home.tone(&format!("bulletins/{}.wav", "dài-".repeat(40)), 800, 400);
    home.write("data/reports/bao-cao.xlsx", "x");
    home.write("audio/bulletins/half.mp3.part", "x");
    assert!(home.path("data/last-good/audio/bulletins/Họp dân.yaml").exists(), "what is in force goes along");
    let (whole, small) = (place.path("whole.tar.gz"), place.path("small.tar.gz"));
    home.loa(&["backup", text(&whole)]).with_code(0);
    let said = home.loa(&["backup", text(&small), "--without-audio"]).with_code(0);
    assert!(said.err.contains("Không kèm tệp âm thanh"), "{}", said.err);
    let list = |file: &Path| {
        let output = Command::new("tar").arg("tzf").arg(file).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    assert_eq!((list(&whole), list(&small)), (12, 9));
    let tar = Command::new("tar").arg("xzf").arg(&whole).arg("-C").arg(place.dir.path()).status().unwrap();
    assert!(tar.success());
    let bulletins = place.path("loa-backup/audio/bulletins");
    assert_eq!(fs::read_dir(bulletins).unwrap().count(), 3);
    assert_eq!(fs::metadata(&whole).unwrap().permissions(), std::os::unix::fs::PermissionsExt::from_mode(0o100_600));
    assert!(fs::metadata(&small).unwrap().len() < fs::metadata(&whole).unwrap().len());
    // Where the sound lies already, it stays, and the texts beside it come back.
    home.write("audio/bulletins/Họp dân.yaml", "title: Khác\n");
    let said = home.loa_en(&["restore", text(&small)]).with_code(0);
    assert!(said.err.contains("The backup holds no sound files"), "{}", said.err);
    let library = home.loa(&["library", "--json"]).json();
    let titles: Vec<&str> =
        library["items"].as_array().unwrap().iter().filter_map(|item| item["title"].as_str()).collect();
    assert!(titles.contains(&"Họp dân") && titles.contains(&"01"), "{titles:?}");
    home.loa(&["log", "verify"]).with_code(0);
}

#[test]
fn rows_that_the_backup_does_not_have_are_never_lost() {
    let (home, place) = (aired(), Place::new());
    let file = place.path("loa.tar.gz");
    home.loa(&["backup", text(&file)]).with_code(0);
    let backed_up = home.rows().len();
    air(&home.path(""));
    let ahead = home.rows().len() - backed_up;
    let refused = home.loa_en(&["restore", text(&file)]).with_code(1);
    assert!(
        refused.err.contains(&format!("the log here holds {ahead} rows that the backup does not have")),
        "{refused:?}"
    );
    let refused = home.loa(&["restore", text(&file)]).with_code(1);
    assert!(refused.err.contains(&format!("nhật ký ở đây có {ahead} dòng mà bản sao lưu không có")), "{refused:?}");
    assert_eq!(home.rows().len(), backed_up + ahead, "nothing was done");
    home.write("ghi-chu.txt", "của cán bộ");
    let forced = home.loa_en(&["restore", text(&file), "--force", "--json"]).with_code(0);
    assert_eq!(forced.json()["rows_left"].as_u64().unwrap(), ahead as u64);
    assert_eq!(home.rows().len(), backed_up);
    home.loa(&["log", "verify"]).with_code(0);
    let aside = PathBuf::from(forced.json()["set_aside"].as_str().unwrap());
    assert!(aside.file_name().unwrap().to_str().unwrap().starts_with("before-restore-"));
    assert_eq!(rows(&aside), backed_up + ahead, "the old home is whole, and one can look into it");
    assert!(aside.join("audio/ministry/01.wav").exists() && home.path("ghi-chu.txt").exists());
    // The same again is nothing new.
    home.loa(&["restore", text(&file)]).with_code(0);
}

#[test]
fn a_running_station_is_not_restored_under_its_feet() {
    let (home, place) = (aired(), Place::new());
    let file = place.path("loa.tar.gz");
    home.loa(&["backup", text(&file)]).with_code(0);
    let mut running = home.on_air(&[]);
    running.wait_for("On the air");
    let refused = home.loa_en(&["restore", text(&file), "--force"]).with_code(1);
    assert!(refused.err.contains("is running; stop it, then restore"), "{}", refused.err);
    running.terminate(PATIENCE);
}

#[test]
fn a_backup_takes_the_name_of_nothing_but_a_backup() {
    let (home, place) = (aired(), Place::new());
    let folder = home.loa_en(&["backup", text(place.dir.path())]).with_code(2);
    assert!(folder.err.contains("is a folder; name a file"), "{}", folder.err);
    let station = home.path("station.yaml");
    let before = fs::read(&station).unwrap();
    let other = home.loa(&["backup", text(&station)]).with_code(2);
    assert!(other.err.contains("không phải bản sao lưu; chọn tên khác"), "{}", other.err);
    assert_eq!(fs::read(&station).unwrap(), before);
    let file = place.path("loa.tar.gz");
    home.loa(&["backup", text(&file)]).with_code(0);
    home.loa(&["backup", text(&file)]).with_code(0);
    assert_eq!(fs::read_dir(place.dir.path()).unwrap().count(), 1, "nothing unfinished is left");
    home.loa(&["backup", text(&place.path("no/such/folder.tar.gz"))]).with_code(3);
}

#[test]
fn a_log_with_a_break_is_backed_up_as_it_is_and_said() {
    let (home, place) = (aired(), Place::new());
    let db = rusqlite::Connection::open(home.path("data/loa.db")).unwrap();
    db.execute_batch("DROP TRIGGER log_is_never_changed; UPDATE log SET aired = aired + 1 WHERE row_id = 2;").unwrap();
    drop(db);
    let file = place.path("loa.tar.gz");
    let said = home.loa_en(&["backup", text(&file)]).with_code(1);
    assert!(said.err.contains("note: the station's log is not whole"), "{}", said.err);
    let refused = at(&place.path("new"), &["restore", text(&file)]).with_code(1);
    assert!(refused.err.contains("and was not when it was backed up"), "{}", refused.err);
    at(&place.path("new"), &["restore", text(&file), "--force"]).with_code(0);
}

#[test]
fn a_home_of_an_older_version_is_backed_up_as_it_is_and_restored_as_todays() {
    let (home, place) = (Home::new(), Place::new());
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/databases/version-2.db");
    fs::create_dir_all(home.path("data")).unwrap();
    fs::copy(&fixture, home.path("data/loa.db")).unwrap();
    let file = place.path("loa.tar.gz");
    let made = home.loa_en(&["backup", text(&file), "--json"]).with_code(0).json();
    assert_eq!((&made["rows"], &made["whole"]), (&9.into(), &true.into()));
    assert_eq!(fs::read(home.path("data/loa.db")).unwrap(), fs::read(&fixture).unwrap(), "left as it is");
    let new = place.path("new");
    let said = at(&new, &["restore", text(&file)]).with_code(0);
    assert!(
        said.err.contains("The database was brought from version 2 to 4; as it was, it is kept in"),
        "{}",
        said.err
    );
    assert_eq!(rows(&new), 9);
    at(&new, &["log", "verify"]).with_code(0);
    let data = fs::read_dir(new.join("data")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(data.into_iter().filter(|name| name.starts_with("loa-v2-")).count(), 1);
    let climbed = home.loa(&["log", "verify"]).with_code(0);
    assert!(climbed.err.contains("Đã nâng cơ sở dữ liệu từ phiên bản 2 lên 4; bản cũ giữ ở"), "{}", climbed.err);
    let next = home.loa(&["log", "verify"]).with_code(0);
    assert!(!next.err.contains("phiên bản"), "only once: {}", next.err);
}

#[test]
fn a_new_pc_that_only_started_is_no_hindrance_and_its_operators_may_write_what_came_back() {
    let (home, place) = (aired(), Place::new());
    let file = place.path("loa.tar.gz");
    home.loa(&["backup", text(&file)]).with_code(0);
    let new = Home::new();
    // As the package makes it: the group writes, and so it does in whatever is made there.
    let mode = |name: &str| fs::metadata(new.path(name)).unwrap().permissions().mode() & 0o7777;
    fs::set_permissions(new.path(""), fs::Permissions::from_mode(0o2770)).unwrap();
    let mut started = new.on_air(&[]);
    started.wait_for("On the air from");
    assert!(started.terminate(PATIENCE).success());
    let of_the_new = new.rows().len();
    assert!(of_the_new >= 2, "its start and its stop");
    new.loa_en(&["restore", text(&file)]).with_code(0);
    assert_eq!(new.rows().len(), home.rows().len());
    assert_eq!(["schedules", "audio", "audio/bulletins"].map(mode), [0o2770; 3]);
    assert_eq!(mode("data/loa.db") & 0o660, 0o660, "who may write the home may approve");
    new.loa(&["log", "verify"]).with_code(0);
}
