//! Printing data, and writing documents.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use serde_json::Value;

use crate::cli::args::Format;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome};
use crate::equipment::documents;
use crate::report::{Document, Sheet, Workbook};
use crate::words::{Lang, Message};

/// A reader that went away (`loa log | head`) ends a command quietly, as it ends every other tool. Not for the running
/// station, which outlives whoever looks at it.
pub fn end_with_the_reader() {
    // SAFETY: restores the system's own default; nothing of ours runs in a handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// Prints JSON, one document.
pub fn print_json(context: &Context, value: &impl serde::Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(value).expect("our values have text keys only");
    print(context, &format!("{text}\n"))
}

/// Prints data to standard output, which may be a full disk.
pub fn print(context: &Context, text: &str) -> Outcome {
    print_bytes(context, text.as_bytes())
}

fn print_bytes(context: &Context, bytes: &[u8]) -> Outcome {
    let mut out = io::stdout();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|error| context.cannot_write(Path::new("stdout"), &error))
}

/// Prints a sheet for a person.
pub fn print_sheet(context: &Context, sheet: &Sheet) -> Outcome {
    print(context, &documents::text(sheet, context.lang()))
}

/// Something that is handed out in whichever form it is asked for.
pub trait Paper {
    /// The name of its file, without an ending.
    fn name(&self) -> String;

    /// As data: for a terminal and for CSV.
    fn sheet(&self) -> Sheet;

    fn json(&self) -> Value;

    fn workbook(&self) -> Workbook {
        self.sheet().into()
    }

    /// As a paper to be signed, if it is one.
    fn document(&self) -> Option<Document> {
        None
    }
}

/// Hands out a paper: to a file, or to standard output where that makes sense.
pub fn hand_out(context: &Context, paper: &impl Paper, format: Option<Format>, file: Option<&Path>) -> Outcome {
    let format = match format {
        Some(format) => format,
        None if context.json => Format::Json,
        None => format_of(file)?,
    };
    let bytes = written(paper, format, context.lang())?;
    // What is no text goes to the home's reports, unless a file is named.
    let own_file = (file.is_none() && !format.is_text() && io::stdout().is_terminal())
        .then(|| context.home.data().join("reports").join(format!("{}.{}", paper.name(), format.ending())));
    if own_file.is_some() {
        context.make_folder(&context.home.data().join("reports"))?;
    }
    match file.map(Path::to_owned).or(own_file) {
        Some(file) => write_file(context, &file, &bytes),
        None => print_bytes(context, &bytes),
    }
}

fn written(paper: &impl Paper, format: Format, lang: Lang) -> Result<Vec<u8>, Failure> {
    let document = || paper.document().ok_or_else(|| Failure::usage(Message::NoDocument));
    let file = || format!("{}.{}", paper.name(), format.ending());
    let whole = |made: Result<Vec<u8>, String>| {
        made.map_err(|detail| Failure::world(Message::CannotWrite { file: file(), detail }))
    };
    match format {
        Format::Table => Ok(documents::text(&paper.sheet(), lang).into_bytes()),
        Format::Csv => Ok(documents::csv(&paper.sheet())),
        Format::Json => Ok(format!("{:#}\n", paper.json()).into_bytes()),
        Format::Xlsx => whole(documents::xlsx(&paper.workbook())),
        Format::Docx => whole(documents::docx(&document()?)),
        Format::Pdf => whole(documents::pdf(&document()?)),
        Format::Html => Ok(documents::html(&document()?).into_bytes()),
    }
}

/// By the ending of the file that was named; a name without one is a table.
fn format_of(file: Option<&Path>) -> Result<Format, Failure> {
    let Some(ending) = file.and_then(Path::extension) else { return Ok(Format::Table) };
    let ending = ending.to_string_lossy().to_lowercase();
    let known = Format::value_variants().iter().find(|format| format.ending() == ending);
    known.copied().ok_or_else(|| Failure::usage(Message::UnknownEnding { ending }))
}

fn write_file(context: &Context, file: &Path, bytes: &[u8]) -> Outcome {
    let written = if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        // A pipe or a device is written into, never replaced.
        std::fs::write(file, bytes)
    } else {
        // Whole or not at all, also when the power fails meanwhile.
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        whole(&part, bytes).and_then(|()| std::fs::rename(&part, file))
    };
    written.map_err(|error| context.cannot_write(file, &error))?;
    context.tell(&Message::FileMade { file: file.display().to_string() });
    Ok(())
}

/// The bytes on the disk, not only on their way there.
fn whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = File::create(file)?;
    part.write_all(bytes)?;
    part.sync_all()
}
