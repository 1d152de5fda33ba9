//! Checks of tables. A check finds; it changes nothing and stops nothing: what a failure means is for the
//! run to decide, by the check's severity.
//!
//! A `[[check]]` has `on`, a rule (one key, one file, one entry in [`CHECKS`]), and may have `name`,
//! `severity`, `where`, `tolerance`, `fraction`, `show` and `accept`. No rule compares a missing value or a
//! forecast, and none takes a bound for an exact figure; what is left untested for that is counted.

mod additive;
mod agree;
mod control;
mod filled;
mod fresh;
mod holds;
mod implied_rate;
mod known;
mod monotone;
mod outlier;
mod parts;
mod pattern;
mod plan;
mod range;
mod reference;
mod rows;
mod series;
mod set;
mod spec;
mod stated;
mod tolerance;
mod unique;

use std::fmt;

use crate::finding::{Code, Severity};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, NodeKind, Span, Text};
use crate::table::{ColumnRole, ColumnType, Schema, Table};

use super::columns::expect_column;
use super::measured::Measured;
use super::{Shape, Shapes, StepError, World};
use tolerance::Tolerance;

pub use plan::CheckPlan;
pub(super) use plan::rows_where;
pub use spec::CheckSpec;

/// Every rule a check may have.
pub(crate) const CHECKS: &[CheckKind] = &[
    unique::KIND,
    filled::KIND,
    rows::KIND,
    fresh::KIND,
    range::KIND,
    set::KIND,
    pattern::KIND,
    reference::KIND,
    holds::KIND,
    control::KIND,
    additive::KIND,
    monotone::KIND,
    parts::KIND,
    agree::KIND,
    stated::KIND,
    implied_rate::KIND,
    outlier::KIND,
];

/// A rule's entry in the registry.
pub(crate) struct CheckKind {
    /// Its key in a `[[check]]`, also its file's stem.
    pub name: &'static str,
    /// The keys of a `[[check]]` that reads without a mistake.
    pub example: &'static str,
    /// What a failure means unless declared.
    pub severity: Severity,
    /// What it tests.
    pub tests: Tests,
    /// Whether figures may be apart.
    pub slack: Slack,
    /// Reads the value of the key.
    pub read: fn(&Node, &Mistakes) -> Option<Box<dyn Rule>>,
}

/// What a rule tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tests {
    /// Rows or groups, of which a fraction may be allowed to fail.
    Rows,
    /// The table as a whole.
    Table,
}

/// Whether a rule compares figures that may be apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slack {
    /// By the check's `tolerance`.
    Tolerance,
    /// It compares nothing of the kind.
    None,
}

/// A rule as written.
pub(crate) trait Rule: fmt::Debug {
    /// The other tables it reads.
    fn inputs(&self) -> Vec<Text> {
        Vec::new()
    }
    /// Resolves every name and type.
    fn plan(&self, shape: &Shape, setting: &Setting<'_>, mistakes: &Mistakes)
    -> Option<Box<dyn PlannedRule>>;
}

/// What a rule is planned with.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    /// All shapes and rates blocks.
    shapes: &'a Shapes,
    /// How far figures may be apart.
    tolerance: Tolerance,
    /// How much of what is tested may fail.
    fraction: Option<Money>,
    /// The rule's own place, for what it takes by default.
    span: Span,
}

/// A rule whose names and types are known.
pub(crate) trait PlannedRule: fmt::Debug {
    /// Tests the table.
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError>;
}

/// What a rule found.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    /// Rows or groups that could be tested.
    count: u64,
    /// Those that could not: no value, a bound, a forecast, no partner.
    untested: u64,
    /// Those that failed.
    failures: Vec<Failure>,
}

/// One failure.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static Code,
    /// The rows it concerns; the first gives its place. It is accepted if any of them is. Empty where the
    /// table as a whole failed.
    rows: Vec<usize>,
    seen: String,
    expected: String,
    /// How many it stands for.
    count: u64,
}

