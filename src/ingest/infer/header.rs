//! The header of a sheet by its shape: the first row of texts as wide as the rows below it.

use std::ops::Range;

use crate::measure::find_periods;
use crate::text::{Pattern, fold};

use super::super::cells::Row;
use super::super::columns::number;
use super::super::grid::{Cell, CellValue, Grid};
use super::super::header::header_depth;
use super::super::layout::{is_blank, is_text};
use super::super::spec_table::{Beside, Pair, PairedWith, TableRule};
use super::as_pattern;
use super::names::{is_growth, is_year};
use super::pairs::pattern_of;

/// Rows, from the first that is not empty, among which the header is sought.
const SEARCHED: usize = 40;
/// Rows below a header that show how wide the data are.
const SAMPLED: usize = 60;
/// Labels by which a header is found again.
const LABELS: usize = 3;
/// Most rows of a header.
const DEEPEST: u32 = 5;

/// How a cell begins that names the unit of a table; folded.
const UNIT_LINES: &[&str] = &["单位:", "金额单位:", "计量单位:", "unit:", "units:", "единица измерения:"];

/// The header that was found.
pub(super) struct FoundHeader {
    /// Its first row, counted from 0.
    pub(super) row: u32,
    /// Its depth, where it does not show by merged cells and blanks.
    pub(super) rows: Option<u32>,
    pub(super) labels: Vec<String>,
    /// A header that belongs to the column on its left.
    pub(super) pair: Option<String>,
    /// First row that is not empty.
    pub(super) first_row: u32,
    pub(super) beside: Beside,
}

impl FoundHeader {
    /// The rule by which the layout finder finds it.
    pub(super) fn rule(&self) -> TableRule {
        let patterns = self.pair.iter().filter_map(|text| Pattern::new(text).ok());
        let pair = patterns.map(|header| Pair { header, with: PairedWith::Left }).collect();
        TableRule {
            labels: self.labels.iter().filter_map(|label| Pattern::new(label).ok()).collect(),
            search_rows: self.search_rows(),
            end: Vec::new(),
            end_blank: None,
            pair,
            header_rows: self.rows,
            beside: self.beside,
        }
    }

    /// How many rows are searched: those that the file needs and some more.
    pub(super) fn search_rows(&self) -> u32 {
        (self.row - self.first_row + 5).max(20)
    }
}

/// Finds the header from a row on, or says why there is none.
pub(super) fn find(grid: &Grid, from: u32) -> Result<FoundHeader, String> {
    let rows: Vec<(u32, Row<'_>)> =
        grid.rows().skip_while(|(row, _)| *row < from).take(SEARCHED + SAMPLED).collect();
    let first_row = grid.rows().next().map_or(0, |(row, _)| row);
    let width = rows.iter().filter(|(_, cells)| has_value(*cells)).map(|(_, cells)| filled(*cells)).max();
    let Some(width) = width else { return Err("no row holds a number".to_owned()) };
    let wide_enough = |row: u32, cells: Row<'_>| {
        let spread = spread(grid, row, cells);
        texts(cells) >= 2
            && spread * 5 >= width * 3
            && !is_form_line(cells)
            && cells.iter().filter(|cell| !is_blank(cell)).all(|cell| may_head(&cell))
    };
    let found = rows.iter().take(SEARCHED).find(|(row, cells)| wide_enough(*row, *cells));
    let found = found.map(|(row, _)| *row).or_else(|| {
        let candidates =
            rows.iter().take(SEARCHED).filter(|(_, cells)| texts(*cells) >= 2 && !has_value(*cells));
        candidates.max_by_key(|(row, cells)| (texts(*cells), u32::MAX - row)).map(|(row, _)| *row)
    });
    let Some(mut row) = found else {
        return Err("no row of texts stands above the numbers".to_owned());
    };
    if let Some(above) = row.checked_sub(1).filter(|above| *above >= from) {
        let label = |row: u32| grid.row(row).iter().find(|cell| !is_blank(cell)).map(|cell| cell.col);
        let cells = grid.row(above);
        if texts(cells) >= 2 && !has_value(cells) && label(above) < label(row) {
            row = above;
        }
    }
    let depth = header_depth(grid, row);
    let deeper = deeper(grid, row + depth, depth);
    let rows = (deeper > 0).then_some(depth + deeper);
    let beside = beside(grid.row(row));
    let labels = labels(grid, row..row + rows.unwrap_or(1), beside);
    if labels.is_empty() {
        return Err(format!("the header in row {} holds no text", row + 1));
    }
    let pair = if rows.is_none() && depth <= 2 { pair(grid.row(row)) } else { None };
    Ok(FoundHeader { row, rows, labels, pair, first_row, beside })
}

