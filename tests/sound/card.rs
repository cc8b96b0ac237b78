//! A sound card that nobody hears: a null sink of a private pulseaudio, with its socket and state in a temporary folder,
//! and a recorder at its output.

use std::f64::consts::TAU;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use loaphuong::equipment::clock::SystemClock;
use tempfile::TempDir;

use crate::home::{Home, Running, Said, run};
use crate::tones::{RATE, Recording, Tone, wave, write_sine};

pub const NEEDED: &str =
    "This story needs a sound server to play into: apt-get install pulseaudio pulseaudio-utils libasound2-plugins";
/// Where Debian puts ALSA's way into pulseaudio, below /usr/lib/ARCHITECTURE.
const PLUGIN: &str = "alsa-lib/libasound_module_pcm_pulse.so";

const WARM_HZ: u32 = 300;
const BYTES_PER_MS: usize = RATE as usize / 1_000 * 4;

/// One recorded sound path at a time: two would take each other's time.
static ALONE: Mutex<()> = Mutex::new(());

/// A home, a card to play on, and a tape that runs.
pub struct Studio {
    pub home: Home,
    pub tape: Tape,
    pub card: Card,
    /// Where the tape is silent after it was warmed up.
    pub begin_ms: usize,
    _alone: MutexGuard<'static, ()>,
}

impl Studio {
    pub fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let home = Home::new();
        home.configure("output: { device: default }");
        let card = Card::start();
        let tape = Tape::start(&card);
        let begin_ms = tape.warm_up(&card);
        Self { home, tape, card, begin_ms, _alone: alone }
    }

    /// A session `thu` of these lines, which never fires by itself.
    pub fn session(&self, rundown: &str) {
        self.home.write(
            "schedules/thu.yaml",
            format!("sessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n{rundown}"),
        );
    }

    /// Airs it for `length`.
    pub fn on_air(&self, length: &str) -> Running {
        self.run(&["run", "--session", "thu", "--length", length, "--once"])
    }

    /// Starts the program where it finds the card.
    pub fn run(&self, args: &[&str]) -> Running {
        let mut command = self.home.command(&[&["--lang", "en"], args].concat());
        self.card.plug_in(&mut command);
        Running::start(command)
    }

    /// Runs one command to its end where it finds the card.
    pub fn ask(&self, args: &[&str]) -> Said {
        let mut command = self.home.command(&[&["--lang", "en"], args].concat());
        self.card.plug_in(&mut command);
        run(command)
    }

    /// A file below `audio/` of one sine with an amplitude, clipped to full scale, on one channel or two.
    pub fn sine(&self, name: &str, hz: u32, channels: u16, amplitude: f64, millis: u32) {
        let file = self.home.path("audio").join(name);
        write_sine(&file, RATE, channels, |frame| amplitude * wave(hz, f64::from(frame) / f64::from(RATE)), millis);
    }

    /// A part of one 400 Hz sine that begins `from_ms` after the sine does.
    pub fn sine_part(&self, name: &str, rate: u32, channels: u16, from_ms: u32, millis: u32) {
        let at = |frame: u32| f64::from(from_ms) / 1_000.0 + f64::from(frame) / f64::from(rate);
        write_sine(&self.home.path("audio").join(name), rate, channels, |frame| 0.2 * wave(400, at(frame)), millis);
    }

    /// What was recorded since the card was warm, and half a second more.
    pub fn recording(&self) -> Recording {
        let end_ms = self.tape.millis();
        self.tape.wait_for_millis(end_ms + 500);
        self.tape.since(self.begin_ms)
    }
}

/// A private sound server with one card that nobody hears. Ended with the story.
pub struct Card {
    folder: TempDir,
    server: Option<Child>,
}

