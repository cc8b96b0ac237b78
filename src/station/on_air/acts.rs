//! What the machine wants: actions carried out, and what happened written down.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::airtime::ClockState;
use crate::equipment::sound::Cue;
use crate::equipment::store::OpenRow;
use crate::library::factor;
use crate::playout::{Action, Input, Record, SoundEvent};
use crate::rundown::{Item, Origin, Rundown};
use crate::station::log_keeper::SessionRef;
use crate::station::on_air::{Equipment, OnAir};
use crate::station::rows::{Ended, RowMaker};
use crate::time;
use crate::words::Notice;

/// A session on the air, with what its rows need.
pub(in crate::station) struct Sitting {
    pub reference: SessionRef,
    pub rundown: Rundown,
    pub rows: RowMaker,
    /// Items whose first frame went out.
    pub began: HashMap<usize, OpenRow>,
}

impl OnAir {
    /// Tells the machine, and does what it answers, until nothing is left to do.
    pub(in crate::station) fn tell(&mut self, now: Timestamp, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for action in self.machine.handle(now, input) {
                inputs.extend(self.perform(now, action));
            }
        }
    }

    fn perform(&mut self, now: Timestamp, action: Action) -> Option<Input> {
        if action == Action::Close && self.next_is_near(now) {
            // Left open for the next session, whose first frame would otherwise wait for the device.
            return None;
        }
        let Equipment { sound, shelf, .. } = &mut self.equipment;
        match action {
            Action::Open => Some(match sound.open() {
                Ok(()) => Input::Opened,
                Err(fault) => Input::Sound(SoundEvent::Lost { fault }),
            }),
            Action::Close => {
                sound.close();
                None
            }
            Action::SilenceFrom(end) => {
                sound.silence_from(end);
                None
            }
            Action::Cut => {
                // The machine has closed what was on by what was heard so far; the last few milliseconds stay uncounted.
                let _ = sound.cut(now);
                None
            }
            Action::Cue { cue, piece, start, length } => Some(match shelf.take(&piece) {
                Ok(pcm) => {
                    sound.cue(Cue { id: cue, start, length, gain: factor(piece.gain_db), pcm });
                    Input::Cued
                }
                Err(defect) => Input::Sound(SoundEvent::Broke { cue, heard: time::Frames::ZERO, defect }),
            }),
            Action::Record(record) => {
                self.record(now, record);
                None
            }
        }
    }

    fn record(&mut self, now: Timestamp, record: Record) {
        match record {
            Record::SessionBegan(rundown) => self.session_began(now, *rundown),
            Record::Began { line, predicted_at, at } => self.item_began(now, line, predicted_at, at),
            Record::Reached { line, heard } => self.checkpoint(now, line, heard),
            Record::Ended { line, outcome, reason, heard, at } => {
                let Some(sitting) = &mut self.sitting else { return };
                let open = sitting.began.remove(&line);
                let clock = open.as_ref().map_or(ClockState::Unsynced, |open| open.clock);
                let ended = Ended { line, outcome, reason, heard, at, open };
                let clock = if ended.open.is_some() { clock } else { self.clock_state() };
                self.item_ended(now, ended, clock);
            }
            Record::FileBroke { line, defect } => {
                if let Some(item) = self.item(line) {
                    let title = item.piece.title.clone();
                    self.notices.push(Notice::FileBroke { title, defect });
                }
            }
            Record::SessionOver => self.session_over(now),
            Record::DeviceLost { fault } => self.notices.push(Notice::DeviceLost { fault }),
            Record::DeviceBack => {
                self.notices.push(Notice::DeviceBack { device: self.equipment.sound.device() });
            }
        }
    }

    fn item(&self, line: usize) -> Option<&Item> {
        self.sitting.as_ref().and_then(|sitting| sitting.rundown.items.get(line))
    }

    pub(in crate::station) fn session_began(&mut self, now: Timestamp, rundown: Rundown) {
        self.notices.push(Notice::SessionBegan {
            title: rundown.title.clone(),
            end: self.shown(rundown.span.end),
            items: rundown.items.len(),
        });
        let level = self.level.clone().unwrap_or_default();
        let reference = self.log.begin(&rundown, &level, now);
        if rundown.origin != Origin::ByHand {
            self.begun.insert(rundown.slot.clone());
        }
        self.sit_down(reference, rundown, level);
        self.write_left_out(now);
    }

    pub(in crate::station) fn sit_down(&mut self, reference: SessionRef, rundown: Rundown, level: String) {
        let rows = RowMaker {
            station: self.papers.config.name.clone(),
            slot: rundown.slot.clone(),
            level,
            device: self.equipment.sound.device(),
        };
        self.sitting = Some(Sitting { reference, rundown, rows, began: HashMap::new() });
    }

    /// What was ordered for the session but cannot air has its row at once.
    fn write_left_out(&mut self, now: Timestamp) {
        let clock = self.clock_state();
        let Some(sitting) = &self.sitting else { return };
        let owed: Vec<_> = sitting.rundown.left_out.iter().filter(|left_out| left_out.owed).collect();
        let rows = owed.iter().map(|left_out| sitting.rows.left_out(&sitting.rundown, left_out, clock)).collect();
        for left_out in owed {
            let (outcome, _) = (&left_out.why).into();
            let (title, why) = (left_out.piece.title.clone(), left_out.why.clone());
            self.notices.push(Notice::LeftOut { title, outcome, why });
        }
        self.log.close(sitting.reference, rows, now);
    }

    fn item_began(&mut self, now: Timestamp, line: usize, predicted_at: Timestamp, at: Timestamp) {
        let (device, clock) = (self.equipment.sound.device(), self.clock_state());
        let Some(sitting) = &mut self.sitting else { return };
        let heard = time::Frames::ZERO;
        let open = OpenRow { line, predicted_at, aired_at: at, heard, heard_at: at, device, clock };
        sitting.began.insert(line, open.clone());
        self.log.checkpoint(sitting.reference, open, now);
        let items = &sitting.rundown.items;
        self.notices.push(Notice::ItemBegan {
            title: items[line].piece.title.clone(),
            length: items[line].length,
            next: items.get(line + 1).map(|item| item.piece.title.clone()),
        });
    }

    fn checkpoint(&mut self, now: Timestamp, line: usize, heard: time::Frames) {
        let Some(sitting) = &mut self.sitting else { return };
        if let Some(open) = sitting.began.get_mut(&line) {
            (open.heard, open.heard_at) = (heard, now);
            self.log.checkpoint(sitting.reference, open.clone(), now);
        }
    }

    pub(in crate::station) fn item_ended(&mut self, now: Timestamp, ended: Ended, clock: ClockState) {
        let Some(sitting) = &self.sitting else { return };
        let item = &sitting.rundown.items[ended.line];
        let closing = sitting.rows.item(&sitting.rundown, &ended, clock);
        if closing.airing.counts(self.papers.config.counts_from)
            && let Some(at) = closing.airing.aired_at
        {
            self.history.note(sitting.rundown.slot.date, &item.piece.path, at);
        }
        let title = item.piece.title.clone();
        let Ended { outcome, reason, heard, .. } = ended;
        self.notices.push(Notice::ItemEnded { title, outcome, reason, heard });
        self.log.close(sitting.reference, vec![closing], now);
    }

    pub(in crate::station) fn session_over(&mut self, now: Timestamp) {
        if let Some(sitting) = self.sitting.take() {
            self.log.over(sitting.reference, now);
            self.notices.push(Notice::SessionOver { title: sitting.rundown.title });
        }
        self.plan = None;
    }
}
