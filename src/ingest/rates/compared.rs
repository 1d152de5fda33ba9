//! The comparison of the sources of a block as a table, `<block>.compared`: one row a pair of currencies,
//! year and pair of sources.

use polars::prelude::*;

use crate::measure::{Comparison, Money, Rate};
use crate::table::{COMPARED, Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

const COLUMNS: [(&str, ColumnType, ColumnRole); 10] = [
    ("pair", ColumnType::Text, ColumnRole::Dimension),
    ("time_period", ColumnType::Text, ColumnRole::Dimension),
    ("source", ColumnType::Text, ColumnRole::Dimension),
    ("other", ColumnType::Text, ColumnRole::Dimension),
    // Days on which both printed a rate; 0 where one of them prints means.
    ("days", ColumnType::Integer, ColumnRole::Attribute),
    ("mean", ColumnType::Money, ColumnRole::Measure),
    ("other_mean", ColumnType::Money, ColumnRole::Measure),
    // How far the other mean lies from the first, as a fraction of it.
    ("difference", ColumnType::Ratio, ColumnRole::Measure),
    // The largest difference of a day, and the day.
    ("largest", ColumnType::Ratio, ColumnRole::Measure),
    ("largest_on", ColumnType::Text, ColumnRole::Attribute),
];

/// The table's name.
pub(super) fn name(block: &str) -> String {
    format!("{block}{COMPARED}")
}

/// Its columns.
pub(super) fn schema() -> Schema {
    let mut schema = Schema::default();
    for (name, column_type, role) in COLUMNS {
        schema.put(TableColumn { name: name.to_owned(), column_type, role });
    }
    schema
}

/// The table, in the order of the comparisons: by source, pair and year.
pub(super) fn table(block: &str, rows: &[Comparison]) -> Result<Table, PolarsError> {
    let text = |name: &str, of: &dyn Fn(&Comparison) -> Option<String>| {
        Series::new(name.into(), rows.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let ratio = |name: &str, of: &dyn Fn(&Comparison) -> Option<f64>| {
        Series::new(name.into(), rows.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let rate = |name: &str, of: &dyn Fn(&Comparison) -> Rate| -> Result<Column, PolarsError> {
        let units = rows.iter().map(|row| to_money(of(row)).map(Money::units));
        let mut column =
            Int128Chunked::from_iter_options(name.into(), units).into_decimal(38, 8)?.into_series();
        column.rename(name.into());
        Ok(column.into_column())
    };
    let days: Vec<i64> = rows.iter().map(|row| i64::from(row.days)).collect();
    let columns = vec![
        text("pair", &|row| Some(row.pair.clone())),
        text("time_period", &|row| Some(row.period.to_string())),
        text("source", &|row| Some(row.source.clone())),
        text("other", &|row| Some(row.other.clone())),
        Series::new("days".into(), days).into_column(),
        rate("mean", &|row| row.mean)?,
        rate("other_mean", &|row| row.other_mean)?,
        ratio("difference", &|row| Some(row.difference)),
        ratio("largest", &|row| row.largest.map(|(_, largest)| largest)),
        text("largest_on", &|row| row.largest.map(|(day, _)| day.to_string())),
    ];
    let frame = DataFrame::new(rows.len(), columns)?;
    Ok(Table { name: name(block), schema: schema(), frame, sample: false })
}

/// A mean at the eight places that tables carry; the rates themselves keep twelve.
fn to_money(rate: Rate) -> Option<Money> {
    let printed = crate::measure::Decimal { units: rate.units(), scale: crate::measure::RATE_SCALE };
    Money::nearest(printed, 0).ok()
}
