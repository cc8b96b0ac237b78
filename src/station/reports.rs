//! Gathering what a report is made of: rows from the store, what was owed from schedules, catalogue and levels.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::airtime::{ClockState, Reason, Start, Tally};
use crate::equipment::store::{LevelChange, Store, StoreFault};
use crate::library::Catalogue;
use crate::planner::owed_on;
use crate::report::{DayOwed, Logbook, OUTAGE_MIN, Outage, Period, Report, ReportingTable, Subject, latest};
use crate::station::home::Papers;
use crate::time;
use crate::words::Lang;

/// The reporting table of a period, by itself.
///
/// # Errors
/// The database failed.
pub fn reporting_table(
    store: &Store,
    papers: &Papers,
    catalogue: &Catalogue,
    period: &Period,
    now: Timestamp,
    lang: Lang,
) -> Result<ReportingTable, StoreFault> {
    report(store, papers, catalogue, period, now, lang).map(|report| report.table)
}

/// The reporting table with what it rests on, as the log stood at one moment: its head seals every row that was
/// counted. Days after `now` owe nothing yet.
///
/// # Errors
/// The database failed.
pub fn report(
    store: &Store,
    papers: &Papers,
    catalogue: &Catalogue,
    period: &Period,
    now: Timestamp,
    lang: Lang,
) -> Result<Report, StoreFault> {
    let today = papers.config.timezone.to_datetime(now).date();
    store.at_one_moment(|store| {
        let mut tally = Tally::default();
        let counts_from = papers.config.counts_from;
        store.each_counted(period.from, period.to, |row| tally.add(row, counts_from))?;
        let owed = owed_in(store, papers, catalogue, period, today)?;
        let entries = store.entries()?;
        let proposals = latest(&entries, &Subject::Proposals, period.round.as_deref());
        Ok(Report {
            table: ReportingTable::new(&papers.config.name, period, &tally, &owed, &entries, lang),
            directives: directives(&owed),
            outages: outages(store, period, &papers.config.timezone, now)?,
            proposals: proposals.map(|entry| entry.note.clone()).unwrap_or_default(),
            is_simulated: store.is_simulated(period.from, period.to)?,
            head: store.head()?,
        })
    })
}

/// The letters that ordered what was owed, each once.
fn directives(owed: &[DayOwed]) -> Vec<String> {
    let mut directives: Vec<String> = Vec::new();
    for owed in owed.iter().flat_map(|day| &day.owed) {
        if !owed.directive.is_empty() && !directives.contains(&owed.directive) {
            directives.push(owed.directive.clone());
        }
    }
    directives
}

/// What each day of a period owed: as the station last wrote it down by then, or, of days before its first start and
/// after its last sign of life, by today's papers.
fn owed_in(
    store: &Store,
    papers: &Papers,
    catalogue: &Catalogue,
    period: &Period,
    today: Date,
) -> Result<Vec<DayOwed>, StoreFault> {
    let levels = store.levels()?;
    let mut noted = store.owed_until(period.to)?.into_iter().peekable();
    let last_alive = store.last_alive()?.map(|at| papers.config.timezone.to_datetime(at).date());
    let days = period.from.series(jiff::Span::new().days(1));
    let (first_start, outages) = (store.starts()?.first().map(|(at, ..)| *at), ended_outages(store)?);
    let was_running = |date: Date| {
        let midnight = |date: Date| time::instant(date, Time::midnight(), &papers.config.timezone);
        let (begins, ends) = (midnight(date), midnight(date.tomorrow().unwrap_or(date)));
        let dark = |outage: &Outage| outage.from <= begins && ends <= outage.until;
        first_start.is_some_and(|at| at < ends)
            && last_alive.is_some_and(|last| date <= last)
            && !outages.iter().any(dark)
    };
    let mut in_force = None;
    let day = |date: Date| {
        while let Some((_, owed)) = noted.next_if(|(since, _)| *since <= date) {
            in_force = Some(owed);
        }
        let then = in_force.clone().filter(|_| last_alive.is_some_and(|last| date <= last));
        let owed = then.unwrap_or_else(|| {
            let level = level_on(date, &levels, papers);
            owed_on(&papers.orders, catalogue, date, level.as_deref())
        });
        DayOwed { date, owed, was_running: was_running(date) }
    };
    Ok(days.take_while(|date| *date <= period.to.min(today)).map(day).collect())
}

/// The times of a period in which the program did not run: those that starts tell of, unless the clock was wrong then,
/// and the one that nobody has ended yet.
fn outages(store: &Store, period: &Period, zone: &TimeZone, now: Timestamp) -> Result<Vec<Outage>, StoreFault> {
    let begins = time::instant(period.from, Time::midnight(), zone);
    let ends = time::instant(period.to.tomorrow().unwrap_or(period.to), Time::midnight(), zone);
    let ended = ended_outages(store)?.into_iter();
    let open = store.last_run()?.map(|run| {
        let reason = if run.was_stopped { Reason::Shutdown } else { Reason::Power };
        Outage { from: run.alive_at, until: now.min(ends), reason: Some(reason) }
    });
    let counts = |outage: &Outage| {
        let long = outage.until.duration_since(outage.from) >= OUTAGE_MIN;
        long && outage.from < ends && outage.until > begins
    };
    Ok(ended.chain(open).filter(counts).collect())
}

/// Every time in which the program did not run and that has ended, earliest first. A start under a wrong clock tells of
/// none.
///
/// # Errors
/// The database failed.
pub fn ended_outages(store: &Store) -> Result<Vec<Outage>, StoreFault> {
    let outage = |(until, start, clock): (Timestamp, Start, ClockState)| {
        let from = start.last_alive.filter(|_| clock != ClockState::Untrusted)?;
        Some(Outage { from, until, reason: start.reason })
    };
    Ok(store.starts()?.into_iter().filter_map(outage).collect())
}

/// The logbook of a period.
///
/// # Errors
/// The database failed.
pub fn logbook(store: &Store, papers: &Papers, period: &Period) -> Result<Logbook, StoreFault> {
    store.at_one_moment(|store| {
        let mut airings = Vec::new();
        store.each_airing(Some(period.from), Some(period.to), |airing| airings.push(airing))?;
        // Rows written after an outage belong to the session they should have aired in.
        airings.sort_by_key(|airing| (airing.slot.date, airing.planned_at));
        let titles = store.session_titles(period.from, period.to)?;
        let counts_from = papers.config.counts_from;
        Ok(Logbook { period: period.clone(), airings, titles, counts_from, head: store.head()? })
    })
}

/// The response level at the end of a day: a level raised at noon binds that day.
#[must_use]
pub fn level_on(date: Date, changes: &[LevelChange], papers: &Papers) -> Option<String> {
    let end = time::instant(date.tomorrow().unwrap_or(date), Time::midnight(), &papers.config.timezone);
    let set = changes.iter().rev().find(|change| change.at < end).map(|change| change.level.clone());
    set.or_else(|| papers.config.levels.first().cloned())
}
