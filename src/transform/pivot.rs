//! `pivot`: rows become columns. Of all rows that agree in `rows`, each member of `columns` gives one column
//! `value.member`, with the companions of its value; what no row has is empty.
//!
//! The members are declared, so that the columns are known without data; a member that is not declared is
//! refused, not dropped. Two rows for one cell are refused, and so are cells of two units or currencies in a
//! row: those of the row stay beside it.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::columns::{BESIDE, expect_column, place, series, shown, text_if_any};
use super::groups::{Groups, demand_unique};
use super::measured::Measured;
use super::{Planned, RefusedFigures, Shape, Shapes, StepError, Verb, VerbKind, World};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

pub(super) const KIND: VerbKind = VerbKind {
    name: "pivot",
    example: r#"pivot = { rows = ["time_period"], columns = "flow", members = ["export", "import"], values = ["obs_value"] }"#,
    read,
};

#[derive(Debug)]
struct Pivot {
    rows: Vec<Text>,
    columns: Text,
    members: Vec<Text>,
    values: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "`pivot`", mistakes)?;
    let rows = fields.texts("rows");
    let columns = fields.required_text("columns");
    fields.required("members");
    let members = fields.texts("members");
    fields.required("values");
    let values = fields.texts("values");
    fields.finish();
    if members.is_empty() || values.is_empty() {
        return None;
    }
    Some(Box::new(Pivot { rows, columns: columns?, members, values }))
}

impl Verb for Pivot {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        use ColumnType::{Boolean, Date, Integer, Money, Rate, Ratio, Text};
        let before = mistakes.count();
        let schema = &shape.schema;
        for name in &self.rows {
            expect_column(schema, name, &[Text, Integer, Date, Boolean], mistakes);
        }
        expect_column(schema, &self.columns, &[Text, Integer], mistakes);
        for name in &self.values {
            expect_column(schema, name, &[Money, Integer, Ratio, Rate, Date, Text], mistakes);
        }
        let named = self.rows.iter().chain([&self.columns]).chain(&self.values);
        for list in [named.collect::<Vec<_>>(), self.members.iter().collect()] {
            for (at, name) in list.iter().enumerate() {
                if list.iter().take(at).any(|earlier| earlier.value == name.value) {
                    mistakes.add(name.span.clone(), format!("`{}` stands twice in `pivot`", name.value));
                }
            }
        }
        if mistakes.count() > before {
            return None;
        }
        let texts = |names: &[crate::spec::Text]| -> Vec<String> {
            names.iter().map(|name| name.value.clone()).collect()
        };
        let planned = Pivoted {
            rows: texts(&self.rows),
            columns: self.columns.value.clone(),
            members: texts(&self.members),
            values: self.values.iter().map(|name| Measured::of(schema, &name.value)).collect(),
            before: schema.clone(),
        };
        let mut codes = shape.codes.clone();
        codes.retain(|column, _| planned.rows.contains(column));
        let key = planned.rows.clone();
        Some((Shape { schema: planned.schema(), key, codes, sample: shape.sample }, Box::new(planned)))
    }
}

/// A column of the new table.
struct Made {
    column: TableColumn,
    /// The column of the old table it is taken from.
    from: String,
    /// The member whose rows it is taken from; nothing for what is one in the whole row.
    member: Option<usize>,
}

#[derive(Debug)]
struct Pivoted {
    rows: Vec<String>,
    columns: String,
    members: Vec<String>,
    values: Vec<Measured>,
    before: Schema,
}

impl Pivoted {
    /// The unit columns that stay beside the row.
    fn units(&self) -> Vec<String> {
        let mut units: Vec<String> = self.values.iter().flat_map(|value| value.units.clone()).collect();
        units.sort();
        units.dedup();
        units.retain(|unit| !self.rows.contains(unit) && *unit != self.columns);
        units
    }

