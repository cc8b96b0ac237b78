//! A backup as a file: a tar archive under gzip, which every computer can open, with a list of its entries at its end.
//!
//! The list holds size and BLAKE3 hash of every entry, so that a backup can be read again and held against it. What is
//! read may come from anybody: only regular files below the archive's own folder are taken out of it.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use tar::EntryType;

/// The folder that everything in the archive lies in.
const ROOT: &str = "loa-backup";
/// The list of entries, the last one itself.
const LIST: &str = "backup.json";
/// More is no list of ours.
const LIST_BYTES_MAX: u64 = 64 << 20;
const PATH_BYTES_MAX: u64 = 4_096;
/// A file up to here is read whole before it is written.
const HELD_BYTES_MAX: u64 = 64 << 20;
/// What is kept of a file's rights.
const MODE: u32 = 0o755;

/// One file of an archive, by its path below the home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub path: String,
    pub size: u64,
    pub blake3: String,
}

/// What the list of an archive says: of the whole, and of each entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents<T> {
    #[serde(flatten)]
    pub about: T,
    pub entries: Vec<Entry>,
}

/// What is wrong with an archive.
#[derive(Debug)]
pub enum ArchiveFault {
    /// The disk, in the system's words.
    Io(io::Error),
    /// No gzip, no tar, or cut off.
    Unreadable { detail: String },
    /// An entry that no backup holds: a link, a device, a path that leads elsewhere, or one the list does not name.
    Foreign { path: String },
    /// An entry that is not what the list says of it.
    Changed { path: String },
    /// The list names it, but it is not there.
    Missing { path: String },
    /// There is no list at the end.
    NoList,
    /// A file changed its length while it was read.
    Restless { path: String },
}

impl From<io::Error> for ArchiveFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Writes an archive, entry by entry.
pub struct Writer {
    tar: tar::Builder<GzEncoder<BufWriter<File>>>,
    entries: Vec<Entry>,
    modified: u64,
}

impl Writer {
    /// Begins an archive in an open, empty file; `modified` is the time its list carries, in seconds since 1970.
    #[must_use]
    pub fn new(file: File, modified: u64) -> Self {
        let gzip = GzEncoder::new(BufWriter::new(file), Compression::fast());
        Self { tar: tar::Builder::new(gzip), entries: Vec::new(), modified }
    }

    /// Adds an open file under its path below the home. One that is written to meanwhile goes in as it was found; one too
    /// large to be held in memory must keep its length.
    ///
    /// # Errors
    /// It could not be read or written, or is not as long any more as it was.
    pub fn add(&mut self, path: &str, file: &mut File) -> Result<(), ArchiveFault> {
        let metadata = file.metadata()?;
        let modified = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |since| since.as_secs());
        let mode = metadata.permissions().mode();
        let mut held = Vec::new();
        let (size, from): (u64, Box<dyn Read + '_>) = if metadata.len() <= HELD_BYTES_MAX {
            file.take(HELD_BYTES_MAX).read_to_end(&mut held)?;
            (held.len() as u64, Box::new(&*held))
        } else {
            (metadata.len(), Box::new(file.take(metadata.len())))
        };
        let mut content = Hashed { from, hasher: blake3::Hasher::new(), size: 0 };
        self.tar.append_data(&mut header(size, modified, mode), format!("{ROOT}/{path}"), &mut content)?;
        if content.size != size {
            return Err(ArchiveFault::Restless { path: path.to_owned() });
        }
        let blake3 = content.hasher.finalize().to_hex().to_string();
        self.entries.push(Entry { path: path.to_owned(), size, blake3 });
        Ok(())
    }

    /// Ends the archive with its list, on the disk.
    ///
    /// # Errors
    /// It could not be written.
    pub fn finish<T: Serialize>(mut self, about: T) -> Result<Contents<T>, ArchiveFault> {
        let contents = Contents { about, entries: self.entries };
        let json = serde_json::to_vec_pretty(&contents).map_err(io::Error::other)?;
        let mut header = header(json.len() as u64, self.modified, 0o644);
        self.tar.append_data(&mut header, format!("{ROOT}/{LIST}"), &*json)?;
        let buffered = self.tar.into_inner()?.finish()?;
        let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(contents)
    }
}

fn header(size: u64, modified: u64, mode: u32) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(mode & MODE);
    header.set_mtime(modified);
    header
}

/// Reads a whole archive and holds every entry against the list; nothing is written. What the disk still remembers of the
/// file is forgotten first, so that it is the disk that answers.
///
/// # Errors
/// The first thing that is not as it was written.
pub fn verify<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Contents<T>, ArchiveFault> {
    each(file, |_, _, content| io::copy(content, &mut io::sink()).map(|_| ()))
}

