//! The list of every figure of the tables that the reports show, sorted by table, key and column, so that
//! two lists can be compared line by line; and reading it back.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::Column as FrameColumn;

use crate::measure::{Currency, Quote};
use crate::pipeline::publish::plain;
use crate::pipeline::{Computed, Plan};
use crate::report::{self, FigureId, FigureState};
use crate::table::{Column, ColumnRole, ColumnType, Companion, ORIGIN_COLUMN, Table};

/// The columns of the list.
const HEADER: [&str; 11] =
    ["table", "key", "column", "value", "status", "bound", "unit", "rate", "rate_value", "origin", "about"];
/// What tells a person what a row is about, where its key is an id.
const ABOUT: [&str; 3] = ["indicator", "label", "time_period"];
/// Places of a share or growth: a difference behind them is noise of the division.
const RATIO_PLACES: usize = 10;
/// The unit of a fraction, as UCUM writes it.
const FRACTION: &str = "1";

/// The list of all figures as CSV, and how many there are.
pub(in crate::pipeline) fn figures_csv(plan: &Plan, computed: &Computed) -> (Vec<u8>, u64) {
    let shown: BTreeSet<&str> = plan.reports.iter().flat_map(report::ReportPlan::tables).collect();
    let tables: Vec<Listed<'_>> = shown
        .into_iter()
        .filter_map(|name| Some(Listed::new(plan, computed.tables.get(name)?, computed)))
        .collect();
    let count = tables.iter().map(Listed::count).sum();
    let lines = tables.iter().flat_map(Listed::figures).map(|(_, id, state)| {
        vec![
            id.table,
            id.key,
            id.column,
            state.value,
            state.status,
            state.bound,
            state.unit,
            state.rate,
            state.rate_value,
            state.origin,
            state.about,
        ]
    });
    (report::text_csv(&HEADER, lines), count)
}

/// The figures of some rows of a table, with the row of each.
pub(in crate::pipeline) fn figures_of(
    plan: &Plan,
    computed: &Computed,
    table: &Table,
    rows: &BTreeSet<usize>,
) -> Vec<(usize, FigureId, FigureState)> {
    let mut listed = Listed::new(plan, table, computed);
    listed.rows.retain(|(_, row)| rows.contains(row));
    listed.figures().collect()
}

/// The key of one row, without what tells rows of the same key apart.
pub(in crate::pipeline) fn row_key(plan: &Plan, table: &Table, row: usize) -> String {
    let columns: Vec<(String, &FrameColumn)> = key(plan, &table.name)
        .into_iter()
        .filter_map(|name| Some((name.clone(), table.frame.column(&name).ok()?)))
        .collect();
    key_of(&columns, row)
}

/// Whether a column holds figures: measures and shares; also other numbers, such as a rank or a largest
/// value, unless they are whole numbers copied from a source, which say where or when.
fn is_figure(plan: &Plan, column: &Column) -> bool {
    match (&column.role, column.column_type) {
        (ColumnRole::Measure | ColumnRole::Share { .. }, _) => true,
        (ColumnRole::Attribute, ColumnType::Money | ColumnType::Ratio | ColumnType::Rate) => true,
        (ColumnRole::Attribute, ColumnType::Integer) => {
            !plan.sources.iter().any(|source| source.schema().has(&column.name))
        }
        _ => false,
    }
}

/// The columns that identify a row: the key, else all dimensions.
pub(super) fn key(plan: &Plan, table: &str) -> Vec<String> {
    let Some(shape) = plan.shapes.tables.get(table) else { return Vec::new() };
    if !shape.key.is_empty() {
        return shape.key.clone();
    }
    let dimensions = shape.schema.columns().iter().filter(|column| column.role == ColumnRole::Dimension);
    dimensions.map(|column| column.name.clone()).collect()
}

/// One figure column with what goes with it.
struct FigureColumn<'a> {
    name: &'a str,
    values: &'a FrameColumn,
    status: Option<&'a FrameColumn>,
    bound: Option<&'a FrameColumn>,
    rate: Option<&'a FrameColumn>,
    unit: UnitOf<'a>,
}

enum UnitOf<'a> {
    Fixed(String),
    Row(Vec<&'a FrameColumn>),
}

/// A table with its rows in the order of their keys.
struct Listed<'a> {
    table: &'a Table,
    computed: &'a Computed,
    columns: Vec<FigureColumn<'a>>,
    rows: Vec<(String, usize)>,
    origins: Option<&'a FrameColumn>,
    about: Vec<(String, &'a FrameColumn)>,
}

impl<'a> Listed<'a> {
    fn new(plan: &Plan, table: &'a Table, computed: &'a Computed) -> Self {
        let key = key(plan, &table.name);
        let column = |name: &str| table.frame.column(name).ok();
        let mut columns: Vec<FigureColumn<'_>> = table
            .schema
            .columns()
            .iter()
            .filter(|found| !key.contains(&found.name) && is_figure(plan, found))
            .filter_map(|found| {
                Some(FigureColumn {
                    name: &found.name,
                    values: column(&found.name)?,
                    status: column(&Companion::Status.of(&found.name)),
                    bound: column(&Companion::Bound.of(&found.name)),
                    rate: column(&format!("{}_rate", found.name)),
                    unit: unit(table, &found.name, found.column_type),
                })
            })
            .collect();
        columns.sort_by_key(|column| column.name);
        let keys: Vec<(String, &FrameColumn)> =
            key.into_iter().filter_map(|name| Some((name.clone(), column(&name)?))).collect();
        let other = ABOUT.iter().filter(|name| !keys.iter().any(|(key, _)| key == *name));
        let about = other.filter_map(|name| Some(((*name).to_owned(), column(name)?))).collect();
        let rows = sorted_rows(&keys, table.frame.height());
        Self { table, computed, columns, rows, origins: column(ORIGIN_COLUMN), about }
    }

