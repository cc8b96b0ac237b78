//! One piece tried out on an output that nobody uses: so that a person hears whether sound arrives, and the output says
//! how much of it it took.

use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::equipment::Pcm;
use crate::equipment::sound::{Cue, CueId, Sound, SoundEvent, SoundFault, Start};
use crate::library::Defect;
use crate::time::Frames;

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// What the output consumed.
    pub heard: Frames,
    pub fault: Option<SoundFault>,
    /// It was broken off because somebody else wants the air.
    pub gave_way: bool,
}

/// No trial is longer; what is longer fades out.
pub const TRIAL_MAX: Frames = Frames::from_secs(10);
/// The length of that fade.
const FADE: Frames = Frames::from_secs(1);
/// How often the output is looked after.
const STEP: Duration = Duration::from_millis(100);
/// The output runs so many steps before anything is played on it: the streams of a sound server that fail do so within
/// their first second, and are opened again as long as nobody heard anything.
const STEPS_OF_SILENCE: u32 = 10;
/// Steps beyond the longest trial after which nothing more is waited for: a card settles for a second or two.
const STEPS_MAX: u32 = 150;

/// Plays `pcm` on `output` from its beginning and gives the output back. `may_go_on` is asked at every step.
pub fn try_out(
    output: &mut dyn Sound,
    pcm: Box<dyn Pcm>,
    (gain, ceiling): (f32, f32),
    now: impl Fn() -> Timestamp,
    mut may_go_on: impl FnMut() -> bool,
) -> Trial {
    let mut trial = Trial::default();
    if let Err(fault) = output.open() {
        return Trial { fault: Some(fault), ..trial };
    }
    for _ in 0..STEPS_OF_SILENCE {
        if trial.note(output.poll(now())) {
            output.close();
            return trial;
        }
        thread::park_timeout(STEP);
    }
    let pcm = Box::new(Fading { pcm, samples: 0 });
    output.cue(Cue { id: CueId(1), start: Start::Following, length: TRIAL_MAX, gain, ceiling, pcm, meter: None });
    for _ in 0..STEPS_MAX {
        let over = trial.note(output.poll(now()));
        trial.gave_way = !over && !may_go_on();
        if trial.gave_way {
            trial.note(output.cut(now()));
        }
        if over || trial.gave_way {
            break;
        }
        thread::park_timeout(STEP);
    }
    output.close();
    trial
}

impl Trial {
    /// True when it is over.
    fn note(&mut self, events: Vec<SoundEvent>) -> bool {
        let mut over = false;
        for event in events {
            match event {
                SoundEvent::Began { .. } => {}
                SoundEvent::Reached { heard, .. } => self.heard = heard,
                SoundEvent::Ended { heard, .. }
                | SoundEvent::Broke { heard, .. }
                | SoundEvent::Barred { heard, .. } => {
                    (self.heard, over) = (heard, true);
                }
                SoundEvent::Lost { fault, .. } => (self.fault, over) = (Some(fault), true),
            }
        }
        over
    }
}

/// Ends softly at the longest a trial may be.
struct Fading {
    pcm: Box<dyn Pcm>,
    /// Given so far.
    samples: u64,
}

impl Pcm for Fading {
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let count = self.pcm.read(block)?;
        for frame in block[..count].chunks_mut(2) {
            let left = TRIAL_MAX.saturating_sub(Frames(self.samples / 2));
            if left < FADE {
                #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
                let factor = (left.as_secs_f64() / FADE.as_secs_f64()) as f32;
                for sample in frame.iter_mut() {
                    *sample *= factor;
                }
            }
            self.samples += frame.len() as u64;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::equipment::sound::Paced;

    struct Steady(usize);

    impl Pcm for Steady {
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            let count = block.len().min(self.0);
            block[..count].fill(0.5);
            self.0 -= count;
            Ok(count)
        }
    }

    /// A clock that is a second further each time it is asked, so that nothing is waited for.
    fn clock() -> impl Fn() -> Timestamp {
        let second = Cell::new(1_600_000_000);
        move || {
            second.set(second.get() + 1);
            Timestamp::from_second(second.get()).unwrap()
        }
    }

    #[test]
    fn what_the_output_took_is_what_is_told() {
        let trial = try_out(&mut Paced::silent(), Box::new(Steady(96_000)), (1.0, 1.0), clock(), || true);
        assert_eq!(trial, Trial { heard: Frames::from_secs(1), ..Trial::default() });
    }

    #[test]
    fn a_long_piece_ends_softly_after_ten_seconds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("air.wav");
        let mut output = Paced::wav(&file);
        let trial = try_out(&mut output, Box::new(Steady(10_000_000)), (0.5, 1.0), clock(), || true);
        assert_eq!(trial.heard, TRIAL_MAX);
        let samples: Vec<i16> = hound::WavReader::open(&file).unwrap().samples().map(Result::unwrap).collect();
        let played: Vec<i16> = samples.into_iter().skip_while(|sample| *sample == 0).collect();
        assert_eq!((played[0], played[96_000 * 9 - 2]), (8_192, 8_192), "at its gain");
        assert!(played[96_000 * 10 - 100] < 20, "and faded at the end");
    }

    #[test]
    fn it_gives_way_and_a_device_that_is_not_there_is_told() {
        let trial = try_out(&mut Paced::silent(), Box::new(Steady(960_000)), (1.0, 1.0), clock(), || false);
        assert!(trial.gave_way && trial.heard < Frames::from_secs(3), "{trial:?}");
        let nowhere = std::path::Path::new("/nirgends/air.wav");
        let trial = try_out(&mut Paced::wav(nowhere), Box::new(Steady(9)), (1.0, 1.0), clock(), || true);
        assert!(trial.fault.is_some() && trial.heard.is_zero(), "{trial:?}");
    }
}
