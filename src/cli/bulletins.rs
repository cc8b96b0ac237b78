//! `loa approve` and `loa reject`: a named person's decision on a bulletin, or on a ministry file of which no manifest names
//! the content; bound to the content.

use std::path::Path;

use crate::cli::args::DecisionArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome};
use crate::library::{Approval, CartPath, Catalogue, Kind, Manifest, Status, Verdict};
use crate::words::{Message, TrustTalk};

pub fn approve(context: &Context, args: &DecisionArgs) -> Outcome {
    let by = args.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
    decide(context, args, Verdict::Approved, by.ok_or_else(|| Failure::usage(Message::NoName))?)
}

pub fn reject(context: &Context, args: &DecisionArgs) -> Outcome {
    let login = std::env::var("USER").unwrap_or_default();
    decide(context, args, Verdict::Rejected, args.by.as_deref().map_or(&*login, str::trim))
}

/// All of the files or none: a list with a mistake in it is not half carried out.
fn decide(context: &Context, args: &DecisionArgs, verdict: Verdict, by: &str) -> Outcome {
    let papers = context.papers_quietly()?;
    let mut store = context.store()?;
    let catalogue = context.catalogue(&papers, Some(&store))?;
    let mut decisions = Vec::new();
    for file in &args.files {
        decisions.push(decision(context, &papers.manifest, &catalogue, file, verdict, by)?);
    }
    store.decide(&decisions).map_err(|fault| store_failure(&fault))?;
    for decision in decisions {
        let (path, by) = (decision.path.to_string(), decision.by);
        context.tell(&match verdict {
            Verdict::Approved => Message::Approved { path, by },
            Verdict::Rejected => Message::Rejected { path, by },
        });
    }
    Ok(())
}

fn decision(
    context: &Context,
    manifest: &Manifest,
    catalogue: &Catalogue,
    file: &Path,
    verdict: Verdict,
    by: &str,
) -> Result<Approval, Failure> {
    let shown = file.display().to_string();
    let no_such = || Failure::usage(Message::NoSuchFile { path: shown.clone() });
    let path = below_audio(context, file).ok_or_else(no_such)?;
    let cart = catalogue.get(&path).ok_or_else(no_such)?;
    if !matches!(cart.kind, Kind::Bulletin | Kind::Ministry) {
        return Err(Failure::usage(Message::Trust(TrustTalk::NothingToApprove { path: path.to_string() })));
    }
    // Nobody vouches for what could not air all the same.
    let fit = cart.sound.as_ref().filter(|_| !matches!(cart.fitness, Status::Broken(_) | Status::Silent));
    let Some(sound) = fit else {
        let why = context.say(&cart.fitness);
        return Err(Failure::not_so(Message::NotReadable { path: path.to_string(), why }));
    };
    if let Some(listed) = manifest.hash_of(&path) {
        let path = path.to_string();
        return Err(if *listed == sound.hash {
            Failure::usage(Message::Trust(TrustTalk::Listed { path }))
        } else {
            Failure::not_so(Message::Trust(TrustTalk::NotAsListed { path }))
        });
    }
    Ok(Approval { path, hash: sound.hash.clone(), verdict, by: by.to_owned(), at: context.now() })
}

/// A file as it was typed: relative to where the person stands, to the home, or to audio/.
fn below_audio(context: &Context, file: &Path) -> Option<CartPath> {
    let audio = context.home.audio();
    let real = |path: &Path| path.canonicalize().ok();
    let standing = real(file).zip(real(&audio));
    let relative = standing.and_then(|(file, audio)| file.strip_prefix(audio).map(Path::to_owned).ok());
    CartPath::new(relative.as_deref().unwrap_or(file).to_str()?)
}
