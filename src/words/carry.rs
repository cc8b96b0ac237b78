//! What is said of files that come from a stick, of backups, and of a home that is made anew from one.

use crate::library::Refusal;
use crate::say;
use crate::words::{Lang, Say, decimal, list};

/// One message of `loa import`, `loa backup` or `loa restore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carry {
    Taken {
        new: usize,
        same: usize,
        refused: usize,
    },
    /// Bulletins were taken over, and station.yaml asks for an approval.
    ApproveNext,
    /// Bulletins were taken over, and station.yaml asks for none.
    NoApprovalAsked,
    /// Of the ministry set.
    SetNow {
        present: usize,
        expected: u32,
        missing: Vec<String>,
    },
    SourceGone {
        dir: String,
        detail: String,
    },
    ImportBusy,
    NoRoom {
        needed: u64,
        free: u64,
    },
    IsMinistry {
        dir: String,
    },
    NoSound {
        dir: String,
    },
    ManifestWrong,
    BackupMade {
        file: String,
        bytes: u64,
        files: usize,
        rows: u64,
    },
    BackupWithoutSound,
    LogBroken {
        why: String,
    },
    FileIsFolder {
        file: String,
    },
    FileIsOther {
        file: String,
    },
    BackupBusy {
        file: String,
    },
    ArchiveUnreadable {
        file: String,
        detail: String,
    },
    ArchiveForeign {
        file: String,
        path: String,
    },
    ArchiveChanged {
        file: String,
        path: String,
    },
    ArchiveMissing {
        file: String,
        path: String,
    },
    ArchiveNoList {
        file: String,
    },
    FileRestless {
        path: String,
    },
    Restored {
        dir: String,
        files: usize,
        rows: u64,
        made: String,
    },
    RestoredWithoutSound,
    SetAside {
        dir: String,
    },
    StationRuns {
        dir: String,
    },
    RowsAhead {
        rows: u64,
    },
    RowsLeft {
        rows: u64,
        dir: String,
    },
    OldLogUnreadable {
        detail: String,
    },
    ArchiveNewer {
        file: String,
    },
    OtherLog {
        file: String,
    },
    BrokenLog {
        file: String,
        why: String,
    },
    CopyKept {
        file: String,
        from: i64,
        to: i64,
    },
    NoCopyKept {
        file: String,
        detail: String,
    },
}

impl Say for Carry {
    fn say(&self, lang: Lang) -> String {
        self.of_import(lang).or_else(|| self.of_archives(lang)).unwrap_or_else(|| self.of_restoring(lang))
    }
}

