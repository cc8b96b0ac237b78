//! Real programs, as an operator's scripts are: good ones, bad ones, and some that hang with their children.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Frames = Frames::from_secs(60);

/// A home with scripts in it.
struct Home {
    folder: TempDir,
    programs: Programs,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = Programs::new(folder.path());
        Self { folder, programs }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&mut self, command: &[&str], patience: Frames) {
        let command = CommandLine {
            program: command[0].to_owned(),
            arguments: command[1..].iter().map(|&word| word.to_owned()).collect(),
        };
        let environment = vec![("LOA_HOOK", "on".to_owned()), ("LOA_SESSION", "sáng; rm -rf /".to_owned())];
        self.programs.start(Timestamp::UNIX_EPOCH, Errand { command, environment, patience });
    }

    fn run(&mut self, command: &[&str], patience: Frames) -> Result<(), HookFault> {
        self.start(command, patience);
        self.programs.wait().expect("an answer")
    }

    /// Runs a script of the shell.
    fn shell(&mut self, script: &str, patience: Frames) -> Result<(), HookFault> {
        self.run(&["sh", "-c", script], patience)
    }

    /// A pipe with a name, by which it is seen whether a child is still there.
    fn fifo(&self) -> Held {
        let path = self.path("held");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (tell, told) = mpsc::channel();
        let opened = path.clone();
        thread::spawn(move || {
            // Opens when a writer has opened it, and ends when no writer is left.
            let mut held = File::open(opened).unwrap();
            tell.send(()).unwrap();
            held.read_to_end(&mut Vec::new()).unwrap();
            tell.send(()).unwrap();
        });
        Held { path: path.display().to_string(), told }
    }
}

struct Held {
    path: String,
    told: Receiver<()>,
}

impl Held {
    /// Waits until a child holds it.
    fn is_taken(&self) {
        self.told.recv_timeout(PATIENCE.duration().unsigned_abs()).expect("nobody took it");
    }

    /// Waits until every child that held it is gone.
    fn is_free(&self) {
        self.told.recv_timeout(PATIENCE.duration().unsigned_abs()).expect("a child lives on");
    }
}

#[test]
fn a_command_runs_in_the_home_and_is_told_what_it_is_about() {
    let mut home = Home::new();
    let script = "pwd > where; printf '%s|%s|%s' \"$LOA_HOOK\" \"$LOA_SESSION\" \"$LOA_HOME\" > told; cat; echo";
    assert_eq!(home.shell(script, PATIENCE), Ok(()), "and standard input is empty");
    let real = home.folder.path().canonicalize().unwrap().display().to_string();
    assert_eq!(fs::read_to_string(home.path("where")).unwrap(), format!("{real}\n"));
    assert_eq!(fs::read_to_string(home.path("told")).unwrap(), format!("on|sáng; rm -rf /|{real}"));
}

