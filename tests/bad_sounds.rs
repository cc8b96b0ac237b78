//! Sound files from anybody's stick: each class of bad ones with the reason it gets, and strange ones that air all the same.

use std::fs;
use std::path::Path;

use crate::tones::{make_old, wave};

const RATE: u32 = 48_000;
pub const NOT_AUDIO: &str = "this is no sound file, whatever its name says; ask for the original";

/// One bad file: its name, its bytes, and the status and reason it gets.
pub type Bad = (&'static str, Vec<u8>, &'static str, String);

pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audio").join(name)).unwrap()
}

fn damaged(detail: &str) -> String {
    format!("the file is damaged ({detail}); copy it again or ask for the original")
}

fn foreign(format: &str) -> String {
    format!("the format {format} cannot be played; convert it to mp3, wav, flac or ogg")
}

fn cut_short(expected: &str, found: &str) -> String {
    format!("the file is cut short: {expected} seconds expected, {found} found; copy it again")
}

/// What the header of a WAV of 16-bit samples may claim.
#[derive(Clone, Copy)]
pub struct Claim {
    pub channels: u16,
    pub rate: u32,
    pub bits: u16,
    /// Bytes of sound; none: as many as there are.
    pub length: Option<u32>,
}

pub const SOUND: Claim = Claim { channels: 1, rate: RATE, bits: 16, length: None };

pub fn wav(claim: Claim, samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let block = claim.channels.wrapping_mul(claim.bits / 8);
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend_from_slice(&claim.channels.to_le_bytes());
    bytes.extend_from_slice(&claim.rate.to_le_bytes());
    bytes.extend_from_slice(&claim.rate.wrapping_mul(block.into()).to_le_bytes());
    bytes.extend_from_slice(&block.to_le_bytes());
    bytes.extend_from_slice(&claim.bits.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&claim.length.unwrap_or_else(|| data.len().try_into().unwrap()).to_le_bytes());
    bytes.extend_from_slice(&data);
    bytes
}

/// A sine of 600 Hz.
#[expect(clippy::cast_possible_truncation, reason = "far below full scale")]
pub fn tone(millis: u32, size: f64) -> Vec<i16> {
    (0..RATE / 1_000 * millis).map(|at| (wave(600, f64::from(at) / f64::from(RATE)) * size) as i16).collect()
}

/// Bytes that look like nothing, the same every time.
fn noise(count: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(0x10a);
    std::iter::repeat_with(|| random.u8(..)).take(count).collect()
}

fn boxed(length: usize, begin: &[u8]) -> Vec<u8> {
    let mut bytes = begin.to_vec();
    bytes.resize(length, 0);
    bytes
}

/// A FLAC file with so many pictures of so many bytes before its sound; only their heads are written to the disk.
pub fn write_flac_with_pictures(file: &Path, pictures: u64, picture_bytes: u32) {
    use std::os::unix::fs::FileExt as _;
    let flac = fixture("tone.flac");
    // The first block, of 4 + 34 bytes behind the mark, tells the stream's shape; others that follow are left as they are.
    let (start, rest) = flac.split_at(4 + 38);
    let sparse = fs::File::create(file).unwrap();
    sparse.write_all_at(start, 0).unwrap();
    let block = 32 + picture_bytes;
    let mut head = vec![6, 0, 0, 0];
    head[1..].copy_from_slice(&block.to_be_bytes()[1..]);
    head.extend_from_slice(&3_u32.to_be_bytes());
    head.resize(4 + 28, 0);
    head.extend_from_slice(&picture_bytes.to_be_bytes());
    let mut at = start.len() as u64;
    for _ in 0..pictures {
        sparse.write_all_at(&head, at).unwrap();
        at += u64::from(4 + block);
    }
    sparse.write_all_at(rest, at).unwrap();
    make_old(file);
}

/// Every class of them.
pub fn what_cannot_air() -> Vec<Bad> {
    [what_is_no_sound(), what_we_do_not_decode(), what_headers_should_not_say(), what_was_cut_or_damaged()].concat()
}

