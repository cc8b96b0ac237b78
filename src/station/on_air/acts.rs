//! What the machines want: actions carried out, and what happened written down.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::Timestamp;

use crate::airtime::{AcrossZones, ClockState, Fact};
use crate::equipment::sound::{Cue, Sound as _, taken_down};
use crate::equipment::store::{Closing, OpenRow};
use crate::library::factor;
use crate::planner::hindrance;
use crate::playout::{Action, Input, Record, SittingId, SoundEvent};
use crate::rundown::{Item, LeftOut, Origin, Piece, Rundown, Why};
use crate::station::archive::Aired;
use crate::station::log_keeper::SessionRef;
use crate::station::on_air::OnAir;
use crate::station::on_air::carried::Carried;
use crate::station::on_air::zones::{Sitting, UnderWay, Zone};
use crate::station::rows::{Ended, RowMaker};
use crate::station::shelf::skipping;
use crate::time::{self, Frames};
use crate::words::Notice;

impl OnAir {
    /// Tells a zone's machine, and does what it answers, until nothing is left to do.
    pub(in crate::station) fn tell(&mut self, zone: usize, now: Timestamp, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for action in self.zones[zone].machine.handle(now, input) {
                inputs.extend(self.perform(zone, now, action));
            }
        }
    }

    /// The same for all zones.
    pub(in crate::station) fn tell_all(&mut self, now: Timestamp, input: &Input) {
        for zone in 0..self.zones.len() {
            self.tell(zone, now, input.clone());
        }
    }

    fn perform(&mut self, zone: usize, now: Timestamp, action: Action) -> Option<Input> {
        if action == Action::Close && self.is_wanted_soon(zone, now) {
            // Left open for the next session, whose first frame would otherwise wait for the device.
            return None;
        }
        let sound = &mut self.zones[zone].sound;
        match action {
            Action::Open => {
                return Some(match sound.open() {
                    Ok(()) => Input::Opened,
                    Err(fault) => Input::Sound(SoundEvent::Lost { fault, at_start: false }),
                });
            }
            Action::Cue { cue, of, line, piece, start, from, length } => {
                let taken = self.forbids(zone, &piece).map_or_else(|| self.equipment.shelf.take(&piece), Err);
                let pcm = match taken {
                    Ok(pcm) if self.would_go_on(zone, of, line, from + length) => {
                        taken_down(skipping(pcm, from), length)
                    }
                    Ok(pcm) => skipping(pcm, from),
                    Err(why) => return Some(Input::Refused { cue, why }),
                };
                let (gain, ceiling) = (factor(piece.gain_db), factor(self.papers.config.loudness.true_peak_dbtp));
                if let Some(live) = pcm.live() {
                    self.zones[zone].live.insert(cue, Carried { live, of, line, lost: None });
                }
                let meter = Some(self.meter(zone, of, line, from));
                if self.is_emergency(of, now) {
                    self.zones[zone].sound.let_through(cue);
                }
                self.zones[zone].sound.cue(Cue { id: cue, start, length, gain, ceiling, pcm, meter });
                return Some(Input::Cued);
            }
            Action::Close => sound.close(),
            Action::SilenceFrom(end) => sound.silence_from(end),
            Action::Fade => sound.fade(),
            Action::Cut => {
                // The machine has closed what was on by what was heard so far; the last few milliseconds stay uncounted.
                let _ = sound.cut(now);
            }
            Action::Record(of, record) => self.record(zone, of, now, record),
            Action::DeviceLost { fault } => self.zones[zone].lost = Some(fault),
            Action::DeviceBack => self.zones[zone].lost = None,
        }
        None
    }

    fn record(&mut self, zone: usize, of: SittingId, now: Timestamp, record: Record) {
        match record {
            Record::Began { line, predicted_at, at } => self.item_began(zone, of, now, line, predicted_at, at),
            Record::Reached { line, heard } => self.checkpoint(zone, of, now, line, heard),
            Record::Ended { line, outcome, reason, heard, at } => {
                let Some(sitting) = self.zones[zone].sittings.get_mut(&of) else { return };
                let open = sitting.began.remove(&line);
                let clock = open.as_ref().map_or_else(|| self.clock_state(), |open| open.clock);
                let (sent, confirmed) = self.evidence(zone, of, line, open.as_ref(), heard);
                let note = self.announced_on(zone, of, line);
                let ended = Ended { line, outcome, reason, heard, at, open, sent, confirmed, note };
                if let Some(sitting) = self.zones[zone].sittings.get_mut(&of) {
                    sitting.over.insert(line);
                }
                self.item_ended(zone, of, now, &ended, clock);
            }
            Record::Added { line, item } => self.item_added(zone, of, now, line, *item),
            Record::Refused { line, why } => {
                if let Some(title) = self.item(zone, of, line).map(|item| item.piece.title.clone()) {
                    self.say_left_out(&title, &why);
                }
            }
            Record::FileBroke { line, defect } => {
                if let Some(title) = self.item(zone, of, line).map(|item| item.piece.title.clone()) {
                    self.notices.push(Notice::FileBroke { title, defect });
                }
            }
            Record::SessionOver => self.over_on(zone, of, now),
        }
    }

    fn item(&self, zone: usize, of: SittingId, line: usize) -> Option<&Item> {
        self.zones[zone].sittings.get(&of).and_then(|sitting| sitting.rundown.items.get(line))
    }

    /// Begins a session on its zones: written down first, then told to the machines.
    pub(in crate::station) fn begin(&mut self, now: Timestamp, rundown: Rundown) {
        let id = self.session_began(now, rundown);
        self.hand_over(now, id);
    }

    /// Tells the machines of a session that was written down.
    pub(in crate::station) fn hand_over(&mut self, now: Timestamp, id: SittingId) {
        for zone in 0..self.zones.len() {
            let Some(sitting) = self.zones[zone].sittings.get(&id) else { continue };
            let rundown = Box::new(sitting.rundown.clone());
            self.tell(zone, now, Input::Begin { id, rundown, over: Vec::new() });
        }
    }

    /// A session takes place: its rundown is a fact from here on.
    pub(in crate::station) fn session_began(&mut self, now: Timestamp, mut rundown: Rundown) -> SittingId {
        let zones = self.zones_of(&rundown);
        if rundown.zones.is_empty() {
            rundown.zones = self.zones.iter().map(|zone| zone.name.clone()).collect();
        }
        self.notices.push(Notice::SessionBegan {
            title: rundown.title.clone(),
            end: self.shown(rundown.expected_end()),
            items: rundown.items.len(),
        });
        let level = self.level.clone().unwrap_or_default();
        let left_out = self.left_out_rows(&zones, &rundown, &level, now);
        let reference = self.log.begin(&rundown, &level, left_out, now);
        if rundown.origin.is_of_a_slot() {
            self.begun.insert(rundown.slot.clone());
        }
        self.miss_on_absent_zones(now, reference, &rundown, &level, &[]);
        let id = self.sit_down(reference, &rundown.title, zones.len());
        if zones.is_empty() {
            self.end_sitting(id, now);
        }
        for zone in zones {
            self.seat(id, zone, rundown.clone(), level.clone());
        }
        id
    }

    /// Makes a session known that so many zones air.
    pub(in crate::station) fn sit_down(&mut self, reference: SessionRef, title: &str, zones: usize) -> SittingId {
        self.sittings_named += 1;
        let id = SittingId(self.sittings_named);
        let title = title.to_owned();
        let counted = AcrossZones::default();
        self.under_way.insert(id, UnderWay { reference, title, zones_left: zones, counted, turn: None });
        id
    }

    /// Gives a session its place on a zone.
    pub(in crate::station) fn seat(&mut self, id: SittingId, zone: usize, rundown: Rundown, level: String) {
        let rows = self.row_maker(zone, &rundown, level);
        self.zones[zone].sittings.insert(
            id,
            Sitting { rundown, rows, began: HashMap::new(), metered: HashMap::new(), over: HashSet::new() },
        );
    }

    fn row_maker(&self, zone: usize, rundown: &Rundown, level: String) -> RowMaker {
        RowMaker {
            station: self.papers.config.name.clone(),
            slot: rundown.slot.clone(),
            level,
            zone: self.zones[zone].name.clone(),
            device: self.zones[zone].sound.device(),
        }
    }

    /// What was ordered for the session but cannot air has its row at once, on each zone.
    fn left_out_rows(&mut self, zones: &[usize], rundown: &Rundown, level: &str, now: Timestamp) -> Vec<Closing> {
        let clock = self.clock_state();
        let owed: Vec<_> = rundown.left_out.iter().filter(|left_out| left_out.owed).collect();
        for left_out in &owed {
            self.say_left_out(&left_out.piece.title, &left_out.why);
        }
        let noted = self.noted(now);
        let rows = zones.iter().map(|&zone| self.row_maker(zone, rundown, level.to_owned()));
        let row = |rows: RowMaker, left_out: &LeftOut| rows.left_out(rundown, left_out, clock, noted.clone());
        rows.flat_map(|rows| owed.iter().map(|left_out| row(rows.clone(), left_out)).collect::<Vec<_>>()).collect()
    }

    pub(super) fn say_left_out(&mut self, title: &str, why: &Why) {
        let (outcome, _) = why.into();
        let notice = Notice::LeftOut { title: title.to_owned(), outcome, why: why.clone() };
        self.say_once(notice);
    }

    /// What several zones tell alike is said once.
    pub(in crate::station) fn say_once(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Why a piece that was planned may not air after all: rejected, expired, or changed since.
    fn forbids(&self, zone: usize, piece: &Piece) -> Option<Why> {
        let on_air = self.zones[zone].machine.on_air()?;
        hindrance(self.catalogue.get(&piece.path)?, on_air.rundown.slot.date)
            .filter(|_| on_air.rundown.origin != Origin::Alert)
    }

    /// What is lined up and was forbidden since (rejected, its days changed) is taken back. What changed on the disk is not: the
    /// content that was taken from there is the one that was approved.
    pub(super) fn withdraw_what_was_forbidden(&mut self, now: Timestamp) {
        for zone in 0..self.zones.len() {
            for (cue, piece) in self.zones[zone].machine.lined_up() {
                let is_the_same =
                    self.catalogue.get(&piece.path).and_then(|cart| cart.sound.as_ref()).map(|sound| &sound.hash)
                        == piece.hash.as_ref();
                let why = self.forbids(zone, &piece).filter(|_| is_the_same);
                if let Some(why) = why.filter(|_| self.zones[zone].sound.withdraw(cue)) {
                    self.tell(zone, now, Input::Refused { cue, why });
                }
            }
        }
    }

    /// Whether the sound of a line does not end by itself where it is to end. A relay never does.
    fn would_go_on(&self, zone: usize, of: SittingId, line: usize, end: Frames) -> bool {
        let Some(item) = self.item(zone, of, line) else { return false };
        let sound = self.catalogue.get(&item.piece.path).and_then(|cart| cart.sound.as_ref());
        item.piece.address.is_some() || end < sound.map_or(item.length, |sound| sound.length)
    }

    fn item_began(
        &mut self,
        zone: usize,
        of: SittingId,
        now: Timestamp,
        line: usize,
        predicted_at: Timestamp,
        at: Timestamp,
    ) {
        let clock = self.clock_state();
        let next = self.zones[zone].machine.on_air().and_then(|on_air| on_air.next);
        let known = if self.is_trusted() { now } else { self.timing.known_time };
        let Zone { name, sound, sittings, .. } = &mut self.zones[zone];
        let (Some(sitting), Some(under_way)) = (sittings.get_mut(&of), self.under_way.get(&of)) else { return };
        let (zone, device, heard) = (name.clone(), sound.device(), Frames::ZERO);
        let open = OpenRow { zone, line, predicted_at, aired_at: at, heard, heard_at: at, device, clock };
        sitting.began.insert(line, open.clone());
        self.log.checkpoint(under_way.reference, open, now);
        // A clock that stands in 1970 does not make it fifty years old.
        let aired = Aired::of(&sitting.rundown.items[line].piece, known, clock, self.papers.config.archive_keep);
        if let (Some(archive), Some(aired)) = (&self.equipment.archive, aired) {
            // Without its thread the station airs all the same.
            let _ = archive.send(aired);
        }
        let items = &sitting.rundown.items;
        let notice = Notice::ItemBegan {
            title: items[line].piece.title.clone(),
            length: items[line].length,
            next: next.and_then(|next| items.get(next)).map(|item| item.piece.title.clone()),
        };
        self.say_once(notice);
    }

    fn checkpoint(&mut self, zone: usize, of: SittingId, now: Timestamp, line: usize, heard: time::Frames) {
        let sitting = self.zones[zone].sittings.get_mut(&of);
        let (Some(sitting), Some(under_way)) = (sitting, self.under_way.get(&of)) else { return };
        if let Some(open) = sitting.began.get_mut(&line) {
            (open.heard, open.heard_at) = (heard, now);
            self.log.checkpoint(under_way.reference, open.clone(), now);
        }
    }

    fn item_added(&mut self, zone: usize, of: SittingId, now: Timestamp, line: usize, item: Item) {
        let Zone { name, sittings, .. } = &mut self.zones[zone];
        let (Some(sitting), Some(under_way)) = (sittings.get_mut(&of), self.under_way.get(&of)) else { return };
        debug_assert_eq!(sitting.rundown.items.len(), line, "lines are added one after another");
        sitting.rundown.items.push(item.clone());
        self.log.add(under_way.reference, name.clone(), line, item, now);
    }

    fn item_ended(&mut self, zone: usize, of: SittingId, now: Timestamp, ended: &Ended, clock: ClockState) {
        if let Some((session, closing)) = self.row_of(zone, of, now, ended, clock) {
            self.log.close(session, vec![closing], now);
        }
    }

    /// The row of an item that is over; whoever asks writes it down.
    pub(in crate::station) fn row_of(
        &mut self,
        zone: usize,
        of: SittingId,
        now: Timestamp,
        ended: &Ended,
        clock: ClockState,
    ) -> Option<(SessionRef, Closing)> {
        let noted = self.noted(now);
        let sitting = self.zones[zone].sittings.get(&of)?;
        let under_way = self.under_way.get_mut(&of)?;
        let item = &sitting.rundown.items[ended.line];
        let closing = sitting.rows.item(&sitting.rundown, ended, clock, noted);
        if let Fact::Airing(airing) = &closing.entry.fact
            && airing.counts(self.papers.config.counts_from)
            && let Some(at) = airing.aired_at
            && under_way.counted.is_first(airing.planned_at, &airing.path)
        {
            self.history.note(sitting.rundown.slot.date, &item.piece.path, at);
        }
        let (title, session) = (item.piece.title.clone(), under_way.reference);
        let Ended { outcome, reason, heard, .. } = *ended;
        self.say_once(Notice::ItemEnded { title, outcome, reason, heard });
        Some((session, closing))
    }

    /// The session is over on one zone, and for good when it is on all.
    pub(in crate::station) fn over_on(&mut self, zone: usize, of: SittingId, now: Timestamp) {
        self.zones[zone].sittings.remove(&of);
        let Some(under_way) = self.under_way.get_mut(&of) else { return };
        under_way.zones_left = under_way.zones_left.saturating_sub(1);
        let (over, is_alert) = (under_way.zones_left == 0, under_way.turn.is_some());
        if over {
            self.end_sitting(of, now);
        } else if is_alert {
            self.stop_waiting(of, now);
        }
        self.plan = None;
    }

    /// A session is over on all its zones.
    pub(in crate::station) fn end_sitting(&mut self, of: SittingId, now: Timestamp) {
        if let Some(UnderWay { reference, title, turn, .. }) = self.under_way.remove(&of) {
            if let Some(turn) = turn {
                self.note_turn(&turn);
            }
            self.log.over(reference, now);
            self.notices.push(Notice::SessionOver { title });
        }
    }
}
