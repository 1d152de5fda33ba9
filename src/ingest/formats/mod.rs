//! Bytes to cells. The format is told by content; a wrong ending is read with a finding.

mod book;
mod guards;
mod merges;
mod number_format;
mod sniff;
mod text;
mod xlsx;

use std::path::Path;

use thiserror::Error;

use crate::finding::{Finding, Place, Severity, ingest as codes};
use crate::ingest::grid::Grid;

use guards::GuardError;
pub(crate) use sniff::Kind;

/// The sheets of a file.
#[derive(Debug)]
pub(crate) struct Workbook {
    /// Format, with the encoding of text: `xlsx`, `csv, GB18030`.
    pub format: String,
    /// Its sheets in the order of the file.
    pub sheets: Vec<Grid>,
    /// What a person should know about the file.
    pub findings: Vec<Finding>,
}

/// How text files may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadOptions {
    /// Encodings that may be met, in order of preference.
    pub encodings: Vec<String>,
    /// The delimiter; found by counting where not given.
    pub delimiter: Option<u8>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let encodings = ["utf-8", "gb18030", "windows-1251"].map(str::to_owned).to_vec();
        Self { encodings, delimiter: None }
    }
}

/// Why a file has no cells.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system refused.
    #[error("the file cannot be opened: {0}")]
    Io(#[from] std::io::Error),
    /// No bytes.
    #[error("the file is empty (0 bytes); it was probably not copied to the end")]
    Empty,
    /// A password is needed.
    #[error(
        "the workbook is protected by a password; save a copy without one (File, Info, Protect Workbook)"
    )]
    Password,
    /// Some other kind of document.
    #[error("this is {what}, not a table; save the table as .xlsx or .csv")]
    NotATable {
        /// What it is.
        what: &'static str,
    },
    /// A workbook whose end, or more, is missing.
    #[error("the workbook is damaged or was not copied to the end ({reason}); copy it again or save it anew")]
    Damaged {
        /// What the reader says.
        reason: String,
    },
    /// A guard against files that unpack to more than any table.
    #[error("the file unpacks to {unpacked} bytes, more than the limit of {limit}; it is not read")]
    TooLarge {
        /// Bytes when unpacked.
        unpacked: u64,
        /// The limit.
        limit: u64,
    },
    /// A guard refused it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// No allowed encoding fits.
    #[error("the text is in none of the encodings {allowed}; save it as CSV in UTF-8")]
    Encoding {
        /// Those that were tried.
        allowed: String,
    },
}

/// Reads every sheet of the file at `path`, which is shown as `shown`.
pub(crate) fn read_workbook(path: &Path, shown: &str, options: &ReadOptions) -> Result<Workbook, ReadError> {
    guards::file(path)?;
    let kind = sniff::sniff(path)?;
    guards::before(path, kind)?;
    // A damaged workbook can make a reader panic; that costs the file, not the run.
    let read = std::panic::catch_unwind(|| match kind {
        Kind::Xlsx => xlsx::read(path),
        Kind::Xls | Kind::Xlsb | Kind::Ods => book::read(path, kind),
        Kind::Text => text::read(path, options),
    });
    let mut workbook = read.unwrap_or_else(|_panic| {
        Err(ReadError::Damaged { reason: "the reader of this format broke off".to_owned() })
    })?;
    guards::after(&workbook, kind)?;
    let ending = shown.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !kind.endings().contains(&ending.as_str()) {
        workbook.findings.push(
            Finding::new(&codes::WRONG_ENDING, Severity::Info, "input")
                .at(Place::file(shown))
                .seen(format!(".{ending}"), format!(".{}", kind.name())),
        );
    }
    Ok(workbook)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(name: &str) -> Workbook {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input").join(name);
        read_workbook(&path, name, &ReadOptions::default()).unwrap()
    }

    fn counts(workbook: &Workbook) -> Vec<usize> {
        workbook.sheets.iter().map(|sheet| sheet.cells().len()).collect()
    }

    /// Numbers of non-empty cells as openpyxl and xlrd count them.
    #[test]
    fn shipped_workbooks_have_the_cells_that_other_readers_see() {
        for (name, format, expected) in [
            ("trade/2021年黑龙江省进出口情况表.xlsx", "xlsx", vec![65, 82]),
            ("trade/黑龙江省对俄进出口历年.xls", "xls", vec![101]),
            ("declarations/示例_报关单明细_2021-2022.xlsx", "xlsx", vec![26041]),
        ] {
            let workbook = shipped(name);
            assert_eq!((workbook.format.as_str(), counts(&workbook)), (format, expected), "{name}");
        }
    }

    #[test]
    fn a_gb18030_file_is_read_as_such() {
        let workbook = shipped("trade/黑龙江省进出口2022-2024.csv");
        assert_eq!(workbook.format, "csv, gb18030");
        let sheet = workbook.sheets.first().unwrap();
        assert_eq!(sheet.cell(2, 0).unwrap().printed(), "时期");
        assert_eq!(sheet.cell(3, 1).unwrap().printed(), "5,520,000");
        assert_eq!(sheet.cell(2, 8), None);
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        use std::io::Write;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let error = read_workbook(file.path(), "a.xlsx", &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn what_is_no_table_is_named_for_what_it_is() {
        refused(b"", "the file is empty");
        refused(b"%PDF-1.7 ...", "this is a PDF document");
        refused(b"<html><table>", "this is a web page");
        refused(b"PK\x03\x04 half a file", "the workbook is damaged or was not copied to the end");
        refused(b"\x00\x01\x02binary", "this is a binary file of no known kind");
        let mut encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        refused(&encrypted, "the workbook is protected by a password");
    }

    #[test]
    fn text_in_no_allowed_encoding_is_refused() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/trade/黑龙江省进出口2022-2024.csv");
        let options = ReadOptions { encodings: vec!["utf-8".to_owned()], delimiter: None };
        let error = read_workbook(&path, "a.csv", &options).unwrap_err().to_string();
        assert_eq!(error, "the text is in none of the encodings utf-8; save it as CSV in UTF-8");
    }

    #[test]
    fn half_a_workbook_is_damaged() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/trade/2021年黑龙江省进出口情况表.xlsx");
        let bytes = std::fs::read(path).unwrap();
        refused(&bytes[..bytes.len() / 2], "the workbook is damaged or was not copied to the end");
    }
}
