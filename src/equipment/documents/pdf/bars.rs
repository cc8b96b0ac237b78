//! Bars day by day over an axis, with the minimum each should reach as a line in steps.

use crate::equipment::documents::fonts::Face;
use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{Colour, HAIRLINE, PALE, RULE, SINGLE, SMALL, TINY, mm, times};
use crate::equipment::documents::pdf::legend::Sample;
use crate::equipment::documents::pdf::letters::Type;
use crate::equipment::documents::pdf::strip::{Align, Area, Column, Mark, Strip};
use crate::report::{Bar, Bars, Heat};
use crate::words::whole;

/// How high the highest bar may be, in points.
const PLOT: f32 = mm(50.0);
/// Above the plot: the unit, and the value over the highest bar.
const ABOVE: f32 = 24.0;
/// Under the axis: the days.
const BENEATH: f32 = 13.0;
/// Between an axis label and the axis.
const LABEL_GAP: f32 = 4.0;
/// A bar's part of its day.
const BAR_SHARE: f32 = 0.66;
const DAY_MOST: f32 = 40.0;
const MINIMUM: f32 = 1.25;
/// The smallest letters over a bar.
const VALUE_LEAST: f32 = 4.5;
/// The same as in the heat map, so that both are read alike.
const ENOUGH: Colour = Heat::Surplus.colour();
const TOO_LITTLE: Colour = Heat::None.colour();

impl Galley<'_> {
    /// Caption, drawing, legend; they stay together.
    pub(super) fn bars(&self, bars: &Bars) -> Vec<Strip> {
        let drawing = Strip { keeps_with_next: true, ..Plot::new(self, bars).drawn(bars) };
        let legend = [
            (Sample::Grounds(vec![ENOUGH, TOO_LITTLE]), bars.bars_name.as_str()),
            (Sample::Line(MINIMUM), bars.minimum_name.as_str()),
        ];
        vec![self.caption(&bars.caption), drawing, self.legend(&legend)]
    }
}

/// The field of the drawing.
struct Plot<'a> {
    galley: &'a Galley<'a>,
    left: f32,
    day: f32,
    /// What the axis shows, from zero on.
    ticks: Vec<u64>,
}

impl<'a> Plot<'a> {
    fn new(galley: &'a Galley<'a>, bars: &Bars) -> Self {
        let (most, step) = (bars.highest().max(1), bars.step());
        let ticks: Vec<u64> = (0..=most.div_ceil(step)).map(|index| step.saturating_mul(index)).collect();
        let labels = ticks.iter().map(|&tick| galley.letters.width(&whole(tick, galley.lang), TINY));
        let left = labels.fold(0.0, f32::max) + LABEL_GAP;
        let day = ((galley.width - left) / times(bars.bars.len().max(1))).min(DAY_MOST);
        Self { galley, left, day, ticks }
    }

    fn drawn(&self, bars: &Bars) -> Strip {
        let mut strip = Strip { height: ABOVE + PLOT + BENEATH, ..Strip::default() };
        self.axis(&mut strip, &bars.unit);
        for (index, bar) in bars.bars.iter().enumerate() {
            self.bar(&mut strip, index, bar);
        }
        strip.rule((self.left, ABOVE + PLOT), (self.right(), ABOVE + PLOT), RULE);
        self.minimum(&mut strip, &bars.bars);
        self.texts(&mut strip, &bars.bars);
        strip
    }

    fn axis(&self, strip: &mut Strip, unit: &str) {
        let label = Column { x: 0.0, width: self.left - LABEL_GAP, align: Align::Right, spacing: SINGLE };
        for &tick in &self.ticks {
            let y = self.height_of(tick);
            let (from, to) = ((self.left, y), (self.right(), y));
            strip.marks.push(Mark::Rule { from, to, width: HAIRLINE, colour: PALE });
            let lines = self.galley.letters.lines(&whole(tick, self.galley.lang), TINY, f32::INFINITY);
            strip.set(lines, label, y - TINY.size * SINGLE / 2.0);
        }
        let lines = self.galley.letters.lines(unit, SMALL.face(Face::Italic), self.galley.width);
        strip.set(lines, self.galley.column(Align::Left, SINGLE), 0.0);
    }

    fn bar(&self, strip: &mut Strip, index: usize, bar: &Bar) {
        let width = self.day * BAR_SHARE;
        let (x, y) = (self.left_of(index) + (self.day - width) / 2.0, self.height_of(bar.value));
        let colour = if bar.is_short { TOO_LITTLE } else { ENOUGH };
        if bar.value > 0 {
            let area = Area::new(x, y, width, ABOVE + PLOT - y);
            strip.fill(area, colour);
            strip.frame(area, HAIRLINE);
        }
    }

    /// A step a day; where nothing is owed the line is interrupted.
    fn minimum(&self, strip: &mut Strip, bars: &[Bar]) {
        for (index, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.minimum > 0) {
            let (x, y) = (self.left_of(index), self.height_of(bar.minimum));
            strip.rule((x, y), (x + self.day, y), MINIMUM);
            if let Some(next) = bars.get(index + 1).filter(|next| next.minimum > 0 && next.minimum != bar.minimum) {
                strip.rule((x + self.day, y), (x + self.day, self.height_of(next.minimum)), MINIMUM);
            }
        }
    }

    /// The days under the bars, the values over them.
    fn texts(&self, strip: &mut Strip, bars: &[Bar]) {
        let values = self.fitted(bars.iter().map(|bar| bar.text.as_str()));
        let labels = self.fitted(bars.iter().map(|bar| bar.label.as_str()));
        for (index, bar) in bars.iter().enumerate() {
            self.in_day(strip, index, &bar.text, values, self.value_top(bar, values.size * SINGLE));
            self.in_day(strip, index, &bar.label, labels, ABOVE + PLOT + 2.0);
        }
    }

    /// A value stands on its bar, or above the line of the minimum where that would strike it out.
    fn value_top(&self, bar: &Bar, height: f32) -> f32 {
        let (top, minimum) = (self.height_of(bar.value), self.height_of(bar.minimum));
        let is_struck = minimum < top && minimum > top - height;
        (if is_struck { minimum } else { top }) - height
    }

    fn fitted<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Type {
        self.galley.letters.fitted(texts, TINY, self.day - 1.0, VALUE_LEAST)
    }

    fn in_day(&self, strip: &mut Strip, index: usize, text: &str, set: Type, top: f32) {
        let column = Column { x: self.left_of(index), width: self.day, align: Align::Centre, spacing: SINGLE };
        let lines = self.galley.letters.lines(text, set, f32::INFINITY);
        strip.set(lines, column, top);
    }

    fn left_of(&self, index: usize) -> f32 {
        self.left + self.day * times(index)
    }

    fn right(&self) -> f32 {
        self.galley.width
    }

    /// How deep in the strip this value is drawn.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share of some centimetres")]
    fn height_of(&self, value: u64) -> f32 {
        let top = self.ticks.last().copied().unwrap_or(1).max(1);
        ABOVE + PLOT * (1.0 - (value as f64 / top as f64) as f32)
    }
}
