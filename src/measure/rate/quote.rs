//! A rate with everything needed to defend it, and the order in which markets quote a pair.

use std::fmt;

use jiff::civil::Date;
use thiserror::Error;

use super::series::RateSeries;
use crate::measure::amount::{ArithmeticError, Money, Rate};
use crate::measure::currency::Currency;
use crate::measure::period::Period;

/// Whether an amount in the first currency is multiplied with the rate or divided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `to = from × rate`
    Multiply,
    /// `to = from ÷ rate`
    Divide,
}

impl Operation {
    /// Converts an amount, rounded once.
    pub fn apply(self, amount: Money, rate: Rate) -> Result<Money, ArithmeticError> {
        match self {
            Self::Multiply => amount.multiply(rate),
            Self::Divide => amount.divide(rate),
        }
    }
}

/// What a reader must be told about a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The mean covers only some of the days on which the source published.
    PartialCoverage {
        /// Days with a rate.
        days: u32,
        /// Days on which the source published.
        of: u32,
    },
    /// The period begins before the source's first day.
    BeginsLate {
        /// The first day with a rate.
        first: Date,
    },
    /// A mean of printed means lacks some of them.
    MissingMeans {
        /// Means that are there.
        means: u32,
        /// Means of the period.
        of: u32,
        /// What they are means of: `months`.
        periods: &'static str,
    },
    /// The period goes on after the source's last day.
    EndsEarly {
        /// The last day with a rate.
        last: Date,
    },
    /// The first choice has no such rate.
    SteppedDown {
        /// Why, naming source and day or period.
        reason: String,
    },
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartialCoverage { days, of } => write!(f, "{days} of {of} days"),
            Self::BeginsLate { first } => write!(f, "rates begin on {first}"),
            Self::MissingMeans { means, of, periods } => write!(f, "{means} of {of} {periods}"),
            Self::EndsEarly { last } => write!(f, "rates end on {last}"),
            Self::SteppedDown { reason } => f.write_str(reason),
        }
    }
}

/// A rate with everything needed to defend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Currency converted.
    pub from: Currency,
    /// Currency it is converted to.
    pub to: Currency,
    /// The period asked for.
    pub period: Period,
    /// The rate, in the direction `pair` says.
    pub rate: Rate,
    /// How it is applied to an amount in `from`.
    pub operation: Operation,
    /// As in `CNY per USD`.
    pub pair: String,
    /// `mean of daily crosses`, `daily`, `annual mean`, `mean of monthly means`, `fixed` and the like.
    pub method: &'static str,
    /// The source's short name.
    pub source: String,
    /// The file.
    pub file: String,
    /// Days with a rate; 1 for a day, 0 for a printed mean.
    pub days: u32,
    /// Days of the period on which the source published.
    pub days_published: u32,
    /// The day of a daily rate, which may lie before the day asked for.
    pub date: Option<Date>,
    /// How the cross was made.
    pub path: String,
    /// What a reader must be told.
    pub marks: Vec<Mark>,
}

impl Quote {
    /// A stable name: pair, period, method and source.
    pub fn id(&self) -> String {
        format!("{} {} {} {}", self.pair, self.period, self.method, self.source)
    }

    /// What a reader must be told, in one line; nothing where there is nothing.
    pub fn note(&self) -> Option<String> {
        let marks: Vec<String> = self.marks.iter().map(ToString::to_string).collect();
        (!marks.is_empty()).then(|| marks.join("; "))
    }
}

/// No source has the rate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no rate from {from} to {to} for {period}: {reason}")]
pub struct MissingRate {
    /// Currency to convert.
    pub from: Currency,
    /// Currency wanted.
    pub to: Currency,
    /// The period asked for.
    pub period: Period,
    /// What each source lacks.
    pub reason: String,
}

/// Currencies that are quoted as "units of the other for one of these", the first to win; then by code.
const QUOTED_FIRST: [&str; 8] = ["EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF", "CNY"];

/// The pair in the order in which markets quote it: units of the second for one of the first.
pub(super) fn pair(one: Currency, other: Currency) -> (Currency, Currency) {
    let rank = |currency: Currency| {
        let known = QUOTED_FIRST.iter().position(|known| *known == currency.as_str());
        (known.unwrap_or(QUOTED_FIRST.len()), currency)
    };
    if rank(one) <= rank(other) { (one, other) } else { (other, one) }
}

/// A rate and the way round in which it is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    /// Units of the second for one of the first.
    pub way: (Currency, Currency),
    /// The rate.
    pub rate: Rate,
    /// How it came about.
    pub method: &'static str,
}

/// A quote with what is the same for every method.
pub(super) fn quote(
    series: &RateSeries,
    (from, to): (Currency, Currency),
    period: &Period,
    Price { way: (a, b), rate, method }: Price,
) -> Quote {
    Quote {
        from,
        to,
        period: *period,
        rate,
        operation: if from == a { Operation::Multiply } else { Operation::Divide },
        pair: format!("{b} per {a}"),
        method,
        source: series.name.clone(),
        file: series.files_of((a, b), period.start, period.end),
        days: 0,
        days_published: 0,
        date: None,
        path: series.path(a, b),
        marks: Vec::new(),
    }
}
