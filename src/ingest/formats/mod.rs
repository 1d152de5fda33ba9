//! Bytes to cells. The format is told by content; a wrong ending is read with a finding. What a file says
//! twice, leaves out or says without sense is told, never smoothed over.

mod biff;
mod cell_style;
mod container;
mod delimited;
mod encoding;
mod error;
mod guards;
mod html;
mod number_format;
mod ods;
mod package;
mod pieces;
mod serial;
mod sniff;
mod text;
mod xls;
mod xlsb;
mod xlsx;
mod xml;
mod xml2003;

#[cfg(test)]
mod delimited_tests;
#[cfg(test)]
mod peer_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::{Code, Finding, Place, Severity, ingest as codes};
use crate::ingest::grid::{CellValue, Grid};
use crate::table::address;

pub(crate) use error::ReadError;
pub(crate) use sniff::Kind;

/// Most cells of one sheet: eight times a month of customs declarations, as many as 256 MiB hold.
pub(super) const MAX_CELLS: usize = 1 << 24;

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
        let encodings = ["utf-8", "gb18030", "windows-1251", "koi8-r", "ibm866"].map(str::to_owned).to_vec();
        Self { encodings, delimiter: None }
    }
}

/// A finding about a place of the file, whose name is set later.
fn told(code: &'static Code, severity: Severity, sheet: &str, cell: &str) -> Finding {
    let place = Place { file: String::new(), sheet: sheet.to_owned(), cell: cell.to_owned() };
    Finding::new(code, severity, "input").at(place)
}

/// Reads every sheet of the file at `path`, which is shown as `shown`.
pub(crate) fn read_workbook(path: &Path, shown: &str, options: &ReadOptions) -> Result<Workbook, ReadError> {
    guards::file(path)?;
    let kind = sniff::sniff(path)?;
    guards::before(path, kind)?;
    // A damaged workbook can make a reader panic; that costs the file, not the run.
    let read = std::panic::catch_unwind(|| match kind {
        Kind::Xlsx => xlsx::read(path),
        Kind::Ods => ods::read(path),
        Kind::Xls => xls::read(path),
        Kind::Xlsb => xlsb::read(path),
        Kind::Text | Kind::Html | Kind::Xml2003 | Kind::Fods => text::read(path, kind, options),
    });
    let mut workbook = read.unwrap_or_else(|_panic| {
        Err(ReadError::Damaged { reason: "the reader of this format broke off".to_owned() })
    })?;
    // A text may be longer than any sheet.
    if kind != Kind::Text {
        guards::after(&workbook)?;
    }
    check_sheets(&workbook)?;
    let found: Vec<Finding> = workbook.sheets.iter().flat_map(odd_cells).collect();
    workbook.findings.extend(found);
    let ending = shown.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !kind.endings().contains(&ending.as_str()) {
        workbook.findings.push(
            told(&codes::WRONG_ENDING, Severity::Info, "", "")
                .seen(format!(".{ending}"), format!(".{}", kind.name())),
        );
    }
    workbook.findings.iter_mut().for_each(|finding| shown.clone_into(&mut finding.place.file));
    Ok(workbook)
}

/// A workbook without sheets, or with two of one name, is none that a spreadsheet program saved.
fn check_sheets(workbook: &Workbook) -> Result<(), ReadError> {
    if workbook.sheets.is_empty() {
        let absent = workbook.findings.iter().find(|finding| finding.code == &codes::SHEET_ABSENT);
        let other = workbook.findings.iter().find(|finding| finding.code == &codes::NO_WORKSHEET);
        return Err(match (absent, other) {
            (Some(absent), _) => {
                ReadError::Damaged { reason: format!("sheet {}: {}", absent.place.sheet, absent.seen) }
            }
            // A file that is one sheet, as those before Excel 5 are, gives it no name.
            (None, Some(other)) if other.place.sheet.is_empty() => {
                ReadError::NoWorksheet { what: other.seen.clone() }
            }
            (None, Some(other)) => {
                ReadError::NoWorksheet { what: format!("{} ({})", other.place.sheet, other.seen) }
            }
            (None, None) => ReadError::NoSheets,
        });
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, grid) in workbook.sheets.iter().enumerate() {
        if let Some(first) = seen.insert(grid.sheet.to_lowercase(), at) {
            return Err(ReadError::SheetsOfOneName {
                name: grid.sheet.clone(),
                first: first + 1,
                second: at + 1,
            });
        }
    }
    Ok(())
}

/// Cells that stand twice in a sheet, and cells without sound content.
fn odd_cells(grid: &Grid) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(((row, col), count)) = grid.repeated() {
        let finding = told(&codes::CELL_REPEATED, Severity::Warning, &grid.sheet, &address(row, col));
        let last = grid.cell(row, col).map(|cell| cell.printed()).unwrap_or_default();
        findings.push(finding.seen(last, "one value").times(count));
    }
    let mut damaged = grid.cells().filter(|cell| matches!(cell.value, CellValue::Damaged(_)));
    if let Some(first) = damaged.next() {
        let place = address(first.row, first.col);
        let count = 1 + u64::try_from(damaged.count()).unwrap_or(u64::MAX - 1);
        let finding = told(&codes::CELL_DAMAGED, Severity::Warning, &grid.sheet, &place);
        findings.push(finding.seen(first.printed(), "a value").times(count));
    }
    findings
}
