//! Hidden rows and columns: read and told, or left out where the source says so.

use crate::finding::{Finding, Place, Severity, ingest as codes};
use crate::table::address;

use super::formats::Workbook;
use super::grid::{Cell, Grid};
use super::spec::{HiddenLines, SourceSpec};

/// Leaves out what is declared to be left out, and tells what is hidden and has cells.
pub(super) fn settle(workbook: &mut Workbook, spec: &SourceSpec, file: &str) {
    for grid in &mut workbook.sheets {
        let unseen = grid.unseen().clone();
        if !unseen.rows.is_empty() {
            let seen = count(grid, |cell| unseen.rows.contains(cell.row), |cell| cell.row);
            if spec.sheets.hidden_rows == HiddenLines::Skip {
                grid.leave_out_hidden_rows();
            }
            let told = tell(spec, file, grid, (seen, "rows", spec.sheets.hidden_rows));
            workbook.findings.extend(told);
        }
        if !unseen.cols.is_empty() {
            let seen = count(grid, |cell| unseen.cols.contains(cell.col), |cell| cell.col);
            if spec.sheets.hidden_columns == HiddenLines::Skip {
                grid.leave_out_hidden_columns();
            }
            let told = tell(spec, file, grid, (seen, "columns", spec.sheets.hidden_columns));
            workbook.findings.extend(told);
        }
    }
}

/// The first hidden cell, and how many rows or columns hidden cells stand in.
fn count(
    grid: &Grid,
    hidden: impl Fn(&Cell<'_>) -> bool,
    line: impl Fn(&Cell<'_>) -> u32,
) -> Option<(String, u64)> {
    let mut lines = std::collections::BTreeSet::new();
    let mut first = None;
    for cell in grid.cells().filter(|cell| hidden(cell)) {
        first.get_or_insert_with(|| address(cell.row, cell.col));
        lines.insert(line(&cell));
    }
    first.map(|first| (first, u64::try_from(lines.len()).unwrap_or(u64::MAX)))
}

fn tell(
    spec: &SourceSpec,
    file: &str,
    grid: &Grid,
    (seen, lines, rule): (Option<(String, u64)>, &str, HiddenLines),
) -> Option<Finding> {
    let (cell, count) = seen?;
    let (code, severity) = match rule {
        HiddenLines::Tell => (&codes::HIDDEN_READ, Severity::Warning),
        HiddenLines::Read => (&codes::HIDDEN_READ, Severity::Info),
        HiddenLines::Skip => (&codes::HIDDEN_SKIPPED, Severity::Info),
    };
    let place = Place { file: file.to_owned(), sheet: grid.sheet.clone(), cell };
    let finding = Finding::new(code, severity, spec.name.as_str()).at(place).times(count);
    Some(finding.seen(format!("{count} hidden {lines} with cells"), format!("no hidden {lines} with cells")))
}
