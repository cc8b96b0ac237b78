//! A station's home: where everything lies, and reading all that people wrote there.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::equipment::folder::DEPTH_MAX;
use crate::library::{CartPath, Manifest, Sidecar, read_manifest, read_sidecar};
use crate::schedule::{Orders, Schedule, read_schedule};
use crate::station::config::{Config, read_config};
use crate::written::{Fault, Problem, Source};

/// What a person may have written; more is refused unread.
pub const FILE_BYTES_MAX: u64 = 1 << 20;

/// The folder that holds a station.
#[derive(Clone, Debug)]
pub struct Home {
    pub dir: PathBuf,
}

impl Home {
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    #[must_use]
    pub fn audio(&self) -> PathBuf {
        self.dir.join("audio")
    }

    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data().join("loa.db")
    }

    #[must_use]
    pub fn analysis(&self) -> PathBuf {
        self.data().join("analysis.db")
    }

    /// Copies of what was aired as an alert.
    #[must_use]
    pub fn alerts(&self) -> PathBuf {
        self.data().join("alerts")
    }

    /// What aired, by its content.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.data().join("archive")
    }

    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.data().join("loa.sock")
    }

    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.data().join("loa.lock")
    }

    /// Reads one file that people write; `name` is relative to the home.
    ///
    /// # Errors
    /// It cannot be read, or is no text of ours.
    pub fn source(&self, name: &str) -> Result<Source, Problem> {
        let unreadable = |error: std::io::Error| Problem::whole(name, Fault::Unreadable { detail: error.to_string() });
        let path = self.dir.join(name);
        let metadata = fs::metadata(&path).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Problem::whole(name, Fault::Unreadable { detail: "not a file".to_owned() }));
        }
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(unreadable)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            let (bytes, limit) = (metadata.len(), FILE_BYTES_MAX);
            return Err(Problem::whole(name, Fault::TooLarge { bytes, limit }));
        }
        Source::new(name, bytes)
    }

    /// station.yaml.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn config(&self) -> Result<Config, Vec<Problem>> {
        read_config(&self.source("station.yaml").map_err(|problem| vec![problem])?)
    }
}

/// All that people wrote, as far as it can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Papers {
    pub config: Config,
    pub orders: Orders,
    pub manifest: Manifest,
    /// By the bulletin they belong to; `None` for one with mistakes.
    pub sidecars: HashMap<CartPath, Option<Sidecar>>,
    pub problems: Vec<Problem>,
}

impl Papers {
    /// What is in force where nothing was written: the defaults of station.yaml, and no orders.
    #[must_use]
    pub fn blank() -> Self {
        let source = Source::new("station.yaml", b"station: { name: \"?\" }".to_vec()).expect("plain text");
        let config = read_config(&source).expect("a name is all that has to be written");
        let orders = Orders { schedules: Vec::new(), zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        Self { config, orders, manifest: Manifest::default(), sidecars: HashMap::new(), problems: Vec::new() }
    }

    /// Reads everything in the home. A file with mistakes does not count; where `last_good` holds an earlier version
    /// of it, that one stays in force.
    ///
    /// # Errors
    /// station.yaml cannot be read and there is no earlier version.
    pub fn read(home: &Home, last_good: Option<&Self>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let config = match (home.config(), last_good) {
            (Ok(config), _) => config,
            (Err(found), Some(papers)) => {
                problems.extend(found);
                papers.config.clone()
            }
            (Err(found), None) => return Err(found),
        };
        let zones: Vec<String> = config.zones.iter().map(|zone| zone.name.clone()).collect();
        let schedules = read_schedules(home, &zones, last_good, &mut problems);
        let manifest = read_manifest_of(home, last_good, &mut problems);
        let sidecars = read_sidecars(home, last_good, &mut problems);
        let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        Ok(Self { config, orders, manifest, sidecars, problems })
    }
}

fn read_schedules(
    home: &Home,
    zones: &[String],
    last_good: Option<&Papers>,
    problems: &mut Vec<Problem>,
) -> Vec<Schedule> {
    let mut schedules = Vec::new();
    for name in yaml_names(&home.dir.join("schedules")) {
        let file = format!("schedules/{name}");
        let read = home.source(&file).map_err(|problem| vec![problem]).and_then(|source| read_schedule(&source, zones));
        match read {
            Ok(schedule) => schedules.push(schedule),
            Err(found) => {
                problems.extend(found);
                let before = last_good.and_then(|papers| papers.orders.schedules.iter().find(|old| old.file == file));
                schedules.extend(before.cloned());
            }
        }
    }
    schedules
}

fn read_manifest_of(home: &Home, last_good: Option<&Papers>, problems: &mut Vec<Problem>) -> Manifest {
    let file = "audio/ministry/manifest.yaml";
    if !home.dir.join(file).exists() {
        return Manifest::default();
    }
    match home.source(file).map_err(|problem| vec![problem]).and_then(|source| read_manifest(&source)) {
        Ok(manifest) => manifest,
        Err(found) => {
            problems.extend(found);
            last_good.map(|papers| papers.manifest.clone()).unwrap_or_default()
        }
    }
}

/// The sidecars of all folders that hold bulletins, however deep.
fn read_sidecars(
    home: &Home,
    last_good: Option<&Papers>,
    problems: &mut Vec<Problem>,
) -> HashMap<CartPath, Option<Sidecar>> {
    let mut sidecars = HashMap::new();
    for folder in bulletin_folders(&home.audio()) {
        let names = file_names(&home.audio().join(&folder));
        let below = |name: &String| CartPath::new(&format!("{folder}/{name}"));
        let sounds: Vec<CartPath> = names.iter().filter(|name| !is_yaml(name)).filter_map(below).collect();
        for (name, own) in names.iter().filter(|name| is_yaml(name)).filter_map(|name| Some((name, below(name)?))) {
            let file = format!("audio/{folder}/{name}");
            let read = home.source(&file).map_err(|problem| vec![problem]).and_then(|source| read_sidecar(&source));
            for path in sounds.iter().filter(|path| path.stem() == own.stem()) {
                let before = || last_good.and_then(|papers| papers.sidecars.get(path).cloned()).flatten();
                let sidecar = read.as_ref().ok().cloned().or_else(before);
                sidecars.insert(path.clone(), sidecar);
            }
            problems.extend(read.err().into_iter().flatten());
        }
    }
    sidecars
}

/// Folders below `audio/`, as deep as files are looked for, that hold neither ministry files nor jingles.
fn bulletin_folders(audio: &Path) -> Vec<String> {
    let mut folders = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(audio.join(&folder)).into_iter().flatten().flatten();
        let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        for name in inner.filter_map(|entry| entry.file_name().into_string().ok()) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if path != "ministry" && path != "jingles" && path.split('/').count() <= DEPTH_MAX {
                open.push(path.clone());
                folders.push(path);
            }
        }
    }
    folders
}

fn yaml_names(dir: &Path) -> Vec<String> {
    file_names(dir).into_iter().filter(|name| is_yaml(name)).collect()
}

fn file_names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn is_yaml(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    ["yaml", "yml"].contains(&ending.as_str()) && !name.starts_with(['.', '~'])
}
