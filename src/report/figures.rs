//! The figures behind the pictures: day by day what aired against what was owed, and the same item by item.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::airtime::Tally;
use crate::planner::Owed;
use crate::say;
use crate::time::Frames;
use crate::words::Lang;

/// What was owed on one day of the period.
#[derive(Clone, Debug)]
pub struct DayOwed {
    pub date: Date,
    pub owed: Vec<Owed>,
    /// The program ran for some of it, so that what has no row was not to be: no session had time for it.
    pub was_running: bool,
}

/// One day that owes anything or aired anything.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DayFigures {
    pub date: Date,
    /// Airings (*lượt phát*) that count; jingles do not.
    pub airings: u32,
    /// Airtime of these airings, in minutes to two decimals.
    pub minutes: f64,
    /// Airtime of all that is owed, each item as often as it is owed, in minutes to two decimals. A file whose length
    /// nobody knows adds nothing.
    pub minimum_minutes: f64,
    /// Airings towards the obligations: capped per item.
    pub made: u32,
    /// Airings required by the obligations.
    pub required: u32,
    /// Whether every obligation was met. A day that owes nothing has nothing to meet: false.
    pub met: bool,
}

/// One item over the days of the period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemFigures {
    /// Of an expected file that nobody named, the name of its set and a number.
    pub path: String,
    pub title: String,
    /// One for each of the report's days, in their order.
    pub times: Vec<Times>,
}

/// How often one item aired on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    pub aired: u32,
    /// How often it is owed that day; zero where it is not.
    pub required: u32,
}

/// The days, earliest first, and the items by path. `owed` holds every day that counts.
pub fn figures(tally: &Tally, owed: &[DayOwed], lang: Lang) -> (Vec<DayFigures>, Vec<ItemFigures>) {
    let wanted: BTreeMap<Date, Vec<Wanted>> = owed.iter().map(|day| (day.date, wanted_on(day, lang))).collect();
    let owing = wanted.iter().filter(|(_, items)| !items.is_empty()).map(|(date, _)| *date);
    let dates: BTreeSet<Date> = owing.chain(tally.days_aired()).collect();
    let of = |date: &Date| wanted.get(date).map_or(&[][..], Vec::as_slice);
    let days = dates.iter().map(|date| day(tally, *date, of(date))).collect();
    let mut items: BTreeMap<&str, ItemFigures> = BTreeMap::new();
    for (nth, date) in dates.iter().enumerate() {
        for item in of(date) {
            let blank = || ItemFigures { path: item.path.clone(), title: item.title.clone(), times: Vec::new() };
            let times = &mut items.entry(&item.path).or_insert_with(blank).times;
            times.resize(dates.len(), Times::default());
            times[nth].required = item.at_least;
        }
    }
    let mut items: Vec<_> = items.into_values().collect();
    for item in &mut items {
        for (date, times) in dates.iter().zip(&mut item.times) {
            times.aired = tally.times(*date, &item.path);
        }
    }
    (days, items)
}

fn day(tally: &Tally, date: Date, wanted: &[Wanted]) -> DayFigures {
    let (airings, airtime) = tally.of_day(date);
    let required = wanted.iter().map(|item| item.at_least).sum();
    let made = wanted.iter().map(|item| tally.times(date, &item.path).min(item.at_least)).sum();
    DayFigures {
        date,
        airings,
        minutes: minutes(airtime),
        minimum_minutes: minutes(wanted.iter().map(|item| item.length * u64::from(item.at_least)).sum()),
        made,
        required,
        met: required > 0 && made == required,
    }
}

/// A length in minutes, rounded to two decimals.
pub fn minutes(length: Frames) -> f64 {
    (length.as_secs_f64() / 0.6).round() / 100.0
}

/// One item of a day, with the strictest minimum of all obligations that name it.
#[derive(Debug)]
pub struct Wanted {
    pub path: String,
    pub title: String,
    /// How long one airing of it is.
    pub length: Frames,
    /// How often it is owed.
    pub at_least: u32,
    /// Whether it could air that day at all.
    pub playable: bool,
}

