//! `loa log audio`: the sound that aired, out of the archive, for who asks what was heard.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::airtime::Airing;
use crate::cli::args::AudioArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::store::Store;
use crate::library::ContentHash;
use crate::station::archive;
use crate::time::rfc3339;
use crate::words::{Message, Recall};

pub fn run(context: &Context, args: &AudioArgs) -> Outcome {
    context.need_home()?;
    let papers = context.papers_or_defaults();
    let zone = &papers.config.timezone;
    let store = context.existing_store()?.ok_or_else(|| not_so(Recall::NothingThen))?;
    let (row, airing) = match (args.row, args.at) {
        (Some(row), _) => (row, of_row(&store, row)?),
        (None, Some(at)) => at_instant(&store, at, zone)?,
        (None, None) => return Err(Failure::usage(Message::Recall(Recall::WhichOne))),
    };
    let Some(aired_at) = airing.aired_at else { return Err(not_so(Recall::NeverAired { row })) };
    let hash = ContentHash::new(&airing.content_hash).ok_or_else(|| not_so(Recall::Relay { row }))?;
    let found = archive::find(&context.home, &airing.path, &hash).ok_or_else(|| not_so(Recall::NotKept { row }))?;
    let file = args.output.clone().unwrap_or_else(|| PathBuf::from(name(&airing, aired_at, zone)));
    copy(&found, &file).map_err(|error| context.cannot_write(&file, &error))?;
    if context.json {
        return output::print_json(
            context,
            &json!({
                "row": row,
                "file": file,
                "content_hash": airing.content_hash,
                "path": airing.path,
                "title": airing.title,
                "aired_at": rfc3339(aired_at, zone),
                "aired_seconds": airing.aired.as_secs_rounded(),
                "duration_seconds": airing.duration.as_secs_rounded(),
            }),
        );
    }
    context.tell(&Message::Recall(Recall::Made {
        file: file.display().to_string(),
        row,
        title: airing.title.clone(),
        aired: airing.aired,
        length: airing.duration,
    }));
    Ok(())
}

fn not_so(recall: Recall) -> Failure {
    Failure::not_so(Message::Recall(recall))
}

fn of_row(store: &Store, row: u64) -> Result<Airing, Failure> {
    let found = store.row(row).map_err(|fault| store_failure(&fault))?;
    let found = found.ok_or_else(|| Failure::usage(Message::NoSuchRow { row }))?;
    found.entry.fact.airing().cloned().ok_or_else(|| Failure::usage(Message::Recall(Recall::NoItem { row })))
}

/// What was on at an instant; several zones that aired the same are one.
fn at_instant(store: &Store, at: DateTime, zone: &TimeZone) -> Result<(u64, Airing), Failure> {
    let instant = zone.to_timestamp(at).map_err(|_| not_so(Recall::NothingThen))?;
    // A session that began before midnight has the rows of its day.
    let from = at.date().yesterday().unwrap_or(at.date());
    let rows = store.log(Some(from), Some(at.date())).map_err(|fault| store_failure(&fault))?;
    let was_on = |airing: &Airing| {
        airing.aired_at.is_some_and(|began| began <= instant) && airing.ended_at.is_some_and(|ended| instant < ended)
    };
    let mut on: Vec<(u64, Airing)> = Vec::new();
    for row in rows {
        if let crate::airtime::Fact::Airing(airing) = row.entry.fact
            && was_on(&airing)
            && !on.iter().any(|(_, other)| other.path == airing.path && other.content_hash == airing.content_hash)
        {
            on.push((row.id, airing));
        }
    }
    match on.len() {
        0 => Err(not_so(Recall::NothingThen)),
        1 => Ok(on.remove(0)),
        _ => {
            let rows = on.iter().map(|(row, airing)| format!("{row} ({}: {})", airing.zone, airing.title));
            Err(Failure::usage(Message::Recall(Recall::Several { rows: rows.collect::<Vec<_>>().join(", ") })))
        }
    }
}

/// `2020-08-03-051000-05-bluetooth.mp3`.
fn name(airing: &Airing, aired_at: Timestamp, zone: &TimeZone) -> String {
    let file = airing.path.rsplit('/').next().unwrap_or_default();
    format!("{}-{file}", zone.to_datetime(aired_at).strftime("%Y-%m-%d-%H%M%S"))
}

/// Over nothing that is there already.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(to)?;
    let copied = File::open(from).and_then(|mut sound| io::copy(&mut sound, &mut file)).and_then(|_| file.sync_all());
    copied.inspect_err(|_| drop(fs::remove_file(to)))
}
