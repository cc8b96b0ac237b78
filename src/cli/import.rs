//! `loa import`: bulletins, or the ministry set, from a stick or a share.

use std::io::{Write as _, stderr, stdout};

use serde_json::{Value, json};

use crate::cli::args::ImportArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::store::Store;
use crate::library::{CartPath, ContentHash, Refusal, Status, Trust};
use crate::station::import::{Arrived, Import, SetNow, Stopped, What, run as take_over, set_now};
use crate::time::Frames;
use crate::words::{Carry, Message, TrustTalk, on_one_line, word};
use crate::written::Problem;

pub fn run(context: &Context, args: &ImportArgs) -> Outcome {
    let papers = context.papers_quietly()?;
    let trust = context.trust(&papers);
    let examiner = context.examiner();
    let import = Import {
        home: &context.home,
        dir: &args.dir,
        ministry: args.ministry,
        replace: args.replace,
        trust: &trust,
        now: context.now(),
        examiner: &*examiner,
    };
    let mut arrived = Vec::new();
    let stopped = take_over(import, &mut |file| {
        show(context, &file);
        arrived.push(file);
    });
    let count = |is: fn(&What) -> bool| arrived.iter().filter(|file| is(&file.what)).count();
    let new = count(|what| matches!(what, What::Imported | What::Replaced));
    let (same, refused) = (count(|what| *what == What::Same), count(|what| matches!(what, What::Refused(_))));
    let set = args.ministry.then(|| set_now(&context.home, &trust));
    let waiting = if args.ministry { waiting(context, &trust, &arrived)? } else { 0 };
    if context.json {
        let needs = waiting > 0 || !args.ministry && papers.config.library_rules().approval_required;
        let items: Vec<Value> = arrived.iter().map(|file| item(context, file)).collect();
        let set =
            set.as_ref().map(|set| json!({ "expected": set.expected, "present": set.present, "missing": set.missing }));
        let document = json!({
            "from": args.dir, "imported": new, "same": same, "refused": refused,
            "approval_needed": needs, "ministry": set, "items": items,
        });
        output::print_json(context, &document)?;
    }
    if !arrived.is_empty() {
        tell(context, Carry::Taken { new, same, refused });
    }
    match set {
        Some(SetNow { expected, present, missing }) if !arrived.is_empty() => {
            if waiting == 0 || !missing.is_empty() {
                tell(context, Carry::SetNow { present, expected, missing });
            }
            if waiting > 0 {
                context.tell(&Message::Trust(TrustTalk::ApproveArrived { files: waiting }));
            }
        }
        None if new > 0 && papers.config.library_rules().approval_required => tell(context, Carry::ApproveNext),
        None if new > 0 => tell(context, Carry::NoApprovalAsked),
        _ => {}
    }
    stopped.map_err(|stopped| failure(context, args, stopped))?;
    if refused > 0 { Err(Failure::told()) } else { Ok(()) }
}

/// Ministry files that were taken over and do not air: nobody vouches for their content, or another one was accepted.
fn waiting(context: &Context, trust: &Trust, arrived: &[Arrived]) -> Result<usize, Failure> {
    let store = context.existing_store()?;
    let approvals = store.as_ref().map(Store::approvals).transpose().map_err(|fault| store_failure(&fault))?;
    let (approvals, manifest) = (approvals.unwrap_or_default(), context.home.manifest(trust).unwrap_or_default());
    let waits = |file: &&Arrived| {
        let taken = !matches!(file.what, What::Refused(_));
        CartPath::new(&file.path).zip(file.hash.as_ref()).is_some_and(|(path, hash)| {
            let listed = manifest.hash_of(&path).is_some();
            taken && !listed && approvals.standing(&path, hash, !trust.asks_for_signatures()) != Status::Ok
        })
    };
    Ok(arrived.iter().filter(waits).count())
}

fn tell(context: &Context, carry: Carry) {
    context.tell(&Message::Carry(carry));
}

/// One line a file, as it is done.
fn show(context: &Context, file: &Arrived) {
    print_problems(context, &file.problems);
    if context.json {
        return;
    }
    let name = if file.path.is_empty() { &file.source } else { &file.path };
    let mut line = format!("{}: {}", on_one_line(name), state(context, &file.what));
    if let What::Refused(refusal) = &file.what {
        line = format!("{line}: {}", context.say(refusal));
    }
    if let Some(sidecar @ (What::Imported | What::Replaced)) = &file.sidecar {
        line = format!("{line} (+ .yaml: {})", state(context, sidecar));
    }
    // What cannot be shown is done all the same.
    let _ = writeln!(stdout(), "{line}");
}

fn print_problems(context: &Context, problems: &[Problem]) {
    for problem in problems {
        let _ = writeln!(stderr(), "{}", context.say(problem));
    }
}

fn state(context: &Context, what: &What) -> &'static str {
    let lang = context.lang();
    match what {
        What::Imported => word(lang, "đã chép", "taken over"),
        What::Replaced => word(lang, "đã thay", "replaced"),
        What::Same => word(lang, "đã có, giống hệt", "there already, the same"),
        What::Refused(Refusal::NotReached) => word(lang, "chưa chép", "not taken over"),
        What::Refused(_) => word(lang, "không nhận", "refused"),
    }
}

const fn name(what: &What) -> &'static str {
    match what {
        What::Imported => "imported",
        What::Replaced => "replaced",
        What::Same => "same",
        What::Refused(_) => "refused",
    }
}

fn item(context: &Context, file: &Arrived) -> Value {
    let refusal = if let What::Refused(refusal) = &file.what { Some(refusal) } else { None };
    json!({
        "source": file.source,
        "path": Some(&file.path).filter(|path| !path.is_empty()),
        "outcome": name(&file.what),
        "why": refusal.map(Refusal::name),
        "reason": refusal.map_or_else(String::new, |refusal| context.say(refusal)),
        "duration": file.length.map(Frames::as_secs_rounded),
        "content_hash": file.hash.as_ref().map(ContentHash::as_str),
        "sidecar": file.sidecar.as_ref().map(name),
    })
}

fn failure(context: &Context, args: &ImportArgs, stopped: Stopped) -> Failure {
    let dir = args.dir.display().to_string();
    match stopped {
        Stopped::Gone { detail } => Failure::world(Message::Carry(Carry::SourceGone { dir, detail })),
        Stopped::Busy => Failure::world(Message::Carry(Carry::ImportBusy)),
        Stopped::Full { needed, free } => Failure::world(Message::Carry(Carry::NoRoom { needed, free })),
        Stopped::Unwritable { file, error } => context.cannot_write(&file, &error),
        Stopped::Manifest(problems) => {
            print_problems(context, &problems);
            Failure::not_so(Message::Carry(Carry::ManifestWrong))
        }
        Stopped::IsMinistry => Failure::usage(Message::Carry(Carry::IsMinistry { dir })),
        Stopped::Nothing => Failure::not_so(Message::Carry(Carry::NoSound { dir })),
    }
}
