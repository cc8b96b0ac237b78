//! The machine: one session at a time, from its first frame to its hard end.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Defect;
use crate::playout::sitting::{Line, Sitting};
use crate::playout::{Action, CueId, Input, Record, SoundEvent, SoundFault, Start};
use crate::rundown::{Origin, Rundown, Why};
use crate::time::{self, Frames};

/// Items kept lined up behind the one on the air, so that the output always has something decoded in hand.
const LINED_UP: usize = 3;
/// A checkpoint at least this often: half of the second of truth that a power cut may cost.
const CHECKPOINT_EVERY: Frames = Frames::from_millis(500);
/// First and longest pause between two tries to open a lost device.
const RETRY_FIRST: Frames = Frames::from_millis(200);
const RETRY_LONGEST: Frames = Frames::from_secs(5);
/// How long after the hard end the output is given to report its last frames.
const LAST_WORDS: Frames = Frames::from_millis(300);

/// Plays rundowns. See the module's documentation.
#[derive(Debug)]
pub struct Machine {
    /// Share of a file that must have gone out to count as an airing.
    counts_from: f64,
    sitting: Option<Sitting>,
    device: Device,
    next_cue: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Device {
    Closed,
    Opening,
    Open,
    Lost { retry_at: Timestamp, pause: Frames },
}

/// What is on the air, for whoever looks.
#[derive(Clone, Copy, Debug)]
pub struct OnAir<'a> {
    pub rundown: &'a Rundown,
    /// The item that sounds, how much of it was heard, and since when.
    pub now: Option<(usize, Frames, Timestamp)>,
    /// The item that comes next.
    pub next: Option<usize>,
    pub device_lost: bool,
}

impl Machine {
    #[must_use]
    pub fn new(counts_from: f64) -> Self {
        Self { counts_from, sitting: None, device: Device::Closed, next_cue: 0 }
    }

