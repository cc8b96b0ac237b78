//! An open stream: the device at the house rate, and the callback that hands blocks over and keeps the count.
//!
//! The library's own device sink throws the callback's timestamps away, which are the only way to know which frame
//! leaves the device when, and mixes sample by sample, which costs more than all the rest (docs/decisions/0016). So
//! the stream is opened here, and worked in blocks.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};

use rodio::cpal;
use rodio::cpal::traits::{DeviceTrait, StreamTrait};
use rodio::cpal::{BufferSize, ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig};

use crate::equipment::StationTime;
use crate::equipment::sound::air::{Air, monotonic, nanos};
use crate::equipment::sound::lane::Feed;
use crate::equipment::sound::origin::Origin;
use crate::time::RATE;

/// An open stream. Dropping it gives the device back at once.
pub struct Stream {
    pub air: Arc<Air>,
    /// By the monotonic clock, in nanoseconds.
    pub opened: i64,
    device: cpal::Stream,
}

/// The channels of the device that a zone plays on, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Left and right.
    Pair(u16, u16),
    /// Both in one.
    Mono(u16),
}

impl Channels {
    /// Every one of them.
    #[must_use]
    pub fn all(self) -> Vec<u16> {
        match self {
            Self::Pair(left, right) => vec![left, right],
            Self::Mono(one) => vec![one],
        }
    }

    /// How many channels the device must have for it.
    #[must_use]
    pub fn needed(self) -> u16 {
        match self {
            Self::Pair(left, right) => left.max(right) + 1,
            Self::Mono(one) => one + 1,
        }
    }
}

/// Whose frames per callback a stream has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// As we like it, where the device says that it takes it.
    Ours,
    /// Whatever the device likes.
    Device,
}

/// Frames per callback asked of a card. Two of these are its buffer: 85 ms, so that a ramp is heard within 100.
const PERIOD_CARD: u32 = 2_048;
/// The same of what may be a sound server, where each callback costs ten times as much: 256 ms.
const PERIOD_SERVER: u32 = 6_144;

/// Callbacks within which a device's buffer is filled for the first time; with them it begins to play.
const FILLING: u32 = 4;

/// Frames of silence with which a stream begins: 25 ms.
const LEAD_IN: u64 = 1_200;

impl Stream {
    /// Opens `device`, called `id`, at the house rate; each feed plays on its channels once it is [started](Self::start).
    ///
    /// # Errors
    /// The library's: the device is gone, busy, or cannot do 48,000 Hz.
    pub fn open(
        device: &cpal::Device,
        id: &str,
        period: Period,
        feeds: Vec<(Feed, Channels)>,
        time: StationTime,
    ) -> Result<Self, cpal::Error> {
        let needed = feeds.iter().map(|(_, channels)| channels.needed()).max().unwrap_or(2);
        let (format, channels) = shape(device, needed)?;
        let frames = if id.contains("CARD=") { PERIOD_CARD } else { PERIOD_SERVER };
        let mut ranges = device.supported_output_configs()?;
        let fits = period == Period::Ours && ranges.any(|range| range.channels() == channels && takes(&range, frames));
        let buffer_size = if fits { BufferSize::Fixed(frames) } else { BufferSize::Default };
        let config = StreamConfig { channels, sample_rate: RATE, buffer_size };
        let air = Arc::new(Air::new(time));
        let desk =
            Desk { air: Arc::clone(&air), feeds, origin: Origin::new(), callbacks: 0, frame: 0, feed: Vec::new() };
        let stream = match format {
            SampleFormat::I16 => build(device, config, &air, converted::<i16>(desk, channels)),
            SampleFormat::I32 => build(device, config, &air, converted::<i32>(desk, channels)),
            _ => build(device, config, &air, as_it_is(desk, channels)),
        }?;
        Ok(Self { air, opened: monotonic(), device: stream })
    }

    /// Lets it run: what lies in the feeds by now is the first that is heard, before that there is silence.
    ///
    /// # Errors
    /// The library's.
    pub fn start(&mut self) -> Result<(), cpal::Error> {
        self.opened = monotonic();
        self.air.beat.store(self.opened, Relaxed);
        self.device.play()
    }
}

fn takes(range: &cpal::SupportedStreamConfigRange, period: u32) -> bool {
    match range.buffer_size() {
        cpal::SupportedBufferSize::Range { min, max } => (*min..=*max).contains(&period),
        cpal::SupportedBufferSize::Unknown => true,
    }
}

/// The device's best sample format at the house rate, with as few channels as suffice.
fn shape(device: &cpal::Device, needed: u16) -> Result<(SampleFormat, u16), cpal::Error> {
    let known = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
    let wanted = needed.max(2);
    device
        .supported_output_configs()?
        .filter(|range| range.min_sample_rate() <= RATE && RATE <= range.max_sample_rate())
        .filter(|range| needed <= 2 || range.channels() >= needed)
        .filter_map(|range| {
            let format = known.iter().position(|format| *format == range.sample_format())?;
            Some((range.channels().abs_diff(wanted), format, range.channels()))
        })
        .min()
        .map(|(_, format, channels)| (known[format], channels))
        .ok_or_else(|| {
            let lacks = format!("the device cannot play {wanted} channels at {RATE} Hz");
            cpal::Error::with_message(ErrorKind::UnsupportedConfig, lacks)
        })
}

