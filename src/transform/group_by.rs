//! `group_by` with `aggregate`: one row a group. Amounts are added exactly; bounds, forecasts and unlike
//! currencies are refused, not added.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::columns::place;
use super::complete::{Complete, Completeness};
use super::groups::{Grouping, Groups};
use super::marks::Marks;
use super::measured::Measured;
use super::overlaps::Overlaps;
use super::periods::{self, Periods};
use super::totals::Total;
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, Wanted, World};
use crate::expr::{self, AggregateFunction, Expression};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{Column as TableColumn, ColumnRole, ORIGIN_COLUMN, Schema, Table};

pub(super) const KIND: VerbKind = VerbKind {
    name: "group_by",
    example: r#"group_by = ["year(declared_on) as year", "partner"]
aggregate = { value_cny = "sum(amount_cny)", declarations = "count(*)" }"#,
    read,
};

#[derive(Debug)]
struct GroupBy {
    keys: Vec<Text>,
    aggregates: Vec<(Text, Text)>,
    complete: Option<Complete>,
}

/// Reads a table of `group_by` and `aggregate`, as the step puts it together.
fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "a step with `group_by`", mistakes)?;
    let keys = fields.texts("group_by");
    fields.required("aggregate");
    let aggregates = fields.text_map("aggregate");
    let complete = fields.any("complete").cloned();
    fields.finish();
    let complete = complete.map(|complete| Complete::read(&complete, mistakes));
    if aggregates.is_empty() || matches!(complete, Some(None)) {
        return None;
    }
    Some(Box::new(GroupBy { keys, aggregates, complete: complete.flatten() }))
}

impl Verb for GroupBy {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let scope = shapes.scope(&shape.schema);
        let mut keys: Vec<(String, Expression)> = Vec::new();
        for text in &self.keys {
            let Some((name, key)) = expr::parse_named(text, scope, mistakes) else { continue };
            if keys.iter().any(|(earlier, _)| *earlier == name) {
                mistakes.add(text.span.clone(), format!("`{name}` stands twice in `group_by`"));
            }
            keys.push((name, key));
        }
        let mut columns: Vec<Total> = Vec::new();
        for (name, text) in &self.aggregates {
            if keys.iter().any(|(key, _)| *key == name.value) {
                mistakes.add(name.span.clone(), format!("`{}` is a key of the groups already", name.value));
            }
            if let Some(aggregate) = expr::parse_aggregate(text, scope, mistakes) {
                let counts =
                    matches!(aggregate.function, AggregateFunction::Count | AggregateFunction::CountDistinct);
                // How many figures there are is known whatever their marks.
                let marked = aggregate.plain_column().filter(|_| !counts);
                let marks = Marks::of(&name.value, marked.as_deref(), &shape.schema, self.complete.is_some());
                columns.push(Total { name: name.value.clone(), marks, aggregate });
            }
        }
        let complete = self.complete.as_ref().map(|complete| complete.plan(&shape.schema, mistakes));
        if mistakes.count() > before {
            return None;
        }
        let of_key = |(name, key): &(String, Expression)| {
            Some((name.clone(), shape.codes.get(&key.plain_column()?)?.clone()))
        };
        let codes = keys.iter().filter_map(of_key).collect();
        let overlaps = Overlaps::of(shape, shapes);
        let before = shape.schema.clone();
        let planned = Grouped { keys, columns, before, overlaps, complete: complete.flatten() };
        let key = planned.keys.iter().map(|(name, _)| name.clone()).collect();
        Some((Shape { schema: planned.schema(), key, codes, sample: shape.sample }, Box::new(planned)))
    }
}

/// The column an aggregate is computed of.
const OF: &str = "#of";

#[derive(Debug)]
struct Grouped {
    keys: Vec<(String, Expression)>,
    columns: Vec<Total>,
    before: Schema,
    overlaps: Overlaps,
    complete: Option<Completeness>,
}

