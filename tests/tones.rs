//! Tones: sound files made of one sine each, and finding them again in a recording by their frequency.

use std::f64::consts::TAU;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Of everything written and recorded here.
pub const RATE: u32 = 48_000;
/// Frames of one look; 5 ms tell 400 Hz steps apart.
const WINDOW: usize = 240;
/// A look every millisecond.
const HOP: usize = 48;
/// Below this a look is silence.
const QUIET: f64 = 0.01;

/// Writes a mono sine of so many milliseconds that was finished long ago, so that nobody waits for it to be whole.
pub fn write_tone(file: &Path, hz: u32, millis: u32) {
    let amplitude = 6_000.0 / 32_768.0;
    write_sine(file, RATE, 1, |frame| amplitude * wave(hz, f64::from(frame) / f64::from(RATE)), millis);
}

/// A sine of full scale at `secs`.
pub fn wave(hz: u32, secs: f64) -> f64 {
    (TAU * f64::from(hz) * secs).sin()
}

/// Writes whatever `sample` says of each frame, held to full scale, alike on all channels.
pub fn write_sine(file: &Path, rate: u32, channels: u16, sample: impl Fn(u32) -> f64, millis: u32) {
    let sample_format = hound::SampleFormat::Int;
    let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format };
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    for frame in 0..rate / 100 * millis / 10 {
        #[expect(clippy::cast_possible_truncation, reason = "held to full scale")]
        let sample = (sample(frame) * 32_768.0).clamp(-32_767.0, 32_767.0) as i16;
        for _ in 0..channels {
            writer.write_sample(sample).unwrap();
        }
    }
    writer.finalize().unwrap();
    make_old(file);
}

/// Dates a file back: it has stood still for years.
pub fn make_old(file: &Path) {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_596_000_000);
    File::options().append(true).open(file).unwrap().set_modified(long_ago).unwrap();
}

/// One channel of a recording, full scale at 1.0.
pub struct Recording(pub Vec<f64>);

/// A tone found in a recording; instants in milliseconds from its beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    pub hz: u32,
    pub from_ms: usize,
    pub until_ms: usize,
}

impl Tone {
    pub fn millis(&self) -> usize {
        self.until_ms - self.from_ms
    }
}

impl Recording {
    /// The left channel of a WAV file.
    pub fn read(file: &Path) -> Self {
        let mut reader = hound::WavReader::open(file).unwrap();
        let channels = usize::from(reader.spec().channels);
        assert_eq!(reader.spec().sample_rate, RATE);
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        Self(samples.into_iter().step_by(channels).map(|sample| f64::from(sample) / 32_768.0).collect())
    }

    /// The left channel of raw stereo samples, 16 bits, little-endian.
    pub fn raw_stereo(bytes: &[u8]) -> Self {
        let left = bytes.chunks_exact(4).map(|frame| f64::from(i16::from_le_bytes([frame[0], frame[1]])));
        Self(left.map(|sample| sample / 32_768.0).collect())
    }

    /// The tones in it, in order. What is loud and none of `known` fails.
    pub fn tones(&self, known: &[u32]) -> Vec<Tone> {
        let looks = self.0.windows(WINDOW).step_by(HOP).map(|window| loudest(window, known));
        let mut tones: Vec<Tone> = Vec::new();
        for (ms, hz) in looks.enumerate() {
            let ms = ms + WINDOW / HOP / 2;
            let Some(hz) = hz else { continue };
            match tones.last_mut() {
                Some(last) if last.hz == hz && last.until_ms + 3 >= ms => last.until_ms = ms + 1,
                _ => tones.push(Tone { hz, from_ms: ms, until_ms: ms + 1 }),
            }
        }
        // At a join both are heard for an instant.
        tones.retain(|tone| tone.millis() > 20);
        tones
    }

    /// The longest silence between two instants, in milliseconds.
    pub fn longest_silence(&self, from_ms: usize, until_ms: usize) -> f64 {
        let frames = RATE as usize / 1_000;
        let mut longest = 0_u32;
        let mut silence = 0_u32;
        for sample in &self.0[from_ms * frames..(until_ms * frames).min(self.0.len())] {
            silence = if sample.abs() < QUIET / 4.0 { silence + 1 } else { 0 };
            longest = longest.max(silence);
        }
        f64::from(longest) * 1_000.0 / f64::from(RATE)
    }

    /// Whether nothing is heard from an instant on.
    pub fn is_silent_from(&self, from_ms: usize) -> bool {
        self.0.iter().skip(from_ms * RATE as usize / 1_000).all(|sample| sample.abs() < QUIET)
    }
}

/// The frequency that most of the window is made of.
fn loudest(window: &[f64], known: &[u32]) -> Option<u32> {
    let power = |hz: u32| {
        let (mut re, mut im) = (0.0, 0.0);
        for (frame, sample) in (0_u32..).zip(window) {
            let angle = TAU * f64::from(hz) * f64::from(frame) / f64::from(RATE);
            (re, im) = (re + sample * angle.cos(), im + sample * angle.sin());
        }
        re.hypot(im) * 2.0 / f64::from(u32::try_from(window.len()).unwrap())
    };
    let strongest = known.iter().map(|&hz| (power(hz), hz)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (strongest.0 > QUIET).then_some(strongest.1)
}

#[test]
fn a_tone_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tone.wav");
    write_tone(&file, 1_200, 300);
    let recording = Recording::read(&file);
    let tones = recording.tones(&[600, 1_200, 2_400]);
    assert_eq!(tones.len(), 1);
    assert!(tones[0].hz == 1_200 && tones[0].millis().abs_diff(300) <= 6, "{tones:?}");
    assert!(recording.longest_silence(5, 295) < 0.2);
}

#[test]
fn raw_samples_are_read_as_the_sound_server_writes_them() {
    let recording = Recording::raw_stereo(&[0, 0x40, 1, 1, 0, 0xC0, 1, 1]);
    assert_eq!(recording.0, [0.5, -0.5]);
    assert!(!recording.is_silent_from(0));
}
