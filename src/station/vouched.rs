//! Sound whose bytes are vouched for: those that were hashed are those that are heard, whatever is done to the file.
//!
//! What is small is copied into memory of our own and hashed there; all zones that play the same content play from one copy.
//! What is large stays where it is: it is hashed by whoever decodes it, so that the station's loop never waits for a slow
//! disk, and watched from then on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek as _};
use std::os::fd::AsRawFd as _;
use std::sync::{Arc, Weak};

use crate::equipment::decoder::Reader;
use crate::equipment::{Pcm, Stamp};
use crate::library::{ContentHash, Defect};
use crate::rundown::Why;
use crate::station::ingest::hash_of;

/// A quarter of an hour of mp3. Four of these are read in one step of the loop, when a session begins: 3 s from a slow stick.
const COPY_BYTES_MAX: u64 = 16 << 20;

/// What cannot be read, in the system's words.
pub fn unreadable(error: &io::Error) -> Defect {
    Defect::Unreadable { detail: error.to_string() }
}

/// The copies that are being played, each by its content.
#[derive(Debug, Default)]
pub struct Copies(RefCell<HashMap<ContentHash, Weak<File>>>);

impl Copies {
    /// The sound of an open file, called `name`, whose content is to be `planned`.
    ///
    /// # Errors
    /// It is another content, or cannot be played. Of a large file that comes to light when it is read.
    pub fn play(&self, opened: File, planned: &ContentHash, name: &str) -> Result<Box<dyn Pcm>, Why> {
        let read = |error: io::Error| Why::Unplayable(unreadable(&error));
        let known = self.0.borrow().get(planned).and_then(Weak::upgrade);
        let copy = match known {
            Some(copy) => copy,
            None => match copied(&opened) {
                Ok(copy) => self.keep(copy, planned)?,
                // Too large for a copy, or for the memory there is; what cannot be read is told by the other way as well.
                Err(_) => return Ok(Box::new(Watched::new(opened, planned.clone(), name).map_err(Why::Unplayable)?)),
            },
        };
        let reader = Reader::new(anew(&copy).map_err(read)?, name).map_err(Why::Unplayable)?;
        Ok(Box::new(Copied { reader, _copy: copy }))
    }

    fn keep(&self, mut copy: File, planned: &ContentHash) -> Result<Arc<File>, Why> {
        if hash_of(&mut copy).map_err(Why::Unplayable)? != *planned {
            return Err(Why::Changed);
        }
        let copy = Arc::new(copy);
        let mut copies = self.0.borrow_mut();
        copies.retain(|_, copy| copy.strong_count() > 0);
        copies.insert(planned.clone(), Arc::downgrade(&copy));
        Ok(copy)
    }
}

