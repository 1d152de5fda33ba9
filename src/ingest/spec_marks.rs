//! What stands beside a figure and says how it is to be taken: a bound, a status, a trait known of a single
//! figure; and for which rows a figure is taken at all. Reads settings.

use crate::measure::{Bound, OBS_STATUSES, is_footnote_digit};
use crate::spec::{Entry, Fields, Mistakes, Node, NodeKind, Span, Text};
use crate::text::fold;

use super::builder::Value;
use super::locator::Locator;
use super::spec_columns::{Field, Measure};
use super::spec_map::NameMap;

/// Rows with certain values of their dimensions; without a condition every row.
#[derive(Clone, Debug, Default)]
pub(super) struct Only(Vec<(usize, Vec<String>)>);

/// The dimensions of a row: its values, and where in them each dimension stands.
#[derive(Clone, Copy)]
pub(super) struct DimValues<'a> {
    pub(super) row: &'a [Value],
    pub(super) at: &'a [Option<usize>],
}

impl Only {
    /// Whether a row is one of them.
    pub(super) fn holds(&self, dims: DimValues<'_>) -> bool {
        self.0.iter().all(|(dim, wanted)| {
            let value = dims.at.get(*dim).copied().flatten().and_then(|at| dims.row.get(at));
            let text = value.and_then(Value::as_str);
            text.is_some_and(|text| wanted.iter().any(|one| one == text))
        })
    }

    /// Reads a table of dimensions and the value or values each may have.
    pub(super) fn read(key: &str, node: &Node, dims: &[Field], mistakes: &Mistakes) -> Self {
        let NodeKind::Table(entries) = &node.kind else {
            let what = format!("`{key}` must be a table, as in {{ flow = \"total\" }}");
            mistakes.add(node.span.clone(), what);
            return Self::default();
        };
        Self(entries.iter().filter_map(|entry| condition(entry, dims, mistakes)).collect())
    }
}

fn condition(entry: &Entry, dims: &[Field], mistakes: &Mistakes) -> Option<(usize, Vec<String>)> {
    let name = &entry.key.value;
    let Some(dim) = dims.iter().position(|dim| dim.name == *name) else {
        let known = dims.iter().map(|dim| dim.name.as_str());
        mistakes.unknown(entry.key.span.clone(), "dimension", name, known);
        return None;
    };
    let items = match &entry.value.kind {
        NodeKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let mut wanted = Vec::new();
    for item in items {
        match &item.kind {
            NodeKind::Text(text) => wanted.push(text.value.clone()),
            other => mistakes.add(
                item.span.clone(),
                format!("`{name}` must be one text or a list of texts, but it is {}", other.word()),
            ),
        }
    }
    Some((dim, wanted))
}

/// A text beside a figure that a map turns into a code.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) from: Locator,
    pub(super) map: NameMap,
    pub(super) only: Only,
}

/// Reads `bound = { from, map }`; the map yields `>`, `<` or `≈`.
pub(super) fn read_bound(fields: &mut Fields<'_>, dims: &[Field]) -> Option<Mark> {
    let node = fields.any("bound")?;
    let mark = read_mark("bound", node, dims, fields.mistakes())?;
    for code in mark.map.codes().filter(|code| Bound::parse(code).is_none()) {
        fields.mistakes().unknown(node.span.clone(), "bound", code, Bound::ALL.map(Bound::as_str));
    }
    Some(mark)
}

/// A status as it stands, told where SDMX has none of this code.
pub(super) fn known_status(status: &str, span: &Span, mistakes: &Mistakes) -> String {
    if !OBS_STATUSES.contains(&status) {
        mistakes.unknown(span.clone(), "status", status, OBS_STATUSES);
    }
    status.to_owned()
}

