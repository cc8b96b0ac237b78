//! The reporting table as a workbook: the form, the days, the items day by day, and what fell short.
//!
//! A number that a clerk corrects stands once, in the grid of items by days: the days add it up, and the form adds up
//! the days. So a correction is carried through to row 1 and its ratio.

use crate::report::grid::{Grid, SumRow, grids};
use crate::report::{
    Cell, Chart, Column, DayFigures, Field, Formula, Heat, Line, Orientation, Page, ReportingTable, Rule, Series, Spot,
    Tab, Workbook,
};
use crate::say;
use crate::words::{self, Lang, word};

/// Where the pages stand in the workbook.
const DAYS_PAGE: usize = 1;
const FIRST_GRID_PAGE: usize = 2;
/// Only what is too little.
const LACKS: &[Heat] = &[Heat::None, Heat::Short];

impl ReportingTable {
    /// The table as pages to go on working with: formulas where numbers follow from others, colours where they are too
    /// small, a chart of the days.
    #[must_use]
    pub fn workbook(&self, lang: Lang) -> Workbook {
        let grids = grids(&self.days, &self.items, FIRST_GRID_PAGE);
        let mut pages = vec![self.form_page(lang), self.days_page(&grids, lang)];
        let subject = self.subject(lang);
        pages.extend(grids.iter().map(|grid| grid.page(&subject, grids.len() > 1, lang)));
        pages.push(self.short_page(lang));
        Workbook { title: self.title(lang), pages }
    }

    fn form_page(&self, lang: Lang) -> Page {
        let mut sheet = self.sheet(lang);
        sheet.remarks = if self.short.is_empty() {
            Vec::new()
        } else {
            let tab = short_tab(lang);
            vec![say!(lang, "Mục chưa đạt, từng ngày: xem trang “{tab}”.", "What fell short, day by day: see “{tab}”.")]
        };
        let mut page = Page { tab: Tab::new(word(lang, "Biểu mẫu", "Form")), ..Page::from(sheet) };
        if let (Some(Line::Plain(first)), false) = (page.rows.first_mut(), self.days.is_empty()) {
            first[2] = Field::Worked(Formula::Sum(day_spot(0, 1).area(self.days.len(), 1)), first[2].shown().clone());
            let (part, whole) = (day_spot(self.days.len(), 4), day_spot(self.days.len(), 5));
            if self.required > 0 {
                first[3] = Field::Worked(Formula::PercentDown { part, whole }, first[3].shown().clone());
            }
        }
        page
    }

    /// One row a day, and their sums.
    fn days_page(&self, grids: &[Grid], lang: Lang) -> Page {
        let subject = self.subject(lang);
        let days = self.days.len();
        let mut rows: Vec<_> = (0..days).map(|day| self.day_line(day, grids, lang)).collect();
        rows.extend((days > 0).then(|| self.days_sum(lang)));
        let rule = |column| Rule { cells: day_spot(0, column).area(days, 1), minimum_after: 1, shown: LACKS };
        Page {
            tab: Tab::new(word(lang, "Theo ngày", "By day")),
            title: say!(lang, "Kết quả phát thanh theo ngày – {subject}", "Day by day – {subject}"),
            orientation: Orientation::Portrait,
            columns: day_columns(lang),
            key_columns: 1,
            rows,
            remarks: vec![
                word(
                    lang,
                    "Số phút gồm mọi lượt phát, cả tin ngoài chỉ tiêu (không tính nhạc hiệu). Đạt chỉ tiêu xét riêng từng tệp; dòng cộng đếm số ngày đạt.",
                    "Minutes are of all airings, also those nothing asks for (jingles not counted). Whether a day is met is \
                     judged file by file; the sum counts the days that are.",
                )
                .to_owned(),
            ],
            rules: if days > 0 { vec![rule(2), rule(4)] } else { Vec::new() },
            chart: (days > 0).then(|| day_chart(days, lang)),
        }
    }

