//! The program: wiring only.

use std::process::ExitCode;

fn main() -> ExitCode {
    tableorder::cli::run(tableorder::app::serve_until_stopped)
}
