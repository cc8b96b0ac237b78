//! The audio folder: which files lie in it, and the word that something has changed.
//!
//! Events from the system only say "look"; what is there is decided by looking. A scan never follows a link, never
//! opens anything, and leaves temporary names alone. What else lies in the way of a file is named, not passed over.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};
use rustix::fs::OFlags;
use unicode_normalization::UnicodeNormalization as _;

use crate::equipment::Stamp;
use crate::library::Oddity;

/// Deeper folders are not looked into.
pub const DEPTH_MAX: usize = 6;

/// Endings of sound files: those this program decodes, and those it refuses by name instead of silently.
const SOUND_ENDINGS: [&str; 27] = [
    "mp3", "mp2", "mpga", "wav", "wave", "flac", "ogg", "oga", "m4a", "mp4", "aac", "aif", "aiff", "aifc", "caf",
    "opus", "wma", "asf", "amr", "3gp", "m4p", "m4b", "ac3", "mka", "webm", "mid", "ape",
];

/// Endings that copying programs and browsers give to what is not whole yet.
const TEMPORARY_ENDINGS: [&str; 9] =
    ["part", "partial", "crdownload", "filepart", "tmp", "temp", "download", "swp", "bak"];

/// Folders of the system on sticks and shares: what was thrown away, and what nobody may look into.
const FOREIGN_FOLDERS: [&str; 3] = ["lost+found", "system volume information", "$recycle.bin"];

/// Endings of what people write; each has a reader of its own.
const WRITTEN_ENDINGS: [&str; 3] = ["yaml", "yml", "minisig"];

/// What a scan found, each sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub files: Vec<Seen>,
    /// What can be no file of the library, below the audio folder as the disk spells it.
    pub odd: Vec<(PathBuf, Oddity)>,
}

/// One sound file, not yet opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Below the audio folder, as the disk spells it.
    pub file: PathBuf,
    pub stamp: Stamp,
}

/// The folder cannot be looked into: a stick was pulled, a share is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderGone {
    pub folder: PathBuf,
    pub detail: String,
}

/// Every sound file below `audio`, and what lies there in the place of one.
///
/// # Errors
/// `audio` itself cannot be read. A folder below it that cannot is among what is odd.
pub fn scan(audio: &Path) -> Result<Scan, FolderGone> {
    let gone = |error: io::Error| FolderGone { folder: audio.to_owned(), detail: error.to_string() };
    let mut scan = Scan::default();
    for entry in fs::read_dir(audio).map_err(gone)?.flatten() {
        scan.walk(audio, &entry.path(), 0);
    }
    scan.files.sort_by(|a, b| a.file.cmp(&b.file));
    scan.odd.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(scan)
}

impl Scan {
    fn walk(&mut self, audio: &Path, path: &Path, depth: usize) {
        let Ok(metadata) = fs::symlink_metadata(path) else { return };
        let (name, file) = (path.file_name().unwrap_or_default(), path.strip_prefix(audio).unwrap_or(path));
        if metadata.is_dir() {
            if !is_foreign(name) {
                self.walk_folder(audio, path, depth);
            }
        } else if metadata.is_symlink() && may_be_sound(name) {
            self.odd.push((file.to_owned(), Oddity::Link));
        } else if depth > 0 && is_sound_name(name) {
            if metadata.is_file() {
                self.files.push(Seen { file: file.to_owned(), stamp: Stamp::of(&metadata) });
            } else {
                self.odd.push((file.to_owned(), Oddity::Special));
            }
        }
    }

    fn walk_folder(&mut self, audio: &Path, path: &Path, depth: usize) {
        let oddity = match fs::read_dir(path) {
            Ok(entries) if depth < DEPTH_MAX => {
                return entries.flatten().for_each(|entry| self.walk(audio, &entry.path(), depth + 1));
            }
            // An empty folder is no loss.
            Ok(mut entries) => entries.next().map(|_| Oddity::TooDeep { most: DEPTH_MAX }),
            Err(error) => Some(Oddity::ClosedFolder { detail: error.to_string() }),
        };
        let folder = path.strip_prefix(audio).unwrap_or(path).to_owned();
        self.odd.extend(oddity.map(|oddity| (folder, oddity)));
    }
}

/// Whether a name is one of a finished sound file.
#[must_use]
pub fn is_sound_name(name: &OsStr) -> bool {
    let (name, temporary) = judged(name);
    !temporary && SOUND_ENDINGS.contains(&ending(&name))
}

