//! The letters inside the file: its font table, and the fonts themselves.
//!
//! Text is set in *Times New Roman*, which the decree names and every Windows has. The table gives *Liberation Serif*
//! as its other name and embeds that font **under its own name**: where Times New Roman is installed it is used, and
//! where it is not, a word processor finds the embedded font by the other name (Word) or by its own list of fonts of
//! equal metrics (LibreOffice). Under the name Times New Roman the embedded font would push the installed one aside,
//! and would not be found by programs that look into the font for its name.
//!
//! The fonts are whole, not the letters of this text alone: the clerk will write others.

use crate::equipment::documents::docx::markup::{Xml, el, w_val};
use crate::equipment::documents::docx::package::{DECLARATION, NAMESPACES, relationships};
use crate::equipment::documents::fonts::Face;

/// One font: the element that embeds it, its part and the key it is obfuscated with. The keys mean nothing.
struct Font {
    element: &'static str,
    part: &'static str,
    key: u128,
    bytes: &'static [u8],
}

const FONTS: [Font; 4] = [
    Font {
        element: "w:embedRegular",
        part: "fonts/font1.odttf",
        key: 0x8b1e_52c4_0f6d_4a39_9c27_d5e8_a016_73f1,
        bytes: Face::Regular.file(),
    },
    Font {
        element: "w:embedBold",
        part: "fonts/font2.odttf",
        key: 0x8b1e_52c4_0f6d_4a39_9c27_d5e8_a016_73f2,
        bytes: Face::Bold.file(),
    },
    Font {
        element: "w:embedItalic",
        part: "fonts/font3.odttf",
        key: 0x8b1e_52c4_0f6d_4a39_9c27_d5e8_a016_73f3,
        bytes: Face::Italic.file(),
    },
    Font {
        element: "w:embedBoldItalic",
        part: "fonts/font4.odttf",
        key: 0x8b1e_52c4_0f6d_4a39_9c27_d5e8_a016_73f4,
        bytes: Face::BoldItalic.file(),
    },
];

/// `word/fontTable.xml`.
pub fn font_table() -> String {
    let times = font("Times New Roman").with(w_val("w:altName", "Liberation Serif")).markup(concat!(
        r#"<w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/><w:family w:val="roman"/>"#,
        r#"<w:pitch w:val="variable"/><w:sig w:usb0="E0002EFF" w:usb1="C000785B" w:usb2="00000009" "#,
        r#"w:usb3="00000000" w:csb0="000001FF" w:csb1="00000000"/>"#
    ));
    let embedded = (1..)
        .zip(&FONTS)
        .map(|(number, font)| el(font.element).attr("r:id", format!("rId{number}")).attr("w:fontKey", guid(font.key)));
    let liberation = font("Liberation Serif")
        .markup(concat!(
            r#"<w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/><w:family w:val="roman"/>"#,
            r#"<w:pitch w:val="variable"/><w:sig w:usb0="E0000AFF" w:usb1="500078FF" w:usb2="00000021" "#,
            r#"w:usb3="00000000" w:csb0="600001BF" w:csb1="DFF70000"/>"#
        ))
        .all(embedded);
    format!("{DECLARATION}<w:fonts {NAMESPACES}>{times}{liberation}</w:fonts>")
}

/// `word/_rels/fontTable.xml.rels`.
pub fn font_relationships() -> String {
    relationships(FONTS.iter().map(|font| ("font", font.part)))
}

/// Each font's part below `word/` and its obfuscated bytes.
pub fn font_parts() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    FONTS.iter().map(|font| (font.part, obfuscated(font.bytes, font.key)))
}

fn font(name: &str) -> Xml {
    el("w:font").attr("w:name", name)
}

/// `{8B1E52C4-0F6D-4A39-9C27-D5E8A01673F1}`
fn guid(key: u128) -> String {
    let digits = format!("{key:032X}");
    format!("{{{}-{}-{}-{}-{}}}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

/// The first 32 bytes combined with the key, its last byte first (ECMA-376-4, 9.1 Font Embedding).
fn obfuscated(font: &[u8], key: u128) -> Vec<u8> {
    let mut bytes = font.to_vec();
    for (byte, key) in bytes.iter_mut().zip(key.to_le_bytes().into_iter().cycle()).take(32) {
        *byte ^= key;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_undoes_itself_and_begins_at_its_end() {
        let key = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;
        assert_eq!(guid(key), "{00112233-4455-6677-8899-AABBCCDDEEFF}");
        let hidden = obfuscated(Face::Regular.file(), key);
        assert_eq!(hidden[0] ^ 0xff, Face::Regular.file()[0]);
        assert_eq!(hidden[17] ^ 0xee, Face::Regular.file()[17]);
        assert_eq!(hidden[32..], Face::Regular.file()[32..]);
        assert_eq!(obfuscated(&hidden, key), Face::Regular.file());
    }
}
