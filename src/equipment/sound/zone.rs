//! One zone's place on a card: its cues, its ends, what is to be told of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::equipment::sound::air::{monotonic, nanos, since_1970};
use crate::equipment::sound::lane::{Hand, Lane};
use crate::equipment::sound::programme::{self, Counts};
use crate::equipment::sound::sequence::Sequence;
use crate::equipment::sound::stream::{Channels, Stream};
use crate::equipment::sound::{Cue, CueId, SoundEvent, SoundFault, Start};
use crate::time::Frames;

/// One zone on the card.
pub struct Zone {
    pub channels: Channels,
    pub is_open: bool,
    /// None while the card is closed.
    pub line: Option<Line>,
    /// Not yet told.
    pub events: Vec<SoundEvent>,
    /// Of streams before this one.
    starved: u64,
}

/// A zone's line into an open stream.
pub struct Line {
    pub lane: Arc<Lane>,
    pub hand: Hand,
    pub sequence: Sequence<Arc<Counts>>,
    /// Cues not yet handed to the stream, in their order, each with its epoch.
    pub lined: VecDeque<(u64, Cue)>,
    pub silence: Option<Timestamp>,
    /// A cut under way: the epoch it begins, and by when it has to be done, by the monotonic clock.
    pub cutting: Option<(u64, i64)>,
}

/// Cues handed to the stream ahead of time; each has a ring and a thread of its own.
const AHEAD: usize = 3;
const SECOND: i64 = 1_000_000_000;
/// A new stream's clock is looked at after this long, before anything plays that can wait.
pub const SETTLE: i64 = SECOND * 6 / 5;
/// How long the first half second may take.
const PRIME: i64 = SECOND / 10;
/// How long before it is due a live source is read.
const LIVE_AHEAD: i64 = SECOND * 3 / 2;
/// How long a cut may take. A device whose buffer is longer is given back then, which silences it at once.
const CUT: i64 = SECOND * 85 / 1_000;

impl Zone {
    #[must_use]
    pub fn new(channels: Channels) -> Self {
        Self { channels, is_open: false, line: None, events: Vec::new(), starved: 0 }
    }

    /// Frames of silence so far that stood for sound: the decoder was late.
    #[must_use]
    pub fn starved(&self) -> u64 {
        self.starved + self.line.as_ref().map_or(0, |line| line.lane.starved.load(Relaxed))
    }

    /// Takes its place in a new stream; what was not handed to an old one moves over.
    pub fn plug_in(&mut self, lane: Arc<Lane>, hand: Hand) {
        let before = self.unplug();
        let silence = before.as_ref().and_then(|line| line.silence);
        lane.set_silence(silence);
        let lined = before.into_iter().flat_map(|line| line.lined).map(|(_, cue)| (0, cue)).collect();
        self.line = Some(Line { lane, hand, sequence: Sequence::new(), lined, silence, cutting: None });
    }

    pub fn unplug(&mut self) -> Option<Line> {
        self.starved += self.line.as_ref().map_or(0, |line| line.lane.starved.load(Relaxed));
        self.line.take()
    }

    /// Nothing more of it on a stream that may go on for others.
    pub fn leave(&mut self) {
        self.is_open = false;
        if let Some(line) = &mut self.line {
            line.fade();
            (line.cutting, line.silence) = (None, None);
            line.lane.set_silence(None);
            line.sequence = Sequence::new();
        }
    }

    /// Whether nothing of it was handed to the stream.
    pub fn is_untouched(&self) -> bool {
        self.line.as_ref().is_none_or(|line| line.sequence.is_empty())
    }

    /// How much of what was handed to the stream is still to be played.
    #[must_use]
    pub fn left(&self) -> Frames {
        self.line.as_ref().map_or(Frames::ZERO, |line| line.sequence.left())
    }

    /// Whether it has something on that nobody is taking down.
    #[must_use]
    pub fn plays_on(&self) -> bool {
        self.line
            .as_ref()
            .is_some_and(|line| line.cutting.is_none() && !(line.sequence.is_empty() && line.lined.is_empty()))
    }