    fn count(&self) -> u64 {
        let figures = self.rows.iter().flat_map(|(_, row)| self.columns.iter().map(|column| (column, *row)));
        figures.filter(|(column, row)| column.is_there(*row)).count() as u64
    }

    fn figures(&self) -> impl Iterator<Item = (usize, FigureId, FigureState)> {
        let figures = self.rows.iter().flat_map(move |(key, row)| {
            self.columns.iter().filter(|column| column.is_there(*row)).map(move |column| (key, *row, column))
        });
        figures.map(|(key, row, column)| {
            let id =
                FigureId { table: self.table.name.clone(), key: key.clone(), column: column.name.to_owned() };
            (row, id, self.state(column, row))
        })
    }

    fn state(&self, column: &FigureColumn<'_>, row: usize) -> FigureState {
        let rate = column.rate.map(|ids| text(ids, row)).unwrap_or_default();
        FigureState {
            value: value(column.values, row),
            status: column.status.map(|status| text(status, row)).unwrap_or_default(),
            bound: column.bound.map(|bound| text(bound, row)).unwrap_or_default(),
            unit: column.unit(row),
            rate_value: rate_value(&self.computed.quotes, &rate),
            rate,
            origin: self.origin(row),
            about: key_of(&self.about, row),
        }
    }

    fn origin(&self, row: usize) -> String {
        let number = self.origins.and_then(|origins| origins.u32().ok()?.get(row));
        number.map(|number| self.computed.origins.place(number).to_string()).unwrap_or_default()
    }
}

impl FigureColumn<'_> {
    /// Whether there is a figure, or one that is declared missing.
    fn is_there(&self, row: usize) -> bool {
        let filled = |column: &FrameColumn| column.get(row).is_ok_and(|value| !value.is_null());
        filled(self.values) || self.status.is_some_and(filled)
    }

    fn unit(&self, row: usize) -> String {
        match &self.unit {
            UnitOf::Fixed(unit) => unit.clone(),
            UnitOf::Row(columns) => columns
                .iter()
                .map(|column| text(column, row))
                .find(|unit| !unit.is_empty())
                .unwrap_or_default(),
        }
    }
}

/// Keys in their order; rows with the same key are told apart by their order in the table.
fn sorted_rows(keys: &[(String, &FrameColumn)], height: usize) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows: Vec<(String, usize)> = (0..height)
        .map(|row| {
            let key = key_of(keys, row);
            let before = seen.entry(key.clone()).or_insert(0);
            *before += 1;
            if *before > 1 { (format!("{key}|row={before}"), row) } else { (key, row) }
        })
        .collect();
    rows.sort();
    rows
}

/// `column=value`, parted by `|`.
fn key_of(columns: &[(String, &FrameColumn)], row: usize) -> String {
    let parts = columns.iter().map(|(name, column)| format!("{name}={}", part(column, row)));
    parts.collect::<Vec<_>>().join("|")
}

/// A value inside a key; the signs that part keys are written otherwise.
fn part(column: &FrameColumn, row: usize) -> String {
    text(column, row).replace('|', "¦").replace(['\r', '\n'], " ")
}

fn unit<'a>(table: &'a Table, name: &str, column_type: ColumnType) -> UnitOf<'a> {
    if column_type == ColumnType::Ratio {
        return UnitOf::Fixed(FRACTION.to_owned());
    }
    if let Some(currency) = Currency::in_name(name) {
        return UnitOf::Fixed(currency.as_str().to_owned());
    }
    let own = [format!("{name}_currency"), format!("{name}_unit_measure")];
    let usual = ["currency", "unit_measure"].map(str::to_owned);
    let columns =
        |names: &'_ [String; 2]| names.iter().filter_map(|column| table.frame.column(column).ok()).collect();
    let own: Vec<&FrameColumn> = columns(&own);
    // A figure with a unit of its own never has that of the row.
    UnitOf::Row(if own.is_empty() { columns(&usual) } else { own })
}

fn text(column: &FrameColumn, row: usize) -> String {
    column.get(row).map(|value| plain(&value, RATIO_PLACES)).unwrap_or_default()
}

/// A value with all its digits; zeros behind the last digit of a fraction are left out.
fn value(column: &FrameColumn, row: usize) -> String {
    let text = text(column, row);
    if !text.contains('.') {
        return text;
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

fn rate_value(quotes: &BTreeMap<String, Quote>, id: &str) -> String {
    quotes.get(id).map(|quote| quote.rate.to_string()).unwrap_or_default()
}

/// Reads a list line by line; nothing where a line has not the columns of the list.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = (FigureId, FigureState)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let records = csv::ReaderBuilder::new().from_reader(bytes).into_records();
    records.map_while(|record| {
        let record = record.ok()?;
        let cell = |place: usize| record.get(place).map(str::to_owned);
        let id = FigureId { table: cell(0)?, key: cell(1)?, column: cell(2)? };
        let state = FigureState {
            value: cell(3)?,
            status: cell(4)?,
            bound: cell(5)?,
            unit: cell(6)?,
            rate: cell(7)?,
            rate_value: cell(8)?,
            origin: cell(9)?,
            about: cell(10)?,
        };
        Some((id, state))
    })
}
