//! Tables, plans and data for the tests of this module, drawn as text.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use jiff::civil::{Date, date};
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, Series};

use super::{Rendered, ReportData, ReportError, ReportSpec, Sample, Shapes, render};
use crate::finding::{CheckOutcome, Finding, SourceAccount};
use crate::measure::Quote;
use crate::spec::{Mistakes, NodeKind};
use crate::table::{Column, ColumnType, Companion, MONEY, ORIGIN_COLUMN, OriginTable, Schema, Table};
use crate::text::{CodeList, Label};

/// A table drawn as text: a header of `name:type` (t text, i whole, m amount, r ratio, d date, b truth,
/// o origin), then a line a row; an empty cell is missing.
pub(super) fn table(name: &str, drawn: &str) -> Table {
    let mut lines = drawn.lines().map(str::trim).filter(|line| !line.is_empty());
    let header: Vec<(&str, &str)> =
        lines.next().unwrap().split('|').map(|cell| cell.trim().split_once(':').unwrap()).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').map(str::trim).collect()).collect();
    let mut schema = Schema::default();
    let mut columns = Vec::new();
    for (place, (column, kind)) in header.iter().enumerate() {
        let cells: Vec<Option<&str>> =
            rows.iter().map(|row| row.get(place).copied().filter(|cell| !cell.is_empty())).collect();
        let (column_type, series) = series(column, kind, &cells);
        let companion = Companion::ALL.iter().find_map(|companion| {
            column.strip_suffix(companion.suffix()).map(|measure| (*companion, measure))
        });
        schema.put(match companion {
            _ if *kind == "o" => Column {
                name: ORIGIN_COLUMN.to_owned(),
                column_type: ColumnType::Integer,
                role: crate::table::ColumnRole::Origin,
            },
            Some((companion, measure)) => Column::companion(companion, measure, column_type),
            None if *kind == "m" || *kind == "r" => Column::measure(*column, column_type),
            None => Column::dimension(*column, column_type),
        });
        columns.push(series.into_column());
    }
    let frame = DataFrame::new(rows.len(), columns).unwrap();
    Table { name: name.to_owned(), schema, frame, sample: false }
}

fn series(name: &str, kind: &str, cells: &[Option<&str>]) -> (ColumnType, Series) {
    fn all<'a, T>(cells: &[Option<&'a str>], read: impl Fn(&'a str) -> T) -> Vec<Option<T>> {
        cells.iter().map(|cell| cell.map(&read)).collect()
    }
    match kind {
        "t" => (ColumnType::Text, Series::new(name.into(), cells)),
        "i" => {
            (ColumnType::Integer, Series::new(name.into(), all(cells, |cell| cell.parse::<i64>().unwrap())))
        }
        "r" => (ColumnType::Ratio, Series::new(name.into(), all(cells, |cell| cell.parse::<f64>().unwrap()))),
        "b" => (ColumnType::Boolean, Series::new(name.into(), all(cells, |cell| cell == "true"))),
        "o" => (
            ColumnType::Integer,
            Series::new(ORIGIN_COLUMN.into(), all(cells, |cell| cell.parse::<u32>().unwrap())),
        ),
        "d" => {
            let days = |cell: &str| {
                let day: Date = cell.parse().unwrap();
                day.since(date(1970, 1, 1)).unwrap().get_days()
            };
            let series = Series::new(name.into(), all(cells, days));
            (ColumnType::Date, series.cast(&polars::prelude::DataType::Date).unwrap())
        }
        "m" => {
            let units = |cell: &str| {
                let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
                format!("{whole}{part:0<8}").parse::<i128>().unwrap()
            };
            let series = Series::new(name.into(), all(cells, units));
            (ColumnType::Money, series.into_decimal_of_scale_8())
        }
        other => unreachable!("{other}"),
    }
}

trait IntoDecimal {
    fn into_decimal_of_scale_8(self) -> Series;
}

impl IntoDecimal for Series {
    fn into_decimal_of_scale_8(self) -> Series {
        use polars::prelude::IntoSeries;
        let series = self.i128().unwrap().clone().into_decimal(38, 8).unwrap().into_series();
        assert_eq!(series.dtype(), &MONEY);
        series
    }
}

/// What a test gives a report; empty where it says nothing.
#[derive(Default)]
pub(super) struct World {
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) lists: BTreeMap<String, CodeList>,
    pub(super) sources: Vec<SourceAccount>,
    pub(super) outcomes: Vec<CheckOutcome>,
    pub(super) findings: Vec<Finding>,
    pub(super) rejects: Vec<Finding>,
    pub(super) quotes: Vec<Quote>,
    pub(super) origins: OriginTable,
    pub(super) notes: BTreeMap<String, Vec<String>>,
    pub(super) changes: super::Changes,
}

