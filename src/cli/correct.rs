//! `loa log correct`: a word on an earlier row of the log. The row itself stays as it is.

use crate::airtime::{Correction, Entry, Fact, Noted, Outcome, Reason};
use crate::cli;
use crate::cli::Failure;
use crate::cli::args::CorrectArgs;
use crate::cli::context::{Context, store_failure};
use crate::equipment::clock::SystemClock;
use crate::time::{Frames, parse_length};
use crate::words::{Message, read_number};

pub fn run(context: &Context, args: &CorrectArgs) -> cli::Outcome {
    let papers = context.papers_quietly()?;
    let no_such = || Failure::usage(Message::NoSuchRow { row: args.row });
    let mut store = context.existing_store()?.ok_or_else(no_such)?;
    let row = store.row(args.row).map_err(|fault| store_failure(&fault))?.ok_or_else(no_such)?;
    let Fact::Airing(airing) = &row.entry.fact else {
        return Err(Failure::usage(Message::NotAnAiring { row: args.row }));
    };
    for (option, text) in [("--by", &args.by), ("--why", &args.why)] {
        if text.trim().is_empty() {
            return Err(Failure::usage(Message::BlankOption { option }));
        }
    }
    // What nobody says anew stays as the last correction has it.
    let last = store.last_correction(args.row).map_err(|fault| store_failure(&fault))?;
    let so_far = last.map_or_else(|| airing.clone(), |correction| correction.amend(airing.clone()));
    let heard = heard(args)?.unwrap_or(so_far.aired);
    let reason = reason(args)?;
    if heard < airing.aired && reason.or(so_far.reason).is_none() {
        return Err(Failure::usage(Message::CorrectionWithoutReason { known: reasons() }));
    }
    let counts_from = papers.config.counts_from;
    let amended = Correction::amended(airing, heard, reason.or(so_far.reason), counts_from).ok_or_else(|| {
        let (heard, aired) = (heard.to_string(), airing.aired.to_string());
        Failure::usage(Message::MoreThanHeard { row: args.row, heard, aired })
    })?;
    if amended.outcome == Outcome::Aired && reason.is_some() {
        return Err(Failure::usage(Message::NotLessThanAired { row: args.row }));
    }
    let airing = amended;
    let (by, note, date) = (args.by.clone(), args.why.clone(), context.today(&papers));
    let correction = Correction { corrects: row.id, by, note, date, airing };
    let entry = Entry {
        station: papers.config.name.clone(),
        noted: Noted { at: context.now(), boot: Some(SystemClock.boot()) },
        clock: SystemClock.state(),
        fact: Fact::Correction(correction),
    };
    let number = store.note(&entry).map_err(|fault| store_failure(&fault))?;
    context.tell(&Message::Corrected { row: args.row, by_row: number });
    Ok(())
}

fn heard(args: &CorrectArgs) -> Result<Option<Frames>, Failure> {
    let Some(text) = &args.heard else { return Ok(None) };
    if let Some(millis) = read_number(text).map(|secs| secs * 1_000.0).filter(|millis| *millis < 1e9) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds, never negative")]
        return Ok(Some(Frames::from_millis(millis.round() as u64)));
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
