//! Outputs, volumes, the right to the card, and what went out when it was tried.

use crate::doctor::SoundFinding;
use crate::playout::SoundFault;
use crate::say;
use crate::words::doctor::Advice;
use crate::words::{Lang, list, word};

pub fn advice(finding: &SoundFinding, lang: Lang) -> Advice {
    of_outputs(finding, lang).or_else(|| of_volumes(finding, lang)).unwrap_or_else(|| of_the_trial(finding, lang))
}

/// `zones cho, ubnd: `, where there are several.
fn on(zones: &[String], lang: Lang) -> String {
    let named = list(zones);
    if zones.is_empty() { String::new() } else { say!(lang, "cụm loa {named}: ", "zone {named}: ") }
}

fn of_outputs(finding: &SoundFinding, lang: Lang) -> Option<Advice> {
    Some(match finding {
        SoundFinding::DeviceOpens { zones, device } => {
            let on = on(zones, lang);
            Advice::none(say!(lang, "{on}mở được \"{device}\"", "{on}\"{device}\" can be opened"))
        }
        SoundFinding::DeviceInUse { zones, device } => {
            let on = on(zones, lang);
            Advice::none(say!(lang, "{on}đài đang phát ra \"{device}\"", "{on}the station is playing on \"{device}\""))
        }
        SoundFinding::DeviceLost { zones, device } => {
            let on = on(zones, lang);
            Advice::new(
                say!(
                    lang,
                    "{on}đài đã mất \"{device}\" giữa buổi phát và đang thử mở lại",
                    "{on}the station has lost \"{device}\" in mid-session and tries to open it again"
                ),
                at_the_card(lang),
            )
        }
        SoundFinding::DeviceFails { zones, fault } => {
            let on = on(zones, lang);
            let (what, next_step) = of_fault(fault, lang);
            Advice::new(format!("{on}{what}"), next_step)
        }
        SoundFinding::ToNowhere { zones } => {
            let on = on(zones, lang);
            Advice::new(
                say!(
                    lang,
                    "{on}đang đặt `silent`: phát đúng giờ nhưng không ra tiếng, không ai nghe thấy",
                    "{on}set to `silent`: everything is on time, and nobody hears it"
                ),
                at_the_settings(lang),
            )
        }
        SoundFinding::ToFile { zones, device } => {
            let on = on(zones, lang);
            Advice::new(
                say!(
                    lang,
                    "{on}tiếng được ghi vào tệp ({device}), không ra loa",
                    "{on}the sound is written to a file ({device}), not to a loudspeaker"
                ),
                at_the_settings(lang),
            )
        }
        _ => return None,
    })
}

fn of_fault(fault: &SoundFault, lang: Lang) -> (String, String) {
    match fault {
        SoundFault::Absent { device } => (
            say!(lang, "không thấy \"{device}\"", "\"{device}\" is not there"),
            say!(
                lang,
                "cắm lại card âm thanh; chạy `loa devices`, chép một mã trong đó vào output.device của station.yaml",
                "plug the sound card in again; run `loa devices` and copy one of its ids to output.device in station.yaml"
            ),
        ),
        SoundFault::Failed { device, detail } => (
            say!(lang, "không mở được \"{device}\" ({detail})", "\"{device}\" cannot be opened ({detail})"),
            say!(
                lang,
                "tắt chương trình khác đang dùng âm thanh (trình duyệt, trình phát nhạc); rút card ra cắm lại; hoặc chọn mã khác trong `loa devices`",
                "close other programs that use sound (browser, player); unplug the card and plug it in again; or choose another id from `loa devices`"
            ),
        ),
        SoundFault::Stalled { device, millis } => (
            say!(
                lang,
                "\"{device}\" đứng {millis} ms không nhận tiếng",
                "\"{device}\" has taken no sound for {millis} ms"
            ),
            at_the_card(lang),
        ),
    }
}

