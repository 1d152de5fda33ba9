//! What becomes of a row: kept, left out with a reason, or rejected with every bad cell.

use crate::finding::{Finding, Severity, source as codes};
use crate::table::Origin;

use super::super::builder::Value;
use super::super::cell_map::{CellRole, Reason};
use super::super::columns::{Bad, Normalised};
use super::super::grid::Cell;
use super::super::plan::Given;
use super::super::rows::is_undeclared_total;
use super::super::spec_marks::DimValues;
use super::super::spec_rows::Role;
use super::{Draft, TableRows, set};

impl TableRows<'_, '_> {
    /// Tells of a row that is called a total where nothing declares what such a row is.
    pub(super) fn tell_total(&mut self, row: u32, cell: Option<&Cell<'_>>) {
        let names_rows = self.dims.iter().zip(&self.plan.dims).any(|(reader, given)| {
            let label = matches!(given, Given::Label)
                || matches!(given, Given::Slot(slot) if *slot == self.plan.label);
            label && !reader.field.is_coded()
        });
        let Some(cell) = cell.filter(|_| names_rows) else { return };
        if is_undeclared_total(&cell.value, &self.declared.rows) {
            let finding = Finding::new(&codes::TOTAL_UNDECLARED, Severity::Warning, self.around.source);
            let finding = finding.at(self.around.place(row, cell.col));
            self.out.findings.push(finding.seen(cell.printed(), "its role in `rows`"));
        }
    }

    pub(super) fn leave_out(&mut self, row: u32, role: Role, cells: &[Option<Cell<'_>>]) {
        self.out.rows.leave_out(role.word());
        if role != Role::Section {
            return;
        }
        let slots = self
            .plan
            .groups
            .iter()
            .flat_map(|group| group.figures.iter().flatten())
            .map(|figure| figure.slot);
        let filled: Vec<&Cell<'_>> = slots.filter_map(|slot| cells.get(slot)?.as_ref()).collect();
        if let Some(first) = filled.first() {
            let finding = Finding::new(&codes::SECTION_WITH_VALUES, Severity::Warning, self.around.source)
                .at(self.around.place(row, first.col))
                .seen(first.printed(), "no value in a section row")
                .times(u64::try_from(filled.len()).unwrap_or(u64::MAX));
            self.out.findings.push(finding);
        }
    }

    pub(super) fn reject(&mut self, row: u32, bad: &[(u32, Bad)]) {
        self.out.rows.rejected += 1;
        for (col, bad) in bad {
            let finding = Finding::new(bad.code, Severity::Warning, self.around.source)
                .at(self.around.place(row, *col))
                .seen(bad.seen.as_str(), bad.expected.as_str());
            self.out.rejects.push(finding);
        }
    }

    /// Sets what is known of single figures.
    pub(super) fn annotate(&mut self, row: &mut [Value]) {
        for (at, annotation) in self.declared.annotations.iter().enumerate() {
            let Some(places) = self.positions.measures.get(annotation.measure) else { continue };
            let filled = places.value.and_then(|at| row.get(at)).is_some_and(|value| !value.is_null());
            if !filled || !annotation.only.holds(DimValues { row, at: &self.positions.dims }) {
                continue;
            }
            self.out.annotated.insert(at);
            if let Some(status) = &annotation.status {
                set(row, places.status, Value::text(status.as_str()));
            }
            if let Some(note) = &annotation.note {
                set(row, places.note, Value::text(note.as_str()));
            }
        }
    }

    /// Keeps the row's figures, or rejects it for its bad cells.
    pub(super) fn settle(&mut self, row: u32, mut draft: Draft, roles: &mut [CellRole]) {
        let heading = draft.rows.is_empty() && draft.missing == 0 && draft.bad.is_empty();
        if !heading {
            draft.bad.splice(0..0, std::mem::take(&mut draft.nameless));
        }
        if !draft.bad.is_empty() {
            roles.fill(CellRole::Rejected);
            self.reject(row, &draft.bad);
            return;
        }
        self.out.missing += draft.missing;
        if draft.rows.is_empty() {
            roles.fill(CellRole::LeftOut(Reason::NoFigure));
            set_roles(roles, &draft.roles);
            self.out.rows.leave_out(Reason::NoFigure.word());
            return;
        }
        set_roles(roles, &draft.roles);
        if draft.normalised == Normalised::Yes {
            self.out.rows.normalised += 1;
            self.out.normalised.insert((self.sheet, row));
        } else {
            self.out.rows.used += 1;
        }
        for (col, name, text) in draft.unknown {
            let place = || (self.around.place(row, col), 0);
            self.out.unknown.entry((name, text)).or_insert_with(place).1 += 1;
        }
        for (values, column) in draft.rows {
            let origin = u32::try_from(self.out.builder.height()).unwrap_or(u32::MAX);
            self.out.builder.push(&values, origin);
            self.out.origins.push(Origin { file: 0, sheet: self.sheet, row, column });
        }
    }
}

/// A cell in which one measure reads a figure and another a missing marker holds a figure.
fn set_roles(roles: &mut [CellRole], found: &[(usize, CellRole)]) {
    for (slot, role) in found {
        if let Some(place) = roles.get_mut(*slot).filter(|place| **place != CellRole::Figure) {
            *place = *role;
        }
    }
}
