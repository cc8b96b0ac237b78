//! A sheet for a terminal: columns lined up, nothing cut off.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::report::{Cell, Sheet};
use crate::words::{Lang, decimal};

/// The sheet with its title and remarks. Numbers to the right, as papers in `lang` write them; texts to the left.
#[must_use]
pub fn text(sheet: &Sheet, lang: Lang) -> String {
    let header: Vec<String> = sheet.columns.iter().map(|column| column.name.clone()).collect();
    let rows: Vec<Vec<String>> =
        sheet.rows.iter().map(|row| row.iter().map(|cell| shown(cell, lang)).collect()).collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|column| rows.iter().chain([&header]).map(|row| row[column].width()).max().unwrap_or(0))
        .collect();
    let numeric = |row: usize, column: usize| matches!(sheet.rows[row][column], Cell::Number(..));
    let mut out = String::new();
    if !sheet.title.is_empty() {
        let _ = writeln!(out, "{}\n", sheet.title);
    }
    line(&mut out, &header, &widths, |_| false);
    for (index, row) in rows.iter().enumerate() {
        line(&mut out, row, &widths, |column| numeric(index, column));
    }
    for remark in &sheet.remarks {
        let _ = write!(out, "\n{remark}");
    }
    if !sheet.remarks.is_empty() {
        out.push('\n');
    }
    out
}

/// A line break or a control character in a title must not break the table, or speak to the terminal.
fn shown(cell: &Cell, lang: Lang) -> String {
    let text = match cell {
        Cell::Number(number, decimals) => decimal(*number, usize::from(*decimals), lang),
        cell => cell.text(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn line(out: &mut String, cells: &[String], widths: &[usize], right: impl Fn(usize) -> bool) {
    let mut text = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let pad = " ".repeat(width - cell.width());
        let (before, after) = if right(column) { (pad.as_str(), "") } else { ("", pad.as_str()) };
        let gap = if column == 0 { "" } else { "  " };
        let _ = write!(text, "{gap}{before}{cell}{after}");
    }
    let _ = writeln!(out, "{}", text.trim_end());
}
