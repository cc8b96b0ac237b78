//! Sidecars of bulletins, the manifest of the ministry set, and the signature beside it.

use jiff::Timestamp;
use loaphuong::library::{Trust, TrustedKey, read_manifest, read_sidecar, read_trusted};
use loaphuong::written::Source;

use super::papers::{read, source, text};

/// Made with the stock tool, see the README there.
const SIGNED: &str = include_str!("../../tests/fixtures/signed/manifest.yaml");
const SIGNATURE: &str = include_str!("../../tests/fixtures/signed/manifest.yaml.minisig");
const KEY: &str = include_str!("../../tests/fixtures/signed/key.pub");
/// The batch that a station without keys accepted before.
const ACCEPTED: u32 = 7;

/// The bytes as a sidecar, as a manifest, as a signature, and as a key.
pub fn sidecars(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = TrustedKey::new(text);
    }
    let Some(written) = source("audio/ministry/manifest.yaml", bytes) else { return };
    read(&written, read_sidecar);
    if read(&written, read_manifest).is_some() {
        let listed = read(&written, |written| read_trusted(written, None, &without_keys()));
        let batch = listed.and_then(|manifest| manifest.batch);
        assert!(batch.is_none_or(|batch| batch >= ACCEPTED), "an old batch comes back");
    }
    let trust = with_a_key();
    let signed =
        |manifest: &Source, signature: &Source| read(manifest, |text| read_trusted(text, Some(signature), &trust));
    if signed(&written, &text("manifest.yaml.minisig", SIGNATURE)).is_some() {
        assert_eq!(written.text(), SIGNED, "nobody signed this");
    }
    if let Some(manifest) = signed(&text("manifest.yaml", SIGNED), &written) {
        assert_eq!(manifest.signed_by.as_ref(), Some(&trust.keys[0].id));
    }
}

fn without_keys() -> Trust {
    let manifest = read(&text("manifest.yaml", SIGNED), read_manifest).expect("it is right");
    let accepted = manifest.accepted(Timestamp::UNIX_EPOCH).expect("it has a batch");
    assert_eq!(accepted.batch, ACCEPTED);
    Trust { keys: Vec::new(), accepted: vec![accepted] }
}

fn with_a_key() -> Trust {
    let key = KEY.lines().nth(1).and_then(TrustedKey::new);
    Trust { keys: vec![key.expect("a public key")], accepted: Vec::new() }
}
