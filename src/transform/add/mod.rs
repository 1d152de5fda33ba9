//! `add`: new columns, one after another, so that a later one may use an earlier one.
//!
//! Which kind of column it is, is said by the one key named after it, as `share` or `growth`.

mod cagr;
mod contribution;
mod cumulative;
mod decumulate;
mod difference;
mod growth;
mod implied_base;
mod index;
mod moving;
mod rank;
mod share;
mod sql;
mod top_share;

use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Companion, Schema, Table};

use super::along::{Along, Way};
use super::columns::expect_column;
use super::figures::Figures;
use super::groups::Groups;
use super::measured::Measured;
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, World};

pub(super) const KIND: VerbKind = VerbKind {
    name: "add",
    example: r#"add = [ { name = "share", share = "value_cny", within = ["year"] }, { name = "half", sql = "value_cny / 2" } ]"#,
    read,
};

/// Every kind of column that can be added.
pub(crate) const ADDS: &[AddKind] = &[
    sql::KIND,
    share::KIND,
    rank::KIND,
    top_share::KIND,
    growth::KIND,
    difference::KIND,
    contribution::KIND,
    cagr::KIND,
    index::KIND,
    moving::KIND,
    cumulative::KIND,
    decumulate::KIND,
    implied_base::KIND,
];

/// A kind's entry in the registry.
pub(crate) struct AddKind {
    /// The key that tells it from the others, also its file's stem.
    pub name: &'static str,
    /// An item of `add` that reads without a mistake.
    pub example: &'static str,
    /// Names of other kinds that are plain settings here.
    pub settings: &'static [&'static str],
    /// Reads what is special to it; the first argument is the new column's name.
    pub read: fn(Text, &mut Fields<'_>) -> Option<Box<dyn Verb>>,
}

/// As written.
#[derive(Debug)]
struct Add {
    items: Vec<Box<dyn Verb>>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let items: &[Node] = match &node.kind {
        NodeKind::List(items) => items,
        _ => std::slice::from_ref(node),
    };
    // What could be read is planned all the same, so that its mistakes are told with those of the others.
    let read: Vec<_> = items.iter().map(|item| read_item(item, mistakes)).collect();
    let items = read.into_iter().collect::<Option<Vec<_>>>()?;
    Some(Box::new(Add { items }))
}

fn read_item(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "an item of `add`", mistakes)?;
    let name = fields.required_text("name");
    let given: Vec<&AddKind> = ADDS.iter().filter(|kind| fields.has(kind.name)).collect();
    let is_setting = |kind: &AddKind| given.iter().any(|other| other.settings.contains(&kind.name));
    let kinds: Vec<&AddKind> = given.iter().copied().filter(|kind| !is_setting(kind)).collect();
    let [kind] = kinds.as_slice() else {
        let names: Vec<&str> = ADDS.iter().map(|kind| kind.name).collect();
        let examples: Vec<&str> = ADDS.iter().map(|kind| kind.example).collect();
        let help = format!("it has `name` and one of {}, as in {}", names.join(", "), examples.join(" or "));
        let message = match kinds.as_slice() {
            [] => "this column of `add` does not say how it is made".to_owned(),
            [first, second, ..] => format!("`{}` and `{}` exclude each other", first.name, second.name),
            [_] => String::new(),
        };
        mistakes.add_with_help(node.span.clone(), message, help);
        return None;
    };
    let item = (kind.read)(name?, &mut fields);
    fields.finish();
    item
}

impl Verb for Add {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let mut shape = shape.clone();
        let mut planned = Vec::with_capacity(self.items.len());
        let mut all = true;
        for item in &self.items {
            match item.plan(&shape, shapes, mistakes) {
                Some((next, plan)) => {
                    shape = next;
                    planned.push(plan);
                }
                None => all = false,
            }
        }
        all.then(|| (shape, Box::new(Added { items: planned }) as Box<dyn Planned>))
    }
}

