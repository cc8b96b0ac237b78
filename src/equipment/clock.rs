//! What time it is: the computer's clock, or a simulated one.

use std::cell::Cell;
use std::rc::Rc;

use jiff::Timestamp;

use crate::airtime::ClockState;

/// Tells the time, and how far it can be trusted.
pub trait Clock {
    fn now(&self) -> Timestamp;

    /// Synced or unsynced, as far as the system knows; whether it can be trusted at all is for the station to judge.
    fn state(&self) -> ClockState;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system what time it is")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// After systemd's rule: synchronised unless the kernel says otherwise or admits an error of 16 s or more.
    fn state(&self) -> ClockState {
        const ERROR_MAX_MICROS: libc::c_long = 16_000_000;
        // SAFETY: all zeros is a valid `timex`; with `modes` 0 the call only reads into it.
        let (answer, kernel) = unsafe {
            let mut kernel: libc::timex = std::mem::zeroed();
            (libc::adjtimex(&raw mut kernel), kernel)
        };
        let synced = answer >= 0 && kernel.status & libc::STA_UNSYNC == 0 && kernel.maxerror < ERROR_MAX_MICROS;
        if synced { ClockState::Synced } else { ClockState::Unsynced }
    }
}

/// A clock that stands still until it is set. Clones show the same time.
#[derive(Clone, Debug)]
pub struct SimulatedClock(Rc<Cell<Timestamp>>);

impl SimulatedClock {
    #[must_use]
    pub fn starting(at: Timestamp) -> Self {
        Self(Rc::new(Cell::new(at)))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.set(now);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.get()
    }

    fn state(&self) -> ClockState {
        ClockState::Synced
    }
}
