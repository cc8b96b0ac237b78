//! The door through which other commands speak with the running station: a socket in the home's data folder.
//!
//! A caller writes one line, the loop answers with one line of JSON between two steps. Who may open the door is decided
//! by the rights of the folder.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longer than any question of ours.
const QUESTION_BYTES_MAX: u64 = 64 << 10;
/// A caller that says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question on its way to the loop, with where the answer goes.
#[derive(Debug)]
pub struct Question {
    pub text: String,
    pub reply: Sender<String>,
}

/// The open door. Dropping it closes it.
#[derive(Debug)]
pub struct Door {
    socket: PathBuf,
}

impl Door {
    /// Opens the door at `socket` and hands every question to `hand_on`; false from there means nobody answers any more.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn open(socket: &Path, hand_on: impl Fn(Question) -> bool + Send + Sync + 'static) -> io::Result<Self> {
        // The lock on the home tells that nobody else answers here: what is left is a dead program's.
        let _ = std::fs::remove_file(socket);
        let (_folder, short) = within_reach(socket)?;
        let listener = UnixListener::bind(short)?;
        thread::Builder::new().name("control".to_owned()).spawn(move || {
            let hand_on = Arc::new(hand_on);
            for caller in listener.incoming() {
                let Ok(caller) = caller else {
                    // No descriptor left: it passes when callers go.
                    thread::park_timeout(PATIENCE);
                    continue;
                };
                // One that says nothing keeps no other waiting.
                let hand_on = Arc::clone(&hand_on);
                let asked = thread::Builder::new().name("caller".to_owned());
                let _ = asked.spawn(move || answer(&caller, hand_on.as_ref()));
            }
        })?;
        Ok(Self { socket: socket.to_owned() })
    }
}

impl Door {
    /// Whether the socket is still where callers look for it.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.socket.exists()
    }
}

/// The socket by a name that a socket's address has room for, 107 bytes, however deep the home lies; the folder is held
/// open as long as the name is used.
fn within_reach(socket: &Path) -> io::Result<(File, PathBuf)> {
    let (folder, name) = (socket.parent().unwrap_or(Path::new(".")), socket.file_name().unwrap_or_default());
    let folder = File::open(folder)?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
    Ok((folder, short))
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn answer(mut caller: &UnixStream, hand_on: &impl Fn(Question) -> bool) -> io::Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    caller.set_write_timeout(Some(PATIENCE))?;
    let mut text = String::new();
    BufReader::new(caller.take(QUESTION_BYTES_MAX)).read_line(&mut text)?;
    let (reply, answers) = mpsc::channel();
    if hand_on(Question { text: text.trim().to_owned(), reply })
        && let Ok(answer) = answers.recv_timeout(PATIENCE)
    {
        caller.write_all(answer.as_bytes())?;
        caller.write_all(b"\n")?;
    }
    Ok(())
}

/// Why there is no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// No station runs in this home.
    NotRunning,
    /// The door cannot be used.
    Closed(io::Error),
    /// It was told, but did not answer in time: it may have heard it or not.
    Late,
}

/// Asks the station behind `socket`.
///
/// # Errors
/// Why there is no answer.
pub fn ask<T: DeserializeOwned>(socket: &Path, question: &impl Serialize) -> Result<T, NoAnswer> {
    let nobody = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused];
    let connected = within_reach(socket).and_then(|(_folder, short)| UnixStream::connect(short));
    let mut stream = connected.map_err(|error| match error.kind() {
        kind if nobody.contains(&kind) => NoAnswer::NotRunning,
        _ => NoAnswer::Closed(error),
    })?;
    let text = serde_json::to_string(question).expect("our values have text keys only");
    let told = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    told.and_then(|()| writeln!(stream, "{text}")).map_err(NoAnswer::Closed)?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).map_err(|_| NoAnswer::Late)?;
    serde_json::from_str(&reply).map_err(|_| NoAnswer::Late)
}
