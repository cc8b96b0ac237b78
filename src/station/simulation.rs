//! A station in simulated time: the same loop, planner and log under a clock that jumps from event to event.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::equipment::clock::SimulatedClock;
use crate::equipment::command::{Errand, Pretended};
use crate::equipment::sound::{Heard, Ledger, Simulated, Sound};
use crate::equipment::store::{Durability, Store, StoreFault};
use crate::library::Found;
use crate::station::home::Papers;
use crate::station::log_keeper::LogKeeper;
use crate::station::on_air::{Equipment, OnAir};
use crate::station::shelf::EmptyShelf;

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
    /// When which zone's device is gone, by the zone's place in station.yaml.
    outages: Vec<(usize, Timestamp, Timestamp)>,
}

impl Simulation {
    /// A station with these papers and files, dark, at `start`.
    #[must_use]
    pub fn new(database: &Path, papers: Papers, found: Vec<Found>, start: Timestamp) -> Self {
        Self {
            database: database.to_owned(),
            papers,
            found,
            clock: SimulatedClock::starting(start),
            powered: None,
            ledgers: Vec::new(),
            commands: Pretended::default(),
            outages: Vec::new(),
        }
    }

    /// The device of a zone is gone from `from` until `until`, from the next power on: zones count from 0, as
    /// station.yaml has them.
    pub fn outage(&mut self, zone: usize, from: Timestamp, until: Timestamp) {
        self.outages.push((zone, from, until));
    }

    /// The zones of station.yaml, each with a simulated card.
    fn plug_in(&mut self, now: Timestamp) -> Vec<(String, Box<dyn Sound>)> {
        let mut zones: Vec<(String, Box<dyn Sound>)> = Vec::new();
        for (index, zone) in self.papers.config.zones.iter().enumerate() {
            let mut sound = Simulated::new(now);
            for (_, from, until) in self.outages.iter().filter(|(of, ..)| *of == index) {
                sound.outage(*from, *until);
            }
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
        use crate::equipment::clock::Clock as _;
        let zones = self.plug_in(self.clock.now());
        let equipment = Equipment {
            clock: Box::new(self.clock.clone()),
            zones,
            shelf: Box::new(EmptyShelf),
            capture: None,
            commands: Box::new(self.commands.clone()),
            archive: None,
        };
        let log = LogKeeper::new(Store::open(&self.database, Durability::None)?);
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

    /// Lets time pass up to `until`.
    pub fn run_until(&mut self, until: Timestamp) {
        use crate::equipment::clock::Clock as _;
        while let Some(station) = &mut self.powered {
            let wake = station.step();
            station.take_notices();
            let soonest = self.clock.now() + SignedDuration::from_millis(1);
            let next = wake.max(soonest);
            if next > until {
                break;
            }
            self.clock.set(next);
        }
        self.clock.set(until);
        if let Some(station) = &mut self.powered {
            station.step();
            station.take_notices();
        }
    }
}