impl Carry {
    fn of_import(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::Taken { new, same, refused } => say!(
                lang,
                "Đã chép {new} tệp, {same} tệp đã có sẵn, {refused} tệp không nhận",
                "{new} files taken over, {same} were there already, {refused} refused"
            ),
            Self::ApproveNext => say!(
                lang,
                "Chưa bản tin nào được phát: nghe rồi chạy `loa approve TỆP --by \"CHỨC VỤ, TÊN\"`",
                "None of the bulletins airs yet: listen, then run `loa approve FILE --by \"OFFICE, NAME\"`"
            ),
            Self::NoApprovalAsked => say!(
                lang,
                "station.yaml ghi `approval: none`: bản tin mới sẽ được phát theo lịch mà không ai phải duyệt; nghe thử, và đặt `approval: required` nếu không muốn vậy",
                "station.yaml says `approval: none`: the schedule airs new bulletins without anybody's approval; listen to them, and set `approval: required` if that is not wanted"
            ),
            Self::SetNow { present, expected, missing } => {
                let lack = if missing.is_empty() { String::new() } else { format!(": {}", list(missing)) };
                let lacking = missing.len();
                match lacking {
                    0 => say!(
                        lang,
                        "Bộ tệp của Bộ: có {present}, phải có {expected}. Không cần duyệt, phát theo lịch",
                        "The ministry set: {present} there, {expected} expected. It needs no approval and airs by the schedule"
                    ),
                    _ => say!(
                        lang,
                        "Bộ tệp của Bộ: có {present}, phải có {expected}; còn thiếu {lacking}{lack}",
                        "The ministry set: {present} there, {expected} expected; {lacking} missing{lack}"
                    ),
                }
            }
            Self::SourceGone { dir, detail } => say!(
                lang,
                "không đọc được {dir} nữa ({detail}); cắm lại USB rồi chạy lại lệnh: tệp đã chép còn nguyên, không có tệp dở dang",
                "{dir} cannot be read any more ({detail}); plug the drive in and run the command again: what was taken over is whole, nothing is left half"
            ),
            Self::ImportBusy => say!(
                lang,
                "một lệnh `loa import` khác đang chạy; chờ xong rồi làm lại",
                "another `loa import` is at work; wait for its end"
            ),
            Self::NoRoom { needed, free } => {
                let (needed, free) = (megabytes(*needed, lang), megabytes(*free, lang));
                say!(
                    lang,
                    "đĩa không đủ chỗ: cần {needed} MB, còn {free} MB; xóa bớt tệp cũ. Chưa chép gì",
                    "not enough room on the disk: {needed} MB needed, {free} MB free; delete old files. Nothing was taken over"
                )
            }
            Self::IsMinistry { dir } => say!(
                lang,
                "{dir} có manifest.yaml nên là bộ tệp của Bộ; thêm --ministry, hoặc chỉ đúng thư mục bản tin",
                "{dir} holds a manifest.yaml, so it is a ministry set; add --ministry, or name the folder of the bulletins"
            ),
            Self::NoSound { dir } => say!(
                lang,
                "trong {dir} không có tệp âm thanh nào; kiểm tra lại thư mục",
                "there is no sound file in {dir}; check the folder"
            ),
            Self::ManifestWrong => say!(
                lang,
                "manifest.yaml có lỗi nên chưa chép gì; sửa rồi chạy lại",
                "the manifest has mistakes, so nothing was taken over; mend it and run the command again"
            ),
            Self::CopyKept { file, from, to } => say!(
                lang,
                "Đã nâng cơ sở dữ liệu từ phiên bản {from} lên {to}; bản cũ giữ ở {file}",
                "The database was brought from version {from} to {to}; as it was, it is kept in {file}"
            ),
            Self::NoCopyKept { file, detail } => say!(
                lang,
                "không giữ được bản sao của {file} trước khi nâng cấp ({detail}); giải phóng đĩa, kiểm tra quyền rồi làm lại. Cơ sở dữ liệu chưa bị đổi",
                "no copy of {file} could be kept before bringing it up to date ({detail}); make room, check rights, try again. The database is as it was"
            ),
            _ => return None,
        })
    }

    fn of_archives(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::BackupMade { file, bytes, files, rows } => {
                let size = megabytes(*bytes, lang);
                say!(
                    lang,
                    "Đã sao lưu vào {file}: {files} tệp, nhật ký {rows} dòng, {size} MB; đã đọc lại và đối chiếu",
                    "Backed up into {file}: {files} files, a log of {rows} rows, {size} MB; read again and verified"
                )
            }
            Self::BackupWithoutSound => say!(
                lang,
                "Không kèm tệp âm thanh: khi khôi phục phải chép lại audio/",
                "Without sound files: they have to be copied again when it is restored"
            ),
            Self::LogBroken { why } => say!(
                lang,
                "lưu ý: nhật ký của đài không còn nguyên ({why}); bản sao lưu giữ đúng như vậy. Xem `loa log verify`",
                "note: the station's log is not whole ({why}); the backup holds it as it is. See `loa log verify`"
            ),
            Self::FileIsFolder { file } => say!(
                lang,
                "{file} là thư mục; ghi rõ tên tệp, ví dụ {file}/loa.tar.gz",
                "{file} is a folder; name a file, such as {file}/loa.tar.gz"
            ),
            Self::FileIsOther { file } => say!(
                lang,
                "{file} đã có và không phải bản sao lưu; chọn tên khác. Không ghi đè",
                "{file} exists and is no backup; choose another name. Nothing was overwritten"
            ),
            Self::BackupBusy { file } => say!(
                lang,
                "một lệnh `loa backup` khác đang ghi {file}; chờ xong rồi làm lại",
                "another `loa backup` is writing {file}; wait for its end"
            ),
            Self::ArchiveUnreadable { file, detail } => say!(
                lang,
                "{file} không phải bản sao lưu còn nguyên ({detail}); dùng bản khác. Nhà đài không bị động đến",
                "{file} is no whole backup ({detail}); use another one. The home was not touched"
            ),
            Self::ArchiveForeign { file, path } => say!(
                lang,
                "{file} có mục \"{path}\" mà bản sao lưu của loa không có; không dùng tệp này. Nhà đài không bị động đến",
                "{file} holds \"{path}\", which no backup of loa holds; do not use it. The home was not touched"
            ),
            Self::ArchiveChanged { file, path } => say!(
                lang,
                "{file} hỏng: {path} không đúng như khi sao lưu; dùng bản khác. Nhà đài không bị động đến",
                "{file} is damaged: {path} is not what was backed up; use another one. The home was not touched"
            ),
            Self::ArchiveMissing { file, path } => say!(
                lang,
                "{file} hỏng: thiếu {path}; dùng bản khác. Nhà đài không bị động đến",
                "{file} is damaged: {path} is missing; use another one. The home was not touched"
            ),
            Self::ArchiveNoList { file } => say!(
                lang,
                "{file} không có danh mục ở cuối: chép chưa xong, hoặc không do `loa backup` tạo. Nhà đài không bị động đến",
                "{file} has no list at its end: it was not copied whole, or not made by `loa backup`. The home was not touched"
            ),
            Self::FileRestless { path } => say!(
                lang,
                "{path} đang được ghi; chờ chép xong rồi sao lưu lại",
                "{path} is being written to; wait for the end, then back up again"
            ),
            _ => return None,
        })
    }

    fn of_restoring(&self, lang: Lang) -> String {
        match self {
            Self::Restored { dir, files, rows, made } => say!(
                lang,
                "Đã khôi phục {dir} như lúc {made}: {files} tệp, nhật ký {rows} dòng. Tiếp theo: `loa check`, `loa log verify`, `loa devices`",
                "Restored {dir} as it was at {made}: {files} files, a log of {rows} rows. Next: `loa check`, `loa log verify`, `loa devices`"
            ),
            Self::RestoredWithoutSound => say!(
                lang,
                "Bản sao lưu không kèm tệp âm thanh; chép chúng vào audio/ (`loa import`)",
                "The backup holds no sound files; copy them into audio/ (`loa import`)"
            ),
            Self::SetAside { dir } => say!(
                lang,
                "Những gì có ở đây trước đó nằm trong {dir}; xóa khi không cần nữa",
                "What was here before lies in {dir}; delete it when it is not needed any more"
            ),
            Self::StationRuns { dir } => say!(
                lang,
                "đài {dir} đang chạy; dừng chương trình rồi khôi phục",
                "the station of {dir} is running; stop it, then restore"
            ),
            Self::RowsAhead { rows } => say!(
                lang,
                "nhật ký ở đây có {rows} dòng mà bản sao lưu không có; chưa làm gì. Sao lưu trước bằng `loa backup`, rồi thêm --force: nhật ký ấy được cất riêng, không xóa",
                "the log here holds {rows} rows that the backup does not have; nothing was done. Back it up first, then add --force: it is set aside, not deleted"
            ),
            Self::RowsLeft { rows, dir } => say!(
                lang,
                "{rows} dòng nhật ký không có trong bản sao lưu nằm lại ở {dir}/data/loa.db",
                "{rows} rows of the log that the backup does not have are left in {dir}/data/loa.db"
            ),
            Self::OldLogUnreadable { detail } => say!(
                lang,
                "không đọc được nhật ký đang có ở đây ({detail}) nên không biết bản sao lưu thiếu dòng nào; thêm --force để cất riêng nhật ký ấy",
                "the log that is here cannot be read ({detail}), so nobody knows which rows the backup lacks; add --force to set it aside"
            ),
            Self::ArchiveNewer { file } => say!(
                lang,
                "{file} do bản loa mới hơn tạo; cài bản loa mới rồi khôi phục",
                "{file} was made by a newer loa; install that version, then restore"
            ),
            Self::OtherLog { file } => say!(
                lang,
                "nhật ký trong {file} không phải nhật ký mà danh mục của nó ghi; không dùng tệp này. Nhà đài không bị động đến",
                "the log in {file} is not the one its list speaks of; do not use it. The home was not touched"
            ),
            Self::BrokenLog { file, why } => say!(
                lang,
                "nhật ký trong {file} không còn nguyên ({why}), đã vậy từ khi sao lưu; dùng bản khác, hoặc thêm --force",
                "the log in {file} is not whole ({why}), and was not when it was backed up; use another one, or add --force"
            ),
            other => format!("{other:?}"),
        }
    }
}

