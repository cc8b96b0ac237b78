//! Which version of a file with mistakes is in force.

use crate::say;
use crate::time::shown;
use crate::words::{Lang, Say, on_one_line};
use crate::written::Standing;

impl Say for Standing {
    fn say(&self, lang: Lang) -> String {
        let (file, what) = (on_one_line(&self.file), in_force(self, lang));
        format!("{file}: {what}")
    }
}

/// The same without the file's name.
pub(super) fn in_force(standing: &Standing, lang: Lang) -> String {
    match &standing.since {
        Some(since) => {
            let since = shown(since.timestamp(), since.time_zone());
            say!(
                lang,
                "bản đúng gần nhất, nhận lúc {since}, vẫn có hiệu lực cho đến khi sửa xong",
                "the last good version, taken over at {since}, stays in force until this is mended"
            )
        }
        None => say!(
            lang,
            "không có bản đúng nào trước đó để dùng thay; sửa xong mới có hiệu lực",
            "there is no good version from before; nothing of it is in force until it is mended"
        ),
    }
}
