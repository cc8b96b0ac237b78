//! What time it is: the computer's clock, steadied for the station, or a simulated one.

use std::cell::Cell;
use std::fs;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Boot, ClockState};
use crate::equipment::StationTime;
use crate::time::{Jump, Look, Steady};

/// The station's clock.
pub trait Clock {
    /// The station's time: the computer's clock, but what was set on it during a session counts only after that.
    fn now(&self) -> Timestamp;

    /// Lets the station's time follow the computer's clock. A jump is told when it is taken over, and, while time is
    /// `held` because something is on the air, each time it is seen to wait.
    fn follow(&mut self, held: bool) -> Option<Jump>;

    /// What the computer's clock shows, whatever the station makes of it.
    fn wall(&self) -> Timestamp;

    /// Synced or unsynced, as far as the system knows; whether it can be trusted at all is for the station to judge.
    fn state(&self) -> ClockState;

    /// What the clock shows that the battery keeps while the power is out; None where there is none.
    fn battery(&self) -> Option<Timestamp>;

    /// Which start of the computer this is, and how long ago: what corrects rows that were written by a wrong clock.
    fn boot(&self) -> Boot;
}

/// The computer's clock as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system what time it is")]
    pub fn now(self) -> Timestamp {
        Timestamp::now()
    }

    /// After systemd's rule: synchronised unless the kernel says otherwise or admits an error of 16 s or more.
    #[must_use]
    pub fn state(self) -> ClockState {
        const ERROR_MAX_MICROS: libc::c_long = 16_000_000;
        // SAFETY: all zeros is a valid `timex`; with `modes` 0 the call only reads into it.
        let (answer, kernel) = unsafe {
            let mut kernel: libc::timex = std::mem::zeroed();
            (libc::adjtimex(&raw mut kernel), kernel)
        };
        let synced = answer >= 0 && kernel.status & libc::STA_UNSYNC == 0 && kernel.maxerror < ERROR_MAX_MICROS;
        if synced { ClockState::Synced } else { ClockState::Unsynced }
    }

    /// The clock that the kernel began with.
    #[must_use]
    pub fn battery(self) -> Option<Timestamp> {
        let seconds = fs::read_to_string("/sys/class/rtc/rtc0/since_epoch").ok()?;
        Timestamp::from_second(seconds.trim().parse().ok()?).ok()
    }

    /// The kernel's name for this start of the computer, and how long ago it was.
    #[must_use]
    pub fn boot(self) -> Boot {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned();
        Boot { id, uptime: StationTime::wall_and_uptime().1 }
    }
}

/// The computer's clock as the running station goes by it.
#[derive(Debug)]
pub struct StationClock {
    steady: Steady,
    time: StationTime,
    boot: String,
}

impl StationClock {
    /// Begins with what the computer's clock shows. The sound and capture threads are given [`StationClock::time`].
    #[must_use]
    pub fn new() -> Self {
        let (wall, uptime) = StationTime::wall_and_uptime();
        let time = StationTime::of_the_computer();
        time.set(wall, uptime);
        Self { steady: Steady::new(wall, uptime), time, boot: SystemClock.boot().id }
    }

    /// The same time for threads of their own.
    #[must_use]
    pub fn time(&self) -> StationTime {
        self.time.clone()
    }
}

impl Default for StationClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for StationClock {
    fn now(&self) -> Timestamp {
        self.steady.at(StationTime::wall_and_uptime().1)
    }

    fn follow(&mut self, held: bool) -> Option<Jump> {
        let (wall, uptime) = StationTime::wall_and_uptime();
        let Look { now, jump } = self.steady.look(wall, uptime, held);
        self.time.set(now, uptime);
        jump
    }

    fn wall(&self) -> Timestamp {
        SystemClock.now()
    }

    fn state(&self) -> ClockState {
        SystemClock.state()
    }

    fn battery(&self) -> Option<Timestamp> {
        SystemClock.battery()
    }

    fn boot(&self) -> Boot {
        Boot { id: self.boot.clone(), uptime: StationTime::wall_and_uptime().1 }
    }
}

