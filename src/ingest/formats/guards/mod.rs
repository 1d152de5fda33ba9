//! What is checked before a reader sees a file, and after it: readers believe what a file says of itself, and
//! a half-copied one says anything. Limits are far above what any office's table needs; the largest workbook
//! of a corpus of 5,803 unpacked to 114 MB in 1,033 parts.

mod archive;

use std::path::Path;

use thiserror::Error;

use super::{Kind, Workbook};
use crate::store::FILE_LIMIT;
use crate::table::address;
pub(super) use archive::{Archive, Meter, Metered, declares_entities, open};

/// Most sheets of a workbook: readers find each by its name, so their time grows with the square.
const SHEET_LIMIT: u64 = 1_000;
/// Rows and columns that Excel has.
const GRID: (u32, u32) = (1_048_576, 16_384);

/// Why a file is refused before, or in spite of, a reader.
#[derive(Debug, Error)]
pub enum GuardError {
    /// The system refused.
    #[error("the file cannot be opened: {0}")]
    Io(#[from] std::io::Error),
    /// More parts or sheets than any office's workbook has.
    #[error("the workbook has {found} {what}, more than the limit of {limit}; it is not read")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many were counted.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// Parts that unpack to more than any table.
    #[error("the file unpacks to more than {limit} bytes; it is not read")]
    Swells {
        /// The limit.
        limit: u64,
    },
    /// A password is needed.
    #[error(
        "the workbook is protected by a password; save a copy without one (File, Info, Protect Workbook)"
    )]
    Password,
    /// A container whose inner order is broken.
    #[error("the workbook is damaged or was not copied to the end ({reason}); copy it again or save it anew")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// A folder, pipe or device.
    #[error("this is no regular file")]
    NotAFile,
    /// A file larger than any table.
    #[error("the file has {bytes} bytes, more than the limit of {limit}; it is not read")]
    LargeFile {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A cell where Excel has none.
    #[error("the sheet {sheet} has a cell {cell}, where no program has one; the workbook is damaged")]
    BeyondGrid {
        /// The sheet.
        sheet: String,
        /// The cell's address.
        cell: String,
    },
}

/// Demands a regular file of a size that can be read; for before anything opens it.
pub(super) fn file(path: &Path) -> Result<(), GuardError> {
    let details = path.metadata()?;
    if !details.is_file() {
        return Err(GuardError::NotAFile);
    }
    if details.len() > FILE_LIMIT {
        return Err(GuardError::LargeFile { bytes: details.len(), limit: FILE_LIMIT });
    }
    Ok(())
}

/// Checks the container of a workbook before a reader that is not ours sees it. Our own count what they unpack as
/// they go, and that of BIFF refuses loops and chains past the end of its container itself.
pub(super) fn before(path: &Path, kind: Kind) -> Result<(), GuardError> {
    match kind {
        Kind::Xlsb => archive::check(path),
        _ => Ok(()),
    }
}

/// Checks that every cell stands where a program can have one.
pub(super) fn after(workbook: &Workbook) -> Result<(), GuardError> {
    for grid in &workbook.sheets {
        if let Some(cell) = grid.cells().find(|cell| cell.row >= GRID.0 || cell.col >= GRID.1) {
            let cell = address(cell.row, cell.col);
            return Err(GuardError::BeyondGrid { sheet: grid.sheet.clone(), cell });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::grid::{Cell, CellValue, Grid};

    fn workbook(sheets: &[(&str, u32, u32)]) -> Workbook {
        let sheets = sheets
            .iter()
            .map(|(name, row, col)| {
                Grid::new(*name, false, vec![Cell::plain(*row, *col, CellValue::Number(1.0))], Vec::new())
            })
            .collect();
        Workbook { format: "xls".to_owned(), sheets, findings: Vec::new() }
    }

    #[track_caller]
    fn refused(sheets: &[(&str, u32, u32)], expected: &str) {
        assert!(after(&workbook(sheets)).unwrap_err().to_string().starts_with(expected));
    }

    #[test]
    fn a_workbook_that_no_program_wrote_is_refused() {
        refused(&[("a", 1_048_576, 0)], "the sheet a has a cell A1048577");
        refused(&[("a", 0, 16_384)], "the sheet a has a cell XFE1");
        assert!(after(&workbook(&[("a", 1_048_575, 16_383), ("A ", 0, 0)])).is_ok());
    }

    #[test]
    fn what_is_no_regular_file_is_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(file(folder.path()), Err(GuardError::NotAFile)));
        let large = tempfile::NamedTempFile::new().unwrap();
        large.as_file().set_len(FILE_LIMIT + 1).unwrap();
        assert!(matches!(file(large.path()), Err(GuardError::LargeFile { .. })));
    }
}
