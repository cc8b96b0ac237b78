//! Outputs without a card, in real time: to nowhere (`silent`) or into a file (`wav:FILE`).
//!
//! Frames are due by the clock that `poll` tells, and really decoded: what breaks on the air breaks here as well.

use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::recording::Recording;
use crate::equipment::sound::timeline::{Stage, Timeline};
use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, fade};
use crate::library::Defect;
use crate::time::{Frames, later};

/// A paced output.
pub struct Paced {
    device: String,
    /// None: to nowhere.
    path: Option<PathBuf>,
    open: Option<Open>,
}

struct Open {
    timeline: Timeline,
    tape: Tape,
}

/// A machine that slept longer than this between two polls did not play meanwhile, as a card would not have.
const GAP_MAX: SignedDuration = SignedDuration::from_secs(60);
/// How often frames are brought up to date.
const POLL: Frames = Frames::from_millis(100);
/// Samples handled at a time.
const BLOCK: usize = 9_600;

impl Paced {
    /// An output to nowhere, id `silent`.
    #[must_use]
    pub fn silent() -> Self {
        Self { device: "silent".to_owned(), path: None, open: None }
    }

    /// An output into the file at `path`, id `wav:PATH`.
    #[must_use]
    pub fn wav(path: &Path) -> Self {
        Self { device: format!("wav:{}", path.display()), path: Some(path.to_owned()), open: None }
    }

    fn run(&mut self, work: impl FnOnce(&mut Open) -> Vec<SoundEvent>) -> Vec<SoundEvent> {
        let Some(open) = &mut self.open else { return Vec::new() };
        let mut events = work(open);
        if let Err(error) = open.tape.settle() {
            let fault = self.failed(&error);
            self.open = None;
            events.push(SoundEvent::Lost { fault, at_start: false });
        }
        events
    }

    fn failed(&self, error: &io::Error) -> SoundFault {
        SoundFault::Failed { device: self.device.clone(), detail: error.to_string() }
    }
}

impl Sound for Paced {
    fn lead(&self) -> Frames {
        Frames::from_secs(1)
    }

    fn device(&self) -> String {
        self.device.clone()
    }

    fn open(&mut self) -> Result<(), SoundFault> {
        if self.open.is_none() {
            let recording = self.path.as_deref().map(Recording::open).transpose();
            let recording = recording.map_err(|error| self.failed(&error))?;
            let tape = Tape { recording, block: vec![0.0; BLOCK], error: None };
            self.open = Some(Open { timeline: Timeline::new(Some(GAP_MAX)), tape });
        }
        Ok(())
    }

    fn cue(&mut self, cue: Cue) {
        if let Some(open) = &mut self.open {
            open.timeline.cue(cue);
        }
    }

    fn withdraw(&mut self, cue: CueId) -> bool {
        self.open.as_mut().is_some_and(|open| open.timeline.withdraw(cue))
    }

    fn silence_from(&mut self, end: Option<Timestamp>) {
        if let Some(open) = &mut self.open {
            open.timeline.silence_from(end);
        }
    }

    fn fade(&mut self) {
        if let Some(open) = &mut self.open {
            open.timeline.fade();
        }
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        later(now, POLL)
    }

    fn poll(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.run(|open| open.timeline.advance(now, &mut open.tape))
    }

    fn cut(&mut self, now: Timestamp) -> Vec<SoundEvent> {
        self.run(|open| {
            let mut events = open.timeline.advance(now, &mut open.tape);
            events.append(&mut open.timeline.cut(&mut open.tape));
            events
        })
    }

    fn close(&mut self) {
        self.open = None;
    }
}

/// Where the frames go.
struct Tape {
    recording: Option<Recording>,
    block: Vec<f32>,
    /// The first thing that went wrong with the file since it was last settled.
    error: Option<io::Error>,
}

impl Tape {
    /// Writes the first `samples` of the block.
    fn write(&mut self, samples: usize) {
        if let Some(recording) = &mut self.recording
            && self.error.is_none()
        {
            self.error = recording.write(&self.block[..samples]).err();
        }
    }

    fn settle(&mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.recording.as_mut().map_or(Ok(()), Recording::settle),
        }
    }
}

/// Samples of so many frames that fit into a block.
fn samples(frames: u64) -> usize {
    usize::try_from(frames).unwrap_or(usize::MAX).min(BLOCK / 2) * 2
}

impl Stage for Tape {
    fn silence(&mut self, mut frames: u64) {
        if self.recording.is_none() {
            return;
        }
        self.block.fill(0.0);
        while frames > 0 {
            let count = samples(frames);
            self.write(count);
            frames -= count as u64 / 2;
        }
    }