impl World {
    /// With these tables, drawn as text.
    pub(super) fn new(tables: &[(&str, &str)]) -> Self {
        let tables = tables.iter().map(|(name, drawn)| ((*name).to_owned(), table(name, drawn))).collect();
        Self { tables, ..Self::default() }
    }

    /// Plans the reports of a pipeline file; mistakes are returned as `message (help)`.
    pub(super) fn plan(&self, file: &str) -> Result<Vec<super::ReportPlan>, Vec<String>> {
        let mistakes = Mistakes::default();
        let node = crate::spec::parse(file, &mistakes);
        let NodeKind::Table(entries) = &node.kind else { unreachable!() };
        let reports = entries.iter().find(|entry| entry.key.value == "report").unwrap();
        let NodeKind::List(reports) = &reports.value.kind else { unreachable!() };
        let shapes: Shapes = self
            .tables
            .iter()
            .map(|(name, table)| {
                let sample = if table.sample { Sample::Sample } else { Sample::Real };
                (name.clone(), (table.schema.clone(), sample))
            })
            .collect();
        let lists: Vec<&str> = self.lists.keys().map(String::as_str).collect();
        let plans: Vec<_> = reports
            .iter()
            .filter_map(|report| ReportSpec::read(report, &mistakes))
            .filter_map(|report| report.plan(&shapes, &lists, &mistakes))
            .collect();
        let mistakes = mistakes.into_sorted();
        if mistakes.is_empty() {
            return Ok(plans);
        }
        let words = |mistake: crate::spec::Mistake| match mistake.help {
            Some(help) => format!("{} ({help})", mistake.message),
            None => mistake.message,
        };
        Err(mistakes.into_iter().map(words).collect())
    }

    /// Renders the reports of a pipeline file.
    pub(super) fn try_render(&self, file: &str) -> Result<Vec<Rendered>, ReportError> {
        self.render_on(file, None)
    }

    /// The same with so many body lines on a sheet.
    pub(super) fn render_on(&self, file: &str, lines: Option<usize>) -> Result<Vec<Rendered>, ReportError> {
        let title = Label {
            zh: "黑龙江省对俄经贸统计报告".to_owned(),
            en: "Heilongjiang–Russia trade and cooperation".to_owned(),
            ru: "Торговля и сотрудничество Хэйлунцзяна с Россией".to_owned(),
        };
        let data = ReportData {
            title: &title,
            as_of: date(2019, 6, 15),
            tables: &self.tables,
            lists: &self.lists,
            sources: &self.sources,
            outcomes: &self.outcomes,
            findings: &self.findings,
            rejects: &self.rejects,
            quotes: &self.quotes,
            origins: &self.origins,
            content_id: "3f9c2a71b0de",
            notes: &self.notes,
            changes: &self.changes,
        };
        let plans = self.plan(file).unwrap_or_else(|mistakes| unreachable!("{mistakes:#?}"));
        let mut rendered = Vec::new();
        for plan in &plans {
            rendered.extend(match lines {
                Some(lines) => plan.render(&data, lines)?,
                None => render(plan, &data)?,
            });
        }
        Ok(rendered)
    }

    /// The same where it must succeed.
    pub(super) fn render(&self, file: &str) -> Vec<Rendered> {
        self.try_render(file).unwrap()
    }
}

/// A rendered workbook, opened again by another library.
pub(super) struct Opened {
    book: Xlsx<Cursor<Vec<u8>>>,
}

impl Opened {
    pub(super) fn new(rendered: &Rendered) -> Self {
        Self { book: Xlsx::new(Cursor::new(rendered.bytes.clone())).unwrap() }
    }

    pub(super) fn sheets(&self) -> Vec<String> {
        self.book.sheet_names().clone()
    }

    /// A sheet drawn as text: cells parted by ` | `, empty rows and ends left out.
    pub(super) fn drawn(&mut self, sheet: &str) -> String {
        let range = self.book.worksheet_range(sheet).unwrap();
        drawn(&range)
    }

    /// Every formula of a sheet with its address.
    pub(super) fn formulas(&mut self, sheet: &str) -> Vec<(String, String)> {
        let range = self.book.worksheet_formula(sheet).unwrap();
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let mut found = Vec::new();
        for (row, column, formula) in range.used_cells() {
            let row = first_row + u32::try_from(row).unwrap();
            let column = first_column + u32::try_from(column).unwrap();
            found.push((crate::table::address(row, column), formula.clone()));
        }
        found
    }
}

fn drawn(range: &Range<Data>) -> String {
    let mut lines = Vec::new();
    for row in range.rows() {
        let cells: Vec<String> = row.iter().map(|cell| cell.to_string().replace('\n', "⏎")).collect();
        let line = cells.join(" | ");
        let line = line.trim_end_matches([' ', '|']);
        if !line.is_empty() {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

/// One part of a workbook as text.
pub(super) fn part(rendered: &Rendered, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(&rendered.bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}
