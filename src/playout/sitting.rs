//! One session on its way through the output: which items wait, which are lined up, which is on, which are over.

use jiff::Timestamp;

use crate::playout::CueId;
use crate::rundown::{Item, Rundown};
use crate::time::{self, Frames};

/// How much an item may be late against the hard end before it is left out: what a slow sound card loses in a session.
const LATE_MAX: Frames = Frames::from_secs(1);

/// A session being aired.
#[derive(Clone, Debug)]
pub(super) struct Sitting {
    pub rundown: Rundown,
    pub lines: Vec<Line>,
    /// When the last lined-up item will be over, as far as can be told.
    pub busy_until: Timestamp,
}

/// Where one item stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line {
    Waiting,
    LinedUp { cue: CueId, predicted_at: Timestamp },
    On { cue: CueId, heard: Frames, began_at: Timestamp, checkpoint_at: Timestamp },
    Over,
}

impl Line {
    pub fn cue(&self) -> Option<CueId> {
        match self {
            Self::LinedUp { cue, .. } | Self::On { cue, .. } => Some(*cue),
            Self::Waiting | Self::Over => None,
        }
    }
}

impl Sitting {
    /// All items wait, but for those that are over already.
    pub fn new(rundown: Rundown, over: &[usize], now: Timestamp) -> Self {
        let line = |index| if over.contains(&index) { Line::Over } else { Line::Waiting };
        let lines = (0..rundown.items.len()).map(line).collect();
        Self { busy_until: now, lines, rundown }
    }

    pub fn line_of(&self, cue: CueId) -> Option<usize> {
        self.lines.iter().position(|line| line.cue() == Some(cue))
    }

    pub fn item(&self, line: usize) -> &Item {
        &self.rundown.items[line]
    }

    pub fn first_waiting(&self) -> Option<usize> {
        self.lines.iter().position(|line| *line == Line::Waiting)
    }

    /// Items lined up or on the air.
    pub fn in_flight(&self) -> usize {
        self.lines.iter().filter(|line| line.cue().is_some()).count()
    }

    pub fn is_over(&self) -> bool {
        self.lines.iter().all(|line| *line == Line::Over)
    }

    /// Whether an item that begins at `start` is over in time: before the back-timed closing, or before the hard end.
    pub fn has_time_for(&self, line: usize, start: Timestamp) -> bool {
        let item = self.item(line);
        let closing = self.rundown.items[line..].iter().filter(|_| !item.anchored).find(|later| later.anchored);
        let limit = closing.map_or(self.rundown.span.end, |closing| self.rundown.planned_at(closing));
        time::later(start, item.length) <= time::later(limit, LATE_MAX)
    }
}
