//! One cue as a source of samples for the sound thread, and the thread that decodes ahead of it.
//!
//! The sound thread only ever empties a ring. If the ring is empty in the middle of a cue it plays silence and counts
//! it; the cue loses no frame, it comes later.

use std::num::{NonZeroU16, NonZeroU32};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rodio::Source;
use rtrb::{Consumer, Producer, RingBuffer};

use crate::equipment::sound::air::{Air, since_1970};
use crate::equipment::sound::sequence::{Counted, Progress};
use crate::equipment::sound::stream::{HOUSE, STEREO};
use crate::equipment::sound::{Cue, Start};
use crate::library::Defect;
use crate::time::RATE;

/// Frames decoded ahead: 3 s, for a disk that sleeps.
const RING_FRAMES: usize = 3 * RATE as usize;
/// Samples decoded at a time.
const BLOCK: usize = 8_192;
/// How long the decoder sleeps when the ring is full.
const NAP: Duration = Duration::from_millis(150);
/// Samples the sound thread takes out of the ring at a time.
const SIP: usize = 512;
const NONE: u64 = u64::MAX;

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
    /// Written by the decoder before `decoded`, read by the loop: the sound thread never touches it.
    defect: Mutex<Option<Defect>>,
}

impl Counted for Arc<Counts> {
    fn progress(&self) -> Progress {
        let over = self.over.load(Acquire);
        Progress {
            first: Some(self.first.load(Relaxed)).filter(|first| *first != NONE),
            handed: self.handed.load(Relaxed),
            last: self.last.load(Relaxed),
            over,
            defect: over.then(|| self.defect.lock().unwrap_or_else(PoisonError::into_inner).clone()).flatten(),
        }
    }
}

/// A cue in the hands of the sound thread.
pub struct Item {
    air: Arc<Air>,
    counts: Arc<Counts>,
    epoch: u64,
    /// Not before this instant; none once it has begun.
    begins: Option<i64>,
    ring: Consumer<f32>,
    sip: [f32; SIP],
    filled: usize,
    next: usize,
    right: Option<f32>,
}

/// Starts decoding `cue` ahead and makes the source that plays it.
#[must_use]
pub fn start(cue: Cue, air: &Arc<Air>) -> (Item, Arc<Counts>) {
    let (producer, ring) = RingBuffer::new(RING_FRAMES * 2);
    let begins = match cue.start {
        Start::At(instant) => since_1970(instant),
        Start::Following => i64::MIN,
    };
    let item = Item::new(air, begins, ring);
    let counts = Arc::clone(&item.counts);
    let told = Arc::clone(&counts);
    let decoder = thread::Builder::new().name("decoder".to_owned()).spawn(move || decode_ahead(cue, producer, &told));
    if let Err(error) = decoder {
        finish(&counts, Some(Defect::Unreadable { detail: error.to_string() }));
    }
    (item, counts)
}

/// Fills the ring from the cue's file until either ends. Gain is applied and full scale is held here.
fn decode_ahead(mut cue: Cue, mut ring: Producer<f32>, counts: &Counts) {
    let outcome = catch_unwind(AssertUnwindSafe(|| fill(&mut cue, &mut ring)));
    let broken = || Defect::Broken { detail: "the decoder failed on it".to_owned() };
    finish(counts, outcome.unwrap_or_else(|_| Err(broken())).err());
}

fn finish(counts: &Counts, defect: Option<Defect>) {
    *counts.defect.lock().unwrap_or_else(PoisonError::into_inner) = defect;
    counts.decoded.store(true, Release);
}

fn fill(cue: &mut Cue, ring: &mut Producer<f32>) -> Result<(), Defect> {
    let mut block = vec![0.0; BLOCK];
    let mut left = usize::try_from(cue.length.0).unwrap_or(usize::MAX).saturating_mul(2);
    while left > 0 {
        let wanted = BLOCK.min(left);
        let count = cue.pcm.read(&mut block[..wanted])?;
        for sample in &mut block[..count] {
            *sample = (*sample * cue.gain).clamp(-1.0, 1.0);
        }
        if !pour(&block[..count], ring) || count < wanted {
            break;
        }
        left -= count;
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
    fn new(air: &Arc<Air>, begins: i64, ring: Consumer<f32>) -> Self {
        let counts = Counts {
            first: AtomicU64::new(NONE),
            handed: AtomicU64::new(0),
            last: AtomicU64::new(0),
            over: AtomicBool::new(false),
            decoded: AtomicBool::new(false),
            defect: Mutex::new(None),
        };
        Self {
            air: Arc::clone(air),
            counts: Arc::new(counts),
            epoch: air.epoch.load(Acquire),
            begins: Some(begins),
            ring,
            sip: [0.0; SIP],
            filled: 0,
            next: 0,
            right: None,
        }
    }

    /// The next frame, silence while it waits or starves; none when it is over.
    fn frame(&mut self) -> Option<[f32; 2]> {
        if self.air.epoch.load(Relaxed) != self.epoch {
            return None;
        }
        let frame = self.air.frame.load(Relaxed);
        if let Some(instant) = self.begins {
            if instant != i64::MIN && !self.air.is_due(frame, instant) {
                return Some([0.0; 2]);
            }
            self.begins = None;
        }
        if self.next == self.filled && !self.refill() {
            if self.counts.decoded.load(Acquire) && self.ring.slots() < 2 {
                return None;
            }
            self.air.starved.fetch_add(1, Relaxed);
            return Some([0.0; 2]);
        }
        let sound = [self.sip[self.next], self.sip[self.next + 1]];
        self.next += 2;
        self.note(frame);
        Some(sound)
    }

    fn note(&self, frame: u64) {
        if self.counts.first.load(Relaxed) == NONE {
            self.counts.first.store(frame, Relaxed);
        }
        self.counts.handed.fetch_add(1, Relaxed);
        self.counts.last.store(frame + 1, Relaxed);
    }

    /// Takes the next whole frames out of the ring; false if there are none yet.
    fn refill(&mut self) -> bool {
        let count = self.ring.slots().min(SIP) & !1;
        self.next = 0;
        self.filled = self.ring.pop_partial_slice(&mut self.sip[..count]).0.len();
        self.filled > 0
    }
}

impl Iterator for Item {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if let Some(right) = self.right.take() {
            return Some(right);
        }
        let [left, right] = self.frame()?;
        self.right = Some(right);
        Some(left)
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.counts.over.store(true, Release);
    }
}

impl Source for Item {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> NonZeroU16 {
        STEREO
    }

    fn sample_rate(&self) -> NonZeroU32 {
        HOUSE
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
impl Item {
    /// An item whose ring a test fills.
    pub fn starved(air: &Arc<Air>) -> (Self, Arc<Counts>, Producer<f32>) {
        let (producer, ring) = RingBuffer::new(1_000);
        let item = Self::new(air, i64::MIN, ring);
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
