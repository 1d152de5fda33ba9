//! `set`: a text is one of those listed, or a code of a code list. Compared letter for letter: a code that is
//! written in another case is another code.

use std::collections::BTreeSet;

use crate::finding::{Severity, checks as codes};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};
use crate::text::CodeList;

use super::super::columns::{expect_column, text};
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "set",
    example: "on = \"trade\"\nset = { column = \"flow\", of = [\"total\", \"export\", \"import\"] }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Set {
    column: Text,
    of: Vec<Text>,
    list: Option<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`set`", mistakes)?;
    let column = fields.required_text("column");
    let (of, list) = (fields.texts("of"), fields.text("codes"));
    if fields.has("of") == fields.has("codes") {
        mistakes.add(fields.span(), "`set` has `of` = [ … ] or `codes` = \"LIST\"");
    }
    fields.finish();
    Some(Box::new(Set { column: column?, of, list }))
}

impl Rule for Set {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        expect_column(&shape.schema, &self.column, &[ColumnType::Text], mistakes)?;
        let column = self.column.value.clone();
        let Some(list) = &self.list else {
            let of: BTreeSet<String> = self.of.iter().map(|text| text.value.clone()).collect();
            let written: Vec<&str> = self.of.iter().map(|text| text.value.as_str()).collect();
            let expected = format!("one of {}", written.join(", "));
            return Some(Box::new(Allowed { column, values: Values::Listed(of), expected }));
        };
        let Some(codes) = setting.shapes.lists.get(&list.value) else {
            let known = setting.shapes.lists.keys().map(String::as_str);
            mistakes.unknown(list.span.clone(), "code list", &list.value, known);
            return None;
        };
        let expected = format!("a code of {}", list.value);
        Some(Box::new(Allowed { column, values: Values::Codes(codes.clone()), expected }))
    }
}

#[derive(Debug)]
enum Values {
    Listed(BTreeSet<String>),
    Codes(CodeList),
}

#[derive(Debug)]
struct Allowed {
    column: String,
    values: Values,
    expected: String,
}

impl PlannedRule for Allowed {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let mut tested = Tested::default();
        for (row, value) in text(&table.frame, &self.column)?.iter().enumerate() {
            let Some(value) = value else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            let allowed = match &self.values {
                Values::Listed(values) => values.contains(value),
                Values::Codes(list) => list.label_of(value).is_some(),
            };
            if !allowed {
                let seen = format!("{} {value}", self.column);
                let failure = Failure::new(&codes::NOT_ALLOWED, vec![row], seen, self.expected.clone());
                tested.failures.push(failure);
            }
        }
        Ok(tested)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};
    use crate::text::{CodeEntry, CodeList, Label};

    const TABLE: &str = "flow | x\nexport |\nExport |\n | x";

    #[test]
    fn what_is_not_listed_fails_and_empty_is_untested() {
        assert_eq!(
            outcome(&Scene::new(TABLE).check("set = { column = \"flow\", of = [\"export\", \"import\"] }")),
            "tested 2, 1 not\nfailed T08 at t.xlsx ▸ S ▸ A3: flow Export / one of export, import"
        );
    }

    #[test]
    fn a_name_of_a_code_is_no_code() {
        let entry = CodeEntry {
            code: "RU".into(),
            label: Label::zh("俄罗斯"),
            aliases: Vec::new(),
            extent: crate::text::Extent::Itself,
        };
        let scene = Scene::new("area\nRU\n俄罗斯").with_list(CodeList::new("areas", vec![entry]).unwrap());
        assert_eq!(
            outcome(&scene.check("set = { column = \"area\", codes = \"areas\" }")),
            "tested 2\nfailed T08 at t.xlsx ▸ S ▸ A3: area 俄罗斯 / a code of areas"
        );
        let told = scene.check_mistakes("set = { column = \"area\", codes = \"area\" }");
        assert_eq!(told, "unknown code list `area` (did you mean `areas`? allowed: areas)");
    }

    #[test]
    fn there_is_one_list() {
        for rule in ["column = \"flow\"", "column = \"flow\", of = [\"a\"], codes = \"b\""] {
            let told = Scene::new(TABLE).check_mistakes(&format!("set = {{ {rule} }}"));
            assert!(told.starts_with("`set` has `of` = [ … ] or `codes` = \"LIST\""), "{told}");
        }
    }
}
