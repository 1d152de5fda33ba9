//! `top_share`: what part of the sum of its group the `n` largest figures hold (CR3, CR5 …), the same in every
//! row of the group. The note says over how many figures, and how many rows have none: a concentration of
//! what is known is not that of all. A group with a figure below zero has no such part.

use std::cmp::Reverse;

use polars::prelude::*;

use crate::measure::{Money, ratio};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnType, Schema, Table};

use super::super::whole::{Whole, WholeSpec};
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::AddKind;

pub(super) const KIND: AddKind = AddKind {
    name: "top_share",
    example: r#"{ name = "cr3", top_share = "value_cny", n = 3, within = ["year"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct TopShare {
    whole: WholeSpec,
    n: usize,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("top_share");
    let n = fields.required("n").is_some().then(|| fields.integer("n")).flatten();
    let within = fields.texts("within");
    let n = n.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    if n.is_none() && fields.has("n") {
        fields.mistakes().add(fields.span(), "`n` of `top_share` must be 1 or more");
    }
    Some(Box::new(TopShare { whole: WholeSpec { name, of: of?, within }, n: n? }))
}

impl Verb for TopShare {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let planned = Concentrated { whole: self.whole.plan(shape, shapes, mistakes)?, n: self.n };
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Concentrated {
    whole: Whole,
    n: usize,
}

impl Concentrated {
    fn declare(&self, schema: &mut Schema) {
        schema.put(TableColumn::measure(self.whole.name.as_str(), ColumnType::Ratio));
        schema.put(TableColumn::attribute(format!("{}_note", self.whole.name), ColumnType::Text));
    }

    /// The part that the largest hold, and over what.
    fn of_group(&self, mut figures: Vec<Money>, rows: usize) -> Result<(Option<f64>, String), StepError> {
        let (count, empty) = (figures.len(), rows - figures.len());
        let without = if empty > 0 { format!(", {empty} of {rows} rows empty") } else { String::new() };
        if figures.iter().any(|figure| *figure < Money::ZERO) {
            return Ok((None, format!("a figure below zero{without}")));
        }
        figures.sort_unstable_by_key(|figure| Reverse(*figure));
        let add = |sum: Money, figure: &Money| sum.checked_add(*figure);
        let whole = figures.iter().try_fold(Money::ZERO, add)?;
        let largest = figures.iter().take(self.n).try_fold(Money::ZERO, add)?;
        Ok((ratio(largest, whole), format!("{} of {count} figures{without}", self.n.min(count))))
    }
}

impl Planned for Concentrated {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.whole.groups(&table, world, "a concentration")?;
        let figures = self.whole.of.amounts(&table.frame)?;
        let mut parts: Vec<Option<f64>> = vec![None; figures.len()];
        let mut notes: Vec<Option<String>> = vec![None; figures.len()];
        for rows in groups.rows() {
            let known = rows.iter().filter_map(|row| figures.get(*row).copied().flatten()).collect();
            let (part, note) = self.of_group(known, rows.len())?;
            for row in rows {
                if let (Some(of_row), Some(noted)) = (parts.get_mut(row), notes.get_mut(row)) {
                    *of_row = part;
                    *noted = Some(note.clone());
                }
            }
        }
        let parts = Float64Chunked::from_iter_options(self.whole.name.as_str().into(), parts.into_iter());
        table.frame.with_column(parts.into_column())?;
        table
            .frame
            .with_column(Series::new(format!("{}_note", self.whole.name).into(), notes).into_column())?;
        self.declare(&mut table.schema);
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const ADD: &str = r#"add = { name = "cr2", top_share = "v", n = 2, within = ["year"] }"#;

    #[test]
    fn the_largest_hold_a_part_and_the_note_says_over_what() {
        let (made, _) =
            Scene::new("year:whole | v:amount\n1 | 5\n1 | 30\n1 | 15\n1 | \n2 | 4\n3 | 7\n3 | -1\n4 | ")
                .apply(ADD);
        assert_eq!(
            draw(&made.unwrap(), &["year", "cr2", "cr2_note"]),
            "1 | 0.9 | 2 of 3 figures, 1 of 4 rows empty\n1 | 0.9 | 2 of 3 figures, 1 of 4 rows empty\n\
             1 | 0.9 | 2 of 3 figures, 1 of 4 rows empty\n1 | 0.9 | 2 of 3 figures, 1 of 4 rows empty\n\
             2 | 1 | 1 of 1 figures\n3 | - | a figure below zero\n3 | - | a figure below zero\n\
             4 | - | 0 of 0 figures, 1 of 1 rows empty"
        );
    }

    #[test]
    fn bounds_are_refused() {
        let error =
            Scene::new("year:whole | v:amount | v_bound\n1 | 5 | >").apply(ADD).0.unwrap_err().to_string();
        assert!(error.contains("a concentration"), "{error}");
    }
}
