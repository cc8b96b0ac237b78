//! The manifest of the ministry set: which files are expected, how each can be recognised, and who says so.
//!
//! The titles, languages and lengths of the real 32 files were never published; a manifest that knows only their
//! number is as good as one that knows every hash. Where a station trusts keys, a manifest counts only when one of them
//! signed it, and its batch never goes back.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::library::signature::signer;
use crate::library::{CartPath, ContentHash, KeyId, TrustedKey};
use crate::time::{DateRange, Frames};
use crate::written::{Fault, Placed, Problem, Source, TrustFault, ValidFile, Values};

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
    /// Counts the manifests of an office: the later one counts more.
    pub batch: Option<u32>,
    /// Days on which the set may air.
    pub valid: DateRange,
    /// Whose signature was found good; none where none is asked for.
    pub signed_by: Option<KeyId>,
    /// The file itself; none where there is none.
    pub content: Option<ContentHash>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            title: String::new(),
            directive: String::new(),
            expected: EXPECTED_DEFAULT,
            items: Vec::new(),
            batch: None,
            valid: DateRange::default(),
            signed_by: None,
            content: None,
        }
    }
}

impl Manifest {
    /// What it says of a file.
    #[must_use]
    pub fn item(&self, path: &CartPath) -> Option<&ManifestItem> {
        self.items.iter().find(|item| item.path == *path)
    }

    /// The content that it names for a file.
    #[must_use]
    pub fn hash_of(&self, path: &CartPath) -> Option<&ContentHash> {
        self.item(path)?.hash.as_ref()
    }

    /// The same without its days: for as long as nobody knows what day it is.
    #[must_use]
    pub fn undated(&self) -> Self {
        Self { valid: DateRange::default(), ..self.clone() }
    }

    /// What is to be remembered of it once it is in force; nothing of one without a batch.
    #[must_use]
    pub fn accepted(&self, at: Timestamp) -> Option<Accepted> {
        let (batch, content) = (self.batch?, self.content.clone()?);
        Some(Accepted { signed_by: self.signed_by.clone(), batch, content, at })
    }
}

/// A manifest that was in force once, as far as it binds later ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// None of one that was not asked for a signature.
    pub signed_by: Option<KeyId>,
    pub batch: u32,
    pub content: ContentHash,
    pub at: Timestamp,
}

/// Whom a station believes, and what it accepted before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trust {
    /// With none of them nobody has to sign.
    pub keys: Vec<TrustedKey>,
    pub accepted: Vec<Accepted>,
}

