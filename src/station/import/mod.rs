//! Taking bulletins or the ministry set over from a stick or a share: judged like every other file before it may stay, put
//! in its place whole, and never on the air by that alone.

mod arrived;
mod names;
mod set;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::equipment::cache::Cache;
use crate::equipment::folder::{self, is_foreign, is_sound_name};
use crate::equipment::intake::{self, Broke, Kind, Part, Source};
use crate::equipment::quarantine::Examiner;
use crate::equipment::{Owner, Stamp};
use crate::library::{
    CartPath, ContentHash, Defect, Manifest, Refusal, Sidecar, Trust, fits_a_disk, kept_path, read_sidecar,
    refused_by_manifest, same_name_key,
};
pub use crate::station::import::arrived::{Arrived, SetNow, Stopped, What, set_now};

use crate::station::home::{self, Home};
use crate::station::import::arrived::refused;
use crate::station::import::names::{listed_name, sidecar_of, spelled_there};
use crate::station::ingest::{hash_of, measure_named};
use crate::written;

/// What is left free on the disk, for the log.
const KEPT_FREE: u64 = 32 << 20;
/// Below `audio/bulletins` no more folders are looked into.
const DEPTH_MAX: usize = folder::DEPTH_MAX - 1;

/// What is to be taken over.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    pub home: &'a Home,
    pub dir: &'a Path,
    /// Into the ministry set, not among the bulletins.
    pub ministry: bool,
    /// Over other files of the same names.
    pub replace: bool,
    /// Who has to vouch for a ministry set.
    pub trust: &'a Trust,
    pub now: Timestamp,
    /// Who decodes what was never seen before.
    pub examiner: &'a dyn Examiner,
}

/// A file of the source that could be taken over.
struct Candidate {
    file: PathBuf,
    size: u64,
    /// Where it is to lie, as the disk spells what is there already.
    target: PathBuf,
    sidecar: Option<PathBuf>,
}

/// The work of one import.
struct Work<'a> {
    import: Import<'a>,
    source: Source,
    /// Where the files go.
    base: PathBuf,
    owner: Owner,
    cache: Cache,
    manifest: Manifest,
}

/// Takes over what can be; `tell` hears of each file as it is done.
///
/// # Errors
/// Something stopped it; what was told of before is done.
pub fn run(import: Import<'_>, tell: &mut dyn FnMut(Arrived)) -> Result<(), Stopped> {
    let gone = |error: io::Error| Stopped::Gone { detail: error.to_string() };
    let source = Source::open(import.dir).map_err(gone)?;
    let owner = Owner::of(&import.home.dir);
    let below = if import.ministry { "audio/ministry" } else { "audio/bulletins" };
    let base = import.home.dir.join(below);
    let _lock = prepare(import.home, below, &base, owner)?;
    let cache = Cache::open(&import.home.analysis());
    let mut work = Work { import, source, base, owner, cache, manifest: Manifest::default() };
    let outcome = work.carry_out(tell);
    for file in ["data/analysis.db", "data/analysis.db-wal", "data/analysis.db-shm"] {
        // A cache that cannot be written costs the station time, nothing else.
        let _ = owner.give(&import.home.dir.join(file));
    }
    outcome
}

/// Makes the folders, sweeps out what a killed import left, and keeps others away meanwhile.
fn prepare(home: &Home, below: &str, base: &Path, owner: Owner) -> Result<File, Stopped> {
    let unwritable = |file: &Path| {
        let file = file.to_owned();
        move |error| Stopped::Unwritable { file, error }
    };
    for folder in [below, "data"] {
        intake::make_folders(&home.dir, Path::new(folder), owner).map_err(unwritable(&home.dir.join(folder)))?;
    }
    let lock = File::open(base).map_err(unwritable(base))?;
    match rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(Stopped::Busy),
        // Where folders cannot be locked, names of parts still tell one import from another.
        Err(_) => {}
        Ok(()) => intake::clear(base),
    }
    Ok(lock)
}

