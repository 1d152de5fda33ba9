//! The preset layout `facts`: a fact a row with SDMX column names, as figures taken from an article. Values
//! come with their own multiplier, status and qualifier; nothing is interpreted beyond that.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::PolarsError;

use crate::finding::{Finding, Place, RowCount, SeenColumn, Severity, SourceAccount, source as codes};
use crate::measure::{Bound, Currency, Decimal, Frequency, NumberStyle, Period};
use crate::table::{Column, ColumnType, Origin, OriginTable, Schema, address};
use crate::text::fold;

use super::builder::{Builder, Value};
use super::cell_map::{CellMap, CellRole, Reason};
use super::cells::Row;
use super::columns::{Bad, money, text_of};
use super::formats::Workbook;
use super::grid::Grid;
use super::header::HeaderColumn;
use super::layout::is_blank;
use super::reading::{FileError, FileReading, account};
use super::seen_columns::seen;
use super::spec::{Precision, SourceSpec, origin_column};

/// The columns of the file and, for those copied as they are, of the table.
const COLUMNS: &[(&str, Option<&str>)] = &[
    ("fact_id", Some("fact_id")),
    ("indicator_id", Some("indicator")),
    ("label", Some("label")),
    ("entity", Some("entity")),
    ("REF_AREA", Some("ref_area")),
    ("COUNTERPART_AREA", Some("counterpart_area")),
    ("TIME_PERIOD", None),
    ("FREQ", None),
    ("OBS_VALUE", None),
    ("OBS_VALUE_TEXT", Some("value_text")),
    ("UNIT_MEASURE", Some("unit_measure")),
    ("UNIT_MULT", None),
    ("CURRENCY", None),
    ("OBS_STATUS", None),
    ("QUALIFIER", Some("qualifier")),
    ("PARAGRAPH", None),
    ("SOURCE_NAMED", Some("source_named")),
    ("NOTE", Some("note")),
];

/// The columns of the table.
pub(super) fn schema() -> Schema {
    let text = ColumnType::Text;
    let dimensions =
        ["fact_id", "indicator", "label", "entity", "ref_area", "counterpart_area", "time_period", "freq"];
    let mut schema = Schema::new(dimensions.map(|name| Column::dimension(name, text)));
    schema.put_measure("obs_value", ColumnType::Money);
    for name in ["as_stated", "unit_measure", "currency", "value_text", "qualifier"] {
        schema.put(Column::attribute(name, text));
    }
    schema.put(Column::attribute("paragraph", ColumnType::Integer));
    schema.put(Column::attribute("source_named", text));
    schema.put(Column::attribute("note", text));
    schema.put(origin_column());
    schema
}

/// Reads a file of facts.
pub(super) fn read(spec: &SourceSpec, file: &str, workbook: &Workbook) -> Result<FileReading, FileError> {
    let Some((at, grid)) = workbook.sheets.iter().enumerate().find(|(_, grid)| !grid.hidden) else {
        let finding = Finding::new(&codes::SHEET_MISSING, Severity::Error, spec.name.as_str());
        return Err(Box::new(finding.at(Place::file(file)).seen("", "a visible sheet")).into());
    };
    let (header, columns) = header(spec, file, grid)?;
    let seen = seen_columns(grid, header);
    let schema = schema();
    let mut map = CellMap::new(grid);
    let mut facts = Facts {
        positions: schema.names().map(str::to_owned).zip(0..).collect(),
        builder: Builder::new(&schema),
        origins: OriginTable::new(vec![file.to_owned()], vec![grid.sheet.clone()]),
        rows: RowCount::default(),
        rejects: Vec::new(),
        missing: 0,
        columns,
    };
    for (row, cells) in grid.rows() {
        if row <= header || cells.iter().all(|cell| is_blank(&cell)) {
            map.claim_row(cells, |_| CellRole::Header(1));
            continue;
        }
        facts.rows.taken += 1;
        match facts.row(cells) {
            Ok(values) => {
                facts.keep(row, &values);
                map.claim_row(cells, |cell| facts.role(cell.col));
            }
            Err((column, bad)) => {
                map.claim_row(cells, |_| CellRole::Rejected);
                let col = facts.columns.get(column).copied().unwrap_or_default();
                let place =
                    Place { file: file.to_owned(), sheet: grid.sheet.clone(), cell: address(row, col) };
                facts.rows.rejected += 1;
                facts.rejects.push(
                    Finding::new(bad.code, Severity::Warning, spec.name.as_str())
                        .at(place)
                        .seen(bad.seen, bad.expected),
                );
            }
        }
    }
    let frame_error = |source: PolarsError| FileError::Frame { file: file.to_owned(), source };
    let sheets = vec![grid.sheet.clone()];
    let mut maps: Vec<CellMap> = workbook.sheets.iter().map(CellMap::unread).collect();
    if let Some(place) = maps.get_mut(at) {
        *place = map;
    }
    Ok(FileReading {
        frame: facts.builder.finish().map_err(frame_error)?,
        origins: facts.origins,
        account: SourceAccount { columns: seen, ..account(facts.rows, sheets) },
        rejects: facts.rejects,
        findings: Vec::new(),
        decisions: vec![format!("the preset layout facts: header in row {}", header + 1)],
        notes: Vec::new(),
        missing: facts.missing,
        normalised: BTreeSet::new(),
        annotated: BTreeSet::new(),
        maps,
    })
}

