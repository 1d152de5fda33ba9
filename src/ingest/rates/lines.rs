//! What layouts share: the rows below a header, cells read as days, numbers and currencies, and the series
//! that is filled from them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::RateFileError;
use super::content::Row;
use crate::finding::{Code, Finding, Place, Severity, rates as codes};
use crate::measure::{
    Currency, Decimal, NumberStyle, PrintedRate, Rate, RateOrigin, RateSeries, read_number,
};
use crate::table::address;

/// A rates file cut into cells, its header found.
pub(super) struct Lines<'a> {
    /// Path below `input/`.
    pub file: &'a str,
    /// The sheet; `None` where rows are lines of text.
    pub sheet: Option<&'a str>,
    /// The rows above the header.
    pub above: &'a [Row],
    /// The header.
    pub header: &'a [String],
    /// The rows below it.
    pub rows: &'a [Row],
}

/// What one file yields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RateReading {
    /// Its rates.
    pub series: RateSeries,
    /// What a person should know about the file; subjects are still empty.
    pub findings: Vec<Finding>,
}

/// How a file writes its decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecimalMark {
    /// `7.0827`
    Point,
    /// `7,0827`, and points where a workbook wrote the file anew.
    Comma,
}

/// A cell that says that nothing was published.
pub(super) fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "N/A" | "n/a" | "NA" | "ND" | "-" | "--" | "---" | "—" | "." | ".." | "…")
}

/// Where a named column stands in a header; names are compared in lower case.
pub(super) fn column(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name))
}

impl Lines<'_> {
    /// The place of a cell; `column` counts from 0.
    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        place(self.file, self.sheet.unwrap_or_default(), RateOrigin { file: 0, row, column })
    }

    /// The error for a cell.
    pub(super) fn bad(
        &self,
        at: (u32, usize),
        what: &str,
        seen: &str,
        expected: &'static str,
    ) -> RateFileError {
        let place = self.place(at.0, u32::try_from(at.1).unwrap_or(u32::MAX));
        let place = match self.sheet {
            None => format!("{}, {}", place.file, place.cell),
            Some(_) => place.to_string(),
        };
        RateFileError::BadCell { place, what: what.to_owned(), seen: seen.to_owned(), expected }
    }

    /// A currency by its code.
    pub(super) fn currency(
        &self,
        at: (u32, usize),
        what: &str,
        seen: &str,
    ) -> Result<Currency, RateFileError> {
        Currency::parse(seen).ok_or_else(|| self.bad(at, what, seen, "currency code such as USD"))
    }

    /// A rate above zero with at most 12 places, for one unit.
    pub(super) fn rate(
        &self,
        at: (u32, usize),
        what: &str,
        seen: &str,
        (mark, nominal): (DecimalMark, u32),
    ) -> Result<Rate, RateFileError> {
        let rate = decimal(seen, mark).and_then(Rate::from_decimal).and_then(|rate| rate.per_unit(nominal));
        rate.ok_or_else(|| self.bad(at, what, seen, "exchange rate above zero"))
    }

    /// The rows of data: a row behind the first one with a single cell, and that no day, is a note.
    pub(super) fn data(&self, day_column: usize) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |(_, cells)| {
            let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
            let day = cells.get(day_column).map_or("", String::as_str);
            filled > 1 || super::dates::looks_like_a_day(day)
        })
    }
}

/// The place of a rate.
pub(super) fn place(file: &str, sheet: &str, origin: RateOrigin) -> Place {
    let cell = if sheet.is_empty() {
        format!("line {}", origin.row)
    } else {
        address(origin.row.saturating_sub(1), origin.column)
    };
    Place { file: file.to_owned(), sheet: sheet.to_owned(), cell }
}

/// A plain decimal. `1.000` in a file with decimal commas is a thousand or one: not guessed.
pub(super) fn decimal(text: &str, mark: DecimalMark) -> Option<Decimal> {
    if mark == DecimalMark::Point || !text.contains(',') {
        let places = text.split_once('.').map(|(_, fraction)| fraction.len());
        let doubtful = mark == DecimalMark::Comma && places == Some(3);
        return (!doubtful).then(|| Decimal::parse(text).ok()).flatten();
    }
    let plain = text.strip_prefix('-').unwrap_or(text).replace('.', " ");
    let read = read_number(&plain, NumberStyle { decimal: ',' }).ok()?;
    let exact = read.bound.is_none() && !read.percent && !text.starts_with('-');
    exact.then_some(read.value)
}

