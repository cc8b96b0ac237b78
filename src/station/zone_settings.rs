//! `zones:` in station.yaml: the groups of clusters, and where the sound of each goes.

use std::collections::HashMap;

use serde::Deserialize;

use crate::airtime::HOUSE_ZONE;
use crate::equipment::sound::{Channels, Route};
use crate::library::factor;
use crate::time::Frames;
use crate::written::{Fault, Placed, Values};

/// One zone as station.yaml has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneSettings {
    pub name: String,
    pub route: Route,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoneFile {
    name: Placed<String>,
    device: Option<Placed<String>>,
    channels: Option<Vec<Placed<f64>>>,
    gain_db: Option<Placed<f64>>,
    delay_ms: Option<Placed<f64>>,
}

/// The zones; a station that names none has one, on the output's device.
pub(super) fn read_zones(written: Option<&Vec<ZoneFile>>, device: &str, values: &mut Values) -> Vec<ZoneSettings> {
    let mut lines = HashMap::new();
    let zones: Vec<_> = written.into_iter().flatten().map(|zone| read_zone(zone, device, &mut lines, values)).collect();
    if zones.is_empty() {
        let name = HOUSE_ZONE.to_owned();
        return vec![ZoneSettings { name, route: Route::plain(device) }];
    }
    for (index, zone) in zones.iter().enumerate() {
        let shares = |other: &&ZoneSettings| other.route.meets(&zone.route);
        let file = written.and_then(|all| all.get(index));
        if let Some(file) = file.filter(|_| zones.len() > 1 && zone.name == HOUSE_ZONE) {
            // Rows of a station without zones have this name; nobody could tell them apart.
            values.fault(file.name.referenced, Fault::BadId { id: zone.name.clone() });
        }
        if let (Some(other), Some(file)) = (zones[..index].iter().find(shares), file) {
            values.fault(file.name.referenced, Fault::ZonesMeet { name: zone.name.clone(), other: other.name.clone() });
        }
    }
    zones
}

fn read_zone(written: &ZoneFile, device: &str, lines: &mut HashMap<String, u64>, values: &mut Values) -> ZoneSettings {
    let (name, at) = (written.name.value.trim().to_owned(), written.name.referenced);
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
        values.fault(at, Fault::BadId { id: name.clone() });
    } else if let Some(other_line) = lines.insert(name.clone(), at.line()) {
        values.fault(at, Fault::DuplicateId { id: name.clone(), other_line });
    }
    let device =
        written.device.as_ref().and_then(|text| values.text("device", text)).unwrap_or_else(|| device.to_owned());
    let gain_db = written.gain_db.as_ref().and_then(|number| values.number("gain_db", number, -60.0, 24.0));
    let delay_ms = written.delay_ms.as_ref().and_then(|number| values.number("delay_ms", number, 0.0, 2_000.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2,000")]
    let delay = Frames::from_millis(delay_ms.unwrap_or(0.0).round() as u64);
    let channels = written.channels.as_ref().and_then(|channels| read_channels(channels, values));
    let channels = channels.unwrap_or(Channels::Pair(0, 1));
    ZoneSettings { name, route: Route { device, channels, gain: factor(gain_db.unwrap_or(0.0)), delay } }
}

/// One channel or two, counted from 1 as on the sockets.
fn read_channels(written: &[Placed<f64>], values: &mut Values) -> Option<Channels> {
    let mut numbers = Vec::new();
    for channel in written {
        let number = values.number("channels", channel, 1.0, 32.0)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 32")]
        let socket = number.round() as u16 - 1;
        if number.fract() != 0.0 || numbers.contains(&socket) {
            let (value, least, most) = (number.to_string(), "1".to_owned(), "32".to_owned());
            values.fault(channel.referenced, Fault::OutOfRange { key: "channels", value, least, most });
            return None;
        }
        numbers.push(socket);
    }
    match (numbers.as_slice(), written) {
        ([one], _) => Some(Channels::Mono(*one)),
        ([left, right], _) => Some(Channels::Pair(*left, *right)),
        (_, [.., extra]) => {
            let (least, most) = ("1".to_owned(), "2".to_owned());
            values.fault(
                extra.referenced,
                Fault::OutOfRange { key: "channels", value: written.len().to_string(), least, most },
            );
            None
        }
        (_, []) => None,
    }
}
