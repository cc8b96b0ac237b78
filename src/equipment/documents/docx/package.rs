//! The file around the text: parts, what each is, and how they hang together (ECMA-376-2, Open Packaging Conventions).

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use crate::equipment::documents::docx::attached::Attached;
use crate::equipment::documents::docx::embedding;
use crate::equipment::documents::docx::markup::{Xml, el};
use crate::report::Document;

/// First line of every part.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// Text, relationships, pictures.
pub const NAMESPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main""#
);
/// What `document.xml` refers to, by kind and part; the identifier of each is its place, from `rId1`.
const RELATED: [(&str, &str); 5] = [
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("numbering", "numbering.xml"),
    ("fontTable", "fontTable.xml"),
    ("header", "header.xml"),
];
/// The header among them.
pub const HEADER_ID: &str = "rId5";

/// The whole file. Every part bears the same date (1980, the earliest a zip file knows), so that the same document
/// gives the same bytes.
pub fn pack(document: &Document, body: &str, attached: Attached) -> Result<Vec<u8>, String> {
    let related = RELATED.iter().copied().chain(attached.related());
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), include_str!("parts/content_types.xml").into()),
        ("_rels/.rels".to_owned(), include_str!("parts/relationships.xml").into()),
        ("docProps/core.xml".to_owned(), properties(document).into()),
        ("word/document.xml".to_owned(), body.into()),
        ("word/_rels/document.xml.rels".to_owned(), relationships(related).into()),
        ("word/styles.xml".to_owned(), filled(include_str!("parts/styles.xml"), document).into()),
        ("word/settings.xml".to_owned(), filled(include_str!("parts/settings.xml"), document).into()),
        ("word/numbering.xml".to_owned(), include_str!("parts/numbering.xml").into()),
        ("word/header.xml".to_owned(), include_str!("parts/header.xml").into()),
        ("word/fontTable.xml".to_owned(), embedding::font_table().into()),
        ("word/_rels/fontTable.xml.rels".to_owned(), embedding::font_relationships().into()),
    ];
    parts.extend(embedding::font_parts().map(|(name, bytes)| (format!("word/{name}"), bytes)));
    parts.extend(attached.parts().map(|(name, bytes)| (format!("word/{name}"), bytes)));
    zipped(&parts).map_err(|error| error.to_string())
}

fn zipped(parts: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::DEFAULT.last_modified_time(DateTime::DEFAULT);
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        file.start_file(name.as_str(), options)?;
        file.write_all(bytes)?;
    }
    Ok(file.finish()?.into_inner())
}

/// A part's template with the language filled in, for the spelling checker and for fields.
fn filled(template: &str, document: &Document) -> String {
    let decimal = if document.language == "vi" { "," } else { "." };
    template.replace("{language}", language(document)).replace("{decimal}", decimal)
}

fn language(document: &Document) -> &'static str {
    if document.language == "vi" { "vi-VN" } else { "en-GB" }
}

/// Title, author, language. No date: the same document gives the same bytes.
fn properties(document: &Document) -> String {
    let properties = el("cp:coreProperties")
        .attr("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties")
        .attr("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .with(el("dc:title").text(&document.title))
        .with(el("dc:creator").text(&document.author))
        .with(el("dc:language").text(language(document)));
    format!("{DECLARATION}{properties}")
}

/// A part's relationships, by kind and target, numbered from `rId1`.
pub fn relationships<'a>(related: impl IntoIterator<Item = (&'static str, &'a str)>) -> String {
    const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relationship = |(number, (kind, target)): (u32, (&str, &str))| -> Xml {
        el("Relationship")
            .attr("Id", format!("rId{number}"))
            .attr("Type", format!("{KINDS}/{kind}"))
            .attr("Target", target)
    };
    let all = el("Relationships")
        .attr("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships")
        .all((1..).zip(related).map(relationship));
    format!("{DECLARATION}{all}")
}

/// The identifier of what is attached as number `index`, from 0: behind the document's own.
pub fn attached_id(index: usize) -> String {
    format!("rId{}", RELATED.len() + index + 1)
}