impl Card {
    pub fn start() -> Self {
        assert!(plugin_is_there(), "{PLUGIN} is not there. {NEEDED}");
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("run")).unwrap();
        fs::write(
            folder.path().join("asound.conf"),
            "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
        )
        .unwrap();
        let mut card = Self { server: None, folder };
        card.serve();
        card
    }

    /// Starts the sound server, again if it was killed, and waits until it answers.
    pub fn serve(&mut self) {
        let socket = self.path("pulse.sock");
        let _ = fs::remove_file(&socket);
        let mut command = urgent("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--system=false", "--use-pid-file=no", "--exit-idle-time=-1"])
            .arg("-L")
            .arg(format!("module-native-protocol-unix socket={} auth-anonymous=1", socket.display()))
            .args(["-L", "module-null-sink sink_name=bench rate=48000 channels=2 format=s16le"])
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.server = Some(command.spawn().unwrap_or_else(|error| panic!("pulseaudio: {error}. {NEEDED}")));
        wait_until("the sound server answers", || {
            let mut ask = self.tool("pactl");
            ask.arg("info").stdout(Stdio::null()).stderr(Stdio::null());
            ask.status().unwrap_or_else(|error| panic!("pactl: {error}. {NEEDED}")).success()
        });
    }

    /// The card is torn out.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// The sound server is frozen, as if its disk or its lock hung, or goes on: whoever calls it waits.
    pub fn freeze(&self, frozen: bool) {
        let server = self.server.as_ref().unwrap().id().to_string();
        let signal = if frozen { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &server]).status().unwrap().success());
    }

    /// The card hangs without an error, or goes on.
    pub fn suspend(&self, suspended: bool) {
        let mut command = self.tool("pactl");
        command.args(["suspend-sink", "bench", if suspended { "1" } else { "0" }]);
        assert!(command.status().unwrap().success());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Lets a program find this card, and no other.
    pub fn plug_in(&self, command: &mut Command) {
        command
            .env("PULSE_SERVER", format!("unix:{}", self.path("pulse.sock").display()))
            .env("PULSE_SINK", "bench")
            .env("ALSA_CONFIG_PATH", self.path("asound.conf"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("HOME", self.folder.path());
    }

    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        self.plug_in(&mut command);
        command
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program that the others do not keep waiting, where that is allowed: a sound card has no load to suffer from.
fn urgent(program: &str) -> Command {
    let chrt = ["--fifo", "5"];
    let quiet = || Stdio::null();
    let allowed = Command::new("chrt").args(chrt).arg("true").stdout(quiet()).stderr(quiet()).status();
    if allowed.is_ok_and(|status| status.success()) && is_installed(program) {
        let mut command = Command::new("chrt");
        command.args(chrt).arg(program);
        return command;
    }
    Command::new(program)
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}

fn plugin_is_there() -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    folders.chain([Path::new("/usr/lib").to_owned()]).any(|folder| folder.join(PLUGIN).exists())
}

/// A recorder at the card's output, running from its start on.
pub struct Tape {
    recorder: Child,
    samples: Arc<Mutex<Vec<u8>>>,
    /// When its first sample left the card, as far as is known.
    begun: Arc<Mutex<jiff::Timestamp>>,
}

impl Tape {
    pub fn start(card: &Card) -> Self {
        let mut command = urgent("parec");
        card.plug_in(&mut command);
        command
            .args(["-d", "bench.monitor", "--raw", "--format=s16le", "--channels=2", "--latency-msec=20"])
            .arg(format!("--rate={RATE}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut recorder = command.spawn().unwrap_or_else(|error| panic!("parec: {error}. {NEEDED}"));
        let mut stdout = recorder.stdout.take().unwrap();
        let samples = Arc::new(Mutex::new(Vec::new()));
        let begun = Arc::new(Mutex::new(jiff::Timestamp::MAX));
        let (tape, earliest) = (samples.clone(), begun.clone());
        thread::spawn(move || {
            let mut block = [0; 4_096];
            while let Ok(bytes @ 1..) = stdout.read(&mut block) {
                let mut tape = tape.lock().unwrap();
                tape.extend_from_slice(&block[..bytes]);
                let length =
                    jiff::SignedDuration::from_micros(i64::try_from(tape.len() * 1_000 / BYTES_PER_MS).unwrap());
                let mut begun = earliest.lock().unwrap();
                *begun = (*begun).min(SystemClock.now() - length);
            }
        });
        let tape = Self { recorder, samples, begun };
        tape.wait_for_millis(1);
        tape
    }

    /// How much is recorded.
    pub fn millis(&self) -> usize {
        self.samples.lock().unwrap().len() / BYTES_PER_MS
    }

    pub fn wait_for_millis(&self, millis: usize) {
        wait_until("the recorder goes on", || self.millis() >= millis);
    }

    pub fn since(&self, from_ms: usize) -> Recording {
        Recording::raw_stereo(&self.samples.lock().unwrap()[from_ms * BYTES_PER_MS..])
    }

    /// The same on the right channel.
    pub fn right_since(&self, from_ms: usize) -> Recording {
        Recording::raw_stereo(&self.samples.lock().unwrap()[from_ms * BYTES_PER_MS + 2..])
    }

    /// Waits until a tone has been heard for so long.
    pub fn wait_for_tone(&self, from_ms: usize, hz: u32, millis: usize) {
        wait_until("the tone is heard", || {
            self.since(from_ms).tones(&[hz]).first().is_some_and(|tone| tone.millis() >= millis)
        });
    }

    /// When the first of `tones` began, which were found `from_ms` after the tape's beginning: the recorder hands its
    /// blocks over late, never early, so that the earliest reading is the truest.
    pub fn instant_of(&self, from_ms: usize, tones: &[Tone]) -> jiff::Timestamp {
        let begun = *self.begun.lock().unwrap();
        begun + jiff::SignedDuration::from_millis(i64::try_from(from_ms + tones[0].from_ms).unwrap())
    }

    /// A fresh sink swallows its first seconds: a tone is played until it comes out, and then until it is gone.
    pub fn warm_up(&self, card: &Card) -> usize {
        let mut command = card.tool("pacat");
        command
            .args(["--raw", "--format=s16le", "--channels=2", "--latency-msec=50"])
            .arg(format!("--rate={RATE}"))
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let mut player = command.spawn().unwrap_or_else(|error| panic!("pacat: {error}. {NEEDED}"));
        let whistle = player.stdin.take().map(|stdin| thread::spawn(move || whistle(stdin)));
        wait_until("the card plays what it is given", || {
            self.since(self.millis().saturating_sub(100)).tones(&[WARM_HZ]).iter().any(|tone| tone.millis() > 60)
        });
        player.kill().unwrap();
        player.wait().unwrap();
        whistle.map(thread::JoinHandle::join);
        let silent_since = self.millis();
        wait_until("the card is silent again", || {
            let now = self.millis();
            now > silent_since + 200 && self.since(now - 200).is_silent_from(0)
        });
        self.millis()
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

/// One tone until nobody takes it any more.
fn whistle(mut to: ChildStdin) {
    let frame = |frame: u32| {
        let sample = (TAU * f64::from(WARM_HZ) * f64::from(frame) / f64::from(RATE)).sin() * 6_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "a fifth of full scale")]
        let bytes = (sample as i16).to_le_bytes();
        [bytes[0], bytes[1], bytes[0], bytes[1]]
    };
    let second: Vec<u8> = (0..RATE).flat_map(frame).collect();
    while to.write_all(&second).is_ok() {}
}

/// Looks every 20 ms, for half a minute at most.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_kept, never) = mpsc::channel::<()>();
    let looks = 1_500;
    let so = (0..looks).any(|_| is_so() || never.recv_timeout(Duration::from_millis(20)).is_ok());
    assert!(so, "waited in vain: {what}. {NEEDED}");
}
