//! Printing data, and writing documents.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::args::Format;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome};
use crate::equipment::documents;
use crate::report::{Sheet, Workbook};
use crate::words::Message;

/// A reader that went away (`loa log | head`) ends a command quietly, as it ends every other tool. Not for the running
/// station, which outlives whoever looks at it.
pub fn end_with_the_reader() {
    // SAFETY: restores the system's own default; nothing of ours runs in a handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// Prints JSON, one document.
pub fn print_json(value: &impl serde::Serialize) {
    let text = serde_json::to_string_pretty(value).expect("our values have text keys only");
    println!("{text}");
}

/// Prints a sheet for a person.
pub fn print_sheet(sheet: &Sheet) {
    print!("{}", documents::text(sheet));
}

/// Hands out a sheet in one of its forms: to a file, or to standard output where that makes sense.
pub fn hand_out(
    context: &Context,
    sheet: &Sheet,
    workbook: impl FnOnce() -> Workbook,
    json: impl FnOnce() -> Value,
    format: Option<Format>,
    file: Option<&Path>,
    name: &str,
) -> Outcome {
    let format = format.unwrap_or(if context.json { Format::Json } else { format_of(file) });
    let bytes = match format {
        Format::Table => documents::text(sheet).into_bytes(),
        Format::Csv => documents::csv(sheet),
        Format::Json => format!("{:#}\n", json()).into_bytes(),
        Format::Xlsx => documents::xlsx(&workbook())
            .map_err(|detail| Failure::world(Message::CannotWrite { file: format!("{name}.xlsx"), detail }))?,
    };
    // A workbook is no text: without a file named, it goes to the home's reports.
    let own_file = (format == Format::Xlsx && io::stdout().is_terminal())
        .then(|| context.home.data().join("reports").join(format!("{name}.xlsx")));
    if own_file.is_some() {
        context.make_folder(&context.home.data().join("reports"))?;
    }
    match file.map(Path::to_owned).or(own_file) {
        Some(file) => write_file(context, &file, &bytes),
        None => io::stdout().write_all(&bytes).map_err(|error| context.cannot_write(Path::new("stdout"), &error)),
    }
}

/// By the ending of the file that was named.
fn format_of(file: Option<&Path>) -> Format {
    match file.and_then(Path::extension).and_then(|ending| ending.to_str()) {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        Some("xlsx") => Format::Xlsx,
        _ => Format::Table,
    }
}

fn write_file(context: &Context, file: &Path, bytes: &[u8]) -> Outcome {
    let written = if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        // A pipe or a device is written into, never replaced.
        std::fs::write(file, bytes)
    } else {
        // Whole or not at all, also when the power fails meanwhile.
        let part = PathBuf::from(format!("{}.part", file.display()));
        std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, file))
    };
    written.map_err(|error| context.cannot_write(file, &error))?;
    context.tell(&Message::FileMade { file: file.display().to_string() });
    Ok(())
}
