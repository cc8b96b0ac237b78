//! From a file to an opened [`Stream`]: what it looks like, what its headers promise, what its first packet shows.

use std::fs::File;
use std::io;
use std::path::Path;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::equipment::decoder::downmix::Downmix;
use crate::equipment::decoder::id3;
use crate::equipment::decoder::mp4::{self, Mp4};
use crate::equipment::decoder::mpeg::{self, Surroundings};
use crate::equipment::decoder::resampler::can_take;
use crate::equipment::decoder::sniff::{Look, look};
use crate::equipment::decoder::source::{Source, peek};
use crate::equipment::decoder::stream::{Facts, Shape, State, Stream, guarded};
use crate::equipment::decoder::tags;
use crate::equipment::decoder::trim::Trim;
use crate::equipment::decoder::wave::{self, Wave};
use crate::library::{Defect, Undoing};

/// What the file itself shows before any decoding.
struct Outside {
    length: u64,
    around: Surroundings,
    head: Vec<u8>,
    wave: Option<Wave>,
    mp4: Option<Mp4>,
}

/// More channels than anything we could mix down sensibly.
const CHANNELS_MAX: usize = 64;

/// Opens `file`, called `name`, and decodes its first packet.
///
/// # Errors
/// What keeps it from being played, as far as its beginning shows.
pub fn open(mut file: File, name: &str) -> Result<Stream, Defect> {
    let outside = outside(&mut file)?;
    let tags = id3::read(&mut file, outside.around.before).map_err(unreadable)?;
    let (start, end) = (outside.around.before, outside.length - outside.around.after);
    let mut mended = outside.wave.as_ref().map(|wave| wave.mended.clone()).unwrap_or_default();
    if outside.mp4.is_some() {
        mended.extend(mp4::mend(&mut file, outside.length).map_err(unreadable)?);
    }
    let source = Source::new(file, start, end, mended).map_err(unreadable)?;
    let media = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let mut format = guarded(|| {
        symphonia::default::get_probe().probe(&hint(name), media, FormatOptions::default(), MetadataOptions::default())
    })?
    .map_err(|error| outside.blame(&error))?;

    let tags = guarded(|| tags::take(format.as_mut(), tags))?;
    let track = format.default_track(TrackType::Audio).ok_or(Defect::NotAudio)?.clone();
    let elementary = matches!(format.format_info().short_name, "mp1" | "mp2" | "mp3" | "aac" | "adts");
    let (params, decoder) = decoder(&track, elementary)?;
    let certain = outside.is_certain() || !elementary;
    let span_bytes = elementary.then(|| end - start);
    let mut stream = Stream {
        format,
        decoder,
        track: track.id,
        facts: Facts { promised_secs: None, tags, span_bytes, certain },
        shape: Shape::default(),
        downmix: Downmix::default(),
        trim: Trim::none(1),
        first: None,
        packets: 0,
        bytes: 0,
        state: State::Running,
    };
    learn_shape(&mut stream, &params)?;
    stream.facts.promised_secs = outside.promise(&track, stream.shape.rate, elementary);
    stream.trim = outside.trim(&track, &stream, elementary);
    Ok(stream)
}

fn hint(name: &str) -> Hint {
    let mut hint = Hint::new();
    if let Some(extension) = Path::new(name).extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(&extension.to_ascii_lowercase());
    }
    hint
}

fn outside(file: &mut File) -> Result<Outside, Defect> {
    let length = file.metadata().map_err(unreadable)?.len();
    if length == 0 {
        return Err(Defect::Empty);
    }
    let around = mpeg::surroundings(file, length).map_err(unreadable)?;
    let head = peek(file, around.before, 512).map_err(unreadable)?;
    match look(&head) {
        Look::Refused(format) => return Err(Defect::Unsupported { format: format.to_owned() }),
        Look::NotAudio => return Err(Defect::NotAudio),
        Look::Perhaps => {}
    }
    let wave = wave::inspect(file, length)?;
    let mp4 = mp4::inspect(file, length).map_err(unreadable)?;
    match mp4.as_ref().map(|track| &track.codec) {
        Some(b"drms" | b"enca") => Err(Defect::Unsupported { format: "m4p".to_owned() }),
        _ => Ok(Outside { length, around, head, wave, mp4 }),
    }
}

impl Outside {
    /// Whether more than a chance pattern of bytes says that this is sound.
    fn is_certain(&self) -> bool {
        let marks: [&[u8]; 4] = [b"RIFF", b"fLaC", b"OggS", b"FORM"];
        self.around.before > 0
            || self.around.marked
            || self.mp4.is_some()
            || marks.iter().any(|mark| self.head.starts_with(mark))
            || self.head.get(4..8) == Some(b"ftyp")
    }

