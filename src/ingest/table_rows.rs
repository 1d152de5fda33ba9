//! The rows of one table: each becomes figures, a reject with every bad cell, or is left out with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::{Finding, RowCount, Severity, source as codes};
use crate::measure::{Bound, Money, read_currency, read_unit};
use crate::table::{Companion, Origin, Schema};

use super::around::Around;
use super::builder::{Builder, Value};
use super::columns::{Bad, FieldReader, Normalised, Ready, money, number, ratio, text_of};
use super::grid::{Cell, CellValue};
use super::layout::is_blank;
use super::plan::{Figure, Given, Group, TablePlan, UnitFrom};
use super::rows::{Meaning, label_value, meaning};
use super::spec::{Declared, Precision};
use super::spec_columns::{Measure, MeasureKind, Need};
use super::spec_rows::Role;

/// What the rows of a file have become so far.
pub(super) struct Output {
    pub(super) builder: Builder,
    pub(super) origins: Vec<Origin>,
    pub(super) rows: RowCount,
    pub(super) rejects: Vec<Finding>,
    pub(super) findings: Vec<Finding>,
    /// Figures declared missing.
    pub(super) missing: u64,
    /// Sheet and row of every row with a cell read by rule.
    pub(super) normalised: BTreeSet<(u32, u32)>,
}

/// Positions of the columns in a row of the schema.
pub(super) struct Positions {
    width: usize,
    dims: Vec<Option<usize>>,
    attrs: Vec<Option<usize>>,
    freq: Option<usize>,
    as_stated: Option<usize>,
    measures: Vec<MeasureAt>,
}

#[derive(Default)]
struct MeasureAt {
    value: Option<usize>,
    status: Option<usize>,
    bound: Option<usize>,
    rounding: Option<usize>,
    unit: Option<usize>,
    currency: Option<usize>,
}

impl Positions {
    /// Looks every column up by its name, once a file.
    pub(super) fn new(declared: &Declared, schema: &Schema) -> Self {
        let at = |name: &str| schema.names().position(|known| known == name);
        let measures = declared.measures.iter().enumerate().map(|(index, measure)| {
            let units = declared.unit_columns(index);
            MeasureAt {
                value: at(&measure.name),
                status: at(&Companion::Status.of(&measure.name)),
                bound: at(&Companion::Bound.of(&measure.name)),
                rounding: at(&Companion::Rounding.of(&measure.name)),
                unit: units.as_ref().and_then(|(unit, _)| at(unit)),
                currency: units.as_ref().and_then(|(_, currency)| at(currency.as_ref()?)),
            }
        });
        Self {
            width: schema.columns().len(),
            dims: declared.dims.iter().map(|dim| at(&dim.name)).collect(),
            attrs: declared.attrs.iter().map(|attr| at(&attr.name)).collect(),
            freq: declared.dims.iter().any(|dim| dim.name == "time_period").then(|| at("freq")).flatten(),
            as_stated: at("as_stated"),
            measures: measures.collect(),
        }
    }
}

/// Names of currencies and units, read once a distinct text.
#[derive(Default)]
pub(super) struct Words {
    currencies: BTreeMap<Arc<str>, Option<(Value, Normalised)>>,
    units: BTreeMap<Arc<str>, Result<(Value, Value, i32), String>>,
}

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
    pub(super) out: &'r mut Output,
}

/// What one row yields before it is known whether it is sound.
#[derive(Default)]
struct Draft {
    bad: Vec<(u32, Bad)>,
    normalised: Normalised,
    rows: Vec<(Vec<Value>, Option<u32>)>,
    missing: u64,
    declared_missing: bool,
    unknown: Vec<(u32, String, String)>,
}

