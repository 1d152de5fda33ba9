//! `reference`: a value is the one that a trusted source gives (`expect`, with `source`), or stands in a
//! column of another table (`in = "TABLE.COLUMN"`).
//!
//! Texts are compared folded (width, case and blanks do not count), amounts within the tolerance and for
//! what a bound says of them, days exactly. An empty value is untested.

use std::collections::BTreeSet;

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};
use crate::text::fold;

use super::super::columns::{expect_column, series, shown};
use super::super::figures::Figures;
use super::super::measured::Measured;
use super::super::{Shape, StepError, World, table_of};
use super::known::Known;
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance};

pub(super) const KIND: CheckKind = CheckKind {
    name: "reference",
    example: "on = \"facts\"\nreference = { where = \"fact_id = 'F30'\", column = \"value_text\", expect = \"Blagoveshchensk\", source = \"agency reports of 2019\" }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

#[derive(Debug)]
struct Reference {
    column: Text,
    expect: Option<Text>,
    within: Option<Text>,
    source: Option<String>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`reference`", mistakes)?;
    let column = fields.required_text("column");
    if fields.has("expect") == fields.has("in") {
        mistakes.add(fields.span(), "`reference` has `expect` = VALUE or `in` = \"TABLE.COLUMN\"");
    }
    let (expect, within) = (fields.number("expect"), fields.text("in"));
    let source = fields.text("source").map(|source| source.value);
    fields.finish();
    Some(Box::new(Reference { column: column?, expect, within, source }))
}

/// A table and a column; tables may have a dot in their names, columns have none.
fn table_and_column(text: &Text) -> Option<(Text, Text)> {
    let (table, column) = text.value.rsplit_once('.')?;
    Some((Text::at(text.span.clone(), table), Text::at(text.span.clone(), column)))
}

impl Rule for Reference {
    fn inputs(&self) -> Vec<Text> {
        let within = self.within.as_ref();
        within
            .map(|text| table_and_column(text).map_or_else(|| text.clone(), |(table, _)| table))
            .into_iter()
            .collect()
    }

    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let types = [ColumnType::Text, ColumnType::Integer, ColumnType::Money, ColumnType::Date];
        let column_type = expect_column(&shape.schema, &self.column, &types, mistakes)?;
        let column = self.column.value.clone();
        if let Some(within) = &self.within {
            let (table, other) = table_and_column(within)?;
            let schema = &setting.shapes.tables.get(&table.value)?.schema;
            expect_column(schema, &other, &[column_type], mistakes)?;
            return Some(Box::new(Within { column, table: table.value, other: other.value }));
        }
        let expect = self.expect.as_ref()?;
        let source = self.source.as_ref().map_or_else(String::new, |source| format!(" ({source})"));
        let expected = format!("{}{source}", expect.value);
        if matches!(column_type, ColumnType::Money | ColumnType::Integer) {
            let Ok(value) = expect.value.parse() else {
                mistakes.add(expect.span.clone(), format!("`{}` is no number", expect.value));
                return None;
            };
            let measured = Measured::of(&shape.schema, &column);
            return Some(Box::new(Amount { measured, value, expected, tolerance: setting.tolerance }));
        }
        if column_type == ColumnType::Date && expect.value.parse::<jiff::civil::Date>().is_err() {
            mistakes.add(expect.span.clone(), format!("`{}` is no day such as 2021-01-01", expect.value));
            return None;
        }
        Some(Box::new(Written { column, value: fold(&expect.value), expected }))
    }
}

/// An amount or a number.
#[derive(Debug)]
struct Amount {
    measured: Measured,
    value: Money,
    expected: String,
    tolerance: Tolerance,
}

impl PlannedRule for Amount {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let figures = Figures::of(&self.measured, &table.frame)?;
        let mut tested = Tested::default();
        for row in 0..table.frame.height() {
            let rounding = figures.rounding(row).unwrap_or(Money::ZERO);
            let agree = match Known::of(&figures, row) {
                Some(known) => {
                    let agree = known.agree(Known::Exact(self.value), self.tolerance, rounding)?;
                    agree.map(|agree| (agree, known))
                }
                None => None,
            };
            let Some((agree, known)) = agree else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            if !agree {
                let seen = format!("{} {known}", self.measured.name);
                let failure = Failure::new(&codes::REFERENCE_DIFFERS, vec![row], seen, self.expected.clone());
                tested.failures.push(failure);
            }
        }
        Ok(tested)
    }
}

/// A text or a day.
#[derive(Debug)]
struct Written {
    column: String,
    /// Folded.
    value: String,
    expected: String,
}

impl PlannedRule for Written {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let mut tested = Tested::default();
        for (row, there) in there(table, &self.column)?.into_iter().enumerate() {
            if !there {
                tested.untested += 1;
                continue;
            }
            tested.count += 1;
            let value = shown(&table.frame, &self.column, row);
            if fold(&value) != self.value {
                let seen = format!("{} {value}", self.column);
                let failure = Failure::new(&codes::REFERENCE_DIFFERS, vec![row], seen, self.expected.clone());
                tested.failures.push(failure);
            }
        }
        Ok(tested)
    }
}