    /// Whether no session is on or about to be.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.sitting.is_none()
    }

    /// What is on the air.
    #[must_use]
    pub fn on_air(&self) -> Option<OnAir<'_>> {
        let sitting = self.sitting.as_ref()?;
        let on = |(index, line): (usize, &Line)| match line {
            Line::On { heard, began_at, .. } => Some((index, *heard, *began_at)),
            _ => None,
        };
        let now = sitting.lines.iter().enumerate().find_map(on);
        let next = sitting.lines.iter().position(|line| matches!(line, Line::Waiting | Line::LinedUp { .. }));
        let device_lost = matches!(self.device, Device::Lost { .. });
        Some(OnAir { rundown: &sitting.rundown, now, next, device_lost })
    }

    /// When the machine next has something to do by itself.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let sitting = self.sitting.as_ref()?;
        let end = time::later(sitting.rundown.span.end, LAST_WORDS);
        match self.device {
            Device::Lost { retry_at, .. } => Some(retry_at.min(end)),
            _ => Some(end),
        }
    }

    /// Takes one input at `now` and says what is to be done, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        match input {
            Input::Begin(rundown) => {
                actions.push(Action::Record(Record::SessionBegan(rundown.clone())));
                self.begin(now, *rundown, &[], &mut actions);
            }
            Input::Resume { rundown, over } => self.begin(now, *rundown, &over, &mut actions),
            Input::Opened => self.opened(&mut actions),
            Input::Cued => {}
            Input::Refused { cue, why } => self.refused(now, cue, why, &mut actions),
            Input::Sound(event) => self.sound(now, event, &mut actions),
            Input::Tick => self.tick(now, &mut actions),
            Input::Stop => self.stop(now, &mut actions),
        }
        self.line_up(now, &mut actions);
        self.finish(&mut actions);
        actions
    }

    fn begin(&mut self, now: Timestamp, rundown: Rundown, over: &[usize], actions: &mut Vec<Action>) {
        debug_assert!(self.sitting.is_none(), "one session at a time");
        self.sitting = Some(Sitting::new(rundown, over, now));
        if self.device != Device::Open {
            self.device = Device::Opening;
            actions.push(Action::Open);
        }
    }

    fn opened(&mut self, actions: &mut Vec<Action>) {
        if self.sitting.is_none() {
            // The session was over before the output answered: there was nothing in it to air.
            actions.push(Action::Close);
            return;
        }
        if matches!(self.device, Device::Lost { .. }) {
            actions.push(Action::Record(Record::DeviceBack));
        }
        self.device = Device::Open;
        if let Some(sitting) = &self.sitting {
            actions.push(Action::SilenceFrom(sitting.rundown.span.end));
        }
    }

    fn sound(&mut self, now: Timestamp, event: SoundEvent, actions: &mut Vec<Action>) {
        match event {
            SoundEvent::Began { cue, at } => self.began(cue, at, actions),
            SoundEvent::Reached { cue, heard } => self.reached(cue, heard, now, actions),
            SoundEvent::Ended { cue, heard, at } => self.ended(cue, heard, at, actions),
            SoundEvent::Broke { cue, heard, defect } => self.broke(cue, heard, defect, now, actions),
            SoundEvent::Lost { fault } => self.lost(now, fault, actions),
        }
    }

    fn began(&mut self, cue: CueId, at: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        let Line::LinedUp { predicted_at, .. } = sitting.lines[line] else { return };
        sitting.lines[line] = Line::On { cue, heard: Frames::ZERO, began_at: at, checkpoint_at: at };
        if sitting.in_flight() == 1 {
            sitting.busy_until = time::later(at, sitting.item(line).length);
        }
        actions.push(Action::Record(Record::Began { line, predicted_at, at }));
    }

    fn reached(&mut self, cue: CueId, reached: Frames, now: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        let Line::On { heard, checkpoint_at, .. } = &mut sitting.lines[line] else { return };
        *heard = reached.max(*heard);
        if now >= time::later(*checkpoint_at, CHECKPOINT_EVERY) {
            *checkpoint_at = now;
            actions.push(Action::Record(Record::Reached { line, heard: *heard }));
        }
    }

    fn ended(&mut self, cue: CueId, heard: Frames, at: Timestamp, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        // Instants are rounded to a frame.
        let at_end = time::later(at, Frames::from_millis(1)) >= sitting.rundown.span.end;
        let short_of = if at_end { Reason::HardEnd } else { Reason::File };
        self.close(line, heard, short_of, at, actions);
    }

    fn broke(&mut self, cue: CueId, heard: Frames, defect: Defect, now: Timestamp, actions: &mut Vec<Action>) {
        let Some((_, line)) = self.find(cue) else { return };
        actions.push(Action::Record(Record::FileBroke { line, defect }));
        self.close(line, heard, Reason::File, now, actions);
    }

    /// The piece never reached the output: its line is over, and its time is free again.
    fn refused(&mut self, now: Timestamp, cue: CueId, why: Why, actions: &mut Vec<Action>) {
        let Some((sitting, line)) = self.find(cue) else { return };
        if let Line::LinedUp { predicted_at, .. } = sitting.lines[line] {
            sitting.busy_until = predicted_at;
        }
        sitting.lines[line] = Line::Waiting;
        let (outcome, reason) = (&why).into();
        actions.push(Action::Record(Record::Refused { line, why }));
        self.give_up(line, outcome, reason, now, actions);
    }

    /// The device is gone: what was on is closed with what was heard of it, what was lined up waits again.
    fn lost(&mut self, now: Timestamp, fault: SoundFault, actions: &mut Vec<Action>) {
        let pause = if let Device::Lost { pause, .. } = self.device {
            (pause * 2).min(RETRY_LONGEST)
        } else {
            actions.push(Action::Record(Record::DeviceLost { fault }));
            RETRY_FIRST
        };
        self.device = Device::Lost { retry_at: time::later(now, pause), pause };
        self.ground(now, Reason::Device, actions);
    }

    /// Nothing is in the output any more: closes what was on, puts back what was lined up.
    fn ground(&mut self, now: Timestamp, reason: Reason, actions: &mut Vec<Action>) {
        let Some(sitting) = &mut self.sitting else { return };
        sitting.busy_until = now;
        let mut on = None;
        for (index, line) in sitting.lines.iter_mut().enumerate() {
            match *line {
                Line::On { heard, .. } => on = Some((index, heard)),
                Line::LinedUp { .. } => *line = Line::Waiting,
                Line::Waiting | Line::Over => {}
            }
        }
        if let Some((line, heard)) = on {
            self.close(line, heard, reason, now, actions);
        }
    }

    fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(sitting) = &self.sitting else { return };
        if now >= time::later(sitting.rundown.span.end, LAST_WORDS) {
            self.hard_end(now, actions);
        } else if let Device::Lost { retry_at, .. } = self.device
            && now >= retry_at
        {
            self.pass_over_late(now, Reason::Device, actions);
            actions.push(Action::Open);
        }
    }

    /// Off the air: whatever is still on is closed as it stands, whatever waits has missed its time.
    fn hard_end(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let lost = matches!(self.device, Device::Lost { .. });
        if self.sitting.as_ref().is_some_and(|sitting| sitting.in_flight() > 0) {
            actions.push(Action::Cut);
        }
        self.ground(now, Reason::HardEnd, actions);
        let (outcome, reason) =
            if lost { (Outcome::Missed, Reason::Device) } else { (Outcome::Blocked, Reason::HardEnd) };
        for line in 0..self.sitting.as_ref().map_or(0, |sitting| sitting.lines.len()) {
            self.give_up(line, outcome, reason, now, actions);
        }
    }

    /// Items whose whole time has passed while nothing could air.
    fn pass_over_late(&mut self, now: Timestamp, reason: Reason, actions: &mut Vec<Action>) {
        let Some(sitting) = &self.sitting else { return };
        let over = |item: &crate::rundown::Item| time::later(sitting.rundown.span.start, item.end()) <= now;
        let late: Vec<usize> = (0..sitting.lines.len()).filter(|&line| over(sitting.item(line))).collect();
        for line in late {
            self.give_up(line, Outcome::Missed, reason, now, actions);
        }
    }

    fn stop(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        actions.push(Action::Cut);
        self.ground(now, Reason::Shutdown, actions);
        // A scheduled session goes on if the program is back before its end; one begun by hand does not.
        let by_hand = self.sitting.as_ref().is_some_and(|sitting| sitting.rundown.origin == Origin::ByHand);
        if by_hand {
            for line in 0..self.sitting.as_ref().map_or(0, |sitting| sitting.lines.len()) {
                self.give_up(line, Outcome::Missed, Reason::Shutdown, now, actions);
            }
            self.finish(actions);
        }
        self.sitting = None;
        self.device = Device::Closed;
        actions.push(Action::Close);
    }

    /// Keeps the output supplied with the next items, one at a time: only when one is known to be lined up can the
    /// next be said to follow it.
    fn line_up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        while self.device == Device::Open {
            let Some(sitting) = &mut self.sitting else { return };
            let Some(line) = sitting.first_waiting().filter(|_| sitting.in_flight() <= LINED_UP) else { return };
            let item = &sitting.rundown.items[line];
            let planned_at = sitting.rundown.planned_at(item);
            let follows = sitting.in_flight() > 0;
            let predicted_at = match (follows, item.anchored) {
                (true, false) => sitting.busy_until,
                (_, true) => planned_at.max(sitting.busy_until).max(now),
                // After a gap the next item goes out at once, silence helps nobody; but never before the session.
                (false, false) => now.max(sitting.rundown.span.start),
            };
            if !sitting.has_time_for(line, predicted_at) {
                self.give_up(line, Outcome::Blocked, Reason::HardEnd, now, actions);
                continue;
            }
            let start = if follows && !item.anchored { Start::Following } else { Start::At(predicted_at) };
            let cue = CueId(self.next_cue);
            self.next_cue += 1;
            sitting.busy_until = time::later(predicted_at, item.length);
            actions.push(Action::Cue { cue, piece: Box::new(item.piece.clone()), start, length: item.length });
            sitting.lines[line] = Line::LinedUp { cue, predicted_at };
            return;
        }
    }

    /// A session is over when each of its items is.
    fn finish(&mut self, actions: &mut Vec<Action>) {
        if self.sitting.as_ref().is_some_and(Sitting::is_over) {
            self.sitting = None;
            self.device = Device::Closed;
            actions.extend([Action::Record(Record::SessionOver), Action::Close]);
        }
    }

    /// Closes an item that was lined up or on, by how much of it was heard.
    fn close(&mut self, line: usize, heard: Frames, short_of: Reason, at: Timestamp, actions: &mut Vec<Action>) {
        let Some(sitting) = &mut self.sitting else { return };
        let length = sitting.item(line).length;
        #[expect(clippy::cast_precision_loss, reason = "2^52 frames are 2,900 years")]
        let counts = !heard.is_zero() && heard.0 as f64 >= length.0 as f64 * self.counts_from;
        let (outcome, reason) = match (counts, heard.is_zero()) {
            (true, _) => (Outcome::Aired, None),
            (false, false) => (Outcome::Partial, Some(short_of)),
            (false, true) => (Outcome::Failed, Some(short_of)),
        };
        sitting.lines[line] = Line::Over;
        actions.push(Action::Record(Record::Ended { line, outcome, reason, heard, at }));
    }

    /// Ends an item that never began; leaves all others alone.
    fn give_up(&mut self, line: usize, outcome: Outcome, reason: Reason, at: Timestamp, actions: &mut Vec<Action>) {
        let Some(sitting) = &mut self.sitting else { return };
        if sitting.lines[line] == Line::Waiting {
            sitting.lines[line] = Line::Over;
            let (reason, heard) = (Some(reason), Frames::ZERO);
            actions.push(Action::Record(Record::Ended { line, outcome, reason, heard, at }));
        }
    }

    fn find(&mut self, cue: CueId) -> Option<(&mut Sitting, usize)> {
        let sitting = self.sitting.as_mut()?;
        let line = sitting.line_of(cue)?;
        Some((sitting, line))
    }
}
