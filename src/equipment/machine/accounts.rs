//! Accounts of the computer, and what they may read and write.
//!
//! Of the account that runs this program the system itself is asked. Of another one, such as the service's, owner, group
//! and mode are compared; lists of further rights are not looked at.

use std::ffi::{CStr, CString};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    uid: u32,
    /// Its own group and those it was added to.
    groups: Vec<u32>,
    /// It runs this program.
    is_ours: bool,
}

const READ: u32 = 4;
const WRITE: u32 = 2;
const ENTER: u32 = 1;

impl Account {
    /// The one that runs this program.
    #[must_use]
    pub fn ours() -> Self {
        let uid = rustix::process::geteuid().as_raw();
        let name = entry_of(uid).map_or_else(|| uid.to_string(), |(name, _)| name);
        Self { name, uid, groups: Vec::new(), is_ours: true }
    }

    /// The one called `name`, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let wanted = CString::new(name).ok()?;
        // SAFETY: the name is terminated; what is returned is copied before anybody asks again.
        let entry = unsafe { libc::getpwnam(wanted.as_ptr()).as_ref() }?;
        Some(Self::of_entry(name.to_owned(), entry.pw_uid, entry.pw_gid))
    }

    /// The one that owns `path`.
    #[must_use]
    pub fn owning(path: &Path) -> Option<Self> {
        let uid = fs::metadata(path).ok()?.uid();
        let (name, group) = entry_of(uid)?;
        Some(Self::of_entry(name, uid, group))
    }

    fn of_entry(name: String, uid: u32, group: u32) -> Self {
        let is_ours = uid == rustix::process::geteuid().as_raw();
        let groups = groups_of(&name, group);
        Self { name, uid, groups, is_ours }
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// Whether it may read the file, or list the folder.
    #[must_use]
    pub fn may_read(&self, path: &Path) -> bool {
        let want = if path.is_dir() { READ | ENTER } else { READ };
        self.may(path, want)
    }

    /// Whether it may write the file, or make files in the folder.
    #[must_use]
    pub fn may_write(&self, path: &Path) -> bool {
        let want = if path.is_dir() { WRITE | ENTER } else { WRITE };
        self.may(path, want)
    }

    fn may(&self, path: &Path, want: u32) -> bool {
        if self.is_ours {
            let rights = [(READ, Access::READ_OK), (WRITE, Access::WRITE_OK), (ENTER, Access::EXEC_OK)];
            let wanted = rights.into_iter().filter(|(bit, _)| want & bit != 0).map(|(_, right)| right);
            return accessat(CWD, path, wanted.collect(), AtFlags::EACCESS).is_ok();
        }
        let Ok(path) = path.canonicalize() else { return false };
        self.is_root() || (self.has(&path, want) && path.ancestors().skip(1).all(|folder| self.has(folder, ENTER)))
    }

    /// After owner, group and mode.
    fn has(&self, path: &Path, want: u32) -> bool {
        let Ok(metadata) = fs::metadata(path) else { return false };
        let shift = match (metadata.uid() == self.uid, self.groups.contains(&metadata.gid())) {
            (true, _) => 6,
            (false, true) => 3,
            (false, false) => 0,
        };
        metadata.mode() >> shift & want == want
    }
}

fn entry_of(uid: u32) -> Option<(String, u32)> {
    // SAFETY: what is returned is copied before anybody asks again.
    let entry = unsafe { libc::getpwuid(uid).as_ref() }?;
    // SAFETY: the name of an entry is a terminated text.
    let name = unsafe { CStr::from_ptr(entry.pw_name) };
    Some((name.to_string_lossy().into_owned(), entry.pw_gid))
}

/// The name of a group.
pub fn group_name(gid: u32) -> Option<String> {
    // SAFETY: what is returned is copied before anybody asks again.
    let entry = unsafe { libc::getgrgid(gid).as_ref() }?;
    // SAFETY: the name of an entry is a terminated text.
    Some(unsafe { CStr::from_ptr(entry.gr_name) }.to_string_lossy().into_owned())
}

fn groups_of(name: &str, own: u32) -> Vec<u32> {
    let mut groups = vec![own; 64];
    let mut count = libc::c_int::try_from(groups.len()).unwrap_or(0);
    let Ok(name) = CString::new(name) else { return vec![own] };
    // SAFETY: at most `count` groups are written, which is how many there is room for; `count` then says how many.
    let answer = unsafe { libc::getgrouplist(name.as_ptr(), own, groups.as_mut_ptr(), &raw mut count) };
    groups.truncate(if answer < 0 { groups.len() } else { usize::try_from(count).unwrap_or(1) });
    groups
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn another_account_goes_by_mode_and_by_every_folder_above() {
        let folder = tempfile::tempdir().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("data/loa.db"));
        fs::create_dir(&data).unwrap();
        fs::write(&file, "").unwrap();
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        mode(folder.path(), 0o755);
        mode(&data, 0o755);
        mode(&file, 0o644);
        let stranger = Account { name: "x".to_owned(), uid: 54_321, groups: vec![54_321], is_ours: false };
        assert_eq!((stranger.may_read(&file), stranger.may_write(&file)), (true, false));
        assert_eq!((stranger.may_read(&data), stranger.may_write(&data)), (true, false));
        mode(&data, 0o700);
        assert!(!stranger.may_read(&file), "the folder above is shut");
        let ours = Account::ours();
        assert!(ours.may_read(&file) && ours.may_write(&data));
        assert!(!ours.may_read(&folder.path().join("nothing")));
    }

    #[test]
    fn the_owner_of_a_file_is_found_by_name() {
        let root = Account::owning(Path::new("/")).unwrap();
        assert!(root.is_root() && root.name == "root");
        assert_eq!(Account::named("root").unwrap().uid, 0);
        assert_eq!(Account::named("khong-co-ai"), None);
    }
}
