//! `loa log correct`: a word on an earlier row of the log. The row itself stays as it is.

use crate::airtime::{Correction, Entry, Fact, Reason};
use crate::cli::args::CorrectArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome};
use crate::equipment::clock::{Clock as _, SystemClock};
use crate::time::{Frames, parse_length};
use crate::words::Message;

pub fn run(context: &Context, args: &CorrectArgs) -> Outcome {
    let papers = context.papers_quietly()?;
    let no_such = || Failure::usage(Message::NoSuchRow { row: args.row });
    let mut store = context.existing_store()?.ok_or_else(no_such)?;
    let row = store.row(args.row).map_err(|fault| store_failure(&fault))?.ok_or_else(no_such)?;
    let Fact::Airing(airing) = &row.entry.fact else {
        return Err(Failure::usage(Message::NotAnAiring { row: args.row }));
    };
    let heard = heard(args)?.unwrap_or(airing.aired);
    let reason = reason(args)?;
    if heard < airing.aired && reason.is_none() {
        return Err(Failure::usage(Message::CorrectionWithoutReason { known: reasons() }));
    }
    let counts_from = papers.config.counts_from;
    let correction = Correction::of((row.id, airing), heard, reason, counts_from, &args.by, &args.why);
    let correction = correction.ok_or_else(|| {
        let (heard, aired) = (heard.to_string(), airing.aired.to_string());
        Failure::usage(Message::MoreThanHeard { row: args.row, heard, aired })
    })?;
    let entry = Entry {
        station: papers.config.name.clone(),
        noted_at: context.now(),
        clock: SystemClock.state(),
        fact: Fact::Correction(correction),
    };
    let number = store.note(&entry).map_err(|fault| store_failure(&fault))?;
    context.tell(&Message::Corrected { row: args.row, by_row: number });
    Ok(())
}

fn heard(args: &CorrectArgs) -> Result<Option<Frames>, Failure> {
    let Some(text) = &args.heard else { return Ok(None) };
    if text.trim() == "0" {
        return Ok(Some(Frames::ZERO));
    }
    parse_length(text).map(Some).map_err(|_| Failure::usage(Message::NotALength { text: text.clone() }))
}

fn reason(args: &CorrectArgs) -> Result<Option<Reason>, Failure> {
    let unknown = |name: &String| Failure::usage(Message::NoSuchReason { name: name.clone(), known: reasons() });
    args.reason.as_ref().map(|name| Reason::named(name).ok_or_else(|| unknown(name))).transpose()
}

fn reasons() -> String {
    Reason::ALL.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", ")
}
