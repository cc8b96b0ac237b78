//! What lies in the archive, putting more into it, and making room.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::intake::{Broke, Part, clear, free_bytes, make_folders};
use crate::equipment::{Owner, folder};
use crate::library::{CartPath, ContentHash};
use crate::station::archive::{Aired, holds};
use crate::station::home::Home;
use crate::station::shelf::ALERTS;
use crate::time::Frames;
use crate::words::NotArchived;

/// What is left free on the disk for the log and everything else. Less than that, and the archive grows no more.
pub const KEPT_FREE: u64 = 512 << 20;
/// No emergency lasts longer than 30 days: its copy stays as long at least, whatever station.yaml says.
const ALERTS_STAY: SignedDuration = SignedDuration::from_hours(24 * 31);
/// No more of a file's own name stands in its name in the archive.
const STEM_MAX: usize = 40;

/// The archive's folder, and the files in it by their content.
#[derive(Debug)]
pub(super) struct Shelves {
    home: Home,
    files: HashMap<ContentHash, PathBuf>,
}

impl Shelves {
    /// What lies there; what a power cut left unfinished is removed.
    pub fn of(home: &Home) -> Self {
        clear(&home.archive());
        let entries = fs::read_dir(home.archive()).into_iter().flatten().flatten().map(|entry| entry.path());
        let files = entries.filter_map(|file| Some((hash_in(&file)?, file))).collect();
        Self { home: home.clone(), files }
    }

    /// Keeps what has begun to air, or notes that it aired again.
    pub fn keep(&mut self, aired: &Aired) -> Result<(), NotArchived> {
        let unwritable = |error: &io::Error| NotArchived::Unwritable { detail: error.to_string() };
        if let Some(name) = aired.path.as_str().strip_prefix(ALERTS) {
            let _ = date(&self.home.alerts().join(name), aired.at);
            return Ok(());
        }
        if aired.keep.is_none() {
            return Ok(());
        }
        if let Some(file) = self.files.get(&aired.hash).filter(|file| file.exists()) {
            return date(file, aired.at).map_err(|error| unwritable(&error));
        }
        let file = self.put(aired)?;
        date(&file, aired.at).map_err(|error| unwritable(&error))?;
        self.files.insert(aired.hash.clone(), file);
        Ok(())
    }

    fn put(&mut self, aired: &Aired) -> Result<PathBuf, NotArchived> {
        let source = folder::spelled(&self.home.audio(), aired.path.as_str()).ok_or(NotArchived::Changed)?;
        let opened = folder::open(&source).map_err(|_| NotArchived::Changed)?;
        let size = opened.metadata().map_err(|_| NotArchived::Changed)?.len();
        let unwritable = |error: io::Error| NotArchived::Unwritable { detail: error.to_string() };
        let owner = Owner::of(&self.home.dir);
        make_folders(&self.home.dir, Path::new("data/archive"), owner).map_err(unwritable)?;
        self.make_room(size)?;
        let part = Part::fill(&self.home.archive(), owner, opened, size).map_err(|broke| match broke {
            Broke::Reading(_) | Broke::Restless => NotArchived::Changed,
            Broke::Writing(error) => unwritable(error),
        })?;
        if !holds(&part.path, &aired.hash) {
            return Err(NotArchived::Changed);
        }
        let file = self.home.archive().join(name(&aired.path, &aired.hash));
        part.place(&file, true).map_err(unwritable)?;
        Ok(file)
    }

    /// While the disk is short, a new file takes the place of the ones that aired longest ago, and the archive grows no more.
    fn make_room(&mut self, size: u64) -> Result<(), NotArchived> {
        let Ok(free) = free_bytes(&self.home.archive()) else { return Ok(()) };
        if free < size.saturating_add(KEPT_FREE) { self.give_way(size, free) } else { Ok(()) }
    }

    /// Removes the files that aired longest ago, until so many bytes are given back.
    fn give_way(&mut self, size: u64, free: u64) -> Result<(), NotArchived> {
        let dated = |(hash, file): (&ContentHash, &PathBuf)| {
            let found = fs::metadata(file).ok()?;
            Some((found.modified().ok()?, found.len(), hash.clone()))
        };
        let mut oldest: Vec<_> = self.files.iter().filter_map(dated).collect();
        oldest.sort_by_key(|(at, ..)| *at);
        let mut given = 0;
        let going = oldest.into_iter().map_while(|(_, bytes, hash)| {
            let goes = given < size;
            given += bytes;
            goes.then_some(hash)
        });
        let going: Vec<_> = going.collect();
        if given < size {
            return Err(NotArchived::Full { free });
        }
        for file in going.iter().filter_map(|hash| self.files.remove(hash)) {
            let _ = fs::remove_file(file);
        }
        Ok(())
    }

    /// Removes what has not aired for so long before `now`.
    pub fn tidy(&mut self, now: Timestamp, keep: Option<Frames>) {
        let before = |length: SignedDuration| now.checked_sub(length).map(SystemTime::from).ok();
        let is_old = |file: &Path, limit: Option<SystemTime>| {
            let aired = fs::symlink_metadata(file).and_then(|found| found.modified());
            limit.zip(aired.ok()).is_some_and(|(limit, aired)| aired < limit)
        };
        if let Some(keep) = keep {
            let limit = before(keep.duration());
            self.files.retain(|_, file| !(is_old(file, limit) && fs::remove_file(file).is_ok()));
        }
        let limit = before(keep.map_or(ALERTS_STAY, |keep| keep.duration().max(ALERTS_STAY)));
        for copy in fs::read_dir(self.home.alerts()).into_iter().flatten().flatten() {
            if copy.file_type().is_ok_and(|kind| kind.is_file()) && is_old(&copy.path(), limit) {
                let _ = fs::remove_file(copy.path());
            }
        }
    }
}

/// The sound that aired under `path` with this content, wherever it still lies: in the archive, among the emergencies, or
/// where it was. What is found is that very content.
#[must_use]
pub fn find(home: &Home, path: &str, hash: &ContentHash) -> Option<PathBuf> {
    let kept = fs::read_dir(home.archive()).into_iter().flatten().flatten().map(|entry| entry.path());
    let kept = kept.filter(|file| hash_in(file).as_ref() == Some(hash));
    let alert = path.strip_prefix(ALERTS).map(|name| home.alerts().join(name));
    let places = kept.chain(alert).chain(folder::spelled(&home.audio(), path));
    places.into_iter().find(|file| holds(file, hash))
}

/// When it aired last is the file's date.
fn date(file: &Path, at: Timestamp) -> io::Result<()> {
    File::open(file)?.set_modified(SystemTime::from(at))
}

/// `NAME-HASH.mp3`: for people, and for finding it again.
fn name(path: &CartPath, hash: &ContentHash) -> String {
    let file = path.as_str().rsplit('/').next().unwrap_or_default();
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "bin"));
    let stem: String = stem.chars().take(STEM_MAX).collect();
    format!("{stem}-{}.{}", hash.as_str(), ending.to_lowercase())
}

fn hash_in(file: &Path) -> Option<ContentHash> {
    let (_, hash) = file.file_stem()?.to_str()?.rsplit_once('-')?;
    ContentHash::new(hash)
}

#[cfg(test)]
mod tests;
