//! `union`: tables one under the other, each figure once. Where two tables have the same key, the first in
//! the list wins; the others must agree with it within rounding, or the difference is shown.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::columns::{described, money_if_any, place, shown, text_if_any};
use super::groups::{Groups, demand_unique};
use super::measured::{CURRENCY, Measured};
use super::{Shape, Shapes, StepError, World, table_of};
use crate::finding::{Code, Finding, Severity, transform as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

/// Name of the column that says which table a row comes from.
const SOURCE: &str = "source_table";

/// What becomes of figures that disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conflict {
    /// The preferred one is used, the difference is a finding of that severity.
    Tell(Severity),
    /// All rows are kept.
    KeepAll,
}

/// `union = { … }` as written.
#[derive(Debug)]
pub(super) struct Union {
    of: Vec<Text>,
    key: Vec<Text>,
    conflict: Conflict,
    span: crate::spec::Span,
}

impl Union {
    pub(super) fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "`union`", mistakes)?;
        fields.required("of");
        let of = fields.texts("of");
        let key = fields.texts("key");
        // The order of `of` is the only preference there is; the key says so in the file.
        fields.choice("prefer", &[("order", ())]);
        let conflict = fields.choice(
            "conflict",
            &[
                ("warn", Conflict::Tell(Severity::Warning)),
                ("error", Conflict::Tell(Severity::Error)),
                ("keep all", Conflict::KeepAll),
            ],
        );
        fields.finish();
        if of.len() < 2 {
            mistakes.add(node.span.clone(), "`union` needs at least two tables in `of`");
            return None;
        }
        let conflict = conflict.unwrap_or(Conflict::Tell(Severity::Warning));
        Some(Self { of, key, conflict, span: node.span.clone() })
    }

    pub(super) fn of(&self) -> &[Text] {
        &self.of
    }

    pub(super) fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, UnionPlan)> {
        let before = mistakes.count();
        let mut schema = Schema::default();
        let mut samples = Vec::new();
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for table in &self.of {
            let shape = shapes.tables.get(&table.value)?;
            samples.push(shape.sample);
            for (name, lists) in &shape.codes {
                codes.entry(name.clone()).or_default().extend(lists.iter().cloned());
            }
            for column in shape.schema.columns() {
                match schema.get(&column.name) {
                    None => schema.put(column.clone()),
                    Some(known) if known.column_type == column.column_type => {}
                    Some(known) => mistakes.add(
                        table.span.clone(),
                        format!(
                            "`{}` is {} in {} and {} in a table before it",
                            column.name,
                            column.column_type.word(),
                            table.value,
                            known.column_type.word()
                        ),
                    ),
                }
            }
        }
        let sample = samples.iter().any(|sample| *sample);
        if sample && !samples.iter().all(|sample| *sample) {
            mistakes.add_with_help(
                self.span.clone(),
                "a random sample cannot be united with real figures",
                "make a table of its own from the sample",
            );
        }
        let key = self.key(shapes, mistakes);
        schema.put(TableColumn {
            name: SOURCE.to_owned(),
            column_type: ColumnType::Text,
            role: ColumnRole::Attribute,
        });
        if mistakes.count() > before {
            return None;
        }
        let measure = schema
            .columns()
            .iter()
            .find(|column| column.role == ColumnRole::Measure && column.column_type == ColumnType::Money);
        let measure = measure.map(|column| Measured::of(&schema, &column.name));
        let plan = UnionPlan {
            of: self.of.iter().map(|table| table.value.clone()).collect(),
            key: key.clone(),
            measure,
            conflict: self.conflict,
            schema: schema.clone(),
        };
        let key = if self.conflict == Conflict::KeepAll { Vec::new() } else { key };
        Some((Shape { schema, key, codes, sample }, plan))
    }

    /// The declared key, or the one all tables have.
    fn key(&self, shapes: &Shapes, mistakes: &Mistakes) -> Vec<String> {
        let shapes: Vec<&Shape> =
            self.of.iter().filter_map(|table| shapes.tables.get(&table.value)).collect();
        if self.key.is_empty() {
            let mut keys = shapes.iter().map(|shape| &shape.key);
            let first = keys.next().cloned().unwrap_or_default();
            if self.conflict != Conflict::KeepAll && (first.is_empty() || keys.any(|key| *key != first)) {
                mistakes.add_with_help(
                    self.span.clone(),
                    "the tables have no key in common",
                    "name the columns that identify a figure: key = [\"…\"]",
                );
            }
            return first;
        }
        for name in &self.key {
            for (shape, table) in shapes.iter().zip(&self.of) {
                if !shape.schema.has(&name.value) {
                    let what = format!("column of {}", table.value);
                    mistakes.unknown(name.span.clone(), &what, &name.value, shape.schema.names());
                }
            }
        }
        self.key.iter().map(|name| name.value.clone()).collect()
    }
}

/// A union whose names and types are known.
#[derive(Debug)]
pub(super) struct UnionPlan {
    of: Vec<String>,
    key: Vec<String>,
    measure: Option<Measured>,
    conflict: Conflict,
    schema: Schema,
}

