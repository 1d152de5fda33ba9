//! `agree`: figures that should be one are one: of this table and another (`with`), or of this table under
//! several values of a column (`across = "reporter"`, mirror figures). Matched are rows that agree in `on`
//! and in unit and currency.
//!
//! A bound agrees with whatever it does not exclude (`>1700` with 1764). Rows without a partner, without a
//! value or with a forecast are left untested.

use std::collections::BTreeMap;

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::{described, expect_column, place, shown};
use super::super::figures::Figures;
use super::super::groups::{Groups, demand_unique};
use super::super::measured::Measured;
use super::super::{Shape, StepError, World, table_of};
use super::known::Known;
use super::{
    CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, measure_or_first,
};

pub(super) const KIND: CheckKind = CheckKind {
    name: "agree",
    example: "on = \"russia_years\"\nagree = { with = \"province_series\", on = [\"flow\", \"time_period\"], value = \"obs_value\" }\ntolerance = \"rounding\"",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

/// Types in which rows may be matched.
const KEYS: [ColumnType; 4] = [ColumnType::Text, ColumnType::Integer, ColumnType::Date, ColumnType::Boolean];

#[derive(Debug)]
struct Agree {
    with: Option<Text>,
    across: Option<Text>,
    on: Vec<Text>,
    value: Option<Text>,
    other: Option<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`agree`", mistakes)?;
    let (with, across) = (fields.text("with"), fields.text("across"));
    if fields.has("with") == fields.has("across") {
        mistakes.add(fields.span(), "`agree` has `with` = \"TABLE\" or `across` = \"COLUMN\"");
    }
    fields.required("on");
    let (on, value, other) = (fields.texts("on"), fields.text("value"), fields.text("other"));
    if let (Some(other), true) = (&other, fields.has("across")) {
        mistakes.add(other.span.clone(), "`other` names the measure of the table of `with`");
    }
    fields.finish();
    (!on.is_empty()).then(|| Box::new(Agree { with, across, on, value, other }) as Box<dyn Rule>)
}

impl Rule for Agree {
    fn inputs(&self) -> Vec<Text> {
        self.with.iter().cloned().collect()
    }

    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let here = &shape.schema;
        let value = measure_or_first(self.value.as_ref(), here, setting, mistakes)?;
        let on: Vec<String> = self.on.iter().map(|column| column.value.clone()).collect();
        let other_schema = match &self.with {
            Some(with) => &setting.shapes.tables.get(&with.value)?.schema,
            None => here,
        };
        for column in &self.on {
            let Some(column_type) = expect_column(here, column, &KEYS, mistakes) else { continue };
            expect_column(other_schema, column, &[column_type], mistakes);
        }
        if let Some(across) = &self.across {
            expect_column(here, across, &KEYS, mistakes);
            return (mistakes.count() == before).then(|| {
                let across = across.value.clone();
                Box::new(OtherRows { value, across, on, tolerance: setting.tolerance })
                    as Box<dyn PlannedRule>
            });
        }
        let other = self.other.clone().unwrap_or_else(|| Text::at(setting.span.clone(), value.name.clone()));
        let other = measure_or_first(Some(&other), other_schema, setting, mistakes)?;
        same_units(&value, &other, setting, mistakes);
        let with = self.with.as_ref()?.value.clone();
        if setting.shapes.tables.get(&with).is_some_and(|other| other.sample != shape.sample) {
            mistakes.add(setting.span.clone(), "a random sample agrees with no real source");
        }
        (mistakes.count() == before).then(|| {
            Box::new(OtherTable { value, table: with, other, on, tolerance: setting.tolerance })
                as Box<dyn PlannedRule>
        })
    }
}

/// A unit that only one side tells cannot be compared.
fn same_units(value: &Measured, other: &Measured, setting: &Setting<'_>, mistakes: &Mistakes) {
    if value.units != other.units {
        let named = |measured: &Measured| match measured.units.as_slice() {
            [] => "no unit column".to_owned(),
            units => units.join(" and "),
        };
        let message = format!("`{}` has {}, the other figure has {}", value.name, named(value), named(other));
        let help = "compare figures converted to one currency";
        mistakes.add_with_help(setting.span.clone(), message, help);
    }
}

