//! The pipeline files of the golden cases as trees, for the tests that every registry entry stands in one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Entry, Mistakes, Node, NodeKind, parse};

/// The folders of all cases.
#[expect(clippy::disallowed_methods, reason = "a test lists folders too; sorted here")]
pub(crate) fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = std::fs::read_dir(root).unwrap().map(|case| case.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.join("pipeline.toml").is_file()).collect();
    folders.sort();
    folders
}

/// The pipeline file of each case.
pub(crate) fn pipelines() -> Vec<Node> {
    let read = |folder: PathBuf| {
        let mistakes = Mistakes::default();
        let node = parse(&std::fs::read_to_string(folder.join("pipeline.toml")).unwrap(), &mistakes);
        assert_eq!(mistakes.count(), 0, "{}", folder.display());
        node
    };
    folders().into_iter().map(read).collect()
}

/// The tables under a key of all cases, as in `[[step]]`.
pub(crate) fn tables(key: &str) -> Vec<Node> {
    pipelines().iter().filter_map(|node| value(node, key)).flat_map(items).collect()
}

/// The names under which the findings of all cases are expected.
pub(crate) fn subjects() -> BTreeSet<String> {
    let files = folders().into_iter().map(|folder| folder.join("expected/findings.csv"));
    let texts = files.filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap());
    let subject = |line: &str| line.split(',').nth(2).unwrap_or_default().to_owned();
    texts.flat_map(|text| text.lines().skip(1).map(subject).collect::<Vec<_>>()).collect()
}

/// The entries of a table.
pub(crate) fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        NodeKind::Table(entries) => entries,
        _ => &[],
    }
}

/// The value of a key of a table.
pub(crate) fn value<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    entries(node).iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
}

/// The text of a key of a table.
pub(crate) fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    match &value(node, key)?.kind {
        NodeKind::Text(text) => Some(&text.value),
        _ => None,
    }
}

/// The items of a list; anything else is the only item.
pub(crate) fn items(node: &Node) -> Vec<Node> {
    match &node.kind {
        NodeKind::List(items) => items.clone(),
        _ => vec![node.clone()],
    }
}

/// All keys of some tables.
pub(crate) fn keys(nodes: &[Node]) -> BTreeSet<String> {
    nodes.iter().flat_map(entries).map(|entry| entry.key.value.clone()).collect()
}

/// Demands that every name is used.
#[track_caller]
pub(crate) fn all_used(used: &BTreeSet<String>, names: impl Iterator<Item = &'static str>) {
    let unused: Vec<&str> = names.filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "no case of tests/golden/ uses {}", unused.join(", "));
}
