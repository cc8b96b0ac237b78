//! One file of YAML: from bytes to values that know their place.

use serde::de::DeserializeOwned;
use serde_yaml::{Error, Location};

use crate::written::{Fault, Place, Problem, Severity};

/// A value together with its place in the file.
pub type Placed<T> = serde_yaml::Spanned<T>;

/// No schedule is longer; what is, was not written by a person.
const BYTES_MAX: u64 = 1 << 20;

/// The text of one file, with the name the operator knows it by.
#[derive(Clone, Debug)]
pub struct Source {
    pub file: String,
    /// All of it, with the byte order mark if it has one.
    whole: String,
}

/// Of a line with a mistake so many characters are kept: one line may be the whole file, and hold many mistakes.
const LINE_SHOWN: usize = 160;

/// What Notepad puts before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl Source {
    /// Takes the bytes of a file: UTF-8, with or without a byte order mark, lines ended by LF, CRLF or, as by old Macs, CR.
    ///
    /// # Errors
    /// Empty (or only comments), too large, or no UTF-8 (Notepad's "Unicode" is UTF-16).
    pub fn new(file: &str, bytes: Vec<u8>) -> Result<Self, Problem> {
        let size = bytes.len() as u64;
        if size > BYTES_MAX {
            return Err(Problem::whole(file, Fault::TooLarge { bytes: size, limit: BYTES_MAX }));
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| Problem::whole(file, Fault::NotUtf8 { offset: error.utf8_error().valid_up_to() }))?;
        if let Some(offset) = text.find('\0') {
            return Err(Problem::whole(file, Fault::NotUtf8 { offset }));
        }
        // Alone it ends a line in YAML and in no editor of today; as LF it does so for both, and a mistake has one place.
        let whole = text.split("\r\n").map(|lines| lines.replace('\r', "\n")).collect::<Vec<_>>().join("\r\n");
        let source = Self { file: file.to_owned(), whole };
        let blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        if source.text().lines().all(blank) {
            return Err(Problem::whole(file, Fault::Empty));
        }
        Ok(source)
    }

    /// Reads the whole file as a `T`.
    ///
    /// # Errors
    /// The first mistake against the notation or the shape of `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if let Some(problem) = self.tab_indent() {
            return Err(problem);
        }
        let options = serde_yaml::options! { strict_booleans: true, with_snippet: false };
        serde_yaml::from_str_with_options(self.text(), options).map_err(|error| self.explain(&error))
    }

    /// A mistake at a value of this file.
    #[must_use]
    pub fn problem<F>(&self, at: Location, fault: F) -> Problem<F> {
        let place = (at.line() > 0).then(|| Place { line: at.line(), column: at.column().max(1) });
        let line_text = place.and_then(|place| self.line(place.line)).map(shown);
        Problem { file: self.file.clone(), place, line_text, severity: Severity::Error, fault }
    }

    /// The whole text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        self.whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.whole)
    }

    /// The file byte by byte, as somebody may have signed it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.whole.as_bytes()
    }

    /// A mistake in a line, where `field` stands in it.
    #[must_use]
    pub fn problem_in<F>(&self, line: u64, field: &str, fault: F) -> Problem<F> {
        let text = self.line(line);
        let before = text.and_then(|text| text.find(field).map(|at| &text[..at]));
        let column = before.map_or(1, |before| before.chars().count() as u64 + 1);
        let (place, line_text) = (Some(Place { line, column }), text.map(shown));
        Problem { file: self.file.clone(), place, line_text, severity: Severity::Error, fault }
    }

    fn line(&self, number: u64) -> Option<&str> {
        self.text().lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    fn tab_indent(&self) -> Option<Problem> {
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let (number, line) = self
            .text()
            .lines()
            .enumerate()
            .find(|(_, line)| line[..indent(line)].contains('\t') && !line.trim().is_empty())?;
        let column = line.chars().take_while(|&c| c != '\t').count() as u64 + 1;
        let place = Place { line: number as u64 + 1, column };
        Some(Problem {
            file: self.file.clone(),
            place: Some(place),
            line_text: Some(shown(line)),
            severity: Severity::Error,
            fault: Fault::TabIndent,
        })
    }

    fn explain(&self, error: &Error) -> Problem {
        let error = error.without_snippet();
        let location = error.location().unwrap_or(Location::UNKNOWN);
        self.problem(location, self.fault(error, location))
    }

    fn fault(&self, error: &Error, location: Location) -> Fault {
        match error {
            Error::SerdeUnknownField { field, expected, .. } => {
                let (suggestion, known) = choices(field, expected);
                Fault::UnknownKey { key: field.clone(), suggestion, known }
            }
            Error::SerdeMissingField { field, .. } => Fault::MissingKey { key: (*field).to_owned() },
            Error::SerdeUnknownVariant { variant, expected, .. } => {
                let (suggestion, choices) = choices(variant, expected);
                Fault::NotAChoice { key: "", value: variant.clone(), suggestion, choices }
            }
            Error::DuplicateMappingKey { key, .. } => {
                let key = key.clone().unwrap_or_default();
                Fault::DuplicateKey { first_line: self.line_of_key(&key, location), key }
            }
            Error::SerdeInvalidType { unexpected, expected, .. }
            | Error::SerdeInvalidValue { unexpected, expected, .. } => {
                Fault::WrongKind { wanted: expected.clone(), found: Some(unexpected.clone()) }
            }
            Error::Unexpected { expected, .. } => Fault::WrongKind { wanted: (*expected).to_owned(), found: None },
            Error::InvalidScalar { ty, .. } => Fault::WrongKind { wanted: (*ty).to_owned(), found: None },
            Error::MultipleDocuments { .. } => Fault::SeveralDocuments,
            Error::InvalidBooleanStrict { .. } => Fault::WrongKind { wanted: "true / false".to_owned(), found: None },
            Error::NullIntoString { .. } => Fault::WrongKind { wanted: "string".to_owned(), found: None },
            other => Fault::Syntax { detail: bare(other) },
        }
    }

    /// The line above `second` that has `key` in the same column.
    fn line_of_key(&self, key: &str, second: Location) -> Option<u64> {
        let column = usize::try_from(second.column()).ok()?.checked_sub(1)?;
        let above = usize::try_from(second.line()).ok()?.checked_sub(1)?;
        let starts = |line: &str| line.chars().skip(column).collect::<String>().starts_with(&format!("{key}:"));
        let lines: Vec<&str> = self.text().lines().take(above).collect();
        lines.iter().rposition(|line| starts(line)).map(|index| index as u64 + 1)
    }
}

