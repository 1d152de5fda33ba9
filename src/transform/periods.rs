//! Periods that must not be added: January to August and January to September of one year overlap, a year
//! holds its months. It reads `time_period` and `freq`; tables without them have nothing to refuse.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use super::columns::text;
use super::groups::numbered;
use super::{RefusedFigures, StepError};
use crate::finding::Place;
use crate::table::{ColumnType, Schema};

/// The periods of the rows of a table, each with its frequency.
#[derive(Debug)]
pub(super) struct Periods<'a> {
    /// Index into `list` by row; empty for a table without periods.
    of_row: Vec<u32>,
    /// Those that differ; nothing where the row lacks one of both.
    list: Vec<Option<(&'a str, &'a str)>>,
}

impl<'a> Periods<'a> {
    /// Reads them, where the table has them as text.
    pub(super) fn of(schema: &Schema, frame: &'a DataFrame) -> Result<Self, StepError> {
        let column = |name: &'static str| {
            schema.get(name).filter(|column| column.column_type == ColumnType::Text).map(|_| name)
        };
        let mut list = Vec::new();
        let (Some(period), Some(frequency)) = (column("time_period"), column("freq")) else {
            return Ok(Self { of_row: Vec::new(), list });
        };
        let pairs = || Ok::<_, StepError>(text(frame, period)?.iter().zip(text(frame, frequency)?.iter()));
        let of_row = numbered(pairs()?);
        for (pair, number) in pairs()?.zip(&of_row) {
            if usize::try_from(*number).is_ok_and(|number| number == list.len()) {
                list.push(pair.0.zip(pair.1));
            }
        }
        Ok(Self { of_row, list })
    }

    /// The number of the period of every row; no row at all where the table has none.
    pub(super) fn of_rows(&self) -> &[u32] {
        &self.of_row
    }

    /// The two periods, as text, for which rows of these periods must not be added: cumulative ones, or of
    /// two frequencies.
    pub(super) fn clash(&self, numbers: impl IntoIterator<Item = u32>) -> Option<(String, String)> {
        let period = |number: u32| self.list.get(usize::try_from(number).ok()?).copied().flatten();
        let periods: BTreeSet<(&str, &str)> = numbers.into_iter().filter_map(period).collect();
        let cumulative = periods.iter().any(|(_, frequency)| *frequency == "YTD");
        let frequencies: BTreeSet<&str> = periods.iter().map(|(_, frequency)| *frequency).collect();
        let named = |(period, frequency): &(&str, &str)| format!("{period} ({frequency})");
        match (periods.first(), periods.last()) {
            (Some(first), Some(last)) if first != last && (cumulative || frequencies.len() > 1) => {
                Some((named(first), named(last)))
            }
            _ => None,
        }
    }
}

/// The refusal for two such periods.
pub(super) fn refused(what: String, (first, last): (String, String), place: Place) -> StepError {
    let why = format!("{first} and {last} overlap or are of two frequencies");
    RefusedFigures { what, why, place }.into()
}
