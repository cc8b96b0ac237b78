//! What can be typed behind `loa report`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

use crate::cli::args::{Form, Format};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct ReportArgs {
    #[command(subcommand)]
    pub entry: Option<ReportCommand>,
    /// The first day (default: the first of this month)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::args::day)]
    pub from: Option<Date>,
    /// The last day (default: today)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::args::day)]
    pub to: Option<Date>,
    /// The reporting round; one named in station.yaml brings its days
    #[arg(long, value_name = "N")]
    pub round: Option<String>,
    /// Which paper (default: the reporting table)
    #[arg(long, value_enum, default_value_t = Form::Table, hide_default_value = true)]
    pub form: Form,
    /// In which form (default: table)
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The number on the letter (default: left blank for the clerk)
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
    /// The day on the letter (default: left blank for the clerk)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::args::day)]
    pub dated: Option<Date>,
    /// End with 1 if an obligation was not met
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Enter what no log can know: rows 2 to 8, proposals, installations
    Set(SetArgs),
    /// Show all that was entered, with who and when
    Entries(EntriesArgs),
}

#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// A row of the table, 2 to 8, or `proposals`, or `installs`
    #[arg(value_name = "ROW")]
    pub subject: String,
    /// The count
    #[arg(long, value_name = "N")]
    pub count: Option<String>,
    /// The ratio in percent
    #[arg(long, value_name = "P")]
    pub ratio: Option<String>,
    /// The note; of proposals, their text
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The district, for installations
    #[arg(long, value_name = "NAME")]
    pub district: Option<String>,
    /// People in the district, for installations
    #[arg(long, value_name = "N")]
    pub population: Option<String>,
    /// Read all districts from this CSV file: district, population, installations
    #[arg(long, value_name = "FILE", conflicts_with_all = ["count", "district", "population", "ratio"])]
    pub csv: Option<PathBuf>,
    /// Forget what was entered before about it; alone, it leaves the row empty
    #[arg(long)]
    pub clear: bool,
    /// The reporting round
    #[arg(long, value_name = "N")]
    pub round: Option<String>,
    /// Who enters it (default: the login name)
    #[arg(long, value_name = "NAME", value_parser = crate::cli::args::one_line)]
    pub by: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct EntriesArgs {
    /// Only those of this round
    #[arg(long, value_name = "N")]
    pub round: Option<String>,
}
