//! CSV after RFC 4180, safe to open in a spreadsheet.

use crate::report::{Cell, Sheet};

/// The columns and rows of a sheet, in UTF-8 with LF. Title and remarks have no place in a table of data.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front, and so does one that begins with an
/// apostrophe, so that it can be taken away again; numbers never do.
#[must_use]
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let header = sheet.columns.iter().map(|column| column.name.clone()).collect();
    let rows = sheet.rows.iter().map(|row| row.iter().map(field).collect());
    write_records(std::iter::once::<Vec<String>>(header).chain(rows))
}

/// Records of equal length as the bytes of a file.
pub(super) fn write_records(records: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in records {
        writer.write_record(&record).expect("memory takes every record");
    }
    writer.into_inner().expect("memory is flushed")
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text_field(text),
        cell => cell.text(),
    }
}

/// A text as a field that no spreadsheet takes for a formula.
pub(super) fn text_field(text: &str) -> String {
    if is_risky(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

/// The text that a field of ours holds.
pub(super) fn as_text(field: &str) -> &str {
    field.strip_prefix('\'').filter(|text| is_risky(text)).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn a_title_stays_one_text_cell() {
        let column = |name: &str| Column { name: name.to_owned(), width: 10 };
        let text = |text: &str| Cell::Text(text.to_owned());
        let sheet = Sheet {
            title: String::new(),
            columns: vec![column("title"), column("lufs")],
            rows: vec![
                vec![text("=cmd|' /C calc'!A0"), Cell::Number(-18.0, 1)],
                vec![text("Họp, \"gấp\"\nngày mai"), Cell::Empty],
                vec![text("'=1"), Cell::Empty],
            ],
            remarks: Vec::new(),
        };
        let written = String::from_utf8(csv(&sheet)).unwrap();
        let expected = "title,lufs\n'=cmd|' /C calc'!A0,-18.0\n\"Họp, \"\"gấp\"\"\nngày mai\",\n''=1,\n";
        assert_eq!(written, expected);
        assert_eq!(as_text("''=1"), "'=1");
        assert_eq!(as_text("'=cmd"), "=cmd");
        assert_eq!(as_text("-18.0"), "-18.0");
    }
}
