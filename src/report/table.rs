//! The reporting table of the 2020 letters: eight fixed rows, the first from the airtime log.
//!
//! Nothing defines the unit of row 1, so the table gives airings, and says in its note what was counted and what the
//! percentage divides by.

use jiff::civil::Date;
use serde::Serialize;

use crate::airtime::{Reason, Tally};
use crate::report::figures::{Wanted, figures, minutes, wanted_on};
use crate::report::{Cell, Column, DayFigures, DayOwed, Entry, ItemFigures, Sheet, Subject, latest};
use crate::words::{Form, Lang, METHODS, Phrases, Say as _, decimal, method, word};

/// What a report is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    pub round: Option<String>,
}

/// The table, ready for any format.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportingTable {
    pub station: String,
    pub from: Date,
    pub to: Date,
    pub round: Option<String>,
    /// Airings required by the obligations in the period.
    pub required: u64,
    pub rows: Vec<Row>,
    pub totals: Totals,
    /// Each item on each day that stayed below its minimum.
    pub short: Vec<Short>,
    /// Each day of the period that owes anything or aired anything, earliest first.
    pub days: Vec<DayFigures>,
    /// Each item that is owed on any of them, with its airings day by day.
    pub items: Vec<ItemFigures>,
}

/// One of the eight rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    pub tt: u8,
    pub method: &'static str,
    #[serde(serialize_with = "whole_as_whole")]
    pub count: Option<f64>,
    /// In percent.
    #[serde(serialize_with = "whole_as_whole")]
    pub ratio: Option<f64>,
    pub note: String,
}

/// 2289 is written 2289, not 2289.0.
#[expect(clippy::ref_option, reason = "serde hands over references")]
fn whole_as_whole<S: serde::Serializer>(number: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number that fits")]
            to.serialize_i64(*number as i64)
        }
        Some(number) => to.serialize_f64(*number),
        None => to.serialize_none(),
    }
}

/// What the period adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Airings (*lượt phát*) that reached `counts_from`; jingles are not counted.
    pub airings: u64,
    pub sessions: u64,
    pub items: u64,
    /// Airtime of these airings.
    pub minutes: f64,
    /// Days on which anything was owed.
    pub days: u64,
    /// Days on which every obligation was met.
    pub days_met: u64,
    /// Airings that count towards the obligations: capped per item and day.
    pub made: u64,
}

/// One item that stayed below its minimum on one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Short {
    pub date: Date,
    pub item: String,
    pub title: String,
    pub aired: u32,
    pub required: u32,
    /// From the closed set of reasons in the log; empty where the log has nothing of that day.
    pub reason: &'static str,
}

impl Short {
    /// The reason in words.
    #[must_use]
    pub fn why(&self, lang: Lang) -> String {
        let nothing = || word(lang, "không có nhật ký", "nothing logged").to_owned();
        Reason::named(self.reason).map_or_else(nothing, |reason| reason.say(lang))
    }
}

impl ReportingTable {
    /// Fills the table in. `owed` holds every day of the period that counts, earliest first.
    #[must_use]
    pub fn new(station: &str, period: &Period, tally: &Tally, owed: &[DayOwed], entries: &[Entry], lang: Lang) -> Self {
        let (days, items) = figures(tally, owed, lang);
        let totals = add_up(tally, &days);
        let required = days.iter().map(|day| u64::from(day.required)).sum();
        let form = form(&totals, required);
        let first = Row {
            tt: 1,
            method: METHODS[0],
            count: Some(as_number(totals.airings)),
            ratio: form.ratio(),
            note: form.note(lang),
        };
        let typed = (2..=8).zip(&METHODS[1..]).map(|(tt, method)| {
            let entry = latest(entries, &Subject::Row(tt), period.round.as_deref());
            Row {
                tt,
                method,
                count: entry.and_then(|entry| entry.count),
                ratio: entry.and_then(|entry| entry.ratio),
                note: entry.map(|entry| entry.note.clone()).unwrap_or_default(),
            }
        });
        Self {
            station: station.to_owned(),
            from: period.from,
            to: period.to,
            round: period.round.clone(),
            required,
            rows: std::iter::once(first).chain(typed).collect(),
            totals,
            short: fallen_short(tally, owed, lang),
            days,
            items,
        }
    }

    /// What row 1 counts, in words.
    #[must_use]
    pub fn note(&self, lang: Lang) -> String {
        form(&self.totals, self.required).note(lang)
    }

    /// The days on which anything stayed below its minimum, earliest first.
    pub fn short_days(&self) -> impl Iterator<Item = Date> {
        self.short.chunk_by(|a, b| a.date == b.date).map(|day| day[0].date)
    }