/// Reads an archive again and writes its entries below `folder`, which is empty.
///
/// # Errors
/// It is not as it was written, or the disk failed.
pub fn unpack<T: for<'a> Deserialize<'a>>(file: &Path, folder: &Path) -> Result<Contents<T>, ArchiveFault> {
    each(file, |path, mode, content| {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        let mut file = File::options().write(true).create_new(true).open(&target)?;
        io::copy(content, &mut file)?;
        file.set_permissions(Permissions::from_mode(0o600 | (mode & MODE)))?;
        file.sync_all()
    })
}

/// Hands every entry over, with its path below the home, and checks all of them against the list.
fn each<T: for<'a> Deserialize<'a>>(
    file: &Path,
    mut take: impl FnMut(&str, u32, &mut dyn Read) -> io::Result<()>,
) -> Result<Contents<T>, ArchiveFault> {
    let opened = File::open(file)?;
    let _ = rustix::fs::fadvise(&opened, 0, None, rustix::fs::Advice::DontNeed);
    let mut tar = tar::Archive::new(MultiGzDecoder::new(BufReader::new(opened)));
    let mut found: BTreeMap<String, Entry> = BTreeMap::new();
    let (mut list, mut long_name) = (None, None);
    // Raw: a name is read here, in bounds, whatever length its own header promises.
    for entry in tar.entries()?.raw(true) {
        let mut entry = entry.map_err(unreadable)?;
        if entry.header().entry_type() == EntryType::GNULongName {
            long_name = Some(read_at_most(&mut entry, PATH_BYTES_MAX)?);
            continue;
        }
        let path = own_path(&entry, long_name.take())?;
        if list.is_some() || found.contains_key(&path) {
            return Err(ArchiveFault::Foreign { path });
        }
        if path == LIST {
            list = Some(read_at_most(&mut entry, LIST_BYTES_MAX)?);
            continue;
        }
        let (size, mode) = (entry.size(), entry.header().mode().map_err(unreadable)?);
        let mut content = Hashed { from: &mut entry, hasher: blake3::Hasher::new(), size: 0 };
        take(&path, mode, &mut content).map_err(of_disk_or_archive)?;
        if content.size != size {
            return Err(ArchiveFault::Unreadable { detail: "it ends too early".to_owned() });
        }
        let blake3 = content.hasher.finalize().to_hex().to_string();
        found.insert(path.clone(), Entry { path, size, blake3 });
    }
    // The rest of the stream carries gzip's own check.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(of_disk_or_archive)?;
    held_against_list(&list.ok_or(ArchiveFault::NoList)?, &found)
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn unreadable(error: impl ToString) -> ArchiveFault {
    ArchiveFault::Unreadable { detail: error.to_string() }
}

/// What the system says is about a disk, what a decoder says about the archive.
fn of_disk_or_archive(error: io::Error) -> ArchiveFault {
    if error.raw_os_error().is_some() { ArchiveFault::Io(error) } else { unreadable(error) }
}

fn read_at_most(content: &mut impl Read, limit: u64) -> Result<Vec<u8>, ArchiveFault> {
    let mut bytes = Vec::new();
    content.take(limit + 1).read_to_end(&mut bytes).map_err(of_disk_or_archive)?;
    if bytes.len() as u64 > limit { Err(unreadable("more than any backup holds")) } else { Ok(bytes) }
}

/// The path of a regular file below the archive's folder.
fn own_path<R: Read>(entry: &tar::Entry<'_, R>, long_name: Option<Vec<u8>>) -> Result<String, ArchiveFault> {
    let mut name = long_name.unwrap_or_else(|| entry.header().path_bytes().into_owned());
    while name.last() == Some(&0) {
        name.pop();
    }
    let foreign = || ArchiveFault::Foreign { path: String::from_utf8_lossy(&name).into_owned() };
    let path = str::from_utf8(&name).ok().and_then(|name| name.strip_prefix(ROOT)?.strip_prefix('/'));
    let path = path.filter(|_| entry.header().entry_type() == EntryType::Regular).ok_or_else(foreign)?;
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\0');
    if path.split('/').all(plain) { Ok(path.to_owned()) } else { Err(foreign()) }
}

fn held_against_list<T: for<'a> Deserialize<'a>>(
    json: &[u8],
    found: &BTreeMap<String, Entry>,
) -> Result<Contents<T>, ArchiveFault> {
    let contents: Contents<T> = serde_json::from_slice(json).map_err(unreadable)?;
    for told in &contents.entries {
        match found.get(&told.path) {
            None => return Err(ArchiveFault::Missing { path: told.path.clone() }),
            Some(entry) if entry != told => return Err(ArchiveFault::Changed { path: told.path.clone() }),
            Some(_) => {}
        }
    }
    let told: HashSet<&str> = contents.entries.iter().map(|entry| entry.path.as_str()).collect();
    match found.keys().find(|path| !told.contains(path.as_str())) {
        Some(path) => Err(ArchiveFault::Foreign { path: path.clone() }),
        None => Ok(contents),
    }
}

/// What passes through is hashed and counted.
struct Hashed<R> {
    from: R,
    hasher: blake3::Hasher,
    size: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(block)?;
        self.hasher.update(&block[..count]);
        self.size += count as u64;
        Ok(count)
    }
}
