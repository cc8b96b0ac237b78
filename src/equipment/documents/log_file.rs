//! Reading an exported airtime log again, to see whether it is still what was handed out.
//!
//! No database is needed: each row carries its own hash and the one before. The bytes count as well. A file whose rows
//! are right, but which another program has written anew, is told apart from one that nobody touched.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::Value;

use crate::airtime::{Break, COLUMNS, NUMBER_COLUMNS, Presented, TIME_COLUMNS};
use crate::equipment::documents::csv::{as_text, text_field, write_records};
use crate::report::log_value;
use crate::time::rfc3339;

/// An exported log.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// Its rows in the order of the file.
    pub rows: Vec<Presented>,
    /// The first line that is not written as this program writes it.
    pub rewritten: Option<u64>,
}

/// Reads a CSV or JSON export.
///
/// # Errors
/// What cannot be a row, with its line.
pub fn read_log_file(bytes: &[u8]) -> Result<LogFile, Break> {
    let text = std::str::from_utf8(bytes).map_err(|error| unreadable(line_of(bytes, error.valid_up_to())))?;
    if text.trim_start().starts_with(['[', '{']) { read_json(text) } else { read_csv(text) }
}

fn unreadable(line: u64) -> Break {
    Break::Unreadable { line }
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].split(|byte| *byte == b'\n').count() as u64
}

/// The first line in which two texts differ.
fn first_difference(read: &[u8], written: &[u8]) -> Option<u64> {
    let same = read.iter().zip(written).take_while(|(a, b)| a == b).count();
    (read != written).then(|| line_of(read, same))
}

fn read_csv(text: &str) -> Result<LogFile, Break> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.position().map_or(1, ::csv::Position::line)))?;
        records.push(record);
    }
    let (header, rows) = records.split_first().ok_or_else(|| unreadable(1))?;
    let names: Vec<&str> = header.iter().collect();
    if !are_columns(names.iter().copied()) {
        return Err(unreadable(1));
    }
    let presented = rows.iter().map(|record| {
        let line = record.position().map_or(1, ::csv::Position::line);
        let cells = names.iter().zip(record).map(|(name, field)| (*name, as_text(field).to_owned())).collect();
        present(cells).ok_or_else(|| unreadable(line))
    });
    let presented = presented.collect::<Result<_, _>>()?;
    let fields =
        |record: &::csv::StringRecord| names.iter().zip(record).map(|(name, field)| rewrite(name, field)).collect();
    let written = write_records(
        std::iter::once(names.iter().map(|name| (*name).to_owned()).collect()).chain(rows.iter().map(fields)),
    );
    Ok(LogFile { rows: presented, rewritten: first_difference(text.as_bytes(), &written) })
}

/// The field as this program writes the text in it: a number stands bare, a text that looks like a formula does not.
fn rewrite(name: &str, field: &str) -> String {
    if decimals(name).is_some() { field.to_owned() } else { text_field(as_text(field)) }
}

fn read_json(text: &str) -> Result<LogFile, Break> {
    let value: Value = serde_json::from_str(text).map_err(|error| unreadable(error.line() as u64))?;
    let rows = value.as_array().ok_or_else(|| unreadable(1))?;
    let presented = rows.iter().zip(1_u64..).map(|(row, nth)| {
        let cells = row.as_object().map(|row| row.iter().map(|(name, value)| (name.as_str(), plain(name, value))));
        cells.and_then(|cells| present(cells.collect())).ok_or_else(|| unreadable(nth))
    });
    let presented = presented.collect::<Result<_, _>>()?;
    let again = |row: &Value| {
        let pairs = row.as_object().into_iter().flatten();
        Value::Object(pairs.map(|(name, value)| (name.clone(), log_value(name, &plain(name, value)))).collect())
    };
    let written = format!("{:#}\n", Value::Array(rows.iter().map(again).collect()));
    Ok(LogFile { rows: presented, rewritten: first_difference(text.as_bytes(), written.as_bytes()) })
}

