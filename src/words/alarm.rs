//! What is wrong with the station, what to do about it, and that it is over.

use crate::airtime::HOUSE_ZONE;
use crate::alarm::{Alarm, Sentence, Trouble, What};
use crate::say;
use crate::words::amplifier::not_switched;
use crate::words::last_good::in_force;
use crate::words::{Lang, Say, Weight, day, on_one_line};

impl Sentence {
    /// What is to be said, in both languages.
    #[must_use]
    pub fn of(value: &impl Say) -> Self {
        Self { vi: value.say(Lang::Vi), en: value.say(Lang::En) }
    }
}

impl Say for Sentence {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.vi.clone(),
            Lang::En => self.en.clone(),
        }
    }
}

impl Say for Trouble {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::ClockUntrusted { shown, last_known } => say!(
                lang,
                "ĐỒNG HỒ SAI: máy báo {shown}, lần cuối biết là {last_known}. Ngừng phát theo lịch cho đến khi chỉnh lại giờ (date -s, hwclock --systohc; thay pin CMOS), hoặc có người xác nhận: loa clock confirm --by TÊN",
                "THE CLOCK IS WRONG: it shows {shown}, {last_known} was known before. Nothing scheduled airs until it is set (date -s, hwclock --systohc; a new clock battery), or somebody confirms it: loa clock confirm --by NAME"
            ),
            Self::ClockGuessed { shown, battery } => say!(
                lang,
                "ĐỒNG HỒ CHỈ ĐOÁN: pin trên bo mạch (CR2032) đã quên giờ, báo {battery}; máy đi tiếp từ giờ đã lưu trên ổ đĩa, nay là {shown}, không biết mất điện bao lâu. Ngừng phát theo lịch cho đến khi chỉnh lại giờ (date -s, hwclock --systohc), hoặc có người xác nhận: loa clock confirm --by TÊN",
                "THE CLOCK IS A GUESS: its battery (CR2032) has forgotten the time and says {battery}; the computer goes on from a time it kept on its disk, {shown} by now, and how long the power was out nobody knows. Nothing scheduled airs until it is set (date -s, hwclock --systohc), or somebody confirms it: loa clock confirm --by NAME"
            ),
            Self::DeviceLost { zone, fault } => {
                let fault = fault.say(lang);
                let zone = match zone.as_str() {
                    HOUSE_ZONE => String::new(),
                    zone => say!(lang, " ở cụm loa {zone}", " on zone {zone}"),
                };
                say!(
                    lang,
                    "MẤT TIẾNG{zone}: {fault}. Đang tự thử lại.",
                    "NO SOUND{zone}: {fault}. Trying again by itself."
                )
            }
            Self::AmplifierFailed { switch, program, fault, tries } => {
                not_switched(*switch, program, fault, *tries, lang)
            }
            Self::Deaf(deaf) => deaf.say(lang),
            Self::RelayLost { relay, defect } => {
                let why = defect.say(lang);
                say!(
                    lang,
                    "Mất tiếp âm \"{relay}\": {why}. Đang tự nối lại.",
                    "Relay \"{relay}\" is lost: {why}. Connecting again by itself."
                )
            }
            trouble => of_files(trouble, lang)
                .or_else(|| of_the_disk(trouble, lang))
                .unwrap_or_else(|| of_the_day(trouble, lang)),
        }
    }
}

