//! The self-test: from facts about machine, sound and home to findings, each with its state.
//!
//! Whoever gathers the facts asks the world; here they are only judged, so that each finding can be provoked in a test.
//! What a finding says, and what to do about it, stands in `words`. A new check is a fact, its judgement and its sentence
//! here and there, and one line in the list of `cli/doctor`.

mod home;
mod machine;
mod program;
mod sound;
mod volumes;

pub use home::{Database, Folders, HomeFinding, Orders, Rights, Settings};
pub use machine::{Clock, Disk, MachineFinding, Service, Zones};
pub use program::{Alarms, OpenAlarm, Station, Within};
pub use sound::{Output, OutputState, SoundAccess, SoundFinding, Trial, Tried};
pub use volumes::{Control, Mixer, MixerFault};

/// What a finding is about, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Settings,
    Device,
    Mixer,
    SoundAccess,
    /// What went out when it was tried.
    SoundTest,
    Clock,
    Timezone,
    Folders,
    Disk,
    Database,
    Seal,
    Schedule,
    NextSession,
    Station,
    /// What the station itself calls wrong.
    Alarm,
    Service,
    Power,
}

impl Topic {
    /// Its name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Device => "device",
            Self::Mixer => "mixer",
            Self::SoundAccess => "sound_access",
            Self::SoundTest => "sound_test",
            Self::Clock => "clock",
            Self::Timezone => "timezone",
            Self::Folders => "folders",
            Self::Disk => "disk",
            Self::Database => "database",
            Self::Seal => "seal",
            Self::Schedule => "schedule",
            Self::NextSession => "next_session",
            Self::Station => "station",
            Self::Alarm => "alarm",
            Self::Service => "service",
            Self::Power => "power",
        }
    }
}

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    /// The station airs, but somebody should look at it.
    Warning,
    /// Something does not air, or not for long.
    Error,
    /// It could not be found out.
    Unknown,
    /// What no program can see, and a person has to look at once.
    Hint,
}

impl State {
    /// Its name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Unknown => "unknown",
            Self::Hint => "hint",
        }
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    Sound(SoundFinding),
    Machine(MachineFinding),
    Home(HomeFinding),
    /// The look at it was not over in time.
    Late(Topic),
}

impl Finding {
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Sound(finding) => finding.judged().0,
            Self::Machine(finding) => finding.judged().0,
            Self::Home(finding) => finding.judged().0,
            Self::Late(topic) => *topic,
        }
    }

    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Sound(finding) => finding.judged().1,
            Self::Machine(finding) => finding.judged().1,
            Self::Home(finding) => finding.judged().1,
            Self::Late(_) => State::Unknown,
        }
    }

    /// Whether a device, the disk or the database has failed, rather than that something is set or written wrongly.
    #[must_use]
    pub const fn is_of_the_world(&self) -> bool {
        let topic = matches!(self.topic(), Topic::Device | Topic::SoundTest | Topic::Disk | Topic::Database);
        topic && matches!(self.state(), State::Error)
    }
}

impl From<SoundFinding> for Finding {
    fn from(finding: SoundFinding) -> Self {
        Self::Sound(finding)
    }
}

impl From<MachineFinding> for Finding {
    fn from(finding: MachineFinding) -> Self {
        Self::Machine(finding)
    }
}

impl From<HomeFinding> for Finding {
    fn from(finding: HomeFinding) -> Self {
        Self::Home(finding)
    }
}
