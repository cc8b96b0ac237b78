//! A stream without beginning or end into sound: what a server sends for as long as one listens.
//!
//! Unlike a file it is joined in the middle, a damaged piece of it is passed over, and it may begin anew (a chained Ogg
//! stream does so with every title). Nothing can be looked at twice, and nothing is promised.

use std::io::{Cursor, Read};
use std::sync::Arc;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

use crate::equipment::decoder::downmix::Downmix;
use crate::equipment::decoder::opening::decoder;
use crate::equipment::decoder::ready::Ready;
use crate::equipment::decoder::resampler::Resampler;
use crate::equipment::decoder::sniff::{Look, look};
use crate::equipment::decoder::stream::{Shape, check, guarded};
use crate::equipment::decoder::tags::{self, Tags};
use crate::equipment::{Live, Pcm};
use crate::library::Defect;

/// One stream being received.
pub struct Broadcast {
    reception: Reception,
    /// Stereo at the house rate.
    ready: Ready,
}

/// The stream on its way to sound.
struct Reception {
    format: Box<dyn FormatReader>,
    voice: Voice,
    live: Arc<Live>,
    /// Packets in a row that brought no sound.
    stumbles: u32,
}

/// What decodes the stream between two new beginnings of it.
struct Voice {
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    shape: Shape,
    downmix: Downmix,
    resampler: Option<Resampler>,
    samples: Vec<f32>,
}

/// The first bytes of a stream, by which strangers are told.
const HEAD: u64 = 512;
/// Packets in a row without sound after which a stream is none.
const STUMBLES_MAX: u32 = 200;

impl Broadcast {
    /// Joins a stream. `content` is what its server calls it, such as `audio/mpeg`; titles inside go to `live`.
    ///
    /// # Errors
    /// No sound in it, or of a kind that is not decoded; or it could not be read.
    pub fn join(bytes: Box<dyn Read + Send + Sync>, content: &str, live: &Arc<Live>) -> Result<Self, Defect> {
        let mut bytes = bytes;
        let mut head = Vec::new();
        bytes
            .by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
        match look(&head) {
            _ if head.is_empty() => return Err(Defect::Empty),
            Look::Refused(format) => return Err(Defect::Unsupported { format: format.to_owned() }),
            Look::NotAudio => return Err(Defect::NotAudio),
            Look::Perhaps => {}
        }
        let source = ReadOnlySource::new(Cursor::new(head).chain(bytes));
        let media = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        hint.mime_type(content);
        let probe = symphonia::default::get_probe();
        let mut format = guarded(|| probe.probe(&hint, media, FormatOptions::default(), MetadataOptions::default()))?
            .map_err(|error| blame(&error))?;
        let voice = Voice::of(format.as_ref())?;
        announce(format.as_mut(), live)?;
        let reception = Reception { format, voice, live: Arc::clone(live), stumbles: 0 };
        Ok(Self { reception, ready: Ready::default() })
    }
}

impl Reception {
    /// Decodes on until there is sound; false at the end of the stream.
    fn refill(&mut self, ready: &mut Vec<f32>) -> Result<bool, Defect> {
        while ready.is_empty() {
            match guarded(|| self.format.next_packet())? {
                Ok(Some(packet)) => self.hear(&packet, ready)?,
                Ok(None) => return Ok(false),
                Err(Error::ResetRequired) => self.begin_anew()?,
                Err(Error::DecodeError(_)) => self.stumble()?,
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(false),
                Err(error) => return Err(blame(&error)),
            }
        }
        Ok(true)
    }

    fn hear(&mut self, packet: &Packet, ready: &mut Vec<f32>) -> Result<(), Defect> {
        if packet.track_id == self.voice.track {
            if self.voice.hear(packet, ready)? {
                self.stumbles = 0;
            } else {
                self.stumble()?;
            }
        }
        Ok(())
    }

    /// A piece was damaged: the next one may be good.
    fn stumble(&mut self) -> Result<(), Defect> {
        self.stumbles += 1;
        if self.stumbles < STUMBLES_MAX { Ok(()) } else { Err(Defect::NotAudio) }
    }

    fn begin_anew(&mut self) -> Result<(), Defect> {
        self.voice = Voice::of(self.format.as_ref())?;
        announce(self.format.as_mut(), &self.live)
    }
}

impl Voice {
    fn of(format: &dyn FormatReader) -> Result<Self, Defect> {
        let track = format.default_track(TrackType::Audio).ok_or(Defect::NotAudio)?;
        let (params, decoder) = decoder(track, true)?;
        Ok(Self {
            decoder,
            track: track.id,
            shape: Shape::default(),
            downmix: Downmix::of(&params.channels.unwrap_or_default()),
            resampler: None,
            samples: Vec::new(),
        })
    }

