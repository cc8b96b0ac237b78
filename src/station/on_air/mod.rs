//! The one loop: asks the planner what comes next, lets the machine play it, and writes down what was heard.
//!
//! Each [`OnAir::step`] takes what the output reports, tells the machine the time, carries out what it answers and
//! says when to step again. This is the only place where an [`Action`](crate::playout::Action) turns into sound.

mod acts;
mod ahead;
mod alerts;
mod amplifier;
mod by_hand;
mod carried;
mod evidence;
mod knowledge;
mod log;
mod pulse;
mod silence;
mod timekeeping;
mod troubles;
mod zones;

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::mpsc::Sender;

use jiff::Timestamp;
use jiff::civil::Date;

pub use by_hand::ByHand;
pub use troubles::{alarm, mistakes};
pub(in crate::station) use zones::Zone;

use crate::airtime::{Fact, Reason};
use crate::amplifier::Amplifier;
use crate::equipment::capture::Capture;
use crate::equipment::clock::Clock;
use crate::equipment::command::Commands;
use crate::equipment::sound::Sound;
use crate::equipment::store::{LevelChange, SavedAlert, StoreFault};
use crate::library::{Accepted, Approvals, Catalogue, Found};
use crate::planner::{DayPlan, History, Owed};
use crate::playout::{Input, SittingId};
use crate::proof::Deaf;
use crate::schedule::SlotKey;
use crate::station::archive::Aired;
use crate::station::config::Config;
use crate::station::home::Papers;
use crate::station::log_keeper::LogKeeper;
use crate::station::on_air::timekeeping::Timing;
use crate::station::on_air::troubles::Alarms;
use crate::station::on_air::zones::UnderWay;
use crate::station::quiet_gate::{QuietGate, QuietHours};
use crate::station::shelf::Shelf;
use crate::time;
use crate::words::Notice;

/// What the loop is plugged into.
pub struct Equipment {
    pub clock: Box<dyn Clock>,
    /// The zones by name, each with its output.
    pub zones: Vec<(String, Box<dyn Sound>)>,
    pub shelf: Box<dyn Shelf>,
    /// An input that hears what the loudspeakers say.
    pub capture: Option<Capture>,
    /// What throws the amplifier's switch.
    pub commands: Box<dyn Commands>,
    /// Where what airs is kept.
    pub archive: Option<Sender<Aired>>,
}

/// What there is of the equipment besides the zones.
pub(super) struct Plugged {
    pub clock: Box<dyn Clock>,
    pub shelf: Box<dyn Shelf>,
    pub capture: Option<Capture>,
    pub commands: Box<dyn Commands>,
    pub archive: Option<Sender<Aired>>,
}

/// The running station.
pub struct OnAir {
    pub(super) equipment: Plugged,
    pub(super) zones: Vec<Zone>,
    /// What the gate before each output goes by.
    quiet_hours: QuietHours,
    pub(super) log: LogKeeper,
    pub(super) papers: Papers,
    /// As it was when the outputs were plugged in.
    plugged: Config,
    found: Vec<Found>,
    pub(super) catalogue: Catalogue,
    approvals: Approvals,
    /// The manifests with a batch that were in force, oldest first.
    accepted: Vec<Accepted>,
    pub(super) level: Option<String>,
    /// Every change of the response level, oldest first.
    pub(super) levels: Vec<LevelChange>,
    /// What an untrusted clock keeps from being recovered, and why it was down.
    pub(super) unrecovered: Option<Reason>,
    pub(super) history: History,
    pub(super) begun: HashSet<SlotKey>,
    /// Sessions that are on, or wait to go on, on one zone at least.
    pub(super) under_way: HashMap<SittingId, UnderWay>,
    sittings_named: u64,
    /// Emergencies in force.
    alerts: Vec<SavedAlert>,
    /// Nothing sounds until an operator says so.
    silenced: bool,
    /// Why the capture input heard nothing when it was last on.
    deaf: Option<Deaf>,
    amplifier: Option<Amplifier>,
    /// The session it was last switched on for.
    amplifier_for: Option<String>,
    /// What comes next, until something changes.
    plan: Option<DayPlan>,
    /// What was last said to come next.
    announced: Option<Notice>,
    /// As the keeper of the log counts them; what has changed since is not known here yet.
    foreign_changes: (u64, i64),
    alive_at: Timestamp,
    /// What was last written down as owed.
    owed: Option<Vec<Owed>>,
    /// For which day that is still so.
    owed_on: Option<Date>,
    /// Since when the papers in force are so; nothing was ordered of this station before its first start.
    pub(super) orders_since: Timestamp,
    pub(super) timing: Timing,
    alarms: Alarms,
    stopping: bool,
    pub(super) notices: Vec<Notice>,
}

