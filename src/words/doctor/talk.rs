//! What `loa doctor` says besides its findings.

use crate::say;
use crate::words::{Lang, Say, word};

/// One message to the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoctorTalk {
    AllWell,
    /// The call goes out now.
    Calling {
        zone: Option<String>,
        call: Option<String>,
        device: String,
    },
    Quiet {
        quiet: String,
    },
    /// A session begins before the test would be over.
    TooSoon {
        title: String,
        start: String,
    },
    /// A file that would have been played is broken.
    CallBroken {
        why: String,
    },
}

impl Say for DoctorTalk {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::AllWell => say!(lang, "Không thấy gì sai.", "Nothing is wrong."),
            Self::Calling { zone, call, device } => {
                let zone = zone.as_ref().map_or(String::new(), |zone| say!(lang, "Cụm loa {zone}: ", "Zone {zone}: "));
                let call = call.clone().unwrap_or_else(|| word(lang, "tiếng thử", "a test tone").to_owned());
                say!(lang, "{zone}phát thử \"{call}\" ra \"{device}\" …", "{zone}playing \"{call}\" to \"{device}\" …")
            }
            Self::Quiet { quiet } => say!(
                lang,
                "đang trong giờ im lặng {quiet}; thêm --in-quiet-hours nếu vẫn muốn phát thử",
                "these are quiet hours ({quiet}); add --in-quiet-hours to test all the same"
            ),
            Self::TooSoon { title, start } => say!(
                lang,
                "buổi \"{title}\" sắp phát ({start}); thử lại sau buổi ấy",
                "session \"{title}\" is about to begin ({start}); try again after it"
            ),
            Self::CallBroken { why } => {
                say!(lang, "không mở được tiếng thử: {why}", "the call cannot be opened: {why}")
            }
        }
    }
}
