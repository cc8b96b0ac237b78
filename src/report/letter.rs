//! The report as an administrative letter: the form of eight rows with what it rests on, ready to sign.
//!
//! After Decree 30/2020/NĐ-CP. What only the clerk knows, the number and the day, stays blank unless it is given.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Head, Reason};
use crate::report::{
    Align, Block, Closing, Document, Letterhead, Masthead, Orientation, Proof, Qr, ReportingTable, Row, Signature,
    Table, TableColumn, TableRow, pictures,
};
use crate::words::{Lang, Phrases, Say as _, day, decimal, method, papers, whole};

/// Everything a report says, and what it rests on.
#[derive(Clone, Debug)]
pub struct Report {
    pub table: ReportingTable,
    /// The letters that ordered what is reported on.
    pub directives: Vec<String>,
    /// When the station was off for long.
    pub outages: Vec<Outage>,
    pub proposals: String,
    /// Whether any of it was only simulated.
    pub is_simulated: bool,
    /// The last row of the log when the report was made, as it is printed.
    pub head: Head,
}

/// A time in which the program did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The last sign of life before it.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Why, as far as the log knows.
    pub reason: Option<Reason>,
}

/// Outages shorter than this are not worth a sentence of the report; the rows that they cost are counted all the same.
pub const OUTAGE_MIN: SignedDuration = SignedDuration::from_mins(30);

/// What the clerk writes on a letter, if he does not leave it for the pen.
#[derive(Clone, Debug, Default)]
pub struct ByHand {
    pub number: Option<String>,
    pub date: Option<Date>,
}

impl ByHand {
    /// The number, or room for it before the letterhead's symbol.
    pub(super) fn number(&self, letterhead: &Letterhead) -> String {
        self.number.clone().unwrap_or_else(|| format!("       /{}", letterhead.symbol))
    }
}

impl Report {
    /// The letter. Times are those of clocks in `zone`.
    #[must_use]
    pub fn letter(&self, letterhead: &Letterhead, by_hand: &ByHand, zone: &TimeZone, lang: Lang) -> Document {
        let (table, words) = (&self.table, Phrases::of(lang));
        let period = papers::period(table.from, table.to, table.round.as_deref(), lang);
        let mut subject = vec![words.report_subject.to_owned(), period];
        subject.extend(self.is_simulated.then(|| words.simulated.to_owned()));
        let mut blocks = vec![
            masthead(letterhead, Some(by_hand.number(letterhead)), by_hand.date, table.to, lang),
            Block::Title { kind: words.report.to_owned(), subject },
        ];
        if !letterhead.addressees.is_empty() {
            blocks.push(Block::Addressees { label: words.to.to_owned(), names: letterhead.addressees.clone() });
        }
        blocks.push(Block::Paragraph(papers::opening(&table.station, &self.directives, lang)));
        blocks.push(Block::Heading(words.results.to_owned()));
        blocks.push(Block::Table(form(table, lang)));
        blocks.push(Block::Heading(words.counting.to_owned()));
        blocks.push(Block::Paragraph(format!("{}.", table.note(lang).trim_end_matches('.'))));
        blocks.push(Block::Heading(words.short_days.to_owned()));
        blocks.extend(self.shortness(zone, lang));
        blocks.push(Block::Heading(words.proposals.to_owned()));
        blocks.extend(self.proposals(words));
        blocks.push(closing(letterhead, words));
        blocks.push(Block::Heading(words.annex.to_owned()));
        blocks.extend(pictures::bars(&table.days, lang));
        blocks.extend(pictures::heat_maps(&table.days, &table.items, lang));
        blocks.push(proof(&self.head, lang));
        Document {
            language: lang.tag(),
            title: format!("{} – {}", words.report, table.station),
            author: letterhead.issuer.clone(),
            orientation: Orientation::Portrait,
            blocks,
        }
    }

    /// The days below the minimum with their reasons, and the times the station was off.
    fn shortness(&self, zone: &TimeZone, lang: Lang) -> Vec<Block> {
        let words = Phrases::of(lang);
        let rows: Vec<TableRow> = self.table.short_days().map(|date| self.short_day(date, lang)).collect();
        let mut blocks = Vec::new();
        if rows.is_empty() {
            let text = if self.table.required == 0 { words.none_owed } else { words.all_met };
            blocks.push(Block::Paragraph(text.to_owned()));
        } else {
            let shares = [(14, Align::Centre), (14, Align::Right), (18, Align::Right), (54, Align::Left)];
            blocks.push(Block::Table(Table { columns: columns(&words.short_columns, &shares), rows }));
        }
        blocks.extend(self.outages.iter().map(|outage| Block::Paragraph(outage.sentence(zone, lang))));
        blocks
    }