impl OnAir {
    /// Puts the station together. Nothing airs before [`OnAir::start`](crate::station::recovery).
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn new(equipment: Equipment, log: LogKeeper, papers: Papers, found: Vec<Found>) -> Result<Self, StoreFault> {
        let now = equipment.clock.now();
        let uptime = equipment.clock.boot().uptime;
        let counts_from = papers.config.counts_from;
        let today = papers.config.timezone.to_datetime(now).date();
        // Rows that cannot be read keep nobody off the air: the turns of the files begin again.
        let history = log.store().history(today, counts_from).unwrap_or_else(|_| History::new(today));
        let accepted = log.store().accepted()?;
        let Equipment { clock, zones, shelf, capture, commands, archive } = equipment;
        let quiet_hours = QuietHours::new(papers.orders.quiet_hours, papers.config.timezone.clone());
        let gated = |sound| QuietGate::new(sound, quiet_hours.clone(), now);
        let zones = zones.into_iter().map(|(name, sound)| Zone::new(name, gated(sound), counts_from)).collect();
        let mut station = Self {
            equipment: Plugged { clock, shelf, capture, commands, archive },
            zones,
            quiet_hours,
            log,
            plugged: papers.config.clone(),
            found,
            catalogue: Catalogue::default(),
            approvals: Approvals::default(),
            accepted,
            level: None,
            levels: Vec::new(),
            unrecovered: None,
            history,
            begun: HashSet::new(),
            under_way: HashMap::new(),
            sittings_named: 0,
            alerts: Vec::new(),
            silenced: false,
            deaf: None,
            amplifier: None,
            amplifier_for: None,
            plan: None,
            announced: None,
            foreign_changes: (0, 0),
            alive_at: now,
            owed: None,
            owed_on: None,
            orders_since: Timestamp::MIN,
            timing: Timing::new(now, uptime),
            alarms: Alarms::default(),
            stopping: false,
            notices: Vec::new(),
            papers,
        };
        station.accept_manifest();
        station.take_decisions()?;
        Ok(station)
    }

    /// Does what is due and says when to step again at the latest.
    pub fn step(&mut self) -> Timestamp {
        let now = self.look_at_the_clock();
        self.hear_zones(now);
        self.tell_all(now, &Input::Tick);
        self.hear_operators();
        self.begin_alerts(now);
        self.catch_up(now);
        if self.has_no_session() && self.is_trusted() {
            self.begin_what_is_due(now);
        }
        self.mind_the_capture();
        self.keep_log(now);
        let wake_at = self.wake_at(now);
        let amplifier = self.mind_the_amplifier(now);
        let alarms = self.mind_the_alarms(now);
        self.timing.woken_by = [amplifier, alarms].into_iter().flatten().fold(wake_at, Timestamp::min);
        self.timing.woken_by
    }