impl Trust {
    #[must_use]
    pub fn asks_for_signatures(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The latest batch accepted from those who are believed now.
    #[must_use]
    pub fn latest(&self) -> Option<&Accepted> {
        let believed = |accepted: &&Accepted| match &accepted.signed_by {
            Some(id) => self.names(id),
            None => !self.asks_for_signatures(),
        };
        self.accepted.iter().filter(believed).max_by_key(|accepted| accepted.batch)
    }

    /// What is to be remembered of a manifest that is in force now, unless it or a later one is remembered already.
    #[must_use]
    pub fn newly_accepted(&self, manifest: &Manifest, at: Timestamp) -> Option<Accepted> {
        let new = manifest.accepted(at)?;
        self.latest().is_none_or(|latest| latest.batch < new.batch).then_some(new)
    }

    fn names(&self, id: &KeyId) -> bool {
        self.keys.iter().any(|key| key.id == *id)
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
    batch: Option<Placed<u32>>,
    valid: Option<ValidFile>,
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

/// Reads a manifest, whoever wrote it.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn read_manifest(source: &Source) -> Result<Manifest, Vec<Problem>> {
    read(source, &Trust::default(), None)
}

/// Reads a manifest that may come into force: signed by somebody who is believed, if keys are trusted, and of no earlier
/// batch than was accepted before.
///
/// # Errors
/// Why it does not count. Of one with a bad signature nothing else is said: nobody knows who wrote it.
pub fn read_trusted(source: &Source, signature: Option<&Source>, trust: &Trust) -> Result<Manifest, Vec<Problem>> {
    if !trust.asks_for_signatures() {
        return read(source, trust, None);
    }
    let fault = |file: &str, fault| vec![Problem::whole(file, Fault::Trust(fault))];
    let Some(signature) = signature else {
        let name = source.file.rsplit('/').next().unwrap_or_default();
        return Err(fault(&source.file, TrustFault::Unsigned { signature: format!("{name}.minisig") }));
    };
    let key = signer(source, signature, &trust.keys).map_err(|found| fault(&signature.file, found))?;
    read(source, trust, Some(key.id.clone()))
}

fn read(source: &Source, trust: &Trust, signed_by: Option<KeyId>) -> Result<Manifest, Vec<Problem>> {
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
        batch: written.batch.as_ref().map(|batch| batch.value),
        valid: values.valid(written.valid.as_ref()),
        content: ContentHash::new(&blake3::hash(source.bytes()).to_hex()),
        signed_by,
    };
    judge_batch(&manifest, written.batch.as_ref(), trust.latest(), &mut values);
    if values.problems.is_empty() { Ok(manifest) } else { Err(values.problems) }
}

/// A stick of last month must not bring last month's set back.
fn judge_batch(manifest: &Manifest, batch: Option<&Placed<u32>>, latest: Option<&Accepted>, values: &mut Values) {
    let is_signed = manifest.signed_by.is_some();
    let Some(batch) = batch else {
        if is_signed {
            values.problems.push(Problem::whole(&values.source.file, Fault::Trust(TrustFault::NoBatch)));
        }
        return;
    };
    let (at, batch) = (batch.referenced, batch.value);
    let fault = match latest {
        Some(latest) if batch < latest.batch => TrustFault::OldBatch { batch, accepted: latest.batch },
        // An operator may mend a list of his own; what is signed has one content for each batch.
        Some(latest) if is_signed && batch == latest.batch && manifest.content.as_ref() != Some(&latest.content) => {
            TrustFault::SameBatch { batch }
        }
        _ => return,
    };
    values.fault(at, Fault::Trust(fault));
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
    fn accepted(batch: u32, text: &str, signed_by: Option<&str>) -> Accepted {
        let content = ContentHash::new(&blake3::hash(text.as_bytes()).to_hex()).unwrap();
        Accepted { signed_by: signed_by.and_then(KeyId::new), batch, content, at: Timestamp::UNIX_EPOCH }
    }

    fn under(text: &str, trust: &Trust) -> Result<Option<u32>, String> {
        let source = Source::new("m.yaml", text.as_bytes().to_vec()).unwrap();
        let read = read_trusted(&source, None, trust);
        read.map(|manifest| manifest.batch)
            .map_err(|problems| format!("{} {:?}", problems[0].spot(), problems[0].fault))
    }

    #[test]
    fn a_batch_never_goes_back() {
        let seven = "batch: 7\nexpected: 2\n";
        let trust = Trust { accepted: vec![accepted(7, seven, None), accepted(3, "x", None)], ..Trust::default() };
        assert_eq!(under(seven, &trust), Ok(Some(7)));
        assert_eq!(under("batch: 8\n", &trust), Ok(Some(8)));
        assert_eq!(under("batch: 7\n", &trust), Ok(Some(7)), "an unsigned one may be mended");
        assert_eq!(under("expected: 2\n", &trust), Ok(None), "and has to have none");
        let refused = under("expected: 2\nbatch: 6\n", &trust).unwrap_err();
        assert_eq!(refused, "m.yaml:2:8 Trust(OldBatch { batch: 6, accepted: 7 })");
        let signed = Trust { accepted: vec![accepted(9, "x", Some("E7620F1842B4E81F"))], ..Trust::default() };
        assert_eq!(under(seven, &signed), Ok(Some(7)), "what keys said that are not trusted now binds nobody");
    }

    #[test]
    fn days_and_batch_are_numbers_and_days() {
        let manifest = read("batch: 7\nvalid: {from: 2020-08-01, until: 2021-01-31}\n").unwrap();
        assert_eq!((manifest.batch, manifest.valid.until), (Some(7), "2021-01-31".parse().ok()));
        for wrong in ["batch: bảy\n", "batch: -1\n", "batch: 1.5\n"] {
            assert_eq!(read(wrong).unwrap_err()[0].spot(), "audio/ministry/manifest.yaml:1:8", "{wrong}");
        }
    }
}
