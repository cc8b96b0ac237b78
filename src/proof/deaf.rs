//! Why nothing is captured.

/// Why the capture input hears nothing. The programme goes on; its seconds are not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deaf {
    /// No device by this id.
    Absent { device: String },
    /// It is there, but cannot be opened, in the system's words.
    Failed { device: String, detail: String },
    /// It was open, and gives no sound any more.
    Stalled { device: String },
}
