//! xlsb, which calamine streams. Its merges, hidden rows and number formats are not to be had from there.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, Write};
use std::path::Path;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb, XlsbError};

use super::package::{Package, damaged};
use super::serial::{self, Epoch};
use super::{MAX_CELLS, ReadError, Workbook, told};
use crate::finding::{Severity, ingest as codes};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid};

/// The part that says where the sheets stand.
const RELATIONS: &str = "xl/_rels/workbook.bin.rels";

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    match Xlsb::new(BufReader::new(File::open(path)?)) {
        Ok(book) => read_sheets(book),
        // calamine gives the whole workbook up for one sheet of macros.
        Err(XlsbError::Unrecognized { typ: "BoundSheet8:dt", .. }) => {
            read_sheets(Xlsb::new(Cursor::new(without_macros(path)?)).map_err(error)?)
        }
        Err(other) => Err(error(other)),
    }
}

/// The same archive in which sheets of macros are named as dialogs, which are passed over like them.
fn without_macros(path: &Path) -> Result<Vec<u8>, ReadError> {
    let relations = Package::read(path, |package| package.relations("xl/workbook.bin"))?;
    let macros = relations.into_values().filter(|one| one.kind.to_lowercase().ends_with("macrosheet"));
    let macros: Vec<String> = macros.map(|one| one.part).collect();
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(damaged)?;
        if entry.name().is_ok_and(|name| name.eq_ignore_ascii_case(RELATIONS)) {
            continue;
        }
        copy.raw_copy_file(entry).map_err(damaged)?;
    }
    let mut text = String::new();
    archive.by_name(RELATIONS).map_err(damaged)?.read_to_string(&mut text)?;
    for part in &macros {
        let target = part.strip_prefix("xl/").unwrap_or(part);
        let name = target.rsplit('/').next().unwrap_or(target);
        text = text.replace(target, &format!("dialogsheets/{name}"));
    }
    copy.start_file(RELATIONS, zip::write::SimpleFileOptions::default()).map_err(damaged)?;
    copy.write_all(text.as_bytes())?;
    Ok(copy.finish().map_err(damaged)?.into_inner())
}

fn read_sheets<R: Read + Seek>(mut book: Xlsb<R>) -> Result<Workbook, ReadError> {
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

fn read_cells<R: Read + Seek>(book: &mut Xlsb<R>, sheet: &str, epoch: Epoch) -> Result<Cells, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(error)?;
    let mut cells = Cells::default();
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
        cells.push(&Cell::plain(row, col, value));
    }
    Ok(cells)
}

fn error(error: XlsbError) -> ReadError {
    match error {
        XlsbError::Password => ReadError::Password,
        XlsbError::Unrecognized { typ: "BoundSheet8:dt", .. } => {
            ReadError::OtherForm { what: "a binary workbook with a sheet of a kind that is not known" }
        }
        other => damaged(other),
    }
}
