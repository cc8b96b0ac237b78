//! The one loop: asks the planner what comes next, lets the machine play it, and writes down what was heard.
//!
//! Each [`OnAir::step`] takes what the output reports, tells the machine the time, carries out what it answers and
//! says when to step again. This is the only place where an [`Action`] turns into sound.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{ClockState, Reason};
use crate::equipment::clock::Clock;
use crate::equipment::sound::{Cue, Sound};
use crate::equipment::store::{OpenRow, StoreFault};
use crate::library::{Approvals, Catalogue, Found, assemble, factor};
use crate::planner::{DayPlan, Desk, History, plan_day, plan_session};
use crate::playout::{Action, Input, Machine, Record, SoundEvent};
use crate::rundown::{Item, Origin, Rundown};
use crate::schedule::{Slot, SlotKey};
use crate::station::home::Papers;
use crate::station::log_keeper::{LogKeeper, SessionRef};
use crate::words::Notice;
use crate::station::rows::RowMaker;
use crate::station::shelf::Shelf;
use crate::time::{self, Span};

/// How often an idle station leaves a sign of life.
const ALIVE_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// A clock this far behind what is known to have passed cannot be right.
const BACKWARD_MAX: SignedDuration = SignedDuration::from_mins(5);
/// A session that began so long ago is joined in the middle.
const LATE: SignedDuration = SignedDuration::from_secs(1);

/// A session begun by hand begins so long after the word.
const BY_HAND_AFTER: time::Frames = time::Frames::from_millis(500);

/// What came of beginning a session by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    Begun,
    NoSuchSession { known: Vec<String> },
    /// Quiet has to be kept now.
    Quiet { quiet: String },
    /// Another session is on the air.
    Busy { session: String },
}

/// What the loop is plugged into.
pub struct Equipment {
    pub clock: Box<dyn Clock>,
    pub sound: Box<dyn Sound>,
    pub shelf: Box<dyn Shelf>,
}

/// A session on the air, with what its rows need.
pub(super) struct Sitting {
    pub reference: SessionRef,
    pub rundown: Rundown,
    pub rows: RowMaker,
    /// Items whose first frame went out.
    pub began: HashMap<usize, OpenRow>,
}

/// The running station.
pub struct OnAir {
    pub(super) equipment: Equipment,
    pub(super) log: LogKeeper,
    pub(super) papers: Papers,
    found: Vec<Found>,
    pub(super) catalogue: Catalogue,
    approvals: Approvals,
    pub(super) level: Option<String>,
    pub(super) history: History,
    pub(super) begun: HashSet<SlotKey>,
    pub(super) machine: Machine,
    pub(super) sitting: Option<Sitting>,
    /// What comes next, until something changes.
    plan: Option<DayPlan>,
    /// What was last said to come next.
    announced: Option<Notice>,
    foreign_changes: i64,
    alive_at: Timestamp,
    /// The latest instant known to have passed.
    pub(super) known_time: Timestamp,
    /// Every slot that ended before this has its rows.
    pub(super) covered_until: Timestamp,
    trusted: bool,
    log_was_in_trouble: bool,
    pub(super) notices: Vec<Notice>,
}

impl OnAir {
    /// Puts the station together. Nothing airs before [`OnAir::start`](crate::station::recovery).
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn new(equipment: Equipment, log: LogKeeper, papers: Papers, found: Vec<Found>) -> Result<Self, StoreFault> {
        let now = equipment.clock.now();
        let counts_from = papers.config.counts_from;
        let today = papers.config.zone.to_datetime(now).date();
        let history = log.store().history(today, counts_from)?;
        let mut station = Self {
            equipment,
            log,
            found,
            catalogue: Catalogue::default(),
            approvals: Approvals::default(),
            level: None,
            history,
            begun: HashSet::new(),
            machine: Machine::new(counts_from),
            sitting: None,
            plan: None,
            announced: None,
            foreign_changes: 0,
            alive_at: now,
            known_time: now,
            covered_until: now,
            trusted: true,
            log_was_in_trouble: false,
            notices: Vec::new(),
            papers,
        };
        station.take_decisions()?;
        Ok(station)
    }

