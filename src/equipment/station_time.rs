//! The station's time for threads that cannot wait to be told it: the sound thread and the capture input.
//!
//! It runs by the uptime of the computer and lies off it by what the station's clock says (`equipment::clock`). A clock
//! that is set moves neither a frame nor an energy that was heard before the station takes the new time over.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// Tells the station's time. Copies tell the same.
#[derive(Clone, Debug)]
pub struct StationTime(Arc<AtomicI64>);

/// The computer's two clocks at one moment, in nanoseconds.
struct Moment {
    wall: i64,
    uptime: i64,
    /// How far apart the readings may be.
    within: i64,
}

/// Readings closer than this are one moment: 20 µs.
const AT_ONCE: i64 = 20_000;
/// A machine that is busy interrupts so many tries in a row hardly ever.
const TRIES: usize = 8;

impl StationTime {
    /// As the computer's clock has it now.
    #[must_use]
    pub fn of_the_computer() -> Self {
        let Moment { wall, uptime, .. } = Moment::read();
        Self(Arc::new(AtomicI64::new(wall - uptime)))
    }

    /// Nanoseconds since 1970.
    #[must_use]
    pub fn nanos(&self) -> i64 {
        uptime_nanos().saturating_add(self.0.load(Relaxed))
    }

    /// From here on it is `now` at this uptime.
    pub fn set(&self, now: Timestamp, uptime: SignedDuration) {
        let offset = now.as_nanosecond() - uptime.as_nanos();
        self.0.store(i64::try_from(offset).unwrap_or(0), Relaxed);
    }

    /// What the computer's clock shows, and the uptime at the same moment, sleep included.
    #[must_use]
    pub fn wall_and_uptime() -> (Timestamp, SignedDuration) {
        let Moment { wall, uptime, .. } = Moment::read();
        (Timestamp::from_nanosecond(i128::from(wall)).unwrap_or_default(), SignedDuration::from_nanos(uptime))
    }
}

impl Moment {
    /// The closest of several tries: between two readings the thread may be put aside.
    fn read() -> Self {
        let mut best = Self::try_once();
        for _ in 1..TRIES {
            if best.within <= AT_ONCE {
                break;
            }
            let again = Self::try_once();
            if again.within < best.within {
                best = again;
            }
        }
        best
    }

    fn try_once() -> Self {
        let before = uptime_nanos();
        let wall = nanos(ClockId::Realtime);
        let within = uptime_nanos() - before;
        Self { wall, uptime: before + within / 2, within }
    }
}

fn uptime_nanos() -> i64 {
    nanos(ClockId::Boottime)
}

fn nanos(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_it_was_set_to_and_runs_on() {
        let (time, copy) = {
            let time = StationTime::of_the_computer();
            (time.clone(), time)
        };
        let (_, uptime) = StationTime::wall_and_uptime();
        let at = Timestamp::from_second(1_600_000_000).unwrap();
        time.set(at, uptime);
        let passed = copy.nanos() - 1_600_000_000_000_000_000;
        assert!((0..1_000_000_000).contains(&passed), "{passed}");
    }
}
