//! The words people read, Vietnamese first, English beside it.
//!
//! Stages say what is the case as values; here each value gets its sentence in both languages, next to each other, so
//! that nobody can add one without the other. A missing argument or a missing language is a compile error.

mod airtime;
mod alarm;
mod amplifier;
mod carry;
mod clock;
mod database;
mod doctor;
mod faults;
mod findings;
mod form;
mod last_good;
mod library;
mod message;
mod notice;
mod numbers;
pub mod papers;
mod proof;
mod recall;
mod sound;
mod trial;
mod trust;
mod urgent;
mod weight;

pub use carry::Carry;
pub use clock::ClockTold;
pub use database::DatabaseTalk;
pub use doctor::{Advice, DoctorTalk};
pub use form::{Form, METHODS, method};
pub use library::state;
pub use message::Message;
pub use notice::{Notice, session_title};
pub use numbers::{day, decimal, month, percent, read_number, read_percent, short_day, weekday, whole};
pub use papers::Phrases;
pub use recall::{NotArchived, Recall};
pub use trial::TrialTold;
pub use trust::{TrustTalk, days_not_judged, manifest_standing, set_counted};
pub use urgent::Urgent;
pub use weight::Weight;

/// The language of console, reports and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

impl Lang {
    /// As HTML, PDF and Word name it (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language of this name, as `--lang`, `LOA_LANG` and station.yaml write it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A value that can be said.
pub trait Say {
    /// One or more sentences without a final line break.
    fn say(&self, lang: Lang) -> String;
}

/// One sentence in both languages; arguments are those in scope.
#[macro_export]
macro_rules! say {
    ($lang:expr, $vi:literal, $en:literal $(,)?) => {
        match $lang {
            $crate::words::Lang::Vi => format!($vi),
            $crate::words::Lang::En => format!($en),
        }
    };
}

/// One word in both languages.
#[must_use]
pub const fn word(lang: Lang, vi: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// Names of files may hold line breaks and codes that terminals obey; a message holds none.
#[must_use]
pub fn on_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// `a, b, c`, at most eight of them.
fn list(items: &[String]) -> String {
    let more = if items.len() > 8 { ", …" } else { "" };
    format!("{}{more}", items.iter().take(8).cloned().collect::<Vec<_>>().join(", "))
}
