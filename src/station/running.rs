//! The station in real life: steps the loop by the real clock, looks after the audio folder, hears signals.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;

use crate::doctor::Disk;
use crate::equipment::clock::SystemClock;
use crate::equipment::folder::{FolderGone, Watch};
use crate::equipment::{machine, service};
use crate::library::{Accepted, Found};
use crate::station::command::carry_out;
use crate::station::control::{Door, Question};
use crate::station::home::{Home, Papers, Reading};
use crate::station::ingest::Ingest;
use crate::station::last_good::LastGood;
use crate::station::on_air::OnAir;
use crate::words::Lang;
use crate::words::Notice;

/// The folder is looked at this often whatever the system reports.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// While something is being copied, it is looked at this often.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The folder is looked at once more so long before a session, and what is found counts for it.
const LOOK_BEFORE: SignedDuration = SignedDuration::from_secs(30);
/// An idle station steps at least this often, so that a clock that was set is noticed.
const STEP_EVERY: Duration = Duration::from_secs(5);

/// What wakes the loop.
#[derive(Debug)]
pub enum Wake {
    Stop,
    /// To end as soon as nobody would notice: a new version was installed, and whoever started the program starts that.
    StartAnew,
    /// The audio folder was looked at.
    Looked(Vec<Found>),
    FolderGone(FolderGone),
    /// Schedules, sidecars and station.yaml as they are now in force.
    Papers(Box<Papers>),
    /// The disk below the log.
    Disk(Disk),
    /// Something beside the loop has news for people.
    Say(Box<Notice>),
    /// Somebody wants to know something.
    Asked(Question),
}

/// Stops the loop on SIGTERM, SIGINT and SIGHUP; on SIGUSR1 as soon as nothing is on the air or about to be.
///
/// # Errors
/// The system refuses to hand over its signals.
pub fn hear_signals(wake: Sender<Wake>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGUSR1])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let _ = wake.send(if signal == SIGUSR1 { Wake::StartAnew } else { Wake::Stop });
        }
    })?;
    Ok(())
}

/// Looks after the audio folder, the papers and the disk, on a thread of its own, and sends what it finds; papers without
/// a mistake are kept for the time when they have one. `accepted` are the manifests that were in force before. What is
/// returned asks for a look at once.
///
/// # Errors
/// The system has no thread left.
pub fn look_after(
    home: &Home,
    mut last_good: LastGood,
    mut accepted: Vec<Accepted>,
    mut ingest: Ingest,
    wake: Sender<Wake>,
) -> io::Result<Sender<()>> {
    let home = home.clone();
    let (look, looks) = mpsc::channel();
    let changed = look.clone();
    thread::Builder::new().name("folder".to_owned()).spawn(move || {
        let mut watches = Watches::new(&home, changed);
        loop {
            watches.renew();
            let look = ingest.look(SystemClock.now());
            let copying = look.as_ref().is_ok_and(|look| look.copying);
            let found = look.map_or_else(Wake::FolderGone, |look| Wake::Looked(look.found));
            let reading = Reading::of(&home, &last_good, &accepted).ok();
            // Without their folder sidecars are not deleted, they are out of sight: what was read before counts.
            let reading = reading.filter(|_| matches!(found, Wake::Looked(_)) && home.audio().read_dir().is_ok());
            let papers = reading.as_ref().map(|reading| Wake::Papers(Box::new(reading.papers.clone())));
            let disk = machine::disk(&home.data()).ok().map(Wake::Disk);
            let told = [Some(found), papers, disk].into_iter().flatten().try_for_each(|news| wake.send(news));
            if let Some(reading) = reading {
                let Papers { manifest, .. } = &reading.papers;
                // As the station does that takes the papers over: nothing earlier is read from here on.
                accepted.extend(reading.papers.trust(&accepted).newly_accepted(manifest, SystemClock.now()));
                last_good.keep(&reading, SystemClock.now());
            }
            if told.is_err() || !wait_for_change(&looks, if copying { LOOK_AGAIN } else { LOOK_EVERY }) {
                return;
            }
        }
    })?;
    Ok(look)
}

