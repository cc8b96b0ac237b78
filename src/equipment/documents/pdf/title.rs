//! What kind of paper it is, what it is about, and whom it is for.

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{ADDRESSEES, BLOCK_GAP, PARAGRAPH_GAP, SINGLE, TITLE};
use crate::equipment::documents::pdf::masthead::rule_beneath;
use crate::equipment::documents::pdf::strip::{Align, Column, Strip};

/// Above a title, in points.
const TITLE_GAP: f32 = 20.0;

impl Galley<'_> {
    /// Bold and centred, with a rule beneath a third to a half as long as the line above (Annex I, part II, 5).
    pub(super) fn title(&self, kind: &str, subject: &[String]) -> Strip {
        let column = self.column(Align::Centre, SINGLE);
        let mut strip = Strip { gap: TITLE_GAP, keeps_with_next: true, ..Strip::default() };
        let mut y = self.column_text(&mut strip, kind, TITLE, column, 0.0);
        for line in subject {
            y = self.column_text(&mut strip, line, TITLE, column, y);
        }
        strip.height = rule_beneath(&mut strip, column, y, 0.4) + PARAGRAPH_GAP;
        strip
    }

    /// One name beside its label; more of them under each other, each with a dash (Annex I, part II, 9).
    pub(super) fn addressees(&self, label: &str, names: &[String]) -> Strip {
        let mut strip = Strip { gap: BLOCK_GAP, ..Strip::default() };
        strip.height = match names {
            [] | [_] => {
                let text = format!("{label} {}", names.concat());
                self.column_text(&mut strip, text.trim_end(), ADDRESSEES, self.column(Align::Centre, SINGLE), 0.0)
            }
            names => self.dashed_names(&mut strip, label, names),
        } + PARAGRAPH_GAP;
        strip
    }

    fn dashed_names(&self, strip: &mut Strip, label: &str, names: &[String]) -> f32 {
        let names: Vec<String> = names.iter().map(|name| format!("- {name}")).collect();
        let space = self.letters.width("  ", ADDRESSEES);
        let beside = self.letters.width(label, ADDRESSEES) + space;
        let widest = names.iter().map(|name| self.letters.width(name, ADDRESSEES)).fold(0.0, f32::max);
        let width = widest.min((self.width - beside).max(self.width / 2.0)) + 1.0;
        let x = ((self.width - beside - width) / 2.0).max(0.0);
        let column = |x: f32, width: f32| Column { x, width, align: Align::Left, spacing: SINGLE };
        let label_end = self.column_text(strip, label, ADDRESSEES, column(x, self.width - x), 0.0);
        // A label as long as the line has the names beneath it.
        let (left, top) = if beside + width <= self.width { (x + beside, 0.0) } else { (x, label_end) };
        names.iter().fold(top, |y, name| self.column_text(strip, name, ADDRESSEES, column(left, width), y))
    }
}
