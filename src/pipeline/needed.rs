//! What a run that only publishes needs of every table: the columns that something reads, and how long. The rest
//! is not kept, for a year of declarations has more columns than any report of it shows.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::pipeline::{Plan, as_of};
use crate::table::{ORIGIN_COLUMN, Schema, Table};
use crate::transform::Wanted;

/// What is read of every table, and how long it is kept.
#[derive(Debug)]
pub(super) struct Needed {
    columns: BTreeMap<String, Wanted>,
    /// Position of the last step that reads a table; of those not named here, no step reads any.
    last_step: BTreeMap<String, usize>,
    checked: BTreeSet<String>,
    shown: BTreeSet<String>,
}

impl Needed {
    /// Asks every report, check and step, from the last to the first, what it reads. A step is told what is read
    /// of its own table, and makes no other columns from then on.
    pub(super) fn of(plan: &mut Plan) -> Self {
        let reported = plan.reports.iter().flat_map(|report| report.tables().into_iter().map(str::to_owned));
        let shown: BTreeSet<String> =
            reported.chain(plan.rates.iter().map(|rates| rates.compared().0)).collect();
        let checked: BTreeSet<String> =
            plan.checks.iter().flat_map(|check| check.inputs().iter().cloned()).collect();
        let whole = shown.iter().chain(&checked);
        let mut columns: BTreeMap<String, Wanted> = whole.map(|table| (table.clone(), Wanted::All)).collect();
        let mut last_step = BTreeMap::new();
        for (at, step) in plan.steps.iter_mut().enumerate().rev() {
            let own = columns.get(step.name()).cloned().unwrap_or_default();
            for (table, read) in step.narrow(&own) {
                last_step.entry(table.clone()).or_insert(at);
                columns.entry(table).or_default().join(read);
            }
        }
        for source in &plan.sources {
            let dated = as_of::reads(&source.schema());
            columns.entry(source.name().to_owned()).or_default().join(Wanted::Only(dated));
        }
        Self { columns, last_step, checked, shown }
    }

    /// Everything: for whoever looks into any table.
    pub(super) fn all(plan: &Plan) -> Self {
        let tables = || plan.shapes.tables.keys().cloned();
        Self {
            columns: tables().map(|table| (table, Wanted::All)).collect(),
            last_step: BTreeMap::new(),
            checked: BTreeSet::new(),
            shown: tables().collect(),
        }
    }

    fn has(&self, table: &str, column: &str) -> bool {
        column == ORIGIN_COLUMN || self.columns.get(table).is_some_and(|wanted| wanted.has(column))
    }

    /// A table's rows without the columns that nothing reads.
    pub(super) fn narrowed(&self, table: &str, frame: &DataFrame) -> DataFrame {
        let names = frame.get_column_names_owned().into_iter();
        frame.drop_many(names.filter(|name| !self.has(table, name)))
    }

    /// Takes the columns away that nothing reads.
    pub(super) fn narrow(&self, table: &mut Table) {
        table.frame = self.narrowed(&table.name, &table.frame);
        let columns = table.schema.columns().iter();
        table.schema = Schema::new(columns.filter(|column| self.has(&table.name, &column.name)).cloned());
    }

    /// Lets go of the tables that nothing reads any more once the step at that position is made.
    pub(super) fn let_go(&self, tables: &mut BTreeMap<String, Table>, step: usize) {
        tables.retain(|table, _| {
            let read_later = self.last_step.get(table).is_none_or(|last| *last > step);
            read_later || self.checked.contains(table) || self.shown.contains(table)
        });
    }

    /// Lets go of the tables that no report shows.
    pub(super) fn let_go_of_checked(&self, tables: &mut BTreeMap<String, Table>) {
        tables.retain(|table, _| self.shown.contains(table));
    }
}
