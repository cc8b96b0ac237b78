//! Paragraphs: a style, a text, and the little that a style cannot say.

use crate::equipment::documents::docx::markup::{Xml, el, w_val};
use crate::equipment::documents::letters::bold_length;
use crate::report::Align;

/// What a paragraph is. Each has its looks in `parts/styles.xml`, under this very name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Parent,
    Issuer,
    Number,
    Nation,
    Motto,
    PlaceAndDay,
    /// The short rule beneath a line.
    Rule,
    Title,
    Subject,
    Addressees,
    Addressee,
    Heading1,
    BodyText,
    ListBullet,
    Caption,
    ColumnName,
    Cell,
    /// A cell of a table with many columns.
    SmallCell,
    HeatCell,
    Legend,
    /// A picture or chart in the line.
    Figure,
    Proof,
    RecipientsLabel,
    Recipient,
    Function,
    Hint,
    Signer,
    /// The line that Word wants between two tables.
    Gap,
}

/// Emphasis within a paragraph, where the style does not give it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Style,
    Bold,
}

/// A paragraph on its way into the body.
#[derive(Clone, Debug)]
pub struct Paragraph {
    style: Style,
    keep_next: bool,
    rule: Option<u32>,
    align: Option<Align>,
    runs: Vec<Xml>,
}

impl Paragraph {
    pub fn empty(style: Style) -> Self {
        Self { style, keep_next: false, rule: None, align: None, runs: Vec::new() }
    }

    pub fn of(style: Style, text: &str) -> Self {
        Self::empty(style).run(Weight::Style, text)
    }

    /// A rule in the middle, `length` of `room` twips long. The decree wants it drawn, not underlined; a border needs
    /// no drawing and moves with the text.
    pub fn rule(length: u32, room: u32) -> Self {
        let rule = Some(room.saturating_sub(length) / 2);
        Self { rule, ..Self::empty(Style::Rule) }
    }

    /// Appends a text.
    #[must_use]
    pub fn run(self, weight: Weight, text: &str) -> Self {
        let properties = (weight == Weight::Bold).then(|| el("w:rPr").with(el("w:b")).with(el("w:bCs")));
        self.push(run(properties, text))
    }

    /// Appends a run made elsewhere: a drawing, a shaded text.
    #[must_use]
    pub fn push(mut self, run: Xml) -> Self {
        self.runs.push(run);
        self
    }

    /// Stays on one page with what follows.
    #[must_use]
    pub fn keep_next(self, keep_next: bool) -> Self {
        Self { keep_next, ..self }
    }

    #[must_use]
    pub fn align(self, align: Align) -> Self {
        Self { align: Some(align), ..self }
    }

    /// In the order of `CT_PPr` (ECMA-376-1, 17.3.1.26): pStyle, keepNext, ind, jc.
    pub fn xml(self) -> Xml {
        let indent = |by| el("w:ind").attr("w:left", by).attr("w:right", by);
        let properties = el("w:pPr")
            .with(w_val("w:pStyle", format!("{:?}", self.style)))
            .all(self.keep_next.then(|| el("w:keepNext")))
            .all(self.rule.map(indent))
            .all(self.align.map(|align| w_val("w:jc", side(align))));
        el("w:p").with(properties).all(self.runs)
    }
}

/// A stretch of text with its properties.
pub fn run(properties: Option<Xml>, text: &str) -> Xml {
    el("w:r").all(properties).with(el("w:t").attr("xml:space", "preserve").text(text))
}

/// The length of a bold line of `points` type, in twips, at most `room`.
pub fn printed_length(text: &str, points: u32, room: u32) -> u32 {
    (bold_length(text).saturating_mul(points * 20) / 1_000).min(room)
}

fn side(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_keeps_its_blanks_and_the_order_of_its_properties() {
        let written = Paragraph::of(Style::Cell, "Số:   /BC").keep_next(true).align(Align::Centre).xml().to_string();
        assert_eq!(
            written,
            "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/><w:keepNext/><w:jc w:val=\"center\"/></w:pPr><w:r><w:t \
             xml:space=\"preserve\">Số:   /BC</w:t></w:r></w:p>"
        );
    }
}
