//! The `amur` command: parses arguments, calls the command, returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    amur::cli::main()
}
