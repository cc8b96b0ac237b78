//! The last good version of everything people write: what the running station took over, kept as bytes until a later
//! version is right, and in force while the file itself is wrong.
//!
//! Only the running station keeps; every command reads, and so plans by what is in force. A file that was deleted was
//! taken back by somebody: what was kept of it goes as well. What was kept and cannot be read any more counts for nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::equipment::Owner;
use crate::equipment::folder::DEPTH_MAX;
use crate::equipment::intake::{self, Kind, Part};
use crate::station::home::{FILE_BYTES_MAX, Home, MANIFEST, Reading, SIGNATURE};
use crate::written::{Fault, Problem, Source};

/// Below the data folder; in it the same paths as in the home.
const FOLDER: &str = "last-good";
/// Where people may delete files; a station without station.yaml is none that somebody meant.
const FOLDERS: [&str; 2] = ["schedules", "audio"];

/// A version that was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub bytes: Vec<u8>,
    /// When it was taken over.
    pub since: Timestamp,
}

/// The good versions of one home.
#[derive(Debug)]
pub struct LastGood {
    home: Home,
    /// What the disk would not take; tried again.
    unwritten: BTreeMap<String, Kept>,
}

impl LastGood {
    #[must_use]
    pub fn of(home: &Home) -> Self {
        Self { home: home.clone(), unwritten: BTreeMap::new() }
    }

    /// The last good version of a file, named as below the home.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Kept> {
        self.unwritten.get(name).cloned().or_else(|| read(&self.folder().join(name)).ok())
    }

    /// Every file below `folder` that was good.
    #[must_use]
    pub fn names(&self, folder: &str) -> BTreeSet<String> {
        let below = |name: &String| Path::new(name).starts_with(folder);
        let kept = intake::Source::open(&self.folder()).and_then(|kept| kept.files(DEPTH_MAX + 2)).unwrap_or_default();
        let files = kept.into_iter().filter(|lying| matches!(lying.what, Kind::File { .. }));
        let names = files.filter_map(|lying| lying.file.to_str().map(str::to_owned));
        names.chain(self.unwritten.keys().cloned()).filter(below).collect()
    }

    /// Removes what a station that was killed had begun to keep. Only for the running station.
    pub fn clear_unfinished(&self) {
        intake::clear(&self.folder());
    }

    /// Keeps what was read without a mistake, each file whole or not at all, and forgets what was deleted. Only for the
    /// running station. What the disk does not take now is held in memory, and tried again with the next reading.
    pub fn keep(&mut self, reading: &Reading, now: Timestamp) {
        for (name, bytes) in &reading.good {
            self.unwritten.insert(name.clone(), Kept { bytes: bytes.clone(), since: now });
        }
        let waiting = std::mem::take(&mut self.unwritten);
        self.unwritten = waiting.into_iter().filter(|(name, kept)| self.write(name, &kept.bytes).is_err()).collect();
        let kept = FOLDERS.iter().flat_map(|folder| self.names(folder));
        let deleted: Vec<String> = kept.filter(|name| self.is_deleted(name)).collect();
        for name in deleted {
            self.unwritten.remove(&name);
            // What stays counts for nothing as long as there is no file of this name.
            let _ = fs::remove_file(self.folder().join(&name));
        }
    }

    /// Copies what is kept into another home, so that the same is in force there.
    ///
    /// # Errors
    /// The other home cannot be written.
    pub fn copy_to(&self, other: &Home) -> io::Result<()> {
        let other = Self::of(other);
        let names = self.names("");
        let kept = names.iter().filter_map(|name| Some((name, self.get(name)?)));
        kept.into_iter().try_for_each(|(name, kept)| other.write(name, &kept.bytes))
    }

    /// Whether somebody took a file away; one that lies on a drive that was pulled is not deleted. A signature is kept for
    /// as long as what it signs: without its own the file is a wrong one.
    fn is_deleted(&self, name: &str) -> bool {
        let name = if name == SIGNATURE { MANIFEST } else { name };
        let gone = |path: &Path| fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        let folder = Path::new(name).iter().next().map(|folder| self.home.dir.join(folder));
        gone(&self.home.dir.join(name)) && folder.is_some_and(|folder| fs::read_dir(folder).is_ok())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (data, below) = (self.home.data(), Path::new(FOLDER).join(name));
        let (owner, file) = (Owner::of(&data), data.join(&below));
        intake::make_folders(&data, below.parent().unwrap_or(Path::new(FOLDER)), owner)?;
        Part::fill_text(file.parent().unwrap_or(&data), owner, bytes)?.place(&file, true)
    }

    fn folder(&self) -> PathBuf {
        self.home.data().join(FOLDER)
    }
}

