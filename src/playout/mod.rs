//! The rundown meets the clock: a machine that takes what happens and answers with what is to be done.
//!
//! [`Machine::handle`] is told the time and one [`Input`], and returns [`Action`]s. It opens no device, reads no file
//! and writes no log; the station does that, and tells the machine what came of it. So a day of playout is a list of
//! values, and a test of it needs neither sound card nor patience.

mod alert;
mod events;
mod machine;
mod off_air;
mod sitting;

pub use alert::{Alert, AlertOrder};
pub use events::{Action, CueId, Input, Record, SittingId, SoundEvent, SoundFault, Start};
pub use machine::{Machine, OnAir};

#[cfg(test)]
mod tests;
