//! What is wrong at this moment, gathered from all that the loop knows, and the alarms that come of it.
//!
//! Nothing here waits for the disk: an alarm is written down like a row of the log, in its turn.

use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airtime::Doubt;
use crate::alarm::{Alarm, Board, Change, News, Sentence, Trouble, What};
use crate::amplifier::Amplifier;
use crate::doctor::{Disk, MachineFinding};
use crate::equipment::folder::FolderGone;
use crate::library::{Catalogue, Kind, Manifest, Status};
use crate::planner::plan_day;
use crate::station::home::Papers;
use crate::station::on_air::{OnAir, Zone};
use crate::time;
use crate::words::Notice;
use crate::written::Standing;

/// No more of a kind are told one by one: a stick with a thousand broken files is one thing to look at.
const ONE_BY_ONE_MAX: usize = 20;

/// The alarms of the running station, with the troubles that the loop is told of and cannot look up.
#[derive(Default)]
pub(in crate::station) struct Alarms {
    board: Board,
    /// What was wrong at the last look; none before the first.
    wrong: Option<Vec<Trouble>>,
    folder: Option<FolderGone>,
    disk: Option<Trouble>,
    door: Option<Trouble>,
    /// Files that cannot air.
    files: Vec<Trouble>,
    /// What today can be reached no more, as far as it was reckoned.
    owed: Vec<Trouble>,
    /// For which day that is so; none when something has changed since.
    reckoned_for: Option<Date>,
}

impl OnAir {
    /// Raises and ends alarms, and says when to be asked again at the latest.
    pub(super) fn mind_the_alarms(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.reckon_what_is_owed(now);
        let wrong = self.troubles();
        if self.alarms.wrong.as_ref() != Some(&wrong) || self.alarms.board.wake_at().is_some() {
            let raised: Vec<Alarm> = wrong.iter().map(|trouble| alarm(trouble, now)).collect();
            for change in self.alarms.board.mind(now, &raised) {
                self.note_change(now, change);
            }
            self.alarms.wrong = Some(wrong);
        }
        self.alarms.board.wake_at()
    }

    /// The open alarms, each with the instant since which nothing is seen of it.
    pub(in crate::station) fn open_alarms(&self) -> impl Iterator<Item = (&Alarm, Option<Timestamp>)> {
        self.alarms.board.open()
    }

    /// Goes on with the alarms that the last run left open. Those that cannot be read keep nobody off the air.
    pub(in crate::station) fn resume_alarms(&mut self, now: Timestamp) {
        let left_open = self.log.store().open_alarms().unwrap_or_default();
        for over in self.alarms.board.resume(left_open) {
            self.log.note_alarm(over, now);
        }
    }

    /// The audio folder cannot be looked into; what was known of it holds.
    pub fn note_folder_gone(&mut self, gone: FolderGone) {
        self.alarms.folder = Some(gone);
    }

    /// It can be looked into.
    pub(super) fn note_folder_there(&mut self) {
        self.alarms.folder = None;
    }

    /// The disk below the log.
    pub fn note_disk(&mut self, disk: &Disk) {
        self.alarms.disk = match disk.clone().judge() {
            MachineFinding::DiskFull { megabytes } => Some(Trouble::DiskFull { megabytes }),
            MachineFinding::DiskReadOnly => Some(Trouble::DiskReadOnly),
            _ => None,
        };
    }

    /// Whether other commands can speak with the station, and why not.
    pub fn note_door(&mut self, socket: &Path, fault: Option<&io::Error>) {
        let socket = socket.display().to_string();
        self.alarms.door = fault.map(|error| Trouble::DoorShut { socket, detail: error.to_string() });
    }

    /// The catalogue is another one.
    pub(super) fn note_catalogue(&mut self) {
        self.alarms.files = unfit(&self.catalogue, &self.papers.manifest);
    }

    /// What is planned is other than it was.
    pub(super) fn note_plan(&mut self) {
        self.alarms.reckoned_for = None;
    }

    /// Everything that is wrong now.
    fn troubles(&self) -> Vec<Trouble> {
        let shown = || self.shown(self.now());
        let clock = self.timing.doubt.map(|doubt| match doubt {
            Doubt::Guessed { battery } => Trouble::ClockGuessed { shown: shown(), battery: self.shown(battery) },
            Doubt::Impossible | Doubt::Behind { .. } | Doubt::Ahead { .. } => {
                Trouble::ClockUntrusted { shown: shown(), last_known: self.shown(self.timing.known_time) }
            }
        });
        let log = self.log.trouble();
        let log = log.map(|(fault, _, waiting)| Trouble::LogNotWritten { detail: fault.to_string(), waiting });
        let lost = |zone: &Zone| {
            let fault = zone.lost.clone()?;
            Some(Trouble::DeviceLost { zone: zone.name.clone(), fault })
        };
        let mut wrong: Vec<Trouble> = clock.into_iter().chain(log).collect();
        wrong.extend(self.zones.iter().filter_map(lost));
        wrong.extend(self.amplifier_troubles());
        wrong.extend(self.deaf.clone().map(Trouble::Deaf));
        wrong.extend(self.relays_lost());
        wrong.extend(mistakes(&self.papers));
        let gone = |gone: &FolderGone| {
            let (folder, detail) = (gone.folder.display().to_string(), gone.detail.clone());
            Trouble::FolderGone { folder, detail }
        };
        wrong.extend(self.alarms.folder.as_ref().map(gone));
        let told = [&self.alarms.disk, &self.alarms.door].into_iter().flatten();
        wrong.extend(told.chain(&self.alarms.files).chain(&self.alarms.owed).cloned());
        wrong
    }

