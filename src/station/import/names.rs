//! Which name of ours a name on a stick is: FAT tells neither case nor Unicode forms apart.

use std::fs;
use std::path::{Path, PathBuf};

use crate::equipment::intake::{Kind, Lying};
use crate::library::{Manifest, kept_path, same_name_key};

/// The name that the manifest gives a file, whatever the stick made of it; in whatever folder it lies there.
pub fn listed_name(manifest: &Manifest, kept: &str) -> Option<String> {
    let listed = |wanted: &str| {
        let wanted = same_name_key(wanted);
        let names = manifest.items.iter().filter_map(|item| item.path.as_str().strip_prefix("ministry/"));
        names.into_iter().find(|name| same_name_key(name) == wanted).map(str::to_owned)
    };
    listed(kept).or_else(|| listed(kept.rsplit('/').next().unwrap_or(kept)))
}

/// The sidecar beside a file of the source: the same name, but for case and spelling, ending in yaml or yml.
pub fn sidecar_of(file: &Path, lying: &[Lying]) -> Option<PathBuf> {
    let stem = |path: &Path| {
        let kept = kept_path(&path.to_string_lossy())?;
        let (stem, ending) = kept.rsplit_once('.')?;
        Some((same_name_key(stem), ending.to_lowercase()))
    };
    let (own, _) = stem(file)?;
    let is_beside = |entry: &&Lying| {
        let is_yaml = |(stem, ending): (String, String)| stem == own && ["yaml", "yml"].contains(&&*ending);
        matches!(entry.what, Kind::File { .. }) && stem(&entry.file).is_some_and(is_yaml)
    };
    lying.iter().find(is_beside).map(|entry| entry.file.clone())
}

/// A path below `base` in the spelling that is there already, part by part: FAT's case is no case.
pub fn spelled_there(base: &Path, kept: &str) -> PathBuf {
    let mut found = PathBuf::new();
    for part in kept.split('/') {
        let there = || {
            let entries = fs::read_dir(base.join(&found)).ok()?.flatten();
            let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
            let key = same_name_key(part);
            names.into_iter().find(|name| same_name_key(name) == key)
        };
        let exact = base.join(&found).join(part).symlink_metadata().is_ok();
        found.push(if exact { part.to_owned() } else { there().unwrap_or_else(|| part.to_owned()) });
    }
    found
}
