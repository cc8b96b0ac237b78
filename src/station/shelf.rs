//! Taking a file off the shelf to go on the air: the very content that was planned, or none.

use std::path::PathBuf;

use crate::equipment::decoder::Reader;
use crate::equipment::{Pcm, folder};
use crate::library::Defect;
use crate::rundown::Piece;
use crate::station::ingest::hash_file;

/// Where the sound of a piece comes from.
pub trait Shelf {
    /// Opens a piece for playing.
    ///
    /// # Errors
    /// It is not there, not the content that was planned, or cannot be decoded.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Defect>;
}

/// The audio folder.
#[derive(Clone, Debug)]
pub struct AudioShelf {
    pub audio: PathBuf,
}

impl Shelf for AudioShelf {
    /// The file is hashed once more: whatever was done to it since it was planned, nothing unapproved airs.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Defect> {
        let file = self.audio.join(piece.path.as_str());
        if Some(hash_file(&file)?) != piece.hash {
            return Err(Defect::Broken { detail: "its content has changed since it was planned".to_owned() });
        }
        let opened = folder::open(&file).map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
        Ok(Box::new(Reader::new(opened, piece.path.as_str())?))
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
    fn take(&self, _piece: &Piece) -> Result<Box<dyn Pcm>, Defect> {
        Ok(Box::new(Nothing))
    }
}
