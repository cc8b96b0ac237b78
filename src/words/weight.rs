//! How much a notice matters, and what it is called where machines read it.

use crate::airtime::Outcome;
use crate::words::Notice;

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
            Self::DeviceLost { .. }
            | Self::AmplifierFailed { .. }
            | Self::ClockUntrusted { .. }
            | Self::LogNotWritten { .. }
            | Self::LogAnew { .. }
            | Self::LogPutBack
            | Self::RowsLost { .. }
            | Self::FolderGone { .. }
            | Self::DoorShut { .. }
            | Self::StoppedUnwritten { .. } => Weight::Alarm,
            Self::LeftOut { .. }
            | Self::FileBroke { .. }
            | Self::RelayLost { .. }
            | Self::NothingAhead
            | Self::PassedOver { .. }
            | Self::Written(_)
            | Self::NotArchived { .. }
            | Self::Underrun { .. }
            | Self::Deaf(_) => Weight::Warning,
            Self::ItemEnded { outcome, .. } if *outcome != Outcome::Aired => Weight::Warning,
            Self::RelayBack { .. }
            | Self::DeviceBack { .. }
            | Self::ClockTrusted
            | Self::LogWritten
            | Self::LevelChanged { .. }
            | Self::Silenced
            | Self::Released
            | Self::StartsAnew
            | Self::Stopped => Weight::News,
            Self::AmplifierSwitched { failed_before, .. } if *failed_before > 0 => Weight::News,
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
            Self::RelayLost { .. } => "relay_lost",
            Self::RelayBack { .. } => "relay_back",
            Self::DeviceLost { .. } => "device_lost",
            Self::DeviceBack { .. } => "device_back",
            Self::AmplifierSwitched { .. } => "amplifier_switched",
            Self::AmplifierFailed { .. } => "amplifier_failed",
            Self::Next { .. } => "next",
            Self::NothingAhead => "nothing_ahead",
            Self::PassedOver { .. } => "passed_over",
            Self::ClockUntrusted { .. } => "clock_untrusted",
            Self::ClockTrusted => "clock_trusted",
            Self::LogNotWritten { .. } => "log_not_written",
            Self::LogWritten => "log_written",
            Self::NotArchived { .. } => "not_archived",
            Self::LogAnew { .. } => "log_anew",
            Self::LogPutBack => "log_put_back",
            Self::RowsLost { .. } => "rows_lost",
            Self::Written(_) => "mistake",
            Self::FolderGone { .. } => "folder_gone",
            Self::LevelChanged { .. } => "level_changed",
            Self::Underrun { .. } => "underrun",
            Self::DoorShut { .. } => "door_shut",
            Self::Deaf(_) => "deaf",
            Self::StartsAnew => "starts_anew",
            Self::Silenced => "silenced",
            Self::Released => "released",
            Self::Stopped => "stopped",
            Self::StoppedUnwritten { .. } => "stopped_unwritten",
        }
    }
}
