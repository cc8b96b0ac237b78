//! What lies in the audio folder and cannot be taken up as a file of the library: the closed set of it.

/// Why something in the audio folder is not looked into. The words for people stand in `words`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A file whose name cannot be written down: no UTF-8, or a backslash in it.
    BadName,
    /// A file that has the name of another one but for its Unicode form: nobody could tell them apart.
    Twice,
    /// A link. Where it leads is not looked at.
    Link,
    /// A pipe, a socket or a device: opening it may wait for ever, or do something.
    Special,
    /// A folder that cannot be looked into, in the system's words.
    ClosedFolder { detail: String },
    /// A folder deeper below `audio/` than so many, where nobody looks for files.
    TooDeep { most: usize },
}

impl Oddity {
    /// Whether it is a file at all.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::BadName | Self::Twice)
    }
}
