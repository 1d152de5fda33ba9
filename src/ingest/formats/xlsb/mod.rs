//! xlsb: calamine streams the values, and what it leaves out is read beside them. Both must meet the same cells.

mod records;
mod sheet;
mod styles;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, Write};
use std::path::Path;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb, XlsbError};

use super::cell_style::{CellStyle, OddStyles};
use super::container::u32_at;
use super::package::{Package, damaged};
use super::serial::{self, Epoch};
use super::{ReadError, Workbook, told};
use crate::finding::{Severity, ingest as codes};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid};
use crate::table::address;
use records::{Records, wide_text};
use sheet::{Beside, Placed};

/// The part that lists the sheets.
const BOOK: &str = "xl/workbook.bin";
/// The part that says where the sheets stand.
const RELATIONS: &str = "xl/_rels/workbook.bin.rels";

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    let rest = Package::read(path, Rest::read)?;
    match Xlsb::new(BufReader::new(File::open(path)?)) {
        Ok(book) => read_sheets(book, rest),
        // calamine gives the whole workbook up for one sheet of macros.
        Err(XlsbError::Unrecognized { typ: "BoundSheet8:dt", .. }) => {
            read_sheets(Xlsb::new(Cursor::new(without_macros(path)?)).map_err(error)?, rest)
        }
        Err(other) => Err(error(other)),
    }
}

/// What calamine leaves out of the workbook.
struct Rest {
    styles: Vec<CellStyle>,
    /// By the name of the sheet.
    sheets: BTreeMap<String, Beside>,
}

const LISTED_SHEET: u32 = 156;

impl Rest {
    fn read(package: &mut Package) -> Result<Self, ReadError> {
        let relations = package.relations(BOOK)?;
        let styles = match relations.values().find(|relation| relation.kind == "styles") {
            Some(relation) => {
                let part = package.entry(&relation.part)?;
                // Without it dates are bare numbers.
                let part = part.ok_or_else(|| damaged(format!("it has no part {}", relation.part)))?;
                styles::read(Records::of(part))?
            }
            None => Vec::new(),
        };
        let mut listed = Vec::new();
        if let Some(book) = package.entry(BOOK)? {
            let mut records = Records::of(book);
            while let Some((kind, body)) = records.next()? {
                if kind != LISTED_SHEET || u32_at(body, 8) == u32::MAX {
                    continue;
                }
                // State and number of the sheet, then the id of its relation and its name.
                let texts = || {
                    let (id, end) = wide_text(body, 8)?;
                    Some((id, wide_text(body, end)?.0))
                };
                // Programs before Excel 2007 was finished wrote it otherwise.
                let other = ReadError::OtherForm { what: "a binary workbook of a form that is not known" };
                listed.push(texts().ok_or(other)?);
            }
        }
        let mut sheets = BTreeMap::new();
        for (id, name) in listed {
            // calamine breaks off at a sheet of which the workbook does not say where it stands.
            let absent = || damaged(format!("the sheet `{name}` is listed, but not where it stands"));
            let relation = relations.get(&id).ok_or_else(absent)?;
            if relation.kind != "worksheet" {
                continue;
            }
            if let Some(part) = package.entry(&relation.part)? {
                let beside = sheet::read(Records::of(part)).map_err(|error| match error {
                    ReadError::Damaged { reason } => damaged(format!("sheet {name}: {reason}")),
                    other => other,
                })?;
                sheets.insert(name, beside);
            }
        }
        Ok(Self { styles, sheets })
    }
}

/// The same archive in which sheets of macros are named as dialogs, which are passed over like them.
fn without_macros(path: &Path) -> Result<Vec<u8>, ReadError> {
    let relations = Package::read(path, |package| package.relations(BOOK))?;
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

fn read_sheets<R: Read + Seek>(mut book: Xlsb<R>, mut rest: Rest) -> Result<Workbook, ReadError> {
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let mut workbook = Workbook { format: "xlsb".to_owned(), sheets: Vec::new(), findings: Vec::new() };
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            let finding = told(&codes::NO_WORKSHEET, Severity::Info, &sheet.name, "");
            workbook.findings.push(finding.seen("a chart, a dialog or macros", "a worksheet"));
            continue;
        }
        let beside = rest.sheets.remove(&sheet.name).unwrap_or_default();
        let (cells, odd) = read_cells(&mut book, &sheet.name, (&beside, &rest.styles, epoch))?;
        workbook.findings.extend(odd.findings(&sheet.name));
        let hidden = sheet.visible != SheetVisible::Visible;
        let grid = Grid::new(sheet.name, hidden, cells, beside.merges);
        workbook.sheets.push(grid.with_unseen(beside.unseen));
    }
    Ok(workbook)
}

fn read_cells<R: Read + Seek>(
    book: &mut Xlsb<R>,
    sheet: &str,
    (beside, styles, epoch): (&Beside, &[CellStyle], Epoch),
) -> Result<(Cells, OddStyles), ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(error)?;
    let (mut cells, mut odd) = (Cells::default(), OddStyles::default());
    for (at, Placed { row, col, style }) in beside.cells.iter().copied().enumerate() {
        let known = styles.get(style).copied();
        let shown = known.unwrap_or_default().shown;
        let own = beside.own.get(&at).cloned();
        let value = if let Some(own) = own {
            dated(own, shown.date, epoch)
        } else {
            let cell = reader.next_cell().map_err(error)?.filter(|cell| cell.get_position() == (row, col));
            let apart = || damaged(format!("the cell {} of sheet {sheet} has no value", address(row, col)));
            dated(value(cell.ok_or_else(apart)?.get_value()), shown.date, epoch)
        };
        if matches!(&value, CellValue::Text(text) if text.is_empty()) {
            continue;
        }
        odd.count((row, col), (style, known), &value);
        let (decimals, percent) = (shown.decimals, shown.percent);
        let indent = known.unwrap_or_default().indent;
        cells.push(&Cell { row, col, value, decimals, percent, indent });
    }
    match reader.next_cell().map_err(error)? {
        None => Ok((cells, odd)),
        Some(cell) => {
            let (row, col) = cell.get_position();
            Err(damaged(format!("the cell {} of sheet {sheet} has no place", address(row, col))))
        }
    }
}

/// What calamine read, numbers as they are stored.
fn value(read: &DataRef<'_>) -> CellValue<'static> {
    match read {
        DataRef::Empty => CellValue::Text("".into()),
        DataRef::SharedString(text) => CellValue::Text((*text).to_owned().into()),
        DataRef::String(text) => CellValue::Text(text.clone().into()),
        DataRef::Int(number) => serial::whole(*number),
        DataRef::Float(number) => CellValue::Number(*number),
        DataRef::Bool(flag) => CellValue::Boolean(*flag),
        DataRef::DateTime(moment) => CellValue::Number(moment.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => CellValue::Text(text.clone().into()),
        DataRef::Error(kind) => CellValue::Error(kind.to_string().into()),
    }
}

/// A number as its format shows it: as a date, or as it is.
fn dated(value: CellValue<'static>, date: bool, epoch: Epoch) -> CellValue<'static> {
    match value {
        CellValue::Number(number) if !number.is_finite() => {
            CellValue::Damaged(format!("the number {number}").into())
        }
        CellValue::Number(number) if date => serial::moment(number, epoch),
        other => other,
    }
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
