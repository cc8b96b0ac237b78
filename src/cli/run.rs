//! `loa run`: on the air.

use std::path::Path;
use std::sync::mpsc;

use crate::cli::args::RunArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::watch::Watcher;
use crate::cli::{Failure, Outcome};
use crate::equipment::Owner;
use crate::equipment::cache::Cache;
use crate::equipment::capture::Capture;
use crate::equipment::clock::SystemClock;
use crate::equipment::command::Programs;
use crate::equipment::service;
use crate::equipment::sound::{self, Route, Sound};
use crate::station::archive;
use crate::station::ingest::Ingest;
use crate::station::on_air::{ByHand, Equipment, OnAir};
use crate::station::running::{self, Surroundings};
use crate::station::shelf::AudioShelf;
use crate::station::zone_settings::ZoneSettings;
use crate::time::{Frames, parse_length};
use crate::words::{Message, Urgent};

pub fn run(context: &Context, args: &RunArgs) -> Outcome {
    if Owner::of(&context.home.dir).is_other() {
        return Err(Failure::usage(Message::NotAsRoot { home: context.home.dir.display().to_string() }));
    }
    let papers = context.papers()?;
    let length = args.length.as_ref().map(|text| shortened(text)).transpose()?;
    let _lock = context.lock()?;
    let home = &context.home;
    let found = context.look()?;
    let log = context.log(&papers)?;
    let (wake, wakes) = mpsc::channel();
    let equipment = Equipment {
        clock: Box::new(SystemClock),
        zones: plug_in(&papers.config.zones, &home.dir),
        capture: papers.config.capture.as_deref().map(Capture::new),
        shelf: Box::new(AudioShelf { audio: home.audio(), alerts: home.alerts(), loudness: papers.config.loudness }),
        commands: Box::new(Programs::new(&home.dir)),
        // Without a thread nothing is kept, and the programme airs.
        archive: archive::open(home, wake.clone()).ok(),
    };
    let failed = |fault| store_failure(&fault);
    let mut station = OnAir::new(equipment, log, papers, found).map_err(failed)?;
    running::hear_signals(wake.clone()).map_err(|error| context.cannot_write(&home.dir, &error))?;
    station.start().map_err(failed)?;
    station.hurry();
    context.tell(&Message::RunningIn { home: home.dir.display().to_string() });
    if let Some(id) = &args.session
        && let Err(failure) = begin(&mut station, id, length)
    {
        station.stop();
        return Err(failure);
    }
    let ingest = Ingest::new(home.audio(), Cache::open(&home.analysis()));
    let look =
        running::look_after(home, ingest, wake.clone()).map_err(|error| context.cannot_write(&home.dir, &error))?;
    let mut watcher = Watcher::new(context.lang(), context.verbose);
    let watch = &mut |station: &mut OnAir, notices| watcher.show(station, notices);
    let lang = context.lang();
    running::run(&mut station, Surroundings { home, lang, wake, wakes, look, watch, until_idle: args.once });
    service::stopping();
    station.stop();
    watcher.show_last(&mut station);
    Ok(())
}

/// The zones by name, each with its output.
fn plug_in(zones: &[ZoneSettings], home: &Path) -> Vec<(String, Box<dyn Sound>)> {
    let routes: Vec<Route> = zones.iter().map(|zone| zone.route.clone()).collect();
    zones.iter().map(|zone| zone.name.clone()).zip(sound::outputs(&routes, home)).collect()
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
