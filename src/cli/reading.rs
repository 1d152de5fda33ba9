//! Where files are read: each by this same program in a process of its own, within the limits given.

use super::args::ReadArguments;
use super::exit::Exit;
use super::show;
use crate::context::{ReadLimits, Reading};

/// The reading that the arguments ask for.
pub(super) fn by_children(arguments: &ReadArguments) -> Result<Reading, Exit> {
    let program = std::env::current_exe().map_err(|error| {
        show::talk(&format!("error: the program does not know where it stands: {error}"));
        Exit::Internal
    })?;
    let limits = ReadLimits {
        memory: arguments.read_memory.saturating_mul(1 << 20),
        deadline: arguments.read_deadline,
    };
    if cfg!(not(unix)) {
        tracing::info!("This system has no memory limit per process; only the deadline guards reading.");
    }
    Ok(Reading::Child { program, limits })
}
