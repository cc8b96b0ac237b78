//! A sheet: named columns and rows of cells, whatever file it ends in.

use crate::airtime::Cell;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// How wide a person wants it, in characters.
    pub width: u16,
}

/// A table with a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Lines beneath the table.
    pub remarks: Vec<String>,
}
