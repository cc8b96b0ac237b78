//! Where sound goes: the sound card, nowhere, a WAV file, or a simulation.
//!
//! An output takes *cues*, pieces of sound with an instant to begin at, and tells what became of them: which frame
//! left it when. Frames count as heard when the device has consumed them, not when they were handed over; the airtime
//! log is written from that alone.

use std::fmt;

use jiff::Timestamp;

use crate::equipment::Pcm;
use crate::library::Defect;
use crate::time::Frames;

/// Names one cue in what the output reports. Given by whoever cues, never used twice while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueId(pub u64);

/// When a cue begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Its first frame leaves the device at this instant; late only if what was cued before is still on.
    At(Timestamp),
    /// Its first frame follows the last frame of the cue before, without a gap.
    Following,
}

/// One piece of sound to play.
pub struct Cue {
    pub id: CueId,
    pub start: Start,
    /// No more than this goes out, whatever the file holds.
    pub length: Frames,
    /// What each sample is multiplied with.
    pub gain: f32,
    pub pcm: Box<dyn Pcm>,
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
    /// The device is gone. Cues not ended are forgotten; `Reached` told how far the one on the air came.
    Lost { fault: SoundFault },
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

/// An output. Cheap to poll; nothing here blocks longer than a tenth of a second.
pub trait Sound {
    /// How long before a session the output wants to be opened, so that its clock is settled by then.
    fn lead(&self) -> Frames;

    /// The id of the device, as `loa devices` prints it and the airtime log copies it.
    fn device(&self) -> String;

    /// Opens the device; from here on it runs in silence. Opening what is open does nothing.
    ///
    /// # Errors
    /// The device is absent or refused; try again later.
    fn open(&mut self) -> Result<(), SoundFault>;

    /// Lines up one cue behind those already lined up.
    fn cue(&mut self, cue: Cue);

    /// Nothing sounds from `end` on, whatever is cued: a short ramp before it, then silence.
    fn silence_from(&mut self, end: Timestamp);

    /// What happened since the last call, in order.
    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// Cuts what is on the air with a short ramp, forgets what is cued, and returns when it is silent (within
    /// 100 ms), with what was heard as the last events.
    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// Gives the device back. Closing what is closed does nothing.
    fn close(&mut self);
}

impl fmt::Display for CueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cue {}", self.0)
    }
}
