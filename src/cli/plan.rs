//! `amur plan`: what a run would read and make, what no source matches, and what changed since the last.

use jiff::Timestamp;

use super::args::{Global, Selection};
use super::exit::Exit;
use super::{mistakes, show};
use crate::context::RunContext;
use crate::ingest::SourceSpec;
use crate::ingest::rates::RatesSpec;
use crate::pipeline::{Inputs, Plan, assign};
use crate::store::{Found, PublishedRun, discover, latest_run};

pub(super) fn command(global: &Global, selection: &Selection) -> Exit {
    let files = match mistakes::select(&global.folder, &selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let context = RunContext::in_folder(&global.folder, Timestamp::now());
    let mut worst = Exit::Done;
    for path in files {
        let exit = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file.plan.as_ref().map_or(Exit::Internal, |plan| one(plan, &context)),
            Err(exit) => exit,
        };
        worst = worst.graver(exit);
    }
    worst
}

fn one(plan: &Plan, context: &RunContext) -> Exit {
    let found = match discover(&context.input) {
        Ok(found) => found,
        Err(error) => {
            show::talk(&format!("error: {error}"));
            return Exit::Input;
        }
    };
    let inputs = assign(plan, found);
    let latest = match latest_run(&context.output, &plan.name) {
        Ok(Found::Run(set)) => Some(set.run),
        _ => None,
    };
    show::data(&format!("pipeline {}", plan.name));
    files(plan, &inputs, latest.as_ref());
    show::data("\nsteps, in the order in which they are made");
    let steps: Vec<Vec<String>> = plan
        .steps
        .iter()
        .map(|step| {
            let inputs: Vec<String> = step.inputs().iter().map(|input| input.value.clone()).collect();
            vec![format!("  {}", step.name()), format!("from {}", inputs.join(", "))]
        })
        .collect();
    show::aligned(&steps).iter().for_each(|line| show::data(line));
    show::data("\nreports");
    for report in &plan.reports {
        show::data(&format!("  {}", report.file()));
    }
    if inputs.assigned.iter().all(|assignment| assignment.sources.is_empty()) {
        show::talk("error: no file matches any source");
        return Exit::Input;
    }
    Exit::Done
}

fn files(plan: &Plan, inputs: &Inputs, latest: Option<&PublishedRun>) {
    show::data("\nfiles");
    let mut rows = Vec::new();
    for assignment in &inputs.assigned {
        let sources = assignment.sources.iter().filter_map(|at| plan.sources.get(*at)).map(SourceSpec::name);
        let rates = assignment.rates.iter().filter_map(|(at, _)| plan.rates.get(*at)).map(RatesSpec::name);
        let readers: Vec<&str> = sources.chain(rates).collect();
        let shown = &assignment.file.shown;
        let state = match latest {
            None => "",
            Some(run) => match run.inputs.iter().find(|input| input.file == *shown) {
                None => "new",
                Some(input) if same_content(&assignment.file.path, &input.blake3) => "unchanged",
                Some(_) => "changed",
            },
        };
        rows.push(vec![format!("  {shown}"), format!("→ {}", readers.join(", ")), state.to_owned()]);
    }
    for file in &inputs.unmatched {
        rows.push(vec![format!("  {}", file.shown), "NOT READ: no source matches".to_owned()]);
    }
    for file in &inputs.skipped {
        rows.push(vec![format!("  {}", file.shown), format!("not read: {}", file.reason)]);
    }
    show::aligned(&rows).iter().for_each(|line| show::data(line));
    for (name, patterns, read) in wants(plan, inputs) {
        if !read {
            show::data(&format!("  source {name} wants {}: NO SUCH FILE", patterns.join(", ")));
        }
    }
}

fn same_content(path: &std::path::Path, hash: &str) -> bool {
    crate::store::read_bytes(path).is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == hash)
}

/// Every block with its patterns and whether a file matches.
fn wants<'a>(plan: &'a Plan, inputs: &Inputs) -> Vec<(&'a str, Vec<String>, bool)> {
    let sources = plan.sources.iter().enumerate().map(|(at, source)| {
        let read = inputs.assigned.iter().any(|assignment| assignment.sources.contains(&at));
        (source.name(), source.patterns(), read)
    });
    let rates = plan.rates.iter().enumerate().map(|(at, rates)| {
        let read = inputs.assigned.iter().any(|one| one.rates.iter().any(|(block, _)| *block == at));
        (rates.name(), rates.patterns(), read)
    });
    sources.chain(rates).collect()
}
