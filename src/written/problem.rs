//! A mistake with its place.

use std::fmt;

use crate::written::Fault;

/// A line and a column in a file, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: u64,
    pub column: u64,
}

/// Whether the thing cannot be used, or only deserves a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// What it stands in does not count until this is mended.
    Error,
    /// Said once, and everything counts.
    Warning,
}

/// One mistake in one file. `F` says what is wrong: a [`Fault`] of the writing, or what a later stage found.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem<F = Fault> {
    /// The file as the operator knows it, relative to the station's home.
    pub file: String,
    /// Where in it, if the mistake has a place.
    pub place: Option<Place>,
    /// The line it stands in, as it is written, or the beginning of a long one.
    pub line_text: Option<String>,
    pub severity: Severity,
    pub fault: F,
}

impl<F> Problem<F> {
    /// A mistake of a file as a whole, such as that it is empty.
    #[must_use]
    pub fn whole(file: &str, fault: F) -> Self {
        Self { file: file.to_owned(), place: None, line_text: None, severity: Severity::Error, fault }
    }

    /// The same, as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// `schedules/hang-ngay.yaml:12:9`, as compilers write places, so that editors can jump there.
    #[must_use]
    pub fn spot(&self) -> String {
        self.place.map_or_else(|| self.file.clone(), |place| format!("{}:{place}", self.file))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
