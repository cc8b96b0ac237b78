//! The equipment: everything that touches the world, one file a device.
//!
//! Each file holds a trait or a type, the real thing and, where the station is simulated, the simulated thing. No
//! piece of equipment knows another; the station plugs them together. What passes between two of them is defined here.

pub mod archive;
pub mod cache;
pub mod capture;
pub mod clock;
pub mod command;
pub mod decoder;
pub mod documents;
pub mod folder;
pub mod intake;
pub mod journal;
mod live;
pub mod machine;
pub mod mixer;
mod owner;
pub mod quarantine;
pub mod receiver;
pub mod service;
pub mod sound;
mod station_time;
pub mod store;

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

pub use live::{Live, News};
pub use owner::Owner;
pub use station_time::StationTime;

use crate::library::Defect;

/// Sound as it leaves a decoder: interleaved stereo at the house rate, full scale at 1.0, before any gain.
///
/// Mono files come with both channels alike; more than two channels come mixed down.
pub trait Pcm: Send {
    /// Fills `block` from its beginning and returns how many *samples* (two per frame, always whole frames) were
    /// written. Less than asked for only at the end of the file, then 0.
    ///
    /// # Errors
    /// The file broke here; everything returned before was good.
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect>;

    /// What a live source tells besides its sound; none for a file.
    ///
    /// Live sound is there only now. Whoever plays it begins to read it shortly before its first frame is due, not when
    /// it is lined up: what is read early is old when it goes out.
    fn live(&self) -> Option<Arc<Live>> {
        None
    }
}

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub size: u64,
    pub modified_ns: i64,
    /// Of its last change in any way, which no copying program can date back.
    pub changed_ns: i64,
    pub inode: i64,
}

impl Stamp {
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let nanos = |secs: i64, nanos: i64| secs.saturating_mul(1_000_000_000).saturating_add(nanos);
        let modified_ns = nanos(metadata.mtime(), metadata.mtime_nsec());
        let changed_ns = nanos(metadata.ctime(), metadata.ctime_nsec());
        Self { size: metadata.size(), modified_ns, changed_ns, inode: metadata.ino().cast_signed() }
    }
}
