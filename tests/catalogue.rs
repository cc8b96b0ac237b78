//! Every bad input at once: a home with all that anybody's stick, a share and a hurried hand can bring, and the station on the
//! air with it. The sessions air, each bad thing is named with its reason, and the memory of the whole is bounded.
//!
//! `FILES=10000` puts so many files more into the home: `make catalogue`.

use std::fs;
use std::path::Path;

use jiff::ToSpan as _;
use serde_json::Value;

use crate::bad_home::{BadHome, SCHEDULE, now};
use crate::home::{PATIENCE, Running};

const MIB: u64 = 1_024;
/// What the station may take of the memory, with the process in which a stranger's file is decoded.
const MEMORY_KIB_MAX: u64 = 150 * MIB;

/// What can be looked up afterwards.
impl BadHome {
    /// All good files of both sessions aired, each item that could not has its row, and the chain holds.
    fn is_logged(&self) {
        let rows = self.home.log();
        let of = |path: &str| {
            rows.iter().find(|row| row["path"] == path).map(|row| (text(row, "outcome"), text(row, "reason")))
        };
        let ordered = |path: &&String| !path.starts_with("jingles/");
        let silent: Vec<_> = self.good.iter().filter(ordered).filter(|path| of(path) != Some(("aired", ""))).collect();
        assert!(silent.is_empty(), "did not air: {silent:#?} in {rows:#?}");
        let unexplained: Vec<_> = self
            .bad
            .iter()
            .map(|bad| &bad.0)
            .filter(ordered)
            .filter(|path| of(path) != Some(("failed", "file")))
            .collect();
        assert!(unexplained.is_empty(), "no row says why: {unexplained:#?}");
        assert_eq!(
            rows.iter().filter(|row| row["outcome"] == "aired").count(),
            self.good.iter().filter(ordered).count()
        );
        self.loa(&["log", "verify"]).with_code(0);
    }

    fn is_named_in_the_library(&self) {
        let library = self.loa(&["library", "--json"]).with_code(0).json();
        let items = library["items"].as_array().unwrap();
        let of = |item: &Value| ["path", "status", "reason"].map(|key| text(item, key).to_owned());
        let mut found: Vec<[String; 3]> = items.iter().map(of).collect();
        let good = self.good.iter().map(|path| [path.clone(), "ok".to_owned(), String::new()]);
        let bad = self.bad.iter().cloned().map(<[String; 3]>::from);
        let mut expected: Vec<[String; 3]> = good.chain(bad).collect();
        found.sort();
        expected.sort();
        let odd: Vec<_> = found.iter().filter(|item| !expected.contains(item)).collect();
        let missing: Vec<_> = expected.iter().filter(|item| !found.contains(item)).collect();
        assert!(odd.is_empty() && missing.is_empty(), "instead of {missing:#?} there is {odd:#?}");
        let table = self.loa(&["library"]).with_code(0).out;
        assert_eq!(
            table.lines().filter(|line| line.contains("/")).count(),
            found.len(),
            "each file has one line: {table}"
        );
    }

    fn is_named_by_check(&self) {
        let checked = self.loa(&["check"]).with_code(1).out;
        let lines: Vec<&str> = checked.lines().collect();
        let shown = |path: &str| path.replace(char::is_control, " ");
        let files = self.bad.iter().map(|(path, _, reason)| format!("audio/{}: note: {reason}", shown(path)));
        let unsaid: Vec<_> = files.filter(|line| !lines.contains(&line.as_str())).collect();
        assert!(unsaid.is_empty(), "{unsaid:#?} in {checked}");
        let written = self.written.iter().filter(|begin| !lines.iter().any(|line| line.starts_with(begin.as_str())));
        let unsaid: Vec<_> = written.collect();
        assert!(unsaid.is_empty(), "{unsaid:#?} in {checked}");
        assert!(checked.contains("schedules/ngay.yaml:4:9: \"5h00\" is no time of day; "), "{checked}");
        assert!(checked.contains("station.yaml:3:11: there is no time zone \"Asia/Hanoi\"; "), "{checked}");
        let there = self.good.iter().map(String::as_str).chain(self.bad.iter().map(|bad| bad.0.as_str()));
        let there = there.filter(|path| path.starts_with("ministry/") && *path != "ministry/ca-o-dia").count();
        let count = format!("audio/ministry/: note: there are {there} files while the set has 32; ");
        assert!(checked.contains(&count), "{count}: {checked}");
    }