    fn short_day(&self, date: Date, lang: Lang) -> TableRow {
        let figures = self.table.days.iter().find(|figures| figures.date == date);
        let number = |number: Option<u32>| number.map_or(String::new(), |number| whole(u64::from(number), lang));
        let (required, made) = (figures.map(|day| day.required), figures.map(|day| day.made));
        let reasons = self.table.reasons_on(date, lang);
        let reasons = reasons.iter().map(|(reason, items)| papers::items_short(*items, reason, lang));
        let reasons = reasons.collect::<Vec<_>>().join("; ");
        TableRow::Plain(vec![day(date, lang), number(required), number(made), reasons])
    }

    fn proposals(&self, words: &Phrases) -> Vec<Block> {
        let lines: Vec<String> = self
            .proposals
            .lines()
            .map(|line| line.trim().trim_start_matches(['-', '–', '+', '*', '•']).trim_start())
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        if lines.is_empty() {
            return vec![Block::Paragraph(words.empty_line.to_owned())];
        }
        vec![Block::List(lines)]
    }
}

impl Outage {
    /// That the station was off, from when to when, and why.
    #[must_use]
    pub fn sentence(&self, zone: &TimeZone, lang: Lang) -> String {
        let shown = |at: Timestamp| {
            let at = zone.to_datetime(at);
            format!("{} {}", at.strftime("%H:%M"), day(at.date(), lang))
        };
        let minutes = self.until.duration_since(self.from).as_mins().unsigned_abs();
        let reason = self.reason.map_or_else(|| Phrases::of(lang).nothing_logged.to_owned(), |reason| reason.say(lang));
        papers::outage(&shown(self.from), &shown(self.until), (minutes + 30) / 60, &reason, lang)
    }
}

/// The head of an administrative paper.
pub(super) fn masthead(
    letterhead: &Letterhead,
    number: Option<String>,
    date: Option<Date>,
    period_ends: Date,
    lang: Lang,
) -> Block {
    let words = Phrases::of(lang);
    Block::Masthead(Masthead {
        parent: letterhead.parent.clone(),
        issuer: letterhead.issuer.clone(),
        number: number.map_or(String::new(), |number| format!("{} {number}", words.number)),
        nation: words.nation.to_owned(),
        motto: words.motto.to_owned(),
        place_and_day: papers::place_and_day(&letterhead.place, date, period_ends.year(), lang),
    })
}

pub(super) fn closing(letterhead: &Letterhead, words: &Phrases) -> Block {
    let count = letterhead.recipients.len();
    let line = |(index, name): (usize, &String)| {
        let name = name.trim_end_matches([';', '.']);
        format!("- {name}{}", if index + 1 == count { "." } else { ";" })
    };
    Block::Closing(Closing {
        label: words.recipients.to_owned(),
        recipients: letterhead.recipients.iter().enumerate().map(line).collect(),
        signatures: vec![Signature {
            function: letterhead.function.clone(),
            hint: words.sign_hint.to_owned(),
            name: letterhead.signer.clone(),
        }],
    })
}

/// What the figures rest on.
pub(super) fn proof(head: &Head, lang: Lang) -> Block {
    let text = head.to_string();
    let qr = Qr::of(&text).expect("a head is far shorter than a code can hold");
    Block::Proof(Proof { lines: papers::proof(head.row, &text, lang), qr })
}

/// The eight rows of the form; the note of row 1 is said at length beneath.
fn form(table: &ReportingTable, lang: Lang) -> Table {
    let words = Phrases::of(lang);
    let number = |number: Option<f64>| number.map_or(String::new(), |number| decimal(number, 2, lang));
    let row = |row: &Row| {
        let note = if row.tt == 1 { words.row_one.to_owned() } else { row.note.clone() };
        TableRow::Plain(vec![
            row.tt.to_string(),
            method(row.tt, lang).to_owned(),
            number(row.count),
            number(row.ratio),
            note,
        ])
    };
    let shares = [(7, Align::Centre), (36, Align::Left), (14, Align::Right), (11, Align::Right), (32, Align::Left)];
    Table { columns: columns(&words.form_columns, &shares), rows: table.rows.iter().map(row).collect() }
}

pub(super) fn columns<const N: usize>(names: &[&str; N], shares: &[(u16, Align); N]) -> Vec<TableColumn> {
    let column = |(name, (share, align)): (&&str, &(u16, Align))| TableColumn {
        name: (*name).to_owned(),
        share: *share,
        align: *align,
    };
    names.iter().zip(shares).map(column).collect()
}
