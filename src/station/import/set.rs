//! The manifest that a ministry set comes with: whose word it is, whether it or the home's own rules, and its signature,
//! which lies beside it or it counts for nothing.

use std::io;
use std::path::Path;

use crate::equipment::intake;
use crate::library::{Manifest, Refusal, Trust, read_trusted};
use crate::station::home::{Home, MANIFEST};
use crate::station::import::arrived::{Arrived, Stopped, What, refused};
use crate::station::import::read_short;
use crate::written::{Problem, Source};

/// What a manifest and its signature are called at the top of a ministry set.
pub const NAMES: [&str; 2] = ["manifest.yaml", "manifest.yaml.minisig"];

/// What rules over an import of the ministry set.
pub struct Ruling {
    pub manifest: Manifest,
    /// The set's own manifest and signature, as far as they are there, to be put into the home.
    pub brought: Vec<(&'static str, Vec<u8>)>,
}

/// Reads the set's manifest; the home's own rules where there is one and it is not to be replaced.
///
/// # Errors
/// One of the two has mistakes, or nobody who is trusted vouches for it; the drive is gone.
pub fn ruling(
    home: &Home,
    dir: &Path,
    source: &intake::Source,
    trust: &Trust,
    replace: bool,
) -> Result<Ruling, Stopped> {
    let own = || home.manifest(trust).map_err(Stopped::Manifest);
    let mut brought = Vec::new();
    for name in NAMES {
        let Ok(file) = source.file(Path::new(name)) else { continue };
        let bytes = read_short(file).map_err(|error: io::Error| Stopped::Gone { detail: error.to_string() })?;
        brought.push((name, bytes));
    }
    let text = |name: &str| {
        let bytes = brought.iter().find(|(there, _)| *there == name).map(|(_, bytes)| bytes.clone());
        bytes.map(|bytes| Source::new(&dir.join(name).to_string_lossy(), bytes)).transpose()
    };
    let alone = |problem: Problem| Stopped::Manifest(vec![problem]);
    let Some(written) = text(NAMES[0]).map_err(alone)? else {
        // A signature alone signs nothing that came with it.
        return Ok(Ruling { manifest: own()?, brought: Vec::new() });
    };
    let signature = if trust.asks_for_signatures() { text(NAMES[1]).map_err(alone)? } else { None };
    let new = read_trusted(&written, signature.as_ref(), trust).map_err(Stopped::Manifest)?;
    let own_rules = home.dir.join(MANIFEST).exists() && !replace;
    Ok(Ruling { manifest: if own_rules { own()? } else { new }, brought })
}

/// Puts manifest and signature into the home by `put`, the second only where the first is in its place.
///
/// # Errors
/// The home cannot be written.
pub fn place(
    brought: &[(&'static str, Vec<u8>)],
    mut put: impl FnMut(&[u8], &str) -> Result<What, Stopped>,
    tell: &mut dyn FnMut(Arrived),
) -> Result<(), Stopped> {
    for (name, bytes) in brought {
        let what = put(bytes, name)?;
        let stays_out = matches!(what, What::Refused(_));
        tell(Arrived { what, ..refused((*name).to_owned(), format!("ministry/{name}"), Refusal::Taken) });
        if stays_out {
            break;
        }
    }
    Ok(())
}
