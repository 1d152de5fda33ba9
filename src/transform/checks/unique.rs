//! `unique`: no two rows agree in these columns. Null agrees with null.

use crate::finding::{Severity, checks as codes};
use crate::spec::{Mistakes, Node, Text};
use crate::table::Table;

use super::super::columns::described;
use super::super::groups::Groups;
use super::super::{Shape, StepError, World};
use super::{
    ANY, CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, column_names, count_of,
};

pub(super) const KIND: CheckKind = CheckKind {
    name: "unique",
    example: "on = \"declarations\"\nunique = [\"declaration_no\"]",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Unique {
    columns: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let columns = column_names(node, "`unique` names the columns that identify a row", mistakes)?;
    Some(Box::new(Unique { columns }))
}

impl Rule for Unique {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        for column in &self.columns {
            super::super::columns::expect_column(&shape.schema, column, &ANY, mistakes);
        }
        let columns = self.columns.iter().map(|column| column.value.clone()).collect();
        (mistakes.count() == before).then(|| Box::new(UniqueRows { columns }) as Box<dyn PlannedRule>)
    }
}

#[derive(Debug)]
struct UniqueRows {
    columns: Vec<String>,
}

impl PlannedRule for UniqueRows {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let groups = Groups::by(&table.frame, &self.columns)?;
        let count = count_of(table.frame.height());
        if groups.first.len() == table.frame.height() {
            return Ok(Tested { count, ..Tested::default() });
        }
        let repeated = groups.rows().into_iter().filter(|rows| rows.len() > 1);
        let failures = repeated.map(|rows| {
            let first = rows.first().copied().unwrap_or_default();
            let seen = described(&table.frame, &self.columns, first);
            let times = rows.len();
            let extra = count_of(times - 1);
            // The place of a repeat is that of the second row: the first is right by itself.
            let rows = rows.into_iter().skip(1).collect();
            let failure =
                Failure::new(&codes::NOT_UNIQUE, rows, format!("{seen}: {times} rows"), "one row".into());
            Failure { count: extra, ..failure }
        });
        Ok(Tested { count, untested: 0, failures: failures.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    #[test]
    fn a_repeat_fails_at_its_own_row_and_null_agrees_with_null() {
        let scene = Scene::new("no | year:whole\nA1 | 2021\nA2 | 2021\nA1 | 2021\n | 2021\n | 2021");
        assert_eq!(
            outcome(&scene.check("unique = [\"no\", \"year\"]")),
            "tested 5\n\
             failed T01 at t.xlsx ▸ S ▸ A4: no A1, year 2021: 2 rows / one row\n\
             failed T01 at t.xlsx ▸ S ▸ A6: no (empty), year 2021: 2 rows / one row",
        );
    }
}
