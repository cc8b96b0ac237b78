//! `loa completions`: what a shell needs to complete our commands; the package puts it where shells look.

use crate::cli::args::CompletionsArgs;
use crate::cli::context::Context;
use crate::cli::{Outcome, command, output};

pub fn run(context: &Context, args: &CompletionsArgs) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(context.lang()), "loa", &mut script);
    output::print(context, &String::from_utf8_lossy(&script))
}