impl UnionPlan {
    pub(super) fn run(&self, world: &World<'_>) -> Result<Table, StepError> {
        let mut stacked: Option<DataFrame> = None;
        let mut sample = false;
        for name in &self.of {
            let table = table_of(world, name)?;
            sample |= table.sample;
            if self.conflict != Conflict::KeepAll {
                // Two rows of one table are two figures: a key that cannot tell them apart would lose one.
                let what = format!("the union (each figure once in {name})");
                demand_unique(table, &self.key, &what, world)?;
            }
            let columns: Vec<Expr> = self
                .schema
                .columns()
                .iter()
                .map(|column| {
                    if column.name == SOURCE {
                        return lit(name.as_str()).alias(SOURCE);
                    }
                    if table.schema.has(&column.name) {
                        return col(column.name.as_str());
                    }
                    let of = if column.role == ColumnRole::Origin {
                        DataType::UInt32
                    } else {
                        column.column_type.data_type()
                    };
                    lit(NULL).cast(of).alias(column.name.as_str())
                })
                .collect();
            let part = table.frame.clone().lazy().select(columns).collect()?;
            match &mut stacked {
                None => stacked = Some(part),
                Some(all) => {
                    all.vstack_mut(&part)?;
                }
            }
        }
        let mut frame = stacked.unwrap_or_default();
        frame.align_chunks_par();
        let table = Table { name: "union".to_owned(), schema: self.schema.clone(), frame, sample };
        match self.conflict {
            Conflict::KeepAll => Ok(table),
            Conflict::Tell(severity) => self.each_figure_once(table, severity, world),
        }
    }

    /// Of the rows with one key, keeps the first that has a figure, or the first of all.
    fn each_figure_once(
        &self,
        mut table: Table,
        severity: Severity,
        world: &World<'_>,
    ) -> Result<Table, StepError> {
        let groups = Groups::by(&table.frame, &self.key)?;
        let values = match &self.measure {
            Some(measure) => measure.amounts(&table.frame)?,
            None => vec![None; table.frame.height()],
        };
        let rounding = self.measure.as_ref().and_then(|measure| measure.rounding.as_deref());
        let roundings = money_if_any(&table.frame, rounding)?;
        let has_currency = self.schema.has(CURRENCY);
        let currencies = text_if_any(&table.frame, has_currency.then_some(CURRENCY))?;
        let mut keep = vec![true; table.frame.height()];
        let mut agreeing = 0_u64;
        let mut other_currency: Option<(Finding, u64)> = None;
        for rows in groups.rows().into_iter().filter(|rows| rows.len() > 1) {
            let with_value = rows.iter().copied().find(|row| matches!(values.get(*row), Some(Some(_))));
            let Some(winner) = with_value.or(rows.first().copied()) else { continue };
            for row in rows.into_iter().filter(|row| *row != winner) {
                if let Some(flag) = keep.get_mut(row) {
                    *flag = false;
                }
                let pair = |list: &[Option<Money>]| {
                    (list.get(winner).copied().flatten(), list.get(row).copied().flatten())
                };
                let (Some(used), Some(other)) = pair(&values) else { continue };
                let currency = |row: usize| currencies.get(row).and_then(Option::as_ref);
                if let (Some(used), Some(other)) = (currency(winner), currency(row))
                    && used != other
                {
                    let (_, count) = other_currency.get_or_insert_with(|| {
                        (
                            self.pair(
                                &table,
                                (winner, row),
                                (&codes::UNION_OTHER_CURRENCY, Severity::Info),
                                world,
                            ),
                            0,
                        )
                    });
                    *count += 1;
                    continue;
                }
                let (of_used, of_other) = pair(&roundings);
                let slack = of_used.unwrap_or_default().checked_add(of_other.unwrap_or_default())?;
                if used.checked_sub(other)?.abs() <= slack {
                    agreeing += 1;
                } else {
                    let told = self.pair(&table, (winner, row), (&codes::UNION_CONFLICT, severity), world);
                    world.journal.borrow_mut().findings.push(told);
                }
            }
        }
        if agreeing > 0 {
            world.journal.borrow_mut().findings.push(
                Finding::new(&codes::UNION_AGREES, Severity::Info, self.of.join(" + ")).times(agreeing),
            );
        }
        if let Some((told, count)) = other_currency {
            world.journal.borrow_mut().findings.push(told.times(count));
        }
        let keep: BooleanChunked = keep.into_iter().collect();
        table.frame = table.frame.filter(&keep)?;
        Ok(table)
    }

