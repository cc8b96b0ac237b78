//! Civil days, spans, quiet hours and lengths: the two kinds of time this program knows.
//!
//! *Wall time* ([`jiff::Timestamp`], [`jiff::civil::Date`]) is for the law: when a session must begin, which day an
//! airing belongs to, when it has to be quiet. *Length* ([`Frames`]) is for sound: how long a file is, how much of it
//! went out. Neither is computed from the other: a clock that is set during an item changes no length, and a slow
//! sound card changes no date. Nothing in here, nor in any other stage, asks what time it is; `now` is an argument.

mod frames;
mod span;
mod steady;
mod written;

pub use frames::{Frames, RATE};
pub use span::{DateRange, Span, Window, earlier, instant, later};
pub use steady::{Jump, Look, Steady};
pub use written::{Unreadable, clock, parse_clock, parse_length, parse_window, rfc3339, shown};