    /// Twenty of a kind are told one by one, and how many more there are; what was edited on the air was told at once.
    fn is_an_alarm(&self, status: &Value, said: &str) {
        let alarms = status["alarms"].as_array().unwrap();
        let of = |what: &str| {
            alarms.iter().filter(|alarm| alarm["what"] == what).map(|alarm| text(alarm, "text")).collect::<Vec<_>>()
        };
        let (unfit, mistakes) = (of("file_unfit"), of("mistake"));
        let without_sidecars = self.bad.iter().filter(|bad| !bad.2.contains("sidecar")).count();
        assert_eq!(
            unfit.last(),
            Some(&format!("{} more files cannot air; see `loa library`", without_sidecars - 20).as_str())
        );
        let named = |line: &&&str| self.bad.iter().any(|(path, _, reason)| **line == format!("audio/{path}: {reason}"));
        assert_eq!(unfit.iter().filter(named).count(), 20, "{unfit:#?}");
        let count = self.written.len() + 2;
        assert_eq!(mistakes.len(), count.min(21), "{mistakes:#?}");
        for line in &mistakes[..mistakes.len().min(20)] {
            assert!(said.contains(line), "{line} was not told: {said}");
        }
        for edited in ["schedules/ngay.yaml:4:9: ", "station.yaml:3:11: "] {
            assert!(said.contains(edited), "{edited}: {said}");
        }
    }
}

/// The most memory that a process has had resident so far, in KiB.
fn peak_kib(station: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", station.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[test]
fn with_every_bad_input_in_the_home_the_days_sessions_air_and_each_is_named() {
    let mut all = BadHome::new();
    let mut station = Running::start(all.command(&["run", "--session", "sang", "--length", "8s"]));
    station.wait_for("On the air: ");
    // Somebody edits on the air: one session more, and what is in force spoilt.
    let noon = (now() + 10.seconds()).strftime("%S %M %H").to_string();
    all.home.write(
        "schedules/trua.yaml",
        format!("title: Trưa\nsessions:\n  - id: trua\n    cron: \"{noon} * * *\"\n    length: 1m\n    rundown:\n      - pick: bulletins\n"),
    );
    all.home.write("station.yaml", "station:\n  name: A\ntimezone: Asia/Hanoi\n");
    all.home.write("schedules/ngay.yaml", SCHEDULE.replace("HH:MM", "5h00"));
    station.wait_for("schedules/ngay.yaml:4:9: ");
    // The folder that nobody may look into keeps nobody from hearing what happens beside it.
    all.bulletin(b"den-sau.wav");
    all.good.push("bulletins/den-sau.wav".to_owned());
    let status = all.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!(text(&status, "state"), "on_air", "{status:#}");
    station.wait_for("Session \"trua\" is over");
    let status = all.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!(text(&status["next_session"], "session"), "sang", "its last good version is in force: {status:#}");
    let main = peak_kib(&station);
    let said = station.heard.join("\n");
    let (ended, greatest) = station.terminate_weighed(PATIENCE);
    assert!(ended.success(), "{said}");
    println!(
        "{} good and {} bad files, {} bad papers: the station took {} MiB at most, the greatest process {} MiB",
        all.good.len(),
        all.bad.len(),
        all.written.len() + 2,
        main.div_ceil(MIB),
        greatest.div_ceil(MIB)
    );
    assert!(main + greatest < MEMORY_KIB_MAX, "the station {main} KiB, its greatest process {greatest} KiB");
    all.is_logged();
    all.is_named_in_the_library();
    all.is_named_by_check();
    all.is_an_alarm(&status, &said);
    assert!(!Path::new("pwned").exists() && !all.home.path("pwned").exists(), "a name is no command");
}
