//! `fill = "down"`: what stands once over several rows, as pivot tables and merged cells print it.

use super::super::grid::Cell;
use super::super::plan::{Given, TablePlan};
use super::super::spec_columns::Field;
use super::super::spec_filled::Fill;

/// What the columns that are filled down have said so far.
pub(super) struct FillDown<'c> {
    /// Slots of these columns with their columns, from left to right.
    slots: Vec<(usize, u32)>,
    said: Vec<Option<Cell<'c>>>,
}

impl<'c> FillDown<'c> {
    /// Nothing said yet; the columns of the fields that are declared so.
    pub(super) fn new<'f>(
        plan: &TablePlan,
        fields: impl Iterator<Item = (&'f Field, Option<&'f Given>)>,
    ) -> Self {
        let mut slots: Vec<(usize, u32)> = fields
            .filter(|(field, _)| field.fill == Fill::Down)
            .filter_map(|(_, given)| match given {
                Some(Given::Slot(slot)) => Some((*slot, *plan.cols.get(*slot)?)),
                Some(Given::Label) => Some((plan.label, *plan.cols.get(plan.label)?)),
                _ => None,
            })
            .collect();
        slots.sort_by_key(|(_, col)| *col);
        slots.dedup();
        let said = vec![None; slots.len()];
        Self { slots, said }
    }

    /// Fills the empty cells of a row. What a column says anew ends what those on its right have said; a row of
    /// one cell is a heading or a note and ends all of it. Tells whether a cell was filled.
    pub(super) fn row(&mut self, cells: &mut [Option<Cell<'c>>]) -> bool {
        if self.slots.is_empty() {
            return false;
        }
        if cells.iter().flatten().count() < 2 {
            self.said.fill(None);
            return false;
        }
        let mut filled = false;
        for at in 0..self.slots.len() {
            let Some(cell) = self.slots.get(at).and_then(|(slot, _)| cells.get_mut(*slot)) else { continue };
            if cell.is_some() {
                self.said.iter_mut().skip(at).for_each(|said| *said = None);
                if let Some(said) = self.said.get_mut(at) {
                    said.clone_from(cell);
                }
            } else if let Some(Some(said)) = self.said.get(at) {
                *cell = Some(said.clone());
                filled = true;
            }
        }
        filled
    }
}
