//! Excel 97 to 2003, Excel 5 and 95, and the single sheets of Excel 2 to 4, with what customs tables in this
//! form need: number formats, merges, indent, hidden rows, code pages. Links, names and charts are not read.

mod records;
mod sheet;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::cell_style::CellStyle;
use super::container::{Container, MAGIC, u16_at, u32_at};
use super::number_format::{Shown, built_in, shown};
use super::package::damaged;
use super::serial::Epoch;
use super::{ReadError, Workbook, told};
use crate::finding::{Severity, ingest as codes};
use crate::ingest::grid::{Cell, CellValue, Grid};
use records::{Length, Records, Version, code_page, shared_texts, text};
use sheet::Sheet;

/// What all sheets share.
struct Globals {
    version: Version,
    page: &'static Encoding,
    epoch: Epoch,
    texts: Vec<Arc<str>>,
    styles: Vec<CellStyle>,
    listed: Vec<Listed>,
}

impl Globals {
    fn style(&self, number: usize) -> CellStyle {
        self.styles.get(number).copied().unwrap_or_default()
    }
}

/// A sheet as the workbook lists it.
#[derive(Clone)]
struct Listed {
    name: String,
    hidden: bool,
    kind: u8,
    /// Where its records begin.
    at: usize,
}

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    let bytes = std::fs::read(path)?;
    if !bytes.starts_with(MAGIC) {
        return read_stream(&bytes);
    }
    let container = Container::open(&bytes)?;
    let stream = match container.stream("Workbook")? {
        Some(stream) => stream,
        None => container.stream("Book")?.ok_or_else(|| damaged("the container holds no workbook"))?,
    };
    read_stream(&stream)
}

/// Reads the stream of records that makes up a workbook.
fn read_stream(stream: &[u8]) -> Result<Workbook, ReadError> {
    let globals = read_globals(stream)?;
    let mut workbook = Workbook { format: "xls".to_owned(), sheets: Vec::new(), findings: Vec::new() };
    let mut sheets: Vec<(Listed, Sheet)> = Vec::new();
    for listed in globals.listed.clone() {
        let mut records = Records { stream, at: listed.at };
        let kind = match records.next()? {
            Some(start) if is_start(start.id) && listed.kind == 0 => u16_at(start.body, 2),
            _ if listed.kind != 0 => u16::from(listed.kind),
            _ => {
                let finding = told(&codes::SHEET_ABSENT, Severity::Error, &listed.name, "");
                workbook.findings.push(
                    finding.seen("its place in the file holds something else", "the cells of the sheet"),
                );
                continue;
            }
        };
        if listed.kind != 0 || kind != 0x10 && globals.version == Version::Eight {
            let seen = match kind {
                2 | 0x20 => "a chart",
                1 | 0x40 => "a macro sheet",
                _ => "a module of a program",
            };
            let finding = told(&codes::NO_WORKSHEET, Severity::Info, &listed.name, "");
            workbook.findings.push(finding.seen(seen, "a worksheet"));
            continue;
        }
        let sheet = sheet::read(&mut records, &globals).map_err(|error| match error {
            ReadError::Damaged { reason } => damaged(format!("sheet {}: {reason}", listed.name)),
            other => other,
        })?;
        sheets.push((listed, sheet));
    }
    let any_result = sheets.iter().any(|(_, sheet)| sheet.results > 0);
    for (listed, mut sheet) in sheets {
        workbook.findings.extend(sheet.odd.findings(&listed.name));
        if !any_result {
            for (row, col) in &sheet.empty_results {
                sheet.cells.push(&Cell::plain(*row, *col, CellValue::UncachedFormula("…".into())));
            }
        }
        let grid = Grid::new(listed.name, listed.hidden, sheet.cells, sheet.merges);
        workbook.sheets.push(grid.with_unseen(sheet.unseen));
    }
    Ok(workbook)
}

