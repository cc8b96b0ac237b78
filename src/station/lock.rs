//! The lock that keeps a second station off the same home. Given back when the program ends, however it ends.

use std::fs::{self, File};
use std::io;
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use crate::station::home::Home;

/// Who only asks whether the lock is held has it for a moment: so often it is tried again, after a pause.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The lock, held until it is dropped.
///
/// Two places are locked: `data/loa.lock`, and the folder of the home itself. On a disk that takes nothing the file cannot
/// be made, and the folder alone keeps others off, also when the disk is mended meanwhile.
#[derive(Debug)]
pub struct HomeLock(#[expect(dead_code, reason = "held, not read")] Vec<File>);

impl HomeLock {
    /// Takes the lock; none if another process has it.
    ///
    /// # Errors
    /// Neither place can be locked.
    pub fn take(home: &Home) -> io::Result<Option<Self>> {
        let made = fs::create_dir_all(home.data())
            .and_then(|()| File::options().create(true).truncate(false).write(true).open(home.lock()));
        let file = made.or_else(|error| File::open(home.lock()).map_err(|_| error));
        let (mut held, mut failed) = (Vec::new(), None);
        for place in [File::open(&home.dir), file] {
            match place
                .and_then(|place| lock(&place, FlockOperation::NonBlockingLockExclusive).map(|ours| (place, ours)))
            {
                Ok((_, false)) => return Ok(None),
                Ok((place, true)) => held.push(place),
                // Network file systems lock no folders.
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if held.is_empty() => Err(error),
            _ => Ok(Some(Self(held))),
        }
    }

    /// Whether another process has it. Asking leaves no trace.
    #[must_use]
    pub fn is_held(home: &Home) -> bool {
        let places = [File::open(&home.dir), File::open(home.lock())];
        let is_locked = |place: File| matches!(lock(&place, FlockOperation::NonBlockingLockShared), Ok(false));
        places.into_iter().flatten().any(is_locked)
    }
}

/// Locks a place; false if somebody else keeps it locked.
fn lock(place: &File, how: FlockOperation) -> io::Result<bool> {
    for _ in 1..TRIES {
        match flock(place, how) {
            Err(rustix::io::Errno::WOULDBLOCK) => thread::park_timeout(PAUSE),
            answer => return answer.map(|()| true).map_err(Into::into),
        }
    }
    match flock(place, how) {
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        answer => answer.map(|()| true).map_err(Into::into),
    }
}
