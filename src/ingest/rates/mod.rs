//! Files of exchange rates: one file here a layout, recognised by its header. What a single file can tell is
//! judged while it is read; what only the whole block can (jumps, contradictions of sources) in `quality`.

mod annual;
mod cbr;
mod cbr_daily;
mod cfets;
mod claims;
mod compared;
mod content;
mod dates;
mod ecb;
mod fed;
mod imf_annual;
mod imf_representative;
mod lines;
mod plain;
mod quality;
mod safe;
mod sdmx;
mod spec;
#[cfg(test)]
mod testing;
mod valutes;

use std::borrow::Cow;
use std::path::Path;

use thiserror::Error;

use super::SheetPicture;
use crate::finding::{CellCount, CountsDoNotClose, Finding, Place, Severity, source as codes};
use crate::measure::Currency;

use claims::Claims;
use content::{Content, CutSheet};
use lines::Lines;

pub use lines::RateReading;
pub use quality::Contradicted;
pub use spec::{Rated, RatesSpec};

/// Every layout that is known.
const LAYOUTS: &[Layout] = &[
    ecb::LAYOUT,
    annual::LAYOUT,
    plain::LAYOUT,
    cbr::LAYOUT,
    cbr_daily::LAYOUT,
    safe::LAYOUT,
    cfets::LAYOUT,
    imf_representative::LAYOUT,
    imf_annual::LAYOUT,
    fed::LAYOUT,
    sdmx::LAYOUT,
];

/// How many rows may stand above a header.
const ROWS_ABOVE: usize = 30;

/// A layout of a rates file.
struct Layout {
    /// Its name in messages and in `layout = "…"`.
    name: &'static str,
    /// What its header looks like.
    header: &'static str,
    /// Encodings in which it comes as text, the first that fits first; none where it is no text.
    encodings: &'static [&'static str],
    /// Whether a row is the header of this layout.
    fits: fn(&[String]) -> bool,
    /// Reads the rows below the header.
    read: fn(&Lines<'_>) -> Result<RateReading, RateFileError>,
}

/// Why a rates file cannot be used. A file with one impossible rate is not used at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RateFileError {
    /// It cannot be opened or cut into cells.
    #[error("{file} cannot be read: {reason}")]
    Damaged {
        /// The file.
        file: String,
        /// What was said.
        reason: String,
    },
    /// No layout fits.
    #[error("{file} is no rates file that is known: it begins with `{start}`; known are: {known}")]
    UnknownLayout {
        /// The file.
        file: String,
        /// The first row.
        start: String,
        /// What headers look like.
        known: String,
    },
    /// A cell that should be a rate, a day or a currency.
    #[error("{place}, {what}: `{seen}` is no {expected}")]
    BadCell {
        /// File and line or cell.
        place: String,
        /// Currency or column.
        what: String,
        /// What stands there.
        seen: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// Two different rates of one currency for one day.
    #[error("{file}: {currency} has two rates for {day}: {first} and {second}")]
    Twice {
        /// The file.
        file: String,
        /// The currency.
        currency: Currency,
        /// The day.
        day: String,
        /// The one, and where it stands.
        first: String,
        /// The other.
        second: String,
    },
    /// A header and nothing below it.
    #[error("{file} has a header but no rates")]
    Empty {
        /// The file.
        file: String,
    },
    /// A cell of which the layout made nothing: a defect of the program.
    #[error(
        "{place}: nothing was made of `{seen}`, the first of {count} such cells; this is a defect of Amur"
    )]
    Unclaimed {
        /// File, and line and column or cell, of the first one.
        place: String,
        /// What stands there.
        seen: String,
        /// How many cells there are.
        count: usize,
    },
    /// A cell was counted twice: a defect of the program.
    #[error(transparent)]
    Cells(#[from] CountsDoNotClose),
}

/// Reads the rates file at `path`, which is shown as `file`, by what it holds, or by the layout of that name.
pub fn read_rates(path: &Path, file: &str, layout: Option<&str>) -> Result<RateReading, RateFileError> {
    let found = find(content::content(path, file)?, file, layout)?;
    let claims = Claims::below(&found.sheet, found.header);
    found.read(file, &claims)
}

