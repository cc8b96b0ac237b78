//! What is wrong in a file somebody wrote, and what to do about it.

use crate::say;
use crate::time::Unreadable;
use crate::words::{Lang, Say, list, on_one_line};
use crate::written::{CronFault, Fault, Problem, Severity};

impl<F: Say> Say for Problem<F> {
    /// `path:line:column: what; what to do`, and beneath it the line as it is written, with a mark.
    fn say(&self, lang: Lang) -> String {
        let warning = match (self.severity, lang) {
            (Severity::Error, _) => "",
            (Severity::Warning, Lang::Vi) => "lưu ý: ",
            (Severity::Warning, Lang::En) => "note: ",
        };
        let mut text = format!("{}: {warning}{}", on_one_line(&self.spot()), self.fault.say(lang));
        if let (Some(line), Some(place)) = (&self.line_text, self.place) {
            let column = usize::try_from(place.column).unwrap_or(1).min(line.chars().count() + 1);
            let (shown, mark) = (on_one_line(line), " ".repeat(column - 1));
            text = format!("{text}\n    {shown}\n    {mark}^");
        }
        text
    }
}

impl Say for Fault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Time(unreadable) => unreadable.say(lang),
            Self::Cron { expression, fault } => {
                let why = fault.say(lang);
                say!(
                    lang,
                    "biểu thức cron \"{expression}\" không đọc được: {why}",
                    "cron expression \"{expression}\" cannot be read: {why}"
                )
            }
            Self::Trust(fault) => fault.say(lang),
            fault => file_fault(fault, lang)
                .or_else(|| notation_fault(fault, lang))
                .or_else(|| table_fault(fault, lang))
                .or_else(|| zone_fault(fault, lang))
                .unwrap_or_else(|| value_fault(fault, lang)),
        }
    }
}

fn file_fault(fault: &Fault, lang: Lang) -> Option<String> {
    Some(match fault {
        Fault::Unreadable { detail } => say!(
            lang,
            "không đọc được tệp ({detail}); kiểm tra quyền đọc của tệp và thư mục",
            "the file cannot be read ({detail}); check the rights of file and folder"
        ),
        Fault::NotAFile => say!(
            lang,
            "đây là liên kết, thư mục hoặc đường ống, không phải tệp; xóa đi, hoặc chép chính tệp vào đây",
            "this is a link, a folder or a pipe, no file; delete it, or copy the file itself here"
        ),
        Fault::BadName => {
            say!(lang, "tên tệp không phải UTF-8; đổi tên không dấu", "the file's name is not UTF-8; rename it")
        }
        Fault::Empty => {
            say!(lang, "tệp trống; điền nội dung hoặc xóa tệp", "the file is empty; fill it in or delete it")
        }
        Fault::NotUtf8 { offset } => say!(
            lang,
            "tệp không phải UTF-8 (từ byte {offset}); mở bằng Notepad, chọn Save As, Encoding: UTF-8",
            "the file is not UTF-8 (from byte {offset} on); open it in Notepad, choose Save As, Encoding: UTF-8"
        ),
        Fault::TooLarge { bytes, limit } => say!(
            lang,
            "tệp quá lớn ({bytes} byte, nhiều nhất {limit}); có phải chép nhầm tệp khác vào đây không?",
            "the file is too large ({bytes} bytes, at most {limit}); was another file copied here by mistake?"
        ),
        Fault::CutOff => say!(
            lang,
            "tệp đứt giữa dòng, so với bản trước; chép lại trọn tệp, hoặc nếu đúng ý thì xuống dòng ở cuối tệp rồi lưu",
            "the file breaks off in the middle of a line of its version before; copy it again as a whole or, if it is meant so, end the last line with Enter and save"
        ),
        _ => return None,
    })
}

