//! Why a file cannot go on the air: the closed set of what decoding and reading can find.

use serde::{Deserialize, Serialize};

/// Why a file cannot go on the air. The words for people stand in `words`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "defect")]
pub enum Defect {
    /// No bytes in it.
    Empty,
    /// Text, a web page, a program, random bytes: no sound format we know.
    NotAudio,
    /// A sound format recognised by name that we do not decode (opus, wma, amr, HE-AAC, protected m4p).
    Unsupported { format: String },
    /// It ends before the length its own header, or the manifest, promises. Lengths in seconds.
    Truncated { expected_secs: f64, found_secs: f64 },
    /// The decoder gave up, in the decoder's words.
    Broken { detail: String },
    /// Samples far above full scale: a damaged file that decodes "without error" into noise. Level in dBFS.
    Wild { peak_dbfs: f64 },
    /// Nothing above −60 dBFS in it.
    Silent,
    /// Shorter than a fifth of a second.
    TooShort,
    /// Longer than twelve hours.
    TooLong,
    /// The process that decoded it for the first time came to no good end. Its content does that, so it is not tried again.
    Undecodable { undoing: Undoing },
    /// It could not be examined just now, by no fault of its own, in the system's words.
    Unexamined { detail: String },
    /// The file is there, but cannot be opened or read, in the system's words.
    Unreadable { detail: String },
    /// Somebody wrote to it while it was read: its content is not the one that was to air.
    Overwritten,
    /// Nothing comes from a relay's address: no such name, nobody answers, the connection broke; in the system's words.
    NoStream { detail: String },
    /// The server of a relay answers with this HTTP status instead of sound.
    StreamRefused { status: u16 },
    /// The server of a relay sends something else than sound: a web page, by its content type.
    NotAStream { content: String },
    /// A relay's stream broke off, or nothing comes through it any more.
    StreamDead,
    /// A relay carries nothing above −60 dBFS any more.
    StreamSilent,
}

/// What a decoder came to that did not come to the end of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Undoing {
    /// It died, in the system's words.
    Died { how: String },
    /// It was not done after so many seconds of work.
    TooMuchWork { cpu_secs: u64 },
    /// It wanted more memory than there is for one file.
    TooMuchMemory,
}

impl Defect {
    /// Whether it is a matter of the moment or of the disk, not of the content: the same bytes may be found sound later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unexamined { .. } | Self::Unreadable { .. })
    }

    /// Whether it speaks of a relay's stream, not of a file.
    #[must_use]
    pub const fn is_of_a_stream(&self) -> bool {
        matches!(
            self,
            Self::NoStream { .. }
                | Self::StreamRefused { .. }
                | Self::NotAStream { .. }
                | Self::StreamDead
                | Self::StreamSilent
        )
    }
}
