//! A cart: one playable file, or one that ought to be there, with all that is known of it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::library::{Defect, Loudness, Oddity, Priority};
use crate::time::{DateRange, Frames};

/// Where a file lies below `audio/`, such as `ministry/05-bluetooth.mp3`.
///
/// Always with `/` between folders and in Unicode's composed form (NFC), whichever form the disk or the schedule uses:
/// the same name typed on another keyboard is the same cart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CartPath(String);

impl CartPath {
    /// Takes a relative path as a person or a folder scan gives it; a leading `audio/` or `./` is dropped.
    ///
    /// None for a path that is empty, absolute, or leads out of the audio folder.
    #[must_use]
    pub fn new(written: &str) -> Option<Self> {
        let composed: String = written.trim().nfc().collect();
        let relative = composed.strip_prefix("./").unwrap_or(&composed);
        let relative = relative.strip_prefix("audio/").unwrap_or(relative);
        let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
        let inside = relative.split('/').all(sound) && !relative.contains(['\0', '\\']);
        inside.then(|| Self(relative.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without folder and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.0.rsplit('/').next().unwrap_or(&self.0);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The same as the title of a file nobody gave one: on one line, whatever the name is made of.
    #[must_use]
    pub fn title(&self) -> String {
        self.stem().replace(char::is_control, " ")
    }

    /// What a file is, by the folder it lies in. A folder of the station's own holds bulletins: the strictest class.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.0.split_once('/') {
            Some(("ministry", _)) => Kind::Ministry,
            Some(("jingles", _)) => Kind::Jingle,
            _ => Kind::Bulletin,
        }
    }
}

impl fmt::Display for CartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a file is to the law and to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of the mandated set, approved upstream.
    Ministry,
    /// A local item, aired only when approved.
    Bulletin,
    /// Opening, closing, station call.
    Jingle,
    /// Another station's programme carried live.
    Relay,
    /// An emergency.
    Alert,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Ministry, Self::Bulletin, Self::Jingle, Self::Relay, Self::Alert];

    /// Whether it tells people something of the station's own: jingles frame the programme, a relay is another's.
    #[must_use]
    pub const fn informs(self) -> bool {
        matches!(self, Self::Ministry | Self::Bulletin | Self::Alert)
    }

    /// As it stands in the airtime log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Bulletin => "bulletin",
            Self::Jingle => "jingle",
            Self::Relay => "relay",
            Self::Alert => "alert",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The BLAKE3 hash of a file's bytes, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// Takes 64 hexadecimal digits in either case.
    #[must_use]
    pub fn new(hex: &str) -> Option<Self> {
        let valid = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(hex.to_ascii_lowercase()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What decoding a whole file from end to end found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Length at the house rate, exactly as it will go out.
    pub length: Frames,
    /// As it goes out: of both channels, also for a mono file.
    pub loudness: Loudness,
    /// In the file. A mono file is measured as one channel by every other meter, and so reads 3 LU lower there.
    pub channels: usize,
    /// One channel is the other upside down, see [`Caution::Opposed`].
    pub opposed: bool,
    /// Nothing in it is heard. It airs only where its sidecar says that this is meant.
    pub silent: bool,
    /// From the file's tags: its title where nobody gives it another.
    pub title: Option<String>,
    pub language: Option<String>,
}

impl Analysis {
    /// The same of a file with something to hear.
    ///
    /// # Errors
    /// It is wholly silent.
    pub fn sounding(self) -> Result<Self, Defect> {
        if self.silent { Err(Defect::Silent) } else { Ok(self) }
    }
}

/// A file that can be played: its content and what was measured of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    pub hash: ContentHash,
    pub length: Frames,
    /// As it goes out: of both channels, also for a mono file.
    pub loudness: Loudness,
    pub channels: usize,
    /// One channel is the other upside down, see [`Caution::Opposed`].
    pub opposed: bool,
}

impl Sound {
    /// The loudness that meters show of the file itself, in LUFS (ITU-R BS.1770-4: one channel of two is 3.01 LU less).
    #[must_use]
    pub fn file_lufs(&self) -> Option<f64> {
        let one_channel = if self.channels == 1 { 3.01 } else { 0.0 };
        self.loudness.lufs.map(|lufs| lufs - one_channel)
    }
}