/// As much of a line as is shown.
fn shown(line: &str) -> String {
    line.chars().take(LINE_SHOWN).collect()
}

/// The nearest of `known` to what was written, and all of them.
fn choices(written: &str, known: &[&'static str]) -> (Option<String>, Vec<String>) {
    (nearest(written, known.iter().copied()), known.iter().map(|&name| name.to_owned()).collect())
}

/// The candidate most like `written`, if one is like it at all.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let likeness = |name: &str| strsim::jaro_winkler(&written.to_lowercase(), &name.to_lowercase());
    candidates
        .into_iter()
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}

/// The parser's own words without its "at line …", since the place is said by us.
fn bare(error: &Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").or_else(|| text.find('\n')).unwrap_or(text.len());
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading is tested")]
    struct Sample {
        title: String,
        #[serde(default)]
        fill: Option<Placed<bool>>,
        #[serde(default)]
        lines: Vec<String>,
    }

    fn mistake(text: &str) -> (String, Fault) {
        let problem = match Source::new("a.yaml", text.as_bytes().to_vec()) {
            Ok(source) => source.parse::<Sample>().unwrap_err(),
            Err(problem) => problem,
        };
        (problem.spot(), problem.fault)
    }

    #[test]
    fn a_notepad_file_is_read() {
        let source = Source::new("a.yaml", "\u{feff}title: Buổi sáng\r\nfill: true\r\n".as_bytes().to_vec()).unwrap();
        let sample: Sample = source.parse().unwrap();
        assert_eq!(sample.title, "Buổi sáng");
    }

    #[test]
    fn each_kind_of_line_end_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(mistake(&["title: A", "# hai", "fil: true", ""].join(end)).0, "a.yaml:3:1", "{end:?}");
        }
        assert_eq!(mistake("title: A\r\n\r\rfil: true\n").0, "a.yaml:4:1", "mixed");
    }

    #[test]
    fn an_unknown_key_comes_with_the_nearest_known_one() {
        let (spot, fault) = mistake("title: A\nfil: true\n");
        assert_eq!(spot, "a.yaml:2:1");
        assert!(matches!(fault, Fault::UnknownKey { suggestion: Some(ref near), .. } if near == "fill"), "{fault:?}");
    }

    #[test]
    fn a_key_given_twice_names_both_places() {
        let (spot, fault) = mistake("title: A\nfill: true\ntitle: B\n");
        assert_eq!(spot, "a.yaml:3:1");
        assert_eq!(fault, Fault::DuplicateKey { key: "title".to_owned(), first_line: Some(1) });
    }

    #[test]
    fn files_that_are_no_yaml_of_ours() {
        assert_eq!(mistake("").1, Fault::Empty);
        assert_eq!(mistake("# only a comment\n").1, Fault::Empty);
        assert_eq!(mistake("title: A\nlines:\n\t- x\n"), ("a.yaml:3:1".to_owned(), Fault::TabIndent));
        assert!(matches!(mistake("title: \"A\n").1, Fault::Syntax { .. }));
        assert!(matches!(mistake("title: A\nfill: yes\n").1, Fault::WrongKind { .. }));
        assert!(matches!(mistake("- a\n- b\n").1, Fault::WrongKind { .. }));
        let utf16 = b"\xff\xfet\0i\0t\0l\0e\0:\0 \0A\0".to_vec();
        assert!(matches!(Source::new("a.yaml", utf16).unwrap_err().fault, Fault::NotUtf8 { .. }));
    }

    #[test]
    fn a_bomb_of_aliases_or_nesting_is_refused_quickly() {
        let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (name, before) in ('b'..='i').zip('a'..) {
            let ten = vec![format!("*{before}"); 10].join(",");
            bomb = format!("{bomb}{name}: &{name} [{ten}]\n");
        }
        assert!(matches!(mistake(&bomb).1, Fault::Syntax { .. } | Fault::UnknownKey { .. }));
        let deep = format!("title: A\nlines: {}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(!matches!(mistake(&deep).1, Fault::Empty));
    }
}
