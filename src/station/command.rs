//! What other commands tell the running station, and what it answers: one line of JSON each way through the
//! [door](crate::station::control).

use serde::{Deserialize, Serialize};

use crate::playout::AlertOrder;
use crate::station::on_air::OnAir;
use crate::words::Lang;

/// A word to the running station.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// What are you doing? Sentences in this language; in the station's own, if none is named.
    Status {
        #[serde(default)]
        lang: Option<String>,
    },
    /// Air this at once.
    Alert(Box<AlertOrder>),
    /// No alert airs again; one that is on is taken down.
    CancelAlerts,
    /// Silence at once, until released.
    Stop,
    /// The air is free again.
    Resume,
    /// This person says that the clock is right.
    ConfirmClock { by: String },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Done. If it could not be written down, a restart forgets it: `unwritten` says why.
    Done { unwritten: Option<String> },
    /// The alert is taken, and heard then. Unwritten as above.
    Taken { heard: Heard, unwritten: Option<String> },
    /// So many alerts were in force.
    Cancelled { alerts: usize, unwritten: Option<String> },
    /// Silence is latched: nothing airs before `loa resume`.
    Silenced,
    /// Nothing is latched.
    NotSilenced,
    /// Quiet has to be kept now, and nobody said that it does not matter.
    Quiet { quiet: String },
    /// No such zone.
    NoSuchZone { name: String, known: Vec<String> },
}

/// When an alert that was taken is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum Heard {
    /// It is on the air.
    Now,
    /// Its file could not be played.
    Nowhere,
    /// After another that has the air.
    After,
    /// When the amplifier has warmed up.
    Warm { millis: u64 },
    /// When this device is back.
    DeviceBack { device: String },
}

/// Carries a word out and gives back the answer as JSON.
#[must_use]
pub fn carry_out(station: &mut OnAir, text: &str, lang: Lang) -> String {
    let json = match serde_json::from_str(text) {
        Ok(Command::Status { lang: asked }) => {
            let lang = asked.as_deref().and_then(Lang::named).unwrap_or(lang);
            serde_json::to_string(&station.snapshot(lang))
        }
        Ok(Command::Alert(order)) => serde_json::to_string(&station.alert(*order)),
        Ok(Command::CancelAlerts) => serde_json::to_string(&station.cancel_alerts()),
        Ok(Command::Stop) => serde_json::to_string(&station.silence()),
        Ok(Command::Resume) => serde_json::to_string(&station.release()),
        Ok(Command::ConfirmClock { by }) => serde_json::to_string(&station.confirm_the_clock(&by)),
        Err(error) => serde_json::to_string(&serde_json::json!({ "error": error.to_string() })),
    };
    json.expect("our values have text keys only")
}
