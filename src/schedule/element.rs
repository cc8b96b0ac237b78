//! What a session is made of: the elements of a rundown template.

use serde::{Deserialize, Serialize};

use crate::library::{CartPath, Kind};
use crate::time::Frames;

/// One line of a rundown template.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    /// This very file. Back-timed if `at_end`: its last frame is the session's last.
    Play { path: CartPath, at_end: bool },
    /// Files chosen by the planner.
    Pick {
        from: Pick,
        /// No more airtime than this.
        limit: Option<Frames>,
        /// As many as fit, beginning again when each has had its turn.
        fill: bool,
        emphasis: Option<Emphasis>,
    },
    /// Another station's programme, carried live for so long.
    Relay(Relay),
}

/// Another station's programme (*tiếp âm*).
#[derive(Clone, Debug, PartialEq)]
pub struct Relay {
    /// An `http://` or `https://` address without a user name, of a stream or of a playlist naming one.
    pub address: String,
    /// What listeners and the log know it by; none: by its address.
    pub title: Option<String>,
    pub length: Frames,
    /// What airs instead while the stream is dead.
    pub fallback: Option<CartPath>,
}

/// What the planner may choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The mandated set: least aired today first, then longest ago.
    Ministry,
    /// Approved, valid bulletins: least aired first.
    Bulletins,
    /// Every valid priority bulletin, in the operator's order.
    Priority,
}

impl Pick {
    pub(crate) const NAMES: [(&str, Self); 3] =
        [("ministry", Self::Ministry), ("bulletins", Self::Bulletins), ("priority", Self::Priority)];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Bulletins => "bulletins",
            Self::Priority => "priority",
        }
    }

    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Ministry => Kind::Ministry,
            Self::Bulletins | Self::Priority => Kind::Bulletin,
        }
    }
}

/// One message that is to be stressed: heard at least once in every so much airtime.
#[derive(Clone, Debug, PartialEq)]
pub struct Emphasis {
    pub play: CartPath,
    pub every: Frames,
}
