//! The columns of a table as they were seen, for the run that comes after: header, place, role, kind of
//! cells, unit. Judges nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::finding::{ColumnKind, SeenColumn};
use crate::measure::{NumberStyle, read_date, read_number, read_scientific};
use crate::table::address;

use super::around::Around;
use super::builder::Value;
use super::formats::Workbook;
use super::grid::{Cell, CellValue, Grid};
use super::header::{HeaderColumn, header_columns};
use super::layout::{NoHeader, depth_of, find_blocks, is_blank};
use super::plan::{Given, TablePlan};
use super::plan_figures::UnitFrom;
use super::spec::Declared;

/// So many cells tell what a column holds; more would cost a second look at every cell of a large file.
const CELLS_LOOKED_AT: u64 = 1000;

/// The columns of one table.
pub(super) fn seen_in(around: &Around<'_>, plan: &TablePlan, declared: &Declared) -> Vec<SeenColumn> {
    let Some(block) = around.block() else { return Vec::new() };
    let mut used = roles(plan, declared);
    let style = NumberStyle { decimal: declared.decimal };
    let mut columns = seen(around.grid, &block.header, &block.columns, (&block.data, style));
    for (column, at) in columns.iter_mut().zip(&block.columns) {
        if let Some((role, unit)) = used.remove(&at.col) {
            (column.role, column.unit) = (role.join(", "), unit);
        }
    }
    columns
}

/// The columns of a file that cannot be read as declared: those of every table that is found, else those below
/// the row that comes nearest to its header. Nothing is known of what would read them.
pub(super) fn columns_all_the_same(declared: &Declared, workbook: &Workbook) -> Vec<SeenColumn> {
    let rule = &declared.table;
    let style = NumberStyle { decimal: declared.decimal };
    let mut columns = Vec::new();
    for grid in &workbook.sheets {
        match find_blocks(grid, rule) {
            Ok(blocks) => {
                for block in blocks {
                    add_table(&mut columns, seen(grid, &block.header, &block.columns, (&block.data, style)));
                }
            }
            Err(NoHeader { nearest: Some((row, _)), .. }) => {
                let header = row..row + depth_of(grid, row, rule);
                let below = header.end..u32::MAX;
                let headed = header_columns(grid, &header, &(0..u32::MAX), rule);
                add_table(&mut columns, seen(grid, &header, &headed, (&below, style)));
            }
            Err(_) => {}
        }
    }
    columns
}

/// The columns of a header with the kinds of the cells below it; nothing is known of what reads them.
pub(super) fn seen(
    grid: &Grid,
    header: &Range<u32>,
    columns: &[HeaderColumn],
    (data, style): (&Range<u32>, NumberStyle),
) -> Vec<SeenColumn> {
    let mut kinds = kinds(grid, data, columns, style);
    let seen = (1..).zip(columns).map(|(position, column)| {
        let filled =
            header.clone().rev().find(|row| grid.cell(*row, column.col).is_some_and(|cell| !is_blank(&cell)));
        SeenColumn {
            sheet: grid.sheet.clone(),
            table: 1,
            cell: address(filled.unwrap_or(header.start), column.col),
            position,
            header: column.name(),
            kind: kinds.remove(&column.col).unwrap_or_default(),
            ..SeenColumn::default()
        }
    });
    seen.collect()
}

/// Adds the columns of a table, unless the sheet has a table with the same columns already.
pub(super) fn add_table(known: &mut Vec<SeenColumn>, mut table: Vec<SeenColumn>) {
    let Some(sheet) = table.first().map(|column| column.sheet.clone()) else { return };
    let before = |one: &&SeenColumn| one.sheet == sheet;
    let last = known.iter().filter(before).map(|one| one.table).max().unwrap_or(0);
    let what =
        |one: &SeenColumn| (one.position, one.header.clone(), one.role.clone(), one.kind, one.unit.clone());
    let twin = (1..=last).any(|number| {
        let other = known.iter().filter(before).filter(|one| one.table == number);
        other.map(what).eq(table.iter().map(what))
    });
    if !twin {
        table.iter_mut().for_each(|column| column.table = last + 1);
        known.append(&mut table);
    }
}

/// What reads each column, and the unit of its figures.
fn roles(plan: &TablePlan, declared: &Declared) -> BTreeMap<u32, (Vec<String>, String)> {
    let mut roles: BTreeMap<u32, (Vec<String>, String)> = BTreeMap::new();
    let mut add = |slot: usize, role: String, unit: &str| {
        let Some(col) = plan.cols.get(slot) else { return };
        let (known, known_unit) = roles.entry(*col).or_default();
        if !known.contains(&role) {
            known.push(role);
        }
        if known_unit.is_empty() {
            unit.clone_into(known_unit);
        }
    };
    let dims = plan.dims.iter().zip(&declared.dims).map(|(given, field)| (given, "dim", field));
    let attrs = plan.attrs.iter().zip(&declared.attrs).map(|(given, field)| (given, "attr", field));
    for (given, table, field) in dims.chain(attrs) {
        match given {
            Given::Slot(slot) => add(*slot, format!("{table}.{}", field.name), ""),
            Given::Label | Given::Standing(_) => add(plan.label, format!("{table}.{}", field.name), ""),
            Given::Fixed(_) | Given::Group | Given::Nothing => {}
        }
    }
    for group in &plan.groups {
        for (figure, measure) in group.figures.iter().zip(&declared.measures) {
            let Some(figure) = figure else { continue };
            add(figure.slot, format!("measure.{}", measure.name), &unit_text(&figure.unit));
            if let UnitFrom::Slot(slot) = figure.unit {
                add(slot, format!("unit of {}", measure.name), "");
            }
            if let Some(slot) = figure.currency {
                add(slot, format!("currency of {}", measure.name), "");
            }
        }
    }
    roles
}

