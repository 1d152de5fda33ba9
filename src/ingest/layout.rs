//! Where in a sheet the tables stand: header row, data, notes, the lines above. Found by labels, never by
//! coordinates, with the reason for each choice. Reads no value.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::table::column_letters;
use crate::text::fold;

use super::grid::{Cell, CellValue, Grid};
use super::header::{HeaderColumn, header_columns, header_depth};
use super::spec::TableRule;

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
        let depth = header_depth(grid, *header_row);
        let header = *header_row..header_row + depth;
        let next_header = headers.get(at + 1).copied();
        let limit = next_header.map_or(end_of_sheet, |next| top_of(grid, header.end..next, rule));
        let data_end = end_of_data(grid, header.end..limit, rule);
        let columns = header_columns(grid, &header, rule);
        let names: Vec<&str> = rule.labels.iter().map(|(written, _)| written.as_str()).collect();
        let decision = format!(
            "{}: header in row {}{}, because it holds {}; data in rows {} to {}; columns {}",
            if grid.sheet.is_empty() { "the file" } else { &grid.sheet },
            header_row + 1,
            if depth > 1 { format!(" to {}", header_row + depth) } else { String::new() },
            names.join(", "),
            header.end + 1,
            data_end,
            columns
                .iter()
                .map(|column| format!("{}={}", column_letters(column.col), column.name()))
                .collect::<Vec<_>>()
                .join(", "),
        );
        blocks.push(Block {
            above: free_from..*header_row,
            header,
            data: depth + header_row..data_end,
            notes: data_end..limit,
            columns,
            decision,
        });
        free_from = limit;
    }
    Ok(blocks)
}

/// Rows that hold all labels. The first must stand near the top; the same header further down begins a new
/// table.
fn find_headers(grid: &Grid, rule: &TableRule) -> Result<Vec<u32>, NoHeader> {
    let mut headers = Vec::new();
    let mut last = None;
    let mut nearest: Option<(u32, Vec<String>)> = None;
    let mut searched = 0;
    let firsts: Vec<Option<char>> = rule.labels.iter().map(|(_, folded)| folded.chars().next()).collect();
    for (row, cells) in grid.rows() {
        let last = *last.get_or_insert(row + rule.search_rows);
        if headers.is_empty() && row >= last {
            break;
        }
        searched += 1;
        if !headers.is_empty() && !may_be_header(cells, &firsts) {
            continue;
        }
        let missing = missing_labels(cells, rule);
        if missing.is_empty() {
            headers.push(row);
        } else if missing.len() < rule.labels.len()
            && nearest.as_ref().is_none_or(|(_, known)| missing.len() < known.len())
        {
            nearest = Some((row, missing));
        }
    }
    if headers.is_empty() { Err(NoHeader { nearest, searched }) } else { Ok(headers) }
}

/// Cheap test for the hundred thousand rows below the first header: some text begins like a label.
fn may_be_header(cells: &[Cell], firsts: &[Option<char>]) -> bool {
    firsts.iter().all(|wanted| {
        cells.iter().any(|cell| match &cell.value {
            CellValue::Text(text) => {
                let first = text.chars().find(|ch| !ch.is_whitespace()).into_iter();
                first.nfkc().flat_map(char::to_lowercase).next() == *wanted
            }
            _ => false,
        })
    })
}

fn missing_labels(cells: &[Cell], rule: &TableRule) -> Vec<String> {
    let texts: Vec<String> = cells
        .iter()
        .filter_map(|cell| match &cell.value {
            CellValue::Text(text) => Some(text),
            _ => None,
        })
        .flat_map(|text| super::header::spellings(text))
        .collect();
    let missing = rule.labels.iter().filter(|(_, folded)| !texts.contains(folded));
    missing.map(|(written, _)| written.clone()).collect()
}

/// The first of the lines above the next header (title, unit, blank) that do not belong to the table before;
/// `rows` reach from the end of the last header to the next.
fn top_of(grid: &Grid, rows: Range<u32>, rule: &TableRule) -> u32 {
    let noted_from = end_of_data(grid, rows.clone(), rule);
    let has_notes = noted_from < rows.end;
    let mut top = rows.end;
    let between: Vec<(u32, &[Cell])> =
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

/// The row after the last row of data: the first whose first cell says that the data have ended.
fn end_of_data(grid: &Grid, rows: Range<u32>, rule: &TableRule) -> u32 {
    for (row, cells) in grid.rows().skip_while(|(row, _)| *row < rows.start) {
        if row >= rows.end {
            break;
        }
        let first = cells.iter().find(|cell| !is_blank(cell));
        if let Some(CellValue::Text(text)) = first.map(|cell| &cell.value)
            && rule.end.iter().any(|pattern| pattern.matches(text))
        {
            return row;
        }
    }
    rows.end
}

/// Whether a cell holds nothing but blanks.
pub(super) fn is_blank(cell: &Cell) -> bool {
    matches!(&cell.value, CellValue::Text(text) if text.chars().all(char::is_whitespace))
}

/// Whether a cell holds text other than blanks.
pub(super) fn is_text(cell: &Cell) -> bool {
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
