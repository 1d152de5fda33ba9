//! The one shape that moves between stages: a Polars frame, the meaning of its columns, and where each
//! row comes from. It opens no file and computes nothing.

mod origin;
mod schema;

use polars::prelude::DataFrame;

pub use origin::{ORIGIN_COLUMN, Origin, OriginTable, address, column_letters};
pub use schema::{Column, ColumnRole, ColumnType, Companion, MONEY, RATE, Schema};

/// A frame with the meaning of its columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// Source or step that made it.
    pub name: String,
    /// Its columns in the order of the frame; names and types agree with the frame.
    pub schema: Schema,
    /// The rows.
    pub frame: DataFrame,
    /// Whether any row comes from a random sample; such a table is marked wherever it shows.
    pub sample: bool,
}
