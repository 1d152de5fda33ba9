//! How one input file is understood: what each part was taken for and why, what became of its rows.

use crate::context::RunContext;
use crate::finding::{Finding, SourceAccount};
use crate::ingest;
use crate::pipeline::read::forget_sheets_read;
use crate::pipeline::sandbox::Reader;
use crate::pipeline::{Assignment, Plan, assign};
use crate::store::{discover, freeze};

/// Lines about a file of the input folder, given by its path below it or any unique end of that; nothing
/// where there is no such file.
pub fn explain_file(plan: &Plan, context: &RunContext, what: &str) -> Option<Vec<String>> {
    let found = discover(&context.input).ok()?;
    let wanted = what.replace('\\', "/");
    let wanted = wanted.trim_start_matches("./").trim_start_matches("input/");
    let inputs = assign(plan, found);
    if let Some(assignment) = inputs.assigned.iter().find(|one| one.file.shown == wanted) {
        return Some(explain(plan, context, assignment));
    }
    if let Some(file) = inputs.unmatched.iter().find(|file| file.shown == wanted) {
        let mut lines = vec![format!("{}: no source matches; its cells are", file.shown)];
        match ingest::sketch(&file.path, &file.shown) {
            Ok(cells) => lines.extend(cells),
            Err(error) => lines.push(error.to_string()),
        }
        return Some(lines);
    }
    let skipped = inputs.skipped.iter().find(|file| file.shown == wanted)?;
    Some(vec![format!("{}: never read: {}", skipped.shown, skipped.reason)])
}

fn explain(plan: &Plan, context: &RunContext, assignment: &Assignment) -> Vec<String> {
    let shown = &assignment.file.shown;
    let frozen = match freeze(&assignment.file, &context.state) {
        Ok(frozen) => frozen,
        Err(error) => return vec![format!("{shown}: {error}")],
    };
    let reader = Reader::new(&plan.name, &plan.lists.by_name, context);
    let mut lines = Vec::new();
    let sources = assignment.sources.iter().filter_map(|at| plan.sources.get(*at));
    let readings: Vec<_> = sources.map(|source| (source, reader.source(source, &frozen))).collect();
    let read = readings.iter().filter_map(|(_, reading)| Some(reading.as_ref().ok()?.account.clone()));
    let accounts: Vec<SourceAccount> = read.collect();
    for (source, reading) in readings {
        lines.push(format!("{shown}, read by {}", source.name()));
        match reading {
            Err(unread) => lines.push(format!("  cannot be read: {}", unread.reason)),
            Ok(mut reading) => {
                forget_sheets_read(&mut reading.findings, &accounts);
                lines.push(format!("  {}", reading.account.format));
                lines.extend(reading.decisions.iter().map(|decision| format!("  {decision}")));
                let rows = &reading.account.rows;
                lines.push(format!(
                    "  rows: {} taken = {} used + {} normalised + {} rejected + {} left out; {} figures",
                    rows.taken,
                    rows.used,
                    rows.normalised,
                    rows.rejected,
                    rows.left_out_total(),
                    reading.account.figures
                ));
                lines.extend(
                    rows.left_out.iter().map(|(reason, count)| format!("  left out, {reason}: {count}")),
                );
                lines.extend(reading.rejects.iter().map(|reject| told("rejected", reject)));
                lines.extend(reading.findings.iter().map(|finding| told("finding", finding)));
            }
        }
    }
    for rates in assignment.rates.iter().filter_map(|(at, _)| plan.rates.get(*at)) {
        lines.push(format!("{shown}, exchange rates of {}", rates.name()));
    }
    lines
}

fn told(word: &str, finding: &Finding) -> String {
    format!(
        "  {word} {} at {}: {} `{}`; expected {}",
        finding.code.id, finding.place, finding.code.title.en, finding.seen, finding.expected
    )
}
