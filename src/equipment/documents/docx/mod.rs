//! A document as a Word file that a clerk can go on editing, after Decree 30/2020/NĐ-CP, annex I.
//!
//! What a paragraph is (body, heading, name of the signer …) is said by its style; how that looks stands once, in
//! `parts/styles.xml`. So whoever edits the file changes a style or a sentence, not a thousand runs. WordprocessingML
//! is written by hand (`docs/decisions/0010-docx-html.md`): `markup` makes elements, `paragraph` and `grid` what every
//! block is built of, `package` the file around them.
//!
//! Lengths: twips (1/20 of a point) in text and tables, EMU (1/635 of a twip) in pictures, eighths of a point in
//! lines, half points in type.

mod attached;
mod body;
mod chart;
mod closing;
mod embedding;
mod grid;
mod heat;
mod markup;
mod masthead;
mod package;
mod paragraph;
mod proof;
mod sheet;
mod table;

use crate::report::Document;

/// The document as the bytes of a .docx file; the same document gives the same bytes.
///
/// # Errors
/// The packer's or the chart's own words; none is known for a document that fits into memory.
pub fn docx(document: &Document) -> Result<Vec<u8>, String> {
    let sheet = sheet::Sheet::of(document.orientation);
    let mut attached = attached::Attached::default();
    let body = body::body(document, sheet, &mut attached)?;
    package::pack(document, &body, attached)
}

#[cfg(test)]
mod tests;
