//! Strips become pages: filled from the top, and ended before what would be torn apart or left behind.

use std::rc::Rc;

use crate::equipment::documents::pdf::strip::{Area, Mark, Strip};

/// What stands on a page, each strip with its depth below the top margin.
pub type Page = Vec<(f32, Rc<Strip>)>;

/// Below this, in points, no rest of a page is worth a piece of a strip that has to be torn.
const LEAST_PIECE: f32 = 24.0;

/// The strips on pages of this height; at least one page.
pub fn pages(strips: Vec<Strip>, height: f32) -> Vec<Page> {
    let mut flow = Flow { height, depth: 0.0, page: Page::new(), full: Vec::new() };
    let strips: Vec<Rc<Strip>> = strips.into_iter().map(Rc::new).collect();
    for chain in strips.chunk_by(|strip, _| strip.keeps_with_next) {
        flow.chain(chain);
    }
    flow.full.push(flow.page);
    flow.full
}

struct Flow {
    height: f32,
    /// How far the page is filled.
    depth: f32,
    page: Page,
    full: Vec<Page>,
}

impl Flow {
    /// Strips that belong on one page. If no page is high enough for them they are taken one by one.
    fn chain(&mut self, chain: &[Rc<Strip>]) {
        let own: f32 = chain.iter().map(|strip| strip.height).sum();
        let between: f32 = chain[1..].iter().map(|strip| strip.gap).sum();
        let head = chain[0].head.as_ref().map_or(0.0, |head| head.height);
        let needed = chain[0].gap + own + between;
        if needed > self.room() && head + own + between <= self.height {
            self.turn();
        }
        for strip in chain {
            self.place(strip);
        }
    }

    fn place(&mut self, strip: &Rc<Strip>) {
        if self.gap(strip) + strip.height > self.room() && strip.height <= self.height {
            self.turn();
        }
        self.begin(strip);
        let mut rest = Rc::clone(strip);
        while rest.height > self.room() {
            if self.room() >= LEAST_PIECE {
                let (piece, below) = rest.torn(self.room());
                self.put(&Rc::new(piece));
                rest = Rc::new(below);
            }
            self.turn();
            self.begin(&rest);
        }
        self.put(&rest);
    }

    /// What stands above a strip: free room, or at the top of a page its table's header.
    fn begin(&mut self, strip: &Strip) {
        match &strip.head {
            Some(head) if self.page.is_empty() && head.height + LEAST_PIECE < self.height => self.put(head),
            _ => self.depth += self.gap(strip),
        }
    }

    fn gap(&self, strip: &Strip) -> f32 {
        if self.page.is_empty() { 0.0 } else { strip.gap }
    }

    fn put(&mut self, strip: &Rc<Strip>) {
        self.page.push((self.depth, Rc::clone(strip)));
        self.depth += strip.height;
    }

    fn room(&self) -> f32 {
        self.height - self.depth
    }

    /// An empty page stays: turning it would leave it behind.
    fn turn(&mut self) {
        if !self.page.is_empty() {
            self.full.push(std::mem::take(&mut self.page));
        }
        self.depth = 0.0;
    }
}

impl Strip {
    /// What is above and what is below the lowest place within `limit` where no line of text is cut.
    fn torn(&self, limit: f32) -> (Self, Self) {
        let cut = self.free_cut(limit);
        let below = |mark: &Mark| mark.clone().clipped(cut, self.height).map(|mark| mark.raised(cut));
        let above = |mark: &Mark| mark.clone().clipped(0.0, cut);
        let piece = |height, marks| Self { height, marks, gap: 0.0, ..self.clone() };
        (
            piece(cut, self.marks.iter().filter_map(above).collect()),
            piece(self.height - cut, self.marks.iter().filter_map(below).collect()),
        )
    }

    fn free_cut(&self, limit: f32) -> f32 {
        let texts: Vec<(f32, f32)> = self.marks.iter().filter_map(Mark::text_span).collect();
        let is_free = |cut: f32| texts.iter().all(|&(top, bottom)| bottom <= cut || top >= cut);
        let cuts = texts.iter().map(|&(_, bottom)| bottom).filter(|&bottom| bottom > 0.0 && bottom <= limit);
        cuts.filter(|&cut| is_free(cut)).reduce(f32::max).unwrap_or(limit)
    }
}

impl Mark {
    /// From the top to the bottom of a line of text.
    fn text_span(&self) -> Option<(f32, f32)> {
        match self {
            Self::Text { foot, line, .. } => Some((foot - line.set.ascent(), foot + line.set.descent())),
            Self::Rule { .. } | Self::Fill { .. } => None,
        }
    }

    /// The part of it between these depths.
    fn clipped(self, top: f32, bottom: f32) -> Option<Self> {
        match self {
            Self::Text { foot, .. } => (foot > top && foot <= bottom).then_some(self),
            Self::Rule { from, to, width, colour } => {
                let is_apart = from.1.max(to.1) < top || from.1.min(to.1) > bottom;
                let within = |(x, y): (f32, f32)| (x, y.clamp(top, bottom));
                (!is_apart).then(|| Self::Rule { from: within(from), to: within(to), width, colour })
            }
            Self::Fill { boxes, colour } => {
                let boxes: Vec<Area> = boxes.into_iter().filter_map(|area| area.clipped(top, bottom)).collect();
                (!boxes.is_empty()).then_some(Self::Fill { boxes, colour })
            }
        }
    }

    fn raised(mut self, by: f32) -> Self {
        match &mut self {
            Self::Text { foot, .. } => *foot -= by,
            Self::Rule { from, to, .. } => {
                from.1 -= by;
                to.1 -= by;
            }
            Self::Fill { boxes, .. } => boxes.iter_mut().for_each(|area| area.y -= by),
        }
        self
    }
}

impl Area {
    fn clipped(self, top: f32, bottom: f32) -> Option<Self> {
        let (y, end) = (self.y.max(top), (self.y + self.height).min(bottom));
        (y < end).then_some(Self { y, height: end - y, ..self })
    }
}
