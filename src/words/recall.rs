//! What is said of the sound that aired: asked for again (`loa log audio`), or not kept.

use crate::say;
use crate::time::Frames;
use crate::words::{Lang, Say, decimal};

/// What `loa log audio` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recall {
    /// So much of it aired.
    Made {
        file: String,
        row: u64,
        title: String,
        aired: Frames,
        length: Frames,
    },
    WhichOne,
    /// Several items were on at that instant, on different zones.
    Several {
        rows: String,
    },
    NothingThen,
    NoItem {
        row: u64,
    },
    NeverAired {
        row: u64,
    },
    Relay {
        row: u64,
    },
    NotKept {
        row: u64,
    },
}

impl Say for Recall {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Made { file, row, title, aired, length } => say!(
                lang,
                "Đã chép ra {file}: dòng {row}, \"{title}\", đã phát {aired} trong {length}",
                "{file}: row {row}, \"{title}\", of which {aired} of {length} aired"
            ),
            Self::WhichOne => say!(
                lang,
                "ghi số dòng (xem bằng `loa log`), hoặc --at \"2020-08-03 05:10\"",
                "name a row, as `loa log` shows it, or --at \"2020-08-03 05:10\""
            ),
            Self::Several { rows } => say!(
                lang,
                "lúc ấy các cụm loa phát những bài khác nhau; ghi số dòng: {rows}",
                "the zones aired different items then; name a row: {rows}"
            ),
            Self::NothingThen => say!(lang, "lúc ấy không phát gì", "nothing was on the air then"),
            Self::NoItem { row } => {
                say!(lang, "dòng {row} không nói về một mục phát nào", "row {row} is about no item")
            }
            Self::NeverAired { row } => say!(lang, "dòng {row} không phát ra tiếng nào", "nothing of row {row} aired"),
            Self::Relay { row } => say!(
                lang,
                "dòng {row} là tiếp âm: không lưu tiếng của đài khác",
                "row {row} is a relay: what other stations say is not kept"
            ),
            Self::NotKept { row } => say!(
                lang,
                "không còn giữ tiếng của dòng {row}: đã quá hạn lưu (archive.keep), hoặc tệp đã bị đổi ngay khi phát",
                "the sound of row {row} is not kept any more: its time is over (archive.keep), or the file was changed as it aired"
            ),
        }
    }
}

/// Why what aired is not in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotArchived {
    /// It was changed, or went away, after it began to air.
    Changed,
    /// So many bytes are free, which is too little, and nothing older is there whose place it could take.
    Full {
        free: u64,
    },
    Unwritable {
        detail: String,
    },
}

impl NotArchived {
    pub(super) fn of(&self, path: &str, lang: Lang) -> String {
        match self {
            Self::Changed => say!(
                lang,
                "Không lưu được audio/{path}: tệp đã bị đổi hoặc xóa ngay khi đang phát",
                "audio/{path} is not archived: it was changed or removed while it aired"
            ),
            Self::Full { free } => {
                #[expect(clippy::cast_precision_loss, reason = "megabytes, to be read")]
                let free = decimal(*free as f64 / f64::from(1 << 20), 0, lang);
                say!(
                    lang,
                    "Ổ ĐĨA SẮP ĐẦY (còn {free} MB): thôi lưu tiếng đã phát, kể từ audio/{path}; dọn ổ đĩa, hoặc giảm archive.keep",
                    "THE DISK IS NEARLY FULL ({free} MB left): what airs is not archived any more, audio/{path} first; make room, or lessen archive.keep"
                )
            }
            Self::Unwritable { detail } => say!(
                lang,
                "Không lưu được tiếng đã phát ({detail}), kể từ audio/{path}",
                "What airs cannot be archived ({detail}), audio/{path} first"
            ),
        }
    }
}
