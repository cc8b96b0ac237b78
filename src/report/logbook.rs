//! The logbook (*sổ nhật ký phát thanh*): one line an airing, sums for each session and day, room for two signatures.
//!
//! Nobody published the columns of the official book; these are the ones an inspector's questions need.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::airtime::{AcrossZones, Airing, Cell, HOUSE_ZONE, Head, SIMULATED};
use crate::report::letter::{columns, masthead, proof};
use crate::report::{
    Align, Block, ByHand, Closing, Column, Document, Field, Letterhead, Line, Orientation, Page, Period, Sheet,
    Signature, Table, TableRow, Workbook,
};
use crate::schedule::SlotKey;
use crate::time::{self, Frames, rfc3339};
use crate::words::{Lang, Phrases, Say as _, day, papers, weekday};

/// The column of the titles.
const CONTENT: usize = 3;

/// The airings of a period, in the order in which they were planned.
#[derive(Clone, Debug)]
pub struct Logbook {
    pub period: Period,
    pub airings: Vec<Airing>,
    /// What the sessions are called.
    pub titles: HashMap<SlotKey, String>,
    /// Share of a file that must have gone out to count as an airing.
    pub counts_from: f64,
    pub head: Head,
}

impl Logbook {
    /// The book as a paper, times as clocks in `zone` show them.
    #[must_use]
    pub fn document(&self, letterhead: &Letterhead, by_hand: &ByHand, zone: &TimeZone, lang: Lang) -> Document {
        let words = Phrases::of(lang);
        let period = papers::period(self.period.from, self.period.to, self.period.round.as_deref(), lang);
        let is_simulated = self.airings.iter().any(|airing| airing.device == SIMULATED);
        let mut subject = vec![period];
        subject.extend(is_simulated.then(|| words.simulated.to_owned()));
        let mut blocks = vec![
            // A book has no number of its own.
            masthead(letterhead, by_hand.number.clone(), by_hand.date, self.period.to, lang),
            Block::Title { kind: words.logbook.to_owned(), subject },
            Block::Table(self.table(zone, lang)),
        ];
        let signature = |function: &str| Signature {
            function: vec![function.to_owned()],
            hint: words.sign_hint.to_owned(),
            name: String::new(),
        };
        blocks.push(Block::Closing(Closing {
            label: String::new(),
            recipients: Vec::new(),
            signatures: vec![signature(words.written_by), signature(words.confirmed_by)],
        }));
        blocks.push(proof(&self.head, lang));
        Document {
            language: lang.tag(),
            title: words.logbook.to_owned(),
            author: letterhead.issuer.clone(),
            orientation: Orientation::Portrait,
            blocks,
        }
    }

    /// Day by day and session by session, with the sums.
    #[must_use]
    pub fn table(&self, zone: &TimeZone, lang: Lang) -> Table {
        let mut rows = Vec::new();
        for day_airings in self.airings.chunk_by(|a, b| a.slot.date == b.slot.date) {
            let date = day_airings[0].slot.date;
            let named = format!("{}, {}", weekday(date, lang), day(date, lang));
            rows.push(TableRow::Group(named.clone()));
            for session in day_airings.chunk_by(|a, b| a.slot == b.slot) {
                let title = self.title(&session[0].slot);
                rows.push(TableRow::Group(title.clone()));
                rows.extend(session.iter().zip(1..).map(|(airing, number)| line(airing, number, zone, lang)));
                rows.push(self.sum(&title, session, lang));
            }
            rows.push(self.sum(&day(date, lang), day_airings, lang));
        }
        let shares = [
            (7, Align::Centre),
            (14, Align::Centre),
            (10, Align::Right),
            (27, Align::Left),
            (14, Align::Left),
            (12, Align::Left),
            (16, Align::Left),
        ];
        Table { columns: columns(&Phrases::of(lang).logbook_columns, &shares), rows }
    }

    /// One line an airing, without sums: data.
    #[must_use]
    pub fn sheet(&self, zone: &TimeZone, lang: Lang) -> Sheet {
        let words = Phrases::of(lang);
        let of = |names: &[&str], width| names.iter().map(|name| Column { name: (*name).to_owned(), width }).collect();
        let mut columns: Vec<Column> = of(&words.logbook_day_columns, 18);
        columns.extend::<Vec<Column>>(of(&words.logbook_columns[1..], 20));
        let row = |airing: &Airing| {
            let mut cells = vec![Cell::Text(airing.slot.date.to_string()), Cell::Text(self.title(&airing.slot))];
            let TableRow::Plain(texts) = line(airing, 0, zone, lang) else { return cells };
            cells.extend(texts.into_iter().skip(1).map(|text| Cell::of(&text)));
            cells
        };
        Sheet {
            title: format!("{} {}", words.logbook, papers::period(self.period.from, self.period.to, None, lang)),
            columns,
            rows: self.airings.iter().map(row).collect(),
            remarks: Vec::new(),
        }
    }

