//! Which sheets of a workbook a source reads, and why.

use crate::finding::{Code, Finding, Place, Severity, source as codes};
use crate::table::address;
use crate::text::Pattern;

use super::formats::Workbook;
use super::grid::Grid;
use super::layout::{Block, NoHeader, find_blocks};
use super::spec::{Declared, Hidden, Several, SourceSpec};

/// The sheets that are read.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Position in the workbook, and the tables found there.
    pub(super) sheets: Vec<(usize, Vec<Block>)>,
    pub(super) findings: Vec<Finding>,
    pub(super) decisions: Vec<String>,
}

/// Chooses by name where the source names sheets, else by the declared labels.
pub(super) fn choose(
    spec: &SourceSpec,
    declared: &Declared,
    file: &str,
    workbook: &Workbook,
) -> Result<Chosen, Box<Finding>> {
    let mut chosen = Chosen::default();
    let mut without = Vec::new();
    for (at, grid) in workbook.sheets.iter().enumerate() {
        if spec.sheets.matching.as_ref().is_some_and(|pattern| !pattern.matches(&grid.sheet)) {
            chosen.decisions.push(format!("{}: not read, its name is not declared", grid.sheet));
            let expected = spec.sheets.matching.as_ref().map_or("", |pattern| pattern.written());
            chosen
                .findings
                .extend(unread(spec, declared, file, grid).map(|one| one.seen("another name", expected)));
            continue;
        }
        if grid.hidden && spec.sheets.hidden == Hidden::Skip {
            chosen
                .findings
                .extend(unread(spec, declared, file, grid).map(|one| one.seen("hidden", "a visible sheet")));
            continue;
        }
        match find_blocks(grid, &declared.table) {
            Ok(blocks) => chosen.sheets.push((at, blocks)),
            Err(missing) => without.push((grid, missing)),
        }
    }
    let by_name = spec.sheets.matching.is_some();
    let Some((_, rest)) = chosen.sheets.split_first() else {
        return Err(Box::new(match nearest(without) {
            Some((grid, missing)) => no_header(spec, declared, file, grid, &missing),
            None => no_sheet(spec, file, workbook),
        }));
    };
    if !rest.is_empty() && spec.sheets.several == Several::Refuse {
        let names = chosen.sheets.iter().filter_map(|(at, _)| Some(workbook.sheets.get(*at)?.sheet.as_str()));
        let seen = names.collect::<Vec<_>>().join(", ");
        let finding = Finding::new(&codes::SHEET_MISSING, Severity::Error, spec.name.as_str());
        let expected = "one sheet, or `sheet = { several = \"all\" }`";
        return Err(Box::new(finding.at(Place::file(file)).seen(seen, expected)));
    }
    for (grid, missing) in without {
        if by_name {
            return Err(Box::new(no_header(spec, declared, file, grid, &missing)));
        }
        if !grid.is_empty() {
            let seen = problem(&codes::SHEET_UNREAD, spec, file, grid);
            chosen.findings.push(
                Finding { severity: Severity::Info, ..seen }.seen("no header", "a sheet with the labels"),
            );
        }
    }
    Ok(chosen)
}

/// A sheet that is not read: a warning where it holds a table like those that are, so that no figures stay
/// away unnoticed; nothing where it is empty.
fn unread(spec: &SourceSpec, declared: &Declared, file: &str, grid: &Grid) -> Option<Finding> {
    let alike = find_blocks(grid, &declared.table).is_ok();
    let severity = if alike { Severity::Warning } else { Severity::Info };
    (!grid.is_empty()).then(|| Finding { severity, ..problem(&codes::SHEET_UNREAD, spec, file, grid) })
}

fn problem(code: &'static Code, spec: &SourceSpec, file: &str, grid: &Grid) -> Finding {
    let place = Place { file: file.to_owned(), sheet: grid.sheet.clone(), cell: String::new() };
    Finding::new(code, Severity::Error, spec.name.as_str()).at(place)
}

/// The sheet that lacks the fewest labels.
fn nearest(without: Vec<(&Grid, NoHeader)>) -> Option<(&Grid, NoHeader)> {
    without
        .into_iter()
        .min_by_key(|(_, missing)| missing.nearest.as_ref().map_or(usize::MAX, |(_, labels)| labels.len()))
}

fn no_header(spec: &SourceSpec, declared: &Declared, file: &str, grid: &Grid, missing: &NoHeader) -> Finding {
    let labels: Vec<&str> = declared.table.labels.iter().map(Pattern::written).collect();
    let expected = format!("a row with {} within {} rows", labels.join(", "), declared.table.search_rows);
    let mut finding = problem(&codes::HEADER_MISSING, spec, file, grid);
    let seen = match &missing.nearest {
        Some((row, lacking)) => {
            finding.place.cell = address(*row, 0);
            format!("row {} lacks {}", row + 1, lacking.join(", "))
        }
        None => format!("none of them in {} rows", missing.searched),
    };
    finding.seen(seen, expected)
}

fn no_sheet(spec: &SourceSpec, file: &str, workbook: &Workbook) -> Finding {
    let names: Vec<&str> = workbook.sheets.iter().map(|grid| grid.sheet.as_str()).collect();
    let expected = match &spec.sheets.matching {
        Some(pattern) => format!("a visible sheet called {}", pattern.written()),
        None => "a visible sheet".to_owned(),
    };
    Finding::new(&codes::SHEET_MISSING, Severity::Error, spec.name.as_str())
        .at(Place::file(file))
        .seen(names.join(", "), expected)
}
