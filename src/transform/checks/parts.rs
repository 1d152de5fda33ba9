//! `parts`: in a hierarchy of codes (HS: 2, 4, 6 digits), the codes below a code add up to it. A code is below
//! another if it begins with it and has the next length of `levels`.
//!
//! Codes may be missing from a table, so a sum below the whole is no failure unless `complete = true` says
//! that all are there; it is counted as untested. A sum above the whole always fails.

use std::collections::BTreeMap;

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::{described, expect_column, text_if_any};
use super::super::figures::Figures;
use super::super::groups::{Groups, demand_unique};
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{
    CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, grouped_by,
    measure_or_first, texts_if_any,
};

pub(super) const KIND: CheckKind = CheckKind {
    name: "parts",
    example: "on = \"by_code\"\nparts = { code = \"hs_code\", levels = [2, 4, 6], value = \"value_cny\", by = [\"year\", \"flow\"], complete = true }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

/// Whether every code of the hierarchy stands in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codes {
    All,
    Some,
}

#[derive(Debug)]
struct Parts {
    code: Text,
    levels: Vec<usize>,
    value: Option<Text>,
    by: Option<Vec<Text>>,
    codes: Codes,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`parts`", mistakes)?;
    let code = fields.required_text("code");
    let levels = fields.required("levels");
    let value = fields.text("value");
    let by = texts_if_any(&mut fields, "by");
    let complete = fields.boolean("complete").unwrap_or(false);
    fields.finish();
    let levels = lengths(levels?, mistakes)?;
    let codes = if complete { Codes::All } else { Codes::Some };
    Some(Box::new(Parts { code: code?, levels, value, by, codes }))
}

fn lengths(node: &Node, mistakes: &Mistakes) -> Option<Vec<usize>> {
    let items = if let NodeKind::List(items) = &node.kind { items.as_slice() } else { &[] };
    let lengths: Option<Vec<usize>> = items
        .iter()
        .map(|item| match item.kind {
            NodeKind::Integer(length) => usize::try_from(length).ok().filter(|length| *length > 0),
            _ => None,
        })
        .collect();
    let rising = |lengths: &Vec<usize>| {
        lengths.len() > 1 && lengths.iter().zip(lengths.iter().skip(1)).all(|(short, long)| short < long)
    };
    let lengths = lengths.filter(rising);
    if lengths.is_none() {
        let help = "write the lengths of the codes from the top down, as in [2, 4, 6]";
        mistakes.add_with_help(node.span.clone(), "these are no levels of codes", help);
    }
    lengths
}

impl Rule for Parts {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        expect_column(&shape.schema, &self.code, &[ColumnType::Text], mistakes);
        let value = measure_or_first(self.value.as_ref(), &shape.schema, setting, mistakes)?;
        let by = grouped_by(self.by.as_deref(), &[&self.code.value], &value, shape, mistakes);
        if mistakes.count() > before {
            return None;
        }
        Some(Box::new(Hierarchy {
            code: self.code.value.clone(),
            levels: self.levels.clone(),
            value,
            by,
            codes: self.codes,
            tolerance: setting.tolerance,
        }))
    }
}

#[derive(Debug)]
struct Hierarchy {
    code: String,
    levels: Vec<usize>,
    value: Measured,
    by: Vec<String>,
    codes: Codes,
    tolerance: Tolerance,
}

impl PlannedRule for Hierarchy {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let mut identity = self.by.clone();
        identity.push(self.code.clone());
        demand_unique(table, &identity, "`parts`", world)?;
        let names = text_if_any(frame, Some(&self.code))?;
        let figures = Figures::of(&self.value, frame)?;
        let mut tested = Tested::default();
        for rows in Groups::by(frame, &self.by)?.rows() {
            let by_code: BTreeMap<&str, usize> =
                rows.iter().filter_map(|row| Some((names.get(*row)?.as_deref()?, *row))).collect();
            for (code, row) in &by_code {
                let Some(below) = self.length_below(code) else { continue };
                let under = by_code.range(*code..).take_while(|(other, _)| other.starts_with(code));
                let parts: Vec<usize> = under
                    .filter(|(other, _)| other.chars().count() == below)
                    .map(|(_, part)| *part)
                    .collect();
                if !parts.is_empty() {
                    self.test(Family { whole: *row, parts }, &figures, table, &mut tested)?;
                }
            }
        }
        Ok(tested)
    }
}

