//! `--threads`: Polars reads its number of threads from the environment only, before it does anything, and
//! a program cannot safely change its own; so the command is started again with the variable set.

use std::process::Command;

use super::exit::Exit;
use super::show;

const VARIABLE: &str = "POLARS_MAX_THREADS";

/// Starts the same command with `threads` set, or says that it is set already.
#[expect(
    clippy::disallowed_methods,
    reason = "the variable belongs to Polars, which offers no other setting"
)]
pub(super) fn restart_with(threads: u16) -> Option<Exit> {
    let wanted = threads.to_string();
    if std::env::var(VARIABLE).is_ok_and(|set| set == wanted) {
        return None;
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            show::talk(&format!("error: --threads cannot be set: {error}"));
            return Some(Exit::Internal);
        }
    };
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).env(VARIABLE, wanted);
    Some(replace(command))
}

/// On Unix the new process takes the place of this one, so that signals reach it.
#[cfg(unix)]
fn replace(mut command: Command) -> Exit {
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    show::talk(&format!("error: --threads cannot be set: {error}"));
    Exit::Internal
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> Exit {
    match command.status() {
        Ok(status) => Exit::Child(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(70)),
        Err(error) => {
            show::talk(&format!("error: --threads cannot be set: {error}"));
            Exit::Internal
        }
    }
}
