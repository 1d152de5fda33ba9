//! A checked pipeline: every name resolved, every type known, all mistakes of the file reported at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ingest::SourceSpec;
use crate::ingest::rates::RatesSpec;
use crate::pipeline::PipelineSpec;
use crate::pipeline::changes::{CHANGES_NAME, FIGURES_NAME};
use crate::pipeline::lists::Lists;
use crate::pipeline::order::{Wanted, order};
use crate::pipeline::unit_test::TestSpec;
use crate::report::{self, ReportPlan};
use crate::spec::{Mistakes, Text};
use crate::store::MANIFEST_NAME;
use crate::text::Label;
use crate::transform::{CheckPlan, Shape, Shapes, StepPlan};

/// What the engine runs.
#[derive(Debug)]
pub struct Plan {
    /// The pipeline's name.
    pub name: String,
    /// BLAKE3 of the pipeline file and of its code lists.
    pub hash: String,
    /// The report's title.
    pub title: Label,
    /// The zone in which days begin and end.
    pub timezone: TimeZone,
    /// The day the report speaks of, where the file fixes it.
    pub as_of: Option<Date>,
    /// Whether the files in which something was rejected are copied with the rejected cells marked.
    pub marked_copies: bool,
    /// The code lists.
    pub lists: Lists,
    /// Sources in the order of the file.
    pub sources: Vec<SourceSpec>,
    /// Rates blocks in the order of the file.
    pub rates: Vec<RatesSpec>,
    /// Steps in the order in which they are made.
    pub steps: Vec<StepPlan>,
    /// Checks in the order of the file.
    pub checks: Vec<CheckPlan>,
    /// Reports in the order of the file.
    pub reports: Vec<ReportPlan>,
    /// Unit tests in the order of the file.
    pub tests: Vec<TestSpec>,
    /// The shapes of all tables.
    pub shapes: Shapes,
}

impl Plan {
    /// Checks a pipeline against itself and its code lists; it is usable only if no mistake was added.
    pub(super) fn new(spec: PipelineSpec, lists: Lists, mistakes: &Mistakes) -> Self {
        let mut shapes = Shapes::default();
        for source in &spec.sources {
            source.check_lists(&lists.by_name, mistakes);
            let shape = Shape {
                schema: source.schema(),
                key: source.key().to_vec(),
                codes: source.codes_by_column(),
                sample: source.sample(),
            };
            if let Some(name) = source.superseded() {
                let key = source.superseded_key();
                shapes.tables.insert(name, Shape { key, ..shape.clone() });
            }
            shapes.tables.insert(source.name().to_owned(), shape);
        }
        shapes.lists.clone_from(&lists.by_name);
        for rates in &spec.rates {
            let (name, schema) = rates.compared();
            shapes
                .tables
                .insert(name, Shape { schema, key: Vec::new(), codes: BTreeMap::new(), sample: false });
        }
        shapes.rates = spec.rates.iter().map(|rates| rates.name().to_owned()).collect();
        let declared: BTreeSet<String> = spec.source_names.iter().cloned().chain(names(&spec)).collect();
        let steps = plan_steps(&spec, &mut shapes, mistakes);
        let checks = spec
            .checks
            .iter()
            .filter_map(|check| {
                let tables = check.inputs();
                let known = tables.iter().filter(|table| known_or_mistake(table, &declared, mistakes));
                (known.count() == tables.len()).then(|| check.plan(&shapes, mistakes)).flatten()
            })
            .collect();
        let reports = plan_reports(&spec, &shapes, &lists, &declared, mistakes);
        for test in &spec.tests {
            test.check(&shapes, &declared, mistakes);
        }
        if spec.source_names.is_empty() {
            mistakes.add_with_help(0..0, "the pipeline reads nothing", "add a [source.NAME] block");
        }
        let hash = blake3::hash(format!("{} {}", spec.hash, lists.hash).as_bytes()).to_hex().to_string();
        Self {
            name: spec.name,
            hash,
            title: spec.title,
            timezone: spec.timezone,
            as_of: spec.as_of,
            marked_copies: spec.marked_copies,
            lists,
            sources: spec.sources,
            rates: spec.rates,
            steps,
            checks,
            reports,
            tests: spec.tests,
            shapes,
        }
    }
}

