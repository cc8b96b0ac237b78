//! The part of station.yaml that papers are made by: `documents:` and `rounds:`.

use serde::Deserialize;

use crate::report::{Letterhead, Round};
use crate::written::{Fault, Placed, Values};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DocumentsFile {
    parent: Option<String>,
    issuer: Option<String>,
    symbol: Option<String>,
    place: Option<String>,
    to: Option<Vec<String>>,
    recipients: Option<Vec<String>>,
    signed_by: Option<SignerFile>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignerFile {
    function: Option<Vec<String>>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundFile {
    name: Placed<String>,
    from: Placed<String>,
    until: Placed<String>,
    deadline: Option<Placed<String>>,
}

impl DocumentsFile {
    /// What is written, over what the station's name makes of it.
    pub(super) fn letterhead(self, of_station: Letterhead) -> Letterhead {
        let signed_by = self.signed_by.unwrap_or_default();
        // A line somebody left blank is none.
        let lines = |lines: Vec<String>| lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
        Letterhead {
            parent: self.parent.unwrap_or(of_station.parent),
            issuer: self.issuer.unwrap_or(of_station.issuer),
            symbol: self.symbol.unwrap_or(of_station.symbol),
            place: self.place.unwrap_or(of_station.place),
            addressees: self.to.map_or(of_station.addressees, lines),
            recipients: self.recipients.map_or(of_station.recipients, lines),
            function: signed_by.function.map_or(of_station.function, lines),
            signer: signed_by.name.unwrap_or(of_station.signer),
        }
    }
}

/// The rounds; a round without a deadline has to be handed in on its last day.
pub(super) fn read_rounds(written: &[RoundFile], values: &mut Values) -> Vec<Round> {
    let mut rounds: Vec<Round> = Vec::new();
    let mut names: Vec<(String, u64)> = Vec::new();
    for file in written {
        let name = values.text("name", &file.name);
        if let Some(name) = &name {
            if let Some((_, line)) = names.iter().find(|(known, _)| known == name) {
                let (name, other_line) = (name.clone(), *line);
                values.fault(file.name.referenced, Fault::DuplicateName { name, other_line });
            }
            names.push((name.clone(), file.name.referenced.line()));
        }
        let (from, until) = (values.date(&file.from), values.date(&file.until));
        let deadline = file.deadline.as_ref().map_or(until, |text| values.date(text));
        let (Some(name), Some(from), Some(until), Some(deadline)) = (name, from, until, deadline) else { continue };
        if until < from {
            let (from, until) = (from.to_string(), until.to_string());
            values.fault(file.until.referenced, Fault::BackwardRange { from, until });
        }
        if deadline < from {
            let (from, until) = (from.to_string(), deadline.to_string());
            let at = file.deadline.as_ref().unwrap_or(&file.until).referenced;
            values.fault(at, Fault::BackwardRange { from, until });
        }
        rounds.push(Round { name, from, until, deadline });
    }
    rounds
}