/// A figure with its companions.
struct Read {
    value: Value,
    status: Value,
    bound: Value,
    rounding: Value,
    unit: Value,
    currency: Value,
    normalised: Normalised,
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
        let mut cells: Vec<Option<&Cell>> = Vec::new();
        for (row, row_cells) in self.around.grid.rows().skip_while(|(row, _)| *row < first) {
            if row >= end {
                break;
            }
            cells.clear();
            cells.resize(self.plan.cols.len(), None);
            let mut blank = true;
            for cell in row_cells.iter().filter(|cell| !is_blank(cell)) {
                blank = false;
                let slot = usize::try_from(cell.col).ok().and_then(|col| by_col.get(col).copied().flatten());
                match slot.and_then(|slot| cells.get_mut(slot)) {
                    Some(place) => *place = Some(cell),
                    None => *unread.entry(cell.col).or_insert(0) += 1,
                }
            }
            if !blank {
                self.row(row, &cells);
            }
        }
    }

    fn row(&mut self, row: u32, cells: &[Option<&Cell>]) {
        self.out.rows.taken += 1;
        let label_cell = cells.get(self.plan.label).copied().flatten();
        let label = self.label(label_cell);
        let overrides = match meaning(&label, &self.declared.rows, self.dims, self.plan.year) {
            Meaning::Data(overrides) => overrides,
            Meaning::LeftOut(role) => {
                self.leave_out(row, role, cells);
                return;
            }
            Meaning::Unknown(nearest) => {
                let known = nearest.map_or(String::new(), |near| format!("; did you mean {near}?"));
                let bad = Bad::new(&codes::LABEL_UNKNOWN, label, format!("a label in the code lists or in `rows`{known}"));
                let col = self.plan.cols.get(self.plan.label).copied().unwrap_or_default();
                self.reject(row, &[(col, bad)]);
                return;
            }
        };
        let mut draft = Draft::default();
        let base = self.base(&label, &overrides, cells, &mut draft);
        for group in &self.plan.groups {
            self.group(group, &base, cells, &mut draft);
        }
        self.settle(row, draft);
    }

    /// The label's text; empty where nothing depends on it.
    fn label(&self, cell: Option<&Cell>) -> String {
        let needed = !self.declared.rows.is_empty()
            || self.dims.iter().chain(self.attrs.iter()).any(|reader| reader.field.from_label());
        match cell {
            Some(cell) if needed => cell.printed(),
            _ => String::new(),
        }
    }

    fn leave_out(&mut self, row: u32, role: Role, cells: &[Option<&Cell>]) {
        self.out.rows.leave_out(role.word());
        if role != Role::Section {
            return;
        }
        let slots = self.plan.groups.iter().flat_map(|group| group.figures.iter().flatten()).map(|figure| figure.slot);
        let filled: Vec<&Cell> = slots.filter_map(|slot| cells.get(slot).copied().flatten()).collect();
        if let Some(first) = filled.first() {
            let finding = Finding::new(&codes::SECTION_WITH_VALUES, Severity::Warning, self.around.source)
                .at(self.around.place(row, first.col))
                .seen(first.printed(), "no value in a section row")
                .times(u64::try_from(filled.len()).unwrap_or(u64::MAX));
            self.out.findings.push(finding);
        }
    }

    fn reject(&mut self, row: u32, bad: &[(u32, Bad)]) {
        self.out.rows.rejected += 1;
        for (col, bad) in bad {
            let finding = Finding::new(bad.code, Severity::Warning, self.around.source)
                .at(self.around.place(row, *col))
                .seen(bad.seen.as_str(), bad.expected.as_str());
            self.out.rejects.push(finding);
        }
    }

    /// The columns all groups of the row share: dimensions and attributes.
    fn base(
        &mut self,
        label: &str,
        overrides: &[(usize, String)],
        cells: &[Option<&Cell>],
        draft: &mut Draft,
    ) -> Vec<Value> {
        let mut base = vec![Value::Null; self.positions.width];
        for (at, reader) in self.dims.iter_mut().enumerate() {
            let replaced = overrides.iter().find(|(dim, _)| *dim == at).map(|(_, text)| text);
            let given = self.plan.dims.get(at);
            let (col, ready) = match (replaced, given) {
                (Some(text), _) => (self.plan.label, reader.text(&Arc::from(text.as_str()))),
                (None, Some(Given::Fixed(ready))) => {
                    put(&mut base, self.positions, at, ready);
                    continue;
                }
                (None, Some(Given::Slot(slot))) => (*slot, reader.cell(cells.get(*slot).copied().flatten())),
                (None, Some(Given::Label)) => (self.plan.label, label_value(label, reader)),
                _ => continue,
            };
            let col = self.plan.cols.get(col).copied().unwrap_or_default();
            match ready {
                Ok(ready) if ready.value.is_null() && self.key.contains(&reader.field.name) => {
                    let expected = format!("a value for {}", reader.field.name);
                    draft.bad.push((col, Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
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
        self.attributes(label, cells, &mut base, draft);
        base
    }

    fn attributes(&mut self, label: &str, cells: &[Option<&Cell>], base: &mut [Value], draft: &mut Draft) {
        for (at, reader) in self.attrs.iter_mut().enumerate() {
            let (col, ready) = match self.plan.attrs.get(at) {
                Some(Given::Fixed(ready)) => (self.plan.label, Ok(ready.clone())),
                Some(Given::Slot(slot)) => (*slot, reader.cell(cells.get(*slot).copied().flatten())),
                Some(Given::Label) => (self.plan.label, label_value(label, reader)),
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

    /// One row of the long table: the figures of one group of columns.
    fn group(&mut self, group: &Group, base: &[Value], cells: &[Option<&Cell>], draft: &mut Draft) {
        let mut row = base.to_vec();
        for (dim, ready) in &group.dims {
            put(&mut row, self.positions, *dim, ready);
        }
        let mut any = false;
        let mut origin = None;
        for (at, measure) in self.declared.measures.iter().enumerate() {
            let figure = group.figures.get(at).and_then(Option::as_ref);
            let cell = figure.and_then(|figure| cells.get(figure.slot).copied().flatten());
            let col = figure.and_then(|figure| self.plan.cols.get(figure.slot).copied());
            origin = origin.or(col);
            let read = self.figure(measure, figure, cells, draft);
            draft.normalised = draft.normalised.max(read.normalised);
            any |= !read.value.is_null();
            if at == 0 {
                let text = cell.map_or(Value::Null, |cell| Value::text(cell.printed().trim()));
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
        if any {
            draft.rows.push((row, origin));
        }
    }

    fn figure(
        &mut self,
        measure: &Measure,
        figure: Option<&Figure>,
        cells: &[Option<&Cell>],
        draft: &mut Draft,
    ) -> Read {
        let mut read = Read {
            value: Value::Null,
            status: Value::Word("O"),
            bound: Value::Null,
            rounding: Value::Null,
            unit: Value::Null,
            currency: Value::Null,
            normalised: Normalised::No,
        };
        let Some(figure) = figure else { return read };
        let col = self.plan.cols.get(figure.slot).copied().unwrap_or_default();
        let Some(cell) = cells.get(figure.slot).copied().flatten() else {
            if measure.need == Need::Required {
                let expected = format!("a number for {}", measure.name);
                draft.bad.push((col, Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
            }
            return read;
        };
        let mut bad = Vec::new();
        let marked = match &cell.value {
            CellValue::Text(text) if !measure.missing.is_empty() => {
                measure.missing.get(&crate::text::fold(text))
            }
            _ => None,
        };
        let power = self.unit(figure, cells, marked.is_none(), &mut read, &mut bad);
        if let Some(status) = marked {
            read.status = Value::text(status.as_str());
            draft.missing += 1;
            draft.declared_missing = true;
        } else if let Err(problem) = self.number(measure, cell, power, &mut read) {
            bad.push((col, problem));
        }
        draft.bad.append(&mut bad);
        read
    }

    fn number(&self, measure: &Measure, cell: &Cell, power: i32, read: &mut Read) -> Result<(), Bad> {
        let found = number(cell, self.declared.decimal)?;
        let plain = |value| Money::from_decimal(value, 0).map_err(|_error| too_large(cell));
        let value = plain(found.value)?;
        let below = measure.min.map(plain).transpose()?.is_some_and(|min| value < min);
        let above = measure.max.map(plain).transpose()?.is_some_and(|max| value > max);
        if below || above {
            let limit = |limit: Option<crate::measure::Decimal>| {
                limit.and_then(|limit| Money::from_decimal(limit, 0).ok()).map_or("…".to_owned(), |limit| limit.to_string())
            };
            let expected = format!("{} to {}", limit(measure.min), limit(measure.max));
            return Err(Bad::new(&codes::OUT_OF_RANGE, cell.printed().trim(), expected));
        }
        let significant = self.declared.precision == Precision::Significant;
        let (value, rounding) = match measure.kind {
            MeasureKind::Amount => money(found.value, power, significant).map_err(|_error| too_large(cell))?,
            MeasureKind::Percent => ratio(found.value, found.percent),
        };
        read.value = value;
        // Of a figure known only to lie above or below, the last digit says nothing of what it may be off by.
        read.rounding = if found.bound.is_none() { rounding } else { Value::Null };
        read.status = Value::Word("A");
        read.bound = found.bound.map_or(Value::Null, |bound: Bound| Value::Word(bound.as_str()));
        read.normalised = read.normalised.max(found.normalised);
        Ok(())
    }

    /// Sets unit and currency of a figure and returns the power of ten that brings it to base units.
    fn unit(
        &mut self,
        figure: &Figure,
        cells: &[Option<&Cell>],
        needed: bool,
        read: &mut Read,
        bad: &mut Vec<(u32, Bad)>,
    ) -> i32 {
        let mut power = 0;
        match &figure.unit {
            UnitFrom::None => {}
            UnitFrom::Fixed { code, currency, power: fixed } => {
                read.unit = code.clone();
                read.currency = currency.clone();
                power = *fixed;
            }
            UnitFrom::Slot(slot) => match self.words.unit(cells.get(*slot).copied().flatten()) {
                Ok((code, currency, found)) => {
                    read.unit = code;
                    read.currency = currency;
                    power = found;
                }
                Err(problem) if needed => bad.push((self.plan.cols.get(*slot).copied().unwrap_or_default(), problem)),
                Err(_) => {}
            },
        }
        if let Some(slot) = figure.currency {
            match self.words.currency(cells.get(slot).copied().flatten()) {
                Ok((currency, normalised)) => {
                    read.unit = currency.clone();
                    read.currency = currency;
                    read.normalised = read.normalised.max(normalised);
                }
                Err(problem) if needed => bad.push((self.plan.cols.get(slot).copied().unwrap_or_default(), problem)),
                Err(_) => {}
            }
        }
        power
    }

    /// Keeps the row's figures, or rejects it for its bad cells.
    fn settle(&mut self, row: u32, draft: Draft) {
        if !draft.bad.is_empty() {
            self.reject(row, &draft.bad);
            return;
        }
        self.out.missing += draft.missing;
        if draft.rows.is_empty() {
            let reason = if draft.declared_missing { "all figures declared missing" } else { "no figure" };
            self.out.rows.leave_out(reason);
            return;
        }
        if draft.normalised == Normalised::Yes {
            self.out.rows.normalised += 1;
            self.out.normalised.insert((self.sheet, row));
        } else {
            self.out.rows.used += 1;
        }
        for (col, name, text) in draft.unknown {
            let finding = Finding::new(&codes::KEPT_AS_UNKNOWN, Severity::Info, self.around.source)
                .at(self.around.place(row, col))
                .seen(text, format!("a name for {name}"));
            self.out.findings.push(finding);
        }
        for (values, column) in draft.rows {
            let origin = u32::try_from(self.out.builder.height()).unwrap_or(u32::MAX);
            self.out.builder.push(&values, origin);
            self.out.origins.push(Origin { file: 0, sheet: self.sheet, row, column });
        }
    }
}

impl Words {
    fn currency(&mut self, cell: Option<&Cell>) -> Result<(Value, Normalised), Bad> {
        let Some(text) = cell.and_then(text_of) else {
            return Err(Bad::new(&codes::REQUIRED_EMPTY, "", "a currency"));
        };
        let known = self.currencies.entry(Arc::clone(&text)).or_insert_with(|| {
            let read = read_currency(&text)?;
            Some((Value::text(read.currency.as_str()), Normalised::from_flag(read.normalised)))
        });
        known
            .clone()
            .ok_or_else(|| Bad::new(&codes::CURRENCY_UNKNOWN, text.as_ref(), "a currency such as USD or 人民币"))
    }

    fn unit(&mut self, cell: Option<&Cell>) -> Result<(Value, Value, i32), Bad> {
        let Some(text) = cell.and_then(text_of) else {
            return Err(Bad::new(&codes::UNIT_MISSING, "", "a unit"));
        };
        let known = self.units.entry(Arc::clone(&text)).or_insert_with(|| match read_unit(&text) {
            Ok(unit) => {
                let currency = unit.currency.map_or(Value::Null, |currency| Value::text(currency.as_str()));
                Ok((Value::text(unit.code), currency, unit.power))
            }
            Err(problem) => Err(problem.to_string()),
        });
        known.clone().map_err(|problem| Bad::new(&codes::UNIT_UNKNOWN, text.as_ref(), problem))
    }
}

fn too_large(cell: &Cell) -> Bad {
    Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), "a number below 10^24")
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
