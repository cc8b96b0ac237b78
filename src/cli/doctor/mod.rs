//! `loa doctor`: what is missing, in plain words, one line a thing with its state and what to do.
//!
//! Everything is looked at at once, each look on a thread of its own: what hangs with a broken device or disk is said to
//! hang, and keeps nobody waiting. A new check is one more look in [`looks`].

mod looks;
mod sound;

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::args::DoctorArgs;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome, output};
use crate::doctor::{Finding, State};
use crate::words::{DoctorTalk, Message};

pub fn run(context: &Context, args: &DoctorArgs) -> Outcome {
    let findings = if args.sound { sound::findings(context, args)? } else { looks::findings(context) };
    show(context, &findings)
}

/// Ends with 3 if a device, the disk or the database has failed, with 1 if something else is wrong.
fn show(context: &Context, findings: &[Finding]) -> Outcome {
    let count = |state| findings.iter().filter(|finding| finding.state() == state).count();
    let (errors, warnings) = (count(State::Error), count(State::Warning));
    if context.json {
        let shown: Vec<Value> = findings.iter().map(|finding| in_json(context, finding)).collect();
        output::print_json(context, &json!({ "findings": shown, "ok": errors == 0 }))?;
    } else {
        let shown: String = findings.iter().map(|finding| in_words(context, finding)).collect();
        output::print(context, &shown)?;
        let well = errors + warnings == 0;
        let found = Message::Problems { errors, warnings };
        context.tell(if well { &Message::Doctor(DoctorTalk::AllWell) } else { &found });
    }
    match errors {
        0 => Ok(()),
        _ if findings.iter().any(Finding::is_of_the_world) => Err(Failure::told_of_the_world()),
        _ => Err(Failure::told()),
    }
}

fn in_json(context: &Context, finding: &Finding) -> Value {
    let advice = finding.advice(context.lang());
    json!({
        "topic": finding.topic().name(),
        "state": finding.state().name(),
        "what": advice.what,
        "next_step": advice.next_step,
    })
}

/// The state first, so that the eye finds what is wrong; what to do beneath it.
fn in_words(context: &Context, finding: &Finding) -> String {
    let (state, topic) = (context.say(&finding.state()), context.say(&finding.topic()));
    let advice = finding.advice(context.lang());
    let mut text = format!("{state:<9}{topic}: {}\n", advice.what);
    if let Some(next_step) = advice.next_step {
        let _ = writeln!(text, "{:<9}→ {next_step}", "");
    }
    text
}