/// The callback of a device that takes our samples as they are. The library hands over silence.
fn as_it_is(mut desk: Desk, channels: u16) -> impl FnMut(&mut [f32], &OutputCallbackInfo) {
    move |data, info| desk.hand_over(data, usize::from(channels), ahead(info))
}

/// The same of one that takes others.
fn converted<T: SizedSample + FromSample<f32>>(
    mut desk: Desk,
    channels: u16,
) -> impl FnMut(&mut [T], &OutputCallbackInfo) {
    let mut mix = Vec::new();
    move |data, info| {
        mix.clear();
        mix.resize(data.len(), 0.0);
        desk.hand_over(&mut mix, usize::from(channels), ahead(info));
        for (out, sample) in data.iter_mut().zip(&mix) {
            *out = T::from_sample(*sample);
        }
    }
}

/// What still waits in the device, in nanoseconds.
fn ahead(info: &OutputCallbackInfo) -> i64 {
    let ahead = info.timestamp().playback.saturating_duration_since(info.timestamp().callback);
    i64::try_from(ahead.as_nanos()).unwrap_or(0)
}

fn build<T: SizedSample>(
    device: &cpal::Device,
    config: StreamConfig,
    air: &Arc<Air>,
    on_data: impl FnMut(&mut [T], &OutputCallbackInfo) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    let air = Arc::clone(air);
    // A dead device calls this a million times a second: it counts, and that is all.
    let on_error = move |error: cpal::Error| {
        if error.kind() == ErrorKind::Xrun {
            air.xruns.fetch_add(1, Relaxed);
        } else if !matches!(error.kind(), ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied) {
            air.errors.fetch_add(1, Release);
            let _ = air.first_error.set(error);
        }
    };
    device.build_output_stream(config, on_data, on_error, None)
}

/// What the callback works with. Everything in it stays on the sound thread.
struct Desk {
    air: Arc<Air>,
    feeds: Vec<(Feed, Channels)>,
    origin: Origin,
    callbacks: u32,
    frame: u64,
    /// One zone's block, where several share the device; it grows with the first callback and stays.
    feed: Vec<f32>,
}

impl Desk {
    /// Lays the next frames of all zones into `mix`, which is silent, interleaved for the device; `ahead` is what still
    /// waits in it, in nanoseconds.
    fn hand_over(&mut self, mix: &mut [f32], channels: usize, ahead: i64) {
        let frames = mix.len() / channels;
        self.read_clocks(ahead);
        // The first frames of a stream are silence: sound servers and amplifiers swallow some.
        let silent = usize::try_from(LEAD_IN.saturating_sub(self.frame)).unwrap_or(0).min(frames);
        let first = self.frame + silent as u64;
        if let ([(feed, Channels::Pair(0, 1))], 2) = (&mut self.feeds[..], channels) {
            // Most stations: the zone's block is the device's.
            feed.fill(&mut mix[silent * 2..], first, &self.air);
        } else {
            for (feed, on) in &mut self.feeds {
                self.feed.clear();
                self.feed.resize(frames * 2, 0.0);
                feed.fill(&mut self.feed[silent * 2..], first, &self.air);
                lay(&self.feed, *on, mix, channels);
            }
        }
        self.frame += frames as u64;
    }

    /// Notes what the device has played and when it will play what is handed over now.
    fn read_clocks(&mut self, ahead: i64) {
        let waiting = u64::try_from(i128::from(ahead) * i128::from(RATE) / 1_000_000_000).unwrap_or(0);
        self.air.heard.fetch_max(self.frame.saturating_sub(waiting), Release);
        self.callbacks += 1;
        if self.callbacks == FILLING {
            // The readings so far are of a device that was being filled and did not play yet.
            self.origin = Origin::new();
        }
        let origin = self.origin.push(self.air.time.nanos() + ahead - nanos(self.frame));
        self.air.set_origin(origin);
        self.air.spread.store(self.origin.spread(), Relaxed);
        self.air.beat.store(monotonic(), Relaxed);
    }
}

/// Adds a zone's stereo block to the device's; on a device with one channel both go into that.
fn lay(stereo: &[f32], on: Channels, mix: &mut [f32], channels: usize) {
    let both = |frame: &[f32]| f32::midpoint(frame[0], frame[1]);
    for (frame, slots) in stereo.chunks_exact(2).zip(mix.chunks_exact_mut(channels)) {
        match (on, slots) {
            (_, [mono]) => *mono += both(frame),
            (Channels::Mono(one), slots) => slots[usize::from(one)] += both(frame),
            (Channels::Pair(left, right), slots) => {
                slots[usize::from(left)] += frame[0];
                slots[usize::from(right)] += frame[1];
            }
        }
    }
}

#[cfg(test)]
mod tests;
