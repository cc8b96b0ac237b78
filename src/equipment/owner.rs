//! Whom a station's files belong to, and who else may write them. A technician works as root; what root makes in a home that
//! is somebody else's must still be the station's to write, and the operators'.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown};
use std::path::Path;

/// Reading for all, and for the owner writing.
const FILE_MODE: u32 = 0o644;
const GROUP_WRITES: u32 = 0o020;

/// The owner of a home, and the rights that its folders have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    user: u32,
    group: u32,
    folder_mode: u32,
}

impl Owner {
    /// The owner of a folder; whoever asks, if it is not there.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let ours = || Self {
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
            folder_mode: 0o755,
        };
        fs::metadata(folder).map_or_else(
            |_| ours(),
            |found| Self { user: found.uid(), group: found.gid(), folder_mode: found.mode() & 0o7777 },
        )
    }

    /// Whether this process is root, and the home somebody else's.
    #[must_use]
    pub fn is_other(self) -> bool {
        rustix::process::geteuid().is_root() && self.user != 0
    }

    /// The rights of a file made in the home: the group writes where it writes the home.
    #[must_use]
    pub fn file_mode(self) -> u32 {
        FILE_MODE | (self.folder_mode & GROUP_WRITES)
    }

    /// Gives the owner a file or folder that root made. What is not there needs no owner.
    ///
    /// # Errors
    /// The file system knows no owners.
    pub fn give(self, path: &Path) -> io::Result<()> {
        match fs::symlink_metadata(path) {
            Ok(found) if self.is_other() && found.uid() == 0 => lchown(path, Some(self.user), Some(self.group)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The same for a folder that was made in the home: with the rights that the home has, so that whoever may write there
    /// may write here.
    ///
    /// # Errors
    /// The file system knows no owners, or no rights.
    pub fn give_folder(self, folder: &Path) -> io::Result<()> {
        self.give(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(self.folder_mode))
    }

    /// Gives the owner all that root made in a folder and below. Links are not followed.
    ///
    /// # Errors
    /// The first entry that could not be given away; the others were.
    pub fn give_all(self, folder: &Path) -> io::Result<()> {
        let mut first = Ok(());
        for entry in fs::read_dir(folder)?.flatten() {
            let is_folder = entry.file_type().is_ok_and(|what| what.is_dir());
            let below = if is_folder { self.give_all(&entry.path()) } else { Ok(()) };
            first = first.and(self.give(&entry.path())).and(below);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_in_a_home_has_the_rights_of_the_home() {
        let home = tempfile::tempdir().unwrap();
        for (mode, file_mode) in [(0o2770, 0o664), (0o755, 0o644)] {
            fs::set_permissions(home.path(), Permissions::from_mode(mode)).unwrap();
            let owner = Owner::of(home.path());
            let made = home.path().join(format!("{mode:o}"));
            fs::create_dir(&made).unwrap();
            owner.give_folder(&made).unwrap();
            assert_eq!((fs::metadata(&made).unwrap().mode() & 0o7777, owner.file_mode()), (mode, file_mode));
        }
    }
}
