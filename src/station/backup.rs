//! A home in one file: what people wrote and copied, reports and alerts, and the log as it stands at one moment, taken
//! while the station writes. Read again and held against itself before it has its name.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, Unit};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::equipment::archive::{self, ArchiveFault, Contents, Writer};
use crate::equipment::folder::{is_sound_name, open};
use crate::equipment::intake::{Kind, Source};
use crate::equipment::store::{self, Examined, StoreFault};
use crate::station::home::Home;

/// The layout of the archive; a reader of this one refuses a later one.
pub const FORMAT: u32 = 1;
/// Deeper folders hold nothing of ours.
const DEPTH_MAX: usize = 8;
/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a backup says of itself, before the list of its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub format: u32,
    /// The program that made it.
    pub program: String,
    pub made_at: Timestamp,
    /// The station's name, as far as station.yaml can be read.
    pub station: String,
    /// Whether sound files are in it.
    pub audio: bool,
    /// None of a station that never ran.
    pub database: Option<DatabaseNote>,
}

/// What a backup says of the log in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseNote {
    pub version: i64,
    pub rows: u64,
    /// The last row's hash; of an empty log, none.
    pub head: Option<String>,
    /// Whether the seal of every row held.
    pub whole: bool,
}

impl DatabaseNote {
    #[must_use]
    pub fn of(examined: &Examined) -> Self {
        let head = examined.head.as_ref().map(ToString::to_string);
        Self { version: examined.version, rows: examined.rows, head, whole: examined.broken.is_none() }
    }
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub contents: Contents<About>,
    pub bytes: u64,
    /// What was found in the log.
    pub examined: Option<Examined>,
}

/// Why there is no backup. Whatever had the name before has it still.
#[derive(Debug)]
pub enum NoBackup {
    /// The name is that of a folder.
    IsFolder,
    /// Something else has the name.
    IsOther,
    /// Another backup into the same file is at work.
    Busy,
    Database(StoreFault),
    Archive(ArchiveFault),
    /// A part of the home cannot be read.
    Unreadable {
        file: PathBuf,
        error: io::Error,
    },
    /// The file to be made cannot be written.
    Unwritable {
        error: io::Error,
    },
}

/// Makes a backup of `home` in `file`.
///
/// # Errors
/// There is none.
pub fn make(home: &Home, file: &Path, without_audio: bool, now: Timestamp) -> Result<Made, NoBackup> {
    check_name(file)?;
    let part = Unfinished::begin(file)?;
    let examined = part.snapshot(home)?;
    let unwritable = |error| NoBackup::Unwritable { error };
    let opened = part.file.try_clone().map_err(unwritable)?;
    let mut writer = Writer::new(opened, u64::try_from(now.as_second()).unwrap_or(0));
    for (path, content) in parts(home, without_audio)? {
        if let Some(content) = &mut content()? {
            writer.add(&path, content).map_err(NoBackup::Archive)?;
        }
    }
    if examined.is_some() {
        let mut copy = File::open(&part.database).map_err(unwritable)?;
        writer.add("data/loa.db", &mut copy).map_err(NoBackup::Archive)?;
    }
    let about = About {
        format: FORMAT,
        program: format!("loa {}", env!("CARGO_PKG_VERSION")),
        made_at: now.round(Unit::Second).unwrap_or(now),
        station: home.config().map(|config| config.name).unwrap_or_default(),
        audio: !without_audio,
        database: examined.as_ref().map(DatabaseNote::of),
    };
    let written = writer.finish(about).map_err(NoBackup::Archive)?;
    let contents: Contents<About> = archive::verify(&part.archive).map_err(NoBackup::Archive)?;
    if contents != written {
        return Err(NoBackup::Archive(ArchiveFault::NoList));
    }
    let bytes = part.place(file).map_err(unwritable)?;
    Ok(Made { contents, bytes, examined })
}

/// A name is taken only from an earlier backup.
fn check_name(file: &Path) -> Result<(), NoBackup> {
    let Ok(metadata) = fs::metadata(file) else { return Ok(()) };
    let mut begin = Vec::new();
    if metadata.is_dir() {
        return Err(NoBackup::IsFolder);
    }
    let read = metadata.is_file() && File::open(file).and_then(|file| file.take(2).read_to_end(&mut begin)).is_ok();
    if read && begin == GZIP { Ok(()) } else { Err(NoBackup::IsOther) }
}

