//! The capture input: a microphone, or a wire back from the amplifier, that hears whether the programme comes out.
//!
//! Nothing of what it hears is kept but the course of energy, an hour of it, under the time of day at which it was heard:
//! a microphone in the office is no recorder. It listens on a thread of its own, only while a session is on the air, and
//! opens the device again after a loss. Whatever goes wrong here, the programme never waits for it.
//!
//! ```text
//! input   the device and its callback              tape    an hour of energies, by the time of day
//! ```

mod input;
mod tape;

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::equipment::StationTime;
use crate::proof::{Deaf, STEP};
use crate::time::Frames;
use input::Input;
use tape::Tape;

/// How often the thread looks whether the input still gives sound, and opens it again if not.
const LOOK: Duration = Duration::from_secs(3);

/// An input by its id. Cheap to hold; it runs between [`Capture::open`] and [`Capture::close`].
pub struct Capture {
    id: String,
    time: StationTime,
    heard: Arc<Mutex<Heard>>,
    /// The thread ends when this is dropped.
    running: Option<Sender<()>>,
}

/// What the thread and the station share.
#[derive(Default)]
struct Heard {
    tape: Tape,
    trouble: Option<Deaf>,
}

impl Capture {
    /// `id` as ALSA names the device, such as `default` or `plughw:CARD=Device,DEV=0`; `time` says when it hears what.
    #[must_use]
    pub fn new(id: &str, time: StationTime) -> Self {
        Self { id: id.to_owned(), time, heard: Arc::default(), running: None }
    }

    /// Begins to listen, at once and without waiting for the device. Opening what is open does nothing.
    pub fn open(&mut self) {
        if self.running.is_some() {
            return;
        }
        let (sender, ended) = mpsc::channel();
        let (id, time, heard) = (self.id.clone(), self.time.clone(), Arc::clone(&self.heard));
        let listener =
            thread::Builder::new().name("capture".to_owned()).spawn(move || listen(&id, &time, &heard, &ended));
        match listener {
            Ok(_) => self.running = Some(sender),
            Err(error) => {
                let (device, detail) = (self.id.clone(), error.to_string());
                lock(&self.heard).trouble = Some(Deaf::Failed { device, detail });
            }
        }
    }

    /// Stops listening; what was heard stays until an hour has passed over it. Does not wait for the device either.
    pub fn close(&mut self) {
        self.running = None;
        lock(&self.heard).trouble = None;
    }

    /// What was heard of `length` from the instant `from` on: one energy for each [`STEP`], zero where nothing was heard.
    #[must_use]
    pub fn envelope(&self, from: Timestamp, length: Frames) -> Vec<f32> {
        let steps = usize::try_from(length.0.div_ceil(STEP.0)).unwrap_or(usize::MAX);
        lock(&self.heard).tape.read(from, steps)
    }

    /// Why it hears nothing, while it does not.
    #[must_use]
    pub fn trouble(&self) -> Option<Deaf> {
        lock(&self.heard).trouble.clone()
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the input open until `ended` says that nobody wants it any more.
fn listen(id: &str, time: &StationTime, heard: &Arc<Mutex<Heard>>, ended: &Receiver<()>) {
    loop {
        let input = Input::open(id, heard, time);
        if ended.try_recv() == Err(TryRecvError::Disconnected) {
            // It took so long that nobody wants it any more.
            return;
        }
        lock(heard).trouble = input.as_ref().err().cloned();
        loop {
            let before = lock(heard).tape.written();
            match ended.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
            let silent = lock(heard).tape.written() == before;
            if silent {
                break;
            }
        }
        if input.is_ok() {
            lock(heard).trouble = Some(Deaf::Stalled { device: id.to_owned() });
        }
    }
}
