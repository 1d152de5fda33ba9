//! How one input file is understood: what each part was taken for and why, what became of its rows.

use serde::Serialize;

use crate::context::RunContext;
use crate::finding::{CellCount, Finding, SourceAccount, pipeline as codes};
use crate::ingest::rates::{self, RatesSpec};
use crate::ingest::{self, FileReading, SheetPicture};
use crate::pipeline::read::forget_sheets_read;
use crate::pipeline::sandbox::Reader;
use crate::pipeline::{Assignment, Plan, assign};
use crate::store::{FrozenFile, discover, freeze};

/// How a file of the input folder is understood by every block that reads it.
#[derive(Clone, Debug, Serialize)]
pub struct InputPicture {
    /// Path below the input folder.
    pub file: String,
    /// Lines about it that belong to no source: that none matches, with its first cells, or why it is
    /// never read.
    pub lines: Vec<String>,
    /// One entry a source or rates block.
    pub readings: Vec<FilePicture>,
}

/// How one block understands a file.
#[derive(Clone, Debug, Serialize)]
pub struct FilePicture {
    /// The source or rates block.
    pub read_by: String,
    /// Format, decisions, counts, rejects, findings; or why it cannot be read.
    pub lines: Vec<String>,
    /// What became of its rows and cells; nothing where it was not read.
    pub account: Option<SourceAccount>,
    /// Its sheets, cell by cell.
    pub sheets: Vec<SheetPicture>,
}

/// How a file of the input folder, given by its path below it, is understood; nothing where there is no such
/// file.
pub fn explain_file(plan: &Plan, context: &RunContext, what: &str) -> Option<InputPicture> {
    let found = discover(&context.input).ok()?;
    let wanted = what.replace('\\', "/");
    let wanted = wanted.trim_start_matches("./").trim_start_matches("input/");
    let inputs = assign(plan, found);
    let told = |lines| Some(InputPicture { file: wanted.to_owned(), lines, readings: Vec::new() });
    if let Some(assignment) = inputs.assigned.iter().find(|one| one.file.shown == wanted) {
        return Some(explain(plan, context, assignment));
    }
    if let Some(file) = inputs.unmatched.iter().find(|file| file.shown == wanted) {
        let mut lines = vec![format!("{}: no source matches; its cells are", file.shown)];
        // Nothing is known of it, so it is read where it can do no harm, like any other.
        let frozen = freeze(file, &context.state).map_err(|error| error.to_string());
        let reader = Reader::new(&plan.name, &plan.lists.by_name, context);
        match frozen.and_then(|frozen| reader.sketch(&frozen).map_err(|unread| unread.reason)) {
            Ok(cells) => lines.extend(cells),
            Err(reason) => lines.push(reason),
        }
        return told(lines);
    }
    let skipped = inputs.skipped.iter().find(|file| file.shown == wanted)?;
    told(vec![format!("{}: never read: {}", skipped.shown, skipped.reason)])
}

