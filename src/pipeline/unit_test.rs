//! Unit tests of a pipeline: given rows, expected rows, no input.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use polars::prelude::{Column as FrameColumn, DataFrame, IntoColumn, NamedFrom, Series};

use crate::measure::Money;
use crate::pipeline::Plan;
use crate::pipeline::plan::known_or_mistake;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{Column, ColumnRole, ColumnType, Companion, OriginTable, Schema, Table};
use crate::transform::{Shapes, World};

/// One `[[test]]`.
#[derive(Debug)]
pub struct TestSpec {
    name: String,
    given: Vec<(Text, Text)>,
    expect: Vec<(Text, Text)>,
}

/// What came out of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestOutcome {
    /// The test's name.
    pub name: String,
    /// What differs; empty where it passed.
    pub failures: Vec<String>,
}

impl TestSpec {
    pub(super) fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "[[test]]", mistakes)?;
        let name = fields.text("name").map_or_else(|| "unnamed".to_owned(), |text| text.value);
        fields.required("given");
        fields.required("expect");
        let test = Self { name, given: fields.text_map("given"), expect: fields.text_map("expect") };
        fields.finish();
        Some(test)
    }

    /// A test of the given and expected rows, each a table's name and CSV.
    pub(super) fn of(name: &str, given: Vec<(String, String)>, expect: (String, String)) -> Self {
        let texts = |(table, rows): (String, String)| (Text::at(0..0, table), Text::at(0..0, rows));
        Self {
            name: name.to_owned(),
            given: given.into_iter().map(texts).collect(),
            expect: vec![texts(expect)],
        }
    }

    /// Tables and rows, given before expected.
    #[cfg(test)]
    pub(super) fn texts(&self) -> Vec<(&str, &str)> {
        let both = self.given.iter().chain(&self.expect);
        both.map(|(table, rows)| (table.value.as_str(), rows.value.as_str())).collect()
    }

    /// Every table and column a test speaks of must exist.
    pub(super) fn check(&self, shapes: &Shapes, declared: &BTreeSet<String>, mistakes: &Mistakes) {
        for (table, rows) in self.given.iter().chain(&self.expect) {
            if !known_or_mistake(table, declared, mistakes) {
                continue;
            }
            let Some(shape) = shapes.tables.get(&table.value) else { continue };
            match parse_rows(&rows.value) {
                Ok((header, _)) => {
                    for name in header.iter().filter(|name| !shape.schema.has(name)) {
                        mistakes.unknown(rows.span.clone(), "column", name, shape.schema.names());
                    }
                }
                Err(reason) => mistakes.add(rows.span.clone(), reason),
            }
        }
    }
}

/// Runs every test of a pipeline.
pub fn run_tests(plan: &Plan) -> Vec<TestOutcome> {
    plan.tests
        .iter()
        .map(|test| TestOutcome { name: test.name.clone(), failures: run_test(plan, test) })
        .collect()
}

/// Runs one test; what differs.
pub(super) fn run_test(plan: &Plan, test: &TestSpec) -> Vec<String> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (name, rows) in &test.given {
        let Some(shape) = plan.shapes.tables.get(&name.value) else {
            return vec![format!("{} has no shape", name.value)];
        };
        match given_table(&name.value, &shape.schema, &rows.value) {
            Ok(frame) => {
                let table = Table {
                    name: name.value.clone(),
                    schema: shape.schema.clone(),
                    frame,
                    sample: shape.sample,
                };
                tables.insert(name.value.clone(), table);
            }
            Err(reason) => return vec![format!("given {}: {reason}", name.value)],
        }
    }
    let rates = BTreeMap::new();
    let origins = OriginTable::default();
    let mut failures = Vec::new();
    for step in &plan.steps {
        let ready = step.inputs().iter().all(|input| tables.contains_key(&input.value));
        if tables.contains_key(step.name()) || !ready {
            continue;
        }
        let world = World {
            tables: &tables,
            rates: &rates,
            origins: &origins,
            as_of: plan.as_of,
            journal: std::cell::RefCell::default(),
        };
        match step.run(&world) {
            Ok(table) => {
                tables.insert(step.name().to_owned(), table);
            }
            Err(error) => failures.push(format!("step {}: {error}", step.name())),
        }
    }
    for (name, rows) in &test.expect {
        match tables.get(&name.value) {
            Some(table) => failures.extend(compare(table, &rows.value)),
            None => failures.push(format!("{} cannot be made from what is given", name.value)),
        }
    }
    failures
}

type Rows = (Vec<String>, Vec<Vec<String>>);

fn parse_rows(text: &str) -> Result<Rows, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim().as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?;
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|record| record.map(|record| record.iter().map(str::to_owned).collect::<Vec<String>>()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    Ok((header, rows))
}

