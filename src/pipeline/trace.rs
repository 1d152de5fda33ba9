//! Walking a figure back: the steps it passed, the rates used, and the cells it was read from. A row that
//! keeps its origin names its cell; for any other, the steps are made again over fewer and fewer rows until
//! those are found without which the row would not be there. Nothing is stored for it.

use std::cell::{Cell as Counter, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{IdxCa, IdxSize, NewChunkedArray};

use crate::finding::Place;
use crate::pipeline::changes::{figures_of, row_key};
use crate::pipeline::publish::plain_value;
use crate::pipeline::{Computed, Plan};
use crate::report::{FigureId, FigureState};
use crate::table::{ColumnRole, ORIGIN_COLUMN, Table};
use crate::transform::{StepPlan, World};

/// One row walked back.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Its key.
    pub key: String,
    /// Its figures.
    pub figures: Vec<(FigureId, FigureState)>,
    /// Steps from the sources to the table, each with what it reads.
    pub steps: Vec<String>,
    /// Where it comes from, in the order of the rows.
    pub cells: Vec<Cell>,
    /// Whether there are more cells than were asked for.
    pub more: bool,
    /// Whether a step takes rows only together, so that some of the cells may not be part of the figures.
    pub together: bool,
}

/// One cell of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The table that holds the row read from it.
    pub table: String,
    /// File, sheet and cell.
    pub place: Place,
    /// Its text, where the table keeps it; else the row's first figure.
    pub raw: String,
}

/// The most times the steps are made again for one row.
const REPLAYS: usize = 2_000;

/// Every row of a table that holds all that is wanted (`value` in a column that identifies rows, or
/// `column=value`), walked back; at most `most` rows and as many cells behind each. The second value is how
/// many rows there are in all.
pub fn trace(
    plan: &Plan,
    computed: &Computed,
    table: &Table,
    wanted: &[String],
    most: usize,
) -> (Vec<Trace>, usize) {
    let rows: Vec<usize> = (0..table.frame.height()).filter(|row| holds(table, *row, wanted)).collect();
    let chosen: BTreeSet<usize> = rows.iter().take(most).copied().collect();
    let mut figures: BTreeMap<usize, Vec<(FigureId, FigureState)>> = BTreeMap::new();
    for (row, id, state) in figures_of(plan, computed, table, &chosen) {
        figures.entry(row).or_default().push((id, state));
    }
    let steps = steps_to(plan, &table.name);
    let traces = chosen.iter().map(|row| {
        let (replays, together) = (Counter::new(0), Counter::new(false));
        let walk = Walk { plan, computed, most: most + 1, replays, together };
        let mut cells = Vec::new();
        walk.cells(table, *row, &mut cells);
        let more = cells.len() > most || walk.replays.get() >= REPLAYS;
        Trace {
            key: row_key(plan, table, *row),
            figures: figures.remove(row).unwrap_or_default(),
            steps: steps.clone(),
            cells: cells.into_iter().take(most).collect(),
            more,
            together: walk.together.get(),
        }
    });
    (traces.collect(), rows.len())
}

fn holds(table: &Table, row: usize, wanted: &[String]) -> bool {
    let identifies = |name: &str| {
        table.schema.get(name).is_some_and(|column| {
            column.role == ColumnRole::Dimension || matches!(column.role, ColumnRole::Attribute)
        })
    };
    wanted.iter().all(|part| match part.split_once('=') {
        Some((column, value)) if table.schema.has(column) => plain_value(table, column, row) == value,
        _ => table.schema.names().any(|name| identifies(name) && plain_value(table, name, row) == *part),
    })
}

/// The steps between the sources and a table, in the order in which they are made.
fn steps_to(plan: &Plan, table: &str) -> Vec<String> {
    let mut wanted: BTreeSet<String> = BTreeSet::from([table.to_owned()]);
    let mut steps = Vec::new();
    for step in plan.steps.iter().rev().filter(|step| !step.name().is_empty()) {
        if wanted.contains(step.name()) {
            let inputs: Vec<String> = step.inputs().iter().map(|input| input.value.clone()).collect();
            steps.push(format!("{} from {}", step.name(), inputs.join(", ")));
            wanted.extend(inputs);
        }
    }
    steps.reverse();
    steps
}

