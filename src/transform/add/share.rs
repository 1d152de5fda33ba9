//! `share`: each value over the sum of its group. Exact sums; the quotient is a ratio.

use polars::prelude::*;

use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

use super::super::whole::{Whole, WholeSpec};
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::AddKind;
use crate::finding::{Finding, Severity, transform as codes};
use crate::measure::{Money, ratio};

pub(super) const KIND: AddKind = AddKind {
    name: "share",
    example: r#"{ name = "share", share = "value_cny", within = ["year"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Share(WholeSpec);

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("share");
    let within = fields.texts("within");
    Some(Box::new(Share(WholeSpec { name, of: of?, within })))
}

impl Verb for Share {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let planned = Shared(self.0.plan(shape, shapes, mistakes)?);
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Shared(Whole);

impl Shared {
    fn declare(&self, schema: &mut Schema) {
        let role = ColumnRole::Share { of: self.0.of.name.clone(), within: self.0.within.clone() };
        schema.put(TableColumn { name: self.0.name.clone(), column_type: ColumnType::Ratio, role });
    }
}

impl Planned for Shared {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.0.groups(&table, world, "a share")?;
        let figures = self.0.of.amounts(&table.frame)?;
        let mut sums = vec![Money::ZERO; groups.first.len()];
        let mut without = 0_u64;
        for (figure, group) in figures.iter().zip(&groups.of_row) {
            let sum = usize::try_from(*group).ok().and_then(|group| sums.get_mut(group));
            match (figure, sum) {
                (Some(figure), Some(sum)) => *sum = sum.checked_add(*figure)?,
                _ => without += 1,
            }
        }
        let shares = figures.iter().zip(&groups.of_row).map(|(figure, group)| {
            let sum = usize::try_from(*group).ok().and_then(|group| sums.get(group))?;
            ratio((*figure)?, *sum)
        });
        let shares = Float64Chunked::from_iter_options(self.0.name.as_str().into(), shares);
        table.frame.with_column(shares.into_column())?;
        self.declare(&mut table.schema);
        if without > 0 {
            world.journal.borrow_mut().findings.push(
                Finding::new(&codes::SHARE_OF_INCOMPLETE, Severity::Warning, table.name.clone())
                    .seen(
                        format!("`{}` of {without} rows is empty", self.0.of.name),
                        format!("a figure in every row that `{}` is a share of", self.0.name),
                    )
                    .times(without),
            );
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const BY_YEAR: &str = r#"add = { name = "share", share = "v", within = ["year"] }"#;

    #[test]
    fn shares_are_of_the_groups_sum_and_empty_stays_empty() {
        let scene = Scene::new("year:whole | v:amount\n2021 | 60\n2021 | 40\n2022 | 7\n2022 | ");
        let (made, journal) = scene.apply(BY_YEAR);
        assert_eq!(draw(&made.unwrap(), &["share"]), "0.6\n0.4\n1\n-");
        assert_eq!(journal.findings.len(), 1);
    }

    #[test]
    fn a_bound_and_a_forecast_have_no_share() {
        let error = |drawn: &str| Scene::new(drawn).apply(BY_YEAR).0.unwrap_err().to_string();
        let said = error("year:whole | v:amount | v_bound\n2021 | 60 | \n2021 | 170 | >");
        assert!(said.contains("> 170 is a bound") && said.contains("t.xlsx ▸ S ▸ A3"), "{said}");
        let said = error("year:whole | v:amount | v_status\n2021 | 60 | F");
        assert!(said.contains("60 is a forecast"), "{said}");
    }

    #[test]
    fn currencies_are_not_added() {
        let scene = Scene::new("year:whole | v:amount | currency\n2021 | 60 | CNY\n2021 | 40 | USD");
        let said = scene.apply(BY_YEAR).0.unwrap_err().to_string();
        assert!(said.contains("CNY in one row and USD in another"), "{said}");
    }

    #[test]
    fn a_group_of_zeros_has_no_shares() {
        let made = Scene::new("year:whole | v:amount\n2021 | 0").apply(BY_YEAR).0.unwrap();
        assert_eq!(draw(&made, &["share"]), "-");
    }
}
