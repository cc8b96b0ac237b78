//! The archive: the sound that aired, kept for inspectors by its content, once however often it airs.
//!
//! A file goes in when it begins to air, on a thread of its own: neither the programme nor the log waits for it. Its name
//! holds the hash of its content, which each row of the log names; its date is when it aired last. It goes when it has not
//! aired for the time that station.yaml says. Copies of emergencies lie in `data/alerts` anyway and go by the same rule.
//! A relay leaves no file.

mod shelves;

use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::{io, mem, thread};

use jiff::{SignedDuration, Timestamp};

use crate::airtime::{ClockState, FORWARD_MAX};
use crate::equipment::folder;
use crate::library::{CartPath, ContentHash};
use crate::rundown::Piece;
use crate::station::archive::shelves::Shelves;
use crate::station::home::Home;
use crate::station::ingest::hash_of;
use crate::time::Frames;
use crate::words::Notice;

pub use shelves::find;

/// How often it is looked for what has been kept long enough.
const TIDY_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// A file has begun to air.
#[derive(Clone, Debug)]
pub struct Aired {
    pub path: CartPath,
    pub hash: ContentHash,
    pub at: Timestamp,
    /// What time it is at least: nothing is deleted by a clock that may be ahead.
    pub surely: Timestamp,
    /// How long it is kept; none if nothing is.
    pub keep: Option<Frames>,
}

impl Aired {
    /// What there is to keep of a piece; nothing of a relay.
    #[must_use]
    pub fn of(piece: &Piece, at: Timestamp, clock: ClockState, keep: Option<Frames>) -> Option<Self> {
        let hash = piece.hash.clone().filter(|_| piece.address.is_none())?;
        let ahead = if clock == ClockState::Synced { SignedDuration::ZERO } else { FORWARD_MAX };
        Some(Self { path: piece.path.clone(), hash, at, surely: at.checked_sub(ahead).unwrap_or(at), keep })
    }
}

/// Opens the archive of a home on a thread of its own, which lives as long as what is returned. `tell` is given what people
/// should know; false from there means that nobody listens any more.
///
/// # Errors
/// The system has no thread left.
pub fn open(home: &Home, tell: impl Fn(Notice) -> bool + Send + 'static) -> io::Result<Sender<Aired>> {
    let (aired, airings) = mpsc::channel::<Aired>();
    let mut shelves = Shelves::of(home);
    thread::Builder::new().name("archive".to_owned()).spawn(move || {
        let mut tidied = None::<Timestamp>;
        // What is short stays short for many files: said once, until it goes well again.
        let mut said = None;
        for aired in airings {
            let why = shelves.keep(&aired).err();
            let is_news = said != why.as_ref().map(mem::discriminant);
            said = why.as_ref().map(mem::discriminant);
            if let (Some(why), true) = (why, is_news) {
                let path = aired.path.to_string();
                if !tell(Notice::NotArchived { path, why }) {
                    return;
                }
            }
            if tidied.is_none_or(|last| aired.at.duration_since(last).abs() >= TIDY_EVERY) {
                tidied = Some(aired.at);
                shelves.tidy(aired.surely, aired.keep);
            }
        }
    })?;
    Ok(aired)
}

/// Whether a file still is what aired.
fn holds(file: &Path, hash: &ContentHash) -> bool {
    folder::open(file).is_ok_and(|mut opened| hash_of(&mut opened).as_ref() == Ok(hash))
}
