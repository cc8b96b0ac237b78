//! What the machine itself is in: clock, time zone, disk, service; and what it cannot know of itself.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{ClockState, Doubt, doubt};
use crate::doctor::{State, Topic};
use crate::time::shown;

/// The computer's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    pub now: Timestamp,
    /// Untrusted: the running station says so.
    pub state: ClockState,
    /// The last time that the log knows of.
    pub last_known: Option<Timestamp>,
    /// What the battery's clock shows; None where there is none, or the computer was told the time since it started.
    pub battery: Option<Timestamp>,
    /// In which it is shown.
    pub zone: TimeZone,
}

/// The computer's time zone beside the station's.
#[derive(Clone, Debug, PartialEq)]
pub struct Zones {
    pub now: Timestamp,
    /// None where the system does not tell.
    pub system: Option<TimeZone>,
    pub station: TimeZone,
}

/// The file system that holds the station's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    pub bytes_free: u64,
    pub files_free: Option<u64>,
    pub read_only: bool,
}

/// The unit `loa.service`, as systemd tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// `loaded`, `not-found`, `masked` …
    pub load: String,
    /// `enabled`, `disabled`, `static` …
    pub file: String,
    /// `active`, `inactive`, `failed` …
    pub active: String,
    /// The account it runs as; empty for root.
    pub user: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MachineFinding {
    ClockGood {
        shown: String,
    },
    ClockUnsynced {
        shown: String,
    },
    ClockImpossible {
        shown: String,
    },
    ClockBehind {
        shown: String,
        last_known: String,
    },
    /// So far ahead of what is known that somebody has to say that it is right.
    ClockAhead {
        shown: String,
        last_known: String,
    },
    /// The battery has forgotten the time, and the computer goes by one that it kept on its disk.
    ClockGuessed {
        shown: String,
        battery: String,
    },
    ZoneGood {
        zone: String,
    },
    ZoneOther {
        system: String,
        station: String,
    },
    ZoneUnknown,
    DiskGood {
        megabytes: u64,
    },
    DiskLow {
        megabytes: u64,
    },
    DiskFull {
        megabytes: u64,
    },
    DiskReadOnly,
    DiskUnknown {
        detail: String,
    },
    NoSystemd,
    ServiceMissing,
    ServiceMasked,
    ServiceDisabled,
    ServiceFailed,
    ServiceStopped,
    ServiceGood,
    PowerAfterOutage,
}

impl MachineFinding {
    pub(in crate::doctor) const fn judged(&self) -> (Topic, State) {
        match self {
            Self::ClockGood { .. } => (Topic::Clock, State::Ok),
            Self::ClockUnsynced { .. } => (Topic::Clock, State::Warning),
            Self::ClockImpossible { .. }
            | Self::ClockBehind { .. }
            | Self::ClockAhead { .. }
            | Self::ClockGuessed { .. } => (Topic::Clock, State::Error),
            Self::ZoneGood { .. } => (Topic::Timezone, State::Ok),
            Self::ZoneOther { .. } => (Topic::Timezone, State::Warning),
            Self::ZoneUnknown => (Topic::Timezone, State::Unknown),
            Self::DiskGood { .. } => (Topic::Disk, State::Ok),
            Self::DiskLow { .. } => (Topic::Disk, State::Warning),
            Self::DiskFull { .. } | Self::DiskReadOnly => (Topic::Disk, State::Error),
            Self::DiskUnknown { .. } => (Topic::Disk, State::Unknown),
            Self::NoSystemd => (Topic::Service, State::Unknown),
            Self::ServiceMissing | Self::ServiceStopped => (Topic::Service, State::Warning),
            Self::ServiceMasked | Self::ServiceDisabled | Self::ServiceFailed => (Topic::Service, State::Error),
            Self::ServiceGood => (Topic::Service, State::Ok),
            Self::PowerAfterOutage => (Topic::Power, State::Hint),
        }
    }
}

impl Clock {
    #[must_use]
    pub fn judge(self) -> MachineFinding {
        let show = |at: Timestamp| shown(at, &self.zone);
        let shown = show(self.now);
        match doubt(self.now, self.state, self.last_known, self.battery) {
            Some(Doubt::Impossible) => MachineFinding::ClockImpossible { shown },
            Some(Doubt::Behind { last }) => MachineFinding::ClockBehind { shown, last_known: show(last) },
            Some(Doubt::Ahead { last }) => MachineFinding::ClockAhead { shown, last_known: show(last) },
            Some(Doubt::Guessed { battery }) => MachineFinding::ClockGuessed { shown, battery: show(battery) },
            None if self.state == ClockState::Synced => MachineFinding::ClockGood { shown },
            None => MachineFinding::ClockUnsynced { shown },
        }
    }
}

impl Zones {
    /// Names do not matter (Hanoi has no zone of its own, Bangkok's is as good): only what the clocks show.
    #[must_use]
    pub fn judge(self) -> MachineFinding {
        let Some(system) = self.system else { return MachineFinding::ZoneUnknown };
        let half_a_year = SignedDuration::from_hours(24 * 182);
        let alike = |at: Timestamp| system.to_offset(at) == self.station.to_offset(at);
        let name = |zone: &TimeZone| {
            zone.iana_name().map_or_else(|| format!("UTC{}", zone.to_offset(self.now)), str::to_owned)
        };
        let station = name(&self.station);
        if alike(self.now) && self.now.checked_add(half_a_year).is_ok_and(alike) {
            MachineFinding::ZoneGood { zone: station }
        } else {
            MachineFinding::ZoneOther { system: name(&system), station }
        }
    }
}

