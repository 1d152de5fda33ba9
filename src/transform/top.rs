//! `top`: the largest rows of every group, and one row for all the others. What can be added is added,
//! shares are made anew, everything else of the others' row is empty: means, rates, and totals of figures
//! that must not be added (bounds, forecasts, two units, overlapping periods).

use polars::prelude::*;

use super::columns::{PARTIAL, expect_column, money_column, place, text};
use super::figures::Figures;
use super::groups::Groups;
use super::marks::status_of_nothing;
use super::measured::{CURRENCY, Measured, UNIT};
use super::overlaps::Overlaps;
use super::periods::{self, Periods};
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, World};
use crate::measure::{Money, ratio};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnRole, ColumnType, Companion, Schema, Table};

pub(super) const KIND: VerbKind = VerbKind {
    name: "top",
    example: r#"top = { n = 10, by = "value_cny", within = ["year"], label = "partner", other = "其他" }"#,
    read,
};

#[derive(Debug)]
struct Top {
    n: usize,
    by: Text,
    within: Vec<Text>,
    label: Text,
    other: String,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "`top`", mistakes)?;
    let n = fields.required("n").is_some().then(|| fields.integer("n")).flatten();
    let by = fields.required_text("by");
    let within = fields.texts("within");
    let label = fields.required_text("label");
    let other = fields.text("other").map_or_else(|| "其他".to_owned(), |other| other.value);
    let n = n.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    if n.is_none() && fields.has("n") {
        fields.mistakes().add(fields.span(), "`n` of `top` must be 1 or more");
    }
    fields.finish();
    Some(Box::new(Top { n: n?, by: by?, within, label: label?, other }))
}

