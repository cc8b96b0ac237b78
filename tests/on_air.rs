//! `loa run`: a session on the air, in real time, to nowhere or into a WAV file; and the ways it ends.

use std::time::Duration;

use serde_json::Value;

use crate::home::Home;
use crate::tones::{Recording, Tone};

const OPENING_HZ: u32 = 600;
const FIRST_HZ: u32 = 1_000;
const SECOND_HZ: u32 = 1_600;
const CLOSING_HZ: u32 = 2_400;
const KNOWN: [u32; 4] = [OPENING_HZ, FIRST_HZ, SECOND_HZ, CLOSING_HZ];

/// A session `thu` of an opening, the ministry set once, and a closing that ends it. It never fires by itself.
fn home(device: &str) -> Home {
    let home = Home::new();
    home.configure(&format!("output: {{ device: \"{device}\" }}"));
    home.write("audio/ministry/manifest.yaml", "expected: 2\n");
    home.write(
        "schedules/thu.yaml",
        "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - play: \
         jingles/mo.wav\n      - pick: ministry\n      - play: jingles/dong.wav\n        anchor: end\n",
    );
    home.tone("jingles/mo.wav", OPENING_HZ, 700);
    home.tone("ministry/01.wav", FIRST_HZ, 1_100);
    home.tone("ministry/02.wav", SECOND_HZ, 900);
    home.tone("jingles/dong.wav", CLOSING_HZ, 500);
    home
}

fn instant(row: &Value, column: &str) -> jiff::Timestamp {
    row[column].as_str().unwrap().parse().unwrap()
}

fn millis_between(from: jiff::Timestamp, to: jiff::Timestamp) -> usize {
    usize::try_from(to.duration_since(from).as_millis()).unwrap()
}