    /// Forgets a cue that has not begun; whether it was in time for that.
    pub fn withdraw(&mut self, cue: CueId) -> bool {
        let Some(line) = &mut self.line else { return false };
        let place = line.lined.iter().position(|(_, lined)| lined.id == cue);
        place.map_or_else(|| line.sequence.withdraw(cue), |place| line.lined.remove(place).is_some())
    }

    /// Events up to what the device had played at its last callback.
    pub fn listen(&mut self, stream: &Stream) {
        let Some(line) = &mut self.line else { return };
        let epoch = line.lane.epoch();
        // What was lined up before a hard end that has come is forgotten.
        line.lined.retain(|(of, _)| *of >= epoch);
        let heard = stream.air.heard.load(Acquire);
        let events = line.sequence.observe(heard, epoch, |frame| stream.air.instant_of(frame));
        self.events.extend(events);
    }

    /// Waits for the first half second of what was handed over, which is decoded within milliseconds.
    pub fn wait_until_primed(&self) {
        let Some(line) = &self.line else { return };
        let deadline = monotonic() + PRIME;
        while !line.sequence.is_primed() && monotonic() < deadline {
            thread::park_timeout(Duration::from_millis(1));
        }
    }

    pub fn lose(&mut self, fault: &SoundFault, at_start: bool) {
        self.unplug();
        if self.is_open {
            self.is_open = false;
            self.events.push(SoundEvent::Lost { fault: fault.clone(), at_start });
        }
    }

    /// Hands the next cues to the stream; while its clock is `settling` only what cannot wait for that.
    pub fn hand_on(&mut self, stream: &Stream, settling: bool) {
        let Some(line) = &mut self.line else { return };
        let now = stream.air.time.nanos();
        let waits = |start| matches!(start, Start::At(at) if since_1970(at) > now + 2 * SETTLE);
        while line.sequence.in_epoch(line.lane.epoch_ahead()) < AHEAD {
            let Some((_, next)) = line.lined.front() else { break };
            if (settling && waits(next.start)) || (next.pcm.live().is_some() && !line.is_near(next.start, now)) {
                break;
            }
            let Some((epoch, cue)) = line.lined.pop_front() else { break };
            let (id, length) = (cue.id, cue.length);
            let (item, counts) = programme::start(cue, epoch);
            line.sequence.line_up(id, epoch, length, counts);
            line.hand.over(item);
        }
    }
}

impl Line {
    /// Whether what is to start so is due soon: a live source is not read long before its time, or it would be stale.
    fn is_near(&self, start: Start, now: i64) -> bool {
        match start {
            Start::At(at) => since_1970(at) <= now + LIVE_AHEAD,
            Start::Following => nanos(self.sequence.left().0) <= LIVE_AHEAD,
        }
    }

    /// Orders a ramp to silence, and forgets what was lined up; the epoch it begins stands in `cutting`.
    pub fn fade(&mut self) {
        self.lined.clear();
        self.cutting = Some((self.lane.cut(), monotonic() + CUT));
    }

    /// Whether an ordered cut is done and its last frame has left the device, by count or by the clock.
    pub fn is_silent(&self, stream: &Stream, epoch: u64) -> bool {
        if self.sequence.is_empty() {
            return true;
        }
        let (air, end) = (&stream.air, self.lane.epoch_frame());
        let played = air.heard.load(Acquire) >= end || air.nanos_of(end).is_some_and(|nanos| nanos <= air.time.nanos());
        self.lane.epoch() >= epoch && played
    }

    /// The frame the device has come to, when it is silenced now.
    pub fn heard(&self, stream: &Stream, epoch: u64) -> u64 {
        let air = &stream.air;
        let counted = air.heard.load(Acquire);
        if self.is_silent(stream, epoch) {
            counted.max(self.lane.epoch_frame())
        } else {
            counted.max(air.frame_of(air.time.nanos()).unwrap_or(0))
        }
    }
}
