//! A measure with the companions and units that say whether its values may be added, compared or ranked.

use polars::prelude::*;

use crate::measure::{Currency, Money};
use crate::table::{ColumnType, Companion, Schema, Table};

use super::columns::{PARTIAL, amounts, place, series, shown, text, text_with_any};
use super::groups::Groups;
use super::{RefusedFigures, StepError, World};

/// Name of the column that says in which currency the original measures of a row are.
pub(super) const CURRENCY: &str = "currency";
/// Name of the column that says in which unit the original measures of a row are.
pub(super) const UNIT: &str = "unit_measure";

/// A measure of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    /// Its column.
    pub name: String,
    /// Its `_status`, if there is one.
    pub status: Option<String>,
    /// Its `_bound`, if there is one.
    pub bound: Option<String>,
    /// Its `_rounding`, if there is one.
    pub rounding: Option<String>,
    /// Its `_note`, if there is one.
    pub note: Option<String>,
    /// Its `_partial`, if there is one.
    pub partial: Option<String>,
    /// Columns in which rows must agree for their values to be of one unit.
    pub units: Vec<String>,
}

impl Measured {
    /// The columns that say whether its values may be added, beside its own.
    pub(super) fn beside(&self) -> impl Iterator<Item = &String> {
        let named = [&self.status, &self.bound, &self.note, &self.partial];
        named.into_iter().flatten().chain(&self.units)
    }

    /// Finds the companions of `name`. A converted measure is of one currency in all rows.
    pub(super) fn of(schema: &Schema, name: &str) -> Self {
        let find = |companion: Companion| {
            let column = companion.of(name);
            schema.has(&column).then_some(column)
        };
        let converted = schema.has(&format!("{name}_rate")) || Currency::in_name(name).is_some();
        let is_money = schema.get(name).is_some_and(|column| column.column_type == ColumnType::Money);
        // A second amount of a row has a unit column of its own.
        let own = format!("{name}_{UNIT}");
        let units = if schema.has(&own) { vec![own] } else { vec![UNIT.to_owned(), CURRENCY.to_owned()] };
        let units = units.into_iter().filter(|unit| schema.has(unit) && is_money && !converted);
        Self {
            name: name.to_owned(),
            status: find(Companion::Status),
            bound: find(Companion::Bound),
            rounding: find(Companion::Rounding),
            note: Some(format!("{name}_note")).filter(|note| schema.has(note)),
            partial: Some(format!("{name}{PARTIAL}")).filter(|partial| schema.has(partial)),
            units: units.collect(),
        }
    }

    /// The values, whole numbers included.
    pub(super) fn amounts(&self, frame: &DataFrame) -> Result<Vec<Option<Money>>, StepError> {
        amounts(series(frame, &self.name)?)
    }

    /// Whole numbers in the order of the values.
    pub(super) fn order(&self, frame: &DataFrame) -> Result<Vec<Option<i128>>, StepError> {
        let column = series(frame, &self.name)?;
        if let Ok(ratios) = column.f64() {
            return Ok(ratios
                .iter()
                .map(|value| value.map(|value| i128::from(total_order(value))))
                .collect());
        }
        Ok(self.amounts(frame)?.into_iter().map(|value| value.map(Money::units)).collect())
    }

    /// Refuses values that are known only as bounds, and forecasts.
    pub(super) fn refuse_bounds_and_forecasts(
        &self,
        table: &Table,
        world: &World<'_>,
        purpose: &str,
    ) -> Result<(), StepError> {
        let refuse = |row: usize, why: String| {
            let what = format!("{purpose} of `{}`", self.name);
            Err(RefusedFigures { what, why, place: place(table, world, row) }.into())
        };
        let value = |row| shown(&table.frame, &self.name, row);
        let values = series(&table.frame, &self.name)?.is_not_null();
        if let Some(bounds) = text_with_any(&table.frame, self.bound.as_deref())? {
            let rows = bounds.iter().zip(values.iter());
            for (row, (bound, there)) in rows.enumerate() {
                if let (Some(bound), Some(true)) = (bound, there) {
                    return refuse(row, format!("{bound} {} is a bound, not a figure", value(row)));
                }
            }
        }
        if let Some(statuses) = text_with_any(&table.frame, self.status.as_deref())? {
            let rows = statuses.iter().zip(values.iter());
            for (row, (status, there)) in rows.enumerate() {
                if let (Some("F"), Some(true)) = (status, there) {
                    return refuse(row, format!("{} is a forecast or plan", value(row)));
                }
            }
        }
        Ok(())
    }

    /// Refuses groups whose values are of different units or currencies.
    pub(super) fn refuse_mixed_units(
        &self,
        table: &Table,
        groups: &Groups,
        world: &World<'_>,
        purpose: &str,
    ) -> Result<(), StepError> {
        let values = series(&table.frame, &self.name)?.is_not_null();
        for unit in &self.units {
            let texts = text(&table.frame, unit)?;
            let mut seen: Vec<Option<Option<&str>>> = vec![None; groups.first.len()];
            let rows = texts.iter().zip(values.iter()).zip(&groups.of_row).enumerate();
            for (row, ((unit_here, there), group)) in rows {
                let known = usize::try_from(*group).ok().and_then(|group| seen.get_mut(group));
                let (Some(known), Some(true)) = (known, there) else { continue };
                match known {
                    None => *known = Some(unit_here),
                    Some(first) if *first == unit_here => {}
                    Some(first) => {
                        let or_none = |unit: Option<&str>| unit.unwrap_or("none").to_owned();
                        let (first, here) = (or_none(*first), or_none(unit_here));
                        let what = format!("{purpose} of `{}`", self.name);
                        let why =
                            format!("its `{unit}` is {first} in one row and {here} in another of its group");
                        return Err(RefusedFigures { what, why, place: place(table, world, row) }.into());
                    }
                }
            }
        }
        Ok(())
    }
}

/// A whole number that orders as the float does; both zeros are one.
fn total_order(value: f64) -> i64 {
    let bits = (value + 0.0).to_bits().cast_signed();
    bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::super::drawn::table;
    use super::*;

    #[test]
    fn a_measure_that_names_its_currency_is_of_one_unit_in_all_rows() {
        let schema =
            table("currency | v:amount | v_cny:amount | v_usd_world:amount | v_cny.export:amount | n:whole")
                .schema;
        for (name, units) in [("v", 1), ("v_cny", 0), ("v_usd_world", 0), ("v_cny.export", 0), ("n", 0)] {
            assert_eq!(Measured::of(&schema, name).units.len(), units, "{name}");
        }
    }

    #[test]
    fn a_second_amount_is_of_its_own_unit() {
        let schema = table("currency | unit_measure | v:amount | w:amount | w_unit_measure").schema;
        assert_eq!(Measured::of(&schema, "v").units, ["unit_measure", "currency"]);
        assert_eq!(Measured::of(&schema, "w").units, ["w_unit_measure"]);
    }

    #[test]
    fn the_order_of_ratios_is_that_of_their_values() {
        let mut ordered = [-2.0, -0.5, -0.0, 0.25, 1e9].map(total_order);
        ordered.sort_unstable();
        assert_eq!(ordered, [-2.0, -0.5, 0.0, 0.25, 1e9].map(total_order));
    }
}