/// The header row and the column of each name; all names must be there.
fn header(
    spec: &SourceSpec,
    file: &str,
    grid: &Grid,
) -> Result<(u32, BTreeMap<&'static str, u32>), Box<Finding>> {
    let row = grid.rows().find(|(_, cells)| !cells.iter().all(|cell| is_blank(&cell)));
    let cells = row.into_iter().flat_map(|(_, cells)| cells);
    let texts: Vec<(String, u32)> = cells.map(|cell| (fold(&cell.printed()), cell.col)).collect();
    let place = || Place { file: file.to_owned(), sheet: grid.sheet.clone(), cell: String::new() };
    let mut columns = BTreeMap::new();
    for (name, _) in COLUMNS {
        let found: Vec<u32> =
            texts.iter().filter(|(text, _)| *text == fold(name)).map(|(_, col)| *col).collect();
        match found.as_slice() {
            [one] => {
                columns.insert(*name, *one);
            }
            found => {
                let code = if found.is_empty() { &codes::COLUMN_MISSING } else { &codes::HEADER_AMBIGUOUS };
                let seen: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
                let finding = Finding::new(code, Severity::Error, spec.name.as_str());
                return Err(Box::new(
                    finding.at(place()).seen(seen.join(", "), format!("one column {name}")),
                ));
            }
        }
    }
    Ok((row.map_or(0, |(row, _)| row), columns))
}

/// The columns as they were seen; a role is the name the preset gives.
fn seen_columns(grid: &Grid, header: u32) -> Vec<SeenColumn> {
    let cells = grid.row(header).iter().filter(|cell| !is_blank(cell));
    let columns: Vec<HeaderColumn> =
        cells.map(|cell| HeaderColumn::alone(cell.col, vec![cell.printed()])).collect();
    let below = header + 1..grid.rows().last().map_or(0, |(row, _)| row + 1);
    let mut seen = seen(grid, &(header..header + 1), &columns, (&below, NumberStyle::default()));
    for column in &mut seen {
        let name = fold(&column.header);
        let known = COLUMNS.iter().find(|(known, _)| fold(known) == name);
        column.role = known.map(|(known, _)| known.to_lowercase()).unwrap_or_default();
    }
    seen
}

struct Facts {
    columns: BTreeMap<&'static str, u32>,
    positions: BTreeMap<String, usize>,
    builder: Builder,
    origins: OriginTable,
    rows: RowCount,
    rejects: Vec<Finding>,
    missing: u64,
}

impl Facts {
    fn text(&self, cells: Row<'_>, column: &str) -> String {
        let Some(col) = self.columns.get(column) else { return String::new() };
        cells.in_column(*col).and_then(|cell| Some(text_of(&cell)?.into_owned())).unwrap_or_default()
    }

    /// What a cell of a sound row was taken for, by its column.
    fn role(&self, col: u32) -> CellRole {
        match self.columns.iter().find(|(_, known)| **known == col) {
            Some((&"OBS_VALUE", _)) => CellRole::Figure,
            Some(_) => CellRole::Label,
            None => CellRole::LeftOut(Reason::UnreadColumn),
        }
    }

    fn keep(&mut self, row: u32, values: &[Value]) {
        self.rows.used += 1;
        let origin = u32::try_from(self.builder.height()).unwrap_or(u32::MAX);
        self.builder.push(values, origin);
        self.origins.push(Origin { file: 0, sheet: 0, row, column: self.columns.get("OBS_VALUE").copied() });
    }

