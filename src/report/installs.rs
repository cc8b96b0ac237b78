//! Installations of the application per district (letters of Lạng Sơn and Đắk Nông, 2020): count and share of people.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

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

/// Words by which people head the columns; a column that none of them fits is passed over.
const NUMBER_HEADS: [&str; 4] = ["tt", "stt", "no", "số tt"];
const DISTRICT_HEADS: [&str; 8] = ["huyện", "xã", "phường", "thành phố", "địa phương", "đơn vị", "district", "commune"];
const POPULATION_HEADS: [&str; 4] = ["dân số", "số dân", "population", "people"];
const INSTALLS_HEADS: [&str; 5] = ["cài", "install", "lượt", "số lượng", "count"];
/// A line that adds up the others is not one of them.
const TOTALS: [&str; 7] = ["tổng", "tổng cộng", "tổng số", "cộng", "toàn tỉnh", "total", "sum"];
/// More people than there are.
const PEOPLE_MAX: f64 = 1e10;

/// A name as it is compared and kept: composed (NFC), each gap one blank.
#[must_use]
pub fn plain_name(written: &str) -> String {
    written.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a table as districts send it: name, population, installations, or name and installations; with a header or
/// without, with columns of numbers in front or not; separated by comma, semicolon or tab; numbers such as `6306`,
/// `7.904` and `"12,452"`. Lines that add up the others are passed over.
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
    let mut order: Option<Order> = None;
    for record in reader.records().flatten() {
        let line = record.position().map_or(1, ::csv::Position::line);
        let fields: Vec<&str> = record.iter().collect();
        if fields.iter().all(|field| field.is_empty()) || fields.iter().any(|field| is_total(field)) {
            continue;
        }
        if order.is_none()
            && let Some(header) = Order::of_header(&fields)
        {
            order = Some(header);
            continue;
        }
        let order = order.get_or_insert_with(|| Order::of_count(fields.len()));
        let found = order.district(&fields).and_then(|district| alone(district, &districts, fields[order.district]));
        match found {
            Ok(district) => districts.push((district, line)),
            Err((field, fault)) => problems.push(source.problem_in(line, field, fault)),
        }
    }
    if districts.is_empty() && problems.is_empty() {
        problems.push(Problem::whole(&source.file, Fault::Empty));
    }
    if problems.is_empty() { Ok(districts.into_iter().map(|(district, _)| district).collect()) } else { Err(problems) }
}

/// The district, if no line before it is about the same one.
fn alone<'a>(district: District, before: &[(District, u64)], field: &'a str) -> Result<District, (&'a str, Fault)> {
    let key = |name: &str| name.to_lowercase();
    match before.iter().find(|(known, _)| key(&known.district) == key(&district.district)) {
        Some((_, line)) => Err((field, Fault::DuplicateName { name: district.district, other_line: *line })),
        None => Ok(district),
    }
}

/// What separates the columns: what the first line has, in the order of certainty.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b';', b'\t'].into_iter().find(|mark| first.as_bytes().contains(mark)).unwrap_or(b',')
}

fn is_total(field: &str) -> bool {
    let label = plain_name(field).to_lowercase();
    TOTALS.contains(&label.trim_start_matches(['*', '-']).trim_end_matches(':').trim())
}

/// Which column holds what.
#[derive(Clone, Copy, Debug)]
struct Order {
    columns: usize,
    district: usize,
    population: Option<usize>,
    installs: usize,
}

impl Order {
    /// Without a header: district, population, installations, or district and installations.
    fn of_count(columns: usize) -> Self {
        let (population, installs) = if columns > 2 { (Some(1), 2) } else { (None, 1) };
        Self { columns: columns.clamp(2, 3), district: 0, population, installs }
    }

    /// None for a line that is no header: none of its words is one of a header, or a number stands in it.
    fn of_header(names: &[&str]) -> Option<Self> {
        let names: Vec<String> = names.iter().map(|name| plain_name(name).to_lowercase()).collect();
        if names.iter().any(|name| read_number(name).is_some()) {
            return None;
        }
        let mut taken: Vec<usize> =
            (0..names.len()).filter(|nth| NUMBER_HEADS.contains(&names[*nth].as_str())).collect();
        let mut take = |words: &[&str]| {
            let fits = |nth: &usize| !taken.contains(nth) && words.iter().any(|word| names[*nth].contains(word));
            let place = (0..names.len()).find(fits)?;
            taken.push(place);
            Some(place)
        };
        // "Số lượng dân số" is about people: the plainest words are looked for first.
        let population = take(&POPULATION_HEADS);
        let installs = take(&INSTALLS_HEADS)?;
        let district = take(&DISTRICT_HEADS).or_else(|| (0..names.len()).find(|nth| !taken.contains(nth)))?;
        Some(Self { columns: names.len(), district, population, installs })
    }

    /// The district of a line, or the field that cannot be read and why.
    fn district<'a>(&self, fields: &[&'a str]) -> Result<District, (&'a str, Fault)> {
        if fields.len() != self.columns {
            return Err((fields[0], Fault::FieldCount { found: fields.len(), wanted: self.columns }));
        }
        let number = |column: usize| {
            let text = fields[column];
            let people = read_number(text).filter(|number| *number <= PEOPLE_MAX && number.fract() == 0.0);
            people.map(as_people).ok_or_else(|| (text, Fault::NotANumber { text: text.to_owned() }))
        };
        let name = plain_name(fields[self.district]);
        if name.is_empty() || read_number(&name).is_some() || fields[self.district].contains('\n') {
            return Err((fields[self.district], Fault::NotAName { text: name }));
        }
        let population = self.population.filter(|column| !fields[*column].is_empty()).map(number).transpose()?;
        let installs = number(self.installs)?;
        if population.is_some_and(|people| people < installs) {
            return Err((fields[self.installs], Fault::MoreThanPeople { text: fields[self.installs].to_owned() }));
        }
        Ok(District::new(&name, population, installs))
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
        let numbered =
            read("STT;Huyện;Số dân;Số lượng cài đặt\n1;Cao Lộc;79.000;6306\n;Tổng cộng;79.000;6306\n").unwrap();
        assert_eq!((numbered[0].district.as_str(), numbered[0].installs), ("Cao Lộc", 6_306));
        assert_eq!(numbered.len(), 1);
        let alike = read("Cộng Hòa,79000,6306\nTổng Đà,79000,1\n").unwrap();
        assert_eq!(alike.len(), 2, "names that begin like a sum");
        let two = read("Văn Lãng;1.234\nĐình Lập;56\n").unwrap();
        assert_eq!((two[0].installs, two[1].installs, two[0].population), (1_234, 56, None));
        let swapped = read("district\tinstalls\tpopulation\nA\t10\t100\n").unwrap();
        assert_eq!((swapped[0].installs, swapped[0].population), (10, Some(100)));
    }

    #[test]
    fn what_cannot_be_read_has_its_line_and_column() {
        let mistakes = read("Huyện,Dân số,Cài đặt\nA,100,nhiều\nB,100\nA2,5,2\na2,5,3\n,7,6\nB3,12,452\n").unwrap_err();
        assert_eq!(mistakes.len(), 5, "{mistakes:#?}");
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
