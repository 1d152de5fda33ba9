//! The files of a source become its one table: the same content counts once, a corrected figure replaces
//! the older one, repeats go, contradictions are told, rows are counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use polars::prelude::{
    AnyValue, BooleanChunked, DataFrame, IntoColumn, IntoSeries, NewChunkedArray, PolarsError, UInt32Chunked,
};
use thiserror::Error;

use crate::finding::{CountsDoNotClose, Finding, Severity, SourceAccount, source as codes};
use crate::measure::{Period, date_of_days};
use crate::table::{ORIGIN_COLUMN, Origin, OriginTable, Schema, Table};

use super::builder::Builder;
use super::figure_rows::holding_a_figure;
use super::reading::FileReading;
use super::spec::{Repeat, Shape, SourceSpec};

/// What a source yields.
#[derive(Clone, Debug)]
pub struct SourceReading {
    /// Its rows.
    pub table: Table,
    /// Rows that later figures replaced; nothing where none was.
    pub superseded: Option<DataFrame>,
    /// Where the rows of both come from.
    pub origins: OriginTable,
    /// What became of each file.
    pub accounts: Vec<SourceAccount>,
    /// One entry a bad cell of a rejected row.
    pub rejects: Vec<Finding>,
    /// What else a person should know.
    pub findings: Vec<Finding>,
    /// Lines after the data, file by file.
    pub notes: Vec<String>,
    /// Figures declared missing.
    pub missing: u64,
}

/// A source that cannot be used.
#[derive(Debug, Error)]
pub enum CombineError {
    /// More rows were rejected than the source allows.
    #[error("{}", .0.told())]
    TooManyRejects(Box<TooManyRejects>),
    /// Rows were lost: a defect.
    #[error(transparent)]
    Rows(#[from] CountsDoNotClose),
    /// The files do not fit together: a defect.
    #[error("the files of {name} do not form a table")]
    Frame {
        /// The source.
        name: String,
        /// What Polars says.
        source: PolarsError,
    },
}

/// How many rows were rejected, with all that is known of them.
#[derive(Debug)]
pub struct TooManyRejects {
    /// The source.
    pub name: String,
    /// Rows rejected.
    pub rejected: u64,
    /// Rows met.
    pub taken: u64,
    /// The share allowed; 0.01 is 1 %.
    pub limit: f64,
    /// What became of each file.
    pub accounts: Vec<SourceAccount>,
    /// One entry a bad cell.
    pub rejects: Vec<Finding>,
    /// What else a person should know.
    pub findings: Vec<Finding>,
}

impl TooManyRejects {
    fn told(&self) -> String {
        let first = self.rejects.first().map_or(String::new(), |first| {
            format!("; the first: {}, {}, seen “{}”", first.place, first.code.title.en, first.seen)
        });
        format!(
            "{}: {} of {} rows were rejected, but {} % are allowed{first}",
            self.name,
            self.rejected,
            self.taken,
            self.limit * 100.0
        )
    }
}

/// Brings the files of a source together, in the order given.
pub fn combine(spec: &SourceSpec, readings: Vec<FileReading>) -> Result<SourceReading, CombineError> {
    let frame_error = |source: PolarsError| CombineError::Frame { name: spec.name.clone(), source };
    let schema = spec.schema();
    let mut joined = Joined::new(&schema).map_err(frame_error)?;
    for reading in readings {
        joined.add(reading).map_err(frame_error)?;
    }
    let superseded = joined.resolve(spec).map_err(frame_error)?;
    joined.tell_annotations(spec);
    let Joined { frame, origins, accounts, rejects, findings, notes, missing, .. } = joined;
    let (mut taken, mut rejected) = (0, 0);
    for account in &accounts {
        account.rows.close(&account.file)?;
        account.cells.close(&account.file)?;
        taken += account.rows.taken;
        rejected += account.rows.rejected;
    }
    if exceeds(rejected, taken, spec.rejects) {
        return Err(CombineError::TooManyRejects(Box::new(TooManyRejects {
            name: spec.name.clone(),
            rejected,
            taken,
            limit: spec.rejects,
            accounts,
            rejects,
            findings,
        })));
    }
    let table = Table { name: spec.name.clone(), schema, frame, sample: spec.sample };
    Ok(SourceReading { table, superseded, origins, accounts, rejects, findings, notes, missing })
}

/// The day by which each row is the older or the later one: a date, or the last day of a period.
fn last_days(frame: &DataFrame, column: &str) -> Result<Vec<Option<Date>>, PolarsError> {
    let column = frame.column(column)?;
    if let Ok(periods) = column.str() {
        let last = |text: &str| Period::parse(text, None).ok().map(|period| period.end);
        return Ok(periods.iter().map(|text| last(text?)).collect());
    }
    Ok(column.date()?.physical().iter().map(|days| date_of_days(days?)).collect())
}

/// Whether the rejected rows pass the limit. Row counts stay far below what a float holds exactly.
fn exceeds(rejected: u64, taken: u64, limit: f64) -> bool {
    let exact = |count: u64| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    exact(rejected) > exact(taken) * limit
}

/// Fewest rows of a file, on average, that are left apart from those of other files.
const LEAST_CHUNK: usize = 1 << 16;

/// Why a row of the table was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dropped {
    /// The row says that there is no figure, and another has it.
    GivenElsewhere,
    Superseded,
    Repeat,
    Conflict,
}

