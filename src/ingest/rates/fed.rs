//! Rates of the Federal Reserve as published in open-data collections: `Date,Country,Exchange rate`, named
//! by country. Days, months or years by their dates.
//!
//! The Reserve prints units per dollar, but dollars per unit for five currencies; newer collections have
//! turned those five round, under the same header. Which it is, the rates of the pound and of the New
//! Zealand dollar tell, which never came near one dollar.

use jiff::civil::Date;

use super::claims::At;
use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading, is_missing};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "fed", header: "Date,Country,Exchange rate", encodings: &["utf-8"], fits, read };

use Direction::{BasePerUnit, UnitsPerBase};

/// Which way round the five currencies are that the Reserve prints as dollars per unit.
fn of_the_five(lines: &Lines<'_>, days: &[Date]) -> Result<Direction, RateFileError> {
    let mut told: Option<Direction> = None;
    let mut first: Option<At> = None;
    for (line, day) in lines.rows().zip(days) {
        let (country, written) = (line.cell(1), line.cell(2));
        let of_five =
            |(name, _, direction): &(&str, &str, Direction)| *name == country && *direction == BasePerUnit;
        if is_missing(written) || !COUNTRIES.iter().any(of_five) {
            continue;
        }
        first = first.or(Some(line.at(1)));
        // A pound was always more than a dollar; a New Zealand dollar has been less since 1984.
        let above_one = match country {
            "United Kingdom" => BasePerUnit,
            "New Zealand" if day.year() > 1985 => UnitsPerBase,
            _ => continue,
        };
        let rate = lines.rate(line.at(2), country, written, (DecimalMark::Point, 1))?;
        let below_one = if above_one == BasePerUnit { UnitsPerBase } else { BasePerUnit };
        let direction = if rate.to_f64() > 1.0 { above_one } else { below_one };
        if *told.get_or_insert(direction) != direction {
            let expected = "rate the same way round as those above";
            return Err(lines.bad(line.at(2), country, written, expected));
        }
    }
    match (told, first) {
        (Some(direction), _) => Ok(direction),
        (None, None) => Ok(UnitsPerBase),
        (None, Some(at)) => {
            let expected =
                "file that tells which way round it is; keep its lines of the United Kingdom or New Zealand";
            Err(lines.bad(at, "country", "dollars per unit or units per dollar", expected))
        }
    }
}

const COUNTRIES: &[(&str, &str, Direction)] = &[
    ("Australia", "AUD", BasePerUnit),
    ("Brazil", "BRL", UnitsPerBase),
    ("Canada", "CAD", UnitsPerBase),
    ("China", "CNY", UnitsPerBase),
    ("Denmark", "DKK", UnitsPerBase),
    ("Euro", "EUR", BasePerUnit),
    ("Hong Kong", "HKD", UnitsPerBase),
    ("India", "INR", UnitsPerBase),
    ("Ireland", "IEP", BasePerUnit),
    ("Japan", "JPY", UnitsPerBase),
    ("Malaysia", "MYR", UnitsPerBase),
    ("Mexico", "MXN", UnitsPerBase),
    ("New Zealand", "NZD", BasePerUnit),
    ("Norway", "NOK", UnitsPerBase),
    ("Singapore", "SGD", UnitsPerBase),
    ("South Africa", "ZAR", UnitsPerBase),
    ("South Korea", "KRW", UnitsPerBase),
    ("Sri Lanka", "LKR", UnitsPerBase),
    ("Sweden", "SEK", UnitsPerBase),
    ("Switzerland", "CHF", UnitsPerBase),
    ("Taiwan", "TWD", UnitsPerBase),
    ("Thailand", "THB", UnitsPerBase),
    ("United Kingdom", "GBP", BasePerUnit),
];

fn fits(header: &[String]) -> bool {
    header == ["Date", "Country", "Exchange rate"]
}

