//! `loa clock`: what time it is for the station, and a person's word that it is right.

use jiff::Timestamp;
use serde_json::json;

use crate::airtime::{ClockSet, ClockState, Doubt, Entry, Fact, Noted, doubt};
use crate::cli::args::{ClockArgs, ClockCommand};
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, emergency, output};
use crate::equipment::clock::SystemClock;
use crate::equipment::store::Store;
use crate::station::command::{Answer, Command};
use crate::station::control::{self, NoAnswer};
use crate::station::examination;
use crate::station::home::Papers;
use crate::time::{self, rfc3339};
use crate::words::{ClockTold, DatabaseTalk, Message};

pub fn run(context: &Context, args: &ClockArgs) -> Outcome {
    context.need_home()?;
    let papers = context.papers_or_defaults();
    match &args.command {
        None => show(context, &papers),
        Some(ClockCommand::Confirm { by }) => confirm(context, &papers, by),
    }
}

/// Prints how it stands; not so if it cannot be right.
fn show(context: &Context, papers: &Papers) -> Outcome {
    let (last, battery) = known(context)?;
    let (now, state) = (context.now(), SystemClock.state());
    let doubted = doubt(now, state, last, battery);
    let zone = &papers.config.timezone;
    let shown = time::shown(now, zone);
    let told = match doubted {
        Some(Doubt::Impossible) => ClockTold::Impossible { shown },
        Some(Doubt::Behind { last } | Doubt::Ahead { last }) => {
            ClockTold::Wrong { shown, last_known: time::shown(last, zone) }
        }
        Some(Doubt::Guessed { battery }) => ClockTold::Guessed { shown, battery: time::shown(battery, zone) },
        None if state == ClockState::Synced => ClockTold::Synced { shown },
        None => ClockTold::Unsynced { shown },
    };
    if context.json {
        let state = if doubted.is_some() { ClockState::Untrusted } else { state };
        let [last, battery] = [last, SystemClock.battery()].map(|at| at.map(|at| rfc3339(at, zone)));
        let boot = SystemClock.boot();
        output::print_json(
            context,
            &json!({ "now": rfc3339(now, zone), "state": state.name(), "last_known": last, "battery": battery, "boot": boot.id,
                     "uptime_seconds": boot.uptime.as_secs_f64() }),
        )?;
    } else {
        output::print(context, &format!("{}\n", context.say(&told)))?;
    }
    if doubted.is_some() { Err(Failure::told()) } else { Ok(()) }
}

/// Puts down who said that it is right, by the running station if there is one.
fn confirm(context: &Context, papers: &Papers, by: &str) -> Outcome {
    if by.trim().is_empty() {
        return Err(Failure::usage(Message::BlankOption { option: "--by" }));
    }
    let now = context.now();
    let shown = time::shown(now, &papers.config.timezone);
    if doubt(now, SystemClock.state(), None, None).is_some() {
        return Err(Failure::not_so(Message::Clock(ClockTold::Impossible { shown })));
    }
    match control::ask(&context.home.socket(), &Command::ConfirmClock { by: by.to_owned() }) {
        Ok(Answer::Done { unwritten: None }) => {}
        Ok(Answer::Done { unwritten: Some(detail) }) => {
            return Err(Failure::world(Message::Database(DatabaseTalk::Failed {
                file: context.home.database().display().to_string(),
                detail,
            })));
        }
        Err(NoAnswer::NotRunning) if !context.is_running() => put_down(context, papers, by, now)?,
        Ok(_) => return Err(emergency::no_answer(context, NoAnswer::Late)),
        Err(silence) => return Err(emergency::no_answer(context, silence)),
    }
    context.tell(&Message::Clock(ClockTold::Confirmed { shown }));
    Ok(())
}

fn put_down(context: &Context, papers: &Papers, by: &str, now: Timestamp) -> Outcome {
    let failed = |fault| store_failure(&fault);
    let mut store = context.store()?;
    let from = store.last_alive().map_err(failed)?.unwrap_or(now);
    let entry = Entry {
        station: papers.config.name.clone(),
        noted: Noted { at: now, boot: Some(SystemClock.boot()) },
        clock: SystemClock.state(),
        fact: Fact::ClockSet(ClockSet { date: context.today(papers), from, by: by.to_owned() }),
    };
    store.known_to_be(now).map_err(failed)?;
    store.note(&entry).map_err(failed)?;
    Ok(())
}

/// The latest time known to have passed, and what the battery's clock says to it.
fn known(context: &Context) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
    let failed = |fault| store_failure(&fault);
    let file = context.home.database();
    let store = if file.exists() { Store::look(&file).map_err(failed)? } else { None };
    let last = store.as_ref().map_or(Ok(None), Store::last_alive).map_err(failed)?;
    Ok((last, examination::battery(store.as_ref()).map_err(failed)?))
}
