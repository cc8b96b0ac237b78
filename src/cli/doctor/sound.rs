//! `loa doctor --sound`: the station call, softly, on one zone after the other, and whether the output took it.
//!
//! Nobody's programme is disturbed: refused while something is on the air or about to be, broken off when an emergency
//! comes meanwhile.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;

use crate::cli::args::DoctorArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::doctor::looks::{self, Case};
use crate::cli::{Failure, Outcome};
use crate::doctor::{Finding, SoundFinding, Topic, Trial, Tried};
use crate::equipment::StationTime;
use crate::equipment::clock::SystemClock;
use crate::equipment::sound::{self, TRIAL_MAX, try_out};
use crate::equipment::store::Store;
use crate::library::Defect;
use crate::station::call::Call;
use crate::station::control::NoAnswer;
use crate::station::examination::{self, Told};
use crate::station::home::{Home, Papers};
use crate::station::zone_settings::ZoneSettings;
use crate::words::{DoctorTalk, Lang, Message, Say as _, Urgent};

/// A device that has not ended by then hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// Besides the call itself: opening, settling, and the fifteen seconds before a session that belong to it.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);
/// The running station is asked at every so many steps whether it wants the air.
const STEPS_PER_QUESTION: u32 = 5;

pub fn findings(context: &Context, args: &DoctorArgs) -> Result<Vec<Finding>, Failure> {
    let case = Arc::new(Case::of(context));
    let Some(papers) = &case.papers else { return Ok(vec![case.settings.clone().judge().into()]) };
    may_sound(&case, papers, args)?;
    let mut findings = looks::look(&case, &looks::ABOUT_SOUND);
    let call = Arc::new(Call::of(&context.home, papers, &*context.examiner()));
    let zones = &papers.config.zones;
    for zone in zones {
        let name = (zones.len() > 1).then(|| zone.name.clone());
        let device = zone.route.device.clone();
        let calling = DoctorTalk::Calling { zone: name.clone(), call: call.title.clone(), device: device.clone() };
        context.tell(&Message::Doctor(calling));
        findings.push(match tried_in_time(&context.home, zone, &call) {
            Some(Ok(tried)) => Trial { zone: name, device, call: call.title.clone(), tried }.judge().into(),
            Some(Err(defect)) => return Err(broken(context, &defect)),
            None => Finding::Late(Topic::SoundTest),
        });
    }
    if papers.config.amplifier.as_ref().is_some_and(|amplifier| amplifier.on.is_some()) {
        findings.push(SoundFinding::AmplifierByHand.into());
    }
    Ok(findings)
}

fn broken(context: &Context, defect: &Defect) -> Failure {
    Failure::not_so(Message::Doctor(DoctorTalk::CallBroken { why: defect.say(context.lang()) }))
}

/// Silence that was ordered is kept; the programme comes first; the night is the people's.
fn may_sound(case: &Case, papers: &Papers, args: &DoctorArgs) -> Outcome {
    let now = case.context.now();
    let config = &papers.config;
    let told = match &case.told {
        Ok(told) => Some(told),
        Err(NoAnswer::NotRunning) => None,
        Err(NoAnswer::Late) => return Err(Failure::world(Message::Urgent(Urgent::NoAnswer))),
        Err(NoAnswer::Closed(error)) => {
            return Err(Failure::world(Message::Urgent(Urgent::DoorClosed { detail: error.to_string() })));
        }
    };
    if is_silenced(&case.context, told)? {
        return Err(Failure::not_so(Message::Urgent(Urgent::SilencedAlready)));
    }
    if let Some(told) = told {
        if let Some(on_air) = &told.on_air {
            return Err(Failure::not_so(Message::OnAirAlready { session: on_air.session_title.clone() }));
        }
        let count = i32::try_from(config.zones.len()).unwrap_or(i32::MAX);
        let needed = TRIAL_MAX.duration().saturating_mul(count).saturating_add(MARGIN);
        let soon = examination::begins(told).is_some_and(|start| start.duration_since(now) < needed);
        if let Some(next) = told.next_session.as_ref().filter(|_| soon || is_wanted(told)) {
            let (title, start) = (next.title.clone(), looks::shown(&next.start, papers));
            return Err(Failure::not_so(Message::Doctor(DoctorTalk::TooSoon { title, start })));
        }
    }
    match config.quiet_hours.filter(|quiet| quiet.around(now, &config.timezone).is_some()) {
        Some(quiet) if !args.in_quiet_hours => {
            Err(Failure::not_so(Message::Doctor(DoctorTalk::Quiet { quiet: quiet.to_string() })))
        }
        _ => Ok(()),
    }
}

fn is_silenced(context: &Context, told: Option<&Told>) -> Result<bool, Failure> {
    let file = context.home.database();
    if told.is_some_and(|told| told.silenced) || !file.exists() {
        return Ok(told.is_some_and(|told| told.silenced));
    }
    let failed = |fault| store_failure(&fault);
    let store = Store::look(&file).map_err(failed)?;
    store.map_or(Ok(false), |store| store.is_silenced().map_err(failed))
}

/// Whether the station has something on, or is about to.
fn is_wanted(told: &Told) -> bool {
    told.on_air.is_some() || told.zones.iter().any(|zone| zone.in_use)
}

/// Plays the call on one zone. None if the device hangs.
fn tried_in_time(home: &Home, zone: &ZoneSettings, call: &Arc<Call>) -> Option<Result<Tried, Defect>> {
    let (home, route, call) = (home.clone(), zone.route.clone(), Arc::clone(call));
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new().name("sound test".to_owned());
    thread.spawn(move || tell.send(tried(&home, &route, &call))).ok()?;
    told.recv_timeout(PATIENCE).ok()
}

fn tried(home: &Home, route: &sound::Route, call: &Call) -> Result<Tried, Defect> {
    sound::hush();
    let mut outputs = sound::outputs(std::slice::from_ref(route), &home.dir, &StationTime::of_the_computer());
    let output = outputs.first_mut().expect("one route has one output");
    let mut steps = 0;
    let may_go_on = || {
        steps += 1;
        steps % STEPS_PER_QUESTION != 0 || !examination::told(home, Lang::default()).is_ok_and(|told| is_wanted(&told))
    };
    let now = || SystemClock.now();
    let trial = try_out(output.as_mut(), call.take()?, (call.gain, call.ceiling), now, may_go_on);
    if trial.gave_way {
        return Ok(Tried::GaveWay);
    }
    Ok(Tried::Played { heard: trial.heard, fault: trial.fault })
}
