//! What happens, for a person watching or reading the journal.

use crate::airtime::{Lost, Outcome, Reason};
use crate::alarm::Alarm;
use crate::amplifier::Switch;
use crate::library::Defect;
use crate::rundown::Why;
use crate::say;
use crate::time::Frames;
use crate::words::alarm::{over, still};
use crate::words::amplifier::switched;
use crate::words::database::log_anew;
use crate::words::{Lang, NotArchived, Say, word};

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
    /// The amplifier's command worked.
    AmplifierSwitched {
        switch: Switch,
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
    /// The clock was set; rows and sessions go by the new time from here on.
    ClockSet {
        from: String,
        to: String,
    },
    /// It was set while something is on the air.
    ClockSetWaits {
        to: String,
    },
    /// The program did not run, though the computer did: it slept, or somebody stopped the process.
    StoodStill {
        since: String,
    },
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
    /// Something is wrong, from now on or again; `StillWrong` since before this run of the program.
    Wrong(Box<Alarm>),
    StillWrong {
        alarm: Box<Alarm>,
        since: String,
    },
    /// It is not so any more.
    Over(Box<Alarm>),
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
            Self::AmplifierSwitched { switch } => switched(*switch, lang),
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
            Self::ClockSet { from, to } => {
                say!(lang, "Giờ máy vừa được chỉnh từ {from} thành {to}", "The clock was set from {from} to {to}")
            }
            Self::ClockSetWaits { to } => say!(
                lang,
                "Giờ máy vừa được chỉnh thành {to} khi đang phát: buổi này phát nốt theo giờ cũ",
                "The clock was set to {to} while on the air: what is on ends by the time it began with"
            ),
            Self::StoodStill { since } => say!(
                lang,
                "Chương trình đứng im từ {since} (máy ngủ hoặc bị dừng): phần đã lỡ được ghi là mất điện",
                "The program stood still since {since} (the computer slept, or it was stopped): what was missed is put down to power"
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
            Self::Wrong(alarm) => alarm.text.say(lang),
            Self::StillWrong { alarm, since } => still(alarm, since, lang),
            Self::Over(alarm) => over(alarm, lang),
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