/// Every day the first of a year: yearly means; of a month: monthly ones. One lonely first of January could
/// be any of the three.
fn frequency(days: &[Date]) -> Option<Frequencies> {
    let all = |test: fn(&Date) -> bool| days.iter().all(test);
    if all(|day| day.day() == 1 && day.month() == 1) {
        return days.iter().any(|day| Some(day) != days.first()).then_some(Frequencies::Annual);
    }
    if all(|day| day.day() == 1) {
        return days.iter().any(|day| Some(day) != days.first()).then_some(Frequencies::Monthly);
    }
    Some(Frequencies::Daily)
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    lines.leave_out_all_but(&[0, 1, 2]);
    let reader = Days::of(lines.rows().map(|line| line.cell(0)));
    let days = lines.rows().map(|line| reader.read(lines, line.at(0), lines.label(line, 0)));
    let days = days.collect::<Result<Vec<_>, _>>()?;
    let Some(frequency) = frequency(&days) else {
        let first = lines.rows().next().unwrap_or(lines.header);
        let expected = "date that tells days, months and years apart; the file needs more than one";
        return Err(lines.bad(first.at(0), "date", first.cell(0), expected));
    };
    let mut filling =
        Filling::of(lines, RateSeries::new("Fed", lines.file, Currency::USD, UnitsPerBase, frequency));
    let five = of_the_five(lines, &days)?;
    for (_, code, direction) in COUNTRIES {
        if let Some(currency) = Currency::parse(code) {
            filling.series().declare(currency, if *direction == BasePerUnit { five } else { *direction });
        }
    }
    for (line, day) in lines.rows().zip(days) {
        filling.series().publish(day);
        let country = lines.label(line, 1);
        if is_missing(line.cell(2)) {
            lines.without_rate(line, 2);
            continue;
        }
        let known = COUNTRIES.iter().find(|(known, ..)| *known == country);
        match known.and_then(|(_, code, _)| Currency::parse(code)) {
            None => filling.unknown_row(line, 1, country),
            Some(currency) => {
                let rate = lines.rate(line.at(2), country, line.cell(2), (DecimalMark::Point, 1))?;
                filling.put(line.at(2), (currency, day, rate))?;
            }
        }
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, crosses, refused};

    #[test]
    fn dates_say_how_often_and_countries_which_way_round() {
        check(
            "Date,Country,Exchange rate\n2017-01-01,Denmark,6.6\n2018-01-01,China,6.609\n2018-01-01,Venezuela,3\n",
            "Fed USD Annual\nCNY 2018-01-01 6.609\nDKK 2017-01-01 6.6\nX05 at r.csv ▸ line 4: Venezuela (1)",
        );
        check(
            "Date,Country,Exchange rate\n2018-01-01,China,6.4\n2018-02-01,China,6.3\n",
            "Fed USD Monthly\nCNY 2018-01-01 6.4 / CNY 2018-02-01 6.3",
        );
        check(
            "Date,Country,Exchange rate\n2018-01-02,China,6.4\n2018-01-03,China,ND\n",
            "Fed USD Daily\nCNY 2018-01-02 6.4",
        );
        refused(
            "Date,Country,Exchange rate\n2018-01-01,China,6.4\n",
            "r.csv, line 2, date: `2018-01-01` is no date that tells days, months and years apart; the file needs more than one",
        );
    }

    /// A dollar is 0.75 pounds, or a pound 1.3 dollars: 0.8462 euros for a dollar, or 1.18 dollars for one.
    #[test]
    fn the_pound_tells_which_way_round_the_five_are() {
        let file = |pound: &str, euro: &str| {
            format!(
                "Date,Country,Exchange rate\n2018-01-02,United Kingdom,{pound}\n2018-01-02,Euro,{euro}\n2018-01-03,China,6.5\n"
            )
        };
        crosses(&file("1.3", "1.18"), "2018-01-02", &[("EUR", "USD", "1.18 USD per EUR USD/EUR")]);
        crosses(&file("0.75", "0.8"), "2018-01-02", &[("EUR", "USD", "0.8 EUR per USD EUR/USD")]);
        refused(
            "Date,Country,Exchange rate\n2018-01-02,Euro,1.18\n",
            "r.csv, line 2, country: `dollars per unit or units per dollar` is no file that tells which way round it \
             is; keep its lines of the United Kingdom or New Zealand",
        );
    }

    /// 14 cells by Python's csv: 3 headings, 3 of a rate, 3 of `ND`, 2 of a rate left empty, 3 of a country
    /// that is not known.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "Date,Country,Exchange rate\n2018-01-02,China,6.4\n2018-01-03,China,ND\n\
                    2018-01-03,Japan,\n2018-01-03,Venezuela,3\n";
        counted(
            text.as_bytes(),
            "14 cells = 1 figures + 1 missing + 4 labels + 3 around + 2 no figure + 3 unknown currency\n\
             4 rows = 2 used + 1 no figure + 1 unknown currency",
        );
    }
}
