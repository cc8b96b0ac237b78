//! `loa log`: the airtime log, to look at or to hand in.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::airtime::{Fact, Row};
use crate::cli::args::{Format, LogArgs, LogCommand};
use crate::cli::context::{Context, store_failure};
use crate::cli::output::{self, Paper};
use crate::cli::{Failure, Outcome, audio, correct, verify};
use crate::report::{Cell, Column, Sheet, log_json, log_sheet};
use crate::station::home::Papers;
use crate::time::clock;
use crate::words::{Lang, Message, Say as _, word};

pub fn run(context: &Context, args: &LogArgs) -> Outcome {
    match &args.command {
        Some(LogCommand::Verify(verify)) => verify::run(context, verify),
        Some(LogCommand::Correct(correct)) => correct::run(context, correct),
        Some(LogCommand::Audio(wanted)) => audio::run(context, wanted),
        None => show(context, args),
    }
}

fn show(context: &Context, args: &LogArgs) -> Outcome {
    context.need_home()?;
    let papers = context.papers_or_defaults();
    if let (Some(from), Some(to)) = (args.from, args.to)
        && to < from
    {
        return Err(Failure::usage(Message::BackwardPeriod { from: from.to_string(), to: to.to_string() }));
    }
    let store = context.existing_store()?;
    let rows = store.map(|store| store.log(args.from, args.to)).transpose();
    let rows = rows.map_err(|fault| store_failure(&fault))?.unwrap_or_default();
    let (zone, lang) = (&papers.config.timezone, context.lang());
    let for_people = args.format.unwrap_or(Format::Table) == Format::Table && !context.json && args.output.is_none();
    if for_people {
        // Rows of other days are in an export for the sake of its chain; a person asked for these days.
        let asked = |row: &Row| {
            let date = row.entry.fact.date();
            args.from.is_none_or(|from| date >= from) && args.to.is_none_or(|to| date <= to)
        };
        let rows: Vec<Row> = rows.into_iter().filter(asked).collect();
        return output::print_sheet(context, &short_sheet(&rows, &papers, lang));
    }
    output::hand_out(context, &LogPaper { rows, zone, lang }, args.format, args.output.as_deref())
}

struct LogPaper<'a> {
    rows: Vec<Row>,
    zone: &'a TimeZone,
    lang: Lang,
}

impl Paper for LogPaper<'_> {
    fn name(&self) -> String {
        "nhat-ky-phat-song".to_owned()
    }

    fn sheet(&self) -> Sheet {
        log_sheet(&self.rows, self.zone, self.lang)
    }

    fn json(&self) -> Value {
        log_json(&self.rows, self.zone)
    }
}

/// What fits on a screen: which row, when, what, how long, how it ended.
fn short_sheet(rows: &[Row], papers: &Papers, lang: Lang) -> Sheet {
    let column = |vi, en| Column { name: word(lang, vi, en).to_owned(), width: 20 };
    Sheet {
        title: String::new(),
        columns: vec![
            column("Dòng", "Row"),
            column("Ngày", "Date"),
            column("Giờ", "Time"),
            column("Buổi", "Session"),
            column("Đã phát", "Aired"),
            column("Dài", "Length"),
            column("Kết quả", "Outcome"),
            column("Tên", "Title"),
            column("Lý do", "Reason"),
        ],
        rows: rows.iter().map(|row| short_row(row, papers, lang)).collect(),
        remarks: Vec::new(),
    }
}

fn short_row(row: &Row, papers: &Papers, lang: Lang) -> Vec<Cell> {
    let fact = &row.entry.fact;
    let airing = fact.airing();
    let at = airing.map_or(row.entry.noted.at, |airing| airing.aired_at.unwrap_or(airing.planned_at));
    let text = |text: Option<String>| Cell::Text(text.unwrap_or_default());
    let why = match fact {
        Fact::Airing(airing) => airing.reason.map(|reason| reason.say(lang)),
        other => Some(other.say(lang)),
    };
    #[expect(clippy::cast_precision_loss, reason = "2^52 rows are never written")]
    let number = row.id as f64;
    vec![
        Cell::Number(number, 0),
        Cell::Text(fact.date().to_string()),
        Cell::Text(clock(at, &papers.config.timezone)),
        text(airing.map(|airing| airing.slot.session.clone())),
        text(airing.map(|airing| airing.aired.to_string())),
        text(airing.map(|airing| airing.duration.to_string())),
        text(airing.map(|airing| airing.outcome.say(lang))),
        text(airing.map(|airing| airing.title.clone())),
        text(why),
    ]
}
