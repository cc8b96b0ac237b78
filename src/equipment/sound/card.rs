//! The sound card: an open stream with the zones that play on it, and everything that can happen to it.
//!
//! Several zones may hang on one card, each on channels of its own. They share the stream and its fate; each has its own
//! cues, its own ends, and is told for itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rodio::cpal::ErrorKind;

use crate::equipment::StationTime;
use crate::equipment::sound::air::monotonic;
use crate::equipment::sound::lane::Lane;
use crate::equipment::sound::opener::{Opener, Refusal, give_back};
use crate::equipment::sound::stream::{Channels, Stream};
use crate::equipment::sound::zone::{SETTLE, Zone};
use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, Underruns};
use crate::time::Frames;

/// A sound card by its id, with the zones on it.
struct Card {
    id: String,
    zones: Vec<Zone>,
    opener: Opener,
    deck: Option<Deck>,
    /// How often streams before this one ran empty.
    emptied: u64,
    /// The last stream died without having asked for anything.
    was_mute: bool,
}

/// What there is while the card is open.
struct Deck {
    stream: Stream,
    /// By the monotonic clock.
    last_poll: i64,
    /// How often it was opened again because it began badly.
    reopened: u32,
    /// Its clock was looked at and found good, or taken as it is.
    settled: bool,
    /// It runs.
    started: bool,
    /// How long it may ask for nothing from its beginning.
    grace: i64,
}

/// A zone's output on a card.
pub struct CardZone {
    card: Rc<RefCell<Card>>,
    zone: usize,
}

const SECOND: i64 = 1_000_000_000;
/// How often the device is looked after while something is about to begin or to end.
const POLL: i64 = SECOND * 4 / 10;
/// How often while there is enough in hand to go on with, and when that is. With each look goes a checkpoint, and who is
/// killed is to lose a second of the open row at most.
const POLL_AMID: i64 = 2 * POLL;
const AMID: Frames = Frames::from_millis(2_400);
/// How soon again, if it may be dying.
const POLL_DOUBT: i64 = POLL / 4;
/// A stream that asks for nothing this long is dead, whatever it says.
const STALL: i64 = SECOND * 3 / 2;
/// The same of one that follows one that never asked: a sound server that had nobody to play for may have rendered two
/// seconds of silence ahead, and who gives up sooner begins that anew, for ever.
const STALL_AGAIN: i64 = SECOND * 3;
/// A stream that fails before it is so old may only have begun badly.
const YOUNG: i64 = SECOND;
/// Readings further apart than this after that are a bad start: 4 ms.
const SPREAD_MAX: i64 = SECOND / 250;
/// By then a stream has been filled for the first time.
const FILLED: i64 = SECOND / 4;
/// How often a bad start is tried again.
const REOPEN_MAX: u32 = 10;
/// A single error may be a hiccup of the sound server; so many are not.
const ERRORS_MAX: u64 = 16;
/// Or a single one, if the stream has asked for nothing since.
const ERROR_STALL: i64 = SECOND * 3 / 10;
/// So much longer a cut may take where other zones play on the same card.
const CUT_SHARED: i64 = SECOND / 5;
const CUT_STEP: Duration = Duration::from_millis(2);

/// The outputs of zones on the card called `id`, as [`devices`](crate::equipment::sound::devices) lists them;
/// `default` is the system's choice. It is not opened yet.
#[must_use]
pub fn card(id: &str, zones: &[Channels], time: &StationTime) -> Vec<CardZone> {
    let zones = zones.iter().map(|channels| Zone::new(*channels)).collect::<Vec<_>>();
    let count = zones.len();
    let opener = Opener::new(id, time.clone());
    let card = Card { id: id.to_owned(), zones, opener, deck: None, emptied: 0, was_mute: false };
    let card = Rc::new(RefCell::new(card));
    (0..count).map(|zone| CardZone { card: Rc::clone(&card), zone }).collect()
}

impl Card {
    fn open(&mut self, reopened: u32) -> Result<(), SoundFault> {
        let mut feeds = Vec::new();
        for zone in &mut self.zones {
            let (lane, feed, hand) = Lane::new();
            feeds.push((feed, zone.channels));
            zone.plug_in(lane, hand);
        }
        let stream = match self.opener.open(feeds) {
            Ok(stream) => stream,
            Err(Refusal::Again) => return self.open(reopened),
            Err(Refusal::Fault(fault)) => return Err(fault),
        };
        let grace = if self.was_mute { STALL_AGAIN } else { STALL };
        self.deck = Some(Deck { stream, last_poll: monotonic(), reopened, settled: false, started: false, grace });
        Ok(())
    }

