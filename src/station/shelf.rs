//! Taking a file off the shelf to go on the air: the very content that was planned, or none.

use std::io::Seek as _;
use std::path::PathBuf;

use crate::equipment::decoder::Reader;
use crate::equipment::{Pcm, folder};
use crate::library::Defect;
use crate::rundown::{Piece, Why};
use crate::station::ingest::hash_of;

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
    /// The file is hashed once more, and decoded from the same handle: whatever was done to it since it was planned,
    /// nothing unapproved airs.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why> {
        let file = folder::spelled(&self.audio, piece.path.as_str()).ok_or(Why::Missing)?;
        let unreadable = |error: std::io::Error| Why::Unplayable(Defect::Unreadable { detail: error.to_string() });
        let mut opened = folder::open(&file).map_err(unreadable)?;
        if Some(hash_of(&mut opened).map_err(Why::Unplayable)?) != piece.hash {
            return Err(Why::Changed);
        }
        opened.rewind().map_err(unreadable)?;
        Ok(Box::new(Reader::new(opened, piece.path.as_str()).map_err(Why::Unplayable)?))
    }
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
