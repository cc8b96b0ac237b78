//! What comes from a stick or a share: under which name it is kept, and why it is not taken.
//!
//! Names come from FAT and from other computers: in any case, in either Unicode form, with dots and blanks behind them.

use unicode_normalization::UnicodeNormalization as _;

use crate::library::{ContentHash, Defect, ManifestItem};
use crate::time::Frames;

/// What most file systems hold of one name, in bytes. FAT counts letters, and so holds longer Vietnamese names.
const NAME_BYTES_MAX: usize = 255;
/// What a sidecar's ending may need behind a name's stem.
const SIDECAR_ENDING: usize = ".yaml".len();

/// Why a file is not taken over, with what a clerk can do. The words stand in `words`.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It could not air anyway.
    Unfit(Defect),
    /// Its name is no UTF-8.
    BadName,
    LongName,
    /// A link, which may lead anywhere.
    Link,
    /// Not named by the manifest: nobody answers for it as one of the ministry's.
    NotListed,
    /// Not the content that the manifest names.
    OtherThanListed,
    /// There is another content under this name.
    Taken,
    /// What stands there under this name is no file.
    InTheWay,
    /// Another file of the same folder has the same name, but for its case or its spelling.
    Twice {
        other: String,
    },
    BadSidecar,
    /// There is another sidecar for this bulletin.
    SidecarTaken,
    /// It grew or shrank while it was read.
    Restless,
    /// The source went away before it was its turn.
    NotReached,
}

impl Refusal {
    /// Its name for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unfit(Defect::Silent) => "silent",
            Self::Unfit(Defect::Unsupported { .. }) => "unsupported",
            Self::Unfit(Defect::Unreadable { .. }) => "unreadable",
            Self::Unfit(Defect::Unexamined { .. }) => "unexamined",
            Self::Unfit(_) => "broken",
            Self::BadName => "bad_name",
            Self::LongName => "long_name",
            Self::Link => "link",
            Self::NotListed => "not_listed",
            Self::OtherThanListed => "changed",
            Self::Taken => "taken",
            Self::InTheWay => "in_the_way",
            Self::Twice { .. } => "twice",
            Self::BadSidecar => "bad_sidecar",
            Self::SidecarTaken => "sidecar_taken",
            Self::Restless => "copying",
            Self::NotReached => "not_reached",
        }
    }
}

/// The path under which a file is kept, from its path below the folder it comes from: composed (NFC), without what FAT
/// and shells stumble over. None if nothing is left of a part.
#[must_use]
pub fn kept_path(written: &str) -> Option<String> {
    let odd = |c: char| if c == '\\' || c.is_control() { '_' } else { c };
    let part = |part: &str| {
        let part: String = part.nfc().map(odd).collect();
        part.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned()
    };
    let parts: Vec<String> = written.split('/').map(part).collect();
    parts.iter().all(|part| !part.is_empty()).then(|| parts.join("/"))
}

/// Whether every part of a kept path, and the sidecar beside it, has room on a disk.
#[must_use]
pub fn fits_a_disk(kept: &str) -> bool {
    let stem = kept.rsplit_once('.').map_or(kept, |(stem, _)| stem);
    let sidecar = stem.rsplit('/').next().unwrap_or(stem).len() + SIDECAR_ENDING;
    kept.split('/').all(|part| part.len() <= NAME_BYTES_MAX) && sidecar <= NAME_BYTES_MAX
}

/// What two spellings of one name have in common: FAT does not tell them apart.
#[must_use]
pub fn same_name_key(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).collect()
}

/// Whether a file is what the manifest says of it.
#[must_use]
pub fn refused_by_manifest(item: &ManifestItem, hash: &ContentHash, length: Frames) -> Option<Refusal> {
    if let Some(told) = item.length.filter(|&told| length + Frames::from_secs(1) < told) {
        let (expected_secs, found_secs) = (told.as_secs_f64(), length.as_secs_f64());
        return Some(Refusal::Unfit(Defect::Truncated { expected_secs, found_secs }));
    }
    item.hash.as_ref().is_some_and(|told| told != hash).then_some(Refusal::OtherThanListed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_stick_become_names_of_ours() {
        let kept = |name: &str| kept_path(name);
        assert_eq!(kept("Ho\u{323}p da\u{302}n.MP3").as_deref(), Some("Họp dân.MP3"));
        assert_eq!(kept("a.mp3. ").as_deref(), Some("a.mp3"));
        assert_eq!(kept("thang 8./ a.mp3").as_deref(), Some("thang 8/a.mp3"));
        assert_eq!(kept("a\\b\n.mp3").as_deref(), Some("a_b_.mp3"));
        assert_eq!((kept(" ."), kept("../a.mp3")), (None, None));
        assert_eq!(same_name_key("THÔNG-BÁO.MP3"), same_name_key("tho\u{302}ng-ba\u{301}o.mp3"));
        assert!(fits_a_disk("a.mp3") && !fits_a_disk(&format!("{}.mp3", "ệ".repeat(90))));
        assert!(!fits_a_disk(&format!("{}.mp3", "a".repeat(251))), "its sidecar has no room");
    }
}
