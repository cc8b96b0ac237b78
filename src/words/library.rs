//! Why a file can or cannot air, for a clerk.

use crate::library::{Caution, Defect, Kind, Oddity, Status, Undoing};
use crate::rundown::Why;
use crate::say;
use crate::words::{Lang, Say, day, decimal, word};

impl Say for Kind {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Ministry => word(lang, "tệp của Bộ", "ministry file"),
            Self::Bulletin => word(lang, "bản tin", "bulletin"),
            Self::Jingle => word(lang, "nhạc hiệu", "jingle"),
            Self::Relay => word(lang, "tiếp âm", "relay"),
            Self::Alert => word(lang, "khẩn cấp", "alert"),
        }
        .to_owned()
    }
}

impl Say for Defect {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Empty => say!(lang, "tệp trống (0 byte); chép lại", "the file is empty (0 bytes); copy it again"),
            Self::NotAudio => say!(
                lang,
                "không phải tệp âm thanh, dù tên có vẻ vậy; xin lại tệp gốc",
                "this is no sound file, whatever its name says; ask for the original"
            ),
            Self::Unsupported { format } => say!(
                lang,
                "định dạng {format} chưa phát được; đổi sang mp3, wav, flac hoặc ogg",
                "the format {format} cannot be played; convert it to mp3, wav, flac or ogg"
            ),
            Self::Truncated { expected_secs, found_secs } => {
                let (expected, found) = (decimal(*expected_secs, 1, lang), decimal(*found_secs, 1, lang));
                say!(
                    lang,
                    "tệp bị cụt: đúng ra dài {expected} giây, chỉ có {found} giây; chép lại",
                    "the file is cut short: {expected} seconds expected, {found} found; copy it again"
                )
            }
            Self::Broken { detail } => {
                say!(
                    lang,
                    "tệp hỏng ({detail}); chép lại hoặc xin tệp gốc",
                    "the file is damaged ({detail}); copy it again or ask for the original"
                )
            }
            Self::Wild { peak_dbfs } => {
                let peak = decimal(*peak_dbfs, 1, lang);
                say!(
                    lang,
                    "tệp hỏng: giải mã ra tiếng nổ ({peak} dBFS); chép lại",
                    "the file is damaged: it decodes into noise ({peak} dBFS); copy it again"
                )
            }
            Self::Silent => {
                say!(lang, "tệp không có tiếng; kiểm tra bản thu", "there is no sound in it; check the recording")
            }
            Self::TooShort => say!(lang, "ngắn hơn 0,2 giây; chép lại", "shorter than 0.2 seconds; copy it again"),
            Self::TooLong => say!(lang, "dài hơn 12 giờ; chia nhỏ ra", "longer than 12 hours; cut it into parts"),
            Self::Undecodable { undoing } => undoing.say(lang),
            Self::Unexamined { detail } => say!(
                lang,
                "chưa xem được tệp ({detail}); đài tự thử lại, nếu vẫn vậy thì khởi động lại máy",
                "the file could not be examined ({detail}); it is tried again by itself, if that goes on start the PC anew"
            ),
            Self::Unreadable { detail } => {
                say!(
                    lang,
                    "không đọc được tệp ({detail}); kiểm tra quyền và ổ đĩa",
                    "the file cannot be read ({detail}); check rights and disk"
                )
            }
            Self::Overwritten => say!(
                lang,
                "tệp bị ghi đè khi đang phát; chép bản mới dưới tên khác, hoặc chờ hết buổi",
                "the file was written over while it was on; copy a new version under another name, or wait for the session's end"
            ),
            Self::NoStream { detail } => say!(
                lang,
                "không nhận được luồng tiếp âm ({detail}); kiểm tra mạng và địa chỉ sau `relay:`",
                "the relay's stream cannot be received ({detail}); check the network and the address after `relay:`"
            ),
            Self::StreamRefused { status } => say!(
                lang,
                "máy chủ tiếp âm trả lời {status}, không có tiếng; nguồn chưa phát hoặc địa chỉ sau `relay:` đã đổi",
                "the relay's server answers {status} and sends no sound; its source is off, or the address after `relay:` has changed"
            ),
            Self::NotAStream { content } => say!(
                lang,
                "địa chỉ tiếp âm gửi về {content}, không phải âm thanh; lấy địa chỉ của chính luồng, không phải của trang web",
                "the relay's address sends {content}, no sound; take the address of the stream itself, not of its web page"
            ),
            Self::StreamDead => say!(
                lang,
                "luồng tiếp âm bị ngắt, không còn tiếng đến; kiểm tra mạng",
                "the relay's stream broke off, nothing comes any more; check the network"
            ),
            Self::StreamSilent => say!(
                lang,
                "luồng tiếp âm câm: vẫn nối được nhưng không có tiếng; báo cho đài phát",
                "the relay's stream is silent: it is connected, but there is no sound in it; tell the station that sends it"
            ),
        }
    }
}

