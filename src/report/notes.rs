//! What stands around a table: where its rows come from above it; under it every mark explained, the
//! checks and findings that concern its rows, and the footnotes of its sources.

use std::collections::{BTreeMap, BTreeSet};

use super::flags::Flags;
use super::page::{Row, note_rows};
use super::scene::Scene;
use super::style::{MUTED, NAVY, Style, WARN};
use super::value::View;
use super::words::{
    AS_OF, COMPUTED, DASH, FINDINGS, FLAGS, MORE_IN_NOTES, MORE_ON_QUALITY, SOURCE, SOURCE_NOTES,
};
use crate::finding::drift::is_drift;
use crate::finding::{Finding, Place, Severity};

/// Files named above a table; more are counted.
const FILES_NAMED: usize = 3;
/// Findings listed under a table; the quality sheet has them all.
const FINDINGS_LISTED: usize = 8;
/// Of these, those that one check makes for one reason.
const ALIKE_LISTED: usize = 3;
/// Lines listed that say where a file has its figures from; the notes sheet has them all.
const SOURCES_LISTED: usize = 4;

/// Whether a figure is empty without a reason of its own, so that the dash needs a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dashes {
    /// None is.
    None,
    /// At least one.
    Some,
}

/// Everything that stands under a table.
pub(super) struct Notes<'a, 'd> {
    /// The data.
    pub(super) scene: &'a Scene<'d>,
    /// The table.
    pub(super) view: &'a View<'d>,
    /// Marks and their reasons.
    pub(super) flags: &'a Flags,
    /// Whether a figure is empty without a reason of its own.
    pub(super) dashes: Dashes,
    /// Notes of the pipeline file.
    pub(super) declared: &'a [String],
}

impl Notes<'_, '_> {
    /// The rows under a table that shows the given rows.
    pub(super) fn rows(&self, sources: impl Iterator<Item = usize>, widths: &[f64]) -> Vec<Row> {
        let languages = self.scene.languages;
        let origins: Vec<u32> = sources.filter_map(|row| self.view.origin(row)).collect();
        let mut flags: Vec<String> = self.declared.to_vec();
        flags.extend(self.flags.notes());
        if self.dashes == Dashes::Some {
            flags.push(languages.sentence(&DASH));
        }
        let findings = self.findings(&origins);
        let footnotes = self.footnotes(&origins);
        let mut rows = Vec::new();
        for (heading, texts, colour) in [
            (languages.line(&FLAGS), flags, MUTED),
            (languages.line(&FINDINGS), findings, WARN),
            (languages.line(&SOURCE_NOTES), footnotes, MUTED),
        ] {
            if texts.is_empty() {
                continue;
            }
            rows.push(Row::gap(8.0));
            rows.push(Row::line(16.0, heading, Style::note().bold().colour(NAVY)));
            let texts = texts.iter().map(String::as_str);
            rows.extend(note_rows(texts, widths, &Style::note().colour(colour)));
        }
        rows
    }

    /// Failed checks and findings that concern the table or a row of it.
    fn findings(&self, origins: &[u32]) -> Vec<String> {
        let data = self.scene.data;
        let table = &self.view.table.name;
        let mut chosen: Vec<(&str, &Finding)> = Vec::new();
        let rows = self.rows_of(origins);
        let here = |place: &Place| {
            row_number(&place.cell).is_some_and(|row| {
                rows.contains(&(place.file.as_str().to_owned(), place.sheet.as_str().to_owned(), row))
            })
        };
        let on_sheet =
            |place: &Place| rows.iter().any(|(file, sheet, _)| *file == place.file && *sheet == place.sheet);
        for outcome in data.outcomes {
            for finding in outcome.failures.iter().chain(&outcome.accepted) {
                if outcome.on == *table || here(&finding.place) {
                    chosen.push((&outcome.name, finding));
                }
            }
        }
        for finding in data.findings.iter().filter(|finding| finding.severity != Severity::Info) {
            // What has changed in a column concerns every row of its sheet, not that of the header.
            let of_sheet = || is_drift(finding.code) && on_sheet(&finding.place);
            if finding.subject == *table || here(&finding.place) || of_sheet() {
                chosen.push(("", finding));
            }
        }
        let mut lines: Vec<String> = Vec::new();
        let mut more = 0;
        let mut alike: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (check, finding) in chosen {
            let line = self.worded(check, finding);
            if lines.contains(&line) {
                continue;
            }
            let listed = alike.entry((finding.code.id, check)).or_default();
            if *listed < ALIKE_LISTED && lines.len() < FINDINGS_LISTED {
                lines.push(line);
                *listed += 1;
            } else {
                more += 1;
            }
        }
        if more > 0 {
            lines.push(format!("… +{more}: {}", self.scene.languages.sentence(&MORE_ON_QUALITY)));
        }
        lines
    }

