//! `amur explain`: a figure walked back to the steps, rates and cells it comes from, over the input as it
//! stands now.

use jiff::Timestamp;
use serde_json::json;

use super::args::{ExplainArguments, Global};
use super::exit::Exit;
use super::{mistakes, picture, reading, show};
use crate::context::RunContext;
use crate::pipeline::{Computed, Plan, SilentProgress, Trace, compute, explain_file, trace};
use crate::report::{FigureState, ReportPlan};

pub(super) fn command(global: &Global, arguments: &ExplainArguments) -> Exit {
    let given: Vec<String> = arguments.wanted.pipeline.iter().cloned().collect();
    let files = match mistakes::select(&global.folder, &given) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut context = RunContext::in_folder(&global.folder, Timestamp::now());
    if arguments.layout {
        context.reading = match reading::by_children(&arguments.read) {
            Ok(reading) => reading,
            Err(exit) => return exit,
        };
    }
    let mut known = Vec::new();
    for path in files {
        let file = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file,
            Err(exit) => return exit,
        };
        let Some(plan) = &file.plan else { return Exit::Internal };
        if arguments.layout {
            if let Some(found) = explain_file(plan, &context, &arguments.what) {
                picture::print(&found, arguments.wanted.json.into());
                return Exit::Done;
            }
            continue;
        }
        let sheets = plan.reports.iter().flat_map(ReportPlan::sheets);
        let names: Vec<(String, String)> =
            sheets.chain(plan.shapes.tables.keys().map(|table| (table.clone(), table.clone()))).collect();
        if let Some((_, table)) = names.iter().find(|(name, _)| *name == arguments.what) {
            return one(plan, &context, table, arguments);
        }
        known.extend(names.into_iter().map(|(name, _)| name));
    }
    if arguments.layout {
        show::talk(&format!("error: {} is no file of the input folder", arguments.what));
        return Exit::Usage;
    }
    let near = crate::text::nearest(&arguments.what, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    show::talk(&format!(
        "error: {} is no table and no sheet{hint}\nthere are: {}",
        arguments.what,
        known.join(", ")
    ));
    Exit::Usage
}

fn one(plan: &Plan, context: &RunContext, table: &str, arguments: &ExplainArguments) -> Exit {
    let computed = match compute(plan, context, &SilentProgress) {
        Ok(computed) => computed,
        Err(error) => {
            show::talk(&format!("error: {error}"));
            return Exit::from(&error);
        }
    };
    let Some(found) = computed.tables.get(table) else {
        show::talk(&format!("error: {table} cannot be made from this input; `amur run` says why"));
        return Exit::Data;
    };
    let (traces, rows) = trace(plan, &computed, found, &arguments.key, arguments.rows);
    if rows == 0 {
        show::talk(&format!("error: no row of {table} holds {}", arguments.key.join(" and ")));
        return Exit::Usage;
    }
    if arguments.wanted.json {
        let values: Vec<serde_json::Value> =
            traces.iter().map(|trace| as_json(table, trace, &computed)).collect();
        show::json(&values);
    } else {
        traces.iter().for_each(|trace| print(table, trace, &computed));
    }
    if rows > traces.len() {
        show::talk(&format!("{} of {rows} rows; -n shows more", traces.len()));
    }
    Exit::Done
}

fn print(table: &str, trace: &Trace, computed: &Computed) {
    show::data(&format!("{table}: {}", trace.key.replace('|', ", ")));
    let figures: Vec<Vec<String>> = trace
        .figures
        .iter()
        .map(|(id, state)| {
            let value = format!("{}{}", state.bound, state.value);
            let value = if value.is_empty() { "–".to_owned() } else { value };
            vec![format!("  {}", id.column), value, state.unit.clone(), state.status.clone()]
        })
        .collect();
    show::aligned(&figures).iter().for_each(|line| show::data(line));
    let mut told: Vec<&str> = Vec::new();
    for (_, state) in trace.figures.iter().filter(|(_, state)| !state.rate.is_empty()) {
        if !told.contains(&state.rate.as_str()) {
            told.push(&state.rate);
            show::data(&format!("  rate: {} = {}{}", state.rate, state.rate_value, path(state, computed)));
        }
    }
    for step in &trace.steps {
        show::data(&format!("  step: {step}"));
    }
    let cells: Vec<Vec<String>> = trace
        .cells
        .iter()
        .map(|cell| vec![format!("  cell: {}", cell.place), format!("`{}`", cell.raw), cell.table.clone()])
        .collect();
    show::aligned(&cells).iter().for_each(|line| show::data(line));
    if trace.together {
        show::data("  a step takes rows only together: some of these cells may not be part of the figures");
    }
    if trace.more {
        show::data("  … and more; -n shows more");
    }
}

/// How a rate was made and from which file.
fn path(state: &FigureState, computed: &Computed) -> String {
    let quote = computed.quotes.get(&state.rate);
    quote.map_or_else(String::new, |quote| {
        let note = quote.note().map(|note| format!(", {note}")).unwrap_or_default();
        format!(" ({}, {}{note})", quote.path, quote.file)
    })
}

fn as_json(table: &str, trace: &Trace, computed: &Computed) -> serde_json::Value {
    let figures: Vec<serde_json::Value> = trace
        .figures
        .iter()
        .map(|(id, state)| {
            let quote = computed.quotes.get(&state.rate);
            json!({
                "column": id.column, "value": state.value, "status": state.status, "bound": state.bound,
                "unit": state.unit, "rate": state.rate, "rate_value": state.rate_value,
                "rate_path": quote.map(|quote| quote.path.clone()),
                "rate_file": quote.map(|quote| quote.file.clone()),
            })
        })
        .collect();
    let cells: Vec<serde_json::Value> = trace
        .cells
        .iter()
        .map(|cell| json!({ "table": cell.table, "place": cell.place, "raw": cell.raw }))
        .collect();
    json!({
        "table": table, "key": trace.key, "figures": figures, "steps": trace.steps, "cells": cells,
        "more": trace.more, "together": trace.together,
    })
}
