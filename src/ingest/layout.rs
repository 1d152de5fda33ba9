//! Where in a sheet the tables stand: header row, data, notes, the lines above. Found by labels, never by
//! coordinates, with the reason for each choice. Reads no value.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::table::column_letters;
use crate::text::{Pattern, fold};

use super::cells::Row;
use super::grid::{Cell, CellValue, Grid};
use super::header::{HeaderColumn, header_columns, header_depth};
use super::spec_table::{Beside, TableRule};

/// One table of a sheet.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Rows above the header that belong to this table and to no other: title, unit.
    pub(super) above: Range<u32>,
    /// Rows of the header.
    pub(super) header: Range<u32>,
    /// Rows that may hold data.
    pub(super) data: Range<u32>,
    /// Rows after the data.
    pub(super) notes: Range<u32>,
    /// The columns of the sheet that are this table's: all but where tables stand side by side.
    pub(super) cols: Range<u32>,
    /// The columns that have a header, from left to right.
    pub(super) columns: Vec<HeaderColumn>,
    /// Why it was found here.
    pub(super) decision: String,
}

/// The row that came nearest to being a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoHeader {
    /// Row, counted from 0, and the labels it lacks.
    pub(super) nearest: Option<(u32, Vec<String>)>,
    /// How many rows were looked through.
    pub(super) searched: u32,
}

/// Finds every table of a sheet, from top to bottom.
pub(super) fn find_blocks(grid: &Grid, rule: &TableRule) -> Result<Vec<Block>, NoHeader> {
    let headers = find_headers(grid, rule)?;
    let end_of_sheet = grid.rows().last().map_or(0, |(row, _)| row + 1);
    let mut blocks: Vec<Block> = Vec::new();
    let mut free_from = 0;
    for (at, header_row) in headers.iter().enumerate() {
        let header = *header_row..header_row + depth_of(grid, *header_row, rule);
        let next_header = headers.get(at + 1).copied();
        let limit = next_header.map_or(end_of_sheet, |next| top_of(grid, header.end..next, rule));
        let mut notes_from = limit;
        let side_by_side = tables_in(grid, *header_row, rule);
        let first = blocks.len();
        for cols in side_by_side {
            let data = header.end..end_of_data(grid, header.end..limit, &cols, rule);
            notes_from = if blocks.len() == first { data.end } else { notes_from.max(data.end) };
            let columns: Vec<HeaderColumn> = header_columns(grid, &header, &cols, rule);
            let decision = decision(grid, rule, (&header, &data), &columns);
            let notes = data.end..data.end;
            let above = free_from..*header_row;
            blocks.push(Block { above, header: header.clone(), data, notes, cols, columns, decision });
        }
        if let Some(block) = blocks.get_mut(first) {
            block.notes = notes_from..limit;
        }
        free_from = limit;
    }
    Ok(blocks)
}

/// How many rows a header takes: as declared, else as it looks.
pub(super) fn depth_of(grid: &Grid, row: u32, rule: &TableRule) -> u32 {
    rule.header_rows.unwrap_or_else(|| header_depth(grid, row))
}

/// What was found where and by what, in words.
fn decision(
    grid: &Grid,
    rule: &TableRule,
    (header, data): (&Range<u32>, &Range<u32>),
    columns: &[HeaderColumn],
) -> String {
    let names: Vec<&str> = rule.labels.iter().map(Pattern::written).collect();
    let columns = columns.iter().map(|column| format!("{}={}", column_letters(column.col), column.name()));
    format!(
        "{}: header in row {}{}, because it holds {}; data in rows {} to {}; columns {}",
        if grid.sheet.is_empty() { "the file" } else { &grid.sheet },
        header.start + 1,
        if header.end > header.start + 1 { format!(" to {}", header.end) } else { String::new() },
        names.join(", "),
        header.end + 1,
        data.end,
        columns.collect::<Vec<_>>().join(", "),
    )
}

/// The columns of each table whose header begins in this row: one table has them all; of tables side by side
/// each begins where the first label stands once more.
fn tables_in(grid: &Grid, row: u32, rule: &TableRule) -> Vec<Range<u32>> {
    let first = rule.labels.first();
    let starts: Vec<u32> = grid
        .row(row)
        .iter()
        .filter(|cell| match (&cell.value, first) {
            (CellValue::Text(text), Some(label)) => says(&super::header::spellings(text), label),
            _ => false,
        })
        .map(|cell| cell.col)
        .collect();
    if rule.beside == Beside::Columns || starts.len() < 2 {
        return std::iter::once(0..u32::MAX).collect();
    }
    let ends = starts.iter().skip(1).copied().chain([u32::MAX]);
    let begins = std::iter::once(0).chain(starts.iter().skip(1).copied());
    begins.zip(ends).map(|(start, end)| start..end).collect()
}

/// Rows that hold all labels. The first must stand near the top; the same header further down begins a new
/// table, but not inside the header: customs tables print 进出口 | 出口 | 进口 once more under their growth.
fn find_headers(grid: &Grid, rule: &TableRule) -> Result<Vec<u32>, NoHeader> {
    let mut headers = Vec::new();
    let mut last = None;
    let mut nearest: Option<(u32, Vec<String>)> = None;
    let mut searched = 0;
    let mut header_end = 0;
    let in_first_row = if rule.header_rows.is_some() { 1 } else { rule.labels.len() };
    let labels = rule.labels.iter().take(in_first_row);
    let firsts: Vec<char> = labels.filter_map(first_sign).collect();
    for (row, cells) in grid.rows() {
        let last = *last.get_or_insert(row + rule.search_rows);
        if headers.is_empty() && row >= last {
            break;
        }
        searched += 1;
        if row < header_end || (!headers.is_empty() && !may_be_header(cells, &firsts)) {
            continue;
        }
        let missing = missing_labels(grid, (row, cells), rule);
        if missing.is_empty() {
            headers.push(row);
            header_end = row + depth_of(grid, row, rule);
        } else if missing.len() < rule.labels.len()
            && nearest.as_ref().is_none_or(|(_, known)| missing.len() < known.len())
        {
            nearest = Some((row, missing));
        }
    }
    if headers.is_empty() { Err(NoHeader { nearest, searched }) } else { Ok(headers) }
}

