//! Signatures in minisign's format: whose keys a station trusts, and whether one of them signed these very bytes.
//!
//! Any office signs with the stock tool `minisign`; nothing here can sign. What a signed manifest has to hold besides is
//! asked in `manifest`.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign_verify::{PublicKey, Signature};

use crate::written::{Source, TrustFault};

/// The name of a key pair, as minisign writes it into the comment of a public key: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Takes an id as it was kept.
    #[must_use]
    pub fn new(hex: &str) -> Option<Self> {
        let valid = hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(hex.to_ascii_uppercase()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Out of a line that minisign wrote: two letters for the algorithm, then the id, its last byte first.
    fn of_line(line: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(line.trim()).ok()?;
        let id: [u8; 8] = bytes.get(2..10)?.try_into().ok()?;
        Some(Self(format!("{:016X}", u64::from_le_bytes(id))))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key whose owner is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustedKey {
    pub id: KeyId,
    key: PublicKey,
}

impl TrustedKey {
    /// Takes the second line of a `.pub` file of minisign, which begins with `RW`.
    #[must_use]
    pub fn new(line: &str) -> Option<Self> {
        let key = PublicKey::from_base64(line.trim()).ok()?;
        Some(Self { id: KeyId::of_line(line)?, key })
    }
}

/// Which of `keys` signed the file.
///
/// Signatures of the older kind, without a hash before them, count as well: offices have old tools.
///
/// # Errors
/// None did: what stands beside the file is no signature, is somebody else's, or belongs to other bytes.
pub fn signer<'a>(file: &Source, signature: &Source, keys: &'a [TrustedKey]) -> Result<&'a TrustedKey, TrustFault> {
    let made = Signature::decode(signature.text()).map_err(|_| TrustFault::NotASignature)?;
    let id = signature.text().lines().nth(1).and_then(KeyId::of_line).ok_or(TrustFault::NotASignature)?;
    let mut named = keys.iter().filter(|trusted| trusted.id == id).peekable();
    if named.peek().is_none() {
        let trusted: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        return Err(TrustFault::UnknownKey { id: id.to_string(), trusted: trusted.join(", ") });
    }
    let signed = |trusted: &&TrustedKey| trusted.key.verify(file.bytes(), &made, true).is_ok();
    named.find(signed).ok_or_else(|| TrustFault::Tampered { id: id.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with the stock tool, see the README there.
    const MANIFEST: &str = include_str!("../../tests/fixtures/signed/manifest.yaml");
    const SIGNATURE: &str = include_str!("../../tests/fixtures/signed/manifest.yaml.minisig");
    const OLDER: &str = include_str!("../../tests/fixtures/signed/older.minisig");
    const PUB: &str = include_str!("../../tests/fixtures/signed/key.pub");
    const ID: &str = "911B1A98397D4F97";

    fn key() -> &'static str {
        PUB.lines().nth(1).unwrap()
    }

    fn signed(text: &str, signature: &str, key: &str) -> Result<String, TrustFault> {
        let source = |text: &str| Source::new("f", text.as_bytes().to_vec()).unwrap();
        let keys = [TrustedKey::new(key).unwrap()];
        signer(&source(text), &source(signature), &keys).map(|key| key.id.to_string())
    }

    #[test]
    fn what_the_stock_tool_signed_is_known_again() {
        assert!(PUB.lines().next().unwrap().ends_with(ID), "the id is the one that minisign prints");
        for signature in [SIGNATURE, OLDER, &SIGNATURE.replace('\n', "\r\n")] {
            assert_eq!(signed(MANIFEST, signature, key()), Ok(ID.to_owned()));
            for other in [MANIFEST.replace("batch: 7", "batch: 8"), format!("\u{feff}{MANIFEST}")] {
                assert_eq!(signed(&other, signature, key()), Err(TrustFault::Tampered { id: ID.to_owned() }));
            }
        }
        let comment = SIGNATURE.replace("lô 7", "lô 8");
        assert_ne!(comment, SIGNATURE);
        assert!(signed(MANIFEST, &comment, key()).is_err(), "the trusted comment is signed as well");
    }

    #[test]
    fn somebody_elses_key_and_no_signature_at_all() {
        let other = format!("RWQAAAAA{}", &key()[8..]);
        let trusted = TrustedKey::new(&other).unwrap().id.to_string();
        assert_eq!(signed(MANIFEST, SIGNATURE, &other), Err(TrustFault::UnknownKey { id: ID.to_owned(), trusted }));
        let lines: Vec<&str> = SIGNATURE.lines().collect();
        let (cut, bare) = (lines[..3].join("\n"), [lines[0], lines[1], "x", lines[3]].join("\n"));
        let (short, other) = (SIGNATURE.replacen("RU", "R", 1), SIGNATURE.replacen("RU", "AA", 1));
        for nonsense in ["x", "a\nb\nc\nd\n", &cut, &bare, &short, &other] {
            assert_eq!(signed(MANIFEST, nonsense, key()), Err(TrustFault::NotASignature), "{nonsense}");
        }
    }

    #[test]
    fn what_is_a_key() {
        assert_eq!(Some(TrustedKey::new(key()).unwrap().id), KeyId::new(&ID.to_lowercase()));
        for wrong in ["", "RWQ", PUB, &key()[1..], SIGNATURE.lines().nth(1).unwrap()] {
            assert!(TrustedKey::new(wrong).is_none(), "{wrong}");
        }
    }
}
