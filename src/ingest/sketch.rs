//! The first cells of a file that no source reads, so that a person can write a source for it.

use std::path::Path;

use super::formats::{ReadError, ReadOptions, read_workbook};
use crate::table::address;

/// Rows shown of every sheet.
const ROWS: usize = 12;

/// Every sheet with its first rows, each cell with its address.
pub fn sketch(path: &Path, shown: &str) -> Result<Vec<String>, ReadError> {
    let workbook = read_workbook(path, shown, &ReadOptions::default())?;
    let mut lines = vec![format!("  {}", workbook.format)];
    for sheet in &workbook.sheets {
        let hidden = if sheet.hidden { ", hidden" } else { "" };
        let rows = if sheet.unseen().rows.is_empty() { "" } else { ", with hidden rows" };
        let cols = if sheet.unseen().cols.is_empty() { "" } else { ", with hidden columns" };
        lines.push(format!("  sheet `{}`{hidden}{rows}{cols}: {} cells", sheet.sheet, sheet.len()));
        for (_, cells) in sheet.rows().take(ROWS) {
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| format!("{} {}", address(cell.row, cell.col), cell.printed()))
                .collect();
            lines.push(format!("    {}", cells.join(" | ")));
        }
    }
    lines.extend(workbook.findings.iter().map(|finding| {
        format!("  {} {}: {} [{}]", finding.severity, finding.place, finding.code.title.en, finding.seen)
    }));
    Ok(lines)
}
