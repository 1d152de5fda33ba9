//! `pattern`: a text is written as a pattern says: `*` stands for anything, `/…/` is a regular expression
//! (with `^` and `$` where the whole text is meant). Width and case do not count, as everywhere in patterns.

use crate::finding::{Severity, checks as codes};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};
use crate::text::Pattern;

use super::super::columns::{expect_column, text};
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "pattern",
    example: "on = \"declarations\"\npattern = { column = \"hs_code\", match = '/^\\d{10}$/' }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Written {
    column: Text,
    pattern: Pattern,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`pattern`", mistakes)?;
    let (column, pattern) = (fields.required_text("column"), fields.required_text("match"));
    fields.finish();
    let written = pattern?;
    match Pattern::new(&written.value) {
        Ok(pattern) => Some(Box::new(Written { column: column?, pattern })),
        Err(error) => {
            mistakes.add(written.span, error.to_string());
            None
        }
    }
}

impl Rule for Written {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        expect_column(&shape.schema, &self.column, &[ColumnType::Text], mistakes)?;
        Some(Box::new(AsWritten { column: self.column.value.clone(), pattern: self.pattern.clone() }))
    }
}

#[derive(Debug)]
struct AsWritten {
    column: String,
    pattern: Pattern,
}

impl PlannedRule for AsWritten {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let mut tested = Tested::default();
        for (row, value) in text(&table.frame, &self.column)?.iter().enumerate() {
            let Some(value) = value else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            if !self.pattern.matches(value) {
                let seen = format!("{} {value}", self.column);
                let expected = self.pattern.written().to_owned();
                tested.failures.push(Failure::new(&codes::PATTERN_BROKEN, vec![row], seen, expected));
            }
        }
        Ok(tested)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    #[test]
    fn a_lost_leading_zero_is_found() {
        assert_eq!(
            outcome(
                &Scene::new("hs | x\n0702100000 |\n702100000 |\n | x\n07021000001 |")
                    .check("pattern = { column = \"hs\", match = '/^\\d{10}$/' }")
            ),
            "tested 3, 1 not\n\
             failed T11 at t.xlsx ▸ S ▸ A3: hs 702100000 / /^\\d{10}$/\n\
             failed T11 at t.xlsx ▸ S ▸ A5: hs 07021000001 / /^\\d{10}$/"
        );
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_a_mistake() {
        let told = Scene::new("hs\n1").check_mistakes("pattern = { column = \"hs\", match = '/(/' }");
        assert!(told.starts_with("the regular expression /(/ cannot be read"), "{told}");
    }
}
