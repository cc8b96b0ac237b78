//! One session on its way through the output: which items wait, which are lined up, which is on, which are over.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Kind;
use crate::playout::{Action, CueId, Record, SittingId};
use crate::rundown::{Item, Origin, Rundown};
use crate::time::{self, Frames};

/// How much an item may be late against the hard end before it is left out: what a slow sound card loses in a session.
const LATE_MAX: Frames = Frames::from_secs(1);

/// A relay is not carried for less.
const RELAY_MIN: Frames = Frames::from_secs(60);

/// For less than this nothing stands in for what died, and nothing goes on.
const STAND_IN_MIN: Frames = Frames::from_secs(5);

/// A session being aired.
#[derive(Clone, Debug)]
pub(super) struct Sitting {
    pub id: SittingId,
    pub rundown: Rundown,
    lines: Vec<Line>,
    /// So many of them were planned; the others came up on the way.
    planned: usize,
    /// The lines in the order they air; those added on the way stand where they belong.
    order: Vec<usize>,
    /// When the last lined-up item will be over, as far as can be told.
    pub busy_until: Timestamp,
    /// The line that is being taken down for another session.
    pub yielding: Option<usize>,
    /// What took time from this session; none while nothing did.
    pub time_lost_to: Option<Reason>,
}

/// One item, and where it stands.
#[derive(Clone, Debug, Default)]
struct Line {
    state: State,
    /// What was heard of it before the device was lost: it goes on from there.
    from: Frames,
    has_begun: bool,
    /// Why it was given less time than it has.
    shortened: Option<Reason>,
}

/// Where one item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum State {
    #[default]
    Waiting,
    LinedUp {
        cue: CueId,
        predicted_at: Timestamp,
    },
    On {
        cue: CueId,
        heard: Frames,
        began_at: Timestamp,
        checkpoint_at: Timestamp,
    },
    Over,
}

impl State {
    fn cue(&self) -> Option<CueId> {
        match self {
            Self::LinedUp { cue, .. } | Self::On { cue, .. } => Some(*cue),
            Self::Waiting | Self::Over => None,
        }
    }
}

impl Sitting {
    /// All items wait, but for those that are over already.
    pub fn new(id: SittingId, rundown: Rundown, over: &[usize], now: Timestamp) -> Self {
        let state = |index| if over.contains(&index) { State::Over } else { State::Waiting };
        let line = |index| Line { state: state(index), ..Line::default() };
        let lines: Vec<Line> = (0..rundown.items.len()).map(line).collect();
        let (planned, order) = (lines.len(), (0..lines.len()).collect());
        Self { id, rundown, lines, planned, order, busy_until: now, yielding: None, time_lost_to: None }
    }

    pub fn item(&self, line: usize) -> &Item {
        &self.rundown.items[line]
    }

    pub fn state(&self, line: usize) -> State {
        self.lines[line].state
    }

    pub fn set(&mut self, line: usize, state: State) {
        self.lines[line].state = state;
    }

    /// What was heard of a line before its device was lost.
    pub fn heard_before(&self, line: usize) -> Frames {
        self.lines[line].from
    }

    /// Frames of a line that are still to air.
    pub fn left(&self, line: usize) -> Frames {
        self.item(line).length.saturating_sub(self.lines[line].from)
    }

    /// Whether this is the first time that the line begins.
    pub fn begins(&mut self, line: usize) -> bool {
        !std::mem::replace(&mut self.lines[line].has_begun, true)
    }

    pub fn line_of(&self, cue: CueId) -> Option<usize> {
        self.lines.iter().position(|line| line.state.cue() == Some(cue))
    }

    /// All lines, in the order they air.
    pub fn in_order(&self) -> Vec<usize> {
        self.order.clone()
    }

    pub fn first_waiting(&self) -> Option<usize> {
        self.order.iter().copied().find(|&line| self.lines[line].state == State::Waiting)
    }

    /// The line that comes next, as far as is known.
    pub fn next(&self) -> Option<usize> {
        let ahead = |line: &usize| matches!(self.lines[*line].state, State::Waiting | State::LinedUp { .. });
        self.order.iter().copied().find(ahead)
    }