/// Two figures and where they stand.
struct Pair<'a> {
    left: (&'a Figures, usize),
    right: (&'a Figures, usize),
}

impl Pair<'_> {
    /// Whether they agree, or nothing where that cannot be said; with both as text and what roundings allow.
    fn compare(&self, tolerance: Tolerance) -> Result<Option<(bool, Compared)>, StepError> {
        let known = |(figures, row): (&Figures, usize)| Known::of(figures, row);
        let (Some(left), Some(right)) = (known(self.left), known(self.right)) else { return Ok(None) };
        let rounding = |(figures, row): (&Figures, usize)| figures.rounding(row).unwrap_or(Money::ZERO);
        let rounding = rounding(self.left).checked_add(rounding(self.right))?;
        let agree = left.agree(right, tolerance, rounding)?;
        Ok(agree.map(|agree| (agree, Compared { left, right, rounding })))
    }
}

struct Compared {
    left: Known,
    right: Known,
    rounding: Money,
}

#[derive(Debug)]
struct OtherTable {
    value: Measured,
    table: String,
    other: Measured,
    on: Vec<String>,
    tolerance: Tolerance,
}

impl PlannedRule for OtherTable {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let other = table_of(world, &self.table)?;
        let identity: Vec<String> = self.on.iter().chain(&self.value.units).cloned().collect();
        demand_unique(table, &identity, "`agree`", world)?;
        demand_unique(other, &identity, &format!("`agree` with {}", self.table), world)?;
        let key = |table: &Table, row: usize| -> Vec<String> {
            identity.iter().map(|name| shown(&table.frame, name, row)).collect()
        };
        let partners: BTreeMap<Vec<String>, usize> =
            (0..other.frame.height()).map(|row| (key(other, row), row)).collect();
        let (left, right) =
            (Figures::of(&self.value, &table.frame)?, Figures::of(&self.other, &other.frame)?);
        let mut tested = Tested::default();
        for row in 0..table.frame.height() {
            let compared = match partners.get(&key(table, row)) {
                Some(partner) => {
                    let pair = Pair { left: (&left, row), right: (&right, *partner) };
                    pair.compare(self.tolerance)?.map(|compared| (*partner, compared))
                }
                None => None,
            };
            let Some((partner, (agree, compared))) = compared else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            if !agree {
                let seen = format!("{} {}", self.value.name, compared.left);
                let expected = format!(
                    "{} in {} at {} (roundings allow {}); {}",
                    compared.right,
                    self.table,
                    place(other, world, partner),
                    compared.rounding,
                    described(&table.frame, &self.on, row)
                );
                tested.failures.push(Failure::new(&codes::SOURCES_DISAGREE, vec![row], seen, expected));
            }
        }
        Ok(tested)
    }
}

#[derive(Debug)]
struct OtherRows {
    value: Measured,
    across: String,
    on: Vec<String>,
    tolerance: Tolerance,
}

