//! A home that holds every bad input at once, and what has to be said of each.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use jiff::ToSpan as _;
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

use crate::bad_sounds::{what_airs, what_cannot_air, write_flac_with_pictures};
use crate::home::{Home, Said, run, without_roots_rights};

const NOT_TEXT: &str = "the file's name is not UTF-8, or has a \\ in it; rename it";
const TWICE: &str = "another file has the same name, with its accents encoded in another way; rename one of the two";
const LINK: &str = "this is a link, and links are not followed; copy the file itself here";
const SPECIAL: &str = "this is a pipe, socket or device, no file; delete it";
const CLOSED: &str = "(Permission denied (os error 13))";
const NO_FILE: &str = "this is a link, a folder or a pipe, no file; delete it, or copy the file itself here";

/// The schedule that is taken over before somebody spoils it: `sang` fires hours from now, and is begun by hand.
pub const SCHEDULE: &str = "title: Hằng ngày\nsessions:\n  - id: sang\n    at: \"HH:MM\"\n    length: 10m\n    rundown:\n      - pick: \
                        ministry\n";

/// A home, and what has to be said of it.
pub struct BadHome {
    pub home: Home,
    /// Whether what root may not read can be tried.
    rights_hold: bool,
    /// Paths below `audio/` that air.
    pub good: Vec<String>,
    /// Path, status and reason of what does not.
    pub bad: Vec<(String, String, String)>,
    /// Beginnings of the lines of `loa check` about what people wrote.
    pub written: Vec<String>,
    /// Kept open, so that it is a socket.
    _socket: UnixListener,
}

impl BadHome {
    pub fn new() -> Self {
        let home = Home::new();
        home.configure("bulletins: { approval: none }");
        let rights_hold = without_roots_rights(&home.command(&[])).is_some();
        let socket = UnixListener::bind(home.path("audio/bulletins/o-cam.wav")).unwrap();
        let (good, bad, written) = Default::default();
        let mut all = Self { home, rights_hold, good, bad, written, _socket: socket };
        all.sounds();
        all.names();
        all.what_is_no_file();
        all.what_nobody_may_read();
        all.sidecars();
        all.schedules();
        all
    }

    fn bad(&mut self, path: &str, reason: &str) {
        self.bad.push((path.to_owned(), "broken".to_owned(), reason.to_owned()));
    }

    /// A short bulletin under a name of any bytes.
    pub fn bulletin(&self, name: &[u8]) {
        let file = self.home.path("audio/bulletins").join(OsStr::from_bytes(name));
        self.home.tone("tone.wav", 700, 300);
        fs::rename(self.home.path("audio/tone.wav"), file).unwrap();
    }

    fn sounds(&mut self) {
        self.home.write("audio/ministry/manifest.yaml", "expected: 32\n");
        for (name, bytes, status, reason) in what_cannot_air() {
            self.home.write(&format!("audio/ministry/{name}"), bytes);
            self.bad.push((format!("ministry/{name}"), status.to_owned(), reason));
        }
        write_flac_with_pictures(&self.home.path("audio/ministry/muoi-anh.flac"), 10, 15 << 20);
        let pictures = "decoding it takes too much memory, most often for its pictures; take them out, or convert it to mp3 or wav";
        self.bad("ministry/muoi-anh.flac", pictures);
        for (name, bytes) in what_airs() {
            self.home.write(&format!("audio/ministry/{name}"), bytes);
            self.good.push(format!("ministry/{name}"));
        }
    }

