//! Alarms: what is wrong with the station now, since when, and that it is over.
//!
//! The station says again and again what is wrong at this moment ([`Trouble`]); the [`Board`] makes alarms of it: raised
//! when a trouble is new, over when it has not been seen for a while. So a device that flaps is one alarm and not a
//! thousand, and an alarm that was open when the power went is found again or taken off. This room knows neither how a
//! trouble is found out nor how it is said.

mod board;
mod trouble;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use board::{Board, Change, News};
pub use trouble::{Trouble, What};

/// One alarm. Of one kind and subject there is one at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub what: What,
    /// Which zone, file, relay …; empty where there is only one.
    pub subject: String,
    pub text: Sentence,
    pub raised_at: Timestamp,
    /// None while it is open.
    pub cleared_at: Option<Timestamp>,
}

impl Alarm {
    /// Whether both are about the same thing.
    #[must_use]
    pub fn is_about(&self, other: &Self) -> bool {
        (self.what, &self.subject) == (other.what, &other.subject)
    }
}

/// What was said of a thing, in both languages: kept as it was said, whatever later versions would say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub vi: String,
    pub en: String,
}