    /// Whether nothing is on the air or about to be.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.zones.iter().all(|zone| zone.machine.is_idle())
    }

    /// Whether nothing is on the air or about to be but alerts, beneath which a session may begin.
    fn has_no_session(&self) -> bool {
        self.zones.iter().all(|zone| zone.machine.has_no_session())
    }

    /// Whether the clock can be right.
    pub(super) fn is_trusted(&self) -> bool {
        self.timing.doubt.is_none()
    }

    /// What is on the air.
    #[must_use]
    pub fn on_air(&self) -> Option<crate::playout::OnAir<'_>> {
        self.busy_zone().and_then(|zone| zone.machine.on_air())
    }

    /// From here on the programme goes before the log: a database that is held up is tried again later.
    pub fn hurry(&self) {
        // A store that cannot even take this says so at the first row.
        let _ = self.log.store().hurry();
    }

    /// Has something said that the loop around the station knows.
    pub fn say(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// What happened since the last call, for people.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        mem::take(&mut self.notices)
    }

    /// Off the air within a tenth of a second, with the log closed; then the amplifier, as long as its command takes.
    pub fn stop(&mut self) {
        self.stopping = true;
        let now = self.now();
        self.hear_zones(now);
        for zone in &mut self.zones {
            zone.sound.fade();
        }
        for under_way in self.under_way.values_mut() {
            // An alert that is cut short by a restart airs again after it.
            under_way.turn = None;
        }
        self.tell_all(now, &Input::Stop);
        self.under_way.clear();
        self.close_the_amplifier(now);
        let entry = self.entry(now, Fact::Stop { date: self.today(now) });
        self.log.stopped(entry, self.timing.known_time);
        self.log.flush_at_last(now);
        self.tell_of_the_database(now);
        let unwritten = self.log.trouble().map(|(fault, _, entries)| (fault.clone(), entries));
        self.await_the_amplifier(now);
        self.mind_the_alarms(now);
        self.notices.push(match unwritten {
            Some((fault, entries)) => Notice::StoppedUnwritten { entries, detail: fault.to_string() },
            None => Notice::Stopped,
        });
    }

    /// The time as the station's clock shows it.
    #[must_use]
    pub fn clock_shows(&self) -> String {
        let now = self.now();
        self.papers.config.timezone.to_datetime(now).strftime("%H:%M:%S").to_string()
    }

    /// What has aired.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// An instant as the station's clock shows it.
    pub(super) fn shown(&self, at: Timestamp) -> String {
        time::shown(at, &self.papers.config.timezone)
    }

    pub(super) fn today(&self, now: Timestamp) -> Date {
        self.papers.config.timezone.to_datetime(now).date()
    }

    /// Tells the machines what their outputs report.
    pub(super) fn hear_zones(&mut self, now: Timestamp) {
        for zone in 0..self.zones.len() {
            for event in self.zones[zone].sound.poll(now) {
                let event = self.zones[zone].without_filler(event);
                self.tell(zone, now, Input::Sound(event));
            }
            self.hear_relays(zone);
            self.tell_underruns(zone);
        }
    }

    /// When to step again at the latest.
    fn wake_at(&mut self, now: Timestamp) -> Timestamp {
        if !self.is_trusted() && self.is_idle() {
            return time::later(now, time::Frames::from_secs(1));
        }
        let alert_at = self.alert_at().unwrap_or(Timestamp::MAX);
        let busy = self.zones_wake_at(now);
        // A session is on, and another begins only when it is over; beneath an alert one may begin.
        if let Some(wake_at) = busy.filter(|_| !self.has_no_session()) {
            return wake_at.min(alert_at);
        }
        let tomorrow = self.today(now).tomorrow().unwrap_or(Date::MAX);
        let midnight = time::instant(tomorrow, jiff::civil::Time::midnight(), &self.papers.config.timezone);
        let lead = self.lead().duration();
        let next = if self.is_trusted() { self.next(now) } else { None };
        let begin = next.and_then(|next| next.span.start.checked_sub(lead).ok());
        [begin, busy, Some(alert_at)].into_iter().flatten().fold(midnight, Timestamp::min)
    }
}
