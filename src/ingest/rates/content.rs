//! A rates file as rows of cells: text in one of the encodings a layout allows, a workbook, the table of a
//! web page, or the XML of the Bank of Russia. What the cells mean is said by the layouts.

use std::path::Path;

use encoding_rs::Encoding;

use super::{RateFileError, valutes};
use crate::finding::Finding;
use crate::ingest::cells::Row as SheetRow;
use crate::ingest::formats::{ReadOptions, read_workbook};
use crate::ingest::grid::Grid;

/// A row of cells with its number, counted from 1.
pub(super) type Row = (u32, Vec<String>);

/// One sheet, or a text, cut into rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CutSheet {
    /// The sheet's name; `None` where rows are lines of text.
    pub sheet: Option<String>,
    /// Its rows that are not blank.
    pub rows: Vec<Row>,
    /// Cells of a sheet that only blanks fill, which stand in no row; of texts and pages they are not counted.
    pub blanks: u64,
}

/// What a file holds.
pub(super) enum Content {
    /// Text, not yet decoded: a layout says in which encodings it comes.
    Text(Vec<u8>),
    /// Sheets or tables, and what is odd about the workbook.
    Sheets(Vec<CutSheet>, Vec<Finding>),
}

/// Tells by its first bytes what a file is, and cuts it.
pub(super) fn content(path: &Path, shown: &str) -> Result<Content, RateFileError> {
    let damaged = |reason: String| RateFileError::Damaged { file: shown.to_owned(), reason };
    let bytes = crate::store::read_bytes(path).map_err(|error| damaged(error.to_string()))?;
    if bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let book = read_workbook(path, shown, &ReadOptions::default())
            .map_err(|error| damaged(error.to_string()))?;
        return Ok(Content::Sheets(book.sheets.iter().map(sheet).collect(), book.findings));
    }
    markup_or_text(bytes).map_err(damaged)
}

/// What is no workbook.
pub(super) fn markup_or_text(bytes: Vec<u8>) -> Result<Content, String> {
    let start = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(&bytes)).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with('<') {
        return Ok(Content::Text(bytes));
    }
    let declared = start.split_once("encoding=").or_else(|| start.split_once("charset="));
    let declared = declared.map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let declared =
        declared.and_then(|rest| rest.split(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '-')).next());
    // A file saved anew keeps its declaration and loses its encoding, so UTF-8 that fits comes first.
    let text = decode(&bytes, "utf-8").or_else(|| declared.and_then(|label| decode(&bytes, label)));
    let text = text.or_else(|| decode(&bytes, "gb18030")).ok_or("its encoding is not known")?;
    let rows = if text.contains("<ValCurs") { valutes::rows(&text)? } else { table_rows(&text) };
    Ok(Content::Sheets(vec![CutSheet { rows, ..CutSheet::default() }], Vec::new()))
}

/// The text in an encoding, if it fits without a doubt.
pub(super) fn decode(bytes: &[u8], label: &str) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strict(bytes.get(mark..)?, encoding);
    }
    strict(bytes, Encoding::for_label(label.as_bytes())?)
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// Text cut at one delimiter; rows are lines as an editor counts them.
pub(super) fn cut(text: &str, delimiter: u8) -> Result<CutSheet, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        // The reader's lines count from 1, but a record's place lies before the blank lines above it.
        let at = record.position().map_or(0, csv::Position::byte);
        let before = usize::try_from(at).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
        let blank =
            before.iter().take_while(|byte| b"\r\n".contains(byte)).filter(|byte| **byte == b'\n').count();
        let line = record.position().map_or(0, csv::Position::line) + u64::try_from(blank).unwrap_or(0);
        let cells: Vec<String> = record.iter().map(clean).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((u32::try_from(line).unwrap_or(u32::MAX), cells));
        }
    }
    Ok(CutSheet { rows, ..CutSheet::default() })
}

/// A cell without blanks at its ends, U+00A0 included.
fn clean(cell: &str) -> String {
    cell.trim_matches(|ch: char| ch.is_whitespace() || ch == '\u{feff}').to_owned()
}

