//! What happens, for a person watching or reading the journal.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::library::Defect;
use crate::playout::SoundFault;
use crate::time::Frames;
use crate::written::{Fault, Problem};

/// One thing worth a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    SessionBegan { title: String, end: Timestamp, items: usize },
    SessionOver { title: String },
    ItemBegan { title: String, length: Frames, next: Option<String> },
    ItemEnded { title: String, outcome: Outcome, reason: Option<Reason>, heard: Frames },
    LeftOut { title: String, outcome: Outcome, reason: Reason, why: Option<crate::rundown::Why> },
    FileBroke { title: String, defect: Defect },
    DeviceLost { fault: SoundFault },
    DeviceBack { device: String },
    /// What comes next, said when nothing is on.
    Next { title: String, at: Timestamp },
    /// No session is ahead today or tomorrow.
    NothingAhead,
    /// Sessions that passed while nothing could air.
    PassedOver { title: String, at: Timestamp, reason: Reason },
    /// The computer's clock cannot be right.
    ClockUntrusted { last_known: Timestamp },
    ClockTrusted,
    LogNotWritten { detail: String },
    LogWritten,
    Written(Box<Problem<Fault>>),
    FolderGone { folder: String, detail: String },
    LevelChanged { level: String },
    Stopped,
}
