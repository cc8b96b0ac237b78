//! What the colours and lines of a drawing mean.

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{BLACK, Colour, HAIRLINE, SINGLE, SMALL};
use crate::equipment::documents::pdf::strip::{Align, Area, Column, Mark, Strip};

/// How wide and high a sample of a colour is, in points.
const SAMPLE: (f32, f32) = (14.0, 8.0);
const SAMPLE_GAP: f32 = 4.0;
const ENTRY_GAP: f32 = 16.0;
const LEGEND_GAP: f32 = 6.0;

/// What is drawn before its name.
pub(super) enum Sample {
    /// A ground, or several side by side.
    Grounds(Vec<Colour>),
    /// A thick line.
    Line(f32),
}

impl Galley<'_> {
    /// The entries in rows, each as many as go into the width.
    pub(super) fn legend(&self, entries: &[(Sample, &str)]) -> Strip {
        let mut strip = Strip { gap: LEGEND_GAP, ..Strip::default() };
        let (mut x, mut y) = (0.0, 0.0);
        for (sample, name) in entries {
            let before = sample.width() + SAMPLE_GAP;
            let lines = self.letters.lines(name, SMALL, self.width - before);
            let width = before + lines.iter().map(|line| line.width).fold(0.0, f32::max);
            if x > 0.0 && x + width > self.width {
                (x, y) = (0.0, strip.height);
            }
            sample.draw(&mut strip, x, y + (SMALL.size * SINGLE - SAMPLE.1) / 2.0);
            let column = Column { x: x + before, width: width - before, align: Align::Left, spacing: SINGLE };
            strip.height = strip.height.max(strip.set(lines, column, y));
            x += width + ENTRY_GAP;
        }
        strip
    }
}

impl Sample {
    fn width(&self) -> f32 {
        match self {
            Self::Grounds(colours) => colours.iter().map(|_| SAMPLE.0).sum(),
            Self::Line(_) => SAMPLE.0,
        }
    }

    fn draw(&self, strip: &mut Strip, x: f32, y: f32) {
        match self {
            Self::Grounds(colours) => {
                let mut left = x;
                for &colour in colours {
                    let area = Area::new(left, y, SAMPLE.0, SAMPLE.1);
                    strip.fill(area, colour);
                    strip.frame(area, HAIRLINE);
                    left += SAMPLE.0;
                }
            }
            Self::Line(width) => {
                let middle = y + SAMPLE.1 / 2.0;
                let (from, to) = ((x, middle), (x + SAMPLE.0, middle));
                strip.marks.push(Mark::Rule { from, to, width: *width, colour: BLACK });
            }
        }
    }
}