/// Reads `status = { from, map, only }` or a list of them; the first that says something wins.
pub(super) fn read_status(fields: &mut Fields<'_>, dims: &[Field]) -> Vec<Mark> {
    let mistakes = fields.mistakes();
    let Some(node) = fields.any("status") else { return Vec::new() };
    let items = match &node.kind {
        NodeKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let marks: Vec<Mark> =
        items.iter().filter_map(|item| read_mark("status", item, dims, mistakes)).collect();
    for code in marks.iter().flat_map(|mark| mark.map.codes()) {
        known_status(code, &node.span, mistakes);
    }
    marks
}

fn read_mark(key: &str, node: &Node, dims: &[Field], mistakes: &Mistakes) -> Option<Mark> {
    let mut fields = Fields::open(node, format!("`{key}`"), mistakes)?;
    let from = fields.required_text("from").and_then(|text| read_place(&text, mistakes));
    fields.required("map");
    let map = NameMap::read(&mut fields, "map");
    let only = fields.any("only").map(|only| Only::read("only", only, dims, mistakes)).unwrap_or_default();
    fields.finish();
    Some(Mark { from: from?, map, only })
}

fn read_place(text: &Text, mistakes: &Mistakes) -> Option<Locator> {
    let place = Locator::read(text, mistakes)?;
    if matches!(place, Locator::OwnHeader | Locator::Row(_) | Locator::Const(_)) {
        let help = "as in `label`, `column:状态`, `level:1`, `title`";
        mistakes.add_with_help(text.span.clone(), format!("`{}` is no mark of a figure", text.value), help);
        return None;
    }
    Some(place)
}

/// Reads `marks`: words glued to a number, folded, and the status each gives.
pub(super) fn read_glued(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let marks = fields.text_map("marks").into_iter();
    // Folded, a raised digit is a digit like any other.
    let key = |text: &str| {
        if text.chars().any(is_footnote_digit) { text.trim().to_owned() } else { fold(text) }
    };
    let mistakes = fields.mistakes();
    let known = |status: &Text| known_status(&status.value, &status.span, mistakes);
    marks.map(|(text, status)| (key(&text.value), known(&status))).collect()
}

/// A trait known of single figures.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub(super) only: Only,
    pub(super) measure: usize,
    pub(super) status: Option<String>,
    pub(super) note: Option<String>,
    /// The condition as told where no figure meets it.
    pub(super) told: String,
}

/// Reads the list `annotate`.
pub(super) fn read_annotations(
    fields: &mut Fields<'_>,
    dims: &[Field],
    measures: &[Measure],
) -> Vec<Annotation> {
    let mistakes = fields.mistakes();
    let found = fields.tables("annotate").into_iter().filter_map(|mut entry| {
        let only = entry.required("where")?;
        let told = told(only);
        let only = Only::read("where", only, dims, mistakes);
        let measure = entry.text("measure");
        let status = entry.text("status");
        let status = status.map(|status| known_status(&status.value, &status.span, mistakes));
        let note = entry.text("note").map(|text| text.value);
        if status.is_none() && note.is_none() {
            mistakes.add(entry.span(), "an entry of `annotate` has neither `status` nor `note`");
        }
        entry.finish();
        let measure = match measure {
            None => 0,
            Some(name) => measures.iter().position(|one| one.name == name.value).or_else(|| {
                let known = measures.iter().map(|one| one.name.as_str());
                mistakes.unknown(name.span.clone(), "measure", &name.value, known);
                None
            })?,
        };
        Some(Annotation { only, measure, status, note, told })
    });
    found.collect()
}

/// A condition in words.
fn told(node: &Node) -> String {
    let NodeKind::Table(entries) = &node.kind else { return String::new() };
    let text = |node: &Node| match &node.kind {
        NodeKind::Text(text) => text.value.clone(),
        NodeKind::List(items) => {
            let texts = items.iter().filter_map(|item| match &item.kind {
                NodeKind::Text(text) => Some(text.value.as_str()),
                _ => None,
            });
            texts.collect::<Vec<_>>().join("/")
        }
        _ => String::new(),
    };
    let parts = entries.iter().map(|entry| format!("{} = {}", entry.key.value, text(&entry.value)));
    parts.collect::<Vec<_>>().join(", ")
}
