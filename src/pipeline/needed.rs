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
            let read_later = self.last_step.get(table).is_some_and(|last| *last > step);
            read_later || self.checked.contains(table) || self.shown.contains(table)
        });
    }

    /// Lets go of the tables that no report shows.
    pub(super) fn let_go_of_checked(&self, tables: &mut BTreeMap<String, Table>) {
        tables.retain(|table, _| self.shown.contains(table));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::pipeline::load;

    const PIPELINE: &str = r#"
        version = 1
        title = "t"
        timezone = "Asia/Shanghai"
        [source.s]
        files = ["*.csv"]
        table = { labels = ["a", "v"] }
        dim.a = { from = "header:a", type = "text" }
        dim.b = { from = "header:b", type = "text" }
        dim.day = { from = "header:day", type = "date" }
        measure.v = { from = "header:v", type = "amount", unit = "const:元" }
        measure.w = { from = "header:w", type = "amount", unit = "const:元" }
        [[step]]
        name = "some"
        from = "s"
        filter = "b <> 'x'"
        [[step]]
        name = "sums"
        from = "some"
        group_by = ["a"]
        aggregate = { v = "sum(v)" }
        [[report]]
        file = "sums.csv"
        from = "sums"
    "#;

    fn plan(more: &str) -> Plan {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(format!("{PIPELINE}{more}").as_bytes()).unwrap();
        load(file.path(), "p.toml").unwrap().plan.unwrap()
    }

    fn kept(needed: &Needed, plan: &Plan, table: &str) -> Vec<String> {
        let names = plan.shapes.tables[table].schema.names();
        names.filter(|name| needed.has(table, name)).map(str::to_owned).collect()
    }

    fn tables(names: &[&str]) -> BTreeMap<String, Table> {
        let table = |name: &str| Table {
            name: name.to_owned(),
            schema: Schema::default(),
            frame: DataFrame::empty(),
            sample: false,
        };
        names.iter().map(|name| ((*name).to_owned(), table(name))).collect()
    }

    /// The day is kept because the day of the report is told by it.
    #[test]
    fn columns_and_tables_that_nothing_reads_are_let_go() {
        let mut plan = plan("");
        let needed = Needed::of(&mut plan);
        let of_sum = ["v", "v_status", "v_bound", "unit_measure", "currency", "_origin"];
        let of_source = kept(&needed, &plan, "s");
        for column in ["a", "b", "day"].into_iter().chain(of_sum) {
            assert!(of_source.contains(&column.to_owned()), "{column}: {of_source:?}");
        }
        assert!(
            of_source.iter().all(|column| !column.starts_with('w') && column != "as_stated"),
            "{of_source:?}"
        );
        assert!(!needed.has("some", "b") && needed.has("some", "a") && needed.has("sums", "v_status"));
        let mut made = tables(&["s", "some"]);
        needed.let_go(&mut made, 0);
        assert_eq!(made.into_keys().collect::<Vec<_>>(), ["some"]);
        let mut made = tables(&["some", "sums"]);
        needed.let_go(&mut made, 1);
        assert_eq!(made.into_keys().collect::<Vec<_>>(), ["sums"]);
    }

    #[test]
    fn what_a_check_tests_is_kept_whole_until_it_has_run() {
        let mut plan = plan("[[check]]\nname = \"c\"\non = \"s\"\nfilled = \"a\"");
        let needed = Needed::of(&mut plan);
        assert_eq!(kept(&needed, &plan, "s").len(), plan.shapes.tables["s"].schema.columns().len());
        let mut made = tables(&["s", "some", "sums"]);
        needed.let_go(&mut made, 1);
        assert_eq!(made.keys().collect::<Vec<_>>(), ["s", "sums"]);
        needed.let_go_of_checked(&mut made);
        assert_eq!(made.into_keys().collect::<Vec<_>>(), ["sums"]);
    }
}