impl PlannedRule for OtherRows {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let by: Vec<String> = self.on.iter().chain(&self.value.units).cloned().collect();
        let mut identity = by.clone();
        identity.push(self.across.clone());
        demand_unique(table, &identity, "`agree`", world)?;
        let figures = Figures::of(&self.value, frame)?;
        let mut tested = Tested::default();
        for rows in Groups::by(frame, &by)?.rows() {
            if rows.len() == 1 {
                tested.untested += 1;
            }
            for (at, first) in rows.iter().enumerate() {
                for second in rows.iter().skip(at + 1) {
                    let pair = Pair { left: (&figures, *first), right: (&figures, *second) };
                    let Some((agree, compared)) = pair.compare(self.tolerance)? else {
                        tested.untested += 1;
                        continue;
                    };
                    tested.count += 1;
                    if !agree {
                        let of = |row| shown(frame, &self.across, row);
                        let seen = format!("{} {}", of(*first), compared.left);
                        let expected = format!(
                            "{} {} (roundings allow {}); {}",
                            of(*second),
                            compared.right,
                            compared.rounding,
                            described(frame, &self.on, *first)
                        );
                        let rows = vec![*first, *second];
                        tested.failures.push(Failure::new(&codes::SOURCES_DISAGREE, rows, seen, expected));
                    }
                }
            }
        }
        Ok(tested)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome, table};

    const HERE: &str = "flow | year | currency | v:amount | v_rounding:amount | v_bound | v_status\n\
        total | 2019 | CNY | 1700 | | > |\ntotal | 2020 | CNY | 1700 | | > |\ntotal | 2021 | CNY | 131.3 | 0.05 | |\n\
        total | 2022 | CNY | 131.3 | 0.05 | |\ntotal | 2023 | CNY | 5 | | | F\ntotal | 2024 | USD | 5 | | |\n\
        total | 2025 | CNY | 5 | | |";

    fn other() -> crate::table::Table {
        let mut other = table(
            "flow | year | currency | w:amount | w_rounding:amount\n\
             total | 2019 | CNY | 1764 |\ntotal | 2020 | CNY | 1600 |\ntotal | 2021 | CNY | 131.34 | 0.005\n\
             total | 2022 | CNY | 131.36 | 0.005\ntotal | 2023 | CNY | 6 |\ntotal | 2024 | CNY | 6 |",
        );
        other.name = "u".into();
        other
    }

    /// 131.36 - 131.3 = 0.06 against 0.055; 1700 is 6.25 % above 1600.
    #[test]
    fn two_tables_agree_by_key_and_a_bound_excludes_only_what_it_says() {
        let scene = Scene::new(HERE).with_table(other());
        let rule = "agree = { with = \"u\", on = [\"flow\", \"year\"], value = \"v\", other = \"w\" }";
        assert_eq!(
            outcome(&scene.check(rule)),
            "tested 4, 3 not\n\
             failed T16 at t.xlsx ▸ S ▸ A3: v >1700 / 1600 in u at t.xlsx ▸ S ▸ A3 (roundings allow 0); \
             flow total, year 2020\n\
             failed T16 at t.xlsx ▸ S ▸ A5: v 131.3 / 131.36 in u at t.xlsx ▸ S ▸ A5 (roundings allow 0.055); \
             flow total, year 2022"
        );
        assert_eq!(outcome(&scene.check(&format!("{rule}\ntolerance = \"7%\""))), "tested 4, 3 not");
    }

    /// 57.1 against 52.2: 9.4 % of the latter.
    #[test]
    fn mirror_figures_are_compared_across_reporters() {
        let drawn = "reporter | flow | year | v:amount\nCN | import | 2018 | 57.1\nRU | import | 2018 | 52.2\nCN | import | 2019 | 60";
        let rule = "agree = { across = \"reporter\", on = [\"flow\", \"year\"], value = \"v\" }";
        assert_eq!(
            outcome(&Scene::new(drawn).check(rule)),
            "tested 1, 1 not\n\
             failed T16 at t.xlsx ▸ S ▸ A2: CN 57.1 / RU 52.2 (roundings allow 0); flow import, year 2018; with A3"
        );
        assert_eq!(
            outcome(&Scene::new(drawn).check(&format!("{rule}\ntolerance = \"10%\""))),
            "tested 1, 1 not"
        );
    }

    #[test]
    fn rows_that_are_not_told_apart_are_refused() {
        let rule = "agree = { with = \"u\", on = \"flow\", value = \"v\", other = \"w\" }";
        let told = Scene::new(HERE).with_table(other()).check_error(rule);
        assert!(
            told.starts_with("`agree` needs rows told apart by flow, currency, but 6 rows have"),
            "{told}"
        );
    }

    #[test]
    fn mistakes_are_told() {
        let scene = Scene::new("k | v:amount | currency\na | 1 | CNY").with_table(other());
        for (rule, expected) in [
            ("on = \"k\"", "`agree` has `with` = \"TABLE\" or `across` = \"COLUMN\""),
            ("across = \"k\", on = \"k\", other = \"w\"", "`other` names the measure of the table of `with`"),
            ("with = \"x\", on = \"k\"", "unknown table `x`"),
            ("with = \"u\", on = \"k\", other = \"w\"", "unknown column `k`"),
        ] {
            let told = scene.check_mistakes(&format!("agree = {{ {rule} }}"));
            assert!(told.starts_with(expected), "{told}");
        }
        let mut sample = other();
        sample.sample = true;
        let told = Scene::new(HERE)
            .with_table(sample)
            .check_mistakes("agree = { with = \"u\", on = [\"flow\", \"year\"], other = \"w\" }");
        assert_eq!(told, "a random sample agrees with no real source");
        let plain = Scene::new("flow | v_cny:amount\na | 1").with_table(other());
        let told =
            plain.check_mistakes("agree = { with = \"u\", on = \"flow\", value = \"v_cny\", other = \"w\" }");
        assert!(told.starts_with("`v_cny` has no unit column, the other figure has currency"), "{told}");
    }
}
