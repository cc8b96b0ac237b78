//! What the machine wants: actions carried out, and what happened written down.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::airtime::{ClockState, Fact};
use crate::equipment::sound::Cue;
use crate::equipment::store::{Closing, OpenRow};
use crate::library::factor;
use crate::planner::hindrance;
use crate::playout::{Action, Input, Record, SoundEvent};
use crate::rundown::{Item, Origin, Piece, Rundown, Why};
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
        let forbidden = match &action {
            Action::Cue { piece, .. } => self.forbids(piece),
            _ => None,
        };
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
            Action::Cue { cue, piece, start, length } => {
                Some(match forbidden.map_or_else(|| shelf.take(&piece), Err) {
                    Ok(pcm) => {
                        sound.cue(Cue { id: cue, start, length, gain: factor(piece.gain_db), pcm });
                        Input::Cued
                    }
                    Err(why) => Input::Refused { cue, why },
                })
            }
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
                let ended = Ended { line, outcome, reason, heard, at, open, sent: None, confirmed: None };
                let clock = if ended.open.is_some() { clock } else { self.clock_state() };
                self.item_ended(now, &ended, clock);
            }
            Record::Refused { line, why } => {
                if let Some(title) = self.item(line).map(|item| item.piece.title.clone()) {
                    self.say_left_out(&title, &why);
                }
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
        let left_out = self.left_out_rows(&rundown, &level, now);
        let reference = self.log.begin(&rundown, &level, left_out, now);
        if rundown.origin != Origin::ByHand {
            self.begun.insert(rundown.slot.clone());
        }
        self.sit_down(reference, rundown, level);
    }

    pub(in crate::station) fn sit_down(&mut self, reference: SessionRef, rundown: Rundown, level: String) {
        let rows = self.row_maker(&rundown, level);
        self.sitting = Some(Sitting { reference, rundown, rows, began: HashMap::new() });
    }

    fn row_maker(&self, rundown: &Rundown, level: String) -> RowMaker {
        RowMaker {
            station: self.papers.config.name.clone(),
            slot: rundown.slot.clone(),
            level,
            device: self.equipment.sound.device(),
        }
    }

    /// What was ordered for the session but cannot air has its row at once.
    fn left_out_rows(&mut self, rundown: &Rundown, level: &str, now: Timestamp) -> Vec<Closing> {
        let (clock, rows) = (self.clock_state(), self.row_maker(rundown, level.to_owned()));
        let owed: Vec<_> = rundown.left_out.iter().filter(|left_out| left_out.owed).collect();
        for left_out in &owed {
            self.say_left_out(&left_out.piece.title, &left_out.why);
        }
        owed.into_iter().map(|left_out| rows.left_out(rundown, left_out, clock, now)).collect()
    }

    fn say_left_out(&mut self, title: &str, why: &Why) {
        let (outcome, _) = why.into();
        self.notices.push(Notice::LeftOut { title: title.to_owned(), outcome, why: why.clone() });
    }

    /// Why a piece that was planned may not air after all: rejected, expired, or changed since.
    fn forbids(&self, piece: &Piece) -> Option<Why> {
        let date = self.sitting.as_ref()?.rundown.slot.date;
        hindrance(self.catalogue.get(&piece.path)?, date)
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

    pub(in crate::station) fn item_ended(&mut self, now: Timestamp, ended: &Ended, clock: ClockState) {
        let Some(sitting) = &self.sitting else { return };
        let item = &sitting.rundown.items[ended.line];
        let closing = sitting.rows.item(&sitting.rundown, ended, clock, now);
        if let Fact::Airing(airing) = &closing.entry.fact
            && airing.counts(self.papers.config.counts_from)
            && let Some(at) = airing.aired_at
        {
            self.history.note(sitting.rundown.slot.date, &item.piece.path, at);
        }
        let title = item.piece.title.clone();
        let Ended { outcome, reason, heard, .. } = *ended;
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
