//! What the capture input hears of what a sound server plays: all of the item that was sent, nothing of another one.
//!
//! The input is the monitor of a null sink of a private pulseaudio. ALSA finds it by the environment, which a program
//! reads once: so this story starts itself again inside the environment it has made.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use loaphuong::equipment::StationTime;
use loaphuong::equipment::capture::Capture;
use loaphuong::equipment::clock::SystemClock;
use loaphuong::proof::{EARLY, Envelope, LATE, confirmed};
use loaphuong::time::{Frames, RATE};

const NEEDED: &str =
    "This story needs a sound server to listen to: apt-get install pulseaudio pulseaudio-utils libasound2-plugins";
const INSIDE: &str = "LOA_TEST_INSIDE";

fn main() -> ExitCode {
    if std::env::var_os(INSIDE).is_some() {
        story();
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let _server = Server::start(folder.path());
    let mut inside = Command::new(std::env::current_exe().unwrap());
    let succeeded = plug_in(&mut inside, folder.path()).env(INSIDE, "1").status().unwrap().success();
    if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn story() {
    let mut capture = Capture::new("default", StationTime::of_the_computer());
    capture.open();
    warm_up(&capture);

    let (item, other) = (speech(1, 12), speech(2, 12));
    let sent = envelope(&item);
    let (begun, length) = play(&item);
    let captured = heard(&capture, begun, length);
    let seconds = confirmed(&sent, &captured).as_secs_f64();
    assert!(seconds >= 0.95 * length.as_secs_f64(), "{seconds} s of {length} confirmed: {:?}", capture.trouble());
    println!("the item itself: {seconds} s of 12 confirmed");

    let (begun, length) = play(&other);
    let captured = heard(&capture, begun, length);
    assert!(captured.iter().sum::<f32>() > 0.0, "the other item was heard");
    assert_eq!(confirmed(&sent, &captured), Frames::ZERO, "another item is not this one");
    println!("another item: nothing confirmed");

    capture.close();
    let mut absent = Capture::new("nobody:CARD=is,DEV=0", StationTime::of_the_computer());
    absent.open();
    wait_until("a missing input is named", || absent.trouble().is_some());
    assert_eq!(confirmed(&sent, &heard(&absent, begun, length)), Frames::ZERO);
}

/// What was heard around an item of this length, once all of it can have been heard.
fn heard(capture: &Capture, begun: Timestamp, length: Frames) -> Vec<f32> {
    let from = begun - EARLY.duration();
    let end = begun + (length + LATE).duration() + SignedDuration::from_millis(500);
    wait_until("the sound has come", || SystemClock.now() >= end);
    capture.envelope(from, EARLY + length + LATE)
}

/// A fresh sink swallows its first seconds: noise is played until it is heard.
fn warm_up(capture: &Capture) {
    let mut player = player();
    let mut stdin = player.stdin.take().unwrap();
    let noise = speech(3, 30);
    let feeder = std::thread::spawn(move || {
        // Ends when the player does.
        let _ = stdin.write_all(&noise.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<_>>());
    });
    wait_until("the input hears the sink", || {
        let from = SystemClock.now() - SignedDuration::from_secs(1);
        capture.envelope(from, Frames::from_millis(900)).iter().any(|energy| *energy > 1e-6)
    });
    player.kill().unwrap();
    player.wait().unwrap();
    feeder.join().unwrap();
}

/// Plays samples of one channel; returns about when, and how long they are.
fn play(samples: &[f32]) -> (Timestamp, Frames) {
    let mut player = player();
    let begun = SystemClock.now();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    player.stdin.take().unwrap().write_all(&bytes).unwrap();
    assert!(player.wait().unwrap().success());
    (begun, Frames(samples.len() as u64))
}

fn player() -> Child {
    Command::new("pacat")
        .args(["--raw", "--format=float32le", "--channels=1", "--latency-msec=100"])
        .arg(format!("--rate={RATE}"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("pacat: {error}. {NEEDED}"))
}

fn envelope(samples: &[f32]) -> Vec<f32> {
    let mut envelope = Envelope::new(RATE);
    samples.iter().filter_map(|sample| envelope.push(*sample)).collect()
}

/// Noise in syllables, now and then with a pause.
fn speech(seed: u64, seconds: usize) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut samples = Vec::new();
    while samples.len() < seconds * RATE as usize {
        let loud = if random.u8(..8) == 0 { 0.0 } else { random.f32() };
        let length = random.usize(4_000..12_000);
        samples.extend((0..length).map(|_| (random.f32() - 0.5) * loud));
    }
    samples.truncate(seconds * RATE as usize);
    samples
}

/// A private sound server with one card that nobody hears. Ended with the story.
struct Server(Child);

impl Server {
    fn start(folder: &Path) -> Self {
        fs::create_dir(folder.join("run")).unwrap();
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(folder.join("asound.conf"), alsa).unwrap();
        let mut command = Command::new("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--system=false", "--use-pid-file=no", "--exit-idle-time=-1", "-L"])
            .arg(format!("module-native-protocol-unix socket={} auth-anonymous=1", folder.join("pulse.sock").display()))
            .args(["-L", "module-null-sink sink_name=bench rate=48000 channels=2"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Self(plug_in(&mut command, folder).spawn().unwrap_or_else(|error| panic!("{error}. {NEEDED}")));
        wait_until("the sound server answers", || {
            let mut ask = Command::new("pactl");
            ask.arg("info").stdout(Stdio::null()).stderr(Stdio::null());
            plug_in(&mut ask, folder).status().unwrap_or_else(|error| panic!("pactl: {error}. {NEEDED}")).success()
        });
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lets a program find this server, its sink and the sink's monitor, and no other.
fn plug_in<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command
        .env("PULSE_SERVER", format!("unix:{}", folder.join("pulse.sock").display()))
        .env("PULSE_SINK", "bench")
        .env("PULSE_SOURCE", "bench.monitor")
        .env("ALSA_CONFIG_PATH", folder.join("asound.conf"))
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .env("HOME", folder)
}

/// Looks every 20 ms, for half a minute at most.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_kept, never) = mpsc::channel::<()>();
    let so = (0..1_500).any(|_| is_so() || never.recv_timeout(Duration::from_millis(20)).is_ok());
    assert!(so, "waited in vain: {what}. {NEEDED}");
}