    /// Does what is due and says when to step again at the latest.
    pub fn step(&mut self) -> Timestamp {
        let now = self.equipment.clock.now();
        self.judge_clock(now);
        for event in self.equipment.sound.poll(now) {
            self.tell(now, Input::Sound(event));
        }
        self.tell(now, Input::Tick);
        self.hear_operators();
        if self.machine.is_idle() && self.trusted {
            self.pass_over_what_went_by(now, Reason::Clock);
            self.begin_what_is_due(now);
        }
        self.keep_log(now);
        self.wake_at(now)
    }

    /// New facts about the audio folder.
    pub fn set_found(&mut self, found: Vec<Found>) {
        if found != self.found {
            self.found = found;
            self.reassemble();
        }
    }

    /// New words of the operator: from the next session on.
    pub fn set_papers(&mut self, papers: Papers) {
        if papers == self.papers {
            return;
        }
        for problem in papers.problems.iter().filter(|problem| !self.papers.problems.contains(problem)) {
            self.notices.push(Notice::Written(Box::new(problem.clone())));
        }
        self.papers = papers;
        self.reassemble();
    }

    /// The audio folder cannot be looked into; what was known of it holds.
    pub fn note_folder_gone(&mut self, gone: &crate::equipment::folder::FolderGone) {
        let (folder, detail) = (gone.folder.display().to_string(), gone.detail.clone());
        self.notices.push(Notice::FolderGone { folder, detail });
    }

