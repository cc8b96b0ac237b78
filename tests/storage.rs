//! The disk full, read-only, failing on fsync: the programme airs, and the log says what is the case.
//!
//! A limit on the size of files stands for a full disk: it needs no rights, and can be set and lifted while a program runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::Value;

use crate::home::{Home, Running, without_roots_rights};

pub const STOP: Duration = Duration::from_secs(5);

/// A session `thu` of six seconds, and a bulletin in it that was approved. It never fires by itself.
pub fn home() -> Home {
    let home = Home::new();
    home.configure("levels: [\"1\", \"2\"]");
    home.write(
        "schedules/thu.yaml",
        "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - play: \
         jingles/mo.wav\n      - pick: bulletins\n      - pick: ministry\n      - play: jingles/dong.wav\n",
    );
    home.write("audio/ministry/manifest.yaml", "expected: 1\n");
    home.tone("jingles/mo.wav", 600, 700);
    home.tone("bulletins/tin.wav", 900, 900);
    home.tone("ministry/01.wav", 1_000, 2_500);
    home.tone("jingles/dong.wav", 2_400, 500);
    home.loa(&["approve", "bulletins/tin.wav", "--by", "Chủ tịch"]).with_code(0);
    home.loa(&["level", "2"]).with_code(0);
    home
}

const SESSION: [&str; 5] = ["run", "--session", "thu", "--length", "6s"];
const PATHS: [&str; 4] = ["jingles/mo.wav", "bulletins/tin.wav", "ministry/01.wav", "jingles/dong.wav"];

/// The program on a disk that takes not a byte, until [`limit`] says otherwise.
fn on_a_full_disk(home: &Home, args: &[&str]) -> Running {
    start(home, args, "ulimit -S -f 0;")
}

fn start(home: &Home, args: &[&str], first: &str) -> Running {
    let program = home.command(&[&["--lang", "en"], args].concat());
    let mut command = Command::new("sh");
    // The signal would end the program; a full disk sends none.
    command.arg("-c").arg(format!("trap '' XFSZ; {first} exec \"$0\" \"$@\"")).arg(program.get_program());
    command.args(program.get_args()).env("NO_COLOR", "1").env_remove("LOA_HOME").env_remove("LOA_LANG");
    Running::start(command)
}

fn limit(station: &Running, bytes: Option<u64>) {
    let most = prlimit(Some(station.pid()), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    assert_eq!(most.maximum, None);
}

pub fn column<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap()).collect()
}