fn explain(plan: &Plan, context: &RunContext, assignment: &Assignment) -> InputPicture {
    let shown = &assignment.file.shown;
    let mut told = InputPicture { file: shown.clone(), lines: Vec::new(), readings: Vec::new() };
    let frozen = match freeze(&assignment.file, &context.state) {
        Ok(frozen) => frozen,
        Err(error) => {
            told.lines.push(format!("{shown}: {error}"));
            return told;
        }
    };
    let reader = Reader::new(&plan.name, &plan.lists.by_name, context);
    let sources = assignment.sources.iter().filter_map(|at| plan.sources.get(*at));
    let readings: Vec<_> = sources.map(|source| (source, reader.source(source, &frozen))).collect();
    let read = readings.iter().filter_map(|(_, reading)| Some(reading.as_ref().ok()?.account.clone()));
    let accounts: Vec<SourceAccount> = read.collect();
    for (source, reading) in readings {
        let mut one = FilePicture {
            read_by: source.name().to_owned(),
            lines: Vec::new(),
            account: None,
            sheets: Vec::new(),
        };
        match reading {
            Err(unread) => {
                one.lines.push(format!("cannot be read: {}", unread.reason));
                // What broke a reading process would break the next one.
                if unread.code.id == codes::UNREADABLE_FILE.id {
                    one.lines.extend(reader.sketch(&frozen).unwrap_or_default());
                }
            }
            Ok(mut reading) => {
                forget_sheets_read(&mut reading.findings, &accounts);
                one.lines.extend(lines_of(&reading));
                one.account = Some(reading.account);
                // It was just read in a process of its own, so it does no harm here.
                match ingest::picture(source, &frozen, &plan.lists.by_name) {
                    Ok((_, sheets)) => one.sheets = sheets,
                    Err(error) => one.lines.push(error.to_string()),
                }
            }
        }
        told.readings.push(one);
    }
    let rates = assignment.rates.iter().filter_map(|(at, _)| plan.rates.get(*at));
    told.readings.extend(rates.map(|rates| explain_rates(rates, &reader, &frozen)));
    told
}

/// How a rates block understands a file.
fn explain_rates(rates: &RatesSpec, reader: &Reader<'_>, frozen: &FrozenFile) -> FilePicture {
    let read_by = rates.name().to_owned();
    let mut one = FilePicture { read_by, lines: Vec::new(), account: None, sheets: Vec::new() };
    let reading = match reader.rates(rates, frozen) {
        Ok(reading) => reading,
        Err(unread) => {
            one.lines.push(format!("cannot be read: {}", unread.reason));
            return one;
        }
    };
    let account =
        SourceAccount { blake3: frozen.blake3.clone(), bytes: frozen.bytes, ..reading.account(rates.name()) };
    one.lines.push(account.format.clone());
    one.lines.extend(counts(&account));
    one.lines.extend(reading.findings.iter().map(|finding| told("finding", finding)));
    one.account = Some(account);
    // It was just read in a process of its own, so it does no harm here.
    match rates::picture(&frozen.path, &frozen.shown, rates.layout()) {
        Ok((_, sheets)) => one.sheets = sheets,
        Err(error) => one.lines.push(error.to_string()),
    }
    one
}

fn lines_of(reading: &FileReading) -> Vec<String> {
    let mut lines = vec![reading.account.format.clone()];
    lines.extend(reading.decisions.iter().cloned());
    lines.extend(counts(&reading.account));
    lines.extend(reading.rejects.iter().map(|reject| told("rejected", reject)));
    lines.extend(reading.findings.iter().map(|finding| told("finding", finding)));
    lines
}

/// What became of the rows and cells of a file.
fn counts(account: &SourceAccount) -> Vec<String> {
    let rows = &account.rows;
    let mut lines = vec![format!(
        "rows: {} taken = {} used + {} normalised + {} rejected + {} left out; {} figures",
        rows.taken,
        rows.used,
        rows.normalised,
        rows.rejected,
        rows.left_out_total(),
        account.figures
    )];
    lines.extend(rows.left_out.iter().map(|(reason, count)| format!("left out, {reason}: {count}")));
    lines.push(cells_told(&account.cells));
    lines
}

/// How the cells of a file close.
pub(super) fn cells_told(cells: &CellCount) -> String {
    let reasons: Vec<String> =
        cells.left_out.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "cells: {} taken = {} figures + {} missing + {} labels + {} headers, titles and notes + {} rejected + {} left out{reasons}",
        cells.taken,
        cells.figures,
        cells.missing,
        cells.labels,
        cells.around,
        cells.rejected,
        cells.left_out_total(),
    )
}

fn told(word: &str, finding: &Finding) -> String {
    format!(
        "{word} {} at {}: {} `{}`; expected {}",
        finding.code.id, finding.place, finding.code.title.en, finding.seen, finding.expected
    )
}
