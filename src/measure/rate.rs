//! Exchange rates: series of one source, books of several in order of preference, and quotes, which say how
//! they came about. Rates of two sources never meet in one cross.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::amount::{ArithmeticError, Money, Rate};
use super::currency::Currency;
use super::period::{Frequency, Period};

/// Which way round a source prints its rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Units of the currency for one unit of the base (ECB: 7.81 CNY per 1 EUR).
    UnitsPerBase,
    /// Units of the base for one unit of the currency.
    BasePerUnit,
}

/// How often a source prints its rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frequencies {
    /// One rate a day.
    Daily,
    /// One mean a year, dated on its first day here.
    Annual,
}

/// The rates of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    rates: BTreeMap<Currency, BTreeMap<Date, Rate>>,
    published: BTreeSet<Date>,
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
    fn cross(&self, a: Currency, b: Currency, day: Date) -> Result<Option<Rate>, ArithmeticError> {
        let against_base =
            |currency: Currency| self.rates.get(&currency).and_then(|days| days.get(&day)).copied();
        let one = Rate::from_units(10_i128.pow(super::amount::RATE_SCALE));
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
    fn path(&self, a: Currency, b: Currency) -> String {
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

/// What is done where a mean covers too few days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BelowCoverage {
    /// Take the next source that has the period, else the partial mean, marked.
    NextThenMark,
    /// Refuse.
    Refuse,
}

/// Sources in order of preference, and the rules for using them.
#[derive(Clone, Debug, PartialEq)]
pub struct RateBook {
    /// The `[rates.…]` block.
    pub name: String,
    /// In order of preference.
    pub series: Vec<RateSeries>,
    /// Least share of published days a mean must cover, 0 to 1.
    pub coverage: f64,
    /// What is done below it.
    pub below_coverage: BelowCoverage,
    /// How many days back a day without publication may reach.
    pub max_age_days: i32,
}

/// Which rate a period is converted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Mean of the daily crosses of the period.
    Average,
    /// The rate of the day.
    Daily,
}

