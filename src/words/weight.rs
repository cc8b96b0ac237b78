//! How much a notice matters, and what it is called where machines read it.

use crate::airtime::Outcome;
use crate::words::{Notice, alarm};

/// How much a notice matters, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Somebody has to come: nothing sounds, or nothing is written down.
    Alarm,
    /// Something did not go as ordered, and the programme goes on.
    Warning,
    /// What an operator or the world changed.
    News,
    /// The day as planned.
    Routine,
    /// Each item of it.
    Detail,
}

impl Notice {
    /// How much it matters.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Self::Wrong(alarm) | Self::StillWrong { alarm, .. } => alarm::weight(alarm.what),
            Self::StoppedUnwritten { .. } | Self::LogAnew { .. } | Self::LogPutBack | Self::RowsLost { .. } => {
                Weight::Alarm
            }
            Self::LeftOut { .. }
            | Self::FileBroke { .. }
            | Self::NothingAhead
            | Self::PassedOver { .. }
            | Self::NotArchived { .. }
            | Self::Underrun { .. }
            | Self::StoodStill { .. }
            | Self::ClockSet { .. }
            | Self::ClockSetWaits { .. } => Weight::Warning,
            Self::ItemEnded { outcome, .. } if *outcome != Outcome::Aired => Weight::Warning,
            Self::Over(_)
            | Self::LevelChanged { .. }
            | Self::Silenced
            | Self::Released
            | Self::StartsAnew
            | Self::Stopped => Weight::News,
            Self::SessionBegan { .. } | Self::SessionOver { .. } | Self::Next { .. } => Weight::Routine,
            Self::ItemBegan { .. }
            | Self::ItemEnded { .. }
            | Self::RelayTitle { .. }
            | Self::AmplifierSwitched { .. } => Weight::Detail,
        }
    }

    /// One word for machines; the sentence is for people.
    #[must_use]
    pub fn event(&self) -> &'static str {
        match self {
            Self::SessionBegan { .. } => "session_began",
            Self::SessionOver { .. } => "session_over",
            Self::ItemBegan { .. } => "item_began",
            Self::ItemEnded { .. } => "item_ended",
            Self::LeftOut { .. } => "left_out",
            Self::FileBroke { .. } => "file_broke",
            Self::RelayTitle { .. } => "relay_title",
            Self::AmplifierSwitched { .. } => "amplifier_switched",
            Self::Next { .. } => "next",
            Self::NothingAhead => "nothing_ahead",
            Self::PassedOver { .. } => "passed_over",
            Self::ClockSet { .. } => "clock_set",
            Self::ClockSetWaits { .. } => "clock_set_waits",
            Self::StoodStill { .. } => "stood_still",
            Self::NotArchived { .. } => "not_archived",
            Self::LogAnew { .. } => "log_anew",
            Self::LogPutBack => "log_put_back",
            Self::RowsLost { .. } => "rows_lost",
            Self::Wrong(alarm) | Self::StillWrong { alarm, .. } => alarm.what.name(),
            Self::Over(alarm) => alarm::event_over(alarm.what),
            Self::LevelChanged { .. } => "level_changed",
            Self::Underrun { .. } => "underrun",
            Self::StartsAnew => "starts_anew",
            Self::Silenced => "silenced",
            Self::Released => "released",
            Self::Stopped => "stopped",
            Self::StoppedUnwritten { .. } => "stopped_unwritten",
        }
    }
}
