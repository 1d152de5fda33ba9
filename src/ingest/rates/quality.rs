//! What a whole block of rates shows that no single line does: jumps, currencies that end, gaps, a feed that
//! stands still, sources that contradict each other. A rate that is surely wrong is taken out of use.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::lines::place;
use crate::finding::{Code, Finding, Place, Severity, rates as codes};
use crate::measure::{
    ArithmeticError, Comparison, Contradiction, Contrast, Currency, Frequencies, PrintedRate, RateBook,
    RateOrigin, RateSeries, SeriesError, compare,
};

/// No market moves by that from one publication to the next; a hidden nominal is 10 or more.
const IMPOSSIBLE: f64 = 5.0;
/// Moves beyond it happen, but seldom.
const DOUBTFUL: f64 = 2.0;
/// The longest holidays of any source, with the weekends around them.
const HOLIDAYS: i32 = 14;
/// So many equal rates in a row at the end of a series that moved before.
const STILL: usize = 10;
/// More equal rates than a year has days of business are a peg.
const PEG: usize = 260;
/// A currency that repeats itself more often than on one day of so many is pegged.
const PEGGED: usize = 5;
/// How many currencies a finding names.
const NAMED: usize = 12;

/// Two files of one source with a rate for the same day.
pub(super) fn twice(series: &RateSeries, errors: &[SeriesError]) -> Vec<Finding> {
    let of = |code: &'static Code, severity, alike: Vec<&SeriesError>| {
        let first = *alike.first()?;
        let (one, other) = (place_of(series, first.first.origin), place_of(series, first.second.origin));
        let seen = format!(
            "{} {}: {} in {one} and {} in {other}",
            first.currency, first.day, first.first.rate, first.second.rate
        );
        let count = u64::try_from(alike.len()).unwrap_or(u64::MAX);
        Some(Finding::new(code, severity, "").at(other).seen(seen, "one rate a day").times(count))
    };
    let (same, different): (Vec<_>, Vec<_>) =
        errors.iter().partition(|error| error.first.rate == error.second.rate);
    let different = of(&codes::TWO_RATES, Severity::Error, different);
    different.into_iter().chain(of(&codes::RATE_TWICE, Severity::Info, same)).collect()
}

