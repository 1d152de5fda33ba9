//! One file becomes typed rows: sheets are chosen, tables found, rows read, every row accounted for.
//! Knows nothing of other files; [`combine`](super::combine()) brings them together.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, PolarsError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::finding::{
    CountsDoNotClose, Finding, Place, RowCount, SeenColumn, Severity, SourceAccount, source as codes,
};
use crate::measure::UnitNames;
use crate::store::FrozenFile;
use crate::table::{OriginTable, Schema, address};
use crate::text::CodeList;

use super::around::Around;
use super::builder::Builder;
use super::cell_map::CellMap;
use super::field_reader::FieldReader;
use super::figure_rows::count_figures;
use super::figures::Words;
use super::formats::{ReadError, Workbook, read_workbook};
use super::grid::Cell;
use super::hierarchy::Hierarchy;
use super::layout::{Block, lines};
use super::locator::{Locator, taken};
use super::output::{Output, Positions};
use super::plan::{Planner, TablePlan};
use super::seen_columns::{add_table, columns_all_the_same, seen_in};
use super::sheets::choose;
use super::spec::{Declared, Shape, SourceSpec};
use super::table_rows::TableRows;
use super::unit_rows::UnitRows;

/// What one file yields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileReading {
    /// Its rows; the columns of the source's schema.
    #[serde(with = "crate::table::frame_bytes")]
    pub frame: DataFrame,
    /// Where they come from.
    pub origins: OriginTable,
    /// What became of its rows.
    pub account: SourceAccount,
    /// One entry a bad cell of a rejected row.
    pub rejects: Vec<Finding>,
    /// What else a person should know.
    pub findings: Vec<Finding>,
    /// Why this row is the header, and the like; for previews.
    pub decisions: Vec<String>,
    /// Lines after the data.
    pub notes: Vec<String>,
    /// Figures declared missing, as `-`.
    pub missing: u64,
    /// Sheet (by position in the origins) and row of every row with a cell read by rule.
    pub(super) normalised: BTreeSet<(u32, u32)>,
    /// Annotations that met a figure, by position in the declaration.
    pub(super) annotated: BTreeSet<usize>,
    /// What each cell was taken for, sheet by sheet of the workbook; only where it was just read.
    #[serde(skip)]
    pub(super) maps: Vec<CellMap>,
}

