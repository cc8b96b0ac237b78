//! Whether a clock can be right: by what is known to have passed, and by how much can have passed since.
//!
//! A dead battery makes a PC wake up in 1970 or 2000, a slip of the finger in 2027. Worse is a system that knows of dead
//! batteries: systemd-timesyncd and fake-hwclock go on from a time that they keep on the disk, and a PC whose power was out
//! from five in the afternoon until three in the morning takes it for five in the afternoon. What gives it away is the
//! battery's own clock. A time server outranks all of them, and so does a person who looked at another clock.

use jiff::{SignedDuration, Timestamp};

use crate::airtime::ClockState;

/// 1 January 2020, before which no such program existed: a clock that shows less has lost its battery.
const EARLIEST_SECOND: i64 = 1_577_836_800;
/// 1 January 2070, when none of today's computers will run.
const LATEST_SECOND: i64 = 3_155_760_000;
/// A clock this far behind what is known to have passed cannot be right.
const BACKWARD_MAX: SignedDuration = SignedDuration::from_mins(5);
/// So long no station stays dark but once in its life: 180 days. Somebody has to say that it is so.
pub const FORWARD_MAX: SignedDuration = SignedDuration::from_hours(180 * 24);

/// The battery's clock this far behind what is known to have passed has forgotten the time. A clock that merely runs slow takes
/// years for it.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Why a clock cannot be right, or not be known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It shows a year in which this program does not run.
    Impossible,
    /// Later than that it has been already.
    Behind { last: Timestamp },
    /// That was the last time known, and it cannot be so long ago.
    Ahead { last: Timestamp },
    /// The battery's clock has forgotten the time and shows this. Whatever the computer goes by, it stood still while the power
    /// was out.
    Guessed { battery: Timestamp },
}

/// What speaks against a clock that shows `now`, when `last` is the latest time known to have passed. `battery` is what the
/// battery's clock shows; None where the computer has none, or was told the time since it started.
#[must_use]
pub fn doubt(now: Timestamp, state: ClockState, last: Option<Timestamp>, battery: Option<Timestamp>) -> Option<Doubt> {
    if state == ClockState::Synced {
        return None;
    }
    if is_impossible(now) {
        return Some(Doubt::Impossible);
    }
    let passed = last.map_or(SignedDuration::ZERO, |last| now.duration_since(last));
    match last {
        Some(last) if passed < -BACKWARD_MAX => Some(Doubt::Behind { last }),
        Some(last) if passed > FORWARD_MAX => Some(Doubt::Ahead { last }),
        last => battery.filter(|&battery| has_forgotten(battery, last)).map(|battery| Doubt::Guessed { battery }),
    }
}

fn is_impossible(now: Timestamp) -> bool {
    !(EARLIEST_SECOND..LATEST_SECOND).contains(&now.as_second())
}

fn has_forgotten(battery: Timestamp, last: Option<Timestamp>) -> bool {
    is_impossible(battery) || last.is_some_and(|last| last.duration_since(battery) > FORGOTTEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_held_against_what_is_known() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let known = at("2020-08-10T05:00+07:00");
        let judge = |now: &str, state| doubt(at(now), state, Some(known), None);
        let alone = |now: &str| judge(now, ClockState::Unsynced);
        assert_eq!(alone("2020-08-10T04:55:01+07:00"), None);
        assert_eq!(alone("2020-08-10T04:54:59+07:00"), Some(Doubt::Behind { last: known }));
        assert_eq!(alone("2021-02-06T04:00+07:00"), None);
        assert_eq!(alone("2021-02-06T06:00+07:00"), Some(Doubt::Ahead { last: known }));
        for year in ["1970-01-01T00:02Z", "2000-01-01T00:00Z", "2099-01-01T00:00Z"] {
            assert_eq!(alone(year), Some(Doubt::Impossible));
            assert_eq!(doubt(at(year), ClockState::Unsynced, None, None), Some(Doubt::Impossible));
            assert_eq!(judge(year, ClockState::Synced), None, "a time server knows better");
        }
        assert_eq!(doubt(known, ClockState::Unsynced, None, None), None);
    }

    #[test]
    fn a_time_kept_on_the_disk_is_a_guess_where_the_battery_has_forgotten() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // The power went at five in the afternoon; the system takes it for a minute later.
        let (known, now) = (at("2020-08-10T17:00+07:00"), at("2020-08-10T17:01+07:00"));
        let judge = |battery: &str, last| doubt(now, ClockState::Unsynced, last, Some(at(battery)));
        for battery in ["1970-01-01T00:00:20Z", "2019-12-01T00:00Z", "2020-08-09T16:59:59+07:00"] {
            assert_eq!(judge(battery, Some(known)), Some(Doubt::Guessed { battery: at(battery) }));
            assert_eq!(doubt(now, ClockState::Synced, Some(known), Some(at(battery))), None, "it was told the time");
        }
        assert_eq!(
            judge("2020-08-10T10:00+07:00", Some(known)),
            None,
            "a clock that is slow, or keeps another zone's time"
        );
        assert_eq!(judge("2020-08-11T00:00+07:00", Some(known)), None);
        // On the first day nothing else is known.
        assert_eq!(judge("2000-01-01T00:00Z", None), Some(Doubt::Guessed { battery: at("2000-01-01T00:00Z") }));
        assert_eq!(judge("2020-08-01T00:00Z", None), None);
    }
}
