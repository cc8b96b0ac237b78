//! Settings, folders, database, schedules, and the program that airs.

use crate::doctor::HomeFinding;
use crate::say;
use crate::words::doctor::Advice;
use crate::words::{Lang, Say, list, word};

pub fn advice(finding: &HomeFinding, lang: Lang) -> Advice {
    of_settings(finding, lang)
        .or_else(|| of_rights(finding, lang))
        .or_else(|| of_database(finding, lang))
        .or_else(|| of_orders(finding, lang))
        .unwrap_or_else(|| of_the_program(finding, lang))
}

fn of_settings(finding: &HomeFinding, lang: Lang) -> Option<Advice> {
    Some(match finding {
        HomeFinding::SettingsGood { station } => Advice::none(station.clone()),
        HomeFinding::NoHome { dir } => Advice::new(
            say!(lang, "không thấy {dir}/station.yaml", "{dir}/station.yaml not found"),
            say!(
                lang,
                "chỉ đúng nhà đài bằng --home THƯ-MỤC, hoặc tạo mới bằng `loa init {dir}`",
                "point to the station's home with --home DIR, or make one with `loa init {dir}`"
            ),
        ),
        HomeFinding::SettingsBroken { first, more, stands } => {
            let more = match more {
                0 => String::new(),
                more => say!(lang, " (và {more} lỗi nữa)", " (and {more} more)"),
            };
            let stands = match stands {
                true => say!(lang, "; vẫn dùng bản đúng gần nhất", "; its last good version is in force"),
                false => String::new(),
            };
            Advice::new(
                format!("{first}{more}{stands}"),
                say!(
                    lang,
                    "sửa dòng ấy trong station.yaml, rồi gõ `loa check`",
                    "mend that line of station.yaml, then type `loa check`"
                ),
            )
        }
        HomeFinding::NeedsSettings { .. } => Advice::new(
            say!(lang, "chưa xem được vì station.yaml có lỗi", "cannot be seen while station.yaml is wrong"),
            say!(lang, "sửa station.yaml trước", "mend station.yaml first"),
        ),
        HomeFinding::NotSeen { detail, .. } => Advice::new(
            detail.clone(),
            say!(lang, "sửa điều ấy, rồi chạy lại `loa doctor`", "mend that, then run `loa doctor` again"),
        ),
        _ => return None,
    })
}

fn of_rights(finding: &HomeFinding, lang: Lang) -> Option<Advice> {
    Some(match finding {
        HomeFinding::FoldersGood { users } => {
            Advice::none(say!(lang, "đủ quyền cho {users}", "{users} may do what is needed"))
        }
        HomeFinding::FolderMissing { folder } => Advice::new(
            say!(lang, "không có thư mục {folder}", "there is no folder {folder}"),
            say!(
                lang,
                "cắm lại ổ đĩa nếu nó nằm ở ổ khác, hoặc tạo: `mkdir -p {folder}`",
                "plug the drive in if it lies on another, or make it: `mkdir -p {folder}`"
            ),
        ),
        HomeFinding::Unreadable { user, paths } => {
            let named = list(paths);
            Advice::new(
                say!(lang, "\"{user}\" không đọc được: {named}", "\"{user}\" may not read: {named}"),
                say!(
                    lang,
                    "trong thư mục của đài gõ `sudo chmod -R a+rX audio schedules station.yaml`",
                    "in the station's folder type `sudo chmod -R a+rX audio schedules station.yaml`"
                ),
            )
        }
        HomeFinding::Unwritable { user, paths } => {
            let named = list(paths);
            Advice::new(
                say!(lang, "\"{user}\" không ghi được: {named}", "\"{user}\" may not write: {named}"),
                say!(
                    lang,
                    "trong thư mục của đài gõ `sudo chown -R {user} data`",
                    "in the station's folder type `sudo chown -R {user} data`"
                ),
            )
        }
        _ => return None,
    })
}

fn of_database(finding: &HomeFinding, lang: Lang) -> Option<Advice> {
    let keep_it = || {
        say!(
            lang,
            "đừng xóa: chép data/loa.db ra USB trước; dừng đài, đổi tên data/loa.db, bật lại, rồi báo người hỗ trợ",
            "do not delete it: copy data/loa.db to a USB stick first; stop the station, rename data/loa.db, start again, then call for help"
        )
    };
    Some(match finding {
        HomeFinding::NoDatabase => {
            Advice::none(say!(lang, "chưa có, được tạo khi `loa run` lần đầu", "none yet, made by the first `loa run`"))
        }
        HomeFinding::DatabaseOlder => Advice::none(say!(
            lang,
            "của bản loa cũ, tự nâng cấp khi đài khởi động",
            "of an earlier loa, brought up to date when the station starts"
        )),
        HomeFinding::DatabaseGood => Advice::none(say!(lang, "đọc được, không hỏng", "readable and undamaged")),
        HomeFinding::DatabaseNewer { version } => Advice::new(
            say!(
                lang,
                "data/loa.db do bản loa mới hơn ghi (phiên bản {version})",
                "data/loa.db was written by a newer loa (version {version})"
            ),
            say!(lang, "cài bản loa mới", "install that version"),
        ),
        HomeFinding::DatabaseOfTrial => Advice::new(
            say!(
                lang,
                "data/loa.db do một bản thử trước khi phát hành ghi",
                "data/loa.db was written by a trial version from before the first release"
            ),
            say!(lang, "đổi tên tệp ấy để giữ lại; loa tạo tệp mới", "rename it to keep it; loa makes a new one"),
        ),
        HomeFinding::DatabaseFails { detail } => Advice::new(
            say!(lang, "không mở được data/loa.db ({detail})", "data/loa.db cannot be opened ({detail})"),
            keep_it(),
        ),
        HomeFinding::DatabaseClosed => Advice::new(
            say!(lang, "tài khoản này không được mở data/loa.db", "this account may not open data/loa.db"),
            say!(lang, "chạy lại bằng `sudo loa doctor`", "try again with `sudo loa doctor`"),
        ),
        HomeFinding::DatabaseDamaged { detail } => {
            Advice::new(say!(lang, "data/loa.db bị hỏng ({detail})", "data/loa.db is damaged ({detail})"), keep_it())
        }
        HomeFinding::SealWhole { rows } => Advice::none(say!(lang, "nguyên vẹn, {rows} dòng", "whole, {rows} rows")),
        HomeFinding::SealBroken { at } => {
            let at = at.say(lang);
            Advice::new(
                say!(lang, "nhật ký không còn nguyên: {at}", "the log is not what was written: {at}"),
                say!(
                    lang,
                    "chép data/ ra USB, báo cấp trên; xem `loa log verify` và docs/troubleshooting.md",
                    "copy data/ to a USB stick and tell your superior; see `loa log verify` and docs/troubleshooting.md"
                ),
            )
        }
        _ => return None,
    })
}