impl Failure {
    fn new(code: &'static Code, rows: Vec<usize>, seen: String, expected: String) -> Self {
        Self { code, rows, seen, expected, count: 1 }
    }
}

/// The columns that identify a row: its key, or else all dimensions.
fn identifying(shape: &Shape) -> Vec<String> {
    if !shape.key.is_empty() {
        return shape.key.clone();
    }
    let dimensions = shape.schema.columns().iter().filter(|column| column.role == ColumnRole::Dimension);
    dimensions.map(|column| column.name.clone()).collect()
}

/// The measure a rule takes unless declared: the first amount of the table.
fn measure_or_first(
    value: Option<&Text>,
    schema: &Schema,
    setting: &Setting<'_>,
    mistakes: &Mistakes,
) -> Option<Measured> {
    let value = match value {
        Some(value) => value.clone(),
        None => {
            let mut measures = schema.columns().iter().filter(|column| column.role == ColumnRole::Measure);
            let Some(first) = measures.find(|column| column.column_type == ColumnType::Money) else {
                mistakes.add(setting.span.clone(), "the table has no amount to test");
                return None;
            };
            Text::at(setting.span.clone(), first.name.clone())
        }
    };
    expect_column(schema, &value, &[ColumnType::Money, ColumnType::Integer], mistakes)?;
    Some(Measured::of(schema, &value.value))
}

/// The columns that tell apart the groups of a rule: those declared, else those that identify a row; never
/// those of `apart`, and always the units of the measure.
fn grouped_by(
    by: Option<&[Text]>,
    apart: &[&str],
    value: &Measured,
    shape: &Shape,
    mistakes: &Mistakes,
) -> Vec<String> {
    let mut names = match by {
        None => identifying(shape),
        Some(by) => {
            for column in by {
                expect_column(&shape.schema, column, &ANY, mistakes);
            }
            by.iter().map(|column| column.value.clone()).collect()
        }
    };
    names.retain(|name| !apart.contains(&name.as_str()));
    for unit in &value.units {
        if !names.contains(unit) {
            names.push(unit.clone());
        }
    }
    names
}

/// Columns of every type.
const ANY: [ColumnType; 7] = [
    ColumnType::Text,
    ColumnType::Integer,
    ColumnType::Date,
    ColumnType::Boolean,
    ColumnType::Money,
    ColumnType::Ratio,
    ColumnType::Rate,
];

/// A column or a list of columns; anything else is a mistake.
fn column_names(node: &Node, mistake: &str, mistakes: &Mistakes) -> Option<Vec<Text>> {
    let items = match &node.kind {
        NodeKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let texts = items.iter().map(|item| match &item.kind {
        NodeKind::Text(text) => Some(text.clone()),
        _ => None,
    });
    let columns = texts.collect::<Option<Vec<Text>>>().filter(|columns| !columns.is_empty());
    if columns.is_none() {
        mistakes.add(node.span.clone(), mistake);
    }
    columns
}

/// Names of columns, where the key is given.
fn texts_if_any(fields: &mut Fields<'_>, key: &'static str) -> Option<Vec<Text>> {
    fields.has(key).then(|| fields.texts(key))
}

/// A count of rows or groups.
fn count_of(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::drawn::said;
    use super::*;
    use crate::spec::parse;

    #[test]
    fn every_example_reads_and_every_key_is_its_files_stem() {
        let stems =
            include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let mut stems: Vec<&str> =
            stems.filter(|stem| !["known", "plan", "series", "spec", "tolerance"].contains(stem)).collect();
        stems.sort_unstable();
        let mut names: Vec<&str> = CHECKS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        assert_eq!(names, stems);
        for kind in CHECKS {
            let mistakes = Mistakes::default();
            let node = parse(kind.example, &mistakes);
            assert!(CheckSpec::read(&node, &mistakes).is_some(), "{}", kind.name);
            assert_eq!(said(mistakes), "", "{}", kind.name);
        }
    }
}