/// In tenths, rounded up: nothing is of no size.
#[expect(clippy::cast_precision_loss, reason = "to a tenth of a megabyte")]
fn megabytes(bytes: u64, lang: Lang) -> String {
    decimal(bytes.div_ceil(100_000) as f64 / 10.0, 1, lang)
}

impl Say for Refusal {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Unfit(defect) => defect.say(lang),
            Self::BadName => {
                say!(lang, "tên tệp không phải UTF-8; đổi tên không dấu", "the file's name is not UTF-8; rename it")
            }
            Self::LongName => say!(lang, "tên tệp quá dài; đặt tên ngắn hơn", "its name is too long; shorten it"),
            Self::Link => say!(
                lang,
                "là liên kết, không phải tệp; chép chính tệp ấy vào USB",
                "this is a link, not a file; copy the file itself onto the drive"
            ),
            Self::NotListed => say!(
                lang,
                "manifest.yaml không có tệp này; bản tin của xã thì chép không kèm --ministry",
                "the manifest does not name it; a bulletin of your own is taken over without --ministry"
            ),
            Self::OtherThanListed => say!(
                lang,
                "nội dung khác với bản trong danh mục của Bộ; xin lại bản đúng",
                "its content is not the one the manifest names; ask for the right one"
            ),
            Self::Taken => say!(
                lang,
                "đã có tệp khác nội dung cùng tên; đổi tên, hoặc thêm --replace để thay",
                "there is another content under this name; rename it, or add --replace"
            ),
            Self::InTheWay => say!(
                lang,
                "tên này ở đài là một thư mục hay liên kết; đổi tên",
                "this name is a folder or a link here; rename the file"
            ),
            Self::Twice { other } => say!(
                lang,
                "trùng tên với {other}, chỉ khác chữ hoa hay dấu; đổi tên một trong hai",
                "the same name as {other}, but for case or accents; rename one of them"
            ),
            Self::BadSidecar => {
                say!(lang, "tệp .yaml kèm theo có lỗi; sửa rồi chép lại", "its sidecar has mistakes; mend it")
            }
            Self::SidecarTaken => say!(
                lang,
                "đã có tệp .yaml khác cho bản tin này; thêm --replace để thay",
                "there is another sidecar for this bulletin; add --replace to exchange it"
            ),
            Self::Restless => say!(
                lang,
                "tệp đang được ghi, chờ xong rồi chạy lại",
                "it is being written to; wait for the end, then run the command again"
            ),
            Self::NotReached => say!(lang, "chưa đến lượt", "its turn did not come"),
        }
    }
}