impl Work<'_> {
    fn carry_out(&mut self, tell: &mut dyn FnMut(Arrived)) -> Result<(), Stopped> {
        let gone = |error: io::Error| Stopped::Gone { detail: error.to_string() };
        let lying = self.source.files(DEPTH_MAX).map_err(gone)?;
        if !self.import.ministry && lying.iter().any(|lying| lying.file == Path::new(set::NAMES[0])) {
            return Err(Stopped::IsMinistry);
        }
        let mut brought = Vec::new();
        if self.import.ministry {
            let Import { home, dir, trust, replace, .. } = self.import;
            let ruling = set::ruling(home, dir, &self.source, trust, replace)?;
            (self.manifest, brought) = (ruling.manifest, ruling.brought);
        }
        let mut candidates = Vec::new();
        let mut links = Vec::new();
        let mut nothing = true;
        for entry in &lying {
            let shown = entry.file.to_string_lossy();
            let kept = kept_path(&shown);
            let is_sound = |name: &str| is_sound_name(Path::new(name).file_name().unwrap_or_default());
            let thrown_away = entry.file.parent().is_some_and(|folder| folder.iter().any(is_foreign));
            if thrown_away || !is_sound(kept.as_deref().unwrap_or(&shown)) {
                continue;
            }
            nothing = false;
            match self.candidate(entry, kept, &lying) {
                Ok(candidate) => candidates.push(candidate),
                Err(refusal) => links.push((shown.into_owned(), refusal)),
            }
        }
        if nothing {
            return Err(Stopped::Nothing);
        }
        self.check_room(&candidates)?;
        for (source, refusal) in links {
            tell(refused(source, String::new(), refusal));
        }
        set::place(&brought, |bytes, name| self.put_bytes(bytes, &self.base.join(name), Refusal::Taken), tell)?;
        self.take_all(&candidates, tell)
    }

    fn candidate(
        &self,
        entry: &intake::Lying,
        kept: Option<String>,
        lying: &[intake::Lying],
    ) -> Result<Candidate, Refusal> {
        let Kind::File { size } = entry.what else { return Err(Refusal::Link) };
        let kept = kept.filter(|_| entry.file.to_str().is_some()).ok_or(Refusal::BadName)?;
        if !fits_a_disk(&kept) {
            return Err(Refusal::LongName);
        }
        let listed = listed_name(&self.manifest, &kept).unwrap_or(kept);
        let target = spelled_there(&self.base, &listed);
        let sidecar = if self.import.ministry { None } else { sidecar_of(&entry.file, lying) };
        Ok(Candidate { file: entry.file.clone(), size, target, sidecar })
    }

    /// What is there already in the same size is not counted: it is most likely the same.
    fn check_room(&self, candidates: &[Candidate]) -> Result<(), Stopped> {
        let is_there = |candidate: &Candidate| {
            fs::symlink_metadata(self.base.join(&candidate.target)).is_ok_and(|there| there.len() == candidate.size)
        };
        let new: u64 = candidates.iter().filter(|candidate| !is_there(candidate)).map(|candidate| candidate.size).sum();
        let largest = candidates.iter().map(|candidate| candidate.size).max().unwrap_or(0);
        let needed = new.max(largest).saturating_add(KEPT_FREE);
        let free =
            intake::free_bytes(&self.base).map_err(|error| Stopped::Unwritable { file: self.base.clone(), error })?;
        if needed > free { Err(Stopped::Full { needed, free }) } else { Ok(()) }
    }

    fn take_all(&self, candidates: &[Candidate], tell: &mut dyn FnMut(Arrived)) -> Result<(), Stopped> {
        let mut taken: HashMap<String, String> = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let shown = candidate.file.to_string_lossy().into_owned();
            let path = self.below_audio(&candidate.target);
            let before = taken.insert(same_name_key(&path), shown.clone());
            let arrived = match before {
                Some(other) => Ok(refused(shown, path, Refusal::Twice { other })),
                None => self.take(candidate),
            };
            let pulled =
                |arrived: &Arrived| matches!(arrived.what, What::Refused(Refusal::Unfit(Defect::Unreadable { .. })));
            let stopped = match arrived {
                Ok(arrived) if pulled(&arrived) && !self.source.is_there() => {
                    Stopped::Gone { detail: rustix::io::Errno::NOENT.to_string() }
                }
                Ok(arrived) => {
                    tell(arrived);
                    continue;
                }
                Err(stopped) => stopped,
            };
            for left in &candidates[index..] {
                let path = self.below_audio(&left.target);
                tell(refused(left.file.to_string_lossy().into_owned(), path, Refusal::NotReached));
            }
            return Err(stopped);
        }
        Ok(())
    }

    fn below_audio(&self, target: &Path) -> String {
        let folder = if self.import.ministry { "ministry" } else { "bulletins" };
        format!("{folder}/{}", target.display())
    }

    /// Takes one file over. Only what stops all the rest is an error.
    fn take(&self, candidate: &Candidate) -> Result<Arrived, Stopped> {
        let path = self.below_audio(&candidate.target);
        let mut arrived = refused(candidate.file.to_string_lossy().into_owned(), path, Refusal::NotListed);
        match self.try_take(candidate, &mut arrived) {
            Ok(what) => arrived.what = what,
            Err(Trouble::Refused(refusal)) => arrived.what = What::Refused(refusal),
            Err(Trouble::Stopped(stopped)) => return Err(stopped),
        }
        Ok(arrived)
    }

    fn try_take(&self, candidate: &Candidate, arrived: &mut Arrived) -> Result<What, Trouble> {
        let item =
            CartPath::new(&arrived.path).and_then(|path| self.manifest.items.iter().find(|item| item.path == path));
        if self.import.ministry && !self.manifest.items.is_empty() && item.is_none() {
            return Err(Refusal::NotListed.into());
        }
        let sidecar = self.read_sidecar(candidate, arrived)?;
        let target = self.base.join(&candidate.target);
        let folder = target.parent().unwrap_or(&self.base);
        let unwritable = |error| Trouble::Stopped(Stopped::Unwritable { file: target.clone(), error });
        intake::make_folders(&self.base, candidate.target.parent().unwrap_or(Path::new("")), self.owner)
            .map_err(unwritable)?;
        let content = self.source.file(&candidate.file).map_err(unreadable)?;
        let part = Part::fill(folder, self.owner, content, candidate.size).map_err(|broke| match broke {
            Broke::Reading(error) => unreadable(error),
            Broke::Writing(error) => unwritable(error),
            Broke::Restless => Refusal::Restless.into(),
        })?;
        let (hash, analysis) =
            measure_named(&part.path, &arrived.path, &self.cache, self.import.examiner).map_err(Refusal::Unfit)?;
        (arrived.hash, arrived.length) = (Some(hash.clone()), analysis.as_ref().ok().map(|analysis| analysis.length));
        let is_meant = sidecar.as_ref().is_some_and(|(sidecar, ..)| sidecar.silence);
        let analysis = analysis.and_then(|analysis| if is_meant { Ok(analysis) } else { analysis.sounding() });
        let analysis = analysis.map_err(Refusal::Unfit)?;
        if let Some(refusal) = item.and_then(|item| refused_by_manifest(item, &hash, analysis.length)) {
            return Err(refusal.into());
        }
        let what = self.standing(&target, &hash)?;
        if let Some((_, bytes, file)) = sidecar {
            // Before its bulletin: what it says holds from the first moment on.
            match self.put_bytes(&bytes, &file, Refusal::SidecarTaken)? {
                What::Refused(refusal) => return Err(refusal.into()),
                what => arrived.sidecar = Some(what),
            }
        }
        if what != What::Same {
            part.place(&target, self.import.replace).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Refusal::Taken.into(),
                _ => unwritable(error),
            })?;
            if let Ok(metadata) = fs::symlink_metadata(&target) {
                let name = Path::new(&arrived.path).as_os_str().as_bytes();
                self.cache.keep(name, Stamp::of(&metadata), &hash, &Ok(analysis), self.import.now);
            }
        }
        Ok(what)
    }

    /// What is to be done where something stands already.
    fn standing(&self, target: &Path, hash: &ContentHash) -> Result<What, Refusal> {
        let Ok(metadata) = fs::symlink_metadata(target) else { return Ok(What::Imported) };
        if !metadata.is_file() {
            return Err(Refusal::InTheWay);
        }
        let there = folder::open(target).ok().and_then(|mut file| hash_of(&mut file).ok());
        match there {
            Some(there) if there == *hash => Ok(What::Same),
            _ if self.import.replace => Ok(What::Replaced),
            _ => Err(Refusal::Taken),
        }
    }

    /// The candidate's sidecar, found right, its bytes and the place where it goes.
    fn read_sidecar(
        &self,
        candidate: &Candidate,
        arrived: &mut Arrived,
    ) -> Result<Option<(Sidecar, Vec<u8>, PathBuf)>, Trouble> {
        let Some(file) = &candidate.sidecar else { return Ok(None) };
        let bytes = self.source.file(file).and_then(read_short).map_err(unreadable)?;
        let shown = self.import.dir.join(file).to_string_lossy().into_owned();
        let read = written::Source::new(&shown, bytes.clone()).map_err(|problem| vec![problem]);
        let sidecar = read.and_then(|source| read_sidecar(&source)).map_err(|problems| {
            arrived.problems = problems;
            Refusal::BadSidecar
        })?;
        let yml = candidate.target.with_extension("yml");
        let beside = spelled_there(&self.base, &yml.to_string_lossy());
        let beside = if self.base.join(&beside).exists() {
            beside
        } else {
            spelled_there(&self.base, &candidate.target.with_extension("yaml").to_string_lossy())
        };
        let file = self.base.join(beside);
        if !self.import.replace && fs::read(&file).is_ok_and(|there| there != bytes) {
            return Err(Refusal::SidecarTaken.into());
        }
        Ok(Some((sidecar, bytes, file)))
    }

    /// Puts a short text there, unless it stands there already.
    fn put_bytes(&self, bytes: &[u8], target: &Path, taken: Refusal) -> Result<What, Stopped> {
        let is_there = fs::symlink_metadata(target).is_ok();
        if is_there && fs::read(target).is_ok_and(|there| there == bytes) {
            return Ok(What::Same);
        }
        if is_there && !self.import.replace {
            return Ok(What::Refused(taken));
        }
        let unwritable = |error| Stopped::Unwritable { file: target.to_owned(), error };
        let folder = target.parent().unwrap_or(&self.base).to_owned();
        // Named unlike the bulletin's own part, which lies there meanwhile.
        let part = Part::fill_text(&folder, self.owner, bytes).map_err(unwritable)?;
        part.place(target, self.import.replace).map_err(unwritable)?;
        Ok(if is_there { What::Replaced } else { What::Imported })
    }
}

/// Why one file is not taken over, or why none is any more.
enum Trouble {
    Refused(Refusal),
    Stopped(Stopped),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Stopped> for Trouble {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn unreadable(error: io::Error) -> Trouble {
    Trouble::Refused(Refusal::Unfit(Defect::Unreadable { detail: error.to_string() }))
}

/// What a person may have written; more is cut off, and so is a mistake.
fn read_short(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(home::FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > home::FILE_BYTES_MAX { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
