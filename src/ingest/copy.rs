//! The cells of a file as they were read, for a copy in which rejected ones are marked. Interprets nothing.

use serde::{Deserialize, Serialize};

use crate::store::FrozenFile;
use crate::table::{CopiedCell, CopiedSheet, CopiedValue};

use super::formats::{ReadError, read_workbook};
use super::grid::{Cell, CellValue, Grid};
use super::spec::SourceSpec;

/// Most cells of a file that is copied: as a workbook they take about 130 bytes each while it is written.
const MOST_CELLS: usize = 300_000;
/// Rows and columns of a sheet of Excel; a text file may have more.
const EXCEL: (u32, u32) = (1_048_576, 16_384);

/// What can be copied of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FileCopy {
    /// Its sheets.
    Sheets(Vec<CopiedSheet>),
    /// Nothing, for this reason.
    TooLarge(String),
}

/// Copies the cells of a file that a source reads.
pub fn copy_cells(spec: &SourceSpec, file: &FrozenFile) -> Result<FileCopy, ReadError> {
    let workbook = read_workbook(&file.path, &file.shown, &spec.options)?;
    let cells: usize = workbook.sheets.iter().map(Grid::len).sum();
    if cells > MOST_CELLS {
        return Ok(FileCopy::TooLarge(format!("{cells} cells; files of up to {MOST_CELLS} are copied")));
    }
    let outside = |grid: &&Grid| grid.cells().any(|cell| cell.row >= EXCEL.0 || cell.col >= EXCEL.1);
    if let Some(grid) = workbook.sheets.iter().find(outside) {
        let name = if grid.sheet.is_empty() { "the file" } else { &grid.sheet };
        return Ok(FileCopy::TooLarge(format!("{name} has more rows or columns than a sheet of Excel")));
    }
    let sheets = workbook.sheets.iter().map(|grid| CopiedSheet {
        name: grid.sheet.clone(),
        cells: grid.cells().map(|cell| copied(&cell)).collect(),
    });
    Ok(FileCopy::Sheets(sheets.collect()))
}

fn copied(cell: &Cell<'_>) -> CopiedCell {
    let value = match cell.value {
        CellValue::Number(number) => CopiedValue::Number(number, number_format(cell)),
        _ => CopiedValue::Text(cell.printed()),
    };
    CopiedCell { row: cell.row, col: cell.col, value }
}

/// The code of a format that shows as many places as the cell's own.
fn number_format(cell: &Cell<'_>) -> String {
    let places = usize::from(cell.decimals.unwrap_or(0).min(15));
    if places == 0 && !cell.percent {
        return String::new();
    }
    let point = if places == 0 { "" } else { "." };
    format!("0{point}{}{}", "0".repeat(places), if cell.percent { "%" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_places_they_show_and_all_else_is_text() {
        let cell = |value, decimals, percent| Cell { decimals, percent, ..Cell::plain(1, 2, value) };
        for (cell, expected) in [
            (cell(CellValue::Number(12.5), Some(2), false), CopiedValue::Number(12.5, "0.00".to_owned())),
            (cell(CellValue::Number(0.13), Some(1), true), CopiedValue::Number(0.13, "0.0%".to_owned())),
            (cell(CellValue::Number(7.0), None, false), CopiedValue::Number(7.0, String::new())),
            (cell(CellValue::Text("=1+1".into()), None, false), CopiedValue::Text("=1+1".to_owned())),
            (cell(CellValue::Error("#N/A".into()), None, false), CopiedValue::Text("#N/A".to_owned())),
        ] {
            assert_eq!(copied(&cell), CopiedCell { row: 1, col: 2, value: expected });
        }
    }
}
