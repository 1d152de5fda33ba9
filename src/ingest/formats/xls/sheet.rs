//! The cells of one sheet of an old workbook, with merges and what is hidden.

use super::super::biff::{error_name, float, packed};
use super::super::cell_style::OddStyles;
use super::super::container::{u16_at, u32_at};
use super::super::number_format::Shown;
use super::super::package::damaged;
use super::super::serial;
use super::super::{MAX_CELLS, ReadError};
use super::Globals;
use super::records::{Length, Record, Records, Version, long_text, text};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Merge, Unseen};

/// What a sheet holds.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub cells: Cells,
    pub merges: Vec<Merge>,
    pub unseen: Unseen,
    pub odd: OddStyles,
    /// Formulas whose result is an empty text; a library that computes nothing writes it for every formula.
    pub empty_results: Vec<(u32, u32)>,
    /// Formulas with any other result.
    pub results: u64,
}

/// Reads records up to the end of the sheet; the first is behind its beginning.
pub(super) fn read(records: &mut Records<'_>, globals: &Globals) -> Result<Sheet, ReadError> {
    let mut sheet = Reader { globals, sheet: Sheet::default(), waiting: None };
    let mut depth = 0_u32;
    while let Some(record) = records.next()? {
        match record.id {
            // Charts within the sheet have records of their own.
            0x0809 => depth += 1,
            0x000a if depth == 0 => return Ok(sheet.sheet),
            0x000a => depth -= 1,
            _ if depth > 0 => {}
            0x0207 | 0x0007 if sheet.waiting.is_some() => {
                let text = if globals.version == Version::Eight {
                    long_text(record.body, &records.continued()?)
                } else {
                    let length = if record.id == 0x0007 { Length::Byte } else { Length::Word };
                    text(record.body, length, globals.version, globals.page)
                };
                if let Some((row, col, style)) = sheet.waiting.take() {
                    sheet.push(row, col, style, text_value(&text))?;
                }
            }
            _ => sheet.take(record)?,
        }
    }
    Err(damaged("its rows have no end"))
}

struct Reader<'a> {
    globals: &'a Globals,
    sheet: Sheet,
    /// Place and style of a formula whose text follows.
    waiting: Option<(u32, u32, usize)>,
}

fn text_value(text: &str) -> Option<CellValue<'_>> {
    (!text.is_empty()).then(|| CellValue::Text(text.into()))
}

impl Reader<'_> {
    fn take(&mut self, record: Record<'_>) -> Result<(), ReadError> {
        let body = record.body;
        let (row, col) = (u32::from(u16_at(body, 0)), u32::from(u16_at(body, 2)));
        // Excel 2 has three bytes of attributes in place of the number of a style.
        let two = self.globals.version == Version::Two;
        let (style, from) = if two {
            (usize::from(body.get(4).copied().unwrap_or(0) & 0x3f), 7)
        } else {
            (usize::from(u16_at(body, 4)), 6)
        };
        let rest = body.get(from..).unwrap_or_default();
        match record.id {
            0x0203 | 0x0003 => self.number(row, col, style, float(rest, 0)),
            0x0002 => self.number(row, col, style, f64::from(u16_at(rest, 0))),
            0x027e => self.number(row, col, style, packed(u32_at(rest, 0))),
            0x00bd => self.packed_row(row, col, body),
            0x00fd => {
                let at = u32_at(rest, 0);
                let text = usize::try_from(at).ok().and_then(|at| self.globals.texts.get(at));
                let value = match text {
                    Some(text) => (!text.is_empty()).then(|| CellValue::Text(text.as_ref().into())),
                    None => Some(CellValue::Damaged(
                        format!("text number {at} of {}", self.globals.texts.len()).into(),
                    )),
                };
                self.push(row, col, style, value)
            }
            0x0204 | 0x00d6 | 0x0004 => {
                let length = if record.id == 0x0004 { Length::Byte } else { Length::Word };
                let text = text(rest, length, self.globals.version, self.globals.page);
                self.push(row, col, style, text_value(&text))
            }
            0x0205 | 0x0005 => {
                let (code, kind) = (rest.first().copied().unwrap_or(0), rest.get(1).copied().unwrap_or(0));
                let value = truth_or_error(code, kind);
                self.push(row, col, style, Some(value))
            }
            0x0006 | 0x0206 | 0x0406 => self.formula((row, col), style, rest),
            0x0208 if u16_at(body, 12) & 0x20 > 0 => {
                self.sheet.unseen.rows.add(row, row);
                Ok(())
            }
            0x007d if u16_at(body, 8) & 1 > 0 => {
                self.sheet.unseen.cols.add(row, col);
                Ok(())
            }
            0x00e5 => {
                self.merges(body);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn packed_row(&mut self, row: u32, first: u32, body: &[u8]) -> Result<(), ReadError> {
        let cells = body.get(4..body.len().saturating_sub(2)).unwrap_or_default();
        for (col, cell) in (first..).zip(cells.chunks_exact(6)) {
            self.number(row, col, usize::from(u16_at(cell, 0)), packed(u32_at(cell, 2)))?;
        }
        Ok(())
    }

    fn formula(&mut self, (row, col): (u32, u32), style: usize, rest: &[u8]) -> Result<(), ReadError> {
        if self.globals.version == Version::Two || u16_at(rest, 6) != 0xffff {
            self.sheet.results += 1;
            return self.number(row, col, style, float(rest, 0));
        }
        let result = rest.get(2).copied().unwrap_or(0);
        match rest.first().copied().unwrap_or(0) {
            0 => {
                self.sheet.results += 1;
                self.waiting = Some((row, col, style));
                Ok(())
            }
            kind @ (1 | 2) => {
                self.sheet.results += 1;
                self.push(row, col, style, Some(truth_or_error(result, kind - 1)))
            }
            _ => {
                self.sheet.empty_results.push((row, col));
                Ok(())
            }
        }
    }

    fn number(&mut self, row: u32, col: u32, style: usize, number: f64) -> Result<(), ReadError> {
        let shown = self.globals.style(style).shown;
        let value = if !number.is_finite() {
            CellValue::Damaged(format!("the number {number}").into())
        } else if shown.date {
            serial::moment(number, self.globals.epoch)
        } else {
            CellValue::Number(number)
        };
        self.push(row, col, style, Some(value))
    }

    fn push(
        &mut self,
        row: u32,
        col: u32,
        style: usize,
        value: Option<CellValue<'_>>,
    ) -> Result<(), ReadError> {
        let Some(value) = value else { return Ok(()) };
        if self.sheet.cells.len() >= MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        let (number, style) = (style, self.globals.style(style));
        self.sheet.odd.count((row, col), (number, Some(style)), &value);
        let Shown { decimals, percent, .. } = style.shown;
        self.sheet.cells.push(&Cell { row, col, value, decimals, percent, indent: style.indent });
        Ok(())
    }

    fn merges(&mut self, body: &[u8]) {
        let areas = body.get(2..).unwrap_or_default().chunks_exact(8);
        self.sheet.merges.extend(areas.take(usize::from(u16_at(body, 0))).map(|area| Merge {
            first_row: u32::from(u16_at(area, 0)),
            last_row: u32::from(u16_at(area, 2)),
            first_col: u32::from(u16_at(area, 4)),
            last_col: u32::from(u16_at(area, 6)),
        }));
    }
}

/// An error or a truth value; the byte behind the code says which.
fn truth_or_error(code: u8, kind: u8) -> CellValue<'static> {
    if kind == 0 { CellValue::Boolean(code != 0) } else { CellValue::Error(error_name(code).into()) }
}
