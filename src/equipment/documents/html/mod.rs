//! A document as one web page: for a telephone, a screen and the printer.
//!
//! Everything is in the page: no script, no font, no picture from elsewhere, and a policy in its head that forbids
//! any. What is a heading, a table or a figure is marked up as one, so that it can be read aloud. The looks are in
//! `paper.css`; only what depends on the document is written by code.

mod bars;
mod code;
mod heat;
mod table;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use crate::equipment::documents::letters::clean;
use crate::report::{Block, Closing, Document, Masthead, Orientation, Proof, Signature};
use crate::words::Lang;

/// Nothing is loaded, nothing is run; styles stand in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The document as a whole page.
#[must_use]
pub fn html(document: &Document) -> String {
    let language = Lang::named(document.language).unwrap_or_default();
    let page = markup! {
        (DOCTYPE)
        html lang=(document.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="author" content=(clean(&document.author));
                title { (clean(&document.title)) }
                style { (PreEscaped(style(document.orientation))) }
            }
            body {
                main.(sheet(document.orientation)) {
                    @for (number, block) in (1..).zip(&document.blocks) { (one(block, number, language)) }
                }
            }
        }
    };
    page.into_string()
}

/// The looks, with the size of the sheet and the colours of the heat map.
fn style(orientation: Orientation) -> String {
    let size = sheet(orientation);
    format!("@page {{ size: A4 {size} }}\n{}{}", include_str!("paper.css"), heat::colours())
}

fn sheet(orientation: Orientation) -> &'static str {
    match orientation {
        Orientation::Portrait => "portrait",
        Orientation::Landscape => "landscape",
    }
}

/// One block; its number makes the names within the page unique.
fn one(block: &Block, number: u32, language: Lang) -> Markup {
    match block {
        Block::Masthead(head) => masthead(head),
        Block::Title { kind, subject } => markup! {
            h1 { (clean(kind)) @for line in subject { br; (clean(line)) } }
        },
        Block::Addressees { label, names } => addressees(label, names),
        Block::Heading(text) => markup! { h2 { (clean(text)) } },
        Block::Paragraph(text) => markup! { p.body { (clean(text)) } },
        Block::List(lines) => markup! { ul { @for line in lines { li { (clean(line)) } } } },
        Block::Table(framed) => table::table(framed),
        Block::HeatMap(map) => heat::heat_map(map, number),
        Block::Bars(days) => bars::bars(days, number, language),
        Block::Proof(rest) => proof(rest),
        Block::Closing(end) => closing(end),
    }
}

/// Issuer and nation side by side; on a narrow screen one beneath the other.
fn masthead(head: &Masthead) -> Markup {
    markup! {
        header.masthead {
            div.names {
                @if !head.parent.is_empty() { p.parent { (clean(&head.parent)) } }
                p.issuer { span { (clean(&head.issuer)) } }
            }
            div.nation {
                p.nation-name { (clean(&head.nation)) }
                p.motto { span { (clean(&head.motto)) } }
            }
            p.number { (clean(&head.number)) }
            p.day { (clean(&head.place_and_day)) }
        }
    }
}

/// One name behind the label, several beneath it.
fn addressees(label: &str, names: &[String]) -> Markup {
    markup! {
        div.addressees {
            @if let [name] = names {
                p { (clean(label)) " " (clean(name)) }
            } @else {
                p { (clean(label)) }
                ul { @for name in names { li { (clean(name)) } } }
            }
        }
    }
}

fn proof(proof: &Proof) -> Markup {
    let lines: Vec<String> = proof.lines.iter().map(|line| clean(line)).collect();
    markup! {
        section.proof {
            (code::code(&proof.qr, &lines.join(" ")))
            div { @for line in &lines { p { (line) } } }
        }
    }
}

fn closing(closing: &Closing) -> Markup {
    markup! {
        footer.closing {
            div.recipients {
                @if !closing.recipients.is_empty() {
                    p.label { (clean(&closing.label)) }
                    @for name in &closing.recipients { p { (clean(name)) } }
                }
            }
            div.signatures { @for one in &closing.signatures { (signature(one)) } }
        }
    }
}

/// Function, room to sign, name.
fn signature(signature: &Signature) -> Markup {
    markup! {
        div.signature {
            @for line in &signature.function { p.function { (clean(line)) } }
            @if !signature.hint.is_empty() { p.hint { (clean(&signature.hint)) } }
            p.name { (clean(&signature.name)) }
        }
    }
}

#[cfg(test)]
mod tests;