    /// Whether nothing is on the air or about to be.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.machine.is_idle()
    }

    /// What is on the air.
    #[must_use]
    pub fn on_air(&self) -> Option<crate::playout::OnAir<'_>> {
        self.machine.on_air()
    }

    /// What happened since the last call, for people.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        mem::take(&mut self.notices)
    }

    /// Off the air within a tenth of a second, with the log closed.
    pub fn stop(&mut self) {
        let now = self.equipment.clock.now();
        for event in self.equipment.sound.poll(now) {
            self.tell(now, Input::Sound(event));
        }
        self.tell(now, Input::Stop);
        self.sitting = None;
        self.log.flush(now);
        if let Err(fault) = self.log.store_mut().end_run(now) {
            self.notices.push(Notice::LogNotWritten { detail: fault.to_string() });
        }
        self.notices.push(Notice::Stopped);
    }

    /// Airs a session of the schedules now, whenever it would fire; `length` shortens it. It ends before the next
    /// scheduled session and before quiet hours.
    pub fn begin_by_hand(&mut self, id: &str, length: Option<time::Frames>) -> ByHand {
        let now = self.equipment.clock.now();
        if let Some(on_air) = self.machine.on_air() {
            return ByHand::Busy { session: on_air.rundown.slot.session.clone() };
        }
        let orders = &self.papers.orders;
        let sessions = || orders.schedules.iter().flat_map(|file| file.sessions.iter().map(move |one| (file, one)));
        let Some((schedule, session)) = sessions().find(|(_, session)| session.id == id) else {
            return ByHand::NoSuchSession { known: sessions().map(|(_, session)| session.id.clone()).collect() };
        };
        let ordered = Span::starting(time::later(now, BY_HAND_AFTER), length.unwrap_or(session.length));
        let (mut allowed, meets_quiet_hours) = orders.outside_quiet_hours(ordered);
        if let (Some(quiet), true) = (orders.quiet_hours, allowed.start > ordered.start || allowed.is_empty()) {
            return ByHand::Quiet { quiet: quiet.to_string() };
        }
        let date = self.today(now);
        let ahead = orders.slots(date, self.level.as_deref()).into_iter().map(|slot| slot.allowed.start);
        if let Some(next) = ahead.filter(|start| *start > now).min() {
            allowed.end = allowed.end.min(next);
        }
        let key = SlotKey { date, session: session.id.clone() };
        let slot = Slot { key, ordered, allowed, meets_quiet_hours, schedule, session };
        let rundown = Rundown { origin: Origin::ByHand, ..plan_session(&self.desk(), &slot, &self.history) };
        self.tell(now, Input::Begin(Box::new(rundown)));
        ByHand::Begun
    }

    /// The time as the station's clock shows it.
    #[must_use]
    pub fn clock_shows(&self) -> String {
        let now = self.equipment.clock.now();
        self.papers.config.zone.to_datetime(now).strftime("%H:%M:%S").to_string()
    }

    /// What planning looks at.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            orders: &self.papers.orders,
            catalogue: &self.catalogue,
            level: self.level.as_deref(),
            loudness: self.papers.config.loudness,
        }
    }

    /// What has aired.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// An instant as the station's clock shows it.
    pub(super) fn shown(&self, at: Timestamp) -> String {
        self.papers.config.zone.to_datetime(at).strftime("%H:%M:%S %d/%m/%Y").to_string()
    }

    pub(super) fn today(&self, now: Timestamp) -> Date {
        self.papers.config.zone.to_datetime(now).date()
    }

    /// The clock as rows of the log call it.
    pub(super) fn clock_state(&self) -> ClockState {
        if self.trusted { self.equipment.clock.state() } else { ClockState::Untrusted }
    }

    fn reassemble(&mut self) {
        let rules = self.papers.config.library_rules();
        self.catalogue =
            assemble(&self.found, &self.papers.manifest, &self.papers.sidecars, &self.approvals, &rules);
        self.plan = None;
    }

    /// Takes over approvals and level from the store.
    fn take_decisions(&mut self) -> Result<(), StoreFault> {
        let store = self.log.store();
        self.foreign_changes = store.foreign_changes()?;
        self.approvals = Approvals::from_history(store.decisions()?);
        let set = store.levels()?.pop().map(|change| change.level);
        let level = set.or_else(|| self.papers.config.levels.first().cloned());
        if let (Some(level), true) = (&level, self.level.is_some() && level != self.level) {
            self.notices.push(Notice::LevelChanged { level: level.clone() });
        }
        self.level = level;
        self.reassemble();
        Ok(())
    }

    /// Commands of other processes reach the station through the store.
    fn hear_operators(&mut self) {
        if self.log.store().foreign_changes().is_ok_and(|changes| changes != self.foreign_changes) {
            // A failed read leaves what was known in force; the next change is heard again.
            let _ = self.take_decisions();
        }
    }

    /// Whether the clock can be trusted; nothing scheduled begins while it cannot.
    fn judge_clock(&mut self, now: Timestamp) {
        let trusted = now.checked_add(BACKWARD_MAX).unwrap_or(now) >= self.known_time;
        if trusted != self.trusted {
            self.trusted = trusted;
            let last_known = self.shown(self.known_time);
            self.notices.push(if trusted { Notice::ClockTrusted } else { Notice::ClockUntrusted { last_known } });
        }
        self.known_time = self.known_time.max(now);
    }

    /// Tells the machine, and does what it answers, until nothing is left to do.
    pub(super) fn tell(&mut self, now: Timestamp, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for action in self.machine.handle(now, input) {
                inputs.extend(self.perform(now, action));
            }
        }
    }

    fn perform(&mut self, now: Timestamp, action: Action) -> Option<Input> {
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

    pub(super) fn session_began(&mut self, now: Timestamp, rundown: Rundown) {
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

    pub(super) fn sit_down(&mut self, reference: SessionRef, rundown: Rundown, level: String) {
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

    pub(super) fn item_ended(&mut self, now: Timestamp, ended: Ended, clock: ClockState) {
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

    pub(super) fn session_over(&mut self, now: Timestamp) {
        if let Some(sitting) = self.sitting.take() {
            self.log.over(sitting.reference, now);
            self.notices.push(Notice::SessionOver { title: sitting.rundown.title });
        }
        self.plan = None;
    }

    fn begin_what_is_due(&mut self, now: Timestamp) {
        let ready_at = time::later(now, self.equipment.sound.lead());
        if self.next(now).is_none_or(|next| next.span.start > ready_at) {
            return;
        }
        // Planned afresh from what has aired by now, and from the files that are there by now.
        self.plan = None;
        let Some(rundown) = self.next(now).cloned() else { return };
        if rundown.span.start <= ready_at {
            self.plan = None;
            if rundown.span.start.checked_add(LATE).is_ok_and(|late| late < now) {
                self.join(now, rundown, Reason::Clock);
            } else {
                self.tell(now, Input::Begin(Box::new(rundown)));
            }
        }
    }

    /// The next session, as planned from now on.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<&Rundown> {
        let stale = self.plan.as_ref().is_none_or(|plan| plan.rundowns.first().is_none_or(|next| next.span.end <= now));
        if stale {
            self.plan = self.plan_ahead(now);
            self.announce_next();
        }
        self.plan.as_ref().and_then(|plan| plan.rundowns.first())
    }

    /// Says what comes next, when that is news.
    fn announce_next(&mut self) {
        let next = self.plan.as_ref().and_then(|plan| plan.rundowns.first());
        let notice = match next {
            Some(next) => Notice::Next { title: next.title.clone(), at: self.shown(next.span.start) },
            None => Notice::NothingAhead,
        };
        if self.announced.as_ref() != Some(&notice) {
            self.notices.push(notice.clone());
            self.announced = Some(notice);
        }
    }

    /// The first of today, tomorrow and the day after that still has a session.
    fn plan_ahead(&self, now: Timestamp) -> Option<DayPlan> {
        let ready_at = time::later(now, self.equipment.sound.lead());
        let days = self.today(now).series(jiff::Span::new().days(1)).take(3);
        let plans = days.map(|date| plan_day(&self.desk(), date, ready_at, &self.begun, &self.history));
        plans.into_iter().find(|plan| !plan.rundowns.is_empty())
    }

    /// The plan of the day the next session belongs to.
    #[must_use]
    pub fn plan(&self) -> Option<&DayPlan> {
        self.plan.as_ref()
    }

    fn keep_log(&mut self, now: Timestamp) {
        if now.duration_since(self.alive_at).abs() >= ALIVE_EVERY && self.trusted {
            self.alive_at = now;
            self.log.alive(now);
        }
        self.log.flush(now);
        let trouble = self.log.trouble().map(|(fault, ..)| fault.to_string());
        if trouble.is_some() != self.log_was_in_trouble {
            self.log_was_in_trouble = trouble.is_some();
            self.notices.push(trouble.map_or(Notice::LogWritten, |detail| Notice::LogNotWritten { detail }));
        }
    }

    /// When to step again at the latest.
    fn wake_at(&mut self, now: Timestamp) -> Timestamp {
        if !self.machine.is_idle() {
            let output = self.equipment.sound.wake_at(now);
            return self.machine.wake_at().map_or(output, |machine| machine.min(output));
        }
        let tomorrow = self.today(now).tomorrow().unwrap_or(Date::MAX);
        let midnight = time::instant(tomorrow, jiff::civil::Time::midnight(), &self.papers.config.zone);
        let lead = self.equipment.sound.lead().duration();
        let begin = self.next(now).and_then(|next| next.span.start.checked_sub(lead).ok());
        begin.map_or(midnight, |begin| begin.min(midnight))
    }
}

/// How an item ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub line: usize,
    pub outcome: crate::airtime::Outcome,
    pub reason: Option<Reason>,
    pub heard: time::Frames,
    pub at: Timestamp,
    /// What was noted when it began, if it did.
    pub open: Option<OpenRow>,
}