#[test]
fn what_the_log_says_is_what_lies_in_the_wav_file() {
    let home = home("wav:air.wav");
    let (status, heard) = home.on_air(&["--session", "thu", "--length", "4s", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
    let rows = home.log();
    let columns = |name: &str| rows.iter().map(|row| row[name].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(columns("path"), ["jingles/mo.wav", "ministry/01.wav", "ministry/02.wav", "jingles/dong.wav"]);
    assert_eq!(columns("outcome"), ["aired"; 4]);
    assert!(columns("device").iter().all(|device| device.starts_with("wav:")));

    let recording = Recording::read(&home.path("air.wav"));
    let tones = recording.tones(&KNOWN);
    assert_eq!(tones.iter().map(|tone| tone.hz).collect::<Vec<_>>(), KNOWN);
    let first = instant(&rows[0], "aired_at");
    for (row, tone) in rows.iter().zip(&tones) {
        let logged_ms = rounded_millis(&row["aired_seconds"]);
        assert!(tone.millis().abs_diff(logged_ms) <= 6, "{tone:?} against {row}");
        let (found, logged) = (tone.from_ms - tones[0].from_ms, millis_between(first, instant(row, "aired_at")));
        assert!(found.abs_diff(logged) <= 6, "{tone:?} begins at {found}, the log says {logged}: {row}");
    }
    let back_to_back = [tones[0], tones[1], tones[2]];
    assert!(joined(&recording, &back_to_back), "{tones:?}");
    assert!(recording.is_silent_from(tones[3].until_ms + 6));
    let end = millis_between(instant(&rows[0], "planned_at"), instant(&rows[3], "ended_at"));
    assert_eq!(end, 4_000, "the closing ends with the session");
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a test")]
fn rounded_millis(secs: &Value) -> usize {
    (secs.as_f64().unwrap() * 1_000.0).round() as usize
}

fn joined(recording: &Recording, tones: &[Tone]) -> bool {
    recording.longest_silence(tones[0].from_ms + 3, tones[tones.len() - 1].until_ms - 3) < 2.0
}

#[test]
fn a_person_watching_reads_what_is_on_and_what_comes_next() {
    let home = home("silent");
    let (status, heard) = home.on_air(&["--session", "thu", "--length", "4s", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
    let said = |words: &str| heard.iter().any(|line| line.contains(words));
    assert!(said("Session \"thu\": 4 items, ends at "), "{heard:#?}");
    assert!(said("On the air: mo (0:01); next: 01"), "{heard:#?}");
    assert!(said("Session \"thu\" is over"), "{heard:#?}");
    assert!(said("Stopped, the log is closed"), "{heard:#?}");
    assert!(home.log().iter().all(|row| row["outcome"] == "aired" && row["device"] == "silent"));
}

#[test]
fn told_to_stop_in_mid_session_it_is_gone_within_two_seconds_with_the_log_closed() {
    let home = home("silent");
    home.tone("ministry/01.wav", FIRST_HZ, 30_000);
    let mut station = home.on_air(&["--session", "thu"]);
    station.wait_for("On the air: 01");
    let status = home.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!((&status["state"], &status["on_air"]["path"]), (&"on_air".into(), &"ministry/01.wav".into()));
    let left = status["on_air"]["left"].as_f64().unwrap();
    assert!((20.0..30.1).contains(&left), "{left}");

    let second = home.loa_en(&["run"]).with_code(3);
    let shown = home.path("").display().to_string();
    let shown = shown.trim_end_matches('/');
    assert_eq!(second.err, format!("loa: another loa is on the air for {shown}; see `loa status`\n"));

    assert!(station.terminate(Duration::from_secs(2)).success());
    let rows = home.log();
    let ends: Vec<_> =
        rows.iter().map(|row| (row["outcome"].as_str().unwrap(), row["reason"].as_str().unwrap())).collect();
    assert_eq!(ends, [("aired", ""), ("partial", "shutdown"), ("missed", "shutdown"), ("missed", "shutdown")]);
    assert!(rows[1]["aired_seconds"].as_f64().unwrap() < 30.0);
    assert_eq!(home.loa(&["status", "--json"]).json()["state"], "off");
}

#[test]
fn killed_in_mid_item_it_says_so_at_the_next_start() {
    let home = home("silent");
    home.tone("ministry/01.wav", FIRST_HZ, 30_000);
    let mut station = home.on_air(&["--session", "thu"]);
    station.wait_for("On the air: 01");
    drop(station);
    assert_eq!(home.log().len(), 1, "only what was over has its row");
    let mut station = home.on_air(&[]);
    station.wait_for("No session today");
    assert!(station.terminate(Duration::from_secs(2)).success());
    let rows = home.log();
    let ends: Vec<_> =
        rows.iter().map(|row| (row["outcome"].as_str().unwrap(), row["reason"].as_str().unwrap())).collect();
    assert_eq!(ends, [("aired", ""), ("interrupted", "power"), ("missed", "power"), ("missed", "power")]);
}

#[test]
fn a_file_that_cannot_air_has_its_row_and_the_session_goes_on() {
    let home = home("silent");
    home.write("audio/ministry/01.wav", "<html>404</html>");
    let (status, heard) = home.on_air(&["--session", "thu", "--length", "3s", "--once"]).wait();
    assert!(status.success(), "{heard:#?}");
    let rows = home.log();
    let row = |path: &str| rows.iter().find(|row| row["path"] == path).unwrap();
    let broken = row("ministry/01.wav");
    assert_eq!((&broken["outcome"], &broken["reason"]), (&"failed".into(), &"file".into()));
    assert_eq!(row("ministry/02.wav")["outcome"], "aired");
    assert_eq!(row("jingles/dong.wav")["outcome"], "aired");
}

/// The third bulletin is lined up while the first is on: whoever rejects it then is not told of its end by the loudspeakers.
#[test]
fn what_is_rejected_while_it_waits_for_its_turn_is_not_heard() {
    let home = home("wav:air.wav");
    home.write(
        "schedules/thu.yaml",
        "sessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - pick: bulletins\n      - \
         play: jingles/dong.wav\n",
    );
    for (name, hz, millis) in [("a", OPENING_HZ, 1_500), ("b", FIRST_HZ, 900), ("c", SECOND_HZ, 900)] {
        home.tone(&format!("bulletins/{name}.wav"), hz, millis);
        home.loa(&["approve", &format!("bulletins/{name}.wav"), "--by", "Chủ tịch"]).with_code(0);
    }
    let mut station = home.on_air(&["--session", "thu", "--once"]);
    station.wait_for("On the air: a");
    home.loa(&["reject", "bulletins/c.wav", "--by", "Chủ tịch"]).with_code(0);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let rows = home.log();
    let outcome = |path: &str| {
        let row = rows.iter().find(|row| row["path"] == path).unwrap();
        (row["outcome"].as_str().unwrap(), row["reason"].as_str().unwrap())
    };
    assert_eq!(outcome("bulletins/c.wav"), ("blocked", "unapproved"), "{heard:#?}");
    assert_eq!((outcome("bulletins/b.wav"), outcome("jingles/dong.wav")), (("aired", ""), ("aired", "")));
    let tones = Recording::read(&home.path("air.wav")).tones(&KNOWN);
    assert_eq!(tones.iter().map(|tone| tone.hz).collect::<Vec<_>>(), [OPENING_HZ, FIRST_HZ, CLOSING_HZ]);
    assert!(joined(&Recording::read(&home.path("air.wav")), &tones), "and leaves no gap: {tones:?}");
}

/// A name as a Macintosh spells it, and a file that only its owner may read.
#[test]
fn an_emergency_airs_whatever_its_name_and_rights() {
    let home = home("wav:air.wav");
    let file = home.path("Khâ\u{309}n câ\u{301}p.wav");
    home.tone("jingles/khan.wav", FIRST_HZ, 900);
    std::fs::rename(home.path("audio/jingles/khan.wav"), &file).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut station = home.on_air(&[]);
    station.wait_for("On the air from");
    home.loa(&["alert", file.to_str().unwrap(), "--in-quiet-hours", "--by", "Chủ tịch"]).with_code(0);
    station.wait_for("is over");
    let row = &home.log()[0];
    assert_eq!((&row["outcome"], &row["title"]), (&"aired".into(), &"Khẩn cấp".into()), "{row}");
    let copy = std::fs::read_dir(home.path("data/alerts")).unwrap().next().unwrap().unwrap();
    let mode = std::os::unix::fs::MetadataExt::mode(&copy.metadata().unwrap());
    assert_eq!(mode & 0o444, 0o444, "whoever runs the station can read its copy");
}

#[test]
fn sessions_that_cannot_be_begun_by_hand() {
    let home = home("silent");
    let unknown = home.loa_en(&["run", "--session", "toi", "--once"]).with_code(2);
    assert!(unknown.err.contains("toi") && unknown.err.contains("thu"), "{unknown:?}");
    home.loa(&["run", "--session", "thu", "--length", "6", "--once"]).with_code(2);
    home.loa(&["run", "--once"]).with_code(2);
    #[expect(clippy::disallowed_methods, reason = "quiet hours around the present, whenever that is")]
    let now = jiff::Timestamp::now().in_tz("Asia/Ho_Chi_Minh").unwrap().time();
    let hour = jiff::SignedDuration::from_hours(1);
    let (from, until) = (now.wrapping_sub(hour).strftime("%H:%M"), now.wrapping_add(hour).strftime("%H:%M"));
    home.configure(&format!("quiet_hours: \"{from}-{until}\""));
    let quiet = home.loa_en(&["run", "--session", "thu", "--once"]).with_code(1);
    assert!(quiet.err.contains(&format!("{from}-{until}")), "{quiet:?}");
    assert!(home.log().is_empty());
}

#[test]
fn what_is_done_to_a_file_while_it_plays_is_not_heard() {
    let home = home("wav:air.wav");
    home.tone("ministry/01.wav", FIRST_HZ, 2_500);
    let mut station = home.on_air(&["--session", "thu", "--length", "6s", "--once"]);
    station.wait_for("On the air: 01");
    let file = home.path("audio/ministry/01.wav");
    let length = std::fs::metadata(&file).unwrap().len();
    let noise = vec![0x5a_u8; usize::try_from(length).unwrap() - 44];
    let mut opened = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    std::io::Seek::seek(&mut opened, std::io::SeekFrom::Start(44)).unwrap();
    std::io::Write::write_all(&mut opened, &noise).unwrap();
    station.wait_for("On the air: 02");
    std::fs::remove_file(home.path("audio/ministry/02.wav")).unwrap();
    station.wait_for("On the air: dong");
    std::fs::rename(home.path("audio/jingles/dong.wav"), home.path("audio/jingles/khac.wav")).unwrap();
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let tones = Recording::read(&home.path("air.wav")).tones(&KNOWN);
    for (tone, (hz, millis)) in
        tones.iter().zip([(OPENING_HZ, 700), (FIRST_HZ, 2_500), (SECOND_HZ, 900), (CLOSING_HZ, 500)])
    {
        assert!(tone.hz == hz && tone.millis().abs_diff(millis) <= 6, "the old bytes to their end: {tones:?}");
    }
    let rows = home.log();
    assert!(tones.len() == 4 && rows.len() == 4 && rows.iter().all(|row| row["outcome"] == "aired"), "{rows:#?}");
}

/// SIGSTOP, as a debugger or a full terminal sends it: the programme goes on from where it was heard.
#[test]
fn a_program_that_is_stopped_for_a_while_goes_on() {
    let home = home("silent");
    home.tone("ministry/01.wav", FIRST_HZ, 2_500);
    let mut station = home.on_air(&["--session", "thu", "--length", "12s", "--once"]);
    station.wait_for("On the air: 01");
    let signal = |signal| rustix::process::kill_process(station.pid(), signal).unwrap();
    signal(rustix::process::Signal::STOP);
    let (_kept, never) = std::sync::mpsc::channel::<()>();
    assert!(never.recv_timeout(Duration::from_millis(1_500)).is_err());
    signal(rustix::process::Signal::CONT);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let rows = home.log();
    assert!(rows.len() == 4 && rows.iter().all(|row| row["outcome"] == "aired"), "{rows:#?}");
    home.loa(&["log", "verify"]).with_code(0);
}
