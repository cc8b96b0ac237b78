//! `loa alert`, `loa stop`, `loa resume`: an operator's word to the running station, carried out at once.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use unicode_normalization::UnicodeNormalization as _;

use crate::cli::args::AlertArgs;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome};
use crate::equipment::Owner;
use crate::equipment::cache::Cache;
use crate::library::{CartPath, Kind};
use crate::playout::AlertOrder;
use crate::rundown::Piece;
use crate::station::command::{Answer, Command, Heard};
use crate::station::control::{self, NoAnswer};
use crate::station::home::Papers;
use crate::station::ingest;
use crate::station::shelf::ALERTS;
use crate::time::{Frames, parse_length};
use crate::words::{Message, Say as _, Urgent};

/// No title is longer.
const TITLE_MAX: usize = 200;
/// An alert that nobody cancels does not begin again after this.
const EXPIRES: Frames = Frames::from_secs(86_400);

pub fn alert(context: &Context, args: &AlertArgs) -> Outcome {
    if args.cancel {
        return carry_out(context, &Command::CancelAlerts, &Message::Urgent(Urgent::AlertsCancelled { alerts: 0 }));
    }
    let papers = context.papers_or_defaults();
    let file = args.file.as_deref().ok_or_else(|| Failure::usage(Message::Urgent(Urgent::AlertWithoutFile)))?;
    let order = order(context, &papers, args, file)?;
    let title = order.piece.title.clone();
    carry_out(context, &Command::Alert(Box::new(order)), &Message::Urgent(Urgent::AlertOn { title }))
}

pub fn stop(context: &Context) -> Outcome {
    carry_out(context, &Command::Stop, &Message::Urgent(Urgent::Silenced))
}

pub fn resume(context: &Context) -> Outcome {
    carry_out(context, &Command::Resume, &Message::Urgent(Urgent::Released))
}

/// Why the running station did not answer, or that there is none.
pub(in crate::cli) fn no_answer(context: &Context, silence: NoAnswer) -> Failure {
    match silence {
        NoAnswer::NotRunning if context.is_running() => Failure::world(Message::Urgent(Urgent::NoDoor)),
        NoAnswer::NotRunning => Failure::not_so(Message::Urgent(Urgent::NobodyToTell)),
        NoAnswer::Closed(error) => Failure::world(Message::Urgent(Urgent::DoorClosed { detail: error.to_string() })),
        NoAnswer::Late => Failure::world(Message::Urgent(Urgent::NoAnswer)),
    }
}

/// Hands the word over and tells what came of it.
fn carry_out(context: &Context, command: &Command, done: &Message) -> Outcome {
    let answer: Answer =
        control::ask(&context.home.socket(), command).map_err(|silence| no_answer(context, silence))?;
    let unwritten = match answer {
        Answer::Done { unwritten } => {
            context.tell(done);
            unwritten
        }
        Answer::Taken { heard, unwritten } => {
            match heard {
                Heard::Now => context.tell(done),
                Heard::Nowhere => return Err(Failure::world(Message::Urgent(Urgent::AlertRefused))),
                Heard::After => context.tell(&Message::Urgent(Urgent::AlertWaits)),
                Heard::Warm { millis } => {
                    context.tell(&Message::Urgent(Urgent::AlertWarmsUp { length: Frames::from_millis(millis) }));
                }
                Heard::DeviceBack { device } => context.tell(&Message::Urgent(Urgent::AlertUnheard { device })),
            }
            unwritten
        }
        Answer::Cancelled { alerts, unwritten } => {
            context.tell(&Message::Urgent(Urgent::AlertsCancelled { alerts }));
            unwritten
        }
        Answer::Silenced => return Err(Failure::not_so(Message::Urgent(Urgent::SilencedAlready))),
        Answer::NotSilenced => return Err(Failure::not_so(Message::Urgent(Urgent::NotSilenced))),
        Answer::Quiet { quiet } => return Err(Failure::not_so(Message::Urgent(Urgent::QuietForAlert { quiet }))),
        Answer::NoSuchZone { name, known } => {
            return Err(Failure::usage(Message::Urgent(Urgent::NoSuchZone { name, known: known.join(", ") })));
        }
    };
    if let Some(detail) = unwritten {
        context.tell(&Message::Urgent(Urgent::WordNotKept { detail }));
    }
    Ok(())
}

fn order(context: &Context, papers: &Papers, args: &AlertArgs, file: &Path) -> Result<AlertOrder, Failure> {
    let length_of = |text: &Option<String>| match text {
        Some(text) => {
            let length = parse_length(text).ok().filter(|length| !length.is_zero());
            length.map(Some).ok_or_else(|| Failure::usage(Message::NotALength { text: text.clone() }))
        }
        None => Ok(None),
    };
    let (every, lasts) = (length_of(&args.every)?, length_of(&args.lasts)?);
    let (piece, length) = taken_in(context, papers, file, args.title.as_deref())?;
    // Said how often, it is so often; said only how far apart, it goes on until somebody ends it; else it is once.
    let times = args.times.or(every.is_none().then_some(1));
    let turns = every.unwrap_or_default() * u64::from(args.times.unwrap_or(1));
    let lasts = lasts.unwrap_or(EXPIRES.max(turns)).duration().min(SignedDuration::from_hours(24 * 30));
    let expires = context.now() + lasts;
    Ok(AlertOrder {
        piece,
        length,
        times,
        every: every.unwrap_or_default(),
        zones: args.zone.clone(),
        in_quiet_hours: args.in_quiet_hours,
        expires,
        by: args.by.clone().unwrap_or_default(),
    })
}

