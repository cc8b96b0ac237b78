//! The help in both languages. The English stands with the arguments; here is the Vietnamese.

use std::env;

use clap::CommandFactory as _;

use crate::cli::args::Args;
use crate::words::Lang;

/// The language as far as arguments and environment tell, before anything is parsed: help needs it that early.
pub fn language_of_arguments() -> Lang {
    let typed: Vec<String> = env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let after = typed.iter().position(|arg| arg == "--lang").and_then(|index| typed.get(index + 1));
    let joined = typed.iter().find_map(|arg| arg.strip_prefix("--lang="));
    let named = joined.or(after.map(String::as_str)).map(str::to_owned).or_else(|| env::var("LOA_LANG").ok());
    named.and_then(|name| Lang::named(&name.to_lowercase())).unwrap_or_default()
}

/// The command line with its help in `lang`.
pub fn command(lang: Lang) -> clap::Command {
    let command = Args::command();
    match lang {
        Lang::En => command,
        Lang::Vi => vietnamese(command, ""),
    }
}

const TEMPLATE: &str = "{about}\n\nCách dùng: {usage}\n\n{all-args}";

/// Translates a command and everything below it.
fn vietnamese(command: clap::Command, above: &str) -> clap::Command {
    let name = command.get_name().to_owned();
    let path = if above.is_empty() { name } else { format!("{above} {name}") };
    let mut command = command.help_template(TEMPLATE).subcommand_help_heading("Lệnh");
    if let Some(about) = translated(&path) {
        command = command.about(about);
    }
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in ids {
        let help = translated(&format!("{path} {id}")).or_else(|| translated(&id));
        command = command.mut_arg(&id, |arg| {
            let heading = if arg.is_positional() { "Đối số" } else { "Tùy chọn" };
            let arg = arg.help_heading(heading);
            match help {
                Some(help) => arg.help(help),
                None => arg,
            }
        });
    }
    let arg_help = clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help);
    command = command.disable_help_flag(true).arg(arg_help.help("In trợ giúp này").help_heading("Tùy chọn"));
    if above.is_empty() {
        let version = clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version);
        command = command.disable_version_flag(true).arg(version.help("In phiên bản").help_heading("Tùy chọn"));
    }
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for sub in below {
        command = command.mut_subcommand(sub, |sub| vietnamese(sub, &path));
    }
    command
}

