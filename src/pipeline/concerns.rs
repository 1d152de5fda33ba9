//! Which checks concern a report: those of tables that rest on the same sources as what it shows. A workbook
//! of one subject lists no check of another.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::CheckOutcome;
use crate::pipeline::Plan;
use crate::report::ReportPlan;

/// The sources of every table, through all steps between.
pub(super) struct Concerns(BTreeMap<String, BTreeSet<String>>);

impl Concerns {
    /// Those of a pipeline.
    pub(super) fn new(plan: &Plan) -> Self {
        let compared: BTreeSet<String> = plan.rates.iter().map(|rates| rates.compared().0).collect();
        let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for source in &plan.sources {
            let own = BTreeSet::from([source.name().to_owned()]);
            sources.extend(source.superseded().map(|table| (table, own.clone())));
            sources.insert(source.name().to_owned(), own);
        }
        sources.extend(compared.iter().map(|table| (table.clone(), BTreeSet::from([table.clone()]))));
        // Steps stand in the order in which they are made, so what they read is known already.
        for step in &plan.steps {
            let inputs = step.inputs().iter().filter_map(|input| sources.get(&input.value));
            let mut own: BTreeSet<String> = inputs.flatten().cloned().collect();
            if plan.converts(step.name()) {
                own.extend(compared.iter().cloned());
            }
            sources.insert(step.name().to_owned(), own);
        }
        Self(sources)
    }

    /// The outcomes that a report lists.
    pub(super) fn of(&self, report: &ReportPlan, outcomes: &[CheckOutcome]) -> Vec<CheckOutcome> {
        let shown: BTreeSet<&String> =
            report.tables().into_iter().filter_map(|table| self.0.get(table)).flatten().collect();
        let concerns = |outcome: &&CheckOutcome| {
            self.0.get(&outcome.on).is_none_or(|sources| sources.iter().any(|source| shown.contains(source)))
        };
        outcomes.iter().filter(concerns).cloned().collect()
    }
}
