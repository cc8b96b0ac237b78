//! Commands of the operator: programs that switch something in the world, run one at a time beside the programme.
//!
//! A command runs on a thread of its own, never waits for an answer, reads nothing, and is ended with all its children when
//! it takes too long. What it leaves running in the background after it ended well is left alone: a program that
//! holds a pin of the computer has to stay. Nothing here blocks the loop but [`Commands::wait`], which says so.

use std::cell::RefCell;
use std::env;
use std::io::{self, PipeReader, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::{Access, access};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::amplifier::{CommandLine, HookFault};
use crate::time::Frames;

/// How long a killed command is waited for, and how long the last words of one that ended are.
const GRACE: Duration = Duration::from_secs(1);
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Of what a command writes, only the end is kept, and of that only a line of so many letters.
const KEPT_BYTES: usize = 1_024;
const LINE_LETTERS: usize = 160;

/// One command to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    pub command: CommandLine,
    /// What it finds in its environment, besides what the station has in its own.
    pub environment: Vec<(&'static str, String)>,
    /// When it takes longer, it is ended.
    pub patience: Frames,
}

/// What came of a command.
pub type Answer = Result<(), HookFault>;

/// Runs commands, one at a time.
pub trait Commands {
    /// Starts a command at `now` and returns at once. One that still runs is ended first, and never answers.
    fn start(&mut self, now: Timestamp, errand: Errand);

    /// What came of the command that was started last; once, when it is over.
    fn poll(&mut self) -> Option<Answer>;

    /// The same, waited for until it is over: as long as the command's patience, and a second.
    fn wait(&mut self) -> Option<Answer>;
}

/// Whether there is such a program, and this user may run it from `home`.
#[must_use]
pub fn is_runnable(home: &Path, program: &str) -> bool {
    let runnable = |file: PathBuf| file.is_file() && access(&file, Access::EXEC_OK).is_ok();
    if program.contains('/') {
        return runnable(home.join(program));
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| runnable(folder.join(program)))
}

/// Commands as programs of this computer, run in the station's home.
pub struct Programs {
    home: PathBuf,
    /// Made when the first command is.
    worker: Option<Worker>,
    /// The last command did not even reach the worker.
    refused: Option<HookFault>,
    /// Commands started so far: the number of the last one.
    started: u64,
    /// The longest the last one takes.
    patience: Duration,
}

struct Worker {
    tell: Sender<Told>,
    answers: Receiver<(u64, Answer)>,
}

/// What the thread is told. Commands count from 1.
enum Told {
    Run(u64, Errand),
    /// By the thread that waits for the program: it has ended.
    Ended(u64),
    /// Nobody wants an answer any more.
    Leave,
}

impl Programs {
    /// Commands run in `home`; a program with a slash in its name is looked for from there.
    #[must_use]
    pub fn new(home: &Path) -> Self {
        // Where the station was started from is of no concern to a command.
        let home = home.canonicalize().unwrap_or_else(|_| home.to_owned());
        Self { home, worker: None, refused: None, started: 0, patience: Duration::ZERO }
    }

    fn answer(&self, receive: impl Fn(&Worker) -> Option<(u64, Answer)>) -> Option<Answer> {
        let worker = self.worker.as_ref()?;
        // The answer of a command that was ended for a newer one may still lie there.
        std::iter::from_fn(|| receive(worker)).find(|(number, _)| *number == self.started).map(|(_, answer)| answer)
    }
}

impl Commands for Programs {
    fn start(&mut self, _now: Timestamp, errand: Errand) {
        self.started += 1;
        self.patience = errand.patience.duration().unsigned_abs();
        let worker = self.worker.take().map_or_else(|| Worker::new(self.home.clone()), Ok);
        let told = worker.and_then(|worker| {
            let told = worker.tell.send(Told::Run(self.started, errand));
            told.map(|()| worker).map_err(|_| io::Error::other("no thread looks after commands"))
        });
        // Without a worker the next command tries to have one.
        (self.worker, self.refused) =
            told.map_or_else(|error| (None, Some(not_started(&error))), |it| (Some(it), None));
    }

    fn poll(&mut self) -> Option<Answer> {
        self.refused.take().map(Err).or_else(|| self.answer(|worker| worker.answers.try_recv().ok()))
    }

    fn wait(&mut self) -> Option<Answer> {
        let longest = self.patience + GRACE + LAST_WORDS;
        self.refused.take().map(Err).or_else(|| self.answer(|worker| worker.answers.recv_timeout(longest).ok()))
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            let _ = worker.tell.send(Told::Leave);
        }
    }
}

impl Worker {
    fn new(home: PathBuf) -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let (answer, answers) = mpsc::channel();
        let desk = Desk { home, tell: tell.clone(), told };
        thread::Builder::new().name("commands".to_owned()).spawn(move || desk.work(&answer))?;
        Ok(Self { tell, answers })
    }
}

/// The thread on which commands are looked after.
struct Desk {
    home: PathBuf,
    tell: Sender<Told>,
    told: Receiver<Told>,
}

/// How a command was left.
enum Left {
    Answered(Answer),
    /// Ended for something else.
    For(Told),
}

impl Desk {
    fn work(&self, answer: &Sender<(u64, Answer)>) {
        let mut next = None;
        while let Some(told) = next.take().or_else(|| self.told.recv().ok()) {
            match told {
                Told::Run(number, errand) => match self.run(number, &errand) {
                    Left::Answered(result) => {
                        if answer.send((number, result)).is_err() {
                            return;
                        }
                    }
                    Left::For(told) => next = Some(told),
                },
                // Of a command that would not die when it was killed.
                Told::Ended(_) => {}
                Told::Leave => return,
            }
        }
    }