    /// How often the device ran empty.
    fn emptied(&self) -> u64 {
        self.emptied + self.deck.as_ref().map_or(0, |deck| deck.stream.air.xruns.load(Relaxed))
    }

    /// Lets an open stream run. What could not be started fails as if it had been running.
    fn start(&mut self) {
        let Some(deck) = self.deck.as_mut().filter(|deck| !deck.started) else { return };
        deck.started = true;
        if let Err(error) = deck.stream.start() {
            let fault = SoundFault::Failed { device: self.id.clone(), detail: error.to_string() };
            self.fail(fault, false);
        }
    }

    /// Hears what the device has played, and looks whether it still does.
    fn look(&mut self) {
        self.start();
        let Some(deck) = &mut self.deck else { return };
        let now = monotonic();
        for zone in &mut self.zones {
            zone.listen(&deck.stream);
        }
        let untouched = self.zones.iter().all(Zone::is_untouched);
        let fault = deck.fault(now, &self.id, untouched);
        deck.last_poll = now;
        match fault {
            None => {
                for zone in &mut self.zones {
                    zone.hand_on(&deck.stream, deck.is_settling(now));
                }
            }
            Some(fault) => self.fail(fault, untouched),
        }
    }

    /// What becomes of a fault: mended at once if nothing has played yet, or the end of this stream.
    fn fail(&mut self, fault: SoundFault, untouched: bool) {
        self.emptied = self.emptied();
        let Some(deck) = self.deck.take() else { return };
        self.was_mute = matches!(fault, SoundFault::Stalled { .. }) && deck.is_mute();
        let Deck { reopened, stream, .. } = deck;
        let at_start = matches!(fault, SoundFault::Failed { .. }) && monotonic() - stream.opened < YOUNG;
        give_back(stream);
        let again = untouched && reopened < REOPEN_MAX;
        let fault = if again { self.open(reopened + 1).err() } else { Some(fault) };
        if let Some(fault) = fault {
            self.deck = None;
            for zone in &mut self.zones {
                zone.lose(&fault, at_start);
            }
        }
    }

    /// How long until the next look.
    fn pause(&self) -> i64 {
        let Some(deck) = &self.deck else { return POLL };
        let amid = deck.settled && self.zones.iter().filter(|zone| zone.is_open).all(|zone| zone.left() >= AMID);
        (if amid { POLL_AMID } else { POLL }).min(deck.patience())
    }

    fn close(&mut self, zone: usize) {
        self.zones[zone].leave();
        if self.zones.iter().all(|zone| !zone.is_open) {
            self.shut();
        }
    }

    /// Gives the device back.
    fn shut(&mut self) {
        self.was_mute = false;
        self.emptied = self.emptied();
        if let Some(deck) = self.deck.take() {
            give_back(deck.stream);
        }
        for zone in &mut self.zones {
            zone.unplug();
        }
    }

    /// Waits until an ordered cut of `zone` is heard, and tells what was. A device whose buffer is longer than the time
    /// for that is given back, if nobody else plays on it.
    fn wait_for_silence(&mut self, zone: usize) {
        let Self { zones, deck: Some(deck), .. } = self else { return };
        let shared = zones.iter().enumerate().any(|(index, other)| index != zone && other.plays_on());
        let Some(line) = &mut zones[zone].line else { return };
        let Some((epoch, deadline)) = line.cutting.take() else { return };
        let deadline = if shared { deadline + CUT_SHARED } else { deadline };
        while !line.is_silent(&deck.stream, epoch) && monotonic() < deadline {
            thread::park_timeout(CUT_STEP);
        }
        let heard = line.heard(&deck.stream, epoch);
        let instant = |frame| deck.stream.air.instant_of(frame);
        let mut events = line.sequence.observe(heard, line.lane.epoch().max(epoch), instant);
        events.extend(line.sequence.abandon(heard, instant));
        let silent = line.is_silent(&deck.stream, epoch);
        zones[zone].events.extend(events);
        if !silent && !shared {
            self.shut();
        }
    }
}

impl Deck {
    /// Whether it has asked for nothing since it was filled. What it says that it has played counts for nothing here.
    fn is_mute(&self) -> bool {
        self.stream.air.beat.load(Relaxed) - self.stream.opened < FILLED
    }

    /// How long it may ask for nothing.
    fn stall(&self) -> i64 {
        if self.is_mute() { self.grace } else { STALL }
    }

    /// How long until a device that says nothing would be dead.
    fn patience(&self) -> i64 {
        let air = &self.stream.air;
        let silent = if air.errors.load(Relaxed) > 0 { ERROR_STALL } else { self.stall() };
        (air.beat.load(Relaxed) + silent - monotonic()).max(POLL_DOUBT)
    }