/// A file that cannot be read at all.
#[derive(Debug, Error)]
pub enum FileError {
    /// It is no workbook or text file that can be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A sheet, header, column, unit or period is missing or contradictory.
    #[error("{}", told(&.0.finding))]
    Layout(Box<NoLayout>),
    /// Rows were lost: a defect.
    #[error(transparent)]
    Rows(#[from] CountsDoNotClose),
    /// The typed columns do not fit together: a defect.
    #[error("{file}: the rows read do not form a table")]
    Frame {
        /// The file.
        file: String,
        /// What Polars says.
        source: PolarsError,
    },
}

/// What a file lacks that its source declares.
#[derive(Debug)]
pub struct NoLayout {
    /// What is missing or contradictory.
    pub finding: Finding,
    /// The columns of its tables all the same, as far as headers were found.
    pub columns: Vec<SeenColumn>,
}

impl From<Box<Finding>> for FileError {
    fn from(finding: Box<Finding>) -> Self {
        Self::Layout(Box::new(NoLayout { finding: *finding, columns: Vec::new() }))
    }
}

fn told(finding: &Finding) -> String {
    let mut told = format!("{}: {} ({})", finding.place, finding.code.title.en, finding.code.id);
    if !finding.expected.is_empty() {
        told = format!("{told}; expected {}", finding.expected);
    }
    if !finding.seen.is_empty() {
        told = format!("{told}; seen: {}", finding.seen);
    }
    told
}

/// Reads one file of a source.
pub fn read_file(
    spec: &SourceSpec,
    file: &FrozenFile,
    lists: &BTreeMap<String, CodeList>,
) -> Result<FileReading, FileError> {
    let mut workbook = read_workbook(&file.path, &file.shown, &spec.options)?;
    super::hidden::settle(&mut workbook, spec, &file.shown);
    read_cells(spec, file, &workbook, lists)
}

/// Reads the cells of one file of a source.
pub(super) fn read_cells(
    spec: &SourceSpec,
    file: &FrozenFile,
    workbook: &Workbook,
    lists: &BTreeMap<String, CodeList>,
) -> Result<FileReading, FileError> {
    let schema = spec.schema();
    let mut reading = match &spec.shape {
        Shape::Declared(declared) => {
            FileReader { spec, declared, file: &file.shown, lists, names: names(lists), schema: &schema }
                .read(workbook)
                .map_err(|error| match error {
                    FileError::Layout(mut no_layout) => {
                        no_layout.columns = columns_all_the_same(declared, workbook);
                        FileError::Layout(no_layout)
                    }
                    other => other,
                })?
        }
        Shape::Facts => super::facts::read(spec, &file.shown, workbook)?,
    };
    let account = &mut reading.account;
    account.source.clone_from(&spec.name);
    account.file.clone_from(&file.shown);
    account.blake3.clone_from(&file.blake3);
    account.bytes = file.bytes;
    account.format.clone_from(&workbook.format);
    account.sample = spec.sample;
    account.missing = reading.missing;
    account.notes.clone_from(&reading.notes);
    account.figures = count_figures(&reading.frame, spec)
        .map_err(|source| FileError::Frame { file: file.shown.clone(), source })?;
    account.rows.close(&file.shown)?;
    for (grid, map) in workbook.sheets.iter().zip(&reading.maps) {
        map.count_into(grid, &mut account.cells);
    }
    account.cells.close(&file.shown)?;
    if account.rows.used + account.rows.normalised + account.rows.rejected == 0 {
        let sheet = account.sheets.first().cloned().unwrap_or_default();
        let place = Place { file: file.shown.clone(), sheet, cell: String::new() };
        let finding = Finding::new(&codes::NO_ROWS, Severity::Warning, spec.name.as_str()).at(place);
        let seen = match account.rows.taken {
            0 => "a header only".to_owned(),
            rows => format!("{rows} rows, none of them with a figure"),
        };
        reading.findings.push(finding.seen(seen, "at least one row with a figure"));
    }
    reading.findings.extend(workbook.findings.iter().cloned());
    reading.findings.iter_mut().filter(|finding| finding.subject.is_empty()).for_each(|finding| {
        finding.subject.clone_from(&spec.name);
    });
    tracing::info!(
        source = spec.name,
        file = file.shown,
        rows = reading.account.rows.taken,
        figures = reading.account.figures,
        rejected = reading.account.rows.rejected,
        "File read."
    );
    Ok(reading)
}

/// The code lists whose names extend those of units and currencies that are built in.
pub const NAME_LISTS: [&str; 2] = ["units", "currencies"];

pub(super) fn names(lists: &BTreeMap<String, CodeList>) -> UnitNames {
    let [units, currencies] = NAME_LISTS.map(|list| lists.get(list).into_iter().flat_map(CodeList::names));
    UnitNames::new(units, currencies)
}

/// An account with nothing in it but its rows and sheets.
pub(super) fn account(rows: RowCount, sheets: Vec<String>) -> SourceAccount {
    SourceAccount { sheets, rows, ..SourceAccount::default() }
}

struct FileReader<'a> {
    spec: &'a SourceSpec,
    declared: &'a Declared,
    file: &'a str,
    lists: &'a BTreeMap<String, CodeList>,
    names: UnitNames,
    schema: &'a Schema,
}

