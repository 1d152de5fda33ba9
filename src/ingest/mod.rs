//! Files to tables. A source is read from its declaration: sheets are chosen, tables found by their labels,
//! cells typed, every row accounted for. Computes nothing from figures.

mod around;
mod around_units;
mod builder;
mod cell_map;
mod cells;
mod columns;
mod combine;
mod copy;
mod facts;
mod field_reader;
mod figure_rows;
mod figures;
mod files;
mod formats;
mod grid;
mod header;
mod hidden;
mod hierarchy;
mod infer;
mod layout;
mod locator;
mod output;
mod picture;
mod plan;
mod plan_figures;
pub mod rates;
mod reading;
mod rows;
mod seen_columns;
mod sheets;
mod sketch;
mod spec;
mod spec_columns;
mod spec_contract;
mod spec_filled;
mod spec_map;
mod spec_marks;
mod spec_read;
mod spec_rows;
mod spec_table;
mod spec_units;
mod table_rows;
mod unit_rows;

#[cfg(test)]
mod drawn_tests;
#[cfg(test)]
mod layout_properties;
#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod master_tests;
#[cfg(test)]
mod missing_tests;
#[cfg(test)]
mod sample_tests;
#[cfg(test)]
mod testing;

pub use combine::{CombineError, SourceReading, TooManyRejects, combine};
pub use copy::{FileCopy, copy_cells};
pub use infer::{FileSketch, Line, LineValue, TableSketch, infer, quoted};
pub use picture::{PicturedCell, PicturedRow, SheetPicture, picture};
pub use reading::{FileError, FileReading, NAME_LISTS, NoLayout, read_file};
pub use sketch::sketch;
pub use spec::{SourceSpec, Unreadable};
pub use spec_contract::Contract;
