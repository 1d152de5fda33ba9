//! CSV and its kin: encoding, delimiter, cells. A strict decoding of the whole file decides the encoding,
//! because detectors err on short files of Chinese and Russian text.

use std::path::Path;

use encoding_rs::Encoding;

use super::{ReadError, ReadOptions, Workbook};
use crate::ingest::grid::{Cell, CellValue, Grid};

/// Reads a delimited text file as one sheet without a name.
pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Workbook, ReadError> {
    let bytes = std::fs::read(path)?;
    let (text, encoding) = decode(&bytes, &options.encodings)?;
    let delimiter = options.delimiter.unwrap_or_else(|| find_delimiter(&text));
    let cells = cells(&text, delimiter).map_err(|error| ReadError::Damaged { reason: error.to_string() })?;
    let kind = if delimiter == b'\t' { "tsv" } else { "csv" };
    Ok(Workbook {
        format: format!("{kind}, {encoding}"),
        sheets: vec![Grid::new("", false, cells, Vec::new())],
        findings: Vec::new(),
    })
}

/// The text and the name of its encoding.
fn decode(bytes: &[u8], allowed: &[String]) -> Result<(String, &'static str), ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return strict(rest, encoding).map(|text| (text, encoding.name())).ok_or_else(|| none_of(allowed));
    }
    let fits: Vec<(String, &'static Encoding)> = allowed
        .iter()
        .filter_map(|label| Encoding::for_label(label.as_bytes()))
        .filter_map(|encoding| strict(bytes, encoding).map(|text| (text, encoding)))
        .collect();
    let utf8 = fits.iter().position(|(_, encoding)| *encoding == encoding_rs::UTF_8);
    let chosen = utf8.or_else(|| {
        // A single-byte encoding fits almost anything, GB18030 a short Russian file: the one whose text
        // looks most like a language of the office wins, the order of preference on a tie.
        let scores = fits.iter().map(|(text, _)| plausible(text));
        scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(at, _)| at)
    });
    let found = chosen.and_then(|at| fits.into_iter().nth(at));
    found.map(|(text, encoding)| (text, encoding.name())).ok_or_else(|| none_of(allowed))
}

