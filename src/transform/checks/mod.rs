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
mod stated;
mod tolerance;
mod unique;

use std::fmt;

use crate::expr;
use crate::finding::{Code, Severity};
use crate::measure::{MONEY_SCALE, Money};
use crate::spec::{Fields, Mistakes, Node, NodeKind, Span, Text};
use crate::table::{ColumnRole, ColumnType, Schema, Table};
use crate::text::Label;

use super::columns::expect_column;
use super::measured::Measured;
use super::{Shape, Shapes, StepError, World};
use plan::condition_of;
use tolerance::Tolerance;

pub use plan::CheckPlan;

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

/// A `[[check]]` as written.
#[derive(Debug)]
pub struct CheckSpec {
    name: Label,
    on: Text,
    severity: Severity,
    condition: Option<Text>,
    tolerance: Option<Tolerance>,
    fraction: Option<Money>,
    show: Vec<Text>,
    accept: Vec<(Text, Label)>,
    kind: &'static str,
    span: Span,
    rule: Box<dyn Rule>,
}

impl CheckSpec {
    /// Reads a `[[check]]`.
    pub fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "[[check]]", mistakes)?;
        let name = fields.label("name").unwrap_or_default();
        let on = fields.required_text("on");
        let severities = [("warn", Severity::Warning), ("error", Severity::Error)];
        let severity = fields.choice("severity", &severities);
        let condition = fields.text("where");
        let tolerance = fields.number("tolerance");
        let fraction = fields.text("fraction");
        let show = fields.texts("show");
        let accept = read_accept(&mut fields);
        let found = read_rule(&mut fields, mistakes);
        fields.finish();
        let (kind, value) = found?;
        let tolerance = tolerance.and_then(|text| read_tolerance(&text, kind, mistakes));
        let fraction = fraction.and_then(|text| read_fraction(&text, kind, mistakes));
        let (condition, value) = condition_within(condition, value, mistakes);
        let rule = (kind.read)(&value, mistakes)?;
        Some(Self {
            name,
            on: on?,
            severity: severity.unwrap_or(kind.severity),
            condition,
            tolerance,
            fraction,
            show,
            accept,
            kind: kind.name,
            span: value.span,
            rule,
        })
    }

    /// Every table it reads, first the one it runs on.
    pub fn inputs(&self) -> Vec<Text> {
        let mut inputs = vec![self.on.clone()];
        inputs.extend(self.rule.inputs());
        inputs
    }

    /// Resolves every name and type.
    pub fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<CheckPlan> {
        let before = mistakes.count();
        for input in self.inputs().iter().filter(|input| !shapes.tables.contains_key(&input.value)) {
            let known = shapes.tables.keys().map(String::as_str);
            mistakes.unknown(input.span.clone(), "table", &input.value, known);
        }
        let shape = shapes.tables.get(&self.on.value)?;
        let condition = self.condition.as_ref().and_then(|text| condition_of(text, shape, mistakes));
        let conditions = self.accept.iter().map(|(text, reason)| {
            condition_of(text, shape, mistakes).map(|condition| (condition, reason.clone()))
        });
        let accept = conditions.collect::<Vec<_>>();
        let shown = self.show.iter().map(|text| shown(text, &shape.schema, mistakes));
        let show = shown.collect::<Vec<_>>();
        if mistakes.count() > before {
            return None;
        }
        let setting = Setting {
            shapes,
            tolerance: self.tolerance.unwrap_or(Tolerance::Rounding),
            fraction: self.fraction,
            span: self.span.clone(),
        };
        let rule = self.rule.plan(shape, &setting, mistakes)?;
        let name = match self.name.first() {
            "" => format!("{} {}", self.kind, self.on.value),
            name => name.to_owned(),
        };
        Some(CheckPlan {
            name,
            on: self.on.value.clone(),
            severity: self.severity,
            condition,
            show: show.into_iter().flatten().collect(),
            fraction: self.fraction,
            accept: accept.into_iter().flatten().collect(),
            rule,
        })
    }
}

fn read_accept(fields: &mut Fields<'_>) -> Vec<(Text, Label)> {
    let mut accept = Vec::new();
    for mut item in fields.tables("accept") {
        let condition = item.required_text("where");
        let reason = if item.required("reason").is_some() { item.label("reason") } else { None };
        item.finish();
        if let (Some(condition), Some(reason)) = (condition, reason) {
            accept.push((condition, reason));
        }
    }
    accept
}

/// The one rule of a check with its value.
fn read_rule<'a>(fields: &mut Fields<'a>, mistakes: &Mistakes) -> Option<(&'static CheckKind, &'a Node)> {
    let rules: Vec<&CheckKind> = CHECKS.iter().filter(|kind| fields.has(kind.name)).collect();
    // All are asked for, so that `finish` does not report a second rule as an unknown key.
    let given: Vec<Option<&Node>> = CHECKS.iter().map(|kind| fields.any(kind.name)).collect();
    match rules.as_slice() {
        [kind] => given.into_iter().flatten().next().map(|value| (*kind, value)),
        [] => {
            let examples: Vec<&str> = CHECKS.iter().map(|kind| kind.example).collect();
            let help = format!("a check reads as\n{}", examples.join("\n\n"));
            mistakes.add_with_help(fields.span(), "this check has no rule", help);
            None
        }
        [first, second, ..] => {
            let message =
                format!("a check has one rule, but here are `{}` and `{}`", first.name, second.name);
            mistakes.add_with_help(fields.span(), message, "make two checks of it");
            None
        }
    }
}

