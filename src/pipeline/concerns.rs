//! Which checks concern a report: those of tables that rest on the same sources as what it shows. A workbook
//! of one subject lists no check of another.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::CheckOutcome;
use crate::pipeline::Plan;
use crate::report::ReportPlan;

/// The sources of every table, through all steps between.
pub(super) struct Concerns {
    sources: BTreeMap<String, BTreeSet<String>>,
    /// Tables that rest on exchange rates, whose sources are compared in tables of their own.
    converted: BTreeSet<String>,
    compared: BTreeSet<String>,
}

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
        let mut converted: BTreeSet<String> = BTreeSet::new();
        // Steps stand in the order in which they are made, so what they read is known already.
        for step in &plan.steps {
            let inputs = || step.inputs().iter().map(|input| &input.value);
            let own = inputs().filter_map(|input| sources.get(input)).flatten().cloned().collect();
            if plan.converts(step.name()) || inputs().any(|input| converted.contains(input)) {
                converted.insert(step.name().to_owned());
            }
            sources.insert(step.name().to_owned(), own);
        }
        Self { sources, converted, compared }
    }

    /// The outcomes that a report lists.
    pub(super) fn of(&self, report: &ReportPlan, outcomes: &[CheckOutcome]) -> Vec<CheckOutcome> {
        let tables = report.tables();
        let mut shown: BTreeSet<&String> =
            tables.iter().filter_map(|table| self.sources.get(*table)).flatten().collect();
        if tables.iter().any(|table| self.converted.contains(*table)) {
            shown.extend(&self.compared);
        }
        let concerns = |outcome: &&CheckOutcome| {
            let sources = self.sources.get(&outcome.on);
            sources.is_none_or(|sources| sources.iter().any(|source| shown.contains(source)))
        };
        outcomes.iter().filter(concerns).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::pipeline::load;

    #[test]
    fn the_sample_has_its_checks_and_the_real_figures_have_theirs() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/heilongjiang-russia.toml");
        let plan = load(&file, "heilongjiang-russia.toml").unwrap().plan.unwrap();
        let outcome = |check: &crate::transform::CheckPlan| CheckOutcome {
            name: check.name().to_owned(),
            on: check.on().to_owned(),
            severity: check.severity(),
            tested: 1,
            untested: 0,
            failures: Vec::new(),
            accepted: Vec::new(),
        };
        let outcomes: Vec<CheckOutcome> = plan.checks.iter().map(outcome).collect();
        let concerns = Concerns::new(&plan);
        let listed = |file: &str| -> BTreeSet<String> {
            let report = plan.reports.iter().find(|report| report.file().starts_with(file)).unwrap();
            concerns.of(report, &outcomes).into_iter().map(|outcome| outcome.on).collect()
        };
        let of_sample = BTreeSet::from(["declarations".to_owned()]);
        assert_eq!(listed("示例_报关单"), of_sample);
        let of_real = listed("heilongjiang-russia");
        assert!(of_real.contains("trade") && of_real.contains("contracts_and_trade"), "{of_real:?}");
        assert!(!of_real.contains("declarations"), "{of_real:?}");
    }
}
