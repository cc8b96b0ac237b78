//! Having faults happen to a simulated station, and be over again.

use std::path::PathBuf;
use std::{fs, mem};

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::ClockState;
use crate::equipment::store::{Disk, LevelChange, Store, StoreFault};
use crate::library::{Approval, CartPath, ContentHash, Found, FoundState, Kind as CartKind, Verdict};
use crate::playout::AlertOrder;
use crate::rundown::Piece;
use crate::station::home::Papers;
use crate::station::simulation::Simulation;
use crate::station::simulation::fault::Fault;
use crate::time::Frames;

/// The folder is looked at so long after something changed in it.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(3);
/// A program that cannot start is started again after this.
const START_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// Where the battery's clock begins that has forgotten the time.
const YEAR_OF_THE_CHIP: i16 = 2000;
/// Who decides in a simulation.
const CLERK: &str = "simulation";

/// What is over, or happens, later on because of a fault.
#[derive(Clone, Debug)]
pub enum Sequel {
    /// The power is back; the clock may have forgotten the time.
    PowerBack {
        forgot: Option<Forgot>,
        wrong_for: SignedDuration,
    },
    /// The program is started.
    Start,
    /// The clock is right again, and kept by a time server.
    ClockRight,
    /// A time server is there again.
    TimeServer,
    /// The computer wakes up.
    Awake,
    DiskGood,
    /// A file is as it was.
    FileBack(Box<Found>),
    /// The folder is looked at.
    Look,
    SchedulesBack(Box<Papers>),
    Release,
    Approval {
        path: CartPath,
        hash: ContentHash,
    },
}

/// What a computer goes by whose battery has forgotten the time.
#[derive(Clone, Copy, Debug)]
pub enum Forgot {
    /// The first second of this year, as the battery's clock does.
    Year(i16),
    /// A time kept on its disk, which stood still for as long as the power was out.
    Saved { out_for: SignedDuration },
}

impl Simulation {
    /// Has a fault happen now; returns what follows from it, and after how long.
    ///
    /// # Errors
    /// The database failed where no fault is to blame.
    pub(super) fn befall(
        &mut self,
        fault: Fault,
        clerk: &mut Store,
    ) -> Result<Vec<(SignedDuration, Sequel)>, StoreFault> {
        let truth = self.clock.truth();
        let until = |lasts: SignedDuration| truth.checked_add(lasts).unwrap_or(Timestamp::MAX);
        let soon = SignedDuration::from_millis(1);
        let head = fs::read(self.head_file()).ok();
        let synced = mem::replace(&mut self.synced_head, head);
        Ok(match fault {
            Fault::Power { lasts } => self.dark_for(lasts, None, SignedDuration::ZERO),
            Fault::UnsyncedLost { lasts } => {
                let sequels = self.dark_for(lasts, None, SignedDuration::ZERO);
                self.lose_unsynced(synced);
                sequels
            }
            Fault::Battery { lasts, year, wrong_for } => self.dark_for(lasts, Some(Forgot::Year(year)), wrong_for),
            Fault::SavedClock { lasts, wrong_for } => {
                self.dark_for(lasts, Some(Forgot::Saved { out_for: lasts }), wrong_for)
            }
            Fault::Restart { lasts } => {
                let was_on = self.powered.is_some();
                self.stop();
                if was_on { vec![(lasts, Sequel::Start)] } else { Vec::new() }
            }
            Fault::ClockStep { by, lasts } => {
                let off = self.clock.off().saturating_add(by);
                self.clock.set_off(off);
                // Who sets the computer's clock sets the battery's with it.
                self.clock.set_battery_off(off);
                self.clock.set_state(ClockState::Unsynced);
                vec![(lasts, Sequel::ClockRight)]
            }
            Fault::ClockDrift { ppm, lasts } => {
                self.clock.set_drift(ppm);
                self.clock.set_state(ClockState::Unsynced);
                vec![(lasts, Sequel::ClockRight)]
            }
            Fault::ClockFrozen { lasts } => {
                self.clock.freeze(true);
                self.clock.set_state(ClockState::Unsynced);
                vec![(lasts, Sequel::ClockRight)]
            }
            Fault::NoTimeServer { lasts } => {
                self.clock.set_state(ClockState::Unsynced);
                vec![(lasts, Sequel::TimeServer)]
            }
            Fault::Sleep { lasts } => {
                for troubles in &self.troubles {
                    troubles.wedge(until(soon), until(lasts));
                }
                self.is_asleep = true;
                vec![(lasts, Sequel::Awake)]
            }
            Fault::DeviceGone { zone, lasts } => {
                self.troubles[zone % self.troubles.len()].outage(until(soon), until(lasts + soon));
                Vec::new()
            }
            Fault::DeviceWedged { zone, lasts } => {
                self.troubles[zone % self.troubles.len()].wedge(until(soon), until(lasts + soon));
                Vec::new()
            }
            Fault::DiskFull { lasts } => self.disk_is(Disk::Full, lasts)?,
            Fault::DiskReadOnly { lasts } => self.disk_is(Disk::ReadOnly, lasts)?,
            Fault::FileGone { file, lasts } => self.file_becomes(file, lasts, None),
            Fault::FileChanged { file, lasts } => self.file_becomes(file, lasts, Some(changed)),
            Fault::FileGrows { file, lasts } => self.file_becomes(file, lasts, Some(growing)),
            Fault::ScheduleGone { schedule, lasts } => self.without_schedule(schedule, lasts),
            Fault::Alert { secs, times, in_quiet_hours } => {
                self.alert(Frames::from_secs(secs), times, in_quiet_hours);
                Vec::new()
            }
            Fault::Silence { lasts } => {
                if let Some(station) = &mut self.powered {
                    station.silence();
                }
                vec![(lasts, Sequel::Release)]
            }
            Fault::Rejection { file, lasts } => self.reject(file, lasts, clerk)?,
            Fault::Level { level } => {
                let levels = &self.papers.config.levels;
                if let Some(level) = levels.get(level % levels.len().max(1)) {
                    let (level, at) = (level.clone(), self.wall());
                    clerk.set_level(&LevelChange { level, directive: String::new(), at })?;
                }
                Vec::new()
            }
        })
    }

