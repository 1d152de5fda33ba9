//! xls, xlsb and ods, which calamine reads as a whole, and what all its formats share.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, Dimensions, Ods, Range, Reader, SheetType, SheetVisible, Xls, Xlsb};
use jiff::civil::{DateTime, date};

use super::{Kind, ReadError, Workbook};
use crate::ingest::grid::{Cell, CellValue, Grid, Merge};

/// Day 0 of a workbook's dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Epoch {
    /// Windows: 1 is 1 January 1900, and 1900 has a 29 February it never had.
    Of1900,
    /// Old Macintosh: 0 is 1 January 1904.
    Of1904,
}

/// A worksheet's name and whether it is hidden.
pub(super) struct SheetName {
    pub name: String,
    pub hidden: bool,
}

/// The worksheets of a book; charts and macros are none.
pub(super) fn worksheets<RS, R>(book: &R) -> Vec<SheetName>
where
    RS: std::io::Read + std::io::Seek,
    R: Reader<RS>,
{
    let tables = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    tables
        .map(|sheet| SheetName { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        .collect()
}

/// Reads every worksheet of an old or open workbook.
pub(super) fn read(path: &Path, kind: Kind) -> Result<Workbook, ReadError> {
    let file = BufReader::new(File::open(path)?);
    let damaged = |reason: String| ReadError::Damaged { reason };
    let sheets = match kind {
        Kind::Xls => {
            let mut book: Xls<_> = Xls::new(file).map_err(|error| match error {
                calamine::XlsError::Password => ReadError::Password,
                other => damaged(other.to_string()),
            })?;
            let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
            let mut grids = Vec::new();
            for sheet in worksheets(&book) {
                let range = book.worksheet_range(&sheet.name).map_err(|error| damaged(error.to_string()))?;
                let found = book
                    .merge_cells_by_sheet_name(&sheet.name)
                    .map_err(|error| damaged(error.to_string()))?;
                grids.push(Grid::new(sheet.name, sheet.hidden, cells(&range, epoch), merges(&found)));
            }
            grids
        }
        Kind::Xlsb => {
            let book: Xlsb<_> = Xlsb::new(file).map_err(|error| match error {
                calamine::XlsbError::Password => ReadError::Password,
                other => damaged(other.to_string()),
            })?;
            ranges(book).map_err(damaged)?
        }
        _ => {
            let book: Ods<_> = Ods::new(file).map_err(|error| match error {
                calamine::OdsError::Password => ReadError::Password,
                other => damaged(other.to_string()),
            })?;
            ranges(book).map_err(damaged)?
        }
    };
    Ok(Workbook { format: kind.name().to_owned(), sheets, findings: Vec::new() })
}

fn ranges<RS, R>(mut book: R) -> Result<Vec<Grid>, String>
where
    RS: std::io::Read + std::io::Seek,
    R: Reader<RS>,
    R::Error: std::fmt::Display,
{
    let mut grids = Vec::new();
    for sheet in worksheets(&book) {
        let range = book.worksheet_range(&sheet.name).map_err(|error| error.to_string())?;
        grids.push(Grid::new(sheet.name, sheet.hidden, cells(&range, Epoch::Of1900), Vec::new()));
    }
    Ok(grids)
}

/// The cells of a range at their absolute addresses.
fn cells(range: &Range<Data>, epoch: Epoch) -> Vec<Cell> {
    let Some((first_row, first_col)) = range.start() else { return Vec::new() };
    let at = |first: u32, offset: usize| first.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    range
        .used_cells()
        .filter_map(|(row, col, value)| {
            let value = match value {
                Data::Empty => return None,
                Data::String(text) if text.is_empty() => return None,
                Data::String(text) => CellValue::Text(text.as_str().into()),
                Data::Int(number) => whole(*number),
                Data::Float(number) => CellValue::Number(*number),
                Data::Bool(flag) => CellValue::Boolean(*flag),
                Data::DateTime(serial) => moment(serial.as_f64(), epoch),
                Data::DateTimeIso(text) | Data::DurationIso(text) => iso(text),
                Data::Error(kind) => CellValue::Error(kind.to_string().into()),
            };
            Some(Cell::plain(at(first_row, row), at(first_col, col), value))
        })
        .collect()
}

/// Merges as calamine gives them.
pub(super) fn merges(found: &[Dimensions]) -> Vec<Merge> {
    found
        .iter()
        .map(|area| Merge {
            first_row: area.start.0,
            first_col: area.start.1,
            last_row: area.end.0,
            last_col: area.end.1,
        })
        .collect()
}

/// A whole number; beyond 2⁵³ it cannot have come from a cell unchanged, so it stays text.
pub(super) fn whole(number: i64) -> CellValue {
    match i32::try_from(number) {
        Ok(small) => CellValue::Number(f64::from(small)),
        Err(_) => CellValue::Text(number.to_string().into()),
    }
}

/// A date from its serial number; one that no calendar has stays a number.
pub(super) fn moment(serial: f64, epoch: Epoch) -> CellValue {
    date_of_serial(serial, epoch).map_or(CellValue::Number(serial), CellValue::DateTime)
}

fn date_of_serial(serial: f64, epoch: Epoch) -> Option<DateTime> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let milliseconds = (serial * 86_400_000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "below 2.6e14 by the check above")]
    let milliseconds = milliseconds as i64;
    let start = match epoch {
        Epoch::Of1904 => date(1904, 1, 1),
        // Serials up to 60 count from 31 December 1899; 60 itself is the day that never was.
        Epoch::Of1900 if serial < 60.0 => date(1899, 12, 31),
        Epoch::Of1900 => date(1899, 12, 30),
    };
    start.at(0, 0, 0, 0).checked_add(jiff::Span::new().try_milliseconds(milliseconds).ok()?).ok()
}

/// A date as OpenDocument writes it; what is none stays text.
pub(super) fn iso(text: &str) -> CellValue {
    let day = || text.parse::<jiff::civil::Date>().ok().map(|day| day.at(0, 0, 0, 0));
    let moment = text.parse::<DateTime>().ok().or_else(day);
    moment.map_or_else(|| CellValue::Text(text.into()), CellValue::DateTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(serial: f64, epoch: Epoch, expected: &str) {
        assert_eq!(Cell::plain(0, 0, moment(serial, epoch)).printed(), expected);
    }

    #[test]
    fn serials_are_dates_of_their_epoch() {
        check(1.0, Epoch::Of1900, "1900-01-01");
        check(59.0, Epoch::Of1900, "1900-02-28");
        check(61.0, Epoch::Of1900, "1900-03-01");
        check(44197.0, Epoch::Of1900, "2021-01-01");
        check(42735.0, Epoch::Of1904, "2021-01-01");
        check(44197.5, Epoch::Of1900, "2021-01-01 12:00:00");
        check(-1.0, Epoch::Of1900, "-1");
    }
}
