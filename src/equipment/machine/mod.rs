//! What the computer is like: its disk, its time zone, its accounts and their rights, its services.
//!
//! Facts only; what they mean is judged in [`doctor`](crate::doctor).

mod accounts;
mod service;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use jiff::tz::TimeZone;
use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::doctor::{Disk, SoundAccess};

pub use accounts::Account;
pub use service::{ServiceSeen, service};

const SOUND_NODES: &str = "/dev/snd";

/// The file system that holds `folder`.
///
/// # Errors
/// The system's.
pub fn disk(folder: &Path) -> std::io::Result<Disk> {
    let found = statvfs(folder)?;
    Ok(Disk {
        bytes_free: found.f_bavail.saturating_mul(found.f_frsize),
        // Some file systems count no files.
        files_free: (found.f_files > 0).then_some(found.f_favail),
        read_only: found.f_flag.contains(StatVfsMountFlags::RDONLY),
    })
}

/// The computer's own time zone; none where it has none or does not tell.
#[must_use]
pub fn timezone() -> Option<TimeZone> {
    TimeZone::try_system().ok()
}

/// Whether `account` may open the cards' outputs.
#[must_use]
pub fn sound_access(account: &Account) -> SoundAccess {
    let entries = fs::read_dir(SOUND_NODES).into_iter().flatten().flatten().map(|entry| entry.path());
    // The outputs are called pcmC0D0p; the timer and the sequencer belong to nobody's sound.
    let is_output = |path: &std::path::PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("pcm") && name.ends_with('p'))
    };
    let outputs: Vec<_> = entries.filter(is_output).collect();
    let group = outputs.first().and_then(|path| fs::metadata(path).ok()).map(|metadata| metadata.gid());
    SoundAccess {
        user: account.name.clone(),
        nodes: outputs.len(),
        group: group.and_then(accounts::group_name).unwrap_or_else(|| "audio".to_owned()),
        may_open: outputs.iter().any(|path| account.may_read(path) && account.may_write(path)),
    }
}