/// Names and types known.
#[derive(Debug)]
struct Added {
    items: Vec<Box<dyn Planned>>,
}

impl Planned for Added {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        for item in &self.items {
            table = item.run(table, world)?;
        }
        Ok(table)
    }
}

/// Notes a mistake if there is a column of that name.
pub(super) fn expect_new(schema: &Schema, name: &Text, mistakes: &Mistakes) {
    if schema.has(&name.value) {
        mistakes.add(name.span.clone(), format!("there is already a column `{}`", name.value));
    }
}

/// Notes a mistake for every name that is no column.
pub(super) fn expect_columns(schema: &Schema, names: &[Text], mistakes: &Mistakes) {
    let any =
        [ColumnType::Text, ColumnType::Integer, ColumnType::Date, ColumnType::Boolean, ColumnType::Money];
    for name in names {
        expect_column(schema, name, &any, mistakes);
    }
}

/// A measure along time, in series that `by` tells apart, as written.
#[derive(Debug)]
struct Course {
    name: Text,
    of: Text,
    along: Text,
    by: Vec<Text>,
}

impl Course {
    /// Reads the measure under `key`, `along` and `by`.
    fn read(name: Text, key: &'static str, fields: &mut Fields<'_>) -> Option<Self> {
        let of = fields.required_text(key);
        let along = along_or_time_period(fields);
        let by = fields.texts("by");
        Some(Self { name, of: of?, along, by })
    }

    /// Resolves the names; `word` says what is made of the measure.
    fn plan(&self, word: &str, schema: &Schema, mistakes: &Mistakes) -> Option<CoursePlan> {
        let numbers = [ColumnType::Money, ColumnType::Integer];
        let column_type = expect_column(schema, &self.of, &numbers, mistakes);
        expect_columns(schema, &self.by, mistakes);
        let what = format!("`{}`, the {word} of `{}`,", self.name.value, self.of.value);
        let way = Way::plan(&self.along, schema, (what, values(&self.by)), mistakes);
        let of = Measured::of(schema, &self.of.value);
        Some(CoursePlan { of, column_type: column_type?, way: way?, by: values(&self.by) })
    }
}

/// A course whose names are known.
#[derive(Debug)]
struct CoursePlan {
    of: Measured,
    column_type: ColumnType,
    way: Way,
    by: Vec<String>,
}

impl CoursePlan {
    /// `_rounding`, where the measure has one.
    fn rounding(&self) -> Vec<Companion> {
        self.of.rounding.iter().map(|_| Companion::Rounding).collect()
    }

    fn groups(&self, table: &Table) -> Result<Groups, StepError> {
        Groups::by(&table.frame, &self.by)
    }

    fn along<'a>(
        &self,
        table: &Table,
        groups: &'a Groups,
        world: &World<'_>,
    ) -> Result<Along<'a>, StepError> {
        Along::of(&self.way, table, groups, world)
    }

    fn figures(&self, table: &Table) -> Result<Figures, StepError> {
        Figures::of(&self.of, &table.frame)
    }
}

/// The status of what is computed from these rows: estimated where one of them is marked.
fn status_of_rows(figures: &Figures, rows: &[usize]) -> &'static str {
    if rows.iter().any(|row| figures.is_marked(*row)) { "E" } else { "A" }
}

/// The column of time a kind runs along.
fn along_or_time_period(fields: &mut Fields<'_>) -> Text {
    fields.text("along").unwrap_or_else(|| Text::at(fields.span(), "time_period"))
}

