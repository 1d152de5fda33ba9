//! `sql`: a column from an SQL expression over the columns of the row. Its type is that of the expression.

use polars::prelude::*;

use crate::expr::{self, Expression};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::AddKind;

pub(super) const KIND: AddKind = AddKind {
    name: "sql",
    example: r#"{ name = "share", sql = "value_cny / value_cny_world" }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Sql {
    name: Text,
    sql: Text,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let sql = fields.required_text("sql")?;
    Some(Box::new(Sql { name, sql }))
}

impl Verb for Sql {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let expression = expr::parse(&self.sql, shapes.scope(&shape.schema), mistakes)?;
        if shape.key.contains(&self.name.value) {
            mistakes.add(
                self.name.span.clone(),
                format!("`{}` identifies the rows and cannot be replaced", self.name.value),
            );
            return None;
        }
        let mut shape = shape.clone();
        let planned = Computed { name: self.name.value.clone(), expression };
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Computed {
    name: String,
    expression: Expression,
}

impl Computed {
    fn declare(&self, schema: &mut Schema) {
        let column_type = self.expression.column_type;
        let role = match (schema.get(&self.name), column_type) {
            (Some(known), _) => known.role.clone(),
            (None, ColumnType::Money | ColumnType::Ratio | ColumnType::Rate) => ColumnRole::Measure,
            (None, _) => ColumnRole::Attribute,
        };
        schema.put(TableColumn { name: self.name.clone(), column_type, role });
    }
}

impl Planned for Computed {
    fn run(&self, mut table: Table, _: &World<'_>) -> Result<Table, StepError> {
        let column = self
            .expression
            .lower()
            .strict_cast(self.expression.column_type.data_type())
            .alias(self.name.as_str());
        table.frame = table.frame.lazy().with_column(column).collect()?;
        self.declare(&mut table.schema);
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    #[test]
    fn a_chapter_is_looked_up_in_the_sections() {
        let scene = Scene::new("hs_code\n0203110000\n7701000000\n\n0101210000 | x").with_parts(
            "sections",
            "I",
            &["01", "02"],
        );
        let toml = |list: &str| {
            format!(r#"add = {{ name = "s", sql = "lookup(substr(hs_code, 1, 2), '{list}')" }}"#)
        };
        let made = scene.apply(&toml("sections")).0.unwrap();
        assert_eq!(draw(&made, &["s"]), "I\n-\nI");
        assert!(scene.mistakes(&toml("chapter")).contains("unknown code list `chapter`"));
    }

    #[test]
    fn an_expression_gives_a_column_of_its_own_type() {
        let toml = r#"add = [
            { name = "share", sql = "v / w" },
            { name = "flow", sql = "'total'" },
            { name = "big", sql = "share > 0.3" },
        ]"#;
        let (made, _) = Scene::new("a | v:amount | w:amount\nx | 1 | 4\ny | 1 | 2\nz | 1 | 0").apply(toml);
        let drawn = draw(&made.unwrap(), &["share", "flow", "big"]);
        assert_eq!(drawn, "0.25 | total | false\n0.5 | total | true\n- | total | -");
    }

    #[test]
    fn a_mistake_stands_in_the_expression() {
        let said = Scene::new("a | v:amount\nx | 1").mistakes(r#"add = { name = "n", sql = "v / ww" }"#);
        assert!(said.contains("unknown column `ww`"), "{said}");
    }
}