    /// What follows from a fault happens.
    ///
    /// # Errors
    /// As of [`Simulation::befall`].
    pub(super) fn follow(
        &mut self,
        sequel: Sequel,
        clerk: &mut Store,
    ) -> Result<Vec<(SignedDuration, Sequel)>, StoreFault> {
        match sequel {
            Sequel::PowerBack { forgot, wrong_for } => {
                if let Some(forgot) = forgot {
                    self.forget_the_time(forgot);
                }
                self.clock.boot_anew();
                let mut sequels = self.start_program();
                if forgot.is_some() {
                    sequels.push((wrong_for, Sequel::ClockRight));
                }
                return Ok(sequels);
            }
            Sequel::Start => return Ok(self.start_program()),
            Sequel::ClockRight => {
                self.clock.freeze(false);
                self.clock.set_drift(0);
                self.clock.set_off(SignedDuration::ZERO);
                self.clock.set_battery_off(SignedDuration::ZERO);
                self.clock.set_state(ClockState::Synced);
            }
            Sequel::TimeServer => {
                if self.clock.is_regular() && self.clock.off().is_zero() {
                    self.clock.set_state(ClockState::Synced);
                }
            }
            Sequel::Awake => self.is_asleep = false,
            Sequel::DiskGood => {
                self.disk = Disk::Good;
                self.tell_disk()?;
            }
            Sequel::FileBack(file) => {
                self.found.retain(|other| other.path != file.path);
                self.found.push(*file);
                self.found.sort_by(|a, b| a.path.cmp(&b.path));
                self.shelf.change(&self.found);
                return Ok(vec![(LOOK_AFTER, Sequel::Look)]);
            }
            Sequel::Look => {
                let found = self.found.clone();
                if let Some(station) = &mut self.powered {
                    station.set_found(found);
                }
            }
            Sequel::SchedulesBack(papers) => self.set_papers(*papers),
            Sequel::Release => {
                if let Some(station) = &mut self.powered {
                    station.release();
                }
            }
            Sequel::Approval { path, hash } => {
                self.rejected.remove(&(path.clone(), hash.clone()));
                // It may be what a file became in the meantime: now somebody has approved that.
                self.good.insert((path.to_string(), hash.clone()));
                let (by, at) = (CLERK.to_owned(), self.wall());
                clerk.decide(&[Approval { path, hash, verdict: Verdict::Approved, by, at }])?;
            }
        }
        Ok(Vec::new())
    }

    fn dark_for(
        &mut self,
        lasts: SignedDuration,
        forgot: Option<Forgot>,
        wrong_for: SignedDuration,
    ) -> Vec<(SignedDuration, Sequel)> {
        self.cut_power();
        self.is_asleep = false;
        vec![(lasts, Sequel::PowerBack { forgot, wrong_for })]
    }

    fn forget_the_time(&self, forgot: Forgot) {
        let year = if let Forgot::Year(year) = forgot { year } else { YEAR_OF_THE_CHIP };
        let Ok(wrong) = date(year, 1, 1).at(0, 0, 30, 0).to_zoned(TimeZone::UTC) else { return };
        let battery_off = wrong.timestamp().duration_since(self.clock.truth());
        self.clock.set_battery_off(battery_off);
        self.clock.set_off(match forgot {
            Forgot::Year(_) => battery_off,
            Forgot::Saved { out_for } => self.clock.off().saturating_sub(out_for),
        });
        self.clock.set_state(ClockState::Unsynced);
    }

