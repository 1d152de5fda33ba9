//! Every verb, kind of added column, start of a step, aggregate function and check is used by a golden case,
//! whose expected figures come from outside the program.

use std::collections::BTreeSet;

use super::VERBS;
use super::add::ADDS;
use super::checks::CHECKS;
use crate::expr::{AGGREGATES, AggregateFunction};
use crate::spec::golden::{all_used, entries, items, keys, subjects, tables, text, value};
use crate::spec::{Node, NodeKind};

fn steps() -> Vec<Node> {
    tables("step")
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
    used.extend(conversions.iter().filter_map(|node| text(node, "method").map(str::to_owned)));
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

/// A rule that never fails and one that always does would each pass half of it.
#[test]
fn every_check_holds_and_is_broken_in_a_golden_case() {
    let broken = subjects();
    let of = |is_broken: bool| -> BTreeSet<String> {
        let named = |check: &Node| text(check, "name").is_some_and(|name| broken.contains(name) == is_broken);
        keys(&tables("check").into_iter().filter(named).collect::<Vec<_>>())
    };
    all_used(&of(true), CHECKS.iter().map(|kind| kind.name));
    all_used(&of(false), CHECKS.iter().map(|kind| kind.name));
}
