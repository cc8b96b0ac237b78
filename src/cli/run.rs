//! `loa run`: on the air.

use std::path::Path;
use std::sync::mpsc::{self, Sender};

use crate::cli::args::RunArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::watch::Watcher;
use crate::cli::{Failure, Outcome};
use crate::equipment::cache::Cache;
use crate::equipment::capture::Capture;
use crate::equipment::clock::StationClock;
use crate::equipment::command::Programs;
use crate::equipment::service;
use crate::equipment::sound::{self, Route, Sound};
use crate::equipment::{Owner, StationTime};
use crate::library::Accepted;
use crate::station::archive;
use crate::station::home::{Papers, Reading};
use crate::station::ingest::Ingest;
use crate::station::last_good::LastGood;
use crate::station::on_air::{ByHand, Equipment, OnAir};
use crate::station::running::{self, Doorway, Surroundings, Wake};
use crate::station::shelf::AudioShelf;
use crate::station::zone_settings::ZoneSettings;
use crate::time::{Frames, parse_length};
use crate::words::{Message, Notice, Urgent};

pub fn run(context: &Context, args: &RunArgs) -> Outcome {
    if Owner::of(&context.home.dir).is_other() {
        return Err(Failure::usage(Message::NotAsRoot { home: context.home.dir.display().to_string() }));
    }
    let papers = context.papers_quietly()?;
    let length = args.length.as_ref().map(|text| shortened(text)).transpose()?;
    let _lock = context.lock()?;
    let home = &context.home;
    let log = context.log(&papers)?;
    // What was accepted before is known when the log is: a wrecked one was set aside by now, and what it says taken over.
    let accepted = log.store().accepted().unwrap_or_default();
    let (papers, last_good) = taken_over(context, &accepted)?;
    let found = context.look()?;
    let (wake, wakes) = mpsc::channel();
    let clock = StationClock::new();
    let time = clock.time();
    let equipment = Equipment {
        clock: Box::new(clock),
        zones: plug_in(&papers.config.zones, &home.dir, &time),
        capture: papers.config.capture.as_deref().map(|device| Capture::new(device, time)),
        shelf: Box::new(AudioShelf::new(home.audio(), home.alerts(), papers.config.loudness)),
        commands: Box::new(Programs::new(&home.dir)),
        // Without a thread nothing is kept, and the programme airs.
        archive: archive::open(home, teller(wake.clone())).ok(),
    };
    let failed = |fault| store_failure(&fault);
    let mut station = OnAir::new(equipment, log, papers, found).map_err(failed)?;
    running::hear_signals(wake.clone()).map_err(|error| context.cannot_write(&home.dir, &error))?;
    station.start().map_err(failed)?;
    station.hurry();
    // Whoever reads that the station runs can speak with it.
    let door = Doorway::new(home, wake.clone(), &mut station);
    context.tell(&Message::RunningIn { home: home.dir.display().to_string() });
    if let Some(id) = &args.session
        && let Err(failure) = begin(&mut station, id, length)
    {
        station.stop();
        return Err(failure);
    }
    let accepted = station.accepted().to_vec();
    let ingest = Ingest::new(home.audio(), Cache::open(&home.analysis()), context.examiner());
    let look = running::look_after(home, last_good, accepted, ingest, wake)
        .map_err(|error| context.cannot_write(&home.dir, &error))?;
    let mut watcher = Watcher::new(context.lang(), context.verbose);
    let watch = &mut |station: &mut OnAir, notices| watcher.show(station, notices);
    let lang = context.lang();
    running::run(&mut station, Surroundings { lang, door, wakes, look, watch, until_idle: args.once });
    service::stopping();
    station.stop();
    watcher.show_last(&mut station);
    Ok(())
}

/// What is in force from here on, kept for the time when somebody makes a mistake. What is wrong in it becomes alarms.
fn taken_over(context: &Context, accepted: &[Accepted]) -> Result<(Papers, LastGood), Failure> {
    let mut last_good = LastGood::of(&context.home);
    last_good.clear_unfinished();
    let reading = Reading::of(&context.home, &last_good, accepted).map_err(|problems| context.unusable(&problems))?;
    last_good.keep(&reading, context.now());
    Ok((reading.papers, last_good))
}

/// Has the station say what something beside the loop has to tell.
fn teller(wake: Sender<Wake>) -> impl Fn(Notice) -> bool + Send + 'static {
    move |notice| wake.send(Wake::Say(Box::new(notice))).is_ok()
}

/// The zones by name, each with its output.
fn plug_in(zones: &[ZoneSettings], home: &Path, time: &StationTime) -> Vec<(String, Box<dyn Sound>)> {
    let routes: Vec<Route> = zones.iter().map(|zone| zone.route.clone()).collect();
    zones.iter().map(|zone| zone.name.clone()).zip(sound::outputs(&routes, home, time)).collect()
}

fn shortened(text: &str) -> Result<Frames, Failure> {
    parse_length(text)
        .ok()
        .filter(|length| *length >= Frames::from_secs(1))
        .ok_or_else(|| Failure::usage(Message::NotALength { text: text.to_owned() }))
}

fn begin(station: &mut OnAir, id: &str, length: Option<Frames>) -> Outcome {
    match station.begin_by_hand(id, length) {
        ByHand::Begun => Ok(()),
        ByHand::NoSuchSession { known } => {
            Err(Failure::usage(Message::NoSuchSession { id: id.to_owned(), known: known.join(", ") }))
        }
        ByHand::Quiet { quiet } => Err(Failure::not_so(Message::QuietNow { quiet })),
        ByHand::Silenced => Err(Failure::not_so(Message::Urgent(Urgent::SilencedAlready))),
        ByHand::Busy { session } => Err(Failure::not_so(Message::OnAirAlready { session })),
    }
}
