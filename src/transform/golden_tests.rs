//! Every verb, kind of added column, start of a step and aggregate function is used by a golden case, whose
//! expected figures come from outside the program.

use std::collections::BTreeSet;
use std::path::Path;

use super::VERBS;
use super::add::ADDS;
use crate::expr::{AGGREGATES, AggregateFunction};
use crate::spec::{Entry, Mistakes, Node, NodeKind, parse};

/// The steps of all golden cases.
#[expect(clippy::disallowed_methods, reason = "a test lists folders too; the order does not matter here")]
fn steps() -> Vec<Node> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let cases = std::fs::read_dir(folder).unwrap().map(|case| case.unwrap().path().join("pipeline.toml"));
    let mut steps = Vec::new();
    for case in cases.filter(|pipeline| pipeline.is_file()) {
        let mistakes = Mistakes::default();
        let node = parse(&std::fs::read_to_string(&case).unwrap(), &mistakes);
        assert_eq!(mistakes.count(), 0, "{}", case.display());
        steps.extend(value(&node, "step").into_iter().flat_map(items));
    }
    steps
}

fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        NodeKind::Table(entries) => entries,
        _ => &[],
    }
}

fn value<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    entries(node).iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
}

fn items(node: &Node) -> Vec<Node> {
    match &node.kind {
        NodeKind::List(items) => items.clone(),
        _ => vec![node.clone()],
    }
}

fn keys(nodes: &[Node]) -> BTreeSet<String> {
    nodes.iter().flat_map(entries).map(|entry| entry.key.value.clone()).collect()
}

#[track_caller]
fn all_used(used: &BTreeSet<String>, names: impl Iterator<Item = &'static str>) {
    let unused: Vec<&str> = names.filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "no case of tests/golden/ uses {}", unused.join(", "));
}

#[test]
fn every_verb_and_start_of_a_step_has_a_golden_case() {
    all_used(&keys(&steps()), VERBS.iter().map(|verb| verb.name).chain(["from", "union", "sql"]));
}

#[test]
fn every_kind_of_added_column_has_a_golden_case() {
    let added: Vec<Node> = steps().iter().filter_map(|step| value(step, "add")).flat_map(items).collect();
    all_used(&keys(&added), ADDS.iter().map(|kind| kind.name));
}

/// Rates of a block by day and by mean of a period, one fixed, one that a text states.
#[test]
fn every_way_of_conversion_has_a_golden_case() {
    let conversions: Vec<Node> = steps().iter().filter_map(|step| value(step, "convert")).cloned().collect();
    let mut used = keys(&conversions);
    used.extend(conversions.iter().filter_map(|node| match &value(node, "method")?.kind {
        NodeKind::Text(method) => Some(method.value.clone()),
        _ => None,
    }));
    all_used(&used, ["rates", "fixed", "stated", "daily", "average"].into_iter());
}

#[test]
fn every_aggregate_function_has_a_golden_case() {
    let steps = steps();
    let texts = steps.iter().filter_map(|step| value(step, "aggregate")).flat_map(entries);
    let texts = texts.map(|entry| match &entry.value.kind {
        NodeKind::Text(text) => text.value.as_str(),
        _ => "",
    });
    let names: BTreeSet<&str> = texts.filter_map(|text| text.split('(').next()).collect();
    let used = |(_, function): &&(&str, AggregateFunction)| {
        AGGREGATES.iter().any(|(name, same)| same == function && names.contains(name))
    };
    let unused: Vec<&str> = AGGREGATES.iter().filter(|pair| !used(pair)).map(|(name, _)| *name).collect();
    assert!(unused.is_empty(), "no case of tests/golden/ uses {}", unused.join(", "));
}
