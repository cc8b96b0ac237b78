//! A station's home: where everything lies, and reading all that people wrote there.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::equipment::folder::{self, DEPTH_MAX};
use crate::library::{Accepted, CartPath, Manifest, Sidecar, Trust, read_sidecar, read_trusted};
use crate::schedule::{Orders, Schedule, read_schedule};
use crate::station::config::{Config, read_config};
use crate::station::last_good::{LastGood, Reader};
use crate::written::{Fault, Problem, Source, Standing, TrustFault};

/// Who the station is.
const STATION: &str = "station.yaml";

/// What a person may have written; more is refused unread.
pub const FILE_BYTES_MAX: u64 = 1 << 20;

/// What is expected in the ministry set.
pub const MANIFEST: &str = "audio/ministry/manifest.yaml";
/// The signature on it, as minisign names it.
pub const SIGNATURE: &str = "audio/ministry/manifest.yaml.minisig";

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

    /// The bytes of one file that people write; `name` is relative to the home. Below `audio/`, where sticks and shares
    /// bring what they like, a link is no file.
    ///
    /// # Errors
    /// It is no file, cannot be read, or is longer than anything people write.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Problem> {
        let unreadable = |error: std::io::Error| Problem::whole(name, Fault::Unreadable { detail: error.to_string() });
        let mut path = self.dir.join(name);
        if !Path::new(name).starts_with("audio") {
            path = path.canonicalize().map_err(unreadable)?;
        }
        let metadata = fs::symlink_metadata(&path).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Problem::whole(name, Fault::NotAFile));
        }
        let mut bytes = Vec::new();
        let file = folder::open(&path).map_err(unreadable)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            let (bytes, limit) = (metadata.len(), FILE_BYTES_MAX);
            return Err(Problem::whole(name, Fault::TooLarge { bytes, limit }));
        }
        Ok(bytes)
    }

    /// The same file as text.
    ///
    /// # Errors
    /// It cannot be read, or is no text of ours.
    pub fn source(&self, name: &str) -> Result<Source, Problem> {
        Source::new(name, self.bytes(name)?)
    }

    /// station.yaml or, while that is wrong, its last good version; none where neither can be read.
    #[must_use]
    pub fn config(&self) -> Option<Config> {
        Reader::new(self, &LastGood::of(self)).read(STATION, read_config)
    }

    /// The manifest as it stands, if those whom the station believes vouch for it; the plain number where there is none.
    ///
    /// # Errors
    /// Every mistake in it, or why nobody vouches for it.
    pub fn manifest(&self, trust: &Trust) -> Result<Manifest, Vec<Problem>> {
        let last_good = LastGood::of(self);
        let mut reader = Reader::new(self, &last_good);
        let manifest = read_manifest_of(&mut reader, trust);
        if reader.problems.is_empty() { Ok(manifest) } else { Err(reader.problems) }
    }
}

/// All that people wrote, as far as it can be read: what is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Papers {
    pub config: Config,
    pub orders: Orders,
    pub manifest: Manifest,
    /// By the bulletin they belong to; `None` for one with mistakes.
    pub sidecars: HashMap<CartPath, Option<Sidecar>>,
    /// The mistakes in the files as they stand.
    pub problems: Vec<Problem>,
    /// Every file with mistakes, and what counts instead of it.
    pub standing: Vec<Standing>,
}

/// What came of reading a home.
#[derive(Debug)]
pub struct Reading {
    pub papers: Papers,
    /// Files without a mistake that are not kept as [`LastGood`] yet, by name.
    pub good: Vec<(String, Vec<u8>)>,
}

impl Papers {
    /// What is in force where nothing was written: the defaults of station.yaml, and no orders.
    #[must_use]
    pub fn blank() -> Self {
        let config = blank_config();
        let orders = Orders { schedules: Vec::new(), zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        let (problems, standing) = (Vec::new(), Vec::new());
        Self { config, orders, manifest: Manifest::default(), sidecars: HashMap::new(), problems, standing }
    }

    /// Reads everything in the home. A file with mistakes does not count; its last good version does, if there is one.
    /// `accepted` are the manifests that were in force before.
    ///
    /// # Errors
    /// station.yaml cannot be read and no good version of it is known.
    pub fn read(home: &Home, accepted: &[Accepted]) -> Result<Self, Vec<Problem>> {
        Reading::of(home, &LastGood::of(home), accepted).map(|reading| reading.papers)
    }

    /// The same, with the defaults where no good version of station.yaml is known.
    #[must_use]
    pub fn read_or_defaults(home: &Home, accepted: &[Accepted]) -> Self {
        let last_good = LastGood::of(home);
        let mut reader = Reader::new(home, &last_good);
        let config = reader.read(STATION, read_config).unwrap_or_else(blank_config);
        Reading::with(config, reader, accepted).papers
    }

    /// Whom the station believes, after it has accepted these manifests.
    #[must_use]
    pub fn trust(&self, accepted: &[Accepted]) -> Trust {
        trust(&self.config, accepted)
    }
}

impl Reading {
    /// Reads everything in the home, beside what was good in it, by the manifests that were accepted before.
    ///
    /// # Errors
    /// station.yaml cannot be read and no good version of it is known.
    pub fn of(home: &Home, last_good: &LastGood, accepted: &[Accepted]) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(home, last_good);
        match reader.read(STATION, read_config) {
            Some(config) => Ok(Self::with(config, reader, accepted)),
            None => Err(reader.problems),
        }
    }

