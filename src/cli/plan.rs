//! `loa plan`: the rundowns with exact times, and what is owed.

use std::fmt::Write as _;

use std::collections::HashSet;

use jiff::civil::Time;
use serde_json::{Value, json};

use crate::cli::args::PlanArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::store::Store;
use crate::planner::{DayPlan, Desk, History, Promise, plan_days};
use crate::rundown::{LeftOut, Origin, Rundown};
use crate::say;
use crate::station::home::Papers;
use crate::station::reports::level_on;
use crate::time;
use crate::time::rfc3339;
use crate::words::{Lang, Say as _, session_title};

pub fn run(context: &Context, args: &PlanArgs) -> Outcome {
    let papers = context.papers()?;
    let plans = plan(context, &papers, args)?;
    if context.json {
        let days: Vec<Value> = plans.iter().map(|plan| day_json(context, &papers, plan)).collect();
        output::print_json(context, &json!({ "days": days }))?;
    } else {
        let days: String = plans.iter().map(|plan| day_text(&papers, plan, context.lang())).collect();
        output::print(context, &days)?;
    }
    Ok(())
}

fn plan(context: &Context, papers: &Papers, args: &PlanArgs) -> Result<Vec<DayPlan>, Failure> {
    let store = context.existing_store()?;
    let catalogue = context.catalogue(papers, store.as_ref())?;
    let config = &papers.config;
    let today = context.today(papers);
    let first = args.date.unwrap_or(today);
    let failed = |fault| store_failure(&fault);
    let levels = store.as_ref().map(Store::levels).transpose().map_err(failed)?.unwrap_or_default();
    let level = level_on(first.max(today), &levels, papers);
    let desk =
        Desk { orders: &papers.orders, catalogue: &catalogue, level: level.as_deref(), loudness: config.loudness };
    // A day that was asked for by name is planned whole, from what had aired before it.
    let (now, history_until) = match args.date {
        Some(date) => (time::instant(date, Time::midnight(), &config.timezone), date.yesterday().unwrap_or(date)),
        None => (context.now(), today),
    };
    let mut history = History::new(first);
    let mut begun = HashSet::new();
    if let Some(store) = &store {
        history = store.history(history_until, config.counts_from).map_err(failed)?;
        if args.date.is_none() {
            begun.extend(store.begun_slots(today).map_err(failed)?);
            // What is on the air will have aired.
            for session in store.unfinished_sessions().map_err(failed)? {
                session.expected().for_each(|(date, path, at)| history.note(date, path, at));
            }
        }
    }
    Ok(plan_days(&desk, first, args.days, now, &begun, &history))
}

fn day_json(context: &Context, papers: &Papers, plan: &DayPlan) -> Value {
    let zone = &papers.config.timezone;
    let session = |rundown: &Rundown| {
        let items = rundown.items.iter().map(|item| {
            json!({
                "planned_at": rfc3339(rundown.planned_at(item), zone),
                "kind": item.piece.kind.name(),
                "path": item.piece.path.as_str(),
                "title": item.piece.title,
                "duration": item.length.as_secs_rounded(),
            })
        });
        json!({
            "id": rundown.slot.session,
            "title": session_title(&rundown.title, context.lang()),
            "make_up": rundown.origin == Origin::MakeUp,
            "start": rfc3339(rundown.span.start, zone),
            "end": rfc3339(rundown.span.end, zone),
            "items": items.collect::<Vec<_>>(),
        })
    };
    let note = |(rundown, left_out): (&Rundown, &LeftOut)| {
        json!({
            "session": rundown.slot.session,
            "kind": left_out.piece.kind.name(),
            "path": left_out.piece.path.as_str(),
            "title": left_out.piece.title,
            "reason": context.say(&left_out.why),
        })
    };
    json!({
        "date": plan.date.to_string(),
        "sessions": plan.rundowns.iter().map(session).collect::<Vec<_>>(),
        "obligations": plan.obligations.iter().map(promise_json).collect::<Vec<_>>(),
        "notes": plan.left_out().map(note).collect::<Vec<_>>(),
    })
}

fn promise_json(promise: &Promise) -> Value {
    let short: Vec<Value> = (promise.short())
        .map(|item| json!({ "path": item.path, "title": item.title, "planned": item.times }))
        .collect();
    json!({
        "schedule": promise.schedule,
        "set": promise.set.name(),
        "at_least": promise.at_least,
        "required": promise.required(),
        "planned": promise.planned(),
        "short_of": promise.short_of(),
        "short": short,
    })
}

/// A day for a person.
fn day_text(papers: &Papers, plan: &DayPlan, lang: Lang) -> String {
    let mut out = String::new();
    let zone = &papers.config.timezone;
    let clock = |at| zone.to_datetime(at).strftime("%H:%M:%S").to_string();
    let _ = writeln!(out, "{}", crate::words::day(plan.date, lang));
    for rundown in &plan.rundowns {
        let title = session_title(&rundown.title, lang);
        let _ = writeln!(
            out,
            "\n  {}–{}  {title} [{}]",
            clock(rundown.span.start),
            clock(rundown.span.end),
            rundown.slot.session
        );
        for item in &rundown.items {
            let at = clock(rundown.planned_at(item));
            let piece = &item.piece;
            let _ = writeln!(
                out,
                "    {at}  {:>7}  {:<11}  {}",
                item.length.to_string(),
                piece.kind.say(lang),
                piece.title
            );
        }
        for left_out in &rundown.left_out {
            let _ = writeln!(out, "    --:--:--  {}: {}", left_out.piece.title, left_out.why.say(lang));
        }
    }
    for promise in &plan.obligations {
        let (schedule, required, planned) = (&promise.schedule, promise.required(), promise.planned());
        let (at_least, short) = (promise.at_least, promise.short_of());
        let _ = writeln!(
            out,
            "\n  {}",
            say!(
                lang,
                "Chỉ tiêu \"{schedule}\", mỗi mục {at_least} lần: {planned}/{required} lượt, thiếu {short}",
                "Obligation \"{schedule}\", each {at_least} times: {planned} of {required} airings, {short} short"
            )
        );
        for item in promise.short() {
            let _ = writeln!(out, "    {}: {}/{at_least}", item.title, item.times);
        }
    }
    out.push('\n');
    out
}
