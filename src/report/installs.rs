//! Installations of the application per district (letters of Lạng Sơn and Đắk Nông, 2020): count and share of people.

use serde::Serialize;

use crate::airtime::Cell;
use crate::report::letter::{closing, columns, masthead};
use crate::report::{
    Align, Block, ByHand, Column, Document, Entry, Letterhead, Orientation, Period, Sheet, Subject, Table, TableRow,
    districts, latest,
};
use crate::words::{Lang, Phrases, decimal, papers, read_number, whole};
use crate::written::{Fault, Problem, Source};

/// The table for one round or period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstallsTable {
    pub rows: Vec<District>,
    pub total: District,
}

/// One district, or all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct District {
    pub district: String,
    /// People who live there.
    pub population: Option<u64>,
    pub installs: u64,
    /// Installations of a hundred people, rounded to two decimals; none where the population is not known.
    pub share: Option<f64>,
}

impl District {
    #[must_use]
    pub fn new(district: &str, population: Option<u64>, installs: u64) -> Self {
        let share = population.filter(|people| *people > 0).map(|people| percent_of(installs, people));
        Self { district: district.to_owned(), population, installs, share }
    }
}

/// In hundredths of a percent, half up, without a binary fraction in between.
#[expect(clippy::cast_precision_loss, reason = "a share of people has few digits")]
fn percent_of(part: u64, whole: u64) -> f64 {
    ((u128::from(part) * 20_000 + u128::from(whole)) / (u128::from(whole) * 2)) as f64 / 100.0
}

impl InstallsTable {
    /// What was entered last for each district.
    #[must_use]
    pub fn new(entries: &[Entry], round: Option<&str>) -> Self {
        let of = |district: &str| {
            let subject = Subject::Installs { district: district.to_owned() };
            let entry = latest(entries, &subject, round)?;
            Some(District::new(district, entry.population.map(as_people), as_people(entry.count?)))
        };
        let rows: Vec<District> = districts(entries).into_iter().filter_map(of).collect();
        let population = rows.iter().try_fold(0_u64, |sum, row| Some(sum.saturating_add(row.population?)));
        let installs = rows.iter().fold(0_u64, |sum, row| sum.saturating_add(row.installs));
        let total = District::new("", population.filter(|_| !rows.is_empty()), installs);
        Self { rows, total }
    }

    /// The table as a letter.
    #[must_use]
    pub fn document(&self, period: &Period, letterhead: &Letterhead, by_hand: &ByHand, lang: Lang) -> Document {
        let words = Phrases::of(lang);
        let shares =
            [(8, Align::Centre), (38, Align::Left), (20, Align::Right), (20, Align::Right), (14, Align::Right)];
        let rows =
            self.rows.iter().zip(1..).map(|(row, number)| TableRow::Plain(cells(row, &format!("{number}"), lang)));
        let total = District { district: words.total.to_owned(), ..self.total.clone() };
        let rows = rows.chain([TableRow::Sum(cells(&total, "", lang))]).collect();
        let when = papers::period(period.from, period.to, period.round.as_deref(), lang);
        let mut blocks = vec![
            masthead(letterhead, Some(by_hand.number(letterhead)), by_hand.date, period.to, lang),
            Block::Title { kind: words.report.to_owned(), subject: vec![words.installs.to_owned(), when] },
        ];
        if !letterhead.addressees.is_empty() {
            blocks.push(Block::Addressees { label: words.to.to_owned(), names: letterhead.addressees.clone() });
        }
        blocks.push(Block::Table(Table { columns: columns(&words.installs_columns, &shares), rows }));
        blocks.push(closing(letterhead, words));
        Document {
            language: lang.tag(),
            title: words.installs.to_owned(),
            author: letterhead.issuer.clone(),
            orientation: Orientation::Portrait,
            blocks,
        }
    }