fn filled(cells: Row<'_>) -> usize {
    cells.iter().filter(|cell| !is_blank(cell)).count()
}

/// Whether a row is a line of a form, as 填报单位：商务局 and 单位：万元 side by side: what, and behind a colon, which.
fn is_form_line(cells: Row<'_>) -> bool {
    let texts: Vec<String> =
        cells.iter().filter(|cell| is_text(cell)).map(|cell| fold(&cell.printed())).collect();
    let said = |text: &&String| {
        text.split_once(':').is_some_and(|(what, which)| !what.is_empty() && !which.is_empty())
    };
    let unit = |text: &String| UNIT_LINES.iter().any(|word| text.starts_with(word));
    // A title with 单位：万元 on its right.
    texts.iter().filter(said).count() * 2 > texts.len() || (texts.len() == 2 && texts.iter().any(unit))
}

/// Different texts of a row that are no values; behind one, years and days count too.
pub(super) fn texts(cells: Row<'_>) -> usize {
    let distinct = |of: &dyn Fn(&Cell<'_>) -> bool| {
        let mut texts: Vec<String> =
            cells.iter().filter(|cell| of(cell)).map(|cell| cell.printed()).collect();
        texts.sort();
        texts.dedup();
        texts.len()
    };
    let texts = distinct(&|cell| is_text(cell) && number(cell, '.').is_err());
    let periods = |cell: &Cell<'_>| {
        matches!(cell.value, CellValue::DateTime(_)) || (!is_blank(cell) && is_year(&cell.printed()))
    };
    if texts == 0 { 0 } else { texts + distinct(&periods) }
}

/// Columns that a row covers with its merged cells.
fn spread(grid: &Grid, row: u32, cells: Row<'_>) -> usize {
    let spans = cells.iter().filter(|cell| !is_blank(cell)).map(|cell| {
        let merge = grid.merge_at(row, cell.col);
        merge.map_or(1, |merge| usize::try_from(merge.last_col - merge.first_col + 1).unwrap_or(1))
    });
    spans.sum()
}

/// Whether a row holds a number that is no year.
pub(super) fn has_value(cells: Row<'_>) -> bool {
    cells.iter().any(|cell| !may_head(&cell) && is_number(&cell))
}

/// Whether a cell holds a number, whatever its decimal mark.
pub(super) fn is_number(cell: &Cell<'_>) -> bool {
    number(cell, '.').or_else(|_| number(cell, ',')).is_ok()
}

/// Whether a cell may stand in a header: a text, or a year.
pub(super) fn may_head(cell: &Cell<'_>) -> bool {
    match &cell.value {
        CellValue::Text(text) => number(cell, '.').is_err() && number(cell, ',').is_err() || is_year(text),
        CellValue::Number(_) => is_year(&cell.printed()),
        CellValue::Error(_) => false,
        _ => true,
    }
}

/// Tables stand side by side where the texts of the header stand once more in the same order.
fn beside(cells: Row<'_>) -> Beside {
    let texts: Vec<String> =
        cells.iter().filter(|cell| !is_blank(cell)).map(|cell| fold(&cell.printed())).collect();
    let Some(width) = texts.iter().skip(1).position(|text| Some(text) == texts.first()).map(|at| at + 1)
    else {
        return Beside::Columns;
    };
    let again = texts.iter().zip(texts.iter().skip(width)).all(|(one, other)| one == other);
    if width > 1 && texts.len().is_multiple_of(width) && again { Beside::Tables } else { Beside::Columns }
}

/// The first text and two more that stand once in the first of some rows and hold no numbers; where it has none,
/// its texts with any numbers, for what a header says of a month the next file says of another, and texts of the
/// rows below.
fn labels(grid: &Grid, rows: Range<u32>, beside: Beside) -> Vec<String> {
    let texts = |row: u32| -> Vec<String> {
        let cells = grid.row(row).iter().filter(|cell| is_text(cell));
        let mut texts: Vec<String> = cells.map(|cell| cell.printed().trim().to_owned()).collect();
        if beside == Beside::Tables
            && let Some(again) = texts.iter().skip(1).position(|text| Some(text) == texts.first())
        {
            texts.truncate(again + 1);
        }
        texts
    };
    let steady = |all: &[String]| -> Vec<String> {
        let once = |text: &&String| all.iter().filter(|other| fold(other) == fold(text)).count() == 1;
        let plain = |text: &&String| !text.contains(|sign: char| sign.is_ascii_digit());
        all.iter().filter(once).filter(plain).map(|text| as_pattern(text)).collect()
    };
    let mut labels = steady(&texts(rows.start));
    if labels.is_empty() {
        labels.extend(texts(rows.start).first().map(|text| pattern_of(text)));
        labels.extend((rows.start + 1..rows.end).flat_map(|row| steady(&texts(row))));
    }
    labels.truncate(LABELS);
    labels
}

