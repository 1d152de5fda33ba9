//! `holds`: an SQL condition is true in every row. Where it is null, nothing is known and nothing is tested.
//!
//! Rows in which a measure of the condition is a bound or a forecast are left untested too, unless
//! `include` says that the condition means something of them (contracts of *more than* 170 bn exceed 122 bn).

use std::collections::BTreeSet;

use crate::expr::Expression;
use crate::finding::{Severity, checks as codes};
use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{Companion, Schema, Table};

use super::super::columns::{shown, text_if_any};
use super::super::{Shape, StepError, World};
use super::plan::{condition_of, truths};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "holds",
    example: "on = \"compared\"\nholds = { condition = \"contracts_cny / trade_cny <= 1\", include = [\"bounds\"] }\nshow = [\"contracts_cny / trade_cny as times\"]",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

/// Figures that are left untested unless included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Included {
    Bounds,
    Forecasts,
}

const INCLUDED: [(&str, Included); 2] = [("bounds", Included::Bounds), ("forecasts", Included::Forecasts)];

#[derive(Debug)]
struct Holds {
    condition: Text,
    include: BTreeSet<Included>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    if let NodeKind::Text(condition) = &node.kind {
        return Some(Box::new(Holds { condition: condition.clone(), include: BTreeSet::new() }));
    }
    let mut fields = Fields::open(node, "`holds`", mistakes)?;
    let condition = fields.required_text("condition");
    let mut include = BTreeSet::new();
    for word in fields.texts("include") {
        match INCLUDED.iter().find(|(known, _)| *known == word.value) {
            Some((_, included)) => {
                include.insert(*included);
            }
            None => {
                let known = INCLUDED.iter().map(|(known, _)| *known);
                mistakes.unknown(word.span, "value of `include`", &word.value, known);
            }
        }
    }
    fields.finish();
    Some(Box::new(Holds { condition: condition?, include }))
}

impl Rule for Holds {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let scope = setting.shapes.scope(&shape.schema);
        let condition = condition_of(&self.condition, scope, mistakes)?;
        let columns: Vec<String> = condition.columns().into_iter().collect();
        let marks = |companion: Companion| -> Vec<String> {
            let names = columns.iter().map(|column| companion.of(column));
            names.filter(|name| shape.schema.has(name)).collect()
        };
        let unless = |included, companion| {
            if self.include.contains(&included) { Vec::new() } else { marks(companion) }
        };
        Some(Box::new(Held {
            written: self.condition.value.clone(),
            bounds: unless(Included::Bounds, Companion::Bound),
            forecasts: unless(Included::Forecasts, Companion::Status),
            named: columns.iter().map(|column| Named::of(column, &shape.schema)).collect(),
            condition,
        }))
    }
}

/// A column as messages show it, with the sign of its bound.
#[derive(Debug)]
struct Named {
    column: String,
    bound: Option<String>,
}

impl Named {
    fn of(column: &str, schema: &Schema) -> Self {
        let bound = Companion::Bound.of(column);
        Self { column: column.to_owned(), bound: schema.has(&bound).then_some(bound) }
    }

    fn shown(&self, table: &Table, row: usize) -> String {
        let sign = self.bound.as_ref().map(|bound| shown(&table.frame, bound, row));
        let sign = sign.filter(|sign| sign != "(empty)").unwrap_or_default();
        format!("{} {sign}{}", self.column, shown(&table.frame, &self.column, row))
    }
}

#[derive(Debug)]
struct Held {
    written: String,
    condition: Expression,
    /// `_bound` columns whose rows are not tested.
    bounds: Vec<String>,
    /// `_status` columns whose forecasts are not tested.
    forecasts: Vec<String>,
    named: Vec<Named>,
}

