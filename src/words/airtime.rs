//! The closed words of the airtime log, as people read them.

use crate::airtime::{Outcome, Reason};
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
            Self::QuietHours => word(lang, "giờ yên lặng", "quiet hours"),
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
