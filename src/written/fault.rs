//! The closed set of mistakes that reading a file of ours can find.

use crate::time::Unreadable;

/// One mistake. The names say what is wrong; what to do about it is said in `words`.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    // The file
    Unreadable {
        detail: String,
    },
    /// A link, a folder, a pipe …, where a file was wanted.
    NotAFile,
    /// Its name is no UTF-8.
    BadName,
    Empty,
    NotUtf8 {
        offset: usize,
    },
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    /// It is the beginning of its last good version, and ends in the middle of a line.
    CutOff,
    // The notation
    Syntax {
        detail: String,
    },
    TabIndent,
    UnknownKey {
        key: String,
        suggestion: Option<String>,
        known: Vec<String>,
    },
    MissingKey {
        key: String,
    },
    DuplicateKey {
        key: String,
        first_line: Option<u64>,
    },
    /// More than one YAML document.
    SeveralDocuments,
    /// A list where a text was wanted and the like, in the reader's words.
    WrongKind {
        wanted: String,
        found: Option<String>,
    },
    // Values
    Time(Unreadable),
    NoSuchDate {
        text: String,
    },
    BackwardRange {
        from: String,
        until: String,
    },
    OutOfRange {
        key: &'static str,
        value: String,
        least: String,
        most: String,
    },
    NotAChoice {
        key: &'static str,
        value: String,
        suggestion: Option<String>,
        choices: Vec<String>,
    },
    UnknownZone {
        name: String,
    },
    /// Two zones on one channel of one device.
    ZonesMeet {
        name: String,
        other: String,
    },
    /// A zone that station.yaml does not name.
    NoSuchZone {
        name: String,
        known: String,
    },
    /// An id of something other than letters, digits, `-` and `_`.
    BadId {
        id: String,
    },
    /// An id that the program gives by itself.
    ReservedId {
        id: String,
    },
    Blank {
        key: &'static str,
    },
    /// Something that only a shell understands, where no shell reads it.
    NeedsShell {
        text: String,
    },
    /// A program that is not there, or may not be run.
    NoSuchProgram {
        key: &'static str,
        program: String,
    },
    NotANumber {
        text: String,
    },
    /// Nothing, or a number, where a name was wanted.
    NotAName {
        text: String,
    },
    /// More installations than people: columns swapped, or a number torn in two.
    MoreThanPeople {
        text: String,
    },
    /// A line of a table has more or fewer fields than the others.
    FieldCount {
        found: usize,
        wanted: usize,
    },
    // Schedules
    Cron {
        expression: String,
        fault: CronFault,
    },
    /// A session has neither `cron` nor `at`, or both.
    CronOrAt {
        both: bool,
    },
    DuplicateId {
        id: String,
        other_line: u64,
    },
    /// A name that has to be the only one, such as a round's or a district's.
    DuplicateName {
        name: String,
        other_line: u64,
    },
    ElementWithoutKind,
    ElementWithTwoKinds {
        first: &'static str,
        second: &'static str,
    },
    /// An option that means nothing here, such as `limit` without `pick`.
    Misplaced {
        option: &'static str,
        belongs_to: &'static str,
    },
    /// A path that leads out of audio/, is absolute, or is no path.
    PathOutside {
        path: String,
    },
    /// No `http://` or `https://` address, or one with a name and a password in it, which would stand in every log.
    NotAnAddress {
        text: String,
    },
    // Sidecars and manifest
    TooManyItems {
        expected: u32,
        items: usize,
    },
    DuplicateItem {
        file: String,
        other_line: u64,
    },
    BadHash {
        text: String,
    },
    Trust(TrustFault),
}

/// Why a manifest is not taken as the Ministry's word although it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustFault {
    /// What stands in station.yaml is no public key of minisign.
    NotAKey { text: String },
    /// Keys are trusted, and there is no manifest at all.
    NoManifest,
    /// There is no signature beside it, under this name.
    Unsigned { signature: String },
    /// What stands beside it is no signature of minisign.
    NotASignature,
    /// Signed with a key that station.yaml does not name.
    UnknownKey { id: String, trusted: String },
    /// These are not the bytes that were signed with this key.
    Tampered { id: String },
    /// A signed manifest without a batch: an old one could come back for ever.
    NoBatch,
    /// A later batch was accepted before.
    OldBatch { batch: u32, accepted: u32 },
    /// The same batch was accepted before with another content.
    SameBatch { batch: u32 },
}

/// Why a crontab expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CronFault {
    /// Neither 5 fields, nor 6 or 7 with seconds first.
    Fields { count: usize },
    /// One field, by its crontab(5) name, with what stands in it and what may.
    Field { field: &'static str, text: String, least: u32, most: u32 },
    /// A range that ends before it starts.
    Backward { field: &'static str, text: String },
    /// Several times within a minute, which is the shortest session.
    ManySeconds { text: String },
    /// A macro such as `@daily`, which names no time of day.
    Macro { text: String },
}