fn of_orders(finding: &HomeFinding, lang: Lang) -> Option<Advice> {
    let all = || say!(lang, "gõ `loa check` xem tất cả", "type `loa check` to see them all");
    Some(match finding {
        HomeFinding::OrdersGood { sessions, files } => Advice::none(say!(
            lang,
            "{sessions} buổi phát, {files} tệp phát được, đủ chỉ tiêu",
            "{sessions} sessions, {files} playable files, obligations met"
        )),
        HomeFinding::OrdersNoted { warnings, first } => {
            Advice::new(say!(lang, "{warnings} lưu ý; {first}", "{warnings} notes; {first}"), all())
        }
        HomeFinding::OrdersWrong { errors, warnings, first } => Advice::new(
            say!(lang, "{errors} lỗi, {warnings} lưu ý; {first}", "{errors} errors, {warnings} notes; {first}"),
            all(),
        ),
        HomeFinding::NextSession { title, start } => {
            Advice::none(say!(lang, "\"{title}\" lúc {start}", "\"{title}\" at {start}"))
        }
        HomeFinding::NothingAhead => Advice::new(
            say!(lang, "không có buổi nào trong 3 ngày tới", "no session within the next 3 days"),
            say!(
                lang,
                "gõ `loa plan --days 7`; xem valid, days, levels trong schedules/ và cấp độ (`loa level`)",
                "type `loa plan --days 7`; mind valid, days, levels in schedules/ and the level (`loa level`)"
            ),
        ),
        _ => return None,
    })
}

fn of_the_program(finding: &HomeFinding, lang: Lang) -> Advice {
    match finding {
        HomeFinding::Running => Advice::none(word(lang, "đang chạy", "running").to_owned()),
        HomeFinding::NotRunning => Advice::new(
            say!(lang, "không chạy: không buổi nào được phát", "not running: no session airs"),
            say!(
                lang,
                "gõ `sudo systemctl start loa`; chưa cài dịch vụ thì `loa run`",
                "type `sudo systemctl start loa`, or `loa run` where no service is installed"
            ),
        ),
        HomeFinding::Mute => Advice::new(
            say!(lang, "đang chạy nhưng không trả lời", "running, but it does not answer"),
            say!(
                lang,
                "chờ một phút rồi chạy lại; vẫn vậy thì `sudo systemctl restart loa`",
                "wait a minute, then try again; if it stays so, `sudo systemctl restart loa`"
            ),
        ),
        HomeFinding::DoorClosed { detail } => Advice::new(
            say!(
                lang,
                "tài khoản này không hỏi được chương trình ({detail})",
                "this account cannot ask the program ({detail})"
            ),
            say!(lang, "chạy lại bằng `sudo loa doctor`", "try again with `sudo loa doctor`"),
        ),
        HomeFinding::Silenced => Advice::new(
            say!(lang, "đang tắt tiếng theo lệnh: không phát gì", "silenced by an operator: nothing airs"),
            say!(lang, "phát trở lại: gõ `loa resume`", "to go on the air again type `loa resume`"),
        ),
        HomeFinding::Noted { count, first } => Advice::new(
            say!(lang, "{count} lưu ý; {first}", "{count} notes; {first}"),
            say!(lang, "gõ `loa status` xem tất cả", "type `loa status` to see them all"),
        ),
        HomeFinding::NoAlarms => Advice::none(say!(lang, "không có", "none")),
        HomeFinding::Alarm { since, text } => Advice::new(
            say!(lang, "từ {since}: {text}", "since {since}: {text}"),
            say!(
                lang,
                "làm theo câu ấy; tìm câu ấy trong docs/troubleshooting.md; `loa status` cho biết khi hết",
                "do as it says; find the words in docs/troubleshooting.md; `loa status` tells when it is over"
            ),
        ),
        HomeFinding::AlarmPast { since, text } => Advice::new(
            say!(lang, "từ {since}, nay đã hết: {text}", "since {since}, not so any more: {text}"),
            say!(
                lang,
                "chờ một phút: không trở lại thì không phải làm gì",
                "wait a minute: if it does not come back there is nothing to do"
            ),
        ),
        HomeFinding::AlarmLeft { since, text } => Advice::new(
            say!(
                lang,
                "từ {since}, khi đài ngừng chạy vẫn chưa hết: {text}",
                "since {since}, and still so when the program ended: {text}"
            ),
            say!(
                lang,
                "bật lại đài: gõ `sudo systemctl start loa`, rồi `loa status`",
                "start the program again: type `sudo systemctl start loa`, then `loa status`"
            ),
        ),
        other => Advice::none(format!("{other:?}")),
    }
}