/// A value of another table.
#[derive(Debug)]
struct Within {
    column: String,
    table: String,
    other: String,
}

impl PlannedRule for Within {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let other = table_of(world, &self.table)?;
        let values = there(other, &self.other)?.into_iter().enumerate().filter(|(_, there)| *there);
        let known: BTreeSet<String> = values.map(|(row, _)| shown(&other.frame, &self.other, row)).collect();
        let mut tested = Tested::default();
        for (row, there) in there(table, &self.column)?.into_iter().enumerate() {
            if !there {
                tested.untested += 1;
                continue;
            }
            tested.count += 1;
            let value = shown(&table.frame, &self.column, row);
            if !known.contains(&value) {
                let seen = format!("{} {value}", self.column);
                let expected = format!("one of the {} values of {}.{}", known.len(), self.table, self.other);
                tested.failures.push(Failure::new(&codes::NOT_ALLOWED, vec![row], seen, expected));
            }
        }
        Ok(tested)
    }
}

fn there(table: &Table, column: &str) -> Result<Vec<bool>, StepError> {
    let there = series(&table.frame, column)?.is_not_null();
    Ok(there.iter().map(|there| there == Some(true)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome, table};

    const FACTS: &str = "id | city | v:amount | v_bound | v_rounding:amount | d:date\n\
        F30 | Nizhneleninskoye | | | |\nF31 | ＢLAGOVESHCHENSK | | | |\nF15 | | 1764 | | | 2019-06-15\n\
        F16 | | 1700 | > | |\nF17 | | 1763 | | 0.5 |";

    #[test]
    fn a_text_is_compared_folded_and_names_its_source() {
        assert_eq!(
            outcome(&Scene::new(FACTS).check(
                "reference = { column = \"city\", expect = \"Blagoveshchensk\", source = \"agency reports\" }"
            )),
            "tested 2, 3 not\n\
             failed T07 at t.xlsx ▸ S ▸ A2: city Nizhneleninskoye / Blagoveshchensk (agency reports)"
        );
    }

    #[test]
    fn a_lower_bound_agrees_with_more_and_an_amount_within_its_rounding() {
        let scene = Scene::new(FACTS);
        assert_eq!(
            outcome(&scene.check("reference = { column = \"v\", expect = 1764 }")),
            "tested 3, 2 not\nfailed T07 at t.xlsx ▸ S ▸ A6: v 1763 / 1764"
        );
        assert_eq!(
            outcome(&scene.check("reference = { column = \"v\", expect = 1600 }\ntolerance = \"10%\"")),
            "tested 3, 2 not\n\
             failed T07 at t.xlsx ▸ S ▸ A4: v 1764 / 1600\n\
             failed T07 at t.xlsx ▸ S ▸ A6: v 1763 / 1600"
        );
        let day = "reference = { column = \"d\", expect = \"2019-06-15\" }";
        assert_eq!(outcome(&scene.check(day)), "tested 1, 4 not");
    }

    #[test]
    fn a_condition_that_no_row_meets_tests_nothing() {
        let rule = "reference = { column = \"city\", expect = \"x\", where = \"id = 'F99'\" }";
        assert_eq!(outcome(&Scene::new(FACTS).check(rule)), "tested 0");
    }

    #[test]
    fn values_stand_in_another_table() {
        let mut areas = table("code | x\nRU |\nBY |\n | x");
        areas.name = "areas.all".into();
        let scene = Scene::new("area | x\nRU |\nUA |\n | x").with_table(areas);
        assert_eq!(
            outcome(&scene.check("reference = { column = \"area\", in = \"areas.all.code\" }")),
            "tested 2, 1 not\n\
             failed T08 at t.xlsx ▸ S ▸ A3: area UA / one of the 2 values of areas.all.code"
        );
        for (within, expected) in [
            ("areas.code", "unknown table `areas`"),
            ("areas.all.cod", "unknown column `cod`"),
            ("x", "unknown table `x`"),
        ] {
            let told =
                scene.check_mistakes(&format!("reference = {{ column = \"area\", in = \"{within}\" }}"));
            assert!(told.starts_with(expected), "{told}");
        }
    }

    #[test]
    fn there_is_one_reference_of_the_type_of_the_column() {
        let scene = Scene::new(FACTS);
        for (rule, expected) in [
            ("column = \"city\"", "`reference` has `expect` = VALUE or `in` = \"TABLE.COLUMN\""),
            ("column = \"v\", expect = \"much\"", "`much` is no number"),
            ("column = \"d\", expect = \"June\"", "`June` is no day such as 2021-01-01"),
        ] {
            assert_eq!(scene.check_mistakes(&format!("reference = {{ {rule} }}")), expected);
        }
    }
}
