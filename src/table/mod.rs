//! The one shape that moves between stages: a Polars frame, the meaning of its columns, and where each
//! row comes from. It opens no file and computes nothing.

mod copied;
pub(crate) mod distinct;
pub(crate) mod frame_bytes;
mod origin;
mod schema;

use polars::prelude::{ChunkApply, DataFrame, IntoColumn, IntoSeries};

pub use copied::{CopiedCell, CopiedSheet, CopiedValue};
pub use origin::{ORIGIN_COLUMN, Origin, OriginTable, address, cell_at, column_letters};
pub use schema::{Column, ColumnRole, ColumnType, Companion, MONEY, RATE, Schema};

/// What the table that compares the sources of a rates block is called behind the block's name.
pub const COMPARED: &str = ".compared";

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

impl Table {
    /// Adds `moved` to every row's origin, after its origins were appended to another table of origins.
    pub fn move_origins(&mut self, moved: u32) {
        let Ok(origins) = self.frame.column(ORIGIN_COLUMN).and_then(|column| column.u32().cloned()) else {
            return;
        };
        let shifted = origins.apply_values(|origin| origin.saturating_add(moved)).into_series().into_column();
        // The column is there and keeps its length, so replacing it cannot fail; an error would leave the
        // frame as it was.
        if self.frame.with_column(shifted).is_err() {
            tracing::error!(table = self.name, "Origins could not be moved.");
        }
    }
}
