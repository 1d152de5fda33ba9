//! An input file's cells as they were read, on their way to a copy in which a person can see what was rejected.

use serde::{Deserialize, Serialize};

/// A sheet of an input file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopiedSheet {
    /// Its name; empty in text files.
    pub name: String,
    /// Its cells by row and column.
    pub cells: Vec<CopiedCell>,
}

/// A cell that is not empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopiedCell {
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0.
    pub col: u32,
    /// What it holds.
    pub value: CopiedValue,
}

/// What a copied cell holds. Formulas are not copied: their results are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CopiedValue {
    /// Text; also dates, errors and whatever else is no number, as printed.
    Text(String),
    /// A number with the code of the format that shows it; empty for the usual one.
    Number(f64, String),
}
