//! Relays against a real Icecast, with ffmpeg as the station that is carried.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use loaphuong::equipment::decoder::Broadcast;
use loaphuong::equipment::receiver::{Patience, Relay};
use loaphuong::equipment::{News, Pcm};
use loaphuong::library::{Defect, Level};
use tempfile::TempDir;

use crate::home::{Home, Running};
use crate::tones::Recording;

const NEEDED: &str = "This story needs a server and a station to relay: apt-get install icecast2 ffmpeg";
const PASSWORD: &str = "song";
/// A format as ffmpeg is told of it.
const MP3: [&str; 6] = ["-c:a", "libmp3lame", "-f", "mp3", "-content_type", "audio/mpeg"];
const OGG: [&str; 6] = ["-c:a", "libvorbis", "-f", "ogg", "-content_type", "audio/ogg"];
const AAC: [&str; 6] = ["-c:a", "aac", "-f", "adts", "-content_type", "audio/aac"];

#[test]
fn three_kinds_of_streams_are_carried_for_their_length() {
    let icecast = Icecast::start();
    let streams = [("a.mp3", MP3, 800), ("b.ogg", OGG, 1_400), ("c.aac", AAC, 2_200)];
    let _sources = streams.map(|(mount, format, hz)| icecast.send(mount, format, hz));
    let elements = streams.map(|(mount, ..)| format!("      - relay: {}\n        for: 3s\n", icecast.address(mount)));
    // While something else is on, the first of them has time to connect.
    let home = on_tape(&format!("      - play: jingles/a.wav\n{}", elements.concat()));
    home.tone("jingles/a.wav", 440, 3_000);

    let said = home.loa_en(&["run", "--session", "thu", "--length", "30s", "--once"]).with_code(0);
    let tones = Recording::read(&home.path("heard.wav")).tones(&[440, 800, 1_400, 2_200]);
    for (_, _, hz) in streams {
        let millis: usize = tones.iter().filter(|tone| tone.hz == hz).map(|tone| tone.millis()).sum();
        assert!((2_000..=3_050).contains(&millis), "{hz} Hz: {millis} ms of 3000; {tones:?}\n{}", said.err);
    }
    for (row, (mount, ..)) in home.log().iter().skip(1).zip(streams) {
        assert_eq!((&row["kind"], &row["outcome"]), (&"relay".into(), &"aired".into()), "{row}\n{}", said.err);
        assert!(row["path"].as_str().unwrap().ends_with(mount), "{row}");
        assert!((row["aired_seconds"].as_f64().unwrap() - 3.0).abs() < 0.001, "{row}");
    }
}

#[test]
fn a_station_that_went_away_and_came_back_is_carried_again() {
    let icecast = Icecast::start();
    let first = icecast.send("a.mp3", MP3, 800);
    let relay = icecast.address("a.mp3");
    let home = on_tape(&format!(
        "      - play: jingles/a.wav\n      - relay: {relay}\n        title: VOV1\n        for: 12s\n"
    ));
    home.tone("jingles/a.wav", 440, 3_000);
    let mut station =
        Running::start(home.command(&["--lang", "en", "run", "--session", "thu", "--length", "30s", "--once"]));
    station.wait_for("On the air: VOV1");
    drop(first);
    let _second = icecast.send("a.mp3", MP3, 1_400);
    let (status, heard) = station.wait();
    assert!(status.success(), "{heard:#?}");
    let tones = Recording::read(&home.path("heard.wav")).tones(&[440, 800, 1_400]);
    let order: Vec<u32> = tones.iter().map(|tone| tone.hz).collect();
    assert!(order.starts_with(&[440, 800]) && order.ends_with(&[1_400]), "{tones:?}\n{heard:#?}");
}

#[test]
fn titles_come_through_and_a_dead_station_is_told_of() {
    let icecast = Icecast::start();
    let source = icecast.send("a.mp3", MP3, 800);
    let patience = Patience { dead: Duration::from_secs(2), ..Patience::default() };
    let mut relay = tune(&icecast.address("a.mp3"), patience);
    let live = relay.live().unwrap();
    until(&mut relay, |sound| sound.is_ok_and(|sound| sound.iter().any(|sample| sample.abs() > 0.05)));
    icecast.announce("a.mp3", "Th%E1%BB%9Di%20s%E1%BB%B1%2012h");
    until(&mut relay, |_| live.titles().iter().any(|title| title == "Thời sự 12h"));
    assert!(live.take_news().contains(&News::Title("Thời sự 12h".to_owned())));

    drop(source);
    let mut defect = None;
    until(&mut relay, |sound| {
        defect = sound.err();
        defect.is_some()
    });
    assert_eq!(defect, Some(Defect::StreamRefused { status: 404 }));
    assert!(live.filled().as_secs_f64() > 0.5, "the silence is told apart");
}

#[test]
fn the_page_of_the_server_is_no_stream() {
    let icecast = Icecast::start();
    let mut relay =
        tune(&icecast.address("status.xsl"), Patience { dead: Duration::from_secs(1), ..Patience::default() });
    let mut defect = None;
    until(&mut relay, |sound| {
        defect = sound.err();
        defect.is_some()
    });
    assert_eq!(defect, Some(Defect::NotAStream { content: "text/xml".to_owned() }));
}