/// The series of a file while it is filled.
pub(super) struct Filling<'a, 'b> {
    lines: &'a Lines<'b>,
    series: RateSeries,
    repeated: Option<(Finding, u64)>,
    unknown: BTreeMap<String, (Place, u64)>,
}

impl<'a, 'b> Filling<'a, 'b> {
    /// Begins with an empty series.
    pub(super) fn of(lines: &'a Lines<'b>, mut series: RateSeries) -> Self {
        for file in &mut series.files {
            lines.sheet.unwrap_or_default().clone_into(&mut file.sheet);
        }
        Self { lines, series, repeated: None, unknown: BTreeMap::new() }
    }

    /// The series so far.
    pub(super) fn series(&mut self) -> &mut RateSeries {
        &mut self.series
    }

    /// Notes a currency that is not known; its rates are passed over.
    pub(super) fn unknown(&mut self, at: (u32, usize), name: &str) {
        let place = self.lines.place(at.0, u32::try_from(at.1).unwrap_or(u32::MAX));
        self.unknown.entry(name.to_owned()).and_modify(|known| known.1 += 1).or_insert((place, 1));
    }

    /// Adds a row of one day in which a column is a currency. `columns` says which one each column after the
    /// first is, and for how many units it is printed; nothing where the currency is not known.
    pub(super) fn put_row(
        &mut self,
        (row, cells): &Row,
        day: Date,
        columns: &[Option<(Currency, u32)>],
    ) -> Result<(), RateFileError> {
        self.series.publish(day);
        for (at, cell) in cells.iter().enumerate().skip(1).filter(|(_, cell)| !is_missing(cell)) {
            let header = self.lines.header.get(at).map_or("", String::as_str);
            match columns.get(at).copied().flatten() {
                None => self.unknown((*row, at), header),
                Some((currency, nominal)) => {
                    let rate = self.lines.rate((*row, at), header, cell, (DecimalMark::Point, nominal))?;
                    self.put((*row, at), (currency, day, rate))?;
                }
            }
        }
        Ok(())
    }

    /// Adds a rate. The same one twice is told and kept once; another one for the same day refuses the file.
    pub(super) fn put(
        &mut self,
        at: (u32, usize),
        (currency, day, rate): (Currency, Date, Rate),
    ) -> Result<(), RateFileError> {
        let column = u32::try_from(at.1).unwrap_or(u32::MAX);
        let origin = RateOrigin { file: 0, row: at.0, column };
        let Err(error) = self.series.put(currency, day, PrintedRate { rate, origin }) else { return Ok(()) };
        let place_of = |origin: RateOrigin| self.lines.place(origin.row, origin.column);
        let (first, second) = (place_of(error.first.origin), place_of(origin));
        if error.first.rate != rate {
            return Err(RateFileError::Twice {
                file: self.lines.file.to_owned(),
                currency,
                day: day.to_string(),
                first: format!("{} in {}", error.first.rate, first.cell),
                second: format!("{rate} in {}", second.cell),
            });
        }
        let seen = format!("{currency} {day}: {rate} in {} and {}", first.cell, second.cell);
        let new =
            Finding::new(&codes::RATE_TWICE, Severity::Warning, "").at(second).seen(seen, "one rate a day");
        self.repeated.get_or_insert((new, 0)).1 += 1;
        Ok(())
    }

    /// The series with what there is to say about it.
    pub(super) fn finish(self) -> RateReading {
        let mut findings: Vec<Finding> = Vec::new();
        findings.extend(self.repeated.map(|(finding, count)| finding.times(count)));
        let code: &'static Code = &codes::UNKNOWN_CURRENCY;
        findings.extend(self.unknown.into_iter().map(|(name, (place, count))| {
            Finding::new(code, Severity::Info, "").at(place).seen(name, "a currency code").times(count)
        }));
        RateReading { series: self.series, findings }
    }
}
