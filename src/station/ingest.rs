//! From the audio folder to what is known of each file: look, wait until it is whole, hash, have it decoded once, remember.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::Stamp;
use crate::equipment::cache::Cache;
use crate::equipment::decoder;
use crate::equipment::folder::{self, FolderGone, Scan, Seen};
use crate::equipment::quarantine::Examiner;
use crate::library::{Analysis, CartPath, ContentHash, Defect, Found, FoundState, Oddity};

/// A file that has not changed for so long is taken as whole. The writer's close is not waited for: a look follows it
/// anyway, and what is cut short is found out by decoding and by the manifest.
const STILL_FOR: SignedDuration = SignedDuration::from_secs(2);

/// So many files are examined at once at most: what a process may take of the memory is given out so often.
const WORKERS_MAX: usize = 3;

/// Watches over one audio folder, look by look.
#[derive(Debug)]
pub struct Ingest {
    audio: PathBuf,
    cache: Cache,
    examiner: Arc<dyn Examiner>,
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

/// A file to be read.
struct Job {
    seen: Seen,
    path: CartPath,
}

/// What came of it: its hash, and what was found in it.
type Measured = Result<(ContentHash, Result<Analysis, Defect>), Defect>;

impl Ingest {
    #[must_use]
    pub fn new(audio: PathBuf, cache: Cache, examiner: Arc<dyn Examiner>) -> Self {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
        Self { audio, cache, examiner, restless: HashMap::new(), workers }
    }

    /// Looks once. Only files that are new or changed are read, on all cores.
    ///
    /// # Errors
    /// The folder is gone; what was known of it before still holds.
    pub fn look(&mut self, now: Timestamp) -> Result<Look, FolderGone> {
        let Scan { files, odd } = folder::scan(&self.audio)?;
        let names: HashSet<&Path> = files.iter().map(|seen| seen.file.as_path()).collect();
        self.restless.retain(|file, _| names.contains(file.as_path()));
        let odd = odd.iter().filter_map(|(file, oddity)| odd_one(&folder::shown(file), oddity, now));
        let mut found: Vec<Found> = odd.collect();
        let (mut jobs, mut other_forms) = (Vec::new(), HashSet::new());
        for seen in &files {
            let name = folder::shown(&seen.file);
            let Some(path) = CartPath::new(&name) else { continue };
            let state = if name.as_bytes() != seen.file.as_os_str().as_bytes() {
                FoundState::Odd(Oddity::BadName)
            } else if path.as_str() != name
                && (names.contains(Path::new(path.as_str())) || !other_forms.insert(path.clone()))
            {
                found.extend(odd_one(&in_ascii(&name), &Oddity::Twice, now));
                continue;
            } else if let Some(known) = self.cache.of_file(seen.file.as_os_str().as_bytes(), seen.stamp) {
                let state = FoundState::Read { hash: known.hash, analysis: known.analysis };
                found.push(Found { path, first_seen: known.first_seen, state });
                continue;
            } else if self.is_whole(seen, now) {
                jobs.push(Job { seen: seen.clone(), path });
                continue;
            } else {
                FoundState::Copying
            };
            found.push(Found { path, first_seen: now, state });
        }
        let work = Work { audio: &self.audio, cache: Mutex::new(&mut self.cache), examiner: &*self.examiner, now };
        found.extend(spread(&jobs, self.workers, |job| work.done(job)));
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
}

/// Something that is not looked into.
fn odd_one(shown: &str, oddity: &Oddity, now: Timestamp) -> Option<Found> {
    Some(Found { path: CartPath::new(shown)?, first_seen: now, state: FoundState::Odd(oddity.clone()) })
}

/// A name in which accents cannot be taken for others, since they stand as numbers.
fn in_ascii(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("<{:X}>", u32::from(c)) }).collect()
}

/// What all workers of one look share.
struct Work<'a> {
    audio: &'a Path,
    cache: Mutex<&'a mut Cache>,
    examiner: &'a dyn Examiner,
    now: Timestamp,
}