/// Looks through one series. A currency with an impossible jump is set aside.
pub(super) fn series(series: &mut RateSeries) -> Vec<Finding> {
    if series.frequency != Frequencies::Daily {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let currencies: Vec<Currency> = series.currencies().collect();
    for currency in &currencies {
        let rates: Vec<(Date, PrintedRate)> = series.rates_of(*currency).collect();
        if let Some(jump) = jumps(series, *currency, &rates) {
            if jump.impossible {
                series.set_aside(*currency);
            }
            findings.push(jump.finding);
        }
        findings.extend(stands_still(series, *currency, &rates));
    }
    findings.extend(gaps(series, &currencies));
    findings.extend(ends(series, &currencies));
    findings
}

struct Jump {
    impossible: bool,
    finding: Finding,
}

/// The first of the largest kind of jump, with how many there are; across a gap anything may happen.
fn jumps(series: &RateSeries, currency: Currency, rates: &[(Date, PrintedRate)]) -> Option<Jump> {
    let steps = rates.windows(2).filter_map(|pair| match pair {
        [before, after] if days_between(before.0, after.0) <= HOLIDAYS => {
            let factor = after.1.rate.to_f64() / before.1.rate.to_f64();
            Some((factor.max(1.0 / factor), before, after))
        }
        _ => None,
    });
    let steps: Vec<_> = steps.filter(|(factor, ..)| *factor >= DOUBTFUL).collect();
    let impossible = steps.iter().any(|(factor, ..)| *factor >= IMPOSSIBLE);
    let mut alike = steps.into_iter().filter(|(factor, ..)| !impossible || *factor >= IMPOSSIBLE);
    let (factor, before, after) = alike.next()?;
    let count = u64::try_from(alike.count()).unwrap_or(u64::MAX).saturating_add(1);
    let (at, from) = (place_of(series, after.1.origin), place_of(series, before.1.origin));
    let seen = format!(
        "{currency} {}: {} in {}, but {} on {} in {}: a factor of {factor:.1}",
        after.0, after.1.rate, at.cell, before.1.rate, before.0, from.cell
    );
    let expected = if impossible {
        format!("rates of one nominal; {currency} of {} is not used", series.name)
    } else {
        "a rate near that of the day before".to_owned()
    };
    let finding =
        Finding::new(&codes::RATE_JUMPS, Severity::Warning, "").at(at).seen(seen, expected).times(count);
    Some(Jump { impossible, finding })
}

/// The last rates are all the same, though the currency is not pegged.
fn stands_still(series: &RateSeries, currency: Currency, rates: &[(Date, PrintedRate)]) -> Option<Finding> {
    let (day, last) = rates.last()?;
    let equal = rates.iter().rev().take_while(|(_, printed)| printed.rate == last.rate).count();
    let before = rates.get(..rates.len() - equal).unwrap_or_default();
    let repeats = before.windows(2).filter(|pair| matches!(pair, [a, b] if a.1.rate == b.1.rate)).count();
    if !(STILL..=PEG).contains(&equal) || before.len() < STILL || repeats * PEGGED > before.len() {
        return None;
    }
    let seen = format!("{currency} {}: the last {equal} rates to {day}", last.rate);
    let found = Finding::new(&codes::SERIES_STANDS_STILL, Severity::Warning, "");
    Some(found.at(place_of(series, last.origin)).seen(seen, "rates that move"))
}

/// One finding for all gaps of a series.
fn gaps(series: &RateSeries, currencies: &[Currency]) -> Option<Finding> {
    let mut found: Vec<(Currency, Date, Date, RateOrigin)> = Vec::new();
    for currency in currencies {
        let rates: Vec<(Date, PrintedRate)> = series.rates_of(*currency).collect();
        found.extend(rates.windows(2).filter_map(|pair| match pair {
            [before, after] if days_between(before.0, after.0) > HOLIDAYS => {
                Some((*currency, before.0, after.0, after.1.origin))
            }
            _ => None,
        }));
    }
    let (.., origin) = found.first()?;
    let named: Vec<String> =
        found.iter().map(|(currency, from, to, _)| format!("{currency} {from}–{to}")).collect();
    let finding = Finding::new(&codes::SERIES_GAP, Severity::Info, "").at(place_of(series, *origin));
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    Some(finding.seen(shortened(&named), "a rate on every day of business").times(count))
}

/// One finding for all currencies that end before the series does.
fn ends(series: &RateSeries, currencies: &[Currency]) -> Option<Finding> {
    let end = series.last_day()?;
    let last = currencies.iter().filter_map(|currency| Some((*currency, series.rates_of(*currency).last()?)));
    let early: Vec<_> = last.filter(|(_, (day, _))| days_between(*day, end) > HOLIDAYS).collect();
    let (_, (_, printed)) = early.first()?;
    let named: Vec<String> = early.iter().map(|(currency, (day, _))| format!("{currency} {day}")).collect();
    let finding = Finding::new(&codes::SERIES_ENDS, Severity::Info, "").at(place_of(series, printed.origin));
    let count = u64::try_from(early.len()).unwrap_or(u64::MAX);
    Some(finding.seen(shortened(&named), format!("rates up to {end}")).times(count))
}

/// Series of daily rates that end long before the newest of the block.
pub(super) fn stale(series: &[RateSeries]) -> Vec<Finding> {
    let daily = || series.iter().filter(|series| series.frequency == Frequencies::Daily);
    let Some(newest) = daily().filter_map(RateSeries::last_day).max() else { return Vec::new() };
    let old = daily().filter_map(|series| Some((series, series.last_day()?)));
    old.filter(|(_, day)| days_between(*day, newest) > HOLIDAYS)
        .map(|(series, day)| {
            let file = series.files.last().map_or("", |file| file.name.as_str());
            Finding::new(&codes::SERIES_ENDS, Severity::Info, "")
                .at(Place::file(file))
                .seen(format!("{} {day}", series.name), format!("rates up to {newest}"))
        })
        .collect()
}

/// What two sources say of a currency does not fit together.
#[derive(Debug)]
pub struct Contradicted {
    /// The currency, against the one that both sources have in common.
    pub currency: Currency,
    /// What was found.
    finding: Finding,
}

impl Contradicted {
    /// The finding: sources that contradict each other stop a run that uses the currency, and are a warning
    /// to any other; those that are merely far apart are marked.
    pub fn finding(self, used: &BTreeSet<Currency>) -> Finding {
        let most = if used.contains(&self.currency) { Severity::Error } else { Severity::Warning };
        Finding { severity: self.finding.severity.min(most), ..self.finding }
    }

    /// Names the rates block.
    pub(super) fn of_block(&mut self, block: &str) {
        block.clone_into(&mut self.finding.subject);
    }
}

/// The sources side by side, and where they do not fit together.
pub(super) fn contradictions(
    book: &RateBook,
) -> Result<(Vec<Comparison>, Vec<Contradicted>), ArithmeticError> {
    let (comparisons, contradictions) = compare(book)?;
    let found = contradictions.iter().filter_map(|found| {
        Some(Contradicted { currency: found.pair.0, finding: contradiction(book, found)? })
    });
    Ok((comparisons, found.collect()))
}

fn contradiction(book: &RateBook, found: &Contradiction) -> Option<Finding> {
    let (one, other) = (book.series.get(found.series.0)?, book.series.get(found.series.1)?);
    let daily = one.frequency == Frequencies::Daily && other.frequency == Frequencies::Daily;
    let when = if daily { found.day.to_string() } else { format!("the mean of {}", found.day.year()) };
    let (code, severity, what) = match found.contrast {
        Contrast::Factor(power) => {
            (&codes::SOURCES_CONTRADICT, Severity::Error, format!("a factor of 10^{power}"))
        }
        Contrast::Inverted => (&codes::SOURCES_CONTRADICT, Severity::Error, "one upside down".to_owned()),
        Contrast::Apart => {
            let apart = (found.rates.1.to_f64() / found.rates.0.to_f64() - 1.0) * 100.0;
            (&codes::SOURCES_APART, Severity::Warning, format!("{apart:+.1} %"))
        }
    };
    let at = |series: &RateSeries, origin: Option<RateOrigin>| match origin {
        Some(origin) => place_of(series, origin),
        None => Place::file(series.files.first().map_or("", |file| file.name.as_str())),
    };
    let (first, second) = (at(one, found.origins.0), at(other, found.origins.1));
    let (currency, anchor) = found.pair;
    let seen = format!(
        "{currency}/{anchor} {when}: {} by {} and {} by {} in {second}: {what}",
        found.rates.0, one.name, found.rates.1, other.name
    );
    Some(
        Finding::new(code, severity, "")
            .at(first)
            .seen(seen, "one rate, give or take a few percent")
            .times(found.count),
    )
}

fn shortened(named: &[String]) -> String {
    let shown: Vec<&str> = named.iter().take(NAMED).map(String::as_str).collect();
    let more =
        if named.len() > NAMED { format!("; and {} more", named.len() - NAMED) } else { String::new() };
    format!("{}{more}", shown.join("; "))
}

fn place_of(series: &RateSeries, origin: RateOrigin) -> Place {
    let Some(file) = series.files.get(origin.file) else { return Place::default() };
    place(&file.name, &file.sheet, origin)
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{blocked, blocked_using, read};
    use super::*;

    /// A file of the Bank of Russia without nominal, a line a day from 1 March 2022.
    fn lira(rates: &[&str]) -> String {
        let lines = (1..).zip(rates).map(|(day, rate)| format!("{day:02}.03.2022;{rate};Турецкая лира\n"));
        format!("data;curs;cdx\n{}", lines.collect::<String>())
    }

    #[test]
    fn a_hidden_nominal_takes_its_currency_out_of_use() {
        let file = lira(&["7,2", "72,5", "7,3"]);
        let (rated, told) = blocked(&[&file]);
        assert_eq!(
            told,
            "X06 warning at 0.csv ▸ line 3: TRY 2022-03-02: 72.5 in line 3, but 7.2 on 2022-03-01 in line 2: \
             a factor of 10.1 (2)",
        );
        let book = rated.book;
        let day = crate::measure::Period::parse("2022-03-01", None).unwrap();
        let lira = Currency::parse("TRY").unwrap();
        let missing = book.quote(lira, Currency::RUB, &day, crate::measure::Method::Daily).unwrap_err();
        assert_eq!(missing.reason, "TRY of Bank of Russia is in doubt and not used");
    }

    #[test]
    fn a_large_move_is_doubted_and_used() {
        let (rated, told) = blocked(&[&lira(&["7,2", "15", "15,1"])]);
        assert!(told.starts_with("X06 warning at 0.csv ▸ line 3: TRY 2022-03-02: 15 in line 3"), "{told}");
        assert!(rated.book.series[0].currencies().next().is_some());
    }

    #[test]
    fn a_feed_that_stands_still_is_told_and_a_peg_is_not() {
        let moving: Vec<String> = (0..20).map(|n| format!("7,{n:02}")).collect();
        let mut rates: Vec<&str> = moving.iter().map(String::as_str).collect();
        rates.extend(["8"; 10]);
        let (_, told) = blocked(&[&lira(&rates)]);
        assert_eq!(told, "X11 warning at 0.csv ▸ line 31: TRY 8: the last 10 rates to 2022-03-30 (1)");
        assert_eq!(blocked(&[&lira(&["8"; 30])]).1, "");
    }

    /// The litas, the lira and others stood still for years before the euro took their place.
    #[test]
    fn a_currency_that_was_fixed_before_it_was_given_up_is_no_standing_feed() {
        let (_, told) = blocked(&[include_str!("../../../input/rates/eurofxref-hist.csv")]);
        assert!(told.contains("LTL 2014-12-31") && !told.contains("X11"), "{told}");
    }

    #[test]
    fn what_ends_early_or_has_a_gap_is_told_once_a_series() {
        let file = "Date,USD,CNY,ISK,\n2021-03-01,1.2,7.8,150,\n2021-02-01,1.2,7.8,N/A,\n2021-01-20,1.2,7.8,N/A,\n\
                    2021-01-08,1.2,7.8,N/A,\n2021-01-04,1.2,7.8,150,\n";
        let (_, told) = blocked(&[file]);
        assert_eq!(
            told,
            "X10 info at 0.csv ▸ line 2: CNY 2021-02-01–2021-03-01; ISK 2021-01-04–2021-03-01; \
             USD 2021-02-01–2021-03-01 (3)",
        );
        let (_, told) =
            blocked(&["Date,USD,RUB,\n2021-01-20,1.2,N/A,\n2021-01-12,1.2,N/A,\n2021-01-04,1.2,90,\n"]);
        assert_eq!(told, "X09 info at 0.csv ▸ line 4: RUB 2021-01-04 (1)");
    }

    #[test]
    fn files_of_one_source_are_one_series_and_must_agree() {
        let dollar = |rate: &str| format!("data;curs;cdx\n01.03.2022;{rate};Доллар США\n");
        let yuan = "data;curs;cdx\n01.03.2022;14,5;Китайский юань\n";
        let (rated, told) = blocked(&[&dollar("91,5"), yuan, &dollar("91,5")]);
        assert_eq!(rated.book.series.len(), 1);
        assert_eq!(
            told,
            "X04 info at 2.csv ▸ line 2: USD 2022-03-01: 91.5 in 0.csv ▸ line 2 and 91.5 in 2.csv ▸ line 2 (1)",
        );
        let day = crate::measure::Period::parse("2022-03-01", None).unwrap();
        let quote =
            rated.book.quote(Currency::USD, Currency::CNY, &day, crate::measure::Method::Daily).unwrap();
        // 91.5 / 14.5 by Python's decimal.
        assert_eq!(
            (quote.rate.to_string().as_str(), quote.file.as_str()),
            ("6.310344827586", "0.csv, 1.csv")
        );
        let (_, told) = blocked(&[&dollar("91,5"), &dollar("91,6")]);
        assert!(told.starts_with("X12 error at 1.csv ▸ line 2: USD 2022-03-01: 91.5 in 0.csv"), "{told}");
    }

    #[test]
    fn sources_that_contradict_each_other_stop_a_run_that_uses_the_currency() {
        let ecb = "Date,USD,CNY,\n2021-01-04,1.2296,7.9484,\n";
        let plain = |rate: &str| format!("date,currency,cny_per_unit\n2021-01-04,USD,{rate}\n");
        assert_eq!(blocked(&[ecb, &plain("6.46")]).1, "");
        let (_, told) = blocked(&[ecb, &plain("0.1547")]);
        assert!(
            told.starts_with("X07 error at 0.csv ▸ line 2: CNY/USD 2021-01-04: 6.464216005205 by ECB"),
            "{told}"
        );
        assert!(told.ends_with("one upside down (1)"), "{told}");
        let (_, told) = blocked_using(&[ecb, &plain("0.1547")], Currency::RUB);
        assert!(told.starts_with("X07 warning at 0.csv ▸ line 2: CNY/USD"), "{told}");
        let (_, told) = blocked(&[ecb, &plain("646")]);
        assert!(told.ends_with("a factor of 10^2 (1)"), "{told}");
        let (_, told) = blocked(&[ecb, &plain("7.1")]);
        assert!(told.starts_with("X08 warning") && told.ends_with("+9.8 % (1)"), "{told}");
    }

    #[test]
    fn two_sources_side_by_side_are_a_table() {
        let ecb = "Date,USD,CNY,\n2021-01-04,1.25,8,\n2021-01-05,1.25,8.125,\n";
        let plain = "date,currency,cny_per_unit\n2021-01-04,USD,6.464\n2021-01-05,USD,6.5\n";
        let table = blocked(&[ecb, plain]).0.compared.unwrap();
        let row: Vec<String> = table.frame.get(0).unwrap().iter().map(ToString::to_string).collect();
        // 6.4 and 6.5 of the ECB against 6.464 and 6.5: means 6.45 and 6.482.
        assert_eq!(row[..5], ["\"CNY per USD\"", "\"2021\"", "\"ECB\"", "\"plain\"", "2"]);
        assert_eq!((row[5].as_str(), row[6].as_str()), ("6.45000000", "6.48200000"));
        assert_eq!(row[9], "\"2021-01-04\"");
    }

    #[test]
    fn the_drawn_files_are_read_without_a_finding() {
        assert!(read(lira(&["7,2"]).as_bytes()).unwrap().findings.is_empty());
    }
}
