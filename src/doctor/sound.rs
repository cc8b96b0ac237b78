//! Whether sound can go out: the outputs, the volumes on the way to the socket, the right to open the card; and whether
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

/// The volumes of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixer {
    /// As ALSA calls it.
    pub card: String,
    pub controls: Result<Vec<Control>, MixerFault>,
}

/// Why they cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MixerFault {
    /// There is no such card, or nothing that could be set on it.
    Absent,
    Failed {
        detail: String,
    },
}

/// One volume of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    pub name: String,
    /// Of the way from its lowest to its highest position; none for a mere switch.
    pub percent: Option<u32>,
    /// What it takes away; none where the card does not tell.
    pub decibels: Option<f64>,
    /// None where it has no switch.
    pub muted: Option<bool>,
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
    pub(super) const fn judged(&self) -> (Topic, State) {
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

/// Every sound goes through these.
const MAIN: [&str; 3] = ["Master", "PCM", "Digital"];
/// It leaves by one of these; which of them the amplifier hangs on is not known.
const EXITS: [&str; 7] = ["Front", "Speaker", "Headphone", "Headphones", "Line Out", "Lineout", "Line"];
/// Less than this is hardly heard over a village: the programme itself is brought to its level by the station.
const LOW_DECIBELS: f64 = -20.0;
/// The same where a card does not tell decibels.
const LOW_PERCENT: u32 = 40;

impl Control {
    fn is_muted(&self) -> bool {
        self.muted == Some(true) || self.percent == Some(0)
    }

    fn is_low(&self) -> bool {
        match (self.decibels, self.percent) {
            (Some(decibels), _) => decibels < LOW_DECIBELS,
            (None, Some(percent)) => percent < LOW_PERCENT,
            (None, None) => false,
        }
    }

    /// As alsamixer shows it.
    fn level(&self) -> String {
        let percent = self.percent.unwrap_or(100);
        match self.decibels {
            Some(decibels) => format!("{percent} %, {decibels:.1} dB"),
            None => format!("{percent} %"),
        }
    }
}

impl Mixer {
    /// What is shut or low on the way out; what is fine is said once.
    #[must_use]
    pub fn judge(self) -> Vec<SoundFinding> {
        let card = self.card;
        let controls = match self.controls {
            Ok(controls) => controls,
            Err(MixerFault::Absent) => return vec![SoundFinding::VolumeAbsent { card }],
            Err(MixerFault::Failed { detail }) => return vec![SoundFinding::VolumeUnknown { card, detail }],
        };
        let of = |names: &[&str]| controls.iter().filter(|control| names.contains(&control.name.as_str())).collect();
        let (main, exits): (Vec<&Control>, Vec<&Control>) = (of(&MAIN), of(&EXITS));
        let mut findings = Vec::new();
        let mut look = |control: &Control| {
            let (card, name) = (card.clone(), control.name.clone());
            if control.is_muted() {
                findings.push(SoundFinding::Muted { card, control: name });
            } else if control.is_low() {
                findings.push(SoundFinding::TooLow { card, control: name, level: control.level() });
            }
        };
        for control in &main {
            look(control);
        }
        // An unused socket is often shut; only where all are shut nothing comes out.
        if let Some(best) = exits.iter().find(|exit| !exit.is_muted() && !exit.is_low()).or(exits.first()) {
            look(best);
        }
        if findings.is_empty() {
            findings.push(match main.first().or(exits.first()) {
                Some(control) => {
                    SoundFinding::VolumeGood { card, control: control.name.clone(), level: control.level() }
                }
                None => SoundFinding::NoVolume { card },
            });
        }
        findings
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

    fn control(name: &str, percent: u32, decibels: Option<f64>, muted: Option<bool>) -> Control {
        Control { name: name.to_owned(), percent: Some(percent), decibels, muted }
    }

    fn mixer(controls: Vec<Control>) -> Vec<SoundFinding> {
        Mixer { card: "PCH".to_owned(), controls: Ok(controls) }.judge()
    }

    fn names(findings: &[SoundFinding]) -> Vec<String> {
        let name = |finding: &SoundFinding| format!("{finding:?}").split(' ').next().unwrap().to_owned();
        findings.iter().map(name).collect()
    }

    #[test]
    fn a_muted_master_is_an_error_and_named() {
        let found = mixer(vec![control("Master", 90, Some(-3.0), Some(true)), control("PCM", 100, Some(0.0), None)]);
        assert_eq!(found, [SoundFinding::Muted { card: "PCH".to_owned(), control: "Master".to_owned() }]);
        assert_eq!(found[0].judged(), (Topic::Mixer, State::Error));
        let at_bottom = mixer(vec![control("PCM", 0, None, None)]);
        assert_eq!(names(&at_bottom), ["Muted"], "a volume at its lowest is as good as shut");
    }

    #[test]
    fn a_low_volume_is_a_warning_with_its_level() {
        let found = mixer(vec![control("Master", 35, Some(-41.5), Some(false))]);
        let level = "35 %, -41.5 dB".to_owned();
        assert_eq!(found, [SoundFinding::TooLow { card: "PCH".to_owned(), control: "Master".to_owned(), level }]);
        assert_eq!(names(&mixer(vec![control("Master", 39, None, None)])), ["TooLow"]);
        assert_eq!(names(&mixer(vec![control("Master", 39, Some(-12.0), None)])), ["VolumeGood"], "decibels outrank");
    }

    #[test]
    fn one_open_exit_is_enough_and_inputs_do_not_count() {
        let shut = |name| control(name, 0, None, Some(true));
        let open = |name| control(name, 80, Some(-6.0), Some(false));
        assert_eq!(
            names(&mixer(vec![open("Master"), shut("Headphone"), open("Line Out"), shut("Mic")])),
            ["VolumeGood"]
        );
        assert_eq!(names(&mixer(vec![open("Master"), shut("Headphone"), shut("Speaker")])), ["Muted"]);
        assert_eq!(names(&mixer(vec![shut("Mic")])), ["NoVolume"]);
        let unknown = Mixer { card: "PCH".to_owned(), controls: Err(MixerFault::Absent) }.judge();
        assert_eq!(unknown[0].judged().1, State::Unknown);
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
