//! Our own plain layout for daily rates: `date, currency, XXX_per_unit`, a rate a row, where `XXX` is the
//! base, in any case: `cny_per_unit` holds yuan for one unit of the currency.

use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "plain", header: "date,currency,cny_per_unit", encodings: &["utf-8"], fits, read };

fn base(header: &[String]) -> Option<Currency> {
    let [date, currency, rate] = header else { return None };
    let code = rate.strip_suffix("_per_unit")?.to_ascii_uppercase();
    (date == "date" && currency == "currency").then(|| Currency::parse(&code)).flatten()
}

fn fits(header: &[String]) -> bool {
    base(header).is_some()
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let Some(base) = base(lines.header) else {
        return Err(RateFileError::Empty { file: lines.file.to_owned() });
    };
    let series = RateSeries::new("plain", lines.file, base, Direction::BasePerUnit, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let days = Days::of(lines.rows.iter().filter_map(|(_, cells)| cells.first()).map(String::as_str));
    for (row, cells) in lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let day = days.read(lines, (*row, 0), cell(0))?;
        let currency = lines.currency((*row, 1), "currency", cell(1))?;
        let rate = lines.rate((*row, 2), currency.as_str(), cell(2), (DecimalMark::Point, 1))?;
        if currency != base {
            filling.put((*row, 2), (currency, day, rate))?;
        } else if rate.to_string() != "1" {
            let expected = "rate of a currency against itself, which is 1";
            return Err(lines.bad((*row, 2), base.as_str(), cell(2), expected));
        }
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, refused};

    #[test]
    fn yuan_for_one_unit() {
        check(
            "date,currency,cny_per_unit\n2021-01-04,USD,6.5408\n2021-01-04,CNY,1\n",
            "plain CNY Daily\nUSD 2021-01-04 6.5408",
        );
        refused(
            "date,currency,cny_per_unit\n2021-01-04,CNY,1.1\n",
            "r.csv, line 2, CNY: `1.1` is no rate of a currency against itself, which is 1",
        );
    }
}
