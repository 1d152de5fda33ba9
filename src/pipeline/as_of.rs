//! The day a report speaks of where nobody names one: the last day of its real figures, not the clock, so
//! that the same input gives the same bytes on any day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use polars::prelude::{Column as FrameColumn, PlHashSet, StringChunked};

use crate::ingest::SourceSpec;
use crate::measure::{Frequency, Period, RateBook, date_of_days, is_absent};
use crate::table::{Column, ColumnRole, ColumnType, Companion, Schema, Table};

/// The last day of the sources' periods and dates, forecasts left out; real sources before samples, and
/// rates only where there is nothing else.
pub(super) fn last_day(
    sources: &[SourceSpec],
    tables: &BTreeMap<String, Table>,
    books: &BTreeMap<String, RateBook>,
) -> Option<Date> {
    let of = |sample: bool| {
        let tables = sources.iter().filter_map(|source| tables.get(source.name()));
        tables.filter(|table| table.sample == sample).filter_map(last_of_table).max()
    };
    of(false).or_else(|| of(true)).or_else(|| books.values().filter_map(RateBook::last_day).max())
}

/// The columns of a source by which its last day is told.
pub(super) fn reads(schema: &Schema) -> BTreeSet<String> {
    if schema.get(PERIOD).is_some_and(|column| column.column_type == ColumnType::Text) {
        let status = status_of(schema).map(|column| column.name.clone());
        return [PERIOD, FREQUENCY].map(str::to_owned).into_iter().chain(status).collect();
    }
    dates(schema).map(|column| column.name.clone()).collect()
}

fn status_of(schema: &Schema) -> Option<&Column> {
    schema.columns().iter().find(|column| matches!(column.role, ColumnRole::Companion(Companion::Status, _)))
}

fn dates(schema: &Schema) -> impl Iterator<Item = &Column> {
    schema.columns().iter().filter(|column| column.column_type == ColumnType::Date)
}

const PERIOD: &str = "time_period";
const FREQUENCY: &str = "freq";

fn last_of_table(table: &Table) -> Option<Date> {
    if let Some(periods) = texts(table, PERIOD) {
        let frequencies = texts(table, FREQUENCY);
        let status = status_of(&table.schema).and_then(|column| texts(table, &column.name));
        // Rows share their periods, and a period takes longer to read than to find again.
        let mut read = PlHashSet::default();
        let ends = periods.iter().enumerate().filter_map(|(row, period)| {
            let real = status
                .and_then(|status| status.get(row))
                .is_none_or(|status| status != "F" && !is_absent(status));
            let said = (period?, frequencies.and_then(|frequencies| frequencies.get(row)));
            if !real || !read.insert(said) {
                return None;
            }
            let frequency = said.1.and_then(Frequency::parse);
            // Of a point in time only the year it lies in is known, not that the data reach to its end.
            let real = frequency != Some(Frequency::Point);
            Period::parse(said.0, frequency).ok().filter(|_| real).map(|period| period.end)
        });
        return ends.max();
    }
    dates(&table.schema).filter_map(|column| last_date(table.frame.column(&column.name).ok()?)).max()
}

fn texts<'a>(table: &'a Table, name: &str) -> Option<&'a StringChunked> {
    table.frame.column(name).ok()?.str().ok()
}

fn last_date(column: &FrameColumn) -> Option<Date> {
    let days = column.date().ok()?.physical().iter().flatten().max()?;
    date_of_days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A declared `time_period` may be a date, and then stands among the other dates.
    #[test]
    fn the_columns_that_are_read_are_those_that_are_kept() {
        let text = |name: &str| Column::dimension(name, ColumnType::Text);
        let day = |name: &str| Column::dimension(name, ColumnType::Date);
        for (columns, expected) in [
            (vec![text("area"), text(PERIOD), text(FREQUENCY), day("released")], vec![FREQUENCY, PERIOD]),
            (vec![text("area"), day(PERIOD), day("released")], vec!["released", PERIOD]),
            (vec![text("area"), day("released")], vec!["released"]),
        ] {
            assert!(reads(&Schema::new(columns)).iter().eq(expected));
        }
    }
}
