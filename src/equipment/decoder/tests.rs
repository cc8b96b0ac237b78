//! Whole files through the whole decoder: the small ones in `tests/fixtures/audio`, and damaged ones made of them.

use std::fs::File;
use std::io::Write;

use crate::equipment::Pcm;
use crate::equipment::decoder::{Analysis, Reader, analyse};
use crate::library::Defect;
use crate::time::Frames;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/audio/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn check(name: &str, bytes: &[u8]) -> Result<Analysis, Defect> {
    analyse(file_of(bytes), name)
}

/// Everything the reader gives, in uneven blocks.
fn played(name: &str, bytes: &[u8]) -> Result<Vec<f32>, Defect> {
    let mut reader = Reader::new(file_of(bytes), name)?;
    let (mut all, mut block) = (Vec::new(), vec![0.0; 1_234]);
    loop {
        match reader.read(&mut block)? {
            0 => return Ok(all),
            count => all.extend_from_slice(&block[..count]),
        }
    }
}

/// A 16-bit WAV at 48 kHz.
fn wav(channels: u16, rate: u32, frames: usize, sample: impl Fn(usize) -> i16) -> Vec<u8> {
    let spec =
        hound::WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for frame in 0..frames {
        for _ in 0..channels {
            writer.write_sample(sample(frame)).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a test tone")]
fn tone(frame: usize) -> i16 {
    ((frame as f64 * 0.0576).sin() * 8_000.0) as i16
}

/// Bytes that look like nothing, the same every time.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn every_format_has_its_exact_length_and_is_played_to_the_frame() {
    // Frames at 48 kHz. The AAC stream and the mp3 without a header keep their priming: nothing in them tells it.
    let lengths = [
        ("lame.mp3", 48_000),
        ("low.mp3", 48_000),
        ("plain.mp3", 50_156),
        ("tone.flac", 24_000),
        ("tone.ogg", 48_000),
        ("tone.m4a", 48_000),
        ("low.m4a", 48_000),
        ("alac.m4a", 12_000),
        ("tone.aac", 49_152),
        ("alaw.wav", 48_000),
        ("adpcm.wav", 48_984),
        ("tone.aiff", 48_000),
    ];
    for (name, frames) in lengths {
        let bytes = fixture(name);
        assert_eq!(check(name, &bytes).unwrap().length, Frames(frames), "{name}");
        let samples = played(name, &bytes).unwrap();
        assert_eq!(samples.len(), usize::try_from(frames).unwrap() * 2, "{name}");
        assert!(samples.iter().any(|sample| sample.abs() > 0.15), "{name}");
    }
}

#[test]
fn gapless_files_begin_with_their_first_frame() {
    // A 440 Hz sine begins at zero and climbs at once: a millisecond on it has come 0.37 of the way to 1. The coders
    // leave some noise of their own.
    for (name, level) in [("lame.mp3", 0.177), ("tone.flac", 0.25), ("tone.ogg", 0.25), ("tone.m4a", 0.25)] {
        let samples = played(name, &fixture(name)).unwrap();
        for (frame, way) in [(0, 0.0), (48, 0.370), (480, 0.588), (4_800, 0.0)] {
            let (is, should) = (samples[frame * 2], level * way);
            assert!((is - should).abs() < 0.05, "{name}: {is} for {should} at {frame}");
        }
    }
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

#[test]
fn an_m4a_without_an_edit_list_is_trimmed_as_its_comment_tells() {
    let told = fixture("tone.m4a");
    let mut bytes = told.clone();
    let list = bytes.windows(4).position(|name| name == b"edts").unwrap();
    bytes[list..list + 4].copy_from_slice(b"free");
    assert!(played("a.m4a", &bytes).unwrap().len() > played("a.m4a", &told).unwrap().len(), "nothing is told any more");
    let boxed = |name: &[u8; 4], body: &[u8]| {
        let size = u32::try_from(8 + body.len()).unwrap().to_be_bytes();
        [&size[..], name, body].concat()
    };
    let comment = b"\0\0\0\x01\0\0\0\0 00000000 00000400 00000044 000000000000AC44 00000000 00000000";
    let tag = [boxed(b"name", b"\0\0\0\0iTunSMPB"), boxed(b"data", comment)].concat();
    let meta = [vec![0; 4], boxed(b"ilst", &boxed(b"----", &tag))].concat();
    let comment = boxed(b"udta", &boxed(b"meta", &meta));
    // The film's own tags make way, and the sound behind the film moves on by what is put before it.
    let tags = bytes.windows(4).rposition(|name| name == b"udta").unwrap();
    bytes[tags..tags + 4].copy_from_slice(b"free");
    let place = |name: &[u8]| bytes.windows(4).position(|window| window == name).unwrap();
    let (film, offsets) = (place(b"moov") - 4, place(b"stco") + 8);
    let end = film + word(&bytes, film);
    assert!(end < place(b"mdat"), "the sound stands behind the film");
    let count = word(&bytes, offsets);
    for at in std::iter::once(film).chain((1..=count).map(|nth| offsets + 4 * nth)) {
        let more = u32::try_from(word(&bytes, at) + comment.len()).unwrap();
        bytes[at..at + 4].copy_from_slice(&more.to_be_bytes());
    }
    bytes.splice(end..end, comment);
    assert!(played("a.m4a", &bytes) == played("a.m4a", &told), "sample by sample");
}

#[test]
fn a_side_that_is_upside_down_is_told() {
    let opposed = |channels: [i16; 2]| {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for frame in 0..44_100 {
            for sign in channels {
                writer.write_sample(sign * tone(frame)).unwrap();
            }
        }
        writer.finalize().unwrap();
        check("a.wav", &bytes.into_inner()).unwrap().opposed
    };
    assert!(opposed([1, -1]));
    assert!(!opposed([1, 1]) && !opposed([1, 0]) && !opposed([0, -1]));
    assert!(!check("lame.mp3", &fixture("lame.mp3")).unwrap().opposed);
}

#[test]
fn loudness_is_what_another_meter_reads() {
    // ffmpeg 5.1, `-af ebur128=peak=true:dualmono=true`: I in LUFS and true peak in dBFS.
    let figures = [
        ("lame.mp3", -16.2, -15.5),
        ("low.mp3", -12.6, -11.1),
        ("alaw.wav", -12.5, -12.0),
        ("tone.ogg", -12.7, -11.8),
        ("tone.m4a", -12.2, -8.5),
        ("tone.aac", -12.4, -7.1),
        ("tone.aiff", -12.5, -12.0),
    ];
    for (name, lufs, peak) in figures {
        let loudness = check(name, &fixture(name)).unwrap().loudness;
        assert!((loudness.lufs.unwrap() - lufs).abs() <= 0.1, "{name}: {loudness:?}");
        assert!((loudness.true_peak_dbtp - peak).abs() <= 0.1, "{name}: {loudness:?}");
    }
    assert_eq!(check("alac.m4a", &fixture("alac.m4a")).unwrap().loudness.lufs, None, "shorter than a gating block");
}

#[test]
fn mono_is_as_loud_as_the_two_channels_it_goes_out_of() {
    let lufs = |channels| check("a.wav", &wav(channels, 48_000, 96_000, tone)).unwrap().loudness.lufs.unwrap();
    assert!((lufs(1) - lufs(2)).abs() < 0.01);
}

#[test]
fn tags_are_read() {
    let lame = check("lame.mp3", &fixture("lame.mp3")).unwrap();
    assert_eq!((lame.title.as_deref(), lame.language.as_deref()), (Some("Phòng dịch"), Some("vie")));
    assert_eq!(check("a", &fixture("tone.flac")).unwrap().title.as_deref(), Some("Bình đẳng giới"));
    assert_eq!(check("a", &fixture("tone.m4a")).unwrap().title.as_deref(), Some("Tin xã"));
}

#[test]
fn foreign_formats_are_refused_by_name() {
    for (name, format) in [("tone.opus", "opus"), ("tone.wma", "wma"), ("tone.ac3", "ac3")] {
        let refused = Err(Defect::Unsupported { format: format.to_owned() });
        assert_eq!(check("renamed.mp3", &fixture(name)), refused);
    }
}

#[test]
fn half_the_rate_of_the_header_is_he_aac() {
    // An AAC-LC file at 22,050 Hz whose track claims 44,100: what HE-AAC looks like to a decoder of AAC-LC.
    let mut bytes = fixture("low.m4a");
    let entry = bytes.windows(4).position(|name| name == b"mp4a").unwrap();
    bytes[entry + 28..entry + 30].copy_from_slice(&44_100_u16.to_be_bytes());
    assert_eq!(check("a.m4a", &bytes), Err(Defect::Unsupported { format: "he-aac".to_owned() }));
    let mut locked = fixture("tone.m4a");
    let entry = locked.windows(4).rposition(|name| name == b"mp4a").unwrap();
    locked[entry..entry + 4].copy_from_slice(b"drms");
    assert_eq!(check("a.m4a", &locked), Err(Defect::Unsupported { format: "m4p".to_owned() }));
}

#[test]
fn what_is_no_sound_is_called_so() {
    assert_eq!(check("a.mp3", b""), Err(Defect::Empty));
    let page = "<!DOCTYPE html><html><body><h1>404 – Không tìm thấy</h1></body></html>\n".repeat(100);
    assert_eq!(check("a.mp3", page.as_bytes()), Err(Defect::NotAudio));
    assert_eq!(check("a.mp3", &noise(300_000)), Err(Defect::NotAudio));
    assert_eq!(check("a.mp3", &vec![0; 100_000]), Err(Defect::NotAudio));
    // A few frames of sound in a heap of noise are chance.
    let mut heap = noise(200_000);
    heap.splice(1_000..1_000, fixture("plain.mp3"));
    assert!(check("a.mp3", &heap).is_err());
}

#[test]
fn files_cut_short_are_truncated() {
    for name in ["lame.mp3", "low.mp3", "tone.m4a", "alaw.wav"] {
        let bytes = fixture(name);
        match check(name, &bytes[..bytes.len() * 6 / 10]) {
            Err(Defect::Truncated { expected_secs, found_secs }) => {
                assert!((0.35..0.7).contains(&(found_secs / expected_secs)), "{name}: {found_secs} of {expected_secs}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let late = fixture("tone.flac");
    assert!(matches!(check("a.flac", &late[..late.len() - 3_000]), Err(Defect::Truncated { .. })));
}

#[test]
fn a_cut_mp3_without_a_header_is_a_shorter_mp3() {
    let bytes = fixture("plain.mp3");
    let whole = check("a.mp3", &bytes).unwrap().length;
    assert!(check("a.mp3", &bytes[..bytes.len() / 2]).unwrap().length < whole);
}

#[test]
fn joined_mp3s_are_played_to_the_end() {
    // `cat a.mp3 b.mp3`: the header speaks of the first alone.
    let one = fixture("low.mp3");
    let both = [one.clone(), one].concat();
    assert!(check("a.mp3", &both).unwrap().length > Frames::from_millis(1_950));
}

#[test]
fn wav_headers_that_were_never_finished_are_taken_as_they_are() {
    let good = wav(2, 48_000, 48_000, tone);
    let data = good.windows(4).position(|tag| tag == b"data").unwrap() + 4;
    for (riff, length) in [(0, 0), (u32::MAX, u32::MAX), (36, 0)] {
        let mut bytes = good.clone();
        bytes[4..8].copy_from_slice(&u32::to_le_bytes(riff));
        bytes[data..data + 4].copy_from_slice(&u32::to_le_bytes(length));
        assert_eq!(check("a.wav", &bytes).unwrap().length, Frames(48_000), "{riff} {length}");
    }
    let mut longer = good.clone();
    longer[data..data + 4].copy_from_slice(&384_000_u32.to_le_bytes());
    assert_eq!(check("a.wav", &longer), Err(Defect::Truncated { expected_secs: 2.0, found_secs: 1.0 }));
}

#[test]
fn impossible_wav_headers_are_broken() {
    let good = wav(2, 48_000, 48_000, tone);
    let format = good.windows(4).position(|tag| tag == b"fmt ").unwrap() + 8;
    // Offsets into the format chunk: channels, rate, block, bits.
    for (at, bytes) in [(2, &[0, 0][..]), (2, &[0xff; 2]), (4, &[0; 4]), (4, &[0xff; 4]), (12, &[0, 0]), (14, &[0, 0])]
    {
        let mut bad = good.clone();
        bad[format + at..format + at + bytes.len()].copy_from_slice(bytes);
        assert!(matches!(check("a.wav", &bad), Err(Defect::Broken { .. })), "{at}: {:?}", check("a.wav", &bad));
    }
}

#[test]
fn silence_and_tiny_files_are_told() {
    let silent = wav(1, 48_000, 48_000, |_| 20);
    let analysis = check("a.wav", &silent).unwrap();
    assert_eq!((analysis.length, analysis.silent, analysis.loudness.lufs), (Frames(48_000), true, None));
    assert_eq!(check("a.wav", &wav(1, 48_000, 4_800, tone)), Err(Defect::TooShort));
    assert_eq!(check("a.wav", &wav(1, 48_000, 0, tone)), Err(Defect::TooShort));
}

#[test]
fn wild_samples_and_no_numbers_are_refused() {
    let float = |value: f32| {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for frame in 0..48_000 {
            writer.write_sample(if frame == 30_000 { value } else { 0.1 }).unwrap();
        }
        writer.finalize().unwrap();
        check("a.wav", &bytes.into_inner())
    };
    assert!(float(1.4).is_ok());
    assert!(matches!(float(8.0), Err(Defect::Wild { .. })));
    assert!(matches!(float(f32::NAN), Err(Defect::Broken { .. })));
}

#[test]
fn five_channels_come_mixed_down() {
    let samples = played("a.wav", &wav(6, 44_100, 44_100, tone)).unwrap();
    assert_eq!(samples.len(), 96_000);
    assert!(samples.iter().any(|sample| sample.abs() > 0.1));
}

#[test]
fn damage_anywhere_is_an_answer_and_never_a_panic() {
    for name in ["lame.mp3", "tone.flac", "tone.ogg", "tone.m4a", "tone.aac", "alac.m4a", "adpcm.wav", "tone.aiff"] {
        let good = fixture(name);
        let noise = noise(good.len() + 64);
        for step in 0..24 {
            let mut bad = good.clone();
            let at = step * good.len() / 24;
            let length = (1 + step).min(good.len() - at);
            bad[at..at + length].copy_from_slice(&noise[at..at + length]);
            let _ = check(name, &bad);
            let _ = played(name, &bad);
            let _ = check(name, &good[..at]);
        }
    }
}

#[test]
fn the_shortest_files_are_refused_whatever_they_begin_like() {
    // symphonia 0.5 died of files of 33 and 38 bytes: heads of formats, and nothing behind them.
    let mut aiff = b"FORM\0\0\0\x1eAIFFCOMM\0\0\0\x12\0\x01\0\0\0\x01\0\x10".to_vec();
    aiff.resize(38, 0);
    let detail = "malformed stream: aiff: sample rate cannot be 0".to_owned();
    assert_eq!(check("a.aiff", &aiff), Err(Defect::Broken { detail }));
    for name in ["lame.mp3", "tone.flac", "tone.ogg", "tone.m4a", "tone.aac", "adpcm.wav", "tone.aiff"] {
        let good = fixture(name);
        for length in 1..=64 {
            let mut head = good[..length].to_vec();
            assert!(check(name, &head).is_err(), "{length} bytes of {name}");
            head[length / 2..].fill(0xff);
            assert!(check(name, &head).is_err(), "{length} bytes of {name}, half of them ones");
        }
    }
}

#[test]
fn the_sound_itself_says_how_many_channels_it_has() {
    // The track claims two; mixed down by that, six of them would come out as three times as much noise.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/audio/surround.mp4");
    let found = check("a.mp4", &std::fs::read(file).unwrap()).unwrap();
    assert_eq!((found.channels, found.length), (6, Frames::from_millis(210)));
}
