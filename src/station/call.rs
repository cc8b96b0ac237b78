//! The station call: what is played when somebody only wants to know whether sound arrives.
//!
//! `audio/jingles/call.*` where there is one; else the jingle that a session opens with; else a soft tone of our own. It
//! is brought to the station's level like everything else, and then made softer: nobody is to take it for a programme.

use std::f64::consts::TAU;
use std::path::PathBuf;

use crate::equipment::cache::Cache;
use crate::equipment::decoder::Reader;
use crate::equipment::quarantine::Examiner;
use crate::equipment::{Pcm, folder};
use crate::library::{Analysis, CartPath, Defect, Kind, Level, factor};
use crate::schedule::Element;
use crate::station::home::{Home, Papers};
use crate::station::ingest;
use crate::time::Frames;

/// So much softer than the programme, in dB.
pub const SOFTER_DB: f64 = 20.0;
/// In the jingles' folder, whatever its ending.
const NAME: &str = "call";

/// What is played, ready for one zone after the other.
pub struct Call {
    /// The file; none for the tone.
    file: Option<PathBuf>,
    /// What it is called, of a file.
    pub title: Option<String>,
    pub gain: f32,
    pub ceiling: f32,
}

impl Call {
    /// The best call that this home has. A file that cannot be played is passed over.
    #[must_use]
    pub fn of(home: &Home, papers: &Papers, examiner: &dyn Examiner) -> Self {
        let cache = Cache::open(&home.analysis());
        let level = papers.config.loudness;
        let measured = |path: CartPath| {
            let file = folder::spelled(&home.audio(), path.as_str())?;
            let (_, analysis) = ingest::measure_one(&file, &cache, examiner).ok()?;
            Some(Self::of_file(file, path.stem(), analysis, level))
        };
        own(home).into_iter().chain(openings(papers)).find_map(measured).unwrap_or_else(|| Self::tone(level))
    }

    fn of_file(file: PathBuf, stem: &str, analysis: Analysis, level: Level) -> Self {
        let gain_db = level.gain_db(&analysis.loudness) - SOFTER_DB;
        let name = stem.rsplit('/').next().unwrap_or(stem).to_owned();
        Self {
            file: Some(file),
            title: Some(analysis.title.unwrap_or(name)),
            gain: factor(gain_db),
            ..Self::tone(level)
        }
    }

    /// A sine of full scale on both channels measures 0 LUFS, near enough.
    fn tone(level: Level) -> Self {
        let ceiling = factor(level.true_peak_dbtp - SOFTER_DB);
        Self { file: None, title: None, gain: factor(level.target_lufs - SOFTER_DB), ceiling }
    }

    /// Its sound, from the beginning.
    ///
    /// # Errors
    /// The file is gone or broken by now.
    pub fn take(&self) -> Result<Box<dyn Pcm>, Defect> {
        let Some(file) = &self.file else { return Ok(Box::new(Tone::default())) };
        let opened = folder::open(file).map_err(|error| Defect::Unreadable { detail: error.to_string() })?;
        Ok(Box::new(Reader::new(opened, &file.to_string_lossy())?))
    }
}

/// Files called like a station call, by name.
fn own(home: &Home) -> Vec<CartPath> {
    let entries = std::fs::read_dir(home.audio().join("jingles")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_call = |name: &String| name.rsplit_once('.').is_some_and(|(stem, _)| stem.to_lowercase() == NAME);
    let mut names: Vec<String> = names.filter(is_call).collect();
    names.sort();
    names.iter().filter_map(|name| CartPath::new(&format!("jingles/{name}"))).collect()
}

/// The jingles that sessions open with.
fn openings(papers: &Papers) -> impl Iterator<Item = CartPath> {
    let sessions = papers.orders.schedules.iter().flat_map(|schedule| &schedule.sessions);
    sessions.filter_map(|session| match session.rundown.first() {
        Some(Element::Play { path, .. }) if path.kind() == Kind::Jingle => Some(path.clone()),
        _ => None,
    })
}

/// Three seconds of one soft note, without a crack at either end.
#[derive(Default)]
struct Tone {
    frame: u64,
}

const HZ: f64 = 660.0;
const LENGTH: Frames = Frames::from_secs(3);
const RAMP: f64 = 0.3;

impl Pcm for Tone {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let left = usize::try_from(LENGTH.0 - self.frame).unwrap_or(usize::MAX);
        let mut count = 0;
        for frame in block.chunks_exact_mut(2).take(left) {
            let at = Frames(self.frame).as_secs_f64();
            let ramp = (at.min(LENGTH.as_secs_f64() - at) / RAMP).min(1.0);
            #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
            frame.fill((ramp * (TAU * HZ * at).sin()) as f32);
            self.frame += 1;
            count += 2;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::RATE;

    #[test]
    fn the_tone_is_three_seconds_and_begins_and_ends_softly() {
        let (mut tone, mut block, mut samples) = (Tone::default(), [0.0; 1_000], Vec::new());
        while let Ok(count @ 1..) = tone.read(&mut block) {
            samples.extend_from_slice(&block[..count]);
        }
        assert_eq!(samples.len(), RATE as usize * 6);
        assert!(samples[..20].iter().chain(&samples[samples.len() - 20..]).all(|sample| sample.abs() < 0.01));
        assert!(samples.iter().any(|sample| *sample > 0.99));
    }

    #[test]
    fn it_is_softer_than_the_programme_by_as_much_as_is_said() {
        let level = Level { target_lufs: -18.0, true_peak_dbtp: -1.0 };
        let call = Call::tone(level);
        assert!((20.0 * f64::from(call.gain).log10() + 38.0).abs() < 0.01);
        assert!((20.0 * f64::from(call.ceiling).log10() + 21.0).abs() < 0.01);
    }
}