    fn day_line(&self, nth: usize, grids: &[Grid], lang: Lang) -> Line {
        let day = &self.days[nth];
        let grid = grids.iter().find(|grid| grid.holds(nth));
        let from_grid = |row: SumRow, number| match grid {
            Some(grid) => Field::worked(Formula::Same(grid.sum_spot(row, nth)), number),
            None => Field::whole(number),
        };
        // What aired without being owed stands in no grid.
        let airings = grid.map_or_else(
            || Field::whole(day.airings),
            |grid| {
                let (than, by) = (grid.sum_spot(SumRow::Aired, nth), day.airings.saturating_sub(grid.aired(nth)));
                Field::worked(if by == 0 { Formula::Same(than) } else { Formula::More { than, by } }, day.airings)
            },
        );
        let (value, minimum) = (day_spot(nth, 4), day_spot(nth, 5));
        let (yes, no) = met_words(lang);
        let reading = Cell::Text(if day.met { yes } else { no }.to_owned());
        let met = Field::Worked(Formula::Reaches { value, minimum, yes, no }, reading);
        Line::Plain(vec![
            Field::text(&words::day(day.date, lang)),
            airings,
            Field::Given(Cell::Number(day.minutes, 2)),
            Field::Given(Cell::Number(day.minimum_minutes, 2)),
            from_grid(SumRow::Made, day.made),
            from_grid(SumRow::Required, day.required),
            if day.required > 0 { met } else { Field::Given(Cell::Empty) },
        ])
    }

    fn days_sum(&self, lang: Lang) -> Line {
        let days = &self.days;
        let column = |column| day_spot(0, column).area(days.len(), 1);
        let whole = |at, of: fn(&DayFigures) -> u32| Field::worked(Formula::Sum(column(at)), days.iter().map(of).sum());
        let minutes = |at, of: fn(&DayFigures) -> f64| {
            let sum: f64 = days.iter().map(of).sum();
            Field::Worked(Formula::Sum(column(at)), Cell::Number((sum * 100.0).round() / 100.0, 2))
        };
        let met = Formula::Count { area: column(6), reading: met_words(lang).0 };
        Line::Sum(vec![
            Field::text(word(lang, "Cộng", "Sum")),
            whole(1, |day| day.airings),
            minutes(2, |day| day.minutes),
            minutes(3, |day| day.minimum_minutes),
            whole(4, |day| day.made),
            whole(5, |day| day.required),
            Field::worked(met, days.iter().map(|day| u32::from(day.met)).sum()),
        ])
    }

    fn short_page(&self, lang: Lang) -> Page {
        let subject = self.subject(lang);
        let column = |vi, en, width| Column { name: word(lang, vi, en).to_owned(), width };
        let rows = self.short.iter().map(|short| {
            Line::Plain(vec![
                Field::text(&words::day(short.date, lang)),
                Field::text(&short.item),
                Field::text(&short.title),
                Field::whole(short.aired),
                Field::whole(short.required),
                Field::text(&short.why(lang)),
            ])
        });
        let nothing = word(lang, "Không có mục nào chưa đạt.", "Nothing fell short.");
        Page {
            tab: Tab::new(short_tab(lang)),
            title: say!(lang, "Mục chưa đạt chỉ tiêu – {subject}", "What fell short – {subject}"),
            orientation: Orientation::Landscape,
            columns: vec![
                column("Ngày", "Date", 18),
                column("Tệp", "File", 34),
                column("Tên", "Title", 40),
                column("Đã phát", "Aired", 10),
                column("Phải phát", "Required", 10),
                column("Lý do", "Reason", 36),
            ],
            key_columns: 0,
            rows: rows.collect(),
            remarks: if self.short.is_empty() { vec![nothing.to_owned()] } else { Vec::new() },
            rules: Vec::new(),
            chart: None,
        }
    }
}

fn short_tab(lang: Lang) -> &'static str {
    word(lang, "Chưa đạt", "Short")
}

fn met_words(lang: Lang) -> (&'static str, &'static str) {
    (word(lang, "đạt", "met"), word(lang, "chưa đạt", "not met"))
}

const fn day_spot(row: usize, column: usize) -> Spot {
    Spot { page: DAYS_PAGE, row, column }
}

fn day_columns(lang: Lang) -> Vec<Column> {
    let column = |vi, en, width| Column { name: word(lang, vi, en).to_owned(), width };
    vec![
        column("Ngày", "Date", 18),
        column("Lượt phát", "Airings", 9),
        column("Số phút", "Minutes", 10),
        column("Số phút phải phát", "Minutes required", 12),
        column("Lượt tính vào chỉ tiêu", "Towards the obligation", 13),
        column("Lượt phải phát", "Airings required", 12),
        column("Chỉ tiêu", "Obligation", 11),
    ]
}

