//! Where a row comes from: one table a run, four bytes a row.

use serde::{Deserialize, Serialize};

/// Name of the hidden `u32` column that points into the [`OriginTable`].
pub const ORIGIN_COLUMN: &str = "_origin";

/// The cell a figure was read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// Index into [`OriginTable::files`].
    pub file: u32,
    /// Index into [`OriginTable::sheets`].
    pub sheet: u32,
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0; `None` where the whole row is meant.
    pub column: Option<u32>,
}

/// All origins of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginTable {
    /// Paths below `input/`.
    pub files: Vec<String>,
    /// Sheet names; empty text for files without sheets.
    pub sheets: Vec<String>,
    /// One entry a row.
    pub rows: Vec<Origin>,
}

impl OriginTable {
    /// Appends the origins of another file and returns by how much its row numbers moved.
    pub fn append(&mut self, other: &Self) -> u32 {
        let moved = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let files = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let sheets = u32::try_from(self.sheets.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files.iter().cloned());
        self.sheets.extend(other.sheets.iter().cloned());
        self.rows.extend(other.rows.iter().map(|origin| Origin {
            file: origin.file + files,
            sheet: origin.sheet + sheets,
            ..origin.clone()
        }));
        moved
    }

    /// The place of an origin as findings show it.
    pub fn place(&self, origin: u32) -> crate::finding::Place {
        let Some(found) = usize::try_from(origin).ok().and_then(|index| self.rows.get(index)) else {
            return crate::finding::Place::default();
        };
        let name = |names: &[String], index: u32| {
            usize::try_from(index).ok().and_then(|index| names.get(index)).cloned().unwrap_or_default()
        };
        crate::finding::Place {
            file: name(&self.files, found.file),
            sheet: name(&self.sheets, found.sheet),
            cell: match found.column {
                Some(column) => address(found.row, column),
                None => format!("{}", found.row + 1),
            },
        }
    }
}

/// The A1 address of a cell; row and column counted from 0.
pub fn address(row: u32, column: u32) -> String {
    format!("{}{}", column_letters(column), u64::from(row) + 1)
}

/// Row and column, counted from 0, of an A1 address within the limits of Excel.
pub fn cell_at(address: &str) -> Option<(u32, u16)> {
    let digits = address.find(|sign: char| sign.is_ascii_digit())?;
    let (letters, digits) = address.split_at_checked(digits)?;
    let mut column = 0_u16;
    for letter in letters.bytes() {
        let digit = letter.is_ascii_uppercase().then(|| u16::from(letter - b'A') + 1)?;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    let row = digits.parse::<u32>().ok()?.checked_sub(1)?;
    Some((row, column.checked_sub(1)?)).filter(|(row, column)| *row < 1_048_576 && *column < 16_384)
}

/// `A`, `B` … `XFD`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_excel() {
        for (row, column, expected) in
            [(0, 0, "A1"), (16, 5, "F17"), (9, 26, "AA10"), (1_048_575, 16383, "XFD1048576")]
        {
            assert_eq!(address(row, column), expected);
            assert_eq!(cell_at(expected), Some((row, u16::try_from(column).unwrap())));
        }
        for none in ["", "A", "1", "A0", "line 17", "XFE1", "A1048577", "ZZZZZ1", "a1", "A1:B2"] {
            assert_eq!(cell_at(none), None, "{none}");
        }
    }
}
