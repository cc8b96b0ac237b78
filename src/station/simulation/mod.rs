//! A station in simulated time: the same loop, planner and log under a clock that jumps from event to event.
//!
//! There is the true time, by which power, cards and people act, and what the station's clock makes of it.
//!
//! ```text
//! fault     what can go wrong, drawn from a seed       befall    having it happen to a station
//! order     which faults a person wants
//! promises  what must hold after every step            trial     a station that faults befall, watched
//! ```

mod befall;
pub mod fault;
pub mod order;
pub mod promises;
pub mod trial;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::clock::{Clock as _, SimulatedClock};
use crate::equipment::command::{Errand, Pretended};
use crate::equipment::sound::{Heard, Ledger, Simulated, Sound, Troubles};
use crate::equipment::store::{Disk, Durability, Store, StoreFault};
use crate::library::{CartPath, ContentHash, Found};
use crate::station::home::Papers;
use crate::station::log_keeper::LogKeeper;
use crate::station::on_air::{Equipment, OnAir};
use crate::station::shelf::SimulatedShelf;

/// An idle station steps at least this often where its clock is irregular, as in real life.
const STEP_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// A station that lives in a database file and a simulated clock. Power can be cut and given back.
pub struct Simulation {
    database: std::path::PathBuf,
    papers: Papers,
    found: Vec<Found>,
    clock: SimulatedClock,
    powered: Option<OnAir>,
    /// What the loudspeakers got, one ledger for each zone and each time the power came.
    ledgers: Vec<Ledger>,
    commands: Pretended,
    /// What befalls the card of each zone, by the zone's place in station.yaml.
    troubles: Vec<Troubles>,
    shelf: SimulatedShelf,
    disk: Disk,
    /// The file that remembers the last row, as it was when something befell the station last.
    synced_head: Option<Vec<u8>>,
    is_asleep: bool,
    /// Since when, in true time, a content is refused that was approved before.
    rejected: HashMap<(CartPath, ContentHash), Timestamp>,
    began_at: Timestamp,
    /// The contents that may air.
    good: HashSet<(String, ContentHash)>,
}

impl Simulation {
    /// A station with these papers and files, dark, at `start`.
    #[must_use]
    pub fn new(database: &Path, papers: Papers, found: Vec<Found>, start: Timestamp) -> Self {
        let troubles = papers.config.zones.iter().map(|_| Troubles::default()).collect();
        let (shelf, good) = (SimulatedShelf::holding(&found), trial::contents(&found));
        Self {
            database: database.to_owned(),
            papers,
            found,
            clock: SimulatedClock::starting(start),
            powered: None,
            ledgers: Vec::new(),
            commands: Pretended::default(),
            troubles,
            shelf,
            disk: Disk::Good,
            synced_head: None,
            is_asleep: false,
            rejected: HashMap::new(),
            began_at: start,
            good,
        }
    }

    /// The device of a zone is gone from `from` until `until`: zones count from 0, as station.yaml has them.
    pub fn outage(&mut self, zone: usize, from: Timestamp, until: Timestamp) {
        self.troubles[zone].outage(from, until);
    }

    /// The zones of station.yaml, each with a simulated card.
    fn plug_in(&mut self) -> Vec<(String, Box<dyn Sound>)> {
        let mut zones: Vec<(String, Box<dyn Sound>)> = Vec::new();
        for (zone, troubles) in self.papers.config.zones.iter().zip(&self.troubles) {
            let clock = self.clock.clone();
            let sound = Simulated::in_truth(move || clock.truth(), troubles.clone());
            self.ledgers.push(sound.ledger());
            zones.push((zone.name.clone(), Box::new(sound)));
        }
        zones
    }

    /// Power comes: the program starts.
    ///
    /// # Errors
    /// The database failed.
    pub fn power_on(&mut self) -> Result<(), StoreFault> {
        let zones = self.plug_in();
        let equipment = Equipment {
            clock: Box::new(self.clock.clone()),
            zones,
            shelf: Box::new(self.shelf.clone()),
            capture: None,
            commands: Box::new(self.commands.clone()),
            archive: None,
        };
        let store = Store::open(&self.database, Durability::None)?;
        store.pretend(self.disk)?;
        let log = LogKeeper::new(store);
        let mut station = OnAir::new(equipment, log, self.papers.clone(), self.found.clone())?;
        station.start()?;
        self.powered = Some(station);
        Ok(())
    }

    /// Power is cut: the program is gone in the middle of whatever it did.
    pub fn cut_power(&mut self) {
        self.powered = None;
    }

    /// The program is stopped in good order.
    pub fn stop(&mut self) {
        if let Some(mut station) = self.powered.take() {
            station.stop();
        }
    }

    /// The station's clock, to be set. It runs by the true time.
    #[must_use]
    pub fn clock(&self) -> &SimulatedClock {
        &self.clock
    }

    /// The computer sleeps, or wakes up.
    pub fn sleep(&mut self, asleep: bool) {
        self.is_asleep = asleep;
    }

    /// What the computer's clock shows.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        self.clock.wall()
    }

    /// The disk is told to the database of the running program.
    fn tell_disk(&self) -> Result<(), StoreFault> {
        self.powered.as_ref().map_or(Ok(()), |station| station.log.store().pretend(self.disk))
    }

    /// The running station, if there is power.
    pub fn station(&mut self) -> Option<&mut OnAir> {
        self.powered.as_mut()
    }

    /// What the loudspeaker got so far, for the airtime log to be held against.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.ledgers.iter().flat_map(Ledger::read).collect()
    }

    /// The commands that would have been run, and when.
    #[must_use]
    pub fn commands(&self) -> Vec<(Timestamp, Errand)> {
        self.commands.asked()
    }

    /// New papers, as if the operator had edited them; a running station takes them over.
    pub fn set_papers(&mut self, papers: Papers) {
        self.papers = papers.clone();
        if let Some(station) = &mut self.powered {
            station.set_papers(papers);
        }
    }

    /// Lets time truly pass up to `until`.
    pub fn run_until(&mut self, until: Timestamp) {
        while self.step(until) {}
    }

    /// Steps the station, and lets time pass until it wants the next step, or `until`; false when that has come.
    pub fn step(&mut self, until: Timestamp) -> bool {
        let truth = self.clock.truth();
        let Some(station) = self.powered.as_mut().filter(|_| !self.is_asleep) else {
            self.clock.pass_until(until.max(truth));
            return false;
        };
        let wake = station.step();
        station.take_notices();
        let pause = wake.duration_since(station.now()).max(SignedDuration::from_millis(1));
        // By a clock that does not run as time does, nobody knows when that is.
        let pause = if self.clock.is_regular() { pause } else { pause.min(STEP_EVERY) };
        let next = truth.checked_add(pause).unwrap_or(Timestamp::MAX);
        if next <= until {
            self.clock.pass_until(next);
            return true;
        }
        let is_there = truth >= until;
        self.clock.pass_until(until.max(truth));
        !is_there
    }
}
