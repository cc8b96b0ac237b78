//! Local bulletins: what their sidecars say. Three classes after Circular 39/2020/TT-BTTTT.

use serde::Deserialize;

use crate::time::{DateRange, Frames};
use crate::written::{Placed, Problem, Source, ValidFile, Values};

/// The class of a bulletin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// *Thông thường*: when the schedule has room.
    #[default]
    Normal,
    /// *Ưu tiên*: first in the programme, in the operator's order.
    Priority,
    /// *Khẩn cấp*: aired at once, by `loa alert`.
    Emergency,
}

impl Priority {
    const NAMES: [(&str, Self); 3] =
        [("normal", Self::Normal), ("priority", Self::Priority), ("emergency", Self::Emergency)];
}

/// What `NAME.yaml` says of `NAME.mp3`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidecar {
    pub title: Option<String>,
    pub priority: Priority,
    pub order: i64,
    pub valid: DateRange,
    pub language: Option<String>,
    pub directive: Option<String>,
    /// It airs only at stations that carry one of these tags; everywhere if there are none.
    pub tags: Vec<String>,
    /// Every so often within a session.
    pub repeat_every: Option<Frames>,
    /// There is nothing to hear in it, and that is meant.
    pub silence: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SidecarFile {
    title: Option<Placed<String>>,
    priority: Option<Placed<String>>,
    order: Option<i64>,
    valid: Option<ValidFile>,
    language: Option<Placed<String>>,
    directive: Option<Placed<String>>,
    #[serde(default, rename = "for")]
    tags: Vec<String>,
    repeat: Option<RepeatFile>,
    #[serde(default)]
    silence: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepeatFile {
    every: Placed<String>,
    until: Option<Placed<String>>,
}

/// Reads a sidecar.
///
/// # Errors
/// Every mistake in it, with its place. A bulletin whose sidecar is wrong does not air.
pub fn read_sidecar(source: &Source) -> Result<Sidecar, Vec<Problem>> {
    let written: SidecarFile = source.parse().map_err(|problem| vec![problem])?;
    let mut values = Values::of(source);
    let day = Frames::from_secs(86_400);
    let mut valid = values.valid(written.valid.as_ref());
    let repeat = written.repeat.as_ref();
    if let Some(until) = repeat.and_then(|repeat| repeat.until.as_ref()).and_then(|text| values.date(text)) {
        valid.until = Some(valid.until.map_or(until, |last| last.min(until)));
    }
    let sidecar = Sidecar {
        title: written.title.as_ref().and_then(|text| values.text("title", text)),
        priority: (written.priority.as_ref())
            .and_then(|text| values.choice("priority", text, &Priority::NAMES))
            .unwrap_or_default(),
        order: written.order.unwrap_or(0),
        valid,
        language: written.language.as_ref().and_then(|text| values.text("language", text)),
        directive: written.directive.as_ref().and_then(|text| values.text("directive", text)),
        tags: written.tags,
        repeat_every: repeat.and_then(|repeat| values.length("repeat", &repeat.every, Frames::from_secs(60), day)),
        silence: written.silence,
    };
    if values.problems.is_empty() { Ok(sidecar) } else { Err(values.problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::written::Fault;

    fn source(text: &str) -> Source {
        Source::new("audio/bulletins/hop.yaml", text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_sidecar_in_full() {
        let sidecar = read_sidecar(&source(
            "title: Họp dân thôn Nà Lầu\npriority: priority\norder: 2\nvalid: {from: 2020-08-01, until: 2020-08-20}\n\
             language: vi\ndirective: 12/TB-UBND\nfor: [border]\nrepeat: {every: 30m, until: 2020-08-15}\n",
        ))
        .unwrap();
        assert_eq!(sidecar.priority, Priority::Priority);
        assert_eq!(sidecar.valid.until, "2020-08-15".parse().ok());
        assert_eq!(sidecar.repeat_every, Some(Frames::from_secs(1_800)));
        assert_eq!(sidecar.tags, ["border"]);
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let problems = read_sidecar(&source("priority: urgent\nvalid: {from: 2020-02-31}\n")).unwrap_err();
        let spots: Vec<_> = problems.iter().map(Problem::spot).collect();
        assert_eq!(spots, ["audio/bulletins/hop.yaml:2:15", "audio/bulletins/hop.yaml:1:11"]);
        assert!(matches!(problems[0].fault, Fault::NoSuchDate { .. }));
    }
}