/// Whether an amount in the first currency is multiplied with the rate or divided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `to = from × rate`
    Multiply,
    /// `to = from ÷ rate`
    Divide,
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
    /// `mean of daily crosses`, `daily` or `annual mean`.
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

    /// Converts an amount in `from`, rounded once.
    pub fn convert(&self, amount: Money) -> Result<Money, ArithmeticError> {
        match self.operation {
            Operation::Multiply => amount.multiply(self.rate),
            Operation::Divide => amount.divide(self.rate),
        }
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
fn pair(one: Currency, other: Currency) -> (Currency, Currency) {
    let rank = |currency: Currency| {
        let known = QUOTED_FIRST.iter().position(|known| *known == currency.as_str());
        (known.unwrap_or(QUOTED_FIRST.len()), currency)
    };
    if rank(one) <= rank(other) { (one, other) } else { (other, one) }
}

/// What one series has for a period.
enum Found {
    Whole(Quote),
    Partial(Quote),
    Nothing(String),
}

impl RateBook {
    /// The last day of any daily series.
    pub fn last_day(&self) -> Option<Date> {
        let daily = self.series.iter().filter(|series| series.frequency == Frequencies::Daily);
        daily.filter_map(RateSeries::last_day).max()
    }

    /// The rate for a period. One quote serves both directions: units of the later currency for one of the
    /// earlier in market order, so that yuan become dollars by dividing by the yuan per dollar.
    pub fn quote(
        &self,
        from: Currency,
        to: Currency,
        period: &Period,
        method: Method,
    ) -> Result<Quote, MissingRate> {
        let missing = |reason: String| MissingRate { from, to, period: *period, reason };
        let mut partial: Option<Quote> = None;
        let mut lacks: Vec<String> = Vec::new();
        for series in &self.series {
            let found = match (series.frequency, method) {
                (Frequencies::Daily, Method::Daily) => self.of_day(series, from, to, period),
                (Frequencies::Daily, Method::Average) => self.mean(series, from, to, period),
                (Frequencies::Annual, _) => Self::of_year(series, from, to, period),
            };
            match found.map_err(|error| missing(error.to_string()))? {
                Found::Whole(mut quote) => {
                    if !lacks.is_empty() {
                        quote.marks.push(Mark::SteppedDown { reason: stepped_down(&quote, &lacks) });
                    }
                    return Ok(quote);
                }
                Found::Partial(quote) => {
                    lacks.push(format!("{} has {}", series.name, quote.note().unwrap_or_default()));
                    partial = partial.or(Some(quote));
                }
                Found::Nothing(reason) => lacks.push(reason),
            }
        }
        match (partial, self.below_coverage) {
            (Some(quote), BelowCoverage::NextThenMark) => Ok(quote),
            _ if self.series.is_empty() => Err(missing(format!("the rates block {} has no file", self.name))),
            _ => Err(missing(lacks.join("; "))),
        }
    }

    fn of_day(
        &self,
        series: &RateSeries,
        from: Currency,
        to: Currency,
        period: &Period,
    ) -> Result<Found, ArithmeticError> {
        if period.frequency != Frequency::Day {
            return Ok(Found::Nothing(format!("{} has daily rates, {period} is no day", series.name)));
        }
        let Some(day) = series.published.range(..=period.end).next_back().copied() else {
            return Ok(Found::Nothing(format!("{} begins after {period}", series.name)));
        };
        let age = day.until(period.end).map_or(i32::MAX, |span| span.get_days());
        if age > self.max_age_days {
            let reason = format!("{} ends {age} days before {period}", series.name);
            return Ok(Found::Nothing(reason));
        }
        let (a, b) = pair(from, to);
        let Some(rate) = series.cross(a, b, day)? else {
            return Ok(Found::Nothing(format!("{} published no {from}/{to} rate on {day}", series.name)));
        };
        let quote = Quote {
            date: Some(day),
            days: 1,
            days_published: 1,
            ..quote(series, (from, to), period, rate, "daily")
        };
        Ok(Found::Whole(quote))
    }

    fn mean(
        &self,
        series: &RateSeries,
        from: Currency,
        to: Currency,
        period: &Period,
    ) -> Result<Found, ArithmeticError> {
        let (a, b) = pair(from, to);
        let mut crosses = Vec::new();
        let mut published = 0_u32;
        for day in series.published.range(period.start..=period.end) {
            published += 1;
            crosses.extend(series.cross(a, b, *day)?);
        }
        let Some(mean) = Rate::mean(&crosses)? else {
            let reason = format!("{} published no {from}/{to} rate in {period}", series.name);
            return Ok(Found::Nothing(reason));
        };
        let days = u32::try_from(crosses.len()).unwrap_or(u32::MAX);
        let mut quote = Quote {
            days,
            days_published: published,
            ..quote(series, (from, to), period, mean, "mean of daily crosses")
        };
        if f64::from(days) < self.coverage * f64::from(published) {
            quote.marks.push(Mark::PartialCoverage { days, of: published });
        }
        // A year that is not over has a rate on every published day and still no mean of the year.
        let last = series.last_day().unwrap_or(period.start);
        let short = last.until(period.end).map_or(0, |span| span.get_days());
        if short > self.max_age_days {
            quote.marks.push(Mark::EndsEarly { last });
        }
        Ok(if quote.marks.is_empty() { Found::Whole(quote) } else { Found::Partial(quote) })
    }

    fn of_year(
        series: &RateSeries,
        from: Currency,
        to: Currency,
        period: &Period,
    ) -> Result<Found, ArithmeticError> {
        let year = period.start.year();
        if period.end.year() != year {
            return Ok(Found::Nothing(format!("{} has means of years, {period} is longer", series.name)));
        }
        let (a, b) = pair(from, to);
        let first = jiff::civil::date(year, 1, 1);
        Ok(match series.cross(a, b, first)? {
            Some(rate) => Found::Whole(quote(series, (from, to), period, rate, "annual mean")),
            None => Found::Nothing(format!("{} has no {from}/{to} mean of {year}", series.name)),
        })
    }
}

fn stepped_down(quote: &Quote, lacks: &[String]) -> String {
    format!("{} {} {}: {}", quote.source, quote.method, quote.period.start.year(), lacks.join("; "))
}

/// A quote with what is the same for every method.
fn quote(
    series: &RateSeries,
    (from, to): (Currency, Currency),
    period: &Period,
    rate: Rate,
    method: &'static str,
) -> Quote {
    let (a, b) = pair(from, to);
    Quote {
        from,
        to,
        period: *period,
        rate,
        operation: if from == a { Operation::Multiply } else { Operation::Divide },
        pair: format!("{b} per {a}"),
        method,
        source: series.name.clone(),
        file: series.file.clone(),
        days: 0,
        days_published: 0,
        date: None,
        path: series.path(a, b),
        marks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::measure::Decimal;

    fn rate(text: &str) -> Rate {
        Rate::from_decimal(Decimal::parse(text).unwrap()).unwrap()
    }

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    /// Four days of 2018; the rouble only on the first two; a yearly source with both.
    fn book() -> RateBook {
        let mut ecb =
            RateSeries::new("ECB", "e.csv", Currency::EUR, Direction::UnitsPerBase, Frequencies::Daily);
        for (day, usd, cny, rub) in
            [(2, "1.25", "7.5", "70"), (3, "1.2", "7.8", "72"), (4, "1.2", "7.8", ""), (5, "1.25", "8", "")]
        {
            let day = date(2018, 1, day);
            for (code, text) in
                [("USD", usd), ("CNY", cny), ("RUB", rub)].into_iter().filter(|(_, text)| !text.is_empty())
            {
                ecb.add(currency(code), day, rate(text)).unwrap();
            }
        }
        let mut imf =
            RateSeries::new("IMF", "i.csv", Currency::USD, Direction::UnitsPerBase, Frequencies::Annual);
        imf.add(Currency::RUB, date(2018, 1, 1), rate("68.4849")).unwrap();
        imf.add(Currency::CNY, date(2018, 1, 1), rate("6.7372")).unwrap();
        RateBook {
            name: "r".to_owned(),
            series: vec![ecb, imf],
            coverage: 0.9,
            below_coverage: BelowCoverage::NextThenMark,
            max_age_days: 7,
        }
    }

    #[track_caller]
    fn check(from: &str, to: &str, period: &str, method: Method, expected: &str) {
        let period = Period::parse(period, None).unwrap();
        let told = match book().quote(currency(from), currency(to), &period, method) {
            Ok(quote) => {
                let note = quote.note().map_or_else(String::new, |note| format!(" [{note}]"));
                format!(
                    "{:?} {} {} {} {}{note}",
                    quote.operation, quote.rate, quote.pair, quote.path, quote.method
                )
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected);
    }

    /// Means by hand: (7.5/1.25 + 7.8/1.2 + 7.8/1.2 + 8/1.25) / 4 = (6 + 6.5 + 6.5 + 6.4) / 4 = 6.35.
    #[test]
    fn a_mean_is_the_mean_of_daily_crosses_in_market_order() {
        check(
            "USD",
            "CNY",
            "2018-01-02/2018-01-05",
            Method::Average,
            "Multiply 6.35 CNY per USD CNY/EUR ÷ USD/EUR mean of daily crosses",
        );
        check(
            "CNY",
            "USD",
            "2018-01-02/2018-01-05",
            Method::Average,
            "Divide 6.35 CNY per USD CNY/EUR ÷ USD/EUR mean of daily crosses",
        );
        check("EUR", "CNY", "2018-01-02", Method::Daily, "Multiply 7.5 CNY per EUR CNY/EUR daily");
        check("CNY", "EUR", "2018-01-02", Method::Daily, "Divide 7.5 CNY per EUR CNY/EUR daily");
    }

    /// 68.4849 / 6.7372 = 10.16518731817… by Python's decimal.
    #[test]
    fn a_published_gap_steps_down_to_the_next_source_and_is_marked() {
        check(
            "RUB",
            "CNY",
            "2018-01-04",
            Method::Daily,
            "Divide 10.165187318174 RUB per CNY RUB/USD ÷ CNY/USD annual mean [IMF annual mean 2018: ECB published no RUB/CNY rate on 2018-01-04]",
        );
        check(
            "RUB",
            "USD",
            "2018-01-02/2018-01-05",
            Method::Average,
            "Divide 68.4849 RUB per USD RUB/USD annual mean [IMF annual mean 2018: ECB has 2 of 4 days]",
        );
    }

    #[test]
    fn a_day_without_publication_takes_the_last_one_within_the_age() {
        check("USD", "CNY", "2018-01-12", Method::Daily, "Multiply 6.4 CNY per USD CNY/EUR ÷ USD/EUR daily");
        check(
            "USD",
            "HKD",
            "2018-01-12",
            Method::Daily,
            "no rate from USD to HKD for 2018-01-12: ECB published no USD/HKD rate on 2018-01-05; IMF has no USD/HKD mean of 2018",
        );
    }

    #[test]
    fn a_period_that_goes_on_after_the_last_rate_is_no_whole_mean() {
        let mut book = book();
        book.series.truncate(1);
        let quote =
            book.quote(Currency::USD, Currency::CNY, &Period::year(2018).unwrap(), Method::Average).unwrap();
        assert_eq!(quote.note().unwrap(), "rates end on 2018-01-05");
    }

    #[test]
    fn two_rates_for_one_day_are_refused() {
        let mut series =
            RateSeries::new("E", "f", Currency::EUR, Direction::UnitsPerBase, Frequencies::Daily);
        series.add(Currency::USD, date(2018, 1, 1), rate("1.2")).unwrap();
        assert!(series.add(Currency::USD, date(2018, 1, 1), rate("1.2")).is_err());
    }
}
