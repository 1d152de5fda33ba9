//! Yearly means of the IMF as one long table: `Date,Rate,Currency,Frequency,Source,Country code,Country`.
//! Units per dollar; 31 December stands for the year.

use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading, column, is_missing};
use super::{Layout, RateFileError};
use crate::ingest::cell_map::Reason;
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
    let at = |name| column(lines.header.cells, name).unwrap_or(usize::MAX);
    let (day_at, rate_at, currency_at, frequency_at) =
        (at("Date"), at("Rate"), at("Currency"), at("Frequency"));
    let series =
        RateSeries::new("IMF", lines.file, Currency::USD, Direction::UnitsPerBase, Frequencies::Annual);
    let mut filling = Filling::of(lines, series);
    let days = Days::of(std::iter::empty());
    let labels = [day_at, currency_at, frequency_at];
    lines.leave_out_all_but(&[day_at, currency_at, frequency_at, rate_at]);
    for line in lines.rows() {
        let [day, code, frequency] = labels.map(|column| lines.label(line, column));
        if is_missing(line.cell(rate_at)) {
            lines.without_rate(line, rate_at);
            continue;
        }
        if frequency != "A" {
            return Err(lines.bad(line.at(frequency_at), "frequency", frequency, "yearly mean (A)"));
        }
        let day = days.read(lines, line.at(day_at), day)?;
        let Some(currency) = Currency::parse(code) else {
            filling.unknown_row(line, currency_at, code);
            continue;
        };
        // The dollar itself is 1, and several countries share one currency.
        if currency == Currency::USD {
            lines.leave_out(line, Reason::BaseItself);
            continue;
        }
        let (at, written) = (line.at(rate_at), line.cell(rate_at));
        let rate = lines.rate(at, currency.as_str(), written, (DecimalMark::Point, 1))?;
        let first = jiff::civil::Date::new(day.year(), 1, 1).unwrap_or(day);
        filling.put(at, (currency, first, rate))?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, refused};

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

    /// 32 cells by Python's csv: 7 headings, 7 of the rouble of which 3 are not read, 7 of the dollar; 4 of a
    /// mean that is missing by its sign, 3 of one that is left empty, 4 of a currency that is not known.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "Date,Rate,Currency,Frequency,Source,Country code,Country\n\
                    2021-12-31,73.6543,RUB,A,IMF,RU,Russia\n2021-12-31,1,USD,A,IMF,EC,Ecuador\n\
                    2020-12-31,..,CNY,A,,,\n2020-12-31,,EUR,A,,,\n2021-12-31,5,QQQ,A,,,\n";
        counted(
            text.as_bytes(),
            "32 cells = 1 figures + 1 missing + 6 labels + 7 around + 7 base in itself + 3 no figure + 4 unknown currency + 3 unread column\n\
             5 rows = 2 used + 1 base in itself + 1 no figure + 1 unknown currency",
        );
    }
}
