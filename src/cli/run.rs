//! `amur run`: read, compute, check and publish.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use jiff::Timestamp;

use super::args::{Global, RunArguments};
use super::exit::Exit;
use super::progress::{Bar, Quiet};
use super::{mistakes, reading, show, summary, threads};
use crate::context::RunContext;
use crate::pipeline::{Plan, RunOptions, RunOutcome, run};

pub(super) fn command(global: &Global, arguments: &RunArguments) -> Exit {
    if let Some(exit) = arguments.threads.and_then(threads::restart_with) {
        return exit;
    }
    let files = match mistakes::select(&global.folder, &arguments.selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let reading = match reading::by_children(&arguments.read) {
        Ok(reading) => reading,
        Err(exit) => return exit,
    };
    let stop = listen_for_signals();
    let mut worst = Exit::Done;
    for path in files {
        let exit = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file.plan.map_or(Exit::Internal, |mut plan| {
                let mut context = context(global, arguments, Arc::clone(&stop));
                context.reading = reading.clone();
                one(&mut plan, &context, global, arguments)
            }),
            Err(exit) => exit,
        };
        worst = worst.graver(exit);
        if matches!(worst, Exit::Signal(_)) {
            break;
        }
    }
    worst
}

/// The context of a run started from the command line; the one place that reads the clock.
pub(super) fn context(global: &Global, arguments: &RunArguments, stop: Arc<AtomicUsize>) -> RunContext {
    let mut context = RunContext::in_folder(&global.folder, Timestamp::now());
    context.as_of = arguments.as_of;
    context.settle = Duration::from_secs(arguments.settle);
    context.stop = stop;
    if let Some(threads) = arguments.threads {
        context.threads = usize::from(threads);
    }
    context
}

fn one(plan: &mut Plan, context: &RunContext, global: &Global, arguments: &RunArguments) -> Exit {
    let options = if arguments.full { RunOptions::Always } else { RunOptions::WhenChanged };
    let bar = Bar::new(if global.quiet { Quiet::Yes } else { Quiet::No });
    let clock = std::time::Instant::now();
    let outcome = run(plan, context, options, &bar);
    match outcome {
        Ok(RunOutcome::Unchanged { run, folder }) => {
            show::data(&format!(
                "{}: nothing changed since run {run}; its reports stand in {}",
                plan.name,
                folder.display()
            ));
            Exit::Done
        }
        Ok(RunOutcome::Published(found)) => {
            summary::published(plan, &found, clock.elapsed());
            if arguments.deny_warnings && summary::warnings(&found) > 0 { Exit::Data } else { Exit::Done }
        }
        Ok(RunOutcome::Failed(found)) => {
            summary::failed(plan, &found);
            Exit::Data
        }
        Err(error) => {
            show::talk(&format!("error: {error}"));
            Exit::from(&error)
        }
    }
}

/// A number that becomes that of the signal which asks the run to stop.
fn listen_for_signals() -> Arc<AtomicUsize> {
    let stop = Arc::new(AtomicUsize::new(0));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let number = usize::try_from(signal).unwrap_or(usize::MAX);
        if let Err(error) = signal_hook::flag::register_usize(signal, Arc::clone(&stop), number) {
            tracing::warn!(signal, %error, "A signal cannot be caught; the next run cleans up after it.");
        }
    }
    stop
}
