//! Framed tables. A row is one strip, so it is not torn; the header is the head of every one of them.

use std::rc::Rc;

use crate::equipment::documents::fonts::Face;
use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{BLOCK_GAP, CELL, CELL_OF_MANY, GROUND, HAIRLINE, SINGLE};
use crate::equipment::documents::pdf::letters::Type;
use crate::equipment::documents::pdf::lines::Line;
use crate::equipment::documents::pdf::strip::{Align, Area, Column, Mark, Strip};
use crate::report::{Table, TableRow};

/// Between the frame of a cell and its text, in points.
const SIDE: f32 = 4.0;
const ABOVE: f32 = 2.0;
/// From this many columns on the letters are smaller.
const MANY: usize = 7;

impl Galley<'_> {
    pub(super) fn table(&self, table: &Table) -> Vec<Strip> {
        if table.columns.is_empty() {
            return Vec::new();
        }
        let grid = Grid::new(self, table);
        let header = grid.header(table);
        let head = Rc::new(Strip { keeps_with_next: false, gap: 0.0, ..header.clone() });
        let rows = table.rows.iter().zip(table.rows.iter().skip(1).map(Some).chain([None]));
        let strips = rows.map(|(row, next)| {
            let keeps_with_next = match row {
                TableRow::Group(_) => next.is_some(),
                // A sum does not stand alone under a header.
                TableRow::Plain(_) => matches!(next, Some(TableRow::Sum(_))),
                TableRow::Sum(_) => false,
            };
            Strip { keeps_with_next, head: Some(Rc::clone(&head)), ..grid.row(row) }
        });
        let first = Strip { keeps_with_next: !table.rows.is_empty(), gap: BLOCK_GAP, ..header };
        [first].into_iter().chain(strips).collect()
    }
}

/// Where the columns stand, and what is set in them.
struct Grid<'a> {
    galley: &'a Galley<'a>,
    set: Type,
    columns: Vec<Column>,
}

impl<'a> Grid<'a> {
    fn new(galley: &'a Galley<'a>, table: &Table) -> Self {
        let shares: Vec<f32> = table.columns.iter().map(|column| f32::from(column.share.max(1))).collect();
        let unit = galley.width / shares.iter().sum::<f32>();
        let mut x = 0.0;
        let mut columns = Vec::new();
        for (column, share) in table.columns.iter().zip(shares) {
            let width = share * unit;
            columns.push(Column { x, width, align: column.align.into(), spacing: SINGLE });
            x += width;
        }
        let set = if columns.len() < MANY { CELL } else { CELL_OF_MANY };
        Self { galley, set, columns }
    }

    fn header(&self, table: &Table) -> Strip {
        let centred = self.columns.iter().map(|&column| Column { align: Align::Centre, ..column });
        let names = table.columns.iter().map(|column| column.name.as_str());
        let mut strip = self.cells(names.zip(centred), Face::Bold, Place::Middle);
        strip.rule((0.0, 0.0), (self.galley.width, 0.0), HAIRLINE);
        strip
    }

    fn row(&self, row: &TableRow) -> Strip {
        match row {
            TableRow::Plain(texts) => self.cells(self.in_columns(texts), Face::Regular, Place::Top),
            TableRow::Sum(texts) => {
                let mut strip = self.cells(self.in_columns(texts), Face::Bold, Place::Top);
                let (width, height) = (self.galley.width, strip.height);
                let ground = Mark::Fill { boxes: vec![Area::new(0.0, 0.0, width, height)], colour: GROUND };
                strip.marks.insert(0, ground);
                // The ground lies over the rule of the row above.
                strip.rule((0.0, 0.0), (width, 0.0), HAIRLINE);
                strip
            }
            TableRow::Group(text) => {
                let across = self.galley.column(Align::Left, SINGLE);
                self.cells(std::iter::once((text.as_str(), across)), Face::Bold, Place::Top)
            }
        }
    }

    /// Each column with its text; a row that is short of texts leaves the last columns empty.
    fn in_columns<'t>(&self, texts: &'t [String]) -> impl Iterator<Item = (&'t str, Column)> {
        let texts = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
        texts.zip(self.columns.iter().copied())
    }

    /// A row as high as its fullest cell, framed at the sides and beneath; the header has the rule on top.
    fn cells<'t>(&self, cells: impl Iterator<Item = (&'t str, Column)>, face: Face, place: Place) -> Strip {
        let set = self.set.face(face);
        let cells: Vec<(Vec<Line>, Column)> = cells
            .map(|(text, column)| {
                let inside = Column { x: column.x + SIDE, width: (column.width - 2.0 * SIDE).max(set.size), ..column };
                let lines = match place {
                    Place::Top => self.galley.letters.lines(text, set, inside.width),
                    Place::Middle => self.galley.letters.balanced(text, set, inside.width),
                };
                (lines, inside)
            })
            .collect();
        let fullest = cells.iter().map(|(lines, column)| column.height(lines)).fold(set.size * SINGLE, f32::max);
        let mut strip = Strip { height: fullest + 2.0 * ABOVE, ..Strip::default() };
        for (lines, column) in cells {
            let top = match place {
                Place::Top => ABOVE,
                Place::Middle => (strip.height - column.height(&lines)) / 2.0,
            };
            strip.rule((column.x - SIDE, 0.0), (column.x - SIDE, strip.height), HAIRLINE);
            strip.set(lines, column, top);
        }
        let (right, bottom) = (self.galley.width, strip.height);
        strip.rule((right, 0.0), (right, bottom), HAIRLINE);
        strip.rule((0.0, bottom), (right, bottom), HAIRLINE);
        strip
    }
}

/// Where a text stands in a cell that is higher than it.
#[derive(Clone, Copy)]
enum Place {
    Top,
    Middle,
}
