//! A paper as PDF, in the form of Decree 30/2020/NĐ-CP.
//!
//! Each block becomes strips of paper (`masthead`, `title`, `prose`, `table`, `heat_map`, `bars`, `proof`, `closing`)
//! out of lines (`lines`) of glyphs (`letters`). `pages` puts the strips on sheets, `press` prints them. What a thing
//! measures stands in `form`. Up to the press all of this is arithmetic on values.
//!
//! docs/decisions/0009-pdf.md says why it is made here and not by a typesetter of others.

mod bars;
mod closing;
mod form;
mod heat_map;
mod legend;
mod letters;
mod lines;
mod masthead;
mod pages;
mod press;
mod proof;
mod prose;
mod strip;
mod table;
#[cfg(test)]
mod tests;
mod title;

use std::rc::Rc;

use crate::report::{Block, Document};
use crate::words::Lang;

use form::{BOTTOM, LEFT, PAGE_NUMBER, PAGE_NUMBER_FOOT, RIGHT, SINGLE, TOP, sheet};
use letters::Letters;
use pages::Page;
use strip::{Align, Column, Strip};

/// The document as the bytes of a .pdf file: its fonts inside, its text searchable. The same document gives the same
/// bytes.
///
/// # Errors
/// What the library cannot write, in its words.
pub fn pdf(document: &Document) -> Result<Vec<u8>, String> {
    press::print(document, &laid_out(document)?)
}

fn laid_out(document: &Document) -> Result<Vec<Page>, String> {
    let (width, height) = sheet(document.orientation);
    let letters = Letters::new()?;
    let lang = Lang::named(document.language).unwrap_or_default();
    let galley = Galley { letters: &letters, width: width - LEFT - RIGHT, lang };
    let mut pages = pages::pages(galley.blocks(&document.blocks), height - TOP - BOTTOM);
    for (page, number) in pages.iter_mut().zip(1..).skip(1) {
        page.push(galley.page_number(number));
    }
    Ok(pages)
}

/// What every block is set with.
struct Galley<'a> {
    letters: &'a Letters,
    /// Between the margins.
    width: f32,
    /// Of the numbers on an axis; all other texts come written out.
    lang: Lang,
}

impl Galley<'_> {
    fn blocks(&self, blocks: &[Block]) -> Vec<Strip> {
        let mut strips: Vec<Strip> = Vec::new();
        for block in blocks {
            // A sheet with nothing but a signature could be put under any paper.
            if let (Block::Closing(_), Some(last)) = (block, strips.last_mut()) {
                last.keeps_with_next = true;
            }
            strips.extend(self.block(block));
        }
        strips
    }

    fn block(&self, block: &Block) -> Vec<Strip> {
        match block {
            Block::Masthead(masthead) => vec![self.masthead(masthead)],
            Block::Title { kind, subject } => vec![self.title(kind, subject)],
            Block::Addressees { label, names } => vec![self.addressees(label, names)],
            Block::Heading(text) => self.heading(text),
            Block::Paragraph(text) => self.paragraph(text),
            Block::List(items) => self.list(items),
            Block::Table(table) => self.table(table),
            Block::HeatMap(map) => self.heat_map(map),
            Block::Bars(bars) => self.bars(bars),
            Block::Proof(proof) => vec![self.proof(proof)],
            Block::Closing(closing) => vec![self.closing(closing)],
        }
    }

    /// All of the width.
    fn column(&self, align: Align, spacing: f32) -> Column {
        Column { x: 0.0, width: self.width, align, spacing }
    }

    /// In the middle of the top margin, so above the text.
    fn page_number(&self, number: usize) -> (f32, Rc<Strip>) {
        let lines = self.letters.lines(&number.to_string(), PAGE_NUMBER, self.width);
        let strip = Strip::of(lines, self.column(Align::Centre, SINGLE));
        let foot = PAGE_NUMBER.ascent() + (strip.height - PAGE_NUMBER.ascent() - PAGE_NUMBER.descent()) / 2.0;
        (PAGE_NUMBER_FOOT - TOP - foot, Rc::new(strip))
    }
}
