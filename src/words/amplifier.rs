//! What becomes of the amplifier's switch.

use crate::amplifier::{HookFault, Switch};
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

/// The switch was thrown.
pub(super) fn switched(switch: Switch, lang: Lang) -> String {
    match switch {
        Switch::On => say!(lang, "Đã bật âm ly", "The amplifier is switched on"),
        Switch::Off => say!(lang, "Đã tắt âm ly", "The amplifier is switched off"),
    }
}

/// A command that fails, `tries` times by now.
pub(super) fn not_switched(switch: Switch, program: &str, fault: &HookFault, tries: u32, lang: Lang) -> String {
    let fault = fault.say(lang);
    let times = match tries {
        0 | 1 => String::new(),
        tries => say!(lang, " Đã thử {tries} lần.", " Tried {tries} times."),
    };
    match switch {
        Switch::On => say!(
            lang,
            "KHÔNG BẬT ĐƯỢC ÂM LY: {program} {fault}. Vẫn phát đúng giờ, đang tự thử lại; bật bằng tay, rồi gõ thử lệnh amplifier.on của station.yaml.{times}",
            "THE AMPLIFIER CANNOT BE SWITCHED ON: {program} {fault}. The programme goes out on time, trying again by itself; switch it on by hand, then try the command amplifier.on of station.yaml.{times}"
        ),
        Switch::Off => say!(
            lang,
            "KHÔNG TẮT ĐƯỢC ÂM LY: {program} {fault}. Đang tự thử lại; tắt bằng tay, rồi gõ thử lệnh amplifier.off của station.yaml.{times}",
            "THE AMPLIFIER CANNOT BE SWITCHED OFF: {program} {fault}. Trying again by itself; switch it off by hand, then try the command amplifier.off of station.yaml.{times}"
        ),
    }
}