    fn is_settling(&self, now: i64) -> bool {
        !self.settled && now - self.stream.opened < SETTLE
    }

    /// What is wrong with the stream, if anything is.
    fn fault(&mut self, now: i64, id: &str, untouched: bool) -> Option<SoundFault> {
        let air = Arc::clone(&self.stream.air);
        let errors = air.errors.load(Acquire);
        // A loop that slept itself knows nothing of how long the stream did.
        let quiet = if now - self.last_poll > SECOND { 0 } else { now - air.beat.load(Relaxed) };
        let gone = air.first_error.get().is_some_and(|error| error.kind() == ErrorKind::DeviceNotAvailable);
        let failing = errors >= ERRORS_MAX || (errors > 0 && quiet > ERROR_STALL);
        if gone || failing || self.starts_badly(now, errors, untouched) {
            return Some(SoundFault::Failed { device: id.to_owned(), detail: self.first_error() });
        }
        let millis = u64::try_from(quiet / 1_000_000).unwrap_or(0);
        (quiet > self.stall()).then(|| SoundFault::Stalled { device: id.to_owned(), millis })
    }

    /// Whether a young stream's clock has not settled, or errors came, while there is still time to begin again.
    fn starts_badly(&mut self, now: i64, errors: u64, untouched: bool) -> bool {
        if self.settled || now - self.stream.opened < SETTLE {
            return false;
        }
        self.settled = true;
        let spread = self.stream.air.spread.load(Relaxed);
        untouched && self.reopened < REOPEN_MAX && (errors > 0 || spread > SPREAD_MAX)
    }

    fn first_error(&self) -> String {
        self.stream.air.first_error.get().map_or_else(|| "its clock does not settle".to_owned(), ToString::to_string)
    }
}

impl Sound for CardZone {
    fn lead(&self) -> Frames {
        Frames::from_secs(15)
    }

    fn device(&self) -> String {
        self.card.borrow().id.clone()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        let mut card = self.card.borrow_mut();
        if card.deck.is_none() {
            card.open(0)?;
        }
        card.zones[self.zone].is_open = true;
        Ok(())
    }

    fn cue(&mut self, cue: Cue) {
        let mut card = self.card.borrow_mut();
        let Card { zones, deck: Some(deck), .. } = &mut *card else { return };
        let zone = &mut zones[self.zone];
        if !zone.is_open {
            return;
        }
        if let Some(line) = &mut zone.line {
            line.lined.push_back((line.lane.epoch_ahead(), cue));
            zone.hand_on(&deck.stream, deck.is_settling(monotonic()));
        }
        if !deck.started {
            // What is to be heard at once is in hand when the stream begins, not a buffer later.
            zone.wait_until_primed();
            card.start();
        }
    }

    fn withdraw(&mut self, cue: CueId) -> bool {
        self.card.borrow_mut().zones[self.zone].withdraw(cue)
    }

    fn silence_from(&mut self, end: Option<Timestamp>) {
        if let Some(line) = &mut self.card.borrow_mut().zones[self.zone].line {
            line.silence = end;
            line.lane.set_silence(end);
        }
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        now.checked_add(SignedDuration::from_nanos(self.card.borrow().pause())).unwrap_or(Timestamp::MAX)
    }

    fn poll(&mut self, _now: Timestamp) -> Vec<SoundEvent> {
        let mut card = self.card.borrow_mut();
        card.look();
        std::mem::take(&mut card.zones[self.zone].events)
    }

    fn fade(&mut self) {
        if let Some(line) = &mut self.card.borrow_mut().zones[self.zone].line {
            line.fade();
        }
    }

    fn cut(&mut self, _now: Timestamp) -> Vec<SoundEvent> {
        let mut card = self.card.borrow_mut();
        let zone = &mut card.zones[self.zone];
        if let Some(line) = zone.line.as_mut().filter(|line| line.cutting.is_none()) {
            line.fade();
        }
        card.wait_for_silence(self.zone);
        std::mem::take(&mut card.zones[self.zone].events)
    }

    fn heartbeat(&self) -> Option<i64> {
        self.card.borrow().deck.as_ref().map(|deck| deck.stream.air.beat.load(Relaxed))
    }

    fn underruns(&self) -> Underruns {
        let card = self.card.borrow();
        Underruns { starved: Frames(card.zones[self.zone].starved()), emptied: card.emptied() }
    }

    fn close(&mut self) {
        self.card.borrow_mut().close(self.zone);
    }
}
