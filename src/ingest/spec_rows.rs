//! What row labels mean, as declared in `rows`.

use crate::spec::{Entry, Mistakes, Node, NodeKind, Text};
use crate::text::Pattern;

use super::locator::pattern;
use super::spec_columns::Field;

/// What rows with a certain label are.
#[derive(Clone, Debug)]
pub(super) struct RowRule {
    pub(super) matching: Pattern,
    pub(super) role: Role,
    pub(super) keep: Keep,
    /// Dimension (by position) and the text that replaces it, with `{group}` and `{year}`.
    pub(super) overrides: Vec<(usize, String)>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Data,
    Total,
    Section,
    Overlapping,
    /// Scratch beside or under the table: no figure of it.
    Aside,
}

/// Whether the figures of a total or overlapping row are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Yes,
    No,
}

const ROLES: &[(&str, Role)] = &[
    ("data", Role::Data),
    ("total", Role::Total),
    ("section", Role::Section),
    ("overlapping", Role::Overlapping),
    ("aside", Role::Aside),
];

impl Role {
    /// The reason with which rows of this role are left out.
    pub(super) fn word(self) -> &'static str {
        ROLES.iter().find(|(_, role)| *role == self).map_or("data", |(word, _)| word)
    }
}

/// Reads the list `rows`.
pub(super) fn read_rules(node: Option<&Node>, dims: &[Field], mistakes: &Mistakes) -> Vec<RowRule> {
    let Some(node) = node else { return Vec::new() };
    let NodeKind::List(items) = &node.kind else {
        mistakes.add(node.span.clone(), format!("`rows` must be a list, but it is {}", node.kind.word()));
        return Vec::new();
    };
    items.iter().filter_map(|item| read_rule(item, dims, mistakes)).collect()
}

fn read_rule(node: &Node, dims: &[Field], mistakes: &Mistakes) -> Option<RowRule> {
    let NodeKind::Table(entries) = &node.kind else {
        mistakes.add(
            node.span.clone(),
            "an entry of `rows` must be a table, as in { match = \"合计\", role = \"total\" }",
        );
        return None;
    };
    let mut matching = None;
    let mut rule = (Role::Data, Keep::No, Vec::new());
    for entry in entries {
        match entry.key.value.as_str() {
            "match" => matching = text(entry, mistakes).and_then(|text| pattern(text, mistakes)),
            "role" => rule.0 = role(entry, mistakes),
            "keep" => match entry.value.kind {
                NodeKind::Boolean(true) => rule.1 = Keep::Yes,
                NodeKind::Boolean(false) => {}
                _ => mistakes.add(entry.value.span.clone(), "`keep` is true or false"),
            },
            name => {
                if let Some(dim) = dims.iter().position(|dim| dim.name == name) {
                    rule.2.extend(text(entry, mistakes).map(|text| (dim, text.value.clone())));
                } else {
                    let known = ["match", "role", "keep"].into_iter();
                    let allowed = known.chain(dims.iter().map(|dim| dim.name.as_str()));
                    mistakes.unknown(entry.key.span.clone(), "key of `rows`", name, allowed);
                }
            }
        }
    }
    if matching.is_none() && !entries.iter().any(|entry| entry.key.value == "match") {
        mistakes.add(node.span.clone(), "an entry of `rows` lacks `match`");
    }
    let matching = matching?;
    check_groups(&matching, node, &rule.2, mistakes);
    Some(RowRule { matching, role: rule.0, keep: rule.1, overrides: rule.2 })
}

fn text<'a>(entry: &'a Entry, mistakes: &Mistakes) -> Option<&'a Text> {
    if let NodeKind::Text(text) = &entry.value.kind {
        return Some(text);
    }
    mistakes.add(entry.value.span.clone(), format!("`{}` of `rows` must be text in quotes", entry.key.value));
    None
}

fn role(entry: &Entry, mistakes: &Mistakes) -> Role {
    let Some(text) = text(entry, mistakes) else { return Role::Data };
    let found = ROLES.iter().find(|(word, _)| *word == text.value);
    if found.is_none() {
        mistakes.unknown(text.span.clone(), "role", &text.value, ROLES.iter().map(|(word, _)| *word));
    }
    found.map_or(Role::Data, |(_, role)| *role)
}

/// Every `{group}` must be a named group of the pattern, or `{year}`.
fn check_groups(matching: &Pattern, node: &Node, overrides: &[(usize, String)], mistakes: &Mistakes) {
    let groups: Vec<&str> = matching.group_names().chain(["year"]).collect();
    for (_, template) in overrides {
        for name in placeholders(template) {
            if !groups.contains(&name) {
                mistakes.unknown(node.span.clone(), "group", name, groups.iter().copied());
            }
        }
    }
}

/// The names in braces of a template.
pub(super) fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