/// Reads the same file and gives what was read with the picture of its sheets.
pub fn picture(
    path: &Path,
    file: &str,
    layout: Option<&str>,
) -> Result<(RateReading, Vec<SheetPicture>), RateFileError> {
    let found = find(content::content(path, file)?, file, layout)?;
    let claims = Claims::below(&found.sheet, found.header);
    let reading = found.read(file, &claims)?;
    let unread = found.others.iter().map(|sheet| Claims::unread(sheet).picture());
    Ok((reading, std::iter::once(claims.picture()).chain(unread).collect()))
}

/// A file whose layout is known.
struct Found {
    layout: &'static Layout,
    /// The sheet with its header.
    sheet: CutSheet,
    /// The place of the header among the rows of the sheet.
    header: usize,
    /// The other sheets of a workbook.
    others: Vec<CutSheet>,
    /// What is odd about the workbook.
    findings: Vec<Finding>,
}

/// Looks for the header of a layout.
fn find(content: Content, file: &str, layout: Option<&str>) -> Result<Found, RateFileError> {
    let mut start = String::new();
    for layout in LAYOUTS.iter().filter(|known| layout.is_none_or(|name| name == known.name)) {
        let sheets = match &content {
            Content::Sheets(sheets, _) => Cow::Borrowed(sheets),
            Content::Text(bytes) => Cow::Owned(texts(bytes, layout)),
        };
        if start.is_empty() {
            let first = sheets.iter().find_map(|sheet| sheet.rows.first());
            start = first.map_or_else(String::new, |(_, cells)| cells.join(",").chars().take(80).collect());
        }
        let header = |(at, sheet): (usize, &CutSheet)| Some((at, header(sheet, layout)?));
        let Some((at, header)) = sheets.iter().enumerate().find_map(header) else { continue };
        let mut others = sheets.into_owned();
        let sheet = others.remove(at);
        let findings = match content {
            Content::Sheets(_, findings) => findings,
            Content::Text(_) => {
                // The same text, cut in other ways.
                others.clear();
                Vec::new()
            }
        };
        return Ok(Found { layout, sheet, header, others, findings });
    }
    let known = LAYOUTS.iter().map(|layout| format!("{} ({})", layout.name, layout.header));
    Err(RateFileError::UnknownLayout {
        file: file.to_owned(),
        start,
        known: known.collect::<Vec<_>>().join(", "),
    })
}

/// The place of a layout's header among the rows of a sheet.
fn header(sheet: &CutSheet, layout: &Layout) -> Option<usize> {
    sheet.rows.iter().take(ROWS_ABOVE).position(|(_, cells)| (layout.fits)(cells))
}

/// A text in every encoding and with every delimiter in which the layout may come; the layout's header
/// decides which is right.
fn texts(bytes: &[u8], layout: &Layout) -> Vec<CutSheet> {
    let decoded = layout.encodings.iter().filter_map(|label| content::decode(bytes, label));
    let mut sheets = Vec::new();
    for text in decoded {
        sheets.extend(
            [b',', b';', b'\t'].into_iter().filter_map(|delimiter| content::cut(&text, delimiter).ok()),
        );
    }
    sheets
}

impl Found {
    /// Reads the rates and demands that every cell is accounted for.
    fn read<'a>(&'a self, file: &'a str, claims: &'a Claims<'a>) -> Result<RateReading, RateFileError> {
        let lines = Lines::of(file, &self.sheet, self.header, claims);
        let mut reading = (self.layout.read)(&lines)?;
        if reading.series.currencies().next().is_none() {
            return Err(RateFileError::Empty { file: file.to_owned() });
        }
        if let Some(left) = claims.unclaimed() {
            let mut place = lines.told(left.number, left.column);
            if lines.sheet.is_none() {
                place = format!("{place}, column {}", left.column + 1);
            }
            return Err(RateFileError::Unclaimed { place, seen: left.text.to_owned(), count: left.count });
        }
        let mut cells = CellCount::default();
        claims.count_into(&mut cells);
        self.others.iter().for_each(|sheet| Claims::unread(sheet).count_into(&mut cells));
        cells.close(file)?;
        reading.findings.extend(self.findings.iter().cloned());
        reading.findings.extend(self.others.iter().filter_map(|sheet| unread(file, sheet)));
        (reading.rows, reading.cells) = (claims.rows(), cells);
        Ok(reading)
    }
}

