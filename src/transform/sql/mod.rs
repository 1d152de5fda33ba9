//! `sql`: a step that is one query over declared tables, for what no verb says. It may join, filter, choose,
//! count and number rows; figures pass through it as they are, because only verbs know what may be added or
//! divided. The rows come out in a total order, so that the same input gives the same bytes.

mod guard;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use polars::sql::SQLContext;

use super::{Shape, Shapes, StepError, World, table_of};
use crate::spec::{Mistakes, Node, NodeKind, Text};
use crate::table::{
    Column as TableColumn, ColumnRole, ColumnType, MONEY, ORIGIN_COLUMN, RATE, Schema, Table,
};

/// `sql = "…"` as written.
#[derive(Debug)]
pub(super) struct Query {
    text: Text,
    tables: Vec<Text>,
}

impl Query {
    pub(super) fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let NodeKind::Text(text) = &node.kind else {
            mistakes.add(
                node.span.clone(),
                format!("`sql` is a query in quotes, but it is {}", node.kind.word()),
            );
            return None;
        };
        let tables = guard::tables(text, mistakes)?;
        Some(Self { text: text.clone(), tables })
    }

    /// The tables it reads.
    pub(super) fn of(&self) -> &[Text] {
        &self.tables
    }

    pub(super) fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, QueryPlan)> {
        let mut known = BTreeMap::new();
        for table in &self.tables {
            known.insert(table.value.clone(), shapes.tables.get(&table.value)?.clone());
        }
        let schemas: Vec<&Schema> = known.values().map(|shape| &shape.schema).collect();
        guard::figures_pass_through(&self.text, &schemas, mistakes)?;
        // What the engine makes of empty tables is what it will make of full ones.
        let empty = known
            .iter()
            .map(|(name, shape)| (name.as_str(), DataFrame::empty_with_schema(&shape.schema.frame_schema())));
        let made = run(&self.text.value, empty).map_err(|error| {
            mistakes.add(self.text.span.clone(), format!("the query cannot be made: {}", first_line(&error)));
        });
        let schema = self.schema(made.ok()?.schema(), &schemas, mistakes)?;
        let sample = known.values().any(|shape| shape.sample);
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, lists) in known.values().flat_map(|shape| &shape.codes) {
            codes.entry(name.clone()).or_default().extend(lists.iter().cloned());
        }
        let shape = Shape { schema: schema.clone(), key: Vec::new(), codes, sample };
        let tables = self.tables.iter().map(|table| table.value.clone()).collect();
        Some((shape, QueryPlan { text: self.text.value.clone(), tables, schema, sample }))
    }

    /// The meaning of the result's columns: that of the input column of the same name and type, else by type.
    fn schema(
        &self,
        made: &polars::prelude::Schema,
        inputs: &[&Schema],
        mistakes: &Mistakes,
    ) -> Option<Schema> {
        let before = mistakes.count();
        let mut schema = Schema::default();
        for (name, data_type) in made.iter().filter(|(name, _)| !is_second_origin(name)) {
            let Some(column_type) = column_type(data_type) else {
                let message =
                    format!("the column `{name}` of the query is {data_type}, which no table holds");
                mistakes.add(self.text.span.clone(), message);
                continue;
            };
            let same = inputs
                .iter()
                .filter_map(|input| input.get(name))
                .find(|column| column.column_type == column_type);
            let role = match column_type {
                ColumnType::Money | ColumnType::Ratio | ColumnType::Rate => ColumnRole::Measure,
                _ => ColumnRole::Attribute,
            };
            let column = TableColumn { name: name.to_string(), column_type, role };
            schema.put(same.map_or(column, |same| (*same).clone()));
        }
        // A companion whose measure was not chosen is a plain column.
        let measures: Vec<String> = schema.names().map(str::to_owned).collect();
        let orphans: Vec<TableColumn> = schema
            .columns()
            .iter()
            .filter(|column| match &column.role {
                ColumnRole::Companion(_, of) | ColumnRole::Share { of, .. } => !measures.contains(of),
                _ => false,
            })
            .map(|column| TableColumn { role: ColumnRole::Attribute, ..column.clone() })
            .collect();
        for orphan in orphans {
            schema.put(orphan);
        }
        (mistakes.count() == before).then_some(schema)
    }
}

