//! What to tell of cues that a card plays: who is on, since when, how much of it was heard.
//!
//! Pure: the sound thread counts, this reads the counts. A frame is heard when the device has played it, so an event
//! comes some time after its frame was handed over, and never before it left the device.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::equipment::sound::{CueId, SoundEvent};
use crate::library::Defect;
use crate::time::Frames;

/// How far a cue has come into the device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The stream's frame that was its first; none before it began.
    pub first: Option<u64>,
    /// Its frames handed over.
    pub handed: u64,
    /// The stream's frame after its last one handed over.
    pub last: u64,
    /// Nothing of it will follow.
    pub over: bool,
    /// Why it ended early, if its file broke.
    pub defect: Option<Defect>,
}

/// Something whose progress can be read.
pub trait Counted {
    fn progress(&self) -> Progress;

    /// Keeps it from beginning, if it has not begun: whether it was in time for that.
    fn withdraw(&self) -> bool;

    /// Whether there is something to play, or never will be.
    fn is_primed(&self) -> bool {
        true
    }
}

/// The cues handed to the stream, in their order.
pub struct Sequence<T> {
    entries: VecDeque<Entry<T>>,
}

struct Entry<T> {
    id: CueId,
    /// Before which cut or hard end it was lined up.
    epoch: u64,
    length: Frames,
    counts: T,
    began: bool,
    told: u64,
}

impl<T: Counted> Sequence<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { entries: VecDeque::new() }
    }

    pub fn line_up(&mut self, id: CueId, epoch: u64, length: Frames, counts: T) {
        self.entries.push_back(Entry { id, epoch, length, counts, began: false, told: 0 });
    }

    /// How many cues of this epoch there are, without those of an earlier one, which play no more.
    #[must_use]
    pub fn in_epoch(&self, epoch: u64) -> usize {
        self.entries.iter().filter(|entry| entry.epoch >= epoch).count()
    }

    /// Forgets a cue that has not begun; whether it was in time for that.
    pub fn withdraw(&mut self, id: CueId) -> bool {
        let place = self.entries.iter().position(|entry| entry.id == id);
        let place = place.filter(|place| self.entries[*place].counts.withdraw());
        place.is_some_and(|place| self.entries.remove(place).is_some())
    }

    /// How much of all cues is still to be handed over.
    #[must_use]
    pub fn left(&self) -> Frames {
        self.entries.iter().map(|entry| entry.length.saturating_sub(Frames(entry.counts.progress().handed))).sum()
    }

    /// Whether the first of the cues, if there is one, can be played.
    #[must_use]
    pub fn is_primed(&self) -> bool {
        self.entries.front().is_none_or(|entry| entry.counts.is_primed())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tells what happened up to the frame `heard`, with `instant` telling when a frame left the device. Cues of an
    /// epoch before `epoch` that never began are forgotten without a word.
    pub fn observe(&mut self, heard: u64, epoch: u64, instant: impl Fn(u64) -> Timestamp) -> Vec<SoundEvent> {
        let mut events = Vec::new();
        while let Some(entry) = self.entries.front_mut() {
            let progress = entry.counts.progress();
            let forgotten = progress.over && progress.first.is_none() && entry.epoch < epoch;
            if !forgotten && !entry.tell(&progress, heard, &instant, &mut events) {
                break;
            }
            self.entries.pop_front();
        }
        events
    }

    /// Forgets all cues; tells of the one on the air how much of it was surely heard.
    pub fn abandon(&mut self, heard: u64, instant: impl Fn(u64) -> Timestamp) -> Vec<SoundEvent> {
        let mut events = Vec::new();
        for entry in self.entries.drain(..).filter(|entry| entry.began) {
            let frames = entry.counts.progress().heard(heard).max(Frames(entry.told));
            events.push(SoundEvent::Ended { cue: entry.id, heard: frames, at: instant(heard) });
        }
        events
    }
}

impl Progress {
    /// Frames the device has played when it has come to `frame`: what was handed over last is still on its way.
    fn heard(&self, frame: u64) -> Frames {
        Frames(self.handed.saturating_sub(self.last.saturating_sub(frame)))
    }
}

