//! What stands around a table: title, sheet and file name, cells above; the period and the unit found
//! there. Everything that is found must agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Finding, Place, Severity, source as codes};
use crate::measure::{Frequency, Period, UnitNames, YearAndMonth, find_periods, read_months, read_period};
use crate::table::address;

use super::field_reader::{FieldReader, Ready, ready_period};
use super::grid::{Cell, Grid};
use super::layout::{Block, is_text};
use super::locator::{Locator, taken};
use super::spec_columns::Field;

/// A text found around a table.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// `title`, `sheet`, `file` or `cell`.
    pub(super) word: &'static str,
    pub(super) text: String,
    pub(super) place: Place,
}

/// One table and all that stands around it.
pub(super) struct Around<'a> {
    pub(super) source: &'a str,
    pub(super) file: &'a str,
    pub(super) names: &'a UnitNames,
    pub(super) grid: &'a Grid,
    pub(super) blocks: &'a [Block],
    pub(super) at: usize,
}

impl Around<'_> {
    /// The table itself.
    pub(super) fn block(&self) -> Option<&Block> {
        self.blocks.get(self.at)
    }

    /// A place in this sheet.
    pub(super) fn place(&self, row: u32, col: u32) -> Place {
        Place { file: self.file.to_owned(), sheet: self.grid.sheet.clone(), cell: address(row, col) }
    }

    /// Where the table stands, for what concerns all of it.
    pub(super) fn table_place(&self) -> Place {
        let first = self.block().and_then(|block| Some((block.header.start, block.columns.first()?.col)));
        first.map_or_else(|| self.sheet_place(), |(row, col)| self.place(row, col))
    }

    fn sheet_place(&self) -> Place {
        Place { file: self.file.to_owned(), sheet: self.grid.sheet.clone(), cell: String::new() }
    }

    /// The texts a locator finds; the nearest to the table where a cell is sought.
    pub(super) fn texts(&self, locator: &Locator, name: &str) -> Vec<Found> {
        self.texts_above(self.at, locator, name)
    }

    /// The same, with the lines above another table of the sheet.
    pub(super) fn texts_above(&self, at: usize, locator: &Locator, name: &str) -> Vec<Found> {
        let take = |pattern: &Option<crate::text::Pattern>, text: &str| match pattern {
            None => Some(text.to_owned()),
            Some(pattern) => taken(pattern, name, text),
        };
        match locator {
            Locator::Title(pattern) => self
                .cells_above(at)
                .filter_map(|cell| Some(self.found("title", &cell, take(pattern, &cell.printed())?)))
                .collect(),
            Locator::Sheet(pattern) => take(pattern, &self.grid.sheet)
                .map(|text| Found { word: "sheet", text, place: self.sheet_place() })
                .into_iter()
                .collect(),
            Locator::File(pattern) => take(pattern, file_stem(self.file))
                .map(|text| Found { word: "file", text, place: Place::file(self.file) })
                .into_iter()
                .collect(),
            Locator::Cell(pattern) => self.nearest_cells(at, |text| taken(pattern, name, text)),
            _ => Vec::new(),
        }
    }

    fn found(&self, word: &'static str, cell: &Cell<'_>, text: String) -> Found {
        Found { word, text, place: self.place(cell.row, cell.col) }
    }

    /// The text cells above the header of a table, from the top.
    fn cells_above(&self, at: usize) -> impl Iterator<Item = Cell<'_>> {
        let block = self.blocks.get(at);
        let rows = block.map_or(0..0, |block| block.above.clone());
        let cols = block.map_or(0..0, |block| block.cols.clone());
        self.grid
            .rows()
            .skip_while({
                let start = rows.start;
                move |(row, _)| *row < start
            })
            .take_while(move |(row, _)| *row < rows.end)
            .flat_map(|(_, cells)| cells.iter())
            .filter(move |cell| is_text(cell) && cols.contains(&cell.col))
    }

    /// Matching cells of the nearest row above a table.
    fn nearest_cells(&self, at: usize, take: impl Fn(&str) -> Option<String>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut row = None;
        for cell in self.cells_above(at).collect::<Vec<_>>().into_iter().rev() {
            if row.is_some_and(|row| row != cell.row) {
                break;
            }
            if let Some(text) = take(&cell.printed()) {
                row = Some(cell.row);
                found.push(self.found("cell", &cell, text));
            }
        }
        found
    }

    /// The value of a dimension or attribute that stands around the table.
    pub(super) fn value(&self, field: &Field, reader: &mut FieldReader<'_>) -> Result<Ready, Box<Finding>> {
        if field.is_period() {
            return self.period(field).map(ready_period);
        }
        for at in (0..=self.at).rev() {
            if let Some(ready) = self.value_above(at, field, reader)? {
                return Ok(ready);
            }
        }
        match &field.default {
            Some(_) => reader.cell(None).map_err(|_bad| self.missing(field)),
            None => Err(self.missing(field)),
        }
    }

    fn value_above(
        &self,
        at: usize,
        field: &Field,
        reader: &mut FieldReader<'_>,
    ) -> Result<Option<Ready>, Box<Finding>> {
        let mut agreed: Option<(Found, Ready)> = None;
        for locator in &field.from {
            for found in self.texts_above(at, locator, &field.name) {
                // A text that `match` does not fit says nothing of the field.
                let Some(part) = field.part(&found.text) else { continue };
                let ready = reader.typed(&Arc::from(part.as_str())).map_err(|bad| {
                    Box::new(
                        Finding::new(bad.code, Severity::Error, self.source)
                            .at(found.place.clone())
                            .seen(bad.seen, bad.expected),
                    )
                })?;
                match &agreed {
                    Some((first, known)) if known.value != ready.value => {
                        return Err(self.disagree(&codes::TEXT_UNCERTAIN, first, &found));
                    }
                    Some(_) => {}
                    None => agreed = Some((found, ready)),
                }
            }
        }
        Ok(agreed.map(|(_, ready)| ready))
    }

    fn missing(&self, field: &Field) -> Box<Finding> {
        let code = if field.is_period() { &codes::PERIOD_UNCERTAIN } else { &codes::TEXT_UNCERTAIN };
        let expected = format!("{} in {}", field.name, words(&field.from));
        Box::new(Finding::new(code, Severity::Error, self.source).at(self.table_place()).seen("", expected))
    }

    pub(super) fn disagree(&self, code: &'static crate::finding::Code, a: &Found, b: &Found) -> Box<Finding> {
        let seen = format!("{}: {}; {}: {}", a.word, a.text.trim(), b.word, b.text.trim());
        Box::new(
            Finding::new(code, Severity::Error, self.source)
                .at(b.place.clone())
                .seen(seen, "one and the same"),
        )
    }

    /// The period all places agree on; a sheet called 1-9月 agrees in its months.
    /// A table without a title of its own has that of the table before.
    pub(super) fn period(&self, field: &Field) -> Result<Period, Box<Finding>> {
        for at in (0..=self.at).rev() {
            if let Some(period) = self.period_above(at, field)? {
                return Ok(period);
            }
        }
        Err(self.missing(field))
    }

    /// The year of a period that names only months, on which all places agree, with the month in which the
    /// table ends where they agree on that too.
    pub(super) fn year(&self, field: &Field) -> Result<Option<YearAndMonth>, Box<Finding>> {
        if field.year.is_empty() {
            return Ok(None);
        }
        for at in (0..=self.at).rev() {
            let mut agreed: Option<(Found, i16)> = None;
            let mut months = BTreeSet::new();
            for found in field.year.iter().flat_map(|place| self.texts_above(at, place, "year")) {
                for period in read_period(&found.text).into_iter().chain(find_periods(&found.text)) {
                    let YearAndMonth { year, month } = YearAndMonth::of(&period);
                    months.extend(month);
                    match &agreed {
                        Some((first, known)) if *known != year => {
                            return Err(self.disagree(&codes::PERIOD_UNCERTAIN, first, &found));
                        }
                        _ => agreed = Some((found.clone(), year)),
                    }
                }
            }
            if let Some((_, year)) = agreed {
                let month = months.first().copied().filter(|_| months.len() == 1);
                return Ok(Some(YearAndMonth { year, month }));
            }
        }
        let expected = format!("the year of {} in {}", field.name, words(&field.year));
        let finding = Finding::new(&codes::PERIOD_UNCERTAIN, Severity::Error, self.source);
        Err(Box::new(finding.at(self.table_place()).seen("", expected)))
    }

    fn period_above(&self, at: usize, field: &Field) -> Result<Option<Period>, Box<Finding>> {
        let mut agreed: Option<(Found, Period)> = None;
        let (mut without_year, mut years) = (Vec::new(), Vec::new());
        for locator in &field.from {
            for found in self.texts_above(at, locator, &field.name) {
                let Some(part) = field.part(&found.text) else { continue };
                let mut periods = find_periods(&part);
                if periods.is_empty() {
                    periods.extend(read_period(&part).ok());
                }
                if periods.is_empty() {
                    without_year.push(Found { text: part, ..found });
                    continue;
                }
                for period in periods {
                    // A file named after a year may hold tables of its months.
                    if matches!(locator, Locator::File(_)) && period.frequency == Frequency::Year {
                        years.push((found.clone(), period));
                        continue;
                    }
                    match &agreed {
                        Some((first, known)) if *known != period => {
                            return Err(self.disagree(&codes::PERIOD_UNCERTAIN, first, &found));
                        }
                        Some(_) => {}
                        None => agreed = Some((found.clone(), period)),
                    }
                }
            }
        }
        let Some((first, period)) = agreed.or_else(|| years.first().cloned()) else { return Ok(None) };
        for (found, year) in years {
            if !(year.contains(period.start) && year.contains(period.end)) {
                return Err(self.disagree(&codes::PERIOD_UNCERTAIN, &first, &found));
            }
        }
        for found in without_year {
            let months = read_months(&found.text, period.start.year());
            if months.is_some_and(|months| months != period) {
                return Err(self.disagree(&codes::PERIOD_UNCERTAIN, &first, &found));
            }
        }
        Ok(Some(period))
    }
}

/// The parts of a text in round brackets, narrow or wide.
pub(super) fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    text.split(['(', '（']).skip(1).filter_map(|part| part.split([')', '）']).next()).map(str::trim)
}

/// A file's name without folders and extension.
fn file_stem(shown: &str) -> &str {
    let name = shown.rsplit('/').next().unwrap_or(shown);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The places of a list of locators, for messages.
pub(super) fn words(locators: &[Locator]) -> String {
    let words = locators.iter().map(|locator| match locator {
        Locator::Title(_) => "the title".to_owned(),
        Locator::Sheet(_) => "the sheet name".to_owned(),
        Locator::File(_) => "the file name".to_owned(),
        Locator::Cell(pattern) => format!("a cell like {}", pattern.written()),
        Locator::OwnHeader => "the header".to_owned(),
        Locator::Column(pattern) => format!("the column {}", pattern.written()),
        Locator::Level(level) => format!("level {level} of the header"),
        Locator::Label => "the row label".to_owned(),
        Locator::Standing(standing) => format!("the {} of the row", standing.word()),
        Locator::Row(pattern) => format!("a row like {}", pattern.written()),
        Locator::Const(value) => format!("the pipeline file ({value})"),
    });
    words.collect::<Vec<_>>().join(", ")
}
