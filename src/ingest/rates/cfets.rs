//! The central parity of the yuan as China Money (CFETS) prints it: a row a day, the pair in the header.
//! `USD/CNY` are yuan for a dollar, `100JPY/CNY` yuan for 100 yen, `CNY/RUB` roubles for a yuan.

use super::dates::Days;
use super::lines::{Columns, Filling, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};
use crate::text::fold;

pub(super) const LAYOUT: Layout = Layout {
    name: "cfets",
    header: "日期,USD/CNY,100JPY/CNY,CNY/RUB,…",
    encodings: &["utf-8", "gb18030"],
    fits,
    read,
};

/// A header's pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair<'a> {
    /// Units of the first for which the rate is.
    nominal: u32,
    first: &'a str,
    second: &'a str,
}

fn pair(header: &str) -> Option<Pair<'_>> {
    let (left, second) = header.split_once('/')?;
    let digits = left.bytes().take_while(u8::is_ascii_digit).count();
    let (number, first) = left.split_at_checked(digits)?;
    let nominal = if number.is_empty() { 1 } else { number.parse().ok().filter(|nominal| *nominal > 0)? };
    let code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let (first, second) = (first.trim(), second.trim());
    (code(first) && code(second)).then_some(Pair { nominal, first, second })
}

fn fits(header: &[String]) -> bool {
    let mut pairs = header.iter().skip(1).filter(|cell| !cell.is_empty()).map(|cell| pair(cell)).peekable();
    header.first().is_some_and(|cell| matches!(fold(cell).as_str(), "日期" | "date"))
        && pairs.peek().is_some()
        && pairs.all(|pair| pair.is_some())
}

/// The currency of a column against the yuan; nothing where it is not known or the yuan has no part in it.
fn against_yuan(header: &str) -> Option<(Currency, Direction, u32)> {
    let pair = pair(header)?;
    match (pair.first, pair.second) {
        ("CNY", units) => Some((Currency::parse(units)?, Direction::UnitsPerBase, pair.nominal)),
        (one, "CNY") => Some((Currency::parse(one)?, Direction::BasePerUnit, pair.nominal)),
        _ => None,
    }
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let series =
        RateSeries::new("CFETS", lines.file, Currency::CNY, Direction::BasePerUnit, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let columns: Vec<_> = lines.header.cells.iter().map(|header| against_yuan(header)).collect();
    let mut seen = std::collections::BTreeSet::new();
    for (at, (currency, direction, _)) in
        columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.as_ref()?)))
    {
        if !seen.insert(*currency) {
            let header = lines.header;
            let expected = "first column of its currency";
            return Err(lines.bad(header.at(at), "header", header.cell(at), expected));
        }
        filling.series().declare(*currency, *direction);
    }
    let days = Days::of(lines.rows().map(|line| line.cell(0)));
    let currencies = columns.into_iter().map(|column| column.map(|(currency, _, units)| (currency, units)));
    let columns = Columns { day: 0, currencies: currencies.collect() };
    for line in lines.data(0) {
        filling.put_row(line, days, &columns)?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, crosses, refused};

    const TEXT: &str = "Date,USD/CNY,100JPY/CNY,CNY/RUB,EUR/USD\n2021-01-05,6.4760,6.2791,11.4620,1.2\n2021-01-04,6.5408,6.3242,11.4310,1.2\n数据来源：中国货币网,,,,\n";

    #[test]
    fn the_header_says_direction_and_nominal() {
        check(
            TEXT,
            "CFETS CNY Daily\nJPY 2021-01-04 0.063242 / JPY 2021-01-05 0.062791\n\
             RUB 2021-01-04 11.431 / RUB 2021-01-05 11.462\nUSD 2021-01-04 6.5408 / USD 2021-01-05 6.476\n\
             X05 at r.csv ▸ line 2: EUR/USD (2)",
        );
        crosses(TEXT, "2021-01-04", &[("USD", "RUB", "74.7678848 RUB per USD CNY/USD × RUB/CNY")]);
    }

    #[test]
    fn a_currency_both_ways_is_refused() {
        refused(
            "Date,USD/CNY,CNY/USD\n2021-01-05,6.4760,0.1544\n",
            "r.csv, line 1, header: `CNY/USD` is no first column of its currency",
        );
    }

    /// 16 cells by Python's csv: 5 headings and a note, two days, 3 rates of each against the yuan and one of
    /// the euro against the dollar.
    #[test]
    fn every_cell_is_accounted_for() {
        counted(
            TEXT.as_bytes(),
            "16 cells = 6 figures + 2 labels + 6 around + 2 unknown currency\n2 rows = 2 used",
        );
    }
}