impl<T> Entry<T> {
    /// Tells what is new of this cue; true when that was its end.
    fn tell(
        &mut self,
        progress: &Progress,
        heard: u64,
        instant: &impl Fn(u64) -> Timestamp,
        events: &mut Vec<SoundEvent>,
    ) -> bool {
        let cue = self.id;
        match progress.first {
            Some(first) if !self.began && heard > first => {
                self.began = true;
                events.push(SoundEvent::Began { cue, at: instant(first) });
            }
            None if progress.over => {}
            None => return false,
            Some(_) => {}
        }
        let Frames(frames) = progress.heard(heard);
        if progress.over && heard >= progress.last {
            let at = instant(if progress.first.is_some() { progress.last } else { heard });
            let heard = Frames(progress.handed);
            events.push(match progress.defect.clone() {
                Some(defect) => SoundEvent::Broke { cue, heard, defect },
                None => SoundEvent::Ended { cue, heard, at },
            });
            return true;
        }
        if self.began && frames > self.told {
            self.told = frames;
            events.push(SoundEvent::Reached { cue, heard: Frames(frames) });
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    impl Counted for Shared {
        fn progress(&self) -> Progress {
            self.borrow().clone()
        }

        fn withdraw(&self) -> bool {
            self.borrow().first.is_none()
        }
    }

    fn second(frame: u64) -> Timestamp {
        Timestamp::from_second(i64::try_from(frame).unwrap()).unwrap()
    }

    type Shared = Rc<RefCell<Progress>>;

    fn lined_up(count: u64) -> (Sequence<Shared>, Vec<Shared>) {
        let mut sequence = Sequence::new();
        let cues: Vec<Shared> = (0..count).map(|_| Rc::default()).collect();
        for (id, cue) in (0..).zip(&cues) {
            sequence.line_up(CueId(id), 0, Frames::ZERO, cue.clone());
        }
        (sequence, cues)
    }

    fn progress(first: u64, handed: u64, last: u64, over: bool) -> Progress {
        Progress { first: Some(first), handed, last, over, defect: None }
    }

    #[test]
    fn nothing_counts_before_the_device_has_played_it() {
        let (mut sequence, cues) = lined_up(1);
        cues[0].replace(progress(100, 50, 150, false));
        assert_eq!(sequence.observe(100, 0, second), []);
        let cue = CueId(0);
        let began = SoundEvent::Began { cue, at: second(100) };
        assert_eq!(sequence.observe(120, 0, second), [began, SoundEvent::Reached { cue, heard: Frames(20) }]);
        cues[0].replace(progress(100, 80, 180, true));
        assert_eq!(sequence.observe(179, 0, second), [SoundEvent::Reached { cue, heard: Frames(79) }]);
        let ended = SoundEvent::Ended { cue, heard: Frames(80), at: second(180) };
        assert_eq!(sequence.observe(180, 0, second), [ended]);
        assert!(sequence.is_empty());
    }

    #[test]
    fn a_starved_cue_counts_its_own_frames_only() {
        let (mut sequence, cues) = lined_up(1);
        cues[0].replace(progress(0, 60, 100, false));
        let events = sequence.observe(90, 0, second);
        assert_eq!(events[1], SoundEvent::Reached { cue: CueId(0), heard: Frames(50) });
    }

    #[test]
    fn what_has_not_begun_can_be_withdrawn() {
        let (mut sequence, cues) = lined_up(3);
        cues[0].replace(progress(0, 10, 10, true));
        cues[2].replace(progress(10, 5, 15, true));
        assert!(!sequence.withdraw(CueId(0)) && sequence.withdraw(CueId(1)) && !sequence.withdraw(CueId(1)));
        let told: Vec<_> = sequence.observe(40, 0, second).into_iter().collect();
        assert_eq!(told[3], SoundEvent::Ended { cue: CueId(2), heard: Frames(5), at: second(15) });
    }

    #[test]
    fn several_cues_may_pass_between_two_polls() {
        let (mut sequence, cues) = lined_up(2);
        cues[0].replace(progress(0, 10, 10, true));
        cues[1].replace(Progress { defect: Some(Defect::NotAudio), ..progress(10, 5, 15, true) });
        let events = sequence.observe(40, 0, second);
        assert_eq!(events.len(), 4);
        assert_eq!(events[3], SoundEvent::Broke { cue: CueId(1), heard: Frames(5), defect: Defect::NotAudio });
    }

    #[test]
    fn an_empty_file_ends_and_a_forgotten_cue_does_not() {
        let (mut sequence, cues) = lined_up(2);
        let empty = Progress { over: true, ..Progress::default() };
        cues[0].replace(empty.clone());
        cues[1].replace(empty);
        let ended = |id| SoundEvent::Ended { cue: CueId(id), heard: Frames::ZERO, at: second(7) };
        assert_eq!(sequence.observe(7, 0, second), [ended(0), ended(1)]);
        let (mut sequence, cues) = lined_up(1);
        cues[0].replace(Progress { over: true, ..Progress::default() });
        assert_eq!(sequence.observe(7, 1, second), []);
        assert!(sequence.is_empty());
    }
}
