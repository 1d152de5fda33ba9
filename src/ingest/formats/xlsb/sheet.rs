//! What calamine leaves out of the sheet of a binary workbook: styles, merges, what is hidden, and cells of kinds
//! that it passes over without a word, such as formulas whose result is an error.

use std::collections::BTreeMap;
use std::io::Read;

use super::super::biff::{error_name, float, packed};
use super::super::container::{u16_at, u32_at};
use super::super::{MAX_CELLS, ReadError};
use super::records::{Records, wide_text};
use crate::ingest::grid::{CellValue, Merge, Unseen};

const ROW: u32 = 0;
const BLANK: u32 = 1;
const LAST_PLAIN_CELL: u32 = 11;
const FORMULA_WITH_ERROR: u32 = 11;
const COLUMN: u32 = 60;
const RICH_TEXT: u32 = 62;
const ROWS: u32 = 145;
const END_OF_ROWS: u32 = 146;
const MERGE: u32 = 176;

/// Where a cell stands, and its style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub row: u32,
    pub col: u32,
    pub style: usize,
}

/// What a sheet holds beside the values that calamine reads.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Every cell that is not blank, in the order of the file.
    pub cells: Vec<Placed>,
    /// The values of those that calamine passes over, by position.
    pub own: BTreeMap<usize, CellValue<'static>>,
    pub merges: Vec<Merge>,
    pub unseen: Unseen,
}

/// Reads the sheet.
pub(super) fn read<R: Read>(mut records: Records<R>) -> Result<Beside, ReadError> {
    let mut beside = Beside::default();
    let (mut within, mut row, mut next_col) = (false, 0, 0);
    while let Some((kind, body)) = records.next()? {
        match kind {
            ROWS => within = true,
            END_OF_ROWS => within = false,
            COLUMN if u16_at(body, 16) & 1 > 0 => beside.unseen.cols.add(u32_at(body, 0), u32_at(body, 4)),
            MERGE => beside.merges.push(Merge {
                first_row: u32_at(body, 0),
                last_row: u32_at(body, 4),
                first_col: u32_at(body, 8),
                last_col: u32_at(body, 12),
            }),
            ROW if within => {
                (row, next_col) = (u32_at(body, 0), 0);
                if body.get(11).is_some_and(|flags| flags & 0x10 > 0) {
                    beside.unseen.rows.add(row, row);
                }
            }
            BLANK..=LAST_PLAIN_CELL | RICH_TEXT if within => {
                let col = u32_at(body, 0);
                next_col = col.saturating_add(1);
                if kind != BLANK {
                    beside.push((row, col), u32_at(body, 4), own_value(kind, body))?;
                }
            }
            SHORT_BLANK..=LAST_SHORT_CELL if within => {
                let col = next_col;
                next_col = col.saturating_add(1);
                if kind != SHORT_BLANK {
                    beside.push((row, col), u32_at(body, 0), Some(short_value(kind, body)))?;
                }
            }
            _ => {}
        }
    }
    Ok(beside)
}

impl Beside {
    fn push(
        &mut self,
        (row, col): (u32, u32),
        style: u32,
        own: Option<CellValue<'static>>,
    ) -> Result<(), ReadError> {
        if self.cells.len() >= MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        self.own.extend(own.map(|value| (self.cells.len(), value)));
        // The upper byte holds a flag.
        let style = usize::try_from(style & 0x00ff_ffff).unwrap_or(usize::MAX);
        self.cells.push(Placed { row, col, style });
        Ok(())
    }
}

/// The value of a cell of a kind that calamine passes over.
fn own_value(kind: u32, body: &[u8]) -> Option<CellValue<'static>> {
    match kind {
        FORMULA_WITH_ERROR => Some(CellValue::Error(error_name(byte(body, 8)).into())),
        // A byte of flags stands before the text.
        RICH_TEXT => Some(text(body, 9)),
        _ => None,
    }
}

const SHORT_BLANK: u32 = 12;
const LAST_SHORT_CELL: u32 = 18;

/// The value of a cell that does not say its column, because it stands behind the one before.
fn short_value(kind: u32, body: &[u8]) -> CellValue<'static> {
    match kind {
        13 => CellValue::Number(packed(u32_at(body, 4))),
        14 => CellValue::Error(error_name(byte(body, 4)).into()),
        15 => CellValue::Boolean(byte(body, 4) != 0),
        16 => CellValue::Number(float(body, 4)),
        17 => text(body, 4),
        _ => CellValue::Damaged("a shared text in a form that is not read".into()),
    }
}

fn byte(body: &[u8], at: usize) -> u8 {
    body.get(at).copied().unwrap_or_default()
}

fn text(body: &[u8], at: usize) -> CellValue<'static> {
    match wide_text(body, at) {
        Some((text, _)) => CellValue::Text(text.into()),
        None => CellValue::Damaged("a text that is longer than its record".into()),
    }
}
