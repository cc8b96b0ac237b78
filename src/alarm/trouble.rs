//! The closed list of what can be wrong with a station that runs.

use jiff::civil::Date;

use crate::amplifier::{HookFault, Switch};
use crate::closed_set;
use crate::library::{Defect, Status};
use crate::planner::Promise;
use crate::playout::SoundFault;
use crate::proof::Deaf;
use crate::written::{Problem, Standing};

/// One thing that is wrong at this moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The computer's clock cannot be right: what it shows, and the latest time that is known to have passed.
    ClockUntrusted {
        shown: String,
        last_known: String,
    },
    /// The battery's clock has forgotten the time and shows this; the computer goes by a time that it kept on its disk.
    ClockGuessed {
        shown: String,
        battery: String,
    },
    /// The log cannot be written, and so many entries wait.
    LogNotWritten {
        detail: String,
        waiting: usize,
    },
    /// A zone cannot sound.
    DeviceLost {
        zone: String,
        fault: SoundFault,
    },
    /// A command of the amplifier failed, so often by now.
    AmplifierFailed {
        switch: Switch,
        program: String,
        fault: HookFault,
        tries: u32,
    },
    /// The capture input hears nothing.
    Deaf(Deaf),
    /// Nothing comes from a relay that is on.
    RelayLost {
        relay: String,
        defect: Defect,
    },
    /// The first mistake in a file, how many more it has, and what counts instead of it.
    Mistake {
        first: Box<Problem>,
        more: usize,
        standing: Standing,
    },
    /// The audio folder cannot be looked into.
    FolderGone {
        folder: String,
        detail: String,
    },
    /// A file that was meant to air cannot.
    FileUnfit {
        path: String,
        status: Status,
    },
    /// Files of the ministry set are not there.
    SetIncomplete {
        expected: u32,
        present: u32,
    },
    /// What a day owes cannot be reached any more.
    ObligationShort {
        schedule: String,
        set: &'static str,
        date: Date,
        required: u32,
        reachable: u32,
    },
    DiskFull {
        megabytes: u64,
    },
    DiskReadOnly,
    /// Other commands cannot speak with the station.
    DoorShut {
        socket: String,
        detail: String,
    },
    /// There are so many more of a kind than are told one by one.
    More {
        what: What,
        count: usize,
    },
}

closed_set! {
    /// The kinds of alarms, by their names for programs and in the database.
    What {
        ClockUntrusted = "clock_untrusted",
        LogNotWritten = "log_not_written",
        DeviceLost = "device_lost",
        AmplifierFailed = "amplifier_failed",
        Deaf = "deaf",
        RelayLost = "relay_lost",
        Mistake = "mistake",
        FolderGone = "folder_gone",
        FileUnfit = "file_unfit",
        SetIncomplete = "set_incomplete",
        ObligationShort = "obligation_short",
        DiskFull = "disk_full",
        DiskReadOnly = "disk_read_only",
        DoorShut = "door_shut",
    }
}

impl What {
    /// Whether another reason is told as well, while the alarm stands: a person is mending it line by line.
    pub(in crate::alarm) const fn is_told_anew(self) -> bool {
        matches!(self, Self::Mistake)
    }
}

impl Trouble {
    #[must_use]
    pub const fn what(&self) -> What {
        match self {
            Self::ClockUntrusted { .. } | Self::ClockGuessed { .. } => What::ClockUntrusted,
            Self::LogNotWritten { .. } => What::LogNotWritten,
            Self::DeviceLost { .. } => What::DeviceLost,
            Self::AmplifierFailed { .. } => What::AmplifierFailed,
            Self::Deaf(_) => What::Deaf,
            Self::RelayLost { .. } => What::RelayLost,
            Self::Mistake { .. } => What::Mistake,
            Self::FolderGone { .. } => What::FolderGone,
            Self::FileUnfit { .. } => What::FileUnfit,
            Self::SetIncomplete { .. } => What::SetIncomplete,
            Self::ObligationShort { .. } => What::ObligationShort,
            Self::DiskFull { .. } => What::DiskFull,
            Self::DiskReadOnly => What::DiskReadOnly,
            Self::DoorShut { .. } => What::DoorShut,
            Self::More { what, .. } => *what,
        }
    }

    /// What tells it from others of its kind; empty where there is only one.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::DeviceLost { zone, .. } => zone.clone(),
            Self::AmplifierFailed { switch, .. } => switch.name().to_owned(),
            Self::Deaf(Deaf::Absent { device } | Deaf::Failed { device, .. } | Deaf::Stalled { device }) => {
                device.clone()
            }
            Self::RelayLost { relay, .. } => relay.clone(),
            Self::Mistake { standing, .. } => standing.file.clone(),
            Self::FolderGone { folder, .. } => folder.clone(),
            Self::FileUnfit { path, .. } => format!("audio/{path}"),
            Self::ObligationShort { schedule, set, .. } => format!("{schedule}: {set}"),
            Self::DoorShut { socket, .. } => socket.clone(),
            Self::ClockUntrusted { .. }
            | Self::ClockGuessed { .. }
            | Self::LogNotWritten { .. }
            | Self::SetIncomplete { .. }
            | Self::DiskFull { .. }
            | Self::DiskReadOnly
            | Self::More { .. } => String::new(),
        }
    }

    /// The trouble with a promise of a day, if it cannot be kept.
    #[must_use]
    pub fn of_promise(promise: &Promise, date: Date) -> Option<Self> {
        (promise.short_of() > 0).then(|| Self::ObligationShort {
            schedule: promise.schedule.clone(),
            set: promise.set.name(),
            date,
            required: promise.required(),
            reachable: promise.planned(),
        })
    }
}
