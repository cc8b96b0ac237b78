//! The device that is listened to, and its callback: from samples to energies under the time of day.

use std::sync::{Arc, Mutex};

use rodio::cpal;
use rodio::cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::cpal::{
    BufferSize, ErrorKind, FromSample, InputCallbackInfo, Sample as _, SampleFormat, SizedSample, StreamConfig,
};

use crate::equipment::StationTime;
use crate::equipment::capture::tape::step_of;
use crate::equipment::capture::{Heard, lock};
use crate::proof::{Deaf, Envelope};
use crate::time::RATE;

/// Frames per callback asked for: nobody waits for what is heard here, and each callback wakes the computer.
const PERIOD: u32 = 9_600;
/// By how many steps the device's count may differ from the clock before the clock is followed.
const ADRIFT: i64 = 4;

/// An open input. Dropping it closes the device.
pub struct Input {
    _stream: cpal::Stream,
}

impl Input {
    /// Opens the device called `id` and writes what it hears onto the tape.
    pub fn open(id: &str, heard: &Arc<Mutex<Heard>>, time: &StationTime) -> Result<Self, Deaf> {
        let device = find(id).ok_or_else(|| Deaf::Absent { device: id.to_owned() })?;
        let failed = |error: cpal::Error| Deaf::Failed { device: id.to_owned(), detail: error.to_string() };
        let (format, config) = shape(&device).map_err(failed)?;
        let stream = match start(&device, format, config, heard, time) {
            Err(error) if error.kind() == ErrorKind::UnsupportedConfig => {
                start(&device, format, StreamConfig { buffer_size: BufferSize::Default, ..config }, heard, time)
            }
            outcome => outcome,
        };
        let stream = stream.map_err(failed)?;
        stream.play().map_err(failed)?;
        Ok(Self { _stream: stream })
    }
}

fn find(id: &str) -> Option<cpal::Device> {
    let host = cpal::default_host();
    if id == "default" {
        return host.default_input_device();
    }
    let named = |device: &cpal::Device| {
        let found = device.id().map(|found| found.to_string()).unwrap_or_default();
        found.strip_prefix("alsa:").unwrap_or(&found) == id
    };
    host.devices().ok()?.find(named)
}

/// The device's best sample format and rate, with as few channels as it has.
fn shape(device: &cpal::Device) -> Result<(SampleFormat, StreamConfig), cpal::Error> {
    const KNOWN: [SampleFormat; 3] = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
    let fits = |range: &cpal::SupportedStreamConfigRange| {
        let format = KNOWN.iter().position(|format| *format == range.sample_format())?;
        let rates = range.min_sample_rate()..=range.max_sample_rate();
        let rate = [RATE, 44_100, 32_000, 16_000, 96_000].into_iter().find(|rate| rates.contains(rate))?;
        Some((rate.abs_diff(RATE), range.channels(), format, rate))
    };
    let best = device.supported_input_configs()?.filter_map(|range| fits(&range)).min();
    let (_, channels, format, sample_rate) = best
        .ok_or_else(|| cpal::Error::with_message(ErrorKind::UnsupportedConfig, "it gives no sound of a usual rate"))?;
    Ok((KNOWN[format], StreamConfig { channels, sample_rate, buffer_size: BufferSize::Fixed(PERIOD) }))
}

fn start(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    heard: &Arc<Mutex<Heard>>,
    time: &StationTime,
) -> Result<cpal::Stream, cpal::Error> {
    let envelope = Envelope::new(config.sample_rate);
    let ear = Ear { envelope, next: None, heard: Arc::clone(heard), time: time.clone() };
    match format {
        SampleFormat::I16 => build::<i16>(device, config, ear),
        SampleFormat::I32 => build::<i32>(device, config, ear),
        _ => build::<f32>(device, config, ear),
    }
}

fn build<T>(device: &cpal::Device, config: StreamConfig, mut ear: Ear) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels).max(1);
    let on_data = move |data: &[T], info: &InputCallbackInfo| {
        let waited = info.timestamp().callback.saturating_duration_since(info.timestamp().capture);
        let mono = data.chunks_exact(channels).map(|frame| {
            let sum: f32 = frame.iter().map(|sample| f32::from_sample(*sample)).sum();
            sum / f32::from(config.channels)
        });
        ear.hear(ear.time.nanos() - i64::try_from(waited.as_nanos()).unwrap_or(0), mono);
    };
    // A device that is gone may call this a million times a second. The thread sees that nothing is heard any more.
    device.build_input_stream(config, on_data, |_| {}, None)
}

/// What the callback works with.
struct Ear {
    envelope: Envelope,
    /// The step that is written next; none before the first.
    next: Option<i64>,
    heard: Arc<Mutex<Heard>>,
    time: StationTime,
}

impl Ear {
    /// Takes frames of which the first was heard at `since` (nanoseconds since 1970).
    fn hear(&mut self, since: i64, frames: impl Iterator<Item = f32>) {
        let by_clock = step_of(since);
        let mut step = self.next.filter(|next| next.abs_diff(by_clock) <= ADRIFT.unsigned_abs()).unwrap_or(by_clock);
        let mut heard = lock(&self.heard);
        for energy in frames.filter_map(|frame| self.envelope.push(frame)) {
            heard.tape.write(step, energy);
            step += 1;
        }
        self.next = Some(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn what_was_heard_lies_where_the_clock_says_and_a_loss_is_a_gap() {
        const SECOND: i64 = 1_000_000_000;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let time = StationTime::of_the_computer();
        let mut ear = Ear { envelope: Envelope::new(RATE), next: None, heard: Arc::clone(&heard), time };
        let tone = |frames: u16| (0..frames).map(|frame| (f32::from(frame) * 0.13).sin());
        ear.hear(100 * SECOND, tone(4_800));
        // Twelve milliseconds late is the clock's affair, three seconds are a loss.
        ear.hear(100 * SECOND + 112_000_000, tone(4_800));
        ear.hear(103 * SECOND, tone(480));
        let from = Timestamp::from_second(100).unwrap();
        let steps = lock(&heard).tape.read(from, 302);
        let sounding: Vec<usize> = (0..302).filter(|step| steps[*step] > 0.01).collect();
        assert_eq!(sounding, (0..20).chain([300]).collect::<Vec<_>>());
    }
}
