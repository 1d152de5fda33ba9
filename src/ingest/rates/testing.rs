//! Rates files drawn as text, for the tests of layouts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::{RateFileError, RateReading, Rated, RatesSpec, read_rates};
use crate::measure::{BelowCoverage, Currency, Method, Period, RateBook};
use crate::spec::{Mistakes, Text};

/// Reads bytes as a file named `r.csv`, by what they hold.
pub(super) fn read(bytes: &[u8]) -> Result<RateReading, RateFileError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read_rates(file.path(), "r.csv", None)
}

/// Source, base and frequency; every rate, a line a currency; the findings.
#[track_caller]
pub(super) fn check_bytes(bytes: &[u8], expected: &str) {
    let reading = read(bytes).unwrap();
    let series = &reading.series;
    let mut told = vec![format!("{} {} {:?}", series.name, series.base, series.frequency)];
    for currency in series.currencies() {
        let rates =
            series.rates_of(currency).map(|(day, printed)| format!("{currency} {day} {}", printed.rate));
        told.push(rates.collect::<Vec<_>>().join(" / "));
    }
    for found in &reading.findings {
        told.push(format!("{} at {}: {} ({})", found.code.id, found.place, found.seen, found.count));
    }
    assert_eq!(told.join("\n"), expected);
}

/// The same for text in UTF-8.
#[track_caller]
pub(super) fn check(text: &str, expected: &str) {
    check_bytes(text.as_bytes(), expected);
}

/// Why a file is refused.
#[track_caller]
pub(super) fn refused(text: &str, expected: &str) {
    assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), expected);
}

/// Crosses of one day: from, to, and `rate pair path`.
#[track_caller]
pub(super) fn crosses(text: &str, day: &str, expected: &[(&str, &str, &str)]) {
    let book = RateBook {
        name: "r".to_owned(),
        series: vec![read(text.as_bytes()).unwrap().series],
        coverage: 0.9,
        below_coverage: BelowCoverage::NextThenMark,
        max_age_days: 7,
    };
    for (from, to, wanted) in expected {
        let (from, to) = (Currency::parse(from).unwrap(), Currency::parse(to).unwrap());
        let quote = book.quote(from, to, &Period::parse(day, None).unwrap(), Method::Daily).unwrap();
        assert_eq!(format!("{} {} {}", quote.rate, quote.pair, quote.path), *wanted);
    }
}

/// A block of several files, named `0.csv`, `1.csv` …, and its findings where yuan are converted.
#[track_caller]
pub(super) fn blocked(files: &[&str]) -> (Rated, String) {
    blocked_using(files, Currency::CNY)
}

/// The same where another currency is converted.
#[track_caller]
pub(super) fn blocked_using(files: &[&str], used: Currency) -> (Rated, String) {
    let mistakes = Mistakes::default();
    let node = crate::spec::parse("files = [\"*.csv\"]", &mistakes);
    let spec = RatesSpec::read(&Text::at(0..0, "reference"), &node, &mistakes).unwrap();
    let readings = files.iter().enumerate().map(|(at, text)| {
        let mut reading = read(text.as_bytes()).unwrap();
        for file in &mut reading.series.files {
            file.name = format!("{at}.csv");
        }
        reading
    });
    let mut rated = spec.book(readings.collect());
    let contradicted = std::mem::take(&mut rated.contradicted);
    let used = BTreeSet::from([used]);
    rated.findings.extend(contradicted.into_iter().map(|found| found.finding(&used)));
    let told: Vec<String> = rated
        .findings
        .iter()
        .map(|found| {
            format!(
                "{} {} at {}: {} ({})",
                found.code.id, found.severity, found.place, found.seen, found.count
            )
        })
        .collect();
    (rated, told.join("\n"))
}

/// What became of the cells of a file, then of its rows; what is zero is not named. Figures are rates.
#[track_caller]
pub(super) fn counted(bytes: &[u8], expected: &str) {
    let reading = read(bytes).unwrap();
    assert_eq!(told(&reading), expected);
    let series = &reading.series;
    let rates: usize = series.currencies().map(|currency| series.rates_of(currency).count()).sum();
    assert_eq!(reading.cells.figures, u64::try_from(rates).unwrap());
}

/// Counts of a reading in words.
pub(super) fn told(reading: &RateReading) -> String {
    let (cells, rows) = (&reading.cells, &reading.rows);
    cells.close("cells").unwrap();
    rows.close("rows").unwrap();
    let line = |taken: u64, unit: &str, parts: &[(&str, u64)], left_out: &BTreeMap<String, u64>| {
        let parts = parts.iter().filter(|(_, count)| *count > 0);
        let left_out = left_out.iter().map(|(reason, count)| (reason.as_str(), *count));
        let told: Vec<String> =
            parts.copied().chain(left_out).map(|(word, count)| format!("{count} {word}")).collect();
        format!("{taken} {unit} = {}", told.join(" + "))
    };
    let parts = [
        ("figures", cells.figures),
        ("missing", cells.missing),
        ("labels", cells.labels),
        ("around", cells.around),
    ];
    let of_cells = line(cells.taken, "cells", &parts, &cells.left_out);
    let of_rows = line(rows.taken, "rows", &[("used", rows.used)], &rows.left_out);
    format!("{of_cells}\n{of_rows}")
}
