//! `loa check`: reads everything, airs nothing, names every mistake.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::{Failure, Outcome, output};
use crate::library::Status;
use crate::planner::check;
use crate::words::{Message, Say};
use crate::written::{Problem, Severity};

/// Prints each problem on a line of its own; ends with 1 if one of them is an error.
pub fn run(context: &Context) -> Outcome {
    let papers = context.papers_quietly()?;
    let store = context.existing_store()?;
    let catalogue = context.catalogue(&papers, store.as_ref())?;
    let config = &papers.config;
    let findings = check(&papers.orders, &catalogue, config.loudness, &config.levels, context.now());
    let problems: Vec<Line> = papers
        .problems
        .iter()
        .map(|problem| line(context, problem))
        .chain(findings.iter().map(|finding| line(context, finding)))
        .collect();
    let errors = problems.iter().filter(|line| line.severity == Severity::Error).count();
    if context.json {
        let shown = problems.iter().map(Line::json).collect::<Vec<_>>();
        output::print_json(&json!({ "ok": errors == 0, "problems": shown }));
    } else {
        for line in &problems {
            println!("{}", line.text);
        }
        let today = context.today(&papers);
        let files = catalogue.carts().filter(|cart| cart.status(today) == Status::Ok).count();
        let sessions = papers.orders.schedules.iter().map(|schedule| schedule.sessions.len()).sum();
        let warnings = problems.len() - errors;
        context.tell(&match problems.is_empty() {
            true => Message::AllGood { sessions, files },
            false => Message::Problems { errors, warnings },
        });
    }
    if errors == 0 { Ok(()) } else { Err(Failure::told()) }
}

/// A problem ready to be printed.
struct Line {
    severity: Severity,
    spot: (String, Option<(u64, u64)>),
    message: String,
    text: String,
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

fn line<F: Say>(context: &Context, problem: &Problem<F>) -> Line {
    Line {
        severity: problem.severity,
        spot: (problem.file.clone(), problem.place.map(|place| (place.line, place.column))),
        message: context.say(&problem.fault),
        text: context.say(problem),
    }
}
