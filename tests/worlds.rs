//! Stations made up from a seed: schedules, files, quiet hours, zones, levels; for trials under faults.

use std::path::Path;

use fastrand::Rng;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use loaphuong::equipment::store::{Durability, Store};
use loaphuong::library::{
    Analysis, Approval, CartPath, ContentHash, Found, FoundState, Kind, Loudness, Manifest, ManifestItem, Verdict,
};
use loaphuong::schedule::{Orders, read_schedule};
use loaphuong::station::config::read_config;
use loaphuong::station::home::Papers;
use loaphuong::station::simulation::fault::Kind as FaultKind;
use loaphuong::station::simulation::trial::{self, Plan};
use loaphuong::time::{Frames, Span};
use loaphuong::written::Source;

/// A station made up.
pub struct World {
    pub papers: Papers,
    pub found: Vec<Found>,
}

fn source(name: &str, text: String) -> Source {
    Source::new(name, text.into_bytes()).unwrap()
}

fn file(path: &str, millis: u64) -> Found {
    let hash = ContentHash::new(&blake3::hash(path.as_bytes()).to_hex()).unwrap();
    let loudness = Loudness { lufs: Some(-18.0), true_peak_dbtp: -6.0 };
    let length = Frames::from_millis(millis);
    let analysis =
        Analysis { length, loudness, channels: 1, opposed: false, silent: false, title: None, language: None };
    let state = FoundState::Read { hash, analysis: Ok(analysis) };
    Found { path: CartPath::new(path).unwrap(), first_seen: Timestamp::UNIX_EPOCH, state }
}

/// The manifest says what content the file has.
fn pinned(file: &Found) -> ManifestItem {
    let FoundState::Read { hash, .. } = &file.state else { unreachable!("all of them are read") };
    let (path, hash) = (file.path.clone(), Some(hash.clone()));
    ManifestItem { path, hash, title: None, language: None, length: None, emphasis: false }
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

impl World {
    /// The same seed makes the same world.
    pub fn made_of(seed: u64) -> Self {
        let rng = &mut Rng::with_seed(seed);
        let quiet = rng.choice(&["21:30-04:45", "22:00-05:00", "20:00-05:30", "12:30-13:30"]).unwrap();
        let zones = match rng.u32(0..4) {
            0 => "zones: [{ name: cho, device: silent }, { name: doi, device: silent }]\n",
            _ => "output: { device: silent }\n",
        };
        let amplifier =
            if rng.bool() { "amplifier: { on: bat, off: tat, warm_up: 20s, cool_down: 30s }\n" } else { "" };
        let config = format!(
            "station: {{ name: Đài thử }}\nquiet_hours: \"{quiet}\"\nlevels: [1, 2, 3]\n{zones}{amplifier}\
             bulletins: {{ approval: required, expire_after: 60d }}\n"
        );
        let config = read_config(&source("station.yaml", config)).unwrap();
        let schedules = (0..rng.usize(1..3)).map(|number| Self::schedule(rng, number));
        let schedules = schedules.map(|(name, text)| read_schedule(&source(&name, text), &[]).unwrap()).collect();
        let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        let mut found = vec![file("jingles/mo.mp3", 7_300), file("jingles/dong.mp3", 11_011)];
        let ministry = rng.u32(3..12);
        for number in 1..=ministry {
            found.push(file(&format!("ministry/{number:02}.mp3"), rng.u64(20_000..300_000)));
        }
        for number in 1..=rng.u32(0..5) {
            found.push(file(&format!("bulletins/tin-{number}.mp3"), rng.u64(5_000..240_000)));
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let items = found.iter().filter(|file| file.path.kind() == Kind::Ministry).map(pinned).collect();
        let manifest = Manifest { expected: ministry, items, ..Manifest::default() };
        let papers =
            Papers { config, orders, manifest, sidecars: [].into(), problems: Vec::new(), standing: Vec::new() };
        Self { papers, found }
    }

    fn schedule(rng: &mut Rng, number: usize) -> (String, String) {
        let mut text = format!("title: Lịch {number}\n");
        if rng.u32(0..3) == 0 {
            text += "levels: [2, 3]\n";
        }
        text += "sessions:\n";
        for session in 0..rng.u32(1..4) {
            let (at, mins) = (clock(rng.u32(0..24 * 12) * 5), rng.u32(2..60));
            text += &format!("  - id: s{number}{session}\n    at: \"{at}\"\n    length: {mins}m\n    rundown:\n");
            text +=
                "      - play: jingles/mo.mp3\n      - pick: bulletins\n        limit: 10m\n      - pick: ministry\n";
            if rng.bool() {
                text += "        fill: true\n";
            }
            if rng.bool() {
                text += "      - play: jingles/dong.mp3\n        anchor: end\n";
            }
        }
        text += &format!("obligations:\n  - set: ministry\n    at_least: {}\n", rng.u32(1..3));
        if rng.bool() {
            text += "    make_up: [\"11:00-13:00\", \"18:00-20:00\"]\n";
        }
        (format!("schedules/{number}.yaml"), text)
    }

    /// Every bulletin is approved before the first day.
    fn approve_all(&self, database: &Path) {
        let bulletins = self.found.iter().filter(|file| file.path.kind() == Kind::Bulletin);
        let approve = |file: &Found| {
            let FoundState::Read { hash, .. } = &file.state else { unreachable!("all of them are read") };
            let (path, hash, by, at) = (file.path.clone(), hash.clone(), "UBND".to_owned(), Timestamp::UNIX_EPOCH);
            Approval { path, hash, verdict: Verdict::Approved, by, at }
        };
        Store::open(database, Durability::None).unwrap().decide(&bulletins.map(approve).collect::<Vec<_>>()).unwrap();
    }

    /// Lets faults befall it for so many days.
    pub fn try_out(self, seed: u64, kinds: &[FaultKind], per_day: f64, from: Date, days: i64) -> trial::Verdict {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("loa.db");
        self.approve_all(&database);
        let start = self.papers.config.timezone.to_timestamp(from.at(0, 0, 0, 0)).unwrap();
        let span = Span { start, end: start + SignedDuration::from_hours(24 * days) };
        let plan = Plan { seed, kinds: kinds.to_vec(), per_day, span };
        trial::run(&database, self.papers, self.found, &plan).unwrap()
    }
}