    fn made(&self) -> Vec<Made> {
        let whole = self.rows.iter().chain(&self.units()).cloned().collect::<Vec<_>>();
        let mut made: Vec<Made> = whole
            .into_iter()
            .filter_map(|name| {
                Some(Made { column: self.before.get(&name)?.clone(), from: name, member: None })
            })
            .collect();
        for value in &self.values {
            for (at, member) in self.members.iter().enumerate() {
                let name = format!("{}.{member}", value.name);
                for column in self.going_along(&value.name) {
                    let suffix = column.name.strip_prefix(value.name.as_str()).unwrap_or_default();
                    let role = match &column.role {
                        ColumnRole::Companion(companion, _) => {
                            ColumnRole::Companion(*companion, name.clone())
                        }
                        ColumnRole::Share { .. } => ColumnRole::Measure,
                        role => role.clone(),
                    };
                    let new = TableColumn {
                        name: format!("{name}{suffix}"),
                        column_type: column.column_type,
                        role,
                    };
                    made.push(Made { column: new, from: column.name.clone(), member: Some(at) });
                }
            }
        }
        made
    }

    /// A value, its companions, its rate, its note and whether it is partial.
    fn going_along<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a TableColumn> {
        let said = BESIDE.into_iter().filter_map(move |end| self.before.get(&format!("{value}{end}")));
        let companions = self.before.companions_of(value).map(|(_, column)| column);
        self.before.get(value).into_iter().chain(companions).chain(said)
    }

    fn schema(&self) -> Schema {
        Schema::new(self.made().into_iter().map(|made| made.column))
    }
}

impl Planned for Pivoted {
    fn run(&self, table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let mut key = self.rows.clone();
        key.push(self.columns.clone());
        demand_unique(&table, &key, "`pivot`", world)?;
        let groups = Groups::by(&table.frame, &self.rows)?;
        let order = groups.in_order(&table.frame, &self.rows)?;
        let rows = groups.rows();
        let rows: Vec<&Vec<usize>> = order.iter().filter_map(|group| rows.get(*group)).collect();
        let cells = self.cells(&table, world)?;
        let mut columns = Vec::new();
        for made in self.made() {
            let taken = rows.iter().map(|rows| {
                let row = match made.member {
                    Some(member) => rows.iter().find(|row| cells.get(row) == Some(&member)),
                    None => rows.first(),
                };
                row.and_then(|row| IdxSize::try_from(*row).ok())
            });
            let taken = IdxCa::from_iter_options("rows".into(), taken);
            let column = if self.units().contains(&made.from) {
                self.unit(&table, &made.from, &rows, world)?
            } else {
                series(&table.frame, &made.from)?.take(&taken)?
            };
            columns.push(column.with_name(made.column.name.as_str().into()).into_column());
        }
        let frame = DataFrame::new(rows.len(), columns)?;
        Ok(Table { frame, schema: self.schema(), ..table })
    }
}

impl Pivoted {
    /// The member of every row.
    fn cells(&self, table: &Table, world: &World<'_>) -> Result<BTreeMap<usize, usize>, StepError> {
        let mut cells = BTreeMap::new();
        for row in 0..table.frame.height() {
            let here = shown(&table.frame, &self.columns, row);
            let Some(member) = self.members.iter().position(|member| *member == here) else {
                let what = format!("a pivot of `{}`", self.columns);
                let why = format!("`{here}` is not among its `members`; add it, or filter its rows out");
                return Err(RefusedFigures { what, why, place: place(table, world, row) }.into());
            };
            cells.insert(row, member);
        }
        Ok(cells)
    }

