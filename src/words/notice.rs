//! What happens, for a person watching or reading the journal.

use crate::airtime::{Lost, Outcome, Reason};
use crate::amplifier::{HookFault, Switch};
use crate::library::Defect;
use crate::playout::SoundFault;
use crate::proof::Deaf;
use crate::rundown::Why;
use crate::say;
use crate::time::Frames;
use crate::words::amplifier::{not_switched, switched};
use crate::words::database::log_anew;
use crate::words::{Lang, NotArchived, Say, word};
use crate::written::{Fault, Problem};

/// One thing worth a line. Instants come as the station's clock shows them.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    SessionBegan {
        title: String,
        end: String,
        items: usize,
    },
    SessionOver {
        title: String,
    },
    ItemBegan {
        title: String,
        length: Frames,
        next: Option<String>,
    },
    ItemEnded {
        title: String,
        outcome: Outcome,
        reason: Option<Reason>,
        heard: Frames,
    },
    LeftOut {
        title: String,
        outcome: Outcome,
        why: Why,
    },
    FileBroke {
        title: String,
        defect: Defect,
    },
    /// What a relay announced of itself.
    RelayTitle {
        relay: String,
        title: String,
    },
    /// Nothing comes from a relay any more; it is tried again.
    RelayLost {
        relay: String,
        defect: Defect,
    },
    RelayBack {
        relay: String,
    },
    DeviceLost {
        fault: SoundFault,
    },
    DeviceBack {
        device: String,
    },
    /// The amplifier's command worked, after it had failed so often.
    AmplifierSwitched {
        switch: Switch,
        failed_before: u32,
    },
    AmplifierFailed {
        switch: Switch,
        program: String,
        fault: HookFault,
    },
    /// What comes next, said when nothing is on.
    Next {
        title: String,
        at: String,
    },
    /// No session is ahead today or tomorrow.
    NothingAhead,
    /// Sessions that passed while nothing could air.
    PassedOver {
        title: String,
        at: String,
        reason: Reason,
    },
    /// The computer's clock cannot be right.
    ClockUntrusted {
        last_known: String,
    },
    ClockTrusted,
    LogNotWritten {
        detail: String,
    },
    LogWritten,
    /// What aired is not kept.
    NotArchived {
        path: String,
        why: NotArchived,
    },
    /// A new database was begun; these were taken over from the one before.
    LogAnew {
        lost: Lost,
        detail: String,
        level: Option<String>,
        silenced: bool,
        entries: usize,
    },
    /// The database was taken away while the station ran.
    LogPutBack,
    RowsLost {
        lost: Lost,
    },
    Written(Box<Problem<Fault>>),
    FolderGone {
        folder: String,
        detail: String,
    },
    LevelChanged {
        level: String,
    },
    /// Silence stood for sound: so much because the decoder was late, so often because the device ran empty.
    Underrun {
        zone: String,
        device: String,
        length: Frames,
        times: u64,
    },
    /// Other commands cannot speak with the station.
    DoorShut {
        socket: String,
        detail: String,
    },
    /// The capture input hears nothing.
    Deaf(Deaf),
    /// The program ends as soon as nobody would notice, to be started anew.
    StartsAnew,
    /// An operator latched silence, and released it.
    Silenced,
    Released,
    Stopped,
    /// Stopped while the log could not be written: so many entries are lost.
    StoppedUnwritten {
        entries: usize,
        detail: String,
    },
}

