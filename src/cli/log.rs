//! `loa log`: the airtime log, to look at or to hand in.

use crate::airtime::Airing;
use crate::cli::args::{Format, LogArgs};
use crate::cli::context::{Context, store_failure};
use crate::cli::{Outcome, output};
use crate::report::{Cell, Column, Sheet, log_json, log_sheet};
use crate::station::home::Papers;
use crate::words::{Lang, Say as _, word};

pub fn run(context: &Context, args: &LogArgs) -> Outcome {
    let papers = context.papers()?;
    let store = context.existing_store()?;
    let rows = store.map(|store| store.airings(args.from, args.to)).transpose();
    let rows = rows.map_err(|fault| store_failure(&fault))?.unwrap_or_default();
    let (zone, lang) = (&papers.config.zone, context.lang());
    let for_people = args.format.unwrap_or(Format::Table) == Format::Table && !context.json && args.output.is_none();
    if for_people {
        output::print_sheet(&short_sheet(&rows, &papers, lang));
        return Ok(());
    }
    let sheet = log_sheet(&rows, zone, lang);
    let json = || log_json(&rows, zone);
    let workbook = || sheet.clone().into();
    output::hand_out(context, &sheet, workbook, json, args.format, args.output.as_deref(), "nhat-ky-phat-song")
}

/// What fits on a screen: when, what, how long, how it ended.
fn short_sheet(rows: &[Airing], papers: &Papers, lang: Lang) -> Sheet {
    let zone = &papers.config.zone;
    let column = |vi, en| Column { name: word(lang, vi, en).to_owned(), width: 20 };
    let row = |row: &Airing| {
        let at = zone.to_datetime(row.aired_at.unwrap_or(row.planned_at));
        let reason = row.reason.map_or_else(String::new, |reason| reason.say(lang));
        vec![
            Cell::Text(row.slot.date.to_string()),
            Cell::Text(at.strftime("%H:%M:%S").to_string()),
            Cell::Text(row.slot.session.clone()),
            Cell::Text(row.aired.to_string()),
            Cell::Text(row.duration.to_string()),
            Cell::Text(row.outcome.say(lang)),
            Cell::Text(row.title.clone()),
            Cell::Text(reason),
        ]
    };
    Sheet {
        title: String::new(),
        columns: vec![
            column("Ngày", "Date"),
            column("Giờ", "Time"),
            column("Buổi", "Session"),
            column("Đã phát", "Aired"),
            column("Dài", "Length"),
            column("Kết quả", "Outcome"),
            column("Tên", "Title"),
            column("Lý do", "Reason"),
        ],
        rows: rows.iter().map(row).collect(),
        remarks: Vec::new(),
    }
}
