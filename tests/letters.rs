//! The report of a round in which the station was off for two days, as the papers that are handed in.
//!
//! Golden texts lie in `tests/letters/`, one for each kind of file, so that a figure that differs between two of them,
//! or a letter of the alphabet that is lost on the way, shows as a line.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use jiff::civil::{Date, date};
use loaphuong::equipment::documents;
use loaphuong::library::Found;
use loaphuong::report::{ByHand, Document, Entry, Period, Subject};
use loaphuong::station::reports::{logbook, report};
use loaphuong::time::Frames;
use loaphuong::words::Lang;
use serde_json::Value;

use crate::golden;
use crate::home::Home;
use crate::simulated::{Station, found, papers};

const FROM: Date = date(2020, 8, 3);
const UNTIL: Date = date(2020, 8, 16);

fn expected(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters").join(name)
}

/// A fortnight with two sessions a day; the power fails on the evening of the 7th and comes back on the 10th.
fn fortnight() -> Station {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days/ordinary");
    let named = |path: &str, secs| found(path, Ok(Frames::from_secs(secs)));
    let files: Vec<Found> = vec![
        named("jingles/opening.mp3", 10),
        named("jingles/closing.mp3", 8),
        named("ministry/01-khau-trang.mp3", 80),
        named("ministry/02-rua-tay.mp3", 70),
        named("ministry/03-khoang-cach.mp3", 90),
        named("ministry/04-khai-bao.mp3", 60),
        named("ministry/05-bluetooth.mp3", 50),
        named("ministry/06-o-nha.mp3", 75),
    ];
    let mut station = Station::new(papers(&home), files, FROM);
    station.power_on();
    station.run_until(date(2020, 8, 7).at(20, 0, 0, 0));
    station.cut_power();
    station.run_until(date(2020, 8, 10).at(3, 30, 0, 0));
    station.power_on();
    station.run_until(UNTIL.at(23, 0, 0, 0));
    station.stop();
    station.check_the_log();
    station
}

/// What the clerk typed in.
fn entries(station: &Station) {
    let entry = |subject, count, ratio, note: &str| Entry {
        subject,
        round: Some("1".to_owned()),
        count,
        ratio,
        population: None,
        note: note.to_owned(),
        by: "Cán bộ văn hóa xã".to_owned(),
        at: station.instant(UNTIL.at(8, 0, 0, 0)),
    };
    let proposals = "Đề nghị cấp bộ lưu điện.\n- Đề nghị sửa 02 cụm loa =1+1";
    station
        .store()
        .enter(
            &[
                entry(Subject::Row(4), Some(51_974.0), Some(8.35), "Tin nhắn Zalo"),
                entry(Subject::Proposals, None, None, proposals),
            ],
            false,
        )
        .unwrap();
}

fn period() -> Period {
    Period { from: FROM, to: UNTIL, round: Some("1".to_owned()) }
}

fn letter(station: &Station, lang: Lang) -> Document {
    let (store, papers) = (station.store(), &station.papers);
    let report =
        report(&store, papers, &station.catalogue(), &period(), station.instant(UNTIL.at(23, 0, 0, 0)), lang).unwrap();
    let by_hand = ByHand { number: Some("12/BC-ĐTT".to_owned()), date: Some(date(2020, 8, 17)) };
    report.letter(&papers.config.letterhead, &by_hand, &papers.config.timezone, lang)
}

#[test]
fn two_days_off_are_said_in_words_and_cost_what_they_cost() {
    let station = fortnight();
    let table = station.report(FROM, UNTIL);
    assert_eq!((table.totals.days, table.totals.days_met), (14, 12));
    assert_eq!((table.required, table.totals.made), (14 * 6 * 2, 12 * 6 * 2));
    assert_eq!(table.rows[0].ratio, Some(85.71), "rounded down");
    assert!(table.short.iter().all(|short| short.reason == "power" && short.aired == 0), "{:#?}", table.short);
    let days: Vec<Date> = table.short_days().collect();
    assert_eq!(days, [date(2020, 8, 8), date(2020, 8, 9)]);
    let text = pdf_text(&letter(&station, Lang::Vi));
    let said =
        "Đài ngừng hoạt động từ 20:00 07/8/2020 đến 03:30 10/8/2020 (khoảng 56 giờ): mất điện hoặc máy tắt đột ngột.";
    assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{text}");
}

#[test]
fn the_letter_in_every_kind_of_file() {
    let station = fortnight();
    entries(&station);
    for (lang, tag) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        let letter = letter(&station, lang);
        golden::compare(&expected(&format!("report.{tag}.pdf.txt")), &redacted(&pdf_text(&letter)));
        golden::compare(&expected(&format!("report.{tag}.docx.txt")), &redacted(&docx_text(&letter)));
        golden::compare(&expected(&format!("report.{tag}.html")), &redacted(&documents::html(&letter)));
    }
}

#[test]
fn the_logbook_of_a_week() {
    let station = fortnight();
    let week = Period { from: date(2020, 8, 10), to: date(2020, 8, 11), round: None };
    let book = logbook(&station.store(), &station.papers, &week).unwrap();
    let config = &station.papers.config;
    let document = book.document(&config.letterhead, &ByHand::default(), &config.timezone, Lang::Vi);
    golden::compare(&expected("logbook.pdf.txt"), &redacted(&pdf_text(&document)));
    golden::compare(&expected("logbook.docx.txt"), &redacted(&docx_text(&document)));
}