    /// One fact, or the column that spoils it.
    fn row(&mut self, cells: Row<'_>) -> Result<Vec<Value>, (&'static str, Bad)> {
        let mut values = vec![Value::Null; self.positions.len()];
        for (from, to) in COLUMNS {
            if let Some(to) = to {
                self.set(&mut values, to, filled(self.text(cells, from)));
            }
        }
        self.period(cells, &mut values)?;
        let status = self.text(cells, "OBS_STATUS");
        if status.is_empty() {
            return Err(("OBS_STATUS", Bad::new(&codes::REQUIRED_EMPTY, "", "a status such as A or F")));
        }
        self.set(&mut values, "obs_value_status", filled(status));
        let currency = self.text(cells, "CURRENCY");
        if !currency.is_empty() && Currency::parse(&currency).is_none() {
            return Err(("CURRENCY", Bad::new(&codes::CURRENCY_UNKNOWN, currency, "an ISO 4217 code")));
        }
        self.set(&mut values, "currency", filled(currency));
        let paragraph = self.text(cells, "PARAGRAPH");
        if let Ok(number) = paragraph.parse::<i64>() {
            self.set(&mut values, "paragraph", Value::Integer(number));
        }
        self.value(cells, &mut values)?;
        Ok(values)
    }

    fn period(&self, cells: Row<'_>, values: &mut [Value]) -> Result<(), (&'static str, Bad)> {
        let freq = self.text(cells, "FREQ");
        let Some(frequency) = Frequency::parse(&freq) else {
            return Err(("FREQ", Bad::new(&codes::NOT_A_PERIOD, freq, "A, Q, M, D, YTD, R or P")));
        };
        let text = self.text(cells, "TIME_PERIOD");
        let period = Period::parse(&text, Some(frequency))
            .map_err(|problem| ("TIME_PERIOD", Bad::new(&codes::NOT_A_PERIOD, &text, problem.to_string())))?;
        self.set(values, "time_period", Value::text(period.to_string()));
        self.set(values, "freq", Value::Word(frequency.code()));
        Ok(())
    }

    fn value(&mut self, cells: Row<'_>, values: &mut [Value]) -> Result<(), (&'static str, Bad)> {
        let printed = self.text(cells, "OBS_VALUE");
        if printed.is_empty() {
            let text = filled(self.text(cells, "OBS_VALUE_TEXT"));
            if text.is_null() {
                self.missing += 1;
            }
            self.set(values, "as_stated", text);
            return Ok(());
        }
        let number = Decimal::parse(&printed)
            .map_err(|_error| ("OBS_VALUE", Bad::new(&codes::NOT_A_NUMBER, &printed, "a plain number")))?;
        let power = match self.text(cells, "UNIT_MULT").as_str() {
            "" => 0,
            text => text.parse::<i32>().map_err(|_error| {
                ("UNIT_MULT", Bad::new(&codes::NOT_A_NUMBER, text, "a power of ten such as 9"))
            })?,
        };
        let (value, rounding) = money(number, power, Precision::Printed).map_err(|_error| {
            ("OBS_VALUE", Bad::new(&codes::NOT_A_NUMBER, &printed, "a number below 10^24"))
        })?;
        self.set(values, "obs_value", value);
        let qualifier = fold(&self.text(cells, "QUALIFIER"));
        if let Some(bound) = bound(&qualifier) {
            self.set(values, "obs_value_bound", Value::Word(bound.as_str()));
        } else if qualifier == "exact (rounded)" {
            self.set(values, "obs_value_rounding", rounding);
        }
        let unit = self.text(cells, "UNIT_MEASURE");
        if unit.is_empty() {
            let expected = "a unit such as CNY, KG, PERSON or PC";
            return Err(("UNIT_MEASURE", Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
        }
        let times = if power == 0 { String::new() } else { format!(" ×10^{power}") };
        self.set(values, "as_stated", Value::text(format!("{printed}{times} {unit}").trim()));
        Ok(())
    }

    fn set(&self, values: &mut [Value], name: &str, value: Value) {
        if let Some(place) = self.positions.get(name).and_then(|at| values.get_mut(*at)) {
            *place = value;
        }
    }
}

fn filled(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::text(text) }
}

/// The bound a qualifier states.
fn bound(qualifier: &str) -> Option<Bound> {
    let starts = |words: &[&str]| words.iter().any(|word| qualifier.starts_with(word));
    if starts(&["more than", "at least", "over ", "above"]) {
        Some(Bound::Above)
    } else if starts(&["less than", "at most", "under ", "below", "up to"]) {
        Some(Bound::Below)
    } else if starts(&["about", "approximately", "around", "nearly"]) {
        Some(Bound::Near)
    } else {
        None
    }
}
