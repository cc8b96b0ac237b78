//! A station's home in a temporary folder, and the real program run in it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::tones::{make_old, write_tone};

/// Longer than anything in these stories takes on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A home without quiet hours, so that a story goes the same way at any time of day.
const STATION: &str = "station:\n  name: Đài truyền thanh xã Tân Thanh\noutput: { device: silent }\n";

/// What a command left.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    /// Standard output: data.
    pub out: String,
    /// Standard error: words for people.
    pub err: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails unless the command ended with this code.
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

pub struct Home {
    folder: TempDir,
}

impl Home {
    /// With station.yaml and empty folders.
    pub fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        home.write("station.yaml", STATION);
        for folder in ["schedules", "audio/ministry", "audio/bulletins", "audio/jingles"] {
            fs::create_dir_all(home.path(folder)).unwrap();
        }
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        make_old(&file);
    }

    /// More lines for station.yaml; a line of the same key takes the place of ours.
    pub fn configure(&self, lines: &str) {
        let key = |line: &str| line.split(':').next().unwrap().to_owned();
        let new: Vec<String> = lines.lines().map(key).collect();
        let kept = STATION.lines().filter(|line| !new.contains(&key(line)));
        self.write("station.yaml", kept.chain(lines.lines()).collect::<Vec<_>>().join("\n") + "\n");
    }

    /// A file below `audio/` of one sine.
    pub fn tone(&self, name: &str, hz: u32, millis: u32) {
        write_tone(&self.path("audio").join(name), hz, millis);
    }

    /// A copy of a file from `tests/fixtures/audio`, or of its first bytes.
    pub fn fixture(&self, fixture: &str, name: &str, bytes: Option<usize>) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audio").join(fixture);
        let whole = fs::read(from).unwrap();
        self.write(&format!("audio/{name}"), &whole[..bytes.unwrap_or(whole.len())]);
    }

    /// Runs a command to its end.
    pub fn loa(&self, args: &[&str]) -> Said {
        run(self.command(args))
    }

    /// The same in English.
    pub fn loa_en(&self, args: &[&str]) -> Said {
        self.loa(&[&["--lang", "en"], args].concat())
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = loa();
        command.arg("--home").arg(self.folder.path()).args(args);
        command
    }

    /// Starts `loa run` and hears what it says.
    pub fn on_air(&self, args: &[&str]) -> Running {
        Running::start(self.command(&[&["--lang", "en", "run"], args].concat()))
    }

    /// Every row of the airtime log.
    pub fn rows(&self) -> Vec<Value> {
        self.loa(&["log", "--json"]).with_code(0).json().as_array().unwrap().clone()
    }

    /// The rows of the airtime log that are about items, not about the program.
    pub fn log(&self) -> Vec<Value> {
        self.rows().into_iter().filter(|row| row["outcome"] != "").collect()
    }
}

/// The program, without what the tester's own environment says.
pub fn loa() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("loa"));
    command.env_remove("LOA_HOME").env_remove("LOA_LANG").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// A command where the rights of files hold for root as well; none where root cannot give them up.
pub fn without_roots_rights(program: &Command) -> Option<Command> {
    let is_root = rustix::process::geteuid().is_root();
    let rights = ["--bounding-set", "-dac_override,-dac_read_search"];
    if is_root && !Command::new("setpriv").args(rights).arg("true").status().is_ok_and(|status| status.success()) {
        println!("not tried: root's rights cannot be given up here");
        return None;
    }
    let mut command = Command::new(if is_root { "setpriv".as_ref() } else { program.get_program() });
    if is_root {
        command.args(rights).arg(program.get_program());
    }
    command.args(program.get_args()).env_remove("LOA_HOME").env_remove("LOA_LANG").env("NO_COLOR", "1");
    command.stdin(Stdio::null());
    Some(command)
}

pub fn run(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A program that is still running. Ended when the story is, however it ends.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    pub heard: Vec<String>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = hear(child.stderr.take().unwrap());
        Self { child, lines, heard: Vec::new() }
    }

    /// Waits until a line with `words` is said.
    pub fn wait_for(&mut self, words: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("never said {words:?}, but {:#?}", self.heard));
            self.heard.push(line);
            if self.heard.last().is_some_and(|line| line.contains(words)) {
                return;
            }
        }
    }

    pub fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// The service manager's way to stop it; fails if it is not gone within `patience`.
    pub fn terminate(mut self, patience: Duration) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.wait_until_silent(patience);
        self.child.wait().unwrap()
    }

    /// The same, and the greatest memory that it or a process it waited for ever had resident, in KiB, as the kernel kept it.
    pub fn terminate_weighed(mut self, patience: Duration) -> (ExitStatus, u64) {
        let pid = self.pid();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.wait_until_silent(patience);
        let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
        // SAFETY: both are written by the call; zeroes are a valid `rusage`.
        let usage = unsafe {
            assert_eq!(
                libc::wait4(pid.as_raw_nonzero().get(), &raw mut status, 0, usage.as_mut_ptr()),
                pid.as_raw_nonzero().get()
            );
            usage.assume_init()
        };
        // It is waited for; to be killed again would hit somebody else.
        std::mem::forget(self);
        (ExitStatus::from_raw(status), usage.ru_maxrss.try_into().unwrap())
    }

    /// Waits for its own end.
    pub fn wait(mut self) -> (ExitStatus, Vec<String>) {
        self.wait_until_silent(PATIENCE);
        (self.child.wait().unwrap(), std::mem::take(&mut self.heard))
    }

    /// Its standard error is closed when the program is gone.
    fn wait_until_silent(&mut self, patience: Duration) {
        loop {
            match self.lines.recv_timeout(patience) {
                Ok(line) => self.heard.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("still running after {patience:?}: {:#?}", self.heard),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hear(stderr: ChildStderr) -> Receiver<String> {
    let (tell, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    lines
}
