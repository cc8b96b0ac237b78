//! The door through which other commands speak with the running station: a socket in the home's data folder.
//!
//! A caller writes one line, the station answers with one line of JSON. Who may open the door is decided by the rights
//! of the folder.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Longer than any question of ours.
const QUESTION_BYTES_MAX: u64 = 4_096;
/// A caller that says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The latest snapshot, as JSON, shared between the loop and the door.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<Mutex<String>>);

impl Board {
    pub fn put(&self, json: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = json;
    }

    fn read(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The open door. Dropping it closes it.
#[derive(Debug)]
pub struct Door {
    socket: PathBuf,
}

impl Door {
    /// Opens the door at `socket` and answers callers from `board`.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn open(socket: &Path, board: Board) -> io::Result<Self> {
        // The lock on the home tells that nobody else answers here: what is left is a dead program's.
        let _ = std::fs::remove_file(socket);
        let listener = UnixListener::bind(socket)?;
        thread::Builder::new().name("control".to_owned()).spawn(move || {
            for caller in listener.incoming().flatten() {
                let _ = answer(&caller, &board);
            }
        })?;
        Ok(Self { socket: socket.to_owned() })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn answer(mut caller: &UnixStream, board: &Board) -> io::Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    caller.set_write_timeout(Some(PATIENCE))?;
    let mut question = String::new();
    BufReader::new(caller.take(QUESTION_BYTES_MAX)).read_line(&mut question)?;
    let reply = match question.trim() {
        "status" => board.read(),
        _ => r#"{"error":"unknown question"}"#.to_owned(),
    };
    caller.write_all(reply.as_bytes())?;
    caller.write_all(b"\n")
}

/// Asks the station behind `socket`; none if no station answers there.
#[must_use]
pub fn ask(socket: &Path, question: &str) -> Option<serde_json::Value> {
    let mut stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    writeln!(stream, "{question}").ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    serde_json::from_str(&reply).ok()
}