    fn amplifier_troubles(&self) -> Vec<Trouble> {
        let failures = self.amplifier.iter().flat_map(Amplifier::failures);
        failures
            .map(|(switch, failure)| Trouble::AmplifierFailed {
                switch,
                program: self.amplifier_program(switch),
                fault: failure.fault.clone(),
                tries: failure.tries,
            })
            .collect()
    }

    /// Several zones may carry one relay.
    fn relays_lost(&self) -> Vec<Trouble> {
        let mut lost: Vec<Trouble> = Vec::new();
        for (relay, defect) in self.zones.iter().flat_map(Zone::relays_lost) {
            let trouble = Trouble::RelayLost { relay, defect };
            if !lost.iter().any(|other| other.subject() == trouble.subject()) {
                lost.push(trouble);
            }
        }
        lost
    }

    /// What today owes and can reach, whenever the plan is another one; not while a session is on, which nobody has
    /// counted yet.
    fn reckon_what_is_owed(&mut self, now: Timestamp) {
        let today = self.today(now);
        if self.alarms.reckoned_for == Some(today) || !self.is_trusted() || !self.has_no_session() {
            return;
        }
        self.alarms.reckoned_for = Some(today);
        let promises = match &self.plan {
            Some(plan) if plan.date == today => plan.obligations.clone(),
            _ => {
                let ready_at = time::later(now, self.lead());
                plan_day(&self.desk(), today, ready_at, &self.begun, &self.history).obligations
            }
        };
        self.alarms.owed = promises.iter().filter_map(|promise| Trouble::of_promise(promise, today)).collect();
    }

    fn note_change(&mut self, now: Timestamp, change: Change) {
        let Change { alarm, news, is_row } = change;
        if is_row {
            self.log.note_alarm(alarm.clone(), now);
        }
        let since = self.shown(alarm.raised_at);
        let alarm = Box::new(alarm);
        self.notices.extend(news.map(|news| match news {
            News::Wrong => Notice::Wrong(alarm),
            News::StillWrong => Notice::StillWrong { alarm, since },
            News::Over => Notice::Over(alarm),
        }));
    }
}

/// A trouble as an alarm that is raised now.
#[must_use]
pub fn alarm(trouble: &Trouble, now: Timestamp) -> Alarm {
    let (what, subject, text) = (trouble.what(), trouble.subject(), Sentence::of(trouble));
    Alarm { what, subject, text, raised_at: now, cleared_at: None }
}

/// The files that people wrote with mistakes.
#[must_use]
pub fn mistakes(papers: &Papers) -> Vec<Trouble> {
    let mistake = |standing: &Standing| {
        let mut problems = papers.problems.iter().filter(|problem| problem.file == standing.file);
        let first = Box::new(problems.next()?.clone());
        Some(Trouble::Mistake { first, more: problems.count(), standing: standing.clone() })
    };
    at_most(What::Mistake, papers.standing.iter().filter_map(mistake))
}

/// Files that were meant to air and cannot. One that waits for an approval, or whose day is over, is as it should be; one
/// whose sidecar is wrong is told with its sidecar.
fn unfit(catalogue: &Catalogue, manifest: &Manifest) -> Vec<Trouble> {
    let broken = |status: &Status| match status {
        Status::Broken(_)
        | Status::Silent
        | Status::Unsupported { .. }
        | Status::Changed
        | Status::NotAsListed
        | Status::Odd(_) => true,
        Status::Ok
        | Status::Missing
        | Status::Copying
        | Status::Unapproved { .. }
        | Status::Expired { .. }
        | Status::BadSidecar => false,
    };
    let files = catalogue.carts().filter(|cart| broken(&cart.fitness));
    let files = files.map(|cart| Trouble::FileUnfit { path: cart.path.to_string(), status: cart.fitness.clone() });
    let mut unfit = at_most(What::FileUnfit, files);
    let present = catalogue.of(Kind::Ministry).filter(|cart| cart.fitness.is_of_a_file()).count();
    let present = u32::try_from(present).unwrap_or(u32::MAX);
    // A station that was given neither files nor a list of them carries out no such order.
    if present < catalogue.expected && (present > 0 || *manifest != Manifest::default()) {
        unfit.push(Trouble::SetIncomplete { expected: catalogue.expected, present });
    }
    unfit
}

fn at_most(what: What, troubles: impl Iterator<Item = Trouble>) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = troubles.collect();
    let count = troubles.len().saturating_sub(ONE_BY_ONE_MAX);
    troubles.truncate(ONE_BY_ONE_MAX);
    troubles.extend((count > 0).then_some(Trouble::More { what, count }));
    troubles
}
