//! `control`: members of a dimension add up, as in `export + import = total`.
//!
//! Tested are groups that agree in all other identifying columns, unit and currency. A group in which a
//! member is missing, a bound or a forecast is skipped, not failed.

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::{described, text_if_any};
use super::super::figures::Figures;
use super::super::groups::{Groups, demand_unique};
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{
    CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, grouped_by,
    measure_or_first,
};

pub(super) const KIND: CheckKind = CheckKind {
    name: "control",
    example: "on = \"trade\"\ncontrol = \"export + import = total\"\ntolerance = \"rounding\"",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

/// The dimension whose members add up, unless declared.
const DIMENSION: &str = "flow";

#[derive(Debug)]
struct Control {
    left: Vec<String>,
    right: Vec<String>,
    dimension: Option<Text>,
    value: Option<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let (sum, dimension, value) = if let NodeKind::Text(sum) = &node.kind {
        (sum.clone(), None, None)
    } else {
        let mut fields = Fields::open(node, "`control`", mistakes)?;
        let sum = fields.required_text("sum");
        let read = (fields.text("dimension"), fields.text("value"));
        fields.finish();
        (sum?, read.0, read.1)
    };
    let members =
        |side: &str| -> Vec<String> { side.split('+').map(|member| member.trim().to_owned()).collect() };
    let sides: Vec<&str> = sum.value.split('=').collect();
    let (left, right) = match sides.as_slice() {
        [left, right] => (members(left), members(right)),
        _ => (Vec::new(), Vec::new()),
    };
    let mut all: Vec<&String> = left.iter().chain(&right).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    if count == 0 || all.len() < count || all.iter().any(|member| member.is_empty()) {
        mistakes.add_with_help(
            sum.span.clone(),
            "this is no sum of different members",
            "write it as in \"export + import = total\"",
        );
        return None;
    }
    Some(Box::new(Control { left, right, dimension, value }))
}

impl Rule for Control {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let schema = &shape.schema;
        let here = |name: &str| Text::at(setting.span.clone(), name);
        let dimension = self.dimension.clone().unwrap_or_else(|| here(DIMENSION));
        super::super::columns::expect_column(schema, &dimension, &[ColumnType::Text], mistakes);
        let value = measure_or_first(self.value.as_ref(), schema, setting, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let value = value?;
        let by = grouped_by(None, &[&dimension.value], &value, shape, mistakes);
        Some(Box::new(Sum {
            left: self.left.clone(),
            right: self.right.clone(),
            dimension: dimension.value,
            value,
            by,
            tolerance: setting.tolerance,
        }))
    }
}

#[derive(Debug)]
struct Sum {
    left: Vec<String>,
    right: Vec<String>,
    dimension: String,
    value: Measured,
    by: Vec<String>,
    tolerance: Tolerance,
}

impl PlannedRule for Sum {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let mut identity = self.by.clone();
        identity.push(self.dimension.clone());
        demand_unique(table, &identity, "`control`", world)?;
        let members = Members {
            names: text_if_any(frame, Some(&self.dimension))?,
            figures: Figures::of(&self.value, frame)?,
        };
        let mut tested = Tested::default();
        for rows in Groups::by(frame, &self.by)?.rows() {
            let (Some(left), Some(right)) =
                (members.side(&rows, &self.left)?, members.side(&rows, &self.right)?)
            else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            let rounding = left.rounding.checked_add(right.rounding)?;
            if self.tolerance.agree(left.sum, right.sum, rounding)? {
                continue;
            }
            let first = right.rows.first().copied().unwrap_or_default();
            let difference = left.sum.checked_sub(right.sum)?;
            let seen = format!("{} = {}", self.right.join(" + "), right.sum);
            let expected = format!(
                "{} = {} (apart by {difference}, roundings allow {rounding}); {}",
                self.left.join(" + "),
                left.sum,
                described(frame, &self.by, first),
            );
            let rows = right.rows.into_iter().chain(left.rows).collect();
            tested.failures.push(Failure::new(&codes::SUM_DIFFERS, rows, seen, expected));
        }
        Ok(tested)
    }
}

/// One side of the equation in one group.
struct Side {
    sum: Money,
    rounding: Money,
    rows: Vec<usize>,
}

/// The rows of the table by the member they are of.
struct Members {
    names: Vec<Option<String>>,
    figures: Figures,
}

impl Members {
    /// The sum of some members of a group; `None` where one of them has no exact figure.
    fn side(&self, rows: &[usize], members: &[String]) -> Result<Option<Side>, StepError> {
        let mut side = Side { sum: Money::ZERO, rounding: Money::ZERO, rows: Vec::new() };
        for member in members {
            let name = |row: usize| self.names.get(row).and_then(Option::as_deref);
            let Some(row) = rows.iter().copied().find(|row| name(*row) == Some(member)) else {
                return Ok(None);
            };
            let Ok(value) = self.figures.exact(row) else { return Ok(None) };
            side.sum = side.sum.checked_add(value)?;
            if let Some(rounding) = self.figures.rounding(row) {
                side.rounding = side.rounding.checked_add(rounding)?;
            }
            side.rows.push(row);
        }
        Ok(Some(side))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    const SUM: &str = "control = \"export + import = total\"\nseverity = \"warn\"";
    /// 2023, January to June, as published in 亿元: 328.7 + 1095.9 = 1424.6; 2022, January to March, with
    /// an import that is one off, in 万元.
    const TRADE: &str = "time_period | flow | currency | v:amount | v_rounding:amount\n\
        2023-01/2023-06 | total | CNY | 142460000000 | 5000000\n\
        2023-01/2023-06 | export | CNY | 32870000000 | 5000000\n\
        2023-01/2023-06 | import | CNY | 109590000000 | 5000000\n\
        2022-01/2022-03 | total | CNY | 55200000000 | 5000\n\
        2022-01/2022-03 | export | CNY | 10100000000 | 5000\n\
        2022-01/2022-03 | import | CNY | 45100020000 | 5000\n\
        2022 | total | CNY | 265150000000 | 5000";

    #[test]
    fn sums_are_tested_where_all_members_are_there() {
        assert_eq!(
            outcome(&Scene::new(TRADE).check(SUM)),
            "tested 2, 1 not\n\
             failed T02 at t.xlsx ▸ S ▸ A5: total = 55200000000 / export + import = 55200020000 \
             (apart by 20000, roundings allow 15000); time_period 2022-01/2022-03, currency CNY; with A6, A7",
        );
    }

    #[test]
    fn a_tolerance_may_be_a_share_or_a_distance() {
        for (tolerance, failures) in
            [("\"0.001%\"", 0), ("\"0.00001%\"", 1), ("20000", 0), ("\"19999.9\"", 1)]
        {
            let outcome = Scene::new(TRADE).check(&format!("{SUM}\ntolerance = {tolerance}"));
            assert_eq!(outcome.failures.len(), failures, "{tolerance}");
        }
    }

    #[test]
    fn members_in_two_currencies_are_not_added() {
        let drawn = "time_period | flow | currency | v:amount\n\
            2021 | total | CNY | 3\n2021 | export | USD | 1\n2021 | import | CNY | 9";
        assert_eq!(outcome(&Scene::new(drawn).check(SUM)), "tested 0, 2 not");
    }
}
