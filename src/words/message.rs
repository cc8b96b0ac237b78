//! What commands say besides their data.

use crate::say;
use crate::words::{Carry, ClockTold, DatabaseTalk, DoctorTalk, Lang, Recall, Say, TrialTold, TrustTalk, Urgent};

/// One message of a command to the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    WrongUsage,
    NoHome { dir: String },
    HomeExists { dir: String },
    HomeMade { dir: String },
    CannotWrite { file: String, detail: String },
    FolderGone { folder: String, detail: String },
    Database(DatabaseTalk),
    Carry(Carry),
    AllGood { sessions: usize, files: usize },
    Problems { errors: usize, warnings: usize },
    NoSuchSession { id: String, known: String },
    QuietNow { quiet: String },
    AlreadyRunning { home: String },
    NotAsRoot { home: String },
    Urgent(Urgent),
    Clock(ClockTold),
    Trial(TrialTold),
    Recall(Recall),
    Doctor(DoctorTalk),
    OnAirAlready { session: String },
    Trust(TrustTalk),
    NoName,
    NoSuchFile { path: String },
    NotReadable { path: String, why: String },
    Approved { path: String, by: String },
    Rejected { path: String, by: String },
    NoSuchLevel { level: String, known: String },
    NoLevels,
    LevelInForce { level: String, since: String },
    LevelSet { level: String },
    NotANumber { text: String },
    NotALength { text: String },
    EntryKept { subject: String },
    InstallsKept { districts: usize },
    MoreThanAll { subject: String },
    EntrySaysNothing,
    NotPartOfEntry { subject: String, option: &'static str },
    NotLessThanAired { row: u64 },
    BlankOption { option: &'static str },
    NoSuchEntry { name: String },
    WhichDistrict,
    CsvIsForInstalls,
    NoSuchRound { name: String, known: String },
    NoDocument,
    UnknownEnding { ending: String },
    FileMade { file: String },
    CannotRead { file: String, detail: String },
    NotToBeVerified { file: String },
    NotAHead { text: String },
    LogWhole { name: String, rows: usize, head: Option<String> },
    NoSuchRow { row: u64 },
    NotAnAiring { row: u64 },
    NoSuchReason { name: String, known: String },
    CorrectionWithoutReason { known: String },
    MoreThanHeard { row: u64, heard: String, aired: String },
    Corrected { row: u64, by_row: u64 },
    Short { days: usize },
    NotASimulation { dir: String },
    Simulated { days: i64, airings: u64, days_met: u64, days_owed: u64, dir: String },
    NoDevices,
    NotRunning,
    RunningIn { home: String },
    PeriodTooLong { from: String, to: String },
    BackwardPeriod { from: String, to: String },
    Sound { why: String },
}

impl Say for Message {
    fn say(&self, lang: Lang) -> String {
        self.of_home(lang)
            .or_else(|| self.of_the_air(lang))
            .or_else(|| self.of_the_log(lang))
            .or_else(|| self.of_entries(lang))
            .unwrap_or_else(|| self.of_papers(lang))
    }
}

impl Message {
    fn of_home(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::NoHome { dir } => say!(
                lang,
                "không thấy {dir}/station.yaml; chạy `loa init {dir}` để tạo, hoặc chỉ nhà đài bằng --home DIR",
                "{dir}/station.yaml not found; try `loa init {dir}`, or point to the station's home with --home DIR"
            ),
            Self::HomeExists { dir } => {
                say!(
                    lang,
                    "{dir} đã có station.yaml; không ghi đè",
                    "{dir} holds a station.yaml already; nothing was overwritten"
                )
            }
            Self::HomeMade { dir } => say!(
                lang,
                "Đã tạo {dir}. Tiếp theo: sửa {dir}/station.yaml, chép tệp vào {dir}/audio/, rồi chạy `loa --home {dir} check`",
                "Made {dir}. Next: edit {dir}/station.yaml, copy files into {dir}/audio/, then run `loa --home {dir} check`"
            ),
            Self::CannotWrite { file, detail } => {
                say!(
                    lang,
                    "không ghi được {file} ({detail}); kiểm tra quyền và dung lượng đĩa",
                    "{file} cannot be written ({detail}); check rights and free disk"
                )
            }
            Self::FolderGone { folder, detail } => say!(
                lang,
                "không đọc được thư mục {folder} ({detail}); cắm lại ổ đĩa hoặc tạo thư mục",
                "the folder {folder} cannot be read ({detail}); plug the drive in or make the folder"
            ),
            Self::Database(talk) => talk.say(lang),
            Self::Carry(carry) => carry.say(lang),
            Self::NotASimulation { dir } => say!(
                lang,
                "{dir} có sẵn và không phải thư mục mô phỏng; chọn thư mục khác bằng --into",
                "{dir} exists and is no simulation; choose another folder with --into"
            ),
            _ => return None,
        })
    }

    fn of_the_air(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::NoSuchSession { id, known } => {
                say!(lang, "không có buổi phát \"{id}\"; có: {known}", "there is no session \"{id}\"; known: {known}")
            }
            Self::QuietNow { quiet } => say!(
                lang,
                "đang giờ im lặng ({quiet} trong station.yaml): chỉ tin khẩn cấp được phát; chờ hết giờ hoặc sửa quiet_hours",
                "these are quiet hours ({quiet} in station.yaml): only an emergency airs now; wait, or mend quiet_hours"
            ),
            Self::AlreadyRunning { home } => say!(
                lang,
                "một chương trình loa khác đang phát cho {home}; xem `loa status`",
                "another loa is on the air for {home}; see `loa status`"
            ),
            Self::NotAsRoot { home } => say!(
                lang,
                "{home} thuộc về người dùng khác, không phát bằng quyền root; chạy `systemctl start loa`, hoặc `sudo -u loa loa run`",
                "{home} belongs to another user, root does not go on the air with it; run `systemctl start loa`, or `sudo -u loa loa run`"
            ),
            Self::Recall(recall) => recall.say(lang),
            Self::Urgent(urgent) => urgent.say(lang),
            Self::Clock(clock) => clock.say(lang),
            Self::Trial(trial) => trial.say(lang),
            Self::Doctor(talk) => talk.say(lang),
            Self::OnAirAlready { session } => {
                say!(
                    lang,
                    "buổi \"{session}\" đang phát; chờ hết buổi",
                    "session \"{session}\" is on the air; wait for its end"
                )
            }
            Self::NoDevices => say!(
                lang,
                "không thấy thiết bị âm thanh nào; dùng được `silent` hoặc `wav:TỆP` trong output.device",
                "no sound device found; `silent` or `wav:FILE` can be used as output.device"
            ),
            Self::NotRunning => say!(
                lang,
                "Chương trình không chạy; khởi động bằng `loa run`",
                "The program is not running; start it with `loa run`"
            ),
            Self::RunningIn { home } => {
                say!(lang, "Đài phát từ {home}. Dừng: Ctrl-C", "On the air from {home}. To stop: Ctrl-C")
            }
            Self::Sound { why } => why.clone(),
            _ => return None,
        })
    }

    fn of_the_log(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::CannotRead { file, detail } => say!(
                lang,
                "không đọc được {file} ({detail}); kiểm tra tên tệp và quyền",
                "{file} cannot be read ({detail}); check its name and rights"
            ),
            Self::NotToBeVerified { file } => say!(
                lang,
                "{file} là sổ tính, không tự chứng minh được; xuất nhật ký bằng `loa log --format csv` hoặc json",
                "{file} is a workbook, which cannot be verified; export the log with `loa log --format csv` or json"
            ),
            Self::NotAHead { text } => say!(
                lang,
                "\"{text}\" không phải đầu chuỗi; chép nguyên dòng LOA:… in trên báo cáo, hoặc quét mã QR",
                "\"{text}\" is no head of a log; copy the line LOA:… from the report, or scan its QR code"
            ),
            Self::LogWhole { name, rows, head } => {
                let head = head.as_ref().map_or(String::new(), |head| format!("\n{head}"));
                say!(lang, "{name}: nguyên vẹn, {rows} dòng{head}", "{name}: whole, {rows} rows{head}")
            }
            Self::NoSuchRow { row } => say!(
                lang,
                "nhật ký không có dòng {row}; xem số dòng bằng `loa log`",
                "the log has no row {row}; `loa log` shows the numbers"
            ),
            Self::NotAnAiring { row } => say!(
                lang,
                "dòng {row} không nói về một lượt phát; chỉ đính chính được dòng của một mục phát",
                "row {row} is about no item; only rows of items can be corrected"
            ),
            Self::NoSuchReason { name, known } => {
                say!(lang, "không có lý do \"{name}\"; có: {known}", "there is no reason \"{name}\"; known: {known}")
            }
            Self::CorrectionWithoutReason { known } => say!(
                lang,
                "vì sao nghe được ít hơn? thêm --reason, một trong: {known}",
                "why was less heard? add --reason, one of: {known}"
            ),
            Self::BlankOption { option } => {
                say!(lang, "{option} để trống; ghi rõ ai, vì sao", "{option} is blank; say who, and why")
            }
            Self::NotLessThanAired { row } => say!(
                lang,
                "dòng {row} vẫn tính là đã phát, nên không có lý do; thêm --heard nếu thực tế nghe được ít hơn",
                "row {row} still counts as aired, so it has no reason; add --heard if less was heard in truth"
            ),
            Self::MoreThanHeard { row, heard, aired } => say!(
                lang,
                "dòng {row} ghi {aired} đã ra loa, không thể đính chính thành {heard}: không ai nghe được nhiều hơn máy đã phát",
                "row {row} says that {aired} went out, it cannot be corrected to {heard}: nobody heard more than was played"
            ),
            Self::Corrected { row, by_row } => {
                say!(lang, "Đã đính chính dòng {row} bằng dòng {by_row}", "Row {row} is corrected by row {by_row}")
            }
            _ => return None,
        })
    }

    fn of_entries(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::EntryKept { subject } => {
                say!(lang, "Đã ghi {subject}", "Kept: {subject}")
            }
            Self::InstallsKept { districts } => {
                say!(
                    lang,
                    "Đã ghi số cài đặt của {districts} địa phương",
                    "Kept: installations of {districts} districts"
                )
            }
            Self::MoreThanAll { subject } => {
                say!(
                    lang,
                    "lưu ý: {subject} vượt 100 %; kiểm tra lại số vừa nhập",
                    "note: {subject} is above 100 %; check the number"
                )
            }
            Self::EntrySaysNothing => say!(
                lang,
                "chưa có gì để ghi; thêm --count, --ratio hoặc --note",
                "there is nothing to keep; add --count, --ratio or --note"
            ),
            Self::NotPartOfEntry { subject, option } => {
                say!(lang, "{subject} không có --{option}; bỏ tùy chọn ấy", "{subject} has no --{option}; leave it out")
            }
            Self::NoSuchEntry { name } => say!(
                lang,
                "không có mục \"{name}\"; có: 2 đến 8 (dòng của báo cáo), proposals (đề xuất), installs (cài đặt)",
                "there is no \"{name}\"; known: 2 to 8 (rows of the report), proposals, installs"
            ),
            Self::WhichDistrict => say!(
                lang,
                "cài đặt ở đâu? thêm --district \"HUYỆN\", hoặc đọc cả bảng bằng --csv TỆP",
                "installations where? add --district \"NAME\", or read the whole table with --csv FILE"
            ),
            Self::CsvIsForInstalls => say!(
                lang,
                "--csv chỉ dùng cho installs: loa report set installs --csv TỆP",
                "--csv is for installs only: loa report set installs --csv FILE"
            ),
            Self::NoSuchRound { name, known } if known.is_empty() => say!(
                lang,
                "đợt \"{name}\" chưa khai báo; thêm vào `rounds:` trong station.yaml, hoặc cho --from và --to",
                "round \"{name}\" is not announced; add it to `rounds:` in station.yaml, or give --from and --to"
            ),
            Self::NoSuchRound { name, known } => say!(
                lang,
                "không có đợt \"{name}\" trong station.yaml; có: {known}",
                "there is no round \"{name}\" in station.yaml; known: {known}"
            ),
            Self::UnknownEnding { ending } => say!(
                lang,
                "không biết dạng tệp .{ending}; dùng .csv, .json, .xlsx, .docx, .pdf, .html, .txt, hoặc thêm --format",
                "nothing is known of .{ending} files; use .csv, .json, .xlsx, .docx, .pdf, .html, .txt, or add --format"
            ),
            Self::NoDocument => say!(
                lang,
                "nhật ký dạng này không phải văn bản để ký; dùng `loa report --form logbook`",
                "this is no paper to be signed; use `loa report --form logbook`"
            ),
            _ => return None,
        })
    }

    fn of_papers(&self, lang: Lang) -> String {
        match self {
            Self::WrongUsage => say!(
                lang,
                "loa: gọi lệnh chưa đúng; cách dùng: `loa --help`, `loa LỆNH --help`. Chi tiết:",
                "loa: wrong usage; see `loa --help`, `loa COMMAND --help`:"
            ),
            Self::AllGood { sessions, files } => say!(
                lang,
                "Không có lỗi: {sessions} buổi phát, {files} tệp phát được, các buổi đáp ứng chỉ tiêu",
                "No mistakes: {sessions} sessions, {files} playable files, the sessions meet the obligations"
            ),
            Self::Problems { errors, warnings } => {
                say!(lang, "{errors} lỗi, {warnings} lưu ý", "{errors} errors, {warnings} notes")
            }
            Self::NoName => say!(
                lang,
                "ai duyệt? thêm --by \"CHỨC VỤ, TÊN\"; tên được ghi vào sổ",
                "who approves? add --by \"OFFICE, NAME\"; the name is kept"
            ),
            Self::Trust(talk) => talk.say(lang),
            Self::NoSuchFile { path } => {
                say!(lang, "không có tệp {path} trong audio/", "there is no file {path} in audio/")
            }
            Self::NotReadable { path, why } => {
                say!(
                    lang,
                    "{path} không phát được nên không duyệt được: {why}",
                    "{path} cannot air, so it cannot be approved: {why}"
                )
            }
            Self::Approved { path, by } => say!(lang, "{by} đã duyệt {path}", "{path} approved by {by}"),
            Self::Rejected { path, by } => say!(lang, "{by} không duyệt {path}", "{path} rejected by {by}"),
            Self::NoSuchLevel { level, known } => say!(
                lang,
                "không có cấp độ \"{level}\" trong station.yaml; có: {known}",
                "there is no level \"{level}\" in station.yaml; known: {known}"
            ),
            Self::NoLevels => say!(
                lang,
                "station.yaml không khai báo cấp độ nào; thêm `levels: [1, 2, 3]`",
                "station.yaml names no levels; add `levels: [1, 2, 3]`"
            ),
            Self::LevelInForce { level, since } => {
                say!(lang, "Cấp độ {level}{since}", "Level {level}{since}")
            }
            Self::LevelSet { level } => say!(
                lang,
                "Từ nay áp dụng cấp độ {level}; đài đang phát nhận ngay từ buổi sau",
                "Level {level} is in force from now on; a running station takes it from the next session on"
            ),
            Self::NotANumber { text } => say!(
                lang,
                "\"{text}\" không phải số; viết như 200.000 hoặc 8,35",
                "\"{text}\" is no number; write it like 200000 or 8.35"
            ),
            Self::NotALength { text } => crate::time::Unreadable::Length { text: text.clone() }.say(lang),
            Self::FileMade { file } => say!(lang, "Đã ghi {file}", "Wrote {file}"),
            Self::Short { days } => {
                say!(lang, "{days} ngày không đạt chỉ tiêu", "the obligation was not met on {days} days")
            }
            Self::Simulated { days, airings, days_met, days_owed, dir } => say!(
                lang,
                "Đã mô phỏng {days} ngày: {airings} lượt phát, đạt chỉ tiêu {days_met}/{days_owed} ngày.\nXem: loa --home {dir} log | report | status",
                "Simulated {days} days: {airings} airings, obligations met on {days_met} of {days_owed} days.\nSee: loa --home {dir} log | report | status"
            ),
            Self::PeriodTooLong { from, to } => say!(
                lang,
                "kỳ báo cáo từ {from} đến {to} dài quá mười năm; xem lại năm đã gõ",
                "the period from {from} to {to} is longer than ten years; check the year"
            ),
            Self::BackwardPeriod { from, to } => say!(
                lang,
                "kỳ báo cáo kết thúc ({to}) trước khi bắt đầu ({from}); đổi lại --from và --to",
                "the period ends ({to}) before it begins ({from}); swap --from and --to"
            ),
            other => format!("{other:?}"),
        }
    }
}
