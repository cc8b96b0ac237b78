//! A sheet: named columns and rows of cells, whatever file it ends in.

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// How wide a person wants it, in characters.
    pub width: u16,
}

/// One cell. Text stays text: a title such as `=1+1` is never a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// A number with so many decimals.
    Number(f64, u8),
    Empty,
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

impl Cell {
    /// As it is written where a cell is text; numbers with a decimal point.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number, decimals) => format!("{number:.*}", usize::from(*decimals)),
            Self::Empty => String::new(),
        }
    }
}