fn notation_fault(fault: &Fault, lang: Lang) -> Option<String> {
    Some(match fault {
        Fault::Syntax { detail } => say!(
            lang,
            "sai cú pháp YAML ({detail}); so với tệp mẫu của `loa init`",
            "this is not valid YAML ({detail}); compare with the sample that `loa init` makes"
        ),
        Fault::TabIndent => {
            say!(lang, "thụt dòng bằng phím Tab; thay bằng dấu cách", "the line is indented with a tab; use spaces")
        }
        Fault::UnknownKey { key, suggestion, known } => unknown("khóa", "key", key, suggestion.as_ref(), known, lang),
        Fault::NotAChoice { value, suggestion, choices, key } => {
            let (vi, en) = (format!("giá trị của {key}"), format!("value of {key}"));
            unknown(&vi, &en, value, suggestion.as_ref(), choices, lang)
        }
        Fault::MissingKey { key } => {
            say!(
                lang,
                "thiếu khóa \"{key}\"; thêm dòng `{key}: …`",
                "the key \"{key}\" is missing; add a line `{key}: …`"
            )
        }
        Fault::DuplicateKey { key, first_line: Some(line) } => say!(
            lang,
            "khóa \"{key}\" đã có ở dòng {line}; xóa một trong hai",
            "the key \"{key}\" stands in line {line} already; delete one of the two"
        ),
        Fault::DuplicateKey { key, first_line: None } => say!(
            lang,
            "khóa \"{key}\" viết hai lần; xóa một trong hai",
            "the key \"{key}\" is given twice; delete one of the two"
        ),
        Fault::WrongKind { wanted, .. } if wanted == "sequence start" => say!(
            lang,
            "ở đây cần một danh sách; viết [a, b], hoặc mỗi mục một dòng bắt đầu bằng dấu -",
            "a list is wanted here; write [a, b], or one item a line with a dash in front"
        ),
        Fault::WrongKind { wanted, .. } if wanted == "mapping start" => say!(
            lang,
            "ở đây cần các dòng `khóa: giá trị`; so với tệp mẫu của `loa init`",
            "lines of `key: value` are wanted here; compare with the sample that `loa init` makes"
        ),
        Fault::WrongKind { wanted, .. } if ["string scalar", "string"].contains(&wanted.as_str()) => say!(
            lang,
            "ở đây cần một dòng chữ; có dấu [ {{ : # thì viết trong ngoặc kép",
            "a line of text is wanted here; put it in quotes if it has [ {{ : or #"
        ),
        Fault::WrongKind { wanted, .. } if is_whole_number(wanted) => say!(
            lang,
            "ở đây cần số nguyên từ 0 trở lên, viết liền, ví dụ 5230",
            "a whole number from 0 on is wanted here, such as 5230"
        ),
        Fault::WrongKind { wanted, .. } if wanted == "floating point" => {
            say!(lang, "ở đây cần một con số, ví dụ 2 hay -18.5", "a number is wanted here, such as 2 or -18.5")
        }
        Fault::SeveralDocuments => say!(
            lang,
            "tệp có nhiều phần cách nhau bằng dòng ---; chỉ giữ một phần",
            "the file has several parts with a line --- between them; keep one"
        ),
        Fault::WrongKind { wanted, found: Some(found) } => say!(
            lang,
            "sai kiểu giá trị: cần {wanted}, gặp {found}",
            "the wrong kind of value: {wanted} is wanted, {found} was found"
        ),
        Fault::WrongKind { wanted, found: None } => {
            say!(lang, "sai kiểu giá trị: cần {wanted}", "the wrong kind of value: {wanted} is wanted")
        }
        _ => return None,
    })
}

/// As the reader of YAML calls one: `u64`.
fn is_whole_number(wanted: &str) -> bool {
    wanted.strip_prefix(['u', 'i']).is_some_and(|bits| bits.parse::<u8>().is_ok())
}

fn unknown(vi: &str, en: &str, value: &str, near: Option<&String>, known: &[String], lang: Lang) -> String {
    let known = list(known);
    match near {
        Some(near) => say!(
            lang,
            "không có {vi} \"{value}\"; có phải ý là \"{near}\"? (được dùng: {known})",
            "there is no {en} \"{value}\"; did you mean \"{near}\"? (known: {known})"
        ),
        None => {
            say!(lang, "không có {vi} \"{value}\"; được dùng: {known}", "there is no {en} \"{value}\"; known: {known}")
        }
    }
}

fn table_fault(fault: &Fault, lang: Lang) -> Option<String> {
    Some(match fault {
        Fault::DuplicateName { name, other_line } => say!(
            lang,
            "\"{name}\" đã có ở dòng {other_line}; xóa một trong hai, hoặc đặt tên khác",
            "\"{name}\" stands in line {other_line} already; delete one of the two, or give it another name"
        ),
        Fault::NotANumber { text } => say!(
            lang,
            "\"{text}\" không phải số; viết như 7904, 7.904 hoặc \"12,452\" trong ngoặc kép",
            "\"{text}\" is no number; write it like 7904, 7.904, or \"12,452\" in quotation marks"
        ),
        Fault::NotAName { text } => say!(
            lang,
            "\"{text}\" không phải tên địa phương; thêm dòng tiêu đề: Huyện, Dân số, Cài đặt",
            "\"{text}\" is no name of a district; add a header: district, population, installs"
        ),
        Fault::MoreThanPeople { text } => say!(
            lang,
            "{text} lượt cài đặt nhiều hơn dân số; kiểm tra thứ tự cột, và đặt số có dấu phẩy trong ngoặc kép",
            "{text} installations are more than the people; check the order of the columns, and put numbers with a comma into quotation marks"
        ),
        Fault::FieldCount { found, wanted } => say!(
            lang,
            "dòng có {found} cột, cần {wanted}; số có dấu phẩy phải đặt trong ngoặc kép, hoặc ngăn cột bằng dấu chấm phẩy",
            "the line has {found} columns, {wanted} are wanted; put numbers with a comma into quotation marks, or separate columns with semicolons"
        ),
        _ => return None,
    })
}