/// The hash of the chain covers the version of the program; the code is drawn of it.
fn redacted(text: &str) -> String {
    let (text, mut out) = (without(&without(text, "style"), "svg"), String::new());
    for line in text.lines() {
        let mut line = line.to_owned();
        if let Some(at) = line.find("LOA:") {
            let end = line[at..].find(['<', '"']).map_or(line.len(), |length| at + length);
            line.replace_range(at..end, "LOA:…");
        }
        let is_rest_of_hash = line.trim().len() >= 8 && line.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_rest_of_hash {
            out += line.trim_end();
            out.push('\n');
        }
    }
    out
}

/// The page without what is between these tags: its looks are no figures, and the code is drawn of the hash.
fn without(html: &str, tag: &str) -> String {
    let (from, to) = (format!("<{tag}"), format!("</{tag}>"));
    let mut parts = html.split(&from);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once(&to).map_or("", |(_, after)| after))
}

/// The paper as poppler reads it, laid out as on the page.
fn pdf_text(document: &Document) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    fs::write(&file, documents::pdf(document).unwrap()).unwrap();
    let out = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(&file).arg("-").output();
    let out = out.expect("poppler-utils are installed; `make test` does it");
    String::from_utf8(out.stdout).unwrap()
}

/// The paragraphs of the paper; cells of a row stand in one line.
fn docx_text(document: &Document) -> String {
    let bytes = documents::docx(document).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let xml = xml.replace("</w:p></w:tc>", " | ").replace("</w:p>", "\n").replace("</w:tr>", "\n");
    let mut text = String::new();
    for part in xml.split('<') {
        let (tag, content) = part.split_once('>').unwrap_or(("", part));
        if tag.starts_with("w:tab/") {
            text.push('\t');
        }
        text += content;
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.lines().map(|line| line.trim_end_matches([' ', '|'])).collect::<Vec<_>>().join("\n") + "\n"
}

/// The figures of one report are the same in every kind of file.
#[test]
fn the_same_figures_in_every_file() {
    let home = Home::new();
    home.write(
        "schedules/a.yaml",
        "title: Hằng ngày\ndirective: 2841/BTTTT-THH\nsessions:\n  - id: sang\n    at: \"05:00\"\n    length: 1m\n    rundown:\n      - \
         pick: ministry\n        fill: true\nobligations:\n  - set: ministry\n    at_least: 2\n",
    );
    home.configure("rounds: [{ name: \"1\", from: 2020-08-03, until: 2020-08-16, deadline: 2999-08-20 }]");
    for name in ["01", "02", "03"] {
        home.tone(&format!("ministry/{name}.wav"), 600, 9_000);
    }
    home.write("audio/ministry/manifest.yaml", "expected: 3\nitems:\n  - {file: 01.wav, title: \"=1+1\"}\n");
    let into = home.path("simulated");
    home.loa(&["simulate", "--from", "2020-08-03", "--days", "14", "--into", into.to_str().unwrap()]).with_code(0);
    fs::create_dir_all(home.path("data")).unwrap();
    fs::copy(into.join("data/loa.db"), home.path("data/loa.db")).unwrap();
    home.loa(&["report", "set", "4", "--count", "51.974", "--ratio", "8,35", "--round", "1"]).with_code(0);
    let make = |format: &str| {
        let file = home.path(&format!("bao-cao.{format}"));
        home.loa(&["report", "--round", "1", "-o", file.to_str().unwrap()]).with_code(0);
        fs::read(file).unwrap()
    };
    let json: Value = serde_json::from_slice(&make("json")).unwrap();
    assert_eq!((&json["from"], &json["to"]), (&"2020-08-03".into(), &"2020-08-16".into()), "a round needs no dates");
    let (count, ratio) = (&json["rows"][0]["count"], &json["rows"][0]["ratio"]);
    assert_eq!((count, ratio), (&84.into(), &100.into()));
    let csv = String::from_utf8(make("csv")).unwrap();
    assert!(
        csv.contains("\n1,Phát thanh/truyền thanh,84,100,") && csv.contains("\n4,Tin nhắn ZALO/SMS,51974,8.35,"),
        "{csv}"
    );
    let docx = make("docx");
    let html = String::from_utf8(make("html")).unwrap();
    let pdf = home.path("bao-cao.pdf");
    make("pdf");
    let pdf = Command::new("pdftotext").args(["-layout"]).arg(&pdf).arg("-").output().unwrap();
    let pdf = String::from_utf8(pdf.stdout).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let docx = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
    for text in [&pdf, &docx, &html] {
        assert!(["51.974", "8,35", "84 lượt", "100 %", "=1+1"].iter().all(|figure| text.contains(figure)), "{text}");
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(make("xlsx"))).unwrap();
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(sheet.contains("<v>84</v>") && sheet.contains("<v>100</v>") && sheet.contains("<v>8.35</v>"), "{sheet}");
    let left = home.loa(&["status", "--json"]).with_code(0).json()["round"]["days_left"].as_i64().unwrap();
    assert!(left > 300_000, "{left}");
    assert!(home.loa(&["status"]).with_code(0).out.contains("Báo cáo đợt 1: hạn nộp 20/8/2999, còn "), "in words");
    let unknown = home.loa_en(&["report", "--round", "9"]).with_code(2).err;
    assert_eq!(unknown, "loa: there is no round \"9\" in station.yaml; known: 1\n");
}
