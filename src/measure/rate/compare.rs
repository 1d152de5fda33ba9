//! Two sources side by side, where they overlap: means of years, the largest difference, and what no
//! market explains (a hidden factor of 10, a rate upside down).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::book::{Found, Method, RateBook};
use super::quote::{Operation, Quote, pair};
use super::series::{Frequencies, RateOrigin, RateSeries};
use crate::measure::amount::{ArithmeticError, Rate};
use crate::measure::currency::Currency;
use crate::measure::period::Period;

/// One pair of currencies in one year by two sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// As in `CNY per USD`.
    pub pair: String,
    /// The year.
    pub period: Period,
    /// The source of higher preference.
    pub source: String,
    /// The other.
    pub other: String,
    /// Days on which both printed a rate; 0 where one of them prints means.
    pub days: u32,
    /// The mean of the first over those days, or of the year.
    pub mean: Rate,
    /// The mean of the other.
    pub other_mean: Rate,
    /// How far the other mean lies from the first, as a fraction of it.
    pub difference: f64,
    /// The day on which they are furthest apart, and how far, as a fraction.
    pub largest: Option<(Date, f64)>,
}

/// How two rates contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contrast {
    /// One is the other times a power of ten: a nominal is hidden.
    Factor(i32),
    /// One is the other upside down.
    Inverted,
    /// They are further apart than two fixings of one market ever are.
    Apart,
}

/// A contradiction between two sources: the first day, and how many there are like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Positions in [`RateBook::series`].
    pub series: (usize, usize),
    /// The currency that is told apart, and the one it is measured in.
    pub pair: (Currency, Currency),
    /// How.
    pub contrast: Contrast,
    /// The first day or the first day of the year.
    pub day: Date,
    /// Both rates of that day.
    pub rates: (Rate, Rate),
    /// Where they stand; nothing for a mean over days.
    pub origins: (Option<RateOrigin>, Option<RateOrigin>),
    /// How many days or years.
    pub count: u64,
}

/// Two fixings of one day differ by the hour, seldom by a twentieth.
const APART_BY_DAY: f64 = 0.05;
/// Means of a year of two sources lie within a percent of each other; a partial year is not compared.
const APART_BY_YEAR: f64 = 0.02;

/// Compares every two series of a book, pair by pair: each common currency against the dollar, else the
/// euro, else the yuan.
pub fn compare(book: &RateBook) -> Result<(Vec<Comparison>, Vec<Contradiction>), ArithmeticError> {
    let mut comparisons = Vec::new();
    let mut contradictions = Vec::new();
    for (at, first) in book.series.iter().enumerate() {
        for (other_at, other) in book.series.iter().enumerate().skip(at + 1) {
            let Some((anchor, currencies)) = common(first, other) else { continue };
            for currency in currencies {
                let sides = Sides { book, first, other, pair: (currency, anchor) };
                let mut found = Apart::default();
                for year in sides.years() {
                    comparisons.extend(sides.year(year, &mut found)?);
                }
                contradictions.extend(found.0.into_iter().map(|mut contradiction| {
                    contradiction.series = (at, other_at);
                    contradiction
                }));
            }
        }
    }
    Ok((comparisons, contradictions))
}

/// What two series have in common: the currency that the others are measured in, and the others.
fn common(first: &RateSeries, other: &RateSeries) -> Option<(Currency, BTreeSet<Currency>)> {
    let of = |series: &RateSeries| -> BTreeSet<Currency> {
        series.currencies().chain(std::iter::once(series.base)).collect()
    };
    let mut both: BTreeSet<Currency> = of(first).intersection(&of(other)).copied().collect();
    let preferred = [Currency::USD, Currency::EUR, Currency::CNY];
    let anchor = preferred.into_iter().find(|currency| both.contains(currency));
    let anchor = anchor.or_else(|| both.first().copied())?;
    both.remove(&anchor);
    Some((anchor, both))
}

/// Contradictions of one pair, one a kind.
#[derive(Default)]
struct Apart(Vec<Contradiction>);

