//! Gathering the facts for the self-test: each function looks at one thing and says what it saw.
//!
//! None of them changes anything, and each may be slow or hang with the thing it looks at: who calls them sees to that.
//! What a fact means is judged in [`doctor`](crate::doctor).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::airtime::{Beginning, ClockState, verify};
use crate::doctor::{
    Alarms, Clock, Database, Finding, Folders, MachineFinding, OpenAlarm, Output, OutputState, Rights, SoundAccess,
    Station, Within,
};
use crate::equipment::StationTime;
use crate::equipment::clock::SystemClock;
use crate::equipment::machine::{self, Account, ServiceSeen};
use crate::equipment::store::{Store, StoreFault, StoreTrouble};
use crate::equipment::{mixer, sound};
use crate::station::command::Command;
use crate::station::config::Config;
use crate::station::control::{NoAnswer, ask};
use crate::station::home::Home;
use crate::station::lock::HomeLock;
use crate::station::snapshot::{AlarmState, ZoneState};
use crate::words::Lang;

/// What the running station told of itself; of one that does not run, or does not answer, nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Told {
    pub state: String,
    pub clock: Option<String>,
    #[serde(default)]
    pub silenced: bool,
    #[serde(default)]
    pub zones: Vec<ZoneState>,
    pub on_air: Option<OnNow>,
    pub next_session: Option<Next>,
    #[serde(default)]
    pub alarms: Vec<AlarmState>,
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The session on the air.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct OnNow {
    pub session_title: String,
}

/// The session that comes next.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Next {
    pub title: String,
    pub start: String,
}

/// Asks the station that runs in this home.
///
/// # Errors
/// Why there is no answer.
pub fn told(home: &Home, lang: Lang) -> Result<Told, NoAnswer> {
    ask(&home.socket(), &Command::Status { lang: Some(lang.tag().to_owned()) })
}

/// The program that airs.
#[must_use]
pub fn station(home: &Home, told: &Result<Told, NoAnswer>) -> Station {
    let within = match told {
        Ok(_) => Within::Running,
        // On a disk that takes nothing there is no door to ask at, and the programme airs.
        Err(NoAnswer::NotRunning) if HomeLock::is_held(home) => Within::Mute,
        Err(NoAnswer::NotRunning) => Within::NotRunning,
        Err(NoAnswer::Late) => Within::Mute,
        Err(NoAnswer::Closed(error)) => Within::Closed { detail: error.to_string() },
    };
    let told = told.as_ref().ok();
    Station {
        within,
        silenced: told.is_some_and(|told| told.silenced),
        notes: told.map(|told| told.notes.clone()).unwrap_or_default(),
    }
}

/// The alarms that are open: as the running station tells them, else as the log holds them from its last run.
#[must_use]
pub fn alarms(home: &Home, told: Option<&Told>, lang: Lang) -> Alarms {
    if let Some(told) = told {
        let open = told.alarms.iter().map(|alarm| OpenAlarm {
            since: shown(&alarm.since),
            text: alarm.text.clone(),
            is_past: alarm.right_since.is_some(),
        });
        return Alarms { running: true, open: open.collect() };
    }
    let zone = home.config().map_or_else(TimeZone::system, |config| config.timezone);
    // A database that cannot be read is told by its own look.
    let log = Store::look(&home.database()).ok().flatten();
    let open = log.and_then(|store| store.open_alarms().ok()).unwrap_or_default();
    let open = open.iter().map(|alarm| AlarmState::of(alarm, None, &zone, lang));
    let open = open.map(|alarm| OpenAlarm { since: shown(&alarm.since), text: alarm.text, is_past: false });
    Alarms { running: false, open: open.collect() }
}

/// An instant as the station's clock showed it.
fn shown(rfc3339: &str) -> String {
    rfc3339.get(..19).unwrap_or(rfc3339).replace('T', " ")
}

