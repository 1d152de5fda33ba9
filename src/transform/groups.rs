//! Rows that agree in some columns, numbered in the order in which they first appear. Null agrees with
//! null, as in SQL's `GROUP BY`.

use std::hash::Hash;

use polars::prelude::*;

use crate::table::Table;

use super::columns::{described, place, series};
use super::{SameKey, StepError, World};

/// The group of every row.
#[derive(Debug)]
pub(super) struct Groups {
    /// Group number by row.
    pub of_row: Vec<u32>,
    /// First row by group.
    pub first: Vec<usize>,
}

impl Groups {
    /// Groups the rows by the values of `names`; without names all rows are one group.
    pub(super) fn by(frame: &DataFrame, names: &[String]) -> Result<Self, StepError> {
        let mut grouping = Grouping::of(frame.height());
        for name in names {
            grouping.part(frame, name)?;
        }
        Ok(grouping.groups())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    /// What `with` makes of the values of every group, in the order of the table; `values` has one a row.
    pub(super) fn fold<T: Clone, V>(
        &self,
        start: T,
        values: impl Iterator<Item = V>,
        with: impl FnMut(&mut T, V) -> Result<(), StepError>,
    ) -> Result<Vec<T>, StepError> {
        let mut all = vec![start; self.len()];
        self.each(&mut all, values, with)?;
        Ok(all)
    }

    /// The same, over what is known of every group already.
    pub(super) fn each<T, V>(
        &self,
        all: &mut [T],
        values: impl Iterator<Item = V>,
        mut with: impl FnMut(&mut T, V) -> Result<(), StepError>,
    ) -> Result<(), StepError> {
        for (value, group) in values.zip(&self.of_row) {
            if let Some(one) = usize::try_from(*group).ok().and_then(|group| all.get_mut(group)) {
                with(one, value)?;
            }
        }
        Ok(())
    }

    /// The rows of every group, in the order of the table.
    pub(super) fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.len()];
        for (row, group) in self.of_row.iter().enumerate() {
            if let Some(list) = usize::try_from(*group).ok().and_then(|group| rows.get_mut(group)) {
                list.push(row);
            }
        }
        rows
    }

    /// The numbers of the groups, sorted by `names`, which make them; null last.
    pub(super) fn in_order(&self, frame: &DataFrame, names: &[String]) -> Result<Vec<usize>, StepError> {
        if names.is_empty() {
            return Ok((0..self.first.len()).collect());
        }
        let firsts: Vec<IdxSize> = self.first.iter().filter_map(|row| IdxSize::try_from(*row).ok()).collect();
        let numbers: Vec<u32> = (0_u32..).take(self.first.len()).collect();
        let mut keys = frame.select(names.iter().map(String::as_str))?;
        keys = keys.take(&IdxCa::from_vec("rows".into(), firsts))?;
        keys.with_column(Series::new("#group".into(), numbers).into_column())?;
        let options = SortMultipleOptions::default().with_nulls_last(true).with_maintain_order(true);
        let sorted = keys.sort(names.iter().map(String::as_str).collect::<Vec<_>>(), options)?;
        let order = sorted.column("#group")?.u32()?.iter().flatten();
        Ok(order.filter_map(|group| usize::try_from(group).ok()).collect())
    }
}

/// Groups while they are made, one column after the other.
#[derive(Debug)]
pub(super) struct Grouping {
    of_row: Vec<u32>,
}

impl Grouping {
    /// All rows are one group.
    pub(super) fn of(rows: usize) -> Self {
        Self { of_row: vec![0; rows] }
    }

    /// Parts groups whose rows differ in a column.
    pub(super) fn part(&mut self, frame: &DataFrame, name: &str) -> Result<(), StepError> {
        let codes = codes(series(frame, name)?)?;
        self.of_row = numbered(self.of_row.iter().copied().zip(codes));
        Ok(())
    }

    /// The groups.
    pub(super) fn groups(self) -> Groups {
        let mut first = Vec::new();
        for (row, group) in self.of_row.iter().enumerate() {
            if usize::try_from(*group).is_ok_and(|group| group == first.len()) {
                first.push(row);
            }
        }
        Groups { of_row: self.of_row, first }
    }
}

/// Numbers values in the order of their first appearance. They are found by hash and never walked in its
/// order, so numbers are the same in every run.
pub(super) fn numbered<K: Eq + Hash + Copy>(values: impl Iterator<Item = K>) -> Vec<u32> {
    let mut known: PlHashMap<K, u32> = PlHashMap::default();
    let mut last: Option<(K, u32)> = None;
    values
        .map(|value| {
            if let Some((same, code)) = last
                && same == value
            {
                return code;
            }
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let code = *known.entry(value).or_insert(next);
            last = Some((value, code));
            code
        })
        .collect()
}

fn codes(series: &Series) -> Result<Vec<u32>, StepError> {
    Ok(match series.dtype() {
        DataType::String => numbered(series.str()?.iter()),
        DataType::Int64 => numbered(series.i64()?.iter()),
        DataType::Date => numbered(series.date()?.physical().iter()),
        DataType::Boolean => numbered(series.bool()?.iter()),
        DataType::Decimal(..) => numbered(series.decimal()?.physical().iter()),
        DataType::Float64 => numbered(series.f64()?.iter().map(|value| value.map(f64::to_bits))),
        _ => numbered(series.cast(&DataType::Int64)?.i64()?.iter()),
    })
}

/// Demands that no two rows agree in `names`; `what` says what needs it.
pub(super) fn demand_unique(
    table: &Table,
    names: &[String],
    what: &str,
    world: &World<'_>,
) -> Result<(), StepError> {
    let groups = Groups::by(&table.frame, names)?;
    if groups.first.len() == table.frame.height() {
        return Ok(());
    }
    let rows = groups.rows().into_iter().find(|rows| rows.len() > 1).unwrap_or_default();
    let first = rows.first().copied().unwrap_or_default();
    let (what, columns) = (what.to_owned(), names.join(", "));
    let key = described(&table.frame, names, first);
    Err(SameKey { what, columns, key, rows: rows.len(), place: place(table, world, first) }.into())
}
