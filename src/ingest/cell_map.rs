//! What every cell of a sheet was taken for. A cell that nothing claims stays unclaimed, so that the counts
//! of the file do not close: a cell is never lost silently.

use std::ops::Range;

use crate::finding::CellCount;

use super::cells::Row;
use super::grid::{Cell, Grid};
use super::layout::{Block, is_blank};
use super::spec_rows::Role;

/// What a cell was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellRole {
    /// A line above a table.
    Title,
    /// A line above a table that names the unit.
    Unit,
    /// A header, of this level counted from 1.
    Header(u8),
    /// What identifies a figure or goes with it: label, dimension, attribute, unit, currency, status.
    Label,
    /// A figure that was typed.
    Figure,
    /// A figure that the file declares missing.
    Missing,
    /// A line after a table.
    Note,
    /// Part of a row that could not be used.
    Rejected,
    /// Not used, for this reason.
    LeftOut(Reason),
}

/// Why a cell is not used. Kept small: there is one for every cell of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Only blanks fill it.
    Blank,
    /// Its column has a header, but no declaration reads it.
    UnreadColumn,
    /// It stands beside a table.
    Outside,
    /// The source does not read its sheet.
    UnreadSheet,
    /// All figure cells of its row are empty.
    NoFigure,
    /// `only` declares the figure for other rows.
    OtherRows,
    /// Its row has this role.
    Row(Role),
    /// It belongs to a currency that is not known, or to one with which the file's base has no part.
    UnknownCurrency,
    /// It repeats a rate of the same day.
    RateTwice,
    /// It prices the base of its file in itself.
    BaseItself,
    /// It prints the euro once more for a member of the euro area.
    EuroMember,
}

impl Reason {
    /// The reason in words, as counts and pictures give it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Blank => "only blanks",
            Self::UnreadColumn => "unread column",
            Self::Outside => "outside any table",
            Self::UnreadSheet => "unread sheet",
            Self::NoFigure => "no figure",
            Self::OtherRows => "declared for other rows",
            Self::Row(role) => role.word(),
            Self::UnknownCurrency => "unknown currency",
            Self::RateTwice => "rate given twice",
            Self::BaseItself => "base in itself",
            Self::EuroMember => "euro of a member",
        }
    }
}

/// The reason for cells of rows or columns that are hidden and declared to be skipped.
const HIDDEN: &str = "hidden row or column";

impl CellRole {
    /// Whether another table of the sheet may still claim the cell.
    fn yields(self) -> bool {
        matches!(self, Self::LeftOut(Reason::UnreadColumn | Reason::Outside))
    }

    /// Adds a cell that was taken for this to what became of the cells of its file.
    pub(super) fn count_into(self, count: &mut CellCount) {
        match self {
            Self::Title | Self::Unit | Self::Header(_) | Self::Note => count.around += 1,
            Self::Label => count.labels += 1,
            Self::Figure => count.figures += 1,
            Self::Missing => count.missing += 1,
            Self::Rejected => count.rejected += 1,
            Self::LeftOut(reason) => count.leave_out(reason.word(), 1),
        }
    }
}

/// The roles of the cells of one sheet, in the order of the grid.
#[derive(Clone, Debug, Default)]
pub(super) struct CellMap(Vec<Option<CellRole>>);

impl CellMap {
    /// A map in which no cell is claimed yet.
    pub(super) fn new(grid: &Grid) -> Self {
        Self(vec![None; grid.len()])
    }

    /// A map of a sheet that the source does not read.
    pub(super) fn unread(grid: &Grid) -> Self {
        Self(vec![Some(CellRole::LeftOut(Reason::UnreadSheet)); grid.len()])
    }

    /// The role of a cell by its position in the grid; nothing where no one claimed it.
    pub(super) fn role(&self, position: usize) -> Option<CellRole> {
        self.0.get(position).copied().flatten()
    }

    /// Claims the cells of a row; those that were claimed before keep their role.
    pub(super) fn claim_row(&mut self, cells: Row<'_>, role: impl Fn(&Cell<'_>) -> CellRole) {
        let places = self.0.iter_mut().skip(cells.position());
        for (place, cell) in places.zip(cells) {
            if place.is_none_or(CellRole::yields) {
                *place = Some(if is_blank(&cell) { CellRole::LeftOut(Reason::Blank) } else { role(&cell) });
            }
        }
    }

    /// Claims every row of a range.
    fn claim_rows(&mut self, grid: &Grid, rows: &Range<u32>, role: impl Fn(&Cell<'_>) -> CellRole) {
        let within = grid.rows().skip_while(|(row, _)| *row < rows.start);
        for (_, cells) in within.take_while(|(row, _)| *row < rows.end) {
            self.claim_row(cells, &role);
        }
    }

    /// Claims the lines above and after a table and its header; `is_unit` knows the cells that name units.
    pub(super) fn claim_around(&mut self, grid: &Grid, block: &Block, is_unit: impl Fn(&Cell<'_>) -> bool) {
        self.claim_rows(
            grid,
            &block.above,
            |cell| {
                if is_unit(cell) { CellRole::Unit } else { CellRole::Title }
            },
        );
        self.claim_rows(grid, &block.header, |cell| CellRole::Header(level(cell.row - block.header.start)));
        self.claim_rows(grid, &block.notes, |_| CellRole::Note);
    }

    /// Adds the cells of a sheet to the counts of its file.
    pub(super) fn count_into(&self, grid: &Grid, count: &mut CellCount) {
        let number = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        count.taken += number(grid.len()) + grid.hidden_cells();
        if grid.hidden_cells() > 0 {
            count.leave_out(HIDDEN, grid.hidden_cells());
        }
        self.0.iter().flatten().for_each(|role| role.count_into(count));
    }
}

/// A level of a header, counted from 1; headers are a few rows deep.
fn level(below_top: u32) -> u8 {
    u8::try_from(below_top + 1).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::testing::drawn;
    use super::*;

    #[test]
    fn a_cell_that_nobody_claims_does_not_close() {
        let grid = drawn("s", "a | b\nc | d");
        let mut map = CellMap::new(&grid);
        map.claim_row(grid.row(0), |_| CellRole::Header(1));
        map.claim_row(grid.row(1), |cell| if cell.col == 0 { CellRole::Label } else { CellRole::Figure });
        let mut count = CellCount::default();
        map.count_into(&grid, &mut count);
        assert!(count.close("f").is_ok());
        let mut count = CellCount::default();
        CellMap::new(&grid).count_into(&grid, &mut count);
        assert_eq!(
            count.close("f").unwrap_err().to_string(),
            "cell counts of f do not close: 4 taken, but 0 accounted for"
        );
    }

    #[test]
    fn what_one_table_leaves_another_may_claim() {
        let grid = drawn("s", "a | b");
        let mut map = CellMap::new(&grid);
        map.claim_row(grid.row(0), |cell| {
            if cell.col == 0 { CellRole::Label } else { CellRole::LeftOut(Reason::Outside) }
        });
        map.claim_row(grid.row(0), |_| CellRole::Figure);
        assert_eq!((map.role(0), map.role(1)), (Some(CellRole::Label), Some(CellRole::Figure)));
    }
}
