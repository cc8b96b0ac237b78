//! A home out of its backup: checked to the last byte before anything is touched, and nothing of what stood there is deleted.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::airtime::Break;
use crate::equipment::Owner;
use crate::equipment::archive::{self, ArchiveFault, Contents, Entry};
use crate::equipment::intake;
use crate::equipment::store::{self, Durability, KeptCopy, Store, StoreFault};
use crate::station::backup::{About, DatabaseNote, FORMAT};
use crate::station::home::Home;
use crate::station::lock::HomeLock;

/// Where a backup is unpacked, below the home, until it is whole.
const STAGING: &str = ".loa-restore";
/// What is moved as one piece, besides what lies in `data/`.
const PIECES: [&str; 3] = ["station.yaml", "schedules", "audio"];
/// What stays in `data/`: what belongs to whoever runs, and the archive, which no backup holds.
const STAYS: [&str; 3] = ["loa.lock", "loa.sock", "archive"];
/// What is left free on the disk, for the log.
const KEPT_FREE: u64 = 32 << 20;

/// What came of it.
#[derive(Debug)]
pub struct Restored {
    pub contents: Contents<About>,
    /// Where the home's things of before lie now.
    pub set_aside: Option<PathBuf>,
    /// Rows of the old log that the new one does not have.
    pub rows_left: u64,
    /// If the backup's database was of an older version.
    pub kept: Option<KeptCopy>,
}

/// Why nothing was restored. The home is as it was.
#[derive(Debug)]
pub enum NotRestored {
    Archive(ArchiveFault),
    /// Of a later layout.
    Newer {
        format: u32,
    },
    /// The log in it is not what it says of itself.
    OtherLog,
    /// The log in it has a break.
    Broken(Break),
    Running,
    /// So many rows of the home's log are not in the backup.
    RowsAhead {
        rows: u64,
    },
    /// Which rows the home's log holds cannot be told.
    OldLogUnreadable(StoreFault),
    Full {
        needed: u64,
        free: u64,
    },
    Database(StoreFault),
    Unwritable {
        file: PathBuf,
        error: io::Error,
    },
}

/// Makes `home` what the backup in `file` holds.
///
/// # Errors
/// It is refused, or something failed; then the home is as it was.
pub fn restore(home: &Home, file: &Path, force: bool, now: Timestamp) -> Result<Restored, NotRestored> {
    let contents: Contents<About> = archive::verify(file).map_err(NotRestored::Archive)?;
    check_contents(&contents)?;
    let unwritable = |file: &Path| {
        let file = file.to_owned();
        move |error| NotRestored::Unwritable { file, error }
    };
    fs::create_dir_all(&home.dir).map_err(unwritable(&home.dir))?;
    let _lock = HomeLock::take(home).map_err(unwritable(&home.lock()))?.ok_or(NotRestored::Running)?;
    let owner = Owner::of(&home.dir);
    check_room(home, &contents)?;
    let staging = Staging::begin(home).map_err(unwritable(&home.dir))?;
    let unpacked: Contents<About> = archive::unpack(file, &staging.dir).map_err(NotRestored::Archive)?;
    if unpacked != contents {
        return Err(NotRestored::Archive(ArchiveFault::NoList));
    }
    check_log(&staging.dir, &contents.about, force)?;
    let rows_left = rows_ahead(home, &staging.dir, force)?;
    settle(&staging.dir, owner).map_err(unwritable(&staging.dir))?;
    make_parents(home, &contents, owner).map_err(unwritable(&home.dir))?;
    let aside = free_name(home, now);
    let moves = moves(home, &staging.dir, &aside, &contents).map_err(unwritable(&home.dir))?;
    let set_aside = moves.iter().any(|(_, to)| to.starts_with(&aside)).then(|| aside.clone());
    carry_out(&moves).map_err(unwritable(&home.dir))?;
    for folder in [&aside, &home.data(), &home.dir] {
        let _ = owner.give(folder);
        let _ = intake::sync_folder(folder);
    }
    let _ = owner.give(&home.lock());
    drop(staging);
    for folder in ["schedules", "audio/ministry", "audio/bulletins", "audio/jingles"] {
        intake::make_folders(&home.dir, Path::new(folder), owner).map_err(unwritable(&home.dir.join(folder)))?;
    }
    let kept = match contents.about.database {
        Some(_) => Store::open(&home.database(), Durability::Full).map_err(NotRestored::Database)?.kept_copy().cloned(),
        None => None,
    };
    Ok(Restored { contents, set_aside, rows_left, kept })
}

/// Only what a backup of ours holds; and of a layout this program knows.
fn check_contents(contents: &Contents<About>) -> Result<(), NotRestored> {
    let about = &contents.about;
    if about.format > FORMAT {
        return Err(NotRestored::Newer { format: about.format });
    }
    let folders = ["schedules/", "audio/", "data/reports/", "data/alerts/", "data/last-good/"];
    let is_ours = |path: &str| {
        ["station.yaml", "data/loa.db"].contains(&path) || folders.iter().any(|folder| path.starts_with(folder))
    };
    match contents.entries.iter().find(|entry| !is_ours(&entry.path)) {
        Some(entry) => Err(NotRestored::Archive(ArchiveFault::Foreign { path: entry.path.clone() })),
        None if about.database.is_some() != contents.entries.iter().any(|entry| entry.path == "data/loa.db") => {
            Err(NotRestored::OtherLog)
        }
        None => Ok(()),
    }
}