fn read(file: &Path) -> io::Result<Kept> {
    let file = File::open(file)?;
    let modified = file.metadata()?.modified()?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(Kept { bytes, since: Timestamp::try_from(modified).unwrap_or_default() })
}

/// A file as it stands, and the signature beside it.
type Written = (Vec<u8>, Option<Vec<u8>>);

/// Reads what people wrote: each file as it stands or, while that is wrong, as it was when it was last right.
pub(in crate::station) struct Reader<'a> {
    pub home: &'a Home,
    last_good: &'a LastGood,
    pub problems: Vec<Problem>,
    /// Files with mistakes, and since when the version stands that is in force instead.
    pub stand: Vec<(String, Option<Timestamp>)>,
    /// What was read without a mistake and is not kept yet.
    pub good: Vec<(String, Vec<u8>)>,
}

impl<'a> Reader<'a> {
    pub fn new(home: &'a Home, last_good: &'a LastGood) -> Self {
        Self { home, last_good, problems: Vec::new(), stand: Vec::new(), good: Vec::new() }
    }

    /// What `parse` makes of a file, or of its last good version. The mistakes are those of the file as it stands.
    pub fn read<T>(&mut self, name: &str, parse: impl Fn(&Source) -> Result<T, Vec<Problem>>) -> Option<T> {
        self.read_with(name, None, |source, _| parse(source))
    }

    /// The same of a file that counts only with the `signature` beside it, which is kept with it; `parse` is told where
    /// there is none.
    pub fn read_with<T>(
        &mut self,
        name: &str,
        signature: Option<&str>,
        parse: impl Fn(&Source, Option<&Source>) -> Result<T, Vec<Problem>>,
    ) -> Option<T> {
        let parsed = |bytes: &[u8], signed: Option<&[u8]>| {
            let source = |name: &str, bytes: &[u8]| Source::new(name, bytes.to_vec()).map_err(|problem| vec![problem]);
            let signed = signature.zip(signed).map(|(name, bytes)| source(name, bytes)).transpose()?;
            parse(&source(name, bytes)?, signed.as_ref())
        };
        let kept = self.last_good.get(name);
        let kept_signature = signature.and_then(|name| self.last_good.get(name));
        let read = self.written(name, signature).and_then(|(bytes, signed)| match &kept {
            Some(kept) if is_cut_off(&bytes, &kept.bytes) => {
                let found = parsed(&bytes, signed.as_deref()).err();
                Err(found.unwrap_or_else(|| vec![Problem::whole(name, Fault::CutOff)]))
            }
            _ => Ok((parsed(&bytes, signed.as_deref())?, bytes, signed)),
        });
        match read {
            Ok((value, bytes, signed)) => {
                self.is_good(name, kept, bytes);
                if let Some((name, signed)) = signature.zip(signed) {
                    self.is_good(name, kept_signature, signed);
                }
                Some(value)
            }
            Err(found) => {
                let file = found.first().map_or(name, |problem| problem.file.as_str()).to_owned();
                self.problems.extend(found);
                let signed = kept_signature.as_ref().map(|kept| kept.bytes.as_slice());
                let before = kept.and_then(|kept| Some((parsed(&kept.bytes, signed).ok()?, kept.since)));
                let (value, since) = before.unzip();
                self.stand.push((file, since));
                value
            }
        }
    }