    /// The one unit of every row's figures.
    fn unit(
        &self,
        table: &Table,
        unit: &str,
        rows: &[&Vec<usize>],
        world: &World<'_>,
    ) -> Result<Series, StepError> {
        let units = text_if_any(&table.frame, Some(unit))?;
        let mut one: Vec<Option<&str>> = Vec::with_capacity(rows.len());
        for rows in rows {
            let mut known: Option<Option<&str>> = None;
            for value in self.values.iter().filter(|value| value.units.iter().any(|name| name == unit)) {
                let there = series(&table.frame, &value.name)?.is_not_null();
                for row in rows.iter().filter(|row| there.get(**row) == Some(true)) {
                    let here = units.get(*row).and_then(Option::as_deref);
                    if known.is_some_and(|known| known != here) {
                        let or_none = |unit: Option<&str>| unit.unwrap_or("none").to_owned();
                        let (first, here) = (or_none(known.flatten()), or_none(here));
                        return Err(RefusedFigures {
                            what: format!("a row of `pivot` with `{}`", value.name),
                            why: format!("its `{unit}` is {first} in one cell and {here} in another"),
                            place: place(table, world, *row),
                        }
                        .into());
                    }
                    known = Some(here);
                }
            }
            one.push(known.flatten());
        }
        Ok(StringChunked::from_iter_options(unit.into(), one.into_iter()).into_series())
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw};

    const FLOWS: &str = r#"pivot = { rows = ["time_period"], columns = "flow", members = ["export", "import"], values = ["v"] }"#;
    const DRAWN: &str = "time_period | flow | currency | v:amount | v_status | v_bound | v_note\n\
        2022 | import | CNY | 5 | A | > |\n2021 | export | CNY | 1 | A | |\n2022 | export | CNY | 3 | P | | revised\n\
        2021 | import | CNY | | O | |";

    #[test]
    fn rows_become_columns_with_their_companions() {
        let made = Scene::new(DRAWN).apply(FLOWS).0.unwrap();
        let names: Vec<&str> = made.schema.names().collect();
        assert_eq!(
            names,
            [
                "time_period",
                "currency",
                "v.export",
                "v.export_status",
                "v.export_bound",
                "v.export_note",
                "v.import",
                "v.import_status",
                "v.import_bound",
                "v.import_note",
            ]
        );
        assert_eq!(
            draw(
                &made,
                &[
                    "time_period",
                    "currency",
                    "v.export",
                    "v.export_status",
                    "v.export_note",
                    "v.import",
                    "v.import_status",
                    "v.import_bound"
                ]
            ),
            "2021 | CNY | 1 | A | - | - | O | -\n2022 | CNY | 3 | P | revised | 5 | A | >"
        );
    }

    #[test]
    fn a_balance_and_a_coverage_are_expressions_over_the_new_columns() {
        let made = Scene::new("t | flow | v_cny:amount\nx | export | 3\nx | import | 4\ny | import | 4")
            .apply(&FLOWS.replace("time_period", "t").replace("[\"v\"]", "[\"v_cny\"]"))
            .0
            .unwrap();
        let toml = r#"add = [ { name = "balance_cny", sql = "v_cny.export - v_cny.import" }, { name = "coverage", sql = "v_cny.export / v_cny.import" } ]"#;
        let made = Scene::of(made).apply(toml).0.unwrap();
        assert_eq!(draw(&made, &["t", "balance_cny", "coverage"]), "x | -1 | 0.75\ny | - | -");
    }

    #[track_caller]
    fn refused(drawn: &str, expected: &str) {
        let said = Scene::new(drawn).apply(FLOWS).0.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn two_rows_for_a_cell_other_members_and_two_currencies_are_refused() {
        refused(
            "time_period | flow | v:amount\n2021 | export | 1\n2021 | export | 2",
            "2 rows have time_period 2021, flow export (first at t.xlsx ▸ S ▸ A2)",
        );
        refused("time_period | flow | v:amount\n2021 | total | 1", "`total` is not among its `members`");
        refused(
            "time_period | flow | currency | v:amount\n2021 | export | CNY | 1\n2021 | import | USD | 2",
            "its `currency` is CNY in one cell and USD in another",
        );
    }

    #[test]
    fn mistakes_are_told_without_data() {
        let said = Scene::new(DRAWN).mistakes(
            r#"pivot = { rows = ["time_perio"], columns = "v", members = ["a", "a"], values = ["v"] }"#,
        );
        assert!(said.contains("unknown column `time_perio` (did you mean `time_period`?"), "{said}");
        assert!(said.contains("`v` is amount"), "{said}");
        assert!(said.contains("`a` stands twice in `pivot`"), "{said}");
    }
}