    fn play(&mut self, cue: &mut Cue, frames: u64, left: Option<u64>) -> (u64, Option<Defect>) {
        let mut played = 0;
        while played < frames {
            let wanted = samples(frames - played);
            let count = match cue.pcm.read(&mut self.block[..wanted]) {
                Ok(count) => count,
                Err(defect) => return (played, Some(defect)),
            };
            for sample in &mut self.block[..count] {
                *sample = (*sample * cue.gain).clamp(-cue.ceiling, cue.ceiling);
            }
            if let Some(meter) = &mut cue.meter {
                meter.push(&self.block[..count]);
            }
            if let Some(left) = left {
                fade::apply(&mut self.block[..count], left.saturating_sub(played));
            }
            // Less than was asked for is the end, or what was good before a defect, which the next call tells.
            if count == 0 {
                break;
            }
            self.write(count);
            played += count as u64 / 2;
        }
        (played, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::Pcm;
    use crate::equipment::sound::{CueId, Start};

    /// So many frames of a steady level, then the end or a defect.
    struct Steady(u64, f32, Option<Defect>);

    impl Pcm for Steady {
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            let count = block.len().min(usize::try_from(self.0 * 2).unwrap());
            block[..count].fill(self.1);
            self.0 -= count as u64 / 2;
            match &self.2 {
                Some(defect) if count == 0 => Err(defect.clone()),
                _ => Ok(count),
            }
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_600_000_000_000 + millis).unwrap()
    }

    fn cue(id: u64, start: Start, millis: u64, pcm: Steady) -> Cue {
        Cue {
            id: CueId(id),
            start,
            length: Frames::from_millis(millis),
            gain: 2.0,
            ceiling: 0.9,
            pcm: Box::new(pcm),
            meter: None,
        }
    }

    fn frames(path: &Path) -> Vec<i16> {
        hound::WavReader::open(path).unwrap().samples::<i16>().map(Result::unwrap).step_by(2).collect()
    }

    #[test]
    fn a_recording_holds_each_frame_where_it_belongs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("air.wav");
        let mut output = Paced::wav(&path);
        output.open().unwrap();
        output.poll(at(0));
        output.cue(cue(1, Start::At(at(100)), 50, Steady(1_000_000, 0.25, None)));
        output.cue(cue(2, Start::Following, 1_000, Steady(480, 0.75, None)));
        for millis in [30, 101, 137, 200] {
            output.poll(at(millis));
        }
        let heard = frames(&path);
        assert_eq!(heard.len(), 9_600);
        assert!(heard[..4_800].iter().all(|sample| *sample == 0));
        assert!(heard[4_800..7_200].iter().all(|sample| *sample == 16_384), "gain is applied");
        assert!(heard[7_200..7_680].iter().all(|sample| *sample == 29_490), "and held under the ceiling");
        assert!(heard[7_680..].iter().all(|sample| *sample == 0), "a short file ends early");
    }

    #[test]
    fn a_hard_end_is_a_ramp_and_then_silence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("air.wav");
        let mut output = Paced::wav(&path);
        output.open().unwrap();
        output.poll(at(0));
        output.cue(cue(1, Start::Following, 1_000, Steady(1_000_000, 0.25, None)));
        output.silence_from(Some(at(100)));
        output.poll(at(200));
        let heard = frames(&path);
        assert!(heard[..4_560].iter().all(|sample| *sample == 16_384));
        assert!(heard[4_560..4_800].is_sorted_by(|a, b| a >= b) && heard[4_799] > 0);
        assert!(heard[4_800..].iter().all(|sample| *sample == 0));
    }

    #[test]
    fn a_file_that_breaks_counts_up_to_there() {
        let mut output = Paced::silent();
        output.open().unwrap();
        output.poll(at(0));
        output.cue(cue(1, Start::Following, 1_000, Steady(24_321, 0.1, Some(Defect::NotAudio))));
        let events: Vec<_> = [400, 800].into_iter().flat_map(|millis| output.poll(at(millis))).collect();
        let broke = SoundEvent::Broke { cue: CueId(1), heard: Frames(24_321), defect: Defect::NotAudio };
        assert!(events.contains(&broke), "{events:?}");
    }

    #[test]
    fn a_foreign_file_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        std::fs::write(&path, "a letter that is longer than any header could be, and more").unwrap();
        assert!(matches!(Paced::wav(&path).open(), Err(SoundFault::Failed { .. })));
    }
}
