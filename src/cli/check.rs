//! `amur check`: every mistake of the pipeline files, without data.

use super::args::{Global, Selection};
use super::exit::Exit;
use super::{mistakes, show};

pub(super) fn command(global: &Global, selection: &Selection) -> Exit {
    let files = match mistakes::select(&global.folder, &selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut worst = Exit::Done;
    for path in files {
        match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => {
                let Some(plan) = &file.plan else { continue };
                show::data(&format!(
                    "{}: valid ({} sources, {} rates, {} checks, {} steps, {} reports, {} tests)",
                    file.shown,
                    plan.sources.len(),
                    plan.rates.len(),
                    plan.checks.len(),
                    plan.steps.len(),
                    plan.reports.len(),
                    plan.tests.len()
                ));
            }
            Err(exit) => worst = worst.graver(exit),
        }
    }
    worst
}
