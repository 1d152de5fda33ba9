//! Copies of the input files in which something was rejected, with the rejected cells marked. They stand in
//! `marked/` beside the reports; a copy that cannot be made is told and stops nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::context::RunContext;
use crate::finding::{Finding, Place, Severity, report as codes};
use crate::ingest::FileCopy;
use crate::pipeline::run::Computed;
use crate::pipeline::sandbox::Reader;
use crate::pipeline::{Plan, RunError};
use crate::report::{self, MarkedCopy, Rendered};
use crate::store::Staging;

/// The folder of the copies.
const FOLDER: &str = "marked";
/// Most files that are copied in one run: beyond it a person looks for the one cause of all, not at files.
const MOST_FILES: usize = 100;
/// The longest name of a copy, in bytes; most file systems allow 255.
const LONGEST_NAME: usize = 200;

/// Makes the copies, where the pipeline wants them; what cannot be copied becomes a finding.
pub(super) fn copies(plan: &Plan, context: &RunContext, computed: &Computed, as_of: Date) -> Copies {
    let mut made = Copies::default();
    if !plan.marked_copies {
        return made;
    }
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for reject in computed.rejects.iter().filter(|reject| !reject.place.file.is_empty()) {
        by_file.entry(&reject.place.file).or_default().push(reject);
    }
    let beyond = by_file.len().saturating_sub(MOST_FILES);
    if beyond > 0 {
        let told = Finding::new(&codes::COPY_NOT_MADE, Severity::Info, FOLDER);
        let expected = format!("at most {MOST_FILES} copies in one run");
        let beyond = u64::try_from(beyond).unwrap_or(u64::MAX);
        made.findings.push(told.seen("too many files with rejected cells", expected).times(beyond));
    }
    let reader = Reader::new(&plan.name, &plan.lists.by_name, context);
    let mut names = BTreeSet::new();
    for (file, rejects) in by_file.into_iter().take(MOST_FILES) {
        match copy(plan, (computed, &reader), (file, &rejects), as_of) {
            Ok(bytes) => {
                let rows = u64::try_from(rejects.len()).unwrap_or(u64::MAX);
                made.files.push(Rendered { name: name(file, &mut names), bytes, rows });
            }
            Err(reason) => {
                let told = Finding::new(&codes::COPY_NOT_MADE, Severity::Info, FOLDER);
                made.findings.push(told.at(Place::file(file)).seen(reason, ""));
            }
        }
    }
    made
}

/// The copies of one run.
#[derive(Debug, Default)]
pub(super) struct Copies {
    files: Vec<Rendered>,
    /// Files that could not be copied.
    pub(super) findings: Vec<Finding>,
}

impl Copies {
    /// Writes them where the run stands.
    pub(super) fn add_to(&self, staging: &mut Staging) -> Result<(), RunError> {
        let mut add = |file: &Rendered| staging.add(&file.name, &file.bytes, file.rows);
        self.files.iter().try_for_each(|file| add(file).map_err(RunError::Output))
    }
}

/// The bytes of one copy, or why there is none.
fn copy(
    plan: &Plan,
    (computed, reader): (&Computed, &Reader<'_>),
    (file, rejects): (&str, &[&Finding]),
    as_of: Date,
) -> Result<Vec<u8>, String> {
    let source = plan.sources.iter().find(|source| rejects.iter().any(|one| one.subject == source.name()));
    let frozen = computed.frozen.iter().find(|frozen| frozen.shown == file);
    let (Some(source), Some(frozen)) = (source, frozen) else {
        return Err("no source reads it".to_owned());
    };
    match reader.copy(source, frozen).map_err(|unread| unread.reason)? {
        FileCopy::TooLarge(reason) => Err(reason),
        FileCopy::Sheets(sheets) => {
            let copy = MarkedCopy { file, sheets: &sheets, rejects, as_of };
            report::marked_copy(&plan.reports, &copy).map_err(|error| error.to_string())
        }
    }
}

/// `marked/` and the path of the file, with the ending of a workbook and without meeting another.
fn name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let (folder, own) = file.rsplit_once('/').map_or(("", file), |(folder, own)| (folder, own));
    let parts = own.rsplit_once('.').filter(|(_, ending)| ending.eq_ignore_ascii_case("xlsx"));
    let stem = parts.map_or(own, |(stem, _)| stem);
    let mut short = String::new();
    for sign in stem.chars() {
        if short.len() + sign.len_utf8() > LONGEST_NAME {
            break;
        }
        short.push(sign);
    }
    let folder = if folder.is_empty() { FOLDER.to_owned() } else { format!("{FOLDER}/{folder}") };
    let mut name = format!("{folder}/{short}.xlsx");
    let mut number = 2_u32;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{folder}/{short}-{number}.xlsx");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_after_its_file_and_no_two_alike() {
        let mut taken = BTreeSet::new();
        for (file, expected) in [
            ("trade/2021.xlsx", "marked/trade/2021.xlsx"),
            ("trade/2021.csv", "marked/trade/2021.csv.xlsx"),
            ("a.XLSX", "marked/a.xlsx"),
            ("A.xlsx", "marked/A-2.xlsx"),
        ] {
            assert_eq!(name(file, &mut taken), expected);
        }
        let long = name(&format!("{}.csv", "表".repeat(84)), &mut taken);
        assert_eq!(long, format!("marked/{}.xlsx", "表".repeat(66)));
    }
}