fn what_is_no_sound() -> Vec<Bad> {
    let no_sound = |name, bytes| (name, bytes, "broken", NOT_AUDIO.to_owned());
    let page = "<!DOCTYPE html><html><body><h1>404 – Không tìm thấy trang</h1></body></html>\r\n";
    vec![
        ("trong.mp3", Vec::new(), "broken", "the file is empty (0 bytes); copy it again".to_owned()),
        no_sound("trang-web.mp3", page.repeat(50).into_bytes()),
        no_sound("van-ban.wav", "Thông báo họp dân lúc 19 giờ.\n".repeat(200).into_bytes()),
        no_sound("chuong-trinh.mp3", boxed(60_000, b"\x7fELF\x02\x01\x01")),
        no_sound("windows.mp3", boxed(60_000, b"MZ\x90\0\x03")),
        no_sound("anh.mp3", boxed(60_000, b"\xff\xd8\xff\xe0\0\x10JFIF")),
        no_sound("nen.m4a", boxed(60_000, b"PK\x03\x04\x14")),
        no_sound("ngau-nhien.mp3", noise(200_000)),
        no_sound("toan-so-khong.mp3", vec![0; 200_000]),
        no_sound("mot-byte.mp3", vec![0xff]),
    ]
}

fn what_we_do_not_decode() -> Vec<Bad> {
    let mut locked = fixture("tone.m4a");
    let entry = locked.windows(4).rposition(|name| name == b"mp4a").unwrap();
    locked[entry..entry + 4].copy_from_slice(b"drms");
    // A track of 22,050 Hz that claims 44,100: what HE-AAC looks like to a decoder of AAC.
    let mut doubled = fixture("low.m4a");
    let entry = doubled.windows(4).position(|name| name == b"mp4a").unwrap();
    doubled[entry + 28..entry + 30].copy_from_slice(&44_100_u16.to_be_bytes());
    [
        ("hop.wma", fixture("tone.wma"), "wma"),
        ("doi-ten.mp3", fixture("tone.wma"), "wma"),
        ("loa.opus", fixture("tone.opus"), "opus"),
        ("phim.ac3", fixture("tone.ac3"), "ac3"),
        ("dien-thoai.amr", boxed(2_000, b"#!AMR\n\x3c\x91\x17"), "amr"),
        ("mua.m4p", locked, "m4p"),
        ("he-aac.m4a", doubled, "he-aac"),
        ("nhac.mid", boxed(400, b"MThd\0\0\0\x06"), "midi"),
        ("nhac.ape", boxed(4_000, b"MAC \x96\x0f"), "ape"),
        ("quay.webm", boxed(4_000, &[0x1a, 0x45, 0xdf, 0xa3]), "webm"),
    ]
    .map(|(name, bytes, format)| (name, bytes, "unsupported", foreign(format)))
    .into()
}

fn what_headers_should_not_say() -> Vec<Bad> {
    let second = tone(1_000, 6_000.0);
    let says = |name, claim, detail| (name, wav(claim, &second), "broken", damaged(detail));
    vec![
        says("khong-kenh.wav", Claim { channels: 0, ..SOUND }, "the header says 0 channels"),
        says("65535-kenh.wav", Claim { channels: 65_535, ..SOUND }, "the header says 65535 channels"),
        says("0-hz.wav", Claim { rate: 0, ..SOUND }, "the header says 0 Hz and blocks of 2 bytes"),
        says("0-bit.wav", Claim { bits: 0, ..SOUND }, "the header says 48000 Hz and blocks of 0 bytes"),
        says("4-ghz.wav", Claim { rate: u32::MAX, ..SOUND }, "4294967295 Hz, 1 channels"),
        ("dai-hon-tep.wav", wav(Claim { length: Some(192_000), ..SOUND }, &second), "broken", cut_short("2", "1")),
    ]
}

