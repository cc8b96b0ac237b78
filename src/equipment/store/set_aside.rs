//! Putting a database out of the way under a name that says when: nothing of it is deleted or written over.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What belongs to a database besides itself: its write-ahead log and the index of that.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Moves a database, and what lies beside it, to `NAME.wrecked-WHEN`, and returns its new name; none if nothing was there.
///
/// # Errors
/// The folder takes no changes.
pub(super) fn set_aside(file: &Path, when: &str) -> io::Result<Option<PathBuf>> {
    let there = |file: &Path| fs::symlink_metadata(file).is_ok();
    let parts = || std::iter::once("").chain(BESIDE);
    if !parts().any(|ending| there(&with_ending(file, ending))) {
        return Ok(None);
    }
    let name = |turn: u32| if turn == 1 { format!(".wrecked-{when}") } else { format!(".wrecked-{when}-{turn}") };
    let names = (1..u32::MAX).map(|turn| with_ending(file, &name(turn)));
    let is_free = |name: &PathBuf| !parts().any(|ending| there(&with_ending(name, ending)));
    let aside = names.into_iter().find(is_free).expect("no folder holds so many");
    for ending in parts() {
        match fs::rename(with_ending(file, ending), with_ending(&aside, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(Some(aside))
}

/// `loa.db` with something behind its whole name.
pub(super) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loa.db");
        assert_eq!(set_aside(&file, "20201105-051500").unwrap(), None);
        for (turn, name) in ["loa.db.wrecked-20201105-051500", "loa.db.wrecked-20201105-051500-2"].iter().enumerate() {
            fs::write(&file, format!("database {turn}")).unwrap();
            fs::write(with_ending(&file, "-wal"), format!("log {turn}")).unwrap();
            let aside = set_aside(&file, "20201105-051500").unwrap().unwrap();
            assert_eq!(aside, folder.path().join(name));
            assert_eq!(fs::read_to_string(&aside).unwrap(), format!("database {turn}"));
            assert_eq!(fs::read_to_string(with_ending(&aside, "-wal")).unwrap(), format!("log {turn}"));
            assert!(!file.exists() && !with_ending(&file, "-wal").exists());
        }
    }
}
