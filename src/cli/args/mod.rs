//! What can be typed. The English help stands here, the Vietnamese beside it in `help`.

mod log;
mod report;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use log::{AudioArgs, CorrectArgs, LogArgs, LogCommand, VerifyArgs};
pub use report::{EntriesArgs, ReportArgs, ReportCommand, SetArgs};

/// Letters of a name.
const LINE_MAX: usize = 200;

/// A day as it is typed.
///
/// # Errors
/// There is no such day; both languages, since what is typed wrongly is found out before the language is known.
pub fn day(text: &str) -> Result<Date, String> {
    let wrong = |_| {
        "không có ngày này; viết NĂM-THÁNG-NGÀY, ví dụ 2020-08-04 / no such day; write YYYY-MM-DD, such as 2020-08-04"
            .to_owned()
    };
    text.trim().parse().map_err(wrong)
}

/// A name or a letter's number as a row and a terminal can show it.
///
/// # Errors
/// It has line breaks or control characters, or is a whole page.
pub fn one_line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) || text.chars().count() > LINE_MAX {
        return Err("viết một dòng, không quá 200 chữ / write one line, of no more than 200 letters".to_owned());
    }
    Ok(text.to_owned())
}

/// Broadcast automation for commune loudspeakers
#[derive(Debug, Parser)]
#[command(name = "loa", version, disable_help_subcommand = true)]
pub struct Args {
    /// The station's home: the folder with station.yaml
    #[arg(long, global = true, value_name = "DIR", env = "LOA_HOME")]
    pub home: Option<PathBuf>,
    /// Language of messages
    #[arg(long, global = true, value_enum, env = "LOA_LANG", ignore_case = true)]
    pub lang: Option<LangArg>,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    Vi,
    En,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new home with a commented station.yaml and one schedule
    Init(InitArgs),
    /// Read everything and name every mistake; air nothing
    Check,
    /// Show every file: expected, present, playable, approved
    Library,
    /// Show the rundowns with exact times, and whether the obligations are met
    Plan(PlanArgs),
    /// Go on the air, in the foreground, until told to stop
    Run(RunArgs),
    /// Show what the running station is doing
    Status,
    /// Air an emergency at once, over whatever is on
    Alert(AlertArgs),
    /// Silence at once, and until `loa resume`
    Stop,
    /// Go on the air again after `loa stop`
    Resume,
    /// Show or export the airtime log
    Log(LogArgs),
    /// Make the report, the logbook, the installations; or enter what no log can know
    Report(ReportArgs),
    /// Show or set the response level in force
    Level(LevelArgs),
    /// Show whether the clock can be right, or say that it is
    Clock(ClockArgs),
    /// Take bulletins, or the ministry set, over from a stick or a share
    Import(ImportArgs),
    /// Put the whole home into one file, also while the station runs
    Backup(BackupArgs),
    /// Make the home what a backup holds; deletes nothing
    Restore(RestoreArgs),
    /// Approve local bulletins, or ministry files that changed
    Approve(DecisionArgs),
    /// Refuse local bulletins, or ministry files
    Reject(DecisionArgs),
    /// List the sound outputs by id
    Devices,
    /// Tell what is missing: sound, clock, rights, disk, database, schedules, service
    Doctor(DoctorArgs),
    /// Air days in seconds, under a simulated clock and sound card
    Simulate(SimulateArgs),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
}

#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub struct ClockArgs {
    #[command(subcommand)]
    pub command: Option<ClockCommand>,
}

#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Say that the clock is right, whatever it showed before
    Confirm {
        /// Who looked at another clock: office and name
        #[arg(long, value_name = "NAME", value_parser = one_line)]
        by: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// The folder to make
    pub dir: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The first day, planned whole (default: the rest of today)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub date: Option<Date>,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
}

#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// Air this session now, then go on
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Shorten the session begun by hand
    #[arg(long, value_name = "LENGTH", requires = "session")]
    pub length: Option<String>,
    /// Stop when the session begun by hand is over
    #[arg(long, requires = "session")]
    pub once: bool,
}

#[derive(Debug, clap::Args)]
pub struct AlertArgs {
    /// What to air: a file anywhere, or one below audio/
    pub file: Option<PathBuf>,
    /// How often (default: once; with --every until it is cancelled or expires)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub times: Option<u32>,
    /// From one beginning to the next, such as 5m
    #[arg(long, value_name = "LENGTH")]
    pub every: Option<String>,
    /// Not again after so long, such as 6h (default: 24h)
    #[arg(long = "for", value_name = "LENGTH")]
    pub lasts: Option<String>,
    /// Only on this zone; may be given several times
    #[arg(long, value_name = "NAME")]
    pub zone: Vec<String>,
    /// In quiet hours too
    #[arg(long)]
    pub in_quiet_hours: bool,
    /// What it is called in the log (default: the file's title or name)
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Who ordered it: office and name
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: Option<String>,
    /// Take down the alert that is on, and air none again
    #[arg(long, conflicts_with_all = ["file", "times", "every", "lasts"])]
    pub cancel: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
    Xlsx,
    Docx,
    Pdf,
    Html,
}

impl Format {
    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }

    /// Whether a terminal can show it.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Docx | Self::Pdf)
    }
}

/// What is made of the log and the entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// The reporting table of eight rows
    #[default]
    Table,
    /// The logbook: one line an airing
    Logbook,
    /// Installations per district
    Installs,
}

#[derive(Debug, clap::Args)]
pub struct LevelArgs {
    /// The level to set
    pub level: Option<String>,
    /// The letter that orders it
    #[arg(long, value_name = "TEXT", requires = "level", value_parser = one_line)]
    pub directive: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The folder to take files from
    pub dir: PathBuf,
    /// It holds the ministry set: into audio/ministry/
    #[arg(long)]
    pub ministry: bool,
    /// Over other files of the same names
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to make, such as loa-2020-08-04.tar.gz
    pub file: PathBuf,
    /// Leave out sound files: a small backup
    #[arg(long)]
    pub without_audio: bool,
}

#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// Although the log here holds rows that the backup does not have; they are set aside
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct DecisionArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Who decided: office and name
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Play the station call softly on every zone, and tell whether it went out
    #[arg(long)]
    pub sound: bool,
    /// In quiet hours too
    #[arg(long, requires = "sound")]
    pub in_quiet_hours: bool,
}

#[derive(Debug, clap::Args)]
pub struct SimulateArgs {
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub from: Date,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=3660))]
    pub days: i64,
    /// Let faults befall the station: what this file orders, or `all`
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Draw the same faults again
    #[arg(long, value_name = "N", requires = "faults")]
    pub seed: Option<u64>,
    /// A new home for the simulated log (default: data/simulated in the home)
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}
