//! Who vouches for the Ministry's files, and what to do where nobody does.

use crate::library::Manifest;
use crate::say;
use crate::words::{Lang, Say, day};
use crate::written::TrustFault;

/// What commands say of approvals where the Ministry has a say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustTalk {
    /// A jingle, or whatever else nobody has to approve.
    NothingToApprove { path: String },
    /// The manifest names this very content.
    Listed { path: String },
    /// The manifest names another content.
    NotAsListed { path: String },
    /// So many ministry files were taken over that do not air yet.
    ApproveArrived { files: usize },
}

impl Say for TrustTalk {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NothingToApprove { path } => say!(
                lang,
                "{path} không cần duyệt; chỉ duyệt bản tin của xã và tệp của Bộ",
                "{path} needs no approval; bulletins and ministry files are what is approved"
            ),
            Self::Listed { path } => say!(
                lang,
                "{path} đúng là nội dung mà manifest.yaml ghi: phát theo danh mục của Bộ, không cần duyệt và không từ chối được ở đây",
                "{path} is the very content that manifest.yaml names: it airs by the Ministry's word, and is neither approved nor rejected here"
            ),
            Self::NotAsListed { path } => say!(
                lang,
                "{path} không phải nội dung mà manifest.yaml ghi, duyệt cũng không phát được; xin lại tệp đúng, hoặc xin danh mục mới ghi tệp này",
                "{path} is not the content that manifest.yaml names, and no approval lets it air; ask for the right file, or for a new manifest that names this one"
            ),
            Self::ApproveArrived { files } => say!(
                lang,
                "{files} tệp của Bộ vừa chép chưa được phát, vì khác với bản đã nhận trước đây hoặc không có danh mục nào được tin ghi nội dung: nghe rồi chạy `loa approve TỆP --by \"CHỨC VỤ, TÊN\"`",
                "{files} of these ministry files do not air yet, since another content was accepted before or no trusted manifest names theirs: listen, then run `loa approve FILE --by \"OFFICE, NAME\"`"
            ),
        }
    }
}

impl Say for TrustFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NotAKey { text } => say!(
                lang,
                "\"{text}\" không phải khóa công khai của minisign; chép dòng bắt đầu bằng RW trong tệp .pub mà cơ quan gửi",
                "\"{text}\" is no public key of minisign; copy the line that begins with RW from the .pub file of the office"
            ),
            Self::NoManifest => say!(
                lang,
                "station.yaml ghi trust.keys nên bộ tệp của Bộ phải có danh mục đã ký, mà ở đây chưa có; chép manifest.yaml và manifest.yaml.minisig vào audio/ministry/",
                "trust.keys in station.yaml asks for a signed manifest, and there is none; copy manifest.yaml and manifest.yaml.minisig into audio/ministry/"
            ),
            Self::Unsigned { signature } => say!(
                lang,
                "danh mục chưa có chữ ký nên không được tính; chép cả {signature} của cơ quan gửi vào cạnh nó",
                "the manifest is not signed, so it does not count; copy the {signature} of the office beside it"
            ),
            Self::NotASignature => say!(
                lang,
                "đây không phải chữ ký của minisign, nên danh mục không được tính; chép lại tệp .minisig của cơ quan gửi",
                "this is no signature of minisign, so the manifest does not count; copy the .minisig file of the office again"
            ),
            Self::UnknownKey { id, trusted } => say!(
                lang,
                "chữ ký của khóa {id}, không có trong trust.keys (được tin: {trusted}), nên danh mục không được tính; gọi cho cơ quan gửi, đúng là khóa của họ thì thêm vào station.yaml",
                "signed with key {id}, which trust.keys does not name (trusted: {trusted}), so the manifest does not count; call the office, and add the key to station.yaml if it is theirs"
            ),
            Self::Tampered { id } => say!(
                lang,
                "chữ ký của khóa {id} không khớp: manifest.yaml đã bị sửa sau khi ký, hoặc chữ ký là của bản khác, nên danh mục không được tính; chép lại cả hai tệp của cơ quan gửi, đừng sửa",
                "the signature of key {id} does not fit: manifest.yaml was changed after it was signed, or this signs another one, so the manifest does not count; copy both files of the office again, unedited"
            ),
            Self::NoBatch => say!(
                lang,
                "danh mục đã ký mà không ghi số lô, nên không được tính; cơ quan gửi thêm dòng `batch: 1` (mỗi lần sau tăng một), rồi ký lại",
                "the signed manifest has no batch, so it does not count; the office has to add `batch: 1` (one more each time) and sign it again"
            ),
            Self::OldBatch { batch, accepted } => say!(
                lang,
                "lô {batch} cũ hơn lô {accepted} đã nhận, nên danh mục không được tính; chép danh mục mới nhất, hoặc xin bản có số lô lớn hơn {accepted}",
                "batch {batch} is older than batch {accepted}, which was accepted before, so the manifest does not count; copy the newest one, or ask for one with a batch above {accepted}"
            ),
            Self::SameBatch { batch } => say!(
                lang,
                "lô {batch} đã nhận với nội dung khác, nên danh mục không được tính; gọi cho cơ quan gửi, xin bản có số lô lớn hơn {batch}",
                "batch {batch} was accepted before with another content, so the manifest does not count; call the office, and ask for one with a batch above {batch}"
            ),
        }
    }
}

/// Batch, signature and days of the manifest in force; nothing of one that has none of them.
#[must_use]
pub fn manifest_standing(manifest: &Manifest, lang: Lang) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(batch) = manifest.batch {
        parts.push(say!(lang, "lô {batch}", "batch {batch}"));
    }
    if let Some(id) = &manifest.signed_by {
        parts.push(say!(lang, "ký bằng khóa {id}", "signed with key {id}"));
    }
    if let Some(from) = manifest.valid.from {
        let from = day(from, lang);
        parts.push(say!(lang, "phát từ ngày {from}", "from {from} on"));
    }
    if let Some(until) = manifest.valid.until {
        let until = day(until, lang);
        parts.push(say!(lang, "đến hết ngày {until}", "until {until}"));
    }
    let parts = parts.join(", ");
    (!parts.is_empty()).then(|| say!(lang, "Danh mục của Bộ: {parts}", "The manifest: {parts}"))
}

/// How many files the ministry set has, in one line.
#[must_use]
pub fn set_counted(expected: u64, present: u64, playable: u64, lang: Lang) -> String {
    say!(
        lang,
        "phải có {expected} tệp, có {present}, phát được {playable}/{expected}",
        "{expected} expected, {present} present, {playable} of {expected} playable"
    )
}

/// That the days of the manifest are over, if the clock can be believed.
#[must_use]
pub fn days_not_judged(until: jiff::civil::Date, lang: Lang) -> String {
    let until = day(until, lang);
    say!(
        lang,
        "theo đồng hồ máy thì danh mục của Bộ đã hết hạn ngày {until}, nhưng đồng hồ đang sai: phát tay vẫn được; chỉnh giờ, rồi xin danh mục mới nếu đã hết hạn thật",
        "by the computer's clock the manifest ended on {until}, but the clock is wrong: what is begun by hand airs; set the clock, and ask for a new manifest if it has ended"
    )
}
