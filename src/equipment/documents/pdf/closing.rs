//! The foot of a paper: who gets it at the left, who signs it at the right (Annex I, part II, 7–9). One strip, so
//! that it is not torn.

use crate::equipment::documents::pdf::Galley;
use crate::equipment::documents::pdf::form::{
    BLOCK_GAP, FUNCTION, HINT, RECIPIENTS, RECIPIENTS_LABEL, SIGNATORY, SIGNING_ROOM, SINGLE, times,
};
use crate::equipment::documents::pdf::strip::{Align, Column, Strip};
use crate::report::{Closing, Signature};

/// Between two columns, in points.
const COLUMN_GAP: f32 = 10.0;
const ABOVE: f32 = 18.0;

impl Galley<'_> {
    /// One or two sign beside the recipients; more of them have all of the width, with the recipients beneath.
    pub(super) fn closing(&self, closing: &Closing) -> Strip {
        let mut strip = Strip { gap: ABOVE, ..Strip::default() };
        let is_beneath = closing.signatures.len() > 2;
        let left_share = if closing.signatures.len() == 2 { 1.0 / 3.0 } else { 0.45 };
        let left = Column { width: self.width * left_share, ..self.column(Align::Left, SINGLE) };
        let from = if is_beneath { 0.0 } else { left.width };
        let signed = self.signatures(&mut strip, &closing.signatures, from);
        let top = if is_beneath { signed + BLOCK_GAP } else { 0.0 };
        strip.height = self.recipients(&mut strip, closing, left, top).max(signed);
        strip
    }

    fn recipients(&self, strip: &mut Strip, closing: &Closing, column: Column, top: f32) -> f32 {
        let column = Column { width: column.width - COLUMN_GAP, ..column };
        let label = self.column_text(strip, &closing.label, RECIPIENTS_LABEL, column, top);
        closing.recipients.iter().fold(label, |y, text| self.column_text(strip, text, RECIPIENTS, column, y))
    }

    /// Side by side in equal columns. Names stand on one height, however long the functions are.
    fn signatures(&self, strip: &mut Strip, signatures: &[Signature], from: f32) -> f32 {
        let width = (self.width - from) / times(signatures.len().max(1));
        let column = |index: usize| Column {
            x: from + width * times(index) + COLUMN_GAP / 2.0,
            width: width - COLUMN_GAP,
            align: Align::Centre,
            spacing: SINGLE,
        };
        let placed = || signatures.iter().enumerate().map(|(index, signature)| (signature, column(index)));
        let mut functions: f32 = 0.0;
        for (signature, column) in placed() {
            let lines = signature.function.iter();
            let end = lines.fold(0.0, |y, line| self.column_text(strip, line, FUNCTION, column, y));
            functions = functions.max(self.column_text(strip, &signature.hint, HINT, column, end));
        }
        let names = functions + SIGNING_ROOM;
        let ends =
            placed().map(|(signature, column)| self.column_text(strip, &signature.name, SIGNATORY, column, names));
        if signatures.is_empty() { 0.0 } else { ends.fold(names, f32::max) }
    }
}
