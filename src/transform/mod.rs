//! Tables to tables: steps are lists of verbs, applied in the order of the file. Opens no file.
//!
//! A verb is read ([`VerbKind::read`]), planned against the shapes of the tables ([`Verb::plan`], all
//! mistakes at once, no data) and run ([`Planned::run`]). One verb, one file, one entry in [`VERBS`].

mod add;
mod along;
mod checks;
mod columns;
mod complete;
mod computed;
mod convert;
mod converted;
mod derive;
mod derived;
#[cfg(test)]
mod drawn;
mod figures;
mod filter;
mod given;
#[cfg(test)]
mod golden_tests;
mod group_by;
mod groups;
mod join;
mod marks;
mod measured;
mod overlaps;
mod pairs;
mod periods;
mod pivot;
mod quoted;
mod refused;
mod spread;
mod sql;
mod step;
mod top;
mod totals;
mod union;
mod wanted;
mod whole;
mod within;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use polars::prelude::PolarsError;
use thiserror::Error;

use crate::expr::Scope;
use crate::finding::Finding;
use crate::measure::{ArithmeticError, Quote, RateBook};
use crate::spec::{Mistakes, Node, Text};
use crate::table::{OriginTable, Schema, Table};
use crate::text::CodeList;

pub(crate) use wanted::Wanted;

pub use checks::{CheckPlan, CheckSpec};
pub use refused::{NoRate, RefusedFigures, SameKey};
pub use step::{StepPlan, StepSpec};

/// Every verb a step may have.
pub(crate) const VERBS: &[VerbKind] = &[
    filter::KIND,
    convert::KIND,
    join::KIND,
    group_by::KIND,
    derive::KIND,
    pivot::KIND,
    add::KIND,
    top::KIND,
];

/// A verb's entry in the registry.
#[derive(Debug)]
pub(crate) struct VerbKind {
    /// Its key in a step, also its file's stem.
    pub name: &'static str,
    /// A line of TOML that reads without a mistake.
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers of the code and the conformance test"))]
    pub example: &'static str,
    /// Reads the value of the key.
    pub read: fn(&Node, &Mistakes) -> Option<Box<dyn Verb>>,
}

/// What is known of a table before there is data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Its columns.
    pub schema: Schema,
    /// Columns that together identify a row; empty where unknown.
    pub key: Vec<String>,
    /// The code lists from which a column's codes come, by its name; tables put together may bring several.
    pub codes: BTreeMap<String, BTreeSet<String>>,
    /// Whether it comes from a random sample.
    pub sample: bool,
}

/// The shapes of all tables known so far, the names of the rates blocks, and the code lists.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    /// By table name.
    pub tables: BTreeMap<String, Shape>,
    /// Names of `[rates.…]` blocks.
    pub rates: Vec<String>,
    /// Code lists by name.
    pub lists: BTreeMap<String, CodeList>,
}

impl Shapes {
    /// What an expression over the columns of `schema` may name.
    pub(crate) fn scope<'a>(&'a self, schema: &'a Schema) -> Scope<'a> {
        Scope { schema, lists: Some(&self.lists) }
    }
}

/// A verb as written.
pub(crate) trait Verb: fmt::Debug {
    /// The other tables it reads.
    fn inputs(&self) -> Vec<Text> {
        Vec::new()
    }
    /// Resolves every name and type; `shape` is that of the step's table so far.
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)>;
}

/// A verb whose names and types are known.
pub(crate) trait Planned: fmt::Debug + Send + Sync {
    /// Is told which columns of its table are read later, and may leave out others that it would make; says
    /// which it reads itself or hands on. A verb that does not say reads all.
    fn narrow(&mut self, _wanted: &Wanted) -> Wanted {
        Wanted::All
    }
    /// Applies it.
    fn run(&self, table: Table, world: &World<'_>) -> Result<Table, StepError>;
}

/// What a verb or check may see beside its own table.
#[derive(Debug)]
pub struct World<'a> {
    /// Every table made so far.
    pub tables: &'a BTreeMap<String, Table>,
    /// The rates blocks.
    pub rates: &'a BTreeMap<String, RateBook>,
    /// Where rows come from.
    pub origins: &'a OriginTable,
    /// The day the report speaks of, where it is known.
    pub as_of: Option<jiff::civil::Date>,
    /// What it leaves behind.
    pub journal: RefCell<Journal>,
}

/// A table made before; the plan's order makes sure that it is there.
fn table_of<'a>(world: &World<'a>, name: &str) -> Result<&'a Table, StepError> {
    world.tables.get(name).ok_or_else(|| StepError::NoSuchTable { name: name.to_owned() })
}

/// What steps leave behind beside their tables.
#[derive(Debug, Default)]
pub struct Journal {
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Every rate used, by its id.
    pub quotes: BTreeMap<String, Quote>,
}

impl Journal {
    /// Takes over what another journal holds.
    pub fn absorb(&mut self, mut other: Self) {
        self.findings.append(&mut other.findings);
        self.quotes.append(&mut other.quotes);
    }
}

/// Why a step or check could not be made.
#[derive(Debug, Error)]
pub enum StepError {
    /// The engine refused.
    #[error("{0}")]
    Engine(#[from] PolarsError),
    /// A number went beyond its bounds.
    #[error("{0}")]
    Arithmetic(#[from] ArithmeticError),
    /// No rates block has that name.
    #[error("there are no rates `{rates}`")]
    NoSuchRates {
        /// The name.
        rates: String,
    },
    /// A table that should have been made before was not.
    #[error("the table `{name}` was not made")]
    NoSuchTable {
        /// The table.
        name: String,
    },
    /// A rate that is needed is missing.
    #[error(transparent)]
    NoRate(Box<NoRate>),
    /// Rows that should be told apart by a key are not.
    #[error(transparent)]
    SameKey(Box<SameKey>),
    /// Figures that must not be computed with.
    #[error(transparent)]
    RefusedFigures(Box<RefusedFigures>),
}
