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
    signed_by: SignerFile,
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
        Letterhead {
            parent: self.parent.unwrap_or(of_station.parent),
            issuer: self.issuer.unwrap_or(of_station.issuer),
            symbol: self.symbol.unwrap_or(of_station.symbol),
            place: self.place.unwrap_or(of_station.place),
            addressees: self.to.unwrap_or(of_station.addressees),
            recipients: self.recipients.unwrap_or(of_station.recipients),
            function: self.signed_by.function.unwrap_or(of_station.function),
            signer: self.signed_by.name.unwrap_or(of_station.signer),
        }
    }
}

/// The rounds; a round without a deadline has to be handed in on its last day.
pub(super) fn read_rounds(written: &[RoundFile], values: &mut Values) -> Vec<Round> {
    let mut rounds: Vec<Round> = Vec::new();
    for file in written {
        let name = values.text("name", &file.name);
        let (from, until) = (values.date(&file.from), values.date(&file.until));
        let deadline = file.deadline.as_ref().map_or(until, |text| values.date(text));
        let (Some(name), Some(from), Some(until), Some(deadline)) = (name, from, until, deadline) else { continue };
        if until < from {
            let (from, until) = (from.to_string(), until.to_string());
            values.fault(file.until.referenced, Fault::BackwardRange { from, until });
        }
        if let Some(index) = rounds.iter().position(|round| round.name == name) {
            let other_line = written[index].name.referenced.line();
            values.fault(file.name.referenced, Fault::DuplicateId { id: name.clone(), other_line });
        }
        rounds.push(Round { name, from, until, deadline });
    }
    rounds
}