impl Grouped {
    fn schema(&self) -> Schema {
        let mut schema = Schema::default();
        for (name, expression) in &self.keys {
            schema.put(TableColumn::dimension(name.as_str(), expression.column_type));
        }
        for total in &self.columns {
            schema.put(TableColumn {
                name: total.name.clone(),
                column_type: total.aggregate.column_type,
                role: total.role(),
            });
            total.marks.declare(&mut schema, total.aggregate.column_type);
        }
        schema
    }

    /// Refuses sums over figures that must not be added.
    fn refuse(&self, table: &Table, groups: &Groups, world: &World<'_>) -> Result<(), StepError> {
        let periods = Periods::of(&self.before, &table.frame)?;
        for total in self.columns.iter().filter(|total| total.is_sum() || total.compares()) {
            let names = total.aggregate.of.as_ref().map(Expression::columns).unwrap_or_default();
            for name in names {
                let is_measure =
                    self.before.get(&name).is_some_and(|column| column.role == ColumnRole::Measure);
                if is_measure {
                    let measured = Measured::of(&self.before, &name);
                    if total.compares() {
                        measured.refuse_mixed_units(table, groups, world, "least and greatest")?;
                        continue;
                    }
                    measured.refuse_bounds_and_forecasts(table, world, "a sum")?;
                    measured.refuse_mixed_units(table, groups, world, "a sum")?;
                    self.overlaps.refuse(&name, table, groups, (world, "a sum"))?;
                    Self::refuse_periods(&periods, &name, table, groups, world)?;
                }
            }
        }
        Ok(())
    }
}

impl Grouped {
    /// Refuses sums over periods that overlap.
    fn refuse_periods(
        periods: &Periods<'_>,
        name: &str,
        table: &Table,
        groups: &Groups,
        world: &World<'_>,
    ) -> Result<(), StepError> {
        if periods.of_rows().is_empty() {
            return Ok(());
        }
        let there = table.frame.column(name)?.is_not_null();
        let rows = periods.of_rows().iter().zip(there.iter()).enumerate();
        // The periods of every group, and its first row with a figure.
        let met = groups.fold(
            BTreeMap::new(),
            rows,
            |met: &mut BTreeMap<u32, usize>, (row, (number, there))| {
                if there == Some(true) {
                    met.entry(*number).or_insert(row);
                }
                Ok(())
            },
        )?;
        for met in met {
            if let Some(clash) = periods.clash(met.keys().copied()) {
                let place = met.values().min().map(|row| place(table, world, *row)).unwrap_or_default();
                return Err(periods::refused(format!("a sum of `{name}`"), clash, place));
            }
        }
        Ok(())
    }

    /// The columns it reads.
    fn reads(&self) -> BTreeSet<String> {
        let mut reads = BTreeSet::from([ORIGIN_COLUMN, "time_period", "freq"].map(str::to_owned));
        reads.extend(self.keys.iter().flat_map(|(_, key)| key.columns()));
        reads.extend(self.overlaps.reads().cloned());
        reads.extend(self.complete.iter().flat_map(Completeness::reads).cloned());
        for total in &self.columns {
            reads.extend(total.marks.reads().cloned());
            for name in total.aggregate.of.as_ref().map(Expression::columns).unwrap_or_default() {
                reads.extend(Measured::of(&self.before, &name).beside().cloned());
                reads.insert(name);
            }
        }
        reads
    }
}

impl Planned for Grouped {
    fn narrow(&mut self, _: &Wanted) -> Wanted {
        Wanted::Only(self.reads())
    }