    /// The table as data.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^52")]
    pub fn sheet(&self, lang: Lang) -> Sheet {
        let words = Phrases::of(lang);
        let people = |people: Option<u64>| people.map_or(Cell::Empty, |people| Cell::Number(people as f64, 0));
        let row = |number: Cell, row: &District, name: &str| {
            let share = row.share.map_or(Cell::Empty, |share| Cell::Number(share, 2));
            vec![number, Cell::of(name), people(row.population), people(Some(row.installs)), share]
        };
        let lines = self.rows.iter().zip(1_u32..);
        let mut rows: Vec<Vec<Cell>> =
            lines.map(|(line, nth)| row(Cell::Number(f64::from(nth), 0), line, &line.district)).collect();
        rows.push(row(Cell::Empty, &self.total, words.total));
        let widths = [5, 32, 18, 18, 12];
        let columns = words.installs_columns.iter().zip(widths);
        Sheet {
            title: words.installs.to_owned(),
            columns: columns.map(|(name, width)| Column { name: (*name).to_owned(), width }).collect(),
            rows,
            remarks: Vec::new(),
        }
    }
}

/// TT, district, population, installations, share, as the papers write them.
fn cells(row: &District, number: &str, lang: Lang) -> Vec<String> {
    let people = |people: Option<u64>| people.map_or(String::new(), |people| whole(people, lang));
    let share = row.share.map_or(String::new(), |share| decimal(share, 2, lang));
    vec![number.to_owned(), row.district.clone(), people(row.population), people(Some(row.installs)), share]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of people, never negative")]
fn as_people(number: f64) -> u64 {
    number.round() as u64
}

/// Words by which people head the columns.
const POPULATION: [&str; 2] = ["dân số", "population"];
const INSTALLS: [&str; 4] = ["cài", "install", "số lượng", "count"];
/// A line that adds up the others is not one of them.
const TOTALS: [&str; 7] = ["tổng", "tổng cộng", "tổng số", "cộng", "toàn tỉnh", "total", "sum"];
/// More people than there are.
const PEOPLE_MAX: f64 = 1e10;

/// Reads a table as districts send it: name, population, installations, or name and installations; with a header or
/// without; separated by comma, semicolon or tab; numbers such as `6306`, `7.904` and `"12,452"`. Lines that add up the
/// others are passed over.
///
/// # Errors
/// Every mistake, with line and column.
pub fn read_installs(source: &Source) -> Result<Vec<District>, Vec<Problem>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(::csv::Trim::All)
        .delimiter(delimiter(source.text()))
        .from_reader(source.text().as_bytes());
    let mut problems = Vec::new();
    let mut districts: Vec<(District, u64)> = Vec::new();
    let mut order = None;
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(1, ::csv::Position::line);
        let fields: Vec<&str> = record.iter().collect();
        if fields.iter().all(|field| field.is_empty()) || is_total(fields[0]) {
            continue;
        }
        if order.is_none() && fields.iter().all(|field| read_number(field).is_none()) {
            order = Some(Order::of_header(&fields));
            continue;
        }
        let order = *order.get_or_insert_with(|| Order::of_count(fields.len()));
        match order.district(&fields) {
            Ok(district) => match districts.iter().find(|(known, _)| known.district == district.district) {
                Some((_, other_line)) => {
                    let fault = Fault::DuplicateId { id: district.district, other_line: *other_line };
                    problems.push(source.problem_in(line, fields[0], fault));
                }
                None => districts.push((district, line)),
            },
            Err((field, fault)) => problems.push(source.problem_in(line, field, fault)),
        }
    }
    if problems.is_empty() { Ok(districts.into_iter().map(|(district, _)| district).collect()) } else { Err(problems) }
}

/// What separates the columns: what the first line has, in the order of certainty.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b';', b'\t'].into_iter().find(|mark| first.as_bytes().contains(mark)).unwrap_or(b',')
}

fn is_total(name: &str) -> bool {
    TOTALS.contains(&name.to_lowercase().trim_end_matches(':').trim())
}

