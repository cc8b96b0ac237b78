//! The head of an administrative paper: issuer at the left, nation at the right (annex I, part II, 1–4).

use crate::equipment::documents::docx::grid::{Cell, Frame, Row, grid, row};
use crate::equipment::documents::docx::markup::Xml;
use crate::equipment::documents::docx::paragraph::{Paragraph, Style, printed_length};
use crate::report::Masthead;

/// Sizes of type as in `parts/styles.xml`, to know how long a line is.
const ISSUER_POINTS: u32 = 12;
const MOTTO_POINTS: u32 = 13;

/// Two columns without a frame, the numbers side by side beneath the names.
pub fn masthead(masthead: &Masthead, text_width: u32) -> Xml {
    let left = text_width * 43 / 100;
    let right = text_width - left;
    let names = row(Row::Body, [Cell::of(left, issuer(masthead, left)), Cell::of(right, nation(masthead, right))]);
    let number = Paragraph::of(Style::Number, &masthead.number);
    let day = Paragraph::of(Style::PlaceAndDay, &masthead.place_and_day);
    let numbers = row(Row::Body, [Cell::of(left, [number]), Cell::of(right, [day])]);
    grid(Frame::None, 0, &[left, right], [names, numbers])
}

/// The rule is a third to a half as long as the line above it.
fn issuer(masthead: &Masthead, room: u32) -> Vec<Paragraph> {
    let parent = Some(&masthead.parent).filter(|parent| !parent.is_empty());
    let rule = printed_length(&masthead.issuer, ISSUER_POINTS, room) * 2 / 5;
    parent
        .map(|parent| Paragraph::of(Style::Parent, parent))
        .into_iter()
        .chain([Paragraph::of(Style::Issuer, &masthead.issuer), Paragraph::rule(rule, room)])
        .collect()
}

/// The rule is as long as the motto.
fn nation(masthead: &Masthead, room: u32) -> [Paragraph; 3] {
    let rule = printed_length(&masthead.motto, MOTTO_POINTS, room);
    [
        Paragraph::of(Style::Nation, &masthead.nation),
        Paragraph::of(Style::Motto, &masthead.motto),
        Paragraph::rule(rule, room),
    ]
}
