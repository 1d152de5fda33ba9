//! `amur show`: findings, rejects or input files of the latest published run.

use super::args::{Global, ShowArguments, Shown};
use super::exit::Exit;
use super::history::Home;
use super::show;
use crate::store::{MANIFEST_NAME, PublishedSet, read_bytes};

pub(super) fn command(global: &Global, arguments: &ShowArguments) -> Exit {
    let set = match Home::of(global, &arguments.wanted).and_then(|home| home.latest()) {
        Ok(set) => set,
        Err(exit) => return exit,
    };
    let form = arguments.wanted.json.into();
    match arguments.what {
        Shown::Findings => list(&set, "findings.csv", form),
        Shown::Rejects => list(&set, "rejects.csv", form),
        Shown::Sources => sources(&set, form),
    }
}

/// A list of findings; a run without any has written none.
fn list(set: &PublishedSet, name: &str, form: show::Form) -> Exit {
    if !set.run.outputs.iter().any(|file| file.name == name) {
        show::rows(&[], &[], form);
        show::talk(&format!("run {}: none", set.run.run));
        return Exit::Done;
    }
    let Some(bytes) = set.file(name) else {
        show::talk(&format!("error: {name} of run {} is missing or was altered", set.run.run));
        return Exit::Output;
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let mut lines = reader.records().map_while(Result::ok);
    let Some(header) = lines.next() else { return Exit::Done };
    let header: Vec<&str> = header.iter().collect();
    // In a terminal the Chinese and Russian texts would fill the screen three times.
    let shown: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(_, column)| {
            form == show::Form::Json || !column.ends_with("_zh") && !column.ends_with("_ru")
        })
        .map(|(place, _)| place)
        .collect();
    let pick = |cell: &dyn Fn(usize) -> Option<String>| -> Vec<String> {
        shown.iter().filter_map(|place| cell(*place)).collect()
    };
    let rows: Vec<Vec<String>> =
        lines.map(|line| pick(&|place| line.get(place).map(str::to_owned))).collect();
    let names: Vec<&str> = shown.iter().filter_map(|place| header.get(*place).copied()).collect();
    show::rows(&names, &rows, form);
    show::talk(&format!("run {}: {} rows", set.run.run, rows.len()));
    Exit::Done
}

/// Every input file as the manifest tells it.
fn sources(set: &PublishedSet, form: show::Form) -> Exit {
    let manifest = read_bytes(&set.folder.join(MANIFEST_NAME))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .unwrap_or_default();
    let inputs = manifest.get("inputs").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    if form == show::Form::Json {
        show::json(&inputs);
        return Exit::Done;
    }
    let header = [
        "file",
        "read by",
        "format",
        "taken",
        "used",
        "normalised",
        "rejected",
        "left out",
        "figures",
        "missing",
        "superseded",
        "cells",
        "cells rejected",
        "cells left out",
        "note",
    ];
    let rows: Vec<Vec<String>> = inputs.iter().map(source_row).collect();
    show::rows(&header, &rows, form);
    Exit::Done
}

fn source_row(input: &serde_json::Value) -> Vec<String> {
    let text = |value: Option<&serde_json::Value>| match value {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let rows = |name: &str| text(input.get("rows").and_then(|rows| rows.get(name)));
    let left_out = |counts: &str| -> u64 {
        let reasons = input.get(counts).and_then(|counts| counts.get("left_out")?.as_object());
        reasons.map_or(0, |reasons| reasons.values().filter_map(serde_json::Value::as_u64).sum())
    };
    let cells = |name: &str| text(input.get("cells").and_then(|cells| cells.get(name)));
    let own = |name: &str| text(input.get(name));
    vec![
        own("file"),
        own("source"),
        own("format"),
        rows("taken"),
        rows("used"),
        rows("normalised"),
        rows("rejected"),
        left_out("rows").to_string(),
        own("figures"),
        own("missing"),
        own("superseded"),
        cells("taken"),
        cells("rejected"),
        left_out("cells").to_string(),
        own("note"),
    ]
}
