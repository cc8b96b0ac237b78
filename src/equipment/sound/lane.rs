//! One zone's way through an open stream: the cues handed to the sound thread, played block by block, and the ends that
//! are ordered of them.
//!
//! The sound thread only copies out of rings that others filled; it allocates nothing and waits for nothing. What is
//! over goes back through a ring as well, so that it frees nothing either.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use jiff::Timestamp;
use rtrb::{Consumer, Producer, PushError, RingBuffer};

use crate::equipment::sound::air::{Air, UNKNOWN, since_1970};
use crate::equipment::sound::fade::{self, RAMP};
use crate::equipment::sound::programme::{Item, Poured};

/// Items on their way to the sound thread, and back: more than are ever lined up.
const ITEMS: usize = 16;

/// What the station's loop orders of a lane, and is told of it. Frames are the stream's.
#[derive(Debug)]
pub struct Lane {
    /// Items of an older epoch are forgotten: each cut or hard end that was carried out began a new one.
    epoch: AtomicU64,
    /// The frame on which the present epoch began.
    epoch_frame: AtomicU64,
    /// The epoch that an ordered cut is to begin.
    cut_to: AtomicU64,
    /// Since 1970, when silence must fall; [`UNKNOWN`] for never.
    silence_at: AtomicI64,
    /// Frames of silence played because the decoder was late.
    pub starved: AtomicU64,
}

impl Lane {
    /// A lane, the sound thread's end of it, and the way to hand items over.
    #[must_use]
    pub fn new() -> (Arc<Self>, Feed, Hand) {
        let lane = Arc::new(Self {
            epoch: AtomicU64::new(0),
            epoch_frame: AtomicU64::new(0),
            cut_to: AtomicU64::new(0),
            silence_at: AtomicI64::new(UNKNOWN),
            starved: AtomicU64::new(0),
        });
        let ((items, arriving), (gone, returned)) = (RingBuffer::new(ITEMS), RingBuffer::new(2 * ITEMS));
        let waiting = VecDeque::with_capacity(2 * ITEMS);
        let feed = Feed { lane: Arc::clone(&lane), arriving, waiting, gone, end: None };
        (lane, feed, Hand { items, returned })
    }

    /// The epoch that has begun.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Acquire)
    }

    /// The frame on which it began.
    #[must_use]
    pub fn epoch_frame(&self) -> u64 {
        self.epoch_frame.load(Relaxed)
    }

    /// The epoch of what is lined up from now on: the one after all cuts ordered so far.
    #[must_use]
    pub fn epoch_ahead(&self) -> u64 {
        self.epoch().max(self.cut_to.load(Relaxed))
    }

    /// Orders silence as soon as can be, for all that was lined up so far; returns the epoch that begins with it.
    pub fn cut(&self) -> u64 {
        let epoch = self.epoch_ahead() + 1;
        self.cut_to.store(epoch, Release);
        epoch
    }

    /// Orders silence from an instant on, or no more.
    pub fn set_silence(&self, instant: Option<Timestamp>) {
        self.silence_at.store(instant.map_or(UNKNOWN, since_1970), Relaxed);
    }

    /// The instant of silence, where one is ordered and has not come yet, in nanoseconds since 1970.
    fn silence(&self) -> Option<i64> {
        Some(self.silence_at.load(Relaxed)).filter(|instant| *instant != UNKNOWN)
    }

    fn begin_epoch(&self, epoch: u64, frame: u64) {
        self.epoch_frame.store(frame, Relaxed);
        self.epoch.store(epoch, Release);
    }
}

/// The station's end: hands items over and takes back what is over.
pub struct Hand {
    items: Producer<Item>,
    returned: Consumer<Item>,
}

impl Hand {
    /// Hands one item over. More than fit are never lined up.
    pub fn over(&mut self, item: Item) {
        while self.returned.pop().is_ok() {}
        let _ = self.items.push(item);
    }
}

/// The sound thread's end.
pub struct Feed {
    lane: Arc<Lane>,
    arriving: Consumer<Item>,
    waiting: VecDeque<Item>,
    gone: Producer<Item>,
    end: Option<End>,
}

/// A cut or hard end under way.
#[derive(Clone, Copy)]
struct End {
    /// The frame on which it is complete.
    frame: u64,
    /// What it begins.
    epoch: u64,
    /// What is on the air does not end there by itself, and is taken down.
    ramped: bool,
}

