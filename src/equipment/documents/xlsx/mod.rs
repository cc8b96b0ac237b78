//! A workbook as an .xlsx file that opens in LibreOffice and Excel.
//!
//! Bytes depend on the workbook alone: the properties carry a fixed date, since nothing here knows what day it is.

mod chart;
mod looks;
mod page;
mod spelling;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use crate::report::Workbook;

/// The workbook as bytes. Every text is written as text, so that a title such as `=1+1` stays one; formulas carry their
/// results.
///
/// # Errors
/// A text longer than a cell may hold (32,767 characters), in the library's words.
pub fn xlsx(workbook: &Workbook) -> Result<Vec<u8>, String> {
    write(workbook).map_err(|error| error.to_string())
}

fn write(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    file.set_properties(&DocProperties::new().set_title(&workbook.title).set_creation_datetime(&created));
    let looks = looks::Looks::new();
    for number in 0..workbook.pages.len() {
        page::write(file.add_worksheet(), number, workbook, &looks)?;
    }
    file.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Column, Field, Line, Sheet};

    fn sheet(text: &str) -> Sheet {
        let columns = vec![Column { name: "Tên".to_owned(), width: 10 }];
        let rows = vec![vec![Cell::Text(text.to_owned())]];
        Sheet { title: "Nhật ký".to_owned(), columns, rows, remarks: Vec::new() }
    }

    #[test]
    fn the_same_workbook_is_the_same_bytes() {
        let [first, second] = [(); 2].map(|()| xlsx(&sheet("Họp").into()).unwrap());
        assert_eq!(first, second);
    }

    #[test]
    fn a_text_that_no_cell_holds_is_said() {
        assert!(xlsx(&sheet(&"a".repeat(32_768)).into()).is_err());
    }

    #[test]
    fn a_page_without_rows_or_columns_is_a_page() {
        let mut book = Workbook::from(sheet("Họp"));
        book.pages[0].rows.clear();
        assert!(xlsx(&book).is_ok());
        book.pages[0].columns.clear();
        book.pages[0].rows = vec![Line::Sum(vec![Field::text("Họp")])];
        assert!(xlsx(&book).is_ok());
    }
}