fn zone_fault(fault: &Fault, lang: Lang) -> Option<String> {
    Some(match fault {
        Fault::ZonesMeet { name, other } => say!(
            lang,
            "cụm \"{name}\" và cụm \"{other}\" ra cùng một kênh của một thiết bị; ghi channels: hay device: khác nhau",
            "zones \"{name}\" and \"{other}\" play on the same channel of one device; give them other channels: or another device:"
        ),
        Fault::NoSuchZone { name, known } => say!(
            lang,
            "không có cụm loa \"{name}\" trong station.yaml; các cụm có: {known}",
            "station.yaml names no zone \"{name}\"; there are: {known}"
        ),
        _ => return None,
    })
}

fn value_fault(fault: &Fault, lang: Lang) -> String {
    match fault {
        Fault::NoSuchDate { text } => say!(
            lang,
            "không có ngày \"{text}\"; viết năm-tháng-ngày, ví dụ 2020-08-04",
            "there is no date \"{text}\"; write year-month-day, such as 2020-08-04"
        ),
        Fault::BackwardRange { from, until } => say!(
            lang,
            "khoảng ngày kết thúc ({until}) trước khi bắt đầu ({from}); đổi lại thứ tự",
            "the range ends ({until}) before it begins ({from}); swap the two"
        ),
        Fault::OutOfRange { key, value, least, most } => say!(
            lang,
            "{key}: {value} nằm ngoài khoảng cho phép, từ {least} đến {most}",
            "{key}: {value} is out of range, from {least} to {most}"
        ),
        Fault::UnknownZone { name } => say!(
            lang,
            "không có múi giờ \"{name}\"; ở Việt Nam viết Asia/Ho_Chi_Minh",
            "there is no time zone \"{name}\"; in Vietnam write Asia/Ho_Chi_Minh"
        ),
        Fault::ReservedId { id } => say!(
            lang,
            "mã buổi phát \"{id}\" chương trình tự dùng cho phát khẩn cấp và phát bù; đặt mã khác",
            "the session id \"{id}\" is the program's own, for emergencies and make-ups; give it another"
        ),
        Fault::BadId { id } => say!(
            lang,
            "mã \"{id}\" không hợp lệ; chỉ dùng chữ, số, dấu - và _ (ví dụ: sang)",
            "the id \"{id}\" is not valid; use letters, digits, - and _ only (such as: sang)"
        ),
        Fault::Blank { key } => {
            say!(lang, "{key} để trống; điền vào hoặc xóa dòng", "{key} is blank; fill it in or delete the line")
        }
        Fault::NeedsShell { text } => say!(
            lang,
            "lệnh này không chạy qua shell, {text} không có tác dụng; viết thành danh sách, ví dụ [\"sh\", \"-c\", \"…\"]",
            "no shell reads this command, {text} has no effect; write a list, such as [\"sh\", \"-c\", \"…\"]"
        ),
        Fault::NoSuchProgram { key, program } => say!(
            lang,
            "{key}: không chạy được \"{program}\"; cài chương trình ấy, sửa tên, hoặc chmod +x tập lệnh",
            "{key}: \"{program}\" cannot be run; install the program, mend its name, or chmod +x the script"
        ),
        Fault::CronOrAt { both: true } => {
            say!(lang, "buổi phát có cả cron và at; chỉ giữ một", "the session has both cron and at; keep one")
        }
        Fault::CronOrAt { both: false } => say!(
            lang,
            "buổi phát chưa có giờ; thêm `cron: \"0 5 * * *\"` hoặc `at: \"05:00\"`",
            "the session has no time; add `cron: \"0 5 * * *\"` or `at: \"05:00\"`"
        ),
        Fault::DuplicateId { id, other_line } => say!(
            lang,
            "mã buổi phát \"{id}\" đã dùng ở dòng {other_line}; đặt mã khác",
            "the session id \"{id}\" is used in line {other_line} already; give it another"
        ),
        Fault::ElementWithoutKind => say!(
            lang,
            "mục này không nói phát gì; thêm `play: …`, `pick: …` hoặc `relay: …`",
            "this element does not say what to air; add `play: …`, `pick: …` or `relay: …`"
        ),
        Fault::ElementWithTwoKinds { first, second } => say!(
            lang,
            "mục này có cả {first} và {second}; tách thành hai mục",
            "this element has both {first} and {second}; make two elements of it"
        ),
        Fault::Misplaced { option, belongs_to } => say!(
            lang,
            "`{option}` chỉ đi với `{belongs_to}`; xóa hoặc chuyển chỗ",
            "`{option}` goes with `{belongs_to}` only; delete or move it"
        ),
        Fault::PathOutside { path } => say!(
            lang,
            "\"{path}\" không nằm trong thư mục audio/; viết như ministry/05-bluetooth.mp3",
            "\"{path}\" does not lie in the audio/ folder; write it like ministry/05-bluetooth.mp3"
        ),
        Fault::NotAnAddress { text } => say!(
            lang,
            "\"{text}\" không phải địa chỉ luồng; viết như http://may-chu/vov1.mp3 hoặc https://…, không kèm tên và mật khẩu",
            "\"{text}\" is no address of a stream; write it like http://server/vov1.mp3 or https://…, without name and password"
        ),
        Fault::TooManyItems { expected, items } => say!(
            lang,
            "danh mục có {items} tệp mà expected là {expected}; sửa một trong hai",
            "the manifest names {items} files while expected is {expected}; mend one of the two"
        ),
        Fault::DuplicateItem { file, other_line } => say!(
            lang,
            "tệp \"{file}\" đã có ở dòng {other_line}; xóa một trong hai",
            "the file \"{file}\" stands in line {other_line} already; delete one of the two"
        ),
        Fault::BadHash { text } => say!(
            lang,
            "\"{text}\" không phải mã BLAKE3 (64 chữ số thập lục phân); chạy `b3sum TỆP` để lấy",
            "\"{text}\" is no BLAKE3 hash (64 hexadecimal digits); `b3sum FILE` prints it"
        ),
        other => format!("{other:?}"),
    }
}

