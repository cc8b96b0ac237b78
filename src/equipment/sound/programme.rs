//! One cue as blocks of samples for the sound thread, and the thread that decodes ahead of it.
//!
//! The sound thread only ever empties a ring. If the ring is empty in the middle of a cue it plays silence and counts
//! it; the cue loses no frame, it comes later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::equipment::sound::air::{Air, since_1970};
use crate::equipment::sound::sequence::{Counted, Progress};
use crate::equipment::sound::{Cue, Start};
use crate::library::Defect;
use crate::time::{Frames, RATE};

/// Frames decoded ahead: 4 s, of which 2 are in hand at any time, for a disk that sleeps.
const RING_FRAMES: usize = 4 * RATE as usize;
/// Samples decoded at a time: few enough to stay near the processor from the decoder to the ring.
const BLOCK: usize = 2_048;
/// Samples with which a cue can begin: more than any device's buffer takes at once, half a second.
const PRIMED: usize = RATE as usize;
/// How long the decoder sleeps when the ring is full.
const NAP: Duration = Duration::from_secs(2);
/// What stands for a first frame that has not come, and for one that never will.
const NONE: u64 = u64::MAX;
const WITHDRAWN: u64 = u64::MAX - 1;

/// What is counted of one cue while it plays.
#[derive(Debug)]
pub struct Counts {
    first: AtomicU64,
    handed: AtomicU64,
    last: AtomicU64,
    /// The source has ended, or was thrown away.
    over: AtomicBool,
    /// The decoder has put its last sample into the ring.
    decoded: AtomicBool,
    /// The ring holds enough to begin with.
    primed: AtomicBool,
    /// Written by the decoder before `decoded`, read by the loop: the sound thread never touches it.
    defect: Mutex<Option<Defect>>,
}

impl Counted for Arc<Counts> {
    fn is_primed(&self) -> bool {
        self.primed.load(Relaxed) || self.decoded.load(Relaxed)
    }

    fn withdraw(&self) -> bool {
        self.first.compare_exchange(NONE, WITHDRAWN, Relaxed, Relaxed).is_ok()
    }

    fn progress(&self) -> Progress {
        let over = self.over.load(Acquire);
        Progress {
            first: Some(self.first.load(Relaxed)).filter(|first| *first < WITHDRAWN),
            handed: self.handed.load(Relaxed),
            last: self.last.load(Relaxed),
            over,
            defect: over.then(|| self.defect.lock().unwrap_or_else(PoisonError::into_inner).clone()).flatten(),
        }
    }
}

/// A cue in the hands of the sound thread.
pub struct Item {
    counts: Arc<Counts>,
    epoch: u64,
    /// Not before this instant; none once it has begun.
    begins: Option<i64>,
    length: Frames,
    ring: Consumer<f32>,
}

/// Why an item gave no more samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poured {
    /// There was no more room.
    Full,
    /// The decoder is late.
    Starved,
    /// It has come to its end.
    Over,
}

/// Starts decoding `cue` ahead and makes the item that plays it, in `epoch`.
#[must_use]
pub fn start(cue: Cue, epoch: u64) -> (Item, Arc<Counts>) {
    let (producer, ring) = RingBuffer::new(RING_FRAMES * 2);
    let begins = match cue.start {
        Start::At(instant) => Some(since_1970(instant)),
        Start::Following => None,
    };
    let item = Item::new(epoch, begins, cue.length, ring);
    let counts = Arc::clone(&item.counts);
    let told = Arc::clone(&counts);
    let decoder = thread::Builder::new().name("decoder".to_owned()).spawn(move || decode_ahead(cue, producer, &told));
    if let Err(error) = decoder {
        finish(&counts, Some(Defect::Unreadable { detail: error.to_string() }));
    }
    (item, counts)
}

/// Fills the ring from the cue's file until either ends. Gain is applied and the ceiling is held here.
fn decode_ahead(mut cue: Cue, mut ring: Producer<f32>, counts: &Counts) {
    let outcome = catch_unwind(AssertUnwindSafe(|| fill(&mut cue, &mut ring, counts)));
    let broken = || Defect::Broken { detail: "the decoder failed on it".to_owned() };
    if let Some(meter) = cue.meter.take() {
        meter.finish();
    }
    finish(counts, outcome.unwrap_or_else(|_| Err(broken())).err());
}

fn finish(counts: &Counts, defect: Option<Defect>) {
    *counts.defect.lock().unwrap_or_else(PoisonError::into_inner) = defect;
    counts.decoded.store(true, Release);
}

