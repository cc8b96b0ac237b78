//! Making rows of the airtime log out of what a session planned and what was heard of it.

use jiff::Timestamp;

use crate::airtime::{Airing, ClockState, Entry, Evidence, Fact, Noted, Outcome, Reason, tenths};
use crate::equipment::store::{Closing, OpenRow};
use crate::proof::Sent;
use crate::rundown::{LeftOut, Piece, Rundown};
use crate::schedule::SlotKey;
use crate::time::Frames;

/// How an item ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub line: usize,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub heard: Frames,
    pub at: Timestamp,
    /// What was noted when it began, if it did.
    pub open: Option<OpenRow>,
    /// The level at which it was sent, as metered; none where nothing was.
    pub sent: Option<Sent>,
    /// How much of it the capture input heard; none where there is no such input.
    pub confirmed: Option<Frames>,
    /// What a relay announced.
    pub note: String,
}

/// What all rows of a session have in common.
#[derive(Clone, Debug)]
pub(super) struct RowMaker {
    pub station: String,
    pub slot: SlotKey,
    pub level: String,
    pub zone: String,
    pub device: String,
}

impl RowMaker {
    /// The row of an item that is over, or that never began; `noted` is now.
    pub fn item(&self, rundown: &Rundown, ended: &Ended, clock: ClockState, noted: Noted) -> Closing {
        let item = &rundown.items[ended.line];
        let planned_at = rundown.planned_at(item);
        let blank = self.blank(&item.piece, item.length, planned_at);
        let began = ended.open.as_ref();
        let airing = Airing {
            predicted_at: began.map_or(planned_at, |open| open.predicted_at),
            aired_at: began.map(|open| open.aired_at),
            ended_at: began.map(|_| ended.at),
            aired: ended.heard,
            outcome: ended.outcome,
            reason: ended.reason,
            decilufs: began.and_then(|_| sent_lufs(&item.piece, ended.sent.as_ref())).and_then(tenths),
            evidence: Evidence::of(ended.sent.as_ref(), ended.confirmed, ended.heard),
            device: began.map_or(String::new(), |open| open.device.clone()),
            note: if ended.note.is_empty() { rundown.note.clone() } else { ended.note.clone() },
            ..blank
        };
        self.closing(Some(ended.line), airing, clock, noted)
    }

    /// The row of something ordered for the session that cannot air.
    pub fn left_out(&self, rundown: &Rundown, left_out: &LeftOut, clock: ClockState, noted: Noted) -> Closing {
        let (outcome, reason) = (&left_out.why).into();
        let blank = self.blank(&left_out.piece, left_out.length, rundown.span.start);
        let airing = Airing { outcome, reason: Some(reason), note: rundown.note.clone(), ..blank };
        self.closing(None, airing, clock, noted)
    }

    fn closing(&self, line: Option<usize>, airing: Airing, clock: ClockState, noted: Noted) -> Closing {
        let entry = Entry { station: self.station.clone(), noted, clock, fact: Fact::Airing(airing) };
        Closing { session_id: 0, line, entry }
    }

    fn blank(&self, piece: &Piece, duration: Frames, planned_at: Timestamp) -> Airing {
        Airing {
            slot: self.slot.clone(),
            planned_at,
            predicted_at: planned_at,
            aired_at: None,
            ended_at: None,
            aired: Frames::ZERO,
            duration,
            kind: piece.kind,
            path: piece.path.to_string(),
            title: piece.title.clone(),
            language: piece.language.clone(),
            directive: piece.directive.clone(),
            level: self.level.clone(),
            zone: self.zone.clone(),
            outcome: Outcome::Missed,
            reason: Some(Reason::Power),
            content_hash: piece.hash.as_ref().map(|hash| hash.as_str().to_owned()).unwrap_or_default(),
            decilufs: None,
            device: self.device.clone(),
            note: String::new(),
            evidence: Evidence::default(),
        }
    }
}

/// The loudness at which a piece was sent: as metered, else what the file's and the gain say.
fn sent_lufs(piece: &Piece, sent: Option<&Sent>) -> Option<f64> {
    match sent {
        Some(sent) => sent.lufs,
        None => piece.lufs.map(|lufs| lufs + piece.gain_db),
    }
}
