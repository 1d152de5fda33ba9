//! Commands, messages and progress. This module alone prints, reads the environment and decides exit codes.
//!
//! stdout is data, stderr is talk.

mod args;
mod check;
mod diff;
mod exit;
mod explain;
mod gc;
mod history;
mod infer;
mod latest;
mod log;
mod mistakes;
mod picture;
mod plan;
mod preview;
mod progress;
mod read_one;
mod reading;
mod run;
mod show;
mod status;
mod summary;
mod test;
mod threads;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
pub use exit::Exit;

/// Parses the arguments, runs the command and returns its exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::set_up(&arguments.global);
    let exit = std::panic::catch_unwind(|| command(&arguments)).unwrap_or_else(|_panic| {
        show::talk("error: this is a defect of Amur; nothing was published by this run");
        Exit::Internal
    });
    ExitCode::from(exit.code())
}

fn command(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Run(options) => run::command(&arguments.global, options),
        Command::Check(options) => check::command(&arguments.global, options),
        Command::Plan(options) => plan::command(&arguments.global, options),
        Command::Preview(options) => preview::command(&arguments.global, options),
        Command::Infer(options) => infer::command(&arguments.global, options),
        Command::Gc => gc::command(&arguments.global),
        Command::ReadOne(options) => read_one::command(options),
        Command::Test(options) => test::command(&arguments.global, options),
        Command::Explain(options) => explain::command(&arguments.global, options),
        Command::History(options) => history::command(&arguments.global, options),
        Command::Diff(options) => diff::command(&arguments.global, options),
        Command::Show(options) => latest::command(&arguments.global, options),
        Command::Status(options) => status::command(&arguments.global, options),
    }
}
