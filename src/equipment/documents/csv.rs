//! CSV after RFC 4180, safe to open in a spreadsheet.

use crate::report::{Cell, Sheet};

/// The columns and rows of a sheet, in UTF-8 with LF. Title and remarks have no place in a table of data.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers never do.
#[must_use]
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let header = sheet.columns.iter().map(|column| column.name.clone()).collect();
    let rows = sheet.rows.iter().map(|row| row.iter().map(field).collect());
    for record in std::iter::once::<Vec<String>>(header).chain(rows) {
        writer.write_record(&record).expect("memory takes every record of equal length");
    }
    writer.into_inner().expect("memory is flushed")
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        cell => cell.text(),
    }
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
            ],
            remarks: Vec::new(),
        };
        let written = String::from_utf8(csv(&sheet)).unwrap();
        assert_eq!(written, "title,lufs\n'=cmd|' /C calc'!A0,-18.0\n\"Họp, \"\"gấp\"\"\nngày mai\",\n");
    }
}
