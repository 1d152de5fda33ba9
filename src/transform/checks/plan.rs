//! A check whose names and types are known, and what it makes of a rule's failures: accepted, allowed as a
//! fraction, or failed.

use polars::prelude::*;

use crate::expr::{self, Expression, Scope};
use crate::finding::{CheckOutcome, Finding, Severity};
use crate::measure::{MONEY_SCALE, Money};
use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Table};
use crate::text::Label;

use super::super::{StepError, World, columns};
use super::{Failure, PlannedRule};

/// Places of further rows that a failure names.
const NAMED: usize = 5;

/// A condition over the rows of a table; anything else is a mistake.
pub(super) fn condition_of(condition: &Text, scope: Scope<'_>, mistakes: &Mistakes) -> Option<Expression> {
    let expression = expr::parse(condition, scope, mistakes)?;
    if expression.column_type == ColumnType::Boolean {
        return Some(expression);
    }
    let message = format!("a condition is true or false, but this is {}", expression.column_type.word());
    mistakes.add(condition.span.clone(), message);
    None
}

/// What a condition says of each row.
pub(super) fn truths(condition: &Expression, frame: &DataFrame) -> Result<Vec<Option<bool>>, StepError> {
    let met = frame.clone().lazy().select([condition.lower().alias("met")]).collect()?;
    let met = columns::series(&met, "met")?;
    // A condition that is always null has no type of its own.
    let met = met.cast(&DataType::Boolean)?;
    let met = met.bool()?;
    Ok(match met.len() {
        // A condition without columns is one value for all rows.
        1 => vec![met.get(0); frame.height()],
        _ => met.iter().collect(),
    })
}

/// Which rows meet a condition; null does not.
pub(in crate::transform) fn rows_where(
    condition: &Expression,
    frame: &DataFrame,
) -> Result<Vec<bool>, StepError> {
    Ok(truths(condition, frame)?.into_iter().map(|met| met == Some(true)).collect())
}

/// A check whose names and types are known.
#[derive(Debug)]
pub struct CheckPlan {
    pub(super) name: String,
    pub(super) on: String,
    /// Every table it reads.
    pub(super) inputs: Vec<String>,
    pub(super) severity: Severity,
    /// Which rows are tested; all without it.
    pub(super) condition: Option<Expression>,
    /// What messages tell of the first row beside what the rule says.
    pub(super) show: Vec<(String, Expression)>,
    /// How much of what is tested may fail, as a fraction.
    pub(super) fraction: Option<Money>,
    pub(super) accept: Vec<(Expression, Label)>,
    pub(super) rule: Box<dyn PlannedRule>,
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

    /// Every table it reads, first the one it runs on.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// What a failure means.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Tests the table.
    pub fn run(&self, table: &Table, world: &World<'_>) -> Result<CheckOutcome, StepError> {
        let mut table = table.clone();
        if let Some(condition) = &self.condition {
            let met = BooleanChunked::from_iter(rows_where(condition, &table.frame)?);
            table.frame = table.frame.filter(&met)?;
        }
        let tested = self.rule.run(&table, world)?;
        let mut outcome = CheckOutcome {
            name: self.name.clone(),
            on: self.on.clone(),
            severity: self.severity,
            tested: tested.count,
            untested: tested.untested,
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
        let shown = self.shown(&table.frame)?;
        for failure in tested.failures {
            let meets = |met: &[bool]| failure.rows.iter().any(|row| met.get(*row) == Some(&true));
            let reason = accept.iter().find(|(met, _)| meets(met)).map(|(_, reason)| reason.first());
            let finding = self.finding(&failure, &table, &shown, world);
            match reason {
                Some(reason) => outcome.accepted.push(Finding { expected: reason.to_owned(), ..finding }),
                None => outcome.failures.push(finding),
            }
        }
        self.allow_fraction(&mut outcome);
        Ok(outcome)
    }

    /// The table with what is to be shown, each under a name of its own.
    fn shown(&self, frame: &DataFrame) -> Result<DataFrame, StepError> {
        if self.show.is_empty() {
            return Ok(frame.clone());
        }
        let named = self.show.iter().map(|(name, expression)| expression.lower().alias(name.as_str()));
        Ok(frame.clone().lazy().with_columns(named.collect::<Vec<_>>()).collect()?)
    }

    fn finding(&self, failure: &Failure, table: &Table, shown: &DataFrame, world: &World<'_>) -> Finding {
        let finding = Finding::new(failure.code, self.severity, self.name.clone()).times(failure.count);
        let Some(first) = failure.rows.first() else {
            return finding.seen(&failure.seen, &failure.expected);
        };
        let place = columns::place(table, world, *first);
        let mut seen = failure.seen.clone();
        if !self.show.is_empty() {
            let names: Vec<String> = self.show.iter().map(|(name, _)| name.clone()).collect();
            let separator = if seen.is_empty() { "" } else { "; " };
            seen = format!("{seen}{separator}{}", columns::described(shown, &names, *first));
        }
        let others: Vec<String> = failure
            .rows
            .iter()
            .skip(1)
            .map(|row| columns::place(table, world, *row))
            .filter(|other| *other != place && !other.cell.is_empty())
            .map(|other| match (other.file == place.file, other.sheet == place.sheet) {
                (true, true) => other.cell,
                _ => other.to_string(),
            })
            .collect();
        let mut expected = failure.expected.clone();
        if !others.is_empty() {
            let named: Vec<&str> = others.iter().take(NAMED).map(String::as_str).collect();
            expected = format!("{expected}; with {}", named.join(", "));
        }
        if others.len() > NAMED {
            expected = format!("{expected} and {} more", others.len() - NAMED);
        }
        finding.at(place).seen(seen, expected)
    }

    /// Failures that are no more than the fraction allowed are accepted for that reason.
    fn allow_fraction(&self, outcome: &mut CheckOutcome) {
        let Some(fraction) = self.fraction else { return };
        let failed: u64 = outcome.failures.iter().map(|failure| failure.count).sum();
        let one = 10_i128.pow(MONEY_SCALE);
        if i128::from(failed).saturating_mul(one) > fraction.units().saturating_mul(outcome.tested.into()) {
            return;
        }
        for mut finding in std::mem::take(&mut outcome.failures) {
            finding.expected = format!(
                "{} ({failed} of {} failed, within the fraction allowed)",
                finding.expected, outcome.tested
            );
            outcome.accepted.push(finding);
        }
    }
}
