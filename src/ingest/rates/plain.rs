//! Our own plain layout for daily rates: `date, currency, XXX_per_unit`, a rate a row, where `XXX` is the
//! base, in any case: `cny_per_unit` holds yuan for one unit of the currency.

use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::ingest::cell_map::Reason;
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
    let Some(base) = base(lines.header.cells) else {
        return Err(RateFileError::Empty { file: lines.file.to_owned() });
    };
    let series = RateSeries::new("plain", lines.file, base, Direction::BasePerUnit, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let days = Days::of(lines.rows().map(|line| line.cell(0)));
    lines.leave_out_all_but(&[0, 1, 2]);
    for line in lines.rows() {
        let [day, code] = [0, 1].map(|column| lines.label(line, column));
        let day = days.read(lines, line.at(0), day)?;
        let currency = lines.currency(line.at(1), "currency", code)?;
        let (at, written) = (line.at(2), line.cell(2));
        let rate = lines.rate(at, currency.as_str(), written, (DecimalMark::Point, 1))?;
        if currency != base {
            filling.put(at, (currency, day, rate))?;
        } else if rate.to_string() == "1" {
            lines.leave_out(line, Reason::BaseItself);
        } else {
            let expected = "rate of a currency against itself, which is 1";
            return Err(lines.bad(at, base.as_str(), written, expected));
        }
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, refused};

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

    /// 13 cells by Python's csv: the `x` has no heading, the last rate stands twice, the yuan costs itself.
    #[test]
    fn every_cell_is_accounted_for() {
        let text =
            "date,currency,cny_per_unit\n2021-01-04,USD,6.5408,x\n2021-01-04,CNY,1\n2021-01-04,USD,6.5408\n";
        counted(
            text.as_bytes(),
            "13 cells = 1 figures + 4 labels + 3 around + 3 base in itself + 1 outside any table + 1 rate given twice\n\
             3 rows = 1 used + 1 base in itself + 1 rate given twice",
        );
    }
}