/// The account that the station runs as, or would: the service's, else ours; of a home that root looks at, its owner.
#[must_use]
pub fn account(home: &Home, service: &ServiceSeen) -> Account {
    let unit = match service {
        ServiceSeen::Unit(unit) if unit.load == "loaded" => Some(unit),
        _ => None,
    };
    let name = unit.map(|unit| if unit.user.is_empty() { "root" } else { &unit.user });
    let ours = Account::ours();
    let owner = || Account::owning(&home.dir).filter(|_| ours.is_root());
    name.and_then(Account::named).or_else(owner).unwrap_or(ours)
}

/// Each output with its zones. One that the station does not use is opened for a look, and given back.
#[must_use]
pub fn outputs(home: &Home, config: &Config, told: Option<&Told>) -> Vec<Output> {
    sound::hush();
    let time = StationTime::of_the_computer();
    let mut outputs: Vec<Output> = Vec::new();
    for zone in &config.zones {
        let device = &zone.route.device;
        if let Some(known) = outputs.iter_mut().find(|output| output.device == *device) {
            known.zones.push(zone.name.clone());
            continue;
        }
        let on_zone = told.and_then(|told| told.zones.iter().find(|state| state.device == *device && state.in_use));
        let state = match (device.as_str(), on_zone) {
            ("silent", _) => OutputState::Nowhere,
            (device, _) if device.starts_with("wav:") => OutputState::File,
            (_, Some(ZoneState { lost: true, .. })) => OutputState::Lost,
            (_, Some(_)) => OutputState::InUse,
            (_, None) => {
                let opened = sound::outputs(std::slice::from_ref(&zone.route), &home.dir, &time)
                    .iter_mut()
                    .try_for_each(|output| {
                        output.open()?;
                        output.close();
                        Ok(())
                    });
                opened.map_or_else(OutputState::Fails, |()| OutputState::Opens)
            }
        };
        outputs.push(Output { zones: vec![zone.name.clone()], device: device.clone(), state });
    }
    if config.zones.len() == 1 {
        for output in &mut outputs {
            output.zones.clear();
        }
    }
    outputs
}

/// The cards that zones play on, by the names of their mixers.
#[must_use]
pub fn cards(config: &Config) -> Vec<String> {
    let devices = config.zones.iter().map(|zone| zone.route.device.as_str());
    let real = devices.filter(|device| *device != "silent" && !device.starts_with("wav:"));
    let mut cards: Vec<String> = real.map(|device| mixer::card_of(device).to_owned()).collect();
    cards.sort();
    cards.dedup();
    cards
}

/// Whether the accounts that play may open the cards; nobody needs to where nothing plays on one.
#[must_use]
pub fn sound_access(config: &Config, accounts: &[&Account]) -> Vec<SoundAccess> {
    if cards(config).is_empty() {
        return Vec::new();
    }
    let mut seen: Vec<SoundAccess> = accounts.iter().map(|account| machine::sound_access(account)).collect();
    seen.dedup();
    seen
}

/// The computer's clock, beside what the station thinks of it and what the log knows.
#[must_use]
pub fn clock(home: &Home, config: Option<&Config>, told: Option<&Told>) -> Clock {
    let log = Store::look(&home.database()).ok().flatten();
    let station = told.and_then(|told| told.clock.as_deref());
    let untrusted = station == Some(ClockState::Untrusted.name());
    // A station that runs has judged it.
    let is_judged = station.is_some() && !untrusted;
    Clock {
        now: SystemClock.now(),
        state: if untrusted { ClockState::Untrusted } else { SystemClock.state() },
        last_known: log.as_ref().and_then(|store| store.last_alive().ok()).flatten(),
        battery: if is_judged { None } else { battery(log.as_ref()).ok().flatten() },
        zone: config.map_or_else(jiff::tz::TimeZone::system, |config| config.timezone.clone()),
    }
}

/// What the battery's clock shows; None where there is none, or the log knows that the computer was told the time since it
/// started.
///
/// # Errors
/// The database failed.
pub fn battery(log: Option<&Store>) -> Result<Option<Timestamp>, StoreFault> {
    let told = log.map_or(Ok(false), |log| log.was_told_the_time(&SystemClock.boot().id))?;
    Ok(SystemClock.battery().filter(|_| !told))
}