    fn run(&self, table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let mut grouping = Grouping::of(table.frame.height());
        for (name, key) in &self.keys {
            // As long as the table: one at a time.
            let key = beside(&table.frame, [(name.as_str(), key)].into_iter())?;
            grouping.part(&key, name)?;
        }
        let groups = grouping.groups();
        self.refuse(&table, &groups, world)?;
        let firsts: Vec<IdxSize> =
            groups.first.iter().filter_map(|row| IdxSize::try_from(*row).ok()).collect();
        let firsts = table.frame.take(&IdxCa::from_vec("first".into(), firsts))?;
        let keys = self.keys.iter().map(|(name, key)| (name.as_str(), key));
        let mut columns = beside(&firsts, keys)?.into_columns();
        for total in &self.columns {
            let of = beside(&table.frame, total.aggregate.of.iter().map(|of| (OF, of)))?;
            columns.push(total.column(&of, OF, &groups)?);
            let there = match of.column(OF) {
                Ok(of) => of.is_not_null(),
                Err(_) => BooleanChunked::full("there".into(), true, table.frame.height()),
            };
            drop(of);
            let lacks = match &self.complete {
                Some(complete) => complete.lacks(&table.frame, &groups, &there)?,
                None => vec![None; groups.len()],
            };
            let empty = columns.last().map(Column::is_null);
            columns.extend(total.marks.columns(&table.frame, &there, &groups, (empty.as_ref(), &lacks))?);
        }
        let frame = DataFrame::new(groups.len(), columns)?;
        let options = SortMultipleOptions::default().with_nulls_last(true).with_maintain_order(true);
        let names: Vec<&str> = self.keys.iter().map(|(name, _)| name.as_str()).collect();
        let frame = if names.is_empty() { frame } else { frame.sort(names, options)? };
        Ok(Table { frame, schema: self.schema(), ..table })
    }
}

