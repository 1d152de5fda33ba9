//! Files that cannot be read as declared: what their columns lack or have that those of the last published run did
//! not, said with the reason why they are refused.

use crate::finding::{Finding, SeenColumn, SourceAccount};
use crate::pipeline::Computed;
use crate::pipeline::sandbox::Unread;
use crate::store::PublishedInput;
use crate::text::fold;

use super::baseline::{baseline, counterpart, tables};
use super::compare::{Change, compare};

/// A file that a source refused, with the columns it has all the same.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Refused {
    /// The source.
    source: String,
    /// Path below the input folder.
    file: String,
    /// The columns of its tables.
    columns: Vec<SeenColumn>,
}

impl Computed {
    /// Accounts for a file that could not be read.
    pub(in crate::pipeline) fn refuse(&mut self, source: String, file: String, unread: Unread) {
        if !unread.columns.is_empty() {
            let (source, file) = (source.clone(), file.clone());
            self.refused.push(Refused { source, file, columns: unread.columns });
        }
        self.accounts.push(SourceAccount { note: unread.reason, file, source, ..Default::default() });
    }
}

/// Adds to the findings on refused files how their columns differ from those of the last published run.
pub(super) fn tell(inputs: &[PublishedInput], refused: &[Refused], findings: &mut [Finding]) {
    for one in refused {
        let Some(before) = baseline(inputs, &one.source, &one.file) else { continue };
        let changes = told(before, &one.columns);
        let of_file = |finding: &&mut Finding| {
            finding.subject == one.source && finding.place.file == one.file && finding.expected.is_empty()
        };
        if let (false, Some(finding)) = (changes.is_empty(), findings.iter_mut().find(of_file)) {
            let same = before.file == one.file;
            let file = if same { String::new() } else { format!(" of {}", before.file) };
            finding.expected = format!("the columns{file} of the last published run: {}", changes.join("; "));
        }
    }
}

/// What is gone, new or called otherwise.
fn told(before: &PublishedInput, columns: &[SeenColumn]) -> Vec<String> {
    let old = tables(&before.columns);
    let known: Vec<SeenColumn> = columns.iter().map(|column| as_before(column, &before.columns)).collect();
    let mut told: Vec<String> = Vec::new();
    for table in tables(&known) {
        let Some(then) = counterpart(&old, &table) else { continue };
        for change in compare(then, &table) {
            let header =
                |column: Option<&SeenColumn>| column.map_or("", |one| one.header.as_str()).to_owned();
            let (was, is) = (header(change.old), header(change.new));
            let cell = change.new.map_or("", |column| column.cell.as_str());
            let words = match change.change {
                Change::Gone => format!("{was} is gone"),
                Change::New => format!("{is} ({cell}) is new"),
                Change::Renamed => format!("{was} is gone, {is} ({cell}) stands in its place: renamed?"),
                Change::Moved | Change::Retyped | Change::Unit => continue,
            };
            if !told.contains(&words) {
                told.push(words);
            }
        }
    }
    told
}

/// A column of which nothing is known but its header, with the role and unit that it had in the last run.
fn as_before(column: &SeenColumn, before: &[SeenColumn]) -> SeenColumn {
    let same = before.iter().find(|one| fold(&one.header) == fold(&column.header));
    let Some(same) = same.filter(|_| column.role.is_empty()) else { return column.clone() };
    SeenColumn { role: same.role.clone(), unit: same.unit.clone(), ..column.clone() }
}
