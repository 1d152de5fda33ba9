//! The distinct pairs of currency and period in a table: what must be quoted, and which rows ask for it.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::measure::{Currency, Frequency, Period};

use super::StepError;
use super::columns::{series, text, units};
use super::groups::numbered;

/// Which column says when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// A date column.
    Day(String),
    /// A text column of canonical periods, with the column of their frequencies where there is one.
    Period {
        /// The periods.
        column: String,
        /// Their `freq`.
        frequency: Option<String>,
    },
}

/// One pair.
#[derive(Debug)]
pub(super) struct Pair {
    /// The currency as written.
    pub currency: String,
    /// The day or period as written.
    pub when: String,
    /// Both as read, or why they cannot be.
    pub asked: Result<(Currency, Period), String>,
    /// Rows that ask for it.
    pub rows: u64,
    /// The first of them.
    pub first: usize,
}

/// All pairs, in the order in which they first appear.
#[derive(Debug)]
pub(super) struct Pairs {
    /// Index into `list` by row; `None` where there is no value or no currency.
    pub of_row: Vec<Option<u32>>,
    /// The pairs.
    pub list: Vec<Pair>,
}

impl Pairs {
    /// Finds the pairs of the rows where `value` and `currency` are not null.
    pub(super) fn of(frame: &DataFrame, value: &str, currency: &str, when: &When) -> Result<Self, StepError> {
        let values = units(frame, value)?;
        let currencies = text(frame, currency)?;
        let when_codes = when.codes(frame)?;
        let mut known: BTreeMap<(&str, u32), u32> = BTreeMap::new();
        let mut list: Vec<Pair> = Vec::new();
        let mut of_row = Vec::with_capacity(frame.height());
        let mut before: Option<((&str, u32), u32)> = None;
        let rows = values.iter().zip(currencies.iter()).zip(&when_codes).enumerate();
        for (row, ((value, currency), when_code)) in rows {
            let (Some(_), Some(currency)) = (value, currency) else {
                of_row.push(None);
                continue;
            };
            let key = (currency, *when_code);
            let code = match before {
                Some((same, code)) if same == key => code,
                _ => {
                    if let Some(code) = known.get(&key) {
                        *code
                    } else {
                        let code = u32::try_from(list.len()).unwrap_or(u32::MAX);
                        list.push(when.pair(frame, currency, row)?);
                        known.insert(key, code);
                        code
                    }
                }
            };
            before = Some((key, code));
            if let Some(pair) = usize::try_from(code).ok().and_then(|code| list.get_mut(code)) {
                pair.rows += 1;
            }
            of_row.push(Some(code));
        }
        Ok(Self { of_row, list })
    }
}

impl When {
    /// A number per distinct moment.
    fn codes(&self, frame: &DataFrame) -> Result<Vec<u32>, StepError> {
        Ok(match self {
            Self::Day(column) => numbered(series(frame, column)?.date()?.physical().iter()),
            Self::Period { column, frequency: None } => numbered(text(frame, column)?.iter()),
            Self::Period { column, frequency: Some(frequency) } => {
                numbered(text(frame, column)?.iter().zip(text(frame, frequency)?.iter()))
            }
        })
    }

    fn pair(&self, frame: &DataFrame, currency: &str, row: usize) -> Result<Pair, StepError> {
        let read = Currency::parse(currency);
        let (when, period) = self.read(frame, row)?;
        let asked = match (read, period) {
            (None, _) => Err(format!("`{currency}` is no currency")),
            (_, None) if when.is_empty() => Err("the row says no time".to_owned()),
            (_, None) => Err(format!("`{when}` is no period")),
            (Some(currency), Some(period)) => Ok((currency, period)),
        };
        Ok(Pair { currency: currency.to_owned(), when, asked, rows: 0, first: row })
    }

    fn read(&self, frame: &DataFrame, row: usize) -> Result<(String, Option<Period>), StepError> {
        match self {
            Self::Day(column) => {
                let days = series(frame, column)?.date()?.physical().get(row);
                let date = days.and_then(date_of);
                let when = date.map(|date| date.to_string()).unwrap_or_default();
                Ok((when, date.map(Period::day)))
            }
            Self::Period { column, frequency } => {
                let when = text(frame, column)?.get(row).unwrap_or_default().to_owned();
                let frequency = match frequency {
                    Some(column) => text(frame, column)?.get(row).and_then(Frequency::parse),
                    None => None,
                };
                let period = Period::parse(&when, frequency).ok();
                Ok((when, period))
            }
        }
    }
}

/// The civil date of a day number as Polars keeps it.
pub(super) fn date_of(days: i32) -> Option<jiff::civil::Date> {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(i64::from(days))).ok()
}
