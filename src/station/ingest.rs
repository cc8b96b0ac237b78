//! From the audio folder to what is known of each file: look, wait until it is whole, hash, decode once, remember.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::Stamp;
use crate::equipment::cache::Cache;
use crate::equipment::decoder;
use crate::equipment::folder::{self, FolderGone, Seen};
use crate::library::{Analysis, CartPath, ContentHash, Defect, Found, FoundState};

/// A file that has not changed for so long is taken as whole. The writer's close is not waited for: a look follows it
/// anyway, and what is cut short is found out by decoding and by the manifest.
const STILL_FOR: SignedDuration = SignedDuration::from_secs(2);

/// Watches over one audio folder, look by look.
#[derive(Debug)]
pub struct Ingest {
    audio: PathBuf,
    cache: Cache,
    /// Files that were not whole at the last look, and since when they have stood still.
    restless: HashMap<PathBuf, (Stamp, Timestamp)>,
    workers: usize,
}

/// What a look found.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub found: Vec<Found>,
    /// Whether some file was not whole yet, so that another look is due soon.
    pub copying: bool,
}

/// A file to be read, and what came of it.
struct Job {
    seen: Seen,
    path: CartPath,
}

type Measured = Result<(ContentHash, Result<Analysis, Defect>), Defect>;

impl Ingest {
    #[must_use]
    pub fn new(audio: PathBuf, cache: Cache) -> Self {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        Self { audio, cache, restless: HashMap::new(), workers }
    }

    /// Looks once. Only files that are new or changed are read, on all cores.
    ///
    /// # Errors
    /// The folder is gone; what was known of it before still holds.
    pub fn look(&mut self, now: Timestamp) -> Result<Look, FolderGone> {
        let seen = folder::scan(&self.audio)?;
        let names: HashSet<&PathBuf> = seen.iter().map(|seen| &seen.file).collect();
        self.restless.retain(|file, _| names.contains(file));
        let mut found = Vec::new();
        let mut jobs = Vec::new();
        for seen in seen {
            let shown = seen.file.to_string_lossy();
            let Some(path) = CartPath::new(&shown) else { continue };
            let state = if seen.file.to_str().is_none() {
                FoundState::BadName
            } else if let Some(known) = self.cache.of_file(seen.file.as_os_str().as_bytes(), seen.stamp) {
                let state = FoundState::Read { hash: known.hash, analysis: known.analysis };
                found.push(Found { path, first_seen: known.first_seen, state });
                continue;
            } else if self.is_whole(&seen, now) {
                jobs.push(Job { seen, path });
                continue;
            } else {
                FoundState::Copying
            };
            found.push(Found { path, first_seen: now, state });
        }
        let measured = self.measure(&jobs);
        found.extend(jobs.into_iter().zip(measured).map(|(job, measured)| self.remember(job, measured, now)));
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let copying = found.iter().any(|file| file.state == FoundState::Copying);
        Ok(Look { found, copying })
    }

    /// Looks, and if some file is not whole, looks again when it could be: for commands that look only once.
    ///
    /// # Errors
    /// The folder is gone.
    pub fn look_patiently(&mut self, now: impl Fn() -> Timestamp) -> Result<Look, FolderGone> {
        let first = self.look(now())?;
        if !first.copying {
            return Ok(first);
        }
        #[expect(clippy::disallowed_methods, reason = "a command that looks once has nothing else to do meanwhile")]
        thread::sleep(STILL_FOR.unsigned_abs());
        self.look(now())
    }

    /// Whether a file has stood still long enough, by its own date or by our looking at it twice.
    fn is_whole(&mut self, seen: &Seen, now: Timestamp) -> bool {
        let modified = Timestamp::from_nanosecond(i128::from(seen.stamp.modified_ns)).unwrap_or(now);
        let since = match self.restless.get(&seen.file) {
            Some((stamp, since)) if *stamp == seen.stamp => *since,
            _ => now,
        };
        let still = |since: Timestamp| now.duration_since(since) >= STILL_FOR;
        let whole = (modified <= now && still(modified)) || still(since);
        if whole {
            self.restless.remove(&seen.file);
        } else {
            self.restless.insert(seen.file.clone(), (seen.stamp, since));
        }
        whole
    }

    /// Hashes and, where the content is new, decodes the jobs on all cores.
    fn measure(&self, jobs: &[Job]) -> Vec<Measured> {
        let files: Vec<_> = jobs.iter().map(|job| self.audio.join(&job.seen.file)).collect();
        let hashes = spread(&files, self.workers, |file| hash_file(file));
        let known = hashes.iter().map(|hash| self.cache.of_content(hash.as_ref().ok()?));
        let files: Vec<_> = files.into_iter().zip(known).collect();
        let analyses = spread(&files, self.workers, |(file, known)| match known {
            Some(known) => known.clone(),
            None => analyse(file),
        });
        hashes.into_iter().zip(analyses).map(|(hash, analysis)| Ok((hash?, analysis))).collect()
    }

