//! `loa report`: the reporting table, and the rows that people type in.

use crate::cli::args::{ReportArgs, ReportCommand, SetArgs};
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::report::{Entry, Period, Subject};
use crate::station::reports::reporting_table;
use crate::words::{Message, read_number};

pub fn run(context: &Context, args: &ReportArgs) -> Outcome {
    match &args.entry {
        Some(ReportCommand::Set(set)) => enter(context, set),
        None => make(context, args),
    }
}

fn make(context: &Context, args: &ReportArgs) -> Outcome {
    let papers = context.papers()?;
    let store = context.store()?;
    let catalogue = context.catalogue(&papers, Some(&store))?;
    let today = context.today(&papers);
    let to = args.to.unwrap_or_else(|| args.from.map_or(today, |from| from.max(today)));
    let period = Period { from: args.from.unwrap_or_else(|| to.first_of_month()), to, round: args.round.clone() };
    if period.to < period.from {
        let (from, to) = (period.from.to_string(), period.to.to_string());
        return Err(Failure::usage(Message::BackwardPeriod { from, to }));
    }
    let lang = context.lang();
    let table = reporting_table(&store, &papers, &catalogue, &period, today, lang);
    let table = table.map_err(|fault| store_failure(&fault))?;
    let json = || serde_json::to_value(&table).expect("the table has text keys only");
    let name = format!("bao-cao-{}-{}", period.from, period.to);
    let workbook = || table.workbook(lang);
    output::hand_out(context, &table.sheet(lang), workbook, json, args.format, args.output.as_deref(), &name)?;
    let days_short = table.totals.days - table.totals.days_met;
    if args.strict && !table.short.is_empty() {
        let days = usize::try_from(days_short).unwrap_or(usize::MAX);
        return Err(Failure::not_so(Message::Short { days }));
    }
    Ok(())
}

fn enter(context: &Context, set: &SetArgs) -> Outcome {
    let number = |text: &Option<String>| {
        let read =
            |text: &String| read_number(text).ok_or_else(|| Failure::usage(Message::NotANumber { text: text.clone() }));
        text.as_ref().map(read).transpose()
    };
    let entry = Entry {
        subject: Subject::Row(set.row),
        population: None,
        round: set.round.clone(),
        count: number(&set.count)?,
        ratio: number(&set.ratio)?,
        note: set.note.clone().unwrap_or_default(),
        by: set.by.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_default(),
        at: context.now(),
    };
    context.papers_quietly()?;
    context.store()?.enter(&[entry]).map_err(|fault| store_failure(&fault))?;
    context.tell(&Message::EntryKept { row: set.row });
    Ok(())
}