fn day_chart(days: usize, lang: Lang) -> Chart {
    let series =
        |vi, en, column| Series { name: word(lang, vi, en).to_owned(), values: day_spot(0, column).area(days, 1) };
    Chart {
        title: word(lang, "Số phút phát mỗi ngày", "Minutes on the air each day").to_owned(),
        unit: word(lang, "phút", "minutes").to_owned(),
        labels: day_spot(0, 0).area(days, 1),
        columns: series("Đã phát", "Aired", 2),
        line: series("Phải phát", "Required", 3),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::report::{ItemFigures, Row, Short, Times, Totals};

    /// So many days of one item, each owed twice and aired three times, but once on the last day.
    fn table(first: Date, days: u32) -> ReportingTable {
        let heard = |nth| if nth + 1 == days { 1 } else { 3 };
        let day = |nth: u32| DayFigures {
            date: first.checked_add(jiff::Span::new().days(i64::from(nth))).unwrap(),
            airings: heard(nth),
            minutes: 0.1,
            minimum_minutes: 0.2,
            made: heard(nth).min(2),
            required: 2,
            met: heard(nth) >= 2,
        };
        let figures: Vec<_> = (0..days).map(day).collect();
        let times = (0..days).map(|nth| Times { aired: heard(nth), required: 2 }).collect();
        let last = figures.last().map_or(first, |day| day.date);
        ReportingTable {
            station: "Đài".to_owned(),
            from: first,
            to: last,
            round: None,
            required: u64::from(days * 2),
            rows: vec![Row { tt: 1, method: "m", count: Some(4.0), ratio: Some(75.0), note: String::new() }],
            totals: Totals::default(),
            short: vec![Short { date: last, item: "a".into(), title: "=A".into(), aired: 1, required: 2, reason: "" }],
            days: figures,
            items: vec![ItemFigures { path: "a".to_owned(), title: "=A".to_owned(), times }],
        }
    }

    fn tabs(book: &Workbook) -> Vec<&str> {
        book.pages.iter().map(|page| page.tab.as_str()).collect()
    }

    #[test]
    fn the_form_adds_up_the_days_and_the_days_the_field() {
        let mut table = table(date(2020, 8, 10), 2);
        table.days[0].airings += 1;
        let book = table.workbook(Lang::Vi);
        assert_eq!(tabs(&book), ["Biểu mẫu", "Theo ngày", "Theo tệp", "Chưa đạt"]);
        let first = book.pages[0].rows[0].fields();
        assert_eq!(first[2], Field::worked(Formula::Sum(day_spot(0, 1).area(2, 1)), 4));
        let ratio = Formula::PercentDown { part: day_spot(2, 4), whole: day_spot(2, 5) };
        assert_eq!(first[3], Field::worked(ratio, 75), "a whole percentage is written whole");
        let made = |line: usize| book.pages[1].rows[line].fields()[4].clone();
        let spot = |row, column| Spot { page: 2, row, column };
        assert_eq!(made(1), Field::worked(Formula::Same(spot(2, 2)), 1), "the second sum beneath the second day");
        let airings = book.pages[1].rows[0].fields()[1].clone();
        assert_eq!(airings, Field::worked(Formula::More { than: spot(1, 1), by: 1 }, 4), "one was not owed");
        assert_eq!(made(2), Field::worked(Formula::Sum(day_spot(0, 4).area(2, 1)), 3));
    }

    #[test]
    fn a_long_period_has_a_field_a_month() {
        let book = table(date(2020, 7, 31), 33).workbook(Lang::En);
        assert_eq!(tabs(&book), ["Form", "By day", "By file 7-2020", "By file 8-2020", "By file 9-2020", "Short"]);
        let Field::Worked(Formula::Same(spot), _) = book.pages[1].rows[32].fields()[4] else { panic!("the last day") };
        assert_eq!(spot, Spot { page: 4, row: 2, column: 1 });
    }

    #[test]
    fn a_period_without_anything_has_no_formulas() {
        let mut table = table(date(2020, 8, 10), 0);
        (table.required, table.short, table.items) = (0, Vec::new(), Vec::new());
        let book = table.workbook(Lang::Vi);
        assert_eq!(tabs(&book), ["Biểu mẫu", "Theo ngày", "Chưa đạt"]);
        let fields = book.pages.iter().flat_map(|page| &page.rows).flat_map(Line::fields);
        assert!(fields.into_iter().all(|field| matches!(field, Field::Given(_))));
        assert_eq!(book.pages[2].remarks, ["Không có mục nào chưa đạt."]);
    }
}