/// The sign every text of a pattern begins with; nothing where it may be any.
fn first_sign(label: &Pattern) -> Option<char> {
    fold(label.written()).chars().next().filter(|sign| !matches!(sign, '*' | '/' | '\\'))
}

/// Whether one of the spellings of a text is what a label means.
fn says(spellings: &[String], label: &Pattern) -> bool {
    spellings.iter().any(|text| label.matches(text))
}

/// Cheap test for the hundred thousand rows below the first header: some text begins like a label.
fn may_be_header(cells: Row<'_>, firsts: &[char]) -> bool {
    firsts.iter().all(|wanted| {
        cells.iter().any(|cell| match &cell.value {
            CellValue::Text(text) => {
                let first = text.chars().find(|ch| !ch.is_whitespace());
                match first {
                    // Ideographs are as they are in their folded form, and plain letters but for their case.
                    Some(plain @ '\u{4e00}'..='\u{9fff}') => plain == *wanted,
                    Some(plain) if plain.is_ascii() => plain.to_ascii_lowercase() == *wanted,
                    first => first.into_iter().nfkc().flat_map(char::to_lowercase).next() == Some(*wanted),
                }
            }
            _ => false,
        })
    })
}

/// The labels a row lacks; with a declared depth the rows below hold all but the first.
fn missing_labels(grid: &Grid, (row, cells): (u32, Row<'_>), rule: &TableRule) -> Vec<String> {
    let own = spelled(cells);
    let mut below = Vec::new();
    for row in row + 1..row + rule.header_rows.unwrap_or(1) {
        below.extend(spelled(grid.row(row)));
    }
    let missing = rule.labels.iter().enumerate().filter(|(at, label)| {
        let deeper = *at > 0 && says(&below, label);
        !says(&own, label) && !deeper
    });
    missing.map(|(_, label)| label.written().to_owned()).collect()
}

fn spelled(cells: Row<'_>) -> Vec<String> {
    let texts = cells.iter().filter_map(|cell| match cell.value {
        CellValue::Text(text) => Some(text),
        _ => None,
    });
    texts.flat_map(|text| super::header::spellings(&text)).collect()
}

/// The first of the lines above the next header (title, unit, blank) that do not belong to the table before;
/// `rows` reach from the end of the last header to the next.
fn top_of(grid: &Grid, rows: Range<u32>, rule: &TableRule) -> u32 {
    let noted_from = end_of_data(grid, rows.clone(), &(0..u32::MAX), rule);
    let has_notes = noted_from < rows.end;
    let mut top = rows.end;
    let between: Vec<(u32, Row<'_>)> =
        grid.rows().skip_while(|(row, _)| *row < rows.start).take_while(|(row, _)| *row < rows.end).collect();
    for (row, cells) in between.into_iter().rev() {
        let filled = cells.iter().filter(|cell| !is_blank(cell)).count();
        let texts = cells.iter().filter(|cell| is_text(cell)).count();
        // Notes end where a blank row stands between them and the next title.
        let gap = top != rows.end && row + 1 < top;
        if filled > 1 || texts != filled || (has_notes && (row <= noted_from || gap)) {
            break;
        }
        top = row;
    }
    top
}

/// The row after the last row of data: the first whose first cell says that the data have ended, or the first
/// of so many blank ones.
fn end_of_data(grid: &Grid, rows: Range<u32>, cols: &Range<u32>, rule: &TableRule) -> u32 {
    let mut next = rows.start;
    // What was asked of one text holds for the next row that begins alike.
    let mut last = String::new();
    for (row, cells) in grid.rows().skip_while(|(row, _)| *row < rows.start) {
        if row >= rows.end {
            break;
        }
        let Some(first) = cells.iter().find(|cell| cols.contains(&cell.col) && !is_blank(cell)) else {
            continue;
        };
        if rule.end_blank.is_some_and(|blank| row - next >= blank) {
            return next;
        }
        next = row + 1;
        if let CellValue::Text(text) = &first.value
            && last != text.as_ref()
        {
            if rule.end.iter().any(|pattern| pattern.matches(text)) {
                return row;
            }
            text.as_ref().clone_into(&mut last);
        }
    }
    rows.end
}

/// Whether a cell holds nothing but blanks.
pub(super) fn is_blank(cell: &Cell<'_>) -> bool {
    matches!(&cell.value, CellValue::Text(text) if text.chars().all(char::is_whitespace))
}

/// Whether a cell holds text other than blanks.
pub(super) fn is_text(cell: &Cell<'_>) -> bool {
    matches!(cell.value, CellValue::Text(_)) && !is_blank(cell)
}

/// The texts of some rows, a line a row, folded blanks only at the ends.
pub(super) fn lines(grid: &Grid, rows: &Range<u32>) -> Vec<String> {
    grid.rows()
        .skip_while(|(row, _)| *row < rows.start)
        .take_while(|(row, _)| *row < rows.end)
        .map(|(_, cells)| {
            let texts =
                cells.iter().filter(|cell| !is_blank(cell)).map(|cell| cell.printed().trim().to_owned());
            texts.collect::<Vec<_>>().join(" ")
        })
        .filter(|line| !fold(line).is_empty())
        .collect()
}
