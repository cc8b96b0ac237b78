//! Whom a station's files belong to. A technician works as root; what root makes in a home that is somebody else's must
//! still be the station's to write.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::Path;

/// A user and group of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    user: u32,
    group: u32,
}

/// To whom `folder` belongs, if that is somebody else and this process is root.
#[must_use]
pub fn other_owner(folder: &Path) -> Option<Owner> {
    let metadata = fs::metadata(folder).ok().filter(|_| rustix::process::geteuid().is_root())?;
    (metadata.uid() != 0).then(|| Owner { user: metadata.uid(), group: metadata.gid() })
}

/// Gives `owner` what root made in `folder` and below. Links are not followed.
///
/// # Errors
/// The first entry that could not be given away; the others were.
pub fn hand_over(folder: &Path, owner: Owner) -> io::Result<()> {
    let mut first = Ok(());
    for entry in fs::read_dir(folder)?.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        let given =
            if metadata.uid() == 0 { lchown(entry.path(), Some(owner.user), Some(owner.group)) } else { Ok(()) };
        let below = if metadata.is_dir() { hand_over(&entry.path(), owner) } else { Ok(()) };
        first = first.and(given).and(below);
    }
    first
}