impl Apart {
    fn note(&mut self, found: Contradiction) {
        match self.0.iter_mut().find(|known| known.contrast == found.contrast) {
            Some(known) => known.count += 1,
            None => self.0.push(found),
        }
    }
}

struct Sides<'a> {
    book: &'a RateBook,
    first: &'a RateSeries,
    other: &'a RateSeries,
    pair: (Currency, Currency),
}

impl Sides<'_> {
    /// The years in which both may have rates.
    fn years(&self) -> impl Iterator<Item = i16> + use<> {
        let bounds = |series: &RateSeries| Some((series.first_day()?.year(), series.last_day()?.year()));
        let both = bounds(self.first).zip(bounds(self.other));
        both.map(|(first, other)| first.0.max(other.0)..=first.1.min(other.1)).into_iter().flatten()
    }

    fn year(&self, year: i16, apart: &mut Apart) -> Result<Option<Comparison>, ArithmeticError> {
        let Some(period) = Period::year(year) else { return Ok(None) };
        let daily = |series: &RateSeries| series.frequency == Frequencies::Daily;
        if daily(self.first) && daily(self.other) {
            self.by_day(period, apart)
        } else {
            self.by_mean(period, apart)
        }
    }

    /// Over the days on which both printed the pair.
    fn by_day(&self, period: Period, apart: &mut Apart) -> Result<Option<Comparison>, ArithmeticError> {
        let (a, b) = pair(self.pair.0, self.pair.1);
        let (mut firsts, mut others) = (Vec::new(), Vec::new());
        let mut largest: Option<(Date, f64)> = None;
        for day in self.first.published(period.start, period.end) {
            let (Some(first), Some(other)) = (self.first.cross(a, b, day)?, self.other.cross(a, b, day)?)
            else {
                continue;
            };
            firsts.push(first);
            others.push(other);
            let difference = difference(first, other);
            if largest.is_none_or(|(_, known)| difference.abs() > known.abs()) {
                largest = Some((day, difference));
            }
            if let Some(contrast) = contrast(first, other, APART_BY_DAY) {
                apart.note(self.contradiction(contrast, day, (first, other)));
            }
        }
        let (Some(mean), Some(other_mean)) = (Rate::mean(&firsts)?, Rate::mean(&others)?) else {
            return Ok(None);
        };
        let days = u32::try_from(firsts.len()).unwrap_or(u32::MAX);
        Ok(Some(Comparison { days, largest, ..self.comparison(period, mean, other_mean) }))
    }

    /// By the means of the year, where both cover it.
    fn by_mean(&self, period: Period, apart: &mut Apart) -> Result<Option<Comparison>, ArithmeticError> {
        let of = |series: &RateSeries| -> Result<Option<Rate>, ArithmeticError> {
            match self.book.found(series, self.pair, &period, Method::Average)? {
                Found::Whole(quote) => self.in_market_order(&quote).map(Some),
                Found::Coarse(_) | Found::Partial(_) | Found::Nothing(_) => Ok(None),
            }
        };
        let (Some(first), Some(other)) = (of(self.first)?, of(self.other)?) else { return Ok(None) };
        if let Some(contrast) = contrast(first, other, APART_BY_YEAR) {
            apart.note(self.contradiction(contrast, period.start, (first, other)));
        }
        Ok(Some(self.comparison(period, first, other)))
    }

    /// The rate of a quote, turned round where its source prints the pair the other way.
    fn in_market_order(&self, quote: &Quote) -> Result<Rate, ArithmeticError> {
        let (a, _) = pair(self.pair.0, self.pair.1);
        let told = if quote.from == a { Operation::Multiply } else { Operation::Divide };
        if quote.operation == told { Ok(quote.rate) } else { quote.rate.inverse() }
    }

    fn comparison(&self, period: Period, mean: Rate, other_mean: Rate) -> Comparison {
        let (a, b) = pair(self.pair.0, self.pair.1);
        Comparison {
            pair: format!("{b} per {a}"),
            period,
            source: self.first.name.clone(),
            other: self.other.name.clone(),
            days: 0,
            mean,
            other_mean,
            difference: difference(mean, other_mean),
            largest: None,
        }
    }

    fn contradiction(&self, contrast: Contrast, day: Date, rates: (Rate, Rate)) -> Contradiction {
        let leg = |series: &RateSeries, currency| series.printed(currency, day).map(|printed| printed.origin);
        let origin = |series: &RateSeries| leg(series, self.pair.0).or_else(|| leg(series, self.pair.1));
        let origins = (origin(self.first), origin(self.other));
        Contradiction { series: (0, 0), pair: self.pair, contrast, day, rates, origins, count: 1 }
    }
}