const MEGABYTE: u64 = 1_000_000;
/// Less than this lasts for days only: a log grows by some kilobytes a day, but a bulletin takes megabytes.
const LOW_MEGABYTES: u64 = 1_000;
const FULL_MEGABYTES: u64 = 100;
const FULL_FILES: u64 = 100;

impl Disk {
    #[must_use]
    pub fn judge(self) -> MachineFinding {
        let megabytes = self.bytes_free / MEGABYTE;
        let no_files = self.files_free.is_some_and(|files| files < FULL_FILES);
        match megabytes {
            _ if self.read_only => MachineFinding::DiskReadOnly,
            _ if no_files => MachineFinding::DiskFull { megabytes },
            0..FULL_MEGABYTES => MachineFinding::DiskFull { megabytes },
            FULL_MEGABYTES..LOW_MEGABYTES => MachineFinding::DiskLow { megabytes },
            _ => MachineFinding::DiskGood { megabytes },
        }
    }
}

impl Service {
    /// What is wrong first: a unit that is not there cannot be enabled.
    #[must_use]
    pub fn judge(&self) -> MachineFinding {
        match (self.load.as_str(), self.file.as_str(), self.active.as_str()) {
            ("masked", ..) => MachineFinding::ServiceMasked,
            ("loaded", _, "failed") => MachineFinding::ServiceFailed,
            (
                "loaded",
                "enabled" | "enabled-runtime" | "alias" | "generated",
                "active" | "activating" | "reloading",
            ) => MachineFinding::ServiceGood,
            ("loaded", "enabled" | "alias" | "generated", _) => MachineFinding::ServiceStopped,
            ("loaded", ..) => MachineFinding::ServiceDisabled,
            _ => MachineFinding::ServiceMissing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn clock(now: &str, state: ClockState, last_known: Option<&str>) -> MachineFinding {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        Clock { now: at(now), state, last_known: last_known.map(at), battery: None, zone }.judge()
    }

    #[test]
    fn a_year_that_cannot_be_is_a_dead_battery() {
        let found = clock("2000-01-01T17:03:00Z", ClockState::Unsynced, None);
        assert_eq!(found, MachineFinding::ClockImpossible { shown: "00:03:00 02/01/2000".to_owned() });
        assert_eq!(found.judged().1, State::Error);
    }

    #[test]
    fn a_clock_behind_its_own_log_is_wrong_unless_a_server_set_it() {
        let behind = clock("2026-03-01T00:00:00Z", ClockState::Unsynced, Some("2026-03-02T00:00:00Z"));
        assert!(matches!(behind, MachineFinding::ClockBehind { .. }), "{behind:?}");
        let served = clock("2026-03-01T00:00:00Z", ClockState::Synced, Some("2026-03-02T00:00:00Z"));
        assert!(matches!(served, MachineFinding::ClockGood { .. }), "{served:?}");
        let alone = clock("2026-03-01T00:00:00Z", ClockState::Unsynced, Some("2026-03-01T00:04:00Z"));
        assert_eq!(alone.judged().1, State::Warning);
    }

    #[test]
    fn zones_count_by_what_the_clock_shows() {
        let zones = |system: Option<&str>| {
            let zone = |name: &str| TimeZone::get(name).unwrap();
            let station = zone("Asia/Ho_Chi_Minh");
            Zones { now: at("2026-03-01T00:00:00Z"), system: system.map(zone), station }.judge()
        };
        assert_eq!(zones(Some("Asia/Bangkok")).judged().1, State::Ok);
        let other = MachineFinding::ZoneOther { system: "UTC".to_owned(), station: "Asia/Ho_Chi_Minh".to_owned() };
        assert_eq!(zones(Some("UTC")), other);
        assert_eq!(zones(None), MachineFinding::ZoneUnknown);
    }

    #[test]
    fn a_disk_is_full_before_it_is_empty() {
        let disk = |megabytes: u64, files_free, read_only| {
            Disk { bytes_free: megabytes * MEGABYTE, files_free, read_only }.judge().judged().1
        };
        assert_eq!(disk(20_000, Some(1_000_000), false), State::Ok);
        assert_eq!(disk(500, None, false), State::Warning);
        assert_eq!(disk(99, None, false), State::Error);
        assert_eq!(disk(20_000, Some(3), false), State::Error, "no room for one more file");
        assert_eq!(disk(20_000, None, true), State::Error);
    }

    #[test]
    fn a_service_is_good_when_it_runs_now_and_after_the_next_outage() {
        let service = |load: &str, file: &str, active: &str| {
            let [load, file, active] = [load, file, active].map(str::to_owned);
            Service { load, file, active, user: String::new() }.judge()
        };
        assert_eq!(service("loaded", "enabled", "active"), MachineFinding::ServiceGood);
        assert_eq!(service("loaded", "disabled", "active"), MachineFinding::ServiceDisabled);
        assert_eq!(service("loaded", "enabled", "inactive"), MachineFinding::ServiceStopped);
        assert_eq!(service("loaded", "enabled", "failed"), MachineFinding::ServiceFailed);
        assert_eq!(service("masked", "masked", "inactive"), MachineFinding::ServiceMasked);
        assert_eq!(service("not-found", "", "inactive"), MachineFinding::ServiceMissing);
    }
}
