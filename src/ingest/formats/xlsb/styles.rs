//! The styles of a binary workbook, as far as they carry meaning.

use std::collections::BTreeMap;
use std::io::Read;

use super::super::ReadError;
use super::super::cell_style::CellStyle;
use super::super::container::u16_at;
use super::super::number_format::{Shown, built_in, shown};
use super::records::{Records, wide_text};

const FONT: u32 = 43;
const FORMAT: u32 = 44;
const STYLE: u32 = 47;
const CELL_STYLES: u32 = 617;
const END_OF_CELL_STYLES: u32 = 618;

/// Reads the cell styles by their number.
pub(super) fn read<R: Read>(mut records: Records<R>) -> Result<Vec<CellStyle>, ReadError> {
    let mut formats: BTreeMap<u16, Shown> = BTreeMap::new();
    let mut struck_fonts: Vec<bool> = Vec::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    while let Some((kind, body)) = records.next()? {
        match kind {
            FORMAT => {
                let code = wide_text(body, 2).map(|(code, _)| shown(&code));
                formats.extend(code.map(|code| (u16_at(body, 0), code)));
            }
            FONT => struck_fonts.push(u16_at(body, 2) & 0x8 > 0),
            CELL_STYLES => of_cells = true,
            END_OF_CELL_STYLES => of_cells = false,
            STYLE if of_cells => {
                let format = u16_at(body, 2);
                styles.push(CellStyle {
                    shown: formats.get(&format).copied().unwrap_or_else(|| built_in(format)),
                    indent: body.get(11).copied().unwrap_or_default(),
                    struck: struck_fonts.get(usize::from(u16_at(body, 4))).copied().unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    Ok(styles)
}
