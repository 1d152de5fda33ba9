//! The rows of one table: each becomes figures, a reject with every bad cell, or is left out with a reason.

mod fate;
mod fill;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::source as codes;

use super::around::Around;
use super::builder::Value;
use super::cell_map::{CellMap, CellRole, Reason};
use super::columns::{Bad, Normalised, text_of};
use super::field_reader::{FieldReader, Ready};
use super::figures::{FigureReader, Outcome, Words};
use super::grid::Cell;
use super::hierarchy::{Hierarchy, Kind, Place};
use super::layout::is_blank;
use super::locator::{Locator, Standing};
use super::output::{Output, Positions};
use super::plan::{Given, Group, TablePlan};
use super::rows::{Meaning, bare_label, label_value, meaning, role_of};
use super::spec::Declared;
use super::spec_columns::Measure;
use super::spec_marks::DimValues;
use super::spec_rows::{Keep, Role};
use super::unit_rows::{UNIT_ROW, UnitRow, UnitRows};
use fill::FillDown;

/// Reads the rows of one table.
pub(super) struct TableRows<'a, 'r> {
    pub(super) declared: &'a Declared,
    pub(super) key: &'a [String],
    pub(super) around: &'a Around<'a>,
    pub(super) plan: &'r TablePlan,
    pub(super) positions: &'r Positions,
    pub(super) dims: &'r mut [FieldReader<'a>],
    pub(super) attrs: &'r mut [FieldReader<'a>],
    pub(super) words: &'r mut Words,
    pub(super) sheet: u32,
    pub(super) hierarchy: Hierarchy<'r>,
    pub(super) units: UnitRows<'a>,
    pub(super) out: &'r mut Output,
    pub(super) map: &'r mut CellMap,
}

/// What one row yields before it is known whether it is sound.
#[derive(Default)]
struct Draft {
    /// Empty cells of what identifies a figure: bad only where the row has one.
    nameless: Vec<(u32, Bad)>,
    bad: Vec<(u32, Bad)>,
    normalised: Normalised,
    rows: Vec<(Vec<Value>, Option<u32>)>,
    missing: u64,
    unknown: Vec<(u32, String, String)>,
    /// What cells of figures were taken for, by slot.
    roles: Vec<(usize, CellRole)>,
}

impl TableRows<'_, '_> {
    /// Reads all rows of the block; cells of columns nobody reads are counted by column.
    pub(super) fn read(&mut self, unread: &mut BTreeMap<u32, u64>) {
        let Some(block) = self.around.block() else { return };
        let (first, end) = (block.data.start, block.data.end);
        let width = self.plan.cols.iter().max().map_or(0, |col| usize::try_from(*col).unwrap_or(0) + 1);
        let mut by_col: Vec<Option<usize>> = vec![None; width];
        for (slot, col) in self.plan.cols.iter().enumerate() {
            if let Some(place) = usize::try_from(*col).ok().and_then(|col| by_col.get_mut(col)) {
                *place = Some(slot);
            }
        }
        let usual = self.usual_roles();
        let mut roles = Vec::new();
        let mut cells: Vec<Option<Cell<'_>>> = Vec::new();
        let mut fill = self.fill_down();
        for (row, row_cells) in self.around.grid.rows().skip_while(|(row, _)| *row < first) {
            if row >= end {
                break;
            }
            cells.clear();
            cells.resize(self.plan.cols.len(), None);
            roles.clone_from(&usual);
            let mut blank = true;
            let own = row_cells.iter().filter(|cell| block.cols.contains(&cell.col));
            for cell in own.filter(|cell| !is_blank(cell)) {
                blank = false;
                match slot_of(&by_col, cell.col).and_then(|slot| cells.get_mut(slot)) {
                    Some(place) => *place = Some(cell),
                    None => *unread.entry(cell.col).or_insert(0) += 1,
                }
            }
            let unit = if blank { UnitRow::No } else { self.unit_row(&mut cells, row_cells) };
            match unit {
                _ if blank => {}
                UnitRow::No | UnitRow::AlsoLabelled => {
                    let normalised = Normalised::from_flag(fill.row(&mut cells));
                    self.row(row, (&cells, normalised), &mut roles);
                }
                UnitRow::Alone => {
                    self.out.rows.taken += 1;
                    self.out.rows.leave_out(UNIT_ROW);
                    roles.fill(CellRole::Unit);
                }
            }
            self.map.claim_row(row_cells, |cell| {
                let role = slot_of(&by_col, cell.col).and_then(|slot| roles.get(slot).copied());
                let headed = || block.columns.iter().any(|column| column.col == cell.col);
                role.unwrap_or_else(|| {
                    CellRole::LeftOut(if headed() { Reason::UnreadColumn } else { Reason::Outside })
                })
            });
        }
    }

