//! `filter`: keeps the rows for which an SQL condition is true; null is not true.

use polars::prelude::IntoLazy;

use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, Wanted, World};
use crate::expr::{self, Expression, Scope};
use crate::spec::{Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Table};

pub(super) const KIND: VerbKind =
    VerbKind { name: "filter", example: r#"filter = "freq = 'A' AND counterpart_area = 'RU'""#, read };

#[derive(Debug)]
struct Filter {
    condition: Text,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let NodeKind::Text(condition) = &node.kind else {
        mistakes.add_with_help(
            node.span.clone(),
            format!("`filter` is {}", node.kind.word()),
            "expected an SQL condition in quotes",
        );
        return None;
    };
    Some(Box::new(Filter { condition: condition.clone() }))
}

impl Verb for Filter {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let condition = condition(&self.condition, shapes.scope(&shape.schema), mistakes)?;
        Some((shape.clone(), Box::new(Filtered { condition })))
    }
}

/// An expression that must be true or false.
pub(super) fn condition(text: &Text, scope: Scope<'_>, mistakes: &Mistakes) -> Option<Expression> {
    let condition = expr::parse(text, scope, mistakes)?;
    if condition.column_type == ColumnType::Boolean {
        return Some(condition);
    }
    let message = format!("this is {}, not a condition", condition.column_type.word());
    mistakes.add_with_help(text.span.clone(), message, "compare it with something, as in `year = 2021`");
    None
}

#[derive(Debug)]
struct Filtered {
    condition: Expression,
}

impl Planned for Filtered {
    fn narrow(&mut self, wanted: &Wanted) -> Wanted {
        wanted.and(self.condition.columns())
    }

    fn run(&self, mut table: Table, _: &World<'_>) -> Result<Table, StepError> {
        table.frame = table.frame.lazy().filter(self.condition.lower()).collect()?;
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw};

    const TABLE: &str = "area | n:whole\nRU | 1\nBY | 2\n | 3";

    #[test]
    fn rows_are_kept_where_the_condition_is_true() {
        let (table, _) = Scene::new(TABLE).apply(r#"filter = "area = 'RU' OR n = 3""#);
        assert_eq!(draw(&table.unwrap(), &["area", "n"]), "RU | 1\n- | 3");
    }

    #[test]
    fn null_is_not_true() {
        let (table, _) = Scene::new(TABLE).apply(r#"filter = "area <> 'RU'""#);
        assert_eq!(draw(&table.unwrap(), &["area"]), "BY");
    }

    #[test]
    fn a_condition_may_look_up_code_lists() {
        let scene = Scene::new(TABLE).with_parts("regions", "EAST", &["RU"]);
        let (table, _) = scene.apply(r#"filter = "lookup(area, 'regions') = 'EAST'""#);
        assert_eq!(draw(&table.unwrap(), &["area", "n"]), "RU | 1");
        let told = scene.mistakes(r#"filter = "lookup(area, 'region') = 'EAST'""#);
        assert!(told.contains("did you mean `regions`?"), "{told}");
    }

    #[test]
    fn what_is_no_condition_is_a_mistake() {
        let told = Scene::new(TABLE).mistakes(r#"filter = "n + 1""#);
        assert_eq!(
            told,
            "this is whole number, not a condition (compare it with something, as in `year = 2021`)"
        );
    }
}
