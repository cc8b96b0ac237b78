//! Stories of a relay, against a server that says what it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};

use crate::equipment::News;
use crate::equipment::receiver::*;

const STATION: Level = Level { target_lufs: -18.0, true_peak_dbtp: -1.0 };
const SHORT: Patience = Patience {
    dead: Duration::from_millis(700),
    silent: Duration::from_millis(400),
    enough: Duration::from_millis(50),
};
const SOUND: &str = "HTTP/1.0 200 OK\r\nContent-Type: audio/x-raw\r\n\r\n";

/// Samples as they are, 16 bits each.
struct Raw(Bytes);

impl Pcm for Raw {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let mut bytes = Vec::new();
        let wanted = block.len() as u64 * 2;
        self.0
            .by_ref()
            .take(wanted)
            .read_to_end(&mut bytes)
            .map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
        for (sample, bytes) in block.iter_mut().zip(bytes.chunks_exact(2)) {
            *sample = f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0;
        }
        Ok(bytes.len() / 4 * 2)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as every way to decode")]
fn raw(bytes: Bytes, _content: &str, _live: &Arc<Live>) -> Result<Box<dyn Pcm>, Defect> {
    Ok(Box::new(Raw(bytes)))
}

/// A square wave of so many milliseconds, loud or silent.
fn wave(millis: usize, level: i16) -> Vec<u8> {
    let sample = |frame: usize| if (frame / 24).is_multiple_of(2) { level } else { -level };
    (0..millis * 48).flat_map(|frame| [sample(frame).to_le_bytes(), sample(frame).to_le_bytes()].concat()).collect()
}

/// Answers each connection as `answer` does, given the path that was asked for, and then hangs up.
fn serve(answer: impl Fn(&str, &mut TcpStream) + Send + 'static) -> String {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", door.local_addr().unwrap());
    thread::spawn(move || {
        for mut guest in door.incoming().flatten() {
            let mut lines = BufReader::new(guest.try_clone().unwrap()).lines().map_while(Result::ok);
            let asked = lines.next().unwrap_or_default();
            let _ = lines.find(String::is_empty);
            answer(asked.split(' ').nth(1).unwrap_or_default(), &mut guest);
        }
    });
    address
}

fn say(guest: &mut TcpStream, words: impl AsRef<[u8]>) -> bool {
    guest.write_all(words.as_ref()).is_ok()
}

fn connected(
    path: &str,
    answers: &'static [(&'static str, &'static str)],
) -> Result<(String, String, Vec<String>), Defect> {
    let address = serve(move |asked, guest| {
        let answer =
            answers.iter().find(|(path, _)| *path == asked).map_or("HTTP/1.1 404 No\r\n\r\n", |(_, answer)| answer);
        say(guest, answer);
    });
    let live = Arc::new(Live::default());
    let Connection { content, mut bytes } = connect(&format!("{address}{path}"), SHORT.dead, &live)?;
    let mut sound = String::new();
    bytes.read_to_string(&mut sound).unwrap();
    Ok((content, sound, live.titles()))
}

/// Reads until the relay breaks; the samples that were no silence, and why it broke.
fn listen(relay: &mut Relay) -> (usize, Defect) {
    let mut block = [0.0; 960];
    let mut sounding = 0;
    loop {
        match relay.read(&mut block) {
            Ok(count) => sounding += block[..count].iter().filter(|sample| sample.abs() > 0.001).count(),
            Err(defect) => return (sounding, defect),
        }
    }
}

/// A server that waits with its sound until it may go on.
fn gated(answer: impl Fn(usize, &mut TcpStream, &Receiver<()>) + Send + 'static) -> (String, Sender<()>) {
    let (go, gate) = mpsc::channel();
    let count = std::cell::Cell::new(0);
    let address = serve(move |_, guest| {
        count.set(count.get() + 1);
        answer(count.get(), guest, &gate);
    });
    (address, go)
}

#[test]
fn redirects_and_playlists_lead_to_the_sound() {
    const ANSWERS: &[(&str, &str)] = &[
        ("/old", "HTTP/1.1 302 Found\r\nLocation: /sound\r\nContent-Length: 0\r\n\r\n"),
        ("/sound", "HTTP/1.1 200 OK\r\nContent-Type: Audio/MPEG; x=1\r\n\r\nla la"),
        ("/shout", "ICY 200 OK\r\nicy-metaint:2\r\nContent-Type:audio/mpeg\r\n\r\nla\x01StreamTitle='a';la\0"),
        (
            "/pieces",
            "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\n#EXT-X-VERSION:3\n",
        ),
        ("/nothing", "HTTP/1.0 200 OK\r\nContent-Type: audio/x-scpls\r\n\r\n[playlist]\n"),
    ];
    let sound = |path| connected(path, ANSWERS);
    assert_eq!(sound("/old"), Ok(("audio/mpeg".to_owned(), "la la".to_owned(), Vec::new())));
    assert_eq!(sound("/shout"), Ok(("audio/mpeg".to_owned(), "lala".to_owned(), vec!["a".to_owned()])));
    assert_eq!(sound("/pieces"), Err(Defect::Unsupported { format: "hls".to_owned() }));
    assert_eq!(sound("/nothing"), Err(Defect::NotAStream { content: "audio/x-scpls".to_owned() }));
    assert_eq!(sound("/else"), Err(Defect::StreamRefused { status: 404 }));
}

#[test]
fn a_playlist_names_its_stream_by_address() {
    let sound = serve(|_, guest| _ = say(guest, "HTTP/1.0 200 OK\r\nContent-Type: audio/ogg\r\n\r\nla"));
    let list = serve(move |_, guest| {
        say(guest, format!("HTTP/1.0 200 OK\r\nContent-Type: audio/x-mpegurl\r\n\r\n#EXTM3U\r\n{sound}/vov1\r\n"));
    });
    let connection = connect(&list, SHORT.dead, &Arc::new(Live::default())).unwrap();
    assert_eq!(connection.content, "audio/ogg");
}

#[test]
fn what_is_no_sound_is_refused_by_its_name() {
    const PAGE: &[(&str, &str)] = &[("/", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>")];
    assert_eq!(connected("/", PAGE), Err(Defect::NotAStream { content: "text/html".to_owned() }));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = connect(&format!("http://{nobody}/"), SHORT.dead, &Arc::new(Live::default())).err();
    assert!(matches!(&refused, Some(Defect::NoStream { detail }) if detail.contains("refused")), "{refused:?}");
    let nowhere = connect("http://no-such-name.invalid/", SHORT.dead, &Arc::new(Live::default())).err();
    assert!(matches!(&nowhere, Some(Defect::NoStream { detail }) if detail.contains("lookup")), "{nowhere:?}");
}

#[test]
fn a_relay_is_carried_to_its_end_and_then_breaks() {
    let (address, go) = gated(|nth, guest, gate| {
        if nth == 1 && gate.recv().is_ok() {
            say(guest, SOUND);
            say(guest, wave(800, 8_000));
        }
        // It hangs up; from now on it sends nothing.
    });
    let mut relay = Relay::tune(&address, raw, STATION, SHORT);
    let mut first = [1.0; 960];
    assert_eq!(relay.read(&mut first), Ok(960), "silence before there is anything");
    assert!(first.iter().all(|sample| *sample == 0.0));
    go.send(()).unwrap();
    let live = relay.live().unwrap();
    let (sounding, defect) = listen(&mut relay);
    assert!((800 * 96 * 8 / 10..=800 * 96).contains(&sounding), "{sounding}");
    assert!(live.filled() >= Frames::from_millis(10), "the silence before and after it is told apart");
    assert!(matches!(defect, Defect::NoStream { .. } | Defect::StreamDead), "{defect:?}");
    assert_eq!(relay.read(&mut first), Err(defect), "and it stays broken");
}

#[test]
fn a_broken_connection_is_made_anew() {
    let (address, go) = gated(|nth, guest, gate| {
        if nth == 1 && gate.recv().is_err() || nth > 2 {
            return;
        }
        say(guest, SOUND);
        say(guest, wave(400, 8_000));
    });
    let mut relay = Relay::tune(&address, raw, STATION, SHORT);
    relay.read(&mut [0.0; 96]).unwrap();
    go.send(()).unwrap();
    let live = relay.live().unwrap();
    let (sounding, _) = listen(&mut relay);
    assert!(sounding > 400 * 96 * 12 / 10, "of both connections: {sounding}");
    let news = live.take_news();
    assert_eq!(news[..2], [News::Lost(Defect::StreamDead), News::Back], "{news:?}");
}

#[test]
fn a_stream_of_silence_is_no_programme() {
    let (address, _go) = gated(|_, guest, _| {
        say(guest, SOUND);
        while say(guest, wave(100, 2)) {}
    });
    let mut relay = Relay::tune(&address, raw, STATION, SHORT);
    assert_eq!(listen(&mut relay), (0, Defect::StreamSilent));
    assert!(relay.live().unwrap().filled() >= Frames::from_millis(400), "none of it counts");
}

#[test]
fn a_relay_dead_for_long_breaks_at_its_first_word() {
    let address = serve(|_, guest| _ = say(guest, "HTTP/1.1 404 No\r\n\r\n"));
    let mut relay = Relay::tune(&address, raw, STATION, Patience { dead: Duration::ZERO, ..SHORT });
    let live = relay.live().unwrap();
    while live.take_news().is_empty() {
        thread::yield_now();
    }
    let defect = relay.read(&mut [0.0; 96]).unwrap_err();
    assert!(matches!(defect, Defect::StreamRefused { status: 404 } | Defect::NoStream { .. }), "{defect:?}");
}

#[test]
fn a_dropped_relay_hangs_up() {
    let (over, is_over) = mpsc::channel();
    let (address, _go) = gated(move |_, guest, _| {
        say(guest, SOUND);
        while say(guest, wave(100, 8_000)) {}
        over.send(()).unwrap();
    });
    drop(Relay::tune(&address, raw, STATION, SHORT));
    let relay = Relay::tune(&address, raw, STATION, SHORT);
    let live = relay.live().unwrap();
    drop(relay);
    drop(live);
    assert!(is_over.recv_timeout(Duration::from_secs(20)).is_ok(), "the server was left");
}