/// A clock that stands still until time passes. Clones show the same time.
///
/// There is the time it truly is, which only passes, what the clock shows, which may be set, run fast or slow, or be
/// forgotten, and what the battery keeps.
#[derive(Clone, Debug)]
pub struct SimulatedClock(Rc<World>);

#[derive(Debug)]
struct World {
    /// The time it truly is.
    truth: Cell<Timestamp>,
    /// How far the clock is off it, and since when it runs fast or slow by so many millionths.
    off: Cell<SignedDuration>,
    drift: Cell<(i32, Timestamp)>,
    /// How far the battery's clock is off it.
    battery_off: Cell<SignedDuration>,
    /// What it shows while it stands still.
    frozen: Cell<Option<Timestamp>>,
    state: Cell<ClockState>,
    booted: Cell<(u64, Timestamp)>,
    steady: Cell<Steady>,
}

impl SimulatedClock {
    /// Right, and in step with a time server.
    #[must_use]
    pub fn starting(at: Timestamp) -> Self {
        Self(Rc::new(World {
            truth: Cell::new(at),
            off: Cell::new(SignedDuration::ZERO),
            drift: Cell::new((0, at)),
            battery_off: Cell::new(SignedDuration::ZERO),
            frozen: Cell::new(None),
            state: Cell::new(ClockState::Synced),
            booted: Cell::new((1, at)),
            steady: Cell::new(Steady::new(at, SignedDuration::ZERO)),
        }))
    }

    /// The time it truly is.
    #[must_use]
    pub fn truth(&self) -> Timestamp {
        self.0.truth.get()
    }

    /// Time passes until it truly is `truth`.
    pub fn pass_until(&self, truth: Timestamp) {
        self.0.truth.set(truth);
    }

    /// The clock is set `off` the true time.
    pub fn set_off(&self, off: SignedDuration) {
        self.0.off.set(off);
        self.0.drift.set((self.0.drift.get().0, self.truth()));
    }

    /// The battery's clock is set `off` the true time.
    pub fn set_battery_off(&self, off: SignedDuration) {
        self.0.battery_off.set(off);
    }

    /// It runs fast (or slow, if negative) by so many millionths from now on.
    pub fn set_drift(&self, ppm: i32) {
        self.0.off.set(self.off());
        self.0.drift.set((ppm, self.truth()));
    }

    /// It stands still, or goes on from what it shows.
    pub fn freeze(&self, still: bool) {
        let shown = self.wall();
        self.0.frozen.set(still.then_some(shown));
        if !still {
            self.set_off(shown.duration_since(self.truth()));
        }
    }

    /// Whether what it shows passes as time does.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.0.drift.get().0 == 0 && self.0.frozen.get().is_none()
    }

    /// How far it is off the true time.
    #[must_use]
    pub fn off(&self) -> SignedDuration {
        let (ppm, since) = self.0.drift.get();
        self.0.off.get() + self.truth().duration_since(since) / 1_000_000 * ppm
    }

    pub fn set_state(&self, state: ClockState) {
        self.0.state.set(state);
    }

    /// The computer starts: uptime counts from here, and the station's time begins with what the clock shows.
    pub fn boot_anew(&self) {
        let (number, _) = self.0.booted.get();
        self.0.booted.set((number + 1, self.truth()));
        self.0.steady.set(Steady::new(self.wall(), SignedDuration::ZERO));
    }

    fn uptime(&self) -> SignedDuration {
        self.truth().duration_since(self.0.booted.get().1)
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.steady.get().at(self.uptime())
    }

    fn follow(&mut self, held: bool) -> Option<Jump> {
        let mut steady = self.0.steady.get();
        let look = steady.look(self.wall(), self.uptime(), held);
        self.0.steady.set(steady);
        look.jump
    }

    fn wall(&self) -> Timestamp {
        let runs = || self.truth().checked_add(self.off()).unwrap_or(Timestamp::MIN);
        self.0.frozen.get().unwrap_or_else(runs)
    }

    fn state(&self) -> ClockState {
        self.0.state.get()
    }

    fn battery(&self) -> Option<Timestamp> {
        self.truth().checked_add(self.0.battery_off.get()).ok()
    }

    fn boot(&self) -> Boot {
        Boot { id: format!("simulated-{}", self.0.booted.get().0), uptime: self.uptime() }
    }
}
