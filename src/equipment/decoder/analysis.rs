//! One pass over a whole file before it may go on the air: how long, how loud, what is wrong with it.

use std::fs::File;

use ebur128::{Channel, EbuR128, Mode};

use crate::equipment::decoder::opening::open;
use crate::equipment::decoder::peak::TruePeak;
use crate::equipment::decoder::polarity::Polarity;
use crate::equipment::decoder::stream::{Stream, peak};
use crate::equipment::decoder::tags::Tags;
use crate::library::{Defect, Loudness};
use crate::time::Frames;

/// What is known of a file that was decoded from its first frame to its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Exactly what [`Reader`](crate::equipment::decoder::Reader) will give.
    pub length: Frames,
    /// Of what will go out. A mono file goes out of both channels, so its loudness is that of both: 3 LU more than
    /// that of one channel alone.
    pub loudness: Loudness,
    /// One channel is the other upside down: nothing is left of it where both are added up.
    pub opposed: bool,
    /// Nothing in it is heard. It has no loudness, so that nobody lifts its hiss to the level of speech.
    pub silent: bool,
    pub title: Option<String>,
    pub language: Option<String>,
    /// Of the file, before it is brought to stereo at the house rate.
    pub rate: u32,
    pub channels: usize,
}

/// Below this nothing is heard: −60 dBFS.
const SILENT_BELOW: f32 = 0.001;
/// Where measuring a peak stops, since silence has none: −120 dBTP.
const PEAK_MIN: f64 = 1e-6;
const SHORTEST: Frames = Frames::from_millis(200);
const LONGEST: Frames = Frames::from_secs(12 * 3_600);
/// No sound format that promises twelve hours needs fewer bytes a second; a header that does is wrong, not long.
const BYTES_PER_SEC_MIN: f64 = 500.0;
/// What may lie between the packets of an MPEG stream without being damage, in bytes: odd tags, padding.
const BETWEEN_PACKETS_MAX: u64 = 8_192;

/// Measures `file`, already opened by the caller; `name` is a hint at its format.
///
/// # Errors
/// Why it cannot go on the air whatever anybody wants.
pub fn analyse(file: File, name: &str) -> Result<Analysis, Defect> {
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    let mut stream = open(file, name)?;
    refuse_long(&stream, bytes)?;
    let mut meter = Meter::new(&stream)?;
    let outcome = run(&mut stream, &mut meter);
    let length = Frames::resampled(meter.frames, stream.shape.rate);
    match outcome {
        // Damage at the very end, short of the promised length: the file was cut in the middle of a packet.
        Err(Defect::Broken { .. }) if stream.is_exhausted() && cut_short(&stream, length).is_some() => {}
        outcome => outcome?,
    }
    if let Some(defect) = cut_short(&stream, length) {
        return Err(defect);
    }
    if stream.facts.promised_secs.is_none() {
        refuse_gaps(&stream)?;
    }
    if length < SHORTEST {
        return Err(Defect::TooShort);
    }
    let silent = meter.sample_peak < SILENT_BELOW;
    let Tags { title, language } = stream.facts.tags.clone();
    let measured = meter.loudness()?;
    let loudness = Loudness { lufs: measured.lufs.filter(|_| !silent), ..measured };
    let opposed = meter.polarity.is_opposed();
    let (rate, channels) = (stream.shape.rate, stream.shape.channels);
    Ok(Analysis { length, loudness, opposed, silent, title, language, rate, channels })
}

fn run(stream: &mut Stream, meter: &mut Meter) -> Result<(), Defect> {
    let mut block = Vec::new();
    while stream.next(&mut block)? {
        meter.push(&block)?;
        if Frames::resampled(meter.frames, stream.shape.rate) > LONGEST {
            return Err(Defect::TooLong);
        }
    }
    Ok(())
}

/// Spares decoding what the header already says is too long, unless the file is far too small for it.
fn refuse_long(stream: &Stream, bytes: u64) -> Result<(), Defect> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let bytes = bytes as f64;
    match stream.facts.promised_secs {
        Some(secs) if secs > LONGEST.as_secs_f64() && bytes / secs > BYTES_PER_SEC_MIN => Err(Defect::TooLong),
        _ => Ok(()),
    }
}

/// A stream that promises nothing is sound only if its bytes were: text or noise resynchronises here and there.
fn refuse_gaps(stream: &Stream) -> Result<(), Defect> {
    let Some((unread, span)) = stream.unread_bytes() else { return Ok(()) };
    if unread > span / 2 {
        return Err(Defect::NotAudio);
    }
    if unread > BETWEEN_PACKETS_MAX.max(span / 100) {
        return Err(Defect::Broken { detail: format!("{unread} of {span} bytes hold no sound") });
    }
    Ok(())
}

/// Whether the file ends clearly before what it promises: by more than a quarter of a second, or by a hundredth.
fn cut_short(stream: &Stream, length: Frames) -> Option<Defect> {
    let (expected_secs, found_secs) = (stream.facts.promised_secs?, length.as_secs_f64());
    let missing = expected_secs - found_secs;
    // Two frames of an mp3 are no cut, however short the file.
    let cut = missing > 0.25 || (missing > expected_secs / 100.0 && missing > 0.06);
    cut.then_some(Defect::Truncated { expected_secs, found_secs })
}

/// Everything that is measured while the blocks pass.
struct Meter {
    lanes: usize,
    frames: u64,
    sample_peak: f32,
    loudness: EbuR128,
    true_peak: TruePeak,
    polarity: Polarity,
}

impl Meter {
    /// Measures at the file's own rate: the same figures as after resampling, for fewer samples.
    fn new(stream: &Stream) -> Result<Self, Defect> {
        let lanes = stream.lanes();
        let count = if lanes == 1 { 1 } else { 2 };
        let mut loudness = EbuR128::new(count, stream.shape.rate, Mode::I).map_err(broken)?;
        if lanes == 1 {
            loudness.set_channel(0, Channel::DualMono).map_err(broken)?;
        }
        let true_peak = TruePeak::new(count, stream.shape.rate).map_err(broken)?;
        let polarity = Polarity::default();
        Ok(Self { lanes, frames: 0, sample_peak: 0.0, loudness, true_peak, polarity })
    }

    fn push(&mut self, block: &[f32]) -> Result<(), Defect> {
        let peak = peak(block);
        self.frames += (block.len() / self.lanes) as u64;
        self.sample_peak = self.sample_peak.max(peak);
        if self.lanes == 2 {
            self.polarity.push(block);
        }
        self.loudness.add_frames_f32(block).map_err(broken)?;
        self.true_peak.push(block, peak).map_err(broken)
    }

    fn loudness(&self) -> Result<Loudness, Defect> {
        let lufs = self.loudness.loudness_global().map_err(broken)?;
        let peak = self.true_peak.highest().max(f64::from(self.sample_peak)).max(PEAK_MIN);
        Ok(Loudness { lufs: lufs.is_finite().then_some(lufs), true_peak_dbtp: 20.0 * peak.log10() })
    }
}

fn broken(error: ebur128::Error) -> Defect {
    Defect::Broken { detail: format!("measuring: {error}") }
}
