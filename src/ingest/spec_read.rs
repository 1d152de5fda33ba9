//! Reads the settings of a source other than its columns: the layout it uses, files, sheets, limits.

use std::collections::BTreeMap;

use super::formats::ReadOptions;
use super::locator::pattern;
use super::spec::{Declared, Hidden, HiddenLines, Precision, Several, Sheets};
use super::spec_columns::{Field, Measure, read_field, read_measure};
use super::spec_marks::read_annotations;
use super::spec_rows::read_rules;
use super::spec_table::read_table;
use crate::spec::{Entry, Fields, Mistakes, Node, NodeKind};

/// The source's own table laid over the layout it uses; dims, measures and attrs are laid over one by one.
pub(super) fn merged(node: &Node, layouts: &BTreeMap<String, &Node>, mistakes: &Mistakes) -> Option<Node> {
    let NodeKind::Table(own) = &node.kind else {
        mistakes.add(node.span.clone(), format!("a source must be a table, but it is {}", node.kind.word()));
        return None;
    };
    let Some(used) = own.iter().find(|entry| entry.key.value == "use") else { return Some(node.clone()) };
    let NodeKind::Text(name) = &used.value.kind else {
        mistakes.add(used.value.span.clone(), "`use` names a [layout.…] in quotes");
        return None;
    };
    let Some(layout) = layouts.get(&name.value) else {
        mistakes.unknown(name.span.clone(), "layout", &name.value, layouts.keys().map(String::as_str));
        return None;
    };
    let NodeKind::Table(base) = &layout.kind else {
        mistakes.add(layout.span.clone(), "a layout must be a table");
        return None;
    };
    let mut entries = base.clone();
    lay_over(&mut entries, own, &["dim", "measure", "attr"]);
    entries.retain(|entry| entry.key.value != "use");
    Some(Node { span: node.span.clone(), kind: NodeKind::Table(entries) })
}

fn lay_over(entries: &mut Vec<Entry>, own: &[Entry], deep: &[&str]) {
    for entry in own {
        let Some(known) = entries.iter_mut().find(|known| known.key.value == entry.key.value) else {
            entries.push(entry.clone());
            continue;
        };
        if let (true, NodeKind::Table(below), NodeKind::Table(above)) =
            (deep.contains(&entry.key.value.as_str()), &mut known.value.kind, &entry.value.kind)
        {
            lay_over(below, above, &[]);
        } else {
            *known = entry.clone();
        }
    }
}

pub(super) fn read_options(fields: &mut Fields<'_>) -> (ReadOptions, char) {
    let mut options = ReadOptions::default();
    let encodings = fields.texts("encodings");
    if !encodings.is_empty() {
        options.encodings = encodings.into_iter().map(|name| name.value).collect();
    }
    if let Some(text) = fields.text("delimiter") {
        match text.value.as_bytes() {
            b"auto" => {}
            &[byte] => options.delimiter = Some(byte),
            _ => fields.mistakes().add(text.span, "`delimiter` is one sign, as in \";\""),
        }
    }
    let decimal = fields.choice("decimal", &[(".", '.'), (",", ',')]).unwrap_or('.');
    (options, decimal)
}

pub(super) fn read_sheets(fields: &mut Fields<'_>) -> Sheets {
    let mistakes = fields.mistakes();
    let Some(node) = fields.any("sheet") else { return Sheets::default() };
    if let NodeKind::Text(text) = &node.kind {
        return Sheets { matching: pattern(text, mistakes), ..Sheets::default() };
    }
    let Some(mut sheet) = Fields::open(node, format!("`sheet` of {}", fields.what()), mistakes) else {
        return Sheets::default();
    };
    let lines = &[("skip", HiddenLines::Skip), ("read", HiddenLines::Read)];
    let found = Sheets {
        matching: sheet.text("match").and_then(|text| pattern(&text, mistakes)),
        several: sheet
            .choice("several", &[("all", Several::All), ("refuse", Several::Refuse)])
            .unwrap_or_default(),
        hidden: sheet.choice("hidden", &[("skip", Hidden::Skip), ("read", Hidden::Read)]).unwrap_or_default(),
        hidden_rows: sheet.choice("hidden_rows", lines).unwrap_or_default(),
        hidden_columns: sheet.choice("hidden_columns", lines).unwrap_or_default(),
    };
    sheet.finish();
    found
}

/// A share such as `1%`; nothing given allows no reject.
pub(super) fn read_limit(fields: &mut Fields<'_>) -> f64 {
    let Some(text) = fields.text("rejects") else { return 0.0 };
    let share = text.value.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    if let Some(share) = share.filter(|share| (0.0..=100.0).contains(share)) {
        return share / 100.0;
    }
    fields.mistakes().add(text.span, "`rejects` is a share of the rows, as in \"1%\"");
    0.0
}

pub(super) fn read_declared(fields: &mut Fields<'_>, decimal: char) -> Option<Declared> {
    let mistakes = fields.mistakes();
    let table = read_table(fields);
    let dims: Vec<Field> =
        fields.entries("dim").iter().filter_map(|entry| read_field("dim", entry, mistakes)).collect();
    let written = fields.entries("measure");
    let measures: Vec<Measure> =
        written.iter().filter_map(|entry| read_measure(entry, &dims, mistakes)).collect();
    let attrs: Vec<Field> =
        fields.entries("attr").iter().filter_map(|entry| read_field("attr", entry, mistakes)).collect();
    if written.is_empty() {
        mistakes.add(fields.span(), format!("{} declares no `measure`", fields.what()));
    }
    let mut names: Vec<&str> = Vec::new();
    let fields_named = dims.iter().chain(&attrs).map(|field| (&field.name, &field.span));
    for (name, span) in fields_named.chain(measures.iter().map(|measure| (&measure.name, &measure.span))) {
        if names.contains(&name.as_str()) {
            mistakes.add(span.clone(), format!("the column `{name}` is declared twice"));
        }
        names.push(name);
    }
    let rows = read_rules(fields.any("rows"), &dims, mistakes);
    let hierarchy = fields.texts("hierarchy").iter().filter_map(|text| pattern(text, mistakes)).collect();
    let precision = fields
        .choice("precision", &[("printed", Precision::Printed), ("significant", Precision::Significant)])
        .unwrap_or(Precision::Printed);
    let annotations = read_annotations(fields, &dims, &measures);
    Some(Declared { table: table?, dims, measures, attrs, rows, hierarchy, annotations, precision, decimal })
}