fn at_the_card(lang: Lang) -> String {
    say!(
        lang,
        "xem dây và đầu cắm của card âm thanh, rút ra cắm lại; đài tự phát tiếp khi card có lại",
        "look at the sound card's cable and plug, unplug it and plug it in again; the station goes on by itself"
    )
}

fn at_the_settings(lang: Lang) -> String {
    say!(
        lang,
        "để ra loa: chạy `loa devices`, chép mã của card vào `device:` trong station.yaml",
        "for loudspeakers: run `loa devices` and copy the card's id to `device:` in station.yaml"
    )
}

fn of_volumes(finding: &SoundFinding, lang: Lang) -> Option<Advice> {
    Some(match finding {
        SoundFinding::VolumeGood { card, control, level } => {
            Advice::none(format!("{}: {control} {level}", card_named(card, lang)))
        }
        SoundFinding::NoVolume { card } => {
            let card = card_named(card, lang);
            Advice::none(say!(lang, "{card} không có nút âm lượng", "{card} has no volume to set"))
        }
        SoundFinding::Muted { card, control } => {
            let (named, mixer) = (card_named(card, lang), alsamixer(card));
            Advice::new(
                say!(lang, "{named}: {control} đang TẮT TIẾNG", "{named}: {control} is MUTED"),
                say!(
                    lang,
                    "gõ `{mixer}`, dùng mũi tên trái, phải đến cột {control}, bấm phím M cho MM thành OO, mũi tên lên đến khoảng 80; rồi `sudo alsactl store`",
                    "type `{mixer}`, go to {control} with the left and right arrows, press M so that MM becomes OO, arrow up to about 80; then `sudo alsactl store`"
                ),
            )
        }
        SoundFinding::TooLow { card, control, level } => {
            let (named, mixer) = (card_named(card, lang), alsamixer(card));
            Advice::new(
                say!(lang, "{named}: {control} quá nhỏ ({level})", "{named}: {control} is too low ({level})"),
                say!(
                    lang,
                    "gõ `{mixer}`, dùng mũi tên trái, phải đến cột {control}, mũi tên lên đến khoảng 80; rồi `sudo alsactl store`",
                    "type `{mixer}`, go to {control} with the left and right arrows, arrow up to about 80; then `sudo alsactl store`"
                ),
            )
        }
        SoundFinding::VolumeAbsent { card } => {
            let named = card_named(card, lang);
            Advice::new(
                say!(lang, "{named}: không có card này để xem", "{named}: there is no such card to be seen"),
                say!(
                    lang,
                    "xem dòng Đường ra âm thanh; tiếng đi qua PipeWire, PulseAudio thì gõ `pavucontrol` mà xem",
                    "mind the line Sound output; where sound goes through PipeWire or PulseAudio, see `pavucontrol`"
                ),
            )
        }
        SoundFinding::VolumeUnknown { card, detail } => {
            let (named, mixer) = (card_named(card, lang), alsamixer(card));
            Advice::new(
                say!(lang, "{named}: không xem được ({detail})", "{named}: cannot be seen ({detail})"),
                say!(
                    lang,
                    "gõ `{mixer}` xem có mở được không, và có cột nào ghi MM (tắt tiếng)",
                    "type `{mixer}` and see whether it opens, and whether a column says MM (muted)"
                ),
            )
        }
        SoundFinding::MayOpen { user } => {
            Advice::none(say!(lang, "\"{user}\" được dùng card âm thanh", "\"{user}\" may use the sound cards"))
        }
        SoundFinding::MayNotOpen { user, group } => Advice::new(
            say!(
                lang,
                "tài khoản \"{user}\" không được mở card âm thanh (/dev/snd)",
                "the account \"{user}\" may not open the sound cards (/dev/snd)"
            ),
            say!(
                lang,
                "gõ `sudo usermod -aG {group} {user}`, rồi khởi động lại máy",
                "type `sudo usermod -aG {group} {user}`, then restart the computer"
            ),
        ),
        SoundFinding::NoCards => Advice::new(
            say!(
                lang,
                "máy không thấy card âm thanh nào (/dev/snd trống)",
                "the computer sees no sound card (/dev/snd is empty)"
            ),
            say!(
                lang,
                "cắm card âm thanh USB, hoặc bật âm thanh (Onboard Audio) trong BIOS; nếu tiếng đi qua máy khác thì bỏ qua",
                "plug a USB sound card in, or switch Onboard Audio on in the BIOS; if sound goes through another machine, never mind"
            ),
        ),
        _ => return None,
    })
}

