//! Clock, time zone, disk, service, and the setting in the BIOS.

use crate::doctor::MachineFinding;
use crate::say;
use crate::words::Lang;
use crate::words::doctor::Advice;

pub fn advice(finding: &MachineFinding, lang: Lang) -> Advice {
    of_time(finding, lang).or_else(|| of_disk(finding, lang)).unwrap_or_else(|| of_service(finding, lang))
}

fn of_time(finding: &MachineFinding, lang: Lang) -> Option<Advice> {
    Some(match finding {
        MachineFinding::ClockGood { shown } => {
            Advice::none(say!(lang, "{shown}, được mạng chỉnh giờ", "{shown}, kept right by the network"))
        }
        MachineFinding::ClockUnsynced { shown } => Advice::new(
            say!(lang, "{shown}, không có gì chỉnh giờ", "{shown}, nothing keeps it right"),
            say!(
                lang,
                "có mạng: gõ `sudo timedatectl set-ntp true`; không mạng: mỗi tuần so với đồng hồ điện thoại, lệch thì `sudo date -s \"NĂM-THÁNG-NGÀY GIỜ:PHÚT\" && sudo hwclock --systohc`",
                "with a network: type `sudo timedatectl set-ntp true`; without: compare it with a telephone every week, and set it with `sudo date -s \"YEAR-MONTH-DAY HOUR:MINUTE\" && sudo hwclock --systohc`"
            ),
        ),
        MachineFinding::ClockImpossible { shown } => Advice::new(
            say!(
                lang,
                "máy báo {shown}, không thể đúng: pin trên bo mạch (CR2032) đã hết; theo lịch không phát gì",
                "it shows {shown}, which cannot be: the battery on the mainboard (CR2032) is dead; nothing scheduled airs"
            ),
            set_the_clock(lang),
        ),
        MachineFinding::ClockBehind { shown, last_known } => Advice::new(
            say!(
                lang,
                "máy báo {shown}, nhưng nhật ký đã ghi đến {last_known}: đồng hồ bị lùi; theo lịch không phát gì",
                "it shows {shown}, but the log was written until {last_known}: the clock went back; nothing scheduled airs"
            ),
            set_the_clock(lang),
        ),
        MachineFinding::ClockAhead { shown, last_known } => Advice::new(
            say!(
                lang,
                "máy báo {shown}, mà nhật ký mới ghi đến {last_known}: quá xa; theo lịch không phát gì",
                "it shows {shown}, but the log was written until {last_known} only: too far ahead; nothing scheduled airs"
            ),
            set_the_clock(lang),
        ),
        MachineFinding::ClockGuessed { shown, battery } => Advice::new(
            say!(
                lang,
                "pin trên bo mạch (CR2032) đã quên giờ, báo {battery}; máy đi tiếp từ giờ đã lưu trên ổ đĩa, nay là {shown}, không biết mất điện bao lâu; theo lịch không phát gì",
                "the battery on the mainboard (CR2032) has forgotten the time and says {battery}; the computer goes on from a time it kept on its disk, {shown} by now; nothing scheduled airs"
            ),
            set_the_clock(lang),
        ),
        MachineFinding::ZoneGood { zone } => Advice::none(zone.clone()),
        MachineFinding::ZoneOther { system, station } => Advice::new(
            say!(
                lang,
                "máy dùng {system}, đài dùng {station}; lịch phát theo giờ của đài, đồng hồ trên màn hình khác giờ",
                "the computer is set to {system}, the station to {station}; sessions follow the station's, the clock on the screen does not"
            ),
            say!(
                lang,
                "gõ `sudo timedatectl set-timezone {station}`",
                "type `sudo timedatectl set-timezone {station}`"
            ),
        ),
        MachineFinding::ZoneUnknown => Advice::new(
            say!(lang, "máy không cho biết múi giờ", "the computer does not tell its time zone"),
            say!(
                lang,
                "gõ `timedatectl`, xem dòng Time zone có phải Asia/Ho_Chi_Minh không",
                "type `timedatectl` and see whether its line Time zone is right"
            ),
        ),
        _ => return None,
    })
}

fn set_the_clock(lang: Lang) -> String {
    say!(
        lang,
        "đặt lại giờ: `sudo date -s \"NĂM-THÁNG-NGÀY GIỜ:PHÚT\" && sudo hwclock --systohc`; thay pin CR2032; nối mạng thì máy tự chỉnh giờ; giờ đang đúng thì gõ `loa clock confirm --by TÊN`",
        "set it: `sudo date -s \"YEAR-MONTH-DAY HOUR:MINUTE\" && sudo hwclock --systohc`; change the CR2032 battery; with a network the computer keeps it right by itself; if it is right as it is, type `loa clock confirm --by NAME`"
    )
}

