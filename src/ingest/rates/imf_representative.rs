//! The IMF's exchange rate archive as tab-separated text: an empty line, a title, a header, lines that begin
//! with a tab, a footer; the byte A0 behind every number. Most currencies are units per dollar, some are
//! dollars per unit; the archive also has both against the SDR, which only its title tells.

use super::dates::Days;
use super::lines::{Columns, Filling, Line, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};
use crate::text::fold;

pub(super) const LAYOUT: Layout = Layout {
    name: "imf_representative",
    header: "⇥Date⇥U.K. pound (GBP)⇥…",
    encodings: &["utf-8", "windows-1252"],
    fits,
    read,
};

/// Currencies that the IMF's representative rates give in dollars per unit.
const DOLLARS_PER_UNIT: [&str; 5] = ["AUD", "BWP", "EUR", "GBP", "NZD"];

/// Names without a code behind them, folded.
const NAMES: &[(&str, &str)] = &[
    ("u.k. pound", "GBP"),
    ("u.k. pound sterling", "GBP"),
    ("u.s. dollar", "USD"),
    ("chinese yuan", "CNY"),
    ("japanese yen", "JPY"),
    ("euro", "EUR"),
    ("russian ruble", "RUB"),
    ("korean won", "KRW"),
    ("indian rupee", "INR"),
    ("kazakhstani tenge", "KZT"),
    ("australian dollar", "AUD"),
    ("canadian dollar", "CAD"),
    ("new zealand dollar", "NZD"),
    ("singapore dollar", "SGD"),
    ("swiss franc", "CHF"),
    ("thai baht", "THB"),
];

fn currency(header: &str) -> Option<Currency> {
    let code = header.rsplit_once('(').map(|(_, rest)| rest.trim_end_matches(')').trim());
    if let Some(found) = code.and_then(Currency::parse) {
        return Some(found);
    }
    let folded = fold(header);
    let code = NAMES.iter().find(|(name, _)| *name == folded).map(|(_, code)| *code);
    Currency::parse(code.unwrap_or(header))
}

fn fits(header: &[String]) -> bool {
    let mut cells = header.iter();
    cells.next().is_some_and(String::is_empty)
        && cells.next().is_some_and(|cell| cell == "Date")
        && cells.any(|cell| currency(cell).is_some())
}

/// Base and, where it is one for all, direction: by the title.
fn title(lines: &Lines<'_>) -> (Currency, Option<Direction>) {
    let above = lines.above.iter().flat_map(|(_, cells)| cells.iter());
    let title: String = fold(&above.map(String::as_str).collect::<Vec<_>>().join(" "));
    let sdr = Currency::parse("XDR").unwrap_or(Currency::USD);
    if title.contains("sdrs per currency unit") {
        (sdr, Some(Direction::BasePerUnit))
    } else if title.contains("sdr") {
        (sdr, Some(Direction::UnitsPerBase))
    } else if title.contains("currency units per u.s. dollar") {
        (Currency::USD, Some(Direction::UnitsPerBase))
    } else if title.contains("u.s. dollars per currency unit") {
        (Currency::USD, Some(Direction::BasePerUnit))
    } else {
        (Currency::USD, None)
    }
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let (base, of_title) = title(lines);
    let series =
        RateSeries::new("IMF representative", lines.file, base, Direction::UnitsPerBase, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let columns: Vec<Option<Currency>> = lines.header.cells.iter().map(|header| currency(header)).collect();
    for currency in columns.iter().flatten() {
        let inverted = DOLLARS_PER_UNIT.contains(&currency.as_str());
        let own = if inverted { Direction::BasePerUnit } else { Direction::UnitsPerBase };
        filling.series().declare(*currency, of_title.unwrap_or(own));
    }
    let days = Days::of(std::iter::empty());
    let currencies = columns.into_iter().map(|currency| Some((currency?, 1))).collect();
    let columns = Columns { day: 1, currencies };
    // The footer begins at the margin, in the column that is empty in lines of data.
    let is_data = |line: &Line<'_>| line.cell(0).is_empty();
    for line in lines.rows().take_while(is_data) {
        filling.put_row(line, days, &columns)?;
    }
    lines.rows().skip_while(is_data).for_each(|line| lines.note(line));
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bytes, counted, crosses};

    const TEXT: &str = "\r\nRepresentative rates\r\n\tDate\tU.K. pound (GBP)\tChinese yuan (CNY)\r\n\
                        \t04-Jan-1995\t1.5595\u{a0}\t8.4462\u{a0}\r\n\t05-Jan-1995\t1.556\u{a0}\t\u{a0}\r\n\
                        \r\nUSER SELECTIONS\r\nReport format\tx\r\n";

    /// 1.5595 dollars for a pound, 8.4462 yuan for a dollar: 13.1718489 yuan for a pound, by hand.
    #[test]
    fn the_pound_is_the_other_way_round_and_bytes_need_not_be_utf_8() {
        let expected = "IMF representative USD Daily\nCNY 1995-01-04 8.4462\nGBP 1995-01-04 1.5595 / GBP 1995-01-05 1.556";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(TEXT);
        check_bytes(&bytes, expected);
        crosses(TEXT, "1995-01-04", &[("GBP", "CNY", "13.1718489 CNY per GBP USD/GBP × CNY/USD")]);
    }

    #[test]
    fn rates_against_the_sdr_are_known_by_their_title() {
        check(
            "Currency units per SDR\n\tDate\tChinese yuan (CNY)\n\t04-Jan-1995\t12.3\n",
            "IMF representative XDR Daily\nCNY 1995-01-04 12.3",
        );
    }

    /// 12 cells by Python's csv without the blank one: title, 3 headings, two days, 3 rates, 3 of the footer.
    #[test]
    fn every_cell_is_accounted_for() {
        counted(TEXT.as_bytes(), "12 cells = 3 figures + 2 labels + 7 around\n2 rows = 2 used");
    }
}
