//! Tables to workbooks and CSV files. It computes no figure, opens no file and asks no clock: the same
//! tables give the same bytes.
//!
//! A report is read ([`ReportSpec::read`]), planned against the shapes of the tables
//! ([`ReportSpec::plan`], all mistakes at once, no data) and rendered ([`render`]). A sheet is an element;
//! one element, one file, one entry in [`elements::ELEMENTS`].

mod axis;
mod cells;
mod changes;
#[cfg(test)]
mod changes_tests;
mod chart;
#[cfg(test)]
mod chart_tests;
mod columns;
mod csv;
#[cfg(test)]
mod csv_tests;
mod datapackage;
mod drawing;
mod elements;
mod error;
mod figure;
mod file_name;
#[cfg(test)]
mod fixture;
mod flags;
mod gallery;
mod heading;
mod language;
mod lines;
mod listing;
mod marked;
mod names;
mod notes;
mod page;
mod plot;
mod records;
mod role;
mod rows;
mod scene;
mod sheet;
mod sheet_charts;
mod spec;
mod style;
#[cfg(test)]
mod tests;
mod units;
mod value;
mod width;
mod words;
mod workbook;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use changes::{Against, Change, Changes, FigureChange, FigureId, FigureState, FileChange, Why};
pub use csv::text_csv;
pub use error::ReportError;
pub use marked::{MarkedCopy, marked_copy};
pub use spec::{ReportPlan, ReportSpec};

use crate::finding::{CheckOutcome, Finding, SourceAccount};
use crate::measure::Quote;
use crate::table::{OriginTable, Schema, Table};
use crate::text::{CodeList, Label};

/// Whether a table comes from a random sample; such a report is marked wherever it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sample {
    /// Real figures.
    Real,
    /// A random sample.
    Sample,
}

impl From<bool> for Sample {
    fn from(sample: bool) -> Self {
        if sample { Self::Sample } else { Self::Real }
    }
}

/// The shape of every table a report may show, by name.
pub type Shapes = BTreeMap<String, (Schema, Sample)>;

/// Everything a report is made of.
#[derive(Debug)]
pub struct ReportData<'a> {
    /// The pipeline's title, where the report has none of its own.
    pub title: &'a Label,
    /// The day the report speaks of.
    pub as_of: Date,
    /// Tables by name.
    pub tables: &'a BTreeMap<String, Table>,
    /// Code lists by name.
    pub lists: &'a BTreeMap<String, CodeList>,
    /// Every input file, also those no source matched.
    pub sources: &'a [SourceAccount],
    /// What came out of the checks that concern the report, in the order of the pipeline file.
    pub outcomes: &'a [CheckOutcome],
    /// What a person should know beside the checks.
    pub findings: &'a [Finding],
    /// Rows that could not be used, with cell and reason.
    pub rejects: &'a [Finding],
    /// Every rate used.
    pub quotes: &'a [Quote],
    /// Where rows come from.
    pub origins: &'a OriginTable,
    /// Identity of the content: equal inputs and pipeline give equal ids.
    pub content_id: &'a str,
    /// Footnotes of the input files, by source.
    pub notes: &'a BTreeMap<String, Vec<String>>,
    /// What changed since the earlier publication.
    pub changes: &'a Changes,
}

impl ReportData<'_> {
    /// The content's identity as pages show it.
    fn short_id(&self) -> &str {
        self.content_id.get(..SHORT_ID).unwrap_or(self.content_id)
    }
}

/// Signs of the content's identity on a page; enough to tell runs apart and to read out on the telephone.
const SHORT_ID: usize = 12;
/// Body lines on one sheet: Excel has 1,048,576 rows, some of which the head and the notes take.
const LINES_PER_SHEET: usize = 1_048_000;

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// File name, without folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Data rows in it; 0 for a description file.
    pub rows: u64,
}

/// Makes the files of one report.
pub fn render(plan: &ReportPlan, data: &ReportData<'_>) -> Result<Vec<Rendered>, ReportError> {
    plan.render(data, LINES_PER_SHEET)
}
