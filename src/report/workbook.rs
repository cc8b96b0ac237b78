//! A workbook: pages of rows, formulas, colours by rule and a chart, whatever file it ends in.
//!
//! Formulas are values of a closed set that point at cells by page, row and column. None can be made out of a text, so
//! that no title ever becomes one; how a program spells them is the equipment's business.

use crate::airtime::Cell;
use crate::report::{Column, Heat, Orientation, Sheet};

/// Pages with different tabs, in the order they are leafed through.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// For the file's properties.
    pub title: String,
    pub pages: Vec<Page>,
}

/// One table with a title, on A4 as wide as the sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub tab: Tab,
    pub title: String,
    pub orientation: Orientation,
    /// A column of width 0 is kept out of sight; such columns come last.
    pub columns: Vec<Column>,
    /// So many columns from the left stay in sight when the others are scrolled.
    pub key_columns: u16,
    /// One field a column.
    pub rows: Vec<Line>,
    /// Lines beneath the table.
    pub remarks: Vec<String>,
    pub rules: Vec<Rule>,
    pub chart: Option<Chart>,
}

/// The name on a page's tab: at most 31 characters, none that Excel refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(String);

impl Tab {
    /// What Excel takes for a reference in a tab's name.
    const FORBIDDEN: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
    /// In UTF-16, as Excel counts.
    const LONGEST: usize = 31;

    /// The name, with what is forbidden as dashes, and cut where it is too long.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let at_the_edge = |c: char| c.is_whitespace() || c == '\'';
        let mut room = Self::LONGEST;
        let allowed = name.trim_matches(at_the_edge).chars().map(|c| {
            let refused = c.is_control() || Self::FORBIDDEN.contains(&c);
            if refused { '-' } else { c }
        });
        let fitting = allowed.take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        });
        let name = fitting.collect::<String>().trim_matches(at_the_edge).to_owned();
        // Excel keeps one name for itself, and has no tab without a name.
        let taken = name.is_empty() || name.eq_ignore_ascii_case("history");
        Self(if taken { format!("{name}-") } else { name })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One row of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    Plain(Vec<Field>),
    /// Bold, on a light ground.
    Sum(Vec<Field>),
}

impl Line {
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Plain(fields) | Self::Sum(fields) => fields,
        }
    }
}

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    Given(Cell),
    /// A formula with its result: readers that do not compute show the same as those that do.
    Worked(Formula, Cell),
}

impl Field {
    /// A whole number.
    #[must_use]
    pub fn whole(number: u32) -> Self {
        Self::Given(Cell::Number(f64::from(number), 0))
    }

    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Given(if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) })
    }

    /// A formula whose result is a whole number.
    #[must_use]
    pub fn worked(formula: Formula, result: u32) -> Self {
        Self::Worked(formula, Cell::Number(f64::from(result), 0))
    }

    /// What is to be read in the cell.
    #[must_use]
    pub const fn shown(&self) -> &Cell {
        match self {
            Self::Given(cell) | Self::Worked(_, cell) => cell,
        }
    }
}

impl From<Cell> for Field {
    fn from(cell: Cell) -> Self {
        Self::Given(cell)
    }
}

/// One cell of the workbook: page, row and column, each from 0; the header is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub page: usize,
    pub row: usize,
    pub column: usize,
}

impl Spot {
    /// The cell alone, or so many rows down and columns to the right of it.
    #[must_use]
    pub const fn area(self, rows: usize, columns: usize) -> Area {
        Area { first: self, rows, columns }
    }
}

/// Neighbouring cells: at least one row and one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// At the top left.
    pub first: Spot,
    pub rows: usize,
    pub columns: usize,
}

/// What a cell works out from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// What another cell says.
    Same(Spot),
    /// So much more than another cell says.
    More {
        than: Spot,
        by: u32,
    },
    Sum(Area),
    /// The sum of values, each counted no further than its minimum at the same place of the other area.
    Capped {
        values: Area,
        minima: Area,
    },
    /// How many cells read so.
    Count {
        area: Area,
        reading: &'static str,
    },
    /// One word if a value reaches its minimum, else another.
    Reaches {
        value: Spot,
        minimum: Spot,
        yes: &'static str,
        no: &'static str,
    },
    /// A part of a whole above 0 in percent, to two decimals, rounded down.
    PercentDown {
        part: Spot,
        whole: Spot,
    },
}

/// Colours cells by what they are worth against their minima, and goes on doing so when a number is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub cells: Area,
    /// The minimum of a cell stands so many columns to its right.
    pub minimum_after: usize,
    /// What is coloured; the rest stays as it is.
    pub shown: &'static [Heat],
}

/// Columns over a line that they should reach, beneath the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    /// What both count: *phút*.
    pub unit: String,
    /// The names along the axis.
    pub labels: Area,
    pub columns: Series,
    pub line: Series,
}

/// One name in the chart's legend and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub name: String,
    pub values: Area,
}

impl From<Sheet> for Workbook {
    fn from(sheet: Sheet) -> Self {
        Self { title: sheet.title.clone(), pages: vec![Page::from(sheet)] }
    }
}

impl From<Sheet> for Page {
    fn from(sheet: Sheet) -> Self {
        let line = |row: Vec<Cell>| Line::Plain(row.into_iter().map(Field::from).collect());
        Self {
            tab: Tab::new(&sheet.title),
            title: sheet.title,
            orientation: Orientation::Landscape,
            columns: sheet.columns,
            key_columns: 0,
            rows: sheet.rows.into_iter().map(line).collect(),
            remarks: sheet.remarks,
            rules: Vec::new(),
            chart: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_has_a_name_that_excel_takes() {
        for (name, tab) in [
            ("Theo ngày", "Theo ngày"),
            ("Theo tệp 8/2020", "Theo tệp 8-2020"),
            ("[a]:*?\\\t1", "-a------1"),
            ("'Họp' ", "Họp"),
            ("", "-"),
            ("History", "History-"),
            ("Báo cáo kết quả thông tin, tuyên truyền", "Báo cáo kết quả thông tin, tuyê"),
            ("🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊", "🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊🔊"),
        ] {
            assert_eq!(Tab::new(name).as_str(), tab);
        }
    }

    #[test]
    fn a_sheet_is_a_workbook_of_one_page_without_formulas() {
        let columns = vec![Column { name: "Tên".to_owned(), width: 10 }];
        let rows = vec![vec![Cell::Text("=1+1".to_owned())]];
        let sheet = Sheet { title: "Nhật ký".to_owned(), columns, rows, remarks: vec!["Hết".to_owned()] };
        let book = Workbook::from(sheet);
        assert_eq!((book.pages.len(), book.pages[0].tab.as_str()), (1, "Nhật ký"));
        assert_eq!(book.pages[0].rows, [Line::Plain(vec![Field::text("=1+1")])]);
        assert_eq!(book.pages[0].remarks, ["Hết"]);
    }
}
