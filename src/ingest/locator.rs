//! Locators: where a value of the long table stands in a sheet. Reads what is written; finds nothing.

use crate::spec::{Mistakes, Node, NodeKind, Text};
use crate::text::{Pattern, fold};

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) enum Locator {
    /// `header:TEXT`, `column:TEXT`: the cell of the row in the column with that header.
    Column(Pattern),
    /// `header` without text, for units only: in the text of the column's own header.
    OwnHeader,
    /// `level:N`: the text of level N (counted from 1) of the header tree.
    Level(usize),
    /// `label`: the row's own label, in the first column of the header.
    Label,
    /// `parent`, `path`, `depth`, `outline`: where the row stands among the others.
    Standing(Standing),
    /// `title`, `title:PATTERN`: in the lines above the header.
    Title(Option<Pattern>),
    /// `sheet`, `sheet:PATTERN`: in the sheet's name.
    Sheet(Option<Pattern>),
    /// `file`, `file:PATTERN`: in the file's name.
    File(Option<Pattern>),
    /// `cell:PATTERN`: in a cell outside the data.
    Cell(Pattern),
    /// `row:PATTERN`, for units only: in a row of its own among the data, from which on it holds.
    Row(Pattern),
    /// `const:VALUE`: stated in the pipeline file.
    Const(String),
}

/// What a row's place in the hierarchy of a table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The label of the row it is a part of; nothing at the top.
    Parent,
    /// Its own label behind those of all it is a part of, joined by ` / `.
    Path,
    /// How many rows it is a part of, one within the other.
    Depth,
    /// Its number within its parent behind the parent's own, three digits a level: `001003`.
    Outline,
}

const STANDINGS: &[(&str, Standing)] = &[
    ("parent", Standing::Parent),
    ("path", Standing::Path),
    ("depth", Standing::Depth),
    ("outline", Standing::Outline),
];

impl Standing {
    /// As written in a pipeline file.
    pub(super) fn word(self) -> &'static str {
        STANDINGS.iter().find(|(_, standing)| *standing == self).map_or("place", |(word, _)| word)
    }
}

/// The words a locator may begin with.
const WORDS: &[&str] = &[
    "header", "column", "level", "label", "title", "sheet", "file", "cell", "const", "parent", "path",
    "depth", "outline", "row",
];

impl Locator {
    /// Reads one locator.
    pub(super) fn read(text: &Text, mistakes: &Mistakes) -> Option<Self> {
        let (word, rest) = match text.value.split_once(':') {
            Some((word, rest)) => (word.trim(), Some(rest)),
            None => (text.value.trim(), None),
        };
        let pattern = |written: &str| {
            let at = text.value.len() - written.len();
            pattern_at(text, at, written, mistakes)
        };
        let optional = |rest: Option<&str>| match rest {
            None => Some(None),
            Some(written) => pattern(written).map(Some),
        };
        match (word, rest) {
            ("header", None) => Some(Self::OwnHeader),
            ("header" | "column", Some(rest)) => pattern(rest).map(Self::Column),
            ("level", Some(rest)) => match rest.trim().parse::<usize>() {
                Ok(level) if (1..=9).contains(&level) => Some(Self::Level(level)),
                _ => {
                    mistakes.add(text.span.clone(), format!("`{}` is no level, as in `level:1`", text.value));
                    None
                }
            },
            ("label", None) => Some(Self::Label),
            (word, None) if STANDINGS.iter().any(|(known, _)| *known == word) => {
                STANDINGS.iter().find(|(known, _)| *known == word).map(|(_, found)| Self::Standing(*found))
            }
            ("title", rest) => optional(rest).map(Self::Title),
            ("sheet", rest) => optional(rest).map(Self::Sheet),
            ("file", rest) => optional(rest).map(Self::File),
            ("cell", Some(rest)) => pattern(rest).map(Self::Cell),
            ("row", Some(rest)) => pattern(rest).map(Self::Row),
            ("const", Some(rest)) => Some(Self::Const(rest.to_owned())),
            (known, _) if WORDS.contains(&known) => {
                let message = format!("`{}` says nothing of where it stands", text.value);
                let help = "as in `header:金额`, `level:1`, `label`, `title`, `cell:/单位[:](?<unit>.+)/`, `const:RU`";
                mistakes.add_with_help(text.span.clone(), message, help);
                None
            }
            _ => {
                mistakes.unknown(text.part(0..word.len()), "place", word, WORDS.iter().copied());
                None
            }
        }
    }

