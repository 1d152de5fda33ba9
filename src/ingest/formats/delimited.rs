//! Cells of delimited text: quotes, delimiters, line ends, and what is wrong with them. Rows count as a
//! spreadsheet counts them: a quoted line break is no new row, a blank line is one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{MAX_CELLS, ReadError};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue};

/// Most bytes of one cell; no cell of a table comes near it.
const CELL_LIMIT: usize = 1 << 20;
/// Most bytes of one line.
const LINE_LIMIT: usize = 16 << 20;
/// Most lines one quoted cell may reach over; more is a quote that was never closed.
const QUOTED_LINES: usize = 1000;

/// One line of text, cut into cells; quoted cells may reach over several lines.
#[derive(Debug, Default)]
struct Record<'a> {
    /// The line it begins on, counted from 1.
    line: usize,
    /// Its cells; those with a doubled quote are own copies.
    cells: Vec<Cow<'a, str>>,
}

impl Record<'_> {
    /// Cells up to the last that is not blank: commas at the end, as some programs add them, count for nothing.
    fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1)
    }
}

/// Cuts a text.
struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text, delimiter, at: 0, line: 1 }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next line into `record`; `false` at the end of the text.
    fn next(&mut self, record: &mut Record<'a>) -> Result<bool, ReadError> {
        record.cells.clear();
        record.line = self.line;
        if self.at >= self.text.len() {
            return Ok(false);
        }
        let start = self.at;
        loop {
            let cell = if self.byte(self.at) == Some(b'"') { self.quoted()? } else { self.plain()? };
            record.cells.push(cell);
            if self.at - start > LINE_LIMIT {
                return Err(ReadError::LongLine { line: record.line, limit: LINE_LIMIT });
            }
            match self.byte(self.at) {
                Some(byte) if byte == self.delimiter => self.at += 1,
                Some(_) => {
                    self.line_end();
                    return Ok(true);
                }
                None => return Ok(true),
            }
        }
    }

    fn line_end(&mut self) {
        self.at += if self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(b"\r\n")) {
            2
        } else {
            1
        };
        self.line += 1;
    }

    /// A cell up to the next delimiter or line end; quotes within are signs like others.
    fn plain(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == self.delimiter || matches!(byte, b'\r' | b'\n'));
        let end = end.unwrap_or(rest.len());
        if end > CELL_LIMIT {
            return Err(ReadError::LongLine { line: self.line, limit: CELL_LIMIT });
        }
        let cell = self.text.get(self.at..self.at + end).unwrap_or_default();
        self.at += end;
        Ok(cell.into())
    }

    /// A quoted cell; a doubled quote stands for one.
    fn quoted(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let opened = self.line;
        let unclosed = || ReadError::UnclosedQuote { line: opened };
        let start = self.at + 1;
        let mut at = start;
        let mut owned: Option<String> = None;
        let mut from = start;
        loop {
            let byte = self.byte(at).ok_or_else(unclosed)?;
            match byte {
                b'"' if self.byte(at + 1) == Some(b'"') => {
                    owned.get_or_insert_default().push_str(self.text.get(from..=at).unwrap_or_default());
                    at += 2;
                    from = at;
                    continue;
                }
                b'"' => break,
                b'\n' => self.line += 1,
                b'\r' if self.byte(at + 1) != Some(b'\n') => self.line += 1,
                _ => {}
            }
            at += 1;
            if at - start > CELL_LIMIT || self.line - opened > QUOTED_LINES {
                return Err(unclosed());
            }
        }
        let last = self.text.get(from..at).unwrap_or_default();
        self.at = at + 1;
        let behind = self.plain()?;
        // `"a" b` within one line is a habit; over several lines the quote closed another.
        if !behind.trim().is_empty() && self.line > opened {
            return Err(unclosed());
        }
        Ok(match owned {
            None if behind.is_empty() => last.into(),
            owned => format!("{}{last}{behind}", owned.unwrap_or_default()).into(),
        })
    }
}

/// How well a delimiter cuts, the better the greater: lines of one width, the share of their cells that are
/// numbers, in thousandths, and that width.
type Cut = (usize, usize, usize);

/// The delimiter that cuts most lines into the same number of cells; a comma if none cuts any.
pub(super) fn find_delimiter(text: &str) -> u8 {
    let mut best = (Cut::default(), b',');
    // The comma last: of two that cut alike, the other is the delimiter and the comma a decimal mark.
    for delimiter in [b'\t', b';', b'|', b','] {
        let found = cut(text, delimiter);
        if found > best.0 {
            best = (found, delimiter);
        }
    }
    best.1
}

/// Of two delimiters that cut equally many lines alike, numbers tell which is a part of a cell: the commas of
/// `A,EXP,LT⇥12.5` or the tab that keeps a code from being a number in `0847⇥,名称,12.5`.
fn cut(text: &str, delimiter: u8) -> Cut {
    // Lines of each width, and the numbers in them.
    let mut widths: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut records = Records::new(text, delimiter);
    let mut record = Record::default();
    for _ in 0..200 {
        if !records.next(&mut record).unwrap_or(false) {
            break;
        }
        if record.cells.len() > 1 {
            let (lines, numbers) = widths.entry(record.cells.len()).or_default();
            *lines += 1;
            *numbers += record.cells.iter().filter(|cell| looks_like_a_number(cell)).count();
        }
    }
    let cuts =
        widths.into_iter().map(|(width, (lines, numbers))| (lines, numbers * 1000 / (lines * width), width));
    cuts.max_by_key(|(lines, _, width)| (*lines, *width)).unwrap_or_default()
}

