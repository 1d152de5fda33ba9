//! xlsx, streamed cell by cell: never the dense range, which a single stray cell makes larger than memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::book::{self, Epoch};
use super::merges::Merges;
use super::number_format::{Shown, shown};
use super::{ReadError, Workbook};
use crate::ingest::grid::{Cell, CellValue, Grid};

type Book = Xlsx<BufReader<File>>;

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    let mut book: Book = Xlsx::new(BufReader::new(File::open(path)?)).map_err(error)?;
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let mut merges = Merges::open(path);
    let mut sheets = Vec::new();
    for sheet in book::worksheets(&book) {
        let found = merges.as_mut().and_then(|merges| merges.of(&sheet.name));
        let found = match found {
            Some(found) => found,
            None => book::merges(&book.merge_cells_by_sheet_name(&sheet.name).map_err(error)?),
        };
        let cells = read_cells(&mut book, &sheet.name, epoch)?;
        sheets.push(Grid::new(sheet.name, sheet.hidden, cells, found));
    }
    Ok(Workbook { format: "xlsx".to_owned(), sheets, findings: Vec::new() })
}

fn read_cells(book: &mut Book, sheet: &str, epoch: Epoch) -> Result<Vec<Cell>, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(error)?;
    let formats: Vec<Shown> = reader
        .styles()
        .iter()
        .map(|style| {
            style.number_format.as_ref().map_or(Shown::default(), |format| shown(&format.format_code))
        })
        .collect();
    let mut strings = Strings::default();
    let mut cells = Vec::new();
    let mut empty_cells = false;
    let mut last = (0, 0);
    loop {
        let (cell, style) = match reader.next_cell_with_style_id() {
            Ok(Some(found)) => found,
            Ok(None) => break,
            // An error literal that calamine does not know: the reader goes on behind it. It gives no
            // address, so the cell is taken to be the one right of the last.
            Err(XlsxError::CellError(literal)) => {
                last.1 += 1;
                cells.push(Cell::plain(last.0, last.1, CellValue::Error(literal.as_str().into())));
                continue;
            }
            Err(failure) => return Err(error(failure)),
        };
        last = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => {
                empty_cells = true;
                continue;
            }
            DataRef::SharedString(text) => CellValue::Text(strings.shared(text)),
            DataRef::String(text) => CellValue::Text(text.as_str().into()),
            DataRef::Int(number) => book::whole(*number),
            DataRef::Float(number) => CellValue::Number(*number),
            DataRef::Bool(flag) => CellValue::Boolean(*flag),
            DataRef::DateTime(moment) => book::moment(moment.as_f64(), epoch),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => book::iso(text),
            DataRef::Error(kind) => CellValue::Error(kind.to_string().into()),
        };
        if matches!(&value, CellValue::Text(text) if text.is_empty()) {
            continue;
        }
        let Shown { decimals, percent } = formats.get(style).copied().unwrap_or_default();
        cells.push(Cell { row: last.0, col: last.1, value, decimals, percent });
    }
    drop(reader);
    if empty_cells {
        cells.extend(uncached_formulas(book, sheet)?);
    }
    Ok(cells)
}

/// Formulas whose result is not in the file: some programs write them so, and every reader takes them for
/// empty cells.
fn uncached_formulas(book: &mut Book, sheet: &str) -> Result<Vec<Cell>, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(error)?;
    let mut cells = Vec::new();
    loop {
        match reader.next_cell_with_formula_metadata() {
            Ok(None) => return Ok(cells),
            Ok(Some(record)) => {
                if record.formula.is_some() && matches!(record.value, DataRef::Empty) {
                    let formula = CellValue::UncachedFormula("…".into());
                    cells.push(Cell::plain(record.pos.0, record.pos.1, formula));
                }
            }
            Err(XlsxError::CellError(_)) => {}
            Err(failure) => return Err(error(failure)),
        }
    }
}

/// Shared strings, each kept once: calamine hands out the same slice for every cell that shows it.
#[derive(Default)]
struct Strings {
    by_address: BTreeMap<(usize, usize), Arc<str>>,
}

impl Strings {
    fn shared(&mut self, text: &str) -> Arc<str> {
        Arc::clone(self.by_address.entry((text.as_ptr().addr(), text.len())).or_insert_with(|| text.into()))
    }
}

fn error(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Password,
        other => ReadError::Damaged { reason: other.to_string() },
    }
}
