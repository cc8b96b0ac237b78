//! The commands: what was typed becomes what was meant, and what came of it an exit code.
//!
//! Data goes to standard output, what people read to standard error, so that every command pipes.

mod args;
mod audio;
mod backup;
mod bulletins;
mod check;
mod clock;
mod completions;
mod context;
mod correct;
mod devices;
mod doctor;
mod emergency;
mod entries;
mod examine;
mod help;
mod import;
mod init;
mod level;
mod library;
mod log;
mod output;
mod plan;
mod report;
mod run;
mod simulate;
mod status;
mod verify;
mod watch;

use std::env;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::cli::args::{Args, Command};
use crate::cli::context::Context;
use crate::equipment::quarantine::Task;
use crate::words::{Lang, Message, Say as _};

/// Done.
pub const DONE: u8 = 0;
/// The thing asked for is not so.
pub const NOT_SO: u8 = 1;
/// Wrong usage.
pub const USAGE: u8 = 2;
/// The world failed: device, disk, database.
pub const WORLD: u8 = 3;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// Nothing to say: it was said already.
    message: Option<Message>,
}

impl Failure {
    pub fn not_so(message: Message) -> Self {
        Self { code: NOT_SO, message: Some(message) }
    }

    pub fn usage(message: Message) -> Self {
        Self { code: USAGE, message: Some(message) }
    }

    pub fn world(message: Message) -> Self {
        Self { code: WORLD, message: Some(message) }
    }

    /// Problems that have been printed.
    pub fn told() -> Self {
        Self { code: NOT_SO, message: None }
    }

    /// Printed as well: the world failed.
    pub fn told_of_the_world() -> Self {
        Self { code: WORLD, message: None }
    }
}

pub(crate) type Outcome = Result<(), Failure>;

/// Runs the program on this process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(task) = Task::of_arguments(env::args_os().skip(1)) {
        return examine::run(&task);
    }
    let lang = help::language_of_arguments();
    let parsed = help::command(lang).try_get_matches().and_then(|matches| Args::from_arg_matches(&matches));
    let args = parsed.unwrap_or_else(|error| {
        if error.use_stderr() && lang == Lang::Vi {
            eprintln!("{}", Message::WrongUsage.say(lang));
        }
        error.exit()
    });
    if !matches!(args.command, Command::Run(_)) {
        output::end_with_the_reader();
    }
    let context = Context::new(&args, lang);
    let outcome = run(&context, args.command);
    context.hand_over();
    match outcome {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => {
            if let Some(message) = failure.message {
                eprintln!("loa: {}", message.say(context.lang()));
            }
            ExitCode::from(failure.code)
        }
    }
}

fn run(context: &Context, command: Command) -> Outcome {
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::Check => check::run(context),
        Command::Clock(args) => clock::run(context, &args),
        Command::Library => library::run(context),
        Command::Plan(args) => plan::run(context, &args),
        Command::Run(args) => run::run(context, &args),
        Command::Status => status::run(context),
        Command::Alert(args) => emergency::alert(context, &args),
        Command::Stop => emergency::stop(context),
        Command::Resume => emergency::resume(context),
        Command::Log(args) => log::run(context, &args),
        Command::Report(args) => report::run(context, &args),
        Command::Level(args) => level::run(context, &args),
        Command::Import(args) => import::run(context, &args),
        Command::Backup(args) => backup::backup(context, &args),
        Command::Restore(args) => backup::restore(context, &args),
        Command::Approve(args) => bulletins::approve(context, &args),
        Command::Reject(args) => bulletins::reject(context, &args),
        Command::Doctor(args) => doctor::run(context, &args),
        Command::Devices => devices::run(context),
        Command::Simulate(args) => simulate::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
    }
}

/// The whole command line, for manual pages and shell completions.
#[must_use]
pub fn command(lang: Lang) -> clap::Command {
    help::command(lang)
}
