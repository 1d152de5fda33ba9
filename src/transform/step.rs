//! A step: a table, a union of tables or a query over tables, and verbs applied to it in the order of the
//! file.

use super::sql::{Query, QueryPlan};
use super::union::{Union, UnionPlan};
use super::{Planned, Shape, Shapes, StepError, VERBS, Verb, VerbKind, Wanted, World};
use crate::spec::{Entry, Fields, Mistakes, Node, NodeKind, Text};
use crate::table::Table;

/// Keys of a step that belong to its `group_by`.
const BESIDE_GROUP_BY: [&str; 2] = ["aggregate", "complete"];

/// A `[[step]]` as written.
#[derive(Debug)]
pub struct StepSpec {
    name: Text,
    start: Start,
    verbs: Vec<Box<dyn Verb>>,
}

/// What a step begins with.
#[derive(Debug)]
enum Start {
    From(Text),
    Union(Union),
    Query(Query),
}

impl StepSpec {
    /// Reads a step; every key but `name`, `from`, `union`, `sql`, `aggregate` and `complete` is a verb.
    pub fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let NodeKind::Table(entries) = &node.kind else {
            mistakes.add(
                node.span.clone(),
                format!("a [[step]] must be a table, but it is {}", node.kind.word()),
            );
            return None;
        };
        let (verb_entries, others): (Vec<Entry>, Vec<Entry>) =
            entries.iter().cloned().partition(|entry| VERBS.iter().any(|verb| verb.name == entry.key.value));
        let named = others.iter().find(|entry| entry.key.value == "name");
        let what = match named.map(|entry| &entry.value.kind) {
            Some(NodeKind::Text(name)) => format!("the step {}", name.value),
            _ => "a step".to_owned(),
        };
        let head = Node { span: node.span.clone(), kind: NodeKind::Table(others.clone()) };
        let mut fields = Fields::open(&head, what, mistakes)?;
        let name = fields.required_text("name");
        let start = read_start(&mut fields, mistakes);
        let grouping: Vec<&Entry> =
            others.iter().filter(|entry| BESIDE_GROUP_BY.contains(&entry.key.value.as_str())).collect();
        if !verb_entries.iter().any(|entry| entry.key.value == "group_by") {
            for entry in &grouping {
                mistakes.add_with_help(
                    entry.value.span.clone(),
                    format!("`{}` without `group_by`", entry.key.value),
                    "say what rows are grouped by; [] makes one row of all",
                );
            }
        }
        finish(&fields, &head, mistakes);
        let verbs: Vec<Option<Box<dyn Verb>>> = verb_entries
            .iter()
            .filter_map(|entry| {
                VERBS.iter().find(|kind| kind.name == entry.key.value).map(|kind| (kind, entry))
            })
            .map(|(kind, entry)| read_verb(kind, entry, &grouping, mistakes))
            .collect();
        let verbs = verbs.into_iter().collect::<Option<Vec<_>>>();
        Some(Self { name: name?, start: start?, verbs: verbs? })
    }

    /// The step's name, which is its table's.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Every table it reads.
    pub fn inputs(&self) -> Vec<Text> {
        let mut inputs = match &self.start {
            Start::From(table) => vec![table.clone()],
            Start::Union(union) => union.of().to_vec(),
            Start::Query(query) => query.of().to_vec(),
        };
        inputs.extend(self.verbs.iter().flat_map(|verb| verb.inputs()));
        inputs
    }

    /// Resolves every name and type. All tables of [`StepSpec::inputs`] must have a shape.
    pub fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<StepPlan> {
        let (mut shape, start) = match &self.start {
            Start::From(table) => {
                (shapes.tables.get(&table.value)?.clone(), StartPlan::From(table.value.clone()))
            }
            Start::Union(union) => {
                let (shape, plan) = union.plan(shapes, mistakes)?;
                (shape, StartPlan::Union(plan))
            }
            Start::Query(query) => {
                let (shape, plan) = query.plan(shapes, mistakes)?;
                (shape, StartPlan::Query(plan))
            }
        };
        let mut verbs = Vec::new();
        for verb in &self.verbs {
            // A verb that cannot be planned leaves no columns to check the next one against.
            let (next, planned) = verb.plan(&shape, shapes, mistakes)?;
            shape = next;
            verbs.push(planned);
        }
        let name = self.name.value.clone();
        let mut plan = StepPlan { name, inputs: self.inputs(), shape, start, verbs };
        // Of the step's own table every column may be read.
        plan.narrow(&Wanted::All);
        Some(plan)
    }
}

fn read_start(fields: &mut Fields<'_>, mistakes: &Mistakes) -> Option<Start> {
    let (from, union, query) = (fields.text("from"), fields.any("union"), fields.any("sql"));
    match (from, union, query) {
        (Some(from), None, None) => Some(Start::From(from)),
        (None, Some(union), None) => Union::read(union, mistakes).map(Start::Union),
        (None, None, Some(query)) => Query::read(query, mistakes).map(Start::Query),
        (None, None, None) => {
            if !fields.has("from") {
                let message = format!("{} reads no table", fields.what());
                let help = "add from = \"TABLE\", union = { of = [...] } or sql = \"SELECT …\"";
                mistakes.add_with_help(fields.span(), message, help);
            }
            None
        }
        (from, union, query) => {
            let places = [from.map(|from| from.span), union.map(|node| node.span.clone())];
            let first = places.into_iter().flatten().next();
            let span = first.or_else(|| query.map(|node| node.span.clone())).unwrap_or_else(|| fields.span());
            mistakes.add(span, "a step begins with one of `from`, `union` and `sql`");
            None
        }
    }
}

