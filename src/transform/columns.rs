//! Typed views of a table's columns, columns made from plain values, and the place and name of a row.
//! It computes nothing.

use polars::prelude::*;

use crate::finding::Place;
use crate::measure::{MONEY_SCALE, Money, date_of_days};
use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, MONEY, ORIGIN_COLUMN, Schema, Table};

use super::{StepError, World};

/// Ending of the column that says what a figure has of what it should have, as in `11 of 12 months`; empty
/// where it is whole.
pub(super) const PARTIAL: &str = "_partial";

/// Endings of the columns that go with a figure beside its companions.
pub(super) const BESIDE: [&str; 3] = ["_rate", "_note", PARTIAL];

/// The column as one series.
pub(super) fn series<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a Series, StepError> {
    Ok(frame.column(name)?.as_materialized_series())
}

/// A text column.
pub(super) fn text<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a StringChunked, StepError> {
    Ok(series(frame, name)?.str()?)
}

/// The units (10⁻⁸) of an amount column.
pub(super) fn units<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a Int128Chunked, StepError> {
    Ok(series(frame, name)?.decimal()?.physical())
}

/// A ratio column.
pub(super) fn ratios<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a Float64Chunked, StepError> {
    Ok(series(frame, name)?.f64()?)
}

/// The days of a date column.
pub(super) fn dates(frame: &DataFrame, name: &str) -> Result<Vec<Option<jiff::civil::Date>>, StepError> {
    let days = series(frame, name)?.date()?.physical();
    Ok(days.iter().map(|day| day.and_then(date_of_days)).collect())
}

/// The amounts of a column of amounts or whole numbers.
pub(super) fn amounts(column: &Series) -> Result<Vec<Option<Money>>, StepError> {
    Ok(each_amount(column)?.collect())
}

/// The same, one after the other.
pub(super) fn each_amount<'a>(
    column: &'a Series,
) -> Result<Box<dyn Iterator<Item = Option<Money>> + 'a>, StepError> {
    if let Ok(whole) = column.i64() {
        let scale = 10_i128.pow(MONEY_SCALE);
        return Ok(Box::new(
            whole.iter().map(move |value| Some(Money::from_units(i128::from(value?) * scale))),
        ));
    }
    Ok(Box::new(column.decimal()?.physical().iter().map(|units| units.map(Money::from_units))))
}

/// A text column that has at least one text, which is the only kind worth a look at every row.
pub(super) fn text_with_any<'a>(
    frame: &'a DataFrame,
    name: Option<&str>,
) -> Result<Option<&'a StringChunked>, StepError> {
    let Some(name) = name else { return Ok(None) };
    let column = frame.column(name)?;
    if column.null_count() == column.len() { Ok(None) } else { text(frame, name).map(Some) }
}

/// A text column, or nothing but nulls where the table has none of that name.
pub(super) fn text_if_any(frame: &DataFrame, name: Option<&str>) -> Result<Vec<Option<String>>, StepError> {
    match name {
        Some(name) => Ok(text(frame, name)?.iter().map(|value| value.map(str::to_owned)).collect()),
        None => Ok(vec![None; frame.height()]),
    }
}

/// Amounts of a column, or nothing but nulls where the table has none of that name.
pub(super) fn money_if_any(frame: &DataFrame, name: Option<&str>) -> Result<Vec<Option<Money>>, StepError> {
    match name {
        Some(name) => Ok(units(frame, name)?.iter().map(|value| value.map(Money::from_units)).collect()),
        None => Ok(vec![None; frame.height()]),
    }
}

/// An amount column of `units` (10⁻⁸).
pub(super) fn money_column(name: &str, units: Int128Chunked) -> Result<Column, StepError> {
    let mut column = units.into_decimal(38, 8)?.into_series();
    debug_assert_eq!(column.dtype(), &MONEY);
    column.rename(name.into());
    Ok(column.into_column())
}

/// Where a row was read; empty for rows made by grouping.
pub(super) fn place(table: &Table, world: &World<'_>, row: usize) -> Place {
    table
        .frame
        .column(ORIGIN_COLUMN)
        .ok()
        .and_then(|column| column.get(row).ok())
        .and_then(|value| value.extract::<u32>())
        .map(|origin| world.origins.place(origin))
        .unwrap_or_default()
}

/// The value of one cell as messages show it.
pub(super) fn shown(frame: &DataFrame, name: &str, row: usize) -> String {
    match frame.column(name).and_then(|column| column.get(row)) {
        Err(_) | Ok(AnyValue::Null) => "(empty)".to_owned(),
        Ok(AnyValue::String(text)) => text.to_owned(),
        Ok(AnyValue::StringOwned(text)) => text.to_string(),
        Ok(AnyValue::Decimal(units, _, 8)) => Money::from_units(units).to_string(),
        Ok(AnyValue::Float64(ratio)) => {
            let text = format!("{ratio:.12}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Ok(other) => other.to_string(),
    }
}

/// A row by the values of some of its columns: `year 2021, partner RU`.
pub(super) fn described(frame: &DataFrame, columns: &[String], row: usize) -> String {
    let parts: Vec<String> =
        columns.iter().map(|name| format!("{name} {}", shown(frame, name, row))).collect();
    parts.join(", ")
}

/// The type of a column, which must be one of `allowed`; anything else is a mistake at the name's place.
pub(super) fn expect_column(
    schema: &Schema,
    name: &Text,
    allowed: &[ColumnType],
    mistakes: &Mistakes,
) -> Option<ColumnType> {
    let Some(column) = schema.get(&name.value) else {
        let known = schema.names().filter(|known| *known != ORIGIN_COLUMN);
        mistakes.unknown(name.span.clone(), "column", &name.value, known);
        return None;
    };
    if allowed.contains(&column.column_type) {
        return Some(column.column_type);
    }
    let words: Vec<&str> = allowed.iter().map(|allowed| allowed.word()).collect();
    mistakes.add_with_help(
        name.span.clone(),
        format!("`{}` is {}", name.value, column.column_type.word()),
        format!("expected {}", words.join(" or ")),
    );
    None
}

/// The column of frequencies, where there is one; it tells periods that are written alike.
pub(super) fn frequency_column(schema: &Schema) -> Option<String> {
    let is_text = |column: &&crate::table::Column| column.column_type == ColumnType::Text;
    schema.get("freq").filter(is_text).map(|column| column.name.clone())
}