fn is_start(id: u16) -> bool {
    matches!(id, 0x0809 | 0x0409 | 0x0209 | 0x0009)
}

fn read_globals(stream: &[u8]) -> Result<Globals, ReadError> {
    let mut records = Records { stream, at: 0 };
    let start = records.next()?.filter(|record| is_start(record.id));
    let start = start.ok_or_else(|| damaged("its records have no beginning"))?;
    let version = match (start.id, u16_at(start.body, 0)) {
        (0x0009, _) => Version::Two,
        (0x0209 | 0x0409, _) => Version::ThreeOrFour,
        (_, 0x0600) => Version::Eight,
        (_, 0x0500) => Version::Five,
        // Some libraries leave the version out.
        (_, 0x0200..=0x0400) => Version::ThreeOrFour,
        _ => Version::Eight,
    };
    let mut globals = Globals {
        version,
        page: WINDOWS_1252,
        epoch: Epoch::Of1900,
        texts: Vec::new(),
        styles: Vec::new(),
        listed: Vec::new(),
    };
    let mut tables = Tables::default();
    while let Some(record) = records.next()? {
        match record.id {
            0x000a => break,
            0x002f => return Err(ReadError::Password),
            0x00fc => globals.texts = shared_texts(record.body, &records.continued()?)?,
            _ => tables.take(record.id, record.body, &mut globals),
        }
    }
    globals.styles = tables.styles(version);
    if globals.listed.is_empty() {
        // Before Excel 5 a file is one sheet.
        let (hidden, kind) = (false, 0);
        globals.listed.push(Listed { name: "Sheet1".to_owned(), hidden, kind, at: 0 });
        if version >= Version::Five && u16_at(start.body, 2) != 0x10 {
            return Err(ReadError::NoSheets);
        }
    }
    Ok(globals)
}

/// Formats, fonts and styles as they come.
#[derive(Default)]
struct Tables {
    formats: BTreeMap<u16, Shown>,
    struck_fonts: Vec<bool>,
    /// Font, format and indent of each style.
    styles: Vec<(u16, u16, u8)>,
}

impl Tables {
    fn take(&mut self, id: u16, body: &[u8], globals: &mut Globals) {
        match id {
            0x0042 => globals.page = code_page(u16_at(body, 0)),
            0x0022 if u16_at(body, 0) == 1 => globals.epoch = Epoch::Of1904,
            0x0085 => globals.listed.push(Listed {
                name: text(body.get(6..).unwrap_or_default(), Length::Byte, globals.version, globals.page),
                hidden: body.get(4).is_some_and(|state| state & 3 > 0),
                kind: body.get(5).copied().unwrap_or(0),
                at: usize::try_from(u32_at(body, 0)).unwrap_or(usize::MAX),
            }),
            0x0031 => self.struck_fonts.push(u16_at(body, 2) & 8 > 0),
            0x041e => {
                let length = if globals.version == Version::Eight { Length::Word } else { Length::Byte };
                let code = text(body.get(2..).unwrap_or_default(), length, globals.version, globals.page);
                self.formats.insert(u16_at(body, 0), shown(&code));
            }
            0x00e0 => {
                let indent = body.get(8).map_or(0, |bits| bits & 0x0f);
                let indent = if globals.version == Version::Eight { indent } else { 0 };
                self.styles.push((u16_at(body, 0), u16_at(body, 2), indent));
            }
            _ => {}
        }
    }

    fn styles(&self, version: Version) -> Vec<CellStyle> {
        if version < Version::Five {
            return Vec::new();
        }
        let style = |&(font, format, indent): &(u16, u16, u8)| {
            // There is no font number 4.
            let font = usize::from(if font > 4 { font - 1 } else { font });
            CellStyle {
                shown: self.formats.get(&format).copied().unwrap_or_else(|| built_in(format)),
                indent,
                struck: self.struck_fonts.get(font).copied().unwrap_or_default(),
            }
        };
        self.styles.iter().map(style).collect()
    }
}
