//! Taking files over from a stick or a share, and putting files into the home whole or not at all.
//!
//! What is read lies on a drive that anybody may have prepared and may pull at any moment: no link on the way to a file is
//! followed, nothing but regular files is opened. What is written goes under a name that the folder scan leaves alone, onto
//! the disk, and only then under its own.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Mode, OFlags, RenameFlags};

use crate::equipment::Owner;

/// What names of unfinished files begin and end with.
const PART: (&str, &str) = (".loa-", ".part");
const BLOCK: usize = 1 << 18;

/// A folder that files are taken from.
#[derive(Debug)]
pub struct Source {
    pub dir: PathBuf,
    opened: OwnedFd,
}

/// What lies in a source under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// Below the source, as the disk spells it.
    pub file: PathBuf,
    pub what: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File { size: u64 },
    Link,
}

impl Source {
    /// Opens the folder itself, which may be a link: a person named it.
    ///
    /// # Errors
    /// It is not there, or no folder.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = rustix::fs::open(dir, flags, Mode::empty())?;
        Ok(Self { dir: dir.to_owned(), opened })
    }

    /// Everything in it to so many folders deep, sorted by name; no link is followed, and no pipe or device is named.
    ///
    /// # Errors
    /// The folder cannot be read. One below it that cannot is passed over.
    pub fn files(&self, depth_max: usize) -> io::Result<Vec<Lying>> {
        let mut found = Vec::new();
        let mut open = vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(self.dir.join(&folder)) {
                Err(error) if folder.as_os_str().is_empty() => return Err(error),
                entries => entries.into_iter().flatten().flatten(),
            };
            for entry in entries {
                let file = folder.join(entry.file_name());
                let Ok(metadata) = fs::symlink_metadata(entry.path()) else { continue };
                if metadata.is_dir() && file.components().count() < depth_max {
                    open.push(file);
                } else if metadata.is_file() {
                    found.push(Lying { file, what: Kind::File { size: metadata.len() } });
                } else if metadata.is_symlink() {
                    found.push(Lying { file, what: Kind::Link });
                }
            }
        }
        found.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(found)
    }

    /// Opens a regular file below the folder. No step of the way may be a link, whoever puts one there meanwhile.
    ///
    /// # Errors
    /// It is gone, no regular file, or behind a link.
    pub fn file(&self, file: &Path) -> io::Result<File> {
        let parts: Vec<_> = file.components().collect();
        let Some((last, folders)) = parts.split_last() else { return Err(io::ErrorKind::NotFound.into()) };
        let mut at = rustix::io::dup(&self.opened)?;
        let step = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for part in folders {
            at = rustix::fs::openat(&at, name_of(*part)?, step | OFlags::DIRECTORY, Mode::empty())?;
        }
        let opened = File::from(rustix::fs::openat(&at, name_of(*last)?, step | OFlags::NONBLOCK, Mode::empty())?);
        if opened.metadata()?.is_file() { Ok(opened) } else { Err(io::Error::other("not a regular file")) }
    }

    /// Whether it is still the folder that was opened: a drive that was pulled leaves nothing, or another one, there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        let opened = rustix::fs::fstat(&self.opened).map(|stat| (stat.st_dev, stat.st_ino));
        let now = fs::metadata(&self.dir).map(|metadata| (metadata.dev(), metadata.ino()));
        matches!((opened, now), (Ok(opened), Ok(now)) if opened == now) && fs::read_dir(&self.dir).is_ok()
    }
}

/// A part of a path that leads down.
fn name_of(part: Component<'_>) -> io::Result<&std::ffi::OsStr> {
    match part {
        Component::Normal(name) => Ok(name),
        _ => Err(io::Error::other("leads out of the folder")),
    }
}

/// Why a file could not be put there.
#[derive(Debug)]
pub enum Broke {
    /// The side it came from.
    Reading(io::Error),
    /// The side it goes to.
    Writing(io::Error),
    /// It is longer or shorter than it was when it was opened.
    Restless,
}

/// A file that is whole on the disk, but has no name yet. Without one it is removed.
#[derive(Debug)]
pub struct Part {
    pub path: PathBuf,
    placed: bool,
}

impl Part {
    /// Fills an unfinished file in `folder` with the `size` bytes of `content`, which is read once.
    ///
    /// # Errors
    /// One of the two sides failed; nothing is left behind.
    pub fn fill(folder: &Path, owner: Owner, content: impl Read, size: u64) -> Result<Self, Broke> {
        Self::fill_named("sound", folder, owner, content, size)
    }

    /// The same for a short text; both may be unfinished at once.
    ///
    /// # Errors
    /// It cannot be written; nothing is left behind.
    pub fn fill_text(folder: &Path, owner: Owner, text: &[u8]) -> io::Result<Self> {
        Self::fill_named("text", folder, owner, text, text.len() as u64).map_err(|broke| match broke {
            Broke::Reading(error) | Broke::Writing(error) => error,
            Broke::Restless => io::ErrorKind::UnexpectedEof.into(),
        })
    }