/// The file's content in memory where nobody else can write.
fn copied(mut opened: &File) -> io::Result<File> {
    if opened.metadata()?.len() > COPY_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut copy = File::from(rustix::fs::memfd_create("loa", rustix::fs::MemfdFlags::CLOEXEC)?);
    io::copy(&mut opened, &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

/// The same file opened once more, with a place of its own.
fn anew(file: &File) -> io::Result<File> {
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

struct Copied {
    reader: Reader,
    /// So that others find it while this plays.
    _copy: Arc<File>,
}

impl Pcm for Copied {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        self.reader.read(block)
    }
}

/// A file that is read where it lies.
struct Watched {
    file: File,
    planned: ContentHash,
    name: String,
    /// None before its content was hashed.
    checked: Option<(Stamp, Reader)>,
}

impl Watched {
    fn new(file: File, planned: ContentHash, name: &str) -> Result<Self, Defect> {
        // What shows at once that it is no sound is told at once.
        Reader::new(anew(&file).map_err(|error| unreadable(&error))?, name)?;
        Ok(Self { file, planned, name: name.to_owned(), checked: None })
    }

    fn stamp(&self) -> Result<Stamp, Defect> {
        self.file.metadata().map(|metadata| Stamp::of(&metadata)).map_err(|error| unreadable(&error))
    }

    fn begin(&self) -> Result<(Stamp, Reader), Defect> {
        let stamp = self.check()?;
        let file = anew(&self.file).map_err(|error| unreadable(&error))?;
        Ok((stamp, Reader::new(file, &self.name)?))
    }

    /// Its stamp, after its content was found to be the planned one.
    fn check(&self) -> Result<Stamp, Defect> {
        let stamp = self.stamp()?;
        let hash = hash_of(&mut anew(&self.file).map_err(|error| unreadable(&error))?)?;
        if hash == self.planned && self.stamp()? == stamp { Ok(stamp) } else { Err(Defect::Overwritten) }
    }
}

impl Pcm for Watched {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let (mut stamp, mut reader) = match self.checked.take() {
            Some(checked) => checked,
            None => self.begin()?,
        };
        let count = reader.read(block)?;
        // Looked at after the bytes were read and before they are heard. Who renames or deletes a file changes its stamp, but
        // not its content.
        if self.stamp()? != stamp {
            stamp = self.check()?;
        }
        self.checked = Some((stamp, reader));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;

    use super::*;

    const SECONDS: u32 = 100;

    /// A WAV of so many seconds, each sample of which is `level`.
    fn wav(path: &Path, seconds: u32, level: i16) -> ContentHash {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        for _ in 0..seconds * 96_000 {
            writer.write_sample(level).unwrap();
        }
        writer.finalize().unwrap();
        hash_of(&mut File::open(path).unwrap()).unwrap()
    }

    fn play(copies: &Copies, path: &Path, planned: &ContentHash) -> Result<Box<dyn Pcm>, Why> {
        copies.play(File::open(path).unwrap(), planned, "tin.wav")
    }

    /// Reads a second; the level it has throughout.
    fn second(pcm: &mut dyn Pcm) -> Result<f32, Defect> {
        let mut block = vec![0.0; 96_000];
        assert_eq!(pcm.read(&mut block)?, block.len());
        assert!(block.iter().all(|sample| (sample - block[0]).abs() < f32::EPSILON), "one level throughout");
        Ok(block[0])
    }

    #[test]
    fn what_is_small_is_heard_as_it_was_and_held_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tin.wav");
        let (planned, copies) = (wav(&path, 4, 8_192), Copies::default());
        let (mut cho, mut doi) = (play(&copies, &path, &planned).unwrap(), play(&copies, &path, &planned).unwrap());
        assert_eq!(copies.0.borrow()[&planned].strong_count(), 2, "two zones, one copy");
        assert!((second(&mut *cho).unwrap() - 0.25).abs() < 1e-3);
        wav(&path, 4, 16_384);
        for _ in 0..3 {
            assert!((second(&mut *doi).unwrap() - 0.25).abs() < 1e-3, "each has a place of its own in it");
        }
        drop((cho, doi));
        assert!(matches!(play(&copies, &path, &planned), Err(Why::Changed)), "and it is not kept");
    }

    #[test]
    fn what_is_large_breaks_off_when_somebody_writes_over_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tin.wav");
        let (planned, copies) = (wav(&path, SECONDS, 8_192), Copies::default());
        assert!(fs::metadata(&path).unwrap().len() > COPY_BYTES_MAX);
        let mut pcm = play(&copies, &path, &planned).unwrap();
        assert!((second(&mut *pcm).unwrap() - 0.25).abs() < 1e-3);
        fs::rename(&path, folder.path().join("khac.wav")).unwrap();
        assert!((second(&mut *pcm).unwrap() - 0.25).abs() < 1e-3, "another name, the same content");
        fs::remove_file(folder.path().join("khac.wav")).unwrap();
        assert!((second(&mut *pcm).unwrap() - 0.25).abs() < 1e-3, "and without a name");
        wav(&path, SECONDS, 8_192);
        let mut pcm = play(&copies, &path, &planned).unwrap();
        second(&mut *pcm).unwrap();
        let mut file = File::options().write(true).open(&path).unwrap();
        file.seek(io::SeekFrom::End(-2)).unwrap();
        file.write_all(&[0; 2]).unwrap();
        assert_eq!(second(&mut *pcm), Err(Defect::Overwritten), "whichever byte it was");
        assert_eq!(second(&mut *play(&copies, &path, &planned).unwrap()), Err(Defect::Overwritten));
    }
}
