//! `unique`: no two rows agree in these columns. Null agrees with null.

use crate::finding::transform as codes;
use crate::spec::{Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::described;
use super::super::groups::Groups;
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Tested};

pub(super) const KIND: CheckKind =
    CheckKind { name: "unique", example: "on = \"declarations\"\nunique = [\"declaration_no\"]", read };

#[derive(Debug)]
struct Unique {
    columns: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let items = match &node.kind {
        NodeKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let texts = items.iter().map(|item| match &item.kind {
        NodeKind::Text(text) => Some(text.clone()),
        _ => None,
    });
    match texts.collect::<Option<Vec<Text>>>() {
        Some(columns) if !columns.is_empty() => Some(Box::new(Unique { columns })),
        _ => {
            mistakes.add(node.span.clone(), "`unique` names the columns that identify a row");
            None
        }
    }
}

impl Rule for Unique {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let any = [
            ColumnType::Text,
            ColumnType::Integer,
            ColumnType::Date,
            ColumnType::Boolean,
            ColumnType::Money,
            ColumnType::Ratio,
            ColumnType::Rate,
        ];
        for column in &self.columns {
            super::super::columns::expect_column(&shape.schema, column, &any, mistakes);
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
        let count = u64::try_from(table.frame.height()).unwrap_or(u64::MAX);
        if groups.first.len() == table.frame.height() {
            return Ok(Tested { count, failures: Vec::new() });
        }
        let repeated = groups.rows().into_iter().filter(|rows| rows.len() > 1);
        let failures = repeated.map(|rows| {
            let first = rows.first().copied().unwrap_or_default();
            let seen = described(&table.frame, &self.columns, first);
            let times = rows.len();
            let extra = u64::try_from(times - 1).unwrap_or(u64::MAX);
            // The place of a repeat is that of the second row: the first is right by itself.
            let rows = rows.into_iter().skip(1).collect();
            let failure =
                Failure::new(&codes::NOT_UNIQUE, rows, format!("{seen}: {times} rows"), "one row".into());
            Failure { count: extra, ..failure }
        });
        Ok(Tested { count, failures: failures.collect() })
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