    /// The reasons of one day in words, each with the number of items it kept below their minimum, most first.
    #[must_use]
    pub fn reasons_on(&self, date: Date, lang: Lang) -> Vec<(String, u64)> {
        let mut reasons: Vec<(String, u64)> = Vec::new();
        for short in self.short.iter().filter(|short| short.date == date) {
            let reason = short.why(lang);
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, items)) => *items += 1,
                None => reasons.push((reason, 1)),
            }
        }
        reasons.sort_by_key(|(_, items)| std::cmp::Reverse(*items));
        reasons
    }

    /// The form as the letter prints it: TT, method, count, ratio, note.
    #[must_use]
    pub fn sheet(&self, lang: Lang) -> Sheet {
        let column = |name: &str, width| Column { name: name.to_owned(), width };
        let number = |number: Option<f64>| {
            number.map_or(Cell::Empty, |number| Cell::Number(number, if number.fract() == 0.0 { 0 } else { 2 }))
        };
        let row = |row: &Row| {
            vec![
                Cell::Number(f64::from(row.tt), 0),
                Cell::of(method(row.tt, lang)),
                number(row.count),
                number(row.ratio),
                Cell::of(&row.note),
            ]
        };
        Sheet {
            title: self.title(lang),
            columns: (Phrases::of(lang).form_columns.iter().zip([5, 48, 10, 10, 90]))
                .map(|(name, width)| column(name, width))
                .collect(),
            rows: self.rows.iter().map(row).collect(),
            remarks: self.remarks(lang),
        }
    }

    pub(super) fn title(&self, lang: Lang) -> String {
        let name = word(lang, "Báo cáo kết quả thông tin, tuyên truyền", "Report");
        format!("{name} – {}", self.subject(lang))
    }

    /// Whose report, and of which days.
    pub(super) fn subject(&self, lang: Lang) -> String {
        let (from, to) = (crate::words::day(self.from, lang), crate::words::day(self.to, lang));
        let round = match (&self.round, lang) {
            (Some(round), Lang::Vi) => format!(", đợt {round}"),
            (Some(round), Lang::En) => format!(", round {round}"),
            (None, _) => String::new(),
        };
        let until = word(lang, "đến", "to");
        format!("{}, {from} {until} {to}{round}", self.station)
    }

    /// What fell short, day by day, in words.
    fn remarks(&self, lang: Lang) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        for day in self.short.chunk_by(|a, b| a.date == b.date) {
            let date = crate::words::day(day[0].date, lang);
            let named = day
                .iter()
                .take(8)
                .map(|short| format!("{} ({}/{}: {})", short.title, short.aired, short.required, short.why(lang)));
            let named = named.collect::<Vec<_>>().join("; ");
            let more = day.len().saturating_sub(8);
            let more = if more > 0 { format!("; +{more}") } else { String::new() };
            let below = word(lang, "mục chưa đạt", "items below the minimum");
            remarks.push(format!("{date}: {} {below}: {named}{more}", decimal(as_number(day.len() as u64), 0, lang)));
        }
        remarks
    }
}

fn add_up(tally: &Tally, days: &[DayFigures]) -> Totals {
    Totals {
        airings: tally.airings,
        sessions: tally.sessions() as u64,
        items: tally.items() as u64,
        minutes: minutes(tally.airtime),
        days: days.iter().filter(|day| day.required > 0).count() as u64,
        days_met: days.iter().filter(|day| day.met).count() as u64,
        made: days.iter().map(|day| u64::from(day.made)).sum(),
    }
}

/// Each item on each day that stayed below its minimum, with what the log knows of it.
fn fallen_short(tally: &Tally, owed: &[DayOwed], lang: Lang) -> Vec<Short> {
    let mut short = Vec::new();
    for day in owed {
        for Wanted { path, title, at_least, playable, .. } in wanted_on(day, lang) {
            let aired = tally.times(day.date, &path);
            if aired >= at_least {
                continue;
            }
            let logged = tally.reason(day.date, &path).map(Reason::name);
            let reason = logged.unwrap_or(match (playable, day.was_running || tally.knows(day.date)) {
                (false, _) => Reason::File.name(),
                (true, true) => Reason::NoTime.name(),
                // Nothing was written down that day: nobody knows.
                (true, false) => "",
            });
            short.push(Short { date: day.date, item: path, title, aired, required: at_least, reason });
        }
    }
    short
}

fn form(totals: &Totals, required: u64) -> Form {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a period")]
    let minutes = totals.minutes.round() as u64;
    Form {
        airings: totals.airings,
        sessions: totals.sessions,
        items: totals.items,
        minutes,
        made: totals.made,
        required,
        days: totals.days,
        days_met: totals.days_met,
    }
}

#[expect(clippy::cast_precision_loss, reason = "airings of a period")]
fn as_number(count: u64) -> f64 {
    count as f64
}