impl Work<'_> {
    /// Reads a file and remembers what was found at once: a start that is cut short has not been for nothing.
    fn done(&self, job: &Job) -> Found {
        self.remember(job, self.measure(&self.audio.join(&job.seen.file)))
    }

    /// Hashes and, where the content is new, has it decoded.
    fn measure(&self, file: &Path) -> Measured {
        let hash = hash_file(file)?;
        let known = self.with_cache(|cache| cache.of_content(&hash));
        let analysis = known.unwrap_or_else(|| examine(file, &file.to_string_lossy(), self.examiner));
        Ok((hash, analysis))
    }

    fn remember(&self, job: &Job, measured: Measured) -> Found {
        let (path, now) = (job.path.clone(), self.now);
        let (hash, analysis) = match measured {
            Ok(measured) => measured,
            Err(defect) => return Found { path, first_seen: now, state: FoundState::Unreadable(defect) },
        };
        // Written to while it was being read: what was found is of no file that exists.
        let stamp = std::fs::symlink_metadata(self.audio.join(&job.seen.file)).map(|metadata| Stamp::of(&metadata));
        if stamp.ok() != Some(job.seen.stamp) {
            return Found { path, first_seen: now, state: FoundState::Copying };
        }
        if let Err(defect) = &analysis
            && defect.is_passing()
        {
            // The next look tries again.
            return Found { path, first_seen: now, state: FoundState::Unreadable(defect.clone()) };
        }
        let name = job.seen.file.as_os_str().as_bytes();
        let first_seen = self.with_cache(|cache| cache.keep(name, job.seen.stamp, &hash, &analysis, now));
        Found { path, first_seen, state: FoundState::Read { hash, analysis } }
    }

    fn with_cache<T>(&self, ask: impl FnOnce(&Cache) -> T) -> T {
        ask(&self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Measures one file outside the audio folder; what `cache` knows by its content is not decoded again.
///
/// # Errors
/// It cannot be read or played, or there is nothing to hear in it.
pub fn measure_one(file: &Path, cache: &Cache, examiner: &dyn Examiner) -> Result<(ContentHash, Analysis), Defect> {
    let (hash, analysis) = measure_named(file, &file.to_string_lossy(), cache, examiner)?;
    Ok((hash, analysis?.sounding()?))
}

/// Measures a file that does not have its own name yet; `name` is the one it will have.
///
/// # Errors
/// It cannot be read. Whether it can be played is part of the answer.
pub fn measure_named(
    file: &Path,
    name: &str,
    cache: &Cache,
    examiner: &dyn Examiner,
) -> Result<(ContentHash, Result<Analysis, Defect>), Defect> {
    let hash = hash_file(file)?;
    let analysis = cache.of_content(&hash).unwrap_or_else(|| examine(file, name, examiner));
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

fn examine(file: &Path, name: &str, examiner: &dyn Examiner) -> Result<Analysis, Defect> {
    let opened = folder::open(file).map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
    examiner.examine(opened, name)
}

/// Decodes and measures a file in this very process, which is one in quarantine.
///
/// # Errors
/// Why it cannot go on the air.
pub fn analyse(file: File, name: &str) -> Result<Analysis, Defect> {
    let measured = decoder::analyse(file, name)?;
    let decoder::Analysis { length, loudness, opposed, silent, title, language, channels, .. } = measured;
    Ok(Analysis { length, loudness, channels, opposed, silent, title, language })
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
        let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("nothing is decoded here");
        threads.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::quarantine::Pretended;
    use crate::library::{Loudness, Undoing};
    use crate::time::Frames;

    fn sound() -> Analysis {
        let loudness = Loudness { lufs: Some(-18.0), true_peak_dbtp: -3.0 };
        let length = Frames::from_secs(60);
        Analysis { length, loudness, channels: 1, opposed: false, silent: false, title: None, language: None }
    }

    /// A home with one file, looked at as the program does when it starts.
    struct Home(tempfile::TempDir);

    impl Home {
        fn with(file: &str, bytes: &str) -> Self {
            let home = Self(tempfile::tempdir().unwrap());
            std::fs::create_dir_all(home.0.path().join("audio/ministry")).unwrap();
            home.write(file, bytes);
            home
        }

        fn write(&self, file: &str, bytes: &str) {
            std::fs::write(self.0.path().join("audio/ministry").join(file), bytes).unwrap();
        }

        fn look(&self, examiner: &Arc<Pretended>) -> Vec<FoundState> {
            let cache = Cache::open(&self.0.path().join("cache.db"));
            let mut ingest = Ingest::new(self.0.path().join("audio"), cache, Arc::clone(examiner) as _);
            // Long after today: whatever was just written has stood still since.
            let look = ingest.look(Timestamp::from_second(4_000_000_000).unwrap()).unwrap();
            look.found.into_iter().map(|found| found.state).collect()
        }
    }

    #[test]
    fn what_has_not_changed_is_not_read_again() {
        let home = Home::with("a.wav", "some sound");
        let examiner = Arc::new(Pretended::finding(Ok(sound())));
        let first = home.look(&examiner);
        assert!(matches!(&first[..], [FoundState::Read { analysis: Ok(found), .. }] if *found == sound()), "{first:?}");
        assert_eq!((home.look(&examiner), examiner.asked()), (first.clone(), 1));
        home.write("b.wav", "some sound");
        assert_eq!((home.look(&examiner)[1].clone(), examiner.asked()), (first[0].clone(), 1), "known by its content");
        home.write("a.wav", "other sound");
        home.look(&examiner);
        assert_eq!(examiner.asked(), 2, "a changed file is read");
    }

    #[test]
    fn a_file_that_undoes_the_decoder_costs_one_decoder() {
        let home = Home::with("a.wav", "poison");
        let undoing = Undoing::TooMuchWork { cpu_secs: 30 };
        let examiner = Arc::new(Pretended::finding(Err(Defect::Undecodable { undoing })));
        for _ in 0..2 {
            let found = home.look(&examiner);
            assert!(matches!(&found[..], [FoundState::Read { analysis: Err(Defect::Undecodable { .. }), .. }]));
        }
        assert_eq!(examiner.asked(), 1);
    }

    #[test]
    fn what_is_a_matter_of_the_moment_is_tried_again() {
        for passing in [
            Defect::Unexamined { detail: "signal: 9 (SIGKILL)".to_owned() },
            Defect::Unreadable { detail: "Input/output error".to_owned() },
        ] {
            let home = Home::with("a.wav", "some sound");
            let examiner = Arc::new(Pretended::finding(Err(passing.clone())));
            assert_eq!(home.look(&examiner), [FoundState::Unreadable(passing)]);
            let examiner = Arc::new(Pretended::finding(Ok(sound())));
            assert!(matches!(&home.look(&examiner)[..], [FoundState::Read { analysis: Ok(_), .. }]));
        }
    }
}