fn unit_text(unit: &UnitFrom) -> String {
    match unit {
        UnitFrom::Running(Some(first)) => unit_text(first),
        UnitFrom::Fixed { code: Value::Text(code), power: 0, .. } => code.to_string(),
        UnitFrom::Fixed { code: Value::Text(code), power, .. } => format!("{code} e{power}"),
        _ => String::new(),
    }
}

/// What the cells of each column hold.
fn kinds(
    grid: &Grid,
    data: &Range<u32>,
    columns: &[HeaderColumn],
    style: NumberStyle,
) -> BTreeMap<u32, ColumnKind> {
    let mut counts: BTreeMap<u32, BTreeMap<ColumnKind, u64>> =
        columns.iter().map(|column| (column.col, BTreeMap::new())).collect();
    let mut open = counts.len();
    for (row, cells) in grid.rows().skip_while(|(row, _)| *row < data.start) {
        if row >= data.end || open == 0 {
            break;
        }
        for cell in cells {
            let Some(of_column) = counts.get_mut(&cell.col) else { continue };
            let looked_at: u64 = of_column.values().sum();
            if looked_at == CELLS_LOOKED_AT {
                continue;
            }
            if let Some(kind) = kind(&cell, style) {
                *of_column.entry(kind).or_insert(0) += 1;
                open -= usize::from(looked_at + 1 == CELLS_LOOKED_AT);
            }
        }
    }
    let most = |counts: BTreeMap<ColumnKind, u64>| {
        counts
            .into_iter()
            .max_by_key(|(kind, count)| (*count, *kind))
            .map_or(ColumnKind::Empty, |(kind, _)| kind)
    };
    counts.into_iter().map(|(col, counts)| (col, most(counts))).collect()
}

/// What one cell holds; nothing where it does not tell, as a marker or an error.
fn kind(cell: &Cell<'_>, style: NumberStyle) -> Option<ColumnKind> {
    match &cell.value {
        CellValue::Number(_) => Some(ColumnKind::Number),
        CellValue::DateTime(_) => Some(ColumnKind::Date),
        CellValue::Boolean(_) => Some(ColumnKind::Text),
        CellValue::Text(text) if !text.chars().any(char::is_alphanumeric) => None,
        CellValue::Text(text)
            if read_number(text, style).is_ok() || read_scientific(text, style).is_some() =>
        {
            Some(ColumnKind::Number)
        }
        CellValue::Text(text) if read_date(text.trim()).is_ok() => Some(ColumnKind::Date),
        CellValue::Text(_) => Some(ColumnKind::Text),
        CellValue::Error(_) | CellValue::UncachedFormula(_) | CellValue::Damaged(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drawn;
    use super::*;

    #[test]
    fn the_kind_of_a_column_is_that_of_most_cells_that_tell() {
        let grid = drawn(
            "s",
            "a | b | c | d | e\nx | 1 | 2024-01-02 | - | 5\ny | 1,200 | 2024-01-03 | - | 待核\nz | 待核 | 2024-01-04 | … | 6",
        );
        let columns: Vec<HeaderColumn> =
            (0..5).map(|col| HeaderColumn::alone(col, vec![format!("h{col}")])).collect();
        let seen = seen(&grid, &(0..1), &columns, (&(1..4), NumberStyle::default()));
        let told: Vec<String> = seen
            .iter()
            .map(|one| format!("{} {} {} {}", one.cell, one.position, one.header, one.kind))
            .collect();
        assert_eq!(
            told,
            ["A1 1 h0 text", "B1 2 h1 number", "C1 3 h2 date", "D1 4 h3 empty", "E1 5 h4 number"]
        );
    }

    #[test]
    fn a_table_like_one_before_is_recorded_once() {
        let column = |header: &str| SeenColumn {
            sheet: "s".to_owned(),
            table: 1,
            header: header.to_owned(),
            ..SeenColumn::default()
        };
        let mut known = Vec::new();
        for header in ["a", "b", "a"] {
            add_table(&mut known, vec![column(header)]);
        }
        let told: Vec<(u32, &str)> = known.iter().map(|one| (one.table, one.header.as_str())).collect();
        assert_eq!(told, [(1, "a"), (2, "b")]);
    }
}
