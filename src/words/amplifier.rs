//! What becomes of the amplifier's switch.

use crate::amplifier::{Failure, HookFault, Switch};
use crate::say;
use crate::words::{Lang, Say, decimal};

impl Say for HookFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NotStarted { detail } => say!(lang, "không chạy được ({detail})", "cannot be run ({detail})"),
            Self::Refused { code, said } => {
                let said = behind(said);
                say!(lang, "báo lỗi {code}{said}", "ended with error {code}{said}")
            }
            Self::Killed { signal, said } => {
                let said = behind(said);
                say!(lang, "bị tín hiệu {signal} dừng{said}", "was ended by signal {signal}{said}")
            }
            Self::TooSlow { after, said } => {
                let (secs, said) = (decimal(after.as_secs_rounded(), 1, lang), behind(said));
                say!(
                    lang,
                    "quá {secs} giây chưa xong, đã bị dừng{said}",
                    "was not done within {secs} s and was ended{said}"
                )
            }
        }
    }
}

/// What a command said last, behind what became of it.
fn behind(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

/// The switch was thrown; news if that had failed before.
pub(super) fn switched(switch: Switch, failed_before: u32, lang: Lang) -> String {
    match (switch, failed_before) {
        (Switch::On, 0) => say!(lang, "Đã bật âm ly", "The amplifier is switched on"),
        (Switch::Off, 0) => say!(lang, "Đã tắt âm ly", "The amplifier is switched off"),
        (Switch::On, times) => {
            say!(
                lang,
                "Đã bật được âm ly, sau {times} lần hỏng",
                "The amplifier is switched on, after {times} failures"
            )
        }
        (Switch::Off, times) => {
            say!(
                lang,
                "Đã tắt được âm ly, sau {times} lần hỏng",
                "The amplifier is switched off, after {times} failures"
            )
        }
    }
}

/// The first time that a command fails.
pub(super) fn not_switched(switch: Switch, program: &str, fault: &HookFault, lang: Lang) -> String {
    let fault = fault.say(lang);
    match switch {
        Switch::On => say!(
            lang,
            "KHÔNG BẬT ĐƯỢC ÂM LY: {program} {fault}. Vẫn phát đúng giờ, đang tự thử lại; bật bằng tay.",
            "THE AMPLIFIER CANNOT BE SWITCHED ON: {program} {fault}. The programme goes out on time, trying again by itself; switch it on by hand."
        ),
        Switch::Off => say!(
            lang,
            "KHÔNG TẮT ĐƯỢC ÂM LY: {program} {fault}. Đang tự thử lại; tắt bằng tay.",
            "THE AMPLIFIER CANNOT BE SWITCHED OFF: {program} {fault}. Trying again by itself; switch it off by hand."
        ),
    }
}

/// A failure that stands, for whoever looks later. `since` as the station's clock showed it.
#[must_use]
pub fn amplifier_alarm(switch: Switch, program: &str, failure: &Failure, since: &str, lang: Lang) -> String {
    let (fault, tries) = (failure.fault.say(lang), failure.tries);
    match switch {
        Switch::On => say!(
            lang,
            "không bật được âm ly từ {since}, đã thử {tries} lần: {program} {fault}; bật bằng tay, rồi gõ thử lệnh amplifier.on của station.yaml",
            "the amplifier cannot be switched on since {since}, tried {tries} times: {program} {fault}; switch it on by hand, then try the command amplifier.on of station.yaml"
        ),
        Switch::Off => say!(
            lang,
            "không tắt được âm ly từ {since}, đã thử {tries} lần: {program} {fault}; tắt bằng tay, rồi gõ thử lệnh amplifier.off của station.yaml",
            "the amplifier cannot be switched off since {since}, tried {tries} times: {program} {fault}; switch it off by hand, then try the command amplifier.off of station.yaml"
        ),
    }
}