impl PlannedRule for Held {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let mut testable = vec![true; frame.height()];
        for column in &self.bounds {
            for (row, bound) in text_if_any(frame, Some(column))?.iter().enumerate() {
                clear(&mut testable, row, bound.is_some());
            }
        }
        for column in &self.forecasts {
            for (row, status) in text_if_any(frame, Some(column))?.iter().enumerate() {
                clear(&mut testable, row, status.as_deref() == Some("F"));
            }
        }
        let mut tested = Tested::default();
        for (row, (met, testable)) in truths(&self.condition, frame)?.into_iter().zip(testable).enumerate() {
            let Some(met) = met.filter(|_| testable) else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            if !met {
                let seen: Vec<String> = self.named.iter().map(|named| named.shown(table, row)).collect();
                let (seen, expected) = (seen.join(", "), self.written.clone());
                tested.failures.push(Failure::new(&codes::CONDITION_BROKEN, vec![row], seen, expected));
            }
        }
        Ok(tested)
    }
}

fn clear(testable: &mut [bool], row: usize, not: bool) {
    if let Some(testable) = testable.get_mut(row).filter(|_| not) {
        *testable = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    /// 170 / 122 = 1.39344262295…
    const TABLE: &str = "id | c:amount | c_bound | c_status | t:amount\n\
        a | 170 | > | | 122\nb | 1 | | | 2\nc | 9 | | F | 2\nd | | | | 2\ne | 9 | | | 0\nf | 3 | | | 2";

    #[test]
    fn null_bounds_and_forecasts_are_counted_apart() {
        assert_eq!(
            outcome(&Scene::new(TABLE).check("holds = \"c / t <= 1\"\nshow = [\"id\", \"c / t as times\"]")),
            "tested 2, 4 not\n\
             failed T09 at t.xlsx ▸ S ▸ A7: c 3, t 2; id f, times 1.5 / c / t <= 1"
        );
    }

    #[test]
    fn what_is_included_is_tested_and_shows_its_sign() {
        let rule = "holds = { condition = \"c / t <= 1\", include = [\"bounds\"], where = \"id = 'a'\" }\n\
                    show = [\"c / t as times\"]";
        assert_eq!(
            outcome(&Scene::new(TABLE).check(rule)),
            "tested 1\n\
             failed T09 at t.xlsx ▸ S ▸ A2: c >170, t 122; times 1.393442622951 / c / t <= 1"
        );
    }

    #[test]
    fn conditions_of_no_column_or_no_rows_are_tested_for_what_there_is() {
        let scene = Scene::new(TABLE);
        assert_eq!(outcome(&scene.check("holds = \"1 = 1\"")), "tested 6");
        assert_eq!(outcome(&scene.check("holds = \"t >= 0\"\nwhere = \"id = 'z'\"")), "tested 0");
        assert_eq!(outcome(&Scene::new("t:amount").check("holds = \"t >= 0\"")), "tested 0");
        assert_eq!(outcome(&Scene::new("t:amount\n1").check("holds = \"1 = 2\"")).lines().count(), 2);
    }

    #[test]
    fn conditions_and_what_is_shown_may_look_up_code_lists() {
        let scene =
            Scene::new("area | v:amount\nRU | 1\nMN | 2\nXX | 3").with_parts("eaeu", "EAEU", &["RU", "BY"]);
        let rule = "holds = \"lookup(area, 'eaeu') = 'EAEU'\"\nwhere = \"lookup(area, 'eaeu') IS NOT NULL OR v > 2\"\nshow = [\"lookup(area, 'eaeu') as union\"]";
        let accept =
            format!("{rule}\naccept = [{{ where = \"lookup(area, 'eaeu') = 'X'\", reason = \"r\" }}]");
        for rule in [rule, &accept] {
            assert_eq!(outcome(&scene.check(rule)), "tested 1, 1 not");
        }
    }

    #[test]
    fn mistakes_are_placed() {
        let scene = Scene::new(TABLE);
        assert_eq!(
            scene.check_mistakes("holds = \"c + t\""),
            "a condition is true or false, but this is amount"
        );
        let told = scene.check_mistakes("holds = { condition = \"c = 1\", include = [\"bound\"] }");
        assert!(told.contains("unknown value of `include` `bound` (did you mean `bounds`?"), "{told}");
    }
}
