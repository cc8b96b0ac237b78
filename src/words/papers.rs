//! The fixed words of papers: of the report as a letter, the logbook, and the table of installations.
//!
//! The Vietnamese is that of administrative papers (Decree 30/2020/NĐ-CP); a word missing in one language does not
//! compile.

use jiff::civil::Date;

use crate::say;
use crate::words::{Lang, day, whole};

/// Words without arguments.
#[derive(Debug)]
pub struct Phrases {
    pub nation: &'static str,
    pub motto: &'static str,
    pub number: &'static str,
    pub to: &'static str,
    pub report: &'static str,
    pub report_subject: &'static str,
    pub results: &'static str,
    pub counting: &'static str,
    pub short_days: &'static str,
    pub all_met: &'static str,
    pub none_owed: &'static str,
    pub proposals: &'static str,
    pub recipients: &'static str,
    pub sign_hint: &'static str,
    pub annex: &'static str,
    pub heat_map: &'static str,
    pub bars: &'static str,
    pub item: &'static str,
    pub minutes: &'static str,
    pub aired_minutes: &'static str,
    pub minimum: &'static str,
    pub heat_none: &'static str,
    pub heat_short: &'static str,
    pub heat_met: &'static str,
    pub heat_surplus: &'static str,
    pub row_one: &'static str,
    pub form_columns: [&'static str; 5],
    pub short_columns: [&'static str; 4],
    pub logbook: &'static str,
    pub logbook_columns: [&'static str; 7],
    pub logbook_day_columns: [&'static str; 2],
    pub written_by: &'static str,
    pub confirmed_by: &'static str,
    pub nothing_logged: &'static str,
    pub installs: &'static str,
    pub installs_columns: [&'static str; 5],
    pub total: &'static str,
    pub simulated: &'static str,
    pub empty_line: &'static str,
}

const VI: Phrases = Phrases {
    nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto: "Độc lập - Tự do - Hạnh phúc",
    number: "Số:",
    to: "Kính gửi:",
    report: "BÁO CÁO",
    report_subject: "Kết quả thông tin, tuyên truyền trên hệ thống truyền thanh cơ sở",
    results: "1. Kết quả thực hiện",
    counting: "2. Cách tính số liệu dòng 1",
    short_days: "3. Những ngày chưa đạt mức tối thiểu",
    all_met: "Không có: tất cả các ngày trong kỳ đều đạt mức tối thiểu.",
    none_owed: "Đến nay trong kỳ không có chỉ tiêu phát nào.",
    proposals: "4. Đề xuất, kiến nghị",
    recipients: "Nơi nhận:",
    sign_hint: "(Ký, ghi rõ họ tên)",
    annex: "PHỤ LỤC",
    heat_map: "Số lượt phát của từng tệp theo ngày",
    bars: "Số phút phát theo ngày so với mức tối thiểu",
    item: "Nội dung",
    minutes: "phút",
    aired_minutes: "đã phát (đỏ: ngày chưa đạt chỉ tiêu)",
    minimum: "mức tối thiểu",
    heat_none: "chưa phát lần nào",
    heat_short: "chưa đủ",
    heat_met: "đủ",
    heat_surplus: "vượt",
    row_one: "Đơn vị tính: lượt phát; cách tính tại mục 2",
    form_columns: ["TT", "Phương thức thông tin", "Số lượng", "Tỷ lệ %", "Ghi chú"],
    short_columns: ["Ngày", "Phải phát (lượt)", "Đã phát theo chỉ tiêu (lượt)", "Lý do"],
    logbook: "SỔ NHẬT KÝ PHÁT THANH",
    logbook_columns: ["TT", "Giờ phát", "Thời lượng", "Nội dung", "Loại", "Kết quả", "Ghi chú"],
    logbook_day_columns: ["Ngày", "Buổi"],
    written_by: "NGƯỜI GHI SỔ",
    confirmed_by: "XÁC NHẬN CỦA LÃNH ĐẠO",
    nothing_logged: "không có nhật ký",
    installs: "Kết quả cài đặt ứng dụng khai báo y tế, truy vết",
    installs_columns: ["TT", "Huyện, thành phố", "Dân số (người)", "Số lượt cài đặt", "Tỷ lệ %"],
    total: "Tổng cộng",
    simulated: "SỐ LIỆU MÔ PHỎNG, KHÔNG PHẢI LƯỢT PHÁT THẬT",
    empty_line: "……………………………………………………………………………………",
};

const EN: Phrases = Phrases {
    nation: "SOCIALIST REPUBLIC OF VIET NAM",
    motto: "Independence - Freedom - Happiness",
    number: "No.:",
    to: "To:",
    report: "REPORT",
    report_subject: "Results of information and communication over the commune loudspeakers",
    results: "1. Results",
    counting: "2. How row 1 was counted",
    short_days: "3. Days below the minimum",
    all_met: "None: the minimum was met on every day of the period.",
    none_owed: "So far nothing was owed in this period.",
    proposals: "4. Proposals and petitions",
    recipients: "Recipients:",
    sign_hint: "(Signature and full name)",
    annex: "ANNEX",
    heat_map: "Airings of each file by day",
    bars: "Minutes aired by day against the minimum",
    item: "Item",
    minutes: "minutes",
    aired_minutes: "aired (red: the obligation was not met)",
    minimum: "minimum",
    heat_none: "not aired at all",
    heat_short: "too few",
    heat_met: "enough",
    heat_surplus: "more than enough",
    row_one: "Counted in airings; see section 2",
    form_columns: ["No.", "Means of information", "Count", "Ratio %", "Note"],
    short_columns: ["Day", "Airings required", "Airings made towards it", "Reason"],
    logbook: "LOGBOOK OF BROADCASTS",
    logbook_columns: ["No.", "Time", "Length", "Content", "Kind", "Outcome", "Note"],
    logbook_day_columns: ["Date", "Session"],
    written_by: "WRITTEN BY",
    confirmed_by: "CONFIRMED BY",
    nothing_logged: "nothing logged",
    installs: "Installations of the health declaration and tracing application",
    installs_columns: ["No.", "District", "Population", "Installations", "Share %"],
    total: "Total",
    simulated: "SIMULATED FIGURES, NOTHING REALLY AIRED",
    empty_line: "……………………………………………………………………………………",
};

impl Phrases {
    #[must_use]
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Vi => &VI,
            Lang::En => &EN,
        }
    }
}

/// *Tân Thanh, ngày 10 tháng 8 năm 2020*; with a gap for the clerk where the day is not known. A day under 10 and the
/// months 1 and 2 have a leading 0 (Decree 30/2020/NĐ-CP, annex I).
#[must_use]
pub fn place_and_day(place: &str, date: Option<Date>, year: i16, lang: Lang) -> String {
    let comma = if place.is_empty() { "" } else { ", " };
    match (date, lang) {
        (Some(date), Lang::Vi) => {
            let month = if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
            format!("{place}{comma}ngày {:02} tháng {month} năm {}", date.day(), date.year())
        }
        (None, Lang::Vi) => format!("{place}{comma}ngày ….. tháng ….. năm {year}"),
        (Some(date), Lang::En) => format!("{place}{comma}{}", day(date, lang)),
        (None, Lang::En) => format!("{place}{comma}………………… {year}"),
    }
}

/// *(Đợt 1, từ ngày 04/8/2020 đến ngày 10/8/2020)*
#[must_use]
pub fn period(from: Date, to: Date, round: Option<&str>, lang: Lang) -> String {
    let (from, to) = (day(from, lang), day(to, lang));
    match round {
        Some(round) => {
            say!(lang, "(Đợt {round}, từ ngày {from} đến ngày {to})", "(Round {round}, from {from} to {to})")
        }
        None => say!(lang, "(Từ ngày {from} đến ngày {to})", "(From {from} to {to})"),
    }
}

/// The first sentence of the report: which letters it answers.
#[must_use]
pub fn opening(station: &str, directives: &[String], lang: Lang) -> String {
    let letters = directives.join(", ");
    if letters.is_empty() {
        return say!(
            lang,
            "{station} báo cáo kết quả thông tin, tuyên truyền trong kỳ như sau:",
            "{station} reports on information and communication in this period as follows:"
        );
    }
    say!(
        lang,
        "Thực hiện văn bản số {letters}, {station} báo cáo kết quả thông tin, tuyên truyền trong kỳ như sau:",
        "In accordance with {letters}, {station} reports on information and communication in this period as follows:"
    )
}

/// That the station was off the air.
#[must_use]
pub fn outage(from: &str, until: &str, hours: u64, reason: &str, lang: Lang) -> String {
    let hours = whole(hours, lang);
    say!(
        lang,
        "Đài ngừng hoạt động từ {from} đến {until} (khoảng {hours} giờ): {reason}.",
        "The station was off from {from} to {until} (about {hours} hours): {reason}."
    )
}

/// How many items a reason kept below their minimum.
#[must_use]
pub fn items_short(items: u64, reason: &str, lang: Lang) -> String {
    let items = whole(items, lang);
    say!(lang, "{items} tệp: {reason}", "{items} items: {reason}")
}

/// The head of the chain, where there is no room for more.
#[must_use]
pub fn head(head: &str, lang: Lang) -> String {
    say!(lang, "Đầu chuỗi niêm phong của nhật ký: {head}", "Head of the log's chain: {head}")
}

/// What the figures rest on.
#[must_use]
pub fn proof(rows: u64, head: &str, lang: Lang) -> Vec<String> {
    let rows = whole(rows, lang);
    vec![
        say!(
            lang,
            "Số liệu dòng 1 lấy từ nhật ký phát sóng của đài, đến lúc lập báo cáo có {rows} dòng, mỗi dòng được niêm phong nối tiếp dòng trước. Đầu chuỗi niêm phong:",
            "Row 1 is taken from the station's airtime log, which had {rows} rows when this report was made, each sealed to the one before. Head of the chain:"
        ),
        head.to_owned(),
        say!(
            lang,
            "Kiểm tra: loa log verify --head và dòng trên (hoặc quét mã QR).",
            "To check it: loa log verify --head and the line above (or scan the code)."
        ),
    ]
}

/// The sum under a session or a day of the logbook.
#[must_use]
pub fn logbook_sum(what: &str, airings: u64, lang: Lang) -> String {
    let airings = whole(airings, lang);
    say!(
        lang,
        "Cộng {what}: {airings} lượt (không tính nhạc hiệu)",
        "{what} in all: {airings} airings (jingles not counted)"
    )
}
