//! `amur preview`: rows of a source or step, or how an input file is understood. Nothing is published.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::{Global, PreviewArguments};
use super::exit::Exit;
use super::{mistakes, picture, reading, show};
use crate::context::RunContext;
use crate::pipeline::{Computed, Plan, SilentProgress, compute, explain_file, plain_value};
use crate::table::{ORIGIN_COLUMN, Table};

pub(super) fn command(global: &Global, arguments: &PreviewArguments) -> Exit {
    let given: Vec<String> = arguments.pipeline.iter().cloned().collect();
    let files = match mistakes::select(&global.folder, &given) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut context = RunContext::in_folder(&global.folder, Timestamp::now());
    context.stop = Arc::default();
    context.reading = match reading::by_children(&arguments.read) {
        Ok(reading) => reading,
        Err(exit) => return exit,
    };
    let mut known = Vec::new();
    for path in files {
        let file = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file,
            Err(exit) => return exit,
        };
        let Some(plan) = &file.plan else { return Exit::Internal };
        if plan.shapes.tables.contains_key(&arguments.what) {
            return table(plan, &context, arguments);
        }
        if let Some(found) = explain_file(plan, &context, &arguments.what) {
            picture::print(&found, arguments.json.into());
            return Exit::Done;
        }
        known.extend(plan.shapes.tables.keys().cloned());
    }
    if let Some(message) = unread_file(&context, &arguments.what) {
        show::talk(&message);
        return Exit::Usage;
    }
    let near = crate::text::nearest(&arguments.what, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    show::talk(&format!(
        "error: {} is no source, no step and no file of the input folder{hint}\nthere are: {}",
        arguments.what,
        known.join(", ")
    ));
    Exit::Usage
}

/// What is told of a file that no source reads: which command proposes one.
fn unread_file(context: &RunContext, what: &str) -> Option<String> {
    let places = [PathBuf::from(what), context.root.join(what), context.input.join(what)];
    places
        .iter()
        .any(|path| path.is_file())
        .then(|| format!("error: no source reads {what}\n`amur infer {what}` proposes a source block for it"))
}

fn table(plan: &Plan, context: &RunContext, arguments: &PreviewArguments) -> Exit {
    let computed = match compute(plan, context, &SilentProgress) {
        Ok(computed) => computed,
        Err(error) => {
            show::talk(&format!("error: {error}"));
            return Exit::from(&error);
        }
    };
    let Some(table) = computed.tables.get(&arguments.what) else {
        for finding in &computed.findings {
            show::talk(&format!(
                "{} {}: {} {}",
                finding.severity, finding.code.id, finding.subject, finding.seen
            ));
        }
        show::talk(&format!("error: {} cannot be made from this input", arguments.what));
        return Exit::Data;
    };
    print(table, &computed, arguments);
    Exit::Done
}

fn print(table: &Table, computed: &Computed, arguments: &PreviewArguments) {
    let names: Vec<&str> = table.schema.names().filter(|name| *name != ORIGIN_COLUMN).collect();
    let mut rows = vec![names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    let with_origin = table.schema.has(ORIGIN_COLUMN);
    if let Some(header) = rows.first_mut().filter(|_| with_origin) {
        header.push("origin".to_owned());
    }
    for at in 0..table.frame.height().min(arguments.rows) {
        let mut row: Vec<String> = names.iter().map(|name| plain_value(table, name, at)).collect();
        if with_origin {
            let origin = plain_value(table, ORIGIN_COLUMN, at).parse().ok();
            row.push(origin.map_or_else(String::new, |origin| computed.origins.place(origin).to_string()));
        }
        rows.push(row);
    }
    if arguments.csv {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &rows {
            if let Err(error) = writer.write_record(row) {
                show::talk(&format!("error: {error}"));
            }
        }
        let bytes = writer.into_inner().unwrap_or_default();
        show::data(String::from_utf8_lossy(&bytes).trim_end());
        return;
    }
    show::aligned(&rows).iter().for_each(|line| show::data(line));
    let sample = if table.sample { ", 示例 random sample" } else { "" };
    show::talk(&format!("{} of {} rows{sample}", rows.len() - 1, table.frame.height()));
}
