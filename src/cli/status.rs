//! `amur status`: what stands published, how old it is and whether it is as it was written.

use jiff::{SignedDuration, Timestamp};

use super::args::{Global, StatusArguments};
use super::exit::Exit;
use super::history::short;
use super::{mistakes, show};
use crate::context::RunContext;
use crate::store::{Found, PublishedSet, StoreError, latest_run};

pub(super) fn command(global: &Global, arguments: &StatusArguments) -> Exit {
    let files = match mistakes::select(&global.folder, &arguments.selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let context = RunContext::in_folder(&global.folder, Timestamp::now());
    let mut worst = Exit::Done;
    let mut rows = Vec::new();
    for path in files {
        let Some(name) = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) else { continue };
        let (row, exit) = match one(&name, &context, arguments.max_age) {
            Ok(told) => told,
            Err(error) => {
                show::talk(&format!("error: {error}"));
                return Exit::Output;
            }
        };
        rows.push(row);
        worst = worst.graver(exit);
    }
    let header = ["pipeline", "state", "run", "as_of", "content_id", "age"];
    show::rows(&header, &rows, arguments.json.into());
    worst
}

fn one(
    pipeline: &str,
    context: &RunContext,
    max_age: Option<SignedDuration>,
) -> Result<(Vec<String>, Exit), StoreError> {
    let stale = if max_age.is_some() { Exit::Stale } else { Exit::Done };
    let without = |state: &str, exit| {
        let mut row = vec![pipeline.to_owned(), state.to_owned()];
        row.extend((0..4).map(|_| String::new()));
        (row, exit)
    };
    Ok(match latest_run(&context.output, pipeline)? {
        Found::Nothing => without("not published", stale),
        Found::Unreadable => without("damaged", Exit::Output),
        Found::Run(set) => {
            let age = age(&set, context);
            let too_old = max_age.zip(age).is_some_and(|(most, age)| age > most);
            let (state, exit) = match (set.is_whole(), too_old || age.is_none() && max_age.is_some()) {
                (false, _) => ("damaged", Exit::Output),
                (true, true) => ("too old", Exit::Stale),
                (true, false) => ("published", Exit::Done),
            };
            let run = set.run;
            let age = age.map(in_words).unwrap_or_default();
            (
                vec![pipeline.to_owned(), state.to_owned(), run.run, run.as_of, short(&run.content_id), age],
                exit,
            )
        }
    })
}

/// How long ago the run began; nothing where its manifest does not say.
fn age(set: &PublishedSet, context: &RunContext) -> Option<SignedDuration> {
    let started: Timestamp = set.run.started.parse().ok()?;
    Some(context.started.duration_since(started))
}

/// `3 d 4 h`, `5 h 12 min`, `8 min`.
fn in_words(age: SignedDuration) -> String {
    let minutes = age.as_mins().max(0);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}
