//! A decoder that dies, hangs or eats up the memory costs its file: the process in quarantine, with the real program in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use loaphuong::equipment::cache::Cache;
use loaphuong::equipment::quarantine::{Examiner as _, Limits, Quarantine};
use loaphuong::library::{Analysis, Defect, Undoing};
use loaphuong::station::ingest::hash_of;
use loaphuong::time::Frames;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use tempfile::NamedTempFile;

use crate::bad_sounds::write_flac_with_pictures;
use crate::home::{Home, PATIENCE, Running};
use crate::tones::make_old;

const PLENTY: Limits = Limits { cpu_secs: 600, memory_mib: 32, patience: Duration::from_secs(600) };

fn quarantine() -> Quarantine {
    Quarantine::by(env!("CARGO_BIN_EXE_loa").as_ref())
}

fn fixture(name: &str) -> File {
    File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audio").join(name)).unwrap()
}

/// Nearly twelve hours of silence, 8,000 frames a second: long to decode, and a hole on the disk.
fn write_endless(file: &Path) {
    // Of a length that was never filled in, so that nothing in the header says how long it is.
    let header = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0";
    fs::write(file, header).unwrap();
    File::options().append(true).open(file).unwrap().set_len(650 << 20).unwrap();
    make_old(file);
}

fn endless() -> NamedTempFile {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    write_endless(file.path());
    file
}

fn examine(quarantine: &Quarantine, file: &NamedTempFile) -> Result<Analysis, Defect> {
    quarantine.examine(File::open(file.path()).unwrap(), "a.wav")
}

/// The process that has `file` as its standard input; waited for until it is locked up.
#[expect(clippy::disallowed_methods, reason = "nothing tells when a process of somebody else's is there")]
fn process_with(file: &Path) -> Pid {
    let reads_it = |process: &PathBuf| fs::read_link(process.join("fd/0")).is_ok_and(|open| open == file);
    let is_locked =
        |process: &PathBuf| field(process, "Seccomp:").is_some_and(|filters| filters == "2" || !has_filter());
    for _ in 0..PATIENCE.as_millis() / 10 {
        let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        if let Some(process) = processes.filter(reads_it).find(is_locked) {
            let number = process.file_name().unwrap().to_str().unwrap().parse().unwrap();
            return Pid::from_raw(number).unwrap();
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody reads {}", file.display());
}

fn has_filter() -> bool {
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))
}

fn field(process: &Path, name: &str) -> Option<String> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
}

#[test]
fn what_is_found_in_there_is_what_is_known_out_here() {
    let found = quarantine().examine(fixture("lame.mp3"), "bulletins/Phòng dịch.mp3").unwrap();
    assert_eq!((found.length, found.channels), (Frames(48_000), 2));
    assert_eq!((found.title.as_deref(), found.language.as_deref()), (Some("Phòng dịch"), Some("vie")));
    assert!((found.loudness.lufs.unwrap() + 16.2).abs() < 0.1, "{found:?}");
    let refused = quarantine().examine(fixture("tone.wma"), "a.mp3");
    assert_eq!(refused, Err(Defect::Unsupported { format: "wma".to_owned() }));
}

#[test]
fn a_decoder_that_never_ends_is_ended_by_its_share_of_processor_time() {
    let stingy = quarantine().within(Limits { cpu_secs: 1, ..PLENTY });
    let undoing = Undoing::TooMuchWork { cpu_secs: 1 };
    assert_eq!(examine(&stingy, &endless()), Err(Defect::Undecodable { undoing }));
}

#[test]
fn one_that_neither_works_nor_ends_is_killed_and_may_try_again() {
    let impatient = quarantine().within(Limits { patience: Duration::from_millis(1), ..PLENTY });
    let late = Defect::Unexamined { detail: "no answer for 0 s".to_owned() };
    assert_eq!(examine(&impatient, &endless()), Err(late));
}

#[test]
fn one_that_eats_memory_is_refused_it() {
    let stingy = quarantine().within(Limits { memory_mib: 0, ..PLENTY });
    let eaten = Err(Defect::Undecodable { undoing: Undoing::TooMuchMemory });
    assert_eq!(stingy.examine(fixture("tone.ogg"), "a.ogg"), eaten);
}

#[test]
fn one_that_dies_is_told_from_one_that_was_killed() {
    let died = Defect::Undecodable { undoing: Undoing::Died { how: "signal: 4 (SIGILL)".to_owned() } };
    let killed = Defect::Unexamined { detail: "signal: 9 (SIGKILL)".to_owned() };
    for (signal, defect) in [(Signal::ILL, died), (Signal::KILL, killed)] {
        let file = endless();
        let path = file.path().to_owned();
        let found = thread::spawn(move || examine(&quarantine(), &file));
        kill_process(process_with(&path), signal).unwrap();
        assert_eq!(found.join().unwrap(), Err(defect));
    }
}

