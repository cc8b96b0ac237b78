//! What is wrong with the sound device.

use crate::playout::SoundFault;
use crate::say;
use crate::words::{Lang, Say};

impl Say for SoundFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Absent { device } => say!(
                lang,
                "không thấy thiết bị âm thanh \"{device}\"; `loa devices` liệt kê các thiết bị, sửa output.device trong station.yaml",
                "there is no sound device \"{device}\"; `loa devices` lists them, mend output.device in station.yaml"
            ),
            Self::Failed { device, detail } => say!(
                lang,
                "thiết bị âm thanh \"{device}\" không chạy ({detail}); kiểm tra dây cắm, chương trình khác đang dùng, rồi `loa devices`",
                "sound device \"{device}\" does not work ({detail}); check the cable, other programs using it, then `loa devices`"
            ),
            Self::Stalled { device, millis } => say!(
                lang,
                "thiết bị âm thanh \"{device}\" đứng {millis} ms không nhận tiếng; kiểm tra dây cắm và card âm thanh",
                "sound device \"{device}\" has taken no sound for {millis} ms; check cable and sound card"
            ),
        }
    }
}
