//! `loa init`: a new home.

use std::fs;

use crate::cli::args::InitArgs;
use crate::cli::context::Context;
use crate::cli::{Failure, Outcome};
use crate::words::Message;

const STATION: &str = include_str!("init/station.yaml");
const SCHEDULE: &str = include_str!("init/hang-ngay.yaml");

/// Makes the folders and the two files to begin with; never writes over anything.
pub fn run(context: &Context, args: &InitArgs) -> Outcome {
    let dir = &args.dir;
    let shown = dir.display().to_string();
    if dir.join("station.yaml").exists() {
        return Err(Failure::not_so(Message::HomeExists { dir: shown }));
    }
    for folder in ["schedules", "audio/ministry", "audio/bulletins", "audio/jingles", "data"] {
        context.make_folder(&dir.join(folder))?;
    }
    for (file, text) in [("schedules/hang-ngay.yaml", SCHEDULE), ("station.yaml", STATION)] {
        let file = dir.join(file);
        if !file.exists() {
            fs::write(&file, text).map_err(|error| context.cannot_write(&file, &error))?;
        }
    }
    context.tell(&Message::HomeMade { dir: shown });
    Ok(())
}
