//! What can be typed behind `loa log`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::{Date, DateTime};

use crate::cli::args::Format;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct LogArgs {
    #[command(subcommand)]
    pub command: Option<LogCommand>,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::args::day)]
    pub from: Option<Date>,
    /// The last day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::args::day)]
    pub to: Option<Date>,
    /// In which form (default: table)
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Check whether the log, or an exported CSV or JSON file, is still what was written
    Verify(VerifyArgs),
    /// Correct a row by a new one that names it; never to more than was played
    Correct(CorrectArgs),
    /// Take the sound that aired out of the archive: of a row, or of an instant
    Audio(AudioArgs),
}

#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// An exported file (default: the station's own log)
    pub file: Option<PathBuf>,
    /// What a report prints as the head of the log: shows whether the end was cut off
    #[arg(long, value_name = "LOA:ROW:HASH")]
    pub head: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct CorrectArgs {
    /// The number of the row, as `loa log` shows it
    #[arg(value_parser = clap::value_parser!(u64).range(1..1 << 53))]
    pub row: u64,
    /// How much was heard in truth, such as 20s, or 0
    #[arg(long, value_name = "LENGTH")]
    pub heard: Option<String>,
    /// Why less was heard: one of the log's reasons
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
    /// Who corrects it: office and name
    #[arg(long, value_name = "NAME", value_parser = crate::cli::args::one_line)]
    pub by: String,
    /// How it is known
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, clap::Args)]
pub struct AudioArgs {
    /// The number of the row, as `loa log` shows it
    #[arg(value_parser = clap::value_parser!(u64).range(1..1 << 53), conflicts_with = "at")]
    pub row: Option<u64>,
    /// What was on at this time by the station's clock, such as "2020-08-03 05:10"
    #[arg(long, value_name = "TIME")]
    pub at: Option<DateTime>,
    /// Write to this file (default: one in this folder, named by time and file)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