fn difference(first: Rate, other: Rate) -> f64 {
    other.to_f64() / first.to_f64() - 1.0
}

/// What two rates of one pair and day have against each other; `allowed` is how far apart they may be.
fn contrast(first: Rate, other: Rate, allowed: f64) -> Option<Contrast> {
    let (first, other) = (first.to_f64(), other.to_f64());
    let factor = other / first;
    if (factor - 1.0).abs() <= allowed {
        return None;
    }
    // Upside down before a factor of ten: 0.1 against 10 is both, and a rate is turned more often.
    if (first * other - 1.0).abs() <= 2.0 * allowed {
        return Some(Contrast::Inverted);
    }
    Some(power_of_ten(factor).map_or(Contrast::Apart, Contrast::Factor))
}

/// The power of ten that a factor is, give or take a fifth; nothing for 1.
fn power_of_ten(factor: f64) -> Option<i32> {
    (-6..=6).filter(|power| *power != 0).find(|power| (factor / 10_f64.powi(*power) - 1.0).abs() < 0.2)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::measure::{BelowCoverage, Decimal, Direction};

    fn rate(text: &str) -> Rate {
        Rate::from_decimal(Decimal::parse(text).unwrap()).unwrap()
    }

    fn series(name: &str, rates: [&str; 3]) -> RateSeries {
        let mut series =
            RateSeries::new(name, name, Currency::USD, Direction::UnitsPerBase, Frequencies::Daily);
        for (day, text) in (2_i8..).zip(rates) {
            series.add(Currency::CNY, date(2018, 1, day), rate(text)).unwrap();
        }
        series
    }

    fn compared(other: [&str; 3]) -> (Vec<Comparison>, Vec<Contradiction>) {
        let series = vec![series("A", ["6.5", "6.4", "6.6"]), series("B", other)];
        let below_coverage = BelowCoverage::NextThenMark;
        compare(&RateBook { name: "r".into(), series, coverage: 0.9, below_coverage, max_age_days: 7 })
            .unwrap()
    }

    /// Means 6.5 and 6.51 by hand; 6.49 against 6.4 is 0.0140625.
    #[test]
    fn two_daily_sources_are_compared_over_their_common_days() {
        let (comparisons, contradictions) = compared(["6.5", "6.49", "6.54"]);
        let [one] = comparisons.as_slice() else { panic!("{comparisons:?}") };
        assert_eq!(
            (one.pair.as_str(), one.days, one.other_mean.to_string().as_str()),
            ("CNY per USD", 3, "6.51")
        );
        let (day, largest) = one.largest.unwrap();
        assert_eq!((day, format!("{largest:.7}").as_str()), (date(2018, 1, 3), "0.0140625"));
        assert!(contradictions.is_empty());
    }

    #[test]
    fn a_hidden_nominal_an_inverted_rate_and_a_doubtful_one_are_told_apart() {
        let kinds =
            |other| compared(other).1.iter().map(|found| (found.contrast, found.count)).collect::<Vec<_>>();
        assert_eq!(kinds(["65", "64", "6.6"]), [(Contrast::Factor(1), 2)]);
        assert_eq!(kinds(["6.5", "0.064", "6.6"]), [(Contrast::Factor(-2), 1)]);
        assert_eq!(kinds(["0.15384615", "6.4", "6.6"]), [(Contrast::Inverted, 1)]);
        assert_eq!(kinds(["6.5", "6.4", "7.3"]), [(Contrast::Apart, 1)]);
    }
}