/// All that is owed on a day, by path.
pub fn wanted_on(day: &DayOwed, lang: Lang) -> Vec<Wanted> {
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    for owed in &day.owed {
        let nameless = (1..=owed.nameless).map(|nth| {
            let path = format!("{} +{nth}", owed.set.name());
            let title = say!(lang, "tệp còn thiếu, thứ {nth}", "missing file {nth}");
            Wanted { path, title, length: Frames::ZERO, at_least: owed.at_least, playable: false }
        });
        let named = owed.items.iter().map(|item| Wanted {
            path: item.path.to_string(),
            title: item.title.clone(),
            length: item.length,
            at_least: owed.at_least,
            playable: item.playable,
        });
        for item in named.chain(nameless) {
            let at_least = item.at_least;
            let known = wanted.entry(item.path.clone()).or_insert(item);
            known.at_least = known.at_least.max(at_least);
        }
    }
    wanted.into_values().collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::airtime::{Counted, Outcome};
    use crate::library::{CartPath, Kind};
    use crate::planner::OwedItem;
    use crate::schedule::Pick;

    fn owed(at_least: u32, nameless: u32, items: &[(&str, u64)]) -> Owed {
        let item = |&(path, secs): &(&str, u64)| OwedItem {
            path: CartPath::new(path).unwrap(),
            title: format!("={path}"),
            length: Frames::from_secs(secs),
            playable: true,
        };
        Owed {
            schedule: String::new(),
            directive: String::new(),
            set: Pick::Ministry,
            at_least,
            make_up: Vec::new(),
            items: items.iter().map(item).collect(),
            nameless,
        }
    }

    fn aired(day: i8, path: &str, secs: u64) -> Counted<'_> {
        Counted {
            date: date(2020, 8, day),
            session: "sang",
            zone: "all",
            planned_at: jiff::Timestamp::UNIX_EPOCH,
            kind: Kind::Ministry,
            path,
            outcome: Outcome::Aired,
            reason: None,
            aired: Frames::from_secs(secs),
            duration: Frames::from_secs(secs),
        }
    }

    fn times(aired: u32, required: u32) -> Times {
        Times { aired, required }
    }

    #[test]
    fn days_that_owe_or_aired_have_figures_and_no_others() {
        let mut tally = Tally::default();
        let rows =
            [aired(9, "bulletins/hop.mp3", 30), aired(10, "ministry/01.mp3", 50), aired(10, "ministry/01.mp3", 50)];
        rows.iter().chain(&[aired(10, "ministry/01.mp3", 50)]).for_each(|row| tally.add(row, 0.9));
        let set = [("ministry/01.mp3", 50), ("ministry/02.mp3", 20)];
        let stricter = owed(2, 0, &set[..1]);
        let days = [
            DayOwed { date: date(2020, 8, 9), owed: Vec::new(), was_running: true },
            DayOwed { date: date(2020, 8, 10), owed: vec![owed(1, 1, &set), stricter], was_running: true },
            DayOwed { date: date(2020, 8, 11), owed: vec![owed(1, 0, &set[1..])], was_running: true },
            DayOwed { date: date(2020, 8, 12), owed: Vec::new(), was_running: true },
        ];
        let (days, items) = figures(&tally, &days, Lang::Vi);
        let shown = |day: &DayFigures| {
            (day.date.day(), day.airings, day.minutes, day.minimum_minutes, day.made, day.required, day.met)
        };
        assert_eq!(
            days.iter().map(shown).collect::<Vec<_>>(),
            [(9, 1, 0.5, 0.0, 0, 0, false), (10, 3, 2.5, 2.0, 2, 4, false), (11, 0, 0.0, 0.33, 0, 1, false)]
        );
        let shown: Vec<_> = items.iter().map(|item| (item.path.as_str(), item.times.as_slice())).collect();
        assert_eq!(
            shown,
            [
                ("ministry +1", &[times(0, 0), times(0, 1), times(0, 0)][..]),
                ("ministry/01.mp3", &[times(0, 0), times(3, 2), times(0, 0)]),
                ("ministry/02.mp3", &[times(0, 0), times(0, 1), times(0, 1)]),
            ]
        );
    }

    #[test]
    fn a_day_is_met_by_every_item_alone() {
        let mut tally = Tally::default();
        for path in ["ministry/01.mp3", "ministry/01.mp3", "ministry/02.mp3"] {
            tally.add(&aired(10, path, 20), 0.9);
        }
        let met = |at_least| {
            let owed = vec![owed(at_least, 0, &[("ministry/01.mp3", 20), ("ministry/02.mp3", 20)])];
            let (days, _) = figures(&tally, &[DayOwed { date: date(2020, 8, 10), owed, was_running: true }], Lang::Vi);
            (days[0].made, days[0].required, days[0].met)
        };
        assert_eq!((met(1), met(2)), ((2, 2, true), (3, 4, false)));
    }
}