impl FileReader<'_> {
    fn read(&self, workbook: &Workbook) -> Result<FileReading, FileError> {
        let chosen = choose(self.spec, self.declared, self.file, workbook)?;
        let chosen_grids = chosen.sheets.iter().filter_map(|(sheet, _)| workbook.sheets.get(*sheet));
        let sheets: Vec<String> = chosen_grids.map(|grid| grid.sheet.clone()).collect();
        let mut out = Output {
            builder: Builder::new(self.schema),
            origins: OriginTable::new(vec![self.file.to_owned()], sheets.clone()),
            rows: RowCount::default(),
            rejects: Vec::new(),
            findings: chosen.findings,
            missing: 0,
            unknown: BTreeMap::new(),
            normalised: BTreeSet::new(),
            annotated: BTreeSet::new(),
            columns: Vec::new(),
        };
        let positions = Positions::new(self.declared, self.schema);
        let mut words = Words::new(self.names.clone());
        let mut maps: Vec<CellMap> = workbook.sheets.iter().map(CellMap::unread).collect();
        let (mut decisions, mut notes) = (chosen.decisions, Vec::new());
        for (number, (sheet, blocks)) in (0_u32..).zip(&chosen.sheets) {
            let (Some(grid), Some(map)) = (workbook.sheets.get(*sheet), maps.get_mut(*sheet)) else {
                continue;
            };
            *map = CellMap::new(grid);
            let mut unread = BTreeMap::new();
            for (at, block) in blocks.iter().enumerate() {
                let around =
                    Around { source: &self.spec.name, file: self.file, names: &self.names, grid, blocks, at };
                tracing::debug!(file = self.file, decision = block.decision, "Table found.");
                decisions.push(block.decision.clone());
                notes.extend(lines(grid, &block.notes));
                self.table(&around, number, (&positions, &mut words), (&mut out, map, &mut unread))?;
                map.claim_around(grid, block, |cell| self.names_unit(cell));
            }
            self.tell_unread(grid.sheet.as_str(), blocks, &unread, &mut out);
            for row in
                grid.left_out().iter().filter(|row| blocks.iter().any(|block| block.data.contains(row)))
            {
                tracing::debug!(file = self.file, sheet = grid.sheet, row = row + 1, "Hidden row left out.");
                out.rows.taken += 1;
                out.rows.leave_out("hidden row");
            }
        }
        out.tell_unknown(&self.spec.name);
        let frame =
            out.builder.finish().map_err(|source| FileError::Frame { file: self.file.to_owned(), source })?;
        Ok(FileReading {
            frame,
            origins: out.origins,
            account: SourceAccount { columns: out.columns, ..account(out.rows, sheets) },
            rejects: out.rejects,
            findings: out.findings,
            decisions,
            notes,
            missing: out.missing,
            normalised: out.normalised,
            annotated: out.annotated,
            maps,
        })
    }

    /// Whether a cell above a table names a unit where a measure seeks one.
    fn names_unit(&self, cell: &Cell<'_>) -> bool {
        let text = cell.printed();
        let mut places = self.declared.measures.iter().flat_map(|measure| measure.unit.all());
        places.any(|place| match place {
            Locator::Cell(pattern) => taken(pattern, "unit", &text).is_some(),
            Locator::Title(pattern) => {
                let part = pattern.as_ref().map_or(Some(text.clone()), |one| taken(one, "unit", &text));
                part.is_some_and(|part| self.names.read_unit(&part).is_ok())
            }
            _ => false,
        })
    }

    fn table(
        &self,
        around: &Around<'_>,
        sheet: u32,
        (positions, words): (&Positions, &mut Words),
        (out, map, unread): (&mut Output, &mut CellMap, &mut BTreeMap<u32, u64>),
    ) -> Result<(), FileError> {
        let Some(block) = around.block() else { return Ok(()) };
        let mut dims: Vec<FieldReader<'_>> =
            self.declared.dims.iter().map(|field| FieldReader::new(field, self.lists)).collect();
        let mut attrs: Vec<FieldReader<'_>> =
            self.declared.attrs.iter().map(|field| FieldReader::new(field, self.lists)).collect();
        let planner = Planner {
            declared: self.declared,
            supersede: self.spec.supersede.as_deref(),
            around,
            columns: &block.columns,
            dims: &mut dims,
            attrs: &mut attrs,
        };
        let mut plan: TablePlan = planner.plan()?;
        out.findings.append(&mut plan.findings);
        add_table(&mut out.columns, seen_in(around, &plan, self.declared));
        TableRows {
            declared: self.declared,
            key: &self.spec.key,
            around,
            plan: &plan,
            positions,
            dims: &mut dims,
            attrs: &mut attrs,
            words,
            sheet,
            hierarchy: Hierarchy::new(&self.declared.hierarchy),
            units: UnitRows::new(&self.declared.measures),
            out,
            map,
        }
        .read(unread);
        Ok(())
    }

    /// Tells which columns with data no declaration reads.
    fn tell_unread(&self, sheet: &str, blocks: &[Block], unread: &BTreeMap<u32, u64>, out: &mut Output) {
        for (col, count) in unread {
            let headers = blocks.iter().filter_map(|block| {
                let column = block.columns.iter().find(|column| column.col == *col)?;
                Some((block.header.start, column.name()))
            });
            let (row, name) = headers
                .into_iter()
                .next()
                .unwrap_or_else(|| (blocks.first().map_or(0, |block| block.header.start), String::new()));
            let place =
                Place { file: self.file.to_owned(), sheet: sheet.to_owned(), cell: address(row, *col) };
            let severity = self.spec.contract().unread(&name);
            // In a text without sheets, cells behind the last header are those that a mark within a figure
            // (1,234 without quotes) pushed out of their columns.
            let (severity, expected) = if sheet.is_empty() && name.is_empty() {
                (
                    severity.max(Severity::Warning),
                    "no cell without a header: a figure with a comma must be quoted",
                )
            } else {
                (severity, "a declared column")
            };
            let finding = Finding::new(&codes::COLUMN_UNREAD, severity, self.spec.name.as_str());
            out.findings.push(finding.at(place).seen(name, expected).times(*count));
        }
    }
}