/// Reads until what is read is as wanted. A read takes as long as what is read lasts: 10 ms.
fn until(relay: &mut Relay, mut is_so: impl FnMut(Result<&[f32], Defect>) -> bool) {
    let mut block = [0.0; 960];
    let so = (0..6_000).any(|_| is_so(relay.read(&mut block).map(|count| &block[..count])));
    assert!(so, "waited in vain");
}

fn tune(address: &str, patience: Patience) -> Relay {
    let level = Level { target_lufs: -18.0, true_peak_dbtp: -1.0 };
    Relay::tune(address, |bytes, content, live| Ok(Box::new(Broadcast::join(bytes, content, live)?)), level, patience)
}

/// A home that airs these elements into `heard.wav`.
fn on_tape(elements: &str) -> Home {
    let home = Home::new();
    home.configure("output: { device: \"wav:heard.wav\" }");
    home.write(
        "schedules/thu.yaml",
        format!("sessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n{elements}"),
    );
    home
}

/// A process that is ended with the story.
struct Kept(Child);

impl Kept {
    fn start(mut command: Command) -> Self {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}. {NEEDED}")))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An Icecast of its own, on a free port.
struct Icecast {
    port: u16,
    server: Kept,
    _folder: TempDir,
}

impl Icecast {
    /// On a port that was free when it was asked for: a story beside this one may have taken it since, so that it is asked for anew.
    fn start() -> Self {
        (0..10).find_map(|_| Self::try_start()).unwrap_or_else(|| panic!("no Icecast keeps running. {NEEDED}"))
    }

    fn try_start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        // It refuses to run as root, so it must be able to look into the folder as somebody else.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let config = folder.path().join("icecast.xml");
        fs::write(&config, configuration(port, folder.path().to_str().unwrap())).unwrap();
        let mut command = Command::new("icecast2");
        command.arg("-c").arg(&config);
        let mut icecast = Self { port, server: Kept::start(command), _folder: folder };
        wait_until("the server answers", || icecast.has_ended() || icecast.ask("/status.xsl").contains(" 200 "));
        (!icecast.has_ended()).then_some(icecast)
    }

    fn has_ended(&mut self) -> bool {
        self.server.0.try_wait().unwrap().is_some()
    }

    fn address(&self, mount: &str) -> String {
        format!("http://127.0.0.1:{}/{mount}", self.port)
    }

    /// A station that sends a tone, once it is on.
    fn send(&self, mount: &str, format: [&str; 6], hz: u32) -> Kept {
        let mut command = Command::new("ffmpeg");
        command
            .args([
                "-hide_banner",
                "-re",
                "-f",
                "lavfi",
                "-i",
                &format!("sine=frequency={hz}:sample_rate=44100"),
                "-ac",
                "2",
            ])
            .args(["-b:a", "96k", "-flush_packets", "1"])
            .args(format)
            .arg(format!("icecast://source:{PASSWORD}@127.0.0.1:{}/{mount}", self.port));
        let source = Kept::start(command);
        wait_until("the station is on", || self.ask(&format!("/{mount}")).contains(" 200 "));
        source
    }

    /// Announces a title, as a station does.
    fn announce(&self, mount: &str, song: &str) {
        let answer = self.ask(&format!("/admin/metadata?mount=/{mount}&mode=updinfo&charset=UTF-8&song={song}"));
        assert!(answer.contains(" 200 "), "{answer}");
    }

    /// The first line of the answer; nothing where there is none.
    fn ask(&self, path: &str) -> String {
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", self.port)) else { return String::new() };
        // "source:song"
        let asked = write!(server, "GET {path} HTTP/1.0\r\nAuthorization: Basic c291cmNlOnNvbmc=\r\n\r\n");
        let mut answer = [0; 64];
        let count = asked.and_then(|()| server.read(&mut answer)).unwrap_or(0);
        String::from_utf8_lossy(&answer[..count]).lines().next().unwrap_or_default().to_owned()
    }
}

fn configuration(port: u16, folder: &str) -> String {
    let somebody_else = if rustix::process::getuid().is_root() {
        "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
    } else {
        ""
    };
    format!(
        "<icecast><location>x</location><admin>x</admin><hostname>127.0.0.1</hostname>\
         <limits><clients>50</clients><sources>10</sources><queue-size>524288</queue-size><source-timeout>10</source-timeout>\
         <burst-on-connect>1</burst-on-connect><burst-size>65535</burst-size></limits>\
         <authentication><source-password>{PASSWORD}</source-password><relay-password>{PASSWORD}</relay-password>\
         <admin-user>admin</admin-user><admin-password>{PASSWORD}</admin-password></authentication>\
         <mount type=\"default\"><charset>UTF-8</charset></mount><listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>\
         <paths><basedir>/usr/share/icecast2</basedir><logdir>{folder}</logdir><webroot>/usr/share/icecast2/web</webroot>\
         <adminroot>/usr/share/icecast2/admin</adminroot></paths>\
         <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel></logging>\
         <security><chroot>0</chroot>{somebody_else}</security></icecast>"
    )
}

/// Looks every 20 ms, for a minute at most.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_kept, never) = mpsc::channel::<()>();
    let so = (0..3_000).any(|_| is_so() || never.recv_timeout(Duration::from_millis(20)).is_ok());
    assert!(so, "waited in vain: {what}. {NEEDED}");
}