fn read_tolerance(text: &Text, kind: &CheckKind, mistakes: &Mistakes) -> Option<Tolerance> {
    let tolerance = Tolerance::read(text, mistakes);
    if kind.slack == Slack::None {
        mistakes.add(text.span.clone(), format!("`{}` compares no figures that may be apart", kind.name));
    }
    tolerance
}

fn read_fraction(text: &Text, kind: &CheckKind, mistakes: &Mistakes) -> Option<Money> {
    if kind.tests == Tests::Table {
        let message = format!("`{}` tests the table as a whole, of which no fraction can fail", kind.name);
        mistakes.add(text.span.clone(), message);
        return None;
    }
    let fraction = tolerance::percent(&text.value);
    let whole = Money::from_units(10_i128.pow(MONEY_SCALE));
    if fraction.is_none_or(|fraction| fraction > whole) {
        mistakes.add_with_help(
            text.span.clone(),
            format!("`{}` is no fraction of what is tested", text.value),
            "write a percentage up to \"100%\", such as \"1%\"",
        );
    }
    fraction
}

/// A `where` may stand in the check or, where the rule is a table, in the rule.
fn condition_within(outer: Option<Text>, value: &Node, mistakes: &Mistakes) -> (Option<Text>, Node) {
    let NodeKind::Table(entries) = &value.kind else { return (outer, value.clone()) };
    let inner = entries.iter().find_map(|entry| match &entry.value.kind {
        NodeKind::Text(text) if entry.key.value == "where" => Some(text.clone()),
        _ => None,
    });
    let Some(inner) = inner else { return (outer, value.clone()) };
    if outer.is_some() {
        mistakes.add(inner.span.clone(), "`where` stands in the check already");
    }
    let others = entries.iter().filter(|entry| entry.key.value != "where").cloned().collect();
    (Some(inner), Node { span: value.span.clone(), kind: NodeKind::Table(others) })
}

/// A column or a named expression that messages show.
fn shown(text: &Text, schema: &Schema, mistakes: &Mistakes) -> Option<(String, expr::Expression)> {
    expr::parse_named(text, schema, mistakes)
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
    use super::super::drawn::{Scene, outcome, said};
    use super::*;
    use crate::spec::parse;

    #[test]
    fn every_example_reads_and_every_key_is_its_files_stem() {
        let stems =
            include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let mut stems: Vec<&str> =
            stems.filter(|stem| !["known", "plan", "series", "tolerance"].contains(stem)).collect();
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

    #[track_caller]
    fn mistakes(toml: &str, expected: &str) {
        let mistakes = Mistakes::default();
        CheckSpec::read(&parse(toml, &mistakes), &mistakes);
        assert_eq!(said(mistakes), expected);
    }

    #[test]
    fn a_check_has_one_rule() {
        let nothing = Mistakes::default();
        CheckSpec::read(&parse("on = \"t\"", &nothing), &nothing);
        let said = said(nothing);
        assert!(said.contains("no rule") && CHECKS.iter().all(|kind| said.contains(kind.example)), "{said}");
        mistakes(
            "on = \"t\"\nunique = [\"a\"]\ncontrol = \"a + b = c\"",
            "a check has one rule, but here are `unique` and `control` (make two checks of it)",
        );
    }

    #[test]
    fn settings_are_checked_with_the_rule() {
        mistakes(
            "on = \"t\"\ncontrol = \"a + a = c\"\ntolerance = \"much\"\nseverity = \"info\"",
            "this is no sum of different members (write it as in \"export + import = total\")\n\
             `much` is no tolerance (write \"rounding\", a share of the figure such as \"2%\", or a distance such as \"0.5\")\n\
             unknown value of `severity` `info` (allowed: warn, error)",
        );
    }

    #[test]
    fn what_is_accepted_stands_apart_with_its_reason() {
        let scene = Scene::new("no | kind\nA | x\nA | x\nB | y\nB | y");
        let toml = "name = { zh = \"\u{4e00}\", en = \"once\" }\nunique = [\"no\"]\n\
                    accept = [ { where = \"kind = 'y'\", reason = \"two parts of one declaration\" } ]";
        assert_eq!(
            outcome(&scene.check(toml)),
            "tested 4\n\
             failed T01 at t.xlsx ▸ S ▸ A3: no A: 2 rows / one row\n\
             accepted T01 at t.xlsx ▸ S ▸ A5: no B: 2 rows / two parts of one declaration",
        );
    }
}
