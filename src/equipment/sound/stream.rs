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
/// The same of what may be a sound server, where each callback costs ten times as much: 213 ms.
const PERIOD_SERVER: u32 = 5_120;

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
        let desk = Desk {
            air: Arc::clone(&air),
            feeds,
            origin: Origin::new(),
            callbacks: 0,
            frame: 0,
            feed: Vec::new(),
            mix: Vec::new(),
        };
        let stream = match format {
            SampleFormat::I16 => build::<i16>(device, config, desk),
            SampleFormat::I32 => build::<i32>(device, config, desk),
            _ => build::<f32>(device, config, desk),
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

fn build<T>(device: &cpal::Device, config: StreamConfig, mut desk: Desk) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let air = Arc::clone(&desk.air);
    let channels = usize::from(config.channels);
    let on_data = move |data: &mut [T], info: &OutputCallbackInfo| {
        let ahead = info.timestamp().playback.saturating_duration_since(info.timestamp().callback);
        let mix = desk.hand_over(data.len() / channels, channels, i64::try_from(ahead.as_nanos()).unwrap_or(0));
        for (out, sample) in data.iter_mut().zip(mix) {
            *out = T::from_sample(*sample);
        }
    };
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
    /// One zone's block, and that of the device; they grow with the first callback and stay.
    feed: Vec<f32>,
    mix: Vec<f32>,
}