/// A sheet of a workbook.
fn sheet(grid: &Grid) -> CutSheet {
    let mut sheet = CutSheet { sheet: Some(grid.sheet.clone()), ..CutSheet::default() };
    for (number, cells) in grid.rows() {
        let row = in_columns(cells);
        let filled = row.iter().filter(|cell| !cell.is_empty()).count();
        sheet.blanks += u64::try_from(cells.len() - filled).unwrap_or(u64::MAX);
        if filled > 0 {
            sheet.rows.push((number.saturating_add(1), row));
        }
    }
    sheet
}

/// The cells of a row of a sheet, each in its column.
fn in_columns(cells: SheetRow<'_>) -> Vec<String> {
    let mut row = Vec::new();
    for cell in cells {
        let at = usize::try_from(cell.col).unwrap_or(0);
        if row.len() < at {
            row.resize(at, String::new());
        }
        row.push(clean(&cell.printed()));
    }
    row
}

/// The rows of the tables of a web page. Pages are no XML, so the tags that matter are looked for by name.
fn table_rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let lower = text.to_ascii_lowercase();
    let line_of = |at: usize| lower.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    for (start, end) in elements(&lower, &["<tr"]) {
        let row = lower.get(start..end).unwrap_or_default();
        let cells = elements(row, &["<td", "<th"]).into_iter().map(|(from, to)| {
            let closed = ["</td", "</th", "</tr", "</table"];
            let cell = row.get(from..to).unwrap_or_default();
            let to = closed.into_iter().filter_map(|tag| cell.find(tag)).min().map_or(to, |at| from + at);
            let inner = text.get(start + from..start + to).unwrap_or_default();
            clean(&without_tags(inner))
        });
        let cells: Vec<String> = cells.collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((u32::try_from(line_of(start)).unwrap_or(u32::MAX), cells));
        }
    }
    rows
}

/// Spans that begin at one of the tags and end where the next begins.
fn elements(text: &str, tags: &[&str]) -> Vec<(usize, usize)> {
    let is_tag = |at: usize, tag: &str| {
        // `<tr>` and `<tr class=…>`, not `<track>`; `<th>`, not `<thead>`.
        let next = text.as_bytes().get(at + tag.len());
        next.is_some_and(|next| *next == b'>' || next.is_ascii_whitespace())
    };
    let mut starts: Vec<usize> = tags
        .iter()
        .flat_map(|tag| {
            text.match_indices(tag).map(|(at, _)| at).filter(|at| is_tag(*at, tag)).collect::<Vec<_>>()
        })
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(text.len()));
    starts.iter().copied().zip(ends).collect()
}

fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for ch in text.chars() {
        match ch {
            '<' => inside = true,
            '>' => inside = false,
            ch if !inside => plain.push(ch),
            _ => {}
        }
    }
    plain.replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Row> {
        match markup_or_text(bytes.to_vec()).unwrap() {
            Content::Sheets(sheets, _) => sheets.into_iter().next().unwrap().rows,
            Content::Text(_) => Vec::new(),
        }
    }

    #[test]
    fn the_table_of_a_page_is_cut_into_cells() {
        let page = "<html><track/>\n<table><thead><tr class=a><th>日期</th><th><b>美元</b></th></tr></thead>\n\
                    <TR><TD>2021-01-04&nbsp;<td>654.08</TR></table>";
        let expected = vec![
            (2, vec!["日期".to_owned(), "美元".to_owned()]),
            (3, vec!["2021-01-04".to_owned(), "654.08".to_owned()]),
        ];
        assert_eq!(rows(page.as_bytes()), expected);
    }

    #[test]
    fn a_declared_encoding_is_used_where_the_text_is_no_utf_8() {
        let xml = "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<ValCurs Date=\"02.03.2022\" name=\"x\">\n\
                   <Valute ID=\"R1\"><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name>\
                   <Value>91,7457</Value></Valute></ValCurs>";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(xml);
        let row = ["", "USD", "1", "91,7457", "", "R1", "Доллар США"].map(str::to_owned).to_vec();
        assert_eq!(rows(&bytes).get(1), Some(&(3, row.clone())));
        assert_eq!(rows(xml.as_bytes()).get(1), Some(&(3, row)));
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let cut = cut("\r\na,\"b\"\r\n\r\n1,2\u{a0}\r\n", b',').unwrap();
        let expected = [(2, vec!["a".to_owned(), "b".to_owned()]), (4, vec!["1".to_owned(), "2".to_owned()])];
        assert_eq!(cut.rows, expected);
    }
}
