//! Running text: headings, paragraphs, lists.

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{HEADING, INDENT, PARAGRAPH_GAP, SINGLE, SPACED, TEXT};
use crate::equipment::documents::pdf::lines::Line;
use crate::equipment::documents::pdf::strip::{Align, Column, Strip};

impl Galley<'_> {
    /// Stays with what follows it.
    pub(super) fn heading(&self, text: &str) -> Vec<Strip> {
        let lines = self.letters.lines(text, HEADING, self.width);
        let strip = Strip::of(lines, self.column(Align::Left, SINGLE));
        vec![Strip { gap: 2.0 * PARAGRAPH_GAP, keeps_with_next: true, ..strip }]
    }

    pub(super) fn paragraph(&self, text: &str) -> Vec<Strip> {
        let lines = self.letters.paragraph(text, TEXT, self.width, INDENT);
        line_by_line(lines, self.column(Align::Justified, SPACED))
    }

    /// Each item begins with its dash where a paragraph begins.
    pub(super) fn list(&self, items: &[String]) -> Vec<Strip> {
        let column = self.column(Align::Justified, SPACED);
        let item = |item: &String| self.letters.paragraph(&format!("-\u{a0}{item}"), TEXT, self.width, INDENT);
        items.iter().flat_map(|text| line_by_line(item(text), column)).collect()
    }
}

/// One strip a line. The first two stay together, and the last two: no line stands alone on a page.
fn line_by_line(lines: Vec<Line>, column: Column) -> Vec<Strip> {
    let count = lines.len();
    let strips = lines.into_iter().enumerate().map(|(index, line)| Strip {
        gap: if index == 0 { PARAGRAPH_GAP } else { 0.0 },
        keeps_with_next: index + 1 < count && (index == 0 || index + 2 == count),
        ..Strip::of(vec![line], column)
    });
    strips.collect()
}
