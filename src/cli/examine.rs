//! `loa examine`: what the station starts for itself, to decode a file from strangers behind locks. Nobody types it.

use std::io::{Write as _, stdout};
use std::process::ExitCode;

use crate::equipment::quarantine::{NOT_LOCKED, Task};
use crate::station::ingest;

/// Decodes the file on standard input and prints what was found.
pub fn run(task: &Task) -> ExitCode {
    let file = match task.lock_up() {
        Ok(file) => file,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(NOT_LOCKED);
        }
    };
    let found = ingest::analyse(file, &format!("file.{}", task.ending));
    let answer = serde_json::to_string(&found).expect("numbers and texts are JSON");
    // Who asked may be gone.
    let _ = writeln!(stdout(), "{answer}");
    ExitCode::SUCCESS
}