/// A table of the given rows; columns that are not given are null, the status of a given figure is `A`.
fn given_table(name: &str, schema: &Schema, text: &str) -> Result<DataFrame, String> {
    let (header, rows) = parse_rows(text)?;
    let cells = |wanted: &str| -> Option<Vec<Option<&str>>> {
        let at = header.iter().position(|given| given == wanted)?;
        Some(rows.iter().map(|row| row.get(at).map(String::as_str).filter(|cell| !cell.is_empty())).collect())
    };
    let mut columns = Vec::new();
    for column in schema.columns() {
        let given = cells(&column.name).or_else(|| match &column.role {
            ColumnRole::Companion(Companion::Status, of) => {
                cells(of).map(|values| values.into_iter().map(|value| value.map(|_| "A")).collect())
            }
            _ => None,
        });
        let given = given.unwrap_or_else(|| vec![None; rows.len()]);
        columns.push(typed(column, &given).map_err(|reason| format!("{}: {reason}", column.name))?);
    }
    DataFrame::new(rows.len(), columns).map_err(|error| format!("{name}: {error}"))
}

fn typed(column: &Column, cells: &[Option<&str>]) -> Result<FrameColumn, String> {
    let name = column.name.as_str();
    let bad = |cell: &str| format!("`{cell}` is no {}", column.column_type.word());
    if column.role == ColumnRole::Origin {
        return Ok(Series::new(name.into(), vec![None::<u32>; cells.len()]).into_column());
    }
    let series = match column.column_type {
        ColumnType::Text => Series::new(name.into(), cells.to_vec()),
        ColumnType::Money => {
            let units =
                each(cells, |cell| cell.parse::<Money>().map(Money::units).ok().ok_or_else(|| bad(cell)))?;
            return decimal(name, units, column.column_type);
        }
        ColumnType::Rate => {
            let null = Series::new(name.into(), vec![None::<f64>; cells.len()]);
            null.cast(&column.column_type.data_type()).map_err(|error| error.to_string())?
        }
        ColumnType::Integer => {
            Series::new(name.into(), each(cells, |cell| cell.parse::<i64>().ok().ok_or_else(|| bad(cell)))?)
        }
        ColumnType::Ratio => {
            Series::new(name.into(), each(cells, |cell| cell.parse::<f64>().ok().ok_or_else(|| bad(cell)))?)
        }
        ColumnType::Boolean => {
            Series::new(name.into(), each(cells, |cell| cell.parse::<bool>().ok().ok_or_else(|| bad(cell)))?)
        }
        ColumnType::Date => {
            let days = each(cells, |cell| {
                let date: jiff::civil::Date = cell.parse().ok().ok_or_else(|| bad(cell))?;
                let since = jiff::civil::date(1970, 1, 1).until(date).ok().ok_or_else(|| bad(cell))?;
                Ok(since.get_days())
            })?;
            Series::new(name.into(), days)
                .cast(&column.column_type.data_type())
                .map_err(|error| error.to_string())?
        }
    };
    Ok(series.into_column())
}

fn each<T>(
    cells: &[Option<&str>],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<Option<T>>, String> {
    cells.iter().map(|cell| cell.map(&read).transpose()).collect()
}

fn decimal(name: &str, units: Vec<Option<i128>>, of: ColumnType) -> Result<FrameColumn, String> {
    use polars::prelude::{Int128Chunked, IntoSeries, NewChunkedArray};
    let polars::prelude::DataType::Decimal(precision, scale) = of.data_type() else {
        return Err("no decimal type".to_owned());
    };
    Ok(Int128Chunked::from_iter_options(name.into(), units.into_iter())
        .into_decimal(precision, scale)
        .map_err(|error| error.to_string())?
        .into_series()
        .into_column())
}

/// Compares the expected columns row by row; a ratio is compared to as many places as are expected.
fn compare(table: &Table, text: &str) -> Vec<String> {
    let (header, rows) = match parse_rows(text) {
        Ok(parsed) => parsed,
        Err(reason) => return vec![reason],
    };
    let mut failures = Vec::new();
    if rows.len() != table.frame.height() {
        failures.push(format!("{}: expected {} rows, got {}", table.name, rows.len(), table.frame.height()));
    }
    for (at, row) in rows.iter().enumerate().take(table.frame.height()) {
        for (name, expected) in header.iter().zip(row) {
            let got = match table.frame.column(name).and_then(|column| column.get(at)) {
                Ok(value) => crate::pipeline::publish::plain(&value, places(expected)),
                Err(error) => error.to_string(),
            };
            if got != *expected {
                let shown = if got.is_empty() { "nothing" } else { &got };
                let wanted = if expected.is_empty() { "nothing" } else { expected };
                failures.push(format!(
                    "{} row {} {name}: expected {wanted}, got {shown}",
                    table.name,
                    at + 1
                ));
            }
        }
    }
    failures
}

fn places(expected: &str) -> usize {
    expected.split_once('.').map_or(0, |(_, places)| places.len())
}
