//! Quarantine: a file never seen before is decoded for the first time in a process of its own, behind locks.
//!
//! Decoders are where strangers' bytes meet complicated code. One that dies, runs in circles or eats up the memory in there
//! costs its file, not the station. The process is this very program, started as `loa examine`, which nobody types: it is
//! given the open file as its standard input and no name to open another by, gives away what it does not need
//! ([`Task::lock_up`]) before it reads a byte, and answers with one line of JSON. Who waits for it here wants nothing of
//! it but that line and its end.
//!
//! What the decoder is stands elsewhere: the station joins the two.

mod confinement;

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read, stdin};
use std::os::fd::AsFd as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};

use crate::library::{Analysis, Defect, Undoing};

/// Finds out what there is to know of a file before it may go on the air.
pub trait Examiner: Debug + Send + Sync {
    /// Decodes an open file from its first frame to its last; the ending of `name` is a hint at its format.
    ///
    /// # Errors
    /// Why it cannot go on the air. Whether that is a matter of its content or of the moment, the [`Defect`] knows.
    fn examine(&self, file: File, name: &str) -> Result<Analysis, Defect>;
}

/// What a file may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Seconds of processor time.
    pub cpu_secs: u64,
    /// Memory beyond the program itself.
    pub memory_mib: u64,
    /// How long it is waited for, however little of it was work.
    pub patience: Duration,
}

/// Twelve hours of sound take a quarter of it, and 30 MiB of pictures the whole (docs/decisions/0021-quarantine.md).
const MEMORY_MIB: u64 = 32;
/// An old PC decodes and measures a MiB of mp3 in two seconds, and of the thinnest sound there is in ten.
const CPU_SECS_PER_MIB: u64 = 20;
const CPU_SECS_MIN: u64 = 30;
/// Twelve hours of sound on a PC seven times as slow as the one of the figures; less than a service may take to start.
const CPU_SECS_MAX: u64 = 600;

impl Limits {
    /// For a file of so many bytes.
    #[must_use]
    pub fn of(bytes: u64) -> Self {
        let cpu_secs = CPU_SECS_MIN.saturating_add((bytes >> 20).saturating_mul(CPU_SECS_PER_MIB)).min(CPU_SECS_MAX);
        // It gives way to everything else on the PC, which may be busy.
        Self { cpu_secs, memory_mib: MEMORY_MIB, patience: Duration::from_secs(4 * cpu_secs) }
    }
}

/// What the process in quarantine is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub cpu_secs: u64,
    pub memory_mib: u64,
    /// Of the file's name, as a hint at its format; perhaps empty.
    pub ending: String,
}

/// The first argument; behind it stand the task's values in their order.
const WORD: &str = "examine";

impl Task {
    fn new(limits: Limits, name: &str) -> Self {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
        Self { cpu_secs: limits.cpu_secs, memory_mib: limits.memory_mib, ending }
    }

    fn to_arguments(&self) -> [String; 4] {
        [WORD.to_owned(), self.cpu_secs.to_string(), self.memory_mib.to_string(), self.ending.clone()]
    }

    /// Out of the arguments behind the program's name; none if they ask for something else.
    pub fn of_arguments(arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let typed: Vec<String> = arguments.map_while(|argument| argument.into_string().ok()).collect();
        let [word, cpu_secs, memory_mib, ending] = typed.try_into().ok()?;
        let (cpu_secs, memory_mib) = (cpu_secs.parse().ok()?, memory_mib.parse().ok()?);
        (word == WORD).then_some(Self { cpu_secs, memory_mib, ending })
    }

    /// Gives away everything but the file on standard input, which is returned. From then on this process opens nothing and
    /// dies with its parent.
    ///
    /// # Errors
    /// A limit cannot be set: nothing should be decoded then. What the kernel does not have is no error.
    pub fn lock_up(&self) -> io::Result<File> {
        confinement::close_what_was_inherited();
        let file = stdin().as_fd().try_clone_to_owned()?;
        confinement::confine(self.cpu_secs, self.memory_mib << 20)?;
        Ok(file.into())
    }
}

/// A process for each file.
#[derive(Clone, Debug)]
pub struct Quarantine {
    program: PathBuf,
    limits: Option<Limits>,
}

/// What a process that could not lock itself up ends with.
pub const NOT_LOCKED: u8 = 3;
/// An answer has some hundred bytes, and so have last words; what does not fit a pipe is neither.
const WORDS_MAX: u64 = 64 << 10;

impl Quarantine {
    /// By the very program that is running, even if another lies in its place on the disk by now.
    #[must_use]
    pub fn by_this_program() -> Self {
        Self::by(Path::new("/proc/self/exe"))
    }

    /// By another `loa`: for tests, which are programs of their own.
    #[must_use]
    pub fn by(program: &Path) -> Self {
        Self { program: program.to_owned(), limits: None }
    }