fn of_files(trouble: &Trouble, lang: Lang) -> Option<String> {
    Some(match trouble {
        Trouble::Mistake { first, more, standing } => {
            let (spot, fault, in_force) = (on_one_line(&first.spot()), first.fault.say(lang), in_force(standing, lang));
            let more = match more {
                0 => String::new(),
                more => say!(lang, " (và {more} lỗi nữa, xem `loa check`)", " (and {more} more, see `loa check`)"),
            };
            format!("{spot}: {fault}{more}; {in_force}")
        }
        Trouble::FolderGone { folder, detail } => say!(
            lang,
            "Không thấy thư mục {folder} ({detail}); cắm lại ổ đĩa; danh mục cũ vẫn giữ",
            "The folder {folder} is gone ({detail}); plug the drive in again; what was known of it holds"
        ),
        Trouble::FileUnfit { path, status } => {
            let path = on_one_line(path);
            let why = status.say(lang);
            format!("audio/{path}: {why}")
        }
        Trouble::SetIncomplete { expected, present } => say!(
            lang,
            "Bộ tệp của Bộ thiếu: cần {expected} tệp, chỉ có {present}; chép nốt vào audio/ministry",
            "The ministry set is incomplete: {expected} files are expected, {present} are there; copy the rest into audio/ministry"
        ),
        Trouble::More { what: What::Mistake, count } => say!(
            lang,
            "Còn {count} tệp nữa có lỗi; xem `loa check`",
            "{count} more files have mistakes; see `loa check`"
        ),
        Trouble::More { count, .. } => say!(
            lang,
            "Còn {count} tệp nữa không phát được; xem `loa library`",
            "{count} more files cannot air; see `loa library`"
        ),
        _ => return None,
    })
}

fn of_the_disk(trouble: &Trouble, lang: Lang) -> Option<String> {
    Some(match trouble {
        Trouble::LogNotWritten { detail, waiting } => say!(
            lang,
            "KHÔNG GHI ĐƯỢC NHẬT KÝ ({detail}); vẫn phát, giữ trong bộ nhớ {waiting} mục; kiểm tra ổ đĩa",
            "THE LOG CANNOT BE WRITTEN ({detail}); still on the air, {waiting} entries kept in memory; check the disk"
        ),
        Trouble::DiskFull { megabytes } => say!(
            lang,
            "Ổ ĐĨA SẮP ĐẦY: còn {megabytes} MB; chép bớt tệp cũ trong audio/bulletins ra USB rồi xóa, đừng xóa data/",
            "THE DISK IS NEARLY FULL: {megabytes} MB left; move old files of audio/bulletins to a USB stick, delete nothing in data/"
        ),
        Trouble::DiskReadOnly => say!(
            lang,
            "Ổ ĐĨA CHỈ CHO ĐỌC: nhật ký không ghi được; khởi động lại máy, vẫn vậy thì thay ổ đĩa",
            "THE DISK IS READ-ONLY: no log can be written; restart the computer, and if it stays so change the disk"
        ),
        Trouble::DoorShut { socket, detail } => say!(
            lang,
            "KHÔNG NHẬN ĐƯỢC LỆNH: {socket} không mở được ({detail}); `loa stop`, `loa alert` không dùng được; sửa quyền hoặc dọn chỗ đó rồi khởi động lại",
            "NO COMMAND CAN BE TAKEN: {socket} cannot be opened ({detail}); `loa stop` and `loa alert` do not work; mend its rights or clear the place, then start anew"
        ),
        _ => return None,
    })
}

fn of_the_day(trouble: &Trouble, lang: Lang) -> String {
    let Trouble::ObligationShort { schedule, date, required, reachable, .. } = trouble else {
        return format!("{trouble:?}");
    };
    let date = day(*date, lang);
    say!(
        lang,
        "Chỉ tiêu \"{schedule}\" ngày {date} không đạt được nữa: cần {required} lượt, nhiều nhất còn {reachable}; xem `loa plan`",
        "The obligation \"{schedule}\" of {date} cannot be met any more: {required} airings are owed, {reachable} at most are left; see `loa plan`"
    )
}