    /// The lines that are not over, in the order they air.
    pub fn ahead(&self) -> Vec<usize> {
        self.order.iter().copied().filter(|&line| self.lines[line].state != State::Over).collect()
    }

    /// Whether an item's whole time has passed. What came up on the way has none of its own, and an alert waits.
    pub fn is_past(&self, line: usize, now: Timestamp) -> bool {
        let has_a_time = line < self.planned && self.rundown.origin != Origin::Alert;
        has_a_time && self.rundown.planned_end(self.item(line)) <= now
    }

    /// The line on the air.
    pub fn on(&self) -> Option<(usize, Frames, Timestamp)> {
        self.lines.iter().enumerate().find_map(|(line, entry)| match entry.state {
            State::On { heard, began_at, .. } => Some((line, heard, began_at)),
            _ => None,
        })
    }

    /// Items lined up or on the air.
    pub fn in_flight(&self) -> usize {
        self.lines.iter().filter(|line| line.state.cue().is_some()).count()
    }

    /// Whether something is lined up that may die and have another stand in: what comes behind it waits, but for the last
    /// seconds, in which nobody stands in any more.
    pub fn may_break_before(&self, now: Timestamp) -> bool {
        let in_flight = |line: &&Line| line.state.cue().is_some();
        let mut items = self.rundown.items.iter().zip(&self.lines);
        let risky = items.any(|(item, line)| in_flight(&line) && item.instead.is_some());
        risky && time::later(now, STAND_IN_MIN) < self.busy_until
    }

    pub fn is_over(&self) -> bool {
        self.lines.iter().all(|line| line.state == State::Over)
    }

    /// How much of an item airs if it begins at `start`; none if it has to be left out. What is left of it must be over
    /// before the back-timed closing, or before the hard end. A relay is shortened to its planned time and to what room
    /// there is; and what was on when its device was lost goes on as long as it can.
    pub fn airs(&self, line: usize, start: Timestamp) -> Option<Frames> {
        let (item, left) = (self.item(line), self.left(line));
        let is_relay = item.piece.kind == Kind::Relay;
        let end = if is_relay { self.limit(line).min(self.rundown.planned_end(item)) } else { self.limit(line) };
        if time::later(start, left) <= time::later(end, LATE_MAX) {
            return Some(left);
        }
        let room = Frames::within(end.duration_since(start));
        let enough = if is_relay { RELAY_MIN } else { STAND_IN_MIN };
        let may_be_cut = is_relay || !self.heard_before(line).is_zero();
        Some(room).filter(|_| may_be_cut && room >= enough)
    }

    /// Reckons anew when what is lined up will be over, now that `line` has begun `at` this instant: a card that runs slow is
    /// late by a little more with every item.
    pub fn reckon(&mut self, line: usize, at: Timestamp) {
        self.reckon_behind(line, time::later(at, self.left(line)));
    }

    /// The same for what is lined up behind `line`, whose time is over, or free again, at `end`.
    pub fn reckon_behind(&mut self, line: usize, mut end: Timestamp) {
        let behind = self.order.iter().skip_while(|other| **other != line).skip(1);
        for &other in behind.filter(|other| self.lines[**other].state.cue().is_some()) {
            let item = self.item(other);
            let start = if item.anchored { end.max(self.rundown.planned_at(item)) } else { end };
            end = time::later(start, self.airs(other, start).unwrap_or_else(|| self.left(other)));
        }
        self.busy_until = end;
    }

    /// When an item has to be over.
    fn limit(&self, line: usize) -> Timestamp {
        let anchored = self.item(line).anchored;
        let behind = self.order.iter().skip_while(|other| **other != line).filter(|_| !anchored);
        let closing = behind.map(|&other| self.item(other)).find(|later| later.anchored);
        closing.map_or(self.rundown.span.end, |closing| self.rundown.planned_at(closing))
    }

    /// Notes that something kept it off the air until now, unless it was not its time yet.
    pub fn lose_time(&mut self, now: Timestamp, to: Reason) {
        if now > self.rundown.span.start {
            self.time_lost_to = Some(to);
        }
    }

    /// Notes that an item airs shorter than it is.
    pub fn shorten(&mut self, line: usize) {
        let lost = !self.heard_before(line).is_zero();
        let reason = if lost { Reason::Device } else { self.time_lost_to.unwrap_or(Reason::HardEnd) };
        self.lines[line].shortened = Some(reason);
    }