fn card_named(card: &str, lang: Lang) -> String {
    if card == "default" {
        return word(lang, "card mặc định", "the default card").to_owned();
    }
    format!("card {card}")
}

fn alsamixer(card: &str) -> String {
    if card == "default" { "alsamixer".to_owned() } else { format!("alsamixer -c {card}") }
}

fn of_the_trial(finding: &SoundFinding, lang: Lang) -> Advice {
    let on = |zone: &Option<String>| self::on(zone.as_slice(), lang);
    match finding {
        SoundFinding::WentOut { zone, device, call, heard } => {
            let on = on(zone);
            let call = call.clone().unwrap_or_else(|| word(lang, "tiếng thử", "a test tone").to_owned());
            Advice::new(
                say!(
                    lang,
                    "{on}đã phát {heard} của \"{call}\" ra \"{device}\", nhỏ hơn bình thường 20 dB",
                    "{on}{heard} of \"{call}\" went out to \"{device}\", 20 dB softer than usual"
                ),
                say!(
                    lang,
                    "không nghe thấy ở loa: xem âm lượng (dòng trên), dây ra âm ly, âm ly đã bật chưa",
                    "nothing heard at the loudspeaker: mind the volume (above), the cable to the amplifier, whether that is on"
                ),
            )
        }
        SoundFinding::WentNowhere { zone, heard } => {
            let on = on(zone);
            Advice::new(
                say!(
                    lang,
                    "{on}chạy {heard}, nhưng đang đặt `silent`: không ra loa",
                    "{on}ran for {heard}, but to `silent`: no loudspeaker"
                ),
                at_the_settings(lang),
            )
        }
        SoundFinding::WentToFile { zone, device, heard } => {
            let on = on(zone);
            Advice::new(
                say!(
                    lang,
                    "{on}{heard} đã ghi vào tệp ({device}), không ra loa",
                    "{on}{heard} went into a file ({device}), to no loudspeaker"
                ),
                at_the_settings(lang),
            )
        }
        SoundFinding::NothingWentOut { zone, device } => {
            let on = on(zone);
            Advice::new(
                say!(
                    lang,
                    "{on}\"{device}\" mở được nhưng không nhận tiếng nào",
                    "{on}\"{device}\" could be opened, but took no sound"
                ),
                at_the_card(lang),
            )
        }
        SoundFinding::WentOutAndFailed { zone, fault, heard } => {
            let on = on(zone);
            let (what, next_step) = of_fault(fault, lang);
            let heard = if heard.is_zero() {
                word(lang, "không ra tiếng", "no sound went out").to_owned()
            } else {
                say!(lang, "chỉ {heard} ra được", "only {heard} went out")
            };
            Advice::new(format!("{on}{heard}: {what}"), next_step)
        }
        SoundFinding::AmplifierByHand => Advice::new(
            say!(
                lang,
                "lệnh bật âm ly không được chạy khi phát thử",
                "the command that switches the amplifier on was not run for this test"
            ),
            say!(lang, "bật âm ly bằng tay nếu muốn nghe ở loa", "switch it on by hand to hear the loudspeakers"),
        ),
        SoundFinding::GaveWay { zone } => {
            let on = on(zone);
            Advice::new(
                say!(
                    lang,
                    "{on}dừng phát thử vì đài bắt đầu phát",
                    "{on}the test gave way: the station went on the air"
                ),
                say!(lang, "thử lại sau buổi phát", "try again after the session"),
            )
        }
        other => Advice::none(format!("{other:?}")),
    }
}
