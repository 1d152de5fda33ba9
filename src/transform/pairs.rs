//! The distinct pairs of currency and period in a table: what must be quoted, and which rows ask for it.

use polars::prelude::*;

use crate::measure::{Currency, Frequency, Period, date_of_days};

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
        // A table by moment of the few currencies that meet in it: no search among thousands of pairs a row.
        let mut known: Vec<Vec<(&str, u32)>> = Vec::new();
        let mut list: Vec<Pair> = Vec::new();
        let mut of_row = Vec::with_capacity(frame.height());
        let rows = values.iter().zip(currencies.iter()).zip(&when_codes).enumerate();
        for (row, ((value, currency), when_code)) in rows {
            let (Some(_), Some(currency)) = (value, currency) else {
                of_row.push(None);
                continue;
            };
            let moment = usize::try_from(*when_code).unwrap_or(usize::MAX);
            if moment >= known.len() {
                known.resize_with(moment.saturating_add(1), Vec::new);
            }
            let met = known.get(moment).into_iter().flatten().find(|(known, _)| *known == currency);
            let code = if let Some((_, code)) = met {
                *code
            } else {
                let code = u32::try_from(list.len()).unwrap_or(u32::MAX);
                list.push(when.pair(frame, currency, row)?);
                if let Some(known) = known.get_mut(moment) {
                    known.push((currency, code));
                }
                code
            };
            if let Some(pair) = usize::try_from(code).ok().and_then(|code| list.get_mut(code)) {
                pair.rows += 1;
            }
            of_row.push(Some(code));
        }
        Ok(Self { of_row, list })
    }
}

impl When {
    /// The columns it reads.
    pub(super) fn columns(&self) -> Vec<String> {
        match self {
            Self::Day(column) => vec![column.clone()],
            Self::Period { column, frequency } => std::iter::once(column).chain(frequency).cloned().collect(),
        }
    }

    /// A number per distinct moment.
    fn codes(&self, frame: &DataFrame) -> Result<Vec<u32>, StepError> {
        Ok(match self {
            Self::Day(column) => numbered_days(series(frame, column)?.date()?.physical()),
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
                let date = days.and_then(date_of_days);
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

/// Widest span of days that is numbered through a table: 270 years.
const SPAN: i64 = 100_000;

/// Numbers days in the order of their first appearance, through a table of all days between the first and
/// the last, because rows in the order of a ledger change their day with every row.
fn numbered_days(days: &Int32Chunked) -> Vec<u32> {
    let (Some(first), Some(last)) = (days.min(), days.max()) else { return vec![0; days.len()] };
    if i64::from(last) - i64::from(first) > SPAN {
        return numbered(days.iter());
    }
    let slots = usize::try_from(last - first).unwrap_or(0) + 1;
    // The last place is that of rows without a day.
    let mut codes: Vec<Option<u32>> = vec![None; slots + 1];
    let mut next = 0_u32;
    days.iter()
        .map(|day| {
            let slot = day.and_then(|day| usize::try_from(day - first).ok()).unwrap_or(slots);
            let Some(code) = codes.get_mut(slot) else { return next };
            *code.get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}
