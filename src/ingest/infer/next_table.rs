//! Where on a sheet a second table begins that has a header of its own.

use crate::table::address;
use crate::text::fold;

use super::super::cells::Row;
use super::super::layout::{Block, is_blank, is_text};
use super::as_pattern;
use super::header::{FoundHeader, has_value, may_head, texts};
use super::sketch::Scene;

/// Another table below the first.
pub(super) struct NextTable {
    /// Its first row, a title or the header, counted from 0.
    pub(super) start: u32,
    /// The text with which it begins, as a pattern, and its cell.
    pub(super) first: (String, String),
}

impl Scene<'_> {
    /// The first row among the data that is a header of other texts: it stands below a blank row or a title, and
    /// numbers stand under most of it.
    pub(super) fn next_table(&self, header: &FoundHeader, blocks: &[Block]) -> Option<NextTable> {
        let data = blocks.iter().map(|block| block.data.clone()).next_back()?;
        let known: Vec<String> = texts_of(self.grid.row(header.row));
        let rows: Vec<(u32, Row<'_>)> = self.grid.rows().filter(|(row, _)| data.contains(row)).collect();
        for (at, (row, cells)) in rows.iter().enumerate().skip(1) {
            let filled = cells.iter().filter(|cell| !is_blank(cell)).count();
            let heads = texts(*cells) >= 2
                && texts(*cells) == filled
                && cells.iter().filter(|cell| !is_blank(cell)).all(|cell| may_head(&cell));
            let own = texts_of(*cells);
            if !heads || own == known || !self.over_numbers(&rows, at) {
                continue;
            }
            let mut start = at;
            while let Some((above, cells)) = start.checked_sub(1).and_then(|before| rows.get(before)) {
                let below = rows.get(start).map_or(0, |(row, _)| *row);
                let lone = cells.iter().filter(|cell| !is_blank(cell)).count() <= 2 && !has_value(*cells);
                if !lone || below - above > 1 {
                    break;
                }
                start -= 1;
            }
            let (first, cells) = rows.get(start)?;
            let (above, _) = start.checked_sub(1).and_then(|before| rows.get(before))?;
            if first == row && row - above < 2 {
                continue;
            }
            let cell = cells.iter().find(|cell| is_text(cell))?;
            let text = as_pattern(cell.printed().trim());
            return Some(NextTable { start: *first, first: (text, address(cell.row, cell.col)) });
        }
        None
    }

    /// Whether numbers stand in the next row of data under most texts behind the first.
    fn over_numbers(&self, rows: &[(u32, Row<'_>)], at: usize) -> bool {
        let Some((_, cells)) = rows.get(at) else { return false };
        let below = rows.iter().skip(at + 1).take(3).find(|(_, cells)| has_value(*cells));
        let Some((row, _)) = below else { return false };
        let behind: Vec<u32> =
            cells.iter().filter(|cell| !is_blank(cell)).skip(1).map(|cell| cell.col).collect();
        let numbered = behind.iter().filter(|col| {
            let cell = self.grid.cell(*row, **col);
            cell.is_some_and(|cell| super::super::columns::number(&cell, '.').is_ok())
        });
        numbered.count() * 2 >= behind.len() && !behind.is_empty()
    }
}

fn texts_of(cells: Row<'_>) -> Vec<String> {
    cells.iter().filter(|cell| is_text(cell)).map(|cell| fold(&cell.printed())).collect()
}