impl Verb for Top {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        expect_column(&shape.schema, &self.by, &[ColumnType::Money, ColumnType::Integer], mistakes);
        expect_column(&shape.schema, &self.label, &[ColumnType::Text], mistakes);
        for name in &self.within {
            let keys = [ColumnType::Text, ColumnType::Integer, ColumnType::Date];
            expect_column(&shape.schema, name, &keys, mistakes);
        }
        if mistakes.count() > before {
            return None;
        }
        let planned = Largest {
            n: self.n,
            by: Measured::of(&shape.schema, &self.by.value),
            within: self.within.iter().map(|name| name.value.clone()).collect(),
            label: self.label.value.clone(),
            other: self.other.clone(),
            overlaps: Overlaps::of(shape, shapes),
        };
        let key = planned.within.iter().cloned().chain([self.label.value.clone()]).collect();
        Some((Shape { key, ..shape.clone() }, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Largest {
    n: usize,
    by: Measured,
    within: Vec<String>,
    label: String,
    other: String,
    overlaps: Overlaps,
}

/// The rows of the new table: each one row of the old, or several put together.
type Parts = Vec<Vec<usize>>;

impl Planned for Largest {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        self.by.refuse_bounds_and_forecasts(&table, world, "the largest")?;
        let groups = Groups::by(&table.frame, &self.within)?;
        self.by.refuse_mixed_units(&table, &groups, world, "the largest")?;
        self.overlaps.refuse(&self.by.name, &table, &groups, (world, "the largest"))?;
        let parts = self.parts(&table.frame, &groups)?;
        let periods = Periods::of(&table.schema, &table.frame)?;
        for rows in parts.iter().filter(|rows| rows.len() > 1) {
            if let Some(clash) =
                periods.clash(rows.iter().filter_map(|row| periods.of_rows().get(*row).copied()))
            {
                let place = rows.first().map(|row| place(&table, world, *row)).unwrap_or_default();
                return Err(periods::refused(format!("the sum of `{}`", self.by.name), clash, place));
            }
        }
        let mut columns = Vec::new();
        for column in table.schema.columns() {
            columns.push(self.column(&table.frame, &table.schema, &column.name, &parts)?);
        }
        table.frame = DataFrame::new(parts.len(), columns)?;
        Self::share_anew(&mut table)?;
        Ok(table)
    }
}

impl Largest {
    /// Groups in the order of `within`; in each the largest first, equals by label, empty values last. A row
    /// that is called like the row for the others is one of them.
    fn parts(&self, frame: &DataFrame, groups: &Groups) -> Result<Parts, StepError> {
        let order = self.by.order(frame)?;
        let labels: Vec<Option<&str>> = text(frame, &self.label)?.iter().collect();
        let mut parts = Vec::new();
        let all = groups.rows();
        for group in groups.in_order(frame, &self.within)? {
            let Some(mut rows) = all.get(group).cloned() else { continue };
            rows.sort_by_key(|row| {
                let value = order.get(*row).copied().flatten();
                let label = labels.get(*row).copied().flatten();
                (label == Some(self.other.as_str()), value.is_none(), std::cmp::Reverse(value), label)
            });
            // One row left over is shown itself: a row for the others would only hide its name.
            let kept = if rows.len() == self.n + 1 { rows.len() } else { self.n };
            let rest: Vec<usize> = rows.iter().skip(kept).copied().collect();
            parts.extend(rows.into_iter().take(kept).map(|row| vec![row]));
            if !rest.is_empty() {
                parts.push(rest);
            }
        }
        Ok(parts)
    }

    fn column(
        &self,
        frame: &DataFrame,
        schema: &Schema,
        name: &str,
        parts: &Parts,
    ) -> Result<Column, StepError> {
        let column = frame.column(name)?;
        let firsts = |alone: bool| -> Vec<Option<IdxSize>> {
            let row = |rows: &Vec<usize>| rows.first().and_then(|row| IdxSize::try_from(*row).ok());
            parts.iter().map(|rows| row(rows).filter(|_| !alone || rows.len() == 1)).collect()
        };
        let take = |rows: Vec<Option<IdxSize>>| -> Result<Column, StepError> {
            let rows = IdxCa::from_iter_options("rows".into(), rows.into_iter());
            Ok(column.as_materialized_series().take(&rows)?.into_column())
        };
        if name == self.label {
            let labels = take(firsts(false))?;
            let labels: StringChunked = labels
                .str()?
                .iter()
                .zip(parts)
                .map(|(label, rows)| if rows.len() == 1 { label } else { Some(self.other.as_str()) })
                .collect();
            return Ok(labels.with_name(name.into()).into_column());
        }
        if self.within.iter().any(|within| within == name) {
            return take(firsts(false));
        }
        let known = schema.get(name);
        let additive = known.is_some_and(|known| known.role == ColumnRole::Measure);
        match known.map(|known| (known.column_type, &known.role)) {
            Some((ColumnType::Money | ColumnType::Integer, _)) if additive => {
                let addable = addable(schema, frame, name, parts)?;
                let parts = parts
                    .iter()
                    .zip(addable)
                    .map(|(rows, addable)| rows.iter().copied().filter(move |_| addable));
                let parts: Parts = parts.map(Iterator::collect).collect();
                match column.dtype() {
                    DataType::Int64 => added_counts(column, name, &parts),
                    _ => added_amounts(column, name, &parts),
                }
            }
            // The currency and other names that all the others share are those of their row too.
            Some((ColumnType::Text, role))
                if *role == ColumnRole::Dimension || [CURRENCY, UNIT].contains(&name) =>
            {
                let texts: Vec<Option<&str>> = column.str()?.iter().collect();
                let shared = parts.iter().map(|rows| {
                    let mut values = rows.iter().map(|row| texts.get(*row).copied().flatten());
                    let first = values.next().flatten();
                    first.filter(|_| values.all(|value| value == first))
                });
                let values: Vec<Option<&str>> = shared.collect();
                Ok(Series::new(name.into(), values).into_column())
            }
            Some((_, ColumnRole::Companion(Companion::Status, of)))
                if schema.get(of).is_some_and(|of| {
                    of.role == ColumnRole::Measure && of.column_type != ColumnType::Ratio
                }) =>
            {
                let empty = self.column(frame, schema, of, parts)?.is_null();
                statuses_of_sums(column, &frame.column(of)?.is_null(), &empty, parts)
            }
            Some((_, ColumnRole::Companion(Companion::Status, _))) => {
                let statuses: Vec<Option<&str>> = column.str()?.iter().collect();
                let values: Vec<Option<String>> = parts
                    .iter()
                    .map(|rows| match rows.as_slice() {
                        [row] => statuses.get(*row).copied().flatten().map(str::to_owned),
                        _ => Some(format!("not computed for {}", self.other)),
                    })
                    .collect();
                Ok(Series::new(name.into(), values).into_column())
            }
            // What is added of partial figures is partial.
            Some(_) if name.ends_with(PARTIAL) => {
                let texts: Vec<Option<&str>> = column.str()?.iter().collect();
                let first =
                    |rows: &Vec<usize>| rows.iter().find_map(|row| texts.get(*row).copied().flatten());
                let values: Vec<Option<&str>> = parts.iter().map(first).collect();
                Ok(Series::new(name.into(), values).into_column())
            }
            _ => take(firsts(true)),
        }
    }

    /// Shares of a sum are the same for the rows that stay, and those of the others' row follow from its
    /// own figure.
    fn share_anew(table: &mut Table) -> Result<(), StepError> {
        let shares: Vec<(String, String, Vec<String>)> = table
            .schema
            .columns()
            .iter()
            .filter_map(|column| match &column.role {
                ColumnRole::Share { of, within } => Some((column.name.clone(), of.clone(), within.clone())),
                _ => None,
            })
            .collect();
        for (name, of, within) in shares {
            let amounts = Measured::of(&table.schema, &of).amounts(&table.frame)?;
            let groups = Groups::by(&table.frame, &within)?;
            let mut sums = vec![Money::ZERO; groups.first.len()];
            for (amount, group) in amounts.iter().zip(&groups.of_row) {
                let sum = usize::try_from(*group).ok().and_then(|group| sums.get_mut(group));
                if let (Some(amount), Some(sum)) = (amount, sum) {
                    *sum = sum.checked_add(*amount)?;
                }
            }
            let shares = amounts.iter().zip(&groups.of_row).map(|(amount, group)| {
                let sum = usize::try_from(*group).ok().and_then(|group| sums.get(group))?;
                ratio((*amount)?, *sum)
            });
            let shares = Float64Chunked::from_iter_options(name.as_str().into(), shares);
            table.frame.with_column(shares.into_column())?;
        }
        Ok(())
    }
}

/// The status of every part of a summed measure: of one row its own, of several A, E where a part is marked or
/// missing; where there is no sum, the one in which the parts agree, else O.
fn statuses_of_sums(
    column: &Column,
    missing: &BooleanChunked,
    empty: &BooleanChunked,
    parts: &Parts,
) -> Result<Column, StepError> {
    let statuses: Vec<Option<&str>> = column.str()?.iter().collect();
    let values = parts.iter().zip(empty.iter()).map(|(rows, empty)| {
        let marked = |row: &usize| {
            missing.get(*row) == Some(true)
                || statuses.get(*row).copied().flatten().is_some_and(|status| status != "A")
        };
        match (rows.as_slice(), empty) {
            ([row], _) => statuses.get(*row).copied().flatten(),
            (_, Some(true)) => {
                Some(status_of_nothing(rows.iter().map(|row| statuses.get(*row).copied().flatten())))
            }
            _ if rows.iter().any(marked) => Some("E"),
            _ => Some("A"),
        }
    });
    let values: Vec<Option<&str>> = values.collect();
    Ok(Series::new(column.name().clone(), values).into_column())
}

/// Which parts may be added: one row alone, or figures that are exact and of one unit.
fn addable(schema: &Schema, frame: &DataFrame, name: &str, parts: &Parts) -> Result<Vec<bool>, StepError> {
    let figures = Figures::of(&Measured::of(schema, name), frame)?;
    let there = frame.column(name)?.is_not_null();
    let addable = |rows: &Vec<usize>| {
        let mut with_figure = rows.iter().copied().filter(|row| there.get(*row) == Some(true));
        let Some(first) = with_figure.next() else { return true };
        let exact = |row: usize| figures.exact(row).is_ok();
        rows.len() == 1
            || (exact(first) && with_figure.all(|row| exact(row) && figures.same_unit(first, row)))
    };
    Ok(parts.iter().map(addable).collect())
}

/// The exact sums of the parts; null of nothing but nulls.
fn added_amounts(column: &Column, name: &str, parts: &Parts) -> Result<Column, StepError> {
    let amounts: Vec<Option<i128>> = column.as_materialized_series().decimal()?.physical().iter().collect();
    let sum = |rows: &Vec<usize>| -> Result<Option<i128>, StepError> {
        let mut there = rows.iter().filter_map(|row| amounts.get(*row).copied().flatten()).peekable();
        if there.peek().is_none() {
            return Ok(None);
        }
        let sum = there.try_fold(Money::ZERO, |sum, units| sum.checked_add(Money::from_units(units)))?;
        Ok(Some(sum.units()))
    };
    let sums = parts.iter().map(sum).collect::<Result<Vec<_>, _>>()?;
    money_column(name, Int128Chunked::from_iter_options(name.into(), sums.into_iter()))
}

/// The sums of whole numbers; an overflow is an error.
fn added_counts(column: &Column, name: &str, parts: &Parts) -> Result<Column, StepError> {
    let numbers: Vec<Option<i64>> = column.i64()?.iter().collect();
    let sum = |rows: &Vec<usize>| -> Result<Option<i64>, StepError> {
        let mut there = rows.iter().filter_map(|row| numbers.get(*row).copied().flatten()).peekable();
        if there.peek().is_none() {
            return Ok(None);
        }
        let sum = there.try_fold(0_i64, i64::checked_add);
        sum.map(Some).ok_or(StepError::Arithmetic(crate::measure::ArithmeticError::Overflow))
    };
    let sums = parts.iter().map(sum).collect::<Result<Vec<_>, _>>()?;
    Ok(Series::new(name.into(), sums).into_column())
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw};

    const TABLE: &str = "year:whole | partner | v_cny:amount | growth:ratio\n\
        2021 | A | 60 | 0.1\n2021 | B | 25 | 0.2\n2021 | C | 10 | 0.3\n2021 | D | 5 | 0.4\n2022 | A | 1 | \n2022 | B | 2 |";

    #[test]
    fn the_rest_is_one_row_and_its_ratios_are_empty() {
        let (made, _) = Scene::new(TABLE)
            .apply(r#"top = { n = 2, by = "v_cny", within = ["year"], label = "partner", other = "其他" }"#);
        assert_eq!(
            draw(&made.unwrap(), &["year", "partner", "v_cny", "growth"]),
            "2021 | A | 60 | 0.1\n2021 | B | 25 | 0.2\n2021 | 其他 | 15 | -\n2022 | B | 2 | -\n2022 | A | 1 | -"
        );
    }

    #[test]
    fn a_single_row_left_over_keeps_its_name() {
        let (made, _) =
            Scene::new(TABLE).apply(r#"top = { n = 3, by = "v_cny", within = ["year"], label = "partner" }"#);
        assert_eq!(draw(&made.unwrap(), &["partner"]), "A\nB\nC\nD\nB\nA");
    }
    #[track_caller]
    fn top_one(drawn: &str, columns: &[&str]) -> String {
        let (made, _) = Scene::new(drawn).apply(r#"top = { n = 1, by = "v_cny", label = "partner" }"#);
        draw(&made.unwrap(), columns)
    }

    #[test]
    fn what_must_not_be_added_is_empty_in_the_others_row() {
        let drawn = "partner | currency | v_cny:amount | q:amount | q_bound | q_status | w:amount\n\
            A | CNY | 9 | 1 | | A | 1\nB | CNY | 8 | 2 | > | A | 1\nC | USD | 7 | 3 | | A | 1\nD | USD | 6 | 4 | | A | 1";
        assert_eq!(
            top_one(drawn, &["partner", "v_cny", "q", "q_bound", "q_status", "w"]),
            "A | 9 | 1 | - | A | 1\n其他 | 21 | - | - | O | -"
        );
    }

    /// What no one may know and what was not published are not made one.
    #[test]
    fn what_is_missing_for_one_reason_stays_so_in_the_others_row() {
        let others = |statuses: [&str; 2]| {
            let drawn = format!(
                "partner | v_cny:amount | q:amount | q_status\nA | 9 | 1 | A\nB | 8 | | {}\nC | 7 | | {}",
                statuses[0], statuses[1]
            );
            top_one(&drawn, &["partner", "q", "q_status"]).lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(others(["Q", "Q"]), "其他 | - | Q");
        assert_eq!(others(["M", "M"]), "其他 | - | M");
        assert_eq!(others(["Q", "M"]), "其他 | - | O");
    }

    #[test]
    fn the_others_keep_the_currency_they_share() {
        let drawn = "partner | currency | v_cny:amount | as_stated | flow\n\
            A | USD | 9 | 9 | x\nB | CNY | 8 | 8 | x\nC | CNY | 7 | 7 | y";
        assert_eq!(
            top_one(drawn, &["partner", "currency", "v_cny", "flow"]),
            "A | USD | 9 | x\n其他 | CNY | 15 | -"
        );
    }

    #[test]
    fn a_mean_is_not_added_up() {
        let mut table = super::super::drawn::table(
            "partner | v_cny:amount | price:amount\nA | 9 | 1\nB | 8 | 2\nC | 7 | 3",
        );
        let price = crate::table::Column::attribute("price", crate::table::ColumnType::Money);
        table.schema.put(price);
        let (made, _) = Scene::of(table).apply(r#"top = { n = 1, by = "v_cny", label = "partner" }"#);
        assert_eq!(draw(&made.unwrap(), &["partner", "v_cny", "price"]), "A | 9 | 1\n其他 | 15 | -");
    }

    #[test]
    fn a_row_called_like_the_others_is_one_of_them() {
        let (made, _) = Scene::new("partner | v_cny:amount\nA | 9\n其他 | 8\nB | 7\nC | 6")
            .apply(r#"top = { n = 2, by = "v_cny", label = "partner" }"#);
        assert_eq!(draw(&made.unwrap(), &["partner", "v_cny"]), "A | 9\nB | 7\n其他 | 14");
    }

    #[test]
    fn groups_stand_in_order() {
        let (made, _) = Scene::new("year:whole | partner | v_cny:amount\n2022 | A | 1\n2021 | A | 2")
            .apply(r#"top = { n = 2, by = "v_cny", within = ["year"], label = "partner" }"#);
        assert_eq!(draw(&made.unwrap(), &["year", "v_cny"]), "2021 | 2\n2022 | 1");
    }
}