    /// Whether it stands around the table.
    pub(super) fn is_around(&self) -> bool {
        matches!(self, Self::Title(_) | Self::Sheet(_) | Self::File(_) | Self::Cell(_))
    }

    /// Reads one locator or a list of them.
    pub(super) fn read_all(key: &str, node: &Node, mistakes: &Mistakes) -> Vec<Self> {
        let items = match &node.kind {
            NodeKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut found = Vec::new();
        for item in items {
            match &item.kind {
                NodeKind::Text(text) => {
                    let place = Self::read(text, mistakes);
                    if key != "unit" && matches!(place, Some(Self::Row(_))) {
                        let help = "in a row of its own among the data stands a unit; give it to `unit`";
                        mistakes.add_with_help(text.span.clone(), format!("`{key}` stands in no row"), help);
                    }
                    found.extend(place);
                }
                other => mistakes.add(
                    item.span.clone(),
                    format!("`{key}` must be a place such as `header:金额`, but it is {}", other.word()),
                ),
            }
        }
        found
    }
}

/// A pattern that is a whole text of the file.
pub(super) fn pattern(text: &Text, mistakes: &Mistakes) -> Option<Pattern> {
    pattern_at(text, 0, &text.value, mistakes)
}

fn pattern_at(text: &Text, at: usize, written: &str, mistakes: &Mistakes) -> Option<Pattern> {
    match Pattern::new(written) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            mistakes.add(text.part(at..at + written.len()), error.to_string());
            None
        }
    }
}

/// What a pattern takes from a text: the group of that name, else the only group, else the whole text.
pub(super) fn taken(pattern: &Pattern, name: &str, text: &str) -> Option<String> {
    let groups = pattern.captures(text)?;
    if let Some(group) = groups.get(name) {
        return Some(group.clone());
    }
    match (groups.len(), groups.into_values().next()) {
        (1, Some(only)) => Some(only),
        _ => Some(fold(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let mistakes = Mistakes::default();
        let read = Locator::read(&Text::at(0..written.len(), written), &mistakes);
        let told = match read {
            Some(Locator::Column(pattern)) => format!("column {}", pattern.written()),
            Some(other) => format!("{other:?}"),
            None => mistakes.into_sorted().into_iter().map(|mistake| mistake.message).collect(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn places_are_read_and_unknown_ones_named() {
        check("header:金额", "column 金额");
        check("column:币制", "column 币制");
        check("level:2", "Level(2)");
        check("level:two", "`level:two` is no level, as in `level:1`");
        check("label", "Label");
        check("parent", "Standing(Parent)");
        check("outline", "Standing(Outline)");
        check("title", "Title(None)");
        check("row", "`row` says nothing of where it stands");
        check("const:CN-HL", "Const(\"CN-HL\")");
        check("cell", "`cell` says nothing of where it stands");
        check("heder:金额", "unknown place `heder`");
    }

    #[test]
    fn a_pattern_takes_its_group_or_the_whole_text() {
        let unit = Pattern::new("/单位[:](?<unit>.+)/").unwrap();
        assert_eq!(taken(&unit, "unit", "金额单位：亿元").as_deref(), Some("亿元"));
        assert_eq!(taken(&Pattern::new("2021*").unwrap(), "x", "2021年").as_deref(), Some("2021年"));
    }
}
