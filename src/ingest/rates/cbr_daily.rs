//! The Bank of Russia's rates of one day as XML: `ValCurs` with its date, a `Valute` a currency, roubles for
//! so many units with a decimal comma; newer files also say the rate of one unit, which must agree.

use super::cbr::nominal;
use super::dates::Days;
use super::lines::{DecimalMark, Filling, Line, Lines, RateReading, decimal};
use super::{Layout, RateFileError, valutes};
use crate::ingest::cell_map::Reason;
use crate::measure::{Currency, Direction, Frequencies, Rate, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "cbr_daily", header: "<ValCurs Date=\"…\">", encodings: &[], fits, read };

fn fits(header: &[String]) -> bool {
    header.first().is_some_and(|cell| cell == valutes::HEAD)
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
    let day_of = |line: Line<'_>| days.read(lines, line.at(1), line.cell(1));
    let mut day = day_of(lines.header)?;
    for line in lines.rows() {
        if line.cell(0) == valutes::HEAD {
            lines.header_again(line);
            day = day_of(line)?;
            continue;
        }
        if !line.cell(0).is_empty() {
            lines.note(line);
            continue;
        }
        filling.series().publish(day);
        let [code, units, unit] = [1, 2, 4].map(|column| lines.label(line, column));
        for column in 5..line.cells.len() {
            lines.leave_out_cell(line.at(column), Reason::UnreadColumn);
        }
        let Some(currency) = Currency::parse(code) else {
            filling.unknown_row(line, 1, code);
            continue;
        };
        let units = nominal(units).ok_or_else(|| lines.bad(line.at(2), code, units, "number of units"))?;
        let rate = lines.rate(line.at(3), code, line.cell(3), (DecimalMark::Comma, units))?;
        if !unit.is_empty() && !agrees(rate, unit) {
            let expected = "rate of one unit that agrees with value and nominal";
            return Err(lines.bad(line.at(4), code, unit, expected));
        }
        filling.put(line.at(3), (currency, day, rate))?;
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
    use super::super::testing::{check, counted, refused};

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

    /// By hand: the element with its day and name; 7 attributes and elements of the yuan and of the tenge, of
    /// which ID, `NumCode` and Name are not read; 6 of a currency that is not known; a text between.
    #[test]
    fn every_attribute_and_element_is_accounted_for() {
        let valutes = [
            valute("CNY", "1", "14,4712", "14,4712"),
            valute("KZT", "100", "18,6103", "0,186103"),
            "x".to_owned(),
            valute("QQQ", "1", "2", ""),
        ];
        counted(
            file(&valutes.join("\n")).as_bytes(),
            "24 cells = 2 figures + 6 labels + 4 around + 6 unknown currency + 6 unread column\n\
             3 rows = 2 used + 1 unknown currency",
        );
    }

    #[test]
    fn each_valcurs_has_its_own_day() {
        let first = file(&valute("CNY", "1", "14,4712", ""));
        let next = first.replace("02.03.2022", "03.03.2022").replace("<?xml version=\"1.0\"?>", "");
        check(
            &format!("{first}{next}"),
            "Bank of Russia RUB Daily\nCNY 2022-03-02 14.4712 / CNY 2022-03-03 14.4712",
        );
    }
}
