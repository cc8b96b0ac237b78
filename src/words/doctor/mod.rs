//! What `loa doctor` says: for each finding what is the case, and what to do about it.
//!
//! Written to be read aloud over the telephone: the thing by its name, then one command or one move of the hand.

mod home;
mod machine;
mod sound;
mod talk;

pub use talk::DoctorTalk;

use crate::doctor::{Finding, State, Topic};
use crate::say;
use crate::words::{Lang, Say, word};

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What is the case.
    pub what: String,
    /// What to do; nothing where all is well.
    pub next_step: Option<String>,
}

impl Advice {
    fn none(what: String) -> Self {
        Self { what, next_step: None }
    }

    fn new(what: String, next_step: String) -> Self {
        Self { what, next_step: Some(next_step) }
    }
}

impl Finding {
    /// What it says.
    #[must_use]
    pub fn advice(&self, lang: Lang) -> Advice {
        match self {
            Self::Sound(finding) => sound::advice(finding, lang),
            Self::Machine(finding) => machine::advice(finding, lang),
            Self::Home(finding) => home::advice(finding, lang),
            Self::Late(topic) => late(*topic, lang),
        }
    }
}

fn late(topic: Topic, lang: Lang) -> Advice {
    let what = say!(lang, "chưa xem xong trong 5 giây", "the look was not over within 5 seconds");
    let next_step = match topic {
        Topic::Device | Topic::Mixer => say!(
            lang,
            "thiết bị âm thanh không trả lời: rút card USB ra cắm lại, hoặc khởi động lại máy, rồi chạy lại",
            "the sound device does not answer: unplug the USB card and plug it in again, or restart the computer, then try again"
        ),
        Topic::Schedule | Topic::NextSession | Topic::Station => say!(
            lang,
            "có lẽ các tệp mới đang được đọc lần đầu: chạy `loa check`, chờ xong rồi chạy lại",
            "new files are perhaps being read for the first time: run `loa check`, wait for its end, then try again"
        ),
        Topic::Database | Topic::Seal => say!(
            lang,
            "nhật ký lớn hoặc ổ đĩa chậm: kiểm tra riêng bằng `loa log verify`",
            "a large log or a slow disk: check it by itself with `loa log verify`"
        ),
        _ => say!(
            lang,
            "máy đang bận hoặc ổ đĩa chậm: chờ một phút rồi chạy lại",
            "the computer is busy or its disk slow: wait a minute, then try again"
        ),
    };
    Advice::new(what, next_step)
}

impl Say for State {
    fn say(&self, lang: Lang) -> String {
        let text = match self {
            Self::Ok => word(lang, "tốt", "good"),
            Self::Warning => word(lang, "LƯU Ý", "NOTE"),
            Self::Error => word(lang, "LỖI", "WRONG"),
            Self::Unknown => word(lang, "không rõ", "unknown"),
            Self::Hint => word(lang, "tự xem", "look"),
        };
        text.to_owned()
    }
}

impl Say for Topic {
    fn say(&self, lang: Lang) -> String {
        let text = match self {
            Self::Settings => word(lang, "Cài đặt đài", "Settings"),
            Self::Device => word(lang, "Đường ra âm thanh", "Sound output"),
            Self::Mixer => word(lang, "Âm lượng của máy", "Volume"),
            Self::SoundAccess => word(lang, "Quyền dùng âm thanh", "Right to the sound card"),
            Self::SoundTest => word(lang, "Phát thử", "Sound test"),
            Self::Clock => word(lang, "Đồng hồ", "Clock"),
            Self::Timezone => word(lang, "Múi giờ", "Time zone"),
            Self::Folders => word(lang, "Thư mục và quyền", "Folders and rights"),
            Self::Disk => word(lang, "Ổ đĩa", "Disk"),
            Self::Database => word(lang, "Cơ sở dữ liệu", "Database"),
            Self::Seal => word(lang, "Niêm phong nhật ký", "Seal of the log"),
            Self::Schedule => word(lang, "Lịch và chỉ tiêu", "Schedules and obligations"),
            Self::NextSession => word(lang, "Buổi kế tiếp", "Next session"),
            Self::Station => word(lang, "Chương trình phát", "The program"),
            Self::Alarm => word(lang, "Cảnh báo", "Alarms"),
            Self::Service => word(lang, "Tự chạy cùng máy", "Service"),
            Self::Power => word(lang, "Có điện lại", "Power after an outage"),
        };
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{HomeFinding, MachineFinding, SoundFinding};
    use crate::playout::SoundFault;

    /// Whatever is not good says what to do, in both languages.
    #[test]
    fn nothing_wrong_is_left_without_a_next_step() {
        let text = || "x".to_owned();
        let zones = || vec!["cho".to_owned()];
        let findings: Vec<Finding> = vec![
            SoundFinding::DeviceLost { zones: zones(), device: text() }.into(),
            SoundFinding::DeviceFails { zones: zones(), fault: SoundFault::Absent { device: text() } }.into(),
            SoundFinding::ToNowhere { zones: zones() }.into(),
            SoundFinding::ToFile { zones: zones(), device: text() }.into(),
            SoundFinding::Muted { card: text(), control: text() }.into(),
            SoundFinding::TooLow { card: text(), control: text(), level: text() }.into(),
            SoundFinding::VolumeUnknown { card: text(), detail: text() }.into(),
            SoundFinding::MayNotOpen { user: text(), group: text() }.into(),
            SoundFinding::NoCards.into(),
            SoundFinding::NothingWentOut { zone: None, device: text() }.into(),
            SoundFinding::GaveWay { zone: None }.into(),
            SoundFinding::AmplifierByHand.into(),
            MachineFinding::ClockImpossible { shown: text() }.into(),
            MachineFinding::ClockBehind { shown: text(), last_known: text() }.into(),
            MachineFinding::ClockAhead { shown: text(), last_known: text() }.into(),
            MachineFinding::ClockGuessed { shown: text(), battery: text() }.into(),
            MachineFinding::ClockUnsynced { shown: text() }.into(),
            MachineFinding::ZoneOther { system: text(), station: text() }.into(),
            MachineFinding::DiskFull { megabytes: 3 }.into(),
            MachineFinding::DiskReadOnly.into(),
            MachineFinding::NoSystemd.into(),
            MachineFinding::ServiceMissing.into(),
            MachineFinding::ServiceMasked.into(),
            MachineFinding::ServiceDisabled.into(),
            MachineFinding::ServiceFailed.into(),
            MachineFinding::ServiceStopped.into(),
            MachineFinding::PowerAfterOutage.into(),
            HomeFinding::NoHome { dir: text() }.into(),
            HomeFinding::FolderMissing { folder: text() }.into(),
            HomeFinding::Unreadable { user: text(), paths: zones() }.into(),
            HomeFinding::Unwritable { user: text(), paths: zones() }.into(),
            HomeFinding::DatabaseDamaged { detail: text() }.into(),
            HomeFinding::NothingAhead.into(),
            HomeFinding::NotRunning.into(),
            HomeFinding::Mute.into(),
            HomeFinding::Silenced.into(),
            HomeFinding::NeedsSettings { topic: Topic::Schedule }.into(),
            Finding::Late(Topic::Device),
        ];
        for finding in findings {
            assert_ne!(finding.state(), State::Ok, "{finding:?}");
            for lang in [Lang::Vi, Lang::En] {
                let advice = finding.advice(lang);
                assert!(!advice.what.is_empty() && advice.next_step.is_some(), "{finding:?}");
            }
        }
    }
}