    /// Why an item airs shorter than it is, if it does.
    pub fn shortened(&self, line: usize) -> Option<Reason> {
        self.lines[line].shortened
    }

    /// Why what finds no time any more has none: something took it, or it was never there.
    pub fn no_time(&self) -> (Outcome, Reason) {
        match self.time_lost_to {
            Some(Reason::Operator) => (Outcome::Skipped, Reason::Operator),
            Some(reason) => (Outcome::Missed, reason),
            None => (Outcome::Blocked, Reason::HardEnd),
        }
    }

    /// What was lined up waits again: the output has forgotten it.
    pub fn take_back(&mut self, now: Timestamp) {
        self.busy_until = now;
        for line in &mut self.lines {
            if let State::LinedUp { .. } = line.state {
                line.state = State::Waiting;
            }
        }
    }

    /// What is on the air waits for the rest of its time.
    pub fn put_off(&mut self, line: usize, heard: Frames) {
        let entry = &mut self.lines[line];
        (entry.state, entry.from) = (State::Waiting, heard);
    }

    /// Ends a line, by how much of it was heard; `short_of` is why it was not all.
    pub fn close(
        &mut self,
        line: usize,
        heard: Frames,
        short_of: Reason,
        at: Timestamp,
        counts_from: f64,
        actions: &mut Vec<Action>,
    ) -> bool {
        let length = self.item(line).length;
        #[expect(clippy::cast_precision_loss, reason = "2^52 frames are 2,900 years")]
        let counts = !heard.is_zero() && heard.0 as f64 >= length.0 as f64 * counts_from;
        let (outcome, reason) = match (counts, heard.is_zero()) {
            (true, _) => (Outcome::Aired, None),
            (false, false) => (Outcome::Partial, Some(short_of)),
            (false, true) => (Outcome::Failed, Some(short_of)),
        };
        self.set(line, State::Over);
        actions.push(Action::Record(self.id, Record::Ended { line, outcome, reason, heard, at }));
        counts
    }

    /// What airs in place of a relay that died, for as much of its time as is left.
    pub fn stand_in(&self, line: usize, now: Timestamp) -> Option<Item> {
        let relay = self.item(line);
        let instead = relay.instead.as_ref().filter(|_| self.yielding != Some(line))?;
        let left = Frames::within(self.rundown.planned_end(relay).duration_since(now));
        let (piece, length) = (instead.piece.clone(), instead.length.min(left));
        (!length.is_zero()).then_some(Item { offset: relay.offset, length, piece, anchored: false, instead: None })
    }

    /// The item that was cut airs once more, under a line of its own: the listeners heard no end of it. It is planned for
    /// the same instant as before, on every zone alike, so that it is one airing.
    pub fn air_again(&mut self, line: usize, actions: &mut Vec<Action>) {
        let again = Item { anchored: false, ..self.item(line).clone() };
        self.add_behind(line, again, actions);
    }

    /// Ends an item that waits; leaves all others alone. Of one whose device was lost, what was heard counts.
    pub fn give_up(
        &mut self,
        line: usize,
        outcome: Outcome,
        reason: Reason,
        at: Timestamp,
        counts_from: f64,
        actions: &mut Vec<Action>,
    ) {
        if self.state(line) != State::Waiting {
            return;
        }
        let heard = self.heard_before(line);
        if !heard.is_zero() {
            self.close(line, heard, Reason::Device, at, counts_from, actions);
            return;
        }
        self.set(line, State::Over);
        actions.push(Action::Record(self.id, Record::Ended { line, outcome, reason: Some(reason), heard, at }));
    }

    /// Lines `item` up to air right behind `line`.
    pub fn add_behind(&mut self, line: usize, item: Item, actions: &mut Vec<Action>) {
        let added = self.lines.len();
        let place = self.order.iter().position(|other| *other == line).map_or(self.order.len(), |place| place + 1);
        self.order.insert(place, added);
        self.lines.push(Line::default());
        self.rundown.items.push(item.clone());
        actions.push(Action::Record(self.id, Record::Added { line: added, item: Box::new(item) }));
    }
}
