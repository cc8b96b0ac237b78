//! Where sound goes: the sound card, nowhere, a WAV file, or a simulation.
//!
//! An output takes *cues*, pieces of sound with an instant to begin at, and tells what became of them: which frame
//! left it when. Frames count as heard when the device has consumed them, not when they were handed over; the airtime
//! log is written from that alone.
//!
//! ```text
//! card       a real sound card                      paced      in real time to nowhere or into a WAV file
//! devices    which cards there are                  recording  that WAV file
//! stream     the device's callback, under a mixer   simulated  in no time at all, with a ledger of what went out
//! programme  one cue as a source, decoded ahead     timeline   cues on frames, for the two without a card
//! sequence   what to tell of cues on a card         fade       the ramp before a forced silence
//! air        numbers shared with the sound thread   origin     when frame 0 left the device
//! meter      the level of what is sent
//! ```

mod air;
mod card;
mod devices;
mod fade;
mod meter;
mod origin;
mod paced;
mod programme;
mod recording;
mod sequence;
mod simulated;
mod stream;
mod timeline;

use std::path::Path;

use jiff::Timestamp;

use crate::equipment::Pcm;
use crate::time::Frames;

pub use crate::playout::{CueId, SoundEvent, SoundFault, Start};
pub use card::Card;
pub use devices::{Output, devices};
pub use meter::{Meter, Metered};
pub use paced::Paced;
pub use simulated::{Heard, Ledger, Simulated};

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

    /// When the output wants to be polled next while it is open.
    fn wake_at(&self, now: Timestamp) -> Timestamp;

    /// What happened since the last call, in order.
    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// Cuts what is on the air with a short ramp, forgets what is cued, and returns when it is silent (within
    /// 100 ms), with what was heard as the last events.
    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// Gives the device back. Closing what is closed does nothing.
    fn close(&mut self);
}

/// The output that station.yaml names: `silent`, `wav:FILE` (relative to `home`), or a card by its id. It is not opened
/// yet.
#[must_use]
pub fn output(device: &str, home: &Path) -> Box<dyn Sound> {
    match (device, device.strip_prefix("wav:")) {
        ("silent", _) => Box::new(Paced::silent()),
        (_, Some(path)) => Box::new(Paced::wav(&home.join(path))),
        _ => Box::new(Card::new(device)),
    }
}