fn looks_like_a_number(cell: &str) -> bool {
    let sign = |ch: char| ch.is_ascii_digit() || ch.is_whitespace() || ".,+-%()".contains(ch);
    let begins = cell.trim_start_matches([' ', '+', '-', '(']).starts_with(|ch: char| ch.is_ascii_digit());
    begins && cell.chars().all(sign)
}

/// What is odd about a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Oddities {
    /// The first line wider than most and how many are: an unquoted delimiter shifts cells.
    pub wide: Option<(usize, u64)>,
    /// The last line, where it ends without a line break; and whether it is narrower than most.
    pub unended: Option<(usize, Narrow)>,
}

/// Whether a line is narrower than most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrow {
    Yes,
    No,
}

/// Every cell that is not blank, verbatim, and what is odd.
pub(super) fn cells(text: &str, delimiter: u8) -> Result<(Cells, Oddities), ReadError> {
    let mut records = Records::new(text, delimiter);
    let mut record = Record::default();
    let mut cells = Cells::default();
    // Lines of each width: how many, and the first.
    let mut widths: BTreeMap<usize, (u64, usize)> = BTreeMap::new();
    let (mut row, mut last) = (0_u32, (0, 0));
    while records.next(&mut record)? {
        for (col, cell) in (0_u32..).zip(&record.cells) {
            if !cell.trim().is_empty() {
                cells.push(&Cell::plain(row, col, CellValue::Text(Cow::Borrowed(cell))));
            }
        }
        if cells.len() > MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        let width = record.width();
        if width > 0 {
            widths.entry(width).or_insert((0, record.line)).0 += 1;
        }
        last = (record.line, record.cells.len());
        row = row.saturating_add(1);
    }
    let usual =
        widths.iter().max_by_key(|(width, (lines, _))| (*lines, **width)).map_or(0, |(width, _)| *width);
    let lines: u64 = widths.values().map(|(lines, _)| lines).sum();
    let wide: Vec<(u64, usize)> = widths.range(usual + 1..).map(|(_, found)| *found).collect();
    let wider: u64 = wide.iter().map(|(lines, _)| lines).sum();
    // A cut between the two signs that end a line loses the lines behind it, like any other.
    let cut = text.ends_with('\r') && text.contains("\r\n");
    let ended = text.ends_with(['\n', '\r']) && !cut || text.is_empty();
    Ok((
        cells,
        Oddities {
            // Where widths differ freely, none is usual: the text is several tables, or none.
            wide: (wider > 0 && usual > 1 && wider * 10 <= lines)
                .then(|| (wide.iter().map(|(_, line)| *line).min().unwrap_or(0), wider)),
            unended: (!ended).then_some((last.0, if last.1 < usual { Narrow::Yes } else { Narrow::No })),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::address;

    #[track_caller]
    fn check(text: &str, delimiter: u8, expected: &str) {
        let (cells, _) = cells(text, delimiter).unwrap();
        let told: Vec<String> = cells
            .iter()
            .map(|cell| format!("{}={:?}", address(cell.row, cell.col), cell.printed()))
            .collect();
        assert_eq!(told.join(" "), expected);
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
        check("a,b\n\n\"x\ny\",2\nz,3\n", b',', "A1=\"a\" B1=\"b\" A3=\"x\\ny\" B3=\"2\" A4=\"z\" B4=\"3\"");
        check("a,b\r\rc,d\r", b',', "A1=\"a\" B1=\"b\" A3=\"c\" B3=\"d\"");
        check("a,b\r\n\r\nc", b',', "A1=\"a\" B1=\"b\" A3=\"c\"");
    }

    /// Rows of the cells of a text.
    #[track_caller]
    fn check_rows(text: &str, expected: &[u32]) {
        let rows: Vec<u32> = cells(text, b',').unwrap().0.iter().map(|cell| cell.row).collect();
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
    fn quotes_are_taken_as_they_are_meant() {
        check("\"a\"\"b\",c\"d,\"e\" f\n", b',', "A1=\"a\\\"b\" B1=\"c\\\"d\" C1=\"e f\"");
        check("\"\",\" \",x", b',', "C1=\"x\"");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_with_its_line() {
        let tail = "e,f\n".repeat(2000);
        for text in [
            "a,b\nc,\"d\n".to_owned() + &tail,
            "a,b\nc,\"d\ne,f\ng,\"h\n".to_owned(),
            "a,b\nc,\"d".to_owned(),
        ] {
            let error = cells(&text, b',').unwrap_err().to_string();
            assert!(error.starts_with("the quote opened on line 2 is never closed"), "{error}");
        }
    }

    #[test]
    fn endless_lines_and_cells_are_refused() {
        for text in ["x".repeat(CELL_LIMIT + 1), "xxx,".repeat(LINE_LIMIT / 4 + 1)] {
            let error = cells(&text, b',').unwrap_err().to_string();
            assert!(error.starts_with("line 1 is longer than"), "{error}");
        }
    }

    #[test]
    fn ten_thousand_columns_are_read() {
        let line = vec!["1"; 10_000].join(",");
        assert_eq!(cells(&format!("{line}\n{line}\n"), b',').unwrap().0.len(), 20_000);
    }

    #[test]
    fn odd_lines_are_told() {
        let odd = |text: &str| cells(text, b',').unwrap().1;
        let table = "a,b\n".repeat(20);
        assert_eq!(odd(&table), Oddities::default());
        assert_eq!(odd(&format!("{table}1,2,3\n{table}c,d,,,\n")).wide, Some((21, 1)));
        assert_eq!(odd(&format!("{table}c")).unended, Some((21, Narrow::Yes)));
        assert_eq!(odd("a,b\r\nc,d\r").unended, Some((2, Narrow::No)));
        assert_eq!(odd("a,b\rc,d\r").unended, None);
        assert_eq!(odd(&format!("{table}c,d")).unended, Some((21, Narrow::No)));
    }
}