/// Whether it is the origin of a further table of a join; the first one's stands for the row.
fn is_second_origin(name: &str) -> bool {
    name.starts_with(ORIGIN_COLUMN) && name != ORIGIN_COLUMN
}

fn column_type(data_type: &DataType) -> Option<ColumnType> {
    Some(match data_type {
        DataType::String | DataType::Null => ColumnType::Text,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Date => ColumnType::Date,
        DataType::Float64 => ColumnType::Ratio,
        of if *of == MONEY => ColumnType::Money,
        of if *of == RATE => ColumnType::Rate,
        of if of.is_integer() => ColumnType::Integer,
        _ => return None,
    })
}

fn first_line(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn run<'a>(query: &str, tables: impl Iterator<Item = (&'a str, DataFrame)>) -> PolarsResult<DataFrame> {
    let mut context = SQLContext::new();
    for (name, frame) in tables {
        context.register(name, frame.lazy());
    }
    context.execute(query)?.collect()
}

/// A query whose tables and types are known.
#[derive(Debug)]
pub(super) struct QueryPlan {
    text: String,
    tables: Vec<String>,
    schema: Schema,
    sample: bool,
}

impl QueryPlan {
    pub(super) fn run(&self, world: &World<'_>) -> Result<Table, StepError> {
        let mut frames = Vec::new();
        for name in &self.tables {
            frames.push((name.as_str(), table_of(world, name)?.frame.clone()));
        }
        let made = run(&self.text, frames.into_iter())?;
        let mut columns = Vec::new();
        for column in self.schema.columns() {
            let of = made.column(&column.name)?;
            let wanted = if column.role == ColumnRole::Origin {
                DataType::UInt32
            } else {
                column.column_type.data_type()
            };
            columns.push(of.strict_cast(&wanted)?);
        }
        let frame = DataFrame::new(made.height(), columns)?;
        let by: Vec<&str> = self.schema.names().collect();
        let options = SortMultipleOptions::default().with_nulls_last(true).with_maintain_order(true);
        let frame = if by.is_empty() { frame } else { frame.sort(by, options)? };
        Ok(Table { name: String::new(), schema: self.schema.clone(), frame, sample: self.sample })
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, said, table};
    use super::*;
    use crate::spec::parse;

    fn scene() -> Scene {
        let mut areas = table("area | name\nRU | 俄罗斯\nBY | 白俄罗斯");
        areas.name = "areas.list".into();
        Scene::new("area | year:whole | v:amount | v_status | share:ratio\nBY | 2021 | 40 | A | 0.4\nRU | 2021 | 60.5 | F | 0.6")
            .with_table(areas)
    }

    fn planned(query: &str) -> (Option<(Shape, QueryPlan)>, String) {
        let mistakes = Mistakes::default();
        let node = parse(&format!("sql = '''{query}'''"), &mistakes);
        let NodeKind::Table(entries) = &node.kind else { panic!("no table") };
        let query = Query::read(&entries[0].value, &mistakes);
        let plan = query.and_then(|query| query.plan(&scene().shapes(), &mistakes));
        (plan, said(mistakes))
    }

    #[track_caller]
    fn check(query: &str, columns: &[&str], expected: &str) {
        let (plan, told) = planned(query);
        assert_eq!(told, "");
        let scene = scene();
        assert_eq!(draw(&plan.unwrap().1.run(&scene.world()).unwrap(), columns), expected);
    }