impl Say for Notice {
    #[expect(clippy::too_many_lines, reason = "one sentence a notice")]
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::SessionBegan { title, end, items } => {
                let title = session_title(title, lang);
                say!(
                    lang,
                    "Buổi phát \"{title}\": {items} mục, hết giờ lúc {end}",
                    "Session \"{title}\": {items} items, ends at {end}"
                )
            }
            Self::SessionOver { title } => {
                let title = session_title(title, lang);
                say!(lang, "Hết buổi \"{title}\"", "Session \"{title}\" is over")
            }
            Self::ItemBegan { title, length, next: Some(next) } => {
                say!(
                    lang,
                    "Đang phát: {title} ({length}); tiếp theo: {next}",
                    "On the air: {title} ({length}); next: {next}"
                )
            }
            Self::ItemBegan { title, length, next: None } => {
                say!(
                    lang,
                    "Đang phát: {title} ({length}); hết buổi",
                    "On the air: {title} ({length}); nothing after it"
                )
            }
            Self::ItemEnded { title, outcome, reason, heard } => {
                let outcome = outcome.say(lang);
                let why = reason.map_or_else(String::new, |reason| format!(": {}", reason.say(lang)));
                format!("{title} – {outcome} ({heard}){why}")
            }
            Self::LeftOut { title, outcome, why } => {
                let (outcome, why) = (outcome.say(lang), why.say(lang));
                format!("{title} – {outcome}: {why}")
            }
            Self::FileBroke { title, defect } if defect.is_of_a_stream() => {
                let why = defect.say(lang);
                say!(lang, "Thôi tiếp âm \"{title}\": {why}", "Relay \"{title}\" is given up: {why}")
            }
            Self::FileBroke { title, defect } => {
                let why = defect.say(lang);
                say!(lang, "Tệp \"{title}\" hỏng khi phát: {why}", "File \"{title}\" broke on the air: {why}")
            }
            Self::RelayTitle { relay, title } => {
                say!(lang, "Tiếp âm \"{relay}\" báo đang phát: {title}", "Relay \"{relay}\" announces: {title}")
            }
            Self::RelayLost { relay, defect } => {
                let why = defect.say(lang);
                say!(
                    lang,
                    "Mất tiếp âm \"{relay}\": {why}. Đang tự nối lại.",
                    "Relay \"{relay}\" is lost: {why}. Connecting again by itself."
                )
            }
            Self::RelayBack { relay } => say!(lang, "Tiếp âm \"{relay}\" đã có lại", "Relay \"{relay}\" is back"),
            Self::DeviceLost { fault } => {
                let fault = fault.say(lang);
                say!(lang, "MẤT TIẾNG: {fault}. Đang tự thử lại.", "NO SOUND: {fault}. Trying again by itself.")
            }
            Self::DeviceBack { device } => {
                say!(lang, "Thiết bị âm thanh \"{device}\" đã có lại", "Sound device \"{device}\" is back")
            }
            Self::AmplifierSwitched { switch, failed_before } => switched(*switch, *failed_before, lang),
            Self::AmplifierFailed { switch, program, fault } => not_switched(*switch, program, fault, lang),
            Self::Next { title, at } => {
                let title = session_title(title, lang);
                say!(lang, "Tiếp theo: buổi \"{title}\" lúc {at}", "Next: session \"{title}\" at {at}")
            }
            Self::NothingAhead => say!(
                lang,
                "Hôm nay và hai ngày tới không có buổi phát nào; xem `loa check`",
                "No session today or in the next two days; see `loa check`"
            ),
            Self::PassedOver { title, at, reason } => {
                let (title, reason) = (session_title(title, lang), reason.say(lang));
                say!(lang, "Lỡ buổi \"{title}\" lúc {at}: {reason}", "Session \"{title}\" at {at} was missed: {reason}")
            }
            Self::ClockUntrusted { last_known } => say!(
                lang,
                "ĐỒNG HỒ SAI: lần cuối đã là {last_known}. Ngừng phát theo lịch cho đến khi chỉnh lại giờ (date, pin CMOS).",
                "THE CLOCK IS WRONG: it was {last_known} before. Nothing scheduled airs until it is set (date, clock battery)."
            ),
            Self::ClockTrusted => {
                say!(lang, "Đồng hồ đã đúng, phát theo lịch", "The clock is right again, on schedule")
            }
            Self::LogNotWritten { detail } => say!(
                lang,
                "KHÔNG GHI ĐƯỢC NHẬT KÝ ({detail}); vẫn phát, giữ trong bộ nhớ; kiểm tra ổ đĩa",
                "THE LOG CANNOT BE WRITTEN ({detail}); still on the air, kept in memory; check the disk"
            ),
            Self::NotArchived { path, why } => why.of(path, lang),
            Self::LogAnew { lost, detail, level, silenced, entries } => {
                log_anew(lost, detail, level.as_deref(), *silenced, *entries, lang)
            }
            Self::LogPutBack => say!(
                lang,
                "CƠ SỞ DỮ LIỆU BỊ DỜI ĐI trong lúc đài đang chạy; đã ghi lại đầy đủ vào chỗ cũ. Đừng động vào data/ khi đài chạy",
                "THE DATABASE WAS TAKEN AWAY while the station ran; it was written back in full. Keep out of data/ while it runs"
            ),
            Self::RowsLost { lost } => {
                let lost = lost.say(lang);
                say!(lang, "NHẬT KÝ THIẾU: {lost}", "THE LOG HAS A GAP: {lost}")
            }
            Self::LogWritten => say!(lang, "Nhật ký đã ghi lại được", "The log is written again"),
            Self::Written(problem) => problem.say(lang),
            Self::FolderGone { folder, detail } => say!(
                lang,
                "Không thấy thư mục {folder} ({detail}); cắm lại ổ đĩa; danh mục cũ vẫn giữ",
                "The folder {folder} is gone ({detail}); plug the drive in again; what was known of it holds"
            ),
            Self::LevelChanged { level } => {
                say!(lang, "Cấp độ dịch đang áp dụng: {level}", "Response level in force: {level}")
            }
            Self::StoppedUnwritten { entries, detail } => say!(
                lang,
                "ĐÃ TẮT KHI CHƯA GHI ĐƯỢC NHẬT KÝ ({detail}): mất {entries} mục; dọn ổ đĩa rồi chạy lại",
                "STOPPED WHILE THE LOG COULD NOT BE WRITTEN ({detail}): {entries} entries are lost; mend the disk, then start again"
            ),
            Self::Underrun { zone, device, length, times } => {
                let millis = length.duration().as_millis();
                say!(
                    lang,
                    "HỤT TIẾNG {millis} ms, {times} lần ở cụm loa {zone} ({device}); máy quá bận hoặc ổ đĩa chậm",
                    "DROP-OUT of {millis} ms, {times} times, on zone {zone} ({device}); the machine is too busy or the disk too slow"
                )
            }
            Self::DoorShut { socket, detail } => say!(
                lang,
                "KHÔNG NHẬN ĐƯỢC LỆNH: {socket} không mở được ({detail}); `loa stop`, `loa alert` không dùng được; sửa quyền hoặc dọn chỗ đó rồi khởi động lại",
                "NO COMMAND CAN BE TAKEN: {socket} cannot be opened ({detail}); `loa stop` and `loa alert` do not work; mend its rights or clear the place, then start anew"
            ),
            Self::Deaf(deaf) => deaf.say(lang),
            Self::StartsAnew => word(
                lang,
                "Sẽ khởi động lại khi không còn gì đang phát và không buổi nào sắp bắt đầu",
                "Starts anew as soon as nothing is on the air and no session is about to begin",
            )
            .to_owned(),
            Self::Silenced => say!(
                lang,
                "ĐÃ TẮT TIẾNG theo lệnh; chỉ phát lại sau `loa resume`",
                "SILENCED by the operator; nothing airs before `loa resume`"
            ),
            Self::Released => say!(lang, "Được phát trở lại", "The air is free again"),
            Self::Stopped => say!(lang, "Đã tắt, nhật ký đã đóng", "Stopped, the log is closed"),
        }
    }
}

/// The title of a session; a make-up has none of its own.
#[must_use]
pub fn session_title(title: &str, lang: Lang) -> String {
    if title.is_empty() { word(lang, "Phát bù", "Make-up").to_owned() } else { title.to_owned() }
}
