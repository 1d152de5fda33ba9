//! The header of a table as a tree: merged cells spread to the columns they cover, a growth column joins
//! the value on its left.

use std::ops::Range;

use crate::text::{Pattern, fold};

use super::cells::Row;
use super::grid::{Cell, CellValue, Grid};
use super::layout::{is_blank, is_text};
use super::spec_table::{Pair, PairedWith, TableRule};

/// Customs tables have two levels, some three; more is a sign of data read as header.
const DEEPEST: u32 = 4;

/// One column that has a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderColumn {
    /// Column, counted from 0.
    pub(super) col: u32,
    /// The text of each level from the top; empty where a level says nothing of its own.
    pub(super) levels: Vec<String>,
    pub(super) standing: Standing,
}

/// How a column stands to the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds what its header says.
    #[default]
    Alone,
    /// It belongs to another: its own text is this level, below those of the other.
    Paired(usize),
    /// It is declared to belong to another, but so many columns may be meant.
    Unpaired(usize),
}

impl HeaderColumn {
    /// A column that belongs to no other.
    pub(super) fn alone(col: u32, levels: Vec<String>) -> Self {
        Self { col, levels, standing: Standing::Alone }
    }

    /// The text of a level as far as it says what figures the column holds: one that belongs to another says so
    /// by its own text alone.
    pub(super) fn figure_text(&self, level: usize) -> Option<&str> {
        match self.standing {
            Standing::Alone => Some(self.level(level)),
            Standing::Paired(own) if own == level => Some(self.level(level)),
            Standing::Paired(_) | Standing::Unpaired(_) => None,
        }
    }

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
    pub(super) fn own(&self) -> &str {
        self.levels.iter().rev().find(|text| !text.trim().is_empty()).map_or("", String::as_str)
    }

    /// Whether only its first level says something.
    fn is_single(&self) -> bool {
        self.levels.iter().skip(1).all(String::is_empty)
    }

    /// Its texts, folded and without units, in order but for the first that `pattern` means; nothing where it
    /// means none.
    fn without(&self, pattern: &Pattern) -> Option<Vec<String>> {
        let told = self.levels.iter().filter(|text| !text.trim().is_empty());
        let mut texts: Vec<Vec<String>> = told.map(|text| spellings(text)).collect();
        let at = texts.iter().position(|texts| texts.iter().any(|text| pattern.matches(text)))?;
        texts.remove(at);
        let mut rest: Vec<String> = texts.into_iter().filter_map(|mut texts| texts.pop()).collect();
        rest.sort();
        Some(rest)
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

/// Numbers as text and markers of missing values have no letters; a sign such as （%） is a unit.
fn looks_like_a_value(cell: &Cell<'_>) -> bool {
    match &cell.value {
        CellValue::Text(text) => {
            let has = |of: fn(char) -> bool| text.chars().any(of);
            !has(char::is_alphabetic)
                && (has(char::is_numeric) || !has(|sign| matches!(sign, '%' | '％' | '‰')))
        }
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
    cols.splice(0..0, unnamed_labels(grid, header.end, table, &cols));
    let mut columns: Vec<HeaderColumn> = cols
        .into_iter()
        .map(|col| HeaderColumn::alone(col, header.clone().map(|row| text_at(grid, row, col)).collect()))
        .collect();
    spread_right(&mut columns);
    join_pairs(&mut columns, rule);
    columns
}

/// Rows below a header that show what a column holds.
const SAMPLED: usize = 50;

/// The column of labels that has no header of its own, left of one that holds no labels: in most rows it has a text
/// with letters, where the first column with a header has none.
fn unnamed_labels(grid: &Grid, from: u32, table: &Range<u32>, cols: &[u32]) -> Option<u32> {
    let first = *cols.first()?;
    if first <= table.start {
        return None;
    }
    let words = |cell: &Cell<'_>| is_text(cell) && cell.printed().chars().any(char::is_alphabetic);
    let rows: Vec<Row<'_>> = grid
        .rows()
        .skip_while(|(row, _)| *row < from)
        .map(|(_, cells)| cells)
        .filter(|cells| cells.iter().any(|cell| cell.col == first && !is_blank(&cell)))
        .take(SAMPLED)
        .collect();
    let count = |of: &dyn Fn(&Cell<'_>) -> bool| {
        rows.iter().filter(|cells| cells.iter().any(|cell| of(&cell))).count()
    };
    let named = count(&|cell| cell.col == first && words(cell));
    let unnamed = |col: &u32| count(&|cell| cell.col == *col && words(cell)) * 2 > rows.len();
    (named * 4 <= rows.len()).then(|| (table.start..first).rev().find(unnamed)).flatten()
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

/// `同比` beside `出口` is the growth of exports, and 累计比去年同期 over 出口 that of 出口 in 1至6月: such a column
/// has the levels of the column it belongs to, and its own header below them.
fn join_pairs(columns: &mut [HeaderColumn], rule: &TableRule) {
    let pairs: Vec<Option<&Pair>> = columns
        .iter()
        .map(|column| rule.pair.iter().find(|pair| belongs_to_another(columns, column, pair)))
        .collect();
    let others: Vec<HeaderColumn> = columns.to_vec();
    let others = || others.iter().zip(&pairs).filter(|(_, pair)| pair.is_none()).map(|(column, _)| column);
    for (column, pair) in columns.iter_mut().zip(&pairs) {
        let Some(pair) = pair else { continue };
        let own = column.col;
        let (levels, standing) = match &pair.with {
            PairedWith::Left => on_the_left(others().take_while(|other| other.col < own).last(), column),
            PairedWith::Under(header) => under(others(), (column, &pair.header), header),
        };
        (column.levels, column.standing) = (levels, standing);
    }
}

/// Whether a pair means this column. By what stands on its left it is told where it has one text only, or where
/// another column has the same texts.
fn belongs_to_another(columns: &[HeaderColumn], column: &HeaderColumn, pair: &Pair) -> bool {
    match pair.with {
        PairedWith::Left => {
            let again =
                || columns.iter().any(|other| other.col != column.col && other.levels == column.levels);
            pair.header.matches(column.own()) && (column.is_single() || again())
        }
        PairedWith::Under(_) => column.without(&pair.header).is_some(),
    }
}

fn on_the_left(left: Option<&HeaderColumn>, column: &HeaderColumn) -> (Vec<String>, Standing) {
    let mut levels = match left {
        Some(left) if !column.is_single() => left.levels.clone(),
        left => vec![left.map_or("", |left| left.level(1)).to_owned()],
    };
    levels.push(column.own().to_owned());
    let own = levels.len();
    (levels, Standing::Paired(own))
}

/// The column under `header` whose other texts are those of `column` without what the pair means in it.
fn under<'c>(
    others: impl Iterator<Item = &'c HeaderColumn>,
    (column, pair): (&HeaderColumn, &Pattern),
    header: &Pattern,
) -> (Vec<String>, Standing) {
    let rest = column.without(pair);
    let found: Vec<&HeaderColumn> = others.filter(|other| other.without(header) == rest).collect();
    let [one] = found.as_slice() else {
        return (column.levels.clone(), Standing::Unpaired(found.len()));
    };
    let mut levels = one.levels.clone();
    levels.push(column.name());
    let own = levels.len();
    (levels, Standing::Paired(own))
}