fn of_disk(finding: &MachineFinding, lang: Lang) -> Option<Advice> {
    let make_room = || {
        say!(
            lang,
            "chép bớt tệp cũ trong audio/bulletins ra USB rồi xóa, dọn thùng rác; đừng xóa data/",
            "move old files of audio/bulletins to a USB stick, empty the wastebasket; delete nothing in data/"
        )
    };
    Some(match finding {
        MachineFinding::DiskGood { megabytes } => {
            let gigabytes = megabytes / 1_000;
            Advice::none(say!(lang, "còn trống {gigabytes} GB", "{gigabytes} GB free"))
        }
        MachineFinding::DiskLow { megabytes } => {
            Advice::new(say!(lang, "chỉ còn trống {megabytes} MB", "only {megabytes} MB free"), make_room())
        }
        MachineFinding::DiskFull { megabytes } => Advice::new(
            say!(
                lang,
                "đầy (còn {megabytes} MB): nhật ký sắp không ghi được",
                "full ({megabytes} MB left): the log cannot be written much longer"
            ),
            make_room(),
        ),
        MachineFinding::DiskReadOnly => Advice::new(
            say!(lang, "ổ đĩa chỉ cho đọc: nhật ký không ghi được", "the disk is read-only: no log can be written"),
            say!(
                lang,
                "khởi động lại máy; nếu vẫn vậy thì ổ đĩa sắp hỏng: chép cả thư mục của đài ra USB, thay ổ",
                "restart the computer; if it stays so, the disk is dying: copy the station's folder to a USB stick and change the disk"
            ),
        ),
        MachineFinding::DiskUnknown { detail } => Advice::new(
            say!(lang, "không hỏi được ({detail})", "cannot be asked ({detail})"),
            say!(lang, "gõ `df -h` xem còn trống bao nhiêu", "type `df -h` and see what is free"),
        ),
        _ => return None,
    })
}

fn of_service(finding: &MachineFinding, lang: Lang) -> Advice {
    match finding {
        MachineFinding::NoSystemd => Advice::new(
            say!(
                lang,
                "máy không dùng systemd, không biết cái gì chạy `loa run` khi bật máy",
                "there is no systemd here; what starts `loa run` with the computer cannot be told"
            ),
            say!(
                lang,
                "tắt máy, bật lại, rồi gõ `loa status`: phải thấy chương trình đang chạy",
                "switch the computer off and on, then type `loa status`: the program has to be running"
            ),
        ),
        MachineFinding::ServiceMissing => Advice::new(
            say!(
                lang,
                "chưa cài dịch vụ loa.service: có điện lại thì đài không tự phát",
                "the service loa.service is not installed: after an outage the station does not start by itself"
            ),
            say!(
                lang,
                "cài gói loa, rồi gõ `sudo systemctl enable --now loa`",
                "install the package of loa, then type `sudo systemctl enable --now loa`"
            ),
        ),
        MachineFinding::ServiceMasked => Advice::new(
            say!(lang, "dịch vụ loa.service bị khóa (masked)", "the service loa.service is masked"),
            say!(
                lang,
                "gõ `sudo systemctl unmask loa`, rồi `sudo systemctl enable --now loa`",
                "type `sudo systemctl unmask loa`, then `sudo systemctl enable --now loa`"
            ),
        ),
        MachineFinding::ServiceDisabled => Advice::new(
            say!(
                lang,
                "dịch vụ loa.service không tự chạy khi bật máy: có điện lại thì đài im",
                "the service loa.service does not start with the computer: after an outage the station is silent"
            ),
            say!(lang, "gõ `sudo systemctl enable --now loa`", "type `sudo systemctl enable --now loa`"),
        ),
        MachineFinding::ServiceFailed => Advice::new(
            say!(lang, "dịch vụ loa.service chạy bị lỗi và đã dừng", "the service loa.service has failed"),
            say!(
                lang,
                "gõ `journalctl -u loa -n 20` xem vì sao, sửa, rồi `sudo systemctl restart loa`",
                "type `journalctl -u loa -n 20` to see why, mend it, then `sudo systemctl restart loa`"
            ),
        ),
        MachineFinding::ServiceStopped => Advice::new(
            say!(lang, "dịch vụ loa.service đang dừng", "the service loa.service is stopped"),
            say!(lang, "gõ `sudo systemctl start loa`", "type `sudo systemctl start loa`"),
        ),
        MachineFinding::ServiceGood => Advice::none(say!(
            lang,
            "dịch vụ loa.service đang chạy và tự chạy khi bật máy",
            "the service loa.service runs, and starts with the computer"
        )),
        MachineFinding::PowerAfterOutage => Advice::new(
            say!(
                lang,
                "máy có tự bật khi có điện lại không, chương trình không thấy được",
                "whether the computer switches itself on after an outage, no program can see"
            ),
            say!(
                lang,
                "vào BIOS (phím Del hoặc F2 lúc bật máy), đặt \"Restore on AC Power Loss\" (có máy ghi \"After Power Failure\") thành Power On; rồi rút điện, cắm lại để thử",
                "in the BIOS (Del or F2 while it starts) set \"Restore on AC Power Loss\" (or \"After Power Failure\") to Power On; then pull the plug and put it back to see"
            ),
        ),
        other => Advice::none(format!("{other:?}")),
    }
}
