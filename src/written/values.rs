//! From written values to meant ones, collecting every mistake on the way instead of stopping at the first.

use jiff::civil::{Date, Time};
use serde::Deserialize;
use serde_yaml::Location;

use crate::time::{self, DateRange, Frames, Unreadable, Window};
use crate::written::{Fault, Placed, Problem, Source};

/// `valid: {from, until}`, as schedules and sidecars write it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidFile {
    from: Option<Placed<String>>,
    until: Option<Placed<String>>,
}

/// More mistakes of one file are not kept: nobody mends so many at once, and a file made for it would have hundreds of thousands.
pub const MISTAKES_MAX: usize = 200;

/// Reads values of one source and keeps the mistakes, as many as [`MISTAKES_MAX`].
#[derive(Debug)]
pub struct Values<'a> {
    pub source: &'a Source,
    pub problems: Vec<Problem>,
}

impl<'a> Values<'a> {
    #[must_use]
    pub fn of(source: &'a Source) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// Notes a mistake.
    pub fn fault(&mut self, at: Location, fault: Fault) {
        self.keep(|source| source.problem(at, fault));
    }

    /// Notes something that deserves a look.
    pub fn warning(&mut self, at: Location, fault: Fault) {
        self.keep(|source| source.problem(at, fault).as_warning());
    }

    fn keep(&mut self, problem: impl FnOnce(&Source) -> Problem) {
        if self.problems.len() < MISTAKES_MAX {
            self.problems.push(problem(self.source));
        }
    }

    /// A length such as `60m`, within `least..=most`.
    pub fn length(&mut self, key: &'static str, text: &Placed<String>, least: Frames, most: Frames) -> Option<Frames> {
        let length = self.written(text, time::parse_length)?;
        if (least..=most).contains(&length) {
            return Some(length);
        }
        let (value, least, most) = (text.value.clone(), least.to_string(), most.to_string());
        self.fault(text.referenced, Fault::OutOfRange { key, value, least, most });
        None
    }

    /// A time of day such as `05:00`.
    pub fn clock(&mut self, text: &Placed<String>) -> Option<Time> {
        self.written(text, time::parse_clock)
    }

    /// A daily window such as `11:00-13:00`.
    pub fn window(&mut self, text: &Placed<String>) -> Option<Window> {
        self.written(text, time::parse_window)
    }

    /// A date such as `2020-08-04`.
    pub fn date(&mut self, text: &Placed<String>) -> Option<Date> {
        let date = text.value.trim().parse().ok();
        if date.is_none() {
            self.fault(text.referenced, Fault::NoSuchDate { text: text.value.clone() });
        }
        date
    }

    /// A range of dates, both ends included.
    pub fn valid(&mut self, written: Option<&ValidFile>) -> DateRange {
        let Some(written) = written else { return DateRange::default() };
        let from = written.from.as_ref().and_then(|text| self.date(text));
        let until = written.until.as_ref().and_then(|text| self.date(text));
        if let (Some(first), Some(last), Some(text)) = (from, until, &written.until)
            && last < first
        {
            self.fault(text.referenced, Fault::BackwardRange { from: first.to_string(), until: last.to_string() });
        }
        DateRange { from, until }
    }

    /// A number within `least..=most`.
    pub fn number(&mut self, key: &'static str, written: &Placed<f64>, least: f64, most: f64) -> Option<f64> {
        if (least..=most).contains(&written.value) {
            return Some(written.value);
        }
        let (value, least, most) = (written.value.to_string(), least.to_string(), most.to_string());
        self.fault(written.referenced, Fault::OutOfRange { key, value, least, most });
        None
    }

    /// One of a closed set of words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, text: &Placed<String>, known: &[(&str, T)]) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == text.value);
        if found.is_none() {
            let names = || known.iter().map(|(name, _)| *name);
            let suggestion = crate::written::nearest(&text.value, names());
            let choices = names().map(str::to_owned).collect();
            self.fault(text.referenced, Fault::NotAChoice { key, value: text.value.clone(), suggestion, choices });
        }
        found.map(|(_, meant)| *meant)
    }

    /// A text with something in it.
    pub fn text(&mut self, key: &'static str, text: &Placed<String>) -> Option<String> {
        let trimmed = text.value.trim();
        if trimmed.is_empty() {
            self.fault(text.referenced, Fault::Blank { key });
            return None;
        }
        Some(trimmed.to_owned())
    }

    fn written<T>(&mut self, text: &Placed<String>, read: fn(&str) -> Result<T, Unreadable>) -> Option<T> {
        match read(&text.value) {
            Ok(meant) => Some(meant),
            Err(unreadable) => {
                self.fault(text.referenced, Fault::Time(unreadable));
                None
            }
        }
    }
}