/// The row of a code and those of the codes below it.
struct Family {
    whole: usize,
    parts: Vec<usize>,
}

impl Hierarchy {
    fn length_below(&self, code: &str) -> Option<usize> {
        let length = code.chars().count();
        self.levels.iter().skip_while(|level| **level != length).nth(1).copied()
    }

    fn test(
        &self,
        family: Family,
        figures: &Figures,
        table: &Table,
        tested: &mut Tested,
    ) -> Result<(), StepError> {
        let Family { whole, parts } = family;
        let exact = |row: &usize| figures.exact(*row).ok();
        let values = parts.iter().map(exact).collect::<Option<Vec<Money>>>();
        let (Some(total), Some(values)) = (exact(&whole), values) else {
            tested.untested += 1;
            return Ok(());
        };
        let mut sum = Money::ZERO;
        for value in values {
            sum = sum.checked_add(value)?;
        }
        let mut rounding = Money::ZERO;
        for row in std::iter::once(&whole).chain(&parts) {
            rounding = rounding.checked_add(figures.rounding(*row).unwrap_or(Money::ZERO))?;
        }
        if self.tolerance.agree(sum, total, rounding)? {
            tested.count += 1;
            return Ok(());
        }
        if self.codes == Codes::Some && sum < total {
            tested.untested += 1;
            return Ok(());
        }
        tested.count += 1;
        let mut named = vec![self.code.clone()];
        named.extend(self.by.iter().cloned());
        let seen = format!("{} = {total}", described(&table.frame, &named, whole));
        let apart = total.checked_sub(sum)?;
        let expected =
            format!("{} codes below it = {sum} (apart by {apart}, roundings allow {rounding})", parts.len());
        let rows = std::iter::once(whole).chain(parts).collect();
        tested.failures.push(Failure::new(&codes::PARTS_DIFFER, rows, seen, expected));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    /// 27 = 2701 + 2709 (60 + 30 = 90); 2709 = 270900 (31 above 30); 44 has a code that is not exact.
    const CODES: &str = "hs | flow | v:amount | v_bound\n27 | import | 100 |\n2701 | import | 60 |\n2709 | import | 30 |\n\
        270900 | import | 31 |\n44 | import | 5 |\n4403 | import | 9 | >\n27 | export | 7 |\n2701 | export | 7 |";

    #[test]
    fn a_sum_above_the_whole_fails_and_one_below_only_where_all_codes_are_there() {
        let above = "failed T18 at t.xlsx ▸ S ▸ A4: hs 2709, flow import = 30 / \
                     1 codes below it = 31 (apart by -1, roundings allow 0); with A5";
        assert_eq!(
            outcome(&Scene::new(CODES).check("parts = { code = \"hs\", levels = [2, 4, 6], value = \"v\" }")),
            format!("tested 2, 2 not\n{above}")
        );
        let all =
            "parts = { code = \"hs\", levels = [2, 4, 6], value = \"v\", by = [\"flow\"], complete = true }";
        assert_eq!(
            outcome(&Scene::new(CODES).check(all)),
            format!(
                "tested 3, 1 not\n\
                 failed T18 at t.xlsx ▸ S ▸ A2: hs 27, flow import = 100 / \
                 2 codes below it = 90 (apart by 10, roundings allow 0); with A3, A4\n{above}"
            )
        );
    }

    #[test]
    fn levels_rise() {
        for levels in ["[6, 4]", "[4]", "[\"2\", \"4\"]", "4", "[0, 2]"] {
            let told =
                Scene::new(CODES).check_mistakes(&format!("parts = {{ code = \"hs\", levels = {levels} }}"));
            assert!(told.starts_with("these are no levels of codes"), "{levels}: {told}");
        }
    }
}
