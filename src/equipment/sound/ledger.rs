//! What the loudspeaker really got of a simulated card: for the airtime log to be held against.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::{CueId, SoundEvent};
use crate::time::Frames;

/// What went out of a simulated card, cue by cue, in the order it began. Copies share one list.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Vec<Heard>>>);

/// One cue's passage over the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    pub cue: CueId,
    /// The instant its first frame left the card, by the station's clock.
    pub first: Timestamp,
    /// What time it truly was.
    pub truly: Timestamp,
    pub frames: Frames,
}

impl Ledger {
    /// Everything so far.
    #[must_use]
    pub fn read(&self) -> Vec<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much went out in all.
    #[must_use]
    pub fn total(&self) -> Frames {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|heard| heard.frames).sum()
    }

    /// The last that began.
    #[must_use]
    pub fn last(&self) -> Option<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last().copied()
    }

    fn note(&self, cue: CueId, change: impl FnOnce(&mut Heard)) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = heard.iter_mut().rfind(|entry| entry.cue == cue) {
            change(entry);
        }
    }

    /// `skew` is how far the true time is from the station's.
    pub(super) fn take_down(&self, event: &SoundEvent, skew: SignedDuration) {
        match *event {
            SoundEvent::Began { cue, at: first } => {
                let truly = first.checked_add(skew).unwrap_or(first);
                let entry = Heard { cue, first, truly, frames: Frames::ZERO };
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            }
            SoundEvent::Reached { cue, heard }
            | SoundEvent::Ended { cue, heard, .. }
            | SoundEvent::Broke { cue, heard, .. } => self.note(cue, |entry| entry.frames = heard),
            SoundEvent::Lost { .. } | SoundEvent::Barred { .. } => {}
        }
    }
}
