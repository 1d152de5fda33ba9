//! The rates of one source, and the cross of two of its currencies.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use thiserror::Error;

use crate::measure::amount::{ArithmeticError, RATE_SCALE, Rate};
use crate::measure::currency::Currency;

/// Which way round a source prints its rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Units of the currency for one unit of the base (ECB: 7.81 CNY per 1 EUR).
    UnitsPerBase,
    /// Units of the base for one unit of the currency.
    BasePerUnit,
}

/// How often a source prints its rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequencies {
    /// One rate a day.
    Daily,
    /// One mean a year, dated on its first day here.
    Annual,
}

/// The rates of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateSeries {
    /// The source's short name, as in `ECB`.
    pub name: String,
    /// Path below `input/`.
    pub file: String,
    /// The currency all rates are against.
    pub base: Currency,
    /// Which way round they are printed.
    pub direction: Direction,
    /// How often.
    pub frequency: Frequencies,
    pub(super) rates: BTreeMap<Currency, BTreeMap<Date, Rate>>,
    pub(super) published: BTreeSet<Date>,
}

/// A rate that cannot be taken into a series.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{currency} has two rates for {day}")]
pub struct SeriesError {
    /// The currency.
    pub currency: Currency,
    /// The day.
    pub day: Date,
}

impl RateSeries {
    /// A series without rates.
    pub fn new(name: &str, file: &str, base: Currency, direction: Direction, frequency: Frequencies) -> Self {
        Self {
            name: name.to_owned(),
            file: file.to_owned(),
            base,
            direction,
            frequency,
            rates: BTreeMap::new(),
            published: BTreeSet::new(),
        }
    }

    /// Notes that the source published something on that day.
    pub fn publish(&mut self, day: Date) {
        self.published.insert(day);
    }

    /// Adds a rate; a second one for the same day is an error.
    pub fn add(&mut self, currency: Currency, day: Date, rate: Rate) -> Result<(), SeriesError> {
        self.publish(day);
        match self.rates.entry(currency).or_default().insert(day, rate) {
            None => Ok(()),
            Some(_) => Err(SeriesError { currency, day }),
        }
    }

    /// How many days, or years, it covers.
    pub fn len(&self) -> usize {
        self.published.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.published.is_empty()
    }

    /// The last day it published.
    pub fn last_day(&self) -> Option<Date> {
        self.published.last().copied()
    }

    /// Units of `b` for one `a` on a day of publication; nothing where either is missing.
    pub(super) fn cross(&self, a: Currency, b: Currency, day: Date) -> Result<Option<Rate>, ArithmeticError> {
        let against_base =
            |currency: Currency| self.rates.get(&currency).and_then(|days| days.get(&day)).copied();
        let one = Rate::from_units(10_i128.pow(RATE_SCALE));
        let of = |currency: Currency| if currency == self.base { one } else { against_base(currency) };
        let (Some(of_a), Some(of_b)) = (of(a), of(b)) else { return Ok(None) };
        let (upper, lower) = match self.direction {
            Direction::UnitsPerBase => (of_b, of_a),
            Direction::BasePerUnit => (of_a, of_b),
        };
        if a == self.base && self.direction == Direction::UnitsPerBase {
            return Ok(Some(of_b));
        }
        upper.cross(lower).map(Some)
    }

    /// How the cross of a pair is made, in words.
    pub(super) fn path(&self, a: Currency, b: Currency) -> String {
        let leg = |currency: Currency| match self.direction {
            Direction::UnitsPerBase => format!("{currency}/{}", self.base),
            Direction::BasePerUnit => format!("{}/{currency}", self.base),
        };
        match (a == self.base, b == self.base, self.direction) {
            (true, _, Direction::UnitsPerBase) => leg(b),
            (_, true, Direction::BasePerUnit) => leg(a),
            (true, _, Direction::BasePerUnit) => format!("1 ÷ {}", leg(b)),
            (_, true, Direction::UnitsPerBase) => format!("1 ÷ {}", leg(a)),
            (_, _, Direction::UnitsPerBase) => format!("{} ÷ {}", leg(b), leg(a)),
            (_, _, Direction::BasePerUnit) => format!("{} ÷ {}", leg(a), leg(b)),
        }
    }
}
