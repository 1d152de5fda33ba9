//! Which files a table rests on: those of its sources, through all steps between, and those of the rates
//! where a step converts.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::Plan;
use crate::store::PublishedInput;

/// By table, every file it rested or rests on.
pub(super) struct Lineage {
    /// By table.
    pub(super) files: BTreeMap<String, BTreeSet<String>>,
}

impl Lineage {
    /// The lineage of all tables over the files of both publications.
    pub(super) fn new(plan: &Plan, old: &[PublishedInput], new: &[PublishedInput]) -> Self {
        let mut of_block: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for input in old.iter().chain(new) {
            of_block.entry(&input.source).or_default().insert(input.file.clone());
        }
        let of = |block: &str| of_block.get(block).cloned().unwrap_or_default();
        let mut files: BTreeMap<String, BTreeSet<String>> =
            plan.sources.iter().map(|source| (source.name().to_owned(), of(source.name()))).collect();
        let of_rates: BTreeSet<String> = plan.rates.iter().flat_map(|rates| of(rates.name())).collect();
        // Steps stand in the order in which they are made, so what they read is known already.
        for step in &plan.steps {
            let mut own: BTreeSet<String> = BTreeSet::new();
            for input in step.inputs() {
                own.extend(files.get(home(&input.value)).into_iter().flatten().cloned());
            }
            if plan.converts(step.name()) {
                own.extend(of_rates.iter().cloned());
            }
            files.insert(step.name().to_owned(), own);
        }
        Self { files }
    }

    /// Whether a table rests on a file.
    pub(super) fn rests_on(&self, table: &str, file: &str) -> bool {
        self.files.get(home(table)).is_some_and(|files| files.contains(file))
    }
}

/// What a source superseded rests on the files of the source.
fn home(table: &str) -> &str {
    table.strip_suffix(".superseded").unwrap_or(table)
}