    /// A finding on two rows of one key, the one used and the other.
    fn pair(
        &self,
        table: &Table,
        (used, other): (usize, usize),
        (code, severity): (&'static Code, Severity),
        world: &World<'_>,
    ) -> Finding {
        let measure = self.measure.as_ref().map_or("", |measure| measure.name.as_str());
        let figure = |row: usize| {
            let currency =
                if self.schema.has(CURRENCY) { shown(&table.frame, CURRENCY, row) } else { String::new() };
            format!(
                "{} {currency} ({}, {})",
                shown(&table.frame, measure, row),
                shown(&table.frame, SOURCE, row),
                place(table, world, row)
            )
        };
        let subject = described(&table.frame, &self.key, used);
        Finding::new(code, severity, subject)
            .at(place(table, world, other))
            .seen(figure(other), format!("as used: {}", figure(used)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::super::drawn::{Scene, draw, table};
    use super::*;
    use crate::spec::parse;

    fn scene() -> Scene {
        let mut b = table(
            "period | v:amount | v_rounding:amount | currency\n2021 | 101 | 1 | CNY\n2022 | 300 | 1 | CNY\n2023 | 9 | 1 | CNY",
        );
        b.name = "b".to_owned();
        Scene::new("period | v:amount | v_rounding:amount | currency\n2021 | 100 | 1 | CNY\n2022 | 200 | 1 | CNY\n2020 |  |  | CNY")
            .with_table(b)
    }

    #[test]
    fn the_first_table_wins_and_a_difference_beyond_rounding_is_told() {
        let scene = scene();
        let mistakes = Mistakes::default();
        let node = parse(
            r#"of = ["t", "b"]
key = ["period"]"#,
            &mistakes,
        );
        let (_, plan) = Union::read(&node, &mistakes).unwrap().plan(&scene.shapes(), &mistakes).unwrap();
        let world = World { journal: RefCell::default(), ..scene.world() };
        let united = plan.run(&world).unwrap();
        assert_eq!(
            draw(&united, &["period", "v", "source_table"]),
            "2021 | 100 | t\n2022 | 200 | t\n2020 | - | t\n2023 | 9 | b"
        );
        let findings = world.journal.into_inner().findings;
        let told: Vec<String> =
            findings.iter().map(|one| format!("{} {} {}", one.code.id, one.subject, one.count)).collect();
        assert_eq!(told, ["S31 period 2022 1", "S30 t + b 1"]);
    }
    #[track_caller]
    fn unite(scene: &Scene, toml: &str) -> (Result<Table, StepError>, Vec<String>) {
        let mistakes = Mistakes::default();
        let node = parse(toml, &mistakes);
        let (_, plan) = Union::read(&node, &mistakes).unwrap().plan(&scene.shapes(), &mistakes).unwrap();
        let world = World { journal: RefCell::default(), ..scene.world() };
        let made = plan.run(&world);
        let findings = world.journal.into_inner().findings;
        let told = findings.iter().map(|one| {
            let at =
                if one.seen.is_empty() { String::new() } else { format!(" {} / {}", one.seen, one.expected) };
            format!("{} {} {} {}{at}", one.code.id, one.severity, one.subject, one.count)
        });
        (made, told.collect())
    }

    #[test]
    fn a_key_that_cannot_tell_rows_of_one_table_apart_is_refused() {
        let mut b = table("p | m | v:amount\n2022 | x | 1");
        b.name = "b".to_owned();
        let scene = Scene::new("p | m | v:amount\n2021 | x | 100\n2021 | y | 100").with_table(b);
        let (made, _) = unite(&scene, "of = ['t', 'b']\nkey = ['p']");
        let told = made.unwrap_err().to_string();
        assert!(told.contains("each figure once in t") && told.contains("p 2021"), "{told}");
        assert!(unite(&scene, "of = ['t', 'b']\nkey = ['p', 'm']").0.is_ok());
        let (kept, _) = unite(&scene, "of = ['t', 'b']\nkey = ['p']\nconflict = 'keep all'");
        assert_eq!(kept.unwrap().frame.height(), 3);
    }

    #[test]
    fn another_currency_is_noted_and_no_conflict() {
        let mut b = table("p | v:amount | currency\n2021 | 7 | USD\n2022 | 8 | USD");
        b.name = "b".to_owned();
        let scene = Scene::new("p | v:amount | currency\n2021 | 50 | CNY\n2022 | 51 | CNY").with_table(b);
        let (made, told) = unite(&scene, "of = ['t', 'b']\nkey = ['p']\nconflict = 'error'");
        assert_eq!(draw(&made.unwrap(), &["p", "v", "currency"]), "2021 | 50 | CNY\n2022 | 51 | CNY");
        let seen = "7 USD (b, t.xlsx ▸ S ▸ A2) / as used: 50 CNY (t, t.xlsx ▸ S ▸ A2)";
        assert_eq!(told, [format!("S32 info p 2021 2 {seen}")]);
    }

    #[test]
    fn a_row_with_a_figure_wins_over_one_without() {
        let mut b = table("p | v:amount | note\n2021 | 7 | b");
        b.name = "b".to_owned();
        let scene = Scene::new("p | v:amount | note\n2021 | | t").with_table(b);
        let (made, told) = unite(&scene, "of = ['t', 'b']\nkey = ['p']");
        assert_eq!(draw(&made.unwrap(), &["p", "v", "note", "source_table"]), "2021 | 7 | b | b");
        assert!(told.is_empty());
    }
}
