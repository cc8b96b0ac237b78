//! What can go wrong at a station, as a simulation has it happen: a closed set, each with how long or how far.

use std::fmt;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::closed_set;
use crate::time::Span;

/// Something that goes wrong, or that a person does, at one instant of true time.
#[derive(Clone, Debug, PartialEq)]
pub struct Blow {
    pub at: Timestamp,
    pub fault: Fault,
}

/// One fault. What lasts is over by itself after `lasts`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The power is out.
    Power { lasts: SignedDuration },
    /// The power is out, and the clock has forgotten the time: it shows this year until somebody sets it.
    Battery { lasts: SignedDuration, year: i16, wrong_for: SignedDuration },
    /// The power is out, the battery has forgotten the time, and the computer goes on from the time that it kept on its disk.
    SavedClock { lasts: SignedDuration, wrong_for: SignedDuration },
    /// The clock is set `by` so much, and set right again after a while.
    ClockStep { by: SignedDuration, lasts: SignedDuration },
    /// The clock runs fast or slow.
    ClockDrift { ppm: i32, lasts: SignedDuration },
    /// The clock stands still.
    ClockFrozen { lasts: SignedDuration },
    /// No time server can be reached.
    NoTimeServer { lasts: SignedDuration },
    /// The computer sleeps.
    Sleep { lasts: SignedDuration },
    /// The program is stopped in good order, as for an upgrade.
    Restart { lasts: SignedDuration },
    /// The sound card of a zone is gone.
    DeviceGone { zone: usize, lasts: SignedDuration },
    /// The sound card of a zone takes no sound any more and says nothing of it.
    DeviceWedged { zone: usize, lasts: SignedDuration },
    /// The disk is full.
    DiskFull { lasts: SignedDuration },
    /// The disk can only be read.
    DiskReadOnly { lasts: SignedDuration },
    /// A file is gone.
    FileGone { file: usize, lasts: SignedDuration },
    /// A file has other content.
    FileChanged { file: usize, lasts: SignedDuration },
    /// A file is being copied over.
    FileGrows { file: usize, lasts: SignedDuration },
    /// An operator takes a schedule out of force, and puts it back.
    ScheduleGone { schedule: usize, lasts: SignedDuration },
    /// An operator orders an emergency.
    Alert { secs: u64, times: u32, in_quiet_hours: bool },
    /// An operator latches silence.
    Silence { lasts: SignedDuration },
    /// An operator takes an approval back, and gives it again.
    Rejection { file: usize, lasts: SignedDuration },
    /// Another response level is in force.
    Level { level: usize },
    /// The power is out, and what the disk was not told to keep is lost.
    UnsyncedLost { lasts: SignedDuration },
}

impl Fault {
    /// Whether it can happen while the computer is off.
    #[must_use]
    pub const fn is_of_people(&self) -> bool {
        matches!(
            self,
            Self::FileGone { .. } | Self::FileChanged { .. } | Self::FileGrows { .. } | Self::ScheduleGone { .. }
        )
    }

    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Power { .. } => Kind::Power,
            Self::Battery { .. } => Kind::Battery,
            Self::SavedClock { .. } => Kind::SavedClock,
            Self::ClockStep { .. } => Kind::ClockStep,
            Self::ClockDrift { .. } => Kind::ClockDrift,
            Self::ClockFrozen { .. } => Kind::ClockFrozen,
            Self::NoTimeServer { .. } => Kind::NoTimeServer,
            Self::Sleep { .. } => Kind::Sleep,
            Self::Restart { .. } => Kind::Restart,
            Self::DeviceGone { .. } => Kind::DeviceGone,
            Self::DeviceWedged { .. } => Kind::DeviceWedged,
            Self::DiskFull { .. } => Kind::DiskFull,
            Self::DiskReadOnly { .. } => Kind::DiskReadOnly,
            Self::FileGone { .. } => Kind::FileGone,
            Self::FileChanged { .. } => Kind::FileChanged,
            Self::FileGrows { .. } => Kind::FileGrows,
            Self::ScheduleGone { .. } => Kind::ScheduleGone,
            Self::Alert { .. } => Kind::Alert,
            Self::Silence { .. } => Kind::Silence,
            Self::Rejection { .. } => Kind::Rejection,
            Self::Level { .. } => Kind::Level,
            Self::UnsyncedLost { .. } => Kind::UnsyncedLost,
        }
    }
}

closed_set! {
    /// The kinds of fault, by the names they are chosen by.
    Kind {
        Power = "power",
        Battery = "battery",
        ClockStep = "clock_step",
        ClockDrift = "clock_drift",
        ClockFrozen = "clock_frozen",
        NoTimeServer = "no_time_server",
        Sleep = "sleep",
        Restart = "restart",
        DeviceGone = "device_gone",
        DeviceWedged = "device_wedged",
        DiskFull = "disk_full",
        DiskReadOnly = "disk_read_only",
        FileGone = "file_gone",
        FileChanged = "file_changed",
        FileGrows = "file_grows",
        ScheduleGone = "schedule_gone",
        Alert = "alert",
        Silence = "silence",
        Rejection = "rejection",
        Level = "level",
        UnsyncedLost = "unsynced_lost",
        SavedClock = "saved_clock",
    }
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.at, self.fault)
    }
}

