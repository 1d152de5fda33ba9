//! What stands around a table: its unit and its period.

use crate::measure::{Period, UnitNames, find_periods};
use crate::table::address;
use crate::text::fold;

use super::super::around::bracketed;
use super::super::grid::{Cell, Grid};
use super::super::layout::{Block, is_text};
use super::names::is_year;
use super::{Line, LineValue, quoted};

/// Words before a unit in a cell of its own, folded, as a part of a regular expression.
const UNIT_WORDS: &str = "单位|unit|units|ед\\. изм\\.|единица измерения";

/// The text cells above a table.
fn above<'a>(grid: &'a Grid, block: &'a Block) -> impl Iterator<Item = Cell<'a>> {
    let rows = block.above.clone();
    grid.cells().filter(move |cell| rows.contains(&cell.row) && is_text(cell))
}

/// Where the unit of the tables stands above them, and what was seen.
pub(super) fn unit(grid: &Grid, blocks: &[Block], names: &UnitNames) -> Option<(String, String)> {
    let cells: Vec<Cell<'_>> = blocks.iter().flat_map(|block| above(grid, block)).collect();
    for word in UNIT_WORDS.split('|') {
        let word = word.replace('\\', "");
        let found = cells.iter().find_map(|cell| {
            let text = fold(&cell.printed());
            let (_, unit) = text.split_once(&format!("{word}:"))?;
            names.read_unit(unit).ok()?;
            Some((address(cell.row, cell.col), cell.printed()))
        });
        if let Some((place, seen)) = found {
            let word = word.replace('.', "\\.");
            return Some((
                quoted(&format!("cell:/{word}[:](?<unit>.+)/")),
                format!("unit in {place}: {}", seen.trim()),
            ));
        }
    }
    let whole: Vec<(String, String)> = cells
        .iter()
        .filter(|cell| names.read_unit(&cell.printed()).is_ok())
        .map(|cell| (address(cell.row, cell.col), fold(&cell.printed())))
        .collect();
    if let Some((place, seen)) = whole.first() {
        let mut texts: Vec<String> = whole.iter().map(|(_, text)| regex::escape(text)).collect();
        texts.sort();
        texts.dedup();
        let pattern = format!("cell:/^(?<unit>{})$/", texts.join("|"));
        return Some((quoted(&pattern), format!("unit in {place}: {seen}")));
    }
    let titled = cells.iter().find(|cell| {
        let text = cell.printed();
        bracketed(&text).any(|part| names.read_unit(part).is_ok())
    })?;
    let place = address(titled.row, titled.col);
    Some((quoted("title"), format!("unit in brackets in {place}")))
}

/// Whether the cells above a table name one year.
pub(super) fn names_a_year(grid: &Grid, blocks: &[Block]) -> bool {
    let mut years: Vec<i16> = blocks
        .iter()
        .take(1)
        .flat_map(|block| above(grid, block))
        .flat_map(|cell| find_periods(&cell.printed()))
        .map(|period| period.start.year())
        .collect();
    years.dedup();
    years.len() == 1
}

/// The line for a period that stands in the title, the sheet's name or the file's name.
pub(super) fn period(grid: &Grid, blocks: &[Block], shown: &str) -> Option<Line> {
    let title: Vec<(String, Vec<Period>)> = blocks
        .iter()
        .take(1)
        .flat_map(|block| above(grid, block))
        .map(|cell| (address(cell.row, cell.col), find_periods(&cell.printed())))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut places: Vec<(&str, String, Vec<Period>)> = Vec::new();
    if let Some((place, _)) = title.first() {
        places.push(("title", place.clone(), title.iter().flat_map(|(_, found)| found.clone()).collect()));
    }
    places.push(("sheet", format!("sheet {}", grid.sheet), find_periods(&grid.sheet)));
    places.push(("file", "the file name".to_owned(), find_periods(stem)));
    let mut chosen: Vec<(&str, String, Period)> = Vec::new();
    let mut apart: Vec<String> = Vec::new();
    for (word, place, mut found) in places {
        found.dedup();
        match (found.as_slice(), chosen.first()) {
            ([], _) => {}
            ([one], None) => chosen.push((word, place, *one)),
            ([one], Some((_, _, known))) if one == known => chosen.push((word, place, *one)),
            _ => apart.push(word.to_owned()),
        }
    }
    let Some((_, _, period)) = chosen.first() else { return year_of_file(stem) };
    let words = chosen.iter().map(|(word, ..)| (*word).to_owned()).collect();
    let seen: Vec<&str> = chosen.iter().map(|(_, place, _)| place.as_str()).collect();
    let line = Line::new("dim.time_period", LineValue::Places(words))
        .because(format!("{period} in {}", seen.join(", ")));
    Some(if apart.is_empty() {
        line
    } else {
        line.decide(format!("other periods stand in: {}", apart.join(", ")))
    })
}

/// The line for a file whose name holds one number that is a year.
fn year_of_file(stem: &str) -> Option<Line> {
    let folded = fold(stem);
    let numbers = folded.split(|sign: char| !sign.is_ascii_digit()).filter(|part| is_year(part));
    let years: Vec<&str> = numbers.collect();
    let [year] = years.as_slice() else { return None };
    let settings = r#"{ from = "file", match = '/(?:^|\D)(?<time_period>\d{4})(?:\D|$)/', type = "period" }"#;
    let line = Line::plain("dim.time_period", settings).because(format!("{year} in the file name"));
    Some(line.decide("is the number in the file name the year of the figures?"))
}