    /// Under these limits, whatever the file.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits: Some(limits), ..self }
    }

    /// In a group of its own: what a terminal tells the station, such as Ctrl-C, is not told the child.
    fn start(&self, file: File, task: &Task) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg0("loa").args(task.to_arguments()).process_group(0);
        command.stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

impl Examiner for Quarantine {
    fn examine(&self, file: File, name: &str) -> Result<Analysis, Defect> {
        let limits = self.limits.unwrap_or_else(|| Limits::of(file.metadata().map_or(0, |metadata| metadata.len())));
        let left = self.start(file, &Task::new(limits, name)).and_then(|child| Left::of(child, limits.patience));
        left.map_err(|error| unexamined(error.to_string()))?.judge(limits)
    }
}

/// What a process left behind.
struct Left {
    /// It had to be killed.
    late: bool,
    status: ExitStatus,
    answer: String,
    /// What it wrote to standard error.
    words: String,
}

impl Left {
    /// Waits for the end of a process, or brings it about.
    fn of(mut child: Child, patience: Duration) -> io::Result<Self> {
        let ended = ends_within(&child, patience);
        if !matches!(ended, Ok(true)) {
            child.kill()?;
        }
        let status = child.wait()?;
        let (answer, words) = (read(child.stdout.take()), read(child.stderr.take()));
        Ok(Self { late: !ended?, status, answer, words })
    }

    fn judge(self, limits: Limits) -> Result<Analysis, Defect> {
        if self.late {
            return Err(unexamined(format!("no answer for {} s", limits.patience.as_secs())));
        }
        let signal = self.status.signal().and_then(Signal::from_named_raw);
        let undoing = match (self.status.code().and_then(|code| u8::try_from(code).ok()), signal) {
            (Some(0), _) => match serde_json::from_str(&self.answer) {
                Ok(found) => return found,
                Err(_) => Undoing::Died { how: "no answer".to_owned() },
            },
            (Some(NOT_LOCKED), _) => return Err(unexamined(self.words.trim().to_owned())),
            // From outside: by the kernel, out of memory, or by a person. The file has no part in it.
            (_, Some(Signal::KILL | Signal::TERM | Signal::INT | Signal::HUP | Signal::QUIT)) => {
                return Err(unexamined(self.status.to_string()));
            }
            (_, Some(Signal::XCPU)) => Undoing::TooMuchWork { cpu_secs: limits.cpu_secs },
            // What Rust's library says before it gives up.
            (_, Some(Signal::ABORT)) if self.words.contains("memory allocation of") => Undoing::TooMuchMemory,
            _ => Undoing::Died { how: self.status.to_string() },
        };
        Err(Defect::Undecodable { undoing })
    }
}

fn unexamined(detail: String) -> Defect {
    Defect::Unexamined { detail }
}

/// Whether a process comes to its end in this time; it is left to be reaped.
fn ends_within(child: &Child, patience: Duration) -> io::Result<bool> {
    let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
    loop {
        match poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&patience)) {
            // A signal for the station; they are rare.
            Err(rustix::io::Errno::INTR) => {}
            ended => return Ok(ended? > 0),
        }
    }
}

/// What a process that has ended wrote.
fn read(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    let _ = pipe.map(|pipe| pipe.take(WORDS_MAX).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An examiner that finds the same in every file, and remembers how often it was asked.
#[derive(Debug)]
pub struct Pretended {
    finds: Result<Analysis, Defect>,
    asked: AtomicUsize,
}

impl Pretended {
    #[must_use]
    pub fn finding(finds: Result<Analysis, Defect>) -> Self {
        Self { finds, asked: AtomicUsize::new(0) }
    }

    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Examiner for Pretended {
    fn examine(&self, _file: File, _name: &str) -> Result<Analysis, Defect> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.finds.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_what_is_understood() {
        let arguments = |task: &Task| task.to_arguments().into_iter().map(OsString::from);
        for name in ["bulletins/Họp dân.MP3", "a.tar.gz", "mp3", "-v.--json"] {
            let task = Task::new(Limits::of(5 << 20), name);
            assert_eq!(Task::of_arguments(arguments(&task)), Some(task), "{name}");
        }
        assert_eq!(Task::new(Limits::of(0), "x/Họp dân.MP3").ending, "MP3");
        let other = |words: &[&str]| Task::of_arguments(words.iter().map(OsString::from));
        assert_eq!(other(&["examine", "30", "-1", ""]), None);
        assert_eq!(other(&["examine", "30", "48"]), None);
        assert_eq!(other(&["run", "30", "48", ""]), None);
    }

    #[test]
    fn the_time_grows_with_the_file_and_ends_before_a_service_has_to_be_up() {
        let cpu_secs = |bytes: u64| Limits::of(bytes).cpu_secs;
        assert_eq!([cpu_secs(0), cpu_secs(5 << 20), cpu_secs(u64::MAX)], [30, 130, 600]);
        assert_eq!(Limits::of(0).patience, Duration::from_mins(2));
    }
}
