//! Where sound goes: the sound card, nowhere, a WAV file, or a simulation.
//!
//! An output takes *cues*, pieces of sound with an instant to begin at, and tells what became of them: which frame
//! left it when. Frames count as heard when the device has consumed them, not when they were handed over; the airtime
//! log is written from that alone.
//!
//! ```text
//! card       a real sound card                      paced      in real time to nowhere or into a WAV file
//! devices    which cards there are                  recording  that WAV file
//! stream     the open device and its callback       simulated  in no time at all, with a ledger of what went out
//! lane       one zone's way through the stream      timeline   cues on frames, for the two without a card
//! zone       its place on the card
//! programme  one cue in blocks, decoded ahead       fade       the ramp before a forced silence
//! sequence   what to tell of cues on a card         route      which zone plays where
//! air        numbers shared with the sound thread   origin     when frame 0 left the device
//! meter      the level of what is sent              opener     devices that hang block nobody
//! ledger     what a simulated card played            trial      one piece tried out on an output that nobody uses
//! troubles   what befalls a simulated card
//! ```

mod air;
mod card;
mod devices;
mod fade;
mod lane;
mod ledger;
mod meter;
mod opener;
mod origin;
mod paced;
mod programme;
mod recording;
mod route;
mod sequence;
mod simulated;
mod stream;
mod timeline;
mod trial;
mod troubles;
mod zone;

use jiff::Timestamp;

use crate::equipment::Pcm;
use crate::time::Frames;

pub use crate::playout::{CueId, SoundEvent, SoundFault, Start};
pub use devices::{Output, devices, hush};
pub use fade::taken_down;
pub use ledger::{Heard, Ledger};
pub use meter::{Meter, Metered};
pub use paced::Paced;
pub use route::{Route, outputs};
pub use simulated::Simulated;
pub use stream::Channels;
pub use trial::{TRIAL_MAX, Trial, try_out};
pub use troubles::Troubles;

/// One piece of sound to play.
pub struct Cue {
    pub id: CueId,
    pub start: Start,
    /// No more than this goes out, whatever the file holds.
    pub length: Frames,
    /// What each sample is multiplied with.
    pub gain: f32,
    /// What no sample exceeds after that, whatever the file holds; full scale is 1.0.
    pub ceiling: f32,
    pub pcm: Box<dyn Pcm>,
    /// Measures what is sent, after gain and ceiling; none where nobody asks.
    pub meter: Option<Meter>,
}

/// Silence that stood for sound. No frame is lost by it: each comes later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Underruns {
    /// So much of it because the decoder was late.
    pub starved: Frames,
    /// How often the device ran empty because this program was.
    pub emptied: u64,
}

/// An output. Cheap to poll; nothing here blocks longer than a third of a second, and what hangs does so only once.
pub trait Sound {
    /// How long before a session the output wants to be opened, so that its clock is settled by then.
    fn lead(&self) -> Frames;

    /// How much later than the programme its sound is.
    fn tail(&self) -> Frames {
        Frames::ZERO
    }

    /// The id of the device, as `loa devices` prints it and the airtime log copies it.
    fn device(&self) -> String;

    /// Opens the device; from here on it runs in silence. Opening what is open does nothing.
    ///
    /// # Errors
    /// The device is absent or refused; try again later.
    fn open(&mut self) -> Result<(), SoundFault>;

    /// Lines up one cue behind those already lined up.
    fn cue(&mut self, cue: Cue);

    /// Forgets a cue that has not begun, and says whether it was in time for that. What follows it comes sooner.
    fn withdraw(&mut self, cue: CueId) -> bool;

    /// Nothing sounds from `end` on, whatever is cued: a short ramp before it, then silence. What ends there by itself, within
    /// a ramp of it, is left alone. None: no such end.
    fn silence_from(&mut self, end: Option<Timestamp>);

    /// Takes what is on the air down with a short ramp as soon as can be, and forgets what is cued. What is cued after
    /// this follows the ramp. Does not wait: [`Sound::poll`] tells the end of what was on.
    fn fade(&mut self);

    /// When the output wants to be polled next while it is open.
    fn wake_at(&self, now: Timestamp) -> Timestamp;

    /// What happened since the last call, in order.
    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// The same, but returns when it is silent (within 100 ms), with what was heard as the last events. A device whose
    /// buffer holds more is given back for it.
    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent>;

    /// The last time the device asked for sound, on a clock of its own: what changes with every block. None while it is
    /// closed, and where there is no device.
    fn heartbeat(&self) -> Option<i64> {
        None
    }

    /// What went wrong so far without stopping the programme.
    fn underruns(&self) -> Underruns {
        Underruns::default()
    }

    /// Gives the device back. Closing what is closed does nothing.
    fn close(&mut self);
}
