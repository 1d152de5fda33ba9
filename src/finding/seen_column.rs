//! A column of an input table as it was seen: kept with a run, so that the next one can tell what has changed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One column of one table of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeenColumn {
    /// Sheet name; empty in text files.
    pub sheet: String,
    /// Which of the sheet's tables, counted from 1; tables with the same columns count once.
    pub table: u32,
    /// Address of the lowest header cell that says something.
    pub cell: String,
    /// Its place among the columns of the table, counted from 1.
    pub position: u32,
    /// The texts of all header levels, joined with `/`.
    pub header: String,
    /// What reads it, as `dim.area` or `measure.obs_value`; empty where nothing does.
    pub role: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// The unit of its figures with the power of ten, as `CNY e8`; empty where it has none or the row says.
    pub unit: String,
}

/// What most cells of a column hold, by the first thousand that hold anything but a marker such as `-`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Nothing that tells.
    #[default]
    Empty,
    /// Numbers, also as text.
    Number,
    /// Dates, also as text.
    Date,
    /// Anything else.
    Text,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Number => "number",
            Self::Date => "date",
            Self::Text => "text",
        })
    }
}
