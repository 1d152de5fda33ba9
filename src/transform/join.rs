//! `join`: columns of another table, by equal keys. How many rows may meet how many is declared and
//! enforced: a join that multiplies rows doubles sums.

use polars::prelude::*;

use super::columns::{BESIDE, expect_column};
use super::groups::demand_unique;
use super::measured::{Measured, UNIT};
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, World, table_of};
use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, ORIGIN_COLUMN, Schema, Table};

pub(super) const KIND: VerbKind = VerbKind {
    name: "join",
    example: r#"join = { with = "world", on = ["flow", "time_period"], take = ["obs_value"], expect = "one to one", suffix = "_world" }"#,
    read,
};

/// How many rows with one key may stand on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cardinality {
    OneToOne,
    ManyToOne,
    OneToMany,
    ManyToMany,
}

/// What becomes of rows without a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unmatched {
    Kept,
    LeftOut,
}

#[derive(Debug)]
struct Join {
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    with: Text,
    on: Vec<Text>,
    take: Vec<Text>,
    expect: Cardinality,
    unmatched: Unmatched,
    suffix: String,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let items: &[Node] = match &node.kind {
        NodeKind::List(items) => items,
        _ => std::slice::from_ref(node),
    };
    let items: Vec<Option<Item>> = items.iter().map(|item| read_item(item, mistakes)).collect();
    Some(Box::new(Join { items: items.into_iter().collect::<Option<Vec<_>>>()? }))
}

fn read_item(node: &Node, mistakes: &Mistakes) -> Option<Item> {
    let mut fields = Fields::open(node, "`join`", mistakes)?;
    let with = fields.required_text("with");
    fields.required("on");
    let on = fields.texts("on");
    let take = fields.texts("take");
    let expect = fields.choice(
        "expect",
        &[
            ("one to one", Cardinality::OneToOne),
            ("many to one", Cardinality::ManyToOne),
            ("one to many", Cardinality::OneToMany),
            ("many to many", Cardinality::ManyToMany),
        ],
    );
    let unmatched = fields.choice("kind", &[("left", Unmatched::Kept), ("inner", Unmatched::LeftOut)]);
    let suffix = fields.text("suffix").map_or_else(String::new, |suffix| suffix.value);
    fields.finish();
    if on.is_empty() {
        return None;
    }
    Some(Item {
        with: with?,
        on,
        take,
        expect: expect.unwrap_or(Cardinality::ManyToOne),
        unmatched: unmatched.unwrap_or(Unmatched::Kept),
        suffix,
    })
}

impl Verb for Join {
    fn inputs(&self) -> Vec<Text> {
        self.items.iter().map(|item| item.with.clone()).collect()
    }

    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let mut shape = shape.clone();
        let mut plans = Vec::new();
        for item in &self.items {
            let (next, plan) = item.plan(&shape, shapes, mistakes)?;
            shape = next;
            plans.push(plan);
        }
        Some((shape, Box::new(Joined { plans })))
    }
}

impl Item {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, ItemPlan)> {
        let before = mistakes.count();
        let other = shapes.tables.get(&self.with.value)?;
        let keys = [ColumnType::Text, ColumnType::Integer, ColumnType::Date, ColumnType::Boolean];
        for (at, name) in self.on.iter().enumerate() {
            if self.on.iter().take(at).any(|earlier| earlier.value == name.value) {
                mistakes.add(name.span.clone(), format!("`{}` stands twice in `on`", name.value));
            }
            let left = expect_column(&shape.schema, name, &keys, mistakes);
            let right = expect_column(&other.schema, name, &keys, mistakes);
            if let (Some(left), Some(right)) = (left, right)
                && left != right
            {
                let message = format!(
                    "`{}` is {} here and {} in {}",
                    name.value,
                    left.word(),
                    right.word(),
                    self.with.value
                );
                mistakes.add(name.span.clone(), message);
            }
        }
        let on: Vec<String> = self.on.iter().map(|name| name.value.clone()).collect();
        let taken = self.taken(&other.schema, &on, mistakes);
        let mut schema = shape.schema.clone();
        let mut renamed = Vec::new();
        let mut codes = shape.codes.clone();
        for column in taken {
            let new = joined_column(column, &other.schema, &self.suffix);
            if schema.has(&new.name) {
                mistakes.add_with_help(
                    self.with.span.clone(),
                    format!("both tables have a column `{}`", new.name),
                    "give a suffix, or name with `take` what is wanted",
                );
                continue;
            }
            renamed.push((column.name.clone(), new.name.clone()));
            if let Some((from, unit)) = own_unit(column, &other.schema, &new.name) {
                renamed.push((from, unit.clone()));
                schema.put(TableColumn::attribute(unit, ColumnType::Text));
            }
            if let Some(lists) = other.codes.get(&column.name) {
                codes.insert(new.name.clone(), lists.clone());
            }
            schema.put(new);
        }
        if mistakes.count() > before {
            return None;
        }
        let one_row = matches!(self.expect, Cardinality::OneToOne | Cardinality::ManyToOne);
        let key = if one_row { shape.key.clone() } else { Vec::new() };
        let shape = Shape { schema, key, codes, sample: shape.sample || other.sample };
        let plan = ItemPlan {
            with: self.with.value.clone(),
            on,
            renamed,
            expect: self.expect,
            unmatched: self.unmatched,
            schema: shape.schema.clone(),
        };
        Some((shape, plan))
    }

    /// The columns wanted, each measure with what goes with it.
    fn taken<'a>(&self, schema: &'a Schema, on: &[String], mistakes: &Mistakes) -> Vec<&'a TableColumn> {
        let free = |column: &&TableColumn| !on.contains(&column.name) && column.name != ORIGIN_COLUMN;
        if self.take.is_empty() {
            return schema.columns().iter().filter(free).collect();
        }
        let mut wanted = Vec::new();
        for name in &self.take {
            let Some(column) = schema.get(&name.value) else {
                let known = schema.columns().iter().filter(free).map(|column| column.name.as_str());
                mistakes.unknown(
                    name.span.clone(),
                    &format!("column of {}", self.with.value),
                    &name.value,
                    known,
                );
                continue;
            };
            wanted.push(column.name.clone());
            wanted.extend(schema.companions_of(&column.name).map(|(_, companion)| companion.name.clone()));
            wanted.extend(BESIDE.map(|end| format!("{}{end}", column.name)));
        }
        schema.columns().iter().filter(free).filter(|column| wanted.contains(&column.name)).collect()
    }
}

