//! Whether sound can go out: the outputs, the right to open the card (the volumes have a file of their own); and whether
//! it did when it was tried.

use crate::doctor::{State, Topic};
use crate::playout::SoundFault;
use crate::time::Frames;

/// One output with the zones that play on it; none are named where the station has only one.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub zones: Vec<String>,
    pub device: String,
    pub state: OutputState,
}

#[derive(Clone, Debug, PartialEq)]
pub enum OutputState {
    /// It was opened for a look, and given back.
    Opens,
    /// The running station plays on it.
    InUse,
    /// The running station has lost it and tries again.
    Lost,
    Fails(SoundFault),
    /// `silent`
    Nowhere,
    /// `wav:FILE`
    File,
}

/// Whether somebody may open the sound cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundAccess {
    pub user: String,
    /// What lies in /dev/snd.
    pub nodes: usize,
    /// The group that they belong to.
    pub group: String,
    pub may_open: bool,
}

/// A call that was sent to one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub zone: Option<String>,
    pub device: String,
    /// What was played.
    pub call: Option<String>,
    pub tried: Tried,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Tried {
    /// The output consumed so much of it.
    Played { heard: Frames, fault: Option<SoundFault> },
    /// Somebody else went on the air meanwhile.
    GaveWay,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SoundFinding {
    DeviceOpens {
        zones: Vec<String>,
        device: String,
    },
    DeviceInUse {
        zones: Vec<String>,
        device: String,
    },
    DeviceLost {
        zones: Vec<String>,
        device: String,
    },
    DeviceFails {
        zones: Vec<String>,
        fault: SoundFault,
    },
    ToNowhere {
        zones: Vec<String>,
    },
    ToFile {
        zones: Vec<String>,
        device: String,
    },
    VolumeGood {
        card: String,
        control: String,
        level: String,
    },
    NoVolume {
        card: String,
    },
    Muted {
        card: String,
        control: String,
    },
    TooLow {
        card: String,
        control: String,
        level: String,
    },
    VolumeAbsent {
        card: String,
    },
    VolumeUnknown {
        card: String,
        detail: String,
    },
    MayOpen {
        user: String,
    },
    MayNotOpen {
        user: String,
        group: String,
    },
    NoCards,
    WentOut {
        zone: Option<String>,
        device: String,
        call: Option<String>,
        heard: Frames,
    },
    WentNowhere {
        zone: Option<String>,
        heard: Frames,
    },
    WentToFile {
        zone: Option<String>,
        device: String,
        heard: Frames,
    },
    NothingWentOut {
        zone: Option<String>,
        device: String,
    },
    WentOutAndFailed {
        zone: Option<String>,
        fault: SoundFault,
        heard: Frames,
    },
    GaveWay {
        zone: Option<String>,
    },
    /// The amplifier has a command that was not run for the test.
    AmplifierByHand,
}

impl SoundFinding {
    pub(in crate::doctor) const fn judged(&self) -> (Topic, State) {
        match self {
            Self::DeviceOpens { .. } | Self::DeviceInUse { .. } => (Topic::Device, State::Ok),
            Self::DeviceLost { .. } | Self::DeviceFails { .. } => (Topic::Device, State::Error),
            Self::ToNowhere { .. } | Self::ToFile { .. } => (Topic::Device, State::Warning),
            Self::VolumeGood { .. } | Self::NoVolume { .. } => (Topic::Mixer, State::Ok),
            Self::Muted { .. } => (Topic::Mixer, State::Error),
            Self::TooLow { .. } => (Topic::Mixer, State::Warning),
            Self::VolumeAbsent { .. } | Self::VolumeUnknown { .. } => (Topic::Mixer, State::Unknown),
            Self::MayOpen { .. } => (Topic::SoundAccess, State::Ok),
            Self::MayNotOpen { .. } => (Topic::SoundAccess, State::Error),
            Self::NoCards => (Topic::SoundAccess, State::Hint),
            Self::WentOut { .. } => (Topic::SoundTest, State::Ok),
            Self::WentNowhere { .. } | Self::WentToFile { .. } => (Topic::SoundTest, State::Warning),
            Self::NothingWentOut { .. } | Self::WentOutAndFailed { .. } => (Topic::SoundTest, State::Error),
            Self::GaveWay { .. } => (Topic::SoundTest, State::Unknown),
            Self::AmplifierByHand => (Topic::SoundTest, State::Hint),
        }
    }
}

impl Output {
    #[must_use]
    pub fn judge(self) -> SoundFinding {
        let Self { zones, device, state } = self;
        match state {
            OutputState::Opens => SoundFinding::DeviceOpens { zones, device },
            OutputState::InUse => SoundFinding::DeviceInUse { zones, device },
            OutputState::Lost => SoundFinding::DeviceLost { zones, device },
            OutputState::Fails(fault) => SoundFinding::DeviceFails { zones, fault },
            OutputState::Nowhere => SoundFinding::ToNowhere { zones },
            OutputState::File => SoundFinding::ToFile { zones, device },
        }
    }
}

impl SoundAccess {
    /// Without any card there is nothing to be allowed; a sound server may still have one.
    #[must_use]
    pub fn judge(self) -> SoundFinding {
        match self {
            Self { nodes: 0, .. } => SoundFinding::NoCards,
            Self { user, may_open: true, .. } => SoundFinding::MayOpen { user },
            Self { user, group, .. } => SoundFinding::MayNotOpen { user, group },
        }
    }
}

impl Trial {
    #[must_use]
    pub fn judge(self) -> SoundFinding {
        let Self { zone, device, call, tried } = self;
        match tried {
            Tried::GaveWay => SoundFinding::GaveWay { zone },
            Tried::Played { heard, fault: Some(fault) } => SoundFinding::WentOutAndFailed { zone, fault, heard },
            Tried::Played { heard, .. } if heard.is_zero() => SoundFinding::NothingWentOut { zone, device },
            Tried::Played { heard, .. } if device == "silent" => SoundFinding::WentNowhere { zone, heard },
            Tried::Played { heard, .. } if device.starts_with("wav:") => {
                SoundFinding::WentToFile { zone, device, heard }
            }
            Tried::Played { heard, .. } => SoundFinding::WentOut { zone, device, call, heard },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(findings: &[SoundFinding]) -> Vec<String> {
        let name = |finding: &SoundFinding| format!("{finding:?}").split(' ').next().unwrap().to_owned();
        findings.iter().map(name).collect()
    }

    #[test]
    fn outputs_are_called_what_they_are() {
        let state = |state| {
            let zones = vec!["cho".to_owned()];
            Output { zones, device: "default".to_owned(), state }.judge().judged()
        };
        let fault = SoundFault::Absent { device: "default".to_owned() };
        assert_eq!(state(OutputState::Opens).1, State::Ok);
        assert_eq!(state(OutputState::InUse).1, State::Ok);
        assert_eq!(state(OutputState::Lost).1, State::Error);
        assert_eq!(state(OutputState::Fails(fault)).1, State::Error);
        assert_eq!(state(OutputState::Nowhere).1, State::Warning);
        assert_eq!(state(OutputState::File).1, State::Warning);
    }

    #[test]
    fn who_may_not_open_the_card_is_told_the_group() {
        let access = |nodes, may_open| {
            let (user, group) = ("loa".to_owned(), "audio".to_owned());
            SoundAccess { user, nodes, group, may_open }.judge()
        };
        let shut = SoundFinding::MayNotOpen { user: "loa".to_owned(), group: "audio".to_owned() };
        assert_eq!(access(5, false), shut);
        assert_eq!(access(5, true), SoundFinding::MayOpen { user: "loa".to_owned() });
        assert_eq!(access(0, false), SoundFinding::NoCards);
    }

    #[test]
    fn a_trial_says_no_more_than_the_output_consumed() {
        let trial = |device: &str, millis, fault| {
            let tried = Tried::Played { heard: Frames::from_millis(millis), fault };
            Trial { zone: None, device: device.to_owned(), call: None, tried }.judge()
        };
        let lost = || Some(SoundFault::Absent { device: "x".to_owned() });
        assert_eq!(trial("default", 3_000, None).judged().1, State::Ok);
        assert_eq!(trial("default", 0, None).judged().1, State::Error);
        assert_eq!(trial("default", 3_000, lost()).judged().1, State::Error);
        assert_eq!(names(&[trial("silent", 3_000, None)]), ["WentNowhere"]);
        assert_eq!(names(&[trial("wav:air.wav", 3_000, None)]), ["WentToFile"]);
    }
}
