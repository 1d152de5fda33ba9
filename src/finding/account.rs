//! Row and cell counts that must close, and the account of one input file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::SeenColumn;

/// How many data rows a file or step took and what became of each.
///
/// `used + normalised + rejected + left_out = taken`; [`RowCount::close`] refuses anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCount {
    /// Data rows met.
    pub taken: u64,
    /// Rows read as written.
    pub used: u64,
    /// Rows used with at least one cell read by rule (full-width digits, U+00A0, 卢布 for RUB).
    pub normalised: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows not used for a declared reason, by reason.
    pub left_out: BTreeMap<String, u64>,
}

/// How many cells a file holds and what became of each.
///
/// `figures + missing + labels + around + rejected + left_out = taken`; [`CellCount::close`] refuses
/// anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellCount {
    /// Cells of the file that are not empty, in all sheets, hidden ones included.
    pub taken: u64,
    /// Cells typed as figures.
    pub figures: u64,
    /// Cells that declare a figure missing, as `-`.
    pub missing: u64,
    /// Cells that identify a figure or go with it: labels, dimensions, attributes, units of rows.
    pub labels: u64,
    /// Headers, and the lines above and after tables: titles, units, notes.
    pub around: u64,
    /// Cells of rows that could not be used.
    pub rejected: u64,
    /// Cells not used, by the reason.
    pub left_out: BTreeMap<String, u64>,
}

impl CellCount {
    /// Notes more cells left out for `reason`.
    pub fn leave_out(&mut self, reason: &str, cells: u64) {
        *self.left_out.entry(reason.to_owned()).or_insert(0) += cells;
    }

    /// Cells left out for any reason.
    pub fn left_out_total(&self) -> u64 {
        self.left_out.values().sum()
    }

    /// Demands that every cell taken is accounted for.
    pub fn close(&self, subject: &str) -> Result<(), CountsDoNotClose> {
        let used = self.figures + self.missing + self.labels + self.around;
        let accounted = used + self.rejected + self.left_out_total();
        if accounted == self.taken {
            return Ok(());
        }
        Err(CountsDoNotClose { counted: "cell", subject: subject.to_owned(), taken: self.taken, accounted })
    }
}

/// A row or cell was lost or counted twice: a defect of the program, which stops the run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{counted} counts of {subject} do not close: {taken} taken, but {accounted} accounted for")]
pub struct CountsDoNotClose {
    /// `row` or `cell`.
    pub counted: &'static str,
    /// Where they were counted.
    pub subject: String,
    /// Rows or cells met.
    pub taken: u64,
    /// Sum of all outcomes.
    pub accounted: u64,
}

impl RowCount {
    /// Notes one more row left out for `reason`.
    pub fn leave_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_insert(0) += 1;
    }

    /// Rows left out for any reason.
    pub fn left_out_total(&self) -> u64 {
        self.left_out.values().sum()
    }

    /// Adds the counts of another file.
    pub fn add(&mut self, other: &Self) {
        self.taken += other.taken;
        self.used += other.used;
        self.normalised += other.normalised;
        self.rejected += other.rejected;
        for (reason, count) in &other.left_out {
            *self.left_out.entry(reason.clone()).or_insert(0) += count;
        }
    }

    /// Demands that every row taken is accounted for.
    pub fn close(&self, subject: &str) -> Result<(), CountsDoNotClose> {
        let accounted = self.used + self.normalised + self.rejected + self.left_out_total();
        if accounted == self.taken {
            return Ok(());
        }
        Err(CountsDoNotClose { counted: "row", subject: subject.to_owned(), taken: self.taken, accounted })
    }
}

/// What became of one input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceAccount {
    /// Path below `input/`, with `/`.
    pub file: String,
    /// The source or rates block that reads it; empty where none matches.
    pub source: String,
    /// BLAKE3 of its content, in hex; empty for files that were not read.
    pub blake3: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Format found by content, with the encoding of text files: `xlsx`, `csv, GB18030`.
    pub format: String,
    /// Sheets read, in the order of the file.
    pub sheets: Vec<String>,
    /// Its rows.
    pub rows: RowCount,
    /// Its cells; all zero for files that were not read.
    pub cells: CellCount,
    /// The columns of its tables as they were seen, a table like one before it on the same sheet once.
    pub columns: Vec<SeenColumn>,
    /// Figures that reached the source's table; of a file of exchange rates, the rates that it gives.
    pub figures: u64,
    /// Figures that the file itself declares missing, as `-`.
    pub missing: u64,
    /// Figures that a later file replaced.
    pub superseded: u64,
    /// Lines after its tables.
    pub notes: Vec<String>,
    /// Why it was not read, or what to know about it; empty where there is nothing to say.
    pub note: String,
    /// Whether the source is a random sample that must be marked wherever it shows.
    pub sample: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_row_does_not_close() {
        let mut rows = RowCount { taken: 3, used: 1, normalised: 0, rejected: 1, ..RowCount::default() };
        assert_eq!(rows.close("s").unwrap_err().accounted, 2);
        rows.leave_out("repeat");
        assert!(rows.close("s").is_ok());
    }
}
