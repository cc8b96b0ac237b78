//! The manifest of the ministry set: which files are expected, and how each can be recognised.
//!
//! The titles, languages and lengths of the real 32 files were never published; a manifest that knows only their
//! number is as good as one that knows every hash.

use std::collections::HashMap;

use serde::Deserialize;

use crate::library::{CartPath, ContentHash};
use crate::time::Frames;
use crate::written::{Fault, Placed, Problem, Source, Values};

/// How many files the Ministry sent out in 2020, where no manifest says otherwise.
const EXPECTED_DEFAULT: u32 = 32;

/// What `audio/ministry/manifest.yaml` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    pub title: String,
    pub directive: String,
    /// How many files the set has.
    pub expected: u32,
    /// What is known of each; none, or fewer than expected, where only the number is known.
    pub items: Vec<ManifestItem>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { title: String::new(), directive: String::new(), expected: EXPECTED_DEFAULT, items: Vec::new() }
    }
}

/// One expected file.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestItem {
    pub path: CartPath,
    pub title: Option<String>,
    pub language: Option<String>,
    /// As the Ministry gives it, to a tenth of a second or so.
    pub length: Option<Frames>,
    pub hash: Option<ContentHash>,
    pub emphasis: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    title: Option<String>,
    directive: Option<String>,
    expected: Option<u32>,
    #[serde(default)]
    items: Vec<ItemFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFile {
    file: Placed<String>,
    title: Option<String>,
    language: Option<String>,
    duration: Option<Placed<f64>>,
    blake3: Option<Placed<String>>,
    #[serde(default)]
    emphasis: bool,
}

/// Reads the manifest.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn read_manifest(source: &Source) -> Result<Manifest, Vec<Problem>> {
    let written: ManifestFile = source.parse().map_err(|problem| vec![problem])?;
    let mut values = Values::of(source);
    let mut lines: HashMap<CartPath, u64> = HashMap::new();
    let items: Vec<_> = written.items.iter().filter_map(|item| read_item(item, &mut lines, &mut values)).collect();
    let expected = written.expected.unwrap_or(if items.is_empty() {
        EXPECTED_DEFAULT
    } else {
        u32::try_from(items.len()).unwrap_or(u32::MAX)
    });
    if let Some(extra) = written.items.get(expected as usize) {
        values.fault(extra.file.referenced, Fault::TooManyItems { expected, items: written.items.len() });
    }
    let manifest = Manifest {
        title: written.title.unwrap_or_default(),
        directive: written.directive.unwrap_or_default(),
        expected,
        items,
    };
    if values.problems.is_empty() { Ok(manifest) } else { Err(values.problems) }
}

fn read_item(item: &ItemFile, lines: &mut HashMap<CartPath, u64>, values: &mut Values) -> Option<ManifestItem> {
    let at = item.file.referenced;
    let Some(path) = CartPath::new(&format!("ministry/{}", item.file.value.trim())) else {
        values.fault(at, Fault::PathOutside { path: item.file.value.clone() });
        return None;
    };
    if let Some(&other_line) = lines.get(&path) {
        values.fault(at, Fault::DuplicateItem { file: item.file.value.clone(), other_line });
        return None;
    }
    lines.insert(path.clone(), at.line());
    let hash = item.blake3.as_ref().map(|text| (text, ContentHash::new(text.value.trim())));
    if let Some((text, None)) = &hash {
        values.fault(text.referenced, Fault::BadHash { text: text.value.clone() });
    }
    let secs = item.duration.as_ref().and_then(|secs| values.number("duration", secs, 0.1, 43_200.0));
    Some(ManifestItem {
        path,
        title: item.title.clone(),
        language: item.language.clone(),
        length: secs.map(millis),
        hash: hash.and_then(|(_, hash)| hash),
        emphasis: item.emphasis,
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0.1 to 43,200 seconds")]
fn millis(secs: f64) -> Frames {
    Frames::from_millis((secs * 1_000.0).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Manifest, Vec<Problem>> {
        read_manifest(&Source::new("audio/ministry/manifest.yaml", text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn the_number_alone_is_a_manifest() {
        let manifest = read("title: Bộ 32 tệp\nexpected: 32\n").unwrap();
        assert_eq!((manifest.expected, manifest.items.len()), (32, 0));
    }

    #[test]
    fn a_file_named_twice_and_a_bad_hash_are_named() {
        let problems =
            read("items:\n  - {file: 01.mp3}\n  - {file: 01.mp3}\n  - {file: 02.mp3, blake3: abc}\n").unwrap_err();
        assert!(matches!(&problems[0].fault, Fault::DuplicateItem { other_line: 2, .. }), "{problems:?}");
        assert!(matches!(&problems[1].fault, Fault::BadHash { .. }));
    }

    #[test]
    fn more_items_than_expected_is_said() {
        let problems = read("expected: 1\nitems:\n  - {file: a.mp3}\n  - {file: b.mp3}\n").unwrap_err();
        assert_eq!(problems[0].fault, Fault::TooManyItems { expected: 1, items: 2 });
        assert_eq!(problems[0].place.map(|place| place.line), Some(4));
    }
}
