//! A file as it is understood, drawn for a terminal: a grid with addresses, a word a row, a sign a cell.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::show;
use crate::ingest::{PicturedCell, PicturedRow, SheetPicture};
use crate::pipeline::InputPicture;
use crate::table::column_letters;

/// Display columns of one cell.
const CELL_WIDTH: usize = 18;
/// Columns of a sheet that fit beside each other.
const COLUMNS: usize = 12;
/// Rows alike of which the first are drawn; the last always is.
const ALIKE: usize = 3;

/// What the signs before the cells mean.
const LEGEND: &str =
    "  T title  U unit  H header  L label  # figure  - missing  N note  ! rejected  x left out";

/// Writes all that is known of a file to stdout.
pub(super) fn print(picture: &InputPicture, form: show::Form) {
    if form == show::Form::Json {
        show::json(picture);
        return;
    }
    picture.lines.iter().for_each(|line| show::data(line));
    for reading in &picture.readings {
        show::data(&format!("{}, read by {}", picture.file, reading.read_by));
        reading.lines.iter().for_each(|line| show::data(&format!("  {line}")));
        if !reading.sheets.is_empty() {
            show::data(LEGEND);
        }
        reading.sheets.iter().flat_map(drawn).for_each(|line| show::data(&line));
    }
}

/// A sheet as lines.
fn drawn(sheet: &SheetPicture) -> Vec<String> {
    let name = if sheet.sheet.is_empty() { "the file".to_owned() } else { format!("sheet {}", sheet.sheet) };
    let unread = if sheet.read { "" } else { ", not read" };
    let mut lines = vec![format!("  {name}{unread}")];
    let mut cols: Vec<u32> = sheet.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.col).collect();
    cols.sort_unstable();
    cols.dedup();
    let more = cols.len().saturating_sub(COLUMNS);
    cols.truncate(COLUMNS);
    let mut header = vec![String::new(), String::new()];
    header.extend(cols.iter().map(|col| column_letters(*col)));
    header.extend((more > 0).then(|| format!("… {more} more columns")));
    let mut grid = vec![header];
    let mut alike = 0;
    for (at, row) in sheet.rows.iter().enumerate() {
        let same = |other: Option<&PicturedRow>| other.is_some_and(|other| shape(other) == shape(row));
        let before = at.checked_sub(1).and_then(|at| sheet.rows.get(at));
        alike = if same(before) { alike + 1 } else { 0 };
        if alike < ALIKE || !same(sheet.rows.get(at + 1)) {
            if alike > ALIKE {
                grid.push(vec!["  …".to_owned(), format!("{} rows alike", alike - ALIKE)]);
            }
            grid.push(line(row, &cols));
        }
    }
    lines.extend(show::aligned(&grid).into_iter().map(|line| format!("  {line}")));
    lines.extend(reasons(sheet));
    lines
}

/// What a row must share with its neighbour to be as good as drawn.
fn shape(row: &PicturedRow) -> (&str, Vec<(u32, &str, &str)>) {
    let cells = row.cells.iter().map(|cell| (cell.col, cell.role, cell.reason.as_str()));
    (&row.kind, cells.collect())
}

fn line(row: &PicturedRow, cols: &[u32]) -> Vec<String> {
    let mut line = vec![row.row.to_string(), row.kind.clone()];
    line.extend(cols.iter().map(|col| {
        let cell = row.cells.iter().find(|cell| cell.col == *col);
        cell.map_or_else(String::new, |cell| format!("{} {}", sign(cell.role), clipped(&cell.text)))
    }));
    line
}

fn sign(role: &str) -> char {
    match role {
        "title" => 'T',
        "unit" => 'U',
        "header" => 'H',
        "label" => 'L',
        "figure" => '#',
        "missing" => '-',
        "note" => 'N',
        "rejected" => '!',
        "left out" => 'x',
        _ => '?',
    }
}

/// A text on one line within the width of a cell.
fn clipped(text: &str) -> String {
    let plain: String = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    if plain.width() <= CELL_WIDTH {
        return plain;
    }
    let mut clipped = String::new();
    let mut width = 1;
    for ch in plain.chars() {
        width += ch.width().unwrap_or(0);
        if width > CELL_WIDTH {
            break;
        }
        clipped.push(ch);
    }
    clipped.push('…');
    clipped
}

/// Why cells were rejected or left out, each reason once with its first cell.
fn reasons(sheet: &SheetPicture) -> Vec<String> {
    let mut told: Vec<(&PicturedCell, usize)> = Vec::new();
    for cell in sheet.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.reason.is_empty()) {
        let known = told.iter_mut().find(|(first, _)| first.role == cell.role && first.reason == cell.reason);
        match known {
            Some((_, count)) => *count += 1,
            None => told.push((cell, 1)),
        }
    }
    let lines = told.into_iter().map(|(first, count)| {
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        format!("  {} {} at {}{more}: {}", sign(first.role), first.role, first.cell, first.reason)
    });
    lines.collect()
}
