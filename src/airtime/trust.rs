//! Whether a clock can be right: by what is known to have passed, and by how much can have passed since.
//!
//! A dead battery makes a PC wake up in 1970 or 2000, a slip of the finger in 2027. A time server outranks both, and so
//! does a person who looked at another clock.

use jiff::{SignedDuration, Timestamp};

use crate::airtime::ClockState;

/// 1 January 2020, before which no such program existed: a clock that shows less has lost its battery.
const EARLIEST_SECOND: i64 = 1_577_836_800;
/// 1 January 2070, when none of today's computers will run.
const LATEST_SECOND: i64 = 3_155_760_000;
/// A clock this far behind what is known to have passed cannot be right.
const BACKWARD_MAX: SignedDuration = SignedDuration::from_mins(5);
/// So long no station stays dark but once in its life: 180 days. Somebody has to say that it is so.
const FORWARD_MAX: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Why a clock cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It shows a year in which this program does not run.
    Impossible,
    /// Later than that it has been already.
    Behind { last: Timestamp },
    /// That was the last time known, and it cannot be so long ago.
    Ahead { last: Timestamp },
}

/// What speaks against a clock that shows `now`, when `last` is the latest time known to have passed.
#[must_use]
pub fn doubt(now: Timestamp, state: ClockState, last: Option<Timestamp>) -> Option<Doubt> {
    if state == ClockState::Synced {
        return None;
    }
    if !(EARLIEST_SECOND..LATEST_SECOND).contains(&now.as_second()) {
        return Some(Doubt::Impossible);
    }
    let last = last?;
    let passed = now.duration_since(last);
    if passed < -BACKWARD_MAX {
        Some(Doubt::Behind { last })
    } else if passed > FORWARD_MAX {
        Some(Doubt::Ahead { last })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_held_against_what_is_known() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let known = at("2020-08-10T05:00+07:00");
        let judge = |now: &str, state| doubt(at(now), state, Some(known));
        let alone = |now: &str| judge(now, ClockState::Unsynced);
        assert_eq!(alone("2020-08-10T04:55:01+07:00"), None);
        assert_eq!(alone("2020-08-10T04:54:59+07:00"), Some(Doubt::Behind { last: known }));
        assert_eq!(alone("2021-02-06T04:00+07:00"), None);
        assert_eq!(alone("2021-02-06T06:00+07:00"), Some(Doubt::Ahead { last: known }));
        for year in ["1970-01-01T00:02Z", "2000-01-01T00:00Z", "2099-01-01T00:00Z"] {
            assert_eq!(alone(year), Some(Doubt::Impossible));
            assert_eq!(doubt(at(year), ClockState::Unsynced, None), Some(Doubt::Impossible));
            assert_eq!(judge(year, ClockState::Synced), None, "a time server knows better");
        }
        assert_eq!(doubt(known, ClockState::Unsynced, None), None);
    }
}