/// Whether somebody may have meant sound by a link of this name: to a file, or to a folder of files.
fn may_be_sound(name: &OsStr) -> bool {
    let (name, temporary) = judged(name);
    !temporary && !WRITTEN_ENDINGS.contains(&ending(&name))
}

/// Whether a folder is a hidden one, or one of the system's: nothing in it is the station's.
#[must_use]
pub fn is_foreign(name: &OsStr) -> bool {
    let (name, _) = judged(name);
    name.starts_with(['.', '~']) || FOREIGN_FOLDERS.contains(&name.as_str())
}

/// A name in small letters, and whether it is one of something unfinished or hidden.
fn judged(name: &OsStr) -> (String, bool) {
    let name = name.to_string_lossy().to_lowercase();
    let hidden = name.starts_with(['.', '~']) || name.ends_with('~');
    let temporary = hidden || TEMPORARY_ENDINGS.contains(&ending(&name));
    (name, temporary)
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// A path as it can be written down: what is no UTF-8 stands as `<E1>`, and so does a backslash.
#[must_use]
pub fn shown(file: &Path) -> String {
    let mut shown = String::new();
    for chunk in file.as_os_str().as_bytes().utf8_chunks() {
        shown.push_str(&chunk.valid().replace('\\', "<5C>"));
        shown.extend(chunk.invalid().iter().map(|byte| format!("<{byte:02X}>")));
    }
    shown
}

/// Opens a regular file for reading; never follows a link in its last step, and never blocks, whatever stands there.
///
/// # Errors
/// It is no regular file any more, or cannot be opened.
pub fn open(file: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let opened = File::options().read(true).custom_flags(i32::try_from(flags).expect("flags fit")).open(file)?;
    if opened.metadata()?.is_file() {
        return Ok(opened);
    }
    Err(io::Error::other("not a regular file"))
}

/// The bytes of a file that a person named, of `most` at most; a link is followed.
///
/// # Errors
/// It is no regular file, cannot be read, or is longer.
pub fn read_within(file: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(&file.canonicalize()?)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// The file that `path` names below `audio`, as the disk spells it: the same letters may be written in two Unicode forms.
#[must_use]
pub fn spelled(audio: &Path, path: &str) -> Option<PathBuf> {
    let direct = audio.join(path);
    if direct.symlink_metadata().is_ok() {
        return Some(direct);
    }
    path.split('/').try_fold(audio.to_owned(), |folder, part| {
        let entries = fs::read_dir(&folder).ok()?.flatten();
        let same = |name: &OsStr| name.to_str().is_some_and(|name| name.nfc().eq(part.chars()));
        entries.map(|entry| entry.path()).find(|entry| entry.file_name().is_some_and(same))
    })
}

/// Listens for changes below a folder. Dropping it ends the listening.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
    audio: PathBuf,
    identity: (u64, u64),
    /// Whether every folder below it is listened to.
    whole: bool,
}

impl Watch {
    /// Calls `changed`, on a thread of its own, whenever something happens below `audio`.
    ///
    /// # Errors
    /// The folder is not there, or the system has no watches left; rescanning works all the same.
    pub fn new(audio: &Path, changed: impl Fn() + Send + 'static) -> Result<Self, FolderGone> {
        let gone = |detail: String| FolderGone { folder: audio.to_owned(), detail };
        let identity = identity(audio).ok_or_else(|| gone("not there".to_owned()))?;
        let heard = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access() || is_close_after_writing(event.kind)) {
                changed();
            }
        };
        // A link may lead to the root of the disk.
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(heard, config).map_err(|error| gone(error.to_string()))?;
        let whole = watcher.watch(audio, RecursiveMode::Recursive).is_ok();
        if !whole {
            watcher.watch(audio, RecursiveMode::NonRecursive).map_err(|error| gone(error.to_string()))?;
            for folder in folders(audio) {
                // One that nobody may look into has nothing to tell.
                let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
            }
        }
        Ok(Self { _watcher: watcher, audio: audio.to_owned(), identity, whole })
    }

    /// Whether the folder is still the one being listened to, and all of it: one removed and made again, or mounted over,
    /// is never heard of again.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.whole && identity(&self.audio) == Some(self.identity)
    }
}

