//! One sine of 100 Hz cut into files of every kind, rate and channel count: put together again, it must go on as if it
//! had never been cut. The coded pieces lie in `tests/fixtures/audio/joins`, made by ffmpeg 5.1 with its coders' defaults.

use std::f64::consts::TAU;
use std::fs::File;
use std::io::Write;

use crate::equipment::Pcm;
use crate::equipment::decoder::{Reader, analyse};
use crate::time::{Frames, RATE};

/// One piece: its file, rate, channels, and how many frames of the sine were put into it.
struct Piece(&'static str, u32, u16, u32);

const PIECES: [Piece; 7] = [
    Piece("1.flac", 44_100, 1, 33_137),
    Piece("2.wav", 48_000, 2, 31_011),
    Piece("3.mp3", 32_000, 1, 24_517),
    Piece("4.ogg", 44_100, 2, 35_003),
    Piece("5.m4a", 44_100, 1, 34_999),
    Piece("6.mp3", 44_100, 2, 36_001),
    Piece("7.wav", 32_000, 1, 20_011),
];

const LEVEL: f64 = 0.5;

/// The sine, so many seconds after its beginning.
fn sine(secs: f64) -> f64 {
    LEVEL * (TAU * 100.0 * secs).sin()
}

/// The piece that begins so many seconds after the sine did.
fn open(Piece(name, rate, channels, frames): &Piece, begins: f64) -> File {
    if !name.ends_with("wav") {
        return File::open(format!("{}/tests/fixtures/audio/joins/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    }
    let sample_format = hound::SampleFormat::Float;
    let spec = hound::WavSpec { channels: *channels, sample_rate: *rate, bits_per_sample: 32, sample_format };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for frame in 0..*frames {
        #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
        let sample = sine(begins + f64::from(frame) / f64::from(*rate)) as f32;
        (0..*channels).for_each(|_| writer.write_sample(sample).unwrap());
    }
    writer.finalize().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes.get_ref()).unwrap();
    file
}

/// The left samples of a piece as it is played.
fn played(file: File, name: &str) -> Vec<f64> {
    let mut reader = Reader::new(file, name).unwrap();
    let (mut all, mut block) = (Vec::new(), vec![0.0; 4_800]);
    while let Ok(count @ 1..) = reader.read(&mut block) {
        all.extend(block[..count].chunks_exact(2).map(|frame| f64::from(frame[0])));
    }
    all
}

/// How many frames late the sine is in `samples`, whose first one lies so many seconds after its beginning. Measured
/// over whole periods, away from the edges.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn late(samples: &[f64], begins: f64) -> f64 {
    let (from, period) = (2_400, 480);
    let whole = (samples.len() - 2 * from) / period * period;
    let (mut sines, mut cosines) = (0.0, 0.0);
    for (frame, sample) in samples.iter().enumerate().skip(from).take(whole) {
        let turn = TAU * 100.0 * (begins + frame as f64 / f64::from(RATE));
        sines += sample * turn.sin();
        cosines += sample * turn.cos();
    }
    -cosines.atan2(sines) / TAU * period as f64
}

#[test]
fn a_sine_cut_into_files_of_every_kind_goes_on_across_each_join() {
    let mut begins = 0.0;
    let mut placed = 0_usize;
    for (nth, piece) in PIECES.iter().enumerate() {
        let Piece(name, rate, _, frames) = piece;
        let samples = played(open(piece, begins), name);
        assert_eq!(
            samples.len() as u64,
            Frames::resampled(u64::from(*frames), *rate).0,
            "{name}: none lost, none added"
        );
        let analysis = analyse(open(piece, begins), name).unwrap();
        assert_eq!(analysis.length.0, samples.len() as u64, "{name}: as long as was measured");
        let late_by = late(&samples, begins);
        assert!(late_by.abs() < 0.25, "{name}: {late_by} frames late in its own file");
        // Every piece is a whole number of frames, so each before it adds less than one.
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (shift, most) = (placed as f64 - begins * f64::from(RATE), nth as f64);
        assert!((-1e-6..=most).contains(&shift), "{name}: {shift} frames late on the air");
        begins += f64::from(*frames) / f64::from(*rate);
        placed += samples.len();
    }
}

#[test]
fn both_sides_of_a_join_meet_sample_by_sample_at_the_house_rate() {
    let (first, second) = (Piece("a.wav", RATE, 1, 24_137), Piece("b.wav", RATE, 2, 24_311));
    let joins = 24_137.0 / f64::from(RATE);
    let joined = [played(open(&first, 0.0), "a.wav"), played(open(&second, joins), "b.wav")].concat();
    assert_eq!(joined.len(), 24_137 + 24_311);
    for (frame, sample) in joined.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let right = sine(frame as f64 / f64::from(RATE));
        assert!((sample - right).abs() < 1e-6, "{sample} for {right} at {frame}");
    }
}
