//! The picture of a file: every cell of its sheets with what it was taken for and why. For people who want
//! to see how a sheet is understood; a run does not make it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::store::FrozenFile;
use crate::table::address;
use crate::text::CodeList;

use super::cell_map::{CellMap, CellRole, Reason};
use super::formats::read_workbook;
use super::grid::Grid;
use super::reading::{FileError, FileReading, read_cells};
use super::spec::SourceSpec;

/// One sheet, cell by cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetPicture {
    /// Its name; empty for a text file.
    pub sheet: String,
    /// Whether the source reads it.
    pub read: bool,
    /// Its rows that are not empty.
    pub rows: Vec<PicturedRow>,
}

/// One row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PicturedRow {
    /// As the spreadsheet counts it, from 1.
    pub row: u32,
    /// `title`, `unit`, `header 1`, `data`, `note`, `rejected`, or why it was left out, as `total`.
    pub kind: String,
    /// Its cells, from left to right.
    pub cells: Vec<PicturedCell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PicturedCell {
    /// Its address, as `F17`.
    pub cell: String,
    /// Its column, counted from 0.
    #[serde(skip)]
    pub col: u32,
    /// What it shows.
    pub text: String,
    /// `title`, `unit`, `header`, `label`, `figure`, `missing`, `note`, `rejected` or `left out`.
    pub role: &'static str,
    /// Why it was rejected or left out; empty elsewhere.
    pub reason: String,
}

/// Reads a file of a source and gives what was read with the picture of its sheets.
pub fn picture(
    spec: &SourceSpec,
    file: &FrozenFile,
    lists: &BTreeMap<String, CodeList>,
) -> Result<(FileReading, Vec<SheetPicture>), FileError> {
    let mut workbook = read_workbook(&file.path, &file.shown, &spec.options)?;
    super::hidden::settle(&mut workbook, spec, &file.shown);
    let reading = read_cells(spec, file, &workbook, lists)?;
    let sheets = workbook.sheets.iter().zip(&reading.maps);
    let pictures = sheets.map(|(grid, map)| sheet(grid, map, &reading)).collect();
    Ok((reading, pictures))
}

fn sheet(grid: &Grid, map: &CellMap, reading: &FileReading) -> SheetPicture {
    let rejects = reading.rejects.iter().filter(|reject| reject.place.sheet == grid.sheet);
    let why: BTreeMap<&str, String> = rejects
        .map(|reject| {
            let expected =
                format!("{} {}; expected {}", reject.code.id, reject.code.title.en, reject.expected);
            (reject.place.cell.as_str(), expected)
        })
        .collect();
    let mut position = 0;
    let rows = grid.rows().map(|(row, cells)| {
        let mut roles = Vec::new();
        let mut pictured = Vec::new();
        for cell in cells {
            let role = map.role(position);
            position += 1;
            let at = address(cell.row, cell.col);
            let reason = match role {
                Some(CellRole::LeftOut(reason)) => reason.word().to_owned(),
                Some(CellRole::Rejected) => {
                    why.get(at.as_str()).cloned().unwrap_or_else(|| "another cell of the row".to_owned())
                }
                _ => String::new(),
            };
            roles.extend(role);
            let role = role.map_or("", word);
            pictured.push(PicturedCell { cell: at, col: cell.col, text: cell.printed(), role, reason });
        }
        PicturedRow { row: row + 1, kind: kind(&roles), cells: pictured }
    });
    let rows = rows.collect();
    let read = reading.account.sheets.contains(&grid.sheet);
    SheetPicture { sheet: grid.sheet.clone(), read, rows }
}

pub(super) fn word(role: CellRole) -> &'static str {
    match role {
        CellRole::Title => "title",
        CellRole::Unit => "unit",
        CellRole::Header(_) => "header",
        CellRole::Label => "label",
        CellRole::Figure => "figure",
        CellRole::Missing => "missing",
        CellRole::Note => "note",
        CellRole::Rejected => "rejected",
        CellRole::LeftOut(_) => "left out",
    }
}

/// What a row is: what tells it from a plain row of data, if any of its cells does.
pub(super) fn kind(roles: &[CellRole]) -> String {
    let has = |wanted: CellRole| roles.contains(&wanted);
    if has(CellRole::Rejected) {
        return "rejected".to_owned();
    }
    if has(CellRole::Figure) || has(CellRole::Missing) {
        return "data".to_owned();
    }
    if has(CellRole::Unit) {
        return "unit".to_owned();
    }
    let first = roles.iter().find(|role| !matches!(role, CellRole::LeftOut(Reason::Blank)));
    match first {
        Some(CellRole::Header(level)) => format!("header {level}"),
        Some(CellRole::LeftOut(Reason::UnreadSheet)) => "unread".to_owned(),
        Some(CellRole::LeftOut(reason)) => reason.word().to_owned(),
        Some(role) => word(*role).to_owned(),
        None => "blank".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, read_drawn};
    use super::*;

    #[test]
    fn every_cell_of_a_customs_table_is_told() {
        let source = r#"
[source.s]
files = ["*"]
rejects = "100%"
table = { labels = ["项目", "进出口"], end = ["/^注[:]/"] }
dim.area = { from = "label", codes = "areas", default = "W0" }
measure.v = { from = "header:进出口", type = "amount", unit = "cell:/单位[:](?<unit>.+)/", missing = { "-" = "O" } }
rows = [{ match = "合计", role = "total" }, { match = "分国别", role = "section" }]
"#;
        let text = "进出口情况\n单位：亿元\n项目 | 进出口 | 备考\n合计 | 10 | x\n分国别\n俄罗斯 | 4\n黑河 | 待核\n蒙古 | - | | 9\n注：初步数";
        let grid = drawn("s", text);
        let reading = read_drawn(source, vec![grid.clone()]).unwrap();
        let sheet = sheet(&grid, &reading.maps[0], &reading);
        let lines = sheet.rows.iter().map(|row| {
            let cells = row.cells.iter().map(|cell| format!("{} {} {}", cell.cell, cell.role, cell.reason));
            let cells = cells.map(|cell| cell.trim_end().to_owned()).collect::<Vec<_>>().join(" | ");
            format!("{} {}: {cells}", row.row, row.kind)
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
        1 title: A1 title
        2 unit: A2 unit
        3 header 1: A3 header | B3 header | C3 header
        4 total: A4 left out total | B4 left out total | C4 left out unread column
        5 section: A5 left out section
        6 data: A6 label | B6 figure
        7 rejected: A7 rejected another cell of the row | B7 rejected C01 A cell is not a number; expected a number: `待核` is no number
        8 data: A8 label | B8 missing | D8 left out outside any table
        9 note: A9 note
        ");
        let cells = &reading.account.cells;
        // Counted by hand on the drawing.
        assert_eq!((cells.taken, cells.figures, cells.missing, cells.labels), (17, 1, 1, 2));
        assert_eq!((cells.around, cells.rejected, cells.left_out_total()), (6, 2, 5));
    }
}
