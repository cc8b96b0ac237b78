//! The stream under the mixer: opening the device, and the callback that hands frames over and keeps the count.
//!
//! The library's own device sink throws the callback's timestamps away; they are the only way to know which frame
//! leaves the device when, so the stream is opened here.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig};
use rodio::mixer::{MixerSource, mixer};
use rodio::queue::{SourcesQueueInput, queue};
use rodio::source::Zero;

use crate::equipment::sound::air::{Air, monotonic, nanos, realtime};
use crate::equipment::sound::fade::{RAMP, factor};
use crate::equipment::sound::origin::Origin;
use crate::time::RATE;

/// An open stream and the queue that feeds it. Dropping it gives the device back at once.
pub struct Stream {
    pub air: Arc<Air>,
    pub queue: Arc<SourcesQueueInput>,
    /// By the monotonic clock, in nanoseconds.
    pub opened: i64,
    _device: cpal::Stream,
}

/// Frames per callback asked for. Two of these are the device's buffer: 85 ms, so that a cut is silent within 100.
const PERIOD: u32 = 2_048;
pub const STEREO: NonZeroU16 = const { NonZeroU16::new(2).expect("two is not zero") };
pub const HOUSE: NonZeroU32 = const { NonZeroU32::new(RATE).expect("the house rate is not zero") };

impl Stream {
    /// Opens `device` at the house rate and starts it in silence.
    ///
    /// # Errors
    /// The library's: the device is gone, busy, or cannot do 48,000 Hz.
    pub fn open(device: &cpal::Device) -> Result<Self, cpal::Error> {
        let (format, channels) = shape(device)?;
        let fixed = StreamConfig { channels, sample_rate: RATE, buffer_size: BufferSize::Fixed(PERIOD) };
        match Self::start(device, format, fixed) {
            Err(error) if error.kind() == ErrorKind::UnsupportedConfig => {
                Self::start(device, format, StreamConfig { buffer_size: BufferSize::Default, ..fixed })
            }
            outcome => outcome,
        }
    }

    fn start(device: &cpal::Device, format: SampleFormat, config: StreamConfig) -> Result<Self, cpal::Error> {
        let air = Arc::new(Air::new());
        let (queue, playing) = queue(true);
        // The first thing in the queue sets its channels and rate for the silence between items.
        queue.append(Zero::new_samples(STEREO, HOUSE, 2));
        let (input, output) = mixer(STEREO, HOUSE);
        input.add(playing);
        let desk = Desk { air: Arc::clone(&air), mixer: output, origin: Origin::new(), frame: 0, silent_from: None };
        let stream = match format {
            SampleFormat::I16 => build::<i16>(device, config, desk),
            SampleFormat::I32 => build::<i32>(device, config, desk),
            _ => build::<f32>(device, config, desk),
        }?;
        stream.play()?;
        Ok(Self { air, queue, opened: monotonic(), _device: stream })
    }
}

/// The device's best sample format at the house rate, stereo where it has it.
fn shape(device: &cpal::Device) -> Result<(SampleFormat, u16), cpal::Error> {
    let known = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
    device
        .supported_output_configs()?
        .filter(|range| range.min_sample_rate() <= RATE && RATE <= range.max_sample_rate())
        .filter_map(|range| {
            let format = known.iter().position(|format| *format == range.sample_format())?;
            Some((range.channels().abs_diff(2), format, range.channels()))
        })
        .min()
        .map(|(_, format, channels)| (known[format], channels))
        .ok_or_else(|| cpal::Error::with_message(ErrorKind::UnsupportedConfig, "the device cannot play at 48,000 Hz"))
}

fn build<T>(device: &cpal::Device, config: StreamConfig, mut desk: Desk) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let air = Arc::clone(&desk.air);
    let channels = usize::from(config.channels);
    let on_data = move |data: &mut [T], info: &OutputCallbackInfo| desk.hand_over(data, channels, info);
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
    mixer: MixerSource,
    origin: Origin,
    frame: u64,
    /// The frame on which a cut or hard end under way is complete.
    silent_from: Option<u64>,
}

impl Desk {
    fn hand_over<T: SizedSample + FromSample<f32>>(
        &mut self,
        data: &mut [T],
        channels: usize,
        info: &OutputCallbackInfo,
    ) {
        let ahead = info.timestamp().playback.saturating_duration_since(info.timestamp().callback);
        self.read_clocks(i64::try_from(ahead.as_nanos()).unwrap_or(0));
        self.look_for_an_end((data.len() / channels) as u64);
        for slots in data.chunks_exact_mut(channels) {
            let frame = self.next_frame();
            match slots {
                [mono] => *mono = T::from_sample(f32::midpoint(frame[0], frame[1])),
                [left, right, rest @ ..] => {
                    *left = T::from_sample(frame[0]);
                    *right = T::from_sample(frame[1]);
                    rest.fill(T::EQUILIBRIUM);
                }
                [] => {}
            }
        }
    }

