//! Where a row comes from: one table a run, four bytes a row.

use serde::{Deserialize, Serialize};

/// Name of the hidden `u32` column that points into the [`OriginTable`].
pub const ORIGIN_COLUMN: &str = "_origin";

/// The cell a figure was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// Index of the file in its [`OriginTable`].
    pub file: u32,
    /// Index of the sheet in its [`OriginTable`].
    pub sheet: u32,
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0; `None` where the whole row is meant.
    pub column: Option<u32>,
}

/// All origins of a run, eight bytes each: rows of one sheet stand together and share file and sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginTable {
    files: Vec<String>,
    sheets: Vec<String>,
    runs: Vec<SheetRun>,
    cells: Vec<(u32, u32)>,
}

/// Origins of one sheet, up to those of the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SheetRun {
    /// Number of its first origin.
    first: u32,
    file: u32,
    sheet: u32,
}

/// Stands for a whole row; no sheet has so many columns.
const WHOLE_ROW: u32 = u32::MAX;

impl OriginTable {
    /// No origins yet, of these paths below `input/` and these sheets; the sheet of a text file has no name.
    pub fn new(files: Vec<String>, sheets: Vec<String>) -> Self {
        Self { files, sheets, ..Self::default() }
    }

    /// The same with these origins.
    #[must_use]
    pub fn with(mut self, origins: impl IntoIterator<Item = Origin>) -> Self {
        origins.into_iter().for_each(|origin| self.push(origin));
        self
    }

    /// Adds an origin.
    pub fn push(&mut self, origin: Origin) {
        self.enter(origin.file, origin.sheet);
        self.cells.push((origin.row, origin.column.unwrap_or(WHOLE_ROW)));
    }

    /// What is added next is of this file and sheet.
    fn enter(&mut self, file: u32, sheet: u32) {
        if self.runs.last().is_none_or(|run| (run.file, run.sheet) != (file, sheet)) {
            self.runs.push(SheetRun { first: self.len(), file, sheet });
        }
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.cells.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The paths of its files.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// How many sheets it knows.
    pub fn sheets(&self) -> u32 {
        u32::try_from(self.sheets.len()).unwrap_or(u32::MAX)
    }

    /// The origin of that number.
    pub fn get(&self, origin: u32) -> Option<Origin> {
        let (row, column) = *self.cells.get(usize::try_from(origin).ok()?)?;
        let behind = self.runs.partition_point(|run| run.first <= origin);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        let column = Some(column).filter(|column| *column != WHOLE_ROW);
        Some(Origin { file: run.file, sheet: run.sheet, row, column })
    }

    /// Appends the origins of another file and returns by how much its row numbers moved.
    pub fn append(&mut self, other: Self) -> u32 {
        let moved = self.len();
        let files = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let sheets = self.sheets();
        self.files.extend(other.files);
        self.sheets.extend(other.sheets);
        let shifted = other.runs.into_iter().map(|run| SheetRun {
            first: run.first + moved,
            file: run.file + files,
            sheet: run.sheet + sheets,
        });
        self.runs.extend(shifted);
        if self.cells.is_empty() {
            self.cells = other.cells;
        } else {
            self.cells.extend(other.cells);
        }
        moved
    }

    /// The place of an origin as findings show it.
    pub fn place(&self, origin: u32) -> crate::finding::Place {
        let Some(found) = self.get(origin) else {
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
    fn origins_of_several_files_are_found_again() {
        let origin = |sheet, row, column| Origin { file: 0, sheet, row, column };
        let of = |file: &str, origins: &[Origin]| {
            let sheets = vec!["S".to_owned(), "T".to_owned()];
            OriginTable::new(vec![file.to_owned()], sheets).with(origins.iter().copied())
        };
        let mut all = OriginTable::default();
        let first = [origin(0, 4, Some(2)), origin(0, 5, None), origin(1, 0, Some(0)), origin(0, 6, Some(2))];
        assert_eq!(all.append(of("a", &first)), 0);
        assert_eq!(all.append(of("b", &[])), 4);
        assert_eq!(all.append(of("c", &[origin(1, 1, Some(27))])), 4);
        let places: Vec<String> = (0..all.len()).map(|number| all.place(number).to_string()).collect();
        assert_eq!(places, ["a ▸ S ▸ C5", "a ▸ S ▸ 6", "a ▸ T ▸ A1", "a ▸ S ▸ C7", "c ▸ T ▸ AB2"]);
        assert_eq!(all.get(1).unwrap().column, None);
        assert_eq!(all.get(5), None);
    }

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
