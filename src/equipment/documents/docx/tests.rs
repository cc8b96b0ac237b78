//! The file as a whole: opens, is whole, says what the document says, and always in the same bytes.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::equipment::documents::{docx, sample};
use crate::report::{Block, Document, Orientation};

/// Each part with its text; the fonts and pictures as what of them is text.
fn parts(file: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let mut bytes = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        (name, String::from_utf8_lossy(&bytes).into_owned())
    };
    names.into_iter().map(read).collect()
}

fn part(file: &[u8], name: &str) -> String {
    parts(file).into_iter().find(|(part, _)| part == name).unwrap().1
}

/// Fails unless every element is closed in its turn and no bare `<` or `&` is left.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut pieces = xml.split('<');
    assert_eq!(pieces.next(), Some(""));
    for piece in pieces {
        let (tag, text) = piece.split_once('>').unwrap();
        let name = || tag.split([' ', '/']).next().unwrap();
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if tag.starts_with('?') || tag.ends_with('/') => {}
            None => open.push(name()),
        }
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        for entity in [tag, text].concat().split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "&{entity}");
        }
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The text, a line a paragraph, cells and blanks as they come.
fn text(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        match tag {
            "/w:p" => out.push('\n'),
            tag if tag.starts_with("w:t ") => out.push_str(text),
            _ => {}
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_part_is_whole_and_what_refers_to_it_finds_it() {
    let file = docx(&sample::document(Orientation::Portrait)).unwrap();
    let parts = parts(&file);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "[Content_Types].xml");
    for (name, xml) in parts.iter().filter(|(_, text)| text.starts_with("<?xml")) {
        well_formed(xml);
        for target in xml.split("Target=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let folder = name.split("_rels/").next().unwrap();
            let path = format!("{folder}{target}").replace("charts/../", "");
            assert!(names.contains(&path.as_str()), "{name} wants {path}");
        }
    }
}

#[test]
fn every_style_that_is_named_is_defined() {
    let file = docx(&sample::document(Orientation::Portrait)).unwrap();
    let styles = part(&file, "word/styles.xml");
    let document = part(&file, "word/document.xml");
    for style in document.split("<w:pStyle w:val=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(styles.contains(&format!("w:styleId=\"{style}\"")), "{style}");
    }
}

#[test]
fn the_text_is_the_document_in_its_order() {
    let file = docx(&sample::document(Orientation::Portrait)).unwrap();
    let text = text(&part(&file, "word/document.xml"));
    let mut rest = text.as_str();
    for expected in [
        "ỦY BAN NHÂN DÂN XÃ PHÚ LỢI\nĐÀI TRUYỀN THANH\n\n",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nSố:        /BC-ĐTT\nPhú Lợi, ngày 05",
        "BÁO CÁO\nKết quả tuyên truyền",
        "Kính gửi: Ủy ban nhân dân thị xã Phú Lợi\nKính gửi:\n- Sở Thông tin và Truyền thông;\n- Phòng",
        "Tin <b>\"nóng\"</b> & 'gấp' ]]> Lê Thị\n",
        sample::LETTERS,
        "\nI. KẾT QUẢ\nTT\nTên tệp\nSố lượng\nTỷ lệ %\nGhi chú\nBộ 32 tệp của Bộ\n1\nThông điệp số 1 ",
        "\n200\nThông điệp số 200 về khẩu trang, khử khuẩn\n1.234\n98,35\n\n\nCộng\n246.800\n",
        "Số lượt phát từng tệp theo ngày\n",
        "\nThời lượng phát <mỗi ngày>\n",
        "Dấu niêm phong dòng cuối: 9f2c",
        "Nơi nhận:\n- Như trên;\n- UBND xã (để báo cáo);\n- Lưu: VT.\nNGƯỜI LẬP\n(Ký, ghi rõ họ tên)\nKT. TRƯỞNG ĐÀI\nPHÓ",
        "\nNguyễn Thị Ngọc Hoành\n",
    ] {
        let at = rest.find(expected).unwrap_or_else(|| panic!("{expected:?} not in {rest:.300}"));
        rest = &rest[at + expected.len()..];
    }
}

#[test]
fn the_header_of_a_table_is_repeated_and_no_row_is_torn() {
    let document = part(&docx(&sample::document(Orientation::Landscape)).unwrap(), "word/document.xml");
    let rows = document.matches("<w:tr>").count();
    assert_eq!(document.matches("<w:cantSplit/>").count(), rows);
    assert_eq!(document.matches("<w:tblHeader/>").count(), 2);
    assert!(document.contains("w:orient=\"landscape\"") && document.contains("<w:titlePg/>"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample::document(Orientation::Portrait);
    assert!(docx(&document).unwrap() == docx(&document).unwrap());
}

#[test]
fn a_paper_with_nothing_on_it_is_a_file_all_the_same() {
    let nothing = |blocks: Vec<Block>| Document { blocks, language: "en", ..sample::document(Orientation::Portrait) };
    let empty_list = Block::List(Vec::new());
    let empty_title = Block::Title { kind: String::new(), subject: Vec::new() };
    for document in [nothing(Vec::new()), nothing(vec![empty_list, empty_title])] {
        well_formed(&part(&docx(&document).unwrap(), "word/document.xml"));
        assert!(part(&docx(&document).unwrap(), "docProps/core.xml").contains("en-GB"));
    }
}
