//! What the figures rest on: a code for a telephone, and beside it the same for the eye.

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{BLACK, BLOCK_GAP, CELL_OF_MANY, HAIRLINE, SINGLE, mm, times};
use crate::equipment::documents::pdf::strip::{Align, Area, Column, Mark, Strip};
use crate::report::{Proof, Qr};

/// The dark and light field without its border, in points: a telephone reads 0.4 mm a module from a hand's breadth.
const CODE_SIDE: f32 = mm(28.0);
/// Between the code's border and the lines.
const BESIDE: f32 = 6.0;

impl Galley<'_> {
    pub(super) fn proof(&self, proof: &Proof) -> Strip {
        let border = times(Qr::BORDER) * CODE_SIDE / times(proof.qr.side().max(1));
        let square = CODE_SIDE + 2.0 * border;
        let x = square + BESIDE;
        let column = Column { x, width: self.width - x - BESIDE, align: Align::Left, spacing: SINGLE };
        let texts = proof.lines.iter();
        let lines: Vec<_> = texts.flat_map(|text| self.letters.lines(text, CELL_OF_MANY, column.width)).collect();
        let written = column.height(&lines);
        let height = square.max(written + 2.0 * BESIDE);
        let mut strip = Strip { height, gap: BLOCK_GAP, ..Strip::default() };
        strip.marks.push(code(&proof.qr, border, (height - CODE_SIDE) / 2.0));
        strip.set(lines, column, (height - written) / 2.0);
        strip.frame(Area::new(0.0, 0.0, self.width, height), HAIRLINE);
        strip
    }
}

/// The dark modules, those in a row as one box.
fn code(qr: &Qr, x: f32, y: f32) -> Mark {
    let module = CODE_SIDE / times(qr.side().max(1));
    let area = |(column, row, length)| {
        let (left, top) = (x + times(column) * module, y + times(row) * module);
        Area::new(left, top, times(length) * module, module)
    };
    let boxes = qr.runs().map(area).collect();
    Mark::Fill { boxes, colour: BLACK }
}
