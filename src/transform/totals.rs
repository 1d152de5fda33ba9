//! The totals of `group_by`: one aggregate of every group. Amounts are added exactly; it judges no figure.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::StepError;
use super::columns::{each_amount, money_column};
use super::groups::Groups;
use super::marks::Marks;
use super::spread;
use crate::expr::{Aggregate, AggregateFunction};
use crate::measure::{ArithmeticError, Money};
use crate::table::{ColumnRole, ColumnType};

/// One aggregate and what goes with the column it is computed of.
#[derive(Debug)]
pub(super) struct Total {
    /// The column it makes.
    pub name: String,
    /// What is computed.
    pub aggregate: Aggregate,
    /// What goes along with it.
    pub marks: Marks,
}

impl Total {
    /// Whether every figure weighs in it as exact.
    pub(super) fn is_sum(&self) -> bool {
        use AggregateFunction::{Concentration, Mean, Median, Sum};
        matches!(self.aggregate.function, Sum | Mean | Median | Concentration)
    }

    /// Whether figures of two units would meet in it.
    pub(super) fn compares(&self) -> bool {
        matches!(self.aggregate.function, AggregateFunction::Min | AggregateFunction::Max)
    }

    /// Totals can be added further; a mean, a least or greatest value and a number of different values
    /// cannot, and so are no measures that `top` adds up.
    pub(super) fn role(&self) -> ColumnRole {
        match self.aggregate.function {
            AggregateFunction::Sum | AggregateFunction::Count => ColumnRole::Measure,
            _ => ColumnRole::Attribute,
        }
    }

    /// The aggregate of every group, of the column `of`.
    pub(super) fn column(&self, frame: &DataFrame, of: &str, groups: &Groups) -> Result<Column, StepError> {
        use AggregateFunction::{Concentration, Count, CountDistinct, Mean, Median, Sum};
        let name: PlSmallStr = self.name.as_str().into();
        if self.aggregate.of.is_none() {
            let every = std::iter::repeat_n(Some(true), frame.height());
            return Ok(Series::new(name, counted(groups, every)?).into_column());
        }
        let series = frame.column(of)?.as_materialized_series();
        match (self.aggregate.function, self.aggregate.column_type) {
            (Count, _) => Ok(Series::new(name, counted(groups, series.is_not_null().iter())?).into_column()),
            (CountDistinct, _) => Ok(Series::new(name, differing(groups, frame, of)?).into_column()),
            (Sum | Mean, ColumnType::Money) => {
                let totals = self.amounts(groups, series)?.into_iter();
                money_column(&self.name, Int128Chunked::from_iter_options(name, totals))
            }
            (Median, ColumnType::Money) => {
                let medians = listed(groups, each_amount(series)?)?.into_iter().map(spread::median_amount);
                let medians = medians.collect::<Result<Vec<_>, _>>()?;
                let units = medians.into_iter().map(|median| median.map(Money::units));
                money_column(&self.name, Int128Chunked::from_iter_options(name, units))
            }
            (function @ (Mean | Median), ColumnType::Ratio) => {
                let of = if function == Mean { spread::mean_ratio } else { spread::median_ratio };
                let made = listed(groups, series.f64()?.iter())?.into_iter().map(of);
                Ok(Float64Chunked::from_iter_options(name, made).into_column())
            }
            (Concentration, _) => {
                let indices = listed(groups, each_amount(series)?)?.into_iter().map(spread::concentration);
                let indices = indices.collect::<Result<Vec<_>, _>>()?;
                Ok(Float64Chunked::from_iter_options(name, indices.into_iter()).into_column())
            }
            (Sum, _) => Ok(Series::new(name, whole_sums(groups, series.i64()?)?).into_column()),
            (function, _) => self.native(series, groups, function),
        }
    }

    /// The units of the exact sum or mean; null of nothing but nulls.
    fn amounts(&self, groups: &Groups, series: &Series) -> Result<Vec<Option<i128>>, StepError> {
        let start = (Money::ZERO, 0_i64);
        let sums = groups.fold(start, each_amount(series)?, |(sum, count), amount| {
            if let Some(amount) = amount {
                *sum = sum.checked_add(amount)?;
                *count += 1;
            }
            Ok(())
        })?;
        let is_mean = self.aggregate.function == AggregateFunction::Mean;
        let total = |(sum, count): (Money, i64)| match count {
            0 => Ok(None),
            count if is_mean => Ok(Some(sum.divide_by_count(count)?.units())),
            _ => Ok(Some(sum.units())),
        };
        sums.into_iter().map(total).collect()
    }

    /// Least and greatest values by the engine, a group at a time.
    fn native(
        &self,
        series: &Series,
        groups: &Groups,
        function: AggregateFunction,
    ) -> Result<Column, StepError> {
        let rows: Vec<Vec<IdxSize>> = listed(groups, (0..).map(Some))?;
        let of = self.aggregate.column_type.data_type();
        let mut values: Vec<AnyValue<'static>> = Vec::with_capacity(rows.len());
        for rows in rows {
            let group = series.take(&IdxCa::from_vec("rows".into(), rows))?;
            let value = match function {
                AggregateFunction::Min => group.min_reduce()?,
                _ => group.max_reduce()?,
            };
            values.push(value.value().clone().into_static());
        }
        Ok(Series::from_any_values_and_dtype(self.name.as_str().into(), &values, &of, true)?.into_column())
    }
}

/// The rows of every group for which `there` holds.
fn counted(groups: &Groups, there: impl Iterator<Item = Option<bool>>) -> Result<Vec<i64>, StepError> {
    groups.fold(0, there, |count, there| {
        *count += i64::from(there == Some(true));
        Ok(())
    })
}

/// How many different values every group has.
fn differing(groups: &Groups, frame: &DataFrame, of: &str) -> Result<Vec<i64>, StepError> {
    let numbers = Groups::by(frame, &[of.to_owned()])?.of_row;
    let there = frame.column(of)?.is_not_null();
    let values = numbers.iter().zip(there.iter());
    let seen = groups.fold(BTreeSet::new(), values, |seen, (number, there)| {
        if there == Some(true) {
            seen.insert(*number);
        }
        Ok(())
    })?;
    Ok(seen.iter().map(|seen| i64::try_from(seen.len()).unwrap_or(i64::MAX)).collect())
}

/// The values of every group that are there.
fn listed<T: Clone>(
    groups: &Groups,
    values: impl Iterator<Item = Option<T>>,
) -> Result<Vec<Vec<T>>, StepError> {
    groups.fold(Vec::new(), values, |list, value| {
        list.extend(value);
        Ok(())
    })
}

/// Sums of whole numbers; null of nothing but nulls.
fn whole_sums(groups: &Groups, numbers: &Int64Chunked) -> Result<Vec<Option<i64>>, StepError> {
    groups.fold(None, numbers.iter(), |sum: &mut Option<i64>, number| {
        if let Some(number) = number {
            let added = sum.unwrap_or(0).checked_add(number).ok_or(ArithmeticError::Overflow)?;
            *sum = Some(added);
        }
        Ok(())
    })
}