struct Joined {
    frame: DataFrame,
    origins: OriginTable,
    accounts: Vec<SourceAccount>,
    rejects: Vec<Finding>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    missing: u64,
    /// Annotations that met a figure, by position in the declaration.
    annotated: BTreeSet<usize>,
    /// Position of the account of each file of the origins.
    account_of: Vec<usize>,
    /// File, sheet and row of rows with a cell read by rule.
    normalised: BTreeSet<(u32, u32, u32)>,
}

impl Joined {
    fn new(schema: &Schema) -> Result<Self, PolarsError> {
        Ok(Self {
            frame: Builder::new(schema).finish()?,
            origins: OriginTable::default(),
            accounts: Vec::new(),
            rejects: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
            missing: 0,
            annotated: BTreeSet::new(),
            account_of: Vec::new(),
            normalised: BTreeSet::new(),
        })
    }

    fn add(&mut self, mut reading: FileReading) -> Result<(), PolarsError> {
        let twin = self.accounts.iter().find(|known| {
            !known.blake3.is_empty() && known.blake3 == reading.account.blake3 && known.note.is_empty()
        });
        if let Some(twin) = twin {
            let account = &mut reading.account;
            account.note = format!("the same content as {}", twin.file);
            account.rows = crate::finding::RowCount { taken: account.rows.taken, ..Default::default() };
            account.rows.left_out.insert("the same content".to_owned(), account.rows.taken);
            (account.figures, account.missing) = (0, 0);
            account.notes.clear();
            self.accounts.push(reading.account);
            return Ok(());
        }
        let file = u32::try_from(self.origins.files().len()).unwrap_or(u32::MAX);
        let sheets = self.origins.sheets();
        let moved = self.origins.append(reading.origins);
        let shifted: Vec<u32> = reading
            .frame
            .column(ORIGIN_COLUMN)?
            .u32()?
            .into_no_null_iter()
            .map(|origin| origin + moved)
            .collect();
        let shifted = UInt32Chunked::from_vec(ORIGIN_COLUMN.into(), shifted);
        reading.frame.with_column(shifted.into_series().into_column())?;
        if self.account_of.is_empty() {
            self.frame = reading.frame;
        } else {
            self.frame.vstack_mut_owned(reading.frame)?;
        }
        self.normalised.extend(reading.normalised.iter().map(|(sheet, row)| (file, sheet + sheets, *row)));
        self.annotated.append(&mut reading.annotated);
        self.account_of.push(self.accounts.len());
        self.accounts.push(reading.account);
        self.rejects.append(&mut reading.rejects);
        self.findings.append(&mut reading.findings);
        self.notes.append(&mut reading.notes);
        self.missing += reading.missing;
        Ok(())
    }