/// Waits until something changed, and then until a burst of changes is over; false when nobody can tell any more.
fn wait_for_change(looks: &Receiver<()>, patience: Duration) -> bool {
    match looks.recv_timeout(patience) {
        Err(RecvTimeoutError::Disconnected) => return false,
        Err(RecvTimeoutError::Timeout) => return true,
        Ok(()) => {}
    }
    // A burst is waited out, but not for ever: a copy of ten minutes must not keep the rest from being seen.
    (0..10).find(|_| looks.recv_timeout(Duration::from_millis(200)).is_err());
    true
}

/// Watches on the folders people write to; renewed when a folder was made anew.
struct Watches {
    home: Home,
    changed: Sender<()>,
    audio: Option<Watch>,
    schedules: Option<Watch>,
}

impl Watches {
    fn new(home: &Home, changed: Sender<()>) -> Self {
        Self { home: home.clone(), changed, audio: None, schedules: None }
    }

    fn renew(&mut self) {
        for (watch, folder) in [(&mut self.audio, "audio"), (&mut self.schedules, "schedules")] {
            if !watch.as_ref().is_some_and(Watch::is_true) {
                let changed = self.changed.clone();
                // Without a watch the regular look finds everything, only later.
                *watch = Watch::new(&self.home.dir.join(folder), move || {
                    let _ = changed.send(());
                })
                .ok();
            }
        }
    }
}

/// The place of the door: opened when the station starts, and again should its socket be gone.
pub struct Doorway {
    socket: PathBuf,
    wake: Sender<Wake>,
    door: Option<Door>,
}

impl Doorway {
    /// Opened for callers, whom the loop answers. A station without its door airs all the same, and says that nobody can speak
    /// with it.
    #[must_use]
    pub fn new(home: &Home, wake: Sender<Wake>, station: &mut OnAir) -> Self {
        let mut doorway = Self { socket: home.socket(), wake, door: None };
        doorway.keep_open(station);
        doorway
    }

    fn keep_open(&mut self, station: &mut OnAir) {
        if self.door.as_ref().is_some_and(Door::is_there) {
            return;
        }
        self.door = None;
        let wake = self.wake.clone();
        let opened = Door::open(&self.socket, move |question| wake.send(Wake::Asked(question)).is_ok());
        station.note_door(&self.socket, opened.as_ref().err());
        self.door = opened.ok();
    }
}

/// What [`run`] is given besides the station.
pub struct Surroundings<'a> {
    pub lang: Lang,
    pub door: Doorway,
    pub wakes: Receiver<Wake>,
    /// Asks for a look at the audio folder.
    pub look: Sender<()>,
    /// Told what happens, and the station itself, after each step.
    pub watch: &'a mut dyn FnMut(&mut OnAir, Vec<Notice>),
    /// Whether to end when nothing is on the air any more.
    pub until_idle: bool,
}

/// Runs the station until it is told to stop.
pub fn run(station: &mut OnAir, surroundings: Surroundings<'_>) {
    let Surroundings { lang, mut door, wakes, look, watch, until_idle } = surroundings;
    let (mut looked_for, mut starts_anew) = (None, false);
    service::ready();
    loop {
        let wake_at = station.step();
        let now = station.now();
        if station.has_pulse() {
            service::alive();
        }
        let soon = station.next_start().filter(|start| start.duration_since(now) <= LOOK_BEFORE);
        if soon.is_some() && soon != looked_for {
            looked_for = soon;
            // Without its thread the station goes on with the files it knows.
            let _ = look.send(());
        }
        let notices = station.take_notices();
        watch(station, notices);
        if (until_idle && station.is_idle()) || (starts_anew && station.may_start_anew(now)) {
            return;
        }
        let pause = wake_at.duration_since(now).unsigned_abs().min(STEP_EVERY);
        let pause = if wake_at <= now { Duration::from_millis(1) } else { pause };
        match wakes.recv_timeout(pause) {
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Wake::StartAnew) => {
                starts_anew = true;
                station.say(Notice::StartsAnew);
            }
            Ok(Wake::Looked(found)) => station.set_found(found),
            Ok(Wake::FolderGone(folder)) => station.note_folder_gone(folder),
            Ok(Wake::Say(notice)) => station.say(*notice),
            Ok(Wake::Asked(question)) => {
                // Whoever asked may have gone.
                let _ = question.reply.send(carry_out(station, &question.text, lang));
            }
            Ok(Wake::Papers(papers)) => station.set_papers(*papers),
            Ok(Wake::Disk(disk)) => {
                door.keep_open(station);
                station.note_disk(&disk);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
