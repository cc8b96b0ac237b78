//! The closed vocabulary between the machine, the output and the log.

use std::fmt;

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Defect;
use crate::rundown::{Item, Piece, Rundown, Why};
use crate::time::Frames;

/// Names one cue in what the output reports. Never used twice while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueId(pub u64);

/// Names one session under way, on all zones it plays on. Given by the station, never twice while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SittingId(pub u64);

/// When a cue begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Its first frame leaves the device at this instant; at once if that is past; later only if what was cued before
    /// is still on.
    At(Timestamp),
    /// Its first frame follows the last frame of the cue before, without a gap.
    Following,
}

/// What became of a cue, or of the device.
#[derive(Clone, Debug, PartialEq)]
pub enum SoundEvent {
    /// The first frame left the device at `at`.
    Began { cue: CueId, at: Timestamp },
    /// So much of the cue on the air has been heard by now.
    Reached { cue: CueId, heard: Frames },
    /// The last frame of the cue left the device at `at`; `heard` in all.
    Ended { cue: CueId, heard: Frames, at: Timestamp },
    /// The file broke while it was read; `heard` of it went out before.
    Broke { cue: CueId, heard: Frames, defect: Defect },
    /// Quiet has to be kept: the cue may sound no longer, or not at all; `heard` of it went out before, until `at`.
    Barred { cue: CueId, heard: Frames, at: Timestamp },
    /// The device is gone. Cues not ended are forgotten; `Reached` told how far the one on the air came. `at_start`: a
    /// sound server's first streams often fail at once, and the next one holds.
    Lost { fault: SoundFault, at_start: bool },
}

/// Why there is no sound device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundFault {
    /// No device by this id.
    Absent { device: String },
    /// It is there, but cannot be opened or stopped working, in the system's words.
    Failed { device: String, detail: String },
    /// It reported no error, but consumed nothing for this long.
    Stalled { device: String, millis: u64 },
}

/// What the machine is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A session is due within the output's lead, or goes on: the lines that are `over` have their rows. An alert begins
    /// while another session is on, and takes the air from it.
    Begin { id: SittingId, rundown: Box<Rundown>, over: Vec<usize> },
    /// The output is open and runs in silence.
    Opened,
    /// The last [`Action::Cue`] was carried out; the next may follow it.
    Cued,
    /// The last [`Action::Cue`] was not carried out: the piece may not air, or cannot.
    Refused { cue: CueId, why: Why },
    /// From the output.
    Sound(SoundEvent),
    /// Time has passed.
    Tick,
    /// Silence at once, and until it is released.
    Silence,
    /// The air is free again.
    Release,
    /// Nothing ran for a while, as if the power had been out: the computer slept, or the program was stopped.
    StoodStill,
    /// An alert that is on is taken down and over.
    CancelAlert,
    /// An alert that waits for a lost device has missed its time.
    PassOverAlert,
    /// Off the air now; the program ends.
    Stop,
}

/// What the machine wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Open the output; answered with [`Input::Opened`] or [`SoundEvent::Lost`].
    Open,
    /// Give the output back.
    Close,
    /// Nothing sounds from this instant on; none: no such end.
    SilenceFrom(Option<Timestamp>),
    /// Line up one piece, a line of a session, behind what is lined up, without the frames before `from`; answered with
    /// [`Input::Cued`] or [`Input::Refused`].
    Cue { cue: CueId, of: SittingId, line: usize, piece: Box<Piece>, start: Start, from: Frames, length: Frames },
    /// Take what is on the air down with a short ramp, and forget what is lined up.
    Fade,
    /// The same, and silence is waited for.
    Cut,
    /// Write this down of that session.
    Record(SittingId, Record),
    /// The output is lost; it is tried again.
    DeviceLost { fault: SoundFault },
    /// It is back.
    DeviceBack,
}

/// What is written down. A `line` counts the items of the session's rundown from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// An item that was not planned is lined up behind the others, under a new line.
    Added { line: usize, item: Box<Item> },
    /// The first frame of an item went out; it was due at `predicted_at` as the session had slipped by then.
    Began { line: usize, predicted_at: Timestamp, at: Timestamp },
    /// So much of the item on the air has been heard.
    Reached { line: usize, heard: Frames },
    /// An item is over, or never began.
    Ended { line: usize, outcome: Outcome, reason: Option<Reason>, heard: Frames, at: Timestamp },
    /// A piece was planned, but may not or cannot air.
    Refused { line: usize, why: Why },
    /// A file broke while it was on the air.
    FileBroke { line: usize, defect: Defect },
    /// Every item of the session has ended.
    SessionOver,
}

impl SoundFault {
    /// The device it speaks of.
    #[must_use]
    pub fn device(&self) -> &str {
        match self {
            Self::Absent { device } | Self::Failed { device, .. } | Self::Stalled { device, .. } => device,
        }
    }
}

impl fmt::Display for CueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cue {}", self.0)
    }
}
