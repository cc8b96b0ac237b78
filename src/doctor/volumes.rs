//! The volumes on the way from the program to the socket: which of them are shut or low.

use crate::doctor::SoundFinding;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{State, Topic};

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
}
