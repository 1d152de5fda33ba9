//! Sources in order of preference and the rules by which a rate is chosen for a period.

use jiff::civil::{Date, Weekday};

use super::quote::{Mark, MissingRate, Price, Quote, pair as in_market_order, quote};
use super::series::{Frequencies, RateSeries};
use crate::measure::amount::{ArithmeticError, Rate};
use crate::measure::currency::Currency;
use crate::measure::period::{Frequency, Period};

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

/// What one series has for a period.
pub(super) enum Found {
    /// The rate of the period.
    Whole(Quote),
    /// The printed mean of a longer period around it.
    Coarse(Quote),
    /// A mean that covers too little.
    Partial(Quote),
    /// Nothing, and why.
    Nothing(String),
}

/// A pair of currencies, in the order of the conversion.
type Pair = (Currency, Currency);

impl RateBook {
    /// The last day of any daily series.
    pub fn last_day(&self) -> Option<Date> {
        let daily = self.series.iter().filter(|series| series.frequency == Frequencies::Daily);
        daily.filter_map(RateSeries::last_day).max()
    }

    /// The rate for a period. One quote serves both directions, so that yuan become dollars by dividing by the
    /// yuan per dollar. A rate that a source prints is told the way round in which it is printed, to its last
    /// digit; a cross and a mean of daily rates are units of the later currency for one of the earlier in
    /// market order.
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
            let found = self.found(series, (from, to), period, method);
            match found.map_err(|error| missing(error.to_string()))? {
                Found::Whole(quote) => return Ok(marked(quote, &lacks)),
                Found::Coarse(quote) => {
                    if lacks.is_empty() {
                        let periods = series.frequency.periods();
                        lacks.push(format!("{} has means of {periods} only", series.name));
                    }
                    return Ok(marked(quote, &lacks));
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

    /// What one series has for a period.
    pub(super) fn found(
        &self,
        series: &RateSeries,
        pair: Pair,
        period: &Period,
        method: Method,
    ) -> Result<Found, ArithmeticError> {
        if let Some(aside) = [pair.0, pair.1].into_iter().find(|currency| series.is_aside(*currency)) {
            return Ok(Found::Nothing(format!("{aside} of {} is in doubt and not used", series.name)));
        }
        match (series.frequency, method) {
            (Frequencies::Daily, Method::Average) if period.frequency != Frequency::Day => {
                self.mean(series, pair, period)
            }
            (Frequencies::Daily, _) => self.of_day(series, pair, period),
            _ => Self::printed_mean(series, pair, period),
        }
    }

    fn of_day(&self, series: &RateSeries, pair: Pair, period: &Period) -> Result<Found, ArithmeticError> {
        if period.frequency != Frequency::Day {
            return Ok(Found::Nothing(format!("{} has daily rates, {period} is no day", series.name)));
        }
        let Some(day) = series.published_until(period.end) else {
            return Ok(Found::Nothing(format!("{} begins after {period}", series.name)));
        };
        let age = days_between(day, period.end);
        if age > self.max_age_days {
            let reason = format!("{} ends {age} days before {period}", series.name);
            return Ok(Found::Nothing(reason));
        }
        let (a, b) = as_printed(series, pair);
        let Some(rate) = series.cross(a, b, day)? else {
            let (from, to) = pair;
            return Ok(Found::Nothing(format!("{} published no {from}/{to} rate on {day}", series.name)));
        };
        let quote = Quote {
            date: Some(day),
            days: 1,
            days_published: 1,
            file: series.files_of((a, b), day, day),
            ..quote(series, pair, period, Price { way: (a, b), rate, method: Frequencies::Daily.method() })
        };
        Ok(Found::Whole(quote))
    }

    fn mean(&self, series: &RateSeries, pair: Pair, period: &Period) -> Result<Found, ArithmeticError> {
        let (a, b) = in_market_order(pair.0, pair.1);
        let mut crosses = Vec::new();
        let mut published = 0_u32;
        for day in series.published(period.start, period.end) {
            published += 1;
            crosses.extend(series.cross(a, b, day)?);
        }
        let Some(mean) = Rate::mean(&crosses)? else {
            let (from, to) = pair;
            let reason = format!("{} published no {from}/{to} rate in {period}", series.name);
            return Ok(Found::Nothing(reason));
        };
        let days = u32::try_from(crosses.len()).unwrap_or(u32::MAX);
        let marks = self.shortcomings(series, period, days, published);
        let price = Price { way: (a, b), rate: mean, method: Frequencies::Daily.mean_of_means() };
        let quote = Quote { days, days_published: published, marks, ..quote(series, pair, period, price) };
        Ok(if quote.marks.is_empty() { Found::Whole(quote) } else { Found::Partial(quote) })
    }

    /// Why the mean of `days` of the `published` days is not that of the whole period.
    fn shortcomings(&self, series: &RateSeries, period: &Period, days: u32, published: u32) -> Vec<Mark> {
        let mut marks = Vec::new();
        let first = series.first_day().unwrap_or(period.start);
        let last = series.last_day().unwrap_or(period.start);
        if f64::from(days) < self.coverage * f64::from(published) {
            marks.push(Mark::PartialCoverage { days, of: published });
        } else {
            let weekdays = weekdays(period.start.max(first), period.end.min(last));
            if weekdays >= A_MONTH_OF_WEEKDAYS && 2 * published < weekdays {
                marks.push(Mark::PartialCoverage { days, of: weekdays });
            }
        }
        if days_between(period.start, first) > self.max_age_days {
            marks.push(Mark::BeginsLate { first });
        }
        // A year that is not over has a rate on every published day and still no mean of the year.
        if days_between(last, period.end) > self.max_age_days {
            marks.push(Mark::EndsEarly { last });
        }
        marks
    }

    /// From a series of printed means: the mean of the period itself, of a longer one around it, or the mean
    /// of those that make it up.
    fn printed_mean(series: &RateSeries, pair: Pair, period: &Period) -> Result<Found, ArithmeticError> {
        let periods = series.frequency.periods();
        let around = series.frequency.period_of(period.start);
        let Some(first) = around else {
            return Ok(Found::Nothing(format!("{} has no mean of {period}", series.name)));
        };
        if first.contains(period.end) {
            let (a, b) = as_printed(series, pair);
            let Some(rate) = series.cross(a, b, first.start)? else {
                let (from, to) = pair;
                return Ok(Found::Nothing(format!("{} has no {from}/{to} mean of {first}", series.name)));
            };
            let found = Quote {
                file: series.files_of((a, b), first.start, first.start),
                ..quote(series, pair, period, Price { way: (a, b), rate, method: series.frequency.method() })
            };
            let same = (first.start, first.end) == (period.start, period.end);
            return Ok(if same { Found::Whole(found) } else { Found::Coarse(found) });
        }
        let (a, b) = in_market_order(pair.0, pair.1);
        let mut of = 0_u32;
        let mut crosses = Vec::new();
        let mut next = first;
        let whole = loop {
            of += 1;
            crosses.extend(series.cross(a, b, next.start)?);
            if next.end >= period.end {
                break first.start == period.start && next.end == period.end;
            }
            let following = next.end.tomorrow().ok().and_then(|day| series.frequency.period_of(day));
            let Some(following) = following else { break false };
            next = following;
        };
        if !whole {
            return Ok(Found::Nothing(format!("{} has means of {periods}, {period} is longer", series.name)));
        }
        let Some(mean) = Rate::mean(&crosses)? else {
            let (from, to) = pair;
            return Ok(Found::Nothing(format!("{} has no {from}/{to} means in {period}", series.name)));
        };
        let price = Price { way: (a, b), rate: mean, method: series.frequency.mean_of_means() };
        let mut found = quote(series, pair, period, price);
        let means = u32::try_from(crosses.len()).unwrap_or(u32::MAX);
        if means < of {
            found.marks.push(Mark::MissingMeans { means, of, periods });
            return Ok(Found::Partial(found));
        }
        Ok(Found::Whole(found))
    }
}

/// The way round in which a pair is told: as the source prints it, else in market order.
fn as_printed(series: &RateSeries, pair: Pair) -> Pair {
    series.printed_way(pair).unwrap_or_else(|| in_market_order(pair.0, pair.1))
}

/// Fewer weekdays than a month has say nothing about how often a source publishes.
const A_MONTH_OF_WEEKDAYS: u32 = 20;

/// Days from the one to the other; below zero where the other is earlier.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

/// Mondays to Fridays, both ends included. A source that publishes on fewer than half of them prints weekly
/// or monthly rates among its daily ones: holidays never take half of a month.
fn weekdays(first: Date, last: Date) -> u32 {
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
    let count = days.filter(|day| !weekend.contains(&day.weekday())).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The quote, marked where something was lacking before it.
fn marked(mut quote: Quote, lacks: &[String]) -> Quote {
    if !lacks.is_empty() {
        let year = quote.period.start.year();
        let reason = format!("{} {} {year}: {}", quote.source, quote.method, lacks.join("; "));
        quote.marks.push(Mark::SteppedDown { reason });
    }
    quote
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::measure::{Decimal, Direction};

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

    #[test]
    fn a_printed_mean_of_a_longer_period_is_marked_as_such() {
        let mut book = book();
        book.series.remove(0);
        let month = Period::parse("2018-03", None).unwrap();
        let quote = book.quote(Currency::USD, Currency::CNY, &month, Method::Average).unwrap();
        assert_eq!(quote.note().unwrap(), "IMF annual mean 2018: IMF has means of years only");
        let year = book.quote(Currency::USD, Currency::CNY, &Period::year(2018).unwrap(), Method::Average);
        assert_eq!(year.unwrap().note(), None);
    }

    /// Means of three months: (6 + 6.3 + 6.6) / 3 = 6.3, by hand.
    #[test]
    fn monthly_means_make_up_quarters_and_spans_from_january() {
        let mut series =
            RateSeries::new("BIS", "b.csv", Currency::USD, Direction::UnitsPerBase, Frequencies::Monthly);
        for (month, text) in [(1, "6"), (2, "6.3"), (3, "6.6"), (5, "6.5")] {
            series.add(Currency::CNY, date(2018, month, 1), rate(text)).unwrap();
        }
        let book = RateBook { series: vec![series], ..book() };
        let told = |period: &str| {
            let period = Period::parse(period, None).unwrap();
            match book.quote(Currency::USD, Currency::CNY, &period, Method::Average) {
                Ok(quote) => format!("{} {} {:?}", quote.rate, quote.method, quote.note()),
                Err(missing) => missing.reason,
            }
        };
        assert_eq!(told("2018-02"), "6.3 monthly mean None");
        assert_eq!(told("2018-Q1"), "6.3 mean of monthly means None");
        assert_eq!(told("2018-01/2018-03"), "6.3 mean of monthly means None");
        assert_eq!(told("2018-Q2"), "6.5 mean of monthly means Some(\"1 of 3 months\")");
        assert_eq!(told("2018-01-15/2018-03-31"), "BIS has means of months, 2018-01-15/2018-03-31 is longer");
    }

    /// A history that prints once a month among daily ones covers every day of its own and no month.
    #[test]
    fn a_sparse_series_and_one_that_begins_late_are_no_whole_mean() {
        let mut series =
            RateSeries::new("S", "s.csv", Currency::USD, Direction::UnitsPerBase, Frequencies::Daily);
        for month in 3..=12 {
            series.add(Currency::CNY, date(2018, month, 28), rate("6.5")).unwrap();
        }
        let book = RateBook { series: vec![series], ..book() };
        let quote =
            |period: Period| book.quote(Currency::USD, Currency::CNY, &period, Method::Average).unwrap();
        // From 28 March to 28 December 2018 there are 198 weekdays (Python's numpy.busday_count).
        assert_eq!(
            quote(Period::year(2018).unwrap()).note().unwrap(),
            "10 of 198 days; rates begin on 2018-03-28"
        );
    }
}