    /// What the cells of a sound row are by slot, but for those in which a figure is read.
    fn usual_roles(&self) -> Vec<CellRole> {
        let mut roles = vec![CellRole::Label; self.plan.cols.len()];
        let figures = self.plan.groups.iter().flat_map(|group| group.figures.iter().flatten());
        for figure in figures {
            if let Some(role) = roles.get_mut(figure.slot) {
                *role = CellRole::LeftOut(Reason::OtherRows);
            }
        }
        let given = self.plan.dims.iter().chain(&self.plan.attrs).filter_map(|given| match given {
            Given::Slot(slot) => Some(*slot),
            _ => None,
        });
        for slot in given {
            if let Some(role) = roles.get_mut(slot) {
                *role = CellRole::Label;
            }
        }
        roles
    }

    /// The columns that are filled down.
    fn fill_down<'c>(&self) -> FillDown<'c> {
        let dims = self.dims.iter().enumerate().map(|(at, reader)| (reader.field, self.plan.dims.get(at)));
        let attrs = self.attrs.iter().enumerate().map(|(at, reader)| (reader.field, self.plan.attrs.get(at)));
        FillDown::new(self.plan, dims.chain(attrs))
    }

    fn row(
        &mut self,
        row: u32,
        (cells, normalised): (&[Option<Cell<'_>>], Normalised),
        roles: &mut [CellRole],
    ) {
        self.out.rows.taken += 1;
        let label_cell = cells.get(self.plan.label).and_then(Option::as_ref);
        let label = self.label(label_cell);
        let place = self.place(&label, label_cell.map_or(0, |cell| cell.indent));
        let overrides = match meaning(&label, &self.declared.rows, self.dims, self.plan.year) {
            Meaning::Data(overrides) => overrides,
            Meaning::LeftOut(role) => {
                self.leave_out(row, role, cells);
                roles.fill(CellRole::LeftOut(Reason::Row(role)));
                return;
            }
            Meaning::Unknown(nearest) => {
                let known = nearest.map_or(String::new(), |near| format!("; did you mean {near}?"));
                let bad = Bad::new(
                    &codes::LABEL_UNKNOWN,
                    label,
                    format!("a label in the code lists or in `rows`{known}"),
                );
                let col = self.plan.cols.get(self.plan.label).copied().unwrap_or_default();
                self.reject(row, &[(col, bad)]);
                roles.fill(CellRole::Rejected);
                return;
            }
        };
        self.tell_total(row, label_cell);
        let mut draft = Draft { normalised, ..Draft::default() };
        let base = self.base((&label, &place), &overrides, cells, &mut draft);
        for group in &self.plan.groups {
            self.group(group, &base, (&label, cells), &mut draft);
        }
        self.settle(row, draft, roles);
    }

    /// Where the row stands in the hierarchy; overlapping rows and scratch are no part of it.
    fn place(&mut self, label: &str, indent: u8) -> Place {
        let read = self.dims.iter().chain(self.attrs.iter()).any(|reader| reader.field.reads_standing());
        if !read || bare_label(label).is_empty() {
            return Place::default();
        }
        match role_of(label, &self.declared.rows) {
            (Role::Aside | Role::Overlapping, _) | (Role::Total, Keep::No) => Place::default(),
            (Role::Total, Keep::Yes) => self.hierarchy.next(label, indent, Kind::Total),
            _ => self.hierarchy.next(label, indent, Kind::Plain),
        }
    }

    /// The label's text; empty where nothing depends on it.
    fn label(&self, cell: Option<&Cell<'_>>) -> String {
        let marked = |measure: &Measure| {
            let mut marks = measure.bound.iter().chain(&measure.status);
            marks.any(|mark| matches!(mark.from, Locator::Label))
        };
        let needed = !self.declared.rows.is_empty()
            || self.declared.measures.iter().any(|one| marked(one) || one.unit.reads_label())
            || self
                .dims
                .iter()
                .chain(self.attrs.iter())
                .any(|reader| reader.field.reads_label() || reader.field.reads_standing());
        match cell {
            Some(cell) if needed => cell.printed(),
            _ => String::new(),
        }
    }

    /// The columns all groups of the row share: dimensions and attributes.
    fn base(
        &mut self,
        (label, place): (&str, &Place),
        overrides: &[(usize, String)],
        cells: &[Option<Cell<'_>>],
        draft: &mut Draft,
    ) -> Vec<Value> {
        let mut base = vec![Value::Null; self.positions.width];
        for (at, reader) in self.dims.iter_mut().enumerate() {
            let replaced = overrides.iter().find(|(dim, _)| *dim == at).map(|(_, text)| text);
            let given = self.plan.dims.get(at);
            let (col, ready) = match (replaced, given) {
                (Some(text), _) => (self.plan.label, reader.replaced(&Arc::from(text.as_str()))),
                (None, Some(Given::Fixed(ready))) => {
                    put(&mut base, self.positions, at, ready);
                    continue;
                }
                (None, Some(Given::Slot(slot))) => {
                    (*slot, reader.cell(cells.get(*slot).and_then(Option::as_ref)))
                }
                (None, Some(Given::Label)) => (self.plan.label, label_value(label, reader)),
                (None, Some(Given::Standing(standing))) => {
                    (self.plan.label, standing_value(place, *standing, reader))
                }
                _ => continue,
            };
            let col = self.plan.cols.get(col).copied().unwrap_or_default();
            match ready {
                Ok(ready) if ready.value.is_null() && self.key.contains(&reader.field.name) => {
                    let expected = format!("a value for {}", reader.field.name);
                    draft.nameless.push((col, Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
                }
                Ok(ready) => {
                    draft.normalised = draft.normalised.max(ready.normalised);
                    put(&mut base, self.positions, at, &ready);
                    if let Some(text) = ready.unknown {
                        draft.unknown.push((col, reader.field.name.clone(), text));
                    }
                }
                Err(bad) => draft.bad.push((col, bad)),
            }
        }
        self.attributes((label, place), cells, &mut base, draft);
        base
    }

    fn attributes(
        &mut self,
        (label, place): (&str, &Place),
        cells: &[Option<Cell<'_>>],
        base: &mut [Value],
        draft: &mut Draft,
    ) {
        for (at, reader) in self.attrs.iter_mut().enumerate() {
            let (col, ready) = match self.plan.attrs.get(at) {
                // What stands around the table is no cell of the row.
                Some(Given::Fixed(ready)) => {
                    set(base, self.positions.attrs.get(at).copied().flatten(), ready.value.clone());
                    continue;
                }
                Some(Given::Slot(slot)) => (*slot, reader.cell(cells.get(*slot).and_then(Option::as_ref))),
                Some(Given::Label) => (self.plan.label, label_value(label, reader)),
                Some(Given::Standing(standing)) => {
                    (self.plan.label, standing_value(place, *standing, reader))
                }
                _ => continue,
            };
            match ready {
                Ok(ready) => {
                    draft.normalised = draft.normalised.max(ready.normalised);
                    let position = self.positions.attrs.get(at).copied().flatten();
                    set(base, position, ready.value);
                }
                Err(bad) => {
                    let col = self.plan.cols.get(col).copied().unwrap_or_default();
                    draft.bad.push((col, bad));
                }
            }
        }
    }

    /// One row of the long table: the figures of one group of columns. Where the file declares all of them
    /// missing, the row says so by their status.
    fn group(
        &mut self,
        group: &Group,
        base: &[Value],
        (label, cells): (&str, &[Option<Cell<'_>>]),
        draft: &mut Draft,
    ) {
        let mut row = base.to_vec();
        for (dim, ready) in &group.dims {
            put(&mut row, self.positions, *dim, ready);
        }
        for (attr, ready) in &group.attrs {
            set(&mut row, self.positions.attrs.get(*attr).copied().flatten(), ready.value.clone());
        }
        let mut says_something = false;
        let mut origin = None;
        for (at, measure) in self.declared.measures.iter().enumerate() {
            let figure = group.figures.get(at).and_then(Option::as_ref);
            let cell = figure.and_then(|figure| cells.get(figure.slot).and_then(Option::as_ref));
            let col = figure.and_then(|figure| self.plan.cols.get(figure.slot).copied());
            origin = origin.or(col);
            let reader = FigureReader {
                measure,
                cols: &self.plan.cols,
                cells,
                label,
                running: self.units.of(at),
                dims: DimValues { row: &row, at: &self.positions.dims },
                decimal: self.declared.decimal,
                precision: self.declared.precision,
            };
            let read = reader.read(figure, self.words);
            let declared_missing = read.outcome == Outcome::DeclaredMissing;
            draft.missing += u64::from(declared_missing);
            draft.roles.extend(figure.and_then(|figure| Some((figure.slot, read.outcome.role()?))));
            draft.bad.extend(read.bad);
            draft.normalised = draft.normalised.max(read.normalised);
            says_something |= declared_missing || !read.value.is_null();
            if at == 0 {
                let text = cell.and_then(text_of).map_or(Value::Null, Value::text);
                set(&mut row, self.positions.as_stated, text);
            }
            let Some(places) = self.positions.measures.get(at) else { continue };
            set(&mut row, places.value, read.value);
            set(&mut row, places.status, read.status);
            set(&mut row, places.bound, read.bound);
            set(&mut row, places.rounding, read.rounding);
            set(&mut row, places.unit, read.unit);
            set(&mut row, places.currency, read.currency);
        }
        self.annotate(&mut row);
        if says_something {
            draft.rows.push((row, origin));
        }
    }
}

/// The value of a dimension or attribute that says where the row stands.
fn standing_value(place: &Place, standing: Standing, reader: &mut FieldReader<'_>) -> Result<Ready, Bad> {
    let text = match standing {
        Standing::Parent => place.parent.clone().unwrap_or_default(),
        Standing::Path => place.path.clone(),
        Standing::Depth if place.outline.is_empty() => String::new(),
        Standing::Depth => place.depth.to_string(),
        Standing::Outline => place.outline.clone(),
    };
    if text.is_empty() { reader.empty() } else { reader.text(&Arc::from(text)) }
}

/// The slot of a column, where it is read.
fn slot_of(by_col: &[Option<usize>], col: u32) -> Option<usize> {
    usize::try_from(col).ok().and_then(|col| by_col.get(col).copied().flatten())
}

fn set(row: &mut [Value], position: Option<usize>, value: Value) {
    if let Some(place) = position.and_then(|at| row.get_mut(at)) {
        *place = value;
    }
}

/// Sets a dimension, and `freq` with the period it belongs to.
fn put(row: &mut [Value], positions: &Positions, dim: usize, ready: &Ready) {
    set(row, positions.dims.get(dim).copied().flatten(), ready.value.clone());
    if !ready.freq.is_null() {
        set(row, positions.freq, ready.freq.clone());
    }
}
