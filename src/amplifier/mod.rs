//! The amplifier: switched on before the first sound and off after the last, by commands of the operator.
//!
//! A commune's amplifier hangs on a relay board, a pin of the computer or a plug in the network. This room knows *when*
//! it is to be switched; it runs no command. [`Amplifier::mind`] is told the time and what the air needs, and answers
//! with the switch to be thrown; [`Amplifier::answered`] is told what became of it. The programme never waits for any of
//! this: sound goes out on time, and an amplifier that did not answer is a [`Failure`] for people to read.

mod switch;
mod watch;

pub use switch::{Air, CommandLine, HookFault, Settings, Switch};
pub use watch::{Amplifier, Failure, State, Thrown};

#[cfg(test)]
mod tests;
