//! That a run which keeps only what something reads finds and makes the same as one that keeps everything: each
//! golden case and the shipped pipeline are computed both ways.

use std::path::Path;

use jiff::Timestamp;

use super::needed::Needed;
use super::read::freeze_all;
use super::run::{compute_frozen, find_inputs};
use super::{Computed, Plan, SilentProgress, load};
use crate::context::RunContext;

fn computed((plan, needed): (&Plan, &Needed), context: &RunContext) -> Computed {
    let inputs = find_inputs(plan, context).unwrap();
    let frozen = freeze_all(&inputs, context).unwrap();
    compute_frozen((plan, needed), &inputs, &frozen, context, &SilentProgress).unwrap()
}

/// All that a run tells beside its tables.
fn told(computed: &Computed) -> String {
    let Computed { accounts, rejects, findings, outcomes, quotes, notes, last_day, .. } = computed;
    format!(
        "{last_day:?}\n{accounts:#?}\n{rejects:#?}\n{findings:#?}\n{outcomes:#?}\n{quotes:#?}\n{notes:#?}"
    )
}

#[track_caller]
fn check(root: &Path, input: &Path, pipeline: &Path) {
    let mut plan = load(pipeline, &pipeline.display().to_string()).unwrap().plan.unwrap();
    let state = tempfile::tempdir().unwrap();
    let mut context = RunContext::in_folder(root, Timestamp::UNIX_EPOCH);
    context.input = input.to_owned();
    context.output = state.path().join("output");
    context.state = state.path().join("state");
    // The plan itself is narrowed too, so the whole comes first.
    let whole = computed((&plan, &Needed::all(&plan)), &context);
    let needed = Needed::of(&mut plan);
    let narrowed = computed((&plan, &needed), &context);
    let (whole_told, narrowed_told) = (told(&whole), told(&narrowed));
    if let Some((one, other)) =
        whole_told.lines().zip(narrowed_told.lines()).find(|(whole, narrowed)| whole != narrowed)
    {
        panic!("{}: {one} became {other}", pipeline.display());
    }
    assert_eq!(whole_told.len(), narrowed_told.len(), "{}", pipeline.display());
    for report in &plan.reports {
        for name in report.tables() {
            let place = format!("{}: {name}", pipeline.display());
            let (Some(whole), Some(narrowed)) = (whole.tables.get(name), narrowed.tables.get(name)) else {
                assert!(!whole.tables.contains_key(name), "{place} is gone");
                continue;
            };
            assert_eq!(whole.schema, narrowed.schema, "{place}");
            assert!(whole.frame.equals_missing(&narrowed.frame), "{place}");
        }
    }
}

#[test]
fn golden_cases_say_the_same_narrowed_and_whole() {
    let cases = crate::spec::golden::folders();
    assert!(cases.len() > 30);
    for case in cases {
        check(&case, &case.join("in"), &case.join("pipeline.toml"));
    }
}

#[test]
fn the_shipped_pipeline_says_the_same_narrowed_and_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    check(root, &root.join("input"), &root.join("pipelines/heilongjiang-russia.toml"));
}
