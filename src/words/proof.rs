//! Why the capture input hears nothing.

use crate::proof::Deaf;
use crate::say;
use crate::words::{Lang, Say};

impl Say for Deaf {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Absent { device } => say!(
                lang,
                "không thấy đường thu \"{device}\"; `arecord -L` liệt kê các đường thu, sửa proof.capture trong station.yaml",
                "there is no input \"{device}\"; `arecord -L` lists them, mend proof.capture in station.yaml"
            ),
            Self::Failed { device, detail } => say!(
                lang,
                "đường thu \"{device}\" không chạy ({detail}); kiểm tra dây cắm, chương trình khác đang dùng; chương trình vẫn phát",
                "the input \"{device}\" does not work ({detail}); check the cable, other programs using it; the programme goes on"
            ),
            Self::Stalled { device } => say!(
                lang,
                "đường thu \"{device}\" không còn cho tiếng; kiểm tra dây cắm; chương trình vẫn phát",
                "the input \"{device}\" gives no sound any more; check the cable; the programme goes on"
            ),
        }
    }
}