/// The folders below a folder, as deep as files are looked for.
fn folders(audio: &Path) -> Vec<PathBuf> {
    let mut found = vec![audio.to_owned()];
    let mut level = 0..1;
    for _ in 0..DEPTH_MAX {
        let entries =
            found[level.clone()].iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let below = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let below: Vec<_> = below.map(|entry| entry.path()).collect();
        level = found.len()..found.len() + below.len();
        found.extend(below);
    }
    found.split_off(1)
}

fn identity(folder: &Path) -> Option<(u64, u64)> {
    fs::metadata(folder).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

fn is_close_after_writing(kind: notify::EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(kind, notify::EventKind::Access(AccessKind::Close(AccessMode::Write)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_names_are_left_alone() {
        let sound = |name: &str| is_sound_name(OsStr::new(name));
        for name in ["a.mp3", "A.MP3", "họp dân.ogg", "-rf.wav", "a.b.flac", "cũ.wma", "$(reboot).mp3"] {
            assert!(sound(name), "{name}");
        }
        for name in ["a.mp3.part", "~$a.mp3", "._a.mp3", ".a.mp3", "a.mp3~", "a.crdownload", "Thumbs.db", "desktop.ini"]
        {
            assert!(!sound(name), "{name}");
        }
        assert!(!sound("mp3"), "a name without ending");
    }

    #[test]
    fn links_are_never_followed_and_pipes_never_opened() {
        let dir = tempfile::tempdir().unwrap();
        let audio = dir.path().join("audio");
        fs::create_dir_all(audio.join("bulletins/deeper")).unwrap();
        fs::write(audio.join("bulletins/a.mp3"), b"x").unwrap();
        fs::write(audio.join("bulletins/deeper/b.mp3"), b"x").unwrap();
        fs::write(audio.join("bulletins/a.yaml"), b"x").unwrap();
        std::os::unix::fs::symlink("/etc", audio.join("bulletins/etc")).unwrap();
        std::os::unix::fs::symlink(&audio, audio.join("bulletins/loop")).unwrap();
        std::os::unix::fs::symlink(audio.join("bulletins/a.mp3"), audio.join("bulletins/link.mp3")).unwrap();
        let fifo = audio.join("bulletins/pipe.mp3");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(audio.join("bulletins/socket.mp3")).unwrap();
        std::os::unix::fs::symlink("a.yaml", audio.join("bulletins/b.yaml")).unwrap();
        fs::create_dir_all(audio.join("1/2/3/4/5/6/7")).unwrap();
        for foreign in [".Trash-1000/files", "lost+found", "System Volume Information", "$RECYCLE.BIN/S-1"] {
            fs::create_dir_all(audio.join("bulletins").join(foreign)).unwrap();
            fs::write(audio.join("bulletins").join(foreign).join("a.mp3"), b"x").unwrap();
        }
        let scan = super::scan(&audio).unwrap();
        let files: Vec<_> = scan.files.into_iter().map(|seen| seen.file).collect();
        assert_eq!(files, [PathBuf::from("bulletins/a.mp3"), PathBuf::from("bulletins/deeper/b.mp3")]);
        let odd = [
            ("1/2/3/4/5/6/7", Oddity::TooDeep { most: 6 }),
            ("bulletins/etc", Oddity::Link),
            ("bulletins/link.mp3", Oddity::Link),
            ("bulletins/loop", Oddity::Link),
            ("bulletins/pipe.mp3", Oddity::Special),
            ("bulletins/socket.mp3", Oddity::Special),
        ]
        .map(|(file, oddity)| (PathBuf::from(file), oddity));
        assert_eq!(scan.odd, odd[1..], "an empty folder is no loss");
        fs::write(audio.join("1/2/3/4/5/6/7/a.mp3"), b"x").unwrap();
        assert_eq!(super::scan(&audio).unwrap().odd, odd);
        assert!(super::scan(&dir.path().join("gone")).is_err());
    }

    #[test]
    fn names_that_cannot_be_written_down_are_shown() {
        let shown = |name: &[u8]| super::shown(Path::new(OsStr::from_bytes(name)));
        assert_eq!(shown("họp dân.mp3".as_bytes()), "họp dân.mp3");
        assert_eq!(shown(b"h\xe1p\\d\xff\xfe.mp3"), "h<E1>p<5C>d<FF><FE>.mp3");
    }
}
