//! Checks of tables. A check finds; it changes nothing and stops nothing: what a failure means is for the
//! run to decide, by the check's severity.
//!
//! A `[[check]]` has `on`, a rule (one key, one file, one entry in [`CHECKS`]), and may have `name`,
//! `severity`, `tolerance` and `accept`.

mod control;
mod implied_rate;
mod stated;
mod tolerance;
mod unique;

use std::fmt;

use polars::prelude::*;

use crate::expr::{self, Expression};
use crate::finding::{CheckOutcome, Code, Finding, Severity};
use crate::spec::{Fields, Mistakes, Node, Span, Text};
use crate::table::{ColumnType, Table};
use crate::text::Label;

use super::{Shape, Shapes, StepError, World, columns};
use tolerance::Tolerance;

/// Every rule a check may have.
pub(crate) const CHECKS: &[CheckKind] = &[unique::KIND, control::KIND, stated::KIND, implied_rate::KIND];

/// A rule's entry in the registry.
pub(crate) struct CheckKind {
    /// Its key in a `[[check]]`, also its file's stem.
    pub name: &'static str,
    /// The keys of a `[[check]]` that reads without a mistake.
    pub example: &'static str,
    /// Reads the value of the key.
    pub read: fn(&Node, &Mistakes) -> Option<Box<dyn Rule>>,
}

/// A rule as written.
pub(crate) trait Rule: fmt::Debug {
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
    /// Those that failed.
    failures: Vec<Failure>,
}

/// One failure.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static Code,
    /// The rows it concerns; the first gives its place. It is accepted if any of them is.
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
    tolerance: Option<Tolerance>,
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
        let severity = fields.choice("severity", &severities).unwrap_or(Severity::Error);
        let tolerance = fields.number("tolerance").and_then(|text| Tolerance::read(&text, mistakes));
        let mut accept = Vec::new();
        for mut item in fields.tables("accept") {
            let condition = item.required_text("where");
            let reason = if item.required("reason").is_some() { item.label("reason") } else { None };
            item.finish();
            if let (Some(condition), Some(reason)) = (condition, reason) {
                accept.push((condition, reason));
            }
        }
        let rules: Vec<&CheckKind> = CHECKS.iter().filter(|kind| fields.has(kind.name)).collect();
        // All are asked for, so that `finish` does not report a second rule as an unknown key.
        let given: Vec<Option<&Node>> = CHECKS.iter().map(|kind| fields.any(kind.name)).collect();
        let rule = match rules.as_slice() {
            [kind] => {
                let value = given.into_iter().flatten().next();
                value.and_then(|value| Some((kind.name, value.span.clone(), (kind.read)(value, mistakes)?)))
            }
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
        };
        fields.finish();
        let (kind, span, rule) = rule?;
        Some(Self { name, on: on?, severity, tolerance, accept, kind, span, rule })
    }

    /// The table it runs on.
    pub fn on(&self) -> &Text {
        &self.on
    }

    /// Resolves every name and type.
    pub fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<CheckPlan> {
        let Some(shape) = shapes.tables.get(&self.on.value) else {
            let known = shapes.tables.keys().map(String::as_str);
            mistakes.unknown(self.on.span.clone(), "table", &self.on.value, known);
            return None;
        };
        let mut accept = Vec::new();
        let mut all = true;
        for (condition, reason) in &self.accept {
            match condition_of(condition, shape, mistakes) {
                Some(expression) => accept.push((expression, reason.clone())),
                None => all = false,
            }
        }
        let setting = Setting {
            shapes,
            tolerance: self.tolerance.unwrap_or(Tolerance::Rounding),
            span: self.span.clone(),
        };
        let rule = self.rule.plan(shape, &setting, mistakes)?;
        let name = match self.name.first() {
            "" => format!("{} {}", self.kind, self.on.value),
            name => name.to_owned(),
        };
        all.then(|| CheckPlan { name, on: self.on.value.clone(), severity: self.severity, accept, rule })
    }
}

/// A condition over the rows of a table; anything else is a mistake.
fn condition_of(condition: &Text, shape: &Shape, mistakes: &Mistakes) -> Option<Expression> {
    let expression = expr::parse(condition, &shape.schema, mistakes)?;
    if expression.column_type == ColumnType::Boolean {
        return Some(expression);
    }
    let message = format!("a condition is true or false, but this is {}", expression.column_type.word());
    mistakes.add(condition.span.clone(), message);
    None
}

/// Which rows meet a condition; null does not.
fn rows_where(condition: &Expression, frame: &DataFrame) -> Result<Vec<bool>, StepError> {
    let met = frame.clone().lazy().select([condition.lower().alias("met")]).collect()?;
    let met = columns::series(&met, "met")?.bool()?;
    let met: Vec<bool> = match met.len() {
        // A condition without columns is one value for all rows.
        1 => vec![met.get(0) == Some(true); frame.height()],
        _ => met.iter().map(|met| met == Some(true)).collect(),
    };
    Ok(met)
}

/// A check whose names and types are known.
#[derive(Debug)]
pub struct CheckPlan {
    name: String,
    on: String,
    severity: Severity,
    accept: Vec<(Expression, Label)>,
    rule: Box<dyn PlannedRule>,
}

impl CheckPlan {
    /// Its name in reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table it runs on.
    pub fn on(&self) -> &str {
        &self.on
    }

    /// What a failure means.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Tests the table.
    pub fn run(&self, table: &Table, world: &World<'_>) -> Result<CheckOutcome, StepError> {
        let tested = self.rule.run(table, world)?;
        let mut outcome = CheckOutcome {
            name: self.name.clone(),
            on: self.on.clone(),
            severity: self.severity,
            tested: tested.count,
            failures: Vec::new(),
            accepted: Vec::new(),
        };
        if tested.failures.is_empty() {
            return Ok(outcome);
        }
        let mut accept = Vec::new();
        for (condition, reason) in &self.accept {
            accept.push((rows_where(condition, &table.frame)?, reason));
        }
        for failure in tested.failures {
            let first = failure.rows.first().copied().unwrap_or_default();
            let place = columns::place(table, world, first);
            let meets = |met: &[bool]| failure.rows.iter().any(|row| met.get(*row) == Some(&true));
            let reason = accept.iter().find(|(met, _)| meets(met)).map(|(_, reason)| reason.first());
            let finding =
                Finding::new(failure.code, self.severity, self.name.clone()).at(place).times(failure.count);
            match reason {
                Some(reason) => outcome.accepted.push(finding.seen(failure.seen, reason)),
                None => outcome.failures.push(finding.seen(failure.seen, failure.expected)),
            }
        }
        Ok(outcome)
    }
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
        let mut stems: Vec<&str> = stems.filter(|stem| *stem != "tolerance").collect();
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
