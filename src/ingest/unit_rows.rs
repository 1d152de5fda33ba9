//! Rows among the data that say the unit of the rows below: `单位：吨` between two blocks of one table.

use std::sync::Arc;

use super::cells::Row;
use super::grid::{Cell, CellValue};
use super::layout::is_blank;
use super::locator::taken;
use super::rows::role_given;
use super::spec_columns::Measure;
use super::table_rows::TableRows;

/// The reason with which such a row is left out.
pub(super) const UNIT_ROW: &str = "unit";

/// What a row says of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitRow {
    /// Nothing: its cells are read as ever.
    No,
    /// Nothing but the unit.
    Alone,
    /// The unit, beside or within a label that has a meaning of its own.
    AlsoLabelled,
}

/// The unit that holds now for each measure.
pub(super) struct UnitRows<'a> {
    measures: &'a [Measure],
    now: Vec<Option<Arc<str>>>,
}

impl<'a> UnitRows<'a> {
    /// Before the first row nothing is said.
    pub(super) fn new(measures: &'a [Measure]) -> Self {
        Self { measures, now: vec![None; measures.len()] }
    }

    /// The unit that a row above gives to a measure, by its position.
    pub(super) fn of(&self, measure: usize) -> Option<&Arc<str>> {
        self.now.get(measure).and_then(Option::as_ref)
    }

    /// Whether any measure reads its unit from rows.
    fn are_read(&self) -> bool {
        self.measures.iter().any(|measure| measure.unit.rows().next().is_some())
    }

    /// What a cell says of the unit of each measure; nothing where it says nothing of any.
    fn said(&self, cell: &Cell<'_>) -> Option<Vec<(usize, Arc<str>)>> {
        let CellValue::Text(text) = &cell.value else { return None };
        let of_measure = |(at, measure): (usize, &Measure)| {
            let unit = measure.unit.rows().find_map(|pattern| taken(pattern, "unit", text))?;
            Some((at, Arc::from(unit.trim())))
        };
        let said: Vec<(usize, Arc<str>)> = self.measures.iter().enumerate().filter_map(of_measure).collect();
        (!said.is_empty()).then_some(said)
    }
}

impl TableRows<'_, '_> {
    /// Takes the unit a row says, if it is a row of a unit: one whose columns of figures hold nothing but it.
    /// What says the unit is taken out of `cells`.
    pub(super) fn unit_row(&mut self, cells: &mut [Option<Cell<'_>>], row: Row<'_>) -> UnitRow {
        let Some(block) = self.around.block().filter(|_| self.units.are_read()) else { return UnitRow::No };
        let own = row.iter().filter(|cell| block.cols.contains(&cell.col) && !is_blank(cell));
        let mut said = Vec::new();
        let (mut rest, mut label) = (0, None);
        for cell in own {
            let slot = self.plan.cols.iter().position(|col| *col == cell.col);
            let of_figures = slot.is_some_and(|slot| self.holds_figures(slot));
            match self.units.said(&cell) {
                Some(units) => said.push((slot, units)),
                None if of_figures => return UnitRow::No,
                None => rest += 1,
            }
            label = label.or_else(|| (slot == Some(self.plan.label)).then(|| cell.printed()));
        }
        if said.is_empty() {
            return UnitRow::No;
        }
        let with_rule = label.is_some_and(|label| role_given(&label, &self.declared.rows));
        for (slot, units) in said {
            for (measure, unit) in units {
                if let Some(place) = self.units.now.get_mut(measure) {
                    *place = Some(unit);
                }
            }
            // A label is read as such; a unit in a column of figures is no figure.
            let place = slot.filter(|slot| *slot != self.plan.label).and_then(|slot| cells.get_mut(slot));
            if let Some(place) = place {
                *place = None;
            }
        }
        if rest > 0 || with_rule { UnitRow::AlsoLabelled } else { UnitRow::Alone }
    }

    fn holds_figures(&self, slot: usize) -> bool {
        let mut figures = self.plan.groups.iter().flat_map(|group| group.figures.iter().flatten());
        figures.any(|figure| figure.slot == slot)
    }
}