    fn blame(&self, error: &Error) -> Defect {
        match error {
            Error::IoError(error) if error.raw_os_error().is_some() => Defect::Unreadable { detail: error.to_string() },
            Error::IoError(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                Defect::Undecodable { undoing: Undoing::TooMuchMemory }
            }
            _ if !self.is_certain() => Defect::NotAudio,
            // An MP4 without its index was cut before it; a file that only begins like a known one is damaged.
            Error::Unsupported(what)
                if self.mp4.is_none() && !what.starts_with("isomp4") && !what.starts_with("core") =>
            {
                Defect::Unsupported { format: (*what).to_owned() }
            }
            error => Defect::Broken { detail: error.to_string() },
        }
    }

    /// Seconds the headers promise, where they are to be believed.
    fn promise(&self, track: &Track, rate: u32, elementary: bool) -> Option<f64> {
        let counted = || track.num_frames.map(|frames| seconds(frames, rate));
        match (&self.wave, &self.mp4) {
            (Some(wave), _) => wave.promised_secs,
            (_, Some(Mp4 { length: Some(ticks), timescale, .. })) => Some(seconds(*ticks, *timescale)),
            _ if elementary && !self.around.marked => None,
            _ => counted(),
        }
    }

    fn trim(&self, track: &Track, stream: &Stream, elementary: bool) -> Trim {
        let lanes = stream.lanes();
        if let Some(Mp4 { priming, length, timescale, .. }) = self.mp4 {
            let frames = |ticks: u64| rescale(ticks, stream.shape.rate, timescale);
            return Trim::edit(lanes, frames(priming), length.map(frames));
        }
        match (track.delay, track.padding, track.num_frames) {
            (Some(delay), Some(padding), Some(frames)) if elementary && self.around.marked => {
                Trim::around(lanes, u64::from(delay), frames, padding)
            }
            _ => Trim::none(lanes),
        }
    }
}

/// Decodes the first packet with sound in it and holds its shape against what can be played.
fn learn_shape(stream: &mut Stream, params: &AudioCodecParameters) -> Result<(), Defect> {
    let mut block = Vec::new();
    if !stream.decode(&mut block)? {
        // A container without a single frame is a very short file; a stream without one is no stream.
        stream.shape = Shape { rate: params.sample_rate.unwrap_or(crate::time::RATE), channels: 1 };
        return if stream.facts.certain { Ok(()) } else { Err(Defect::NotAudio) };
    }
    let Shape { rate, channels } = stream.shape;
    if params.codec == CODEC_ID_AAC && params.sample_rate.is_some_and(|told| told != rate) {
        return Err(Defect::Unsupported { format: "he-aac".to_owned() });
    }
    if !can_take(rate) || channels == 0 || channels > CHANNELS_MAX {
        return Err(Defect::Broken { detail: format!("{rate} Hz, {channels} channels") });
    }
    stream.first = Some(block);
    Ok(())
}

pub(super) fn decoder(
    track: &Track,
    elementary: bool,
) -> Result<(AudioCodecParameters, Box<dyn AudioDecoder>), Defect> {
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(Defect::NotAudio)?;
    // Padding of MPEG streams is ours to trim: the library would cut a file without a header at a guessed length.
    let options = AudioDecoderOptions::default().gapless(!elementary);
    let made = guarded(|| symphonia::default::get_codecs().make_audio_decoder(params, &options))?;
    match made {
        Ok(decoder) => Ok((params.clone(), decoder)),
        Err(Error::Unsupported(_)) => Err(Defect::Unsupported { format: codec_name(params) }),
        Err(error) => Err(Defect::Broken { detail: error.to_string() }),
    }
}

/// The name of a codec we cannot decode.
fn codec_name(params: &AudioCodecParameters) -> String {
    use symphonia::core::codecs::audio::well_known as known;
    match params.codec {
        // The library decodes AAC of low complexity in one or two channels; the kind stands in the first five bits.
        CODEC_ID_AAC => match params.extra_data.as_ref().and_then(|data| data.first()).map(|first| first >> 3) {
            Some(2) => "aac 5.1",
            _ => "he-aac",
        },
        known::CODEC_ID_AC3 | known::CODEC_ID_EAC3 => "ac3",
        known::CODEC_ID_OPUS => "opus",
        known::CODEC_ID_SPEEX => "speex",
        known::CODEC_ID_WMA => "wma",
        known::CODEC_ID_DCA => "dts",
        codec => return format!("codec {codec}"),
    }
    .to_owned()
}

fn rescale(ticks: u64, rate: u32, timescale: u32) -> u64 {
    u64::try_from(u128::from(ticks) * u128::from(rate) / u128::from(timescale.max(1))).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "2^52 frames are 2,900 years")]
fn seconds(frames: u64, rate: u32) -> f64 {
    frames as f64 / f64::from(rate.max(1))
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn unreadable(error: io::Error) -> Defect {
    Defect::Unreadable { detail: error.to_string() }
}