/// By the command's words, or the argument's id behind them; an id alone serves all commands.
fn translated(key: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

const TEXTS: &[(&str, &str)] = &[
    ("loa", "Tự động phát thanh cho đài truyền thanh cấp xã"),
    ("home", "Nhà của đài: thư mục có station.yaml"),
    ("lang", "Ngôn ngữ của thông báo"),
    ("json", "In dữ liệu dạng JSON"),
    ("verbose", "Nói nhiều hơn"),
    ("loa completions", "In phần gợi ý lệnh cho một shell"),
    ("loa completions shell", "Shell nào"),
    ("loa init", "Tạo nhà mới với station.yaml có chú thích và một lịch phát"),
    ("loa init dir", "Thư mục cần tạo"),
    ("loa check", "Đọc tất cả, nêu mọi lỗi; không phát gì"),
    ("loa library", "Liệt kê mọi tệp: phải có, đang có, phát được, đã duyệt"),
    ("loa plan", "Kịch bản từng buổi với giờ chính xác, và chỉ tiêu có đạt không"),
    ("loa plan date", "Ngày đầu, lên kịch bản cả ngày (mặc định: phần còn lại của hôm nay)"),
    ("days", "Số ngày"),
    ("loa run", "Phát sóng cho đến khi được lệnh dừng"),
    ("loa run session", "Phát ngay buổi này, rồi tiếp tục theo lịch"),
    ("loa run length", "Rút ngắn buổi phát tay"),
    ("loa run once", "Dừng khi hết buổi phát tay"),
    ("loa status", "Đài đang làm gì"),
    ("loa alert", "Phát khẩn cấp ngay, chen vào chương trình đang phát"),
    ("loa alert file", "Tệp cần phát: ở đâu cũng được, hoặc dưới audio/"),
    ("loa alert times", "Số lần (mặc định: 1; có --every thì đến khi hủy hoặc hết hạn)"),
    ("loa alert every", "Cách nhau bao lâu, tính từ lúc bắt đầu, ví dụ 5m"),
    ("loa alert lasts", "Sau bao lâu thì không phát lại nữa, ví dụ 6h (mặc định: 24h)"),
    ("loa alert zone", "Chỉ ở cụm loa này; có thể ghi nhiều lần"),
    ("loa alert in_quiet_hours", "Phát cả trong giờ im lặng"),
    ("loa alert title", "Tên ghi trong nhật ký (mặc định: tên trong tệp hoặc tên tệp)"),
    ("loa alert by", "Người ra lệnh: chức vụ và họ tên"),
    ("loa alert cancel", "Dừng bản tin khẩn đang phát, không phát lại nữa"),
    ("loa stop", "Tắt tiếng ngay, cho đến khi `loa resume`"),
    ("loa resume", "Phát trở lại sau `loa stop`"),
    ("loa log", "Xem hoặc xuất nhật ký phát sóng"),
    ("from", "Ngày đầu"),
    ("to", "Ngày cuối"),
    ("format", "Dạng xuất (mặc định: table)"),
    ("output", "Ghi vào tệp này"),
    ("loa log verify", "Kiểm tra nhật ký, hoặc tệp CSV/JSON đã xuất, còn nguyên như khi ghi không"),
    ("loa log verify file", "Tệp đã xuất (mặc định: nhật ký của đài)"),
    ("loa log verify head", "Đầu chuỗi in trên báo cáo: cho biết phần cuối có bị cắt không"),
    ("loa log correct", "Đính chính một dòng bằng một dòng mới; không bao giờ nhiều hơn phần máy đã phát"),
    ("loa log correct row", "Số của dòng, xem bằng `loa log`"),
    ("loa log correct heard", "Thực tế nghe được bao lâu, như 20s, hoặc 0"),
    ("loa log correct reason", "Vì sao nghe được ít hơn: một trong các lý do của nhật ký"),
    ("loa log correct by", "Người đính chính: chức vụ và tên"),
    ("loa log correct why", "Căn cứ"),
    ("loa log audio", "Lấy tiếng đã phát ra khỏi kho lưu: theo dòng nhật ký hoặc theo giờ"),
    ("loa log audio row", "Số của dòng, xem bằng `loa log`"),
    ("loa log audio at", "Bài đang phát lúc ấy theo giờ của đài, như \"2020-08-03 05:10\""),
    ("loa log audio output", "Ghi vào tệp này (mặc định: tệp trong thư mục này, tên theo giờ và tên tệp)"),
    ("loa report", "Lập báo cáo, sổ nhật ký, bảng cài đặt; hoặc nhập cái nhật ký không thể biết"),
    ("loa report from", "Ngày đầu (mặc định: mồng một tháng này)"),
    ("loa report to", "Ngày cuối (mặc định: hôm nay)"),
    ("round", "Đợt báo cáo"),
    ("loa report strict", "Kết thúc với mã 1 nếu có chỉ tiêu không đạt"),
    ("loa report form", "Văn bản nào (mặc định: bảng báo cáo)"),
    ("loa report number", "Số của văn bản (mặc định: để trống cho văn thư)"),
    ("loa report dated", "Ngày của văn bản (mặc định: để trống cho văn thư)"),
    ("loa report set", "Nhập cái nhật ký không thể biết: dòng 2 đến 8, đề xuất, cài đặt"),
    ("loa report set subject", "Dòng 2 đến 8 của bảng, hoặc `proposals` (đề xuất), hoặc `installs` (cài đặt)"),
    ("loa report set count", "Số lượng"),
    ("loa report set ratio", "Tỷ lệ %"),
    ("loa report set note", "Ghi chú; với đề xuất là nội dung"),
    ("loa report set district", "Địa phương, cho số cài đặt"),
    ("loa report set population", "Dân số của địa phương, cho số cài đặt"),
    ("loa report set csv", "Đọc mọi địa phương từ tệp CSV này: tên, dân số, số cài đặt"),
    ("loa report set clear", "Bỏ những gì đã nhập trước cho mục này; dùng một mình thì để trống mục"),
    ("loa report set by", "Người nhập (mặc định: tên đăng nhập)"),
    ("loa report entries", "Xem mọi lần nhập: ai, lúc nào"),
    ("loa level", "Xem hoặc đặt cấp độ dịch đang áp dụng"),
    ("loa level level", "Cấp độ cần đặt"),
    ("loa level directive", "Số công văn quyết định"),
    ("loa clock", "Xem đồng hồ máy có thể đúng không, hoặc xác nhận là đúng"),
    ("loa clock confirm", "Xác nhận giờ máy là đúng, dù trước đó báo giờ khác"),
    ("loa clock confirm by", "Người đã so với đồng hồ khác: chức vụ và họ tên"),
    ("loa import", "Chép bản tin, hoặc bộ tệp của Bộ, từ USB hay thư mục chia sẻ vào đài"),
    ("loa import dir", "Thư mục chứa tệp"),
    ("loa import ministry", "Đây là bộ tệp của Bộ: chép vào audio/ministry/"),
    ("loa import replace", "Thay cả tệp khác nội dung mà trùng tên"),
    ("loa backup", "Sao lưu cả nhà đài vào một tệp, kể cả khi đài đang phát"),
    ("loa backup file", "Tệp cần tạo, ví dụ loa-2020-08-04.tar.gz"),
    ("loa backup without_audio", "Không kèm tệp âm thanh: bản sao lưu nhỏ"),
    ("loa restore", "Khôi phục nhà đài từ bản sao lưu; không xóa gì"),
    ("loa restore file", "Bản sao lưu"),
    ("loa restore force", "Dù nhật ký ở đây có dòng mà bản sao lưu không có; nhật ký ấy được cất riêng"),
    ("loa approve", "Duyệt bản tin của xã, tệp của Bộ đã đổi"),
    ("loa reject", "Không duyệt bản tin của xã, tệp của Bộ"),
    ("files", "Các tệp"),
    ("loa approve by", "Người duyệt: chức vụ và tên"),
    ("loa reject by", "Người quyết định: chức vụ và tên"),
    ("loa devices", "Liệt kê các thiết bị âm thanh theo mã"),
    ("loa doctor", "Xem đài thiếu gì: âm thanh, đồng hồ, quyền, ổ đĩa, nhật ký, lịch phát, dịch vụ"),
    ("loa doctor sound", "Phát thử nhạc hiệu thật nhỏ ở từng cụm loa, và nói tiếng có ra không"),
    ("loa doctor in_quiet_hours", "Phát thử cả trong giờ im lặng"),
    ("loa simulate", "Phát nhiều ngày trong vài giây, với đồng hồ và card âm thanh mô phỏng"),
    ("loa simulate from", "Ngày đầu"),
    ("loa simulate days", "Số ngày"),
    ("loa simulate faults", "Cho sự cố xảy ra với đài: theo tệp này, hoặc `all`"),
    ("loa simulate seed", "Gây lại đúng những sự cố của lần trước"),
    ("loa simulate into", "Nhà mới cho nhật ký mô phỏng (mặc định: data/simulated trong nhà của đài)"),
    ("help", "In trợ giúp này"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command and every argument has its Vietnamese.
    #[test]
    fn nothing_in_the_help_is_left_in_english() {
        fn walk(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
            let mut note = |key: String, found: bool| {
                if !found {
                    missing.push(key);
                }
            };
            note(path.to_owned(), translated(path).is_some());
            for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")) {
                let id = arg.get_id().as_str();
                let own = format!("{path} {id}");
                note(own.clone(), translated(&own).or_else(|| translated(id)).is_some());
            }
            for sub in command.get_subcommands() {
                walk(sub, &format!("{path} {}", sub.get_name()), missing);
            }
        }
        let mut missing = Vec::new();
        walk(&Args::command(), "loa", &mut missing);
        assert!(missing.is_empty(), "give these a Vietnamese text in TEXTS: {missing:?}");
        command(Lang::Vi).debug_assert();
        command(Lang::En).debug_assert();
    }
}