fn check_room(home: &Home, contents: &Contents<About>) -> Result<(), NotRestored> {
    let needed = contents.entries.iter().fold(KEPT_FREE, |sum, entry| sum.saturating_add(entry.size));
    match intake::free_bytes(&home.dir) {
        Ok(free) if free < needed => Err(NotRestored::Full { needed, free }),
        _ => Ok(()),
    }
}

/// The log in the backup is the one it speaks of, of a version this program knows, and whole.
fn check_log(staging: &Path, about: &About, force: bool) -> Result<(), NotRestored> {
    let Some(told) = &about.database else { return Ok(()) };
    let examined = store::examine(&staging.join("data/loa.db")).map_err(NotRestored::Database)?;
    if DatabaseNote::of(&examined) != *told {
        return Err(NotRestored::OtherLog);
    }
    match examined.broken {
        Some(what) if !force => Err(NotRestored::Broken(what)),
        _ => Ok(()),
    }
}

/// How much of the home's log would be lost to it.
fn rows_ahead(home: &Home, staging: &Path, force: bool) -> Result<u64, NotRestored> {
    let (old, new) = (home.database(), staging.join("data/loa.db"));
    let rows = match (old.exists(), new.exists()) {
        (false, _) => Ok(0),
        (true, true) => store::rows_missing(&old, &new),
        (true, false) => store::rows(&old),
    };
    match rows {
        Ok(rows) if rows > 0 && !force => Err(NotRestored::RowsAhead { rows }),
        Err(fault) if !force => Err(NotRestored::OldLogUnreadable(fault)),
        rows => Ok(rows.unwrap_or(0)),
    }
}

/// Gone again, with what is left in it, when the work is over.
struct Staging {
    dir: PathBuf,
}

impl Staging {
    fn begin(home: &Home) -> io::Result<Self> {
        let dir = home.dir.join(STAGING);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir(&dir)?;
        Ok(Self { dir })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// What was unpacked becomes the owner's, with folders and files as the home has them.
fn settle(folder: &Path, owner: Owner) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            owner.give_folder(&path)?;
            settle(&path, owner)?;
        } else {
            let mode = entry.metadata()?.mode() | owner.file_mode();
            fs::set_permissions(&path, Permissions::from_mode(mode & 0o777))?;
            owner.give(&path)?;
        }
    }
    Ok(())
}

/// `before-restore-2020-08-04`, in UTC, and numbered where that is taken.
fn free_name(home: &Home, now: Timestamp) -> PathBuf {
    let day = now.to_zoned(TimeZone::UTC).date();
    let plain = home.dir.join(format!("before-restore-{day}"));
    let mut numbered = (2..u32::MAX).map(|turn| home.dir.join(format!("before-restore-{day}-{turn}")));
    let free = |dir: &PathBuf| !dir.exists();
    if free(&plain) { plain } else { numbered.find(free).unwrap_or(plain) }
}

/// Every move from where something lies to where it goes, in order: first the old things aside, then the new ones in.
fn moves(home: &Home, staging: &Path, aside: &Path, contents: &Contents<About>) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let mut moves = Vec::new();
    // Without sound in the backup the home's own stays; only the texts beside it are exchanged.
    let audio = contents.about.audio;
    for piece in PIECES.into_iter().filter(|piece| audio || *piece != "audio") {
        let there = home.dir.join(piece);
        if there.symlink_metadata().is_ok_and(|there| !there.is_dir()) || has_files(&there) {
            moves.push((there, aside.join(piece)));
        }
    }
    for entry in fs::read_dir(home.data())? {
        let name = entry?.file_name();
        if !STAYS.iter().any(|own| name == *own) && (audio || name != "alerts") {
            moves.push((home.data().join(&name), aside.join("data").join(&name)));
        }
    }
    let mut new: Vec<String> = Vec::new();
    for Entry { path, .. } in &contents.entries {
        let single = !audio && (path.starts_with("audio/") || path.starts_with("data/alerts/"));
        if single && home.dir.join(path).symlink_metadata().is_ok() {
            moves.push((home.dir.join(path), aside.join(path)));
        }
        // A folder goes in as a whole, where the one before went out as a whole.
        let depth = if single { usize::MAX } else { 1 + usize::from(path.starts_with("data/")) };
        let piece = path.split('/').take(depth).collect::<Vec<_>>().join("/");
        if !new.contains(&piece) {
            new.push(piece);
        }
    }
    moves.extend(new.iter().map(|piece| (staging.join(piece), home.dir.join(piece))));
    Ok(moves)
}

/// Folders for single files, where the home does not have them.
fn make_parents(home: &Home, contents: &Contents<About>, owner: Owner) -> io::Result<()> {
    let singles = contents.entries.iter().filter(|entry| !contents.about.audio && entry.path.starts_with("audio/"));
    let parents = singles.filter_map(|entry| Path::new(&entry.path).parent());
    parents.into_iter().try_for_each(|parent| intake::make_folders(&home.dir, parent, owner))
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// All of the moves or none.
fn carry_out(moves: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    for (done, (from, to)) in moves.iter().enumerate() {
        let renamed = fs::create_dir_all(to.parent().unwrap_or(Path::new("/"))).and_then(|()| fs::rename(from, to));
        if let Err(error) = renamed {
            for (from, to) in moves[..done].iter().rev() {
                let _ = fs::rename(to, from);
            }
            return Err(error);
        }
    }
    Ok(())
}