#[test]
fn a_program_with_a_slash_lies_in_the_home_and_arguments_arrive_as_they_are() {
    let mut home = Home::new();
    let script = home.path("loa-on");
    fs::write(&script, "#!/bin/sh\nprintf '%s\\n' \"$@\" > arguments\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(home.run(&["./loa-on", "17=1", "a b", "$HOME", "*"], PATIENCE), Ok(()));
    assert_eq!(fs::read_to_string(home.path("arguments")).unwrap(), "17=1\na b\n$HOME\n*\n");
}

#[test]
fn what_cannot_be_run_is_known_beforehand() {
    let home = Home::new();
    fs::write(home.path("loa-on"), "#!/bin/sh\n").unwrap();
    let runnable = |program: &str| is_runnable(home.folder.path(), program);
    assert!(runnable("sh") && runnable("/bin/sh"));
    assert!(
        !runnable("no-such-program-of-ours") && !runnable("./no-such") && !runnable("loa-on") && !runnable("./loa-on")
    );
    fs::set_permissions(home.path("loa-on"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(runnable("./loa-on") && !runnable("loa-on"));
}

#[test]
fn what_went_wrong_comes_with_the_last_line_that_was_said() {
    let mut home = Home::new();
    let refused = home.shell("echo first; echo 'relay\tboard 3: no answer' >&2; echo; exit 7", PATIENCE);
    let said = "relay board 3: no answer".to_owned();
    assert_eq!(refused, Err(HookFault::Refused { code: 7, said }));
    let said = String::new();
    assert_eq!(home.shell("kill -9 $$", PATIENCE), Err(HookFault::Killed { signal: 9, said }));
    let absent = home.run(&["no-such-program-of-ours"], PATIENCE);
    assert!(
        matches!(absent, Err(HookFault::NotStarted { ref detail }) if detail.contains("No such file")),
        "{absent:?}"
    );
    assert_eq!(home.shell("true", PATIENCE), Ok(()), "the next one has a fair chance");
}

#[test]
fn a_talkative_command_is_neither_held_up_nor_kept_whole() {
    let mut home = Home::new();
    let script = "i=0; while [ $i -lt 5000 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; i=$((i+1)); done; \
                  printf '%0500d' 7; exit 1";
    let Err(HookFault::Refused { said, .. }) = home.shell(script, PATIENCE) else { panic!("it ends with 1") };
    assert_eq!(said, "0".repeat(LINE_LETTERS));
}

#[test]
fn a_command_that_hangs_is_ended_with_its_children() {
    let mut home = Home::new();
    let held = home.fifo();
    let after = Frames::from_secs(2);
    let slow = home.shell(&format!("echo waiting; sleep 1000 > {0} & sleep 1000", held.path), after);
    assert_eq!(slow, Err(HookFault::TooSlow { after, said: "waiting".to_owned() }));
    held.is_taken();
    held.is_free();
}

#[test]
fn a_newer_command_takes_the_place_of_one_that_still_runs() {
    let mut home = Home::new();
    let held = home.fifo();
    home.start(&["sh", "-c", &format!("sleep 1000 > {}", held.path)], PATIENCE);
    held.is_taken();
    assert_eq!(home.programs.poll(), None);
    assert_eq!(home.shell("echo done > after", PATIENCE), Ok(()));
    assert!(home.path("after").exists());
    held.is_free();
    assert_eq!(home.programs.poll(), None, "one answer, of the last one");
}

#[test]
fn an_answer_that_nobody_took_is_not_taken_for_the_next_one() {
    let mut home = Home::new();
    home.start(&["sh", "-c", "exit 3"], PATIENCE);
    let worker = home.programs.worker.as_ref().unwrap();
    let stale = worker.answers.recv().unwrap();
    assert!(stale.1.is_err());
    home.start(&["true"], PATIENCE);
    assert_eq!(home.programs.wait(), Some(Ok(())));
}

#[test]
fn what_stays_in_the_background_is_left_alone() {
    let mut home = Home::new();
    let held = home.fifo();
    let stay = format!("sleep 1000 > {} & echo $! > pid", held.path);
    assert_eq!(home.shell(&stay, PATIENCE), Ok(()));
    assert_eq!(home.shell("kill -0 $(cat pid) && kill $(cat pid)", PATIENCE), Ok(()), "it held its pin to the end");
    held.is_taken();
    held.is_free();
}

#[test]
fn a_program_that_ends_leaves_no_command_behind() {
    let mut home = Home::new();
    let held = home.fifo();
    home.start(&["sh", "-c", &format!("sleep 1000 > {}", held.path)], PATIENCE);
    held.is_taken();
    home.programs = Programs::new(home.folder.path());
    held.is_free();
}

#[test]
fn in_a_simulation_nothing_runs() {
    let mut pretended = Pretended::default();
    let errand = Errand {
        command: CommandLine { program: "no-such-program-of-ours".to_owned(), arguments: Vec::new() },
        environment: Vec::new(),
        patience: PATIENCE,
    };
    pretended.start(Timestamp::UNIX_EPOCH, errand.clone());
    assert_eq!((pretended.poll(), pretended.poll()), (Some(Ok(())), None));
    assert_eq!(pretended.asked(), [(Timestamp::UNIX_EPOCH, errand)]);
}
