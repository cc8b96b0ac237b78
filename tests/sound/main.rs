//! The whole way of the sound: the real program through ALSA into a sound server, recorded where it comes out.
//!
//! What the airtime log says went out must lie in the recording: which item, when, how long, how loud, joined without a
//! gap; and what happens when the card is torn out, hangs, or an operator has a word to say.

mod card;
mod doctor;
mod even;
#[path = "../home.rs"]
#[expect(dead_code, reason = "the other stories use the rest of it")]
mod home;
mod lost;
mod out;
mod proof;
mod shape;
#[path = "../tones.rs"]
mod tones;
mod urgent;
mod zones;