/// Copies the file to where the station keeps what it aired as alerts, so that a stick may be pulled out, and measures
/// it; what the station knows already is not measured again.
fn taken_in(context: &Context, papers: &Papers, file: &Path, title: Option<&str>) -> Result<(Piece, Frames), Failure> {
    let shown = file.display().to_string();
    let file = found(context, file)
        .ok_or_else(|| Failure::not_so(Message::Urgent(Urgent::NoSuchAlert { path: shown.clone() })))?;
    let alerts = context.home.alerts();
    let unreadable = |why: String| Failure::not_so(Message::Urgent(Urgent::CannotAir { path: shown.clone(), why }));
    let measured = |file: &Path| {
        let cache = Cache::open(&context.home.analysis());
        ingest::measure_one(file, &cache, &*context.examiner()).map_err(|defect| unreadable(defect.say(context.lang())))
    };
    let copy = context
        .make_folder(&alerts)
        .and_then(|()| copied(&file, &alerts).map_err(|error| context.cannot_write(&alerts, &error)));
    let (path, hash, analysis) = match (copy, below_audio(context, &file)) {
        (Ok(copy), _) => {
            let (hash, analysis) = measured(&copy).inspect_err(|_| drop(fs::remove_file(&copy)))?;
            let name = named(&file, hash.as_str());
            let path = CartPath::new(&format!("{ALERTS}{name}")).ok_or_else(|| unreadable(name.clone()))?;
            // As the station will look for it, whatever Unicode form the name came in.
            let kept = path.as_str().strip_prefix(ALERTS).unwrap_or(&name);
            fs::rename(&copy, alerts.join(kept)).map_err(|error| context.cannot_write(&alerts, &error))?;
            (path, hash, analysis)
        }
        // An emergency does not wait for a disk: what lies in the home already airs from there.
        (Err(_), Some(path)) => {
            context.tell(&Message::Urgent(Urgent::AlertWithoutCopy { path: shown.clone() }));
            let (hash, analysis) = measured(&file)?;
            (path, hash, analysis)
        }
        (Err(failure), None) => {
            context.tell(&Message::Urgent(Urgent::AlertFromAudio));
            return Err(failure);
        }
    };
    let name = path.to_string();
    let stem = file.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().nfc().collect());
    let piece = Piece {
        kind: Kind::Alert,
        path,
        title: one_line(title.map(str::to_owned).or(analysis.title)).or(one_line(Some(stem))).unwrap_or(name),
        language: analysis.language.unwrap_or_default(),
        directive: String::new(),
        hash: Some(hash),
        lufs: analysis.loudness.lufs,
        gain_db: papers.config.loudness.gain_db(&analysis.loudness),
        address: None,
    };
    Ok((piece, analysis.length))
}

/// As the person typed it, or below the home's audio folder.
fn found(context: &Context, file: &Path) -> Option<PathBuf> {
    let in_audio = context.home.audio().join(file.strip_prefix("audio").unwrap_or(file));
    [file.to_owned(), in_audio].into_iter().find(|path| path.is_file())
}

/// What the station calls a file below its audio folder.
fn below_audio(context: &Context, file: &Path) -> Option<CartPath> {
    let (audio, file) = (context.home.audio().canonicalize().ok()?, file.canonicalize().ok()?);
    CartPath::new(file.strip_prefix(audio).ok()?.to_str()?)
}

fn copied(file: &Path, alerts: &Path) -> io::Result<PathBuf> {
    let copy = alerts.join(format!(".{}.part", std::process::id()));
    // Only the content: the station has to be able to read it, whatever rights the original had.
    let take_over = || {
        let mut written = fs::File::create(&copy)?;
        io::copy(&mut fs::File::open(file)?, &mut written)?;
        written.set_permissions(Permissions::from_mode(Owner::of(alerts).file_mode()))
    };
    take_over().inspect_err(|_| drop(fs::remove_file(&copy))).map(|()| copy.clone())
}

/// The file's own name, with enough of its hash that another content has another name.
fn named(file: &Path, hash: &str) -> String {
    let text =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
    let kept = |c: char| if c == '\\' || c.is_control() { '_' } else { c };
    let stem: String = text(file.file_stem()).chars().map(kept).take(60).collect();
    format!("{stem}-{}.{}", &hash[..8], text(file.extension()))
}

/// A title as a terminal and a row can show it: one line, without control characters, of no great length; none of nothing.
fn one_line(title: Option<String>) -> Option<String> {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let title: String = title?.chars().take(TITLE_MAX).map(shown).collect();
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}
