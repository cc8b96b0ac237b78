//! Lengths of sound, counted in frames of the house rate.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Frames per second everywhere in the program.
///
/// Files of other rates are resampled as they are decoded and the sound card is opened at this rate, so that one
/// number means the same length from the file to the airtime log.
pub const RATE: u32 = 48_000;

const RATE_U64: u64 = RATE as u64;

/// A length of sound in frames at [`RATE`]. Exact: adding never rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frames(pub u64);

impl Frames {
    /// No sound at all.
    pub const ZERO: Self = Self(0);

    /// So many whole seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * RATE_U64)
    }

    /// So many milliseconds; exact, since the rate divides by 1,000.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(RATE_U64 / 1_000))
    }

    /// The frames that fit whole into `duration`; a negative duration holds none.
    #[must_use]
    pub fn within(duration: SignedDuration) -> Self {
        let nanos = duration.as_nanos().max(0);
        Self(u64::try_from(nanos * i128::from(RATE) / 1_000_000_000).unwrap_or(u64::MAX))
    }

    /// `count` frames at `rate`, as the frames a resampler makes of them: never cut short, so rounded up.
    #[must_use]
    pub fn resampled(count: u64, rate: u32) -> Self {
        let frames = (u128::from(count) * u128::from(RATE)).div_ceil(u128::from(rate.max(1)));
        Self(u64::try_from(frames).unwrap_or(u64::MAX))
    }

    /// This length as a stretch of wall time, to the nanosecond below.
    #[must_use]
    pub fn duration(self) -> SignedDuration {
        let nanos = u128::from(self.0) * 1_000_000_000 / u128::from(RATE);
        SignedDuration::from_nanos_i128(i128::try_from(nanos).unwrap_or(i128::MAX))
    }

    /// Seconds as a number, for people and files; never computed with.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "2^52 frames are 2,900 years")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / f64::from(RATE)
    }

    /// Seconds rounded to whole milliseconds, the precision of every document.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "2^52 milliseconds are 140,000 years")]
    pub fn as_secs_rounded(self) -> f64 {
        ((self.0 + RATE_U64 / 2_000) / (RATE_U64 / 1_000)) as f64 / 1_000.0
    }

    /// The whole milliseconds in it, none begun: the log never says more than was heard.
    #[must_use]
    pub const fn whole_millis(self) -> u64 {
        self.0 / (RATE_U64 / 1_000)
    }

    /// What is left when `other` is taken away, or nothing.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Whether there is no sound at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Frames {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Frames {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Frames {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<u64> for Frames {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0 * times)
    }
}

impl Sum for Frames {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Add::add)
    }
}

/// As people write lengths: `1:02:03`, `4:05`.
impl fmt::Display for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = (self.0 + RATE_U64 / 2) / RATE_U64;
        let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
        if hours > 0 { write!(f, "{hours}:{minutes:02}:{secs:02}") } else { write!(f, "{minutes}:{secs:02}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resampled_file_is_never_cut_short() {
        assert_eq!(Frames::resampled(44_100, 44_100), Frames::from_secs(1));
        assert_eq!(Frames::resampled(1, 44_100), Frames(2));
        assert_eq!(Frames::resampled(8_000, 8_000), Frames(48_000));
    }

    #[test]
    fn a_length_goes_to_wall_time_and_back() {
        for frames in [0, 1, 47_999, 48_000, 123_456_789] {
            let there = Frames(frames).duration();
            assert!(Frames(frames).0 - Frames::within(there).0 <= 1, "{frames}");
        }
        assert_eq!(Frames::within(SignedDuration::from_secs(-5)), Frames::ZERO);
    }

    #[test]
    fn people_read_hours_minutes_and_seconds() {
        assert_eq!(Frames::from_secs(3_723).to_string(), "1:02:03");
        assert_eq!(Frames::from_millis(59_600).to_string(), "1:00");
    }
}