/// The texts of a list of names.
pub(super) fn values(names: &[Text]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, said};
    use super::*;
    use crate::spec::parse;

    #[test]
    fn every_example_reads_and_every_key_is_its_files_stem() {
        let stems =
            include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let mut stems: Vec<&str> = stems.collect();
        stems.sort_unstable();
        let mut names: Vec<&str> = ADDS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        assert_eq!(names, stems);
        for kind in ADDS {
            let mistakes = Mistakes::default();
            let node = parse(&format!("add = {}", kind.example), &mistakes);
            let NodeKind::Table(entries) = &node.kind else { panic!("no table") };
            assert!(read(&entries[0].value, &mistakes).is_some(), "{}", kind.name);
            assert_eq!(said(mistakes), "", "{}", kind.name);
        }
    }

    #[test]
    fn a_later_column_may_use_an_earlier_one() {
        let toml = r#"add = [ { name = "share", share = "v" }, { name = "place", rank = "share" } ]"#;
        let (made, _) = Scene::new("a | v:amount\nx | 1\ny | 3").apply(toml);
        assert_eq!(draw(&made.unwrap(), &["share", "place"]), "0.25 | 2\n0.75 | 1");
    }

    /// Every line of the one table stands in the other, whatever their order.
    fn sorted(table: &Table) -> Vec<String> {
        let names: Vec<&str> = table.schema.names().filter(|name| *name != "_origin").collect();
        let mut lines: Vec<String> = draw(table, &names).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    #[test]
    fn figures_do_not_depend_on_the_order_of_rows() {
        let head = "flow | time_period | freq | v:amount | v_status | v_rounding:amount | g:ratio";
        let rows: Vec<String> = ["export", "import"]
            .iter()
            .flat_map(|flow| {
                (1..=9).map(move |month| {
                    let value = if month == 7 { String::new() } else { format!("{}.25", month * 3) };
                    format!("{flow} | 2021-0{month} | M | {value} | A | 0.005 | 0.1")
                })
            })
            .collect();
        let shuffled: Vec<&String> = (0..rows.len()).map(|at| &rows[(at * 7 + 5) % rows.len()]).collect();
        let reversed: Vec<&String> = rows.iter().rev().collect();
        let by = r#"along = "time_period", by = ["flow"]"#;
        for item in [
            r#"cumulative = "v", within = ["flow"]"#.to_owned(),
            r#"implied_base = "v", growth = "g""#.to_owned(),
            r#"share = "v", within = ["flow"]"#.to_owned(),
            r#"rank = "v", within = ["flow"]"#.to_owned(),
            format!(r#"growth = "v", lag = "1 month", {by}"#),
            format!(r#"difference = "v", lag = "1 period", {by}"#),
            format!(r#"contribution = "v", lag = "1 month", {by}"#),
            format!(r#"index = "v", base = "2021-02", {by}"#),
            format!(r#"moving = "v", periods = 3, {by}"#),
            format!(r#"decumulate = "v", {by}"#),
            format!(r#"cagr = "v", since = "2021-01", {by}"#),
        ] {
            let made = |rows: &[&String]| {
                let lines: Vec<&str> = rows.iter().map(|row| row.as_str()).collect();
                let scene = Scene::new(&format!("{head}\n{}", lines.join("\n")));
                sorted(&scene.apply(&format!("add = {{ name = \"n\", {item} }}")).0.unwrap())
            };
            let first = made(&rows.iter().collect::<Vec<_>>());
            assert_eq!(first, made(&shuffled), "{item}");
            assert_eq!(first, made(&reversed), "{item}");
        }
    }

    #[test]
    fn an_item_says_in_one_way_how_it_is_made() {
        let scene = Scene::new("a | v:amount\nx | 1");
        for (item, message) in [
            (r#"{ name = "n" }"#, "does not say how it is made"),
            (r#"{ name = "n", rank = "v", share = "v" }"#, "`share` and `rank` exclude each other"),
            (r#"{ name = "n", rank = "v", withn = [] }"#, "unknown key of an item of `add` `withn`"),
            (r#"{ name = "a", rank = "v" }"#, "there is already a column `a`"),
        ] {
            let said = scene.mistakes(&format!("add = {item}"));
            assert!(said.contains(message), "{said}");
        }
    }
}
