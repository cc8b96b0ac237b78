//! What is said of the database: that it cannot be used, and that a new one was begun.

use crate::airtime::Lost;
use crate::say;
use crate::words::{Lang, Say, word};

/// Why a command could not use the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseTalk {
    Failed { file: String, detail: String },
    Damaged { file: String, detail: String },
    OfTrial { file: String },
    Newer { file: String, version: i64 },
}

impl Say for DatabaseTalk {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Failed { file, detail } => say!(
                lang,
                "cơ sở dữ liệu {file} không dùng được ({detail}); kiểm tra quyền và ổ đĩa, đừng xóa tệp",
                "the database {file} cannot be used ({detail}); check rights and disk, do not delete the file"
            ),
            Self::Damaged { file, detail } => say!(
                lang,
                "cơ sở dữ liệu {file} hỏng ({detail}); đừng xóa: `loa run` tự cất nó sang một bên và mở nhật ký mới, hoặc dùng `loa restore` với bản sao lưu",
                "the database {file} is damaged ({detail}); do not delete it: `loa run` sets it aside and begins a new one, or `loa restore` a backup"
            ),
            Self::OfTrial { file } => say!(
                lang,
                "{file} do một bản loa thử trước khi phát hành ghi; đổi tên tệp ấy để giữ lại, loa sẽ tạo tệp mới",
                "{file} was written by a trial version from before the first release; rename it to keep it, loa makes a new one"
            ),
            Self::Newer { file, version } => say!(
                lang,
                "{file} do bản loa mới hơn ghi (phiên bản {version}); cài bản loa mới",
                "{file} was written by a newer loa (version {version}); install that version"
            ),
        }
    }
}

/// That a new database was begun, why, and what of the one before goes on.
pub(super) fn log_anew(
    lost: &Lost,
    detail: &str,
    level: Option<&str>,
    silenced: bool,
    entries: usize,
    lang: Lang,
) -> String {
    let lost = lost.say(lang);
    let level = level.unwrap_or("–");
    let taken =
        say!(lang, "cấp độ {level}, {entries} số liệu nhập tay", "level {level}, {entries} entries of the report");
    let silenced = if silenced { word(lang, ", lệnh tắt tiếng", ", the latched silence") } else { "" };
    say!(
        lang,
        "NHẬT KÝ BẮT ĐẦU LẠI ({detail}): {lost}. Lấy lại được: {taken}{silenced}. Bản tin của xã phải duyệt lại; xem `loa log verify`",
        "THE LOG BEGINS ANEW ({detail}): {lost}. Taken over: {taken}{silenced}. Local bulletins need their approval again; see `loa log verify`"
    )
}