/// Which column holds what.
#[derive(Clone, Copy, Debug)]
struct Order {
    columns: usize,
    population: Option<usize>,
    installs: usize,
}

impl Order {
    fn of_count(columns: usize) -> Self {
        let population = (columns > 2).then_some(1);
        Self { columns, population, installs: if columns > 2 { 2 } else { 1 } }
    }

    fn of_header(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let place = |words: &[&str]| names.iter().position(|name| words.iter().any(|word| name.contains(word)));
        let plain = Self::of_count(names.len());
        match (place(&POPULATION), place(&INSTALLS)) {
            (population, Some(installs)) => Self { population, installs, ..plain },
            (_, None) => plain,
        }
    }

    /// The district of a line, or the field that cannot be read and why.
    fn district<'a>(&self, fields: &[&'a str]) -> Result<District, (&'a str, Fault)> {
        if fields.len() != self.columns || fields.len() < 2 {
            let fault = Fault::FieldCount { found: fields.len(), wanted: self.columns.max(2) };
            return Err((fields[0], fault));
        }
        let number = |column: usize| {
            let text = fields[column];
            let people = read_number(text).filter(|number| *number <= PEOPLE_MAX).map(as_people);
            people.ok_or_else(|| (text, Fault::NotANumber { text: text.to_owned() }))
        };
        if fields[0].is_empty() {
            return Err(("", Fault::Blank { key: "district" }));
        }
        let population = self.population.filter(|column| !fields[*column].is_empty()).map(number).transpose()?;
        Ok(District::new(fields[0], population, number(self.installs)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<District>, Vec<String>> {
        let source = Source::new("cai-dat.csv", text.as_bytes().to_vec()).unwrap();
        let say = |problem: Problem| crate::words::Say::say(&problem, Lang::En).lines().next().unwrap().to_owned();
        read_installs(&source).map_err(|problems| problems.into_iter().map(say).collect())
    }

    #[test]
    fn numbers_as_districts_mix_them() {
        let text = "Huyện,Dân số,Số lượt cài đặt\nCư Jút,100.500,6306\nĐắk Mil,\"105,210\",7.904\n\
                    Đắk R'Lấp,96000,\"12,452\"\nTổng cộng,1,1\n";
        let districts = read(text).unwrap();
        let figures: Vec<_> = districts.iter().map(|row| (row.population.unwrap(), row.installs)).collect();
        assert_eq!(figures, [(100_500, 6_306), (105_210, 7_904), (96_000, 12_452)]);
        assert_eq!(districts[0].share, Some(6.27));
        let two = read("Văn Lãng;1.234\nĐình Lập;56\n").unwrap();
        assert_eq!((two[0].installs, two[1].installs, two[0].population), (1_234, 56, None));
        let swapped = read("district\tinstalls\tpopulation\nA\t10\t100\n").unwrap();
        assert_eq!((swapped[0].installs, swapped[0].population), (10, Some(100)));
    }

    #[test]
    fn what_cannot_be_read_has_its_line_and_column() {
        let mistakes = read("Huyện,Dân số,Cài đặt\nA,100,nhiều\nB,100\nA2,1,2\nA2,1,3\n,5,6\n").unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:#?}");
        assert!(mistakes[0].starts_with("cai-dat.csv:2:7: \"nhiều\" is no number"), "{mistakes:#?}");
        assert!(mistakes[1].starts_with("cai-dat.csv:3:1: "), "{mistakes:#?}");
        assert!(mistakes[2].starts_with("cai-dat.csv:5:1: "), "{mistakes:#?}");
    }

    #[test]
    fn the_figures_of_dak_nong() {
        assert_eq!(District::new("tỉnh", Some(622_443), 51_974).share, Some(8.35));
        assert_eq!(cells(&District::new("tỉnh", Some(622_443), 51_974), "1", Lang::Vi)[3..], ["51.974", "8,35"]);
    }
}
