//! The page as a whole: everything is on it, nothing gets out of its place, nothing is fetched.

use crate::equipment::documents::{html, sample};
use crate::report::Orientation;

#[test]
fn everything_of_the_document_is_on_the_page_in_its_order() {
    let page = html(&sample::document(Orientation::Portrait));
    let mut rest = page.as_str();
    for expected in [
        "<!DOCTYPE html><html lang=\"vi\">",
        "<title>Báo cáo tháng 8 năm 2020 Tin &lt;b&gt;&quot;nóng&quot;&lt;/b&gt; &amp; 'gấp' ]]&gt; Lê Thị</title>",
        "ĐÀI TRUYỀN THANH",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:        /BC-ĐTT",
        "<h1>BÁO CÁO<br>Kết quả",
        "<p>Kính gửi: Ủy ban",
        sample::LETTERS,
        "<h2>I. KẾT QUẢ</h2>",
        "scope=\"rowgroup\">Bộ 32 tệp của Bộ</th>",
        "<td class=\"centre\">200</td>",
        "<tr class=\"sum\">",
        "<th scope=\"row\">Thông điệp số 1 ",
        "<td class=\"none\">0</td>",
        "<desc id=\"values-12\">Đã phát (phút): 1: 53; 2: 66;",
        "aria-label=\"QR: Nhật ký đến",
        "- Lưu: VT.",
        "Nguyễn Thị Ngọc Hoành",
    ] {
        let at = rest.find(expected).unwrap_or_else(|| panic!("{expected:?} not in {rest:.300}"));
        rest = &rest[at + expected.len()..];
    }
    assert!(page.ends_with("</html>"));
}

#[test]
fn nothing_is_fetched_and_nothing_is_run() {
    let page = html(&sample::document(Orientation::Landscape)).to_lowercase();
    for forbidden in ["<script", "http://", "https://", " src=", " href=", "url(", "@import", "<b>", " onload"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("a4 landscape") && !page.chars().any(|c| c.is_control() && c != '\n'));
}