    /// Appends the packet's sound to `ready`; false if there is none, or it is damaged.
    fn hear(&mut self, packet: &Packet, ready: &mut Vec<f32>) -> Result<bool, Defect> {
        let (decoder, samples) = (&mut self.decoder, &mut self.samples);
        let heard = guarded(|| {
            decoder.decode(packet).map(|decoded| {
                decoded.copy_to_vec_interleaved(samples);
                (
                    Shape { rate: decoded.spec().rate(), channels: decoded.spec().channels().count() },
                    Downmix::of(decoded.spec().channels()),
                )
            })
        })?;
        let Ok((shape, downmix)) = heard else { return Ok(false) };
        if self.samples.is_empty() || check(&self.samples).is_err() {
            return Ok(false);
        }
        if shape != self.shape {
            (self.shape, self.downmix) = (shape, downmix);
            self.resampler = Some(Resampler::new(shape.rate, Downmix::lanes(shape.channels))?);
        }
        self.downmix.apply(&mut self.samples);
        if let Some(resampler) = &mut self.resampler {
            append_stereo(resampler, &self.samples, Downmix::lanes(shape.channels), ready)?;
        }
        Ok(true)
    }
}

/// Appends samples of one or two lanes as stereo at the house rate.
fn append_stereo(resampler: &mut Resampler, samples: &[f32], lanes: usize, ready: &mut Vec<f32>) -> Result<(), Defect> {
    if lanes == 2 {
        return resampler.push(samples, ready);
    }
    let mut mono = Vec::new();
    resampler.push(samples, &mut mono)?;
    ready.extend(mono.into_iter().flat_map(|sample| [sample; 2]));
    Ok(())
}

/// Tells the title that stands in the stream itself.
fn announce(format: &mut dyn FormatReader, live: &Live) -> Result<(), Defect> {
    let tags = guarded(|| tags::take(format, Tags::default()))?;
    if let Some(title) = tags.title {
        live.note_title(&title);
    }
    Ok(())
}

fn blame(error: &Error) -> Defect {
    match error {
        Error::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Defect::Unreadable { detail: error.to_string() }
        }
        Error::IoError(_) | Error::Unsupported(_) => Defect::NotAudio,
        error => Defect::Broken { detail: error.to_string() },
    }
}

impl Pcm for Broadcast {
    /// Waits for the stream.
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let Self { reception, ready } = self;
        ready.read(block, 2, |samples| reception.refill(samples))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Bytes in the small pieces a network brings.
    struct Drops(Cursor<Vec<u8>>);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(61);
            self.0.read(&mut buffer[..count])
        }
    }

    fn fixture(name: &str) -> Vec<u8> {
        fs::read(format!("{}/tests/fixtures/audio/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn join(bytes: Vec<u8>, content: &str) -> Result<(Broadcast, Arc<Live>), Defect> {
        let live = Arc::new(Live::default());
        Ok((Broadcast::join(Box::new(Drops(Cursor::new(bytes))), content, &live)?, live))
    }

    /// All of it, as samples.
    fn hear(bytes: Vec<u8>, content: &str) -> Vec<f32> {
        let (mut broadcast, _) = join(bytes, content).unwrap();
        let (mut heard, mut block) = (Vec::new(), [0.0; 1_000]);
        while let Ok(count @ 1..) = broadcast.read(&mut block) {
            heard.extend_from_slice(&block[..count]);
        }
        heard
    }

    fn loudest(sound: &[f32]) -> f32 {
        sound.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    #[test]
    fn what_servers_send_is_heard_from_wherever_it_is_joined() {
        for (name, content) in [("plain.mp3", "audio/mpeg"), ("tone.aac", "audio/aac"), ("tone.ogg", "application/ogg")]
        {
            let whole = hear(fixture(name), content);
            assert!(whole.len() > 48_000 && loudest(&whole) > 0.05, "{name}: {} samples", whole.len());
            if name != "tone.ogg" {
                let half = fixture(name).split_off(fixture(name).len() / 2 + 7);
                let heard = hear(half, content);
                assert!(heard.len() > whole.len() / 3 && heard.len() < whole.len() * 2 / 3, "{name}: {}", heard.len());
            }
        }
    }

    #[test]
    fn an_ogg_stream_may_begin_anew() {
        let once = hear(fixture("tone.ogg"), "audio/ogg").len();
        let twice = hear([fixture("tone.ogg"), fixture("tone.ogg")].concat(), "audio/ogg").len();
        assert!(twice > once * 2 - 9_600, "{once} and {twice}");
    }

    #[test]
    fn a_damaged_piece_is_passed_over() {
        let whole = hear(fixture("plain.mp3"), "audio/mpeg").len();
        let mut damaged = fixture("plain.mp3");
        let middle = damaged.len() / 2;
        damaged[middle..middle + 300].fill(0x55);
        let heard = hear(damaged, "audio/mpeg");
        assert!(heard.len() > whole * 3 / 4 && loudest(&heard) <= 1.5, "{} of {whole}", heard.len());
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let refused = |bytes: &[u8]| join(bytes.to_vec(), "audio/mpeg").err();
        assert_eq!(refused(b""), Some(Defect::Empty));
        assert_eq!(refused("<html>Không có gì</html>".as_bytes()), Some(Defect::NotAudio));
        assert_eq!(refused(&fixture("tone.opus")), Some(Defect::Unsupported { format: "opus".to_owned() }));
    }
}
