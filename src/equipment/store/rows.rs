//! Rows of the log as the database holds them: what is read must be what this program writes.

use jiff::SignedDuration;
use jiff::civil::Date;
use rusqlite::Row as Record;
use rusqlite::types::ValueRef;

use crate::airtime::{
    Airing, Boot, ClockSet, ClockState, Correction, Counted, Entry, EntryHash, Evidence, Fact, Gap, Lost, Noted,
    Outcome, Reason, Row, Start,
};
use crate::equipment::store::{instant, unknown_word};
use crate::library::{CartPath, Kind};
use crate::schedule::SlotKey;
use crate::time::Frames;

/// The columns of a row, in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "row_id, station, date, session, planned_at, predicted_at, aired_at, ended_at, aired, duration, \
     kind, path, title, language, directive, level, zone, outcome, reason, content_hash, decilufs, device, clock, \
     noted_at, corrects, by, note, previous_hash, entry_hash, peak_decibels, silent, confirmed, boot, uptime";

/// What is counted of a record of `date, session, kind, path, outcome, reason, aired, duration, row_id, zone,
/// planned_at`.
pub(super) fn counted<'a>(row: &'a Record<'_>) -> rusqlite::Result<Counted<'a>> {
    let date = row.get_ref(0)?.as_str()?;
    Ok(Counted {
        date: date.parse().map_err(|_| unknown_word(0, date))?,
        session: row.get_ref(1)?.as_str()?,
        kind: word(row, 2, Kind::named)?,
        path: row.get_ref(3)?.as_str()?,
        outcome: word(row, 4, Outcome::named)?,
        reason: reason(row, 5)?,
        aired: Frames::from_millis(row.get(6)?),
        duration: Frames::from_millis(row.get(7)?),
        zone: row.get_ref(9)?.as_str()?,
        planned_at: instant(row.get(10)?),
    })
}

/// A row out of a record of [`COLUMNS`].
pub(super) fn read(record: &Record<'_>) -> rusqlite::Result<Row> {
    let date: &str = record.get_ref(2)?.as_str()?;
    let date: Date = date.parse().map_err(|_| unknown_word(2, date))?;
    let kind = record.get_ref(10)?.as_str()?;
    let fact = match kind {
        "start" if !says_nothing_of_an_item(record)? || !are_empty(record, &[25])? => {
            return Err(unknown_word(10, kind));
        }
        "stop" if !says_nothing_at_all(record)? => return Err(unknown_word(10, kind)),
        "clock" if !says_only_who_set_it(record)? => return Err(unknown_word(10, kind)),
        "gap" if !says_nothing_of_an_item(record)? || !are_empty(record, &[18, 25])? => {
            return Err(unknown_word(10, kind));
        }
        "start" => Fact::Start(Start {
            date,
            last_alive: record.get::<_, Option<i64>>(7)?.map(instant),
            reason: reason(record, 18)?,
            program: record.get(26)?,
        }),
        "stop" => Fact::Stop { date },
        "clock" => Fact::ClockSet(ClockSet { date, from: instant(record.get(7)?), by: record.get(25)? }),
        "gap" => {
            let note = record.get_ref(26)?.as_str()?;
            let lost = Lost::read(note).ok_or_else(|| unknown_word(26, note))?;
            Fact::Gap(Gap { date, since: record.get::<_, Option<i64>>(7)?.map(instant), lost })
        }
        _ => about_an_airing(record, date, kind)?,
    };
    let entry = Entry {
        station: record.get(1)?,
        noted: Noted { at: instant(record.get(23)?), boot: boot(record)? },
        clock: word(record, 22, ClockState::named)?,
        fact,
    };
    let (previous, hash) = (EntryHash::stored(record.get(27)?), EntryHash::stored(record.get(28)?));
    Ok(Row { id: record.get(0)?, entry, previous, hash })
}