impl Say for Unreadable {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Clock { text } => say!(
                lang,
                "\"{text}\" không phải giờ; viết giờ:phút từ 00:00 đến 23:59, ví dụ \"05:00\"",
                "\"{text}\" is no time of day; write hours:minutes from 00:00 to 23:59, such as \"05:00\""
            ),
            Self::Midnight => say!(
                lang,
                "không có 24:00; nửa đêm viết là \"00:00\"",
                "there is no 24:00; midnight is written \"00:00\""
            ),
            Self::Length { text } => say!(
                lang,
                "\"{text}\" không phải độ dài; viết như 60m, 1h30m, 45s hoặc 7d",
                "\"{text}\" is no length; write it like 60m, 1h30m, 45s or 7d"
            ),
            Self::Window { text } => say!(
                lang,
                "\"{text}\" không phải khoảng giờ; viết như \"11:00-13:00\"",
                "\"{text}\" is no stretch of time; write it like \"11:00-13:00\""
            ),
            Self::EmptyWindow { text } => say!(
                lang,
                "khoảng giờ \"{text}\" bắt đầu và kết thúc cùng lúc; sửa một trong hai giờ",
                "the stretch \"{text}\" begins when it ends; mend one of the two times"
            ),
        }
    }
}

impl Say for CronFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Fields { count } => say!(
                lang,
                "có {count} trường; cần 5 (phút giờ ngày tháng thứ), ví dụ \"0 5 * * *\", hoặc 6–7 với giây đứng đầu",
                "it has {count} fields; 5 are wanted (minute hour day month weekday), such as \"0 5 * * *\", or 6–7 with seconds first"
            ),
            Self::Field { field, text, least, most } => say!(
                lang,
                "\"{text}\" ở trường {field}; được dùng {least} đến {most}",
                "\"{text}\" in the field {field}; {least} to {most} may stand there"
            ),
            Self::Backward { field, text } => say!(
                lang,
                "khoảng \"{text}\" ở trường {field} chạy ngược; viết số nhỏ trước",
                "the range \"{text}\" in the field {field} runs backward; write the smaller first"
            ),
            Self::ManySeconds { text } => say!(
                lang,
                "giây \"{text}\" là nhiều lần trong một phút, mà buổi ngắn nhất dài một phút; ghi một số từ 0 đến 59, hoặc bỏ trường giây đứng đầu",
                "the seconds \"{text}\" are several times within a minute, which is the shortest session; write one number from 0 to 59, or leave the first field out"
            ),
            Self::Macro { text } => say!(
                lang,
                "\"{text}\" không nói giờ nào; viết đủ 5 trường, ví dụ \"0 5 * * *\"",
                "\"{text}\" names no time of day; write all 5 fields, such as \"0 5 * * *\""
            ),
        }
    }
}
