//! `loa`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    loaphuong::cli::main()
}
