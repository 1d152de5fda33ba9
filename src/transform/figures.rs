//! The values of a measure with all that may forbid to compute with them.

use polars::prelude::DataFrame;

use crate::measure::Money;

use super::StepError;
use super::columns::{money_if_any, text_if_any};
use super::measured::Measured;

/// The rows of a measure.
#[derive(Debug)]
pub(super) struct Figures {
    value: Vec<Option<Money>>,
    rounding: Vec<Option<Money>>,
    status: Vec<Option<String>>,
    note: Vec<Option<String>>,
    partial: Vec<Option<String>>,
    bound: Vec<Option<String>>,
    units: Vec<Vec<Option<String>>>,
}

impl Figures {
    /// Reads a measure.
    pub(super) fn of(measured: &Measured, frame: &DataFrame) -> Result<Self, StepError> {
        let units = measured.units.iter().map(|unit| text_if_any(frame, Some(unit)));
        Ok(Self {
            value: measured.amounts(frame)?,
            rounding: money_if_any(frame, measured.rounding.as_deref())?,
            status: text_if_any(frame, measured.status.as_deref())?,
            note: text_if_any(frame, measured.note.as_deref())?,
            partial: text_if_any(frame, measured.partial.as_deref())?,
            bound: text_if_any(frame, measured.bound.as_deref())?,
            units: units.collect::<Result<_, _>>()?,
        })
    }

    /// The exact value of a row, or why there is none.
    pub(super) fn exact(&self, row: usize) -> Result<Money, &'static str> {
        let value = self.value(row).ok_or("no value")?;
        if self.bound.get(row).is_some_and(Option::is_some) {
            return Err("value is a bound");
        }
        if self.status(row) == Some("F") {
            return Err("value is a forecast");
        }
        Ok(value)
    }

    /// The exact value of a row that may be compared with others of its kind: one of a whole group.
    pub(super) fn whole(&self, row: usize) -> Result<Money, &'static str> {
        let value = self.exact(row)?;
        match self.partial.get(row) {
            Some(Some(_)) => Err("value is partial"),
            _ => Ok(value),
        }
    }

    /// The value of a row, whatever its marks.
    pub(super) fn value(&self, row: usize) -> Option<Money> {
        self.value.get(row).copied().flatten()
    }

    /// The value of a row with or without a bound; nothing where there is none, or where it is a forecast.
    pub(super) fn real(&self, row: usize) -> Option<Money> {
        self.value(row).filter(|_| self.status(row) != Some("F"))
    }

    /// The sign of a value that is known only as a bound.
    pub(super) fn bound(&self, row: usize) -> Option<&str> {
        self.bound.get(row).and_then(Option::as_deref)
    }

    /// The status of a row.
    pub(super) fn status(&self, row: usize) -> Option<&str> {
        self.status.get(row).and_then(Option::as_deref)
    }

    /// Whether a reader must be told something of a row: a status other than normal, or a note.
    pub(super) fn is_marked(&self, row: usize) -> bool {
        self.status(row).is_some_and(|status| status != "A")
            || self.note.get(row).is_some_and(Option::is_some)
    }

    /// What the printed value of a row may be off by, where that is known.
    pub(super) fn rounding(&self, row: usize) -> Option<Money> {
        self.rounding.get(row).copied().flatten()
    }

    /// Whether two rows are of one unit and currency.
    pub(super) fn same_unit(&self, one: usize, other: usize) -> bool {
        self.units.iter().all(|unit| unit.get(one) == unit.get(other))
    }
}