/// A text as a pattern in which any number may stand for each of its own.
pub(super) fn numbers_open(text: &str) -> String {
    let mut open = String::new();
    for sign in as_pattern(text).chars() {
        let sign = if sign.is_numeric() { '*' } else { sign };
        if sign != '*' || !open.ends_with('*') || open.ends_with("\\*") {
            open.push(sign);
        }
    }
    open
}

/// Rows of texts that go on with the header: most columns behind the first hold numbers further down.
fn deeper(grid: &Grid, from: u32, depth: u32) -> u32 {
    let below: Vec<(u32, Row<'_>)> = grid.rows().skip_while(|(row, _)| *row < from).take(SAMPLED).collect();
    let mut more = 0;
    for (row, cells) in &below {
        let letters = |cell: &Cell<'_>| {
            cell.printed().chars().any(char::is_alphabetic) && !holds_a_figure(&cell.printed())
        };
        let heads = cells.iter().filter(|cell| !is_blank(cell)).count() >= 2
            && cells.iter().filter(|cell| !is_blank(cell)).all(|cell| is_text(&cell) && letters(&cell))
            && above_numbers(&below, *row, *cells);
        let heads = heads || (more > 0 && names_an_axis(*cells));
        if !heads || *row != from + more || depth + more >= DEEPEST {
            break;
        }
        more += 1;
    }
    more
}

/// Whether a text holds a figure among words, as 1.5亿元 or 增长12.3%; months and years are none.
fn holds_a_figure(text: &str) -> bool {
    let folded = fold(text);
    let digits = folded.contains(|sign: char| sign.is_ascii_digit());
    let mut signs = folded.chars().peekable();
    let mut pointed = false;
    while let Some(sign) = signs.next() {
        pointed |= sign.is_ascii_digit() && matches!(signs.peek(), Some('.' | ','));
    }
    digits && (pointed || folded.contains('%')) && find_periods(text).is_empty()
}

/// Whether a row says what stands below it in the first column, as Eurostat writes it under the other axes.
fn names_an_axis(cells: Row<'_>) -> bool {
    let mut filled = cells.iter().filter(|cell| !is_blank(cell));
    let (first, second) = (filled.next(), filled.next());
    let text = first.map(|cell| fold(&cell.printed())).unwrap_or_default();
    second.is_none() && (text.ends_with("(labels)") || text.ends_with("(codes)"))
}

/// Whether most cells of a row but the first stand above numbers; a column of units may stand among them.
fn above_numbers(rows: &[(u32, Row<'_>)], row: u32, cells: Row<'_>) -> bool {
    let behind = cells.iter().skip(1);
    let numbered = behind.clone().filter(|cell| numbers_under(rows, row, cell.col)).count();
    numbered * 3 >= behind.count() * 2
}

/// Whether most cells of a column below a row are numbers.
fn numbers_under(rows: &[(u32, Row<'_>)], above: u32, col: u32) -> bool {
    let after = |above: u32| -> Vec<Cell<'_>> {
        let below = rows.iter().filter(|(row, _)| *row > above);
        below.filter_map(|(_, cells)| cells.in_column(col)).collect()
    };
    // The next two rows may be of the header too, but where there are no more than these.
    let cells = if rows.iter().any(|(row, _)| *row > above + 2) { after(above + 2) } else { after(above) };
    let numbers = cells.iter().filter(|cell| number(cell, '.').is_ok()).count();
    let texts =
        cells.iter().filter(|cell| cell.printed().chars().filter(|sign| sign.is_alphabetic()).count() > 1);
    numbers > texts.count()
}

/// A growth header that stands more than once belongs to the column on its left.
fn pair(cells: Row<'_>) -> Option<String> {
    let growth: Vec<String> = cells
        .iter()
        .filter(|cell| is_text(cell))
        .map(|cell| cell.printed().trim().to_owned())
        .filter(|text| is_growth(text))
        .collect();
    let first = growth.first()?;
    let again = growth.iter().filter(|text| fold(text) == fold(first)).count();
    (again >= 2).then(|| as_pattern(first))
}