fn about_an_airing(record: &Record<'_>, date: Date, kind: &str) -> rusqlite::Result<Fact> {
    let path: String = record.get(11)?;
    let mut airing = Airing {
        slot: SlotKey { date, session: record.get(3)? },
        planned_at: instant(record.get(4)?),
        predicted_at: instant(record.get(5)?),
        aired_at: record.get::<_, Option<i64>>(6)?.map(instant),
        ended_at: record.get::<_, Option<i64>>(7)?.map(instant),
        aired: Frames::from_millis(record.get(8)?),
        duration: Frames::from_millis(record.get(9)?),
        // Of a correction, where the column says that it is one.
        kind: Kind::named(kind).unwrap_or_else(|| CartPath::new(&path).map_or(Kind::Bulletin, |path| path.kind())),
        path,
        title: record.get(12)?,
        language: record.get(13)?,
        directive: record.get(14)?,
        level: record.get(15)?,
        zone: record.get(16)?,
        outcome: word(record, 17, Outcome::named)?,
        reason: reason(record, 18)?,
        content_hash: record.get(19)?,
        decilufs: record.get(20)?,
        device: record.get(21)?,
        note: record.get(26)?,
        evidence: Evidence {
            peak_decibels: record.get(29)?,
            silent: record.get::<_, Option<u64>>(30)?.map(Frames::from_millis),
            confirmed: record.get::<_, Option<u64>>(31)?.map(Frames::from_millis),
        },
    };
    match record.get(24)? {
        None if Kind::named(kind).is_some() && are_empty(record, &[25])? => Ok(Fact::Airing(airing)),
        Some(corrects) if kind == "correction" => {
            let note = std::mem::take(&mut airing.note);
            Ok(Fact::Correction(Correction { corrects, by: record.get(25)?, note, date, airing }))
        }
        _ => Err(unknown_word(10, kind)),
    }
}

/// Whether a start, a stop or a gap leaves all columns empty that are about items, as this program writes it.
fn says_nothing_of_an_item(record: &Record<'_>) -> rusqlite::Result<bool> {
    let no_numbers = [4, 5, 6, 8, 9, 20, 24, 29, 30, 31]
        .iter()
        .try_fold(true, |none, column| Ok::<_, rusqlite::Error>(none && record.get_ref(*column)? == ValueRef::Null))?;
    Ok(no_numbers && are_empty(record, &[3, 11, 12, 13, 14, 15, 16, 17, 19, 21])?)
}

/// Whether a row about the clock leaves empty what it does not say.
fn says_only_who_set_it(record: &Record<'_>) -> rusqlite::Result<bool> {
    let by_the_clock = record.get_ref(18)?.as_str()? == Reason::Clock.name();
    Ok(by_the_clock && are_empty(record, &[26])? && says_nothing_of_an_item(record)?)
}

fn boot(record: &Record<'_>) -> rusqlite::Result<Option<Boot>> {
    let (id, uptime): (Option<String>, Option<i64>) = (record.get(32)?, record.get(33)?);
    Ok(id.zip(uptime).map(|(id, millis)| Boot { id, uptime: SignedDuration::from_millis(millis) }))
}

/// Whether a stop leaves empty what a start says as well.
fn says_nothing_at_all(record: &Record<'_>) -> rusqlite::Result<bool> {
    let no_time = record.get_ref(7)? == ValueRef::Null;
    Ok(no_time && are_empty(record, &[18, 25, 26])? && says_nothing_of_an_item(record)?)
}

fn are_empty(record: &Record<'_>, columns: &[usize]) -> rusqlite::Result<bool> {
    columns.iter().try_fold(true, |empty, column| Ok(empty && record.get_ref(*column)?.as_str()?.is_empty()))
}

fn reason(record: &Record<'_>, column: usize) -> rusqlite::Result<Option<Reason>> {
    let name = record.get_ref(column)?.as_str()?;
    if name.is_empty() { Ok(None) } else { word(record, column, Reason::named).map(Some) }
}

fn word<T>(record: &Record<'_>, column: usize, named: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let name = record.get_ref(column)?.as_str()?;
    named(name).ok_or_else(|| unknown_word(column, name))
}
