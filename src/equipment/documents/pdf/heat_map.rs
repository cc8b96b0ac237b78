//! A field of items by days in colours that mean something, with the numbers written in.

use std::rc::Rc;

use crate::equipment::documents::fonts::Face;
use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{BLOCK_GAP, CAPTION, HAIRLINE, SINGLE, SMALL, TINY, times};
use crate::equipment::documents::pdf::legend::Sample;
use crate::equipment::documents::pdf::letters::Type;
use crate::equipment::documents::pdf::lines::Line;
use crate::equipment::documents::pdf::strip::{Align, Area, Column, Strip};
use crate::report::{Heat, HeatMap, HeatRow};

/// The titles have at least this part of the width; a day is never wider than this, in points.
const TITLES_LEAST: f32 = 0.3;
const DAY_MOST: f32 = 22.0;
/// Between the frame of a title and its text.
const SIDE: f32 = 3.0;
const ABOVE: f32 = 1.5;
/// Between a number and the edges of its day, and the smallest letters for it.
const DAY_SIDE: f32 = 1.0;
const DAY_LEAST: f32 = 4.0;
const ROW_LEAST: f32 = 14.0;

impl Galley<'_> {
    /// Caption, header with the days, a strip a row, legend. The header is repeated on each page.
    pub(super) fn heat_map(&self, map: &HeatMap) -> Vec<Strip> {
        let field = Field::new(self, map);
        let header = Rc::new(field.header(map));
        let last = map.rows.len().saturating_sub(1);
        let rows = map.rows.iter().enumerate().map(|(index, row)| Strip {
            keeps_with_next: index == last,
            head: Some(Rc::clone(&header)),
            ..field.row(row)
        });
        let first = Strip { keeps_with_next: true, ..(*header).clone() };
        let legend: Vec<_> =
            map.legend.iter().map(|(heat, name)| (Sample::Grounds(vec![heat.colour()]), name.as_str())).collect();
        [self.caption(&map.caption), first].into_iter().chain(rows).chain([self.legend(&legend)]).collect()
    }

    /// What a drawing shows, above it.
    pub(super) fn caption(&self, text: &str) -> Strip {
        let lines = self.letters.lines(text, CAPTION, self.width);
        let mut strip = Strip::of(lines, self.column(Align::Centre, SINGLE));
        strip.height += CAPTION.size / 3.0;
        Strip { gap: BLOCK_GAP, keeps_with_next: true, ..strip }
    }
}

/// Where titles and days stand.
struct Field<'a> {
    galley: &'a Galley<'a>,
    titles: f32,
    day: f32,
    days: usize,
    /// Of the numbers: all of one size.
    number: Type,
}

impl<'a> Field<'a> {
    fn new(galley: &'a Galley<'a>, map: &HeatMap) -> Self {
        let days = map.days.len();
        let day = (galley.width * (1.0 - TITLES_LEAST) / times(days.max(1))).min(DAY_MOST);
        let numbers: Vec<String> =
            map.rows.iter().flat_map(|row| &row.days).map(|(number, _)| number.to_string()).collect();
        let texts = numbers.iter().chain(&map.days).map(String::as_str);
        let bold = TINY.face(Face::Bold);
        let number = galley.letters.fitted(texts, bold, day - 2.0 * DAY_SIDE, DAY_LEAST).face(Face::Regular);
        Self { galley, titles: galley.width - day * times(days), day, days, number }
    }

    fn header(&self, map: &HeatMap) -> Strip {
        let (mut strip, middle) = self.framed(&map.items, SMALL.face(Face::Bold));
        for (index, day) in map.days.iter().enumerate() {
            self.in_day(&mut strip, index, day, self.number.face(Face::Bold), middle);
        }
        strip
    }

    fn row(&self, row: &HeatRow) -> Strip {
        let (mut strip, middle) = self.framed(&row.title, SMALL);
        let days = || row.days.iter().take(self.days).enumerate();
        let grounds = days().map(|(index, &(_, heat))| {
            let area = Area::new(self.left_of(index), 0.0, self.day, strip.height);
            (area, heat)
        });
        let mut coloured = Strip { height: strip.height, ..Strip::default() };
        for (area, heat) in grounds {
            coloured.fill(area, heat.colour());
        }
        coloured.marks.append(&mut strip.marks);
        for (index, &(number, heat)) in days() {
            // What was not owed and did not air is no news.
            if number > 0 || heat != Heat::Free {
                self.in_day(&mut coloured, index, &number.to_string(), self.number, middle);
            }
        }
        coloured
    }

    /// A row's title and its frame, and how deep its middle is.
    fn framed(&self, title: &str, set: Type) -> (Strip, f32) {
        let width = self.titles - 2.0 * SIDE;
        let column = Column { x: SIDE, width, align: Align::Left, spacing: SINGLE };
        let lines: Vec<Line> = self.galley.letters.lines(title, set, width);
        let own = column.height(&lines);
        let height = (own + 2.0 * ABOVE).max(ROW_LEAST);
        let mut strip = Strip { height, ..Strip::default() };
        strip.set(lines, column, (height - own) / 2.0);
        strip.rule((0.0, 0.0), (0.0, height), HAIRLINE);
        for x in (0..=self.days).map(|index| self.left_of(index)) {
            strip.rule((x, 0.0), (x, height), HAIRLINE);
        }
        // On top as well: the grounds lie over the rule of the row above.
        for y in [0.0, height] {
            strip.rule((0.0, y), (self.galley.width, y), HAIRLINE);
        }
        (strip, height / 2.0)
    }

    fn in_day(&self, strip: &mut Strip, index: usize, text: &str, set: Type, middle: f32) {
        let column = Column { x: self.left_of(index), width: self.day, align: Align::Centre, spacing: SINGLE };
        // Never broken: rather a little too wide than two numbers out of one.
        let lines = self.galley.letters.lines(text, set, f32::INFINITY);
        let top = middle - column.height(&lines) / 2.0;
        strip.set(lines, column, top);
    }

    fn left_of(&self, index: usize) -> f32 {
        self.titles + self.day * times(index)
    }
}
