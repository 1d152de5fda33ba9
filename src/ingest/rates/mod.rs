//! Files of exchange rates: one file here a layout, recognised by its header.

mod annual;
mod ecb;
mod plain;
mod spec;

use thiserror::Error;

use crate::measure::{Currency, Decimal, Rate, RateSeries};

pub use spec::RatesSpec;

/// Every layout that is known.
const LAYOUTS: &[Layout] = &[ecb::LAYOUT, annual::LAYOUT, plain::LAYOUT];

/// A layout of a rates file.
struct Layout {
    /// Its name in messages.
    name: &'static str,
    /// What its header looks like.
    header: &'static str,
    /// Whether a header row is of this layout.
    fits: fn(&[String]) -> bool,
    /// Reads the rows below the header.
    read: fn(&Lines<'_>) -> Result<RateSeries, RateFileError>,
}

/// A rates file cut into cells.
struct Lines<'a> {
    file: &'a str,
    header: Vec<String>,
    /// Line number in the file, and its cells.
    rows: Vec<(u64, Vec<String>)>,
}

/// Why a rates file cannot be used. A file with one doubtful rate is not used at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RateFileError {
    /// Not text in UTF-8.
    #[error("{file} is no UTF-8 text; save it as CSV in UTF-8")]
    NotText {
        /// The file.
        file: String,
    },
    /// No layout fits.
    #[error("{file} is no rates file that is known: its first line is `{header}`; known are: {known}")]
    UnknownLayout {
        /// The file.
        file: String,
        /// The first line.
        header: String,
        /// What headers look like.
        known: String,
    },
    /// A cell that should be a rate, a day or a currency.
    #[error("{file}, line {line}, {what}: `{seen}` is no {expected}")]
    BadCell {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// Currency or column.
        what: String,
        /// What stands there.
        seen: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// Two rates of one currency for one day.
    #[error("{file}, line {line}: a second rate of {currency} for {day}")]
    Twice {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// The currency.
        currency: Currency,
        /// The day.
        day: String,
    },
    /// A header and nothing below it.
    #[error("{file} has a header but no rates")]
    Empty {
        /// The file.
        file: String,
    },
}