#[test]
fn a_program_that_is_none_of_ours_is_no_examiner() {
    let other = |program: &str| Quarantine::by(program.as_ref()).examine(fixture("lame.mp3"), "a.mp3");
    let died = |how: &str| Err(Defect::Undecodable { undoing: Undoing::Died { how: how.to_owned() } });
    assert_eq!(other("/bin/true"), died("no answer"));
    assert_eq!(other("/bin/false"), died("exit status: 1"));
    let missing = Defect::Unexamined { detail: "No such file or directory (os error 2)".to_owned() };
    assert_eq!(other("/nowhere/loa"), Err(missing));
}

#[test]
fn in_quarantine_next_to_nothing_is_left() {
    let file = endless();
    let path = file.path().to_owned();
    let found = thread::spawn(move || examine(&quarantine(), &file));
    let pid = process_with(&path);
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max data size"), (32 << 20).to_string());
    assert_eq!(limit("Max cpu time"), "600");
    for nothing in ["Max file size", "Max open files", "Max core file size"] {
        assert_eq!(limit(nothing), "0", "{nothing}");
    }
    assert_eq!(field(&process, "NoNewPrivs:").as_deref(), Some("1"));
    assert_eq!(fs::read_dir(process.join("fd")).unwrap().count(), 4, "in, out, errors, and the file once more");
    assert_eq!(fs::read_to_string(process.join("oom_score_adj")).unwrap(), "500\n");
    let command = fs::read(process.join("cmdline")).unwrap();
    assert_eq!(command, [&b"loa"[..], b"examine", b"600", b"32", b"wav", b""].join(&0), "it is told no name");
    kill_process(pid, Signal::KILL).unwrap();
    found.join().unwrap().unwrap_err();
}

/// What is known of a file by its content; waited for.
#[expect(clippy::disallowed_methods, reason = "the station tells nobody when it has looked at a file")]
fn known(home: &Home, file: &Path) -> Result<Analysis, Defect> {
    let hash = hash_of(&mut File::open(file).unwrap()).unwrap();
    for _ in 0..PATIENCE.as_millis() / 20 {
        if let Some(known) = Cache::open(&home.path("data/analysis.db")).of_content(&hash) {
            return known;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("nobody looked at {}", file.display());
}

#[test]
fn a_station_on_the_air_whose_program_was_replaced_meanwhile_outlives_what_is_dropped_on_it() {
    let home = Home::new();
    home.write(
        "schedules/thu.yaml",
        "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - pick: ministry\n",
    );
    home.tone("ministry/01.wav", 600, 2_000);
    home.tone("ministry/02.wav", 700, 2_000);
    // The program as a package puts it there, and another puts another in its place.
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("loa-{}", std::process::id()));
    fs::hard_link(env!("CARGO_BIN_EXE_loa"), &program).unwrap();
    let mut command = Command::new(&program);
    command
        .env_remove("LOA_LANG")
        .env_remove("LOA_HOME")
        .arg("--home")
        .arg(home.path(""))
        .args(["--lang", "en", "run"]);
    let mut station = Running::start({
        command.args(["--session", "thu", "--length", "8s", "--once"]);
        command
    });
    station.wait_for("On the air: 01");
    fs::remove_file(&program).unwrap();
    home.tone("bulletins/tot.wav", 800, 1_000);
    write_flac_with_pictures(&home.path("audio/bulletins/doc.flac"), 10, 15 << 20);
    assert_eq!(known(&home, &home.path("audio/bulletins/tot.wav")).map(|found| found.length), Ok(Frames(48_000)));
    let undoing = Undoing::TooMuchMemory;
    assert_eq!(known(&home, &home.path("audio/bulletins/doc.flac")), Err(Defect::Undecodable { undoing }));
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    assert!(home.log().iter().all(|row| row["outcome"] == "aired"), "{:#?}", home.log());
    assert_eq!(home.log().len(), 2);
}

#[test]
fn nobody_stays_behind_when_the_station_is_killed() {
    let home = Home::new();
    let file = home.path("audio/ministry/dai.wav");
    write_endless(&file);
    let mut station = home.command(&["library"]).stdout(Stdio::null()).spawn().unwrap();
    let pid = process_with(&file.canonicalize().unwrap());
    let process = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    station.kill().unwrap();
    station.wait().unwrap();
    let mut over = [PollFd::new(&process, PollFlags::IN)];
    assert_eq!(poll(&mut over, Some(&PATIENCE.try_into().unwrap())), Ok(1), "it goes on without a parent");
}
