//! What `loa alert`, `loa stop` and `loa resume` say.

use crate::say;
use crate::time::Frames;
use crate::words::{Lang, Say};

/// One message about an emergency or latched silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Urgent {
    /// No station runs in this home.
    NobodyToTell,
    /// It runs, but its door cannot be used.
    DoorClosed {
        detail: String,
    },
    /// It runs, but its socket is gone.
    NoDoor,
    /// An older program runs, whose database is not to be changed under it.
    OlderRuns,
    /// It was told, but did not answer in time.
    NoAnswer,
    AlertWithoutFile,
    NoSuchAlert {
        path: String,
    },
    CannotAir {
        path: String,
        why: String,
    },
    AlertOn {
        title: String,
    },
    /// Another is on the air.
    AlertWaits,
    /// It is heard when the amplifier is warm.
    AlertWarmsUp {
        length: Frames,
    },
    /// No device sounds; the alert waits for one.
    AlertUnheard {
        device: String,
    },
    /// The station could not play its file.
    AlertRefused,
    /// No copy of it can be kept.
    AlertWithoutCopy {
        path: String,
    },
    /// What can be done where no copy can be kept.
    AlertFromAudio,
    /// So many were in force.
    AlertsCancelled {
        alerts: usize,
    },
    Silenced,
    Released,
    SilencedAlready,
    NotSilenced,
    QuietForAlert {
        quiet: String,
    },
    NoSuchZone {
        name: String,
        known: String,
    },
    /// Done, but a restart would forget it.
    WordNotKept {
        detail: String,
    },
}

impl Say for Urgent {
    #[expect(clippy::too_many_lines, reason = "one sentence after another")]
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NobodyToTell => say!(
                lang,
                "không có chương trình nào đang chạy cho đài này; chạy `loa run` rồi làm lại",
                "no station is running in this home; start `loa run`, then try again"
            ),
            Self::DoorClosed { detail } => say!(
                lang,
                "không nói chuyện được với chương trình đang chạy ({detail}); dùng tài khoản có quyền trên thư mục data/",
                "the running station cannot be spoken to ({detail}); use an account that may write to data/"
            ),
            Self::NoDoor => say!(
                lang,
                "chương trình đang chạy nhưng chưa nhận lệnh được (đang khởi động, hoặc mất data/loa.sock); thử lại sau một phút, hoặc khởi động lại",
                "the station runs, but takes no commands (it is starting, or data/loa.sock is gone); try again in a minute, or start it anew"
            ),
            Self::OlderRuns => say!(
                lang,
                "đài còn đang chạy bản loa cũ; nó tự lên bản mới khi không còn gì đang phát, làm lại sau đó",
                "the station still runs the older loa; it starts anew when nothing is on the air: try again then"
            ),
            Self::NoAnswer => say!(
                lang,
                "chương trình đang chạy không trả lời kịp; xem `loa status` rồi làm lại nếu cần",
                "the running station did not answer in time; see `loa status`, then try again if need be"
            ),
            Self::AlertWithoutFile => say!(
                lang,
                "cần tên tệp để phát, ví dụ `loa alert lu.mp3`; hoặc --cancel để dừng",
                "which file? such as `loa alert flood.mp3`; or --cancel to end it"
            ),
            Self::NoSuchAlert { path } => say!(
                lang,
                "không có tệp {path}, cả ở đây lẫn trong audio/, hoặc đó không phải tệp thường",
                "there is no file {path}, neither here nor below audio/, or it is no ordinary file"
            ),
            Self::CannotAir { path, why } => {
                say!(
                    lang,
                    "{path} không phát được: {why}; chọn tệp khác",
                    "{path} cannot air: {why}; choose another file"
                )
            }
            Self::AlertOn { title } => {
                say!(lang, "Đang phát khẩn cấp: {title}", "Emergency on the air: {title}")
            }
            Self::AlertWaits => say!(
                lang,
                "Một tin khẩn cấp khác đang phát; tin này phát ngay sau đó",
                "Another emergency is on the air; this one follows it"
            ),
            Self::AlertWarmsUp { length } => say!(
                lang,
                "Đã nhận tin khẩn cấp; phát sau {length}, khi âm ly đã sẵn sàng",
                "The emergency is taken; it is heard in {length}, when the amplifier has warmed up"
            ),
            Self::AlertUnheard { device } => say!(
                lang,
                "ĐÃ NHẬN TIN KHẨN CẤP NHƯNG CHƯA AI NGHE: thiết bị âm thanh \"{device}\" không có; sẽ phát ngay khi có lại. Kiểm tra dây, nguồn; báo tin bằng cách khác",
                "THE EMERGENCY IS TAKEN, BUT NOBODY HEARS IT: the sound device \"{device}\" is not there; it airs as soon as it is back. Check cable and power; tell people some other way"
            ),
            Self::AlertWithoutCopy { path } => say!(
                lang,
                "ổ đĩa không ghi được: {path} phát thẳng từ chỗ đang nằm; đừng xóa, đừng rút USB cho đến khi phát xong",
                "the disk takes no copy: {path} airs from where it lies; leave it there until it is over"
            ),
            Self::AlertFromAudio => say!(
                lang,
                "ổ đĩa không ghi được bản sao; tệp nằm sẵn trong audio/ của đài thì vẫn phát khẩn cấp được",
                "the disk takes no copy; a file that lies in the station's audio/ already can be aired all the same"
            ),
            Self::AlertRefused => say!(
                lang,
                "TIN KHẨN CẤP KHÔNG PHÁT ĐƯỢC: đài không đọc được tệp; `loa log` ghi vì sao. Báo tin bằng cách khác",
                "THE EMERGENCY IS NOT ON THE AIR: the station cannot play the file; `loa log` says why. Tell people some other way"
            ),
            Self::AlertsCancelled { alerts } => say!(
                lang,
                "Đã dừng bản tin khẩn ({alerts} bản tin còn hiệu lực)",
                "No emergency airs any more ({alerts} were in force)"
            ),
            Self::Silenced => say!(
                lang,
                "Đã tắt tiếng. Không phát gì cho đến khi `loa resume`, kể cả sau khi khởi động lại.",
                "Silenced. Nothing airs before `loa resume`, not even after a restart."
            ),
            Self::Released => say!(lang, "Được phát trở lại.", "On the air again."),
            Self::SilencedAlready => say!(
                lang,
                "đài đang tắt tiếng theo lệnh; chạy `loa resume` trước",
                "the station is silenced; `loa resume` first"
            ),
            Self::NotSilenced => say!(lang, "đài không bị tắt tiếng", "the station is not silenced"),
            Self::QuietForAlert { quiet } => say!(
                lang,
                "đang trong giờ im lặng {quiet}; thêm --in-quiet-hours nếu vẫn phải phát",
                "these are quiet hours ({quiet}); add --in-quiet-hours if it has to air all the same"
            ),
            Self::NoSuchZone { name, known } => say!(
                lang,
                "không có cụm loa \"{name}\"; các cụm có: {known}",
                "there is no zone \"{name}\"; there are: {known}"
            ),
            Self::WordNotKept { detail } => say!(
                lang,
                "chưa ghi được lệnh vào cơ sở dữ liệu ({detail}); khởi động lại sẽ mất lệnh này",
                "this could not be written down ({detail}); a restart would forget it"
            ),
        }
    }
}