impl Feed {
    /// Plays into `block`, interleaved stereo and silent so far, whose first frame is the stream's `frame`.
    pub fn fill(&mut self, block: &mut [f32], frame: u64, air: &Air) {
        while let Ok(item) = self.arriving.pop() {
            self.waiting.push_back(item);
        }
        self.look_for_an_end(frame, block.len() as u64 / 2, air);
        let Some(end) = self.end else { return self.play(block, frame, air) };
        let left = end.frame - frame;
        let before = usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(2).min(block.len());
        let (ending, after) = block.split_at_mut(before);
        self.play(ending, frame, air);
        if end.ramped {
            fade::apply(ending, left);
        }
        if before as u64 / 2 == left {
            self.end = None;
            self.lane.begin_epoch(end.epoch, end.frame);
            self.forget(end.epoch);
            self.play(after, end.frame, air);
        }
    }

    /// Fixes the frame of silence if a cut is ordered or a hard end lies within this block or the ramp after it.
    fn look_for_an_end(&mut self, frame: u64, frames: u64, air: &Air) {
        let present = self.lane.epoch();
        let at_once = frame + RAMP;
        let cut_to = self.lane.cut_to.load(Acquire);
        if cut_to > self.end.map_or(present, |end| end.epoch) {
            let sooner = self.end.filter(|end| end.frame <= at_once);
            let cut = End { frame: at_once, epoch: cut_to, ramped: true };
            self.end = Some(sooner.map_or(cut, |end| End { epoch: cut_to, ..end }));
        }
        let Some(instant) = self.lane.silence() else { return };
        let Some(ordered) = air.frame_of(instant) else { return };
        if ordered < frame + frames + RAMP {
            // Unless another end was ordered in between.
            let _ = self.lane.silence_at.compare_exchange(instant, UNKNOWN, Relaxed, Relaxed);
            let own = fade::own_end(self.own_ends(frame, air), ordered);
            // An end that has passed already is reached by a ramp from here.
            let last = own.unwrap_or(ordered.max(at_once));
            if self.end.is_none_or(|end| last < end.frame) {
                let epoch = self.end.map_or(present + 1, |end| end.epoch);
                self.end = Some(End { frame: last, epoch, ramped: own.is_none() });
            }
        }
    }

    /// The frames on which the items that wait end by themselves.
    fn own_ends(&self, frame: u64, air: &Air) -> impl Iterator<Item = u64> {
        let to_come = self.waiting.iter().filter(|item| !item.is_withdrawn());
        to_come.scan(frame, |end, item| {
            *end = item.due(air)?.max(*end) + item.left().0;
            Some(*end)
        })
    }

    fn forget(&mut self, epoch: u64) {
        for _ in 0..self.waiting.len() {
            match self.waiting.pop_front() {
                Some(item) if item.epoch() < epoch => self.let_go(item),
                Some(item) => self.waiting.push_back(item),
                None => {}
            }
        }
    }

    fn play(&mut self, mut block: &mut [f32], mut frame: u64, air: &Air) {
        while let (Some(item), false) = (self.waiting.front_mut(), block.is_empty()) {
            if item.is_withdrawn() {
                self.over();
                continue;
            }
            let Some(due) = item.due(air) else { return };
            let silent = usize::try_from(due.saturating_sub(frame)).unwrap_or(usize::MAX).saturating_mul(2);
            if silent >= block.len() {
                return;
            }
            (block, frame) = (&mut block[silent..], frame.max(due));
            let (samples, more) = item.pour(block, frame);
            (block, frame) = (&mut block[samples..], frame + samples as u64 / 2);
            match more {
                Poured::Full => {}
                Poured::Starved => {
                    self.lane.starved.fetch_add(block.len() as u64 / 2, Relaxed);
                    return;
                }
                Poured::Over => self.over(),
            }
        }
    }

    /// The item in front is over.
    fn over(&mut self) {
        if let Some(item) = self.waiting.pop_front() {
            self.let_go(item);
        }
    }

    /// Gives an item back to be freed; here only if nobody takes it.
    fn let_go(&mut self, item: Item) {
        item.end();
        if let Err(PushError::Full(item)) = self.gone.push(item) {
            drop(item);
        }
    }
}