/// A value as the cell it came from was written.
fn plain(name: &str, value: &Value) -> String {
    match (decimals(name), value) {
        (_, Value::String(text)) => text.clone(),
        (_, Value::Null) => String::new(),
        (Some(decimals @ 1..), Value::Number(number)) => {
            number.as_f64().map_or_else(String::new, |number| format!("{number:.decimals$}"))
        }
        (_, other) => other.to_string(),
    }
}

/// How many decimals the numbers of a column have; none of a column of texts.
fn decimals(name: &str) -> Option<usize> {
    NUMBER_COLUMNS.iter().find(|(column, _)| *column == name).map(|(_, decimals)| *decimals)
}

/// None if these are not the columns of a log, of this version or an older one, or a time is none.
fn present(cells: Vec<(&str, String)>) -> Option<Presented> {
    if !are_columns(cells.iter().map(|(name, _)| *name)) {
        return None;
    }
    let mut in_utc = Vec::with_capacity(cells.len());
    for (name, text) in cells {
        let is_time = TIME_COLUMNS.contains(&name) && !text.is_empty();
        in_utc.push((name, if is_time { utc(&text)? } else { text }));
    }
    let cell = |wanted: &str| in_utc.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text.as_str());
    let id = cell("airing_id")?.parse().ok()?;
    let (previous, hash) = (cell("previous_hash")?, cell("entry_hash")?);
    Some(Presented::cells(id, previous, hash, in_utc.iter().map(|(name, text)| (*name, text.as_str()))))
}

/// Whether these are the columns of a log, of this version or an older one.
fn are_columns<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut known = COLUMNS.iter();
    names.map(|name| known.next() == Some(&name)).reduce(|all, one| all && one).unwrap_or(false)
}

/// An instant as every row writes it, in UTC. None for another spelling, even of the same instant.
fn utc(text: &str) -> Option<String> {
    let at: Timestamp = text.parse().ok()?;
    let (sign, hours, minutes) = (text.get(text.len() - 6..text.len() - 5)?, two(text, 5)?, two(text, 2)?);
    let seconds = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()?;
    let same = rfc3339(at, &TimeZone::fixed(offset)) == text;
    same.then(|| rfc3339(at, &TimeZone::UTC))
}

/// The two digits that begin so many bytes before the end.
fn two(text: &str, from_end: usize) -> Option<i32> {
    let start = text.len().checked_sub(from_end)?;
    text.get(start..start + 2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_spelling() {
        assert_eq!(utc("2020-08-10T05:00:00.000+07:00").as_deref(), Some("2020-08-09T22:00:00.000+00:00"));
        assert_eq!(utc("2020-08-09T22:00:00.000+00:00").as_deref(), Some("2020-08-09T22:00:00.000+00:00"));
        for other in ["2020-08-10 05:00:00.000+07:00", "2020-08-09T22:00:00.000Z", "2020-08-10T05:00:00+07:00", "", "x"]
        {
            assert_eq!(utc(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_log_is_named_by_its_line() {
        let lines = |text: &[u8]| read_log_file(text).map(|file| file.rows.len());
        assert_eq!(lines(b""), Err(Break::Unreadable { line: 1 }));
        assert_eq!(lines(b"a,b\n1,2\n"), Err(Break::Unreadable { line: 1 }));
        assert_eq!(lines(b"airing_id,station\n1,2\n3\n"), Err(Break::Unreadable { line: 3 }));
        assert_eq!(lines("Tôi không phải nhật ký\n".as_bytes()), Err(Break::Unreadable { line: 1 }));
        assert_eq!(lines(b"{}"), Err(Break::Unreadable { line: 1 }));
        assert_eq!(lines(b"null"), Err(Break::Unreadable { line: 1 }));
        assert_eq!(lines(b"a\n\xff\n"), Err(Break::Unreadable { line: 2 }));
        assert_eq!(lines(b"[\n{\n"), Err(Break::Unreadable { line: 3 }));
        assert_eq!(lines(b"[]\n"), Ok(0));
    }
}
