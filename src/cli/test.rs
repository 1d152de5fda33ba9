//! `amur test`: the unit tests written in the pipeline files.

use super::args::{Global, Selection};
use super::exit::Exit;
use super::{mistakes, show};
use crate::pipeline::run_tests;

pub(super) fn command(global: &Global, selection: &Selection) -> Exit {
    let files = match mistakes::select(&global.folder, &selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut worst = Exit::Done;
    let (mut passed, mut failed) = (0, 0);
    for path in files {
        let file = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file,
            Err(exit) => {
                worst = worst.graver(exit);
                continue;
            }
        };
        for outcome in file.plan.iter().flat_map(run_tests) {
            if outcome.failures.is_empty() {
                passed += 1;
                show::data(&format!("pass  {}: {}", file.name, outcome.name));
            } else {
                failed += 1;
                show::data(&format!("FAIL  {}: {}", file.name, outcome.name));
                for failure in &outcome.failures {
                    show::data(&format!("      {failure}"));
                }
            }
        }
    }
    show::data(&format!("{passed} passed, {failed} failed"));
    if failed > 0 { worst.graver(Exit::Tests) } else { worst }
}
