//! The body: every block in its turn.

use crate::equipment::documents::docx::attached::Attached;
use crate::equipment::documents::docx::markup::{Xml, el};
use crate::equipment::documents::docx::package::{DECLARATION, HEADER_ID, NAMESPACES};
use crate::equipment::documents::docx::paragraph::{Paragraph, Style, Weight, printed_length};
use crate::equipment::documents::docx::sheet::Sheet;
use crate::equipment::documents::docx::{chart, closing, heat, masthead, proof, table};
use crate::report::{Block, Document};

/// Size of the type of a title, as in `parts/styles.xml`.
const TITLE_POINTS: u32 = 14;

/// `word/document.xml`. Pictures and charts go into `attached`.
pub fn body(document: &Document, sheet: Sheet, attached: &mut Attached) -> Result<String, String> {
    let width = sheet.text_width();
    let mut body = el("w:body");
    for block in &document.blocks {
        body = body.all(elements(block, width, attached)?);
    }
    let body = body.with(sheet.section(HEADER_ID));
    Ok(format!("{DECLARATION}<w:document {NAMESPACES}>{body}</w:document>"))
}

/// A block as elements of the body. Behind each table stands a paragraph: two tables without one would become one,
/// and a file must not end in a table.
fn elements(block: &Block, width: u32, attached: &mut Attached) -> Result<Vec<Xml>, String> {
    let gap = || Paragraph::empty(Style::Gap).xml();
    Ok(match block {
        Block::Masthead(masthead) => vec![masthead::masthead(masthead, width), gap()],
        Block::Title { kind, subject } => title(kind, subject, width),
        Block::Addressees { label, names } => addressees(label, names),
        Block::Heading(text) => vec![Paragraph::of(Style::Heading1, text).xml()],
        Block::Paragraph(text) => vec![Paragraph::of(Style::BodyText, text).xml()],
        Block::List(lines) => lines.iter().map(|line| Paragraph::of(Style::ListBullet, line).xml()).collect(),
        Block::Table(table) => table::table(table, width).into_iter().chain([gap()]).collect(),
        Block::HeatMap(map) => heat::heat_map(map, width).into_iter().chain([gap()]).collect(),
        Block::Bars(bars) => chart::bars(bars, width, attached)?,
        Block::Proof(proof) => vec![proof::proof(proof, width, attached)?, gap()],
        Block::Closing(closing) => vec![closing::closing(closing, width), gap()],
    })
}

/// A rule beneath the subject, a third to a half as long as its last line (annex I, part II, 5).
fn title(kind: &str, subject: &[String], width: u32) -> Vec<Xml> {
    let kind = Paragraph::of(Style::Title, kind).keep_next(true);
    let lines = subject.iter().map(|line| Paragraph::of(Style::Subject, line).keep_next(true));
    let rule = subject.last().map(|last| printed_length(last, TITLE_POINTS, width) * 2 / 5);
    let rule = rule.map(|length| Paragraph::rule(length, width).keep_next(true));
    std::iter::once(kind).chain(lines).chain(rule).map(Paragraph::xml).collect()
}

/// One name behind the label, several beneath it, each behind a dash (annex I, part II, 9a).
fn addressees(label: &str, names: &[String]) -> Vec<Xml> {
    let label = Paragraph::of(Style::Addressees, label);
    match names {
        [name] => vec![label.run(Weight::Style, &format!(" {name}")).xml()],
        names => {
            let names = names.iter().map(|name| Paragraph::of(Style::Addressee, &format!("- {name}")));
            std::iter::once(label.keep_next(true)).chain(names).map(Paragraph::xml).collect()
        }
    }
}
