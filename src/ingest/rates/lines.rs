//! What layouts share: the rows below a header, cells read as days, numbers and currencies, and the series
//! that is filled from them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::RateFileError;
use super::claims::{At, Claims};
use super::content::{CutSheet, Row};
use super::dates::{self, Days};
use crate::finding::{CellCount, Code, Finding, Place, RowCount, Severity, SourceAccount, rates as codes};
use crate::ingest::cell_map::{CellRole, Reason};
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
    pub header: Line<'a>,
    below: &'a [Row],
    claims: &'a Claims<'a>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its place among the rows of the sheet.
    row: usize,
    /// Its line in a text, its row in a sheet; counted from 1.
    pub number: u32,
    /// Its cells.
    pub cells: &'a [String],
}

impl<'a> Line<'a> {
    /// Where a cell of it stands.
    pub(super) fn at(self, column: usize) -> At {
        At { row: self.row, number: self.number, column }
    }

    /// What a cell of it says, which does not claim it as [`Lines::label`] and [`Filling::put`] do.
    pub(super) fn cell(self, column: usize) -> &'a str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// What one file yields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RateReading {
    /// Its rates.
    pub series: RateSeries,
    /// What a person should know about the file; subjects are still empty.
    pub findings: Vec<Finding>,
    /// What became of its rows below the header.
    pub rows: RowCount,
    /// What became of its cells; those of the sheets that are not read count as left out.
    pub cells: CellCount,
}

impl RateReading {
    /// The account of its file for the block that reads it; size and hash are still empty.
    pub fn account(&self, block: &str) -> SourceAccount {
        let file = self.series.files.first();
        SourceAccount {
            file: file.map_or_else(String::new, |file| file.name.clone()),
            source: block.to_owned(),
            format: format!("rates, {}", self.series.name),
            sheets: file.map(|file| file.sheet.clone()).into_iter().collect(),
            rows: self.rows.clone(),
            cells: self.cells.clone(),
            figures: self.cells.figures,
            missing: self.cells.missing,
            ..SourceAccount::default()
        }
    }
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

impl<'a> Lines<'a> {
    /// The lines of a sheet whose header is the row at that place.
    pub(super) fn of(file: &'a str, sheet: &'a CutSheet, header: usize, claims: &'a Claims<'a>) -> Self {
        let (above, rest) = sheet.rows.split_at_checked(header).unwrap_or_default();
        let (first, below) = rest.split_first().map_or((None, rest), |(first, below)| (Some(first), below));
        let (number, cells) = first.map_or((0, [].as_slice()), |(number, cells)| (*number, cells.as_slice()));
        let header = Line { row: header, number, cells };
        Self { file, sheet: sheet.sheet.as_deref(), above, header, below, claims }
    }

    /// The rows below the header.
    pub(super) fn rows(&self) -> impl Iterator<Item = Line<'a>> + Clone + use<'a> {
        let first = self.header.row + 1;
        let below = self.below.iter().enumerate();
        below.map(move |(at, (number, cells))| Line { row: first + at, number: *number, cells })
    }

    /// The rows of data: a row behind the first one with a single cell, and that no day, is a note.
    pub(super) fn data(&self, day_column: usize) -> impl Iterator<Item = Line<'a>> {
        self.rows().filter(move |line| {
            let filled = line.cells.iter().filter(|cell| !cell.is_empty()).count();
            let is_data = filled > 1 || dates::looks_like_a_day(line.cell(day_column));
            if !is_data {
                self.note(*line);
            }
            is_data
        })
    }

    /// The text of a cell that identifies a rate or goes with it.
    pub(super) fn label(&self, line: Line<'a>, column: usize) -> &'a str {
        self.claims.claim(line.at(column), CellRole::Label);
        line.cell(column)
    }

    /// A row that does not belong to the data.
    pub(super) fn note(&self, line: Line<'_>) {
        self.claims.claim_row(line.row, CellRole::Note);
    }

    /// A header that stands once more among the rows.
    pub(super) fn header_again(&self, line: Line<'_>) {
        self.claims.claim_row(line.row, CellRole::Header(1));
    }

    /// A row that is not used.
    pub(super) fn leave_out(&self, line: Line<'_>, reason: Reason) {
        self.claims.claim_row(line.row, CellRole::LeftOut(reason));
    }

    /// A cell that is not used.
    pub(super) fn leave_out_cell(&self, at: At, reason: Reason) {
        self.claims.claim(at, CellRole::LeftOut(reason));
    }

    /// A cell that says that there is no rate.
    pub(super) fn missing(&self, at: At) {
        self.claims.claim(at, CellRole::Missing);
    }

    /// A row, of one rate, that has none: its cell says so, or is empty.
    pub(super) fn without_rate(&self, line: Line<'_>, column: usize) {
        if line.cell(column).is_empty() {
            self.leave_out(line, Reason::NoFigure);
        } else {
            self.missing(line.at(column));
        }
    }

    /// Leaves out the cells of all columns but those that the layout reads, whose cells it has to claim.
    pub(super) fn leave_out_all_but(&self, columns: &[usize]) {
        for line in self.rows() {
            for column in (0..line.cells.len()).filter(|column| !columns.contains(column)) {
                let headed = !self.header.cell(column).is_empty();
                let reason = if headed { Reason::UnreadColumn } else { Reason::Outside };
                self.leave_out_cell(line.at(column), reason);
            }
        }
    }

    /// The place of a cell; `column` counts from 0.
    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        place(self.file, self.sheet.unwrap_or_default(), RateOrigin { file: 0, row, column })
    }

