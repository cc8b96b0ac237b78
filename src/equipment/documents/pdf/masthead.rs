//! The head of an administrative paper: who writes at the left, the state at the right (Annex I, part II, 1–4).

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{BODY_ABOVE, ISSUER, MOTTO, NATION, NUMBER, PLACE_AND_DAY, RULE, SINGLE};
use crate::equipment::documents::pdf::letters::Type;
use crate::equipment::documents::pdf::strip::{Align, Column, Strip};
use crate::report::Masthead;

/// Between the two columns, in points.
const COLUMN_GAP: f32 = 8.0;
/// The state stands on one line each, unless little would be left for the issuer.
const RIGHT_MOST: f32 = 0.65;
/// Between a name and the rule beneath it, and between the rule and what follows, in points.
const RULE_GAP: f32 = 2.0;
const NUMBER_GAP: f32 = 7.0;

impl Galley<'_> {
    pub(super) fn masthead(&self, masthead: &Masthead) -> Strip {
        let column = |x: f32, width: f32| Column { x, width, align: Align::Centre, spacing: SINGLE };
        let half = (self.width - COLUMN_GAP) / 2.0;
        let right = self.state_width(masthead).clamp(half, self.width * RIGHT_MOST);
        let right = column(self.width - right, right);
        let left = column(0.0, right.x - COLUMN_GAP);
        let mut strip = Strip::default();

        let parent = self.column_text(&mut strip, &masthead.parent, BODY_ABOVE, left, 0.0);
        let issuer = self.column_text(&mut strip, &masthead.issuer, ISSUER, left, parent);
        // A third to a half as long as the line above.
        let issuer = rule_beneath(&mut strip, left, issuer, 0.4);

        let nation = self.column_text(&mut strip, &masthead.nation, NATION, right, 0.0);
        let motto = self.column_text(&mut strip, &masthead.motto, MOTTO, right, nation);
        // As long as the motto.
        let motto = rule_beneath(&mut strip, right, motto, 1.0);

        let second = issuer.max(motto) + NUMBER_GAP;
        let number = self.column_text(&mut strip, &masthead.number, NUMBER, left, second);
        let day = self.column_text(&mut strip, &masthead.place_and_day, PLACE_AND_DAY, right, second);
        strip.height = number.max(day);
        strip
    }

    /// How wide the state's column has to be for one line each.
    fn state_width(&self, masthead: &Masthead) -> f32 {
        let lines = [(&masthead.nation, NATION), (&masthead.motto, MOTTO), (&masthead.place_and_day, PLACE_AND_DAY)];
        let widths = lines.map(|(text, set)| self.letters.lines(text, set, f32::INFINITY));
        widths.iter().flatten().map(|line| line.width).fold(0.0, f32::max) + 1.0
    }

    /// Sets a text beneath `top` and returns where the next would begin.
    pub(super) fn column_text(&self, strip: &mut Strip, text: &str, set: Type, column: Column, top: f32) -> f32 {
        let lines = match column.align {
            Align::Centre => self.letters.balanced(text, set, column.width),
            _ => self.letters.lines(text, set, column.width),
        };
        strip.set(lines, column, top)
    }
}

/// A rule in the middle of the column, in proportion to the last line set; none where nothing was set.
pub(super) fn rule_beneath(strip: &mut Strip, column: Column, top: f32, share: f32) -> f32 {
    let Some(width) = strip.last_width() else { return top };
    let (middle, half) = (column.x + column.width / 2.0, width * share / 2.0);
    strip.rule((middle - half, top + RULE_GAP), (middle + half, top + RULE_GAP), RULE);
    top + RULE_GAP
}
