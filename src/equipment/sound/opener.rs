//! Opening a device, and giving it back, on threads of their own.
//!
//! A sound server that hangs blocks whoever calls it, for as long as it hangs. The station's loop has other zones to look
//! after, and an operator's word to hear: it waits a moment and goes on.

use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use rodio::cpal::{self, ErrorKind};

use crate::equipment::sound::SoundFault;
use crate::equipment::sound::devices::find;
use crate::equipment::sound::lane::Feed;
use crate::equipment::sound::stream::{Channels, Stream};

/// How long a device is waited for; one that works takes some hundredths of a second.
const PATIENCE: Duration = Duration::from_millis(300);
/// The same when it is given back.
const PATIENCE_BACK: Duration = Duration::from_millis(100);

/// Opens one device, by its id.
pub struct Opener {
    id: String,
    /// A try that did not come back in time.
    pending: Option<Receiver<Result<Stream, SoundFault>>>,
}

impl Opener {
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), pending: None }
    }

    /// The device as a stream that waits to be started.
    ///
    /// # Errors
    /// It is absent, refuses, or does not answer. While an earlier try hangs there is no other.
    pub fn open(&mut self, feeds: Vec<(Feed, Channels)>) -> Result<Stream, SoundFault> {
        let hangs = || SoundFault::Stalled { device: self.id.clone(), millis: 300 };
        match self.pending.as_ref().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => return Err(hangs()),
            Some(Ok(Ok(stream))) => give_back(stream),
            Some(Ok(Err(_)) | Err(TryRecvError::Disconnected)) | None => {}
        }
        self.pending = None;
        let (id, (sender, answer)) = (self.id.clone(), mpsc::channel());
        let opener = thread::Builder::new().name("opener".to_owned()).spawn(move || {
            // Nobody waits any more: what was opened is given back here.
            let _ = sender.send(open(&id, feeds));
        });
        opener.map_err(|error| SoundFault::Failed { device: self.id.clone(), detail: error.to_string() })?;
        if let Ok(stream) = answer.recv_timeout(PATIENCE) {
            return stream;
        }
        let fault = hangs();
        self.pending = Some(answer);
        Err(fault)
    }
}

fn open(id: &str, feeds: Vec<(Feed, Channels)>) -> Result<Stream, SoundFault> {
    let absent = || SoundFault::Absent { device: id.to_owned() };
    let device = find(id).ok_or_else(absent)?;
    Stream::open(&device, id, feeds).map_err(|error: cpal::Error| match error.kind() {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => absent(),
        _ => SoundFault::Failed { device: id.to_owned(), detail: error.to_string() },
    })
}

/// Gives a device back; a device that hangs is left to its thread.
pub fn give_back(stream: Stream) {
    let (sender, done) = mpsc::channel::<()>();
    let dropping = thread::Builder::new().name("give back".to_owned()).spawn(move || {
        drop(stream);
        drop(sender);
    });
    if dropping.is_ok() {
        let _ = done.recv_timeout(PATIENCE_BACK);
    }
}
