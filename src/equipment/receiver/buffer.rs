//! Sound between the thread that receives it and the one that plays it.
//!
//! While nobody reads, only the newest sound is kept: live means live. While somebody does, what comes faster than it
//! is played (a server sends its last seconds at once) waits, first here, then in the connection. Sound is given out
//! from when there is enough of it to bridge the gaps of a network, and after it ran out, from when there is again.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::library::Defect;
use crate::time::RATE;

/// Samples of sound waiting to be played.
pub struct Buffer {
    state: Mutex<State>,
    changed: Condvar,
    /// Samples that must be there before any is given out.
    enough: usize,
    /// How long nothing may come before the source counts as dead.
    patience: Duration,
}

struct State {
    samples: VecDeque<f32>,
    /// Whether sound is given out.
    flows: bool,
    /// When it was last read.
    read_at: Option<Instant>,
    /// When sound last came.
    came_at: Instant,
    /// When sound was last given out, or first asked for.
    given_at: Option<Instant>,
    /// Why nothing comes, if something is known of it.
    defect: Option<Defect>,
    /// Integrated loudness of what came so far, in LUFS.
    lufs: Option<f64>,
    closed: bool,
}

/// An instant of a clock that is never set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

/// Samples that wait here at most while they are read, in multiples of `enough`.
const MOST: usize = 3;
/// Who has not read for so long does not play.
const PAUSE: Duration = Duration::from_secs(1);

/// What there was to be given out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taken {
    /// Samples of sound at the beginning of the block; the rest of it is as it was.
    pub samples: usize,
    /// Integrated loudness of what came so far, in LUFS.
    pub lufs: Option<f64>,
}

impl Instant {
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::Monotonic);
        Self(Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0)))
    }

    pub fn after(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub fn plus(self, length: Duration) -> Self {
        Self(self.0 + length)
    }
}

impl Buffer {
    /// `enough` sound to begin with; a source of which nothing comes for `patience` is dead.
    pub fn new(enough: Duration, patience: Duration) -> Self {
        let state = State {
            samples: VecDeque::new(),
            flows: false,
            read_at: None,
            came_at: Instant::now(),
            given_at: None,
            defect: None,
            lufs: None,
            closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), enough: samples(enough), patience }
    }

    /// Takes sound that came, with its loudness so far; waits while there is too much of it. False when nobody wants
    /// any more.
    pub fn put(&self, block: &[f32], lufs: Option<f64>) -> bool {
        let mut state = self.state();
        state.came_at = Instant::now();
        (state.defect, state.lufs) = (None, lufs);
        state.samples.extend(block);
        if !state.is_read() {
            let too_old = state.samples.len().saturating_sub(self.enough);
            state.samples.drain(..too_old);
        }
        self.changed.notify_all();
        while !state.closed && state.is_read() && state.samples.len() > self.enough * MOST {
            state = self.wait_in(state, PAUSE);
        }
        !state.closed
    }

    /// The connection is lost.
    pub fn lose(&self, defect: Defect) {
        let mut state = self.state();
        state.defect = Some(defect);
        if !state.is_read() {
            state.samples.clear();
        }
    }

    /// Fills `block` with what there is; waits until `deadline` for the rest of it.
    ///
    /// # Errors
    /// Nothing has come for too long; the last thing that is known of why.
    pub fn take(&self, block: &mut [f32], deadline: Instant) -> Result<Taken, Defect> {
        let mut state = self.state();
        if !state.is_read() {
            // A pause of whoever plays is none of the stream's.
            state.given_at = None;
        }
        state.read_at = Some(Instant::now());
        let mut taken = 0;
        loop {
            state.flows |= state.samples.len() >= self.enough;
            if state.flows {
                taken += state.give(&mut block[taken..]);
                self.changed.notify_all();
            }
            let left = deadline.after(Instant::now());
            if taken == block.len() || left.is_zero() {
                break;
            }
            state = self.wait_in(state, left);
        }
        let now = Instant::now();
        state.flows &= taken == block.len();
        state.read_at = Some(now);
        let given_at = *state.given_at.get_or_insert(now);
        if taken > 0 {
            state.given_at = Some(now);
        } else if self.is_dead(&state, now.after(given_at), now) {
            return Err(state.defect.clone().unwrap_or(Defect::StreamDead));
        }
        Ok(Taken { samples: taken, lufs: state.lufs })
    }

    /// Nothing comes; or what comes is never enough, however long it is waited for.
    fn is_dead(&self, state: &State, waited: Duration, now: Instant) -> bool {
        let nothing_left = state.samples.len() < self.enough;
        nothing_left && now.after(state.came_at) >= self.patience || waited >= self.patience * 2
    }

    /// Nobody wants any more.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Waits for `pause`, or until nobody wants any more; then false.
    pub fn pause(&self, pause: Duration) -> bool {
        let until = Instant::now().plus(pause);
        let mut state = self.state();
        while !state.closed {
            let left = until.after(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.wait_in(state, left);
        }
        !state.closed
    }

    fn wait_in<'a>(&self, state: MutexGuard<'a, State>, longest: Duration) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, longest).unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_read(&self) -> bool {
        self.read_at.is_some_and(|at| Instant::now().after(at) < PAUSE)
    }

    /// Moves whole frames into `block`.
    fn give(&mut self, block: &mut [f32]) -> usize {
        let count = block.len().min(self.samples.len()) & !1;
        for (target, sample) in block.iter_mut().zip(self.samples.drain(..count)) {
            *target = sample;
        }
        count
    }
}

