//! The sound card: cues on an open stream, and everything that can happen to it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;
use std::time::Duration;

use cpal::ErrorKind;
use jiff::Timestamp;

use crate::equipment::sound::air::{monotonic, realtime, since_1970};
use crate::equipment::sound::devices::find;
use crate::equipment::sound::programme::{self, Counts};
use crate::equipment::sound::sequence::Sequence;
use crate::equipment::sound::stream::Stream;
use crate::equipment::sound::{Cue, Sound, SoundEvent, SoundFault, Start};
use crate::time::{Frames, later};

/// A sound card by its id.
pub struct Card {
    id: String,
    deck: Option<Deck>,
    underruns: u64,
}

/// What there is while the card is open.
struct Deck {
    stream: Stream,
    sequence: Sequence<Arc<Counts>>,
    /// Cues not yet handed to the stream, in their order.
    lined: VecDeque<Cue>,
    /// The epoch they were lined up in.
    epoch: u64,
    /// By the monotonic clock.
    last_poll: i64,
    /// How often it was opened again because it began badly.
    reopened: u32,
    /// Its clock was looked at and found good, or taken as it is.
    settled: bool,
}

/// Cues handed to the stream ahead of time; each has a ring and a thread of its own.
const AHEAD: usize = 3;
/// How often the device is looked after.
const POLL: Frames = Frames::from_millis(100);
const SECOND: i64 = 1_000_000_000;
/// A stream that asks for nothing this long is dead, whatever it says.
const STALL: i64 = SECOND * 3 / 2;
/// A sound server may take its time before the first request.
const FIRST_BEAT: i64 = 5 * SECOND;
/// A sound server that has just started fails its first streams within a tenth of a second: nothing is handed to one
/// before it has lived this long.
const PROVE: i64 = SECOND / 4;
/// A new stream's clock is looked at after this long, before anything plays that can wait.
const SETTLE: i64 = SECOND * 6 / 5;
/// Readings further apart than this after that are a bad start: 4 ms.
const SPREAD_MAX: i64 = SECOND / 250;
/// How often a bad start is tried again.
const REOPEN_MAX: u32 = 10;
/// A single error may be a hiccup of the sound server; so many are not.
const ERRORS_MAX: u64 = 16;
/// Or a single one, if the stream has asked for nothing since.
const ERROR_STALL: i64 = SECOND * 3 / 10;
/// How long a cut may take.
const CUT: Duration = Duration::from_millis(100);
const CUT_STEP: Duration = Duration::from_millis(2);

impl Card {
    /// The card with this id, as [`devices`](crate::equipment::sound::devices) lists them; `default` is the system's
    /// choice. It is not opened yet.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), deck: None, underruns: 0 }
    }

    /// Frames of silence so far that stood for sound: the decoder was late.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.underruns + self.deck.as_ref().map_or(0, |deck| deck.stream.air.starved.load(Relaxed))
    }

    fn open_stream(&self) -> Result<Stream, SoundFault> {
        let device = find(&self.id).ok_or_else(|| self.absent())?;
        Stream::open(&device).map_err(|error| match error.kind() {
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => self.absent(),
            _ => SoundFault::Failed { device: self.id.clone(), detail: error.to_string() },
        })
    }

    fn absent(&self) -> SoundFault {
        SoundFault::Absent { device: self.id.clone() }
    }

    /// Opens a stream whose start went wrong once more, before anything has played on it.
    fn reopen(&mut self) -> Result<(), SoundFault> {
        let Some(Deck { stream, lined, reopened, .. }) = self.deck.take() else { return Ok(()) };
        let silence = stream.air.silence();
        drop(stream);
        let stream = self.open_stream()?;
        stream.air.set_silence(silence);
        self.deck = Some(Deck { lined, reopened: reopened + 1, ..Deck::new(stream) });
        Ok(())
    }

    /// What became of a fault: mended at once if nothing has played yet, or the end of this stream.
    fn handle(&mut self, fault: SoundFault) -> Option<SoundEvent> {
        let again = self.deck.as_ref().is_some_and(|deck| deck.sequence.is_empty() && deck.reopened < REOPEN_MAX);
        let fault = if again { self.reopen().err()? } else { fault };
        self.close();
        Some(SoundEvent::Lost { fault })
    }
}

impl Sound for Card {
    fn lead(&self) -> Frames {
        Frames::from_secs(15)
    }

    fn device(&self) -> String {
        self.id.clone()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        if self.deck.is_none() {
            self.deck = Some(Deck::new(self.open_stream()?));
        }
        Ok(())
    }

    fn cue(&mut self, cue: Cue) {
        if let Some(deck) = &mut self.deck {
            deck.notice_ends();
            deck.lined.push_back(cue);
            deck.hand_on(monotonic());
        }
    }

    fn silence_from(&mut self, end: Timestamp) {
        if let Some(deck) = &mut self.deck {
            deck.stream.air.set_silence(Some(since_1970(end)));
        }
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        later(now, POLL)
    }

    fn poll(&mut self, _now: Timestamp) -> Vec<SoundEvent> {
        let Some(deck) = &mut self.deck else { return Vec::new() };
        let now = monotonic();
        deck.notice_ends();
        let mut events = deck.listen();
        let fault = deck.fault(now, &self.id);
        deck.last_poll = now;
        match fault {
            Some(fault) => events.extend(self.handle(fault)),
            None => deck.hand_on(now),
        }
        events
    }