/// A sheet that is not read: a warning where it holds rates too; nothing where it is empty.
fn unread(file: &str, sheet: &CutSheet) -> Option<Finding> {
    let alike = LAYOUTS.iter().any(|layout| header(sheet, layout).is_some());
    let (severity, seen, expected) = if alike {
        (Severity::Warning, "rates, behind a sheet that has some", "one sheet of rates a file")
    } else {
        (Severity::Info, "no header of rates", "")
    };
    let place =
        Place { file: file.to_owned(), sheet: sheet.sheet.clone().unwrap_or_default(), cell: String::new() };
    let filled = !sheet.rows.is_empty() || sheet.blanks > 0;
    filled.then(|| Finding::new(&codes::SHEET_UNREAD, severity, "").at(place).seen(seen, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{BelowCoverage, Method, Period, RateBook};
    use crate::spec::golden;

    #[test]
    fn a_file_of_no_layout_says_what_it_begins_with() {
        let error = testing::read(b"a,b\n1,2\n").unwrap_err().to_string();
        assert!(
            error.starts_with("r.csv is no rates file that is known: it begins with `a,b`; known are: ecb ("),
            "{error}"
        );
        assert!(testing::read(b"\xff\xfe\x00").is_err());
        assert!(testing::read(b"").is_err());
    }

    /// The rouble of the samples of the Bank of Russia by hand from their first lines, where they are at hand.
    #[test]
    fn real_files_are_read_where_they_are_at_hand() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real-samples");
        // The number of rates, and that of cells by Python's csv.
        let samples = [
            ("cbr/BGN_F01_02_2005_T05_03_2022.csv", "BGN", "2022-03-05", "59.5891", (3064, 12_260)),
            ("cbr/USD_F01_02_2002_T01_02_2022.csv", "USD", "2022-02-01", "77.4702", (4956, 14_871)),
            ("fred/annual.csv", "AUD", "1971-01-01", "0.8803", (55, 2982)),
        ];
        for (name, code, day, expected, (count, cells)) in samples {
            let path = root.join(name);
            if !path.exists() {
                eprintln!("skipped: {} is not at hand", path.display());
                continue;
            }
            let reading = read_rates(&path, name, None).unwrap();
            assert_eq!(reading.cells.taken, cells, "{name}");
            let series = reading.series;
            let currency = Currency::parse(code).unwrap();
            let printed = series.printed(currency, day.parse().unwrap()).unwrap();
            assert_eq!(
                (printed.rate.to_string().as_str(), series.rates_of(currency).count()),
                (expected, count),
                "{name}"
            );
        }
    }

    fn shipped() -> RateBook {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/rates");
        let series = ["eurofxref-hist.csv", "imf_annual_2022_2024.csv"]
            .map(|name| read_rates(&root.join(name), name, None).unwrap().series);
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
    fn every_layout_has_a_golden_case() {
        let cases = golden::pipelines();
        let blocks = cases.iter().filter_map(|case| golden::value(case, "rates")).flat_map(golden::entries);
        let used = blocks.filter_map(|block| golden::text(&block.value, "layout").map(str::to_owned));
        golden::all_used(&used.collect(), LAYOUTS.iter().map(|layout| layout.name));
    }

    #[test]
    fn layout_names_are_their_file_names() {
        for layout in LAYOUTS {
            let file =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/ingest/rates/{}.rs", layout.name));
            assert!(file.is_file(), "{}", layout.name);
        }
    }
}
