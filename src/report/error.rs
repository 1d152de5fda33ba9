//! Why a report could not be written. Each is also a finding with a code, so that it reads like the
//! others in the run's account.

use thiserror::Error;

use crate::finding::{Code, Finding, Severity, report as codes};

/// A report that could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A table of the plan is not among the data.
    #[error("the table {table} was not computed")]
    TableAbsent {
        /// The table.
        table: String,
    },
    /// A figure of the cover picks more than one row.
    #[error("the figure {figure} of the cover picks {rows} rows of {table}; it must pick one")]
    FigureAmbiguous {
        /// Its label.
        figure: String,
        /// The table it is taken from.
        table: String,
        /// Rows that fit.
        rows: usize,
    },
    /// A figure of the cover is to be shown in a unit it does not have.
    #[error("the figure {figure} of the cover is in {found}, not in {unit}")]
    FigureUnit {
        /// Its label.
        figure: String,
        /// The unit asked for.
        unit: String,
        /// The unit of the data.
        found: String,
    },
    /// Two rows want the same cell of a pivoted sheet.
    #[error("two rows of {table} want the cell {member} of {row} on the sheet {sheet}")]
    CellTaken {
        /// The sheet.
        sheet: String,
        /// The table.
        table: String,
        /// The values of the row's key.
        row: String,
        /// The member of the pivoted column.
        member: String,
    },
    /// A number is infinite or no number at all.
    #[error("{column} of {table} is not a finite number in row {row}")]
    NotFinite {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Row of the table, counted from 1.
        row: usize,
    },
    /// Rows could not be chosen by a condition.
    #[error("the condition {condition} on {table} cannot be computed: {reason}")]
    Condition {
        /// As written.
        condition: String,
        /// The table.
        table: String,
        /// What the engine says.
        reason: String,
    },
    /// The workbook could not be put together.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The CSV file or its description could not be put together.
    #[error("the file {file} cannot be written: {reason}")]
    Csv {
        /// Its name.
        file: String,
        /// What the writer says.
        reason: String,
    },
}

impl ReportError {
    /// The same as a finding about the report file `subject`.
    pub fn finding(&self, subject: &str) -> Finding {
        let (code, seen, expected): (&'static Code, String, String) = match self {
            Self::TableAbsent { table } => (&codes::TABLE_ABSENT, table.clone(), String::new()),
            Self::FigureAmbiguous { figure, rows, .. } => {
                (&codes::FIGURE_AMBIGUOUS, format!("{figure}: {rows}"), "1".to_owned())
            }
            Self::FigureUnit { figure, unit, found } => {
                (&codes::FIGURE_UNIT, format!("{figure}: {unit}"), found.clone())
            }
            Self::CellTaken { sheet, row, member, .. } => {
                (&codes::CELL_TAKEN, format!("{sheet}: {row}, {member}"), String::new())
            }
            Self::NotFinite { table, column, row } => {
                (&codes::NOT_FINITE, format!("{table}.{column}, {row}"), String::new())
            }
            Self::Condition { .. } | Self::Workbook(_) | Self::Csv { .. } => {
                (&codes::NOT_WRITTEN, self.to_string(), String::new())
            }
        };
        Finding::new(code, Severity::Error, subject).seen(seen, expected)
    }
}
