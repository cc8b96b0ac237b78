//! Taking a file off the shelf to go on the air: the very content that was planned, or none.

use std::fs::File;
use std::io::{self, Seek as _};
use std::path::PathBuf;

use crate::equipment::decoder::Reader;
use crate::equipment::{Pcm, folder};
use crate::library::Defect;
use crate::rundown::{Piece, Why};
use crate::station::ingest::hash_of;

/// An hour of mp3; four files are lined up at most.
const COPY_BYTES_MAX: u64 = 64 << 20;

/// Where the sound of a piece comes from.
pub trait Shelf {
    /// Opens a piece for playing.
    ///
    /// # Errors
    /// It is not there, not the content that was planned, or cannot be decoded.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why>;
}

/// The audio folder.
#[derive(Clone, Debug)]
pub struct AudioShelf {
    pub audio: PathBuf,
}

impl Shelf for AudioShelf {
    /// The bytes that are hashed are the bytes that air: whatever is done to the file since it was planned or while it
    /// plays, nothing unapproved goes out.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why> {
        let file = folder::spelled(&self.audio, piece.path.as_str()).ok_or(Why::Missing)?;
        let unreadable = |error: io::Error| Why::Unplayable(Defect::Unreadable { detail: error.to_string() });
        let mut opened = folder::open(&file).and_then(copy_of_own).map_err(unreadable)?;
        if Some(hash_of(&mut opened).map_err(Why::Unplayable)?) != piece.hash {
            return Err(Why::Changed);
        }
        opened.rewind().map_err(unreadable)?;
        Ok(Box::new(Reader::new(opened, piece.path.as_str()).map_err(Why::Unplayable)?))
    }
}

/// The file's content in memory of our own, where nobody else can write; a file too large for that stays where it is.
fn copy_of_own(mut opened: File) -> io::Result<File> {
    if opened.metadata()?.len() > COPY_BYTES_MAX {
        return Ok(opened);
    }
    let mut copy = File::from(rustix::fs::memfd_create("loa", rustix::fs::MemfdFlags::CLOEXEC)?);
    io::copy(&mut opened, &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

/// For simulations: every piece is there, and nobody listens.
#[derive(Clone, Copy, Debug)]
pub struct EmptyShelf;

struct Nothing;

impl Pcm for Nothing {
    fn read(&mut self, _block: &mut [f32]) -> Result<usize, Defect> {
        Ok(0)
    }
}

impl Shelf for EmptyShelf {
    fn take(&self, _piece: &Piece) -> Result<Box<dyn Pcm>, Why> {
        Ok(Box::new(Nothing))
    }
}
