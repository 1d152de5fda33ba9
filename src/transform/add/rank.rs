//! `rank`: 1 is the largest of its group; equals share the smaller number; what has no value has no rank. The
//! column `<name>_ties` says how many rows share a place, and is empty where one stands there alone.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnType, Schema, Table};

use super::super::groups::Groups;
use super::super::measured::Measured;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, expect_columns, expect_new, values};

pub(super) const KIND: AddKind = AddKind {
    name: "rank",
    example: r#"{ name = "rank", rank = "value_cny", within = ["year"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Rank {
    name: Text,
    of: Text,
    within: Vec<Text>,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("rank");
    let within = fields.texts("within");
    Some(Box::new(Rank { name, of: of?, within }))
}

impl Verb for Rank {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let ordered = [ColumnType::Money, ColumnType::Integer, ColumnType::Ratio];
        super::super::columns::expect_column(&shape.schema, &self.of, &ordered, mistakes);
        expect_columns(&shape.schema, &self.within, mistakes);
        expect_new(&shape.schema, &self.name, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        let of = Measured::of(&shape.schema, &self.of.value);
        let planned = Ranked { name: self.name.value.clone(), of, within: values(&self.within) };
        declare(&planned.name, &mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

fn declare(name: &str, schema: &mut Schema) {
    schema.put(TableColumn::attribute(name, ColumnType::Integer));
    schema.put(TableColumn::attribute(ties(name), ColumnType::Integer));
}

fn ties(name: &str) -> String {
    format!("{name}_ties")
}

#[derive(Debug)]
struct Ranked {
    name: String,
    of: Measured,
    within: Vec<String>,
}

impl Planned for Ranked {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        self.of.refuse_bounds_and_forecasts(&table, world, "a rank")?;
        let groups = Groups::by(&table.frame, &self.within)?;
        self.of.refuse_mixed_units(&table, &groups, world, "a rank")?;
        let order = self.of.order(&table.frame)?;
        let mut how_many: BTreeMap<(u32, i128), i64> = BTreeMap::new();
        for (value, group) in order.iter().zip(&groups.of_row) {
            if let Some(value) = value {
                // Negated, so that the map runs from the largest down; `order` keeps clear of the ends.
                *how_many.entry((*group, -*value)).or_insert(0) += 1;
            }
        }
        let shared = order.iter().zip(&groups.of_row).map(|(value, group)| {
            let count = value.and_then(|value| how_many.get(&(*group, -value)).copied());
            count.filter(|count| *count > 1)
        });
        let shared = Int64Chunked::from_iter_options(ties(&self.name).into(), shared);
        let mut ahead = (0_u32, 0_i64);
        for ((group, _), count) in &mut how_many {
            if *group != ahead.0 {
                ahead = (*group, 0);
            }
            let here = *count;
            *count = ahead.1 + 1;
            ahead.1 += here;
        }
        let ranks = order
            .iter()
            .zip(&groups.of_row)
            .map(|(value, group)| value.and_then(|value| how_many.get(&(*group, -value)).copied()));
        let ranks = Int64Chunked::from_iter_options(self.name.as_str().into(), ranks);
        table.frame.with_column(ranks.into_column())?;
        table.frame.with_column(shared.into_column())?;
        declare(&self.name, &mut table.schema);
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    #[track_caller]
    fn check(drawn: &str, expected: &str) {
        let made = Scene::new(drawn).apply(r#"add = { name = "rank", rank = "v", within = ["year"] }"#);
        assert_eq!(draw(&made.0.unwrap(), &["rank"]).replace('\n', " "), expected);
    }

    #[test]
    fn the_largest_is_first_equals_share_and_empty_is_unranked() {
        check("year:whole | v:amount\n2021 | 5\n2021 | 9\n2021 | 5\n2021 | \n2021 | 1", "2 1 2 - 4");
    }

    #[test]
    fn how_many_share_a_place_is_said() {
        let (made, _) = Scene::new("year:whole | v:amount\n1 | 5\n1 | 9\n1 | 5\n1 | \n2 | 5\n2 | 9")
            .apply(r#"add = { name = "rank", rank = "v", within = ["year"] }"#);
        assert_eq!(draw(&made.unwrap(), &["rank", "rank_ties"]), "2 | 2\n1 | -\n2 | 2\n- | -\n2 | -\n1 | -");
    }

    #[test]
    fn every_group_has_its_own_first() {
        check("year:whole | v:amount\n2022 | 1\n2021 | 5\n2022 | 2\n2021 | 6", "2 2 1 1");
    }

    #[test]
    fn ratios_are_ranked_below_zero_too() {
        check("year:whole | v:ratio\n1 | -0.5\n1 | 0.25\n1 | -0.0\n1 | 0\n1 | -2", "4 1 2 2 5");
    }
}
