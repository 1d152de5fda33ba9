//! `amur read-one`, hidden: reads one file for a run, within a memory cap that it sets for itself, and prints
//! the hash of what it wrote on its last line.

use super::args::ReadOneArguments;
use super::exit::Exit;
use super::show;
use crate::pipeline::carry_out;

pub(super) fn command(arguments: &ReadOneArguments) -> Exit {
    if let Err(error) = cap_memory(arguments.memory) {
        show::talk(&format!("error: the memory cap cannot be set: {error}"));
        return Exit::Internal;
    }
    match carry_out(&arguments.order) {
        Ok(hash) => {
            show::data(&hash);
            Exit::Done
        }
        Err(error) => {
            show::talk(&format!("error: {error}"));
            // The parent tells by the code that the disk is to blame, not the file.
            if error.is_of_disk() { Exit::Output } else { Exit::Internal }
        }
    }
}

/// Caps the address space, and forbids a core file, which would hold a gigabyte of somebody's data.
#[cfg(unix)]
fn cap_memory(bytes: u64) -> std::io::Result<()> {
    use rlimit::Resource;
    let allowed = Resource::AS.get_hard()?.min(bytes);
    Resource::AS.set(allowed, allowed)?;
    Resource::CORE.set(0, 0)
}

/// Windows has no such cap for a process that is already running.
#[cfg(not(unix))]
fn cap_memory(_bytes: u64) -> std::io::Result<()> {
    Ok(())
}
