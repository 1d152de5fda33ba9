//! The Bank of Russia's rates of one day as XML: `ValCurs` with its date, a `Valute` a currency, roubles for
//! so many units with a decimal comma; newer files also say the rate of one unit, which must agree.

use super::cbr::nominal;
use super::content::VALUTE_HEADER;
use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading, decimal};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, Rate, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "cbr_daily", header: "<ValCurs Date=\"…\">", encodings: &[], fits, read };

fn fits(header: &[String]) -> bool {
    header == VALUTE_HEADER
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let series = RateSeries::new(
        "Bank of Russia",
        lines.file,
        Currency::RUB,
        Direction::BasePerUnit,
        Frequencies::Daily,
    );
    let mut filling = Filling::of(lines, series);
    let days = Days::of(std::iter::empty());
    for (row, cells) in lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let day = days.read(lines, (*row, 0), cell(0))?;
        filling.series().publish(day);
        let Some(currency) = Currency::parse(cell(1)) else {
            filling.unknown((*row, 1), cell(1));
            continue;
        };
        let units =
            nominal(cell(2)).ok_or_else(|| lines.bad((*row, 2), cell(1), cell(2), "number of units"))?;
        let rate = lines.rate((*row, 3), cell(1), cell(3), (DecimalMark::Comma, units))?;
        if !cell(4).is_empty() && !agrees(rate, cell(4)) {
            return Err(lines.bad(
                (*row, 4),
                cell(1),
                cell(4),
                "rate of one unit that agrees with value and nominal",
            ));
        }
        filling.put((*row, 3), (currency, day, rate))?;
    }
    Ok(filling.finish())
}

/// The printed rate of one unit may be cut or rounded in its last place.
fn agrees(rate: Rate, printed: &str) -> bool {
    // Small rates are printed with an exponent; they say nothing that value and nominal do not.
    if printed.contains(['E', 'e']) {
        return true;
    }
    let Some(decimal) = decimal(printed, DecimalMark::Comma) else { return false };
    let last = 10_i128.checked_pow(12_u32.saturating_sub(decimal.scale)).unwrap_or(1);
    Rate::from_decimal(decimal).is_some_and(|unit| (unit.units() - rate.units()).abs() <= last)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, refused};

    fn file(valutes: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ValCurs Date=\"02.03.2022\" name=\"Foreign\">\n{valutes}\n</ValCurs>"
        )
    }

    fn valute(code: &str, nominal: &str, value: &str, unit: &str) -> String {
        format!(
            "<Valute ID=\"R\"><NumCode>1</NumCode><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal>\
             <Name>x</Name><Value>{value}</Value><VunitRate>{unit}</VunitRate></Valute>"
        )
    }

    #[test]
    fn the_nominal_of_each_currency_counts() {
        let text = file(
            &[
                valute("CNY", "1", "14,4712", "14,4712"),
                valute("KZT", "100", "18,6103", "0,186103"),
                valute("QQQ", "1", "2", ""),
            ]
            .join("\n"),
        );
        check(
            &text,
            "Bank of Russia RUB Daily\nCNY 2022-03-02 14.4712\nKZT 2022-03-02 0.186103\nX05 at r.csv ▸ line 4: QQQ (1)",
        );
    }

    #[test]
    fn a_rate_of_one_unit_that_contradicts_the_nominal_is_refused() {
        refused(
            &file(&valute("KZT", "100", "18,6103", "1,86103")),
            "r.csv, line 2, KZT: `1,86103` is no rate of one unit that agrees with value and nominal",
        );
    }
}