/// What is computed of a table's rows, by name, and nothing else of the table.
fn beside<'a>(
    frame: &DataFrame,
    made: impl Iterator<Item = (&'a str, &'a Expression)>,
) -> PolarsResult<DataFrame> {
    let (names, made): (Vec<&str>, Vec<&Expression>) = made.unzip();
    let made = made.iter().enumerate().map(|(at, made)| made.lower().alias(format!("#{at}")));
    let all: Vec<Expr> = std::iter::once(col("*")).chain(made).collect();
    let columns = frame.clone().lazy().select(all).collect()?.into_columns().split_off(frame.width());
    let named = columns.into_iter().zip(names).map(|(column, name)| column.with_name(name.into()));
    DataFrame::new(frame.height(), named.collect())
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, table};
    use super::*;
    use crate::spec::parse;
    use crate::text::{CodeEntry, CodeList, Extent, Label};

    const TABLE: &str = "area | day:date | v_cny:amount | v_cny_status | v_cny_note\n\
        RU | 2021-01-05 | 10.5 | A |\nBY | 2021-02-01 | 1 | A |\nRU | 2021-03-01 | 0.25 | E | old rate\nRU | 2022-01-01 |  | |";

    #[track_caller]
    fn apply(drawn: &str, toml: &str) -> Result<Table, String> {
        let scene = Scene::of(table(drawn));
        let mistakes = Mistakes::default();
        let node = parse(toml, &mistakes);
        let shapes = scene.shapes();
        let planned =
            read(&node, &mistakes).and_then(|verb| verb.plan(&shapes.tables["t"], &shapes, &mistakes));
        let Some((shape, planned)) = planned else {
            return Err(mistakes.into_sorted().into_iter().map(|mistake| mistake.message).collect());
        };
        let made = planned.run(table(drawn), &scene.world()).map_err(|error| error.to_string())?;
        assert_eq!(made.schema, shape.schema);
        Ok(made)
    }

    #[test]
    fn amounts_are_added_exactly_and_marks_travel() {
        let made = apply(TABLE, "group_by = [\"year(day) as year\", \"area\"]\naggregate = { v_cny = \"sum(v_cny)\", n = \"count(*)\", k = \"count(v_cny)\" }").unwrap();
        assert_eq!(
            draw(&made, &["year", "area", "v_cny", "n", "k", "v_cny_status", "v_cny_note"]),
            "2021 | BY | 1 | 1 | 1 | A | -\n2021 | RU | 10.75 | 2 | 2 | E | 1 of 2 rows at a marked rate\n2022 | RU | - | 1 | 0 | O | -"
        );
    }

    #[test]
    fn least_greatest_mean_and_distinct() {
        let made = apply(TABLE, "group_by = []\naggregate = { a = \"min(v_cny)\", b = \"max(day)\", c = \"mean(v_cny)\", d = \"count(DISTINCT area)\" }").unwrap();
        // 11.75 / 3 = 3.916666666… , rounded half away from zero at 8 places.
        assert_eq!(draw(&made, &["a", "b", "c", "d"]), "0.25 | 2022-01-01 | 3.91666667 | 2");
    }

    /// Polars' own grouped sum of decimals wraps near 10^36 units; ours ends at 10^24 with an error.
    #[test]
    fn a_sum_beyond_what_an_amount_holds_is_an_error() {
        let drawn = "v_cny:amount\n600000000000000000000000\n600000000000000000000001";
        for aggregate in ["sum", "mean", "median"] {
            let toml = format!("group_by = []\naggregate = {{ s = \"{aggregate}(v_cny)\" }}");
            let told = apply(drawn, &toml).unwrap_err();
            assert!(told.contains("too large for an exact amount"), "{aggregate}: {told}");
        }
    }

    /// A weighted mean is the quotient of two sums: (2·10 + 5·20) / 30 = 4. So is a unit value, whose sums
    /// refuse quantities in two units.
    #[test]
    fn a_weighted_mean_is_the_quotient_of_two_sums() {
        let toml = "group_by = []\naggregate = { weighted = \"sum(v_cny * n)\", n = \"sum(n)\" }";
        let made = apply("v_cny:amount | n:whole\n2 | 10\n5 | 20", toml).unwrap();
        assert_eq!(draw(&made, &["weighted", "n"]), "120 | 30");
        let quantities = "v_cny:amount | q:amount | q_unit_measure\n2 | 10 | KG\n5 | 20 | PIECES";
        let toml = "group_by = []\naggregate = { v_cny = \"sum(v_cny)\", q = \"sum(q)\" }";
        let told = apply(quantities, toml).unwrap_err();
        assert!(told.contains("its `q_unit_measure` is KG in one row and PIECES in another"), "{told}");
    }

    #[test]
    fn the_middle_and_the_concentration_of_a_group() {
        let drawn = "a | v_cny:amount | n:whole\nx | 50 | 1\nx | 25 | 1\nx | 25 | 2\ny | 1 |\ny | 2 |\ny | |";
        let toml =
            "group_by = [\"a\"]\naggregate = { m = \"median(v_cny)\", h = \"hhi(v_cny)\", k = \"hhi(n)\" }";
        // 0.5² + 0.25² + 0.25²; twice 0.25² and 0.5²; (1/3)² + (2/3)².
        assert_eq!(
            draw(&apply(drawn, toml).unwrap(), &["a", "m", "h", "k"]),
            "x | 25 | 0.375 | 0.375\ny | 1.5 | 0.555555555556 | -"
        );
        let bound = "v_cny:amount | v_cny_bound\n1 | >";
        let told = apply(bound, "group_by = []\naggregate = { s = \"median(v_cny)\" }").unwrap_err();
        assert!(told.contains("bound"), "{told}");
    }

    #[test]
    fn unlike_currencies_and_bounds_are_refused() {
        let mixed = "currency | v:amount\nCNY | 1\nUSD | 2";
        let told = apply(mixed, "group_by = []\naggregate = { s = \"sum(v)\" }").unwrap_err();
        assert!(told.contains("CNY") && told.contains("USD"), "{told}");
        assert!(apply(mixed, "group_by = [\"currency\"]\naggregate = { s = \"sum(v)\" }").is_ok());
        let bound = "v_cny:amount | v_cny_bound\n1 | >";
        let told = apply(bound, "group_by = []\naggregate = { s = \"sum(v_cny)\" }").unwrap_err();
        assert!(told.contains("bound"), "{told}");
    }

    #[test]
    fn mistakes_are_told_without_data() {
        let told = apply(TABLE, "group_by = [\"year(day)\"]\naggregate = { v = \"sum(v_cn)\" }").unwrap_err();
        assert_eq!(told, "this expression has no nameunknown column `v_cn`");
    }
    #[test]
    fn the_least_of_unlike_currencies_is_refused() {
        let mixed = "currency | v:amount\nCNY | 1\nUSD | 2";
        let told = apply(mixed, "group_by = []\naggregate = { s = \"max(v)\" }").unwrap_err();
        assert!(told.contains("CNY") && told.contains("USD"), "{told}");
        assert!(apply(mixed, "group_by = []\naggregate = { s = \"count(v)\" }").is_ok());
    }

    #[test]
    fn overlapping_periods_are_refused() {
        let drawn = "time_period | freq | flow | v_cny:amount\n2021-01/2021-08 | YTD | export | 8\n\
            2021-01/2021-09 | YTD | export | 9\n2021-01/2021-09 | YTD | import | 1\n2021 | A | export |";
        let sum = "aggregate = { s = \"sum(v_cny)\" }";
        let told = apply(drawn, &format!("group_by = [\"flow\"]\n{sum}")).unwrap_err();
        assert!(told.contains("2021-01/2021-08 (YTD) and 2021-01/2021-09 (YTD)"), "{told}");
        let made = apply(drawn, &format!("group_by = [\"time_period\"]\n{sum}")).unwrap();
        assert_eq!(draw(&made, &["time_period", "s"]), "2021 | -\n2021-01/2021-08 | 8\n2021-01/2021-09 | 10");
        let years = "time_period | freq | v_cny:amount\n2020 | A | 8\n2021 | A | 9";
        assert_eq!(draw(&apply(years, &format!("group_by = []\n{sum}")).unwrap(), &["s"]), "17");
        let mixed = "time_period | freq | v_cny:amount\n2020 | A | 8\n2020-12 | M | 9";
        assert!(apply(mixed, &format!("group_by = []\n{sum}")).is_err());
    }

    #[test]
    fn a_sum_with_a_missing_part_is_marked() {
        let drawn = "a | v_cny:amount | v_cny_status\nx | 1 | A\nx | | \ny | 2 | A";
        let made =
            apply(drawn, "group_by = [\"a\"]\naggregate = { v = \"sum(v_cny)\", n = \"count(v_cny)\" }")
                .unwrap();
        assert_eq!(draw(&made, &["a", "v", "v_status", "n"]), "x | 1 | E | 1\ny | 2 | A | 1");
        assert!(!made.schema.has("n_status"));
    }

    #[test]
    fn a_whole_and_its_part_are_not_added() {
        let flow = |code: &str, extent| CodeEntry {
            code: code.to_owned(),
            label: Label::default(),
            aliases: Vec::new(),
            extent,
        };
        let parts = vec!["export".to_owned(), "import".to_owned()];
        let total = Extent::Some { parts, overlaps: Vec::new() };
        let list =
            CodeList::new("flows", vec![flow("total", total), flow("export", Extent::Itself)]).unwrap();
        let scene = Scene::new("flow | year:whole | v_cny:amount\ntotal | 2021 | 3\nexport | 2021 | 1")
            .with_list(list)
            .with_codes("flow", "flows");
        let mistakes = Mistakes::default();
        let run = |keys: &str, aggregate: &str| {
            let toml = format!("group_by = [{keys}]\naggregate = {{ v_cny = \"{aggregate}\" }}");
            let shapes = scene.shapes();
            let verb = read(&parse(&toml, &mistakes), &mistakes).unwrap();
            let (shape, planned) = verb.plan(&shapes.tables["t"], &shapes, &mistakes).unwrap();
            let made = planned.run(scene.world().tables["t"].clone(), &scene.world());
            made.map(|_| shape.codes.len()).map_err(|error| error.to_string())
        };
        let told = run("\"year\"", "sum(v_cny)").unwrap_err();
        let why = "flow total (t.xlsx ▸ S ▸ A2) holds flow export (t.xlsx ▸ S ▸ A3), which would count twice";
        assert!(told.contains("a sum of `v_cny` is refused") && told.contains(why), "{told}");
        assert_eq!(run("\"flow as kind\"", "sum(v_cny)"), Ok(1));
        assert_eq!(run("\"year\"", "max(v_cny)"), Ok(0));
    }

    #[test]
    fn a_key_stands_once() {
        let told =
            apply(TABLE, "group_by = [\"area\", \"area\"]\naggregate = { n = \"count(*)\" }").unwrap_err();
        assert_eq!(told, "`area` stands twice in `group_by`");
    }
}