fn what_was_cut_or_damaged() -> Vec<Bad> {
    let lame = fixture("lame.mp3");
    let third = lame[..lame.len() / 3].to_vec();
    let mut hole = lame.clone();
    let middle = hole.len() / 2;
    hole[middle..middle + 4_096].fill(0);
    let flac = fixture("tone.flac");
    // Twenty copies of a stream without any header, and a hole between two of them.
    let mut headless = fixture("plain.mp3").repeat(20);
    let middle = headless.len() / 2;
    headless.splice(middle..middle, [0; 40_000]);
    let all = headless.len();
    let no_reader = || damaged("unsupported feature: core (probe): no suitable format reader found");
    let killer = boxed(38, b"FORM\0\0\0\x1eAIFFCOMM\0\0\0\x12\0\x01\0\0\0\x01\0\x10");
    // Samples of 8 times full scale, as numbers with a point.
    let mut wild = wav(Claim { bits: 32, ..SOUND }, &[]);
    let coding = wild.windows(4).position(|tag| tag == b"fmt ").unwrap() + 8;
    wild[coding] = 3;
    wild.extend((0..RATE).flat_map(|_| 8.0_f32.to_le_bytes()));
    vec![
        ("mot-phan-ba.mp3", third, "broken", cut_short("1", "0.3")),
        ("lo-thung.mp3", hole, "broken", cut_short("1", "0.5")),
        ("lo-thung-2.mp3", headless, "broken", damaged(&format!("40000 of {all} bytes hold no sound"))),
        ("cut.flac", flac[..flac.len() - 3_000].to_vec(), "broken", cut_short("0.5", "0.1")),
        (
            "tieng-no.wav",
            wild,
            "broken",
            "the file is damaged: it decodes into noise (18.1 dBFS); copy it again".to_owned(),
        ),
        ("im-lang.wav", wav(SOUND, &vec![0; 96_000]), "silent", "there is no sound in it; check the recording".into()),
        // A tag of 256 MiB in a file of some kilobytes.
        (
            "the-noi-doi.mp3",
            [b"ID3\x04\0\0\x7f\x7f\x7f\x7f", &fixture("plain.mp3")[..]].concat(),
            "broken",
            no_reader(),
        ),
        // What older decoders died of: heads, and nothing behind them.
        ("33-byte.mp3", fixture("lame.mp3")[..33].to_vec(), "broken", no_reader()),
        ("38-byte.aiff", killer, "broken", damaged("malformed stream: aiff: sample rate cannot be 0")),
        ("100ms.wav", wav(SOUND, &tone(100, 6_000.0)), "broken", "shorter than 0.2 seconds; copy it again".into()),
    ]
}

/// Strange, and yet sound: what people record with phones, old recorders and free programs.
pub fn what_airs() -> Vec<(&'static str, Vec<u8>)> {
    let half = tone(500, 6_000.0);
    let clipped: Vec<i16> = tone(500, 30_000.0).iter().map(|sample| sample.saturating_mul(8)).collect();
    let shifted: Vec<i16> = half.iter().map(|sample| sample + 12_000).collect();
    let six: Vec<i16> = half.iter().flat_map(|sample| [*sample; 6]).collect();
    // An mp3 behind a tag of 4 MiB of picture.
    let mut pictured = b"ID3\x03\0\0\x02\0\0\0".to_vec();
    pictured.resize(10 + (4 << 20), 0);
    pictured[10..20].copy_from_slice(b"APIC\0\x3f\xff\xf6\0\0");
    pictured.extend_from_slice(&fixture("plain.mp3"));
    vec![
        ("tot.wav", wav(SOUND, &half)),
        ("khong-ghi-do-dai.wav", wav(Claim { length: Some(u32::MAX), ..SOUND }, &half)),
        ("do-dai-0.wav", wav(Claim { length: Some(0), ..SOUND }, &half)),
        ("8khz.wav", wav(Claim { rate: 8_000, ..SOUND }, &tone(100, 6_000.0))),
        ("sau-kenh.wav", wav(Claim { channels: 6, ..SOUND }, &six)),
        ("vo-tieng.wav", wav(SOUND, &clipped)),
        ("lech.wav", wav(SOUND, &shifted)),
        ("rat-nho.wav", wav(SOUND, &tone(500, 250.0))),
        ("khong-dau.mp3", fixture("plain.mp3")),
        ("anh-4-mib.mp3", pictured),
    ]
}
