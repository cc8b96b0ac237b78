//! How a planned item ended, and why: two closed sets.

use crate::rundown::Why;

/// Makes a closed set of words, each written by its name.
#[macro_export]
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is written.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The word of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.name() == name)
            }
        }
    };
}

closed_set! {
    /// How a planned item ended. Every planned item ends in exactly one of these.
    Outcome {
        /// At least `counts_from` of it went out.
        Aired = "aired",
        /// Some of it went out, less than `counts_from`.
        Partial = "partial",
        /// The program or the power died while it was on.
        Interrupted = "interrupted",
        /// The file or the device failed, and nothing went out.
        Failed = "failed",
        /// The operator passed over it.
        Skipped = "skipped",
        /// Its time passed while it could not air.
        Missed = "missed",
        /// A rule forbade it.
        Blocked = "blocked",
    }
}

closed_set! {
    /// Why an item did not air in full.
    Reason {
        Power = "power",
        Device = "device",
        File = "file",
        Clock = "clock",
        QuietHours = "quiet_hours",
        HardEnd = "hard_end",
        Preempted = "preempted",
        Operator = "operator",
        Unapproved = "unapproved",
        Expired = "expired",
        NoTime = "no_time",
        Shutdown = "shutdown",
    }
}

closed_set! {
    /// How far the computer's clock could be trusted while an item aired.
    ClockState {
        /// Kept by a time server.
        Synced = "synced",
        /// Running on its own.
        Unsynced = "unsynced",
        /// Before the last known time, or far ahead of it.
        Untrusted = "untrusted",
    }
}

/// How an item ends that never came on the air because of `why`.
impl From<&Why> for (Outcome, Reason) {
    fn from(why: &Why) -> Self {
        match why {
            Why::Missing | Why::Copying | Why::Unplayable(_) | Why::Odd(_) | Why::BadSidecar => {
                (Outcome::Failed, Reason::File)
            }
            Why::Changed | Why::Unapproved => (Outcome::Blocked, Reason::Unapproved),
            Why::OutOfDate => (Outcome::Blocked, Reason::Expired),
            Why::QuietHours => (Outcome::Blocked, Reason::QuietHours),
            Why::NoTime => (Outcome::Blocked, Reason::NoTime),
        }
    }
}
