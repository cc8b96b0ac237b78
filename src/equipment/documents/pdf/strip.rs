//! A strip of paper: what a page is put together from, and is never cut if it fits on one.

use std::rc::Rc;

use crate::equipment::documents::pdf::form::{BLACK, Colour};
use crate::equipment::documents::pdf::lines::Line;
use crate::report;

/// A part of a block, as wide as the text and so high. Places are points from its upper left corner.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    pub height: f32,
    /// Free room above, unless it comes first on its page.
    pub gap: f32,
    /// Stands on the page of the strip that follows.
    pub keeps_with_next: bool,
    /// What is repeated above it where it comes first on its page: the header of its table.
    pub head: Option<Rc<Strip>>,
    pub marks: Vec<Mark>,
}

/// What is printed.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A line of text; where it begins, and how deep it stands.
    Text { x: f32, foot: f32, line: Line },
    /// A straight line.
    Rule { from: (f32, f32), to: (f32, f32), width: f32, colour: Colour },
    /// Boxes of one colour.
    Fill { boxes: Vec<Area>, colour: Colour },
}

/// A box in a strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }
}

/// Where lines stand in their column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
    /// At both edges; the last line of a paragraph at the left only.
    Justified,
}

impl From<report::Align> for Align {
    fn from(align: report::Align) -> Self {
        match align {
            report::Align::Left => Self::Left,
            report::Align::Centre => Self::Centre,
            report::Align::Right => Self::Right,
        }
    }
}

/// A column that lines are set in.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub x: f32,
    pub width: f32,
    pub align: Align,
    /// From line to line, in sizes of the type.
    pub spacing: f32,
}

impl Column {
    /// How high these lines stand.
    pub fn height(self, lines: &[Line]) -> f32 {
        lines.iter().map(|line| line.set.size * self.spacing).sum()
    }
}

impl Strip {
    /// A strip of the lines alone.
    pub fn of(lines: Vec<Line>, column: Column) -> Self {
        let mut strip = Self::default();
        strip.height = strip.set(lines, column, 0.0);
        strip
    }

    /// Sets lines from `top` on downwards, and returns where the next would begin.
    pub fn set(&mut self, lines: Vec<Line>, column: Column, top: f32) -> f32 {
        let mut y = top;
        for mut line in lines {
            let height = line.set.size * column.spacing;
            let foot = y + (height - line.set.ascent() - line.set.descent()) / 2.0 + line.set.ascent();
            if column.align == Align::Justified && !line.ends {
                line.stretch_to(column.width);
            }
            let free = column.width - line.width;
            let x = column.x
                + match column.align {
                    Align::Left | Align::Justified => line.indent,
                    Align::Centre => free / 2.0,
                    Align::Right => free,
                };
            self.marks.push(Mark::Text { x, foot, line });
            y += height;
        }
        y
    }

    /// How wide the line set last is.
    pub fn last_width(&self) -> Option<f32> {
        self.marks.iter().rev().find_map(|mark| match mark {
            Mark::Text { line, .. } => Some(line.width),
            Mark::Rule { .. } | Mark::Fill { .. } => None,
        })
    }

    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        self.marks.push(Mark::Rule { from, to, width, colour: BLACK });
    }

    pub fn fill(&mut self, area: Area, colour: Colour) {
        self.marks.push(Mark::Fill { boxes: vec![area], colour });
    }

    /// The four sides of a box.
    pub fn frame(&mut self, area: Area, width: f32) {
        let (right, bottom) = (area.x + area.width, area.y + area.height);
        self.rule((area.x, area.y), (right, area.y), width);
        self.rule((area.x, bottom), (right, bottom), width);
        self.rule((area.x, area.y), (area.x, bottom), width);
        self.rule((right, area.y), (right, bottom), width);
    }
}