    /// The book as a workbook: the lines and sums as they are printed.
    #[must_use]
    pub fn workbook(&self, zone: &TimeZone, lang: Lang) -> Workbook {
        let table = self.table(zone, lang);
        let (words, width) = (Phrases::of(lang), table.columns.len());
        let fields = |texts: Vec<String>| texts.iter().map(|text| Field::from(Cell::of(text))).collect();
        let line = |row: TableRow| match row {
            TableRow::Plain(texts) => Line::Plain(fields(texts)),
            TableRow::Sum(texts) => Line::Sum(fields(texts)),
            TableRow::Group(text) => {
                // Where there is room for it.
                let mut texts = vec![String::new(); width];
                texts[CONTENT] = text;
                Line::Sum(fields(texts))
            }
        };
        let columns = table.columns.iter();
        let mut page = Page::from(Sheet {
            title: format!("{} {}", words.logbook, papers::period(self.period.from, self.period.to, None, lang)),
            columns: columns.map(|column| Column { name: column.name.clone(), width: column.share + 4 }).collect(),
            rows: Vec::new(),
            remarks: vec![
                words.written_by.to_owned(),
                words.confirmed_by.to_owned(),
                papers::head(&self.head.to_string(), lang),
            ],
        });
        page.rows = table.rows.into_iter().map(line).collect();
        page.orientation = Orientation::Portrait;
        Workbook { title: page.title.clone(), pages: vec![page] }
    }

    /// One object an airing.
    #[must_use]
    pub fn json(&self, zone: &TimeZone) -> Value {
        let time = |at: Option<Timestamp>| at.map(|at| rfc3339(at, zone));
        let airing = |airing: &Airing| {
            json!({
                "date": airing.slot.date,
                "session": airing.slot.session,
                "session_title": self.title(&airing.slot),
                "planned_at": time(Some(airing.planned_at)),
                "aired_at": time(airing.aired_at),
                "aired_seconds": airing.aired.as_secs_rounded(),
                "kind": airing.kind.name(),
                "title": airing.title,
                "outcome": airing.outcome.name(),
                "reason": airing.reason,
                "counts": airing.counts(self.counts_from),
            })
        };
        json!({
            "from": self.period.from,
            "to": self.period.to,
            "airings": self.airings.iter().map(airing).collect::<Vec<_>>(),
            "head": self.head.to_string(),
        })
    }

    fn title(&self, slot: &SlotKey) -> String {
        self.titles.get(slot).cloned().unwrap_or_else(|| slot.session.clone())
    }

    fn sum(&self, what: &str, airings: &[Airing], lang: Lang) -> TableRow {
        let mut known = AcrossZones::default();
        let counted: Vec<&Airing> = airings
            .iter()
            .filter(|airing| airing.kind.informs() && airing.counts(self.counts_from))
            .filter(|airing| known.is_first(airing.planned_at, &airing.path))
            .collect();
        let aired: Frames = counted.iter().map(|airing| airing.aired).sum();
        let text = papers::logbook_sum(what, counted.len() as u64, lang);
        let blank = String::new;
        TableRow::Sum(vec![blank(), blank(), clock_length(aired), text, blank(), blank(), blank()])
    }
}

/// One airing: its time is that of the first frame, or the planned one in brackets.
fn line(airing: &Airing, number: usize, zone: &TimeZone, lang: Lang) -> TableRow {
    let clock = |at: Timestamp| time::clock(at, zone);
    let time = airing.aired_at.map_or_else(|| format!("({})", clock(airing.planned_at)), clock);
    let reason = airing.reason.map_or_else(String::new, |reason| reason.say(lang));
    let Airing { title, zone, .. } = airing;
    let title = if zone == HOUSE_ZONE { title.clone() } else { format!("{title} ({zone})") };
    TableRow::Plain(vec![
        number.to_string(),
        time,
        clock_length(airing.aired),
        title,
        airing.kind.say(lang),
        airing.outcome.say(lang),
        reason,
    ])
}

/// `1:02:05`, `2:05`: never longer than what was heard.
fn clock_length(length: Frames) -> String {
    let secs = length.whole_millis() / 1_000;
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes}:{secs:02}") }
}
