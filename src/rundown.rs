//! A rundown (*kịch bản buổi phát*): the ordered, timed list of one session.
//!
//! Once its session begins a rundown is a fact: it is written down before the first item, and every item on it ends
//! in exactly one row of the airtime log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::library::{CartPath, ContentHash, Defect, Kind, Oddity};
use crate::schedule::SlotKey;
use crate::time::{self, Frames, Span};

/// The plan of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Rundown {
    pub slot: SlotKey,
    pub title: String,
    /// Whether the session was ordered by a schedule, made up, begun by hand, or is an alert.
    pub origin: Origin,
    /// What each of its rows notes: who ordered an alert.
    pub note: String,
    /// From the first frame to the hard end. An alert is not cut short: its end is how long it waits for a lost device.
    pub span: Span,
    /// The zones it plays on by name; none named is all.
    pub zones: Vec<String>,
    /// What airs, in order.
    pub items: Vec<Item>,
    /// What was ordered for this session but cannot air, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// Why a session takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Scheduled,
    /// Phát bù: what an outage swallowed.
    MakeUp,
    /// An operator said so.
    ByHand,
    /// An emergency: takes the air from whatever is on.
    Alert,
}

/// One item of a rundown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// How long after the session's start its first frame is due.
    pub offset: Frames,
    pub length: Frames,
    pub piece: Piece,
    /// Back-timed: it keeps its instant even if what stands before it ends early.
    pub anchored: bool,
    /// What airs in its place once it is dead; only a relay has something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Box<Instead>>,
}

/// What airs when a relay dies, for as much of the relay's time as is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instead {
    pub piece: Piece,
    pub length: Frames,
}

/// What an item is, copied when it was planned, so that a later edit of the library cannot rewrite it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    pub kind: Kind,
    pub path: CartPath,
    pub title: String,
    pub language: String,
    pub directive: String,
    /// The very content that was planned; none for what is not there.
    pub hash: Option<ContentHash>,
    /// Integrated loudness of the file as measured, before the station's gain.
    pub lufs: Option<f64>,
    /// What it is multiplied with on its way out, in dB. A relay is levelled while it plays and has 0 here.
    pub gain_db: f64,
    /// Of a relay: where its stream is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Piece {
    /// A piece of which no more is known than where it lies: named by its file, of the kind of its folder.
    #[must_use]
    pub fn unread(path: CartPath) -> Self {
        Self {
            kind: path.kind(),
            title: path.title(),
            path,
            language: String::new(),
            directive: String::new(),
            hash: None,
            lufs: None,
            gain_db: 0.0,
            address: None,
        }
    }
}

/// Something ordered that will not air.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    pub piece: Piece,
    pub length: Frames,
    pub why: Why,
    /// Ordered by name, so that its absence is a row of the log; one of a set that had no time is only a note.
    pub owed: bool,
}

/// Why something ordered does not air.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It is not there.
    Missing,
    /// It is still being copied.
    Copying,
    /// It cannot be decoded, or is silent, or of an unknown format.
    Unplayable(Defect),
    /// It is no file that could be taken up.
    Odd(Oddity),
    /// Not the bytes the manifest names, or that were approved.
    Changed,
    Unapproved,
    /// Its last day is over, or its first has not come.
    OutOfDate,
    /// Its sidecar has mistakes.
    BadSidecar,
    /// There is quiet to be kept.
    QuietHours,
    /// It does not fit before the hard end.
    NoTime,
}

impl Origin {
    /// Whether it takes the one place of its day and session; what people begin may begin again.
    #[must_use]
    pub fn is_of_a_slot(self) -> bool {
        matches!(self, Self::Scheduled | Self::MakeUp)
    }
}

impl Rundown {
    /// When an item is due.
    #[must_use]
    pub fn planned_at(&self, item: &Item) -> Timestamp {
        time::later(self.span.start, item.offset)
    }

    /// When it is over if nothing comes between.
    #[must_use]
    pub fn expected_end(&self) -> Timestamp {
        let last = self.items.last().filter(|_| self.origin == Origin::Alert);
        last.map_or(self.span.end, |last| self.planned_end(last))
    }

    /// When an item is due to be over.
    #[must_use]
    pub fn planned_end(&self, item: &Item) -> Timestamp {
        time::later(self.span.start, item.end())
    }
}

impl Item {
    /// How long after the session's start its last frame is over.
    #[must_use]
    pub fn end(&self) -> Frames {
        self.offset + self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_saved_before_there_were_relays_is_read() {
        let saved = r#"{"offset":0,"length":48000,"anchored":true,"piece":{"kind":"jingle","path":"jingles/a.mp3","title":"a",
            "language":"","directive":"","hash":null,"lufs":-18.0,"gain_db":0.0}}"#;
        let item: Item = serde_json::from_str(saved).unwrap();
        assert_eq!((item.instead, item.piece.address, item.length), (None, None, Frames::from_secs(1)));
    }
}