    fn fill_named(what: &str, folder: &Path, owner: Owner, content: impl Read, size: u64) -> Result<Self, Broke> {
        let path = folder.join(format!("{}{what}-{}{}", PART.0, std::process::id(), PART.1));
        let mut options = File::options();
        options.write(true).create_new(true).mode(0o644);
        let mut file = options.open(&path).map_err(Broke::Writing)?;
        let part = Self { path, placed: false };
        copy(content, &mut file, size)?;
        // Whoever brings it, the station has to be able to read it.
        let readable = file.set_permissions(Permissions::from_mode(owner.file_mode()));
        readable.and_then(|()| owner.give(&part.path)).and_then(|()| file.sync_all()).map_err(Broke::Writing)?;
        Ok(part)
    }

    /// Gives it its name; without `replace` only where nothing has it yet.
    ///
    /// # Errors
    /// The name is taken, or the disk failed; then nothing of it is left.
    pub fn place(mut self, name: &Path, replace: bool) -> io::Result<()> {
        let here = rustix::fs::CWD;
        match rustix::fs::renameat_with(here, &self.path, here, name, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            Err(rustix::io::Errno::EXIST) if !replace => return Err(io::ErrorKind::AlreadyExists.into()),
            // Some network file systems know no such renaming.
            Err(_) if replace || fs::symlink_metadata(name).is_err() => fs::rename(&self.path, name)?,
            Err(error) => return Err(error.into()),
        }
        self.placed = true;
        sync_folder(name.parent().unwrap_or(Path::new(".")))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn copy(mut content: impl Read, file: &mut File, size: u64) -> Result<(), Broke> {
    let mut block = vec![0; BLOCK];
    let mut copied = 0_u64;
    loop {
        let count = match content.read(&mut block) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Broke::Reading(error)),
        };
        copied += count as u64;
        if copied > size {
            return Err(Broke::Restless);
        }
        file.write_all(&block[..count]).map_err(Broke::Writing)?;
    }
    if copied == size { Ok(()) } else { Err(Broke::Restless) }
}

/// The names in a folder onto the disk.
///
/// # Errors
/// The disk failed.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes `below` within `base`, folder by folder, for its owner. A link on the way is refused: it may lead out of the home.
///
/// # Errors
/// A part of it is a link or a file, or cannot be made.
pub fn make_folders(base: &Path, below: &Path, owner: Owner) -> io::Result<()> {
    let mut folder = base.to_owned();
    for part in below.components() {
        folder.push(name_of(part)?);
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(io::Error::other(format!("{} is no folder", folder.display()))),
            Err(_) => {
                fs::create_dir(&folder)?;
                owner.give_folder(&folder)?;
                sync_folder(folder.parent().unwrap_or(base))?;
            }
        }
    }
    Ok(())
}

/// Removes what an import that was killed left below a folder. Only for who holds the home's lock for imports.
pub fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_part = name.to_str().is_some_and(|name| name.starts_with(PART.0) && name.ends_with(PART.1));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => clear(&entry.path()),
            Ok(kind) if kind.is_file() && is_part => drop(fs::remove_file(entry.path())),
            _ => {}
        }
    }
}

/// How many bytes a program without special rights may still write where `folder` lies.
///
/// # Errors
/// The file system does not say.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(folder)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stick that is pulled after its first bytes.
    struct Pulled(usize);

    impl Read for Pulled {
        fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(rustix::io::Errno::IO.into());
            }
            let count = self.0.min(block.len());
            self.0 -= count;
            Ok(count)
        }
    }

    #[test]
    fn a_stick_pulled_in_the_middle_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let fill = |content: &mut dyn Read, size| Part::fill(dir.path(), Owner::of(dir.path()), content, size);
        assert!(matches!(fill(&mut Pulled(1_000_000), 2_000_000), Err(Broke::Reading(_))));
        assert!(matches!(fill(&mut &b"short"[..], 6), Err(Broke::Restless)));
        assert!(matches!(fill(&mut &b"longer"[..], 5), Err(Broke::Restless)));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        fill(&mut &b"whole"[..], 5).unwrap().place(&dir.path().join("a"), false).unwrap();
        let again = fill(&mut &b"other"[..], 5).unwrap().place(&dir.path().join("a"), false);
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"whole");
        fill(&mut &b"other"[..], 5).unwrap().place(&dir.path().join("a"), true).unwrap();
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"other");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_link_leads_out_of_a_source() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("stick"), dir.path().join("outside"));
        fs::create_dir_all(inside.join("folder")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(inside.join("folder/a.mp3"), b"x").unwrap();
        fs::write(outside.join("b.mp3"), b"x").unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("away")).unwrap();
        std::os::unix::fs::symlink(outside.join("b.mp3"), inside.join("b.mp3")).unwrap();
        let source = Source::open(&inside).unwrap();
        let files: Vec<_> = source.files(5).unwrap().into_iter().map(|lying| (lying.file, lying.what)).collect();
        let named = [("away", Kind::Link), ("b.mp3", Kind::Link), ("folder/a.mp3", Kind::File { size: 1 })];
        assert_eq!(files, named.map(|(file, what)| (PathBuf::from(file), what)));
        assert!(source.file(Path::new("folder/a.mp3")).is_ok());
        for file in ["away/b.mp3", "b.mp3", "../outside/b.mp3", "/etc/passwd"] {
            assert!(source.file(Path::new(file)).is_err(), "{file}");
        }
        assert!(source.is_there());
        fs::rename(&inside, dir.path().join("pulled")).unwrap();
        assert!(!source.is_there());
        let link = Path::new("away/x");
        assert!(make_folders(&dir.path().join("pulled"), link, Owner::of(dir.path())).is_err());
    }
}