    fn names(&mut self) {
        let long = format!("{}.wav", "x".repeat(251));
        for name in [
            "H\u{1ecd}p d\u{e2}n.wav",
            &long,
            "\"a'b;c&d|e.wav",
            "$(touch pwned)`touch pwned`.wav",
            "dong\n2099-01-01 The log is written again.wav",
            "-rf.WAV",
            "=cmd|'C calc'!A0.wav",
            "<b>HTML<br>.wav",
            "1980.wav",
            "2107.wav",
        ] {
            self.bulletin(name.as_bytes());
            self.good.push(format!("bulletins/{name}"));
        }
        // Spelled as a Macintosh does.
        self.bulletin("cho\u{323} phie\u{302}n.wav".as_bytes());
        self.good.push("bulletins/ch\u{1ecd} phi\u{ea}n.wav".to_owned());
        self.bulletin("Ho\u{323}p da\u{302}n.wav".as_bytes());
        self.bad("bulletins/Ho<323>p da<302>n.wav", TWICE);
        for (name, shown) in
            [(&b"h\xe1p.wav"[..], "h<E1>p.wav"), (b"h\xe2p.wav", "h<E2>p.wav"), (b"C:\\hop.wav", "C:<5C>hop.wav")]
        {
            self.bulletin(name);
            self.bad(&format!("bulletins/{shown}"), NOT_TEXT);
        }
        for (name, year_secs) in [("1980", 315_532_800), ("2107", 4_323_456_000)] {
            let file = File::open(self.home.path(&format!("audio/bulletins/{name}.wav"))).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(year_secs)).unwrap();
        }
        for ignored in
            ["~$a.wav", "a.wav.part", "a.mp3.crdownload", "a.filepart", "._a.wav", ".a.wav", "Thumbs.db", "desktop.ini"]
        {
            self.home.write(&format!("audio/bulletins/{ignored}"), "x");
        }
        for foreign in [".Trash-1000/files", "lost+found", "System Volume Information"] {
            self.home.write(&format!("audio/bulletins/{foreign}/a.wav"), "x");
        }
        let many = std::env::var("FILES").ok().and_then(|number| number.parse().ok()).unwrap_or(200);
        self.home.tone("jingles/kho/0.wav", 500, 250);
        for number in 0..many {
            let name = format!("jingles/kho/{number}.wav");
            if number > 0 {
                fs::hard_link(self.home.path("audio/jingles/kho/0.wav"), self.home.path("audio").join(&name)).unwrap();
            }
            self.good.push(name);
        }
    }

    fn what_is_no_file(&mut self) {
        let audio = self.home.path("audio");
        let outside = self.home.path("ngoai.wav");
        self.home.write("ngoai.wav", "somebody else's");
        for (link, to) in [
            ("bulletins/lien-ket.wav", outside.as_path()),
            ("bulletins/dut.wav", Path::new("gone.wav")),
            ("bulletins/vong.wav", Path::new("vong.wav")),
            ("bulletins/vong", Path::new("..")),
            ("ministry/ca-o-dia", Path::new("/")),
        ] {
            symlink(to, audio.join(link)).unwrap();
            self.bad(link, LINK);
        }
        pipe(&audio.join("bulletins/ong.wav"));
        for special in ["bulletins/ong.wav", "bulletins/o-cam.wav"] {
            self.bad(special, SPECIAL);
        }
        let zeroes = audio.join("jingles/thiet-bi.wav");
        if mknodat(CWD, &zeroes, FileType::CharacterDevice, Mode::from(0o644), makedev(1, 5)).is_ok() {
            self.bad("jingles/thiet-bi.wav", SPECIAL);
        }
        self.home.tone("bulletins/1/2/3/4/5/6/sau.wav", 600, 300);
        let deep = "the folder lies too deep, only 6 folders below audio/ are looked into; move it up";
        self.bad("bulletins/1/2/3/4/5/6", deep);
    }

    fn what_nobody_may_read(&mut self) {
        if !self.rights_hold {
            return;
        }
        self.home.tone("bulletins/khoa/a.wav", 600, 300);
        self.home.tone("bulletins/khoa.wav", 600, 300);
        self.home.write("schedules/khoa.yaml", "title: A\n");
        for closed in ["audio/bulletins/khoa", "audio/bulletins/khoa.wav", "schedules/khoa.yaml"] {
            fs::set_permissions(self.home.path(closed), Permissions::from_mode(0o000)).unwrap();
        }
        self.bad("bulletins/khoa", &format!("the folder cannot be looked into {CLOSED}; check rights and disk"));
        self.bad("bulletins/khoa.wav", &format!("the file cannot be read {CLOSED}; check rights and disk"));
        self.written.push(format!(
            "schedules/khoa.yaml: the file cannot be read {CLOSED}; check the rights of file and folder"
        ));
    }

    /// What was written beside bulletins, each with the mistake that it is.
    fn sidecars(&mut self) {
        let ten = |of: &str| [of; 10].join(",");
        let bomb =
            format!("a: &a [{}]\nb: &b [{}]\nc: &c [{}]\nfor: [{}]\n", ten("x"), ten("*a"), ten("*b"), ten("*c"));
        let nested = format!("for: {}{}\n", "[".repeat(20_000), "]".repeat(20_000));
        let utf16: Vec<u8> = "title: A\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16 = [&b"\xff\xfe"[..], &utf16].concat();
        for (name, text, told) in [
            ("the-trong", &b""[..], ": the file is empty; fill it in or delete it"),
            ("the-la", b"titel: x\n", ":1:1: there is no key \"titel\"; did you mean \"title\"? (known: "),
            (
                "the-hai-lan",
                b"title: A\ntitle: B\n",
                ":2:1: the key \"title\" stands in line 1 already; delete one of the two",
            ),
            ("the-tab", b"valid:\n\tfrom: 2020-08-04\n", ":2:1: the line is indented with a tab; use spaces"),
            (
                "the-ngay",
                b"valid: { from: 2020-02-31 }\n",
                ":1:16: there is no date \"2020-02-31\"; write year-month-day, such as 2020-08-04",
            ),
            (
                "the-nguoc",
                b"valid: { from: 2020-08-31, until: 2020-08-23 }\n",
                ":1:35: the range ends (2020-08-23) before it begins (2020-08-31); swap the two",
            ),
            (
                "the-utf16",
                &utf16,
                ": the file is not UTF-8 (from byte 0 on); open it in Notepad, choose Save As, Encoding: UTF-8",
            ),
            ("the-bom", bomb.as_bytes(), ":1:1: there is no key \"a\"; "),
            ("the-long", nested.as_bytes(), ":1:"),
            (
                "the-to",
                b"title: A\n",
                ": the file is too large (52428800 bytes, at most 1048576); was another file copied here by mistake?",
            ),
        ] {
            let file = format!("audio/bulletins/{name}.yaml");
            self.home.write(&file, text);
            self.without_sidecar(name, told);
        }
        File::options()
            .write(true)
            .open(self.home.path("audio/bulletins/the-to.yaml"))
            .unwrap()
            .set_len(50 << 20)
            .unwrap();
        pipe(&self.home.path("audio/bulletins/the-ong.yaml"));
        symlink("/etc/passwd", self.home.path("audio/bulletins/the-lien-ket.yaml")).unwrap();
        for name in ["the-ong", "the-lien-ket"] {
            self.without_sidecar(name, &format!(": {NO_FILE}"));
        }
    }

    fn without_sidecar(&mut self, name: &str, told: &str) {
        self.bulletin(format!("{name}.wav").as_bytes());
        self.bad(&format!("bulletins/{name}.wav"), "its sidecar has mistakes, see `loa check`");
        self.written.push(format!("audio/bulletins/{name}.yaml{told}"));
    }

    fn schedules(&mut self) {
        self.home.write("schedules/hong.yaml", SCHEDULE.replace("HH:MM", "25:61"));
        let no_time = "\"25:61\" is no time of day; write hours:minutes from 00:00 to 23:59, such as \"05:00\"";
        self.written.push(format!("schedules/hong.yaml:4:9: {no_time}"));
        pipe(&self.home.path("schedules/ong.yaml"));
        fs::create_dir(self.home.path("schedules/thu-muc.yaml")).unwrap();
        self.written.extend(["ong", "thu-muc"].map(|name| format!("schedules/{name}.yaml: {NO_FILE}")));
        symlink("vong.yaml", self.home.path("schedules/vong.yaml")).unwrap();
        let round = "the file cannot be read (Too many levels of symbolic links (os error 40))";
        self.written.push(format!("schedules/vong.yaml: {round}"));
        fs::write(self.home.path("schedules").join(OsStr::from_bytes(b"l\xe1.yaml")), "title: A\n").unwrap();
        self.written.push("schedules/l<E1>.yaml: the file's name is not UTF-8; rename it".to_owned());
        let later = now() + 6.hours();
        self.home.write("schedules/ngay.yaml", SCHEDULE.replace("HH:MM", &later.strftime("%H:%M").to_string()));
    }

    /// As the service's account would run it: what a folder forbids holds.
    pub fn command(&self, args: &[&str]) -> Command {
        let command = self.home.command(&[&["--lang", "en"], args].concat());
        without_roots_rights(&command).unwrap_or(command)
    }

    pub fn loa(&self, args: &[&str]) -> Said {
        run(self.command(args))
    }
}

impl Drop for BadHome {
    fn drop(&mut self) {
        let closed = self.home.path("audio/bulletins/khoa");
        let _ = fs::set_permissions(closed, Permissions::from_mode(0o755));
    }
}

fn pipe(file: &Path) {
    mknodat(CWD, file, FileType::Fifo, Mode::from(0o644), 0).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a session that begins some seconds from now")]
pub fn now() -> jiff::Zoned {
    jiff::Timestamp::now().in_tz("Asia/Ho_Chi_Minh").unwrap()
}
