//! The whole way of the sound: the real program through ALSA into a sound server, recorded where it comes out.
//!
//! The sound card is a null sink of a private pulseaudio, with its socket and state in a temporary folder. What the
//! airtime log says went out must lie in the recording: which item, when, how long, joined without a gap.

#[expect(dead_code, reason = "the other stories use the rest of it")]
mod home;
mod tones;

use std::f64::consts::TAU;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::home::{Home, Running};
use crate::tones::{RATE, Recording, Tone};

const NEEDED: &str =
    "This story needs a sound server to play into: apt-get install pulseaudio pulseaudio-utils libasound2-plugins";
/// Where Debian puts ALSA's way into pulseaudio, below /usr/lib/ARCHITECTURE.
const PLUGIN: &str = "alsa-lib/libasound_module_pcm_pulse.so";

const WARM_HZ: u32 = 300;
const KNOWN: [u32; 3] = [800, 1_400, 2_200];
const MILLIS: [u32; 3] = [1_500, 900, 1_200];
const BYTES_PER_MS: usize = RATE as usize / 1_000 * 4;

#[test]
fn what_the_log_says_came_out_of_the_sound_card() {
    let home = Home::new();
    home.configure("output: { device: default }");
    home.write(
        "schedules/thu.yaml",
        "sessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - play: jingles/a.wav\n      - \
         play: jingles/b.wav\n      - play: jingles/c.wav\n",
    );
    for ((name, hz), millis) in ["a", "b", "c"].into_iter().zip(KNOWN).zip(MILLIS) {
        home.tone(&format!("jingles/{name}.wav"), hz, millis);
    }
    let card = Card::start();
    let tape = Tape::start(&card);
    let begin_ms = tape.warm_up(&card);

    let mut command = home.command(&["--lang", "en", "run", "--session", "thu", "--length", "30s", "--once"]);
    card.plug_in(&mut command);
    let (status, heard) = Running::start(command).wait();
    assert!(status.success(), "{heard:#?}\n{NEEDED}");
    let end_ms = tape.millis();
    tape.wait_for_millis(end_ms + 500);

    let rows = home.log();
    let recording = tape.since(begin_ms);
    let tones = recording.tones(&KNOWN);
    assert_eq!(tones.iter().map(|tone| tone.hz).collect::<Vec<_>>(), KNOWN, "{tones:?}\n{heard:#?}");
    for ((tone, row), millis) in tones.iter().zip(&rows).zip(MILLIS) {
        assert_eq!((&row["outcome"], &row["device"]), (&"aired".into(), &"default".into()), "{row}");
        assert!((row["aired_seconds"].as_f64().unwrap() - f64::from(millis) / 1_000.0).abs() < 0.001, "{row}");
        assert!(tone.millis().abs_diff(millis as usize) <= 20, "{tone:?} against {row}");
        let (found, logged) = (tone.from_ms - tones[0].from_ms, millis_after(&rows[0], row));
        assert!(found.abs_diff(logged) <= 20, "{tone:?} begins at {found}, the log says {logged}: {row}");
    }
    let silence = recording.longest_silence(tones[0].from_ms + 5, tones[2].until_ms - 5);
    assert!(silence <= 2.0, "{silence} ms of silence between the items: {tones:?}");
    assert!(recording.is_silent_from(tones[2].until_ms + 10), "nothing sounds after the last item");
    assert!(nothing_before(&recording, tones[0]), "nothing sounds before the first item");
}

fn millis_after(first: &Value, row: &Value) -> usize {
    let at = |row: &Value| row["aired_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    usize::try_from(at(row).duration_since(at(first)).as_millis()).unwrap()
}

fn nothing_before(recording: &Recording, first: Tone) -> bool {
    let silence = recording.longest_silence(0, first.from_ms.saturating_sub(10));
    silence + 20.0 >= f64::from(u32::try_from(first.from_ms).unwrap())
}

/// A private sound server with one card that nobody hears. Ended with the story.
struct Card {
    folder: TempDir,
    server: Child,
}

impl Card {
    fn start() -> Self {
        assert!(plugin_is_there(), "{PLUGIN} is not there. {NEEDED}");
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("run")).unwrap();
        fs::write(
            folder.path().join("asound.conf"),
            "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
        )
        .unwrap();
        let socket = folder.path().join("pulse.sock");
        let mut command = urgent("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--system=false", "--use-pid-file=no", "--exit-idle-time=-1"])
            .arg("-L")
            .arg(format!("module-native-protocol-unix socket={} auth-anonymous=1", socket.display()))
            .args(["-L", "module-null-sink sink_name=bench rate=48000 channels=2 format=s16le"])
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path().join("run"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = command.spawn().unwrap_or_else(|error| panic!("pulseaudio: {error}. {NEEDED}"));
        let card = Self { folder, server };
        wait_until("the sound server answers", || {
            let mut ask = card.tool("pactl");
            ask.arg("info").stdout(Stdio::null()).stderr(Stdio::null());
            ask.status().unwrap_or_else(|error| panic!("pactl: {error}. {NEEDED}")).success()
        });
        card
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Lets a program find this card, and no other.
    fn plug_in(&self, command: &mut Command) {
        command
            .env("PULSE_SERVER", format!("unix:{}", self.path("pulse.sock").display()))
            .env("PULSE_SINK", "bench")
            .env("ALSA_CONFIG_PATH", self.path("asound.conf"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("HOME", self.folder.path());
    }

    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        self.plug_in(&mut command);
        command
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
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
struct Tape {
    recorder: Child,
    samples: Arc<Mutex<Vec<u8>>>,
}

impl Tape {
    fn start(card: &Card) -> Self {
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
        let tape = samples.clone();
        thread::spawn(move || {
            let mut block = [0; 4_096];
            while let Ok(bytes @ 1..) = stdout.read(&mut block) {
                tape.lock().unwrap().extend_from_slice(&block[..bytes]);
            }
        });
        let tape = Self { recorder, samples };
        tape.wait_for_millis(1);
        tape
    }

    /// How much is recorded.
    fn millis(&self) -> usize {
        self.samples.lock().unwrap().len() / BYTES_PER_MS
    }

    fn wait_for_millis(&self, millis: usize) {
        wait_until("the recorder goes on", || self.millis() >= millis);
    }

    fn since(&self, from_ms: usize) -> Recording {
        Recording::raw_stereo(&self.samples.lock().unwrap()[from_ms * BYTES_PER_MS..])
    }

    /// A fresh sink swallows its first seconds: a tone is played until it comes out, and then until it is gone.
    fn warm_up(&self, card: &Card) -> usize {
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
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_kept, never) = mpsc::channel::<()>();
    let looks = 1_500;
    let so = (0..looks).any(|_| is_so() || never.recv_timeout(Duration::from_millis(20)).is_ok());
    assert!(so, "waited in vain: {what}. {NEEDED}");
}
