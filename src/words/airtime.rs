//! The closed words of the airtime log, as people read them.

use crate::airtime::{Break, Fact, Head, Lost, Outcome, Reason};
use crate::say;
use crate::words::{Lang, Say, word};

impl Say for Outcome {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Aired => word(lang, "đã phát", "aired"),
            Self::Partial => word(lang, "phát một phần", "aired in part"),
            Self::Interrupted => word(lang, "bị ngắt", "interrupted"),
            Self::Failed => word(lang, "không phát được", "failed"),
            Self::Skipped => word(lang, "bỏ qua", "skipped"),
            Self::Missed => word(lang, "lỡ giờ", "missed"),
            Self::Blocked => word(lang, "bị chặn", "blocked"),
        }
        .to_owned()
    }
}

impl Say for Reason {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Power => word(lang, "mất điện hoặc máy tắt đột ngột", "power failed or the computer died"),
            Self::Device => word(lang, "thiết bị âm thanh hỏng hoặc vắng", "sound device failed or absent"),
            Self::File => word(lang, "tệp thiếu hoặc hỏng", "file missing or damaged"),
            Self::Clock => word(lang, "đồng hồ máy sai", "the clock was wrong"),
            Self::QuietHours => word(lang, "giờ im lặng", "quiet hours"),
            Self::HardEnd => word(lang, "hết giờ của buổi phát", "end of the session"),
            Self::Preempted => word(lang, "nhường tin khẩn cấp", "preempted by an emergency"),
            Self::Operator => word(lang, "người vận hành", "the operator"),
            Self::Unapproved => word(lang, "chưa được duyệt", "not approved"),
            Self::Expired => word(lang, "ngoài thời hạn", "out of date"),
            Self::NoTime => word(lang, "không đủ giờ phát", "no time for it"),
            Self::Shutdown => word(lang, "chương trình được tắt", "the program was stopped"),
        }
        .to_owned()
    }
}

/// What a row about no item says; of an airing, its title.
impl Say for Fact {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Airing(airing) => airing.title.clone(),
            Self::Start(start) => {
                let program = &start.program;
                match start.reason.map(|reason| reason.say(lang)) {
                    Some(reason) => say!(
                        lang,
                        "chương trình khởi động ({program}); lần trước dừng vì: {reason}",
                        "the program started ({program}); it had ended because: {reason}"
                    ),
                    None => say!(
                        lang,
                        "chương trình khởi động lần đầu ({program})",
                        "the program started for the first time ({program})"
                    ),
                }
            }
            Self::ClockSet(set) if set.by.is_empty() => {
                let from = set.from.strftime("%F %H:%M:%SZ");
                say!(
                    lang,
                    "giờ máy được chỉnh; trước đó là {from} (UTC)",
                    "the clock was set; it was {from} (UTC) before"
                )
            }
            Self::ClockSet(set) => {
                let by = &set.by;
                say!(lang, "{by} xác nhận giờ máy là đúng", "{by} confirmed that the clock is right")
            }
            Self::Stop { .. } => word(lang, "chương trình được tắt", "the program was stopped").to_owned(),
            Self::Gap(gap) => gap.lost.say(lang),
            Self::Correction(correction) => {
                let (row, by, why) = (correction.corrects, &correction.by, &correction.note);
                say!(lang, "đính chính dòng {row}: {why} ({by})", "corrects row {row}: {why} ({by})")
            }
        }
    }
}

impl Say for Lost {
    fn say(&self, lang: Lang) -> String {
        let known = |last: &Option<Head>| last.as_ref().map_or_else(String::new, |head| format!(" ({head})"));
        match self {
            Self::SetAside { file, last } => {
                let last = known(last);
                say!(
                    lang,
                    "nhật ký trước đó hỏng hoặc bị đổi, được cất ở data/{file}{last}; từ đây là nhật ký mới",
                    "the log before was wrecked or exchanged and lies in data/{file}{last}; a new one begins here"
                )
            }
            Self::Gone { last } => {
                let last = known(last);
                say!(
                    lang,
                    "nhật ký trước đó đã mất{last}; từ đây là nhật ký mới",
                    "the log before is gone{last}; a new one begins here"
                )
            }
            Self::Dropped { rows } => say!(
                lang,
                "mất {rows} dòng: ổ đĩa không ghi được quá lâu, bộ nhớ đã đầy",
                "{rows} rows are lost: the disk could not be written for too long, and memory was full"
            ),
        }
    }
}

impl Say for Break {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Changed { row } => {
                say!(lang, "dòng {row} đã bị sửa sau khi ghi", "row {row} was changed after it was written")
            }
            Self::Removed { row } => say!(lang, "thiếu dòng {row}: đã bị xóa", "row {row} is missing: it was removed"),
            Self::Inserted { row } => {
                say!(lang, "dòng {row} đã bị chèn thêm", "row {row} was inserted")
            }
            Self::Reordered { row } => {
                say!(
                    lang,
                    "dòng {row} không đứng đúng chỗ: thứ tự đã bị đổi",
                    "row {row} is not in its place: the order was changed"
                )
            }
            Self::Unlinked { row } => say!(
                lang,
                "dòng {row} không nối tiếp dòng trước: một dòng phía trước đã bị thay",
                "row {row} does not follow from the one before: a row before it was replaced"
            ),
            Self::Unreadable { line } => say!(
                lang,
                "dòng thứ {line} của tệp không phải dòng nhật ký; xuất lại bằng `loa log --format csv`",
                "line {line} of the file is no row of a log; export it again with `loa log --format csv`"
            ),
            Self::Rewritten { line } => say!(
                lang,
                "các dòng đúng, nhưng tệp đã được chương trình khác ghi lại (từ dòng thứ {line}); dùng tệp gốc do loa xuất",
                "the rows are right, but another program has written the file anew (from line {line} on); use the file that loa exported"
            ),
            Self::Cut { last, head } => say!(
                lang,
                "báo cáo được lập khi nhật ký có {head} dòng, nay chỉ đến dòng {last}: phần cuối đã bị cắt",
                "the report was made when the log had {head} rows, now it ends with row {last}: its end was cut off"
            ),
            Self::OutOfReach { first, head } => say!(
                lang,
                "tệp này bắt đầu từ dòng {first}, không có dòng {head} mà báo cáo dẫn; kiểm tra bằng nhật ký của đài, hoặc xuất cả những ngày trước",
                "this file begins with row {first} and does not hold row {head} of the report; check the station's own log, or export earlier days too"
            ),
            Self::OtherHead { row } => say!(
                lang,
                "dòng {row} không phải dòng mà báo cáo đã dẫn: nhật ký đã bị ghi lại",
                "row {row} is not the one that the report names: the log was written anew"
            ),
        }
    }
}