/// Reports unknown keys, with the verbs among what is allowed.
fn finish(fields: &Fields<'_>, head: &Node, mistakes: &Mistakes) {
    let own: Vec<&str> = ["name", "from", "union", "sql"].into_iter().chain(BESIDE_GROUP_BY).collect();
    if let NodeKind::Table(entries) = &head.kind {
        for entry in entries.iter().filter(|entry| !own.contains(&entry.key.value.as_str())) {
            let allowed = own.iter().copied().chain(VERBS.iter().map(|verb| verb.name));
            let what = format!("key of {}", fields.what());
            mistakes.unknown(entry.key.span.clone(), &what, &entry.key.value, allowed);
        }
    }
}

/// Reads a verb; `group_by` is given what stands beside it too.
fn read_verb(
    kind: &VerbKind,
    entry: &Entry,
    beside: &[&Entry],
    mistakes: &Mistakes,
) -> Option<Box<dyn Verb>> {
    if kind.name != "group_by" {
        return (kind.read)(&entry.value, mistakes);
    }
    let all = std::iter::once(entry).chain(beside.iter().copied()).cloned().collect();
    (kind.read)(&Node { span: entry.value.span.clone(), kind: NodeKind::Table(all) }, mistakes)
}

#[derive(Debug)]
enum StartPlan {
    From(String),
    Union(UnionPlan),
    Query(QueryPlan),
}

/// A step whose names and types are known.
#[derive(Debug)]
pub struct StepPlan {
    name: String,
    inputs: Vec<Text>,
    shape: Shape,
    start: StartPlan,
    verbs: Vec<Box<dyn Planned>>,
}

impl StepPlan {
    /// The step's name, which is its table's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every table it reads.
    pub fn inputs(&self) -> &[Text] {
        &self.inputs
    }

    /// The shape of its table.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Is told which columns of its table are read, and from then on may leave out others; says what it reads of
    /// each table.
    pub(crate) fn narrow(&mut self, wanted: &Wanted) -> Vec<(String, Wanted)> {
        let mut wanted = wanted.clone();
        for verb in self.verbs.iter_mut().rev() {
            wanted = verb.narrow(&wanted);
        }
        let mut inputs = self.inputs.iter().map(|input| input.value.clone());
        let first = match &self.start {
            // It is the first of the inputs; the others are read whole.
            StartPlan::From(_) => inputs.next().map(|table| (table, wanted)),
            StartPlan::Union(_) | StartPlan::Query(_) => None,
        };
        first.into_iter().chain(inputs.map(|table| (table, Wanted::All))).collect()
    }

    /// Makes the step's table.
    pub fn run(&self, world: &World<'_>) -> Result<Table, StepError> {
        let mut table = match &self.start {
            StartPlan::From(name) => super::table_of(world, name)?.clone(),
            StartPlan::Union(plan) => plan.run(world)?,
            StartPlan::Query(plan) => plan.run(world)?,
        };
        for verb in &self.verbs {
            table = verb.run(table, world)?;
        }
        table.name.clone_from(&self.name);
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(toml: &str) -> (Option<StepSpec>, String) {
        let mistakes = Mistakes::default();
        let node = crate::spec::parse(toml, &mistakes);
        let step = StepSpec::read(&node, &mistakes);
        (step, super::super::drawn::said(mistakes))
    }

    #[test]
    fn every_verb_has_a_file_and_an_example_that_reads() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/transform");
        for verb in VERBS {
            let own_file = folder.join(format!("{}.rs", verb.name));
            assert!(own_file.is_file() || folder.join(verb.name).is_dir(), "{}", verb.name);
            let (step, told) = read(&format!("name = \"s\"\nfrom = \"t\"\n{}", verb.example));
            assert!(step.is_some() && told.is_empty(), "{}: {told}", verb.name);
        }
    }

    #[test]
    fn verbs_keep_the_order_of_the_file() {
        let (step, _) = read("name = \"s\"\nfrom = \"t\"\nadd = []\nfilter = \"a = 1\"");
        let verbs: Vec<String> = step.unwrap().verbs.iter().map(|verb| format!("{verb:?}")).collect();
        assert!(verbs[0].starts_with("Add") && verbs[1].starts_with("Filter"), "{verbs:?}");
    }

    #[test]
    fn unknown_keys_and_missing_tables_are_mistakes() {
        let (_, told) = read("name = \"s\"\nfitler = \"a\"");
        assert!(told.contains("unknown key of the step s `fitler` (did you mean `filter`?"), "{told}");
        assert!(told.contains("the step s reads no table"), "{told}");
        let (_, told) = read("name = \"s\"\nfrom = \"t\"\naggregate = { a = \"sum(b)\" }");
        assert!(told.contains("`aggregate` without `group_by`"), "{told}");
    }
}
