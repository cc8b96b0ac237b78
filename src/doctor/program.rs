//! The program that airs: whether it runs, and what it calls wrong itself.

use crate::doctor::HomeFinding;

/// The program that airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    pub within: Within,
    pub silenced: bool,
    /// What somebody may have to do something about.
    pub notes: Vec<String>,
}

/// The alarms that are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarms {
    /// Told by the running station; else what the log holds from its last run.
    pub running: bool,
    pub open: Vec<OpenAlarm>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAlarm {
    /// As the station's clock showed it.
    pub since: String,
    pub text: String,
    /// Nothing is seen of it any more; the station watches it for a minute.
    pub is_past: bool,
}

/// Whether it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    Running,
    NotRunning,
    /// It runs, and does not answer.
    Mute,
    /// Whether it runs cannot be asked.
    Closed {
        detail: String,
    },
}

impl Station {
    #[must_use]
    pub fn judge(self) -> Vec<HomeFinding> {
        let mut findings = vec![match self.within {
            Within::Running => HomeFinding::Running,
            Within::NotRunning => HomeFinding::NotRunning,
            Within::Mute => HomeFinding::Mute,
            Within::Closed { detail } => HomeFinding::DoorClosed { detail },
        }];
        if self.silenced {
            findings.push(HomeFinding::Silenced);
        }
        if let Some(first) = self.notes.first() {
            findings.push(HomeFinding::Noted { count: self.notes.len(), first: first.clone() });
        }
        findings
    }
}

impl Alarms {
    #[must_use]
    pub fn judge(self) -> Vec<HomeFinding> {
        if self.open.is_empty() {
            return vec![HomeFinding::NoAlarms];
        }
        let open = self.open.into_iter().map(|OpenAlarm { since, text, is_past }| match (self.running, is_past) {
            (true, false) => HomeFinding::Alarm { since, text },
            (true, true) => HomeFinding::AlarmPast { since, text },
            (false, _) => HomeFinding::AlarmLeft { since, text },
        });
        open.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn a_station_that_runs_and_is_silenced_is_told_both() {
        let station = |within, silenced, notes: &[&str]| {
            let notes = notes.iter().map(|&note| note.to_owned()).collect();
            let station = Station { within, silenced, notes };
            station.judge().iter().map(|finding| finding.judged().1).collect::<Vec<_>>()
        };
        assert_eq!(station(Within::Running, false, &[]), [State::Ok]);
        assert_eq!(station(Within::NotRunning, false, &[]), [State::Warning]);
        assert_eq!(station(Within::Running, true, &["a"]), [State::Ok, State::Warning, State::Warning]);
        assert_eq!(station(Within::Mute, false, &[]), [State::Error]);
        let closed = Within::Closed { detail: "denied".to_owned() };
        assert_eq!(station(closed, false, &[]), [State::Unknown]);
    }

    #[test]
    fn each_open_alarm_is_wrong_until_nothing_is_seen_of_it() {
        let open = |is_past| OpenAlarm { since: "05:00".to_owned(), text: "no sound".to_owned(), is_past };
        let states = |running, open: &[OpenAlarm]| -> Vec<State> {
            let found = Alarms { running, open: open.to_vec() }.judge();
            found.iter().map(|finding| finding.judged().1).collect()
        };
        assert_eq!(states(true, &[]), [State::Ok]);
        assert_eq!(states(true, &[open(false), open(true), open(false)]), [State::Error, State::Warning, State::Error]);
        assert_eq!(states(false, &[open(false)]), [State::Error], "nobody has seen it end");
    }
}