    /// Settles rows with the same key; returns those replaced by newer ones.
    fn resolve(&mut self, spec: &SourceSpec) -> Result<Option<DataFrame>, PolarsError> {
        let height = self.frame.height();
        // The rows of large files stay as they came: put together, they would take their memory twice.
        if height / self.frame.first_col_n_chunks().max(1) < LEAST_CHUNK {
            self.frame.rechunk_mut_par();
        }
        if spec.key.is_empty() || self.frame.height() < 2 {
            return Ok(None);
        }
        let doubled = self.frame.select(spec.key.iter().map(String::as_str))?.is_duplicated()?;
        let positions: Vec<usize> = doubled
            .iter()
            .enumerate()
            .filter(|(_, double)| *double == Some(true))
            .map(|(at, _)| at)
            .collect();
        if positions.is_empty() {
            return Ok(None);
        }
        let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for at in positions {
            let key = spec.key.iter().map(|name| self.cell(name, at)).collect::<Result<Vec<_>, _>>()?;
            groups.entry(key).or_default().push(at);
        }
        let days = match &spec.supersede {
            Some(column) => last_days(&self.frame, column)?,
            None => Vec::new(),
        };
        let day = |at: usize| days.get(at).copied().flatten();
        let holding = holding_a_figure(&self.frame, spec)?;
        let holds = |at: usize| holding.as_ref().is_none_or(|holding| holding.get(at) == Some(true));
        let mut dropped: BTreeMap<usize, Dropped> = BTreeMap::new();
        let mut told: Vec<(usize, usize, String)> = Vec::new();
        for (key, rows) in &groups {
            let figures: Vec<usize> = rows.iter().copied().filter(|at| holds(*at)).collect();
            let stand = if figures.is_empty() { rows.get(..1).unwrap_or(rows) } else { &figures };
            for at in rows.iter().filter(|at| !stand.contains(at)) {
                dropped.insert(*at, Dropped::GivenElsewhere);
            }
            let rows = stand;
            let newest = rows.iter().map(|at| day(*at)).max().flatten();
            let mut kept: Vec<usize> = Vec::new();
            for at in rows {
                if day(*at) < newest {
                    dropped.insert(*at, Dropped::Superseded);
                } else if let Some(first) = kept.first() {
                    if spec.repeat == Repeat::First && self.same(*first, *at)? {
                        dropped.insert(*at, Dropped::Repeat);
                    } else {
                        dropped.insert(*at, Dropped::Conflict);
                        told.push((*at, *first, key.join(", ")));
                    }
                } else {
                    kept.push(*at);
                }
            }
        }
        told.sort_unstable();
        for (at, first, key) in told {
            self.tell_conflict(spec, at, first, &key);
        }
        self.drop_rows(&dropped)
    }

    fn cell(&self, column: &str, at: usize) -> Result<String, PolarsError> {
        Ok(match self.frame.column(column)?.get(at)? {
            AnyValue::Null => String::new(),
            AnyValue::String(text) => text.to_owned(),
            other => other.to_string(),
        })
    }

    fn origin(&self, at: usize) -> Option<(u32, Origin)> {
        let origins = self.frame.column(ORIGIN_COLUMN).ok()?.u32().ok()?;
        let number = origins.get(at)?;
        Some((number, self.origins.get(number)?))
    }

