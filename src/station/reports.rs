//! Gathering what a report is made of: rows from the store, what was owed from schedules, catalogue and levels.

use jiff::civil::{Date, Time};

use crate::airtime::Tally;
use crate::equipment::store::{LevelChange, Store, StoreFault};
use crate::library::Catalogue;
use crate::planner::owed_on;
use crate::report::{DayOwed, Period, ReportingTable};
use crate::station::home::Papers;
use crate::time;
use crate::words::Lang;

/// The reporting table of a period. Days after `today` owe nothing yet.
///
/// # Errors
/// The database failed.
pub fn reporting_table(
    store: &Store,
    papers: &Papers,
    catalogue: &Catalogue,
    period: &Period,
    today: Date,
    lang: Lang,
) -> Result<ReportingTable, StoreFault> {
    let mut tally = Tally::default();
    let counts_from = papers.config.counts_from;
    store.each_counted(period.from, period.to, |row| tally.add(row, counts_from))?;
    let levels = store.levels()?;
    let days = period.from.series(jiff::Span::new().days(1));
    let days = days.take_while(|date| *date <= period.to.min(today));
    let owed: Vec<_> = days
        .map(|date| {
            let level = level_on(date, &levels, papers);
            DayOwed { date, owed: owed_on(&papers.orders, catalogue, date, level.as_deref()) }
        })
        .collect();
    let entries = store.entries()?;
    Ok(ReportingTable::new(&papers.config.name, period, &tally, &owed, &entries, lang))
}

/// The response level at the end of a day: a level raised at noon binds that day.
#[must_use]
pub fn level_on(date: Date, changes: &[LevelChange], papers: &Papers) -> Option<String> {
    let end = time::instant(date.tomorrow().unwrap_or(date), Time::midnight(), &papers.config.zone);
    let set = changes.iter().rev().find(|change| change.at < end).map(|change| change.level.clone());
    set.or_else(|| papers.config.levels.first().cloned())
}
