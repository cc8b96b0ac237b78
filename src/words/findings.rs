//! What `loa check` finds in schedules that can be read, and what would help.

use crate::planner::{Finding, Shortfall};
use crate::say;
use crate::words::{Lang, Say, day, list};

impl Say for Finding {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NoSession => say!(
                lang,
                "không có buổi phát nào; thêm `sessions:` vào một tệp trong schedules/",
                "there is no session at all; add `sessions:` to a file in schedules/"
            ),
            Self::UnknownLevel { level, known } => {
                let known = list(known);
                say!(
                    lang,
                    "cấp độ \"{level}\" không có trong station.yaml (levels: {known}); sửa một trong hai",
                    "level \"{level}\" is not in station.yaml (levels: {known}); mend one of the two"
                )
            }
            Self::SameId { id, other_file } => say!(
                lang,
                "mã buổi phát \"{id}\" đã dùng trong {other_file}; đặt mã khác",
                "the session id \"{id}\" is used in {other_file} already; give it another"
            ),
            Self::NeverFires { session } => say!(
                lang,
                "buổi \"{session}\" không phát ngày nào trong một năm tới; kiểm tra cron, days và valid",
                "session \"{session}\" fires on no day of the coming year; check cron, days and valid"
            ),
            Self::Past { until } => {
                let until = day(*until, lang);
                say!(
                    lang,
                    "lịch đã hết hạn ngày {until}; xóa tệp hoặc gia hạn",
                    "the schedule ended on {until}; delete the file or extend it"
                )
            }
            Self::InQuietHours { session, date, from, until, quiet } => {
                let date = day(*date, lang);
                say!(
                    lang,
                    "buổi \"{session}\" ({from}-{until}, ngày {date}) rơi vào giờ im lặng; quiet_hours: \"{quiet}\" trong station.yaml cấm phát; đổi giờ buổi phát",
                    "session \"{session}\" ({from}-{until} on {date}) touches the quiet hours; quiet_hours: \"{quiet}\" in station.yaml forbids it; move the session"
                )
            }
            Self::Overlap { session, other, date } => {
                let date = day(*date, lang);
                say!(
                    lang,
                    "buổi \"{session}\" chồng lên buổi \"{other}\" (ngày {date}); đổi giờ hoặc rút ngắn một buổi",
                    "session \"{session}\" overlaps session \"{other}\" (on {date}); move or shorten one of them"
                )
            }
            Self::NoSuchFile { path, suggestion: Some(near) } => say!(
                lang,
                "không có tệp audio/{path}; có phải ý là {near}?",
                "there is no file audio/{path}; did you mean {near}?"
            ),
            Self::NoSuchFile { path, suggestion: None } => say!(
                lang,
                "không có tệp audio/{path}; chép tệp vào đó hoặc sửa tên",
                "there is no file audio/{path}; copy it there or mend the name"
            ),
            Self::Unplayable { path, status } => {
                let why = status.say(lang);
                say!(lang, "audio/{path} không phát được: {why}", "audio/{path} cannot air: {why}")
            }
            Self::Unfit { status } => status.say(lang),
            Self::WrongCount { expected, present } => say!(
                lang,
                "có {present} tệp mà bộ của Bộ phải có {expected}; chép thêm, xóa bớt hoặc sửa expected trong manifest.yaml",
                "there are {present} files while the set has {expected}; add, remove, or mend expected in manifest.yaml"
            ),
            Self::Short(shortfall) => shortfall.say(lang),
        }
    }
}

impl Say for Shortfall {
    fn say(&self, lang: Lang) -> String {
        let Self { schedule, at_least, items, items_short, minutes_short, unplayable, days, .. } = self;
        let date = day(self.date, lang);
        let levels = list(&self.levels);
        let level =
            if levels.is_empty() { String::new() } else { say!(lang, " (cấp độ {levels})", " (level {levels})") };
        let more = match days {
            1 => String::new(),
            days => say!(lang, ", và {days} ngày như vậy trong số các ngày đã thử", ", as on {days} of the days tried"),
        };
        let mut text = say!(
            lang,
            "chỉ tiêu của \"{schedule}\": {items} mục, mỗi mục ít nhất {at_least} lần/ngày, không đạt ngày {date}{level}{more}",
            "the obligation of \"{schedule}\": {items} items, each at least {at_least} times a day, is not met on {date}{level}{more}"
        );
        if *items_short > 0 {
            text.push_str(&say!(
                lang,
                "; {items_short} mục thiếu giờ phát, thiếu {minutes_short} phút: kéo dài các buổi trong ngày thêm {minutes_short} phút, thêm một buổi, hoặc thêm `make_up` dài chừng ấy",
                "; {items_short} items lack airtime, {minutes_short} minutes in all: lengthen the day's sessions by {minutes_short} minutes, add a session, or add a `make_up` of that length"
            ));
        }
        if *unplayable > 0 {
            text.push_str(&say!(
                lang,
                "; {unplayable} mục thiếu tệp hoặc tệp hỏng, xem `loa library`",
                "; {unplayable} items are missing or cannot be played, see `loa library`"
            ));
        }
        text
    }
}
