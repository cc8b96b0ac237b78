//! Taking a piece off the shelf to go on the air: the very content that was planned, or none; or a relay, tuned in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::equipment::decoder::Broadcast;
use crate::equipment::receiver::{Bytes, Patience, Relay};
use crate::equipment::{Live, Pcm, folder};
use crate::library::{CartPath, ContentHash, Defect, Found, FoundState, Kind, Level};
use crate::rundown::{Piece, Why};
use crate::station::vouched::{Copies, unreadable};
use crate::time::Frames;

/// What the paths of alerts begin with.
pub const ALERTS: &str = "alerts/";

/// Where the sound of a piece comes from.
pub trait Shelf {
    /// Opens a piece for playing.
    ///
    /// # Errors
    /// It is not there, not the content that was planned, or cannot be decoded.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why>;
}

/// The sound of a piece without its first frames, for one that goes on where it was interrupted. What is live has gone
/// on meanwhile: nothing of it is left out.
#[must_use]
pub fn skipping(pcm: Box<dyn Pcm>, from: Frames) -> Box<dyn Pcm> {
    if from.is_zero() || pcm.live().is_some() {
        pcm
    } else {
        Box::new(Skipping { pcm, left: from.0.saturating_mul(2) })
    }
}

struct Skipping {
    pcm: Box<dyn Pcm>,
    /// Samples still to be passed over.
    left: u64,
}

impl Pcm for Skipping {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        while self.left > 0 {
            let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(block.len());
            let count = self.pcm.read(&mut block[..wanted])?;
            if count == 0 {
                return Ok(0);
            }
            self.left -= count as u64;
        }
        self.pcm.read(block)
    }
}

/// The audio folder, and the network for relays.
#[derive(Debug)]
pub struct AudioShelf {
    audio: PathBuf,
    /// Where copies of alerts lie.
    alerts: PathBuf,
    /// What a relay, which nobody could measure before, is brought to while it plays.
    loudness: Level,
    copies: Copies,
}

impl Shelf for AudioShelf {
    /// The bytes that are hashed are the bytes that air: whatever is done to the file since it was planned or while it
    /// plays, nothing unapproved goes out.
    ///
    /// A relay is tuned in at once, whatever comes of it: it may be minutes before it is due.
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why> {
        if let Some(address) = &piece.address {
            return Ok(Box::new(Relay::tune(address, join, self.loudness, Patience::default())));
        }
        let file = self.find(piece).ok_or(Why::Missing)?;
        let opened = folder::open(&file).map_err(|error| Why::Unplayable(unreadable(&error)))?;
        let planned = piece.hash.as_ref().ok_or(Why::Changed)?;
        self.copies.play(opened, planned, piece.path.as_str())
    }
}

impl AudioShelf {
    #[must_use]
    pub fn new(audio: PathBuf, alerts: PathBuf, loudness: Level) -> Self {
        Self { audio, alerts, loudness, copies: Copies::default() }
    }

    fn find(&self, piece: &Piece) -> Option<PathBuf> {
        match piece.path.as_str().strip_prefix(ALERTS) {
            Some(name) if piece.kind == Kind::Alert => Some(self.alerts.join(name)),
            _ => folder::spelled(&self.audio, piece.path.as_str()),
        }
    }
}

/// How a relay's bytes become sound.
fn join(bytes: Bytes, content: &str, live: &Arc<Live>) -> Result<Box<dyn Pcm>, Defect> {
    Ok(Box::new(Broadcast::join(bytes, content, live)?))
}

/// For simulations: names and contents without sound. Copies hold the same.
#[derive(Clone, Debug, Default)]
pub struct SimulatedShelf(Rc<RefCell<HashMap<CartPath, ContentHash>>>);

impl SimulatedShelf {
    /// A shelf with these files.
    #[must_use]
    pub fn holding(found: &[Found]) -> Self {
        let shelf = Self::default();
        shelf.change(found);
        shelf
    }

    /// Other files lie there from now on.
    pub fn change(&self, found: &[Found]) {
        let content = |file: &Found| match &file.state {
            FoundState::Read { hash, .. } => Some((file.path.clone(), hash.clone())),
            _ => None,
        };
        *self.0.borrow_mut() = found.iter().filter_map(content).collect();
    }
}

struct Nothing;

impl Pcm for Nothing {
    fn read(&mut self, _block: &mut [f32]) -> Result<usize, Defect> {
        Ok(0)
    }
}

impl Shelf for SimulatedShelf {
    fn take(&self, piece: &Piece) -> Result<Box<dyn Pcm>, Why> {
        let is_file = piece.address.is_none() && piece.kind != Kind::Alert;
        match self.0.borrow().get(&piece.path) {
            None if is_file => Err(Why::Missing),
            Some(hash) if is_file && Some(hash) != piece.hash.as_ref() => Err(Why::Changed),
            _ => Ok(Box::new(Nothing)),
        }
    }
}
