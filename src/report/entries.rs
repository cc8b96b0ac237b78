//! What no log can know, typed in by people and kept with its history: rows 2 to 8 of the form, proposals, and
//! installations per district.

use std::fmt;

use jiff::Timestamp;

use crate::report::plain_name;
use crate::say;
use crate::words::{Lang, Say, word};

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A row of the form, 2 to 8.
    Row(u8),
    /// Proposals and petitions (*đề xuất, kiến nghị*).
    Proposals,
    /// Installations of the application in a district.
    Installs { district: String },
}

impl Subject {
    /// As it is kept and typed: `2` to `8`, `proposals`, `installs`; the district stands beside it.
    #[must_use]
    pub fn named(name: &str, district: &str) -> Option<Self> {
        match name {
            "proposals" => Some(Self::Proposals),
            "installs" => Some(Self::Installs { district: plain_name(district) }),
            number => number.parse().ok().filter(|row| (2..=8).contains(row)).map(Self::Row),
        }
    }

    /// Whether a number of this kind belongs to it: a count, a ratio, a population.
    #[must_use]
    pub fn takes(&self, option: &str) -> bool {
        match self {
            Self::Row(_) => ["count", "ratio"].contains(&option),
            Self::Proposals => false,
            Self::Installs { .. } => ["count", "population"].contains(&option),
        }
    }

    /// The district, of installations.
    #[must_use]
    pub fn district(&self) -> &str {
        if let Self::Installs { district } = self { district } else { "" }
    }
}

/// The name under which it is kept.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => write!(f, "{row}"),
            Self::Proposals => f.write_str("proposals"),
            Self::Installs { .. } => f.write_str("installs"),
        }
    }
}

impl Say for Subject {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Row(row) => say!(lang, "dòng {row} của báo cáo", "row {row} of the report"),
            Self::Proposals => word(lang, "đề xuất, kiến nghị", "proposals and petitions").to_owned(),
            Self::Installs { district } => say!(lang, "số cài đặt của {district}", "installations of {district}"),
        }
    }
}

/// One entry. Entries are never changed; the latest about a subject in a round counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub subject: Subject,
    /// The round (*đợt*) it belongs to; none for reports without rounds, and for all rounds without an entry of theirs.
    pub round: Option<String>,
    pub count: Option<f64>,
    /// In percent.
    pub ratio: Option<f64>,
    /// People in the district, for installations.
    pub population: Option<f64>,
    pub note: String,
    pub by: String,
    pub at: Timestamp,
}

impl Entry {
    /// The same, under the name that its district has already: nobody means another one by writing it in capitals.
    #[must_use]
    pub fn under_known_name(self, known: &[&str]) -> Self {
        let Subject::Installs { district } = &self.subject else { return self };
        let same = |name: &&&str| name.to_lowercase() == district.to_lowercase();
        let name = known.iter().find(same).map_or_else(|| district.clone(), |name| (*name).to_owned());
        Self { subject: Subject::Installs { district: name }, ..self }
    }

    /// What was left out now is as it was in `before`: who adds a note does not take the count back.
    #[must_use]
    pub fn over(self, before: Option<&Self>) -> Self {
        let Some(before) = before else { return self };
        Self {
            count: self.count.or(before.count),
            ratio: self.ratio.or(before.ratio),
            population: self.population.or(before.population),
            note: if self.note.is_empty() { before.note.clone() } else { self.note },
            ..self
        }
    }
}

/// The entry that counts for `subject` in `round`: the latest of that round, else the latest of no round.
#[must_use]
pub fn latest<'a>(entries: &'a [Entry], subject: &Subject, round: Option<&str>) -> Option<&'a Entry> {
    let of_round = |wanted: Option<&str>| {
        // Of two entries in one millisecond the later one counts.
        entries.iter().rev().find(|entry| entry.subject == *subject && entry.round.as_deref() == wanted)
    };
    of_round(round).or_else(|| of_round(None))
}

/// The districts with installations, in the order they were first entered.
#[must_use]
pub fn districts(entries: &[Entry]) -> Vec<&str> {
    let mut districts = Vec::new();
    for entry in entries {
        if let Subject::Installs { district } = &entry.subject
            && !districts.contains(&district.as_str())
        {
            districts.push(district);
        }
    }
    districts
}
