//! `loa report set` and `loa report entries`: what no log can know, typed in and kept with its history.

use std::path::Path;

use serde_json::json;

use crate::cli::args::{EntriesArgs, SetArgs};
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::folder::read_within;
use crate::report::{Cell, Column, Entry, Sheet, Subject, read_installs};
use crate::station::home::FILE_BYTES_MAX;
use crate::time::rfc3339;
use crate::words::{Message, Say as _, decimal, read_number, read_percent, word};
use crate::written::{Problem, Source};

/// Keeps what was typed.
pub fn set(context: &Context, set: &SetArgs) -> Outcome {
    context.papers_quietly()?;
    let mut store = context.store()?;
    let entries = match &set.csv {
        Some(file) => from_csv(context, set, file)?,
        None => vec![typed(context, set)?],
    };
    let entries = store.enter(&entries, set.clear).map_err(|fault| store_failure(&fault))?;
    for entry in &entries {
        if entry.ratio.is_some_and(|ratio| ratio > 100.0) || is_crowded(entry) {
            context.tell(&Message::MoreThanAll { subject: context.say(&entry.subject) });
        }
    }
    context.tell(&match &entries[..] {
        [entry] => Message::EntryKept { subject: context.say(&entry.subject) },
        entries => Message::InstallsKept { districts: entries.len() },
    });
    Ok(())
}

/// More installations than people.
fn is_crowded(entry: &Entry) -> bool {
    entry.count.zip(entry.population).is_some_and(|(count, people)| count > people)
}

fn typed(context: &Context, set: &SetArgs) -> Result<Entry, Failure> {
    let blank = blank(context, set)?;
    for (option, given) in [("count", &set.count), ("ratio", &set.ratio), ("population", &set.population)] {
        if given.is_some() && !blank.subject.takes(option) {
            let subject = context.say(&blank.subject);
            return Err(Failure::usage(Message::NotPartOfEntry { subject, option }));
        }
    }
    let entry = Entry {
        count: number(set.count.as_deref(), read_number)?,
        ratio: number(set.ratio.as_deref(), read_percent)?,
        population: number(set.population.as_deref(), read_number)?,
        note: set.note.as_deref().map(printable).unwrap_or_default(),
        ..blank
    };
    let says_nothing =
        entry.count.is_none() && entry.ratio.is_none() && entry.population.is_none() && entry.note.is_empty();
    if says_nothing && !set.clear {
        return Err(Failure::usage(Message::EntrySaysNothing));
    }
    Ok(entry)
}

/// An entry about the subject that says nothing yet.
fn blank(context: &Context, set: &SetArgs) -> Result<Entry, Failure> {
    let district = set.district.as_deref().unwrap_or_default().trim();
    let subject = Subject::named(&set.subject, district);
    let subject = subject.ok_or_else(|| Failure::usage(Message::NoSuchEntry { name: set.subject.clone() }))?;
    let wants_district = matches!(subject, Subject::Installs { .. }) && set.csv.is_none();
    if wants_district && district.is_empty() {
        return Err(Failure::usage(Message::WhichDistrict));
    }
    Ok(Entry {
        subject,
        round: set.round.as_deref().map(str::trim).filter(|round| !round.is_empty()).map(str::to_owned),
        count: None,
        ratio: None,
        population: None,
        note: String::new(),
        by: set.by.clone().unwrap_or_else(login_name),
        at: context.now(),
    })
}

/// Who is logged in, as far as the system tells.
fn login_name() -> String {
    let named = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

fn number(text: Option<&str>, read: fn(&str) -> Option<f64>) -> Result<Option<f64>, Failure> {
    let number = |text: &str| read(text).filter(|number| *number < 1e15);
    let read = |text: &str| number(text).ok_or_else(|| Failure::usage(Message::NotANumber { text: text.to_owned() }));
    text.map(read).transpose()
}

/// A text without what would speak to a terminal; line breaks stay.
fn printable(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

fn from_csv(context: &Context, set: &SetArgs, file: &Path) -> Result<Vec<Entry>, Failure> {
    let name = file.display().to_string();
    if set.subject != "installs" {
        return Err(Failure::usage(Message::CsvIsForInstalls));
    }
    let bytes = read_within(file, FILE_BYTES_MAX)
        .map_err(|error| Failure::world(Message::CannotRead { file: name.clone(), detail: error.to_string() }))?;
    let told = |problems: Vec<Problem>| {
        for problem in &problems {
            eprintln!("{}", context.say(problem));
        }
        Failure::told()
    };
    let source = Source::new(&name, bytes).map_err(|problem| told(vec![problem]))?;
    let districts = read_installs(&source).map_err(told)?;
    let blank = blank(context, set)?;
    #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^52")]
    let entry = |row: crate::report::District| Entry {
        subject: Subject::Installs { district: row.district },
        count: Some(row.installs as f64),
        population: row.population.map(|people| people as f64),
        note: set.note.as_deref().map(printable).unwrap_or_default(),
        ..blank.clone()
    };
    Ok(districts.into_iter().map(entry).collect())
}

/// Shows the history.
pub fn list(context: &Context, args: &EntriesArgs) -> Outcome {
    let papers = context.papers_quietly()?;
    let store = context.existing_store()?;
    let entries = store.map_or_else(|| Ok(Vec::new()), |store| store.entries());
    let mut entries = entries.map_err(|fault| store_failure(&fault))?;
    entries.retain(|entry| args.round.is_none() || entry.round == args.round);
    let (zone, lang) = (&papers.config.timezone, context.lang());
    if context.json {
        let entry = |entry: &Entry| {
            json!({
                "at": rfc3339(entry.at, zone), "by": entry.by, "subject": entry.subject.to_string(),
                "district": entry.subject.district(), "round": entry.round, "count": entry.count,
                "ratio": entry.ratio, "population": entry.population, "note": entry.note,
            })
        };
        return output::print_json(context, &entries.iter().map(entry).collect::<Vec<_>>());
    }
    let number = |number: Option<f64>| Cell::of(&number.map_or(String::new(), |number| decimal(number, 2, lang)));
    let row = |entry: &Entry| {
        let at = zone.to_datetime(entry.at).strftime("%Y-%m-%d %H:%M").to_string();
        vec![
            Cell::Text(at),
            Cell::of(&entry.by),
            Cell::Text(entry.subject.say(lang)),
            Cell::of(entry.round.as_deref().unwrap_or_default()),
            number(entry.count),
            number(entry.ratio),
            number(entry.population),
            Cell::of(&entry.note),
        ]
    };
    let names = [
        ("Lúc", "At"),
        ("Người nhập", "By"),
        ("Mục", "About"),
        ("Đợt", "Round"),
        ("Số lượng", "Count"),
        ("Tỷ lệ %", "Ratio %"),
        ("Dân số", "Population"),
        ("Ghi chú", "Note"),
    ];
    let columns = names.iter().map(|(vi, en)| Column { name: word(lang, vi, en).to_owned(), width: 16 }).collect();
    let rows = entries.iter().map(row).collect();
    output::print_sheet(context, &Sheet { title: String::new(), columns, rows, remarks: Vec::new() })
}