impl Say for Undoing {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Died { how } => say!(
                lang,
                "bộ giải mã chết giữa chừng vì tệp này ({how}); xin tệp gốc, hoặc đổi sang mp3, wav, flac hoặc ogg",
                "the decoder dies of this file ({how}); ask for the original, or convert it to mp3, wav, flac or ogg"
            ),
            Self::TooMuchWork { cpu_secs } => say!(
                lang,
                "giải mã {cpu_secs} giây vẫn chưa xong tệp này; xin tệp gốc, hoặc đổi sang mp3, wav, flac hoặc ogg",
                "decoding it was not done after {cpu_secs} seconds; ask for the original, or convert it to mp3, wav, flac or ogg"
            ),
            Self::TooMuchMemory => say!(
                lang,
                "giải mã tệp này cần quá nhiều bộ nhớ, thường do ảnh quá lớn trong tệp; bỏ ảnh, hoặc đổi sang mp3 hay wav",
                "decoding it takes too much memory, most often for its pictures; take them out, or convert it to mp3 or wav"
            ),
        }
    }
}

impl Say for Oddity {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::BadName => say!(
                lang,
                "tên tệp không phải UTF-8 hoặc có dấu \\; đổi tên không dấu",
                "the file's name is not UTF-8, or has a \\ in it; rename it"
            ),
            Self::Twice => say!(
                lang,
                "trùng tên với một tệp khác, chỉ khác cách mã hóa dấu; đổi tên một trong hai",
                "another file has the same name, with its accents encoded in another way; rename one of the two"
            ),
            Self::Link => say!(
                lang,
                "đây là liên kết, đài không đi theo liên kết; chép chính tệp vào đây",
                "this is a link, and links are not followed; copy the file itself here"
            ),
            Self::Special => say!(
                lang,
                "đây là đường ống, socket hoặc thiết bị, không phải tệp; xóa đi",
                "this is a pipe, socket or device, no file; delete it"
            ),
            Self::ClosedFolder { detail } => say!(
                lang,
                "không xem được thư mục ({detail}); kiểm tra quyền và ổ đĩa",
                "the folder cannot be looked into ({detail}); check rights and disk"
            ),
            Self::TooDeep { most } => say!(
                lang,
                "thư mục nằm quá sâu, đài chỉ xem {most} cấp dưới audio/; chuyển lên trên",
                "the folder lies too deep, only {most} folders below audio/ are looked into; move it up"
            ),
        }
    }
}

