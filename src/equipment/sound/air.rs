//! What the sound thread and the station's loop tell each other: numbers only, nothing that could block or allocate.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

use rodio::cpal;

use crate::equipment::StationTime;
use crate::time::RATE;

/// One open stream. Times are nanoseconds, frames are counted from the stream's first.
#[derive(Debug)]
pub struct Air {
    /// Frames the device had played at the last callback.
    pub heard: AtomicU64,
    /// Since 1970, when frame 0 left the device; [`UNKNOWN`] before the first callback.
    origin: AtomicI64,
    /// How far the recent readings of the origin lie apart.
    pub spread: AtomicI64,
    /// The last callback, by the monotonic clock.
    pub beat: AtomicI64,
    /// Errors that are no underrun, counted; of the first the text is kept.
    pub errors: AtomicU64,
    pub first_error: OnceLock<cpal::Error>,
    /// How often the device ran empty.
    pub xruns: AtomicU64,
    /// What time it is for the station.
    pub time: StationTime,
}

/// What stands for no instant.
pub const UNKNOWN: i64 = i64::MIN;

impl Air {
    #[must_use]
    pub fn new(time: StationTime) -> Self {
        Self {
            time,
            heard: AtomicU64::new(0),
            origin: AtomicI64::new(UNKNOWN),
            spread: AtomicI64::new(0),
            beat: AtomicI64::new(monotonic()),
            errors: AtomicU64::new(0),
            first_error: OnceLock::new(),
            xruns: AtomicU64::new(0),
        }
    }

    pub fn set_origin(&self, origin: i64) {
        self.origin.store(origin, Relaxed);
    }

    /// The instant, in nanoseconds since 1970, at which `frame` leaves the device.
    #[must_use]
    pub fn nanos_of(&self, frame: u64) -> Option<i64> {
        let origin = Some(self.origin.load(Relaxed)).filter(|origin| *origin != UNKNOWN)?;
        origin.checked_add(nanos(frame))
    }

    /// The same as an instant.
    #[must_use]
    pub fn instant_of(&self, frame: u64) -> Timestamp {
        let nanos = self.nanos_of(frame).unwrap_or_else(|| self.time.nanos());
        Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The frame that leaves the device at `instant`, or 0 if that was before the stream.
    #[must_use]
    pub fn frame_of(&self, instant: i64) -> Option<u64> {
        let origin = self.nanos_of(0)?;
        let passed = i128::from(instant) - i128::from(origin) + i128::from(HALF_FRAME);
        Some(u64::try_from(passed * i128::from(RATE) / NANOS).unwrap_or(0))
    }
}

const NANOS: i128 = 1_000_000_000;
/// Nanoseconds of half a frame: the nearest frame is meant, not the next one.
const HALF_FRAME: i64 = 10_416;

/// So many frames in nanoseconds.
#[must_use]
pub fn nanos(frames: u64) -> i64 {
    i64::try_from(i128::from(frames) * NANOS / i128::from(RATE)).unwrap_or(i64::MAX)
}

/// An instant in nanoseconds since 1970, as far as 64 bits reach (to 2262).
#[must_use]
pub fn since_1970(instant: Timestamp) -> i64 {
    i64::try_from(instant.as_nanosecond()).unwrap_or(if instant.as_second() < 0 { UNKNOWN + 1 } else { i64::MAX })
}

/// A clock that is never set, in nanoseconds.
#[must_use]
pub fn monotonic() -> i64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_instants_agree() {
        let air = Air::new(StationTime::of_the_computer());
        assert_eq!(air.frame_of(7), None);
        let origin = 1_600_000_000_000_000_000;
        air.set_origin(origin);
        for frame in [0, 1, 47_999, 48_000, 10_000_000_000] {
            let instant = air.nanos_of(frame).unwrap();
            assert_eq!(air.frame_of(instant), Some(frame));
        }
        assert_eq!(air.frame_of(origin - 5_000_000_000), Some(0));
    }
}