/// What is not a backup yet; removed unless it becomes one.
struct Unfinished {
    archive: PathBuf,
    database: PathBuf,
    file: File,
}

impl Unfinished {
    fn begin(target: &Path) -> Result<Self, NoBackup> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let beside = |ending: &str| target.with_file_name(format!(".{name}.{ending}part"));
        let (archive, database) = (beside(""), beside("db."));
        let unwritable = |error| NoBackup::Unwritable { error };
        // It holds all that the station knows: nobody else's business.
        let options = File::options().create(true).truncate(false).write(true).read(true).mode(0o600).clone();
        let file = options.open(&archive).map_err(unwritable)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK) {
            return Err(NoBackup::Busy);
        }
        let part = Self { archive, database, file };
        let _ = fs::remove_file(&part.database);
        part.file.set_len(0).map_err(unwritable)?;
        Ok(part)
    }

    /// The database as it stands, beside the archive; none of a station that never ran.
    fn snapshot(&self, home: &Home) -> Result<Option<Examined>, NoBackup> {
        if !home.database().exists() {
            return Ok(None);
        }
        store::snapshot(&home.database(), &self.database).map_err(NoBackup::Database)?;
        store::examine(&self.database).map(Some).map_err(NoBackup::Database)
    }

    /// Its name, and the name onto the disk.
    fn place(&self, target: &Path) -> io::Result<u64> {
        let bytes = self.file.metadata()?.len();
        fs::rename(&self.archive, target)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(bytes)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for file in [&self.archive, &self.database] {
            let _ = fs::remove_file(file);
        }
    }
}

type Content = Box<dyn FnOnce() -> Result<Option<File>, NoBackup>>;

/// Everything of the home but the database, by its path, to be opened in its turn. What is gone by then was removed.
fn parts(home: &Home, without_audio: bool) -> Result<Vec<(String, Content)>, NoBackup> {
    let mut parts = files_below(home, "", &|path| path == "station.yaml", 1)?;
    for folder in ["schedules", "audio", "data/reports", "data/alerts", "data/last-good"] {
        let is_sound = |path: &str| is_sound_name(Path::new(path).file_name().unwrap_or_default());
        let wanted = |path: &str| !(is_unfinished(path) || without_audio && is_sound(path));
        parts.extend(files_below(home, folder, &wanted, DEPTH_MAX)?);
    }
    Ok(parts)
}

fn files_below(
    home: &Home,
    folder: &str,
    wanted: &dyn Fn(&str) -> bool,
    depth: usize,
) -> Result<Vec<(String, Content)>, NoBackup> {
    let dir = home.dir.join(folder);
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |error: io::Error| NoBackup::Unreadable { file: dir.clone(), error };
    let source = std::rc::Rc::new(Source::open(&dir).map_err(unreadable)?);
    let mut parts: Vec<(String, Content)> = Vec::new();
    for lying in source.files(depth).map_err(unreadable)? {
        // Outside audio/, as everywhere, a link is the file that it leads to.
        let is_link = matches!(lying.what, Kind::Link);
        if is_link && (folder == "audio" || !dir.join(&lying.file).is_file()) {
            continue;
        }
        // What has no readable name cannot air, and has no name in an archive either.
        let Some(name) = lying.file.to_str() else { continue };
        if !wanted(name) {
            continue;
        }
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let (source, whole) = (source.clone(), dir.join(&lying.file));
        parts.push((
            path,
            Box::new(move || match if is_link { followed(&whole) } else { source.file(&lying.file) } {
                Ok(file) => Ok(Some(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(NoBackup::Unreadable { file: whole, error }),
            }),
        ));
    }
    Ok(parts)
}

fn followed(link: &Path) -> io::Result<File> {
    open(&link.canonicalize()?)
}

/// What a copying program has not finished yet.
fn is_unfinished(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(['.', '~']) || Path::new(name).extension().is_some_and(|ending| ending == "part")
}
