//! `amur gc`: removes what no kept run needs from the state folder.

use jiff::Timestamp;

use super::args::Global;
use super::exit::Exit;
use super::show;
use crate::context::RunContext;
use crate::store::{Lock, collect_garbage};

pub(super) fn command(global: &Global) -> Exit {
    let context = RunContext::in_folder(&global.folder, Timestamp::now());
    let note = format!("gc, process {}", std::process::id());
    let _lock = match Lock::take(&context.state, &note) {
        Ok(Ok(lock)) => lock,
        Ok(Err(holder)) => {
            show::talk(&format!("error: another run is under way ({}); nothing was done", holder.0));
            return Exit::Locked;
        }
        Err(error) => {
            show::talk(&format!("error: {error}"));
            return Exit::Output;
        }
    };
    match collect_garbage(&context.output, &context.state) {
        Ok(removed) => {
            show::data(&format!(
                "removed {} frozen inputs and {} cache entries, {} bytes",
                removed.inputs, removed.entries, removed.bytes
            ));
            Exit::Done
        }
        Err(error) => {
            show::talk(&format!("error: {error}"));
            Exit::Output
        }
    }
}