    /// Every commit of the log is synced; the file beside it that remembers the last row is not, and is as old as it was when
    /// something befell the station before.
    fn lose_unsynced(&self, synced: Option<Vec<u8>>) {
        let _ = match synced {
            Some(older) => fs::write(self.head_file(), older),
            None => fs::remove_file(self.head_file()),
        };
    }

    fn head_file(&self) -> PathBuf {
        self.database.with_extension("head")
    }

    /// Starts the program if nothing else has; one that cannot start is started again.
    fn start_program(&mut self) -> Vec<(SignedDuration, Sequel)> {
        if self.powered.is_some() || self.power_on().is_ok() { Vec::new() } else { vec![(START_AGAIN, Sequel::Start)] }
    }

    fn disk_is(&mut self, disk: Disk, lasts: SignedDuration) -> Result<Vec<(SignedDuration, Sequel)>, StoreFault> {
        self.disk = disk;
        self.tell_disk()?;
        Ok(vec![(lasts, Sequel::DiskGood)])
    }

    fn file_becomes(
        &mut self,
        file: usize,
        lasts: SignedDuration,
        change: Option<fn(FoundState) -> FoundState>,
    ) -> Vec<(SignedDuration, Sequel)> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let place = file % self.found.len();
        let before = self.found[place].clone();
        if !matches!(before.state, FoundState::Read { analysis: Ok(_), .. }) {
            // Something has befallen it already.
            return Vec::new();
        }
        match change {
            Some(change) => {
                self.found[place].state = change(before.state.clone());
                self.accept_jingle(place);
            }
            None => drop(self.found.remove(place)),
        }
        self.shelf.change(&self.found);
        vec![(LOOK_AFTER, Sequel::Look), (lasts, Sequel::FileBack(Box::new(before)))]
    }

    /// A jingle airs as it is: nobody has to approve what it has become.
    fn accept_jingle(&mut self, place: usize) {
        let file = &self.found[place];
        if let (CartKind::Jingle, Some(hash)) = (file.path.kind(), content(file)) {
            self.good.insert((file.path.to_string(), hash));
        }
    }

    fn without_schedule(&mut self, schedule: usize, lasts: SignedDuration) -> Vec<(SignedDuration, Sequel)> {
        let before = self.papers.clone();
        let mut papers = before.clone();
        if papers.orders.schedules.is_empty() {
            return Vec::new();
        }
        papers.orders.schedules.remove(schedule % before.orders.schedules.len());
        self.set_papers(papers);
        vec![(lasts, Sequel::SchedulesBack(Box::new(before)))]
    }

    fn reject(
        &mut self,
        file: usize,
        lasts: SignedDuration,
        clerk: &mut Store,
    ) -> Result<Vec<(SignedDuration, Sequel)>, StoreFault> {
        let bulletins = self.found.iter().filter(|file| file.path.kind() == CartKind::Bulletin);
        let bulletins: Vec<_> = bulletins.filter_map(|file| Some((file.path.clone(), content(file)?))).collect();
        let Some((path, hash)) = bulletins.get(file % bulletins.len().max(1)).cloned() else { return Ok(Vec::new()) };
        let (by, at) = (CLERK.to_owned(), self.wall());
        clerk.decide(&[Approval { path: path.clone(), hash: hash.clone(), verdict: Verdict::Rejected, by, at }])?;
        self.rejected.insert((path.clone(), hash.clone()), self.clock.truth());
        Ok(vec![(lasts, Sequel::Approval { path, hash })])
    }

    fn alert(&mut self, length: Frames, times: u32, in_quiet_hours: bool) {
        let path = CartPath::new("alerts/khan.mp3").expect("a path of ours");
        let piece = Piece { kind: CartKind::Alert, ..Piece::unread(path) };
        if let Some(station) = &mut self.powered {
            let expires = station.now().checked_add(SignedDuration::from_hours(6)).unwrap_or(Timestamp::MAX);
            let (every, zones, by) = (Frames::from_secs(600), Vec::new(), CLERK.to_owned());
            station.alert(AlertOrder { piece, length, times: Some(times), every, zones, in_quiet_hours, expires, by });
        }
    }
}

fn content(file: &Found) -> Option<ContentHash> {
    if let FoundState::Read { hash, .. } = &file.state { Some(hash.clone()) } else { None }
}

/// The same sound in other bytes.
fn changed(state: FoundState) -> FoundState {
    match state {
        FoundState::Read { hash, analysis } => {
            let other = blake3::hash(hash.as_str().as_bytes()).to_hex();
            FoundState::Read { hash: ContentHash::new(&other).expect("BLAKE3 writes 64 digits"), analysis }
        }
        other => other,
    }
}

fn growing(_: FoundState) -> FoundState {
    FoundState::Copying
}