    /// Whether two rows say the same in every column but the origin.
    fn same(&self, first: usize, second: usize) -> Result<bool, PolarsError> {
        for column in self.frame.columns().iter().filter(|column| column.name() != ORIGIN_COLUMN) {
            if column.get(first)? != column.get(second)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn tell_conflict(&mut self, spec: &SourceSpec, at: usize, first: usize, key: &str) {
        let place = |at| self.origin(at).map(|(number, _)| self.origins.place(number)).unwrap_or_default();
        let shown = |at| {
            let differing =
                self.frame.columns().iter().filter(|column| column.name() != ORIGIN_COLUMN).filter_map(
                    |column| {
                        let (one, other) =
                            (column.get(at).ok()?, column.get(if at == first { at } else { first }).ok()?);
                        (at == first || one != other).then(|| format!("{} {one}", column.name()))
                    },
                );
            let differing = differing.collect::<Vec<_>>();
            if differing.is_empty() { "the same figures again".to_owned() } else { differing.join(", ") }
        };
        let finding = Finding::new(&codes::KEY_CONFLICT, Severity::Error, spec.name.as_str())
            .at(place(at))
            .seen(format!("{key}: {}", shown(at)), format!("as in {}", place(first)));
        self.rejects.push(finding.clone());
        self.findings.push(finding);
    }

    /// Tells annotations that no figure met: the figure they speak of is gone, or its name was mistyped.
    fn tell_annotations(&mut self, spec: &SourceSpec) {
        let Shape::Declared(declared) = &spec.shape else { return };
        for (at, annotation) in declared.annotations.iter().enumerate() {
            if !self.annotated.contains(&at) && !self.accounts.is_empty() {
                let finding = Finding::new(&codes::ANNOTATION_UNUSED, Severity::Warning, spec.name.as_str());
                self.findings.push(finding.seen("", annotation.told.as_str()));
            }
        }
    }

    fn drop_rows(&mut self, dropped: &BTreeMap<usize, Dropped>) -> Result<Option<DataFrame>, PolarsError> {
        let mut affected: BTreeMap<(u32, u32, u32), Dropped> = BTreeMap::new();
        for (at, why) in dropped {
            let Some((file, place)) =
                self.origin(*at).map(|(_, origin)| (origin.file, (origin.file, origin.sheet, origin.row)))
            else {
                continue;
            };
            affected.entry(place).and_modify(|known| *known = (*known).max(*why)).or_insert(*why);
            if let Some(account) = self.account_mut(file) {
                account.figures = account.figures.saturating_sub(u64::from(*why != Dropped::GivenElsewhere));
                account.superseded += u64::from(*why == Dropped::Superseded);
            }
        }
        let height = self.frame.height();
        let mask = |wanted: &dyn Fn(Option<&Dropped>) -> bool| {
            BooleanChunked::from_iter_values("".into(), (0..height).map(|at| wanted(dropped.get(&at))))
        };
        let superseded = self.frame.filter(&mask(&|why| why == Some(&Dropped::Superseded)))?;
        self.frame = self.frame.filter(&mask(&|why| why.is_none()))?;
        // A row of the file that still yields another figure stays used.
        for at in 0..self.frame.height() {
            if affected.is_empty() {
                break;
            }
            if let Some(place) = self.origin(at).map(|(_, origin)| (origin.file, origin.sheet, origin.row)) {
                affected.remove(&place);
            }
        }
        for (place, why) in affected {
            let normalised = self.normalised.contains(&place);
            let Some(account) = self.account_mut(place.0) else { continue };
            let from = if normalised { &mut account.rows.normalised } else { &mut account.rows.used };
            *from = from.saturating_sub(1);
            match why {
                Dropped::GivenElsewhere => account.rows.leave_out("declared missing, given elsewhere"),
                Dropped::Superseded => account.rows.leave_out("superseded"),
                Dropped::Repeat => account.rows.leave_out("repeat"),
                Dropped::Conflict => account.rows.rejected += 1,
            }
        }
        Ok((superseded.height() > 0).then_some(superseded))
    }

    fn account_mut(&mut self, file: u32) -> Option<&mut SourceAccount> {
        let at = *self.account_of.get(usize::try_from(file).ok()?)?;
        self.accounts.get_mut(at)
    }
}