fn none_of(allowed: &[String]) -> ReadError {
    ReadError::Encoding { allowed: allowed.join(", ") }
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// Share of the letters outside ASCII that belong to words: common Chinese characters, or Russian letters
/// in lower case after the first of a word. Wrong decodings give rare characters and odd capitals.
fn plausible(text: &str) -> f64 {
    let (mut letters, mut good) = (0.0_f64, 0.0_f64);
    let mut inside_word = false;
    for ch in text.chars().filter(|ch| !ch.is_ascii()).take(20_000) {
        if ch.is_control() {
            letters += 1.0;
            continue;
        }
        let weight = match ch {
            'а'..='я' | 'ё' => 1.0,
            'А'..='Я' | 'Ё' => {
                if inside_word {
                    0.2
                } else {
                    1.0
                }
            }
            // The level 1 characters of GB 2312, which make up nearly all of office Chinese, are told by
            // their first byte in GB18030: B0 to D7.
            '\u{4e00}'..='\u{9fff}' => {
                if is_common(ch) {
                    1.0
                } else {
                    0.1
                }
            }
            '\u{3000}'..='\u{303f}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{a0}'
            | '«'
            | '»'
            | '–'
            | '—'
            | '“'
            | '”'
            | '№' => 1.0,
            _ => 0.0,
        };
        inside_word = ch.is_alphabetic();
        letters += 1.0;
        good += weight;
    }
    if letters > 0.0 { good / letters } else { 1.0 }
}

fn is_common(ch: char) -> bool {
    let mut buffer = [0_u8; 4];
    let (bytes, _, failed) = encoding_rs::GB18030.encode(ch.encode_utf8(&mut buffer));
    !failed && bytes.len() == 2 && bytes.first().is_some_and(|first| (0xb0..=0xd7).contains(first))
}

/// The delimiter that cuts most lines into the same number of cells; a comma if none cuts any.
fn find_delimiter(text: &str) -> u8 {
    let mut best = (0_usize, 0_usize, b',');
    // The comma last: of two that cut alike, the other is the delimiter and the comma a decimal mark.
    for delimiter in [b'\t', b';', b'|', b','] {
        let mut counts = std::collections::BTreeMap::new();
        let mut reader = reader(delimiter, text);
        for record in reader.records().take(200).flatten() {
            if record.len() > 1 {
                *counts.entry(record.len()).or_insert(0_usize) += 1;
            }
        }
        // Of two delimiters that cut equally many lines alike, the one that cuts into more cells.
        if let Some((width, lines)) = counts.into_iter().max_by_key(|(width, lines)| (*lines, *width))
            && (lines, width) > (best.0, best.1)
        {
            best = (lines, width, delimiter);
        }
    }
    best.2
}

fn reader(delimiter: u8, text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Every cell that is not blank, verbatim. Rows are counted as a spreadsheet would: a quoted line break is
/// no new row, a blank line is one.
fn cells(text: &str, delimiter: u8) -> Result<Vec<Cell>, csv::Error> {
    let mut reader = reader(delimiter, text);
    let mut record = csv::StringRecord::new();
    let mut cells = Vec::new();
    let mut row = 0_u32;
    while reader.read_record(&mut record)? {
        // The reader passes over blank lines; a record's position lies before them.
        let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
        // Of CR LF, the record before took the CR alone: its LF is no blank line.
        let ended_by_cr = start.checked_sub(1).and_then(|at| text.as_bytes().get(at)) == Some(&b'\r');
        let start = start + usize::from(ended_by_cr && text.as_bytes().get(start) == Some(&b'\n'));
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|byte| **byte == b'\n')
            .count();
        row = row.saturating_add(u32::try_from(blank).unwrap_or(0));
        for (col, cell) in record.iter().enumerate() {
            if !cell.trim().is_empty() {
                let col = u32::try_from(col).unwrap_or(u32::MAX);
                cells.push(Cell::plain(row, col, CellValue::Text(cell.into())));
            }
        }
        row = row.saturating_add(1);
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, encode: &'static Encoding, expected: &str) {
        let (bytes, _, _) = encode.encode(text);
        let (decoded, name) = decode(&bytes, &ReadOptions::default().encodings).unwrap();
        assert_eq!((decoded.as_str(), name), (text, expected));
    }

    /// Rows of the cells of a text.
    #[track_caller]
    fn check_rows(text: &str, expected: &[u32]) {
        let rows: Vec<u32> = cells(text, b',').unwrap().iter().map(|cell| cell.row).collect();
        assert_eq!(rows, expected, "{text:?}");
    }

    #[test]
    fn lines_are_counted_as_they_stand_in_the_file() {
        check_rows("a\nb\nc", &[0, 1, 2]);
        check_rows("a\r\nb\r\nc", &[0, 1, 2]);
        check_rows("a\n\nb\n\n\nc", &[0, 2, 5]);
        check_rows("a\r\n\r\nb\r\n\r\n\r\nc", &[0, 2, 5]);
        check_rows("\r\na", &[1]);
    }

    #[test]
    fn encodings_are_told_apart_even_in_short_files() {
        check("金额,单位", encoding_rs::UTF_8, "UTF-8");
        check("黑龙江省,1", encoding_rs::GB18030, "gb18030");
        check("时期,进出口\n2022年,1", encoding_rs::GB18030, "gb18030");
        check("Год;Сумма\n2011;1", encoding_rs::WINDOWS_1251, "windows-1251");
        check("Партнёр;Россия", encoding_rs::WINDOWS_1251, "windows-1251");
        check("Внешняя торговля провинции Хэйлунцзян", encoding_rs::WINDOWS_1251, "windows-1251");
        check("a,b\n1,2", encoding_rs::WINDOWS_1251, "UTF-8");
    }

    #[test]
    fn utf_16_is_told_by_its_mark() {
        let bytes: Vec<u8> = "\u{feff}金额\t1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (text, name) = decode(&bytes, &[]).unwrap();
        assert_eq!((text.as_str(), name), ("金额\t1", "UTF-16LE"));
    }

    #[test]
    fn delimiters_are_counted() {
        assert_eq!(find_delimiter("Заголовок\nа;1,5;2,5\nб;3,5;4,5\n"), b';');
        assert_eq!(find_delimiter("a,b\n\"x;y\",1\n"), b',');
        assert_eq!(find_delimiter("a\tb\n1,5\t2\n"), b'\t');
        assert_eq!(find_delimiter("one line"), b',');
    }

    #[test]
    fn blank_lines_and_quoted_breaks_keep_rows_right() {
        let found = cells("a,b\n\n\"x\ny\",2\nz,3\n", b',').unwrap();
        let told: Vec<String> =
            found.iter().map(|cell| format!("{},{} {:?}", cell.row, cell.col, cell.printed())).collect();
        assert_eq!(told, ["0,0 \"a\"", "0,1 \"b\"", "2,0 \"x\\ny\"", "2,1 \"2\"", "3,0 \"z\"", "3,1 \"3\""]);
    }
}
