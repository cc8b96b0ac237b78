//! The station's time: the computer's clock, which may not jump under a session.
//!
//! A clock is set while something is on the air: by a time server after an hour without network, by somebody who typed
//! a wrong hour. What is on goes on as if nothing had happened, by the time it began with; what was set counts as soon as
//! nothing is on. Between two looks the time runs by the uptime of the computer, which nobody can set.

use jiff::{SignedDuration, Timestamp};

/// How far the clock may be off between two looks without having been set: time servers slew what is less.
const JUMP_MIN: SignedDuration = SignedDuration::from_millis(250);
/// What a poor crystal may gain or lose on top of that: 1,000 ppm. A kernel slews with half as much.
const DRIFT: i32 = 1_000;

/// What was done to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// What the station's time was.
    pub from: Timestamp,
    /// What the clock showed at that moment.
    pub to: Timestamp,
}

impl Jump {
    /// How far it was set; negative when it was set back.
    #[must_use]
    pub fn by(&self) -> SignedDuration {
        self.to.duration_since(self.from)
    }
}

/// The station's time at one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub now: Timestamp,
    /// The clock was set: since the last look if [`Look::now`] shows it, else it waits until nothing is on the air.
    pub jump: Option<Jump>,
}

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    /// What the station's time was at which uptime.
    at: (Timestamp, SignedDuration),
}

impl Steady {
    /// Begins with what the clock shows at this uptime.
    #[must_use]
    pub const fn new(wall: Timestamp, uptime: SignedDuration) -> Self {
        Self { at: (wall, uptime) }
    }

    /// The station's time at this uptime.
    #[must_use]
    pub fn at(&self, uptime: SignedDuration) -> Timestamp {
        let (at, was) = self.at;
        at.checked_add(uptime - was).unwrap_or(at)
    }

    /// Looks at the clock, which shows `wall` at `uptime`. A jump is taken over unless time is to be `held`.
    pub fn look(&mut self, wall: Timestamp, uptime: SignedDuration, held: bool) -> Look {
        let from = self.at(uptime);
        let elapsed = (uptime - self.at.1).abs();
        let is_jump = wall.duration_since(from).abs() > JUMP_MIN + elapsed / (1_000_000 / DRIFT);
        let jump = is_jump.then_some(Jump { from, to: wall });
        let now = if is_jump && held { from } else { wall };
        self.at = (now, uptime);
        Look { now, jump }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: f64) -> Timestamp {
        Timestamp::from_second(1_600_000_000).unwrap() + SignedDuration::from_secs_f64(secs)
    }

    fn up(secs: f64) -> SignedDuration {
        SignedDuration::from_secs_f64(secs)
    }

    #[test]
    fn a_clock_that_is_slewed_is_followed() {
        let mut steady = Steady::new(at(0.0), up(100.0));
        assert_eq!(steady.look(at(10.2), up(110.0), true), Look { now: at(10.2), jump: None });
        assert_eq!(steady.at(up(111.0)), at(11.2));
        // A night without a look, on a crystal that gains five seconds.
        assert_eq!(steady.look(at(36_015.2), up(36_110.0), false), Look { now: at(36_015.2), jump: None });
    }

    #[test]
    fn a_jump_waits_until_nothing_is_on_the_air() {
        let mut steady = Steady::new(at(0.0), up(100.0));
        let jump = |from, to| Some(Jump { from: at(from), to: at(to) });
        assert_eq!(steady.look(at(10_810.0), up(110.0), true), Look { now: at(10.0), jump: jump(10.0, 10_810.0) });
        assert_eq!(steady.look(at(10_811.0), up(111.0), true), Look { now: at(11.0), jump: jump(11.0, 10_811.0) });
        assert_eq!(steady.look(at(10_812.0), up(112.0), false), Look { now: at(10_812.0), jump: jump(12.0, 10_812.0) });
        assert_eq!(steady.look(at(10_813.0), up(113.0), false), Look { now: at(10_813.0), jump: None });
    }

    #[test]
    fn a_jump_that_is_taken_back_while_it_waits_never_was() {
        let mut steady = Steady::new(at(0.0), up(100.0));
        steady.look(at(-259_200.0), up(110.0), true);
        assert_eq!(steady.look(at(20.0), up(120.0), true), Look { now: at(20.0), jump: None });
    }
}