impl Say for Status {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Ok => String::new(),
            Self::Missing => say!(lang, "chưa có tệp; chép vào audio/", "the file is not there; copy it into audio/"),
            Self::Copying => say!(lang, "đang chép, chờ chép xong", "still being copied, wait for the end"),
            Self::Broken(defect) => defect.say(lang),
            Self::Silent => Defect::Silent.say(lang),
            Self::Unsupported { format } => Defect::Unsupported { format: format.clone() }.say(lang),
            Self::Changed => say!(
                lang,
                "nội dung khác với bản đã duyệt hoặc đã nhận; nghe lại rồi duyệt (`loa approve`), hoặc chép lại bản đúng",
                "its content is not the one that was approved or accepted; listen and approve again (`loa approve`), or copy the right one"
            ),
            Self::NotAsListed => say!(
                lang,
                "nội dung khác với bản trong danh mục của Bộ; chép lại bản đúng, hoặc xin danh mục mới",
                "its content is not the one that the manifest names; copy the right one, or ask for a new manifest"
            ),
            Self::Unapproved { rejected_by: None } => say!(
                lang,
                "chưa được duyệt; nghe rồi chạy `loa approve TỆP --by \"CHỨC VỤ, TÊN\"`",
                "not approved; listen and run `loa approve FILE --by \"OFFICE, NAME\"`"
            ),
            Self::Unapproved { rejected_by: Some(by) } => {
                say!(lang, "{by} đã từ chối duyệt", "{by} refused to approve it")
            }
            Self::Expired { on } => {
                let on = day(*on, lang);
                say!(
                    lang,
                    "hết hạn ngày {on}; xóa tệp hoặc sửa `valid` trong tệp .yaml kèm theo (tệp của Bộ: xin danh mục mới)",
                    "expired on {on}; delete it or mend `valid` in its sidecar (a ministry file: ask for a new manifest)"
                )
            }
            Self::Odd(oddity) => oddity.say(lang),
            Self::BadSidecar => {
                say!(lang, "tệp .yaml kèm theo có lỗi, xem `loa check`", "its sidecar has mistakes, see `loa check`")
            }
        }
    }
}

impl Say for Caution {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Opposed => say!(
                lang,
                "hai kênh ngược pha: loa gộp hai kênh gần như mất tiếng; xin lại tệp gốc, hoặc đổi sang một kênh, chỉ lấy kênh trái",
                "the two channels have opposite polarity: a loudspeaker that adds them up is all but silent; ask for the original, or make it mono of the left channel alone"
            ),
        }
    }
}

impl Say for Why {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Missing => Status::Missing.say(lang),
            Self::Copying => Status::Copying.say(lang),
            Self::Unplayable(defect) => defect.say(lang),
            Self::Odd(oddity) => oddity.say(lang),
            Self::Changed => say!(
                lang,
                "nội dung khác với bản đã duyệt, đã nhận hoặc bản trong danh mục của Bộ; xem `loa library`",
                "its content is not the one that was approved, accepted or named by the manifest; see `loa library`"
            ),
            Self::Unapproved => Status::Unapproved { rejected_by: None }.say(lang),
            Self::OutOfDate => say!(lang, "ngoài thời hạn phát", "outside its days"),
            Self::BadSidecar => Status::BadSidecar.say(lang),
            Self::QuietHours => say!(lang, "trùng giờ im lặng", "it would touch the quiet hours"),
            Self::NoTime => say!(lang, "hết giờ trong buổi này", "no time left in this session"),
        }
    }
}

/// The state of a file in one or two words, for a table.
#[must_use]
pub fn state(status: &Status, lang: Lang) -> &'static str {
    match status {
        Status::Ok => word(lang, "phát được", "ok"),
        Status::Missing => word(lang, "thiếu", "missing"),
        Status::Copying => word(lang, "đang chép", "copying"),
        Status::Broken(_) | Status::Odd(_) | Status::BadSidecar => word(lang, "hỏng", "broken"),
        Status::Silent => word(lang, "không tiếng", "silent"),
        Status::Unsupported { .. } => word(lang, "chưa hỗ trợ", "unsupported"),
        Status::Changed | Status::NotAsListed => word(lang, "đã bị đổi", "changed"),
        Status::Unapproved { .. } => word(lang, "chưa duyệt", "unapproved"),
        Status::Expired { .. } => word(lang, "hết hạn", "expired"),
    }
}
