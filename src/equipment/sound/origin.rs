//! When frame 0 of a stream left the device, estimated from callback to callback.
//!
//! Each callback gives one reading: the time it is, plus what is still ahead in the device, less what was handed over
//! before. Readings scatter by scheduling and settle as the sound server's clock does, so their median counts; a real
//! stall moves all later readings alike and is followed within five.

/// The running estimate, in nanoseconds since 1970.
#[derive(Debug)]
pub struct Origin {
    readings: [i64; WINDOW],
    count: usize,
}

const WINDOW: usize = 64;
/// So many readings in a row that agree on something else are a stall, not scatter.
const RECENT: usize = 5;
/// How far the recent ones must lie off to be believed: 0.7 ms.
const STEP_NANOS: i64 = 700_000;
/// So many readings tell whether the device's clock has settled. A sound server's may say nothing at all for the first
/// half second.
const SPREAD_OF: usize = 8;

impl Origin {
    #[must_use]
    pub fn new() -> Self {
        Self { readings: [0; WINDOW], count: 0 }
    }

    /// Takes a reading and returns the estimate. Neither allocates nor blocks.
    pub fn push(&mut self, reading: i64) -> i64 {
        self.readings[self.count % WINDOW] = reading;
        self.count += 1;
        let (all, recent) = (self.median(WINDOW), self.median(RECENT));
        if self.count > RECENT && (all - recent).abs() > STEP_NANOS {
            let last: [i64; RECENT] = std::array::from_fn(|place| self.recent(RECENT - 1 - place));
            self.readings[..RECENT].copy_from_slice(&last);
            self.count = RECENT;
            return recent;
        }
        all
    }

    /// How far the recent readings lie apart: those of about half a second.
    #[must_use]
    pub fn spread(&self) -> i64 {
        let recent = (0..SPREAD_OF.min(self.count)).map(|back| self.recent(back));
        recent.clone().max().unwrap_or(0) - recent.min().unwrap_or(0)
    }

    fn recent(&self, back: usize) -> i64 {
        self.readings[(self.count - 1 - back) % WINDOW]
    }

    fn median(&self, of: usize) -> i64 {
        let count = of.min(self.count).min(WINDOW);
        let mut readings = [0; WINDOW];
        for (back, slot) in readings[..count].iter_mut().enumerate() {
            *slot = self.recent(back);
        }
        *readings[..count].select_nth_unstable(count / 2).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scatter_is_smoothed() {
        let mut origin = Origin::new();
        let last = (0..200).map(|n| origin.push(1_000_000_000 + (n * 7_919 % 400_000) - 200_000)).last().unwrap();
        assert!((last - 1_000_000_000).abs() < 100_000, "{last}");
        assert!(origin.spread() <= 400_000);
    }

    #[test]
    fn one_late_callback_changes_nothing() {
        let mut origin = Origin::new();
        for _ in 0..50 {
            origin.push(1_000);
        }
        assert_eq!(origin.push(90_000_000), 1_000);
        assert_eq!(origin.push(1_000), 1_000);
    }

    #[test]
    fn a_clock_that_settles_late_is_followed() {
        // Read off a sound server: nothing ahead in it at first, then what there was all along.
        let unsettled = [660_180, 661_010, 660_160, 697_730, 768_740, 802_220, 802_280, 802_210];
        let mut origin = Origin::new();
        for reading in unsettled {
            origin.push(reading * 1_000);
        }
        let settled: Vec<i64> = (0..20).map(|n| origin.push(802_000_000 + n * 1_000)).collect();
        assert!(settled[1..].iter().all(|at| (at - 802_000_000).abs() < STEP_NANOS), "{settled:?}");
        assert!(origin.spread() < STEP_NANOS);
    }

    #[test]
    fn a_stall_is_followed_within_five_readings() {
        let mut origin = Origin::new();
        for _ in 0..64 {
            origin.push(0);
        }
        let followed: Vec<i64> = (0..8).map(|_| origin.push(30_000_000)).collect();
        assert_eq!(followed, [0, 0, 30_000_000, 30_000_000, 30_000_000, 30_000_000, 30_000_000, 30_000_000]);
    }
}