/// The disk below the station's data.
#[must_use]
pub fn disk(home: &Home) -> MachineFinding {
    let folder = [home.data(), home.dir.clone()].into_iter().find(|folder| folder.exists());
    match machine::disk(&folder.unwrap_or_else(|| PathBuf::from("/"))) {
        Ok(disk) => disk.judge(),
        Err(error) => MachineFinding::DiskUnknown { detail: error.to_string() },
    }
}

/// The service, and what it runs as.
#[must_use]
pub fn service(seen: &ServiceSeen) -> Finding {
    match seen {
        ServiceSeen::Unit(unit) => unit.judge().into(),
        ServiceSeen::NoSystemd => MachineFinding::NoSystemd.into(),
        ServiceSeen::Mute => Finding::Late(crate::doctor::Topic::Service),
    }
}

/// Files looked at for their rights, and no more: a stick with a million of them must not hold anybody up.
const FILES_MAX: usize = 5_000;

/// What the station needs to read and write, and `account` may not.
#[must_use]
pub fn folders(home: &Home, account: &Account) -> Folders {
    let shown = |path: &Path| path.strip_prefix(&home.dir).unwrap_or(path).display().to_string();
    let needed = ["audio", "schedules"].map(|name| home.dir.join(name));
    let missing = needed.iter().filter(|folder| !folder.is_dir()).map(|folder| folder.display().to_string()).collect();
    let mut to_read = vec![home.dir.join("station.yaml")];
    for folder in &needed {
        below(folder, &mut to_read);
    }
    // What the first start makes, it makes in the home.
    let data = if home.data().exists() { home.data() } else { home.dir.clone() };
    let to_write = [data, home.database(), home.analysis(), home.alerts()];
    let there = |path: &&PathBuf| path.exists() || path.is_symlink();
    Folders {
        missing,
        rights: vec![Rights {
            user: account.name.clone(),
            unreadable: to_read
                .iter()
                .filter(there)
                .filter(|path| !account.may_read(path))
                .map(|path| shown(path))
                .collect(),
            unwritable: to_write
                .iter()
                .filter(there)
                .filter(|path| !account.may_write(path))
                .map(|path| shown(path))
                .collect(),
        }],
    }
}

/// The folder and everything below it.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    found.push(folder.to_owned());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if found.len() >= FILES_MAX {
            return;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => below(&entry.path(), found),
            _ => found.push(entry.path()),
        }
    }
}

/// The database, whether it is sound, and whether its seal holds.
#[must_use]
pub fn database(home: &Home) -> Database {
    let file = home.database();
    if !file.exists() {
        return Database::None;
    }
    let ours = Account::ours();
    looked_at(&file).unwrap_or_else(|fault| match fault.what {
        StoreTrouble::Trial => Database::Trial,
        StoreTrouble::Newer { version } => Database::Newer { version },
        // Even a reader needs to write beside it.
        StoreTrouble::Failed { .. } if !(ours.may_read(&file) && ours.may_write(&home.data())) => Database::Closed,
        StoreTrouble::Damaged { detail } => Database::Damaged { detail },
        StoreTrouble::NotCopied { detail } | StoreTrouble::Failed { detail } => Database::Failed { detail },
    })
}

fn looked_at(file: &Path) -> Result<Database, StoreFault> {
    let Some(store) = Store::look(file)? else { return Ok(Database::Older) };
    if let Some(detail) = store.damage()? {
        return Ok(Database::Damaged { detail });
    }
    let rows = store.presented()?.and_then(|rows| verify(&rows, Beginning::First).map(|_| rows.len()));
    Ok(Database::Sound { rows })
}

/// When the next session begins, of a station that told.
#[must_use]
pub fn begins(told: &Told) -> Option<Timestamp> {
    told.next_session.as_ref().and_then(|next| next.start.parse().ok())
}