fn fill(cue: &mut Cue, ring: &mut Producer<f32>, counts: &Counts) -> Result<(), Defect> {
    let mut block = vec![0.0; BLOCK];
    let mut poured = 0;
    let mut left = usize::try_from(cue.length.0).unwrap_or(usize::MAX).saturating_mul(2);
    while left > 0 {
        let wanted = BLOCK.min(left);
        let count = cue.pcm.read(&mut block[..wanted])?;
        for sample in &mut block[..count] {
            *sample = (*sample * cue.gain).clamp(-cue.ceiling, cue.ceiling);
        }
        if let Some(meter) = &mut cue.meter {
            meter.push(&block[..count]);
        }
        // Less than was asked for is the end, or what was good before a defect, which the next call tells.
        if count == 0 || !pour(&block[..count], ring) {
            break;
        }
        left -= count;
        poured += count;
        if poured >= PRIMED {
            counts.primed.store(true, Relaxed);
        }
    }
    Ok(())
}

/// Puts a block into the ring, napping while that is full; false if nobody will ever empty it.
fn pour(mut block: &[f32], ring: &mut Producer<f32>) -> bool {
    while !block.is_empty() {
        if ring.is_abandoned() {
            return false;
        }
        let (poured, rest) = ring.push_partial_slice(block);
        block = rest;
        if poured.is_empty() {
            thread::park_timeout(NAP);
        }
    }
    true
}

impl Item {
    fn new(epoch: u64, begins: Option<i64>, length: Frames, ring: Consumer<f32>) -> Self {
        let counts = Counts {
            first: AtomicU64::new(NONE),
            handed: AtomicU64::new(0),
            last: AtomicU64::new(0),
            over: AtomicBool::new(false),
            decoded: AtomicBool::new(false),
            primed: AtomicBool::new(false),
            defect: Mutex::new(None),
        };
        Self { counts: Arc::new(counts), epoch, begins, length, ring }
    }

    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether it may not begin any more.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.counts.first.load(Relaxed) == WITHDRAWN
    }

    /// The frame from which on it may sound; none while the stream's clock is unknown.
    #[must_use]
    pub fn due(&self, air: &Air) -> Option<u64> {
        match self.begins {
            None => Some(0),
            Some(instant) => air.frame_of(instant),
        }
    }

    /// Its frames that are still to come, if its file holds as many as it was said to.
    #[must_use]
    pub fn left(&self) -> Frames {
        self.length.saturating_sub(Frames(self.counts.handed.load(Relaxed)))
    }

    /// Pours whole frames into `block`, whose first frame is the stream's `frame`; returns how many samples, and why
    /// not more.
    pub fn pour(&mut self, block: &mut [f32], frame: u64) -> (usize, Poured) {
        self.begins = None;
        // Asked before the ring is emptied: what was decoded by then is in it.
        let decoded = self.counts.decoded.load(Acquire);
        let count = self.ring.slots().min(block.len()) & !1;
        if count > 0 && !self.may_sound(frame) {
            return (0, Poured::Over);
        }
        let count = self.ring.pop_partial_slice(&mut block[..count]).0.len();
        self.note(frame, count as u64 / 2);
        let more = match (count == block.len(), decoded) {
            (true, _) => Poured::Full,
            (false, true) => Poured::Over,
            (false, false) => Poured::Starved,
        };
        (count, more)
    }

    /// Notes where it begins, unless it was withdrawn a moment ago.
    fn may_sound(&self, frame: u64) -> bool {
        self.counts.first.compare_exchange(NONE, frame, Relaxed, Relaxed) != Err(WITHDRAWN)
    }

    fn note(&self, frame: u64, frames: u64) {
        if frames == 0 {
            return;
        }
        self.counts.handed.fetch_add(frames, Relaxed);
        self.counts.last.store(frame + frames, Relaxed);
    }

    /// Nothing of it will follow.
    pub fn end(&self) {
        self.counts.over.store(true, Release);
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
impl Item {
    /// An item whose ring a test fills.
    pub fn starved() -> (Self, Arc<Counts>, Producer<f32>) {
        let (producer, ring) = RingBuffer::new(1_000);
        let item = Self::new(0, None, Frames::from_secs(1), ring);
        let counts = Arc::clone(&item.counts);
        (item, counts, producer)
    }

    /// Waits for the decoder's thread, so that a test does not depend on its speed.
    pub fn wait_until_decoded(&self) {
        while !self.counts.decoded.load(Acquire) {
            thread::yield_now();
        }
    }
}