/// Reads a rates file by the layout its header shows.
pub fn read_rates(bytes: &[u8], file: &str) -> Result<RateSeries, RateFileError> {
    let text =
        std::str::from_utf8(bytes).ok().ok_or_else(|| RateFileError::NotText { file: file.to_owned() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = reader.records().map(|record| {
        record.map(|record| {
            let line = record.position().map_or(0, csv::Position::line);
            (line, record.iter().map(str::to_owned).collect::<Vec<String>>())
        })
    });
    let unknown = |header: String| RateFileError::UnknownLayout {
        file: file.to_owned(),
        header,
        known: LAYOUTS
            .iter()
            .map(|layout| format!("{} ({})", layout.name, layout.header))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let Some(Ok((_, header))) = rows.next() else { return Err(unknown(String::new())) };
    let Some(layout) = LAYOUTS.iter().find(|layout| (layout.fits)(&header)) else {
        return Err(unknown(header.join(",").chars().take(80).collect()));
    };
    let rows = rows.collect::<Result<Vec<_>, csv::Error>>().map_err(|error| unknown(error.to_string()))?;
    let series = (layout.read)(&Lines { file, header, rows })?;
    if series.is_empty() {
        return Err(RateFileError::Empty { file: file.to_owned() });
    }
    Ok(series)
}

impl Lines<'_> {
    /// A positive decimal with at most 12 places.
    fn rate(&self, line: u64, what: &str, seen: &str) -> Result<Rate, RateFileError> {
        let rate = Decimal::parse(seen).ok().and_then(Rate::from_decimal);
        rate.ok_or_else(|| self.bad(line, what, seen, "exchange rate above zero"))
    }

    fn bad(&self, line: u64, what: &str, seen: &str, expected: &'static str) -> RateFileError {
        RateFileError::BadCell {
            file: self.file.to_owned(),
            line,
            what: what.to_owned(),
            seen: seen.to_owned(),
            expected,
        }
    }

    fn currency(&self, line: u64, what: &str, seen: &str) -> Result<Currency, RateFileError> {
        Currency::parse(seen).ok_or_else(|| self.bad(line, what, seen, "currency code such as USD"))
    }

    fn day(&self, line: u64, seen: &str) -> Result<jiff::civil::Date, RateFileError> {
        crate::measure::read_date(seen)
            .ok()
            .ok_or_else(|| self.bad(line, "date", seen, "day such as 2021-02-03"))
    }

    fn add(
        &self,
        series: &mut RateSeries,
        line: u64,
        rate: (Currency, jiff::civil::Date, Rate),
    ) -> Result<(), RateFileError> {
        series.add(rate.0, rate.1, rate.2).map_err(|error| RateFileError::Twice {
            file: self.file.to_owned(),
            line,
            currency: error.currency,
            day: error.day.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{BelowCoverage, Method, Period, RateBook};

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read_rates(text.as_bytes(), "r.csv").unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_doubtful_rate_refuses_the_file_with_its_line() {
        refused(
            "Date,USD,CNY,\n2021-01-05,1.2,0,\n",
            "r.csv, line 2, CNY: `0` is no exchange rate above zero",
        );
        refused(
            "Date,USD,CNY,\n2021-01-05,1.2,x,\n",
            "r.csv, line 2, CNY: `x` is no exchange rate above zero",
        );
        refused(
            "Date,USD,\n2021-01-05,1.2,\n2021-01-05,1.3,\n",
            "r.csv, line 3: a second rate of USD for 2021-01-05",
        );
        refused(
            "Date,USD,\n2021-02-30,1.2,\n",
            "r.csv, line 2, date: `2021-02-30` is no day such as 2021-02-03",
        );
        refused("Date,USD,\n", "r.csv has a header but no rates");
        assert!(matches!(read_rates(b"a,b\n1,2\n", "r.csv"), Err(RateFileError::UnknownLayout { .. })));
        assert!(matches!(read_rates(b"\xff\xfe", "r.csv"), Err(RateFileError::NotText { .. })));
    }

    fn shipped() -> RateBook {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("input/rates");
        let series = ["eurofxref-hist.csv", "imf_annual_2022_2024.csv"]
            .map(|name| read_rates(&std::fs::read(root.join(name)).unwrap(), name).unwrap());
        RateBook {
            name: "reference".to_owned(),
            series: series.to_vec(),
            coverage: 0.9,
            below_coverage: BelowCoverage::NextThenMark,
            max_age_days: 7,
        }
    }

    /// Expected: Python's decimal over the same files, each cross and the mean rounded half up at 12 places.
    #[test]
    fn the_shipped_rates_give_the_known_means() {
        let book = shipped();
        for (from, to, year, expected) in [
            ("CNY", "USD", 2018, "6.618696977563 ECB 255/255 None"),
            ("CNY", "USD", 2021, "6.449111290093 ECB 258/258 None"),
            ("USD", "CNY", 2013, "6.148013811437 ECB 255/255 None"),
            ("RUB", "CNY", 2021, "11.424587483842 ECB 258/258 None"),
            ("USD", "CNY", 2005, "8.165533626075 ECB 195/257 Some(\"195 of 257 days\")"),
            (
                "RUB",
                "CNY",
                2022,
                "10.165187318174 IMF 0/0 Some(\"IMF annual mean 2022: ECB has 42 of 257 days\")",
            ),
        ] {
            let (from, to) = (Currency::parse(from).unwrap(), Currency::parse(to).unwrap());
            let quote = book.quote(from, to, &Period::year(year).unwrap(), Method::Average).unwrap();
            let told = format!(
                "{} {} {}/{} {:?}",
                quote.rate,
                quote.source,
                quote.days,
                quote.days_published,
                quote.note()
            );
            assert_eq!(told, expected, "{from} {to} {year}");
        }
    }

    #[test]
    fn layout_names_are_their_file_names() {
        for layout in LAYOUTS {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("src/ingest/rates/{}.rs", layout.name));
            assert!(file.is_file(), "{}", layout.name);
        }
    }
}
