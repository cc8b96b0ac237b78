//! Which zone plays where: the outputs that station.yaml names.
//!
//! Zones on the same card share it, each on its channels; `silent` and `wav:FILE` belong to one zone alone.

use std::path::Path;

use jiff::Timestamp;

use crate::equipment::StationTime;
use crate::equipment::sound::card::card;
use crate::equipment::sound::stream::Channels;
use crate::equipment::sound::{Cue, CueId, Paced, Sound, SoundEvent, SoundFault, Start, Underruns};
use crate::time::{Frames, earlier, later};

/// Where the sound of one zone goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// An id that [`devices`](crate::equipment::sound::devices) lists, `silent`, or `wav:FILE`.
    pub device: String,
    pub channels: Channels,
    /// What each sample is multiplied with, besides the gain of its item.
    pub gain: f32,
    /// Everything sounds so much later than on a zone without: for clusters that stand near each other, 3 ms a metre.
    pub delay: Frames,
}

impl Route {
    /// Whether both would sound on one channel, or write one file: two signals on top of each other exceed the ceiling.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let overlap = self.channels.all().iter().any(|channel| other.channels.all().contains(channel));
        self.device == other.device && self.device != "silent" && (overlap || self.device.starts_with("wav:"))
    }

    /// Left and right of `device`, as they are.
    #[must_use]
    pub fn plain(device: &str) -> Self {
        Self { device: device.to_owned(), channels: Channels::Pair(0, 1), gain: 1.0, delay: Frames::ZERO }
    }
}

/// The outputs of these zones, in their order; `wav:FILE` is relative to `home`. None is opened yet.
/// Instants are those of `time`.
#[must_use]
pub fn outputs(routes: &[Route], home: &Path, time: &StationTime) -> Vec<Box<dyn Sound>> {
    let mut outputs: Vec<Option<Box<dyn Sound>>> = routes.iter().map(|_| None).collect();
    for first in 0..routes.len() {
        if outputs[first].is_some() {
            continue;
        }
        let device = &routes[first].device;
        let (alike, made): (Vec<usize>, Vec<Box<dyn Sound>>) = match (device.as_str(), device.strip_prefix("wav:")) {
            ("silent", _) => (vec![first], vec![Box::new(Paced::silent())]),
            (_, Some(path)) => (vec![first], vec![Box::new(Paced::wav(&home.join(path)))]),
            _ => {
                let alike: Vec<usize> =
                    (first..routes.len()).filter(|&other| routes[other].device == *device).collect();
                let channels: Vec<Channels> = alike.iter().map(|&zone| routes[zone].channels).collect();
                (
                    alike,
                    card(device, &channels, time).into_iter().map(|zone| Box::new(zone) as Box<dyn Sound>).collect(),
                )
            }
        };
        for (zone, output) in alike.into_iter().zip(made) {
            outputs[zone] = Some(routed(output, &routes[zone]));
        }
    }
    outputs.into_iter().flatten().collect()
}

fn routed(output: Box<dyn Sound>, route: &Route) -> Box<dyn Sound> {
    let plain = route.delay.is_zero() && (route.gain - 1.0).abs() < f32::EPSILON;
    if plain { output } else { Box::new(Routed { output, gain: route.gain, delay: route.delay }) }
}

/// An output whose sound is later and louder or softer than what was cued; it tells what really went out.
struct Routed {
    output: Box<dyn Sound>,
    gain: f32,
    delay: Frames,
}

impl Sound for Routed {
    /// Later sound needs no later opening.
    fn lead(&self) -> Frames {
        self.output.lead()
    }

    fn tail(&self) -> Frames {
        self.delay
    }

    fn device(&self) -> String {
        self.output.device()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        self.output.open()
    }

    fn cue(&mut self, cue: Cue) {
        let start = match cue.start {
            Start::At(instant) => Start::At(later(instant, self.delay)),
            Start::Following => Start::Following,
        };
        self.output.cue(Cue { start, gain: cue.gain * self.gain, ..cue });
    }

    fn withdraw(&mut self, cue: CueId) -> bool {
        self.output.withdraw(cue)
    }

    fn silence_from(&mut self, end: Option<Timestamp>) {
        self.output.silence_from(end.map(|end| later(end, self.delay)));
    }

    fn fade(&mut self) {
        self.output.fade();
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        self.output.wake_at(now)
    }

    /// As the programme has it: the delay belongs to the zone, not to the item.
    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.output.poll(now).into_iter().map(|event| self.undelayed(event)).collect()
    }

    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.output.cut(now).into_iter().map(|event| self.undelayed(event)).collect()
    }

    fn heartbeat(&self) -> Option<i64> {
        self.output.heartbeat()
    }

    fn underruns(&self) -> Underruns {
        self.output.underruns()
    }

    fn close(&mut self) {
        self.output.close();
    }
}

impl Routed {
    fn undelayed(&self, event: SoundEvent) -> SoundEvent {
        match event {
            SoundEvent::Began { cue, at } => SoundEvent::Began { cue, at: earlier(at, self.delay) },
            SoundEvent::Ended { cue, heard, at } => SoundEvent::Ended { cue, heard, at: earlier(at, self.delay) },
            other => other,
        }
    }
}
