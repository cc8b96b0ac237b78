//! What an import tells: of each file, of why it stopped, and of the ministry set as it lies there afterwards.

use std::io;
use std::path::PathBuf;

use crate::equipment::folder;
use crate::library::{ContentHash, Refusal, Trust};
use crate::station::home::Home;
use crate::time::Frames;
use crate::written::Problem;

/// What came of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Imported,
    Replaced,
    /// It was there already, byte by byte.
    Same,
    Refused(Refusal),
}

/// One file of the source, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// Below the source.
    pub source: String,
    /// Below `audio/`; empty for one that cannot be kept under any name.
    pub path: String,
    pub what: What,
    pub hash: Option<ContentHash>,
    pub length: Option<Frames>,
    pub sidecar: Option<What>,
    /// The mistakes in its sidecar.
    pub problems: Vec<Problem>,
}

/// Why nothing more is taken over.
#[derive(Debug)]
pub enum Stopped {
    /// The stick was pulled, the share is gone.
    Gone {
        detail: String,
    },
    /// Another import is at work.
    Busy,
    Full {
        needed: u64,
        free: u64,
    },
    Unwritable {
        file: PathBuf,
        error: io::Error,
    },
    /// The manifest has mistakes, or nobody who is trusted vouches for it.
    Manifest(Vec<Problem>),
    /// The folder holds a ministry set, but bulletins were asked for.
    IsMinistry,
    /// There is no sound file in it.
    Nothing,
}

/// A file that is not taken over.
pub fn refused(source: String, path: String, refusal: Refusal) -> Arrived {
    let what = What::Refused(refusal);
    Arrived { source, path, what, hash: None, length: None, sidecar: None, problems: Vec::new() }
}

/// The ministry set as it lies in the home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetNow {
    pub expected: u32,
    pub present: usize,
    /// Those the manifest names that are not there.
    pub missing: Vec<String>,
}

/// Counts the ministry set.
#[must_use]
pub fn set_now(home: &Home, trust: &Trust) -> SetNow {
    let manifest = home.manifest(trust).unwrap_or_default();
    let audio = home.audio();
    let seen = folder::scan(&audio).unwrap_or_default();
    let present = seen.files.iter().filter(|seen| seen.file.starts_with("ministry")).count();
    let is_missing = |path: &&str| folder::spelled(&audio, path).is_none();
    let missing = manifest.items.iter().map(|item| item.path.as_str()).filter(is_missing).map(str::to_owned).collect();
    SetNow { expected: manifest.expected, present, missing }
}