pub fn kinds(home: &Home) -> Vec<String> {
    home.rows().iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

/// All of the session is in the log, which is whole.
pub fn all_aired(home: &Home) {
    let rows = home.log();
    let last = &rows[rows.len() - PATHS.len()..];
    assert_eq!((column(last, "path"), column(last, "outcome")), (PATHS.to_vec(), vec!["aired"; 4]));
    home.loa(&["log", "verify"]).with_code(0);
}

pub fn database(home: &Home) -> std::path::PathBuf {
    home.path("data/loa.db")
}

#[test]
fn a_disk_that_is_full_from_the_start() {
    let home = home();
    let mut station = on_a_full_disk(&home, &[&SESSION[..], &["--once"]].concat());
    station.wait_for("THE LOG CANNOT BE WRITTEN (");
    station.wait_for("On the air: tin (0:01)");
    let status = home.loa_en(&["status", "--json"]).with_code(0).json();
    assert_eq!(status["level"], "2", "it goes by what it can read");
    let alarms = status["alarms"].as_array().unwrap();
    assert!(column(alarms, "what").contains(&"log_not_written"), "{alarms:?}");
    assert_eq!(kinds(&home), [] as [&str; 0]);
    limit(&station, None);
    station.wait_for("The log is written again");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert_eq!(kinds(&home), ["start", "jingle", "bulletin", "ministry", "jingle", "stop"]);
    all_aired(&home);
}

/// An emergency does not wait for a disk: what lies in the home already airs from there.
#[test]
fn an_emergency_on_a_full_disk() {
    let home = home();
    let mut station = start(&home, &["run"], "");
    station.wait_for("On the air from");
    limit(&station, Some(0));
    fs::copy(home.path("audio/ministry/01.wav"), home.path("lu.wav")).unwrap();
    let elsewhere = home.path("lu.wav").display().to_string();
    let (status, said) = start(&home, &["alert", &elsewhere], "ulimit -S -f 0;").wait();
    assert_eq!(status.code(), Some(3));
    assert!(said.iter().any(|line| line.contains("a file that lies in the station's audio/ already")), "{said:#?}");
    let (status, said) = start(&home, &["alert", "ministry/01.wav"], "ulimit -S -f 0;").wait();
    assert!(status.success(), "{said:#?}");
    assert!(said[0].contains("ministry/01.wav airs from where it lies"), "{said:#?}");
    station.wait_for("On the air: 01");
    limit(&station, None);
    station.wait_for("The log is written again");
    station.wait_for("is over");
    assert!(station.terminate(STOP).success());
    let rows = home.log();
    assert_eq!((&rows[0]["kind"], &rows[0]["outcome"]), (&"alert".into(), &"aired".into()), "{rows:#?}");
}

#[test]
fn a_disk_that_is_full_before_there_is_a_database() {
    let home = home();
    fs::remove_dir_all(home.path("data")).unwrap();
    let mut station = on_a_full_disk(&home, &[&SESSION[..], &["--once"]].concat());
    station.wait_for("On the air: 01");
    limit(&station, None);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert_eq!(
        kinds(&home),
        ["start", "bulletin", "jingle", "ministry", "jingle", "stop"],
        "nobody approved the bulletin"
    );
    home.loa(&["log", "verify"]).with_code(0);
}

#[test]
fn a_disk_that_fills_up_in_mid_session_and_one_that_stays_full() {
    let home = home();
    let mut station = start(&home, &SESSION, "");
    station.wait_for("On the air: tin");
    limit(&station, Some(0));
    station.wait_for("THE LOG CANNOT BE WRITTEN (");
    station.wait_for("Session \"thu\" is over");
    let before = kinds(&home);
    assert!(before.len() < 5, "{before:?}");
    limit(&station, None);
    station.wait_for("The log is written again");
    all_aired(&home);
    limit(&station, Some(0));
    let rows = kinds(&home).len();
    let pid = station.pid();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert!(heard.iter().any(|line| line.contains("STOPPED WHILE THE LOG COULD NOT BE WRITTEN (")), "{heard:#?}");
    assert_eq!(kinds(&home).len(), rows);
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    assert!(station.terminate(STOP).success());
    home.loa(&["log", "verify"]).with_code(0);
}

fn set_mode(home: &Home, mode: u32) {
    fs::set_permissions(home.path("data"), Permissions::from_mode(mode)).unwrap();
}

/// With a write-ahead log beside it, as a power cut leaves it, and without.
#[test]
fn a_data_folder_that_cannot_be_written() {
    for died in [true, false] {
        let home = home();
        let mut station = home.on_air(&[]);
        station.wait_for("No session today");
        if died {
            drop(station);
            assert!(home.path("data/loa.db-wal").exists());
            fs::remove_file(home.path("data/loa.db-shm")).unwrap();
            // Nothing there to lock but the folder, until the disk is mended.
            fs::remove_file(home.path("data/loa.lock")).unwrap();
        } else {
            station.terminate(STOP);
        }
        set_mode(&home, 0o555);
        let program = home.command(&[&["--lang", "en"], &SESSION[..], &["--once"]].concat());
        let Some(program) = without_roots_rights(&program) else { return };
        let mut station = Running::start(program);
        station.wait_for("THE LOG CANNOT BE WRITTEN (");
        station.wait_for("On the air: tin");
        let second = home.loa_en(&["run"]).with_code(3);
        assert!(second.err.contains("another loa is on the air for "), "{second:?}");
        let doctor = home.loa_en(&["doctor"]);
        assert!(doctor.out.contains("running, but it does not answer"), "its door cannot be made: {doctor:?}");
        set_mode(&home, 0o755);
        station.wait_for("The log is written again");
        assert_eq!(home.loa(&["run"]).code, 3, "the same lock, whatever became of the disk");
        let (status, heard) = station.wait();
        assert!(status.success(), "{heard:#?}");
        let reason = if died { "power" } else { "shutdown" };
        let rows = home.rows();
        let start = rows.iter().rfind(|row| row["kind"] == "start").unwrap();
        assert_eq!(start["reason"], reason);
        all_aired(&home);
    }
}

/// A failed fsync leaves the system's memory of the file in doubt (docs/decisions/0025-storage.md).
#[test]
fn an_fsync_that_fails() {
    let home = home();
    let pipe = home.path("fiu");
    let program = home.command(&[&["--lang", "en"], &SESSION[..], &["--once"]].concat());
    let mut command = Command::new("fiu-run");
    command.args(["-x", "-f"]).arg(&pipe).arg(program.get_program()).args(program.get_args()).env("NO_COLOR", "1");
    if Command::new("fiu-run").arg("-h").output().is_err() {
        println!("not tried: fiu-run (Debian: fiu-utils) is not installed");
        return;
    }
    let mut station = Running::start(command);
    let tell = |pid: &str, what: &str| {
        let said = Command::new("fiu-ctrl").arg("-f").arg(&pipe).args(["-c", what, pid]).output().unwrap();
        assert!(said.status.success(), "{said:?}");
    };
    station.wait_for("On the air: mo");
    // fiu-run is a shell script that starts the program.
    let names = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pid = names.filter_map(|name| Some(name.strip_prefix("fiu-")?.split('.').next()?.to_owned())).next().unwrap();
    tell(&pid, "enable name=posix/io/sync/fdatasync,failinfo=5");
    tell(&pid, "enable name=posix/io/sync/fsync,failinfo=5");
    station.wait_for("THE LOG CANNOT BE WRITTEN (");
    station.wait_for("On the air: 01");
    tell(&pid, "disable name=posix/io/sync/fdatasync");
    tell(&pid, "disable name=posix/io/sync/fsync");
    station.wait_for("The log is written again");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert_eq!(kinds(&home), ["start", "jingle", "bulletin", "ministry", "jingle", "stop"], "each once");
    all_aired(&home);
}

#[test]
fn one_station_a_home_and_the_next_one_after_it_died() {
    let home = home();
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    let second = home.loa_en(&["run"]).with_code(3);
    let shown = home.path("").display().to_string();
    let shown = shown.trim_end_matches('/');
    assert_eq!(second.err, format!("loa: another loa is on the air for {shown}; see `loa status`\n"));
    // SIGKILL.
    drop(station);
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    assert_eq!(home.loa(&["run"]).code, 3);
    assert!(station.terminate(STOP).success());
}

/// What is there is enough for the log and one file after the other; the programme goes on whatever else cannot be opened.
#[test]
fn few_file_descriptors() {
    let home = home();
    let station = start(&home, &[&SESSION[..], &["--once"]].concat(), "ulimit -n 32;");
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    all_aired(&home);
}