    /// Notes what the device has played and when it will play what is handed over now; `ahead` is what still waits in
    /// it, in nanoseconds.
    fn read_clocks(&mut self, ahead: i64) {
        let waiting = u64::try_from(i128::from(ahead) * i128::from(RATE) / 1_000_000_000).unwrap_or(0);
        self.air.heard.fetch_max(self.frame.saturating_sub(waiting), Release);
        let origin = self.origin.push(realtime() + ahead - nanos(self.frame));
        self.air.set_origin(origin);
        self.air.spread.store(self.origin.spread(), Relaxed);
        self.air.beat.store(monotonic(), Relaxed);
    }

    /// Fixes the frame of silence if a cut is ordered or a hard end lies within this block or the ramp after it.
    fn look_for_an_end(&mut self, frames: u64) {
        if self.air.cut.swap(false, Acquire) {
            self.silent_from = Some(self.frame + RAMP);
        }
        let near = self.frame + frames + RAMP;
        if let Some(end) = self.air.silence_frame().filter(|end| *end < near) {
            self.air.set_silence(None);
            // An end that has passed already is reached by a ramp from here.
            let end = end.max(self.frame + RAMP);
            self.silent_from = Some(self.silent_from.map_or(end, |before| before.min(end)));
        }
    }

    fn next_frame(&mut self) -> [f32; 2] {
        if self.silent_from == Some(self.frame) {
            self.silent_from = None;
            self.air.epoch_frame.store(self.frame, Relaxed);
            self.air.epoch.fetch_add(1, Release);
        }
        self.air.frame.store(self.frame, Relaxed);
        let mut pull = || self.mixer.next().unwrap_or(0.0);
        let mut frame = [pull(), pull()];
        if let Some(end) = self.silent_from {
            let factor = factor(end - self.frame);
            frame = frame.map(|sample| sample * factor);
        }
        self.frame += 1;
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::programme;
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

    /// A stream without a device, one callback a millisecond of its own time.
    struct Bench {
        desk: Desk,
        queue: Arc<SourcesQueueInput>,
        origin: i64,
    }

    impl Bench {
        fn new() -> Self {
            let air = Arc::new(Air::new());
            let (queue, playing) = queue(true);
            queue.append(Zero::new_samples(STEREO, HOUSE, 2));
            let (input, output) = mixer(STEREO, HOUSE);
            input.add(playing);
            let desk = Desk { air, mixer: output, origin: Origin::new(), frame: 0, silent_from: None };
            Self { desk, queue, origin: 1_600_000_000_000_000_000 }
        }

        fn cue(&self, start: Start, from: u32, frames: u32) -> Arc<programme::Counts> {
            let pcm = Box::new(Ladder(from, frames));
            let cue = Cue { id: CueId(0), start, length: Frames(u64::from(frames)), gain: 1.0, pcm };
            let (item, counts) = programme::start(cue, &self.desk.air);
            item.wait_until_decoded();
            self.queue.append(item);
            counts
        }

        /// Left samples of so many frames, as whole millionths.
        fn run(&mut self, frames: usize) -> Vec<i64> {
            self.desk.air.set_origin(self.origin);
            self.desk.look_for_an_end(frames as u64);
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            (0..frames).map(|_| (self.desk.next_frame()[0] * 1_000_000.0).round() as i64).collect()
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
    fn a_cut_ramps_down_and_forgets() {
        let mut bench = Bench::new();
        let on = bench.cue(Start::Following, 100_000, 48_000);
        let waiting = bench.cue(Start::Following, 0, 48_000);
        bench.run(1_000);
        bench.desk.air.cut.store(true, Release);
        let heard = bench.run(1_000);
        assert!(heard[..384].windows(2).all(|pair| pair[0] > pair[1]) && heard[0] > 99_000 && heard[383] > 0);
        assert!(heard[384..].iter().all(|sample| *sample == 0));
        assert!(on.progress().over && waiting.progress().over);
        assert!(on.progress().handed > 1_000 && waiting.progress().first.is_none());
        let next = bench.cue(Start::Following, 0, 10);
        assert!(bench.run(600).contains(&10), "a later cue plays");
        assert_eq!(next.progress().handed, 10);
    }

    #[test]
    fn a_hard_end_is_silent_on_its_frame() {
        for block in [100, 480, 2_048] {
            let mut bench = Bench::new();
            bench.cue(Start::Following, 100_000, 48_000);
            bench.desk.air.set_origin(bench.origin);
            bench.desk.air.set_silence(Some(bench.origin + nanos(5_000)));
            let heard: Vec<i64> = (0..12_000 / block).flat_map(|_| bench.run(block)).collect();
            assert!(heard[4_000..4_615].iter().all(|sample| *sample > 100_000), "{block}");
            assert!(heard[4_999] > 0 && heard[5_000..].iter().all(|sample| *sample == 0), "{block}");
        }
    }

    #[test]
    fn an_empty_ring_is_silence_and_loses_nothing() {
        let mut bench = Bench::new();
        let air = Arc::clone(&bench.desk.air);
        let (item, counts, mut ring) = programme::Item::starved(&air);
        bench.queue.append(item);
        let before = bench.run(1_000);
        ring.push_entire_slice(&[0.5; 200]).unwrap();
        let after = bench.run(1_000);
        assert!(before.iter().all(|sample| *sample == 0));
        assert_eq!(after.iter().filter(|sample| **sample == 500_000).count(), 100);
        assert_eq!(counts.progress().handed, 100);
        assert!(air.starved.load(Relaxed) >= 1_800);
    }
}
