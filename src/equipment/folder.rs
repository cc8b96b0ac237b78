//! The audio folder: which files lie in it, and the word that something has changed.
//!
//! Events from the system only say "look"; what is there is decided by looking. A scan never follows a link, never
//! opens anything, and leaves temporary names alone.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use rustix::fs::OFlags;
use unicode_normalization::UnicodeNormalization as _;

use crate::equipment::Stamp;

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

/// Every sound file below `audio`, sorted by name.
///
/// # Errors
/// `audio` itself cannot be read. A folder below it that cannot be read is passed over.
pub fn scan(audio: &Path) -> Result<Vec<Seen>, FolderGone> {
    let gone = |error: std::io::Error| FolderGone { folder: audio.to_owned(), detail: error.to_string() };
    let mut seen = Vec::new();
    for entry in fs::read_dir(audio).map_err(gone)?.flatten() {
        walk(audio, &entry.path(), 0, &mut seen);
    }
    seen.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(seen)
}

fn walk(audio: &Path, path: &Path, depth: usize, seen: &mut Vec<Seen>) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    if metadata.is_dir() && depth < DEPTH_MAX {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            walk(audio, &entry.path(), depth + 1, seen);
        }
    } else if metadata.is_file() && depth > 0 && is_sound_name(path.file_name().unwrap_or_default()) {
        let file = path.strip_prefix(audio).unwrap_or(path).to_owned();
        seen.push(Seen { file, stamp: Stamp::of(&metadata) });
    }
}

/// Whether a name is one of a finished sound file.
#[must_use]
pub fn is_sound_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    let temporary = name.starts_with(['.', '~']) || name.ends_with('~');
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !temporary && !TEMPORARY_ENDINGS.contains(&ending) && SOUND_ENDINGS.contains(&ending)
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
        let mut watcher = notify::recommended_watcher(heard).map_err(|error| gone(error.to_string()))?;
        watcher.watch(audio, RecursiveMode::Recursive).map_err(|error| gone(error.to_string()))?;
        Ok(Self { _watcher: watcher, audio: audio.to_owned(), identity })
    }

    /// Whether the folder is still the one being listened to: one removed and made again, or mounted over, is never
    /// heard of again.
    #[must_use]
    pub fn is_true(&self) -> bool {
        identity(&self.audio) == Some(self.identity)
    }
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
        let files: Vec<_> = scan(&audio).unwrap().into_iter().map(|seen| seen.file).collect();
        assert_eq!(files, [PathBuf::from("bulletins/a.mp3"), PathBuf::from("bulletins/deeper/b.mp3")]);
        assert!(scan(&dir.path().join("gone")).is_err());
    }
}