    fn cut(&mut self, _now: Timestamp) -> Vec<SoundEvent> {
        self.deck.as_mut().map(Deck::cut).unwrap_or_default()
    }

    fn close(&mut self) {
        self.underruns = self.underruns();
        self.deck = None;
    }
}

impl Deck {
    fn new(stream: Stream) -> Self {
        let last_poll = monotonic();
        Self {
            stream,
            sequence: Sequence::new(),
            lined: VecDeque::new(),
            epoch: 0,
            last_poll,
            reopened: 0,
            settled: false,
        }
    }

    /// Events up to what the device had played at its last callback.
    fn listen(&mut self) -> Vec<SoundEvent> {
        let air = &self.stream.air;
        let heard = air.heard.load(Acquire);
        self.sequence.observe(heard, air.epoch.load(Acquire), |frame| air.instant_of(frame))
    }

    /// Forgets what was lined up before a hard end that has come.
    fn notice_ends(&mut self) {
        let epoch = self.stream.air.epoch.load(Acquire);
        if epoch != self.epoch {
            self.epoch = epoch;
            self.lined.clear();
        }
    }

    /// Hands the next cues to the stream; into one just opened only what cannot wait until its clock has settled.
    fn hand_on(&mut self, now: i64) {
        let failing = !self.settled && self.stream.air.errors.load(Relaxed) > 0;
        if failing || now - self.stream.opened < PROVE {
            return;
        }
        while self.sequence.len() < AHEAD {
            let settling = !self.settled && now - self.stream.opened < SETTLE;
            let waits = |start| matches!(start, Start::At(at) if since_1970(at) > realtime() + 2 * SETTLE);
            if self.lined.front().is_none_or(|cue| settling && waits(cue.start)) {
                break;
            }
            let Some(cue) = self.lined.pop_front() else { break };
            let id = cue.id;
            let (item, counts) = programme::start(cue, &self.stream.air);
            self.sequence.line_up(id, self.epoch, counts);
            self.stream.queue.append(item);
        }
    }

    /// What is wrong with the stream, if anything is.
    fn fault(&mut self, now: i64, id: &str) -> Option<SoundFault> {
        let air = Arc::clone(&self.stream.air);
        let errors = air.errors.load(Acquire);
        // A loop that slept itself knows nothing of how long the stream did.
        let quiet = if now - self.last_poll > SECOND { 0 } else { now - air.beat.load(Relaxed) };
        let gone = air.first_error.get().is_some_and(|error| error.kind() == ErrorKind::DeviceNotAvailable);
        if gone || errors >= ERRORS_MAX || (errors > 0 && quiet > ERROR_STALL) || self.starts_badly(now, errors) {
            return Some(SoundFault::Failed { device: id.to_owned(), detail: self.first_error() });
        }
        let patience = if air.nanos_of(0).is_some() { STALL } else { FIRST_BEAT };
        let millis = u64::try_from(quiet / 1_000_000).unwrap_or(0);
        (quiet > patience).then(|| SoundFault::Stalled { device: id.to_owned(), millis })
    }

    /// Whether a young stream's clock has not settled, or errors came, while there is still time to begin again.
    fn starts_badly(&mut self, now: i64, errors: u64) -> bool {
        if self.settled || now - self.stream.opened < SETTLE {
            return false;
        }
        self.settled = true;
        let spread = self.stream.air.spread.load(Relaxed);
        self.sequence.is_empty() && self.reopened < REOPEN_MAX && (errors > 0 || spread > SPREAD_MAX)
    }

    fn first_error(&self) -> String {
        self.stream.air.first_error.get().map_or_else(|| "its clock does not settle".to_owned(), ToString::to_string)
    }

    /// Ramps down and waits until the device has played the ramp.
    fn cut(&mut self) -> Vec<SoundEvent> {
        self.notice_ends();
        self.lined.clear();
        if self.sequence.is_empty() {
            return Vec::new();
        }
        self.stream.air.cut.store(true, Release);
        let deadline = monotonic() + i64::try_from(CUT.as_nanos()).unwrap_or(0);
        while !self.is_silent() && monotonic() < deadline {
            thread::park_timeout(CUT_STEP);
        }
        let (silent, air) = (self.is_silent(), &self.stream.air);
        let heard = air.heard.load(Acquire).max(if silent { air.epoch_frame.load(Relaxed) } else { 0 });
        let instant = |frame| air.instant_of(frame);
        let mut events = self.sequence.observe(heard, air.epoch.load(Acquire), instant);
        events.append(&mut self.sequence.abandon(heard, instant));
        self.epoch = air.epoch.load(Acquire);
        events
    }

    /// Whether an ordered cut is done and its last frame has left the device, by count or by the clock.
    fn is_silent(&self) -> bool {
        let air = &self.stream.air;
        let end = air.epoch_frame.load(Relaxed);
        let played = air.heard.load(Acquire) >= end || air.nanos_of(end).is_some_and(|nanos| nanos <= realtime());
        air.epoch.load(Acquire) != self.epoch && played
    }
}