struct Walk<'a> {
    plan: &'a Plan,
    computed: &'a Computed,
    /// Enough cells.
    most: usize,
    replays: Counter<usize>,
    /// Whether rows were met that matter only together.
    together: Counter<bool>,
}

impl Walk<'_> {
    /// The cells behind one row.
    fn cells(&self, table: &Table, row: usize, found: &mut Vec<Cell>) {
        if found.len() >= self.most {
            return;
        }
        let origin = table.frame.column(ORIGIN_COLUMN).ok().and_then(|origins| origins.u32().ok()?.get(row));
        if let Some(origin) = origin {
            let place = self.computed.origins.place(origin);
            let cell = Cell { table: table.name.clone(), place, raw: raw(table, row) };
            if !found.contains(&cell) {
                found.push(cell);
            }
            return;
        }
        let Some(step) = self.plan.steps.iter().find(|step| step.name() == table.name) else { return };
        let key = row_key(self.plan, table, row);
        for name in step.inputs().iter().map(|input| input.value.as_str()) {
            let Some(input) = self.computed.tables.get(name) else { continue };
            let replay = Replay { walk: self, step, key: &key, input };
            // A table that is only joined to is not what makes the row.
            if replay.has_key(&[]) {
                continue;
            }
            let rows: Vec<usize> = (0..input.frame.height()).collect();
            for row in replay.needed(&rows, self.most) {
                self.cells(input, row, found);
            }
        }
    }
}

/// One step made again over some rows of one of its tables.
struct Replay<'a> {
    walk: &'a Walk<'a>,
    step: &'a StepPlan,
    key: &'a str,
    input: &'a Table,
}

impl Replay<'_> {
    /// Rows that by themselves, or together where they only matter together, make the row; at most `most`.
    fn needed(&self, rows: &[usize], most: usize) -> Vec<usize> {
        if rows.len() <= 1 || most == 0 {
            return rows.to_vec();
        }
        let (left, right) = rows.split_at(rows.len() / 2);
        let (in_left, in_right) = (self.has_key(left), self.has_key(right));
        // The halves matter only together, as the rows of a total that needs them all.
        if !in_left && !in_right {
            self.walk.together.set(true);
            return rows.iter().take(most).copied().collect();
        }
        let mut needed = if in_left { self.needed(left, most) } else { Vec::new() };
        if in_right && needed.len() < most {
            needed.extend(self.needed(right, most - needed.len()));
        }
        needed
    }

    /// Whether the step, made over these rows only, still makes the row. A step that refuses them says
    /// nothing, so they count.
    fn has_key(&self, rows: &[usize]) -> bool {
        let walk = self.walk;
        if walk.replays.replace(walk.replays.get() + 1) >= REPLAYS {
            return false;
        }
        let positions = rows.iter().filter_map(|row| IdxSize::try_from(*row).ok());
        let positions = IdxCa::from_iter_values("".into(), positions);
        let Ok(frame) = self.input.frame.take(&positions) else { return true };
        let mut tables = walk.computed.tables.clone();
        tables.insert(self.input.name.clone(), Table { frame, ..self.input.clone() });
        let world = World {
            tables: &tables,
            rates: &walk.computed.books,
            origins: &walk.computed.origins,
            // An explanation is asked for without a day of its own.
            as_of: walk.plan.as_of.or(walk.computed.last_day),
            journal: RefCell::default(),
        };
        match self.step.run(&world) {
            Ok(made) => (0..made.frame.height()).any(|row| row_key(walk.plan, &made, row) == self.key),
            Err(_) => !rows.is_empty(),
        }
    }
}

/// The text of the cell, else the row's first figure.
fn raw(table: &Table, row: usize) -> String {
    let measure = table.schema.columns().iter().find(|column| column.role == ColumnRole::Measure);
    let first = || measure.map(|column| plain_value(table, &column.name, row)).unwrap_or_default();
    let stated =
        if table.schema.has("as_stated") { plain_value(table, "as_stated", row) } else { String::new() };
    if stated.is_empty() { first() } else { stated }
}