/// The unit of a figure of another table, which stands beside it under its new name: the units of this
/// table's rows are those of its own figures.
fn own_unit(column: &TableColumn, schema: &Schema, new: &str) -> Option<(String, String)> {
    let amount = column.role == ColumnRole::Measure && column.column_type == ColumnType::Money;
    let units = amount.then(|| Measured::of(schema, &column.name).units)?;
    units.into_iter().next().map(|unit| (unit, format!("{new}_{UNIT}")))
}

/// The column under its new name. The suffix follows the measure's name, before that of the companion:
/// `obs_value_world_status`.
fn joined_column(column: &TableColumn, schema: &Schema, suffix: &str) -> TableColumn {
    let role = match &column.role {
        ColumnRole::Companion(companion, of) => ColumnRole::Companion(*companion, format!("{of}{suffix}")),
        // A share of another table's total is no share of this one's.
        ColumnRole::Share { .. } => ColumnRole::Measure,
        other => other.clone(),
    };
    let name = match &column.role {
        ColumnRole::Companion(companion, of) => companion.of(&format!("{of}{suffix}")),
        _ => {
            // Only what goes with a figure follows it: `source_note` is a column of its own.
            let with = |end| column.name.strip_suffix(end).filter(|of| schema.has(of)).map(|of| (of, end));
            match BESIDE.into_iter().find_map(with) {
                Some((of, end)) => format!("{of}{suffix}{end}"),
                None => format!("{}{suffix}", column.name),
            }
        }
    };
    TableColumn { name, column_type: column.column_type, role }
}

#[derive(Debug)]
struct Joined {
    plans: Vec<ItemPlan>,
}

#[derive(Debug)]
struct ItemPlan {
    with: String,
    on: Vec<String>,
    renamed: Vec<(String, String)>,
    expect: Cardinality,
    unmatched: Unmatched,
    schema: Schema,
}

impl Planned for Joined {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        for plan in &self.plans {
            table = plan.run(table, world)?;
        }
        Ok(table)
    }
}