    fn run(&self, number: u64, errand: &Errand) -> Left {
        let (mut child, pipe) = match self.spawn(errand) {
            Ok(spawned) => spawned,
            Err(error) => return Left::Answered(Err(not_started(&error))),
        };
        let pid = Pid::from_child(&child);
        if let Err(error) = self.tell_when_over(number, pid) {
            // Nobody could look after it.
            let _ = kill_process_group(pid, Signal::KILL).map(|()| child.wait());
            return Left::Answered(Err(not_started(&error)));
        }
        let words = listen(pipe);
        let newer = match self.wait_for(number, errand.patience.duration().unsigned_abs()) {
            Some(Told::Ended(_)) => {
                let status = child.wait().map_err(|error| not_started(&error));
                return Left::Answered(status.and_then(|status| judge(status, || words.last_line(LAST_WORDS))));
            }
            newer => self.end(number, &mut child).or(newer),
        };
        let too_slow = || HookFault::TooSlow { after: errand.patience, said: words.last_line(LAST_WORDS) };
        newer.map_or_else(|| Left::Answered(Err(too_slow())), Left::For)
    }

    /// Kills a command with its children, and hands on what else it is told meanwhile.
    fn end(&self, number: u64, child: &mut Child) -> Option<Told> {
        // Not reaped yet, so that the number of the group is still its own.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
        let mut newer = None;
        while let Some(told) = self.wait_for(number, GRACE) {
            if matches!(told, Told::Ended(_)) {
                let _ = child.wait();
                break;
            }
            newer = Some(told);
        }
        newer
    }

    fn spawn(&self, errand: &Errand) -> io::Result<(Child, PipeReader)> {
        let (reader, writer) = io::pipe()?;
        let program = &errand.command.program;
        let mut command = Command::new(if program.contains('/') { self.home.join(program) } else { program.into() });
        command.args(&errand.command.arguments).current_dir(&self.home).env("LOA_HOME", &self.home);
        command.envs(errand.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).process_group(0);
        Ok((command.spawn()?, reader))
    }

    /// Says so when the program is over, and leaves it to be reaped.
    fn tell_when_over(&self, number: u64, pid: Pid) -> io::Result<()> {
        let tell = self.tell.clone();
        thread::Builder::new().name("command".to_owned()).spawn(move || {
            let over = || waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            while over().is_err_and(|error| error == rustix::io::Errno::INTR) {}
            let _ = tell.send(Told::Ended(number));
        })?;
        Ok(())
    }

    /// The next word that is about this command or a newer one; none when patience is over.
    fn wait_for(&self, number: u64, patience: Duration) -> Option<Told> {
        loop {
            match self.told.recv_timeout(patience) {
                Ok(Told::Ended(other)) if other != number => {}
                Ok(told) => return Some(told),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

fn not_started(error: &io::Error) -> HookFault {
    HookFault::NotStarted { detail: error.to_string() }
}

fn judge(status: ExitStatus, said: impl FnOnce() -> String) -> Answer {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => Err(HookFault::Refused { code, said: said() }),
        (None, signal) => Err(HookFault::Killed { signal: signal.unwrap_or_default(), said: said() }),
    }
}

/// The end of what a command writes.
struct Words {
    kept: Arc<Mutex<Vec<u8>>>,
    /// Closed when nobody can write any more.
    over: Receiver<()>,
}

/// Reads what is written until nobody writes any more, so that no command is held up by a full pipe.
fn listen(mut pipe: PipeReader) -> Words {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let (writing, over) = mpsc::channel();
    let words = Words { kept: Arc::clone(&kept), over };
    // Without a thread the command is not heard, and has to write to nobody.
    let _ = thread::Builder::new().name("words".to_owned()).spawn(move || {
        let _writing: Sender<()> = writing;
        let mut block = [0; KEPT_BYTES];
        while let Ok(read @ 1..) = pipe.read(&mut block) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&block[..read]);
            let surplus = kept.len().saturating_sub(KEPT_BYTES);
            kept.drain(..surplus);
        }
    });
    words
}

impl Words {
    /// The last line that says something. What is left in the background may keep the pipe open: not waited for long.
    fn last_line(&self, patience: Duration) -> String {
        let _ = self.over.recv_timeout(patience);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LINE_LETTERS).collect()
    }
}

/// Commands of a simulated station: none is run, each works at once. Clones share what was asked for.
#[derive(Clone, Debug, Default)]
pub struct Pretended {
    asked: Rc<RefCell<Vec<(Timestamp, Errand)>>>,
    unanswered: bool,
}

impl Pretended {
    /// What would have been run, and when.
    #[must_use]
    pub fn asked(&self) -> Vec<(Timestamp, Errand)> {
        self.asked.borrow().clone()
    }
}

impl Commands for Pretended {
    fn start(&mut self, now: Timestamp, errand: Errand) {
        self.asked.borrow_mut().push((now, errand));
        self.unanswered = true;
    }

    fn poll(&mut self) -> Option<Answer> {
        std::mem::take(&mut self.unanswered).then_some(Ok(()))
    }

    fn wait(&mut self) -> Option<Answer> {
        self.poll()
    }
}

#[cfg(test)]
mod tests;
