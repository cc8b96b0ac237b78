//! Items by days: how often each aired on each day, in the colours of what that is worth, with the sums of both.

use std::ops::Range;

use crate::airtime::Cell;
use crate::report::{
    Column, DayFigures, Field, Formula, Heat, ItemFigures, Line, Orientation, Page, Rule, Spot, Tab, Times,
};
use crate::say;
use crate::words::{self, Lang, word};

/// As many days as a page holds side by side; of a longer period each month has its own page.
const DAYS_ACROSS: usize = 31;
/// Everything that is owed.
const ALL: &[Heat] = &[Heat::None, Heat::Short, Heat::Met, Heat::Surplus];

/// The three sums beneath a grid, in their order.
#[derive(Clone, Copy, PartialEq)]
pub enum SumRow {
    Aired,
    /// Towards the obligations: capped per item and day.
    Made,
    Required,
}

/// One page of items by days: a column of titles, the days, three sums, the minima of the days.
pub struct Grid<'a> {
    page: usize,
    /// Which of the report's days.
    days: Range<usize>,
    figures: &'a [DayFigures],
    items: Vec<&'a ItemFigures>,
}

impl Grid<'_> {
    /// Items as rows, days as columns, then the sums; the minimum of each day stands in a column out of sight.
    pub fn page(&self, subject: &str, of_several: bool, lang: Lang) -> Page {
        let (days, name) = (self.figures, word(lang, "Theo tệp", "By file"));
        let tab =
            if of_several { days[0].date.strftime(&format!("{name} %-m-%Y")).to_string() } else { name.to_owned() };
        let rows = (0..self.items.len()).map(|row| self.item_line(row));
        let sums = [SumRow::Aired, SumRow::Made, SumRow::Required].map(|sum| self.sum_line(sum, lang));
        let cells = self.spot(0, 1).area(self.items.len(), days.len());
        Page {
            tab: Tab::new(&tab),
            title: say!(lang, "Số lần phát từng tệp, theo ngày – {subject}", "Airings of each file, day by day – {subject}"),
            orientation: Orientation::Landscape,
            columns: columns(days, lang),
            key_columns: 1,
            rows: rows.chain(sums).collect(),
            remarks: vec![
                word(
                    lang,
                    "Đỏ: chưa đủ số lần phải phát. Xanh nhạt: vừa đủ. Xanh: vượt. Số lần phải phát của từng ngày ở các cột ẩn bên phải.",
                    "Red: less often than owed. Pale green: as often as owed. Green: more often. How often each is owed a day \
                     stands in the hidden columns at the right.",
                )
                .to_owned(),
            ],
            rules: vec![Rule { cells, minimum_after: self.minimum_after(), shown: ALL }],
            chart: None,
        }
    }

    /// How often its items aired on one of the report's days.
    pub fn aired(&self, day: usize) -> u32 {
        self.items.iter().map(|item| item.times[day].aired).sum()
    }

    /// Whether this is one of its days, counted over the whole report.
    pub fn holds(&self, day: usize) -> bool {
        self.days.contains(&day)
    }

    const fn spot(&self, row: usize, column: usize) -> Spot {
        Spot { page: self.page, row, column }
    }

    /// How far right of a day's column its minimum stands.
    fn minimum_after(&self) -> usize {
        self.days.len() + 3
    }

    /// A sum of one of the report's days.
    pub const fn sum_spot(&self, row: SumRow, day: usize) -> Spot {
        self.spot(self.items.len() + row as usize, 1 + day - self.days.start)
    }

    /// One sum over cells from `first` on, and over the minima that belong to them.
    fn sum<'t>(&self, row: SumRow, first: Spot, size: (usize, usize), times: impl Iterator<Item = &'t Times>) -> Field {
        let values = first.area(size.0, size.1);
        let minima = Spot { column: first.column + self.minimum_after(), ..first }.area(size.0, size.1);
        match row {
            SumRow::Aired => Field::worked(Formula::Sum(values), times.map(|times| times.aired).sum()),
            SumRow::Made => {
                let made = times.map(|times| times.aired.min(times.required)).sum();
                Field::worked(Formula::Capped { values, minima }, made)
            }
            SumRow::Required => Field::worked(Formula::Sum(minima), times.map(|times| times.required).sum()),
        }
    }

    fn item_line(&self, row: usize) -> Line {
        let item = self.items[row];
        let times = &item.times[self.days.clone()];
        let heard = |times: &Times| match times {
            // Neither owed nor aired: nothing to read.
            Times { aired: 0, required: 0 } => Field::Given(Cell::Empty),
            times => Field::whole(times.aired),
        };
        let mut fields = vec![Field::text(&item.title)];
        fields.extend(times.iter().map(heard));
        let sums = [SumRow::Aired, SumRow::Made, SumRow::Required];
        fields.extend(sums.map(|sum| self.sum(sum, self.spot(row, 1), (1, times.len()), times.iter())));
        fields.extend(times.iter().map(|times| Field::whole(times.required)));
        Line::Plain(fields)
    }

    fn sum_line(&self, sum: SumRow, lang: Lang) -> Line {
        let (items, days) = (self.items.len(), self.days.len());
        let of_day = |day: usize| {
            let times = self.items.iter().map(|item| &item.times[self.days.start + day]);
            self.sum(sum, self.spot(0, 1 + day), (items, 1), times)
        };
        let all = || {
            let times = self.items.iter().flat_map(|item| &item.times[self.days.clone()]);
            self.sum(sum, self.spot(0, 1), (items, days), times)
        };
        let name = match sum {
            SumRow::Aired => word(lang, "Đã phát", "Aired"),
            SumRow::Made => word(lang, "Tính vào chỉ tiêu", "Towards the obligation"),
            SumRow::Required => word(lang, "Phải phát", "Required"),
        };
        let mut fields = vec![Field::text(name)];
        fields.extend((0..days).map(of_day));
        let corner = [SumRow::Aired, SumRow::Made, SumRow::Required];
        fields.extend(corner.map(|own| if own == sum { all() } else { Field::Given(Cell::Empty) }));
        fields.extend((0..days).map(|_| Field::Given(Cell::Empty)));
        Line::Sum(fields)
    }
}

