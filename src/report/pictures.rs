//! Pictures of a period, month by month: how often each item aired on each day, and minutes against the minimum.

use jiff::civil::Date;

use crate::report::{Bar, Bars, Block, DayFigures, Heat, HeatMap, HeatRow, ItemFigures, Times};
use crate::words::{Lang, Phrases, decimal, month};

/// A field of days by items for each month; none where nothing was owed.
pub(super) fn heat_maps(days: &[DayFigures], items: &[ItemFigures], lang: Lang) -> Vec<Block> {
    if items.is_empty() {
        return Vec::new();
    }
    months(days).map(|(first, month)| Block::HeatMap(heat_map(first, month, items, lang))).collect()
}

/// Bars for each month.
pub(super) fn bars(days: &[DayFigures], lang: Lang) -> Vec<Block> {
    let words = Phrases::of(lang);
    let chart = |(_, days): (usize, &[DayFigures])| {
        Block::Bars(Bars {
            caption: captioned(words.bars, days, lang),
            unit: words.minutes.to_owned(),
            bars_name: words.aired_minutes.to_owned(),
            minimum_name: words.minimum.to_owned(),
            bars: days.iter().map(|day| bar(day, lang)).collect(),
        })
    };
    months(days).map(chart).collect()
}

/// The days of each month, with the place of the first among all days.
fn months(days: &[DayFigures]) -> impl Iterator<Item = (usize, &[DayFigures])> {
    let month = |date: Date| (date.year(), date.month());
    days.chunk_by(move |a, b| month(a.date) == month(b.date)).scan(0, |first, days| {
        let here = *first;
        *first += days.len();
        Some((here, days))
    })
}

fn captioned(what: &str, days: &[DayFigures], lang: Lang) -> String {
    days.first().map_or_else(|| what.to_owned(), |day| format!("{what}, {}", month(day.date, lang)))
}

fn heat_map(first: usize, days: &[DayFigures], items: &[ItemFigures], lang: Lang) -> HeatMap {
    let words = Phrases::of(lang);
    let row = |item: &ItemFigures| HeatRow {
        title: item.title.clone(),
        days: item.times[first..first + days.len()].iter().map(|times| (times.aired, worth(*times))).collect(),
    };
    let legend = [
        (Heat::None, words.heat_none),
        (Heat::Short, words.heat_short),
        (Heat::Met, words.heat_met),
        (Heat::Surplus, words.heat_surplus),
    ];
    HeatMap {
        caption: captioned(words.heat_map, days, lang),
        items: words.item.to_owned(),
        days: days.iter().map(|day| day.date.day().to_string()).collect(),
        rows: items.iter().map(row).collect(),
        legend: legend.map(|(heat, text)| (heat, text.to_owned())).to_vec(),
    }
}

fn worth(Times { aired, required }: Times) -> Heat {
    match (aired, required) {
        (_, 0) => Heat::Free,
        (0, _) => Heat::None,
        (aired, required) if aired < required => Heat::Short,
        (aired, required) if aired == required => Heat::Met,
        _ => Heat::Surplus,
    }
}

/// In whole minutes; red says what the words say: that something stayed below its minimum.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a day, never negative")]
fn bar(day: &DayFigures, lang: Lang) -> Bar {
    Bar {
        label: day.date.day().to_string(),
        value: day.minutes.round() as u64,
        minimum: day.minimum_minutes.round() as u64,
        is_short: day.required > 0 && !day.met,
        text: decimal(day.minutes, 0, lang),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(date: Date, minutes: f64, met: bool) -> DayFigures {
        let made = if met { 2 } else { 1 };
        DayFigures { date, airings: 2, minutes, minimum_minutes: 10.0, made, required: 2, met }
    }

    #[test]
    fn each_month_has_a_picture_of_its_own() {
        let days =
            [day(date(2020, 8, 31), 9.5, false), day(date(2020, 9, 1), 9.8, true), day(date(2020, 9, 2), 12.0, true)];
        let times =
            vec![Times { aired: 0, required: 2 }, Times { aired: 1, required: 2 }, Times { aired: 3, required: 2 }];
        let items = [ItemFigures { path: "ministry/01.mp3".to_owned(), title: "Một".to_owned(), times }];
        let maps = heat_maps(&days, &items, Lang::Vi);
        let [Block::HeatMap(august), Block::HeatMap(september)] = &maps[..] else { panic!("{maps:?}") };
        assert_eq!((august.days.len(), &august.rows[0].days[..]), (1, &[(0, Heat::None)][..]));
        assert_eq!(september.rows[0].days, [(1, Heat::Short), (3, Heat::Surplus)]);
        assert!(september.caption.ends_with("tháng 9 năm 2020"), "{}", september.caption);
        let charts = bars(&days, Lang::Vi);
        let [Block::Bars(august), Block::Bars(september)] = &charts[..] else { panic!("{charts:?}") };
        assert!(august.bars[0].is_short, "something stayed below its minimum");
        assert!(!september.bars[0].is_short, "each aired often enough, if not to its last second");
    }
}
