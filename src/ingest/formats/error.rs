//! Why a file has no cells: what it is instead, what is wrong with it, and how to mend that.

use thiserror::Error;

use super::guards::GuardError;

/// Why a file has no cells.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system refused.
    #[error("the file cannot be opened: {0}")]
    Io(#[from] std::io::Error),
    /// No bytes.
    #[error("the file is empty (0 bytes); it was probably not copied to the end")]
    Empty,
    /// A password is needed.
    #[error(
        "the workbook is protected by a password; save a copy without one (File, Info, Protect Workbook)"
    )]
    Password,
    /// Some other kind of document.
    #[error("this is {what}, not a table; save the table as .xlsx or .csv")]
    NotATable {
        /// What it is.
        what: &'static str,
    },
    /// A table in a form that is not read.
    #[error("this is {what}; open it in Excel or WPS and save it as .xlsx")]
    OtherForm {
        /// What it is.
        what: &'static str,
    },
    /// A workbook whose end, or more, is missing.
    #[error("the workbook is damaged or was not copied to the end ({reason}); copy it again or save it anew")]
    Damaged {
        /// What the reader says.
        reason: String,
    },
    /// A workbook that lists no sheet: every sound one has at least one.
    #[error("the workbook has no sheets: it is damaged or was not copied to the end; copy it again")]
    NoSheets,
    /// A workbook of charts or macros only.
    #[error("the workbook has no worksheet with data, only {what}")]
    NoWorksheet {
        /// The first sheet and what it is.
        what: String,
    },
    /// Two sheets of one name, which no spreadsheet program allows.
    #[error("sheets {first} and {second} of the workbook are both called {name}; rename one of them")]
    SheetsOfOneName {
        /// The name.
        name: String,
        /// Position of the first, counted from 1.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// A guard against files that unpack to more than any table.
    #[error("the file unpacks to {unpacked} bytes, more than the limit of {limit}; it is not read")]
    TooLarge {
        /// Bytes when unpacked.
        unpacked: u64,
        /// The limit.
        limit: u64,
    },
    /// A sheet with more cells than any table.
    #[error(
        "a sheet has more than {limit} cells; split the file, or delete the cells that hold nothing of use"
    )]
    TooManyCells {
        /// The limit.
        limit: usize,
    },
    /// A guard refused it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// No allowed encoding fits.
    #[error("the text is in none of the encodings {allowed}; save it as CSV in UTF-8")]
    Encoding {
        /// Those that were tried.
        allowed: String,
    },
    /// A byte that the text around it does not explain.
    #[error(
        "line {line}, byte {column}: {byte:#04X} is {why}; save the file anew as CSV in UTF-8, or declare `encodings`"
    )]
    BadByte {
        /// The line, counted from 1.
        line: usize,
        /// Place of the byte in its line, counted from 1.
        column: usize,
        /// The byte.
        byte: u8,
        /// What is wrong with it.
        why: String,
    },
    /// A quote that takes the rest of the file into one cell.
    #[error(
        "the quote opened on line {line} is never closed; close it, or double it where it is part of the text"
    )]
    UnclosedQuote {
        /// The line, counted from 1.
        line: usize,
    },
    /// A line or cell of text longer than any of a table.
    #[error("line {line} is longer than {limit} bytes; this is no table, or its line ends are lost")]
    LongLine {
        /// The line, counted from 1.
        line: usize,
        /// The limit.
        limit: usize,
    },
}