/// The days of the period as far as they go side by side, each stretch with the items owed in it.
pub fn grids<'a>(days: &'a [DayFigures], items: &'a [ItemFigures], first_page: usize) -> Vec<Grid<'a>> {
    let month = |nth: usize| (days[nth].date.year(), days[nth].date.month());
    let together = |a: &usize, b: &usize| days.len() <= DAYS_ACROSS || month(*a) == month(*b);
    let all: Vec<usize> = (0..days.len()).collect();
    let mut grids = Vec::new();
    for stretch in all.chunk_by(together) {
        let span = stretch[0]..stretch[0] + stretch.len();
        let owed = |item: &&ItemFigures| item.times[span.clone()].iter().any(|times| times.required > 0);
        let items: Vec<_> = items.iter().filter(owed).collect();
        if !items.is_empty() {
            grids.push(Grid { page: first_page + grids.len(), figures: &days[span.clone()], days: span, items });
        }
    }
    grids
}

fn columns(days: &[DayFigures], lang: Lang) -> Vec<Column> {
    let column = |vi, en, width| Column { name: word(lang, vi, en).to_owned(), width };
    let names = days.iter().map(|day| words::short_day(day.date, lang));
    let mut columns = vec![column("Tệp", "File", 34)];
    columns.extend(names.clone().map(|name| Column { name, width: 6 }));
    columns.push(column("Đã phát", "Aired", 8));
    columns.push(column("Tính vào chỉ tiêu", "Counted", 9));
    columns.push(column("Phải phát", "Required", 9));
    let required = word(lang, "phải phát", "required");
    columns.extend(names.map(|name| Column { name: format!("{name} {required}"), width: 0 }));
    columns
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_sum_of_the_grid_is_worked_out() {
        let day = |day, made| DayFigures {
            date: date(2020, 8, day),
            airings: 3,
            minutes: 0.0,
            minimum_minutes: 0.0,
            made,
            required: 2,
            met: made == 2,
        };
        let days = [day(10, 2), day(11, 1)];
        let times = [3, 1].map(|aired| Times { aired, required: 2 }).to_vec();
        let items = [ItemFigures { path: "a".to_owned(), title: "=A".to_owned(), times }];
        let grid = &grids(&days, &items, 2)[0];
        let page = grid.page("Đài", false, Lang::Vi);
        assert_eq!(page.columns.iter().filter(|column| column.width == 0).count(), 2, "a minimum a day, out of sight");
        let shown = |line: &Line| line.fields().iter().map(|field| field.shown().text()).collect::<Vec<_>>().join(",");
        let lines: Vec<_> = page.rows.iter().map(shown).collect();
        assert_eq!(
            lines,
            ["=A,3,1,4,3,4,2,2", "Đã phát,3,1,4,,,,", "Tính vào chỉ tiêu,2,1,,3,,,", "Phải phát,2,2,,,4,,"]
        );
        let spot = |row, column| Spot { page: 2, row, column };
        let capped = Formula::Capped { values: spot(0, 1).area(1, 2), minima: spot(0, 6).area(1, 2) };
        assert_eq!(page.rows[0].fields()[4], Field::worked(capped, 3));
        assert_eq!(page.rules, [Rule { cells: spot(0, 1).area(1, 2), minimum_after: 5, shown: ALL }]);
        assert!(page.rows.iter().all(|line| line.fields().len() == page.columns.len()));
    }
}
