//! Periods that must not be added: January to August and January to September of one year overlap, a year
//! holds its months. It reads `time_period` and `freq`; tables without them have nothing to refuse.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use super::columns::text_if_any;
use super::{RefusedFigures, StepError};
use crate::finding::Place;
use crate::table::{ColumnType, Schema};

/// The periods of the rows of a table.
#[derive(Debug)]
pub(super) struct Periods {
    period: Vec<Option<String>>,
    frequency: Vec<Option<String>>,
}

impl Periods {
    /// Reads them, where the table has them as text.
    pub(super) fn of(schema: &Schema, frame: &DataFrame) -> Result<Self, StepError> {
        let column = |name: &'static str| {
            schema.get(name).filter(|column| column.column_type == ColumnType::Text).map(|_| name)
        };
        let (period, frequency) = (column("time_period"), column("freq"));
        let both = period.and(frequency).is_some();
        Ok(Self {
            period: text_if_any(frame, period.filter(|_| both))?,
            frequency: text_if_any(frame, frequency.filter(|_| both))?,
        })
    }

    /// The two periods, as text, for which the rows must not be added: cumulative ones, or of two
    /// frequencies.
    pub(super) fn clash(&self, rows: impl Iterator<Item = usize>) -> Option<(String, String)> {
        let periods: BTreeSet<(&str, &str)> = rows
            .filter_map(|row| Some((self.period.get(row)?.as_deref()?, self.frequency.get(row)?.as_deref()?)))
            .collect();
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
