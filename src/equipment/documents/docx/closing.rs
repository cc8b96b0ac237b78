//! The end of the paper: recipients at the left, signatures at the right (annex I, part II, 7–9).

use crate::equipment::documents::docx::grid::{Cell, Frame, Row, grid, row};
use crate::equipment::documents::docx::markup::Xml;
use crate::equipment::documents::docx::paragraph::{Paragraph, Style};
use crate::equipment::documents::docx::sheet::mm;
use crate::report::{Closing, Signature};

/// Room for a signature and a seal.
const SIGNATURE_ROOM: u32 = mm(25);
/// What the recipients take of the line, in hundredths.
const RECIPIENTS: u32 = 40;

/// Three rows that keep together: functions, room to sign, names. The recipients reach down all three.
pub fn closing(closing: &Closing, text_width: u32) -> Xml {
    let widths = widths(closing, text_width);
    let mut recipients = Some(recipients(closing));
    let mut line = |kind: Row, cell: &dyn Fn(&Signature) -> Vec<Paragraph>| {
        let left = match recipients.take() {
            Some(content) => Cell::of(widths[0], content).begins_down(),
            None => Cell::of(widths[0], []).goes_on(),
        };
        let signed = closing.signatures.iter().zip(&widths[1..]).map(|(one, width)| Cell::of(*width, cell(one)));
        row(kind, std::iter::once(left).chain(signed))
    };
    let rows = [
        line(Row::Body, &functions),
        line(Row::Tall(SIGNATURE_ROOM), &|_| vec![Paragraph::empty(Style::Signer).keep_next(true)]),
        line(Row::Body, &|signature| vec![Paragraph::of(Style::Signer, &signature.name)]),
    ];
    grid(Frame::None, 0, &widths, rows)
}

/// The left column and one for each signature. Without recipients the signatures share the line, but one alone stands
/// in its right half.
fn widths(closing: &Closing, text_width: u32) -> Vec<u32> {
    let signatures = u32::try_from(closing.signatures.len()).unwrap_or(u32::MAX);
    let left = match (closing.recipients.is_empty(), signatures) {
        (false, _) => text_width * RECIPIENTS / 100,
        (true, 0..=1) => text_width / 2,
        (true, _) => mm(1),
    };
    let each = (text_width - left) / signatures.max(1);
    std::iter::once(left).chain((0..signatures).map(|_| each)).collect()
}

fn recipients(closing: &Closing) -> Vec<Paragraph> {
    if closing.recipients.is_empty() {
        return Vec::new();
    }
    let names = closing.recipients.iter().map(|name| Paragraph::of(Style::Recipient, name));
    std::iter::once(Paragraph::of(Style::RecipientsLabel, &closing.label))
        .chain(names)
        .map(|paragraph| paragraph.keep_next(true))
        .collect()
}

fn functions(signature: &Signature) -> Vec<Paragraph> {
    let hint = Some(&signature.hint).filter(|hint| !hint.is_empty());
    let functions = signature.function.iter().map(|line| Paragraph::of(Style::Function, line));
    functions
        .chain(hint.map(|hint| Paragraph::of(Style::Hint, hint)))
        .map(|paragraph| paragraph.keep_next(true))
        .collect()
}
