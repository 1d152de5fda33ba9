//! `filled`: cells of these columns are not empty; blanks are empty. How many may be is the check's
//! `fraction`, which needs a check for each column: an empty column must not hide behind full ones.

use polars::prelude::*;

use crate::finding::{Severity, checks as codes};
use crate::spec::{Mistakes, Node, Text};
use crate::table::Table;

use super::super::columns::{expect_column, series};
use super::super::{Shape, StepError, World};
use super::{
    ANY, CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, column_names, count_of,
};

pub(super) const KIND: CheckKind = CheckKind {
    name: "filled",
    example: "on = \"declarations\"\nfilled = \"port\"\nfraction = \"1%\"",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Filled {
    columns: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let columns = column_names(node, "`filled` names the columns that are not empty", mistakes)?;
    Some(Box::new(Filled { columns }))
}

impl Rule for Filled {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        for column in &self.columns {
            expect_column(&shape.schema, column, &ANY, mistakes);
        }
        if self.columns.len() > 1 && setting.fraction.is_some() {
            let message = "`fraction` is of one column: an empty one would hide behind full ones";
            mistakes.add_with_help(setting.span.clone(), message, "make a check for each column");
        }
        let columns = self.columns.iter().map(|column| column.value.clone()).collect();
        (mistakes.count() == before).then(|| Box::new(NotEmpty { columns }) as Box<dyn PlannedRule>)
    }
}

#[derive(Debug)]
struct NotEmpty {
    columns: Vec<String>,
}

impl PlannedRule for NotEmpty {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let mut tested = Tested::default();
        for column in &self.columns {
            let cells = series(&table.frame, column)?;
            tested.count += count_of(cells.len());
            for (row, _) in filled(cells)?.iter().enumerate().filter(|(_, filled)| !**filled) {
                let (seen, expected) = (format!("{column} (empty)"), "a value".to_owned());
                tested.failures.push(Failure::new(&codes::NOT_FILLED, vec![row], seen, expected));
            }
        }
        Ok(tested)
    }
}

/// Which cells hold something.
fn filled(cells: &Series) -> Result<Vec<bool>, StepError> {
    if cells.dtype() == &DataType::String {
        let written = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        return Ok(cells.str()?.iter().map(written).collect());
    }
    Ok(cells.is_not_null().iter().map(|there| there == Some(true)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    const TABLE: &str = "a | n:whole\nx | 1\ny |\n | 3\nz | 4";

    #[test]
    fn every_empty_cell_is_named() {
        assert_eq!(
            outcome(&Scene::new(TABLE).check("filled = [\"a\", \"n\"]")),
            "tested 8\n\
             failed T12 at t.xlsx ▸ S ▸ A4: a (empty) / a value\n\
             failed T12 at t.xlsx ▸ S ▸ A3: n (empty) / a value"
        );
    }

    #[test]
    fn a_fraction_may_be_empty() {
        assert_eq!(
            outcome(&Scene::new(TABLE).check("filled = \"a\"\nfraction = \"25%\"")),
            "tested 4\n\
             accepted T12 at t.xlsx ▸ S ▸ A4: a (empty) / a value (1 of 4 failed, within the fraction allowed)"
        );
        let failed = Scene::new(TABLE).check("filled = \"a\"\nfraction = \"24.9%\"");
        assert_eq!((failed.failures.len(), failed.accepted.len()), (1, 0));
        assert_eq!(
            Scene::new(TABLE).check_mistakes("filled = [\"a\", \"n\"]\nfraction = \"25%\""),
            "`fraction` is of one column: an empty one would hide behind full ones (make a check for each column)"
        );
    }
}