    fn worded(&self, check: &str, finding: &Finding) -> String {
        let title = self.scene.languages.sentence(&finding.code.title);
        let mut line = format!("⚠ {} {title}", finding.code.id);
        for part in [check, finding.seen.as_str()].into_iter().filter(|part| !part.is_empty()) {
            line.push_str(" · ");
            line.push_str(part);
        }
        if !finding.expected.is_empty() {
            line.push_str(" → ");
            line.push_str(&finding.expected);
        }
        let place = finding.place.to_string();
        if place.is_empty() { line } else { format!("{line} ({place})") }
    }

    /// The rows of files that the table shows; empty where nothing asks for them.
    fn rows_of(&self, origins: &[u32]) -> BTreeSet<(String, String, u32)> {
        let data = self.scene.data;
        let placed =
            data.outcomes.iter().flat_map(|outcome| outcome.failures.iter().chain(&outcome.accepted));
        if !placed.chain(data.findings).any(|finding| !finding.place.cell.is_empty()) {
            return BTreeSet::new();
        }
        origins
            .iter()
            .map(|origin| data.origins.place(*origin))
            .filter_map(|place| Some((place.file, place.sheet, row_number(&place.cell)?)))
            .collect()
    }

    /// Footnotes of the sources whose files the table shows.
    fn footnotes(&self, origins: &[u32]) -> Vec<String> {
        let files = files(self.scene, origins);
        let sources: BTreeSet<&str> = self
            .scene
            .data
            .sources
            .iter()
            .filter(|account| files.contains(account.file.as_str()))
            .map(|account| account.source.as_str())
            .collect();
        let mut notes: Vec<String> = Vec::new();
        for source in sources {
            for note in self.scene.data.notes.get(source).into_iter().flatten() {
                if !notes.contains(note) {
                    notes.push(note.clone());
                }
            }
        }
        capped(self.scene, notes)
    }
}

/// The notes with as many source lines as a page bears; what is left is counted.
fn capped(scene: &Scene<'_>, notes: Vec<String>) -> Vec<String> {
    let (mut sources, mut kept): (Vec<String>, Vec<String>) =
        notes.into_iter().partition(|note| names_source(note));
    let more = sources.len().saturating_sub(SOURCES_LISTED);
    sources.truncate(SOURCES_LISTED);
    kept.append(&mut sources);
    if more > 0 {
        kept.push(format!("… +{more}: {}", scene.languages.sentence(&MORE_IN_NOTES)));
    }
    kept
}

/// Whether a line under a table says where the file has its figures from.
pub(super) fn names_source(line: &str) -> bool {
    let start = line.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    SOURCE_LINES.iter().any(|word| start.starts_with(word)) || line.contains("http")
}

/// How lines begin that name where figures come from.
const SOURCE_LINES: [&str; 6] = ["资料来源", "数据来源", "来源", "Источник", "Source", "http"];

/// The row of an address: `F17`, `17` and `line 17` are row 17.
fn row_number(cell: &str) -> Option<u32> {
    let digits = cell.trim_start_matches(|sign: char| !sign.is_ascii_digit());
    digits.parse().ok()
}

/// The files that rows come from.
fn files<'a>(scene: &Scene<'a>, origins: &[u32]) -> BTreeSet<&'a str> {
    let table = scene.data.origins;
    let numbers: BTreeSet<u32> =
        origins.iter().filter_map(|origin| table.get(*origin)).map(|found| found.file).collect();
    numbers
        .into_iter()
        .filter_map(|number| table.files().get(usize::try_from(number).ok()?).map(String::as_str))
        .collect()
}

/// The line above a table: its files, and the day of the report.
pub(super) fn source_line(
    scene: &Scene<'_>,
    view: &View<'_>,
    sources: impl Iterator<Item = usize>,
) -> String {
    let origins: Vec<u32> = sources.filter_map(|row| view.origin(row)).collect();
    let files = files(scene, &origins);
    let day = format!("{} {}", scene.languages.short_sentence(&AS_OF), scene.data.as_of);
    if files.is_empty() {
        return format!(
            "{}: {} · {day}",
            scene.languages.short_sentence(&SOURCE),
            scene.languages.short_sentence(&COMPUTED)
        );
    }
    let accounts: BTreeMap<&str, &str> =
        scene.data.sources.iter().map(|account| (account.file.as_str(), account.file.as_str())).collect();
    let named: Vec<&str> =
        files.iter().take(FILES_NAMED).map(|file| accounts.get(file).copied().unwrap_or(file)).collect();
    let more = files.len().saturating_sub(FILES_NAMED);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}: {}{more} · {day}", scene.languages.short_sentence(&SOURCE), named.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_addresses() {
        for (cell, row) in [("F17", Some(17)), ("line 17", Some(17)), ("17", Some(17)), ("", None)] {
            assert_eq!(row_number(cell), row);
        }
    }
}