impl ItemPlan {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let other = table_of(world, &self.with)?;
        // Rows with an empty key meet nothing, so they cannot multiply.
        let with_key = |table: &Table| -> Result<Table, StepError> {
            let keys = self.on.iter().map(|name| col(name.as_str()).is_not_null());
            let condition = keys.reduce(Expr::and).unwrap_or_else(|| lit(true));
            let frame = table.frame.clone().lazy().filter(condition).collect()?;
            Ok(Table { frame, ..table.clone() })
        };
        let what = |side: &str| format!("the join with {} (each key once in {side})", self.with);
        if matches!(self.expect, Cardinality::OneToOne | Cardinality::ManyToOne) {
            demand_unique(&with_key(other)?, &self.on, &what(&self.with), world)?;
        }
        if matches!(self.expect, Cardinality::OneToOne | Cardinality::OneToMany) {
            demand_unique(&with_key(&table)?, &self.on, &what(&table.name), world)?;
        }
        let keys: Vec<Expr> = self.on.iter().map(|name| col(name.as_str())).collect();
        let mut wanted = keys.clone();
        wanted.extend(self.renamed.iter().map(|(name, new)| col(name.as_str()).alias(new.as_str())));
        let kind = match self.unmatched {
            Unmatched::Kept => JoinType::Left,
            Unmatched::LeftOut => JoinType::Inner,
        };
        let mut arguments = JoinArgs::new(kind);
        arguments.maintain_order = MaintainOrderJoin::LeftRight;
        let right = other.frame.clone().lazy().select(wanted);
        let joined = table.frame.lazy().join(right, keys.clone(), keys, arguments);
        let order: Vec<Expr> = self.schema.names().map(col).collect();
        table.frame = joined.select(order).collect()?;
        table.schema = self.schema.clone();
        table.sample |= other.sample;
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, table};

    fn scene() -> Scene {
        let mut world =
            table("flow | year:whole | v:amount | v_status\ntotal | 2018 | 10 | A\ntotal | 2021 | 20 | P");
        world.name = "world".to_owned();
        let mut twice = table("flow | w:amount\ntotal | 1\ntotal | 2");
        twice.name = "twice".to_owned();
        Scene::new("flow | year:whole | v:amount\ntotal | 2018 | 1\ntotal | 2019 | 2\nexport | 2018 | 3")
            .with_table(world)
            .with_table(twice)
    }

    #[test]
    fn columns_come_with_their_companions_and_rows_without_partner_stay() {
        let (joined, _) = scene().apply(r#"join = { with = "world", on = ["flow", "year"], take = ["v"], expect = "one to one", suffix = "_world" }"#);
        assert_eq!(
            draw(&joined.unwrap(), &["flow", "year", "v", "v_world", "v_world_status"]),
            "total | 2018 | 1 | 10 | A\ntotal | 2019 | 2 | - | -\nexport | 2018 | 3 | - | -"
        );
    }

    #[test]
    fn a_figure_of_another_unit_keeps_its_unit() {
        let mut dollars = table("flow | v:amount | unit_measure | currency\ntotal | 17.32 | USD | USD");
        dollars.name = "dollars".to_owned();
        let scene = Scene::new("flow | v:amount | unit_measure | currency\ntotal | 122 | CNY | CNY")
            .with_table(dollars);
        let (joined, _) = scene.apply(
            r#"join = { with = "dollars", on = ["flow"], take = ["v"], expect = "one to one", suffix = "_b" }"#,
        );
        let drawn = draw(&joined.unwrap(), &["v", "unit_measure", "v_b", "v_b_unit_measure"]);
        assert_eq!(drawn, "122 | CNY | 17.32 | USD");
    }

    #[test]
    fn an_inner_join_keeps_only_rows_with_a_partner() {
        let (joined, _) = scene()
            .apply(r#"join = { with = "world", on = ["flow", "year"], kind = "inner", suffix = "_w" }"#);
        assert_eq!(draw(&joined.unwrap(), &["year", "v_w"]), "2018 | 10");
    }

    #[test]
    fn a_join_that_would_multiply_rows_is_refused() {
        let (joined, _) = scene().apply(r#"join = { with = "twice", on = ["flow"] }"#);
        let told = joined.unwrap_err().to_string();
        assert!(told.contains("twice") && told.contains("flow total"), "{told}");
        let (joined, _) =
            scene().apply(r#"join = { with = "twice", on = ["flow"], expect = "many to many" }"#);
        assert_eq!(joined.unwrap().frame.height(), 5);
    }

    #[test]
    fn names_are_checked_without_data() {
        let told = scene().mistakes(r#"join = { with = "world", on = ["flow", "year"] }"#);
        assert!(told.starts_with("both tables have a column `v`"), "{told}");
        let told = scene().mistakes(r#"join = { with = "world", on = ["flwo"], suffix = "_w" }"#);
        assert!(told.contains("unknown column `flwo`") && told.contains("did you mean `flow`"), "{told}");
    }
    #[test]
    fn rates_and_notes_follow_their_figure_and_other_columns_keep_their_end() {
        let mut rated = table("flow | w:amount | w_rate | source_note\ntotal | 1 | q | z");
        rated.name = "rated".to_owned();
        let (joined, _) =
            scene().with_table(rated).apply(r#"join = { with = "rated", on = ["flow"], suffix = "_b" }"#);
        let drawn = draw(&joined.unwrap(), &["flow", "w_b", "w_b_rate", "source_note_b"]);
        assert_eq!(drawn, "total | 1 | q | z\ntotal | 1 | q | z\nexport | - | - | -");
    }

    #[test]
    fn a_key_stands_once() {
        let told = scene().mistakes(r#"join = { with = "world", on = ["flow", "flow"], suffix = "_w" }"#);
        assert_eq!(told, "`flow` stands twice in `on`");
    }
}
