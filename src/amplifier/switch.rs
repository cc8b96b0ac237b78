//! The vocabulary: the two positions of the switch, the commands behind them, and what can go wrong with one.

use std::fmt;

use jiff::Timestamp;

use crate::time::Frames;

/// One position of the amplifier's switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    /// As the commands read it in `LOA_HOOK`, and `loa status --json` prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// A program with its arguments, as they are handed to the system: no shell reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    pub program: String,
    pub arguments: Vec<String>,
}

/// The program alone: arguments may hold an address with a password in it.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)
    }
}

/// `amplifier:` in station.yaml. At least one of the commands is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub on: Option<CommandLine>,
    pub off: Option<CommandLine>,
    /// How long before the first sound it is switched on.
    pub warm_up: Frames,
    /// How long after the last sound it is switched off.
    pub cool_down: Frames,
    /// A command that takes longer is ended.
    pub timeout: Frames,
}

impl Settings {
    /// What throws this switch, if anything does.
    #[must_use]
    pub fn command(&self, switch: Switch) -> Option<&CommandLine> {
        match switch {
            Switch::On => self.on.as_ref(),
            Switch::Off => self.off.as_ref(),
        }
    }
}

/// What the amplifier is needed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Air {
    /// When the session that is on began, or the next one begins; past or present for an emergency.
    pub needed_from: Option<Timestamp>,
    /// Whether a session is on or about to be. As long as it is, an amplifier that was needed stays so, even if the clock
    /// is set back to before its beginning.
    pub taken: bool,
}

/// Why a command did not do what it is for. `said` is the last line it wrote, or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookFault {
    /// It could not even be started, in the system's words.
    NotStarted { detail: String },
    /// It ended with an exit code other than 0.
    Refused { code: i32, said: String },
    /// It was ended by a signal.
    Killed { signal: i32, said: String },
    /// It took longer than it may, and was ended.
    TooSlow { after: Frames, said: String },
}
