//! The words of the reporting form of 2020. Its eight rows are fixed, word for word.

use crate::say;
use crate::words::{Lang, percent, whole};

/// *Phương thức thông tin*: the eight rows of the form, as the letter gives them.
pub const METHODS: [&str; 8] = [
    "Phát thanh/truyền thanh",
    "Tin, bài/Truyền hình/video clip",
    "Chữ/hình trên màn hình LED của đơn vị",
    "Tin nhắn ZALO/SMS",
    "Tuyên truyền lưu động",
    "Internet",
    "Cộng tác viên tuyên truyền đã hoạt động",
    "Hình thức khác",
];

/// The same for whoever reads English; the data keeps the words of the form.
const METHODS_EN: [&str; 8] = [
    "Loudspeakers",
    "News, articles, television, video clips",
    "Text and pictures on LED boards",
    "ZALO and SMS messages",
    "Mobile information teams",
    "Internet",
    "Collaborators at work",
    "Other means",
];

/// The means of information in row `tt`, 1 to 8.
#[must_use]
pub fn method(tt: u8, lang: Lang) -> &'static str {
    let names = if lang == Lang::En { &METHODS_EN } else { &METHODS };
    names.get(usize::from(tt).wrapping_sub(1)).copied().unwrap_or_default()
}

/// What row 1 counts, to be said in words.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub airings: u64,
    pub sessions: u64,
    pub items: u64,
    pub minutes: u64,
    pub made: u64,
    pub required: u64,
    pub days: u64,
    pub days_met: u64,
}

impl Form {
    /// The note of row 1: what was counted, and what the percentage divides by.
    #[must_use]
    pub fn note(&self, lang: Lang) -> String {
        let number = |number| whole(number, lang);
        let (airings, sessions, items) = (number(self.airings), number(self.sessions), number(self.items));
        let (minutes, made, required) = (number(self.minutes), number(self.made), number(self.required));
        let (days, days_met) = (number(self.days), number(self.days_met));
        let counted = say!(
            lang,
            "Số lượng là lượt phát: {airings} lượt của {items} tin bài trong {sessions} buổi, {minutes} phút (không tính nhạc hiệu)",
            "The count is airings: {airings} airings of {items} items in {sessions} sessions, {minutes} minutes (jingles not counted)"
        );
        let Some(ratio) = self.ratio().map(|ratio| percent(ratio, lang)) else {
            return say!(
                lang,
                "{counted}. Đến nay kỳ này không có chỉ tiêu.",
                "{counted}. No obligation in this period so far."
            );
        };
        say!(
            lang,
            "{counted}. Tỷ lệ {ratio} là {made} lượt theo chỉ tiêu trên {required} lượt phải phát (lượt vượt của tệp này không bù cho tệp khác). Đạt chỉ tiêu {days_met}/{days} ngày.",
            "{counted}. The ratio {ratio} is {made} airings towards the obligation out of {required} required (a surplus of one file never makes up for another). The obligation was met on {days_met} of {days} days."
        )
    }

    /// Airings made of airings required, in percent to two places, rounded down: 99.999 is not 100.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "airings of a period")]
    pub fn ratio(&self) -> Option<f64> {
        (self.required > 0).then(|| (self.made * 10_000 / self.required) as f64 / 100.0)
    }
}
