//! The zones: each a group of clusters on one output, with a machine of its own, so that one that is broken silences no
//! other.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::airtime::AcrossZones;
use crate::equipment::sound::{Metered, Sound as _, Underruns};
use crate::equipment::store::{OpenRow, SavedAlert};
use crate::playout::{CueId, Machine, SittingId, SoundFault};
use crate::rundown::Rundown;
use crate::station::log_keeper::SessionRef;
use crate::station::on_air::OnAir;
use crate::station::on_air::carried::Carried;
use crate::station::quiet_gate::QuietGate;
use crate::station::rows::RowMaker;
use crate::time::Frames;
use crate::words::Notice;

/// One zone of the station, plugged in.
pub(in crate::station) struct Zone {
    pub name: String,
    pub sound: QuietGate,
    pub machine: Machine,
    /// What plays on it or waits to go on, with what the rows need.
    pub sittings: HashMap<SittingId, Sitting>,
    /// Live sources on it, each by its cue, with the line it airs under.
    pub live: HashMap<CueId, Carried>,
    /// Underruns of the output that were told already.
    pub underruns: Underruns,
    /// Why its device is lost; stands until it was opened again, however much later that is wanted.
    pub lost: Option<SoundFault>,
    /// The output's heartbeat when it was last asked for.
    pub heartbeat: Option<i64>,
}

/// A session on one zone.
pub(in crate::station) struct Sitting {
    /// As this zone airs it: items may be added on the way.
    pub rundown: Rundown,
    pub rows: RowMaker,
    /// Items whose first frame went out.
    pub began: HashMap<usize, OpenRow>,
    /// The meter of each item; of one that a lost device cut into parts a meter for each, with where it begins.
    pub metered: HashMap<usize, Vec<(Frames, Metered)>>,
    /// Items that have their row.
    pub over: HashSet<usize>,
}

impl Sitting {
    pub fn is_over(&self, line: usize) -> bool {
        self.over.contains(&line)
    }
}

/// A session under way, on however many zones.
pub(in crate::station) struct UnderWay {
    pub reference: SessionRef,
    pub title: String,
    /// Zones on which it is not over yet.
    pub zones_left: usize,
    /// Items that were counted as aired, on whichever zone first.
    pub counted: AcrossZones,
    /// Of an alert: where it stands after this turn.
    pub turn: Option<SavedAlert>,
}

impl Zone {
    pub fn new(name: String, sound: QuietGate, counts_from: f64) -> Self {
        let machine = Machine::new(counts_from).ending_later(sound.tail());
        let (sittings, live, underruns) = (HashMap::new(), HashMap::new(), Underruns::default());
        Self { name, sound, machine, sittings, live, underruns, lost: None, heartbeat: None }
    }

    /// Whether its output broke under what is on the air, and is tried again.
    pub fn has_lost_its_device(&self) -> bool {
        self.machine.on_air().is_some_and(|on_air| on_air.device_lost)
    }
}

/// Time for every output to open, so that several zones begin as one.
const TOGETHER: Frames = Frames::from_millis(250);

impl OnAir {
    /// How long after an operator's word something begins: at once on one zone, together on several.
    pub(super) fn together_after(&self) -> Frames {
        if self.zones.len() > 1 { TOGETHER } else { Frames::ZERO }
    }

    /// The zones a session plays on: those it names, or all.
    pub(in crate::station) fn zones_of(&self, rundown: &Rundown) -> Vec<usize> {
        let named = |name: &String| rundown.zones.is_empty() || rundown.zones.contains(name);
        (0..self.zones.len()).filter(|&zone| named(&self.zones[zone].name)).collect()
    }

    /// Whether station.yaml says something else of the zones or the capture input than when they were plugged in.
    pub(in crate::station) fn zones_have_changed(&self) -> bool {
        let now = &self.papers.config;
        now.zones != self.plugged.zones || now.capture != self.plugged.capture
    }

    /// The zones that a session names and the station does not have.
    pub(in crate::station) fn zones_missing(&self, rundown: &Rundown) -> Vec<String> {
        let is_there = |name: &&String| !self.zones.iter().any(|zone| zone.name == **name);
        rundown.zones.iter().filter(is_there).cloned().collect()
    }

    /// The zone on which something is on the air, the first of them.
    pub(in crate::station) fn busy_zone(&self) -> Option<&Zone> {
        self.zones.iter().find(|zone| !zone.machine.is_idle())
    }

    /// The device of the station's first zone, which most stations have alone.
    pub(in crate::station) fn main_device(&self) -> String {
        self.zones.first().map(|zone| zone.sound.device()).unwrap_or_default()
    }

    /// How long before a session the outputs want to be opened.
    pub(in crate::station) fn lead(&self) -> crate::time::Frames {
        self.zones.iter().map(|zone| zone.sound.lead()).max().unwrap_or_default()
    }

    /// An output that ran empty is said; the sound came later, and nothing of it was lost.
    pub(super) fn tell_underruns(&mut self, zone: usize) {
        let zone = &mut self.zones[zone];
        let (before, now) = (zone.underruns, zone.sound.underruns());
        if now > before {
            zone.underruns = now;
            let (length, times) =
                (now.starved.saturating_sub(before.starved), now.emptied.saturating_sub(before.emptied));
            self.notices.push(Notice::Underrun { zone: zone.name.clone(), device: zone.sound.device(), length, times });
        }
    }

    /// When the outputs that are open and the machines that are busy want to be looked after next.
    pub(super) fn zones_wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let busy = self.zones.iter().filter(|zone| !zone.machine.is_idle());
        busy.flat_map(|zone| [Some(zone.sound.wake_at(now)), zone.machine.wake_at()]).flatten().min()
    }
}