    /// What is wrong with a file, of which no version is in force.
    pub fn nothing_counts(&mut self, problem: Problem) {
        self.stand.push((problem.file.clone(), None));
        self.problems.push(problem);
    }

    /// A file as it stands, and what lies beside it as its signature.
    fn written(&self, name: &str, signature: Option<&str>) -> Result<Written, Vec<Problem>> {
        let bytes = |name: &str| self.home.bytes(name).map_err(|problem| vec![problem]);
        let is_there = |name: &&str| self.home.dir.join(name).symlink_metadata().is_ok();
        Ok((bytes(name)?, signature.filter(is_there).map(bytes).transpose()?))
    }

    fn is_good(&mut self, name: &str, kept: Option<Kept>, bytes: Vec<u8>) {
        if kept.is_none_or(|kept| kept.bytes != bytes) {
            self.good.push((name.to_owned(), bytes));
        }
    }

    /// Whether a file is there. One whose folder cannot be looked into is not gone: nobody deleted it.
    pub fn is_there(&self, name: &str) -> bool {
        let path = self.home.dir.join(name);
        let folder = path.parent().unwrap_or(&self.home.dir);
        path.symlink_metadata().is_ok() || (fs::read_dir(folder).is_err() && self.last_good.get(name).is_some())
    }

    /// The names in a folder of the home; of one that cannot be looked into, what was good in it.
    pub fn files(&self, folder: &str) -> Vec<OsString> {
        let name = |path: PathBuf| path.file_name().map(OsStr::to_owned);
        let mut names: Vec<OsString> = match fs::read_dir(self.home.dir.join(folder)) {
            Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
            Err(_) => self.last_good.names(folder).into_iter().filter_map(|kept| name(kept.into())).collect(),
        };
        names.sort();
        names
    }
}

/// Whether a file is what a power cut leaves of one that was being saved: the beginning of the version before, up to the
/// middle of a line. It may read as a shorter one.
fn is_cut_off(bytes: &[u8], before: &[u8]) -> bool {
    let next = before.strip_prefix(bytes).and_then(|rest| rest.first());
    !bytes.is_empty() && !bytes.ends_with(b"\n") && next.is_some_and(|next| !b"\r\n".contains(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_file_is_cut_off_unless_it_ends_with_a_line() {
        let before = b"a: 1\nlength: 60m\n";
        for (bytes, cut) in [("a: 1\nlength: 6", true), ("a: 1\nlength: 60m", false), ("a: 1\n", false), ("", false)] {
            assert_eq!(is_cut_off(bytes.as_bytes(), before), cut, "{bytes:?}");
        }
        assert!(!is_cut_off(b"a: 2\nlen", before) && !is_cut_off(before, before));
    }

    #[test]
    fn what_the_disk_does_not_take_is_held_and_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path().to_owned());
        let now: Timestamp = "2020-08-04T05:00:00+07:00".parse().unwrap();
        let station = "station: { name: A }\n";
        fs::write(folder.path().join("station.yaml"), station).unwrap();
        // A file in the way of the folder stands for a disk that refuses it.
        fs::create_dir(home.data()).unwrap();
        fs::write(home.data().join(FOLDER), "").unwrap();
        let mut last_good = LastGood::of(&home);
        last_good.keep(&Reading::of(&home, &last_good, &[]).unwrap(), now);
        assert_eq!(last_good.get("station.yaml"), Some(Kept { bytes: station.into(), since: now }));
        assert_eq!(LastGood::of(&home).get("station.yaml"), None);
        fs::remove_file(home.data().join(FOLDER)).unwrap();
        last_good.keep(&Reading::of(&home, &last_good, &[]).unwrap(), now);
        assert_eq!(LastGood::of(&home).get("station.yaml").unwrap().bytes, station.as_bytes());
        assert!(last_good.unwritten.is_empty());
    }
}
