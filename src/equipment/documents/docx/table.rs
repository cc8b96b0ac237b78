//! Framed tables.

use crate::equipment::documents::docx::grid::{Cell, Frame, Row, grid, row};
use crate::equipment::documents::docx::markup::Xml;
use crate::equipment::documents::docx::paragraph::{Paragraph, Style, Weight};
use crate::equipment::documents::docx::sheet::mm;
use crate::report::{Align, Table, TableColumn, TableRow};

/// Blank at both sides of a cell.
const MARGIN: u32 = mm(1);
/// No column is narrower: room for `999` or `TT` in bold between the margins.
const NARROWEST: u32 = mm(9);
/// With more columns than this the type is smaller.
const COLUMNS_IN_FULL_SIZE: usize = 8;
/// The ground of a row of sums.
const SUM_GROUND: [u8; 3] = [242, 242, 242];

/// The table across the whole text width; none without columns, which no word processor would open.
pub fn table(table: &Table, text_width: u32) -> Option<Xml> {
    if table.columns.is_empty() {
        return None;
    }
    let widths = widths(&table.columns, text_width);
    let layout = Layout { columns: &table.columns, widths: &widths };
    let next = table.rows.iter().skip(1).map(Some).chain([None]);
    let rows = table.rows.iter().zip(next).map(|(row, next)| layout.row(row, next));
    Some(grid(Frame::Lines, MARGIN, &widths, std::iter::once(layout.header()).chain(rows)))
}

struct Layout<'a> {
    columns: &'a [TableColumn],
    widths: &'a [u32],
}

impl Layout<'_> {
    fn header(&self) -> Xml {
        let name = |name: &str| Paragraph::of(Style::ColumnName, name).keep_next(true);
        let cells = self.columns.iter().zip(self.widths);
        row(Row::Header, cells.map(|(column, width)| Cell::of(*width, [name(&column.name)]).middle()))
    }

    /// A group stays with its first row, and the last row with the sum beneath it.
    fn row(&self, this: &TableRow, next: Option<&TableRow>) -> Xml {
        let keep = matches!(next, Some(TableRow::Sum(_)));
        match this {
            TableRow::Plain(texts) => row(Row::Body, self.cells(texts, Weight::Style, keep)),
            TableRow::Sum(texts) => {
                row(Row::Body, self.cells(texts, Weight::Bold, keep).map(|cell| cell.ground(SUM_GROUND)))
            }
            TableRow::Group(text) => {
                let title = Paragraph::empty(self.style()).run(Weight::Bold, text).keep_next(true);
                let cell = Cell::of(self.widths.iter().sum(), [title]).across(self.columns.len());
                row(Row::Body, [cell])
            }
        }
    }

    /// One cell a column, whatever the number of texts.
    fn cells(&self, texts: &[String], weight: Weight, keep: bool) -> impl Iterator<Item = Cell> {
        let texts = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
        self.columns.iter().zip(self.widths).zip(texts).map(move |((column, width), text)| {
            let paragraph = Paragraph::empty(self.style()).run(weight, text).keep_next(keep);
            let paragraph = if column.align == Align::Left { paragraph } else { paragraph.align(column.align) };
            Cell::of(*width, [paragraph])
        })
    }

    fn style(&self) -> Style {
        if self.columns.len() > COLUMNS_IN_FULL_SIZE { Style::SmallCell } else { Style::Cell }
    }
}

/// Twips in proportion to the shares, none under the narrowest as long as there is room; together the text width.
fn widths(columns: &[TableColumn], text_width: u32) -> Vec<u32> {
    let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
    let least = NARROWEST.min(text_width / count);
    let shares: Vec<u32> = columns.iter().map(|column| u32::from(column.share).max(1)).collect();
    let narrow = |share: u32, room: u32, of: u32| u64::from(share) * u64::from(room) < u64::from(least) * u64::from(of);
    // Each round takes the columns that would be too narrow out of the sharing; the rest shares what is left.
    let (mut room, mut of) = (text_width, shares.iter().sum::<u32>());
    let mut fixed = vec![false; shares.len()];
    while let Some(at) = (0..shares.len()).find(|&at| !fixed[at] && narrow(shares[at], room, of)) {
        fixed[at] = true;
        room -= least;
        of -= shares[at];
    }
    let width = |at: usize| if fixed[at] { least } else { shares[at] * room / of };
    let mut widths: Vec<u32> = (0..shares.len()).map(width).collect();
    let missing = text_width - widths.iter().sum::<u32>();
    if let Some(widest) = widths.iter_mut().max() {
        *widest += missing;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(shares: &[u16]) -> Vec<TableColumn> {
        shares.iter().map(|&share| TableColumn { name: String::new(), share, align: Align::Left }).collect()
    }

    #[test]
    fn columns_fill_the_line_and_none_is_too_narrow_to_read() {
        assert_eq!(widths(&columns(&[1, 1]), 1_001), [500, 501]);
        let widths = |shares: &[u16]| super::widths(&columns(shares), 9_354);
        assert_eq!(widths(&[1, 40, 10, 0]), [510, 6_668, 1_666, 510]);
        assert_eq!(widths(&[1; 30]).iter().sum::<u32>(), 9_354);
        assert_eq!(widths(&[u16::MAX; 3]), [3_118; 3]);
    }
}
