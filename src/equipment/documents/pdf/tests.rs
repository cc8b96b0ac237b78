//! Papers as poppler reads them, and what happens at the foot of a page.

mod sample;

use std::fs;
use std::process::Command;

use unicode_normalization::UnicodeNormalization as _;

use super::{laid_out, pdf};
use crate::report::{Align, Block, Document, Orientation, Table, TableColumn, TableRow};

/// What poppler finds in a paper, laid out as on the page.
fn read(document: &Document) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    fs::write(&path, pdf(document).unwrap()).unwrap();
    let out = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(&path).arg("-").output();
    let out = out.expect("poppler-utils are installed; `make test` does it");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A paper of these blocks.
fn paper(blocks: Vec<Block>) -> Document {
    let (title, author) = ("Thử".to_owned(), "Đài".to_owned());
    Document { language: "vi", title, author, orientation: Orientation::Portrait, blocks }
}

fn table(rows: Vec<TableRow>) -> Block {
    let column = |name: &str, share| TableColumn { name: name.to_owned(), share, align: Align::Left };
    Block::Table(Table { columns: vec![column("TT", 1), column("Nội dung", 5)], rows })
}

fn rows(count: usize, text: &str) -> Vec<TableRow> {
    (1..=count).map(|number| TableRow::Plain(vec![number.to_string(), text.to_owned()])).collect()
}

/// The text with all its spaces and line breaks as one space.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_sample_reads_as_it_is_written() {
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/src/equipment/documents/pdf/tests/sample.txt");
    let text = read(&sample::report());
    if std::env::var("GOLDEN").is_ok_and(|mode| mode == "write") {
        fs::write(expected, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(expected).unwrap(), "if this is meant: GOLDEN=write cargo test pdf");
}

#[test]
fn every_vietnamese_letter_is_found_composed() {
    let letters = sample::LETTERS;
    let taken_apart: String = letters.nfd().collect();
    let found = in_one_line(&read(&paper(vec![Block::Paragraph(taken_apart)])));
    assert_eq!(found, letters);
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    assert!(pdf(&sample::report()).unwrap() == pdf(&sample::report()).unwrap());
}

#[test]
fn a_header_stands_on_every_page_of_its_table_and_a_number_on_all_but_the_first() {
    let document = paper(vec![table(rows(100, "Bản tin"))]);
    let text = read(&document);
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), laid_out(&document).unwrap().len());
    assert!(pages.len() > 1);
    for (page, number) in pages.iter().zip(1..) {
        let first = page.lines().find(|line| !line.trim().is_empty()).unwrap().trim();
        assert_eq!(page.matches("Nội dung").count(), 1, "{page}");
        assert_eq!(first == number.to_string(), number > 1, "{first}");
    }
}

#[test]
fn what_belongs_to_the_next_goes_to_the_next_page_with_it() {
    for count in 1..60 {
        let mut blocks = vec![table(rows(count, "Bản tin")), Block::Heading("Mục sau".to_owned())];
        blocks.push(Block::Paragraph("Lời văn của mục. ".repeat(20)));
        let mut group = vec![TableRow::Group("Nhóm sau".to_owned())];
        group.extend(rows(2, "Lượt"));
        blocks.insert(1, table(group));
        let text = read(&paper(blocks));
        for page in text.trim_end_matches('\u{c}').split('\u{c}') {
            let last = page.trim_end().lines().last().unwrap_or("").trim();
            assert!(!last.contains("Mục sau") && !last.contains("Nhóm sau") && !last.starts_with("TT"), "{page}");
        }
    }
}

#[test]
fn a_row_higher_than_a_page_goes_on_overleaf_and_loses_nothing() {
    let words: Vec<String> = (0..4_000).map(|number| format!("từ{number}")).collect();
    let long = TableRow::Plain(vec!["1".to_owned(), words.join(" ")]);
    let text = read(&paper(vec![table([vec![long], rows(1, "cuối")].concat())]));
    assert!(text.matches('\u{c}').count() > 2);
    assert!(words.iter().all(|word| text.contains(word.as_str())));
    assert!(text.contains("cuối"));
}

#[test]
fn a_long_word_is_broken_in_its_cell() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let text = read(&paper(vec![table(vec![TableRow::Plain(vec![hash.to_owned(), "x".to_owned()])])]));
    let found: String = text.lines().filter_map(|line| line.split_whitespace().next()).skip(1).collect();
    assert!(found.contains(hash), "{text}");
}

#[test]
fn papers_with_nothing_on_them_are_papers() {
    assert_eq!(laid_out(&paper(Vec::new())).unwrap().len(), 1);
    assert_eq!(in_one_line(&read(&paper(Vec::new()))), "");
    assert_eq!(in_one_line(&read(&paper(vec![table(Vec::new())]))), "TT Nội dung");
    for block in sample::empty_blocks() {
        assert_eq!(laid_out(&paper(vec![block.clone()])).unwrap().len(), 1, "{block:?}");
        pdf(&paper(vec![block])).unwrap();
    }
}

#[test]
fn a_letter_the_font_lacks_does_not_stop_the_paper() {
    let text = read(&paper(vec![Block::Paragraph("Họp 会议 🎺 lúc\u{7}7\u{0}giờ\r\nngày mai".to_owned())]));
    assert!(in_one_line(&text).contains("lúc 7 giờ ngày mai"), "{text}");
}
