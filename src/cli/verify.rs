//! `loa log verify`: whether the log, or an exported file of it, is still what was written.

use std::path::Path;

use serde_json::json;

use crate::airtime::{Beginning, Break, Gap, Head, Presented, holds, verify};
use crate::cli::args::VerifyArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::documents::read_log_file;
use crate::equipment::folder::read_within;
use crate::say;
use crate::words::{Message, Say as _};

/// Ten years of a station of twelve zones.
const EXPORT_BYTES_MAX: u64 = 512 << 20;

/// What was looked at.
struct Look {
    rows: Vec<Presented>,
    beginning: Beginning,
    /// The first line that another program wrote.
    rewritten: Option<u64>,
    /// Rows that tell of rows that are lost, each with what is.
    gaps: Vec<(u64, Gap)>,
}

pub fn run(context: &Context, args: &VerifyArgs) -> Outcome {
    let head = args
        .head
        .as_deref()
        .map(|text| Head::read(text).ok_or_else(|| Failure::usage(Message::NotAHead { text: text.to_owned() })));
    let head = head.transpose()?;
    let (name, look) = match &args.file {
        Some(file) => (file.display().to_string(), of_file(file)?),
        None => (context.home.database().display().to_string(), of_station(context)?),
    };
    let gaps = look.as_ref().map(|look| look.gaps.clone()).unwrap_or_default();
    let found = look.and_then(|look| check(&look, head.as_ref()));
    tell(context, &name, &found, &gaps)?;
    if found.is_ok() && gaps.is_empty() { Ok(()) } else { Err(Failure::told()) }
}

fn of_station(context: &Context) -> Result<Result<Look, Break>, Failure> {
    context.need_home()?;
    let Some(store) = context.existing_store()? else {
        return Ok(Ok(Look { rows: Vec::new(), beginning: Beginning::First, rewritten: None, gaps: Vec::new() }));
    };
    let rows = store.presented().map_err(|fault| store_failure(&fault))?;
    // A row that cannot be read is the first thing to be named.
    let gaps = store.gaps().unwrap_or_default();
    Ok(rows.map(|rows| Look { rows, beginning: Beginning::First, rewritten: None, gaps }))
}

fn of_file(file: &Path) -> Result<Result<Look, Break>, Failure> {
    let name = file.display().to_string();
    let bytes = read_within(file, EXPORT_BYTES_MAX)
        .map_err(|error| Failure::world(Message::CannotRead { file: name.clone(), detail: error.to_string() }))?;
    if bytes.starts_with(b"PK") {
        return Err(Failure::usage(Message::NotToBeVerified { file: name }));
    }
    Ok(read_log_file(&bytes).map(|file| Look {
        rows: file.rows,
        beginning: Beginning::Anywhere,
        rewritten: file.rewritten,
        gaps: Vec::new(),
    }))
}

fn check(look: &Look, head: Option<&Head>) -> Result<(usize, Option<Head>), Break> {
    let last = verify(&look.rows, look.beginning)?;
    head.map_or(Ok(()), |head| holds(&look.rows, head))?;
    look.rewritten.map_or(Ok(()), |line| Err(Break::Rewritten { line }))?;
    Ok((look.rows.len(), last))
}

fn tell(context: &Context, name: &str, found: &Result<(usize, Option<Head>), Break>, gaps: &[(u64, Gap)]) -> Outcome {
    if context.json {
        let (rows, head) = found.as_ref().map_or((None, None), |(rows, head)| (Some(rows), head.as_ref()));
        return output::print_json(
            context,
            &json!({
                "log": name,
                "whole": found.is_ok() && gaps.is_empty(),
                "rows": rows,
                "head": head.map(|head| json!({ "row": head.row, "hash": head.hash.as_str() })),
                "gaps": gaps.iter().map(|(row, gap)| {
                    json!({ "row": row, "lost": gap.lost.to_string(), "message": gap.lost.say(context.lang()) })
                }).collect::<Vec<_>>(),
                "break": found.as_ref().err().map(|what| {
                    json!({ "kind": what.kind(), "place": what.place(), "message": what.say(context.lang()) })
                }),
            }),
        );
    }
    let text = match found {
        Ok((rows, head)) => {
            let head = head.as_ref().map(ToString::to_string);
            context.say(&Message::LogWhole { name: name.to_owned(), rows: *rows, head })
        }
        Err(what) => format!("{name}: {}", what.say(context.lang())),
    };
    let gaps = gaps.iter().map(|(row, gap)| {
        let lost = gap.lost.say(context.lang());
        say!(context.lang(), "dòng {row}: {lost}", "row {row}: {lost}")
    });
    let lines: Vec<String> = std::iter::once(text).chain(gaps).collect();
    output::print(context, &format!("{}\n", lines.join("\n")))
}