    #[track_caller]
    fn refused(query: &str, expected: &str) {
        let (plan, told) = planned(query);
        assert!(plan.is_none() && told.contains(expected), "{told}");
    }

    #[test]
    fn rows_are_joined_filtered_and_numbered_and_come_in_order() {
        check(
            "SELECT t.area, n.name, t.v FROM t JOIN \"areas.list\" AS n ON t.area = n.area",
            &["area", "name", "v"],
            "BY | 白俄罗斯 | 40\nRU | 俄罗斯 | 60.5",
        );
        check("WITH big AS (SELECT * FROM t WHERE v > 50) SELECT area FROM big", &["area"], "RU");
        check("SELECT year, COUNT(*) AS n FROM t GROUP BY year", &["year", "n"], "2021 | 2");
        check(
            "SELECT area, CASE WHEN v_status = 'F' THEN 'plan' ELSE 'fact' END AS kind FROM t",
            &["area", "kind"],
            "BY | fact\nRU | plan",
        );
    }

    #[test]
    fn a_column_keeps_its_meaning_and_a_row_its_origin() {
        let (plan, _) = planned("SELECT * FROM t");
        let (shape, _) = plan.unwrap();
        assert_eq!(shape.schema, scene().shapes().tables["t"].schema);
        let (plan, _) = planned("SELECT v_status, area FROM t");
        assert_eq!(plan.unwrap().0.schema.get("v_status").unwrap().role, ColumnRole::Attribute);
    }

    #[test]
    fn figures_are_not_computed_with() {
        let told = "belongs into a verb";
        refused("SELECT v * 2 AS w FROM t", told);
        refused("SELECT SUM(v) AS w FROM t", told);
        refused("SELECT area, AVG(t.share) AS w FROM t GROUP BY area", told);
        refused("SELECT -v AS w FROM t", told);
        refused("SELECT CAST(v AS DOUBLE) AS w FROM t", told);
        refused("SELECT area FROM t WHERE v / 2 > 1", told);
        check(
            "SELECT area, COALESCE(v, v) AS w FROM t WHERE v BETWEEN 50 AND 70",
            &["area", "w"],
            "RU | 60.5",
        );
    }

    /// The engine gives an empty figure rank 1, and knows neither bounds nor units.
    #[test]
    fn figures_are_not_ranked_and_not_mixed() {
        let told = "the order of rows by `v` belongs into a verb";
        refused("SELECT area, RANK() OVER (ORDER BY v DESC) AS r FROM t", told);
        refused("SELECT area, ROW_NUMBER() OVER (PARTITION BY year ORDER BY t.v) AS r FROM t", told);
        let told = "may hold figures of two units";
        refused("SELECT a.area, COALESCE(a.v, b.v) AS w FROM t AS a JOIN t AS b ON a.area = b.area", told);
        refused(
            "SELECT CASE WHEN a.year = 1 THEN a.v ELSE b.v END AS w FROM t AS a JOIN t AS b ON a.area = b.area",
            told,
        );
        check(
            "SELECT area, ROW_NUMBER() OVER (ORDER BY area) AS n, CASE WHEN year = 2021 THEN v END AS w FROM t",
            &["area", "n", "w"],
            "BY | 1 | 40\nRU | 2 | 60.5",
        );
    }

    #[test]
    fn only_one_query_over_declared_tables() {
        refused("DROP TABLE t", "only a query");
        refused("SELECT 1; SELECT 2", "expected the end of the query");
        refused("SELECT * FROM read_csv('a.csv')", "no functions that make tables");
        refused("SELECT * FROM 'a.csv'", "");
        refused("SELECT area FROM t LIMIT 1", "which rows come first");
        refused("SELECT area FROM t ORDER BY area", "in a total order of their own");
        refused("SELECT * FROM other.t", "a table has one name");
        refused("SELECT nothing FROM t", "the query cannot be made");
        refused("SELECT area FROM t WHERE", "ends too early");
    }
}