impl Desk {
    /// The next `frames` of all zones, interleaved for the device; `ahead` is what still waits in it, in nanoseconds.
    fn hand_over(&mut self, frames: usize, channels: usize, ahead: i64) -> &[f32] {
        self.read_clocks(ahead);
        self.mix.clear();
        self.mix.resize(frames * channels, 0.0);
        // The first frames of a stream are silence: sound servers and amplifiers swallow some.
        let silent = usize::try_from(LEAD_IN.saturating_sub(self.frame)).unwrap_or(0).min(frames);
        for (feed, on) in &mut self.feeds {
            self.feed.clear();
            self.feed.resize(frames * 2, 0.0);
            feed.fill(&mut self.feed[silent * 2..], self.frame + silent as u64, &self.air);
            lay(&self.feed, *on, &mut self.mix, channels);
        }
        self.frame += frames as u64;
        &self.mix
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
mod tests {
    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::lane::{Hand, Lane};
    use crate::equipment::sound::programme::{self, Item};
    use crate::equipment::sound::sequence::{Counted, Progress};
    use crate::equipment::sound::{Cue, CueId, Start};
    use crate::library::Defect;
    use crate::time::Frames;

    /// Counts up from one in tiny steps, so that a lost or doubled frame shows.
    struct Ladder(u32, u32);

    impl Pcm for Ladder {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            let mut count = 0;
            for frame in block.chunks_exact_mut(2).take(self.1 as usize) {
                self.0 += 1;
                frame.fill(self.0 as f32 / 1_000_000.0);
                count += 2;
            }
            self.1 -= u32::try_from(count / 2).unwrap();
            Ok(count)
        }
    }

    /// A stream without a device, in its own time.
    struct Bench {
        desk: Desk,
        lane: Arc<Lane>,
        hand: Hand,
        origin: i64,
    }

    impl Bench {
        fn new() -> Self {
            let (lane, feed, hand) = Lane::new();
            let air = Arc::new(Air::new(StationTime::of_the_computer()));
            let origin = 1_600_000_000_000_000_000;
            air.set_origin(origin);
            let feeds = vec![(feed, Channels::Pair(0, 1))];
            let desk =
                Desk { air, feeds, origin: Origin::new(), callbacks: 0, frame: 0, feed: Vec::new(), mix: Vec::new() };
            Self { desk, lane, hand, origin }
        }

        fn cue(&mut self, start: Start, from: u32, frames: u32) -> Arc<programme::Counts> {
            let pcm = Box::new(Ladder(from, frames));
            let length = Frames(u64::from(frames));
            let cue = Cue { id: CueId(0), start, length, gain: 1.0, ceiling: 1.0, pcm, meter: None };
            let (item, counts) = programme::start(cue, self.lane.epoch_ahead());
            item.wait_until_decoded();
            self.hand.over(item);
            counts
        }

        /// Left samples of so many frames, as whole millionths.
        fn run(&mut self, frames: usize) -> Vec<i64> {
            let mut block = vec![0.0; frames * 2];
            self.desk.feeds[0].0.fill(&mut block, self.desk.frame, &self.desk.air);
            self.desk.frame += frames as u64;
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            block.iter().step_by(2).map(|sample| (sample * 1_000_000.0).round() as i64).collect()
        }

        fn at(&self, frame: u64) -> jiff::Timestamp {
            jiff::Timestamp::from_nanosecond(i128::from(self.origin + nanos(frame))).unwrap()
        }
    }

    fn ladder(from: i64, to: i64) -> Vec<i64> {
        (from..=to).collect()
    }

    #[test]
    fn a_cue_begins_on_its_frame_and_the_next_follows_it() {
        let mut bench = Bench::new();
        let first = bench.cue(Start::At(bench.at(1_000)), 0, 3_000);
        let second = bench.cue(Start::Following, 3_000, 500);
        let heard: Vec<i64> = [700, 700, 3_000, 600].into_iter().flat_map(|frames| bench.run(frames)).collect();
        assert!(heard[..1_000].iter().all(|sample| *sample == 0));
        assert_eq!(heard[1_000..4_500], ladder(1, 3_500));
        assert!(heard[4_500..].iter().all(|sample| *sample == 0));
        let whole = |first, handed, last| Progress { first: Some(first), handed, last, over: true, defect: None };
        assert_eq!(first.progress(), whole(1_000, 3_000, 4_000));
        assert_eq!(second.progress(), whole(4_000, 500, 4_500));
    }

    #[test]
    fn a_cut_ramps_down_and_forgets_what_was_lined_up_before_it() {
        let mut bench = Bench::new();
        let on = bench.cue(Start::Following, 100_000, 48_000);
        let waiting = bench.cue(Start::Following, 0, 48_000);
        bench.run(1_000);
        let epoch = bench.lane.cut();
        let next = bench.cue(Start::Following, 0, 10);
        let heard = bench.run(1_000);
        assert!(heard[..240].windows(2).all(|pair| pair[0] > pair[1]) && heard[0] > 99_000 && heard[239] > 0);
        assert_eq!(heard[240..250], ladder(1, 10), "what was lined up after it follows the ramp");
        assert!(heard[250..].iter().all(|sample| *sample == 0));
        assert_eq!((bench.lane.epoch(), bench.lane.epoch_frame()), (epoch, 1_240));
        assert!(on.progress().over && waiting.progress().over);
        assert!(on.progress().handed == 1_240 && waiting.progress().first.is_none());
        assert_eq!(next.progress().handed, 10);
    }

    #[test]
    fn a_hard_end_is_silent_on_its_frame() {
        for block in [100, 480, 2_048] {
            let mut bench = Bench::new();
            bench.cue(Start::Following, 100_000, 48_000);
            bench.lane.set_silence(Some(bench.at(5_000)));
            let heard: Vec<i64> = (0..12_000 / block).flat_map(|_| bench.run(block)).collect();
            assert!(heard[4_000..4_615].iter().all(|sample| *sample > 100_000), "{block}");
            assert!(heard[4_999] > 0 && heard[5_000..].iter().all(|sample| *sample == 0), "{block}");
        }
    }

    #[test]
    fn an_empty_ring_is_silence_and_loses_nothing() {
        let mut bench = Bench::new();
        let (item, counts, mut ring) = Item::starved();
        bench.hand.over(item);
        let before = bench.run(1_000);
        ring.push_entire_slice(&[0.5; 200]).unwrap();
        let after = bench.run(1_000);
        assert!(before.iter().all(|sample| *sample == 0));
        assert_eq!(after.iter().filter(|sample| **sample == 500_000).count(), 100);
        assert_eq!(counts.progress().handed, 100);
        assert!(bench.lane.starved.load(Relaxed) >= 1_800);
    }

    #[test]
    fn zones_play_on_their_channels() {
        let stereo = [0.5, 0.25, 0.5, 0.25];
        let laid = |on, channels| {
            let mut mix = vec![0.0; 2 * channels];
            lay(&stereo, on, &mut mix, channels);
            mix[..channels].to_vec()
        };
        assert_eq!(laid(Channels::Pair(0, 1), 2), [0.5, 0.25]);
        assert_eq!(laid(Channels::Pair(3, 2), 4), [0.0, 0.0, 0.25, 0.5]);
        assert_eq!(laid(Channels::Mono(1), 2), [0.0, 0.375]);
        assert_eq!(laid(Channels::Pair(0, 1), 1), [0.375], "a card with one channel plays both on it");
    }
}