/// Faults of these kinds over a span of true time, `per_day` of them a day on average, earliest first. The same seed draws
/// the same faults.
#[must_use]
pub fn draw(rng: &mut Rng, kinds: &[Kind], span: Span, per_day: f64) -> Vec<Blow> {
    let secs = span.end.duration_since(span.start).as_secs();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some thousands"
    )]
    let count = (secs as f64 / 86_400.0 * per_day).round() as usize;
    let mut blows: Vec<Blow> = (0..count)
        .filter_map(|_| {
            let kind = *kinds.get(rng.usize(..kinds.len().max(1)))?;
            let at = span.start + SignedDuration::from_millis(rng.i64(0..secs.max(1) * 1_000));
            Some(Blow { at, fault: one(rng, kind) })
        })
        .collect();
    blows.sort_by_key(|blow| blow.at);
    blows
}

fn one(rng: &mut Rng, kind: Kind) -> Fault {
    let secs = SignedDuration::from_secs;
    // Most troubles are short, some take hours: by the order of magnitude, from a second to about a day.
    let magnitude = |rng: &mut Rng, most: u32| {
        let digits = rng.u32(0..=most);
        secs(rng.i64(1..10) * 10_i64.pow(digits))
    };
    let lasts = magnitude(rng, 4);
    match kind {
        Kind::Power => Fault::Power { lasts },
        Kind::Battery => {
            let year = *rng.choice(&[1970, 2000, 2019, 2099]).unwrap_or(&1970);
            Fault::Battery { lasts, year, wrong_for: magnitude(rng, 4) }
        }
        Kind::ClockStep => {
            let by = magnitude(rng, 5);
            Fault::ClockStep { by: if rng.bool() { by } else { -by }, lasts }
        }
        Kind::ClockDrift => Fault::ClockDrift { ppm: rng.i32(-400..=400), lasts },
        Kind::ClockFrozen => Fault::ClockFrozen { lasts: magnitude(rng, 3) },
        Kind::NoTimeServer => Fault::NoTimeServer { lasts: lasts * 10 },
        Kind::Sleep => Fault::Sleep { lasts },
        Kind::Restart => Fault::Restart { lasts: magnitude(rng, 1) },
        Kind::DeviceGone => Fault::DeviceGone { zone: rng.usize(..8), lasts: magnitude(rng, 3) },
        Kind::DeviceWedged => Fault::DeviceWedged { zone: rng.usize(..8), lasts: magnitude(rng, 3) },
        Kind::DiskFull => Fault::DiskFull { lasts },
        Kind::DiskReadOnly => Fault::DiskReadOnly { lasts },
        Kind::FileGone => Fault::FileGone { file: rng.usize(..1_000), lasts },
        Kind::FileChanged => Fault::FileChanged { file: rng.usize(..1_000), lasts },
        Kind::FileGrows => Fault::FileGrows { file: rng.usize(..1_000), lasts: magnitude(rng, 2) },
        Kind::ScheduleGone => Fault::ScheduleGone { schedule: rng.usize(..8), lasts },
        Kind::Alert => Fault::Alert { secs: rng.u64(5..120), times: rng.u32(1..6), in_quiet_hours: rng.bool() },
        Kind::Silence => Fault::Silence { lasts },
        Kind::Rejection => Fault::Rejection { file: rng.usize(..1_000), lasts },
        Kind::Level => Fault::Level { level: rng.usize(..8) },
        Kind::UnsyncedLost => Fault::UnsyncedLost { lasts },
        Kind::SavedClock => Fault::SavedClock { lasts, wrong_for: magnitude(rng, 4) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_drawn_by_its_name_and_the_same_seed_draws_the_same() {
        let start = Timestamp::from_second(1_600_000_000).unwrap();
        let span = Span { start, end: start + SignedDuration::from_hours(24 * 100) };
        let drawn = |seed| draw(&mut Rng::with_seed(seed), Kind::ALL, span, 20.0);
        let blows = drawn(7);
        assert_eq!(blows.len(), 2_000);
        assert_eq!(blows, drawn(7));
        assert_ne!(blows, drawn(8));
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(*kind));
            assert!(blows.iter().any(|blow| blow.fault.kind() == *kind), "{kind:?}");
        }
        assert!(
            blows.is_sorted_by_key(|blow| blow.at)
                && blows.iter().all(|blow| span.start <= blow.at && blow.at < span.end)
        );
    }
}
