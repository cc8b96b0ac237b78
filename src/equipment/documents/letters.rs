//! What may stand in a text of a document, and about how long it is in print.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The text as it may stand in XML and be found by a search: composed letters (NFC), a line break or a tab as a
/// blank, and nothing that XML 1.0 forbids (production 2, `Char`) or discourages.
pub fn clean(text: &str) -> String {
    let printed = |c: char| match c {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{FFFE}' | '\u{FFFF}' => None,
        c => Some(c).filter(|c| !c.is_control()),
    };
    text.nfc().filter_map(printed).collect()
}

/// About how long a line in bold Times is, in thousandths of the height of its type; within 5 % for plain sentences
/// and for capitals. Enough for the rules of a masthead, which are as long as a line of text or a share of it.
pub fn bold_length(text: &str) -> u32 {
    let base = text.nfd().filter(|c| !is_combining_mark(*c));
    base.map(|c| match c {
        ' ' => 250,
        'i' | 'j' | 'l' | 't' | 'f' | '-' | '.' | ',' | ':' | ';' | '/' => 310,
        'm' | 'w' => 780,
        'I' | 'J' => 420,
        'M' | 'W' => 960,
        c if c.is_uppercase() => 715,
        _ => 500,
    })
    .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_breaks_a_file() {
        assert_eq!(clean("a\u{0}\u{7}b\u{1b}[1m\u{FFFE}\u{85}"), "ab[1m");
        assert_eq!(clean("một\nhai\tba"), "một hai ba");
        assert_eq!(clean("e\u{302}\u{323} A\u{308}"), "ệ Ä");
    }

    #[test]
    fn the_length_of_a_line_is_near_that_of_the_font() {
        // Sums of the widths in LiberationSerif-Bold.ttf.
        for (text, truth) in [
            ("Độc lập - Tự do - Hạnh phúc", 12_242.0),
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 20_862.0),
            ("ỦY BAN NHÂN DÂN XÃ PHÚ LỢI", 15_556.0),
            ("Independence - Freedom - Happiness", 15_889.0),
        ] {
            let off = f64::from(bold_length(text)) / truth - 1.0;
            assert!(off.abs() < 0.05, "{text}: off by {off:+.3}");
        }
    }
}
