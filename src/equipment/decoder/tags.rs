//! Title and language from a file's tags, in bounds.

use symphonia::core::formats::FormatReader;
use symphonia::core::meta::{MetadataRevision, StandardTag};

/// What tags say that a catalogue can use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    pub title: Option<String>,
    pub language: Option<String>,
}

/// A title longer than this is no title, in characters.
const CHARACTERS_MAX: usize = 300;

/// Adds to `tags` what an opened file's container says, and lets its pictures go.
pub fn take(format: &mut dyn FormatReader, mut tags: Tags) -> Tags {
    let mut metadata = format.metadata();
    while let Some(revision) = metadata.pop() {
        read(&revision, &mut tags);
    }
    if let Some(revision) = metadata.current() {
        read(revision, &mut tags);
    }
    tags
}

/// The last word of a revision counts; an empty one does not.
fn read(revision: &MetadataRevision, tags: &mut Tags) {
    let of_tracks = revision.per_track.iter().flat_map(|track| &track.metadata.tags);
    for tag in revision.media.tags.iter().chain(of_tracks) {
        match &tag.std {
            Some(StandardTag::TrackTitle(title)) => tags.title = clean(title).or(tags.title.take()),
            Some(StandardTag::Language(language)) => tags.language = clean(language).or(tags.language.take()),
            _ => {}
        }
    }
}

/// Without control characters and outer spaces, cut to a length a table can show.
pub(super) fn clean(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_control()).take(CHARACTERS_MAX).collect();
    let text = text.trim();
    (!text.is_empty() && !text.eq_ignore_ascii_case("und")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(clean("  Phòng dịch\0\r\n "), Some("Phòng dịch".to_owned()));
        assert_eq!(clean(" \n"), None);
        assert_eq!(clean(&"ô".repeat(1_000)).unwrap().chars().count(), 300);
        assert_eq!(clean("und"), None);
    }
}
