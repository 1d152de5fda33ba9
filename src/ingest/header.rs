//! The header of a table as a tree: merged cells spread to the columns they cover, a growth column joins
//! the value on its left.

use std::ops::Range;

use crate::text::{Pattern, fold};

use super::grid::{Cell, CellValue, Grid};
use super::layout::{is_blank, is_text};
use super::spec::TableRule;

/// Customs tables have two levels, some three; more is a sign of data read as header.
const DEEPEST: u32 = 4;

/// One column that has a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderColumn {
    /// Column, counted from 0.
    pub(super) col: u32,
    /// The text of each level from the top; empty where a level says nothing of its own.
    pub(super) levels: Vec<String>,
}

impl HeaderColumn {
    /// The text of a level, counted from 1; empty beyond the last.
    pub(super) fn level(&self, level: usize) -> &str {
        level.checked_sub(1).and_then(|at| self.levels.get(at)).map_or("", String::as_str)
    }

    /// All levels in one text.
    pub(super) fn name(&self) -> String {
        let filled: Vec<&str> =
            self.levels.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        filled.join("/")
    }

    /// The lowest level that says something.
    fn own(&self) -> &str {
        self.levels.iter().rev().find(|text| !text.trim().is_empty()).map_or("", String::as_str)
    }

    /// Whether `pattern` means this column: by its own text, with or without a unit in brackets, or by all
    /// its levels joined with `/`.
    pub(super) fn is(&self, pattern: &Pattern) -> bool {
        spellings(self.own()).iter().any(|text| pattern.matches(text)) || pattern.matches(&self.name())
    }
}

/// A header text folded, and without its unit in brackets: 金额（万元） is also 金额.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let folded = fold(text);
    let bare = folded.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(bare, _)| fold(bare));
    let mut spellings = vec![folded];
    spellings.extend(bare.filter(|bare| !bare.is_empty()));
    spellings
}

/// How many rows the header takes: as deep as its merged cells, and every row below that holds only text
/// and nothing in the label column.
pub(super) fn header_depth(grid: &Grid, row: u32) -> u32 {
    let merged = grid.row(row).iter().filter_map(|cell| grid.merge_at(cell.row, cell.col));
    let mut depth = merged.map(|merge| merge.last_row + 1 - row).max().unwrap_or(1).clamp(1, DEEPEST);
    let label = grid.row(row).iter().find(|cell| !is_blank(cell)).map_or(0, |cell| cell.col);
    while depth < DEEPEST {
        let below = grid.row(row + depth);
        let filled: Vec<Cell<'_>> = below.iter().filter(|cell| !is_blank(cell)).collect();
        let under_header = |cell: &Cell<'_>| is_text(cell) && cell.col > label && !looks_like_a_value(cell);
        if filled.is_empty() || !filled.into_iter().all(|cell| under_header(&cell)) {
            break;
        }
        depth += 1;
    }
    depth
}

/// Numbers as text and markers of missing values have no letters.
fn looks_like_a_value(cell: &Cell<'_>) -> bool {
    match &cell.value {
        CellValue::Text(text) => !text.chars().any(char::is_alphabetic),
        _ => true,
    }
}

/// The columns of a header with the texts of all levels.
pub(super) fn header_columns(
    grid: &Grid,
    header: &Range<u32>,
    table: &Range<u32>,
    rule: &TableRule,
) -> Vec<HeaderColumn> {
    let mut cols: Vec<u32> = Vec::new();
    for row in header.clone() {
        for cell in grid.row(row).iter().filter(|cell| !is_blank(cell)) {
            cols.push(cell.col);
            if let Some(merge) = grid.merge_at(cell.row, cell.col) {
                cols.extend(merge.first_col..=merge.last_col);
            }
        }
    }
    cols.retain(|col| table.contains(col));
    cols.sort_unstable();
    cols.dedup();
    let mut columns: Vec<HeaderColumn> = cols
        .into_iter()
        .map(|col| HeaderColumn { col, levels: header.clone().map(|row| text_at(grid, row, col)).collect() })
        .collect();
    spread_right(&mut columns);
    join_pairs(&mut columns, rule);
    columns
}

fn text_at(grid: &Grid, row: u32, col: u32) -> String {
    // A cell merged downwards speaks on its first row alone.
    if grid.merge_at(row, col).is_some_and(|merge| merge.first_row < row) {
        return String::new();
    }
    match grid.filled(row, col) {
        Some(cell) if !is_blank(&cell) => cell.printed().trim().to_owned(),
        _ => String::new(),
    }
}

/// Formats that lose merges (ods, xlsb, csv) leave the upper level empty over all but the first column.
fn spread_right(columns: &mut [HeaderColumn]) {
    let mut above: Vec<String> = Vec::new();
    for column in columns {
        let lowest = column.levels.iter().rposition(|text| !text.is_empty()).unwrap_or(0);
        let own_top = column.levels.first().is_some_and(|text| !text.is_empty());
        if own_top {
            above.clone_from(&column.levels);
        } else {
            for (level, known) in column.levels.iter_mut().zip(&above).take(lowest) {
                if level.is_empty() {
                    level.clone_from(known);
                }
            }
        }
    }
}

/// `同比` beside `出口` means the growth of exports: level 1 is the column on its left, level 2 its own.
fn join_pairs(columns: &mut [HeaderColumn], rule: &TableRule) {
    let mut left = String::new();
    for column in columns {
        let single = column.levels.iter().skip(1).all(String::is_empty);
        let own = column.level(1).to_owned();
        if single && rule.pair.iter().any(|pattern| pattern.matches(&own)) {
            column.levels = vec![left.clone(), own];
        } else {
            left = own;
        }
    }
}
