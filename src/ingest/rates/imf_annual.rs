//! Yearly means of the IMF as one long table: `Date,Rate,Currency,Frequency,Source,Country code,Country`.
//! Units per dollar; 31 December stands for the year.

use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading, column, is_missing};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout = Layout {
    name: "imf_annual",
    header: "Date,Rate,Currency,Frequency,Source,…",
    encodings: &["utf-8"],
    fits,
    read,
};

fn fits(header: &[String]) -> bool {
    ["Date", "Rate", "Currency", "Frequency"].iter().all(|name| column(header, name).is_some())
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let at = |name| column(lines.header, name).unwrap_or(usize::MAX);
    let (day_at, rate_at, currency_at, frequency_at) =
        (at("Date"), at("Rate"), at("Currency"), at("Frequency"));
    let series =
        RateSeries::new("IMF", lines.file, Currency::USD, Direction::UnitsPerBase, Frequencies::Annual);
    let mut filling = Filling::of(lines, series);
    let days = Days::of(std::iter::empty());
    for (row, cells) in lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        if is_missing(cell(rate_at)) {
            continue;
        }
        if cell(frequency_at) != "A" {
            return Err(lines.bad((*row, frequency_at), "frequency", cell(frequency_at), "yearly mean (A)"));
        }
        let day = days.read(lines, (*row, day_at), cell(day_at))?;
        let Some(currency) = Currency::parse(cell(currency_at)) else {
            filling.unknown((*row, currency_at), cell(currency_at));
            continue;
        };
        // The dollar itself is 1, and several countries share one currency.
        if currency == Currency::USD {
            continue;
        }
        let rate = lines.rate((*row, rate_at), currency.as_str(), cell(rate_at), (DecimalMark::Point, 1))?;
        let first = jiff::civil::Date::new(day.year(), 1, 1).unwrap_or(day);
        filling.put((*row, rate_at), (currency, first, rate))?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, refused};

    #[test]
    fn the_last_day_of_a_year_is_the_mean_of_it() {
        check(
            "Date,Rate,Currency,Frequency,Source,Country code,Country\n2021-12-31,73.6543,RUB,A,IMF,RU,Russia\n2021-12-31,1,USD,A,IMF,EC,Ecuador\n",
            "IMF USD Annual\nRUB 2021-01-01 73.6543",
        );
        refused(
            "Date,Rate,Currency,Frequency,Source\n2021-11-30,73.6,RUB,M,IMF\n",
            "r.csv, line 2, frequency: `M` is no yearly mean (A)",
        );
    }
}
