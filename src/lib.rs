//! Amur turns a drop folder of messy spreadsheets into Excel and CSV reports that can be trusted.
//!
//! # The flow
//! `input/` → [`ingest`] (files to tables) → [`transform`] (tables to tables) → [`report`] (tables to
//! workbooks and CSVs) → `output/`. What is read, computed and reported stands in `pipelines/*.toml`,
//! which [`pipeline`] reads, checks and runs, and [`cli`] offers as commands.
//!
//! # Which module may use which
//! Each uses only what stands to its left; `tests/it/architecture.rs` enforces it.
//! `context`, [`finding`], `measure`, `text`, `spec` → `table`, `expr` → `store` →
//! `ingest` | `transform` | `report` → `pipeline` → `cli` → `main`.
//!
//! # Glossary (one word per thing, in pipeline file, code, log, report and README)
//! - **source**: a declared set of input files that yields one long table.
//! - **layout**: where in a sheet the title, unit, header, data, totals and notes stand.
//! - **dimension**, **measure**, **attribute**: what identifies a figure, the figure, what goes with it (SDMX).
//! - **companion**: a column that goes with a measure: `_status`, `_bound`, `_rounding`; a conversion adds
//!   `_rate` (the id of the rate used) and `_note` (what a reader must be told).
//! - **bound**: the figure is known only to be above (`>`), below (`<`) or near (`≈`) a value.
//! - **rounding**: half a unit of the last printed place; what a printed figure may be off by.
//! - **stated**, **computed**: what a source prints, what Amur calculates from other figures.
//! - **finding**: something a person should know about the data, with a code and a place.
//! - **reject**: a row that could not be used, with the cell and the reason.
//! - **normalised**: read by rule although not written plainly (full-width digits, 卢布 for RUB).
//! - **left out**: not used for a declared reason (a total, a repeat).
//! - **part**, **overlap**: a code that another holds; two codes with something in common. Never added.
//! - **partial**: a figure made of fewer periods or reporters than it should be; never compared as whole.
//! - **superseded**: replaced by a later figure with the same key; kept as `<source>.superseded`.
//! - **cell count**: every non-empty cell of a file and what it was taken for; it closes, or the file is refused.
//! - **step**: one transformation of tables; **check**: one test of them.
//! - **cross rate**: the rate of two currencies through a third; **coverage**: days with a rate out of
//!   the days on which the source published.
//! - **as-of**: the day the report speaks of: given, else the last day of its real figures, else that of the
//!   rates; only where nothing has a date, the day of the run.
//! - **manifest**: what a run read and wrote, with hashes; its presence makes a run complete.

pub mod cli;
pub mod context;
pub mod expr;
pub mod finding;
pub mod ingest;
pub mod measure;
pub mod pipeline;
pub mod report;
pub mod spec;
pub mod store;
pub mod table;
pub mod text;
pub mod transform;
