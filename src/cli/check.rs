//! `loa check`: reads everything, airs nothing, names every mistake.

use std::io::{Write as _, stderr};

use serde_json::json;

use crate::amplifier::Settings;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome, output};
use crate::equipment::command::is_runnable;
use crate::library::{Catalogue, Status};
use crate::planner::check;
use crate::station::home::Papers;
use crate::time::rfc3339;
use crate::words::{Message, Say};
use crate::written::{Fault, Problem, Severity, Standing};

/// Prints each problem on a line of its own; ends with 1 if one of them is an error.
pub fn run(context: &Context) -> Outcome {
    let papers = match context.papers_or_mistakes()? {
        Ok(papers) => papers,
        Err(mistakes) => {
            let problems: Vec<_> = mistakes.iter().map(|problem| line(context, problem)).collect();
            return show(context, &problems, &[], None);
        }
    };
    let store = context.existing_store()?;
    let catalogue = context.catalogue(&papers, store.as_ref())?;
    let problems = problems(context, &papers, &catalogue);
    show(
        context,
        &problems,
        &papers.standing,
        Some(Message::AllGood { sessions: sessions(&papers), files: files(context, &papers, &catalogue) }),
    )
}

/// Everything wrong in the papers as they are written, and with what they order.
pub fn problems(context: &Context, papers: &Papers, catalogue: &Catalogue) -> Vec<Line> {
    let config = &papers.config;
    let mut orders = papers.orders.clone();
    // What is in force instead of a file with mistakes has other lines than the file.
    orders.schedules.retain(|schedule| !papers.standing.iter().any(|standing| standing.file == schedule.file));
    let findings = check(&orders, catalogue, config.loudness, &config.levels, context.now());
    let programs = missing_programs(context, config.amplifier.as_ref());
    let written = papers.problems.iter().chain(&programs).map(|problem| line(context, problem));
    written.chain(findings.iter().map(|finding| line(context, finding))).collect()
}

pub fn sessions(papers: &Papers) -> usize {
    papers.orders.schedules.iter().map(|schedule| schedule.sessions.len()).sum()
}

/// Files that would air today.
pub fn files(context: &Context, papers: &Papers, catalogue: &Catalogue) -> usize {
    let today = context.today(papers);
    catalogue.carts().filter(|cart| cart.status(today) == Status::Ok).count()
}

/// Commands of the amplifier that would fail at five in the morning. The station may run as somebody else: a warning.
fn missing_programs(context: &Context, amplifier: Option<&Settings>) -> Vec<Problem> {
    let commands = amplifier.map(|settings| [("amplifier.on", &settings.on), ("amplifier.off", &settings.off)]);
    let programs = commands.into_iter().flatten().filter_map(|(key, command)| Some((key, &command.as_ref()?.program)));
    let missing = programs.filter(|(_, program)| !is_runnable(&context.home.dir, program));
    let problem = |(key, program): (_, &String)| {
        Problem::whole("station.yaml", Fault::NoSuchProgram { key, program: program.clone() }).as_warning()
    };
    missing.map(problem).collect()
}

fn show(context: &Context, problems: &[Line], standing: &[Standing], all_good: Option<Message>) -> Outcome {
    let errors = problems.iter().filter(|line| line.severity == Severity::Error).count();
    if context.json {
        let shown = problems.iter().map(Line::json).collect::<Vec<_>>();
        let in_force: Vec<_> = standing.iter().map(in_force).collect();
        output::print_json(context, &json!({ "ok": errors == 0, "problems": shown, "in_force": in_force }))?;
    } else {
        for line in problems {
            output::print(context, &format!("{}\n", line.text))?;
        }
        for standing in standing.iter().filter(|standing| standing.since.is_some()) {
            let _ = writeln!(stderr(), "{}", context.say(standing));
        }
        let found = Message::Problems { errors, warnings: problems.len() - errors };
        context.tell(&all_good.filter(|_| problems.is_empty()).unwrap_or(found));
    }
    if errors == 0 { Ok(()) } else { Err(Failure::told()) }
}

/// Since when the version stands that counts instead of a file with mistakes.
fn in_force(standing: &Standing) -> serde_json::Value {
    let since = standing.since.as_ref().map(|since| rfc3339(since.timestamp(), since.time_zone()));
    json!({ "path": standing.file, "since": since })
}

/// A problem ready to be printed.
pub struct Line {
    pub severity: Severity,
    spot: (String, Option<(u64, u64)>),
    message: String,
    pub text: String,
}

impl Line {
    fn json(&self) -> serde_json::Value {
        let (path, place) = &self.spot;
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        json!({
            "path": path,
            "line": place.map(|(line, _)| line),
            "column": place.map(|(_, column)| column),
            "severity": severity,
            "message": self.message,
        })
    }
}

pub fn line<F: Say>(context: &Context, problem: &Problem<F>) -> Line {
    Line {
        severity: problem.severity,
        spot: (problem.file.clone(), problem.place.map(|place| (place.line, place.column))),
        message: context.say(&problem.fault),
        text: context.say(problem),
    }
}