    /// The error for a cell.
    pub(super) fn bad(&self, at: At, what: &str, seen: &str, expected: &'static str) -> RateFileError {
        let place = self.told(at.number, at.column);
        RateFileError::BadCell { place, what: what.to_owned(), seen: seen.to_owned(), expected }
    }

    /// The place of a cell in words.
    pub(super) fn told(&self, number: u32, column: usize) -> String {
        let place = self.place(number, u32::try_from(column).unwrap_or(u32::MAX));
        match self.sheet {
            None => format!("{}, {}", place.file, place.cell),
            Some(_) => place.to_string(),
        }
    }

    /// A currency by its code.
    pub(super) fn currency(&self, at: At, what: &str, seen: &str) -> Result<Currency, RateFileError> {
        Currency::parse(seen).ok_or_else(|| self.bad(at, what, seen, "currency code such as USD"))
    }

    /// A rate above zero with at most 12 places, for one unit.
    pub(super) fn rate(
        &self,
        at: At,
        what: &str,
        seen: &str,
        (mark, nominal): (DecimalMark, u32),
    ) -> Result<Rate, RateFileError> {
        let rate = decimal(seen, mark).and_then(Rate::from_decimal).and_then(|rate| rate.per_unit(nominal));
        rate.ok_or_else(|| self.bad(at, what, seen, "exchange rate above zero"))
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

/// What the columns of a file hold in which a column is a currency.
pub(super) struct Columns {
    /// The column of the day, the first that is not empty.
    pub day: usize,
    /// The currency of every column, and for how many units it is printed; nothing where it is not known.
    pub currencies: Vec<Option<(Currency, u32)>>,
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
    pub(super) fn unknown(&mut self, at: At, name: &str) {
        let place = self.lines.place(at.number, u32::try_from(at.column).unwrap_or(u32::MAX));
        self.unknown.entry(name.to_owned()).and_modify(|known| known.1 += 1).or_insert((place, 1));
    }

    /// Notes a row whose currency is not known, which is left out.
    pub(super) fn unknown_row(&mut self, line: Line<'_>, column: usize, name: &str) {
        self.unknown(line.at(column), name);
        self.lines.leave_out(line, Reason::UnknownCurrency);
    }

    /// Adds a row of one day in which a column is a currency.
    pub(super) fn put_row(
        &mut self,
        line: Line<'a>,
        days: Days,
        columns: &Columns,
    ) -> Result<(), RateFileError> {
        let written = self.lines.label(line, columns.day);
        let day = days.read(self.lines, line.at(columns.day), written)?;
        self.series.publish(day);
        let cells = line.cells.iter().enumerate().skip(columns.day + 1);
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            let header = self.lines.header.cell(column);
            let at = line.at(column);
            match columns.currencies.get(column).copied().flatten() {
                None => {
                    let headed = !header.is_empty();
                    let reason = if headed { Reason::UnknownCurrency } else { Reason::Outside };
                    self.lines.leave_out_cell(at, reason);
                    if !is_missing(cell) {
                        self.unknown(at, header);
                    }
                }
                Some(_) if is_missing(cell) => self.lines.missing(at),
                Some((currency, nominal)) => {
                    let rate = self.lines.rate(at, header, cell, (DecimalMark::Point, nominal))?;
                    self.put(at, (currency, day, rate))?;
                }
            }
        }
        Ok(())
    }

    /// Adds a rate. The same one twice is told and kept once; another one for the same day refuses the file.
    pub(super) fn put(
        &mut self,
        at: At,
        (currency, day, rate): (Currency, Date, Rate),
    ) -> Result<(), RateFileError> {
        let column = u32::try_from(at.column).unwrap_or(u32::MAX);
        let origin = RateOrigin { file: 0, row: at.number, column };
        let Err(error) = self.series.put(currency, day, PrintedRate { rate, origin }) else {
            self.lines.claims.claim(at, CellRole::Figure);
            return Ok(());
        };
        self.lines.leave_out_cell(at, Reason::RateTwice);
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
        // What became of its rows and cells is counted when all of them are claimed.
        let (rows, cells) = (RowCount::default(), CellCount::default());
        RateReading { series: self.series, findings, rows, cells }
    }
}