    fn remember(&self, job: Job, measured: Measured, now: Timestamp) -> Found {
        let path = job.path;
        let (hash, analysis) = match measured {
            Ok(measured) => measured,
            Err(defect) => return Found { path, first_seen: now, state: FoundState::Unreadable(defect) },
        };
        // Written to while it was being read: what was found is of no file that exists.
        let stamp = std::fs::symlink_metadata(self.audio.join(&job.seen.file)).map(|metadata| Stamp::of(&metadata));
        if stamp.ok() != Some(job.seen.stamp) {
            return Found { path, first_seen: now, state: FoundState::Copying };
        }
        if let Err(defect @ Defect::Unreadable { .. }) = &analysis {
            // Of the disk or the moment, not of the content: the next look tries again.
            return Found { path, first_seen: now, state: FoundState::Unreadable(defect.clone()) };
        }
        let name = job.seen.file.as_os_str().as_bytes();
        let first_seen = self.cache.keep(name, job.seen.stamp, &hash, &analysis, now);
        Found { path, first_seen, state: FoundState::Read { hash, analysis } }
    }
}

/// Measures one file outside the audio folder; what `cache` knows by its content is not decoded again.
///
/// # Errors
/// It cannot be read or played.
pub fn measure_one(file: &Path, cache: &Cache) -> Result<(ContentHash, Analysis), Defect> {
    let hash = hash_file(file)?;
    let analysis = cache.of_content(&hash).unwrap_or_else(|| analyse(file))?;
    Ok((hash, analysis))
}

/// Measures a file that does not have its own name yet; `name` is the one it will have.
///
/// # Errors
/// It cannot be read. Whether it can be played is part of the answer.
pub fn measure_named(
    file: &Path,
    name: &str,
    cache: &Cache,
) -> Result<(ContentHash, Result<Analysis, Defect>), Defect> {
    let hash = hash_file(file)?;
    let analysis = cache.of_content(&hash).unwrap_or_else(|| analyse_named(file, name));
    Ok((hash, analysis))
}

/// The BLAKE3 hash of the bytes of an open file, from where it stands.
///
/// # Errors
/// It cannot be read.
pub fn hash_of(opened: &mut File) -> Result<ContentHash, Defect> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(opened).map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
    Ok(ContentHash::new(&hasher.finalize().to_hex()).expect("BLAKE3 writes 64 hexadecimal digits"))
}

fn hash_file(file: &Path) -> Result<ContentHash, Defect> {
    hash_of(&mut folder::open(file).map_err(|error| Defect::Unreadable { detail: error.to_string() })?)
}

fn analyse(file: &Path) -> Result<Analysis, Defect> {
    analyse_named(file, &file.to_string_lossy())
}

fn analyse_named(file: &Path, name: &str) -> Result<Analysis, Defect> {
    let opened = folder::open(file).map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
    let measured = decoder::analyse(opened, name)?;
    let decoder::Analysis { length, loudness, opposed, title, language, channels, .. } = measured;
    Ok(Analysis { length, loudness, channels, opposed, title, language })
}

/// Does one thing to every item, `workers` at a time; the answers come in the items' order.
fn spread<T: Sync, R: Send>(items: &[T], workers: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let turn = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.min(items.len())).map(|_| scope.spawn(turn)).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("decoding catches its own panics");
        threads.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_tone(file: &Path, sample: i16) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(file, spec).unwrap();
        (0..48_000).for_each(|frame| writer.write_sample(if frame % 100 < 50 { sample } else { -sample }).unwrap());
        writer.finalize().unwrap();
    }

    fn look(home: &Path) -> (Option<String>, Found) {
        let mut ingest = Ingest::new(home.join("audio"), Cache::open(&home.join("cache.db")));
        // Long after today: whatever was just written has stood still since.
        let now = Timestamp::from_second(4_000_000_000).unwrap();
        let found = ingest.look(now).unwrap().found.remove(0);
        let title = match &found.state {
            FoundState::Read { analysis: Ok(analysis), .. } => analysis.title.clone(),
            other => panic!("{other:?}"),
        };
        (title, found)
    }

    #[test]
    fn what_has_not_changed_is_not_read_again() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("audio/ministry")).unwrap();
        let file = home.path().join("audio/ministry/a.wav");
        write_tone(&file, 8_000);
        let (title, found) = look(home.path());
        assert_eq!(title, None);
        // What is remembered is marked: reading the file anew would find no such title.
        let FoundState::Read { hash, analysis: Ok(mut analysis) } = found.state else { panic!("{found:?}") };
        analysis.title = Some("out of the cache".to_owned());
        let stamp = Stamp::of(&std::fs::symlink_metadata(&file).unwrap());
        Cache::open(&home.path().join("cache.db")).keep(
            b"ministry/a.wav",
            stamp,
            &hash,
            &Ok(analysis),
            found.first_seen,
        );
        assert_eq!(look(home.path()).0.as_deref(), Some("out of the cache"));
        write_tone(&file, 9_000);
        assert_eq!(look(home.path()).0, None, "a changed file is read");
    }
}