impl Plan {
    /// Whether a table carries the rates of a conversion.
    pub(super) fn converts(&self, table: &str) -> bool {
        self.shapes.tables.get(table).is_some_and(|shape| {
            let schema = &shape.schema;
            schema.names().any(|name| name.strip_suffix("_rate").is_some_and(|measure| schema.has(measure)))
        })
    }
}

fn names(spec: &PipelineSpec) -> impl Iterator<Item = String> {
    spec.steps.iter().map(|step| step.name().value.clone()).chain(beside(spec))
}

/// Tables that come with a source or a rates block beside it.
fn beside(spec: &PipelineSpec) -> impl Iterator<Item = String> {
    let compared = spec.rates.iter().map(|rates| rates.compared().0);
    spec.sources.iter().filter_map(SourceSpec::superseded).chain(compared)
}

/// Plans steps in the order in which they can be made. A step that reads one with a mistake is left out,
/// so that one mistake is told once.
fn plan_steps(spec: &PipelineSpec, shapes: &mut Shapes, mistakes: &Mistakes) -> Vec<StepPlan> {
    let wanted: Vec<Wanted> =
        spec.steps.iter().map(|step| Wanted { name: step.name().clone(), inputs: step.inputs() }).collect();
    let beside: Vec<String> = beside(spec).collect();
    let known: Vec<&str> = spec.source_names.iter().chain(&beside).map(String::as_str).collect();
    let mut plans = Vec::new();
    for step in order(&wanted, &known, mistakes).into_iter().filter_map(|at| spec.steps.get(at)) {
        if !step.inputs().iter().all(|input| shapes.tables.contains_key(&input.value)) {
            continue;
        }
        if let Some(plan) = step.plan(shapes, mistakes) {
            shapes.tables.insert(step.name().value.clone(), plan.shape().clone());
            plans.push(plan);
        }
    }
    plans
}

/// Files that a run writes beside the reports.
const OWN_FILES: [&str; 6] =
    [FIGURES_NAME, CHANGES_NAME, MANIFEST_NAME, "findings.csv", "rates-used.csv", "rejects.csv"];

fn plan_reports(
    spec: &PipelineSpec,
    shapes: &Shapes,
    lists: &Lists,
    declared: &BTreeSet<String>,
    mistakes: &Mistakes,
) -> Vec<ReportPlan> {
    let known: report::Shapes = shapes
        .tables
        .iter()
        .map(|(name, shape)| (name.clone(), (shape.schema.clone(), shape.sample.into())))
        .collect();
    let list_names: Vec<&str> = lists.by_name.keys().map(String::as_str).collect();
    let mut plans = Vec::new();
    let mut files = BTreeSet::new();
    for report in &spec.reports {
        if !files.insert(report.file().value.clone()) {
            mistakes.add(report.file().span.clone(), "two reports write the same file");
        }
        if OWN_FILES.contains(&report.file().value.to_lowercase().as_str()) {
            let help = format!("these names are taken: {}", OWN_FILES.join(", "));
            mistakes.add_with_help(
                report.file().span.clone(),
                "every run writes a file of this name itself",
                help,
            );
        }
        let tables = report.tables();
        let all_declared =
            tables.iter().filter(|table| !known_or_mistake(table, declared, mistakes)).count() == 0;
        let all_planned = tables.iter().all(|table| known.contains_key(&table.value));
        if all_declared && all_planned {
            plans.extend(report.plan(&known, &list_names, mistakes));
        }
    }
    plans
}

/// Whether a table is declared; if not, that is a mistake. A declared table whose own mistake keeps it from
/// having a shape is no second mistake.
pub(super) fn known_or_mistake(table: &Text, declared: &BTreeSet<String>, mistakes: &Mistakes) -> bool {
    let known = declared.contains(&table.value);
    if !known {
        let names = declared.iter().map(String::as_str);
        mistakes.unknown(table.span.clone(), "table", &table.value, names);
    }
    known
}
