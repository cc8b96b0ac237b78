//! The sheet of paper: A4, its margins, and the room between them.

use crate::equipment::documents::docx::markup::{Xml, el};
use crate::report::Orientation;

/// Twips in a millimetre, times 100.
const TWIPS_PER_100_MM: u32 = 5_669;

/// A length in millimetres as twips.
pub const fn mm(length: u32) -> u32 {
    (length * TWIPS_PER_100_MM + 50) / 100
}

/// Annex I, part I, of Decree 30/2020: 20–25 mm above and below, 30–35 at the left, 15–20 at the right. The lesser
/// of each, since tables need the room; the left one is for binding, whichever way the sheet lies.
const TOP_AND_BOTTOM: u32 = mm(20);
const LEFT: u32 = mm(30);
const RIGHT: u32 = mm(15);
/// From the edge of the paper to the page number, which stands in the margin above.
const HEADER: u32 = mm(10);

/// One sheet, in twips.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    width: u32,
    height: u32,
    landscape: bool,
}

impl Sheet {
    pub fn of(orientation: Orientation) -> Self {
        let (short, long) = (mm(210), mm(297));
        match orientation {
            Orientation::Portrait => Self { width: short, height: long, landscape: false },
            Orientation::Landscape => Self { width: long, height: short, landscape: true },
        }
    }

    /// Between the left and the right margin, in twips.
    pub fn text_width(self) -> u32 {
        self.width - LEFT - RIGHT
    }

    /// The section's properties, last in the body. `titlePg` without a header of its own keeps the number off page 1.
    pub fn section(self, header_id: &str) -> Xml {
        let orientation = self.landscape.then_some(("w:orient", "landscape"));
        let size = el("w:pgSz").attr("w:w", self.width).attr("w:h", self.height);
        let size = orientation.into_iter().fold(size, |size, (name, value)| size.attr(name, value));
        el("w:sectPr")
            .with(el("w:headerReference").attr("w:type", "default").attr("r:id", header_id))
            .with(size)
            .with(margins())
            .with(el("w:pgNumType").attr("w:start", 1))
            .with(el("w:titlePg"))
    }
}

fn margins() -> Xml {
    el("w:pgMar")
        .attr("w:top", TOP_AND_BOTTOM)
        .attr("w:right", RIGHT)
        .attr("w:bottom", TOP_AND_BOTTOM)
        .attr("w:left", LEFT)
        .attr("w:header", HEADER)
        .attr("w:footer", HEADER)
        .attr("w:gutter", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_is_a4_both_ways() {
        let portrait = Sheet::of(Orientation::Portrait);
        assert_eq!((portrait.width, portrait.height, portrait.text_width()), (11_905, 16_837, 9_354));
        let turned = Sheet::of(Orientation::Landscape);
        assert_eq!((turned.width, turned.height, turned.text_width()), (16_837, 11_905, 14_286));
    }
}