/// Whether a cart can air, and if not, why.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    Ok,
    /// Expected by the manifest, not there.
    Missing,
    /// Still being written.
    Copying,
    /// It does not decode, or not to its end.
    Broken(Defect),
    /// It decodes into silence, and nobody says that this is meant.
    Silent,
    /// Recognised, but of a format this program does not decode.
    Unsupported {
        format: String,
    },
    /// Its bytes are not those that were approved, or accepted when the file was first seen.
    Changed,
    /// Its bytes are not those the manifest names.
    NotAsListed,
    /// A bulletin nobody has approved, or somebody has rejected.
    Unapproved {
        rejected_by: Option<String>,
    },
    /// Its last day is over.
    Expired {
        on: Date,
    },
    /// It is no file that could be taken up.
    Odd(Oddity),
    /// Its sidecar has mistakes, so nobody can know when and where it may air.
    BadSidecar,
}

impl Status {
    /// As it stands in `loa library --json`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Copying => "copying",
            Self::Broken(_) | Self::Odd(_) | Self::BadSidecar => "broken",
            Self::Silent => "silent",
            Self::Unsupported { .. } => "unsupported",
            Self::Changed | Self::NotAsListed => "changed",
            Self::Unapproved { .. } => "unapproved",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether there is a file, whatever its state.
    #[must_use]
    pub const fn is_of_a_file(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Odd(oddity) => oddity.is_file(),
            _ => true,
        }
    }
}

/// What somebody should know of a file that airs all the same. The words for people stand in `words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// A stereo file with one side upside down: on a horn that carries both channels added up, hardly anything is left.
    Opposed,
}

/// One playable file, or one that ought to be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    pub path: CartPath,
    pub kind: Kind,
    pub title: String,
    /// As a BCP 47 tag, such as `vi` or `km`; empty where nobody said.
    pub language: String,
    /// The letter it carries out; empty where nobody said, then the schedule's counts.
    pub directive: String,
    /// Days on which it may air.
    pub valid: DateRange,
    /// Whether the manifest says to stress it.
    pub emphasis: bool,
    pub priority: Priority,
    /// The operator's order among priority bulletins, smallest first.
    pub order: i64,
    /// A bulletin that is to be heard this often within a session.
    pub repeat_every: Option<Frames>,
    /// Whether its fitness holds whatever the day; [`Cart::status`] adds the date.
    pub fitness: Status,
    /// What was measured, for every file that decodes.
    pub sound: Option<Sound>,
    /// How long the manifest says it is.
    pub told_length: Option<Frames>,
}

impl Cart {
    /// How long it ought to be on the air: what was measured; of a file that is not there, or not as it should be, what
    /// the manifest says first; zero where nobody knows.
    #[must_use]
    pub fn length(&self) -> Frames {
        let measured = self.sound.as_ref().map(|sound| sound.length);
        let length = if self.fitness == Status::Ok { measured } else { self.told_length.or(measured) };
        length.or(self.told_length).unwrap_or_default()
    }

    /// Whether it can air on `date`, and if not, why. Not yet valid is no defect, see [`Cart::airs_on`].
    #[must_use]
    pub fn status(&self, date: Date) -> Status {
        match (&self.fitness, self.valid.until) {
            (Status::Ok, Some(last)) if last < date => Status::Expired { on: last },
            (fitness, _) => fitness.clone(),
        }
    }

    /// What is to be said of it although its `status` lets it air.
    #[must_use]
    pub fn caution(&self, status: &Status) -> Option<Caution> {
        let opposed = *status == Status::Ok && self.sound.as_ref().is_some_and(|sound| sound.opposed);
        opposed.then_some(Caution::Opposed)
    }

    /// Its sound, if it may air on `date`.
    #[must_use]
    pub fn airs_on(&self, date: Date) -> Option<&Sound> {
        let fit = self.fitness == Status::Ok && self.valid.contains(date);
        self.sound.as_ref().filter(|_| fit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside_the_audio_folder() {
        for wrong in ["", "/etc/passwd", "../x.mp3", "a/../../x", "a//b", "audio/", "C:\\x.mp3", "a/."] {
            assert_eq!(CartPath::new(wrong), None, "{wrong}");
        }
        assert_eq!(CartPath::new("audio/ministry/01.mp3"), CartPath::new("ministry/01.mp3"));
    }

    #[test]
    fn both_unicode_forms_are_one_cart() {
        assert_eq!(CartPath::new("bulletins/h\u{1ecd}p.mp3"), CartPath::new("bulletins/ho\u{323}p.mp3"));
    }

    #[test]
    fn a_folder_says_what_a_file_is() {
        let kind = |path: &str| CartPath::new(path).unwrap().kind();
        assert_eq!(kind("ministry/01.mp3"), Kind::Ministry);
        assert_eq!(kind("jingles/opening.mp3"), Kind::Jingle);
        assert_eq!(kind("thang-8/hop.mp3"), Kind::Bulletin);
        assert_eq!(kind("hop.mp3"), Kind::Bulletin);
        assert_eq!(CartPath::new("bulletins/họp dân.MP3").unwrap().stem(), "họp dân");
    }
}
