//! Offices that sign the ministry's manifest, for the stories in which somebody vouches for it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_compact::{KeyPair, Noise, Seed};

use crate::home::Home;
use crate::trust::{MANIFEST, SIGNATURE};

/// An office that signs as minisign did before version 0.10, with a key made for one story.
pub struct Office {
    pair: KeyPair,
    id: [u8; 8],
}

impl Office {
    pub fn new(number: u8) -> Self {
        Self { pair: KeyPair::from_seed(Seed::new([number; 32])), id: [number; 8] }
    }

    fn line(&self, content: &[u8]) -> String {
        BASE64_STANDARD.encode([b"Ed", &self.id[..], content].concat())
    }

    pub fn public(&self) -> String {
        self.line(&*self.pair.pk)
    }

    /// What minisign would print of the key.
    pub fn name(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }

    pub fn sign(&self, text: &str) -> String {
        let comment = "timestamp:1596000000\tfile:manifest.yaml";
        let own = self.pair.sk.sign(text, None::<Noise>);
        let whole = self.pair.sk.sign([&own[..], comment.as_bytes()].concat(), None::<Noise>);
        let whole = BASE64_STANDARD.encode(&whole[..]);
        format!("untrusted comment: x\n{}\ntrusted comment: {comment}\n{whole}\n", self.line(&own[..]))
    }

    pub fn issue(&self, home: &Home, text: &str) {
        home.write(MANIFEST, text);
        home.write(SIGNATURE, self.sign(text));
    }
}

/// A home that believes these.
pub fn believing(offices: &[&Office]) -> Home {
    let home = Home::new();
    let keys: Vec<String> = offices.iter().map(|office| format!("\"{}\"", office.public())).collect();
    home.configure(&format!("trust: {{ keys: [{}] }}", keys.join(", ")));
    home
}