    /// Everything else, by the station.yaml in force.
    fn with(config: Config, mut reader: Reader<'_>, accepted: &[Accepted]) -> Self {
        let zones: Vec<String> = config.zones.iter().map(|zone| zone.name.clone()).collect();
        let schedules = read_schedules(&mut reader, &zones);
        let manifest = read_manifest_of(&mut reader, &trust(&config, accepted));
        let sidecars = read_sidecars(&mut reader);
        let orders = Orders { schedules, zone: config.timezone.clone(), quiet_hours: config.quiet_hours };
        let Reader { problems, stand, good, .. } = reader;
        let shown = |since: Timestamp| since.to_zoned(config.timezone.clone());
        let standing = stand.into_iter().map(|(file, since)| Standing { file, since: since.map(shown) }).collect();
        let papers = Papers { config, orders, manifest, sidecars, problems, standing };
        Self { papers, good }
    }
}

fn trust(config: &Config, accepted: &[Accepted]) -> Trust {
    Trust { keys: config.trusted_keys.clone(), accepted: accepted.to_vec() }
}

fn blank_config() -> Config {
    let source = Source::new(STATION, b"station: { name: \"?\" }".to_vec()).expect("plain text");
    read_config(&source).expect("a name is all that has to be written")
}

fn read_schedules(reader: &mut Reader<'_>, zones: &[String]) -> Vec<Schedule> {
    let (names, unnamed) = reader.files("schedules").into_iter().partition::<Vec<_>, _>(|name| name.to_str().is_some());
    for name in unnamed.iter().filter(|name| is_yaml(&name.to_string_lossy())) {
        let file = format!("schedules/{}", folder::shown(name.as_ref()));
        reader.nothing_counts(Problem::whole(&file, Fault::BadName));
    }
    let names = names.iter().filter_map(|name| name.to_str()).filter(|name| is_yaml(name));
    names
        .map(|name| format!("schedules/{name}"))
        .filter_map(|file| reader.read(&file, |source| read_schedule(source, zones)))
        .collect()
}

/// The manifest, if those whom the station believes vouch for it. Where it was deleted, the plain number is all that is
/// expected.
fn read_manifest_of(reader: &mut Reader<'_>, trust: &Trust) -> Manifest {
    match (reader.is_there(MANIFEST), trust.asks_for_signatures()) {
        (false, false) => return Manifest::default(),
        (false, true) => {
            reader.nothing_counts(Problem::whole(MANIFEST, Fault::Trust(TrustFault::NoManifest)));
            return Manifest::default();
        }
        (true, _) => {}
    }
    let signature = trust.asks_for_signatures().then_some(SIGNATURE);
    reader
        .read_with(MANIFEST, signature, |source, signature| read_trusted(source, signature, trust))
        .unwrap_or_default()
}

/// The sidecars of all folders that hold bulletins, however deep.
fn read_sidecars(reader: &mut Reader<'_>) -> HashMap<CartPath, Option<Sidecar>> {
    let mut sidecars = HashMap::new();
    let audio = reader.home.audio();
    for folder in bulletin_folders(&audio) {
        let names = file_names(&audio.join(&folder));
        let below = |name: &String| CartPath::new(&format!("{folder}/{name}"));
        let mut sounds: HashMap<String, Vec<CartPath>> = HashMap::new();
        for path in names.iter().filter(|name| !is_yaml(name)).filter_map(below) {
            sounds.entry(path.stem().to_owned()).or_default().push(path);
        }
        for (name, own) in names.iter().filter(|name| is_yaml(name)).filter_map(|name| Some((name, below(name)?))) {
            let sidecar = reader.read(&format!("audio/{folder}/{name}"), read_sidecar);
            let sounds = sounds.get(own.stem()).into_iter().flatten();
            sidecars.extend(sounds.map(|path| (path.clone(), sidecar.clone())));
        }
    }
    sidecars
}

/// Folders below `audio/`, as deep as files are looked for, that hold neither ministry files nor jingles.
fn bulletin_folders(audio: &Path) -> Vec<String> {
    let mut folders = Vec::new();
    let mut open = vec![String::new()];
    while let Some(parent) = open.pop() {
        let entries = fs::read_dir(audio.join(&parent)).into_iter().flatten().flatten();
        let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let own = inner.map(|entry| entry.file_name()).filter(|name| !folder::is_foreign(name));
        for name in own.filter_map(|name| name.into_string().ok()) {
            let path = if parent.is_empty() { name } else { format!("{parent}/{name}") };
            if path != "ministry" && path != "jingles" && path.split('/').count() <= DEPTH_MAX {
                open.push(path.clone());
                folders.push(path);
            }
        }
    }
    folders
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
