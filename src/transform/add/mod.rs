//! `add`: new columns, one after another, so that a later one may use an earlier one.
//!
//! Which kind of column it is, is said by the one key named after it: `sql`, `share`, `growth` or `rank`.

mod growth;
mod rank;
mod share;
mod sql;

use crate::spec::{Fields, Mistakes, Node, NodeKind, Text};
use crate::table::{ColumnType, Schema, Table};

use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, World};

pub(super) const KIND: VerbKind = VerbKind {
    name: "add",
    example: r#"add = [ { name = "share", share = "value_cny", within = ["year"] }, { name = "half", sql = "value_cny / 2" } ]"#,
    read,
};

/// Every kind of column that can be added.
pub(crate) const ADDS: &[AddKind] = &[sql::KIND, share::KIND, growth::KIND, rank::KIND];

/// A kind's entry in the registry.
pub(crate) struct AddKind {
    /// The key that tells it from the others, also its file's stem.
    pub name: &'static str,
    /// An item of `add` that reads without a mistake.
    pub example: &'static str,
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
    let kinds: Vec<&AddKind> = ADDS.iter().filter(|kind| fields.has(kind.name)).collect();
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
fn expect_new(schema: &Schema, name: &Text, mistakes: &Mistakes) {
    if schema.has(&name.value) {
        mistakes.add(name.span.clone(), format!("there is already a column `{}`", name.value));
    }
}

/// Notes a mistake for every name that is no column.
fn expect_columns(schema: &Schema, names: &[Text], mistakes: &Mistakes) {
    let any =
        [ColumnType::Text, ColumnType::Integer, ColumnType::Date, ColumnType::Boolean, ColumnType::Money];
    for name in names {
        super::columns::expect_column(schema, name, &any, mistakes);
    }
}

/// The texts of a list of names.
fn values(names: &[Text]) -> Vec<String> {
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