/// An alarm that is over.
pub(super) fn over(alarm: &Alarm, lang: Lang) -> String {
    let subject = &alarm.subject;
    match alarm.what {
        What::ClockUntrusted => say!(lang, "Đồng hồ đã đúng, phát theo lịch", "The clock is right again, on schedule"),
        What::LogNotWritten => say!(lang, "Nhật ký đã ghi lại được", "The log is written again"),
        What::DeviceLost if subject == HOUSE_ZONE => {
            say!(lang, "Thiết bị âm thanh đã có lại", "The sound device is back")
        }
        What::DeviceLost => say!(
            lang,
            "Thiết bị âm thanh của cụm loa {subject} đã có lại",
            "The sound device of zone {subject} is back"
        ),
        What::AmplifierFailed if subject == "on" => {
            say!(lang, "Hết lỗi bật âm ly", "Switching the amplifier on fails no more")
        }
        What::AmplifierFailed => say!(lang, "Hết lỗi tắt âm ly", "Switching the amplifier off fails no more"),
        What::Deaf => say!(lang, "Đường thu \"{subject}\" đã nghe lại được", "The input \"{subject}\" hears again"),
        What::RelayLost => {
            say!(lang, "Tiếp âm \"{subject}\" đã có lại hoặc đã hết giờ", "Relay \"{subject}\" is back, or over")
        }
        What::FolderGone => say!(lang, "Thư mục {subject} đã có lại", "The folder {subject} is back"),
        What::Mistake | What::FileUnfit if subject.is_empty() => {
            say!(lang, "Số tệp lỗi đã bớt", "There are fewer wrong files")
        }
        What::Mistake => say!(
            lang,
            "{subject}: hết lỗi, đang có hiệu lực như đã viết",
            "{subject}: no mistake any more, in force as it is written"
        ),
        What::FileUnfit => say!(lang, "{subject}: hết lỗi", "{subject}: nothing is wrong with it any more"),
        What::SetIncomplete => say!(lang, "Bộ tệp của Bộ đã đủ", "The ministry set is complete"),
        What::ObligationShort => {
            say!(lang, "Chỉ tiêu {subject}: hôm nay đạt được", "Obligation {subject}: it can be met today")
        }
        What::DiskFull => say!(lang, "Ổ đĩa đã có chỗ trống", "There is room on the disk again"),
        What::DiskReadOnly => say!(lang, "Ổ đĩa ghi lại được", "The disk can be written again"),
        What::DoorShut => say!(lang, "Lại nhận được lệnh qua {subject}", "Commands are taken again at {subject}"),
    }
}

/// An alarm that was open when the program ended, and is so still; `since` as the station's clock showed it.
pub(super) fn still(alarm: &Alarm, since: &str, lang: Lang) -> String {
    let text = alarm.text.say(lang);
    say!(lang, "Vẫn như từ {since}: {text}", "Still so since {since}: {text}")
}

/// How much an open alarm matters.
pub(super) const fn weight(what: What) -> Weight {
    match what {
        What::ClockUntrusted
        | What::LogNotWritten
        | What::DeviceLost
        | What::AmplifierFailed
        | What::FolderGone
        | What::DiskFull
        | What::DiskReadOnly
        | What::DoorShut => Weight::Alarm,
        What::Deaf
        | What::RelayLost
        | What::Mistake
        | What::FileUnfit
        | What::SetIncomplete
        | What::ObligationShort => Weight::Warning,
    }
}

/// One word for machines when an alarm is over.
pub(super) const fn event_over(what: What) -> &'static str {
    match what {
        What::ClockUntrusted => "clock_trusted",
        What::LogNotWritten => "log_written",
        What::DeviceLost => "device_back",
        What::AmplifierFailed => "amplifier_works",
        What::Deaf => "hears_again",
        What::RelayLost => "relay_back",
        What::Mistake => "mistake_mended",
        What::FolderGone => "folder_back",
        What::FileUnfit => "file_fit",
        What::SetIncomplete => "set_complete",
        What::ObligationShort => "obligation_within_reach",
        What::DiskFull => "disk_has_room",
        What::DiskReadOnly => "disk_writable",
        What::DoorShut => "door_open",
    }
}
