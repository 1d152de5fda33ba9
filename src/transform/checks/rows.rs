//! `rows`: a table has no fewer than `min` and no more than `max` rows, in all or in each group of `by`.
//!
//! Without `by` an empty table is tested too: none is a number of rows.

use crate::finding::{Severity, checks as codes};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::Table;

use super::super::columns::{described, expect_column};
use super::super::groups::Groups;
use super::super::{Shape, StepError, World};
use super::{ANY, CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "rows",
    example: "on = \"declarations\"\nrows = { min = 1, max = 100000 }",
    severity: Severity::Error,
    tests: Tests::Table,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Rows {
    min: usize,
    max: Option<usize>,
    by: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`rows`", mistakes)?;
    if !fields.has("min") && !fields.has("max") {
        mistakes.add(fields.span(), "`rows` needs `min`, `max` or both");
    }
    let (min, max) = (fields.integer("min"), fields.integer("max"));
    let by = fields.texts("by");
    let span = fields.span();
    fields.finish();
    let count = |number: i64| usize::try_from(number).ok();
    let limits = (min.map_or(Some(0), count), max.map_or(Some(None), |max| count(max).map(Some)));
    let (Some(min), Some(max)) = limits else {
        mistakes.add(span, "a number of rows is not below zero");
        return None;
    };
    if max.is_some_and(|max| max < min) {
        mistakes.add(span, "`min` is above `max`: no number of rows lies between");
    }
    Some(Box::new(Rows { min, max, by }))
}

impl Rule for Rows {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        for column in &self.by {
            expect_column(&shape.schema, column, &ANY, mistakes);
        }
        let by = self.by.iter().map(|column| column.value.clone()).collect();
        (mistakes.count() == before)
            .then(|| Box::new(Counted { min: self.min, max: self.max, by }) as Box<dyn PlannedRule>)
    }
}

#[derive(Debug)]
struct Counted {
    min: usize,
    max: Option<usize>,
    by: Vec<String>,
}

impl PlannedRule for Counted {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let groups = if self.by.is_empty() {
            vec![(0..table.frame.height()).collect()]
        } else {
            Groups::by(&table.frame, &self.by)?.rows()
        };
        let mut tested = Tested::default();
        for rows in groups {
            tested.count += 1;
            let count = rows.len();
            if count >= self.min && self.max.is_none_or(|max| count <= max) {
                continue;
            }
            let expected = match self.max {
                Some(max) if max == self.min => counted(max),
                Some(max) if self.min == 0 => format!("at most {}", counted(max)),
                Some(max) => format!("{} to {}", self.min, counted(max)),
                None => format!("at least {}", counted(self.min)),
            };
            let first = rows.first().copied();
            let group =
                first.filter(|_| !self.by.is_empty()).map(|row| described(&table.frame, &self.by, row));
            let seen = group.map_or(counted(count), |group| format!("{group}: {}", counted(count)));
            let rows = first.into_iter().collect();
            tested.failures.push(Failure::new(&codes::ROW_COUNT, rows, seen, expected));
        }
        Ok(tested)
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    #[track_caller]
    fn check(drawn: &str, rule: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(drawn).check(&format!("rows = {{ {rule} }}"))), expected);
    }

    #[test]
    fn a_table_has_a_number_of_rows() {
        check("a\nx\ny", "min = 1, max = 2", "tested 1");
        check("a\nx\ny", "max = 1", "tested 1\nfailed T13 at t.xlsx ▸ S ▸ A2: 2 rows / at most 1 row");
        check("a", "min = 1", "tested 1\nfailed T13 at : 0 rows / at least 1 row");
    }

    #[test]
    fn where_nothing_meets_the_condition_there_are_no_rows() {
        check("a\nx", "min = 1, where = \"a = 'y'\"", "tested 1\nfailed T13 at : 0 rows / at least 1 row");
    }

    #[test]
    fn a_group_has_a_number_of_rows() {
        let drawn = "year:whole | m\n2021 | 1\n2022 | 1\n2022 | 2";
        let expected = "tested 2\nfailed T13 at t.xlsx ▸ S ▸ A2: year 2021: 1 row / 2 rows";
        check(drawn, "min = 2, max = 2, by = [\"year\"]", expected);
        check("year:whole", "min = 2, by = [\"year\"]", "tested 0");
    }

    #[test]
    fn numbers_of_rows_are_possible_and_no_fraction_of_a_table_fails() {
        let scene = Scene::new("a\nx");
        for (rule, expected) in [
            ("rows = {}", "`rows` needs `min`, `max` or both"),
            ("rows = { min = -1 }", "a number of rows is not below zero"),
            ("rows = { min = 2, max = 1 }", "`min` is above `max`: no number of rows lies between"),
            (
                "rows = { min = 2 }\nfraction = \"1%\"",
                "`rows` tests the table as a whole, of which no fraction can fail",
            ),
        ] {
            assert_eq!(scene.check_mistakes(rule), expected);
        }
    }
}
