//! xlsb, which calamine streams. Its merges, hidden rows and number formats are not to be had from there.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb, XlsbError};

use super::package::damaged;
use super::serial::{self, Epoch};
use super::{MAX_CELLS, ReadError, Workbook, told};
use crate::finding::{Severity, ingest as codes};
use crate::ingest::grid::{Cell, CellValue, Grid};

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    let mut book: Xlsb<_> = Xlsb::new(BufReader::new(File::open(path)?)).map_err(error)?;
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let mut workbook = Workbook { format: "xlsb".to_owned(), sheets: Vec::new(), findings: Vec::new() };
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            let finding = told(&codes::NO_WORKSHEET, Severity::Info, &sheet.name, "");
            workbook.findings.push(finding.seen("a chart, a dialog or macros", "a worksheet"));
            continue;
        }
        let cells = read_cells(&mut book, &sheet.name, epoch)?;
        let hidden = sheet.visible != SheetVisible::Visible;
        workbook.sheets.push(Grid::new(sheet.name, hidden, cells, Vec::new()));
    }
    Ok(workbook)
}

fn read_cells(book: &mut Xlsb<BufReader<File>>, sheet: &str, epoch: Epoch) -> Result<Vec<Cell>, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(error)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(error)? {
        let (row, col) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::SharedString(text) => CellValue::Text((*text).into()),
            DataRef::String(text) => CellValue::Text(text.as_str().into()),
            DataRef::Int(number) => serial::whole(*number),
            DataRef::Float(number) if number.is_finite() => CellValue::Number(*number),
            DataRef::Float(number) => CellValue::Damaged(format!("the number {number}").into()),
            DataRef::Bool(flag) => CellValue::Boolean(*flag),
            DataRef::DateTime(moment) => serial::moment(moment.as_f64(), epoch),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => serial::iso(text),
            DataRef::Error(kind) => CellValue::Error(kind.to_string().into()),
        };
        if matches!(&value, CellValue::Text(text) if text.is_empty()) {
            continue;
        }
        if cells.len() >= MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        cells.push(Cell::plain(row, col, value));
    }
    Ok(cells)
}

fn error(error: XlsbError) -> ReadError {
    match error {
        XlsbError::Password => ReadError::Password,
        // calamine gives the whole workbook up for one sheet of macros.
        XlsbError::Unrecognized { typ: "BoundSheet8:dt", .. } => {
            ReadError::OtherForm { what: "a binary workbook with a sheet of macros" }
        }
        other => damaged(other),
    }
}
