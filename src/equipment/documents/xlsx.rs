//! A sheet as a workbook that opens in LibreOffice and Excel.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use crate::report::{Cell, Sheet};

/// Height of one line of 12-point type.
const LINE_POINTS: f64 = 16.5;

/// The sheet as the bytes of an .xlsx file: title, table with frozen header, remarks. Every text is written as text,
/// so that a title such as `=1+1` stays one.
///
/// # Errors
/// A text longer than a cell may hold (32,767 characters), in the library's words.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, String> {
    write(sheet).map_err(|error| error.to_string())
}

fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let font = Format::new().set_font_name("Times New Roman").set_font_size(12);
    let title = font.clone().set_bold().set_font_size(14);
    let framed = font.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
    let header = framed.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let body = framed.clone().set_text_wrap();
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    page.write_string_with_format(0, 0, &sheet.title, &title)?;
    let top = 2;
    for (index, column) in (0..).zip(&sheet.columns) {
        page.set_column_width(index, f64::from(column.width))?;
        page.write_string_with_format(top, index, &column.name, &header)?;
    }
    page.set_freeze_panes(top + 1, 0)?.set_repeat_rows(top, top)?;
    let mut line = top + 1;
    for row in &sheet.rows {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => page.write_string_with_format(line, column, text, &body)?,
                Cell::Number(number, decimals) => {
                    page.write_number_with_format(line, column, *number, &number_format(&framed, *decimals))?
                }
                Cell::Empty => page.write_blank(line, column, &framed)?,
            };
        }
        // A reader that does not measure text itself would cut wrapped lines off.
        page.set_row_height(line, LINE_POINTS * f64::from(lines_of(row, sheet)))?;
        line += 1;
    }
    for remark in &sheet.remarks {
        line += 1;
        page.write_string_with_format(line, 0, remark, &font)?;
    }
    workbook.save_to_buffer()
}

/// How many lines the longest text of a row wraps into, with a little room.
fn lines_of(row: &[Cell], sheet: &Sheet) -> u32 {
    let lines = row.iter().zip(&sheet.columns).map(|(cell, column)| {
        let characters = u32::try_from(cell.text().chars().count()).unwrap_or(u32::MAX);
        characters.saturating_mul(11).div_ceil(u32::from(column.width).max(1) * 10)
    });
    lines.max().unwrap_or(1).clamp(1, 20)
}

fn number_format(framed: &Format, decimals: u8) -> Format {
    let places = "0".repeat(usize::from(decimals));
    framed.clone().set_num_format(if decimals == 0 { "0".to_owned() } else { format!("0.{places}") })
}