/// Samples of two channels in a length.
fn samples(length: Duration) -> usize {
    usize::try_from(length.as_millis()).unwrap_or(usize::MAX).saturating_mul(RATE as usize / 1_000 * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);
    const SECOND: Duration = Duration::from_secs(1);

    fn sound(from: u16, count: u16) -> Vec<f32> {
        (from..from + count).map(f32::from).collect()
    }

    #[test]
    fn only_the_newest_is_kept_while_nobody_reads() {
        let buffer = Buffer::new(MILLI, SECOND);
        assert!(buffer.put(&sound(0, 90), None) && buffer.put(&sound(90, 100), Some(-20.0)));
        let mut block = [0.0; 4];
        assert_eq!(buffer.take(&mut block, Instant::now()), Ok(Taken { samples: 4, lufs: Some(-20.0) }));
        assert_eq!(
            block.map(f32::to_bits),
            [94.0_f32, 95.0, 96.0, 97.0].map(f32::to_bits),
            "96 samples are a millisecond"
        );
    }

    #[test]
    fn nothing_is_given_out_before_there_is_enough_of_it() {
        let buffer = Buffer::new(MILLI, SECOND);
        let mut block = [7.0; 80];
        buffer.put(&sound(0, 94), None);
        assert_eq!(buffer.take(&mut block, Instant::now()).unwrap().samples, 0);
        buffer.put(&sound(94, 2), None);
        assert_eq!(buffer.take(&mut block, Instant::now()).unwrap().samples, 80);
        assert_eq!(buffer.take(&mut block, Instant::now()).unwrap().samples, 16, "what is left of it");
        buffer.put(&sound(0, 90), None);
        assert_eq!(
            buffer.take(&mut block, Instant::now()).unwrap().samples,
            0,
            "after it ran out there must be enough again"
        );
    }

    #[test]
    fn a_dead_source_is_told_of_by_its_last_defect() {
        let buffer = Buffer::new(MILLI, Duration::ZERO);
        let mut block = [0.0; 4];
        assert_eq!(buffer.take(&mut block, Instant::now()), Err(Defect::StreamDead));
        buffer.lose(Defect::StreamRefused { status: 404 });
        assert_eq!(buffer.take(&mut block, Instant::now()), Err(Defect::StreamRefused { status: 404 }));
        buffer.put(&sound(0, 96), None);
        assert!(buffer.take(&mut block, Instant::now()).is_ok(), "what came is played out first");
    }

    #[test]
    fn nobody_waits_for_a_closed_buffer() {
        let buffer = Buffer::new(MILLI, SECOND);
        buffer.close();
        assert!(!buffer.put(&sound(0, 2), None) && !buffer.pause(Duration::from_hours(1)));
    }
}
