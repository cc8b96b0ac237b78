//! Opening a device, and giving it back, on threads of their own.
//!
//! A sound server that hangs blocks whoever calls it, for as long as it hangs. The station's loop has other zones to look
//! after, and an operator's word to hear: it waits as long as this device usually takes, and goes on.

use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use rodio::cpal::ErrorKind;

use crate::equipment::StationTime;
use crate::equipment::sound::SoundFault;
use crate::equipment::sound::air::monotonic;
use crate::equipment::sound::devices::{DEFAULT, card_behind_default, find, hush};
use crate::equipment::sound::lane::Feed;
use crate::equipment::sound::stream::{Channels, Period, Stream};

/// How long a device is waited for of which nothing is known yet. Most take some hundredths of a second, on a slow PC with
/// many cards a whole one.
const PATIENCE_FIRST: Duration = Duration::from_millis(1_500);
/// How long at least and at most, when it is known how long it takes.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(3));
/// The same when it is given back.
const PATIENCE_BACK: Duration = Duration::from_millis(100);

/// Opens one device, by its id.
pub struct Opener {
    id: String,
    time: StationTime,
    way: Way,
    patience: Duration,
    /// A try that did not come back in time.
    pending: Option<Receiver<Try>>,
}

/// How a device is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// By its id, with our period.
    Plain,
    /// The card behind `default`, called this, for ourselves alone and with our period: ALSA's mixing device has one period
    /// only, and two of it are 43 ms of buffer, which run empty on a slow PC.
    Card(String),
    /// By its id, with the device's own period.
    AsItIs,
}

/// What came of a try, and how long it took.
type Try = (Result<Stream, Failure>, Duration);

/// Why there is no stream.
pub enum Refusal {
    Fault(SoundFault),
    /// The device is to be opened another way: it is at the next try.
    Again,
}

/// What opening came to on its thread.
enum Failure {
    Fault(SoundFault),
    Another(Way),
}

impl Opener {
    #[must_use]
    pub fn new(id: &str, time: StationTime) -> Self {
        Self { id: id.to_owned(), time, way: Way::Plain, patience: PATIENCE_FIRST, pending: None }
    }

    /// The device as a stream that waits to be started.
    ///
    /// # Errors
    /// It is absent, refuses, or does not answer. While an earlier try hangs there is no other.
    pub fn open(&mut self, feeds: Vec<(Feed, Channels)>) -> Result<Stream, Refusal> {
        match self.pending.take().map(|pending| (pending.try_recv(), pending)) {
            Some((Err(TryRecvError::Empty), pending)) => {
                self.pending = Some(pending);
                return Err(Refusal::Fault(self.hangs()));
            }
            // Its feeds are gone by now; what is kept of it is how long it takes.
            Some((Ok((late, took)), _)) => {
                self.learn(took);
                if let Ok(stream) = late {
                    give_back(stream);
                }
            }
            Some((Err(TryRecvError::Disconnected), _)) | None => {}
        }
        let (id, way, time) = (self.id.clone(), self.way.clone(), self.time.clone());
        let (sender, answer) = mpsc::channel();
        let spawned = thread::Builder::new().name("opener".to_owned()).spawn(move || {
            hush();
            let begun = monotonic();
            let opened = open(&id, &way, feeds, time);
            let took = Duration::from_nanos(u64::try_from(monotonic() - begun).unwrap_or(0));
            // Nobody waits any more: what was opened is given back here.
            let _ = sender.send((opened, took));
        });
        let failed = |error: std::io::Error| SoundFault::Failed { device: self.id.clone(), detail: error.to_string() };
        spawned.map_err(|error| Refusal::Fault(failed(error)))?;
        let Ok((opened, took)) = answer.recv_timeout(self.patience) else {
            self.pending = Some(answer);
            return Err(Refusal::Fault(self.hangs()));
        };
        self.learn(took);
        opened.map_err(|failure| match failure {
            Failure::Another(way) => {
                self.way = way;
                Refusal::Again
            }
            Failure::Fault(fault) => {
                // What comes back may be another card.
                self.way = Way::Plain;
                Refusal::Fault(fault)
            }
        })
    }

    fn learn(&mut self, took: Duration) {
        self.patience = (2 * took).clamp(PATIENCE.0, PATIENCE.1);
    }

    fn hangs(&self) -> SoundFault {
        let millis = u64::try_from(self.patience.as_millis()).unwrap_or(0);
        SoundFault::Stalled { device: self.id.clone(), millis }
    }
}

fn open(id: &str, way: &Way, feeds: Vec<(Feed, Channels)>, time: StationTime) -> Result<Stream, Failure> {
    let absent = || SoundFault::Absent { device: id.to_owned() };
    let (opened_as, period) = match way {
        Way::Plain => (id, Period::Ours),
        Way::Card(card) => (card.as_str(), Period::Ours),
        Way::AsItIs => (id, Period::Device),
    };
    let opened = match find(opened_as) {
        Some(device) => Stream::open(&device, opened_as, period, feeds, time),
        None => Err(ErrorKind::DeviceNotAvailable.into()),
    };
    opened.map_err(|error| match (way, error.kind()) {
        // What the device listed is not what it takes.
        (Way::Plain, ErrorKind::UnsupportedConfig) => Failure::Another(behind(id).map_or(Way::AsItIs, Way::Card)),
        // Somebody else may have it; with the mixing device it can be shared.
        (Way::Card(_), _) => Failure::Another(Way::AsItIs),
        (_, ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable) => Failure::Fault(absent()),
        _ => Failure::Fault(SoundFault::Failed { device: id.to_owned(), detail: error.to_string() }),
    })
}

/// The card that stands behind a device of that id.
fn behind(id: &str) -> Option<String> {
    if id == DEFAULT { card_behind_default() } else { None }
}

/// Gives a device back; a device that hangs is left to its thread.
pub fn give_back(stream: Stream) {
    let (sender, done) = mpsc::channel::<()>();
    let dropping = thread::Builder::new().name("give back".to_owned()).spawn(move || {
        drop(stream);
        drop(sender);
    });
    if dropping.is_ok() {
        let _ = done.recv_timeout(PATIENCE_BACK);
    }
}
